"""What one place answers over time: a few lines about 0, the playhead, and a click that goes there."""

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import (
    QColor,
    QFontMetricsF,
    QPainter,
    QPalette,
    QPen,
    QPolygonF,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from core.display.legend import format_response
from gui.widgets.controls import describe
from gui.widgets.figure import nearest, small
from gui.widgets.film_plot import FilmPlot

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


class PlacePlot(FilmPlot):
    """Lines over the clip's frames, on one scale about 0."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(QSizePolicy.Policy.Expanding, parent)
        self._curves: tuple[PlaceCurve, ...] = ()
        self._top = 1.0
        self._signed = True
        self._message = ""
        self._title = ""
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

    def reading(self, point: QPointF) -> str:
        """Return the values of all lines at the moment nearest to a point."""
        if not self._curves or not self._curves[0].trace.frames:
            return ""
        at = nearest(self._curves[0].trace.frames, self.time_at(point.x()))
        parts = [f"{c.name} {format_response(c.trace.values[at])}" for c in self._curves]
        return f"frame {self._curves[0].trace.frames[at] + 1:g}: {', '.join(parts)}"

    # Geometry

    def plot_rect(self) -> QRectF:
        """Return where the lines are, under the names."""
        metrics = QFontMetricsF(small(self.font()))
        left = metrics.horizontalAdvance(f"−{format_response(self._top, 2)}") + 8
        high = metrics.height()
        return QRectF(
            left, high + 6, max(self.width() - left - 8, 8.0), max(self.height() - 2 * high - 10, 8.0)
        )

    def point_of(self, frame: float, value: float) -> QPointF:
        """Return where a value at a clip frame is."""
        rect = self.plot_rect()
        zero, room = (
            (rect.center().y(), rect.height() / 2) if self._signed else (rect.bottom(), rect.height())
        )
        return QPointF(self.x_of(frame), zero - value / self._top * room)

    # Qt overrides

    def sizeHint(self) -> QSize:
        """Ask for a height at which a swing is seen."""
        return QSize(220, HEIGHT)

    def minimumSizeHint(self) -> QSize:
        """Say how small it may get."""
        return QSize(60, LEAST)

    # Painting

    def _paint_still(self, painter: QPainter) -> None:
        rect = self.plot_rect()
        painter.fillRect(rect, self.palette().color(QPalette.ColorRole.Shadow))
        if self._curves:
            self._paint_axes(painter, rect)
            self._paint_names(painter)
            # Thick ones first: what lies on them is still seen.
            for curve in sorted(self._curves, key=lambda curve: curve.line is not Line.THICK):
                painter.setPen(self._pen(curve.line))
                frames, values = curve.trace.frames, curve.trace.values
                points = [self.point_of(f, v) for f, v in zip(frames, values, strict=True)]
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

    def _paint_playhead(self, painter: QPainter) -> None:
        if self._curves:
            super()._paint_playhead(painter)

    def _pen(self, line: Line) -> QPen:
        accent = QColor(self.palette().color(QPalette.ColorRole.Highlight))
        ink = QColor(self.palette().color(QPalette.ColorRole.WindowText))
        if line is Line.THICK:
            return QPen(ink, 2.6)
        return QPen(accent, 1.6, Qt.PenStyle.DashLine if line is Line.DASHED else Qt.PenStyle.SolidLine)

    def _paint_axes(self, painter: QPainter, rect: QRectF) -> None:
        zero = self.point_of(0, 0.0).y()
        painter.setPen(QPen(self.palette().color(QPalette.ColorRole.Dark), 1.0))
        painter.drawLine(QPointF(rect.left(), zero), QPointF(rect.right(), zero))
        self._paint_numbers(painter, (*((-self._top,) if self._signed else ()), 0.0, self._top), 8)

    def _paint_names(self, painter: QPainter) -> None:
        metrics = QFontMetricsF(painter.font())
        x, y = self.plot_rect().left(), metrics.height() / 2 + 1
        for curve in self._curves:
            painter.setPen(self._pen(curve.line))
            painter.drawLine(QPointF(x, y), QPointF(x + SAMPLE, y))
            wide = metrics.horizontalAdvance(curve.name) + 2
            painter.setPen(self.palette().color(QPalette.ColorRole.WindowText))
            place = QRectF(x + SAMPLE + 5, 0, wide, metrics.height() + 2)
            painter.drawText(place, int(Qt.AlignmentFlag.AlignVCenter), curve.name)
            x += SAMPLE + wide + 22
        painter.setPen(self.palette().color(QPalette.ColorRole.PlaceholderText))
        room = QRectF(x, 0, self.plot_rect().right() - x, metrics.height() + 2)
        title = metrics.elidedText(self._title, Qt.TextElideMode.ElideLeft, room.width())
        painter.drawText(room, int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter), title)
