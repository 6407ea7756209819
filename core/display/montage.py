"""The mosaic: the input and every feature volume side by side, in step, with names and a legend.

Each picture of the film belongs to one clip frame. A volume shows the frame that its `AxisMap` gives for
it; where it has none (the ends of the clip, with valid padding) its cell is hatched and says so. With
strides a voxel is drawn as large as the input pixels it stands for, so places agree from cell to cell.

One table of 256 colours serves all: 127 for responses (exact), 16 greys for ground and letters, and what is
left, 113, for the colours of the input.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.clip import Clip
from core.display.colormap import LEVELS
from core.display.contrast import Limits, clipped_share, limits_for, table_for
from core.display.film import Film, Indices, enlarged
from core.display.legend import format_response, legend_indices, legend_ticks
from core.display.lettering import elided, line_height, text_width, write_text
from core.display.palette import Palette, clip_palette
from core.display.render import render_frame
from core.display.wheel import wheel_disc
from core.playback import order
from core.settings import ContrastSettings, ExportSettings
from core.volume import FeatureVolume

GREYS = 16
GROUND, INK = LEVELS, LEVELS + GREYS - 1  # paper and letters: the ends of the ramp of greys
INPUT_BASE = LEVELS + GREYS
INPUT_COLORS = 256 - INPUT_BASE
_RAMP = (GROUND, INK)
_PAPER_RGB, _INK_RGB = (250, 250, 248), (32, 36, 42)
_QUIET = INK - 5  # letters that may stay in the background
_HATCH, _HATCH_LINE = GROUND + 1, GROUND + 4

# A grid as wide as a screen is pleasant to look at; empty cells are not.
_ASPECT = 1.45
_MIN_WIDTH = 240  # pixels: room for the legend and the counter under a mosaic of tiny volumes


@dataclass(frozen=True, slots=True)
class Layout:
    """Where everything is, in pixels.

    Parameters
    ----------
    columns, rows
        Of the grid.
    cell
        (width, height) of the largest picture.
    font
        Size of the letters; 0 without captions.
    directions
        Whether the legend is a disc of hues, which is higher than a strip.
    """

    columns: int
    rows: int
    cell: tuple[int, int]
    font: int
    directions: bool = False

    @property
    def gap(self) -> int:
        """Between cells and around them."""
        return max(4, self.font * 2 // 3, min(self.cell) // 24)

    @property
    def caption(self) -> int:
        """Height of the line above each picture."""
        return line_height(self.font)

    @property
    def footer(self) -> int:
        """Height of the part with counter and legend."""
        lines = 7 if self.directions else 3
        return lines * line_height(self.font) if self.font else 0

    @property
    def label_line(self) -> int:
        """The middle of the footer's line of text, counted from the footer's top."""
        return round(2.3 * self.font)

    @property
    def grid_width(self) -> int:
        """Pixels from the first to the last column."""
        return self.columns * (self.cell[0] + self.gap) - self.gap

    @property
    def width(self) -> int:
        """Pixels of the whole picture."""
        return max(self.grid_width + 2 * self.gap, _MIN_WIDTH if self.font else 0)

    @property
    def height(self) -> int:
        """Pixels of the whole picture."""
        return self.rows * (self.cell[1] + self.caption + self.gap) + self.gap + self.footer

    @property
    def margin(self) -> int:
        """Between the footer's ends and the sides of the picture."""
        return (self.width - self.grid_width) // 2 if self.width > _MIN_WIDTH else self.gap

    def corner(self, place: int) -> tuple[int, int]:
        """Return (x, y) of the upper left corner of a cell's picture, counted row by row."""
        row, column = divmod(place, self.columns)
        left = (self.width - self.grid_width) // 2
        x = left + column * (self.cell[0] + self.gap)
        return x, self.gap + row * (self.cell[1] + self.caption + self.gap) + self.caption


def layout_for(count: int, cell: tuple[int, int], captions: bool, directions: bool = False) -> Layout:
    """Return the grid for `count` pictures of at most `cell` = (width, height) pixels."""

    def badness(columns: int) -> float:
        rows = -(-count // columns)
        shape = columns * cell[0] / (rows * cell[1])
        return abs(math.log(shape / _ASPECT)) + 1.5 * (rows * columns - count) / count

    columns = min(range(1, count + 1), key=badness)
    font = min(max(round(cell[0] / 22), 11), 18) if captions else 0
    return Layout(columns, -(-count // columns), cell, font, directions)


def mosaic_layout(clip: Clip, volumes: Sequence[FeatureVolume], export: ExportSettings) -> Layout:
    """Return where everything of a mosaic will be: its size is known before anything is drawn."""
    sizes = [(clip.width * export.scale, clip.height * export.scale)]
    sizes += [_size(volume, export.scale) for volume in volumes]
    cell = max(width for width, _ in sizes), max(height for _, height in sizes)
    return layout_for(1 + len(volumes), cell, export.captions, _directions(volumes))


def mosaic_film(
    clip: Clip,
    volumes: Sequence[FeatureVolume],
    contrast: ContrastSettings,
    signed: bool,
    export: ExportSettings,
    palette: Palette | None = None,
    quantity: str = "response",
) -> Film:
    """Return the mosaic of a clip and its feature volumes, one picture per clip frame.

    Parameters
    ----------
    clip
        At the working size that the volumes were computed from.
    volumes
        At least one.
    contrast, signed
        How responses become colours; volumes with angles have the colours of directions.
    export
        Scale, ping-pong, captions.
    palette
        The clip's in `INPUT_COLORS` colours, if it is already known.
    quantity
        What the colours of the legend stand for.
    """
    limits = limits_for(volumes, contrast, signed)
    layout = mosaic_layout(clip, volumes, export)
    inks = palette or clip_palette(clip.frames, INPUT_COLORS)
    paper = _paper(clip, volumes, limits, export.scale, layout, quantity)
    blanks = [_no_frame(volume, len(clip), export.scale, layout) for volume in volumes]

    def picture(t: int) -> Indices:
        canvas = paper.copy()
        _place(canvas, layout, 0, enlarged(_input(inks, clip.frames[t]), export.scale))
        for place, (volume, ends, blank) in enumerate(zip(volumes, limits, blanks, strict=True), start=1):
            index, inside = volume.at(t)
            shown = render_frame(volume, index, ends) if inside else None
            zoomed = blank if shown is None else enlarged(shown, *_zoom(volume, export.scale))
            _place(canvas, layout, place, zoomed)
        _write_counter(canvas, layout, t, len(clip))
        return canvas

    table = table_for(contrast, signed, _directions(volumes))
    colors = np.concatenate([table.rgb, _greys(), inks.rgb])
    return Film(layout.width, layout.height, colors, order(len(clip), export.ping_pong), picture)


def _directions(volumes: Sequence[FeatureVolume]) -> bool:
    return volumes[0].angles is not None


def _zoom(volume: FeatureVolume, scale: int) -> tuple[int, int]:
    """Return how many pixels a voxel takes across and down."""
    _, down, across = volume.axes
    return across.stride * scale, down.stride * scale


def _size(volume: FeatureVolume, scale: int) -> tuple[int, int]:
    """Return (width, height) of a volume's picture in pixels."""
    _, height, width = volume.data.shape
    across, down = _zoom(volume, scale)
    return width * across, height * down


def _greys() -> NDArray[np.uint8]:
    return np.round(np.linspace(_PAPER_RGB, _INK_RGB, GREYS)).astype(np.uint8)


def _input(palette: Palette, frame: NDArray[np.uint8]) -> Indices:
    return palette.indices(frame) + np.uint8(INPUT_BASE)


def _place(canvas: Indices, layout: Layout, place: int, picture: Indices) -> None:
    """Put a picture into the middle of its cell."""
    x, y = layout.corner(place)
    height, width = picture.shape
    x, y = x + (layout.cell[0] - width) // 2, y + (layout.cell[1] - height) // 2
    canvas[y : y + height, x : x + width] = picture


def _paper(
    clip: Clip,
    volumes: Sequence[FeatureVolume],
    limits: Sequence[Limits],
    scale: int,
    layout: Layout,
    quantity: str,
) -> Indices:
    """Return what stays the same in every picture: ground, captions, legend."""
    canvas = np.full((layout.height, layout.width), GROUND, np.uint8)
    if not layout.font:
        return canvas
    one_scale = len(set(limits)) == 1
    captions = [("input", clip.name if clip.name != "clip" else "")]
    captions += [
        (volume.name, "" if one_scale else f"a = {format_response(ends.high)}")
        for volume, ends in zip(volumes, limits, strict=True)
    ]
    widths = [clip.width * scale, *(_size(volume, scale)[0] for volume in volumes)]
    for place, ((name, remark), width) in enumerate(zip(captions, widths, strict=True)):
        _write_caption(canvas, layout, place, width, name, remark)
    clipped = any(clipped_share(v, ends) > 0 for v, ends in zip(volumes, limits, strict=True))
    if layout.directions:
        _draw_wheel(canvas, layout, limits[0], clipped)
        return canvas
    middle = _draw_legend(canvas, layout, limits[0], clipped, one_scale)
    _write_title(canvas, layout, middle, len(clip), quantity)
    return canvas


def _draw_wheel(canvas: Indices, layout: Layout, limits: Limits, clipped: bool) -> None:
    """Draw the disc of directions at the lower right, a word at each side, and what brightness means."""
    font, line = layout.font, line_height(layout.font)
    radius = (layout.footer - 2 * line - font // 2) // 2
    x = layout.width - layout.margin - text_width("right", font) - font // 2 - radius
    y = layout.height - layout.footer + line + radius
    indices, inside = wheel_disc(2 * radius + 1)
    place = canvas[y - radius : y + radius + 1, x - radius : x + radius + 1]
    np.copyto(place, indices, where=inside)
    gap = radius + font // 2
    for text, dx, dy, anchor in (
        ("right", gap, 0, "lm"),
        ("left", -gap, 0, "rm"),
        ("up", 0, -radius - line // 2, "mm"),
        ("down", 0, radius + line // 2, "mm"),
    ):
        write_text(canvas, x + dx, y + dy, text, font, _RAMP, anchor=anchor)
    edge = x - gap - text_width("left", font) - font
    longest = ("≥ " if clipped else "") + format_response(limits.high)
    for row, text in enumerate(("hue: direction", f"rim: {longest}")):
        if edge - text_width(text, font) > layout.margin:
            at = y + round((row - 0.5) * line)
            write_text(canvas, edge, at, text, font, (GROUND, _QUIET), anchor="rm")


def _write_caption(canvas: Indices, layout: Layout, place: int, width: int, name: str, remark: str) -> None:
    """Write a name above its picture of `width` pixels and, where there is room, a remark at the right."""
    x, y = layout.corner(place)
    x, y = x + (layout.cell[0] - width) // 2, y - layout.caption // 2 - 1
    font, short = layout.font, str(place) if place else "in"
    title = name if width > 5 * font or text_width(name, font) <= width else short
    title = elided(title, font, width)
    write_text(canvas, x, y, title, font, _RAMP)
    if text_width(title, font) + font + text_width(remark, font) <= width:
        write_text(canvas, x + width, y, remark, font, (GROUND, _QUIET), anchor="rm")


def _write_counter(canvas: Indices, layout: Layout, t: int, count: int) -> None:
    if layout.font:
        y = layout.height - (layout.label_line if layout.directions else layout.footer - layout.label_line)
        free = layout.width // 2 if layout.directions else _legend_left(layout)
        fits = layout.margin + _counter_width(layout, count) + layout.font < free
        text = f"frame {t + 1} of {count}" if fits else f"{t + 1}/{count}"
        write_text(canvas, layout.margin, y, text, layout.font, _RAMP)


def _counter_width(layout: Layout, count: int) -> int:
    """Return how wide the counter may become."""
    widest = max(count, 10)
    return text_width(f"frame {widest} of {widest}", layout.font)


def _legend_width(layout: Layout) -> int:
    """Return the length of the colour strip with its pointed ends."""
    # Odd, so that the colour of 0 is in the middle.
    return min(max(layout.width * 2 // 5, 110), 30 * layout.font) | 1


def _legend_left(layout: Layout) -> int:
    return layout.width - layout.margin - _legend_width(layout)


def _draw_legend(canvas: Indices, layout: Layout, limits: Limits, clipped: bool, one_scale: bool) -> int:
    """Draw the strip at the lower right, pointed where responses lie beyond the scale; return its middle."""
    font, thick = layout.font, max(layout.font - 3, 8) | 1
    left, right = _legend_left(layout), layout.width - layout.margin
    top = layout.height - layout.footer + font // 2
    tip = thick // 2 + 1 if clipped else 0
    first = left + (tip if limits.signed else 0)
    strip = canvas[top : top + thick, first : right - tip]
    strip[...] = legend_indices(strip.shape[1])
    for row in range(thick if clipped else 0):
        reach = tip - abs(row - thick // 2)
        canvas[top + row, right - tip : right - tip + reach] = LEVELS - 1
        if limits.signed:
            canvas[top + row, first - reach : first] = 0
    ticks = legend_ticks(limits, clipped=clipped, symbol="" if one_scale else "a")
    _write_ticks(canvas, ticks, (left, first, right - tip, right), top + thick, layout)
    return top + thick // 2


def _write_title(canvas: Indices, layout: Layout, y: int, count: int, title: str) -> None:
    """Write what the strip shows to its left, where the counter leaves room."""
    x = _legend_left(layout)
    used = layout.margin + _counter_width(layout, count) + 3 * layout.font
    if used + text_width(title, layout.font) < x:
        write_text(canvas, x - layout.font // 2, y, title, layout.font, (GROUND, _QUIET), anchor="rm")


def _write_ticks(
    canvas: Indices, ticks: list[tuple[float, str]], edges: tuple[int, int, int, int], y: int, layout: Layout
) -> None:
    """Write the labels under the strip: the ends flush with it, the others centred at their place."""
    left, first, last, right = edges
    font, line = layout.font, layout.height - layout.footer + layout.label_line
    for position, label in ticks:
        x = round(first + position * (last - 1 - first))
        canvas[y : y + max(font // 4, 2), x] = INK
        flush = {0.0: ("lm", left), 1.0: ("rm", right)}
        anchor, at = flush.get(position, ("mm", x))
        write_text(canvas, at, line, label, font, _RAMP, anchor=anchor)


def _no_frame(volume: FeatureVolume, count: int, scale: int, layout: Layout) -> Indices:
    """Return what a volume shows at clip frames for which it has no answer."""
    width, height = _size(volume, scale)
    rows, columns = np.indices((height, width), sparse=True)
    period = max(8, layout.font // 2 * 2)
    blank = np.where((rows + columns) % period < 1, _HATCH_LINE, _HATCH).astype(np.uint8)
    first = next((t for t in range(count) if volume.at(t)[1]), None)
    last = next((t for t in reversed(range(count)) if volume.at(t)[1]), None)
    if not layout.font or first is None or last is None:
        return blank
    lines = ["no frame", f"frames {first + 1} to {last + 1} only"]
    wide = max(text_width(line, layout.font) for line in lines) + layout.font
    high = 2 * line_height(layout.font) + layout.font // 2
    if wide <= width and high <= height:
        top, left = (height - high) // 2, (width - wide) // 2
        blank[top : top + high, left : left + wide] = _HATCH
        for line, text in enumerate(lines):
            y = height // 2 + round((line - 0.5) * line_height(layout.font))
            write_text(blank, width // 2, y, text, layout.font, (_HATCH, INK), anchor="mm")
    return blank
