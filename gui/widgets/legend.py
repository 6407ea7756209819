"""The legend: which response a colour means."""

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QBrush, QFontMetrics, QPainter, QPaintEvent, QPalette, QPen, QTransform
from PySide6.QtWidgets import QSizePolicy, QWidget

from core.display.colormap import WHEEL, ColorTable
from core.display.contrast import Limits
from core.display.legend import format_response, legend_ticks
from gui import qimage

STRIP_HEIGHT = 12
DISC = 64
SIDES = (("right", 1, 0), ("down", 0, 1), ("left", -1, 0), ("up", 0, -1))


class Legend(QWidget):
    """A strip of the colour table with labelled ends, 0 in the middle for signed data.

    For directions it is a disc of hues with a word on each side. The strip keeps its place while there is
    nothing to explain, so nothing jumps when results come.
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
        height = self.sizeHint().height()
        self._limits, self._table, self._clipped = limits, table, clipped
        if self.sizeHint().height() != height:
            self.updateGeometry()
        self.setToolTip(self._explanation())
        self.setAccessibleDescription(self._explanation())
        self.update()

    def _explanation(self) -> str:
        if self._limits is None or self._table is None:
            return ""
        if self._shows_directions():
            text = "Hue: where to. Brightness: how much, from 0 in the middle to the rim. One scale for all."
        else:
            text = f"Colour of a response, {self._table.label}. One scale for the whole clip."
        if self._clipped > 0:
            share = f"{self._clipped:.2%}" if self._clipped >= 0.0001 else "under 0.01%"
            text += f" {share} of the responses lie beyond the ends and have the end colours."
        return text

    def sizeHint(self) -> QSize:
        """Return room for the strip and one line of text, or for the disc between two."""
        line = QFontMetrics(self.font()).height()
        if self._shows_directions():
            return QSize(240, DISC + 2 * line + 4)
        return QSize(240, STRIP_HEIGHT + line + 4)

    def _shows_directions(self) -> bool:
        return self._limits is not None and self._table is not None and self._table.name == WHEEL

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint strip or disc, with labels."""
        if self._limits is None or self._table is None:
            return
        painter = QPainter(self)
        if self._shows_directions():
            self._paint_disc(painter, self._limits, self._table)
        else:
            self._paint_strip(painter, self._limits, self._table)
        painter.end()

    def _paint_disc(self, painter: QPainter, limits: Limits, table: ColorTable) -> None:
        """Paint the disc of hues, the words around it, and what the brightness means beside it."""
        metrics = QFontMetrics(self.font())
        line, ratio = metrics.height(), self.devicePixelRatioF()
        disc = QRectF((self.width() - DISC) / 2, line + 2, DISC, DISC)
        image = qimage.wheel_disc(round(DISC * ratio), table)
        image.setDevicePixelRatio(ratio)
        brush = QBrush(image)
        brush.setTransform(QTransform.fromTranslate(disc.left(), disc.top()))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(brush)
        painter.setPen(QPen(self.palette().color(QPalette.ColorRole.Mid), 1))
        painter.drawEllipse(disc)
        painter.setPen(self.palette().color(QPalette.ColorRole.WindowText))
        for word, across, down in SIDES:
            width = metrics.horizontalAdvance(word) + 2
            box = QRectF(0, 0, width, line)
            x = disc.center().x() + across * ((DISC + width) / 2 + 6)
            box.moveCenter(QPointF(x, disc.center().y() + down * (DISC + line) / 2))
            painter.drawText(box, int(Qt.AlignmentFlag.AlignCenter), word)
        free = QRectF(0, line, disc.left() - metrics.horizontalAdvance("left") - 16, DISC)
        end = ("≥ " if self._clipped > 0 else "") + format_response(limits.high)
        text = f"hue: direction\nbrightness: 0 to {end}"
        if metrics.horizontalAdvance(text.split("\n")[1]) > free.width():
            text = f"rim: {end}"
        flags = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextWordWrap
        painter.drawText(free, int(flags), text)

    def _paint_strip(self, painter: QPainter, limits: Limits, table: ColorTable) -> None:
        """Paint the strip and its labels."""
        metrics = QFontMetrics(self.font())
        margin = 24
        strip = QRectF(margin, 1, max(self.width() - 2 * margin, 20), STRIP_HEIGHT)
        painter.drawImage(strip, qimage.legend_strip(max(int(strip.width()), 2), table))
        painter.setPen(QPen(self.palette().color(QPalette.ColorRole.Mid), 1))
        painter.drawRect(strip)
        painter.setPen(self.palette().color(QPalette.ColorRole.WindowText))
        wide = strip.width() > 320
        ticks = legend_ticks(limits, clipped=self._clipped > 0, inner=wide)
        for position, label, left, width in self._placed(ticks, strip):
            x = strip.left() + position * strip.width()
            painter.drawLine(int(x), int(strip.bottom()), int(x), int(strip.bottom()) + 3)
            box = QRectF(left, strip.bottom() + 3, width + 1, metrics.height())
            painter.drawText(box, int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter), label)

    def _placed(self, ticks: list[tuple[float, str]], strip: QRectF) -> list[tuple[float, str, float, float]]:
        """Return (position, label, left, width) of the labels that have room; both ends come first."""
        metrics = QFontMetrics(self.font())
        placed: list[tuple[float, str, float, float]] = []
        for position, label in sorted(ticks, key=lambda tick: tick[0] not in (0.0, 1.0)):
            width = metrics.horizontalAdvance(label)
            x = strip.left() + position * strip.width()
            left = min(max(x - width / 2, 0), self.width() - width)
            if all(left >= end + 8 or left + width + 8 <= start for start, end in _spans(placed)):
                placed.append((position, label, left, width))
        return placed


def _spans(placed: list[tuple[float, str, float, float]]) -> list[tuple[float, float]]:
    """Return where labels begin and end."""
    return [(left, left + width) for _, _, left, width in placed]
