"""Tuning curves of a filter: how strongly it answers to gratings of every direction, speed and rate."""

import math
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QWidget

from core.display.legend import format_response
from gui.widgets.figure import Figure, nearest, small, ticks

if TYPE_CHECKING:
    from core.analysis.tuning import Curve

DIRECTION_TIP = (
    "Response to a grating that drifts in every direction of the screen (right is 0°, down is 90°), at the "
    "preferred fineness and rate: the farther out, the stronger. One lobe: one "
    "direction. Two opposite lobes alike: it cannot tell them apart. A circle: any direction."
)
SPEED_TIP = (
    "Response to a grating of the preferred fineness that drifts in the preferred direction at every speed. "
    "The dot is the preferred speed."
)
TEMPORAL_TIP = (
    "Response to the preferred grating drifting at every rate, in cycles per frame: right of 0 the preferred "
    "direction, left of 0 the opposite one, at 0 a standing grating. The same on both sides: no direction."
)
_SIDES = ((0.0, "→"), (90.0, "↓"), (180.0, "←"), (270.0, "↑"))


class PolarView(Figure):
    """The response over direction as a polar plot, in the directions of the screen."""

    def __init__(self, name: str, tip: str = DIRECTION_TIP, parent: QWidget | None = None) -> None:
        super().__init__(name, tip, parent)
        self._curve: Curve | None = None
        self._top = 1.0

    def set_curve(self, curve: "Curve | None") -> None:
        """Show another curve, its x in degrees, or none."""
        self._curve = curve
        self._top = max(curve.y, default=0.0) or 1.0 if curve is not None else 1.0
        self._tell()

    def centre(self) -> QPointF:
        """Return the point of no response."""
        return QPointF(self.width() / 2, self.height() / 2)

    def radius(self) -> float:
        """Return the distance of the strongest response from the middle."""
        return max(self.height() / 2 - self.metrics().height() - 4, 8.0)

    def point_of(self, angle: float, amplitude: float) -> QPointF:
        """Return where a response to a direction (degrees) is on the widget."""
        far = self.radius() * amplitude / self._top
        turn = math.radians(angle)
        return self.centre() + QPointF(far * math.cos(turn), far * math.sin(turn))

    def reading(self, point: QPointF) -> str:
        """Return the response to the direction in which a point lies from the middle."""
        offset = point - self.centre()
        if (
            self._curve is None
            or math.hypot(offset.x(), offset.y()) > self.radius() + self.metrics().height()
        ):
            return ""
        angle = math.degrees(math.atan2(offset.y(), offset.x())) % 360.0
        at = _turned(self._curve.x, angle)
        return f"{round(self._curve.x[at]) % 360}°: response {format_response(self._curve.y[at])}"

    # Qt overrides

    def heightForWidth(self, width: int) -> int:
        """Return the height: a square, but not higher than is needed to read it."""
        return min(width, 180)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint circles, names of the directions, the curve and its peak."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(small(self.font()))
        centre, radius = self.centre(), self.radius()
        painter.setPen(QPen(self.ink(0.22), 1))
        for share in (0.5, 1.0):
            painter.drawEllipse(centre, radius * share, radius * share)
        painter.drawLine(centre - QPointF(radius, 0), centre + QPointF(radius, 0))
        painter.drawLine(centre - QPointF(0, radius), centre + QPointF(0, radius))
        self._paint_names(painter, centre, radius)
        if self._curve is not None and self._curve.x:
            self._paint_curve(painter, self._curve)
        painter.end()

    def _paint_names(self, painter: QPainter, centre: QPointF, radius: float) -> None:
        high = self.metrics().height()
        painter.setPen(self.ink(0.75))
        for angle, name in _SIDES:
            turn, far = math.radians(angle), radius + high / 2 + 3
            at = centre + QPointF(far * math.cos(turn), far * math.sin(turn))
            box = QRectF(at.x() - high, at.y() - high / 2, 2 * high, high)
            painter.drawText(box, int(Qt.AlignmentFlag.AlignCenter), name)
        if self._curve is not None:
            corner = QRectF(0, 0, self.width(), high)
            peak = self._curve.peak
            best = "any direction" if peak is None else f"peak {round(peak) % 360}°"
            painter.drawText(corner, int(Qt.AlignmentFlag.AlignLeft), best)
            text = f"circle: {format_response(self._top, 2)}"
            painter.drawText(corner, int(Qt.AlignmentFlag.AlignRight), text)

    def _paint_curve(self, painter: QPainter, curve: "Curve") -> None:
        outline = QPolygonF([self.point_of(x, y) for x, y in zip(curve.x, curve.y, strict=True)])
        fill = QColor(self.accent())
        fill.setAlphaF(0.22)
        painter.setPen(QPen(self.accent(), 1.6))
        painter.setBrush(fill)
        painter.drawPolygon(outline)
        if curve.peak is not None:
            self.paint_dot(painter, self.point_of(curve.peak, curve.y[_turned(curve.x, curve.peak)]))


class CurveView(Figure):
    """A response over one axis: a line with its peak marked, from 0 upwards.

    Parameters
    ----------
    symbol, unit
        What stands on the x axis, as in "speed" and "px/frame".
    """

    def __init__(self, name: str, tip: str, symbol: str, unit: str, parent: QWidget | None = None) -> None:
        super().__init__(name, tip, parent)
        self._symbol, self._unit = symbol, unit
        self._curve: Curve | None = None
        self._top = 1.0

    def set_curve(self, curve: "Curve | None") -> None:
        """Show another curve, or none."""
        self._curve = curve
        self._top = max(curve.y, default=0.0) or 1.0 if curve is not None else 1.0
        self._tell()

    def plot_rect(self) -> QRectF:
        """Return where the curve is: under its title, beside and above the numbers of the axes."""
        high = self.metrics().height()
        left = max(self.metrics().horizontalAdvance(format_response(self._top, 2)), 12.0) + 5
        return QRectF(
            left, high + 5, max(self.width() - left - 6, 8.0), max(self.height() - 2 * high - 9, 8.0)
        )

    def point_of(self, x: float, y: float) -> QPointF:
        """Return where a response is on the widget."""
        rect = self.plot_rect()
        low, high = self._range()
        across = (x - low) / (high - low)
        return QPointF(rect.left() + across * rect.width(), rect.bottom() - y / self._top * rect.height())

    def reading(self, point: QPointF) -> str:
        """Return the sample of the curve above or below a point."""
        rect = self.plot_rect()
        if self._curve is None or not self._curve.x:
            return ""
        if not rect.adjusted(-4, 0, 4, 0).contains(QPointF(point.x(), rect.center().y())):
            return ""
        at = self._sample(point)
        x, y = format_response(self._curve.x[at]), format_response(self._curve.y[at])
        return f"{self._symbol} {x} {self._unit}: response {y}"

    def _sample(self, point: QPointF) -> int:
        assert self._curve is not None
        rect = self.plot_rect()
        low, high = self._range()
        return nearest(self._curve.x, low + (point.x() - rect.left()) / rect.width() * (high - low))

    def _range(self) -> tuple[float, float]:
        if self._curve is None or len(self._curve.x) < 2:
            return 0.0, 1.0
        return self._curve.x[0], self._curve.x[-1]

    # Qt overrides

    def heightForWidth(self, width: int) -> int:
        """Return the height that a curve needs to be read."""
        return round(2 * self.metrics().height() + 9 + min(max(width * 0.24, 46.0), 90.0))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint title, axes, the curve, its peak and the sample under the mouse."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(small(self.font()))
        rect = self.plot_rect()
        self._paint_axes(painter, rect)
        curve = self._curve
        if curve is not None and len(curve.x) > 1:
            painter.setPen(QPen(self.accent(), 1.6))
            painter.drawPolyline(
                QPolygonF([self.point_of(x, y) for x, y in zip(curve.x, curve.y, strict=True)])
            )
            if curve.peak is not None:
                top = self.point_of(curve.peak, curve.y[nearest(curve.x, curve.peak)])
                painter.setPen(QPen(self.ink(0.4), 1, Qt.PenStyle.DashLine))
                painter.drawLine(top, QPointF(top.x(), rect.bottom()))
                self.paint_dot(painter, top)
            if self._mouse is not None and self.reading(self._mouse):
                at = self._sample(self._mouse)
                self.paint_dot(painter, self.point_of(curve.x[at], curve.y[at]))
        painter.end()

    def _paint_axes(self, painter: QPainter, rect: QRectF) -> None:
        metrics, align = self.metrics(), Qt.AlignmentFlag
        high = metrics.height()
        painter.setPen(self.ink(0.75))
        title = f"{self._symbol} ({self._unit})"
        if self._curve is not None:
            peak = self._curve.peak
            title += ": any" if peak is None else f": peak at {format_response(peak)}"
        title = metrics.elidedText(title, Qt.TextElideMode.ElideRight, self.width())
        painter.drawText(QRectF(0, 0, self.width(), high), int(align.AlignLeft), title)
        if self._curve is None or not self._curve.x:
            return
        for y in (0.0, self._top):
            place = QRectF(0, self.point_of(0, y).y() - high / 2, rect.left() - 5, high)
            painter.drawText(place, int(align.AlignRight | align.AlignVCenter), format_response(y, 2))
        for x in ticks(*self._range(), 5):
            label = format_response(x)
            wide = metrics.horizontalAdvance(label) + 1
            start = min(max(self.point_of(x, 0).x() - wide / 2, 0.0), self.width() - wide)
            painter.drawText(QRectF(start, rect.bottom() + 3, wide, high), int(align.AlignHCenter), label)
        painter.setPen(QPen(self.ink(0.3), 1))
        painter.drawLine(rect.bottomLeft(), rect.bottomRight())
        low, top = self._range()
        if low < 0.0 < top:
            painter.setPen(QPen(self.ink(0.3), 1, Qt.PenStyle.DotLine))
            painter.drawLine(QPointF(self.point_of(0, 0).x(), rect.top()), self.point_of(0, 0))


def _turned(angles: tuple[float, ...], wanted: float) -> int:
    """Return the index of the direction nearest to one, round the circle."""
    return min(range(len(angles)), key=lambda i: abs((angles[i] - wanted + 180.0) % 360.0 - 180.0))
