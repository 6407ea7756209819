"""Pictures of a kernel in rows and columns, every weight a square with hard edges."""

from dataclasses import dataclass

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFont,
    QImage,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPalette,
    QPen,
    QPixmap,
    QResizeEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

GAP = 2.0


@dataclass(frozen=True, slots=True)
class Picture:
    """One plane of a kernel at one time, a pixel for each weight."""

    plane: int
    t: int
    image: QImage


@dataclass(frozen=True, slots=True)
class Cell:
    """The weight under the mouse: which plane, and where in it."""

    plane: int
    t: int
    y: int
    x: int


class KernelView(QWidget):
    """Pictures of a kernel's planes, each pixel one weight.

    Signals:
        cell_hovered: the Cell under the mouse, or None.
        cell_clicked: the Cell that was clicked.
    """

    cell_hovered = Signal(object)
    cell_clicked = Signal(object)

    def __init__(self, largest: float, tallest: float, parent: QWidget | None = None) -> None:
        """Make a view: a weight is at most `largest` pixels wide, all rows together `tallest` high."""
        super().__init__(parent)
        self._largest = largest
        self._tallest = tallest
        self._grid: list[list[Picture]] = []
        self._row_names: list[str] = []
        self._column_names: list[str] = []
        self._marked: int | None = None
        self._lines: tuple[int | None, int | None] = (None, None)
        self._still: QPixmap | None = None
        self._side_found: tuple[object, float] | None = None
        self.setMouseTracking(True)
        policy = QSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def show_pictures(self, grid: list[list[Picture]], row_names: list[str], column_names: list[str]) -> None:
        """Show rows of pictures of one size; no names means that rows or columns go without."""
        before = self._shape()
        self._grid, self._row_names, self._column_names = grid, row_names, column_names
        self._still = None
        if self._shape() != before:
            self.updateGeometry()
        self.update()

    def set_tallest(self, tallest: float) -> None:
        """Let all rows together be at most so many pixels high."""
        if tallest != self._tallest:
            self._tallest = tallest
            self._still = self._side_found = None
            self.updateGeometry()
            self.update()

    def set_marked(self, column: int | None) -> None:
        """Frame one column, or none."""
        if column != self._marked:
            self._marked = column
            self.update()

    def set_lines(self, y: int | None, x: int | None) -> None:
        """Frame one row and one column of weights in every picture, or none."""
        if (y, x) != self._lines:
            self._lines = (y, x)
            self.update()

    def cell_at(self, point: QPointF) -> Cell | None:
        """Return the weight at a point of the widget."""
        for row, pictures in enumerate(self._grid):
            for column, picture in enumerate(pictures):
                rect, image = self.picture_rect(row, column), picture.image
                if rect.contains(point):
                    side = rect.width() / image.width()
                    y, x = int((point.y() - rect.top()) / side), int((point.x() - rect.left()) / side)
                    y, x = min(y, image.height() - 1), min(x, image.width() - 1)
                    return Cell(picture.plane, picture.t, y, x)
        return None

    def picture_rect(self, row: int, column: int) -> QRectF:
        """Return where one picture is, on whole device pixels so that all squares are equal."""
        side = self._side(self.width())
        width, height = self._cell_size()
        ratio = self.devicePixelRatioF()
        left = self._left() + column * (width * side + GAP)
        top = self._top() + row * (height * side + GAP)
        return QRectF(round(left * ratio) / ratio, round(top * ratio) / ratio, width * side, height * side)

    def last_corner(self) -> QPointF:
        """Return where the last picture ends, at the present width."""
        if not self._grid or not self._grid[0]:
            return QPointF()
        return self.picture_rect(len(self._grid) - 1, len(self._grid[0]) - 1).bottomRight()

    # Geometry

    def _shape(self) -> tuple[int, int, int, int, bool, bool]:
        """Return what the geometry depends on: rows, columns, kW, kH and whether they have names."""
        columns = len(self._grid[0]) if self._grid else 0
        return (len(self._grid), columns, *self._cell_size(), bool(self._row_names), bool(self._column_names))

    def _cell_size(self) -> tuple[int, int]:
        """Return (kW, kH)."""
        if not self._grid or not self._grid[0]:
            return 1, 1
        image = self._grid[0][0].image
        return image.width(), image.height()

    def _left(self) -> float:
        metrics = self.fontMetrics()
        return max((metrics.horizontalAdvance(name) + 6.0 for name in self._row_names), default=1.0)

    def _top(self) -> float:
        return self.fontMetrics().height() + 3.0 if self._column_names else 1.0

    def _side(self, width: int) -> float:
        """Return the side of one weight's square: whole device pixels where there is room for one."""
        key = (width, self.devicePixelRatioF(), self._shape())
        if self._side_found is None or self._side_found[0] != key:
            self._side_found = (key, self._find_side(width))
        return self._side_found[1]

    def _find_side(self, width: int) -> float:
        columns, rows = max(self._shape()[1], 1), max(self._shape()[0], 1)
        across, down = self._cell_size()
        room = min(
            (width - self._left() - GAP * (columns - 1) - 2) / (columns * across),
            (self._tallest - GAP * (rows - 1)) / (rows * down),
        )
        ratio = self.devicePixelRatioF()
        whole = int(min(room, self._largest) * ratio)
        return whole / ratio if whole >= 1 else max(room, 0.25)

    def hasHeightForWidth(self) -> bool:
        """Tell that the height follows from the width."""
        return True

    def heightForWidth(self, width: int) -> int:
        """Return the height of all rows at a width."""
        rows = max(len(self._grid), 1)
        side = self._side(width)
        return round(self._top() + rows * self._cell_size()[1] * side + (rows - 1) * GAP + 2)

    def sizeHint(self) -> QSize:
        """Ask for the width of a panel."""
        return QSize(230, self.heightForWidth(230))

    def minimumSizeHint(self) -> QSize:
        """Say how small it may get."""
        return QSize(60, 20)

    # Events

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Tell which weight is under the mouse."""
        self.cell_hovered.emit(self.cell_at(event.position()))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Tell which weight was clicked."""
        cell = self.cell_at(event.position())
        if cell is not None and event.button() is Qt.MouseButton.LeftButton:
            self.cell_clicked.emit(cell)

    def leaveEvent(self, event: QEvent) -> None:
        """Tell that none is."""
        self.cell_hovered.emit(None)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint names and pictures; neighbouring weights are never blurred into one another."""
        painter = QPainter(self)
        painter.drawPixmap(0, 0, self._still_picture())
        if self._grid:
            self._paint_mark(painter)
            self._paint_lines(painter)
        painter.end()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Paint the pictures anew at the next time."""
        self._still = None
        super().resizeEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        """Follow another font or theme."""
        self._side_found = None
        self._still = None
        super().changeEvent(event)

    def _still_picture(self) -> QPixmap:
        """Return all that does not move: while a film plays, only the mark is painted anew."""
        ratio = self.devicePixelRatioF()
        if self._still is None or self._still.devicePixelRatio() != ratio:
            self._still = QPixmap(self.size() * ratio)
            self._still.setDevicePixelRatio(ratio)
            self._still.fill(Qt.GlobalColor.transparent)
            painter = QPainter(self._still)
            painter.setFont(self.font())
            self._paint_still(painter)
            painter.end()
        return self._still

    def _paint_still(self, painter: QPainter) -> None:
        if self._grid:
            # Lines between the pictures, seen beside light and dark weights alike.
            corner = self.picture_rect(len(self._grid) - 1, len(self._grid[0]) - 1)
            ground = self.picture_rect(0, 0).united(corner).adjusted(-1, -1, 1, 1)
            painter.fillRect(ground, self.palette().color(QPalette.ColorRole.Mid))
        painter.setPen(self.palette().color(QPalette.ColorRole.PlaceholderText))
        for row, pictures in enumerate(self._grid):
            for column, picture in enumerate(pictures):
                painter.drawImage(self.picture_rect(row, column), picture.image)
        if self._grid:
            self._paint_names(painter)

    def _paint_names(self, painter: QPainter) -> None:
        metrics, align = self.fontMetrics(), Qt.AlignmentFlag
        pitch = self.picture_rect(0, 0).height() + GAP
        if pitch < metrics.height():  # low rows: names as low as they are
            small = QFont(self.font())
            small.setPixelSize(max(int(pitch * 0.75), 6))
            painter.setFont(small)
        for row, name in enumerate(self._row_names):
            middle = self.picture_rect(row, 0).center().y() - metrics.height() / 2
            place = QRectF(0, middle, self._left() - 6, metrics.height())
            painter.drawText(place, int(align.AlignRight | align.AlignVCenter), name)
        painter.setFont(self.font())
        # Names that would touch one another: only every second, third, … is written.
        widest = max((metrics.horizontalAdvance(name) for name in self._column_names), default=0) + 4
        every = max(1, -(-widest // max(int(self.picture_rect(0, 0).width() + GAP), 1)))
        for column, name in enumerate(self._column_names):
            if column % every == 0:
                centre = self.picture_rect(0, column).center().x()
                place = QRectF(centre - widest, 0, 2 * widest, self._top())
                painter.drawText(place, int(align.AlignHCenter), name)

    def _paint_mark(self, painter: QPainter) -> None:
        if self._marked is None or not 0 <= self._marked < len(self._grid[0]):
            return
        first, last = self.picture_rect(0, self._marked), self.picture_rect(len(self._grid) - 1, self._marked)
        painter.setPen(QPen(self.palette().color(QPalette.ColorRole.Highlight), 2.0))
        painter.drawRect(first.united(last).adjusted(-1.5, -1.5, 1.5, 1.5))

    def _paint_lines(self, painter: QPainter) -> None:
        y, x = self._lines
        height, width = self._cell_size()[1], self._cell_size()[0]
        for row, pictures in enumerate(self._grid):
            for column in range(len(pictures)):
                rect = self.picture_rect(row, column)
                side = rect.width() / width
                if y is not None and 0 <= y < height:
                    _paint_frame(painter, QRectF(rect.left(), rect.top() + y * side, rect.width(), side))
                if x is not None and 0 <= x < width:
                    _paint_frame(painter, QRectF(rect.left() + x * side, rect.top(), side, rect.height()))


def _paint_frame(painter: QPainter, box: QRectF) -> None:
    """Paint a thin frame, black in white: it is seen on every weight."""
    for colour, inset in ((QColor(255, 255, 255, 220), 0.5), (QColor(0, 0, 0, 220), 1.5)):
        painter.setPen(QPen(colour, 1.0))
        painter.drawRect(box.adjusted(inset, inset, -inset, -inset))
