"""A computation as a diagram: what there is, as boxes, and what is done to it, on the arrows between."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QHelpEvent, QPainter, QPaintEvent, QPalette, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from gui.widgets.figure import small

PAD = 8
ARROW = 5.0


@dataclass(frozen=True, slots=True)
class FlowNode:
    """What there is at one stage.

    Parameters
    ----------
    title
        In the box.
    lines
        Under it: shape, receptive field, …
    arrow
        What is done on the way to it; "" for the first.
    tip
        The same in whole sentences.
    """

    title: str
    lines: tuple[str, ...] = ()
    arrow: str = ""
    tip: str = ""


class FlowBar(QWidget):
    """Boxes from left to right with arrows between; each box stands over a column of its own."""

    def __init__(self, lines: int, parent: QWidget | None = None) -> None:
        """Make a bar with room for so many lines under each box."""
        super().__init__(parent)
        self._lines = lines
        self._nodes: tuple[FlowNode, ...] = ()
        self._places: tuple[tuple[float, float], ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("The layers as a diagram")

    @property
    def nodes(self) -> tuple[FlowNode, ...]:
        """What is shown."""
        return self._nodes

    def set_nodes(self, nodes: Sequence[FlowNode]) -> None:
        """Show other stages."""
        if tuple(nodes) != self._nodes:
            self._nodes = tuple(nodes)
            parts = [f"{node.arrow} → {node.title} {' '.join(node.lines)}" for node in self._nodes]
            self.setAccessibleDescription(", ".join(parts).removeprefix(" → "))
            self.update()

    def set_places(self, places: Sequence[tuple[float, float]]) -> None:
        """Set (left, width) of the column under each box."""
        if tuple(places) != self._places:
            self._places = tuple(places)
            self.update()

    # Geometry

    def _fonts(self) -> tuple[QFont, QFont]:
        """Return the fonts of titles and of the lines."""
        title = QFont(self.font())
        title.setBold(True)
        return title, small(self.font())

    def _line_height(self) -> float:
        return self.fontMetrics().height()

    def _box(self, index: int) -> QRectF:
        """Return the box of a stage: as wide as its title, over its column."""
        left, width = self._places[index]
        title = QFontMetricsF(self._fonts()[0]).horizontalAdvance(self._nodes[index].title)
        wide = min(title + 2 * PAD, max(width, 40.0))
        line = self._line_height()
        return QRectF(left + (width - wide) / 2, line + 2, wide, line + 6)

    def _room(self, index: int) -> tuple[float, float]:
        """Return (left, width) of the lines of a stage: up to halfway to its neighbours."""
        middles = [left + width / 2 for left, width in self._places]
        reach = [
            abs(middles[index] - middles[i]) / 2 for i in (index - 1, index + 1) if 0 <= i < len(middles)
        ]
        half = min([*reach, middles[index], self.width() - middles[index]])
        return middles[index] - half + 2, 2 * half - 4

    # Qt overrides

    def sizeHint(self) -> QSize:
        """Return room for labels, boxes and lines."""
        line = self._line_height()
        return QSize(600, round(line + 2 + line + 6 + 3 + self._lines * line + 4))

    def event(self, event: QEvent) -> bool:
        """Tell about the stage under the mouse."""
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            for index in range(min(len(self._nodes), len(self._places))):
                left, width = self._room(index)
                if left <= event.pos().x() <= left + width:
                    QToolTip.showText(event.globalPos(), self._nodes[index].tip, self)
                    return True
        return super().event(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint arrows, boxes and lines."""
        if not self._nodes or len(self._places) != len(self._nodes):
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for index in range(1, len(self._nodes)):
            self._paint_arrow(painter, index)
        for index in range(len(self._nodes)):
            self._paint_node(painter, index)
        painter.end()

    def _paint_arrow(self, painter: QPainter, index: int) -> None:
        before, after = self._box(index - 1), self._box(index)
        y = before.center().y()
        start, end = before.right() + 3, after.left() - 3
        ink = self.palette().color(QPalette.ColorRole.PlaceholderText)
        painter.setPen(QPen(ink, 1.5))
        painter.drawLine(QPointF(start, y), QPointF(end - ARROW, y))
        painter.setBrush(ink)
        painter.setPen(Qt.PenStyle.NoPen)
        tip = [QPointF(end, y), QPointF(end - 2 * ARROW, y - ARROW), QPointF(end - 2 * ARROW, y + ARROW)]
        painter.drawPolygon(QPolygonF(tip))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setFont(self._fonts()[1])
        painter.setPen(self.palette().color(QPalette.ColorRole.WindowText))
        first, last = before.center().x() + 2, after.center().x() - 2
        place = QRectF(first, 0, last - first, self._line_height())
        text = painter.fontMetrics().elidedText(
            self._nodes[index].arrow, Qt.TextElideMode.ElideRight, int(place.width())
        )
        painter.drawText(place, int(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignVCenter), text)

    def _paint_node(self, painter: QPainter, index: int) -> None:
        node, box, palette = self._nodes[index], self._box(index), self.palette()
        title, lines = self._fonts()
        painter.setPen(QPen(palette.color(QPalette.ColorRole.Highlight), 1.5))
        painter.setBrush(palette.color(QPalette.ColorRole.Base))
        painter.drawRoundedRect(box, 4, 4)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(palette.color(QPalette.ColorRole.WindowText))
        painter.setFont(title)
        elide, centre = Qt.TextElideMode.ElideRight, int(Qt.AlignmentFlag.AlignCenter)
        painter.drawText(
            box, centre, painter.fontMetrics().elidedText(node.title, elide, int(box.width()) - 6)
        )
        painter.setFont(lines)
        left, width = self._room(index)
        for number, text in enumerate(node.lines):
            role = QPalette.ColorRole.WindowText if number == 0 else QPalette.ColorRole.PlaceholderText
            painter.setPen(palette.color(role))
            place = QRectF(left, box.bottom() + 3 + number * self._line_height(), width, self._line_height())
            painter.drawText(place, centre, painter.fontMetrics().elidedText(text, elide, int(width)))
