"""What the plots over the clip's frames share: where frames are, the playhead, a click that goes there."""

from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal, Slot
from PySide6.QtGui import (
    QFontMetricsF,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPalette,
    QPen,
    QPixmap,
    QResizeEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from core.display.legend import format_response
from gui.widgets.figure import small, ticks


class FilmPlot(QWidget):
    """A plot of something over time; all that does not move is painted once and kept.

    Signals
    -------
    frame_requested(int)
        The person clicked at a clip frame.
    """

    frame_requested = Signal(int)

    def __init__(self, vertical: QSizePolicy.Policy, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._count = 0
        self._frame = 0
        self._mouse: QPointF | None = None
        self._still: QPixmap | None = None
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, vertical)

    @property
    def frame(self) -> int:
        """Where the playhead is."""
        return self._frame

    def set_count(self, count: int) -> None:
        """Adapt to a clip of another length."""
        if count != self._count:
            self._count = count
            self._renew()

    @Slot(int)
    def set_frame(self, frame: int) -> None:
        """Follow the playhead."""
        if frame != self._frame:
            before, self._frame = self._frame, frame
            for place in (before, frame):
                self.update(int(self.x_of(place)) - 3, 0, 8, self.height())

    # What a plot is

    def plot_rect(self) -> QRectF:
        """Return where the lines are."""
        raise NotImplementedError

    def point_of(self, frame: float, value: float) -> QPointF:
        """Return where a value at a clip frame is."""
        raise NotImplementedError

    def reading(self, point: QPointF) -> str:
        """Return what the plot says at a point of the widget, or ""."""
        raise NotImplementedError

    def _paint_still(self, painter: QPainter) -> None:
        """Paint all that does not move."""
        raise NotImplementedError

    # Geometry

    def x_of(self, frame: float) -> float:
        """Return the x of a clip frame."""
        rect = self.plot_rect()
        return rect.left() + frame / max(self._count - 1, 1) * rect.width()

    def time_at(self, x: float) -> float:
        """Return the time at an x, in clip frames."""
        rect = self.plot_rect()
        return (x - rect.left()) / rect.width() * max(self._count - 1, 1)

    def frame_at(self, x: float) -> int:
        """Return the clip frame nearest to an x."""
        return min(max(round(self.time_at(x)), 0), max(self._count - 1, 0))

    # Painting

    def _renew(self) -> None:
        self._still = None
        self.update()

    def _still_picture(self) -> QPixmap:
        """Return all that does not move: while a film plays, only the playhead is painted anew."""
        ratio = self.devicePixelRatioF()
        if self._still is None or self._still.devicePixelRatio() != ratio:
            self._still = QPixmap(self.size() * ratio)
            self._still.setDevicePixelRatio(ratio)
            self._still.fill(Qt.GlobalColor.transparent)
            painter = QPainter(self._still)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setFont(small(self.font()))
            self._paint_still(painter)
            painter.end()
        return self._still

    def _paint_playhead(self, painter: QPainter) -> None:
        rect, x = self.plot_rect(), self.x_of(self._frame)
        painter.setPen(QPen(self.palette().color(QPalette.ColorRole.WindowText), 1.0))
        painter.drawLine(QPointF(x, rect.top()), QPointF(x, rect.bottom()))

    def _paint_reading(self, painter: QPainter) -> None:
        """Paint the values under the mouse, beside it on the side that has room."""
        text = self.reading(self._mouse) if self._mouse is not None else ""
        if not text or self._mouse is None:
            return
        rect = self.plot_rect()
        painter.setFont(small(self.font()))
        metrics = QFontMetricsF(painter.font())
        box = QRectF(0, rect.top(), metrics.horizontalAdvance(text) + 8, metrics.height())
        right = self._mouse.x() + 8 + box.width() < rect.right()
        box.moveLeft(self._mouse.x() + 8 if right else max(self._mouse.x() - 8 - box.width(), 0.0))
        painter.fillRect(box, self.palette().color(QPalette.ColorRole.Base))
        painter.setPen(self.palette().color(QPalette.ColorRole.WindowText))
        painter.drawText(box, int(Qt.AlignmentFlag.AlignCenter), text)

    def _paint_numbers(self, painter: QPainter, values: tuple[float, ...], most: int) -> None:
        """Paint the numbers at both axes: some values, and at most so many frames."""
        metrics, align, rect = QFontMetricsF(painter.font()), Qt.AlignmentFlag, self.plot_rect()
        high = metrics.height()
        painter.setPen(self.palette().color(QPalette.ColorRole.PlaceholderText))
        for value in values:
            place = QRectF(0, self.point_of(0, value).y() - high / 2, rect.left() - 4, high)
            painter.drawText(place, int(align.AlignRight | align.AlignVCenter), format_response(value, 2))
        for number in ticks(1, self._count, most):  # frames count from 1, as in the transport
            label = f"{number:g}"
            wide = metrics.horizontalAdvance(label) + 1
            start = min(max(self.x_of(number - 1) - wide / 2, 0.0), self.width() - wide)
            painter.drawText(QRectF(start, rect.bottom() + 2, wide, high), int(align.AlignHCenter), label)

    # Qt overrides

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Paint the lines anew at the next time."""
        self._still = None
        super().resizeEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        """Follow another font or theme."""
        self._still = None
        super().changeEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Go to the moment that was clicked."""
        if event.button() is Qt.MouseButton.LeftButton and self._count:
            self.frame_requested.emit(self.frame_at(event.position().x()))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Tell the values under the mouse; scrub with the button down."""
        self._mouse = event.position()
        if event.buttons() & Qt.MouseButton.LeftButton and self._count:
            frame = self.frame_at(event.position().x())
            if frame != self._frame:
                self.frame_requested.emit(frame)
        self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """End the click here."""
        event.accept()

    def leaveEvent(self, event: QEvent) -> None:
        """Forget the mouse."""
        self._mouse = None
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the lines, the playhead and the reading."""
        painter = QPainter(self)
        painter.drawPixmap(0, 0, self._still_picture())
        if self._count:
            self._paint_playhead(painter)
        self._paint_reading(painter)
        painter.end()
