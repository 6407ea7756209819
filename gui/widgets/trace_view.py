"""The response over time: a line for each filter, the playhead, and a click that goes there."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import (
    QFontMetricsF,
    QKeyEvent,
    QPainter,
    QPaintEvent,
    QPalette,
    QPen,
    QPolygonF,
)
from PySide6.QtWidgets import QGridLayout, QPushButton, QSizePolicy, QWidget

from core.display.legend import format_response
from gui.widgets.controls import describe
from gui.widgets.figure import nearest, small
from gui.widgets.film_plot import FilmPlot
from gui.widgets.inputs import ComboBox

if TYPE_CHECKING:
    from core.analysis.traces import Trace

HEIGHT = 78
TIP = (
    "How strongly the selected filter answers at each moment of the clip. The upright line is the moment on "
    "the screen; click or drag to go elsewhere. Where the line ends, the kernel would reach outside the clip."
)


class TraceView(FilmPlot):
    """The plot of one measure over the clip's frames."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(QSizePolicy.Policy.Fixed, parent)
        self._traces: Mapping[int, Trace] = {}
        self._selected = 0
        self._others = False
        self._message = ""
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setObjectName("trace_view")
        describe(self, "Response over time", TIP)

    @property
    def trace(self) -> "Trace | None":
        """What the thick line shows."""
        return self._traces.get(self._selected)

    def set_traces(self, traces: "Mapping[int, Trace]", message: str = "") -> None:
        """Show other lines, by filter; without any, say why."""
        self._traces, self._message = traces, message
        self._renew()

    def set_selected(self, index: int) -> None:
        """Draw the line of another filter thick."""
        if index != self._selected:
            self._selected = index
            self._renew()

    def set_others(self, shown: bool) -> None:
        """Draw the lines of all other filters too, thin, on the same scale; or not."""
        self._others = shown
        self._renew()

    # Geometry

    def plot_rect(self) -> QRectF:
        """Return where the lines are."""
        metrics = QFontMetricsF(small(self.font()))
        left = metrics.horizontalAdvance(format_response(self._top(), 2)) + 6
        high = metrics.height()
        return QRectF(
            left, high / 2, max(self.width() - left - 8, 8.0), max(self.height() - 1.5 * high - 4, 8.0)
        )

    def point_of(self, frame: float, value: float) -> QPointF:
        """Return where a value at a clip frame is."""
        rect = self.plot_rect()
        return QPointF(self.x_of(frame), rect.bottom() - value / self._top() * rect.height())

    def _shown(self) -> "list[Trace]":
        """Return the lines to draw, the selected filter's last: it lies above the others."""
        thin = [t for i, t in self._traces.items() if i != self._selected] if self._others else []
        return [*thin, *([self.trace] if self.trace is not None else [])]

    def _top(self) -> float:
        return max((max(trace.values, default=0.0) for trace in self._shown()), default=0.0) or 1.0

    def reading(self, point: QPointF) -> str:
        """Return the value of the thick line above or below a point."""
        if self.trace is None or not self.trace.frames:
            return ""
        at = nearest(self.trace.frames, self.time_at(point.x()))
        return f"frame {self.trace.frames[at] + 1:g}: {format_response(self.trace.values[at])}"

    # Qt overrides

    def sizeHint(self) -> QSize:
        """Ask for a height at which peaks can be told apart."""
        return QSize(220, HEIGHT)

    def minimumSizeHint(self) -> QSize:
        """Say how small it may get."""
        return QSize(60, HEIGHT)

    def focusInEvent(self, event: QEvent) -> None:
        """Show the focus."""
        self.update()

    def focusOutEvent(self, event: QEvent) -> None:
        """Show that it went."""
        self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go to the first or the last moment that has a value; the arrow keys step as everywhere."""
        ends = {Qt.Key.Key_PageUp: 0, Qt.Key.Key_PageDown: -1}
        if self.trace is not None and self.trace.frames and Qt.Key(event.key()) in ends:
            end = self.trace.frames[ends[Qt.Key(event.key())]]
            self.frame_requested.emit(self.frame_at(self.x_of(end)))
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the focus over the plot."""
        super().paintEvent(event)
        if self.hasFocus():
            painter = QPainter(self)
            painter.setPen(QPen(self.palette().color(QPalette.ColorRole.Highlight), 1.0))
            painter.drawRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5))
            painter.end()

    def _paint_still(self, painter: QPainter) -> None:
        rect = self.plot_rect()
        painter.fillRect(rect, self.palette().color(QPalette.ColorRole.Shadow))
        shown = self._shown()
        if not shown:
            painter.setPen(self.palette().color(QPalette.ColorRole.PlaceholderText))
            painter.drawText(rect, int(Qt.AlignmentFlag.AlignCenter), self._message)
            return
        self._paint_numbers(painter, (0.0, self._top()), 6)
        thin = self.palette().color(QPalette.ColorRole.Dark)
        for trace in shown:
            thick = trace is self.trace
            colour = self.palette().color(QPalette.ColorRole.Highlight) if thick else thin
            painter.setPen(QPen(colour, 1.8 if thick else 0.8))
            points = [self.point_of(f, v) for f, v in zip(trace.frames, trace.values, strict=True)]
            painter.drawPolyline(QPolygonF(points))
            if thick and len(points) <= 40:  # single moments can be told apart
                painter.setBrush(colour)
                for point in points:
                    painter.drawEllipse(point, 1.6, 1.6)
                painter.setBrush(Qt.BrushStyle.NoBrush)


class TracePanel(QWidget):
    """The plot beside its controls: which measure, all filters or one, and the way to the peak.

    Signals
    -------
    measure_changed(str)
        The person chose another measure.
    strongest_requested()
        The person wants to see the strongest moment.
    """

    measure_changed = Signal(str)
    strongest_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.view = TraceView()
        self.measure_combo = ComboBox()
        self.measure_combo.setObjectName("measure_combo")
        tip = (
            "What is plotted for each frame of the responses: the mean of their sizes without sign, the "
            "largest size, or the mean of their squares."
        )
        describe(self.measure_combo, "Measure over time", tip)
        self.strongest_button = QPushButton("Strongest")
        self.strongest_button.setObjectName("strongest_button")
        describe(
            self.strongest_button,
            "Go to the strongest moment",
            "Pause at the frame where the selected filter answers most (J)",
        )
        self.others_button = QPushButton("All")
        self.others_button.setObjectName("all_traces_button")
        self.others_button.setCheckable(True)
        describe(self.others_button, "Lines of all filters", "Draw thin lines for all the other filters too")
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(6)
        grid.setVerticalSpacing(4)
        grid.addWidget(self.measure_combo, 0, 0)
        grid.addWidget(self.others_button, 0, 1)
        grid.addWidget(self.strongest_button, 1, 0, 1, 2)
        grid.addWidget(self.view, 0, 2, 2, 1)
        grid.setColumnStretch(2, 1)
        self.measure_combo.activated.connect(self._on_measure_activated)
        self.strongest_button.clicked.connect(self.strongest_requested)
        self.others_button.toggled.connect(self.view.set_others)

    def set_measures(self, names: tuple[str, ...], chosen: str) -> None:
        """Offer measures."""
        self.measure_combo.clear()
        self.measure_combo.addItems(list(names))
        self.measure_combo.setCurrentIndex(max(self.measure_combo.findText(chosen), 0))

    @Slot(int)
    def _on_measure_activated(self, _index: int) -> None:
        self.measure_changed.emit(self.measure_combo.currentText())
