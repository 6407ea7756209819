"""What one place answers over time: a few lines about 0, the playhead, and a click that goes there."""

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import (
    QColor,
    QFontMetricsF,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPalette,
    QPen,
    QPixmap,
    QPolygonF,
    QResizeEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from core.display.legend import format_response
from gui.widgets.controls import describe
from gui.widgets.figure import nearest, small, ticks

if TYPE_CHECKING:
    from core.analysis.traces import Trace

HEIGHT, LEAST = 150, 84
SAMPLE, HEADROOM, DOTTED = 22.0, 1.08, 40
TIP = (
    "What the place that is looked at answers at each moment; click another place in a response to see that. "
    "The upright line is the moment on the screen; click to go elsewhere."
)


class Line(Enum):
    """How a line is drawn: told apart without colours."""

    SOLID = "solid"
    DASHED = "dashed"
    THICK = "thick"


@dataclass(frozen=True, slots=True)
class PlaceCurve:
    """One line with its name."""

    name: str
    trace: "Trace"
    line: Line


class PlacePlot(QWidget):
    """Lines over the clip's frames, on one scale about 0.

    Signals
    -------
    frame_requested(int)
        The person clicked at a clip frame.
    """

    frame_requested = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._curves: tuple[PlaceCurve, ...] = ()
        self._top = 1.0
        self._signed = True
        self._count = 1
        self._frame = 0
        self._message = ""
        self._title = ""
        self._mouse: QPointF | None = None
        self._still: QPixmap | None = None
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setObjectName("place_plot")
        describe(self, "Responses of one place over time", TIP)

    @property
    def curves(self) -> tuple[PlaceCurve, ...]:
        """What is drawn."""
        return self._curves

    def set_curves(
        self,
        curves: tuple[PlaceCurve, ...],
        top: float,
        *,
        signed: bool = True,
        title: str = "",
        message: str = "",
    ) -> None:
        """Draw other lines.

        Parameters
        ----------
        top
            The scale goes up to this, for the whole clip and all places; and down to its negative where
            the curves can be negative.
        signed
            Whether they can.
        title
            Which place it is.
        message
            Said where there is no line.
        """
        self._curves, self._title, self._message = curves, title, message
        self._top = HEADROOM * top if top > 0 else 1.0
        self._signed = signed
        self._renew()

    def set_count(self, count: int) -> None:
        """Adapt to a clip of another length."""
        self._count = max(count, 1)
        self._renew()

    @Slot(int)
    def set_frame(self, frame: int) -> None:
        """Follow the playhead."""
        if frame != self._frame:
            before, self._frame = self._frame, frame
            for place in (before, frame):
                self.update(int(self._x_of(place)) - 3, 0, 8, self.height())

    def reading(self, point: QPointF) -> str:
        """Return the values of all lines at the moment nearest to a point."""
        if not self._curves or not self._curves[0].trace.frames:
            return ""
        at = nearest(self._curves[0].trace.frames, self._frame_at(point.x()))
        parts = [f"{c.name} {format_response(c.trace.values[at])}" for c in self._curves]
        return f"frame {self._curves[0].trace.frames[at] + 1:g}: {', '.join(parts)}"

    # Geometry

    def _plot_rect(self) -> QRectF:
        metrics = QFontMetricsF(small(self.font()))
        left = metrics.horizontalAdvance(f"−{format_response(self._top, 2)}") + 8
        high = metrics.height()
        return QRectF(
            left, high + 6, max(self.width() - left - 8, 8.0), max(self.height() - 2 * high - 10, 8.0)
        )

    def _x_of(self, frame: float) -> float:
        rect = self._plot_rect()
        return rect.left() + frame / max(self._count - 1, 1) * rect.width()

    def _frame_at(self, x: float) -> float:
        rect = self._plot_rect()
        return (x - rect.left()) / rect.width() * max(self._count - 1, 1)

    def _point_of(self, frame: float, value: float) -> QPointF:
        rect = self._plot_rect()
        zero, room = (
            (rect.center().y(), rect.height() / 2) if self._signed else (rect.bottom(), rect.height())
        )
        return QPointF(self._x_of(frame), zero - value / self._top * room)

    def _renew(self) -> None:
        self._still = None
        self.update()

    # Qt overrides

    def sizeHint(self) -> QSize:
        """Ask for a height at which a swing is seen."""
        return QSize(220, HEIGHT)

    def minimumSizeHint(self) -> QSize:
        """Say how small it may get."""
        return QSize(60, LEAST)

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
        if event.button() is Qt.MouseButton.LeftButton:
            wanted = round(self._frame_at(event.position().x()))
            self.frame_requested.emit(min(max(wanted, 0), self._count - 1))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Tell the values under the mouse."""
        self._mouse = event.position()
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
        ratio = self.devicePixelRatioF()
        if self._still is None or self._still.devicePixelRatio() != ratio:
            self._still = self._still_picture(ratio)
        painter = QPainter(self)
        painter.drawPixmap(0, 0, self._still)
        rect = self._plot_rect()
        if self._curves:
            x = self._x_of(self._frame)
            painter.setPen(QPen(self.palette().color(QPalette.ColorRole.WindowText), 1.0))
            painter.drawLine(QPointF(x, rect.top()), QPointF(x, rect.bottom()))
        text = self.reading(self._mouse) if self._mouse is not None else ""
        if text:
            painter.setFont(small(self.font()))
            box = QRectF(0, rect.top(), QFontMetricsF(painter.font()).horizontalAdvance(text) + 8, 16)
            box.moveRight(rect.right())
            painter.fillRect(box, self.palette().color(QPalette.ColorRole.Base))
            painter.setPen(self.palette().color(QPalette.ColorRole.WindowText))
            painter.drawText(box, int(Qt.AlignmentFlag.AlignCenter), text)
        painter.end()

    def _still_picture(self, ratio: float) -> QPixmap:
        """Return all that does not move."""
        still = QPixmap(self.size() * ratio)
        still.setDevicePixelRatio(ratio)
        still.fill(Qt.GlobalColor.transparent)
        painter = QPainter(still)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(small(self.font()))
        rect = self._plot_rect()
        painter.fillRect(rect, self.palette().color(QPalette.ColorRole.Shadow))
        if self._curves:
            self._paint_axes(painter, rect)
            self._paint_names(painter)
            # Thick ones first: what lies on them is still seen.
            for curve in sorted(self._curves, key=lambda curve: curve.line is not Line.THICK):
                painter.setPen(self._pen(curve.line))
                frames, values = curve.trace.frames, curve.trace.values
                points = [self._point_of(f, v) for f, v in zip(frames, values, strict=True)]
                painter.drawPolyline(QPolygonF(points))
                if len(points) <= DOTTED:  # single moments can be told apart
                    painter.setPen(QPen(painter.pen().color(), 1.0))
                    painter.setBrush(painter.pen().color())
                    for point in points:
                        painter.drawEllipse(point, 1.6, 1.6)
                    painter.setBrush(Qt.BrushStyle.NoBrush)
        else:
            painter.setPen(self.palette().color(QPalette.ColorRole.PlaceholderText))
            painter.drawText(rect, int(Qt.AlignmentFlag.AlignCenter), self._message)
        painter.end()
        return still

    def _pen(self, line: Line) -> QPen:
        accent = QColor(self.palette().color(QPalette.ColorRole.Highlight))
        ink = QColor(self.palette().color(QPalette.ColorRole.WindowText))
        if line is Line.THICK:
            return QPen(ink, 2.6)
        return QPen(accent, 1.6, Qt.PenStyle.DashLine if line is Line.DASHED else Qt.PenStyle.SolidLine)

    def _paint_axes(self, painter: QPainter, rect: QRectF) -> None:
        metrics, align = QFontMetricsF(painter.font()), Qt.AlignmentFlag
        high = metrics.height()
        zero = self._point_of(0, 0.0).y()
        painter.setPen(QPen(self.palette().color(QPalette.ColorRole.Dark), 1.0))
        painter.drawLine(QPointF(rect.left(), zero), QPointF(rect.right(), zero))
        painter.setPen(self.palette().color(QPalette.ColorRole.PlaceholderText))
        for value in (*((-self._top,) if self._signed else ()), 0.0, self._top):
            place = QRectF(0, self._point_of(0, value).y() - high / 2, rect.left() - 4, high)
            painter.drawText(place, int(align.AlignRight | align.AlignVCenter), format_response(value, 2))
        for number in ticks(1, self._count, 8):  # frames count from 1, as in the transport
            label = f"{number:g}"
            wide = metrics.horizontalAdvance(label) + 1
            start = min(max(self._x_of(number - 1) - wide / 2, 0.0), self.width() - wide)
            painter.drawText(QRectF(start, rect.bottom() + 2, wide, high), int(align.AlignHCenter), label)

    def _paint_names(self, painter: QPainter) -> None:
        metrics = QFontMetricsF(painter.font())
        x, y = self._plot_rect().left(), metrics.height() / 2 + 1
        for curve in self._curves:
            painter.setPen(self._pen(curve.line))
            painter.drawLine(QPointF(x, y), QPointF(x + SAMPLE, y))
            wide = metrics.horizontalAdvance(curve.name) + 2
            painter.setPen(self.palette().color(QPalette.ColorRole.WindowText))
            place = QRectF(x + SAMPLE + 5, 0, wide, metrics.height() + 2)
            painter.drawText(place, int(Qt.AlignmentFlag.AlignVCenter), curve.name)
            x += SAMPLE + wide + 22
        painter.setPen(self.palette().color(QPalette.ColorRole.PlaceholderText))
        room = QRectF(x, 0, self._plot_rect().right() - x, metrics.height() + 2)
        title = metrics.elidedText(self._title, Qt.TextElideMode.ElideLeft, room.width())
        painter.drawText(room, int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter), title)
