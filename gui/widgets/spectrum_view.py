"""The spectrum of a filter: which frequencies of space and time it answers to, as two pictures."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from core.display.colormap import color_table
from core.display.legend import format_response
from gui.qimage import from_indices
from gui.widgets.figure import Figure, small, ticks

if TYPE_CHECKING:
    from core.analysis.spectrum import Cut

POWER_TABLE = "magma"
GAP = 8
LEAST_SIDE = 84  # narrower pictures stand above each other
RING = 4.5
SPATIAL_TIP = (
    "Frequencies in space at the filter's preferred frequency in time: bright means that gratings of this "
    "fineness and direction pass. The middle is a plain area; farther out is finer; two blobs on a line "
    "through the middle: stripes across that line; a circle: any direction. The small ring marks the peak."
)
MOTION_TIP = (
    "Frequency in space along the preferred direction (→) against frequency in time (↑). Blobs on the line "
    "ft = 0: standing patterns. On the line fs = 0: flicker. On one diagonal only: motion one way, and the "
    "steeper the faster. On both diagonals alike: space and time are separate, no direction."
)


class SpectrumView(Figure):
    """One cut through the power spectrum with its axes, zero lines and preferred frequency."""

    def __init__(self, name: str, tip: str, parent: QWidget | None = None) -> None:
        super().__init__(name, tip, parent)
        self._cut: Cut | None = None
        self._image = QImage()

    def set_cut(self, cut: "Cut | None") -> None:
        """Show another cut, or none."""
        self._cut = cut
        self._image = QImage()
        if cut is not None:
            from core.display.spectra import spectrum_indices  # with the analysis, when there is one

            self._image = from_indices(spectrum_indices(cut), color_table(POWER_TABLE))
        self._tell()

    def picture_rect(self) -> QRectF:
        """Return where the picture is: a square, beside and above the numbers of the axes."""
        left, bottom = self._margins()
        side = max(min(self.width() - left - 1, self.height() - bottom - self.metrics().height() - 2), 8.0)
        return QRectF(left, self.metrics().height() + 2, side, side)

    def point_of(self, x: float, y: float) -> QPointF:
        """Return where a frequency is on the widget."""
        rect, cut = self.picture_rect(), self._cut
        if cut is None:
            return rect.center()
        across = (x - cut.left) / (cut.right - cut.left)
        down = (y - cut.top) / (cut.bottom - cut.top)
        return QPointF(rect.left() + across * rect.width(), rect.top() + down * rect.height())

    def reading(self, point: QPointF) -> str:
        """Return both frequencies and the power at a point."""
        rect, cut = self.picture_rect(), self._cut
        if cut is None or not rect.contains(point):
            return ""
        rows, columns = cut.power.shape
        across = (point.x() - rect.left()) / rect.width()
        down = (point.y() - rect.top()) / rect.height()
        power = float(cut.power[min(int(down * rows), rows - 1), min(int(across * columns), columns - 1)])
        x = cut.left + across * (cut.right - cut.left)
        y = cut.top + down * (cut.bottom - cut.top)
        return (
            f"{_short(cut.x_name)} {_hundredths(x)}  {_short(cut.y_name)} {_hundredths(y)}  power {power:.2f}"
        )

    def _margins(self) -> tuple[float, float]:
        """Return the room for the numbers left of and under the picture."""
        return self.metrics().horizontalAdvance("−0.5") + 4, self.metrics().height() + 2

    # Qt overrides

    def heightForWidth(self, width: int) -> int:
        """Return the height of a square picture with a name above and numbers below."""
        left, bottom = self._margins()
        return round(max(width - left - 1, 8.0) + bottom + self.metrics().height() + 3)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the picture, its zero lines, its axes and the preferred frequency."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        rect = self.picture_rect()
        painter.fillRect(rect, self.palette().color(QPalette.ColorRole.Shadow))
        if self._cut is not None:
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            painter.drawImage(rect, self._image)
            self._paint_axes(painter, rect, self._cut)
            if self._cut.peak is not None:
                _paint_ring(painter, self.point_of(*self._cut.peak))
        painter.end()

    def _paint_axes(self, painter: QPainter, rect: QRectF, cut: "Cut") -> None:
        zero = self.point_of(0.0, 0.0)
        painter.setPen(QPen(QColor(255, 255, 255, 110), 1, Qt.PenStyle.DotLine))
        if rect.left() < zero.x() < rect.right():
            painter.drawLine(QPointF(zero.x(), rect.top()), QPointF(zero.x(), rect.bottom()))
        if rect.top() < zero.y() < rect.bottom():
            painter.drawLine(QPointF(rect.left(), zero.y()), QPointF(rect.right(), zero.y()))
        painter.setFont(small(self.font()))
        painter.setPen(self.ink(0.75))
        metrics, align = self.metrics(), Qt.AlignmentFlag
        high = metrics.height()
        name = metrics.elidedText(
            f"{_short(cut.y_name)} {_arrow(cut)}  {_short(cut.x_name)} →",
            Qt.TextElideMode.ElideRight,
            rect.width(),
        )
        painter.drawText(QRectF(rect.left(), 0, rect.width(), high), int(align.AlignLeft), name)
        for y in ticks(min(cut.top, cut.bottom), max(cut.top, cut.bottom), 3):
            middle = min(max(self.point_of(0, y).y(), rect.top() + high / 2), rect.bottom() - high / 2)
            place = QRectF(0, middle - high / 2, rect.left() - 4, high)
            painter.drawText(place, int(align.AlignRight | align.AlignVCenter), format_response(y))
        for x in ticks(cut.left, cut.right, 3):
            label = format_response(x)
            wide = metrics.horizontalAdvance(label) + 1
            start = min(max(self.point_of(x, 0).x() - wide / 2, rect.left()), rect.right() - wide)
            painter.drawText(QRectF(start, rect.bottom() + 2, wide, high), int(align.AlignHCenter), label)


class SpectrumPair(QWidget):
    """The fx–fy picture and the fs–ft picture, side by side where there is room.

    Signals
    -------
    value_changed(str)
        The frequencies and the power under the mouse, or "".
    """

    value_changed = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.spatial = SpectrumView("Spectrum over space, fx and fy", SPATIAL_TIP, self)
        self.motion = SpectrumView("Spectrum over space and time, fs and ft", MOTION_TIP, self)
        for view in (self.spatial, self.motion):
            view.value_changed.connect(self._on_value_changed)
        policy = QSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def set_cuts(self, spatial: "Cut | None", motion: "Cut | None") -> None:
        """Show two other cuts, or none."""
        self.spatial.set_cut(spatial)
        self.motion.set_cut(motion)

    def _beside(self, width: int) -> bool:
        return (width - GAP) // 2 >= LEAST_SIDE

    @Slot(str)
    def _on_value_changed(self, text: str) -> None:
        self.value_changed.emit(text)

    # Qt overrides

    def hasHeightForWidth(self) -> bool:
        """Tell that the height follows from the width."""
        return True

    def heightForWidth(self, width: int) -> int:
        """Return the height of one picture, or of both."""
        if self._beside(width):
            return self.spatial.heightForWidth((width - GAP) // 2)
        return 2 * self.spatial.heightForWidth(width) + GAP

    def sizeHint(self) -> QSize:
        """Ask for the width of a panel."""
        return QSize(230, self.heightForWidth(230))

    def minimumSizeHint(self) -> QSize:
        """Say how small it may get."""
        return QSize(120, 60)

    def resizeEvent(self, event: object) -> None:
        """Give both pictures their places."""
        width = self.width()
        if self._beside(width):
            half = (width - GAP) // 2
            high = self.spatial.heightForWidth(half)
            self.spatial.setGeometry(0, 0, half, high)
            self.motion.setGeometry(width - half, 0, half, high)
        else:
            high = self.spatial.heightForWidth(width)
            self.spatial.setGeometry(0, 0, width, high)
            self.motion.setGeometry(0, high + GAP, width, high)


def _short(name: str) -> str:
    """Return the axis's symbol without its unit: "fx" of "fx (cyc/px)"."""
    return name.split(" ", maxsplit=1)[0].rstrip(",")


def _arrow(cut: "Cut") -> str:
    return "↓" if cut.bottom > cut.top else "↑"


def _hundredths(value: float) -> str:
    return f"{value:+.2f}".replace("-", "−")


def _paint_ring(painter: QPainter, at: QPointF) -> None:
    """Mark a frequency: white in black, so that it is seen on all colours of the table."""
    for colour, width in ((QColor(0, 0, 0, 200), 3.5), (QColor(255, 255, 255), 1.5)):
        painter.setPen(QPen(colour, width))
        painter.drawEllipse(at, RING, RING)
