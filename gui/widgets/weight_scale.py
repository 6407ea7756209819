"""The legend of a kernel's weights, and that of a spectrum: a strip of colours over three numbers."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from core.display.colormap import LEVELS, color_table
from core.display.legend import format_response
from gui.qimage import from_rgb
from gui.widgets.controls import describe
from gui.widgets.figure import small

STRIP = 8


class ColorScale(QWidget):
    """A colour table from low to high with its labels: left, middle, right.

    Parameters
    ----------
    table
        Name of the colour table.
    name, tip
        For accessibility tools and on hover.
    """

    def __init__(self, table: str, name: str, tip: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._table = table
        self._labels = ("", "", "")
        self._strip = QImage()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        describe(self, name, tip)

    @property
    def labels(self) -> tuple[str, str, str]:
        """What stands under the left end, the middle and the right end."""
        return self._labels

    def set_labels(self, low: str, middle: str, high: str) -> None:
        """Explain another scale."""
        self._labels = (low, middle, high)
        self.update()

    def set_table(self, table: str) -> None:
        """Explain another colour table."""
        if table != self._table:
            self._table = table
            self._strip = QImage()
            self.update()

    def set_limit(self, limit: float) -> None:
        """Let the scale run from minus to plus a number."""
        self.set_labels(format_response(-limit), "0", f"+{format_response(limit)}")

    def sizeHint(self) -> QSize:
        """Ask for the strip and a line of numbers."""
        return QSize(200, STRIP + 2 + self.fontMetrics().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the strip and its labels."""
        if self._strip.isNull():
            self._strip = from_rgb(color_table(self._table).rgb.reshape(1, LEVELS, 3))
        painter = QPainter(self)
        painter.drawImage(QRectF(0, 0, self.width(), STRIP), self._strip)
        painter.setPen(self.palette().color(self.foregroundRole()))
        painter.setFont(small(self.font()))
        place = QRectF(0, STRIP + 1, self.width(), self.fontMetrics().height())
        low, middle, high = self._labels
        sides = [(Qt.AlignmentFlag.AlignLeft, low), (Qt.AlignmentFlag.AlignRight, high)]
        metrics = painter.fontMetrics()
        ends = max(metrics.horizontalAdvance(low), metrics.horizontalAdvance(high)) + 4
        if 2 * ends + metrics.horizontalAdvance(middle) <= self.width():
            sides.append((Qt.AlignmentFlag.AlignHCenter, middle))
        for side, text in sides:
            painter.drawText(place, int(side), text)
        painter.end()
