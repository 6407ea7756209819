"""Where everything is in the table of small multiples: pure geometry, in logical pixels of its content."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QFontMetricsF

from core.display.sheet import CellPlace

LARGEST, LEAST = 60, 3  # side of a cell
# With less height than rows want, cells still get this side where the width allows it: the table scrolls.
READABLE = 10
PLANE_GAP, BLOCK_GAP, ROW_GAP = 4.0, 24.0, 7.0
NARROWEST = 112.0  # a block: room for its title and its scale
STRIP = 9.0  # height of a colour scale


@dataclass(frozen=True, slots=True)
class Letters:
    """What the geometry has to know of the fonts: pixels."""

    line: float  # a line of small text
    label: float  # the widest row label
    total: float  # the widest number at the end of a row
    subtotal: float  # the widest number under a plane
    number: float  # the widest number in a cell

    @classmethod
    def of(cls, small: QFontMetricsF, bold: QFontMetricsF, labels: Sequence[str], widest: str) -> "Letters":
        """Measure with the fonts of the small texts and of the sums at the end of the rows."""
        # The first line of a row's label is bold, too.
        fonts = (bold, *(small for _ in labels[1:]))
        label = max(
            (font.horizontalAdvance(text) for font, text in zip(fonts, labels, strict=True)), default=0.0
        )
        number, subtotal = (small.horizontalAdvance(text) for text in ("~ −0.00", widest))
        total = max(bold.horizontalAdvance(text) for text in (f"= {widest}", "= ~ −0.00000"))
        return cls(small.height(), label + 10, total + 2, subtotal + 2, number + 2)


@dataclass(frozen=True, slots=True)
class TermLayout:
    """Made by `lay_out`.

    Parameters
    ----------
    shape
        Rows, planes in each block, cells down and across in a plane.
    side
        Of a cell.
    slots
        For each block the width of a plane with what stands under it.
    letters
        The fonts.
    """

    shape: tuple[int, int, int, int]
    side: int
    slots: tuple[float, ...]
    letters: Letters

    @property
    def blocks(self) -> int:
        """How many blocks there are."""
        return len(self.slots)

    @property
    def sums(self) -> bool:
        """Whether planes have sums under them: with one plane the sum of the row says it."""
        return self.shape[1] > 1

    @property
    def numbers(self) -> bool:
        """Whether cells have room for numbers."""
        return self.side >= self.letters.number

    @property
    def header(self) -> float:
        """Height of titles and scales."""
        return (3 if self.sums else 2) * self.letters.line + 6

    def block_width(self, block: int) -> float:
        """Return the width of the planes of a block."""
        return self.shape[1] * self.slots[block] + (self.shape[1] - 1) * PLANE_GAP

    @property
    def cells_height(self) -> float:
        """Height of the cells of a row, or of its label where that is more."""
        return max(self.shape[2] * self.side, 2 * self.letters.line + 2)

    @property
    def row_height(self) -> float:
        """From one row to the next."""
        return self.cells_height + (self.letters.line if self.sums else 0.0) + ROW_GAP

    @property
    def width(self) -> float:
        """Of the whole content."""
        return self.total_left + self.letters.total

    @property
    def height(self) -> float:
        """Of all rows and the footer, without the header."""
        return self.shape[0] * self.row_height + self.letters.line + 8

    @property
    def total_left(self) -> float:
        """Where the sums at the end of the rows begin."""
        return self.block_left(self.blocks) - BLOCK_GAP + 6

    def block_left(self, block: int) -> float:
        """Return where a block begins."""
        before = sum(self.block_width(each) + BLOCK_GAP for each in range(block))
        return self.letters.label + before

    def row_top(self, row: int) -> float:
        """Return where a row begins, under the header."""
        return row * self.row_height + 4

    def slot_rect(self, block: int, row: int, plane: int) -> QRectF:
        """Return the room of a plane."""
        slot = self.slots[block]
        left = self.block_left(block) + plane * (slot + PLANE_GAP)
        return QRectF(left, self.row_top(row), slot, self.cells_height)

    def plane_rect(self, block: int, row: int, plane: int) -> QRectF:
        """Return where the cells of a plane are: in the middle of their room, on whole pixels."""
        slot, (_, _, down, across) = self.slot_rect(block, row, plane), self.shape
        width, height = across * self.side, down * self.side
        left = slot.left() + (slot.width() - width) // 2
        return QRectF(left, slot.top() + (slot.height() - height) // 2, width, height)

    def sum_rect(self, block: int, row: int, plane: int) -> QRectF:
        """Return where the sum under a plane stands."""
        slot = self.slot_rect(block, row, plane)
        return QRectF(slot.left(), slot.bottom() + 1, slot.width(), self.letters.line)

    def cell_rect(self, block: int, place: CellPlace) -> QRectF:
        """Return where a cell is in one of the blocks."""
        plane = self.plane_rect(block, place.row, place.plane)
        left, top = plane.left() + place.x * self.side, plane.top() + place.y * self.side
        return QRectF(left, top, self.side, self.side)

    def cell_at(self, point: QPointF) -> CellPlace | None:
        """Return the cell at a point of the content, in whichever block it is."""
        rows, planes, down, across = self.shape
        row = int(point.y() // self.row_height)
        if not 0 <= row < rows:
            return None
        for block in range(self.blocks):
            for plane in range(planes):
                rect = self.plane_rect(block, row, plane)
                if rect.contains(point):
                    y, x = (point.y() - rect.top()) / self.side, (point.x() - rect.left()) / self.side
                    return CellPlace(row, plane, min(int(y), down - 1), min(int(x), across - 1))
        return None


def lay_out(
    shape: tuple[int, int, int, int],
    blocks: int,
    room: tuple[float, float],
    letters: Letters,
    numbers: bool = False,
) -> TermLayout:
    """Return the largest cells that fit.

    Parameters
    ----------
    shape
        Rows, planes in each block, cells down and across in a plane.
    room
        Width and height; the width is kept to where cells of `LEAST` fit, the height where that leaves
        them `READABLE`.
    numbers
        Whether cells are to be large enough for numbers, whatever has to scroll.
    """

    def made(side: int) -> TermLayout:
        slot = max(shape[3] * side, (NARROWEST - (shape[1] - 1) * PLANE_GAP) / shape[1])
        last = max(slot, letters.subtotal if shape[1] > 1 else 0.0)  # sums stand under its planes
        return TermLayout(shape, side, (slot,) * (blocks - 1) + (last,), letters)

    widest = next((s for s in range(LARGEST, LEAST, -1) if made(s).width <= room[0]), LEAST)
    tallest = next((s for s in range(widest, LEAST, -1) if made(s).height + made(s).header <= room[1]), LEAST)
    side = max(tallest, min(widest, READABLE))
    return made(max(side, int(letters.number) + 1) if numbers else side)
