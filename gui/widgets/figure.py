"""What the small figures of a filter share: fonts, ticks, colours, the reading under the mouse."""

import math
from collections.abc import Sequence

from PySide6.QtCore import QEvent, QPointF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QMouseEvent, QPainter, QPalette, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

DOT = 3.5  # radius of a marked point


def small(font: QFont) -> QFont:
    """Return a font for the numbers at an axis."""
    made = QFont(font)
    if font.pointSizeF() > 0:
        made.setPointSizeF(max(font.pointSizeF() * 0.85, 7.0))
    else:
        made.setPixelSize(max(round(font.pixelSize() * 0.85), 9))
    return made


def ticks(low: float, high: float, most: int) -> tuple[float, ...]:
    """Return at most `most` round numbers (1, 2 or 5 times a power of ten apart) from low to high."""
    span = high - low
    if not (math.isfinite(span) and span > 0) or most < 1:
        return ()
    power = 10.0 ** math.floor(math.log10(span / most))
    for step in (f * power for f in (1.0, 2.0, 5.0, 10.0, 20.0)):
        first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
        if last - first + 1 <= most:
            return tuple(round(i * step, 12) for i in range(first, last + 1))
    return ()


def nearest(values: Sequence[float], wanted: float) -> int:
    """Return the index of the value nearest to a number; there is at least one."""
    return min(range(len(values)), key=lambda i: abs(values[i] - wanted))


class Figure(QWidget):
    """A figure that is as high as its width says, and tells what is under the mouse.

    Signals
    -------
    value_changed(str)
        The reading under the mouse, or "" where there is none.
    """

    value_changed = Signal(str)

    def __init__(self, name: str, tip: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._mouse: QPointF | None = None
        self.setAccessibleName(name)
        self.setToolTip(tip)
        self.setAccessibleDescription(tip)
        self.setMouseTracking(True)
        policy = QSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def reading(self, point: QPointF) -> str:
        """Return what the figure says at a point of the widget, or ""."""
        raise NotImplementedError

    def ink(self, strength: float = 1.0) -> QColor:
        """Return the colour of lines and texts, as strong as wanted (0 to 1)."""
        colour = QColor(self.palette().color(QPalette.ColorRole.WindowText))
        colour.setAlphaF(strength)
        return colour

    def accent(self) -> QColor:
        """Return the colour of what is measured."""
        return QColor(self.palette().color(QPalette.ColorRole.Highlight))

    def metrics(self) -> QFontMetricsF:
        """Return the measures of the axes' font."""
        return QFontMetricsF(small(self.font()))

    def paint_dot(self, painter: QPainter, at: QPointF) -> None:
        """Mark a point so that it is seen on every ground."""
        painter.setPen(QPen(self.palette().color(QPalette.ColorRole.Window), 1.5))
        painter.setBrush(self.accent())
        painter.drawEllipse(at, DOT, DOT)
        painter.setBrush(Qt.BrushStyle.NoBrush)

    def _tell(self) -> None:
        self.value_changed.emit(self.reading(self._mouse) if self._mouse is not None else "")
        self.update()

    # Qt overrides

    def hasHeightForWidth(self) -> bool:
        """Tell that the height follows from the width."""
        return True

    def sizeHint(self) -> QSize:
        """Ask for the width of a panel."""
        return QSize(230, self.heightForWidth(230))

    def minimumSizeHint(self) -> QSize:
        """Say how small it may get."""
        return QSize(60, self.heightForWidth(60))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Tell what is under the mouse."""
        self._mouse = event.position()
        self._tell()

    def leaveEvent(self, event: QEvent) -> None:
        """Tell that nothing is."""
        self._mouse = None
        self._tell()
