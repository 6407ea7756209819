"""The table of small multiples: input patch | weights | products, a row for each kernel frame.

All of it is painted here, and only what is to be seen: a kernel 16x16x16 on RGB has 37 000 cells.
"""

from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QFont,
    QFontMetricsF,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPalette,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import QAbstractScrollArea, QWidget

from core.display.sheet import Block, CellPlace, Sheet
from gui import qimage
from gui.widgets.controls import describe
from gui.widgets.figure import small
from gui.widgets.overlays import paint_message
from gui.widgets.term_layout import Letters, TermLayout, lay_out
from gui.widgets.term_paint import TablePainter

TIP = (
    "Every product of the sum: what the kernel lies on, times its weights. Point at a cell to see the same "
    "place in all three, with all digits. Hatched cells lie outside the clip. With the keyboard: "
    "Alt+arrow keys move from cell to cell, Page up and Page down scroll."
)
_STEPS = {
    Qt.Key.Key_Left: (0, -1),
    Qt.Key.Key_Right: (0, 1),
    Qt.Key.Key_Up: (-1, 0),
    Qt.Key.Key_Down: (1, 0),
}


class TermTable(QAbstractScrollArea):
    """Shows one `Sheet`.

    Signals
    -------
    cell_changed(object)
        Another `CellPlace` is pointed at, or None.
    """

    cell_changed = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._sheet: Sheet | None = None
        self._layout: TermLayout | None = None
        self._cell: CellPlace | None = None
        self._large = False
        self._by_key = False
        self._message = ""
        self._images: dict[int, tuple[Block, QImage]] = {}
        self.setCornerWidget(QWidget())
        self.setFrameShape(QAbstractScrollArea.Shape.NoFrame)
        self.viewport().setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setObjectName("term_table")
        describe(self, "Table of all products", TIP)
        self.setToolTip("")  # it would lie over the cells; the description tells it to those who listen
        self.setAccessibleDescription(TIP)

    @property
    def sheet(self) -> Sheet | None:
        """What is shown."""
        return self._sheet

    @property
    def cell(self) -> CellPlace | None:
        """The cell that is pointed at."""
        return self._cell

    def content_rect(self) -> QRect:
        """Return where its rows and columns are, without what is left free beside and under them."""
        room = self.viewport().geometry()
        if self._layout is None:
            return room
        height = self._layout.header + self._layout.height - self.verticalScrollBar().value()
        width = self._layout.width - self.horizontalScrollBar().value()
        return room & QRect(room.topLeft(), QSize(round(width), round(height)))

    def set_sheet(self, sheet: Sheet | None, message: str = "") -> None:
        """Show another response, or say why there is none; the cell that is pointed at stays where it can."""
        self._sheet, self._message = sheet, message
        if sheet is None:
            self._images = {}
        elif self._layout is None or not self._fits(sheet):
            self._arrange()
        self._keep_cell()
        self.viewport().update()

    def set_numbers(self, large: bool) -> None:
        """Make cells large enough for numbers, or let them fit."""
        if large != self._large:
            self._large = large
            self._arrange()
            self.viewport().update()

    def set_cell(self, cell: CellPlace | None, *, reveal: bool = False) -> None:
        """Point at a cell, or at none, as where there is no such cell; scroll there on demand."""
        if cell is not None and not self._has(cell):
            cell = None
        if cell != self._cell:
            for place in (self._cell, cell):
                self._update_cell(place)
            self._cell = cell
            self.cell_changed.emit(cell)
        if reveal and cell is not None:
            self._reveal(cell)

    def move_cell(self, dy: int, dx: int) -> None:
        """Point at the next cell that way: over the edge of a plane comes the next plane, or the next row."""
        if self._sheet is None or self._layout is None:
            return
        self._by_key = True
        rows, planes, down, across = self._layout.shape
        if self._cell is None:
            self.set_cell(CellPlace(0, 0, 0, 0), reveal=True)
            return
        place = self._cell
        over = place.plane * across + place.x + dx
        under = place.row * down + place.y + dy
        over, under = min(max(over, 0), planes * across - 1), min(max(under, 0), rows * down - 1)
        moved = CellPlace(under // down, over // across, under % down, over % across)
        self.set_cell(moved, reveal=True)

    def takes_key(self, event: QKeyEvent) -> bool:
        """Whether it wants a key while it has the focus; on a press it also acts."""
        step = _STEPS.get(Qt.Key(event.key()))
        if step is None or not event.modifiers() & Qt.KeyboardModifier.AltModifier:
            return False
        if event.type() == QEvent.Type.KeyPress:
            self.move_cell(*step)
        return True

    # Geometry

    def _fits(self, sheet: Sheet) -> bool:
        assert self._layout is not None
        return (sheet.blocks[0].shape, len(sheet.blocks)) == (self._layout.shape, self._layout.blocks) and (
            self._letters(sheet) == self._layout.letters
        )

    def _letters(self, sheet: Sheet) -> Letters:
        plain = small(self.font())
        bold = QFont(plain)
        bold.setBold(True)
        return Letters.of(QFontMetricsF(plain), QFontMetricsF(bold), sheet.widest_labels, sheet.widest_sum)

    def _arrange(self) -> None:
        """Find the places anew and tell the scroll bars."""
        sheet = self._sheet
        if sheet is None:
            self._layout = None
            return
        across, down = self.horizontalScrollBar(), self.verticalScrollBar()
        found, room = self._fitted(sheet)
        self._layout = found
        across.setRange(0, max(round(found.width) - room.width(), 0))
        across.setPageStep(room.width())
        down.setRange(0, max(round(found.height + found.header) - room.height(), 0))
        down.setPageStep(max(room.height() - round(found.header), 1))
        for bar in (across, down):
            bar.setSingleStep(20)

    def _fitted(self, sheet: Sheet) -> tuple[TermLayout, QSize]:
        """Return the places, and the room that scroll bars leave.

        The room is that without bars: were it what the bars of the moment leave, the cells that fit beside
        a bar would need none, and those that fit without one would, for ever in turn.
        """
        whole = self.maximumViewportSize()
        thick = QSize(
            self.verticalScrollBar().sizeHint().width(), self.horizontalScrollBar().sizeHint().height()
        )
        shape, letters = sheet.blocks[0].shape, self._letters(sheet)

        def laid(width: int) -> TermLayout:
            return lay_out(shape, len(sheet.blocks), (width, whole.height()), letters, self._large)

        found = laid(whole.width())
        if found.height + found.header > whole.height():
            found = laid(whole.width() - thick.width())
        high = round(found.height + found.header)
        below = high > whole.height()
        beside = round(found.width) > whole.width() - thick.width() * below
        below = high > whole.height() - thick.height() * beside
        return found, whole - QSize(thick.width() * below, thick.height() * beside)

    def _origin(self) -> QPointF:
        """Return where the content begins, under the header, in the viewport."""
        top = self._layout.header if self._layout is not None else 0.0
        return QPointF(-self.horizontalScrollBar().value(), top - self.verticalScrollBar().value())

    def cell_rects(self, cell: CellPlace) -> list[QRectF]:
        """Return where a cell is in the viewport, once for each block."""
        if self._layout is None:
            return []
        origin = self._origin()
        return [
            self._layout.cell_rect(block, cell).translated(origin) for block in range(self._layout.blocks)
        ]

    def _update_cell(self, cell: CellPlace | None) -> None:
        if cell is not None:
            for rect in self.cell_rects(cell):
                self.viewport().update(rect.adjusted(-4, -4, 4, 4).toAlignedRect())

    def _keep_cell(self) -> None:
        if self._cell is not None:
            if not self._has(self._cell):
                self._cell = None
            self.cell_changed.emit(self._cell)  # the same cell has other numbers

    def _has(self, cell: CellPlace) -> bool:
        if self._layout is None or self._sheet is None:
            return False
        place = cell.row, cell.plane, cell.y, cell.x
        return all(at < n for at, n in zip(place, self._layout.shape, strict=True))

    def _reveal(self, cell: CellPlace) -> None:
        assert self._layout is not None
        rect = self._layout.cell_rect(self._layout.blocks - 1, cell)
        down, across = self.verticalScrollBar(), self.horizontalScrollBar()
        free = self.viewport().height() - self._layout.header
        if not down.value() <= rect.top() <= down.value() + free - rect.height():
            down.setValue(round(rect.center().y() - free / 2))
        if not across.value() <= rect.left() <= across.value() + self.viewport().width() - rect.width():
            across.setValue(round(rect.center().x() - self.viewport().width() / 2))

    def _image(self, block: Block) -> QImage:
        """Return a block's cells, one pixel each; kept while the block is shown."""
        if id(block) not in self._images:
            assert self._sheet is not None
            shown = {id(each) for each in self._sheet.blocks}
            self._images = {key: kept for key, kept in self._images.items() if key in shown}
            if block.colours is None:
                image = qimage.from_indices(block.indices(), block.table)
            else:
                image = qimage.from_rgb(block.picture())
            self._images[id(block)] = (block, image)
        return self._images[id(block)][1]

    # Qt overrides

    def scrollContentsBy(self, _dx: int, _dy: int) -> None:  # noqa: N802
        """Paint what came into sight."""
        self.viewport().update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Find the places anew."""
        super().resizeEvent(event)
        self._arrange()

    def changeEvent(self, event: QEvent) -> None:
        """Follow another font or theme."""
        super().changeEvent(event)
        self._arrange()
        self.viewport().update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Point at the cell under the mouse."""
        self._by_key = False
        self.set_cell(self._cell_under(event.position()))

    def leaveEvent(self, event: QEvent) -> None:
        """Point at nothing, unless the keyboard does."""
        if not self._by_key:
            self.set_cell(None)
        super().leaveEvent(event)

    def _cell_under(self, point: QPointF) -> CellPlace | None:
        if self._layout is None or self._sheet is None or point.y() < self._layout.header:
            return None
        return self._layout.cell_at(point - self._origin())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Scroll by pages; the arrow keys are for whoever moves the response."""
        if event.key() in (Qt.Key.Key_PageUp, Qt.Key.Key_PageDown):
            super().keyPressEvent(event)
        else:
            event.ignore()

    def focusInEvent(self, event: QEvent) -> None:
        """Show the focus."""
        self.viewport().update()

    def focusOutEvent(self, event: QEvent) -> None:
        """Show that it went."""
        self.viewport().update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the rows and blocks that are to be seen, the header over them, and the marked cells."""
        painter = QPainter(self.viewport())
        painter.fillRect(event.rect(), self.palette().color(QPalette.ColorRole.Window))
        if self._sheet is not None and self._layout is not None:
            painter.setFont(small(self.font()))
            self._paint(painter, event.rect(), self._sheet, self._layout)
        else:
            paint_message(painter, QRectF(self.viewport().rect()), self.palette(), self._message)
        if self.hasFocus():
            painter.setClipping(False)
            painter.setPen(QPen(self.palette().color(QPalette.ColorRole.Highlight), 1.0))
            painter.drawRect(QRectF(self.viewport().rect()).adjusted(0.5, 0.5, -0.5, -0.5))
        painter.end()

    def _paint(self, painter: QPainter, dirty: QRect, sheet: Sheet, layout: TermLayout) -> None:
        origin, header = self._origin(), layout.header
        brush = TablePainter(painter, self.palette(), sheet, layout)
        view = QRectF(self.viewport().rect())
        body = QRectF(0, header, view.width(), view.height() - header)
        painter.save()
        painter.setClipRect(body.intersected(QRectF(dirty)))
        painter.translate(origin)
        seen = QRectF(dirty).intersected(body).translated(-origin)
        brush.paint_rows(seen, self._image)
        painter.restore()
        if dirty.top() < header:
            painter.save()
            painter.translate(origin.x(), 0)
            brush.paint_header()
            painter.restore()
        if self._cell is not None:
            painter.setClipRect(body)
            brush.paint_cells(self.cell_rects(self._cell))
