"""The middle of the picture: frame by frame what the kernel sees, its weights, the products, their sums."""

from functools import cache

import numpy as np
from numpy.typing import NDArray

from core.analysis.inspector import Inspection
from core.display.canvas import Box, Canvas, Color, Pixels
from core.display.lettering import text_width
from core.display.slide_look import ACTIVATION_WORDS, Scene, as_rgb, closely, steady, steady_decimals
from core.display.slide_time import TimeZone, thumbnails

_LABELS = (("", "frames"), ("", "values"), ("×", "weights"), ("=", "products"))
# What is written under the labels of values, weights and products where a clip has colours.
_APART = ("R, G, B", "R, G, B", "R, G, B")
_FOLDED = ("in colour", "R + G + B", "R + G + B")
_MEAN = ("mean of RGB", "", "")
_HATCHED = 6  # pixels from one line to the next
_LEAST_FONT = 10  # pixels: smaller numbers in cells cannot be read
_TINT = 0.62  # what a channel's plane has of the two other colours: grey with a cast
Numbers = NDArray[np.float64]


class SumZone:
    """Draws the columns and the line of the sum; one thread at a time."""

    def __init__(self, scene: Scene, time: TimeZone) -> None:
        self._scene, self._layout, self._inks, self._time = scene, scene.layout, scene.look.inks, time
        _, height, width = scene.slide.clip_shape
        self._frame = self._inside(scene.layout.row(0, scene.layout.columns[0])).fitted(height / width)
        clip = scene.slide.clip
        shown = scene.layout.rows[0][1] > 0
        self._frames = thumbnails(clip.frames, (self._frame.width, self._frame.height)) if shown else []
        self._decimals = steady_decimals(scene.term_limits.high, 2)

    def paper(self, canvas: Canvas) -> None:
        """Draw labels and weights."""
        layout, inks, slide = self._layout, self._inks, self._scene.slide
        notes = ("", *(self._notes() or ("", "", "")))
        for number, ((sign, word), note) in enumerate(zip(_LABELS, notes, strict=True)):
            if layout.rows[number][1]:
                self._label(canvas, layout.row(number, layout.columns[0]).middle[1], sign, word, note)
        self._label(canvas, layout.sums.middle[1], "", "sums")
        self._label(canvas, layout.equation.middle[1], "", "all sums")
        for i, column in enumerate(layout.columns):
            places = self._planes(layout.row(2, column))
            weights = slide.kernel.weights[i].astype(np.float64)
            for place, plane in zip(places, self._scene.folded(weights), strict=True):
                colors = self._scene.term_colors(plane, self._scene.weight_table)
                box = self._put(canvas, place, colors)
                self._write_cells(canvas, box, plane, colors, self._decimals)
            if i:
                at = (column.x - self._gap, layout.sums.middle[1])
                canvas.sign("+", at, layout.font, inks.quiet)

    def draw(self, canvas: Canvas, step: int, found: Inspection) -> None:
        """Draw one step."""
        layout, inks = self._layout, self._inks
        decimals = self._scene.decimals
        for i, (column, subtotal) in enumerate(zip(layout.columns, found.subtotals, strict=True)):
            self._column(canvas, step, i, column, found)
            room = self._inside(Box(column.x, layout.sums.y, column.width, layout.sums.height))
            text = steady(float(subtotal), decimals)
            if text_width(text, layout.font) <= room.width:
                canvas.text(room.middle, text, layout.font, inks.ink, "mm")
            else:
                self._bar(canvas, room, float(subtotal))
        self._equation(canvas, found)

    def place_at(self, x: float, y: float) -> tuple[float, float] | None:
        """Return the place (y, x) of the clip at a pixel of a whole frame, or None."""
        _, height, width = self._scene.slide.clip_shape
        for column in self._layout.columns if self._frames else ():
            share = self._frame_box(column).share(x, y)
            if share is not None:
                return share[1] * height - 0.5, share[0] * width - 0.5
        return None

    @property
    def _gap(self) -> int:
        return self._layout.gap

    def _inside(self, cell: Box) -> Box:
        """Return a cell of a column without the gap to the next column."""
        return Box(cell.x, cell.y, max(cell.width - 2 * self._gap, 1), cell.height)

    def _frame_box(self, column: Box) -> Box:
        """Return where the whole frame lies in a column."""
        return self._inside(self._layout.row(0, column)).inner(self._frame.width, self._frame.height)

    def _planes(self, cell: Box) -> list[Box]:
        """Return the places of the planes that stand side by side in a cell."""
        room, count = self._inside(cell), self._layout.planes
        gap = max(self._gap // 2, 2) if count > 1 else 0
        _, high, across = self._scene.slide.kernel_size
        wide = min((room.width - gap * (count - 1)) // count, max(room.height * across // high, 1))
        left = room.x + (room.width - count * (wide + gap) + gap) // 2
        return [Box(left + i * (wide + gap), room.y, wide, room.height) for i in range(count)]

    def _notes(self) -> tuple[str, str, str] | None:
        """Return what becomes of the channels, for values, weights and products; None for a grey clip."""
        if self._scene.slide.clip.channels == 1:
            return None
        if self._scene.grey:
            return _MEAN
        return _APART if self._layout.planes > 1 else _FOLDED

    def _label(self, canvas: Canvas, y: int, sign: str, word: str, note: str = "") -> None:
        layout, x = self._layout, self._layout.header.x
        if note:
            y -= round(0.55 * layout.font)
            canvas.text((layout.words, y + round(1.15 * layout.font)), note, layout.small, self._inks.quiet)
        if sign:
            canvas.sign(sign, (x + layout.font // 3, y), layout.font, self._inks.accent)
        canvas.text((layout.words, y), word, layout.font, self._inks.ink)

    def _put(self, canvas: Canvas, place: Box, picture: Pixels) -> Box:
        """Draw a few pixels closely, framed; return where they lie."""
        box, large = closely(picture, place, self._inks.ground)
        canvas.picture((box.x, box.y), large)
        canvas.outline(Box(box.x - 1, box.y - 1, box.width + 2, box.height + 2), self._inks.line)
        return box

    def _column(self, canvas: Canvas, step: int, i: int, column: Box, found: Inspection) -> None:
        layout, inks, field = self._layout, self._inks, found.patch.field
        head = self._inside(Box(column.x, column.y, column.width, layout.rows[0][0] - column.y))
        text = f"t = {steady(field.t.positions[i], 0)}"
        short = text if text_width(text, layout.small) <= head.width else steady(field.t.positions[i], 0)
        canvas.text(head.middle, short, layout.small, inks.accent, "mm")
        marked = self._whole(canvas, step, i, column, found) if self._frames else None
        seen = []
        values = self._values(found.patch.values[i])
        for place, (plane, colors) in zip(self._planes(layout.row(1, column)), values, strict=True):
            box = self._put(canvas, place, colors)
            seen.append(box)
            if plane is not None:
                self._write_cells(canvas, box, plane, colors, 2)
            self._hatch(canvas, box, found, i)
        if marked is not None:
            self._lead(canvas, marked, seen)
        products = self._scene.folded(found.products[i])
        for place, plane in zip(self._planes(layout.row(3, column)), products, strict=True):
            colors = self._scene.term_colors(plane, self._scene.look.products)
            box = self._put(canvas, place, colors)
            self._write_cells(canvas, box, plane, colors, self._decimals)

    def _values(self, values: Numbers) -> list[tuple[Numbers | None, Pixels]]:
        """Return (numbers, colours) of the planes of what is seen in one frame, (kH, kW, C) in [0, 1].

        Channels apart are grey with a cast of their own colour; folded together they are what a person sees.
        """
        bytes_ = np.round(values * 255).astype(np.uint8)
        if self._layout.planes > 1:
            planes: list[tuple[Numbers | None, Pixels]] = []
            for c in range(values.shape[2]):
                shares = np.full(3, _TINT)
                shares[c] = 1.0
                planes.append((values[..., c], np.round(bytes_[..., c : c + 1] * shares).astype(np.uint8)))
            return planes
        if self._scene.grey:
            mean = values.mean(axis=2)
            return [(mean, as_rgb(np.round(mean * 255).astype(np.uint8)[..., np.newaxis]))]
        return [(None, as_rgb(bytes_))]

    def _whole(self, canvas: Canvas, step: int, i: int, column: Box, found: Inspection) -> Box:
        """Draw the whole frame with the receptive field; return where that lies."""
        layout, inks, axis = self._layout, self._inks, found.patch.field.t
        box = self._frame_box(column)
        source = axis.sources[i]
        if source is None:
            canvas.fill(box, inks.empty)
        else:
            canvas.picture((box.x, box.y), self._frames[source])
        if axis.padded[i]:
            canvas.hatch(box, inks.hatch, 2 * _HATCHED)
        return self._time.mark_field(canvas, box, step, max(layout.font // 8, 2))

    def _lead(self, canvas: Canvas, marked: Box, places: list[Box]) -> None:
        """Draw two lines from the receptive field to what is seen in it."""
        first, last = places[0], places[-1]
        y = first.y - 2
        canvas.line(((marked.x - 2, marked.bottom + 2), (first.x, y)), self._inks.accent)
        canvas.line(((marked.right + 2, marked.bottom + 2), (last.right, y)), self._inks.accent)

    def _hatch(self, canvas: Canvas, box: Box, found: Inspection, i: int) -> None:
        """Hatch the cells that lie outside the clip."""
        field = found.patch.field
        if field.t.padded[i]:
            canvas.hatch(box, self._inks.hatch, _HATCHED)
            return
        down, across = box.height / len(field.y.positions), box.width / len(field.x.positions)
        for j, outside in enumerate(field.y.padded):
            if outside:
                top = round(box.y + j * down)
                canvas.hatch(
                    Box(box.x, top, box.width, round(box.y + (j + 1) * down) - top), self._inks.hatch, 6
                )
        for k, outside in enumerate(field.x.padded):
            if outside:
                left = round(box.x + k * across)
                wide = round(box.x + (k + 1) * across) - left
                canvas.hatch(Box(left, box.y, wide, box.height), self._inks.hatch, 6)

    def _write_cells(self, canvas: Canvas, box: Box, plane: Numbers, colors: Pixels, decimals: int) -> None:
        """Write the numbers into the cells where they are large enough."""
        rows, columns = plane.shape
        cell = box.width // columns
        font = _cell_font(cell - 4, decimals, self._layout.small) if decimals >= 0 else 0
        if not font:
            return
        for j in range(rows):
            for k in range(columns):
                at = box.x + k * cell + cell // 2, box.y + j * cell + cell // 2
                canvas.text(at, steady(float(plane[j, k]), decimals), font, _readable(colors[j, k]), "mm")

    def _bar(self, canvas: Canvas, room: Box, subtotal: float) -> None:
        """Draw a sum whose number does not fit: upwards or downwards from the middle."""
        middle = room.middle[1]
        share = min(max(subtotal / self._scene.look.limits.high, -1.0), 1.0)
        length = round(share * room.height / 2)
        bar = room.inner(max(room.width // 2, 1), 0)
        canvas.line(((room.x, middle), (room.right, middle)), self._inks.line)
        top, bottom = min(middle, middle - length), max(middle, middle - length)
        canvas.fill(Box(bar.x, top, bar.width, max(bottom - top, 1)), self._inks.ink)

    def _equation(self, canvas: Canvas, found: Inspection) -> None:
        """Write: all sums, the bias, the activation, the output."""
        layout, inks, decimals = self._layout, self._inks, self._scene.decimals
        pen = _Pen(canvas, layout.equation, layout.font, self._scene)
        pen.number("", found.total, decimals)
        pen.sign("+")
        pen.number("bias", found.bias, decimals)
        word = ACTIVATION_WORDS.get(self._scene.slide.convolution.activation)
        if word is not None:
            pen.sign("=")
            pen.number("", found.pre_activation, decimals)
            pen.sign("→")
            pen.words(word, inks.quiet)
        pen.lead(layout.panel.x)
        pen.result(found.output if found.stored is None else found.stored, decimals)
        if found.agrees is False:
            pen.words(f"is stored, {steady(found.output, decimals)} computed!", inks.wrong)
        else:
            pen.remark("rounded")


class _Pen:
    """Writes from left to right in one line."""

    def __init__(self, canvas: Canvas, box: Box, font: int, scene: Scene) -> None:
        self._canvas, self._x, self._y = canvas, box.x, box.middle[1]
        self._box, self._font, self._scene, self._inks = box, font, scene, scene.look.inks

    def words(self, text: str, color: Color) -> None:
        self._canvas.text((self._x, self._y), text, self._font, color)
        self._x += text_width(text, self._font) + self._font // 2

    def lead(self, x: int) -> None:
        """Write "=" and go on at a place, unless the text is already beyond it."""
        self._x = max(self._x, x - 3 * self._font // 2)
        self.sign("=")
        self.words("output", self._inks.ink)

    def sign(self, kind: str) -> None:
        self._x += self._font // 2
        self._canvas.sign(kind, (self._x, self._y), self._font, self._inks.accent)
        self._x += self._font

    def number(self, name: str, value: float, decimals: int) -> None:
        """Write a name and a number that takes the same room whatever it is."""
        if name:
            self.words(name, self._inks.quiet)
        room = self._room(decimals)
        self._canvas.text(
            (self._x + room, self._y), steady(value, decimals), self._font, self._inks.ink, "rm"
        )
        self._x += room + self._font // 3

    def result(self, value: float, decimals: int) -> None:
        """Write the output on a ground that stands out, beside its colour."""
        room, half = self._room(decimals), self._font // 2
        high = self._box.height
        box = Box(self._x, self._box.y, room + 2 * half, high)
        self._canvas.fill(Box(box.x, box.y, box.width + high, high), self._inks.accent)
        self._canvas.text(
            (box.right - half, self._y), steady(value, decimals), self._font, self._inks.ground, "rm"
        )
        swatch = Box(box.right, box.y, high, high)
        self._canvas.fill(swatch, self._scene.response_color(value))
        self._canvas.outline(swatch, self._inks.accent, 2)
        self._x = swatch.right + half

    def remark(self, text: str) -> None:
        """Write something small at the end of the line, where there is room."""
        size = self._scene.layout.small
        if self._x + text_width(text, size) < self._box.right:
            self._canvas.text((self._box.right, self._y), text, size, self._inks.quiet, "rm")

    def _room(self, decimals: int) -> int:
        widest = steady(-0.888 * 10.0 ** (3 - decimals), decimals) if decimals >= 0 else "-8.88e-88"
        return text_width(widest, self._font)


@cache
def _cell_font(width: int, decimals: int, most: int) -> int:
    """Return the size of letters at which a number fits into a cell, or 0 where it could not be read."""
    text = steady(-0.88 * 10.0 ** (2 - decimals), decimals)
    return next((size for size in range(most, _LEAST_FONT - 1, -1) if text_width(text, size) <= width), 0)


def _readable(color: NDArray[np.uint8]) -> Color:
    """Return black or white, whichever is read better on a colour."""
    red, green, blue = (int(part) for part in color)
    return (0, 0, 0) if 0.299 * red + 0.587 * green + 0.114 * blue > 128 else (255, 255, 255)
