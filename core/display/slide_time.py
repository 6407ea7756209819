"""The upper part of the picture: the clip along time, which frames the kernel lies on, and the output below.

Every output stands under the middle of the kernel that made it. In padding there are cells before and after
the clip; they are hatched.
"""

import numpy as np

from core.analysis.slide import Order
from core.display.canvas import Box, Canvas, Color, Pixels, Point, mixed
from core.display.lettering import text_width
from core.display.slide_look import Scene, as_rgb, steady, steady_decimals, zoomed

_LEAST_BOX = 5  # pixels: a smaller receptive field cannot be seen


class TimeZone:
    """Draws strip and lane; one thread at a time."""

    def __init__(self, scene: Scene) -> None:
        self._scene, self._layout, self._inks = scene, scene.layout, scene.look.inks
        self._in_time = scene.slide.scan.order is Order.TIME_ONLY
        _, height, width = scene.slide.clip_shape
        cell = Box(0, 0, max(int(scene.layout.cell) - 2, 1), scene.layout.strip.height)
        self._thumb = cell.fitted(height / width)
        trace = scene.slide.trace if self._in_time else ()
        self._scale = max((abs(value) for _, value in trace), default=0.0) or 1.0
        self._signed = any(value < 0 for _, value in trace) or scene.look.limits.signed

    def paper(self, canvas: Canvas) -> None:
        """Draw what is the same at every step."""
        layout, inks = self._layout, self._inks
        clip = self._scene.slide.clip
        canvas.text((layout.words, layout.strip.middle[1]), "input", layout.font, inks.ink)
        canvas.text((layout.words, layout.lane.middle[1]), "output", layout.font, inks.ink)
        canvas.text(
            (layout.strip.x - layout.font // 2, layout.ticks.middle[1]), "t", layout.small, inks.quiet, "rm"
        )
        for position in range(layout.first, layout.first + layout.count):
            box = self._place(position)
            if 0 <= position < len(clip):
                thumb = zoomed(as_rgb(clip.frames[position]), box.width, box.height)
                canvas.picture((box.x, box.y), thumb)
            else:
                canvas.fill(box, inks.empty)
                canvas.hatch(box, inks.hatch, 6)
        self._number(canvas, self._numbered(), inks.quiet)
        if self._in_time:
            self._axes(canvas)
        else:
            for t in self._scene.slide.scan.ts:
                canvas.fill(self._bar(t), inks.empty)
                canvas.outline(self._bar(t), inks.line)

    def draw(self, canvas: Canvas, step: int) -> None:
        """Draw the kernel over the frames, and the output so far."""
        layout, inks, slide = self._layout, self._inks, self._scene.slide
        field = slide.field(step)
        taps = field.t.positions
        for position in taps:
            box = self._place(position)
            around = Box(box.x - 2, box.y - 2, box.width + 4, box.height + 4)
            canvas.outline(around, inks.accent, max(layout.font // 8, 2))
            self.mark_field(canvas, box, step, 1)
        line = Box(round(layout.time_x(taps[0] - 0.5)), layout.ticks.y, 0, layout.ticks.height)
        wide = round(layout.time_x(taps[-1] + 0.5)) - line.x
        canvas.fill(line._replace(width=wide), inks.ground)
        self._number(canvas, taps, inks.ink)
        self._lead(canvas, taps[0], taps[-1], self._target(step))
        if self._in_time:
            self._trace(canvas, step)
        else:
            self._bars(canvas, step)

    def _lead(self, canvas: Canvas, first: int, last: int, at: Point) -> None:
        """Draw two lines from the frames under the kernel to the output."""
        layout = self._layout
        color = mixed(self._inks.accent, self._inks.ground)
        for end in (layout.time_x(first - 0.5) + 1, layout.time_x(last + 0.5) - 1):
            down = (end, layout.strip.bottom + 2), (end, layout.ticks.bottom - 2), at
            canvas.line(down, color, max(layout.font // 12, 1))

    def step_at(self, x: float, y: float, step: int) -> int | None:
        """Return the step of the output frame nearest to a pixel of the lane, at the place of `step`."""
        layout, slide = self._layout, self._scene.slide
        if layout.lane.share(x, y) is None:
            return None
        position = layout.first + (x - layout.strip.x) / layout.cell - 0.5
        frame, _ = slide.volume.axes[0].to_output(position, len(slide.scan.ts))
        return frame * slide.scan.per_frame + step % slide.scan.per_frame

    def mark_field(self, canvas: Canvas, box: Box, step: int, thick: int) -> Box:
        """Draw the receptive field over a whole frame that fills a box; return the part that was marked."""
        field = self._scene.slide.field(step)
        _, height, width = self._scene.slide.clip_shape
        left = box.x + round(field.x.first * box.width / width)
        top = box.y + round(field.y.first * box.height / height)
        across = max(round((field.x.last + 1 - field.x.first) * box.width / width), _LEAST_BOX)
        down = max(round((field.y.last + 1 - field.y.first) * box.height / height), _LEAST_BOX)
        place = Box(left, top, across, down)
        canvas.mark(place, thick)
        return place

    def _place(self, position: int) -> Box:
        """Return where the small frame at a position in time lies."""
        layout = self._layout
        x = round(layout.time_x(position) - self._thumb.width / 2)
        return Box(x, layout.strip.inner(1, self._thumb.height).y, self._thumb.width, self._thumb.height)

    def _numbered(self) -> list[int]:
        """Return the positions whose numbers fit side by side: all, or every second, fifth, tenth."""
        layout, clip = self._layout, self._scene.slide.clip
        need = text_width(str(len(clip)), layout.small) * 1.6
        step = next(n for n in (1, 2, 5, 10, 20, 50, 100, len(clip) + 1) if n * layout.cell >= need)
        return list(range(0, len(clip), step))

    def _number(self, canvas: Canvas, positions: list[int] | tuple[int, ...], color: Color) -> None:
        layout = self._layout
        least = text_width("0", layout.small)
        for position in positions:
            text = steady(position, 0)
            if text_width(text, layout.small) - least < layout.cell:
                at = round(layout.time_x(position)), layout.ticks.middle[1]
                canvas.text(at, text, layout.small, color, "mm")

    def _target(self, step: int) -> Point:
        """Return the point at which the output of a step is drawn."""
        t, _, _ = self._scene.slide.scan.voxel(step)
        if self._in_time:
            frame, value = self._scene.slide.trace[step]
            return self._layout.time_x(frame), self._value_y(value)
        bar = self._bar(t)
        return bar.middle[0], bar.y

    # The output: bars that fill, frame by frame

    def _bar(self, t: int) -> Box:
        layout, slide = self._layout, self._scene.slide
        width = max(round(layout.cell * slide.convolution.stride[0] * 0.9), 2)
        width = min(width, max(round(layout.cell) * 2, 2))
        middle = layout.time_x(slide.centre(t))
        return Box(round(middle - width / 2), layout.lane.y, width, layout.lane.height)

    def _bars(self, canvas: Canvas, step: int) -> None:
        """Fill what was computed."""
        scan, inks = self._scene.slide.scan, self._inks
        frame, _, _ = scan.place(step)
        for number in range(frame):
            canvas.fill(self._bar(scan.ts[number]), inks.accent)
        bar = self._bar(scan.ts[frame])
        share = (step % scan.per_frame + 1) / scan.per_frame
        canvas.fill(bar._replace(width=max(round(bar.width * share), 1)), inks.accent)
        canvas.outline(bar, inks.accent)

    # The output: a curve that grows

    def _value_y(self, value: float) -> float:
        lane = self._layout.lane
        share = (value / self._scale + 1) / 2 if self._signed else value / self._scale
        pad = self._layout.font * 0.4
        return lane.bottom - pad - share * (lane.height - 2 * pad)

    def _axes(self, canvas: Canvas) -> None:
        layout, inks = self._layout, self._inks
        lane = layout.lane
        ends = [layout.time_x(self._scene.slide.centre(t)) for t in (0, self._scene.slide.scan.ts[-1])]
        half = layout.cell * self._scene.slide.convolution.stride[0] / 2
        first, last = max(round(ends[0] - half), lane.x), min(round(ends[1] + half), lane.right)
        canvas.fill(lane._replace(x=first, width=last - first), inks.empty)
        decimals = steady_decimals(self._scale)
        for value in (self._scale, 0.0, -self._scale) if self._signed else (self._scale, 0.0):
            y = self._value_y(value)
            canvas.line(((lane.x, y), (lane.right, y)), inks.line)
            text = steady(value, decimals) if value else "0"
            canvas.text((lane.x - layout.font // 3, round(y)), text, layout.small, inks.quiet, "rm")
        for t in self._scene.slide.scan.ts:
            x = layout.time_x(self._scene.slide.centre(t))
            canvas.line(((x, self._value_y(0) - 2), (x, self._value_y(0) + 2)), inks.line)

    def _trace(self, canvas: Canvas, step: int) -> None:
        """Draw the outputs so far."""
        layout, inks = self._layout, self._inks
        thick = max(layout.font // 8, 2)
        points = [
            (layout.time_x(frame), self._value_y(value))
            for frame, value in self._scene.slide.trace[: step + 1]
        ]
        if len(points) > 1:
            canvas.line(points, inks.accent, thick)
        for point in points[:-1]:
            canvas.dot(point, thick * 1.4, inks.accent)
        canvas.dot(points[-1], thick * 2.6, inks.ink)
        canvas.dot(points[-1], thick * 1.7, inks.accent)
        self._tell(canvas, points[-1], self._scene.slide.value(step))

    def _tell(self, canvas: Canvas, at: Point, value: float) -> None:
        """Write the newest output beside its point, where the curve has not been yet or at its left end."""
        layout = self._layout
        text = steady(value, steady_decimals(self._scale))
        gap = round(layout.font * 0.7)
        fits = at[0] + gap + text_width(text, layout.font) < layout.lane.right
        x, anchor = (round(at[0]) + gap, "lm") if fits else (round(at[0]) - gap, "rm")
        canvas.text((x, round(at[1])), text, layout.font, self._inks.ink, anchor)


def thumbnails(frames: Pixels, size: tuple[int, int]) -> list[Pixels]:
    """Return each frame (T, H, W, C) as RGB of size (width, height)."""
    return [zoomed(as_rgb(np.asarray(frame)), *size) for frame in frames]
