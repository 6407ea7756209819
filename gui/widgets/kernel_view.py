"""Cells of a kernel: rows of planes, columns of times, every weight a square with hard edges."""

from dataclasses import dataclass

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QImage, QMouseEvent, QPainter, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

GAP = 3.0


@dataclass(frozen=True, slots=True)
class Cell:
    """The weight under the mouse: its plane's name and place, and where it lies."""

    plane: int
    t: int
    y: int
    x: int


class KernelView(QWidget):
    """Pictures of a kernel's planes, each pixel one weight.

    Signals:
        cell_hovered: the Cell under the mouse, or None.
    """

    cell_hovered = Signal(object)

    def __init__(self, largest: float, tallest: float, parent: QWidget | None = None) -> None:
        """Make a view: a weight is at most `largest` pixels wide, all rows together `tallest` high."""
        super().__init__(parent)
        self._largest = largest
        self._tallest = tallest
        self._rows: list[tuple[str, int, list[QImage]]] = []
        self._times: list[int] = []
        self._marked: int | None = None
        self._labels = True
        self.setMouseTracking(True)
        policy = QSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def show_planes(
        self, rows: list[tuple[str, int, list[QImage]]], times: list[int], *, labels: bool = True
    ) -> None:
        """Show rows of pictures.

        Parameters
        ----------
        rows
            For each row its name, the number of its plane, and one picture for each of `times`.
        times
            The kernel frames of the columns.
        labels
            Whether rows and columns are named.
        """
        same = [len(r[2]) for r in rows] == [len(r[2]) for r in self._rows] and labels == self._labels
        self._rows, self._times, self._labels = rows, times, labels
        if not same:
            self.updateGeometry()
        self.update()

    def set_marked(self, t: int | None) -> None:
        """Frame the column of one kernel frame."""
        if t != self._marked:
            self._marked = t
            self.update()

    def cell_at(self, point: QPointF) -> Cell | None:
        """Return the weight at a point of the widget."""
        for row, (_, plane, images) in enumerate(self._rows):
            for column, image in enumerate(images):
                rect = self.picture_rect(row, column)
                if rect.contains(point):
                    side = rect.width() / image.width()
                    y, x = int((point.y() - rect.top()) / side), int((point.x() - rect.left()) / side)
                    y, x = min(y, image.height() - 1), min(x, image.width() - 1)
                    return Cell(plane, self._times[column], y, x)
        return None

    def picture_rect(self, row: int, column: int) -> QRectF:
        """Return where one picture is, on whole device pixels so that all squares are equal."""
        side = self._side(self.width())
        width, height = self._grid_cell()
        ratio = self.devicePixelRatioF()
        left = self._left() + column * (width * side + GAP)
        top = self._top() + row * (height * side + GAP)
        return QRectF(round(left * ratio) / ratio, round(top * ratio) / ratio, width * side, height * side)

    # Geometry

    def _grid_cell(self) -> tuple[int, int]:
        """Return (kW, kH)."""
        if not self._rows or not self._rows[0][2]:
            return 1, 1
        image = self._rows[0][2][0]
        return image.width(), image.height()

    def _left(self) -> float:
        if not self._labels:
            return 0.0
        metrics = self.fontMetrics()
        return max((metrics.horizontalAdvance(name) for name, _, _ in self._rows), default=0) + 6.0

    def _top(self) -> float:
        return self.fontMetrics().height() + 2.0 if self._labels else 0.0

    def _side(self, width: int) -> float:
        """Return the side of one weight's square: whole device pixels where there is room for one."""
        columns, rows = max(len(self._times), 1), max(len(self._rows), 1)
        across, down = self._grid_cell()
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
        rows = max(len(self._rows), 1)
        side = self._side(width)
        return round(self._top() + rows * self._grid_cell()[1] * side + (rows - 1) * GAP + 2)

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

    def leaveEvent(self, event: QEvent) -> None:
        """Tell that none is."""
        self.cell_hovered.emit(None)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint names and pictures; neighbouring weights are never blurred into one another."""
        painter = QPainter(self)
        painter.setPen(self.palette().color(QPalette.ColorRole.PlaceholderText))
        for row, (name, _, images) in enumerate(self._rows):
            for column, image in enumerate(images):
                painter.drawImage(self.picture_rect(row, column), image)
            if self._labels and images:
                box = self.picture_rect(row, 0)
                middle = box.center().y() - self.fontMetrics().height() / 2
                place = QRectF(0, middle, self._left() - 6, self.fontMetrics().height())
                painter.drawText(place, int(Qt.AlignmentFlag.AlignRight), name)
        if self._labels and self._rows:
            self._paint_times(painter)
        self._paint_mark(painter)
        painter.end()

    def _paint_times(self, painter: QPainter) -> None:
        widest = self.fontMetrics().horizontalAdvance(str(self._times[-1] + 1)) + 4 if self._times else 0
        box = self.picture_rect(0, 0)
        every = max(1, -(-int(widest) // max(int(box.width() + GAP), 1)))
        for column, t in enumerate(self._times):
            if column % every == 0:
                centre = self.picture_rect(0, column).center().x()
                place = QRectF(centre - 20, 0, 40, self._top())
                painter.drawText(place, int(Qt.AlignmentFlag.AlignHCenter), str(t + 1))

    def _paint_mark(self, painter: QPainter) -> None:
        if self._marked is None or self._marked not in self._times or not self._rows:
            return
        column = self._times.index(self._marked)
        first, last = self.picture_rect(0, column), self.picture_rect(len(self._rows) - 1, column)
        painter.setPen(QPen(self.palette().color(QPalette.ColorRole.Highlight), 2.0))
        painter.drawRect(first.united(last).adjusted(-1.5, -1.5, 1.5, 1.5))
