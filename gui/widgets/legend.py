"""The legend: which response a colour means."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from core.display.colormap import ColorTable
from core.display.contrast import Limits
from core.display.legend import legend_ticks
from gui import qimage

STRIP_HEIGHT = 12


class Legend(QWidget):
    """A strip of the colour table with labelled ends, 0 in the middle for signed data.

    The strip keeps its place while there is nothing to explain, so nothing jumps when results come.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._limits: Limits | None = None
        self._table: ColorTable | None = None
        self._clipped = 0.0
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def set_scale(self, limits: Limits | None, table: ColorTable | None, clipped: float = 0.0) -> None:
        """Explain another scale.

        Parameters
        ----------
        limits, table
            What the colours mean, or None for nothing.
        clipped
            Share of the responses beyond the limits, in [0, 1].
        """
        self._limits, self._table, self._clipped = limits, table, clipped
        self.setToolTip(self._explanation())
        self.setAccessibleDescription(self._explanation())
        self.update()

    def _explanation(self) -> str:
        if self._limits is None or self._table is None:
            return ""
        text = f"Colour of a response, {self._table.label}. One scale for the whole clip."
        if self._clipped > 0:
            share = f"{self._clipped:.2%}" if self._clipped >= 0.0001 else "under 0.01%"
            text += f" {share} of the responses lie beyond the ends and have the end colours."
        return text

    def sizeHint(self) -> QSize:
        """Return room for the strip and one line of text."""
        return QSize(240, STRIP_HEIGHT + QFontMetrics(self.font()).height() + 4)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the strip and its labels."""
        if self._limits is None or self._table is None:
            return
        painter = QPainter(self)
        metrics = QFontMetrics(self.font())
        margin = 24
        strip = QRectF(margin, 1, max(self.width() - 2 * margin, 20), STRIP_HEIGHT)
        painter.drawImage(strip, qimage.legend_strip(max(int(strip.width()), 2), self._table))
        painter.setPen(QPen(self.palette().color(QPalette.ColorRole.Mid), 1))
        painter.drawRect(strip)
        painter.setPen(self.palette().color(QPalette.ColorRole.WindowText))
        free_from = -1.0
        wide = strip.width() > 320
        for position, label in legend_ticks(self._limits, clipped=self._clipped > 0, inner=wide):
            x = strip.left() + position * strip.width()
            width = metrics.horizontalAdvance(label)
            left = min(max(x - width / 2, 0), self.width() - width)
            if left < free_from:
                continue
            free_from = left + width + 8
            painter.drawLine(int(x), int(strip.bottom()), int(x), int(strip.bottom()) + 3)
            box = QRectF(left, strip.bottom() + 3, width + 1, metrics.height())
            painter.drawText(box, int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter), label)
        painter.end()
