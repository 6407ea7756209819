"""One channel of a second layer: its response, what becomes of it, its weights, its share in the sum.

::

    3  right                            ‖w‖ 0.42
    [ response ]  →  [ pooled ]  ×   [k0][k1][k2]   +0.31 ▐██

The rows of one kernel add up to one response, so they stand under each other.
"""

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import (
    QBrush,
    QColor,
    QPainter,
    QPaintEvent,
    QPalette,
    QPen,
    QPolygonF,
    QResizeEvent,
)
from PySide6.QtWidgets import QWidget

from core.display.legend import format_response
from gui.films import PictureCache
from gui.widgets.figure import small
from gui.widgets.viewer import Viewer
from gui.widgets.weight_strip import WeightStrip

ARROW_GAP, TIMES_GAP, SHARE = 34.0, 20.0, 66.0
SCROLLBAR = 12.0
FIXED, TILE_SHARE = ARROW_GAP + TIMES_GAP + SHARE + SCROLLBAR, 0.31
HINT = "Click to select this filter of the first layer."


@dataclass(frozen=True, slots=True)
class RowColumns:
    """Where the parts of a row are, in logical pixels from its left."""

    tile: float
    strip: float

    @classmethod
    def of(cls, width: float) -> "RowColumns":
        """Share a width among two tiles, the weights and the fixed parts."""
        room = width - FIXED
        tile = max(room * TILE_SHARE, 40.0)
        return cls(round(tile), max(room - 2 * round(tile), 40.0))

    @staticmethod
    def width_of(tile: float) -> float:
        """Return the width that gives tiles of a width."""
        return tile / TILE_SHARE + FIXED

    @property
    def second(self) -> float:
        """Where the second tile begins."""
        return self.tile + ARROW_GAP

    @property
    def weights(self) -> float:
        """Where the weights begin."""
        return self.second + self.tile + TIMES_GAP

    @property
    def share(self) -> float:
        """Where the channel's share in the response begins."""
        return self.weights + self.strip


class ChannelRow(QWidget):
    """One channel."""

    def __init__(self, cache: PictureCache, parent: QWidget) -> None:
        super().__init__(parent)
        self.response = Viewer(cache, self)
        self.after = Viewer(cache, self)
        self.strip = WeightStrip(self)
        for viewer in (self.response, self.after):
            viewer.set_hint(HINT)
        self.channel = 0
        self._name = self._norm = ""
        self._share: tuple[float, float] | None = None
        self._selected = False

    def describe(self, channel: int, name: str, norm: float) -> None:
        """Say which channel it is."""
        self.channel = channel
        plain = name == f"filter {channel + 1}"
        self._name = name if plain else f"{channel + 1}  {name}"
        self._norm = f"‖w‖ {format_response(norm)}"
        self.response.setAccessibleName(f"responses of {self._name}")
        self.after.setAccessibleName(f"channel {self._name}")
        self.strip.setAccessibleName(f"weights for {self._name}")
        tip = f"The weights for {self._name}, frame by frame; {self._norm} is their Euclidean norm."
        self.strip.setToolTip(tip)
        self.update()

    @property
    def name(self) -> str:
        """What the channel is called."""
        return self._name

    def set_share(self, share: float | None, largest: float) -> None:
        """Show what the channel adds to the response that is looked at, on a scale up to `largest`."""
        self._share = None if share is None else (share, largest)
        self.update()

    def set_selected(self, selected: bool) -> None:
        """Mark the row as the one whose filter is selected."""
        if selected != self._selected:
            self._selected = selected
            self.response.set_selected(selected)
            self.update()

    def head(self) -> int:
        """Return the height of the line over the pictures."""
        return self.fontMetrics().height() + 2

    # Qt overrides

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Give the parts their places."""
        columns, top = RowColumns.of(self.width() + SCROLLBAR), self.head()
        height = self.height() - top
        self.response.setGeometry(0, top, int(columns.tile), height)
        self.after.setGeometry(int(columns.second), top, int(columns.tile), height)
        self.strip.setGeometry(int(columns.weights), top, int(columns.strip), height)
        super().resizeEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint names, signs and the share."""
        painter = QPainter(self)
        columns, top, palette = RowColumns.of(self.width() + SCROLLBAR), self.head(), self.palette()
        ink, faint = (
            palette.color(role)
            for role in (QPalette.ColorRole.WindowText, QPalette.ColorRole.PlaceholderText)
        )
        flags = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
        painter.setPen(palette.color(QPalette.ColorRole.Highlight) if self._selected else ink)
        room = int(columns.weights) - 6
        name = ("▸ " if self._selected else "") + self._name
        name = painter.fontMetrics().elidedText(name, Qt.TextElideMode.ElideRight, room)
        painter.drawText(QRectF(2, 0, room, top), int(flags), name)
        painter.setPen(faint)
        painter.drawText(
            QRectF(columns.weights, 0, columns.strip + SHARE, top),
            int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft),
            self._norm,
        )
        middle = top + (self.height() - top) / 2
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        _paint_arrow(painter, columns.tile + 6, columns.second - 6, middle, faint)
        painter.setPen(ink)
        times = QRectF(columns.second + columns.tile, top, TIMES_GAP, self.height() - top)
        painter.drawText(times, int(Qt.AlignmentFlag.AlignCenter), "×")
        if self._share is not None:
            self._paint_share(painter, QRectF(columns.share + 4, top, SHARE - 6, self.height() - top))
        painter.end()

    def _paint_share(self, painter: QPainter, place: QRectF) -> None:
        """Paint the number, and under it a bar: right and filled above 0, left and hatched below."""
        assert self._share is not None
        share, largest = self._share
        palette = self.palette()
        painter.setFont(small(self.font()))
        painter.setPen(palette.color(QPalette.ColorRole.WindowText))
        line = self.fontMetrics().height()
        text = ("+" if share > 0 else "") + format_response(share)
        number = QRectF(place.left(), place.center().y() - line - 1, place.width(), line)
        painter.drawText(number, int(Qt.AlignmentFlag.AlignCenter), text)
        middle, half = place.center().x(), place.width() / 2
        length = half * min(abs(share) / largest, 1.0) if largest > 0 else 0.0
        colour = palette.color(QPalette.ColorRole.Highlight)
        bar = QRectF(middle - (length if share < 0 else 0), place.center().y() + 2, length, 9)
        painter.setPen(QPen(colour, 1))
        painter.setBrush(
            QBrush(colour, Qt.BrushStyle.BDiagPattern if share < 0 else Qt.BrushStyle.SolidPattern)
        )
        painter.drawRect(bar)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(palette.color(QPalette.ColorRole.PlaceholderText), 1))
        painter.drawLine(QPointF(middle, bar.top() - 2), QPointF(middle, bar.bottom() + 2))


def _paint_arrow(painter: QPainter, first: float, last: float, y: float, colour: QColor) -> None:
    """Paint an arrow to the right."""
    painter.setPen(QPen(colour, 1.5))
    painter.drawLine(QPointF(first, y), QPointF(last - 4, y))
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour)
    painter.drawPolygon(QPolygonF([QPointF(last, y), QPointF(last - 8, y - 4), QPointF(last - 8, y + 4)]))
    painter.setBrush(Qt.BrushStyle.NoBrush)
