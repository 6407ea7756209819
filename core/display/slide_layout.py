"""Where everything is in the picture of a kernel that slides: known before anything is drawn.

::

    title                                                                     step
             the clip, frame beside frame, and which of them the kernel lies on
             the output over time, each where the kernel's middle was
    frames   | with the   | box in each |            what the output looks like so far,
    values   | seen       | closely     |            or where the kernel is
    × weights
    = products
    sums     |     +      |     +       |
             sum of all + bias = … -> output
    legend of weights         of products            of the output

From above to below and from left to right it is computed. Letters have one size in proportion to the picture;
what is left is shared out among the pictures. In small pictures the row of whole frames is left out.
"""

from dataclasses import dataclass
from itertools import pairwise

from core.analysis.slide import Order, Slide
from core.display.canvas import Box
from core.display.lettering import line_height, text_width

LEAST = (480, 300)  # pixels: in less nothing can be read
LABELS = ("frames", "values", "weights", "products", "all sums")
# At 960x540 letters of 17 pixels can be read from the last row; smaller pictures keep larger ones.
_FONT_SHARE, _LEAST_FONT = 17 / 540, 13
_PANEL_SHARE = 0.3
# A plane of weights smaller than so many letters is too small to be told from its neighbour.
_PLANE_LETTERS = 2.0


@dataclass(frozen=True, slots=True)
class SlideLayout:
    """Where everything is, in pixels.

    Parameters
    ----------
    width, height
        Of the picture.
    font, small
        Sizes of letters.
    gap
        Half of what lies between two columns.
    header
        The line above everything.
    strip
        The clip's frames side by side: one cell for each position in time, also those outside the clip.
    first, count
        The position of the first cell (below 0 in padding), and how many cells there are.
    ticks
        The line of numbers under the strip.
    lane
        The output over time.
    columns
        One column for each frame of the kernel, with the line above it that names the frame.
    planes
        How many planes stand side by side in a column: the channels, or 1.
    rows
        (top, height) of frames (height 0: left out), values, weights and products.
    sums
        The line of sums below the columns.
    panel
        The picture at the right with two lines of notes below it; its title is in the line above.
    equation
        The line of the whole sum.
    footer
        The legends.
    """

    width: int
    height: int
    font: int
    small: int
    gap: int
    header: Box
    strip: Box
    first: int
    count: int
    ticks: Box
    lane: Box
    columns: tuple[Box, ...]
    planes: int
    rows: tuple[tuple[int, int], ...]
    sums: Box
    panel: Box
    equation: Box
    footer: Box

    @property
    def words(self) -> int:
        """Where the words at the left begin; before them there is room for a sign."""
        return self.header.x + round(1.1 * self.font)

    @property
    def cell(self) -> float:
        """Pixels from one position in time to the next."""
        return self.strip.width / self.count

    def time_x(self, position: float) -> float:
        """Return the x of the middle of a position in time."""
        return self.strip.x + (position - self.first + 0.5) * self.cell

    def row(self, number: int, column: Box) -> Box:
        """Return where a row crosses a column."""
        top, height = self.rows[number]
        return Box(column.x, top, column.width, height)


def slide_layout(slide: Slide, width: int, height: int, *, apart: bool = True) -> SlideLayout:
    """Share out a picture of width x height pixels, `LEAST` at least.

    Parameters
    ----------
    apart
        Whether channels stand side by side, where there is room and they differ.
    """
    width, height = max(width, LEAST[0]), max(height, LEAST[1])
    font = max(_LEAST_FONT, round(min(height, width * 9 / 16) * _FONT_SHARE))
    small = max(font * 4 // 5, 11)
    margin, gap, line = round(0.8 * font), max(round(0.45 * font), 4), line_height(font)
    left = margin + max(text_width(label, font) for label in LABELS) + 2 * font
    in_time = slide.scan.order is Order.TIME_ONLY

    header = Box(margin, margin // 2, width - 2 * margin, line)
    top = header.bottom + gap
    strip = Box(left, top, width - margin - left, round((0.085 if in_time else 0.07) * height))
    ticks = Box(left, strip.bottom, strip.width, line_height(small))
    lane = Box(left, ticks.bottom, strip.width, round(0.19 * height) if in_time else round(0.55 * font))

    footer = Box(
        margin, height - margin // 2 - 2 * line_height(small), width - 2 * margin, 2 * line_height(small)
    )
    equation = Box(left, footer.y - gap - round(1.5 * font), width - margin - left, round(1.5 * font))
    sums = Box(left, equation.y - line, 0, line)
    panel_width = round(_PANEL_SHARE * width)
    heads = Box(left, lane.bottom + gap, 0, line)
    panel = Box(width - margin - panel_width, heads.bottom, panel_width, equation.y - gap - heads.bottom)
    columns = _columns(slide, left, panel.x - 2 * gap, heads.y, sums.bottom)
    narrow = min(gap, max(columns[0].width // 12, 1))
    room = Box(columns[0].x, heads.bottom, columns[0].width - 2 * narrow, sums.y - heads.bottom - gap)
    planes, rows = _rows(slide, room, gap, font, with_frames=not in_time, apart=apart)
    first, count = positions(slide)
    return SlideLayout(
        width, height, font, small, narrow, header, strip, first, count, ticks, lane, columns, planes, rows,
        sums._replace(width=columns[-1].right - left), panel, equation, footer,
    )  # fmt: skip


def positions(slide: Slide) -> tuple[int, int]:
    """Return the first position in time that the kernel ever lies on, or 0, and how many there are in all."""
    frames = slide.scan.shape[0]
    ends = [slide.field(slide.scan.step_of((t, 0, 0))).t for t in (0, frames - 1)]
    first = min(0, ends[0].first)
    return first, max(len(slide.clip), ends[1].last + 1) - first


def _columns(slide: Slide, left: int, right: int, top: int, bottom: int) -> tuple[Box, ...]:
    count = slide.kernel_size[0]
    edges = [left + (right - left) * i // count for i in range(count + 1)]
    return tuple(Box(a, top, b - a, bottom - top) for a, b in pairwise(edges))


def _rows(
    slide: Slide, room: Box, gap: int, font: int, *, with_frames: bool, apart: bool
) -> tuple[int, tuple[tuple[int, int], ...]]:
    """Return the planes side by side, and (top, height) of the four rows in the room of one column."""
    _, clip_height, clip_width = slide.clip_shape
    _, high, wide = slide.kernel_size
    frame = min(round(room.width * clip_height / clip_width), round(0.38 * room.height)) if with_frames else 0
    if frame and (room.height - frame) / 3 - gap < _PLANE_LETTERS * font:
        frame = 0
    top = room.y + frame + (gap if frame else 0)
    height = (room.bottom - top) // 3 - gap
    channels = slide.clip.channels
    across = min((room.width - gap * (channels - 1)) / channels, height * wide / high)
    side = across * max(high / wide, 1.0)
    planes = channels if apart and not one_for_all(slide) and side >= _PLANE_LETTERS * font else 1
    tops = [top + i * (height + gap) for i in range(3)]
    return planes, ((room.y, frame), *((each, height) for each in tops))


def one_for_all(slide: Slide) -> bool:
    """Whether all channels have the same weights: then the kernel sees their mean."""
    weights = slide.kernel.weights
    return bool((weights == weights[..., :1]).all())
