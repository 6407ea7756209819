"""How the table of small multiples is painted: rows, header, marked cells; in coordinates of its content."""

from collections.abc import Callable

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QFont, QImage, QPainter, QPalette, QPen

from core.display.legend import format_response
from core.display.sheet import Block, Sheet
from gui import qimage
from gui.widgets.letters import grounds
from gui.widgets.term_layout import BLOCK_GAP, STRIP, TermLayout

_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_CENTRE = Qt.AlignmentFlag.AlignCenter
# Dark and bright: hatching is seen on black, on white and on every colour.
_HATCH = (
    (QColor(0, 0, 0, 150), Qt.BrushStyle.BDiagPattern),
    (QColor(255, 255, 255, 200), Qt.BrushStyle.BDiagPattern),
)


class TablePainter:
    """Paints one sheet with one painter; lives as long as one paint event."""

    def __init__(self, painter: QPainter, palette: QPalette, sheet: Sheet, layout: TermLayout) -> None:
        self._painter, self._palette, self._sheet, self._layout = painter, palette, sheet, layout
        self._font = painter.font()
        self._bold = QFont(self._font)
        self._bold.setBold(True)

    def _ink(self, role: QPalette.ColorRole) -> None:
        self._painter.setPen(self._palette.color(role))

    # Rows

    def paint_rows(self, seen: QRectF, image: Callable[[Block], QImage]) -> None:
        """Paint the rows that meet a rectangle, and the footer."""
        layout, blocks = self._layout, self._sheet.blocks
        rows = layout.shape[0]
        first = max(int((seen.top() - 4) // layout.row_height), 0)
        last = min(int(seen.bottom() // layout.row_height), rows - 1)
        for row in range(first, last + 1):
            self._paint_label(row)
            hatched = self._sheet.hatched(row)
            for number, block in enumerate(blocks):
                self._paint_block(row, number, block, image(block), seen, hatched)
            self._paint_total(row)
        if seen.bottom() > layout.row_top(rows) - 4:
            self._paint_footer()

    def _paint_label(self, row: int) -> None:
        layout, line = self._layout, self._layout.letters.line
        title, more = self._sheet.labels[row]
        metrics = self._painter.fontMetrics()
        more = metrics.elidedText(more, Qt.TextElideMode.ElideRight, int(layout.letters.label) - 8)
        top = layout.row_top(row) + (layout.cells_height - 2 * line) / 2
        self._painter.setFont(self._bold)
        self._ink(QPalette.ColorRole.WindowText)
        self._painter.drawText(QRectF(4, top, layout.letters.label, line), int(_LEFT), title)
        self._painter.setFont(self._font)
        self._ink(QPalette.ColorRole.PlaceholderText)
        self._painter.drawText(QRectF(4, top + line, layout.letters.label, line), int(_LEFT), more)

    def _paint_block(
        self,
        row: int,
        number: int,
        block: Block,
        image: QImage,
        seen: QRectF,
        hatched: list[list[bool]] | None,
    ) -> None:
        layout = self._layout
        rows, planes, down, across = layout.shape
        if block.sign:
            self._paint_sign(block.sign, layout.block_left(number), row)
        for plane in range(planes):
            rect = layout.plane_rect(number, row, plane)
            if rect.intersects(seen):
                source = QRectF(0, (plane * rows + row) * down, across, down)
                self._painter.drawImage(rect, image, source)
                if hatched is not None and block.sign != "×":
                    self._paint_hatching(rect, hatched)
                if layout.numbers and block.colours is None:
                    marked = hatched if block.sign != "×" else None
                    self._paint_numbers(rect, row, plane, block, seen, marked)
                self._ink(QPalette.ColorRole.Mid)
                self._painter.drawRect(rect.adjusted(-0.5, -0.5, 0.5, 0.5))
            if block.sums and layout.sums:
                self._ink(QPalette.ColorRole.WindowText)
                self._painter.drawText(
                    layout.sum_rect(number, row, plane), int(_CENTRE), block.sums[row][plane]
                )

    def _paint_sign(self, sign: str, block_left: float, row: int) -> None:
        layout = self._layout
        self._painter.setFont(self._bold)
        self._ink(QPalette.ColorRole.WindowText)
        box = QRectF(block_left - BLOCK_GAP, layout.row_top(row), BLOCK_GAP, layout.cells_height)
        self._painter.drawText(box, int(_CENTRE), sign)
        self._painter.setFont(self._font)

    def _paint_hatching(self, rect: QRectF, hatched: list[list[bool]]) -> None:
        """Hatch runs of cells: dark lines with bright ones beside them."""
        side = self._layout.side
        for y, line in enumerate(hatched):
            x = 0
            while x < len(line):
                end = x
                while end < len(line) and line[end]:
                    end += 1
                if end > x:
                    box = QRectF(rect.left() + x * side, rect.top() + y * side, (end - x) * side, side)
                    for shift, (colour, style) in enumerate(_HATCH):
                        self._painter.setBrushOrigin(QPointF(shift, 0))
                        self._painter.fillRect(box, QBrush(colour, style))
                x = end + 1

    def _paint_numbers(
        self,
        rect: QRectF,
        row: int,
        plane: int,
        block: Block,
        seen: QRectF,
        hatched: list[list[bool]] | None,
    ) -> None:
        side, pens = self._layout.side, grounds(block.table.name)
        raw = block.raw_texts(row, plane) if side >= 3 * self._layout.letters.line else None
        levels = block.levels(row, plane)
        for y, texts in enumerate(block.texts(row, plane)):
            top = rect.top() + y * side
            if top > seen.bottom() or top + side < seen.top():
                continue
            for x, text in enumerate(texts):
                box = QRectF(rect.left() + x * side, top, side, side)
                if not box.intersects(seen):
                    continue
                ground, letters = pens[levels[y][x]]
                said = text if raw is None else f"{raw[y][x]}\n{text}"
                if hatched is not None and hatched[y][x]:  # no lines between the digits
                    words = QRectF(self._painter.boundingRect(box, int(_CENTRE), said))
                    self._painter.fillRect(words.adjusted(-2, 0, 2, 0), ground)
                self._painter.setPen(letters)
                self._painter.drawText(box, int(_CENTRE), said)

    def _paint_total(self, row: int) -> None:
        layout = self._layout
        box = QRectF(layout.total_left, layout.row_top(row), layout.letters.total, layout.cells_height)
        self._painter.setFont(self._bold)
        self._ink(QPalette.ColorRole.WindowText)
        self._painter.drawText(box, int(_LEFT), f"= {self._sheet.totals[row]}")
        self._painter.setFont(self._font)

    def _paint_footer(self) -> None:
        layout = self._layout
        rows, planes, _, _ = layout.shape
        title, texts, total = self._sheet.footer
        top, line = layout.row_top(rows), layout.letters.line
        self._painter.setFont(self._bold)
        self._ink(QPalette.ColorRole.WindowText)
        self._painter.drawText(QRectF(4, top, layout.letters.label + 40, line), int(_LEFT), title)
        for plane in range(planes if layout.sums else 0):
            slot = layout.slot_rect(layout.blocks - 1, rows, plane)
            self._painter.drawText(QRectF(slot.left(), top, slot.width(), line), int(_CENTRE), texts[plane])
        self._painter.drawText(
            QRectF(layout.total_left, top, layout.letters.total, line), int(_LEFT), f"= {total}"
        )
        self._ink(QPalette.ColorRole.Mid)
        self._painter.drawLine(QPointF(4, top - 3), QPointF(layout.width, top - 3))
        self._painter.setFont(self._font)

    # Header

    def paint_header(self) -> None:
        """Paint the titles, scales and names of the planes."""
        layout = self._layout
        ground = QRectF(-4, 0, max(layout.width, 4000.0), layout.header)
        self._painter.fillRect(ground, self._palette.color(QPalette.ColorRole.Window))
        for number, block in enumerate(self._sheet.blocks):
            self._paint_heading(number, block)
        self._ink(QPalette.ColorRole.PlaceholderText)
        self._painter.drawText(
            QRectF(layout.total_left, 0, layout.letters.total, layout.letters.line), int(_LEFT), "sum"
        )

    def _paint_heading(self, number: int, block: Block) -> None:
        layout, line = self._layout, self._layout.letters.line
        left, width = layout.block_left(number), layout.block_width(number)
        self._painter.setFont(self._bold)
        self._ink(QPalette.ColorRole.WindowText)
        self._painter.drawText(QRectF(left, 0, width, line), int(_CENTRE), block.title)
        self._painter.setFont(self._font)
        if block.colours is None:
            self._paint_scale(QRectF(left, line + 1, width, line), block)
        for plane, name in enumerate(block.names if layout.sums else ()):
            slot = layout.slot_rect(number, 0, plane)
            box = QRectF(slot.left(), 2 * line + 4, slot.width(), line)
            self._painter.drawText(box, int(_CENTRE), name)

    def _paint_scale(self, box: QRectF, block: Block) -> None:
        """Paint low end, strip, high end in one line."""
        metrics = self._painter.fontMetrics()
        low, high = (format_response(value, 2) for value in (block.limits.low, block.limits.high))
        before, after = (metrics.horizontalAdvance(text) + 5 for text in (low, high))
        strip = QRectF(0, 0, min(box.width() - before - after, 110.0), STRIP)
        if strip.width() < 12:
            return
        strip.moveCenter(box.center())
        self._painter.drawImage(strip, qimage.legend_strip(round(strip.width()), block.table))
        self._ink(QPalette.ColorRole.Mid)
        self._painter.drawRect(strip)
        self._ink(QPalette.ColorRole.PlaceholderText)
        self._painter.drawText(
            QRectF(strip.left() - before, box.top(), before - 5, box.height()), int(_RIGHT), low
        )
        self._painter.drawText(QRectF(strip.right() + 5, box.top(), after, box.height()), int(_LEFT), high)

    # Marked cells

    def paint_cells(self, rects: list[QRectF]) -> None:
        """Frame the same cell in every block, black under white: seen on every colour."""
        for colour, width in ((QColor(0, 0, 0, 220), 4.0), (QColor(255, 255, 255), 1.8)):
            pen = QPen(colour, width)
            pen.setJoinStyle(Qt.PenJoinStyle.MiterJoin)
            self._painter.setPen(pen)
            for rect in rects:
                self._painter.drawRect(rect)
