"""The right of the picture: the output map as far as it is computed, or where in the frame the kernel is."""

import numpy as np

from core.analysis.slide import Order, Route
from core.display.canvas import Box, Canvas, Pixels
from core.display.lettering import line_height
from core.display.render import shrunk
from core.display.slide_look import Scene, as_rgb, zoomed
from core.display.slide_time import TimeZone

# What is drawn of an output frame is kept: the next step shows the same one.
_KEPT = 2


class OutputZone:
    """Draws the panel; one thread at a time."""

    def __init__(self, scene: Scene, time: TimeZone) -> None:
        self._scene, self._layout, self._inks, self._time = scene, scene.layout, scene.look.inks, time
        scan = scene.slide.scan
        self._in_time = scan.order is Order.TIME_ONLY
        self._row = scan.route is Route.ROW and not self._in_time
        panel, line = scene.layout.panel, line_height(scene.layout.small)
        room = Box(panel.x, panel.y, panel.width, max(panel.height - 2 * line, 1))
        self._title = panel.middle[0], panel.y - round(0.7 * scene.layout.font)
        _, height, width = scene.slide.clip_shape
        aspect = height / width if self._in_time else self._rows * self._down / (self._columns * self._across)
        self._box = room if self._row else room.fitted(aspect)._replace(y=room.y)
        self._note = Box(panel.x, self._box.bottom + line // 4, panel.width, line)
        self._pictures: dict[int, Pixels] = {}

    @property
    def _rows(self) -> int:
        """Rows of the map: those of a frame, or the frames where one row is visited in each."""
        scan = self._scene.slide.scan
        return len(scan.ts) if self._row else len(scan.ys)

    @property
    def _columns(self) -> int:
        return len(self._scene.slide.scan.xs)

    @property
    def _down(self) -> int:
        return self._scene.slide.scan.ys.step * self._scene.slide.convolution.stride[1]

    @property
    def _across(self) -> int:
        return self._scene.slide.scan.xs.step * self._scene.slide.convolution.stride[2]

    def paper(self, canvas: Canvas) -> None:
        """Draw the empty map."""
        scan, inks, layout = self._scene.slide.scan, self._inks, self._layout
        stays = f"only t goes on: y = {scan.ys[0]}, x = {scan.xs[0]}"
        notes = (stays, "output below the kernel's middle") if self._in_time else scan.told()
        for number, note in enumerate(notes):
            at = self._note.middle[0], self._note.middle[1] + number * self._note.height
            canvas.text(at, note, layout.small, inks.quiet, "mm", self._note.width)
        box = self._box
        canvas.fill(box, inks.line)  # darker than any colour near 0 is
        canvas.outline(Box(box.x - 1, box.y - 1, box.width + 2, box.height + 2), inks.line)
        if self._row:
            self._write_title(canvas, "output: x across, t down")

    def draw(self, canvas: Canvas, step: int) -> None:
        """Draw the map as far as it is computed, or the frame that the kernel's middle lies on."""
        if self._in_time:
            self._draw_frame(canvas, step)
            return
        scan, box = self._scene.slide.scan, self._box
        frame, _, _ = scan.place(step)
        if not self._row:
            t = scan.ts[frame]
            self._write_title(canvas, f"output, t = {t}")
        done = step + 1 if self._row else step % scan.per_frame + 1
        picture = self._picture(0 if self._row else frame)
        row, column = divmod(done - 1, self._columns)
        top, bottom = self._y(row), self._y(row + 1)
        right = self._x(column + 1)
        canvas.picture((box.x, box.y), picture[:top])
        canvas.picture((box.x, box.y + top), picture[top:bottom, :right])
        canvas.mark(self._cell(row, column), max(self._layout.font // 10, 1), (255, 255, 255))

    def step_at(self, x: float, y: float, step: int) -> int | None:
        """Return the step of the response that is drawn at a pixel, visited or not, while `step` is shown."""
        share = self._box.share(x, y)
        if self._in_time or share is None:
            return None
        scan = self._scene.slide.scan
        within = int(share[1] * self._rows) * self._columns + int(share[0] * self._columns)
        return within if self._row else step - step % scan.per_frame + within

    def place_at(self, x: float, y: float) -> tuple[float, float] | None:
        """Return the place (y, x) of the clip at a pixel of the frame that is shown, or None."""
        share = self._box.share(x, y)
        if not self._in_time or share is None:
            return None
        _, height, width = self._scene.slide.clip_shape
        return share[1] * height - 0.5, share[0] * width - 0.5

    def _draw_frame(self, canvas: Canvas, step: int) -> None:
        slide = self._scene.slide
        axis = slide.field(step).t
        middle = len(axis.positions) // 2
        source = axis.sources[middle]
        self._write_title(canvas, f"input, t = {axis.positions[middle]}")
        if source is None:
            canvas.hatch(self._box, self._inks.hatch, 8)
        else:
            if source not in self._pictures:
                self._remember(source, zoomed(as_rgb(slide.clip.frames[source]), *self._box[2:]))
            canvas.picture(self._box[:2], self._pictures[source])
        self._time.mark_field(canvas, self._box, step, max(self._layout.font // 8, 2))

    def _write_title(self, canvas: Canvas, text: str) -> None:
        layout = self._layout
        canvas.text(self._title, text, layout.font, self._inks.ink, "mm", layout.panel.width)

    def _picture(self, frame: int) -> Pixels:
        """Return the whole map of one of the scan's frames, as large as it is shown."""
        if frame not in self._pictures:
            scan, data = self._scene.slide.scan, self._scene.slide.volume.data
            taken = data[:, scan.ys[0], _slice(scan.xs)] if self._row else data[scan.ts[frame]]
            if not self._row:
                taken = taken[_slice(scan.ys), _slice(scan.xs)]
            size = self._box[2], self._box[3]
            small = shrunk(np.ascontiguousarray(taken), size)
            self._remember(frame, zoomed(self._scene.response_colors(small), *size))
        return self._pictures[frame]

    def _remember(self, number: int, picture: Pixels) -> None:
        while len(self._pictures) >= _KEPT:
            del self._pictures[next(iter(self._pictures))]
        self._pictures[number] = picture

    def _y(self, row: int) -> int:
        return row * self._box.height // self._rows

    def _x(self, column: int) -> int:
        return column * self._box.width // self._columns

    def _cell(self, row: int, column: int) -> Box:
        """Return where a response lies, in the picture."""
        x, y = self._x(column), self._y(row)
        cell = Box(x, y, max(self._x(column + 1) - x, 5), max(self._y(row + 1) - y, 5))
        return Box(self._box.x + cell.x, self._box.y + cell.y, cell.width, cell.height)


def _slice(axis: range) -> slice:
    return slice(axis.start, axis.stop, axis.step)
