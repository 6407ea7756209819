"""A pixel in time: what goes in, what the kernel weighs, what comes out, under one another over one axis."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFontMetricsF,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPalette,
    QPen,
    QPolygonF,
    QResizeEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from core.display.legend import format_response
from gui.widgets.controls import describe
from gui.widgets.figure import small, ticks

TIP = (
    "One pixel over time. Above: its values. In the middle: the weights of the kernel at that place, laid "
    "over the frames that it sees now. Below: what comes out, drawn at the time of the kernel's centre. The "
    "upright line is the frame on the screen; click to go elsewhere."
)
# Channels are told apart by their lines, not by colour alone.
NAMES = 34.0  # px at the right
STYLES = (Qt.PenStyle.SolidLine, Qt.PenStyle.DashLine, Qt.PenStyle.DotLine)


@dataclass(frozen=True, slots=True)
class Plot:
    """One of the plots.

    Parameters
    ----------
    title
        Over it.
    courses
        Lines of (frame from 0, value).
    low, high
        The ends of its scale: the same at every place.
    names
        Of the lines; () for a single one.
    stems
        Whether values stand on the zero line as stems (weights) or are joined (what was measured).
    point
        The frame of a value to mark, or None.
    """

    title: str
    courses: Sequence[Sequence[tuple[float, float]]]
    low: float
    high: float
    names: Sequence[str] = ()
    stems: bool = False
    point: float | None = None


class PixelTimeView(QWidget):
    """Three aligned plots and the playhead.

    Signals
    -------
    frame_requested(int)
        The person clicked at a time.
    """

    frame_requested = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._plots: Sequence[Plot] = ()
        self._count = 1
        self._span: tuple[float, float] | None = None
        self._playhead = 0
        self._rects: dict[int, QRectF] = {}
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Expanding)
        self.setObjectName("pixel_time_view")
        describe(self, "One pixel over time", TIP)

    @property
    def plots(self) -> Sequence[Plot]:
        """What is shown, from the top."""
        return self._plots

    def set_plots(self, plots: Sequence[Plot], count: int, span: tuple[float, float]) -> None:
        """Show other courses.

        Parameters
        ----------
        count
            Frames of the clip.
        span
            The first and the last frame that the kernel lies on: shaded.
        """
        if len(plots) != len(self._plots):
            self._rects.clear()
        self._plots, self._count, self._span = plots, max(count, 1), span
        self.setAccessibleDescription("; ".join(plot.title for plot in plots))
        self.update()

    def set_clip_frame(self, frame: int) -> None:
        """Follow the playhead."""
        if frame != self._playhead:
            for place in (self._playhead, frame):
                self.update(int(self.x_of(place)) - 3, 0, 7, self.height())
            self._playhead = frame
            self.update(int(self.x_of(frame)) - 3, 0, 7, self.height())

    # Geometry

    def _line(self) -> float:
        return QFontMetricsF(small(self.font())).height()

    def _side(self) -> float:
        """Return the room for numbers at the left."""
        return QFontMetricsF(small(self.font())).horizontalAdvance("−0.000") + 5

    def plot_rect(self, number: int) -> QRectF:
        """Return where the lines of a plot are, under its title."""
        if number not in self._rects:  # asked for at every point of every line
            line, count = self._line(), max(len(self._plots), 1)
            high, side = (self.height() - line - 2) / count, self._side()
            width = max(self.width() - side - NAMES, 8)
            self._rects[number] = QRectF(side, number * high + line + 1, width, high - line - 6)
        return self._rects[number]

    def x_of(self, frame: float) -> float:
        """Return the x of a frame."""
        rect = self.plot_rect(0)
        return rect.left() + (frame + 0.5) / self._count * rect.width()

    def frame_at(self, x: float) -> int:
        """Return the frame at an x."""
        rect = self.plot_rect(0)
        return min(max(int((x - rect.left()) / rect.width() * self._count), 0), self._count - 1)

    # Qt overrides

    def sizeHint(self) -> QSize:
        """Ask for three plots that can be read."""
        return QSize(230, 210)

    def minimumSizeHint(self) -> QSize:
        """Say how small it may get."""
        return QSize(100, 130)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Go to the time that was clicked."""
        if event.button() is Qt.MouseButton.LeftButton and self._plots:
            self.frame_requested.emit(self.frame_at(event.position().x()))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Find the places anew."""
        super().resizeEvent(event)
        self._rects.clear()

    def changeEvent(self, event: QEvent) -> None:
        """Follow another font or theme."""
        super().changeEvent(event)
        self._rects.clear()
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the plots, the times and the playhead."""
        painter = QPainter(self)
        painter.setFont(small(self.font()))
        for number, plot in enumerate(self._plots):
            self._paint_plot(painter, plot, self.plot_rect(number))
        if self._plots:
            self._paint_times(painter)
            x = self.x_of(self._playhead)
            painter.setPen(QPen(self._role(QPalette.ColorRole.WindowText), 1.0))
            for rect in map(self.plot_rect, range(len(self._plots))):  # not through the titles
                painter.drawLine(QPointF(x, rect.top()), QPointF(x, rect.bottom()))
        painter.end()

    def _role(self, role: QPalette.ColorRole) -> QColor:
        return QColor(self.palette().color(role))

    def _paint_plot(self, painter: QPainter, plot: Plot, rect: QRectF) -> None:
        line = QFontMetricsF(painter.font())
        painter.setPen(self._role(QPalette.ColorRole.WindowText))
        title = line.elidedText(plot.title, Qt.TextElideMode.ElideRight, self.width())
        painter.drawText(QPointF(0, rect.top() - 3), title)
        painter.fillRect(rect, self._role(QPalette.ColorRole.Shadow))
        if self._span is not None:
            left, right = (self.x_of(frame) for frame in (self._span[0] - 0.5, self._span[1] + 0.5))
            shade = self._role(QPalette.ColorRole.Highlight)
            shade.setAlphaF(0.16)
            painter.fillRect(QRectF(left, rect.top(), right - left, rect.height()).intersected(rect), shade)
        self._paint_scale(painter, plot, rect)
        painter.save()
        painter.setClipRect(rect.adjusted(-2, -2, 2, 2))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for number, course in enumerate(plot.courses):
            self._paint_course(painter, plot, rect, number, course)
        painter.restore()
        self._paint_names(painter, plot, rect)

    def _y_of(self, plot: Plot, rect: QRectF, value: float) -> float:
        share = (value - plot.low) / ((plot.high - plot.low) or 1.0)
        return rect.bottom() - 2 - min(max(share, -0.1), 1.1) * (rect.height() - 4)

    def _paint_scale(self, painter: QPainter, plot: Plot, rect: QRectF) -> None:
        line = self._line()
        painter.setPen(self._role(QPalette.ColorRole.PlaceholderText))
        for value in (plot.low, plot.high):
            y = min(max(self._y_of(plot, rect, value) - line / 2, rect.top()), rect.bottom() - line)
            box = QRectF(0, y, self._side() - 4, line)
            painter.drawText(box, int(Qt.AlignmentFlag.AlignRight), format_response(value, 2))
        if plot.low < 0 < plot.high:
            y = self._y_of(plot, rect, 0.0)
            painter.setPen(QPen(self._role(QPalette.ColorRole.Dark), 0.8))
            painter.drawLine(QPointF(rect.left(), y), QPointF(rect.right(), y))

    def _paint_course(
        self, painter: QPainter, plot: Plot, rect: QRectF, number: int, course: Sequence[tuple[float, float]]
    ) -> None:
        points = [QPointF(self.x_of(at), self._y_of(plot, rect, value)) for at, value in course]
        accent = self._role(QPalette.ColorRole.Highlight)
        pen = QPen(accent, 1.6, STYLES[number % len(STYLES)] if len(plot.courses) > 1 else STYLES[0])
        painter.setPen(pen)
        if plot.stems:
            zero, shift = self._y_of(plot, rect, 0.0), (number - (len(plot.courses) - 1) / 2) * 3.0
            for point in points:
                painter.drawLine(QPointF(point.x() + shift, zero), QPointF(point.x() + shift, point.y()))
            points = [point + QPointF(shift, 0) for point in points]
        else:
            painter.drawPolyline(QPolygonF(points))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(accent)
        for point in points if len(points) <= 40 else ():
            painter.drawEllipse(point, 1.8, 1.8)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        marked = next((p for p, (at, _) in zip(points, course, strict=True) if at == plot.point), None)
        if marked is not None:
            painter.setPen(QPen(self._role(QPalette.ColorRole.WindowText), 1.6))
            painter.drawEllipse(marked, 4.0, 4.0)

    def _paint_names(self, painter: QPainter, plot: Plot, rect: QRectF) -> None:
        """Say which kind of line is which, at the right."""
        line = self._line()
        for number, name in enumerate(plot.names):
            y = rect.top() + number * (line - 2) + line / 2
            painter.setPen(QPen(self._role(QPalette.ColorRole.Highlight), 1.6, STYLES[number % len(STYLES)]))
            painter.drawLine(QPointF(rect.right() + 4, y), QPointF(rect.right() + 20, y))
            painter.setPen(self._role(QPalette.ColorRole.PlaceholderText))
            box = QRectF(rect.right() + 23, y - line / 2, NAMES - 23, line)
            painter.drawText(box, int(Qt.AlignmentFlag.AlignLeft), name)

    def _paint_times(self, painter: QPainter) -> None:
        metrics, rect = QFontMetricsF(painter.font()), self.plot_rect(len(self._plots) - 1)
        painter.setPen(self._role(QPalette.ColorRole.PlaceholderText))
        painter.drawText(QPointF(0, rect.bottom() + metrics.ascent() + 3), "frame")
        for number in ticks(1, self._count, 6) or (1,):
            label = f"{number:g}"
            x = self.x_of(number - 1) - metrics.horizontalAdvance(label) / 2
            painter.drawText(QPointF(x, rect.bottom() + metrics.ascent() + 3), label)
