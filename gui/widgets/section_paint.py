"""How a section is painted: title and numbers around it, lines, ruler and hatching over it."""

import math
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QFont, QFontMetricsF, QPainter, QPalette, QPen, QPolygonF

from core.display.sections import Extent
from core.display.slices import Plane
from gui.widgets.figure import small, ticks
from gui.widgets.overlays import paint_message

TICK = 3.0
GAP = 3.0
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


@dataclass(frozen=True, eq=False)
class Frame:
    """What is painted around: the picture's place, what is seen, and how letters look."""

    rect: QRectF
    window: tuple[Extent, Extent]
    font: QFont
    palette: QPalette

    def colour(self, role: QPalette.ColorRole) -> QColor:
        """Return a colour of the theme."""
        return self.palette.color(role)


def margins(font: QFont) -> tuple[float, float]:
    """Return the room over a picture for its title, and under it for numbers."""
    return QFontMetricsF(font).height() + GAP, QFontMetricsF(small(font)).height() + TICK + 1


def distance(point: QPointF, start: QPointF, end: QPointF) -> float:
    """Return how far a point is from a line between two points."""
    along, to = end - start, point - start
    length = QPointF.dotProduct(along, along)
    share = min(max(QPointF.dotProduct(to, along) / length, 0.0), 1.0) if length else 0.0
    rest = to - along * share
    return math.hypot(rest.x(), rest.y())


def paint_title(painter: QPainter, frame: Frame, title: str, plane: Plane, width: float) -> None:
    """Paint what is cut, and which way the axes run where there is room for it."""
    metrics = QFontMetricsF(frame.font)
    line = QRectF(frame.rect.left(), 0, max(width - frame.rect.left(), 1), metrics.height())
    painter.setFont(frame.font)
    painter.setPen(frame.colour(QPalette.ColorRole.WindowText))
    room = metrics.elidedText(title, Qt.TextElideMode.ElideRight, line.width())
    painter.drawText(line, int(_LEFT), room)
    begun = metrics.horizontalAdvance(title) + 12
    texts = [(text, metrics.horizontalAdvance(text) + 1) for text in _axes(plane)]
    for text, wide in texts:
        if begun + wide <= line.width():
            # At the right edge of the picture; behind the title where the picture is narrow.
            left = max(begun, frame.rect.width() - wide)
            painter.setPen(frame.colour(QPalette.ColorRole.PlaceholderText))
            painter.drawText(QRectF(line.left() + left, 0, wide, line.height()), int(_LEFT), text)
            break


def _axes(plane: Plane) -> tuple[str, ...]:
    """Return what the axes are, long and short."""
    across, down = plane.label[0], plane.label[2]
    unit = "frames" if plane.timed else "px"
    return f"{across} px →   {down} {unit} ↓", f"{across} px →  {down} ↓", f"{across} →  {down} ↓"


def paint_numbers(painter: QPainter, frame: Frame, playhead: float | None) -> None:
    """Paint round numbers along both axes at the middles of their voxels, and the playhead's time."""
    font = small(frame.font)
    metrics = QFontMetricsF(font)
    painter.setFont(font)
    hint = frame.colour(QPalette.ColorRole.PlaceholderText)
    rect, (down, across) = frame.rect, frame.window
    high = metrics.height()
    painter.setPen(hint)
    for number in whole_ticks(down, rect.height() / (high + 2)):
        y = rect.top() + down.share(number) * rect.height()
        painter.drawLine(QPointF(rect.left() - TICK, y), QPointF(rect.left() - 1, y))
        box = QRectF(0, y - high / 2, rect.left() - TICK - 2, high)
        painter.drawText(box, int(_RIGHT), str(number))
    wide = metrics.horizontalAdvance("0000") + 8
    for number in whole_ticks(across, rect.width() / wide):
        x = rect.left() + across.share(number) * rect.width()
        painter.drawLine(QPointF(x, rect.bottom() + 1), QPointF(x, rect.bottom() + TICK))
        text = str(number)
        half = metrics.horizontalAdvance(text) / 2
        left = min(max(x - half, rect.left() - 8), rect.right() - 2 * half)
        painter.drawText(QRectF(left, rect.bottom() + TICK, 2 * half + 1, high), int(_LEFT), text)
    if playhead is not None and down.contains(playhead):
        y = rect.top() + down.share(playhead) * rect.height()
        arrow = [
            QPointF(rect.left() - 1, y),
            QPointF(rect.left() - 7, y - 4),
            QPointF(rect.left() - 7, y + 4),
        ]
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(frame.colour(QPalette.ColorRole.Highlight))
        painter.drawPolygon(QPolygonF(arrow))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)


def whole_ticks(extent: Extent, most: float) -> tuple[int, ...]:
    """Return round whole numbers within an extent, at most so many; at least one where one lies inside."""
    first, last = math.ceil(extent.low), math.floor(extent.high)
    if last <= first:
        return (first,) if first <= extent.high else ()
    found = ticks(first, last, max(int(most), 1))
    whole = tuple(round(value) for value in found if float(value).is_integer())
    return whole or (first,)


def paint_nothing(painter: QPainter, frame: Frame, message: str) -> None:
    """Paint the ground of a picture that is not there, or not everywhere: hatched, with a sentence."""
    painter.fillRect(frame.rect, frame.colour(QPalette.ColorRole.Shadow))
    painter.fillRect(frame.rect, QBrush(frame.colour(QPalette.ColorRole.Dark), Qt.BrushStyle.BDiagPattern))
    if message:
        painter.setFont(frame.font)
        wanted = QFontMetricsF(frame.font).boundingRect(
            frame.rect.adjusted(8, 0, -8, 0),
            int(Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap),
            message,
        )
        painter.fillRect(wanted.adjusted(-6, -3, 6, 3), frame.colour(QPalette.ColorRole.Shadow))
        paint_message(painter, frame.rect.adjusted(4, 0, -4, 0), frame.palette, message)


def paint_lines(painter: QPainter, rect: QRectF, centre: QPointF) -> None:
    """Paint the two lines of the cursor, black under white, open around the place itself."""
    free = 6.0
    for colour, width in ((QColor(0, 0, 0, 110), 3.0), (QColor(255, 255, 255, 190), 1.0)):
        painter.setPen(QPen(colour, width))
        x, y = centre.x(), centre.y()
        painter.drawLine(QPointF(x, rect.top()), QPointF(x, y - free))
        painter.drawLine(QPointF(x, y + free), QPointF(x, rect.bottom()))
        painter.drawLine(QPointF(rect.left(), y), QPointF(x - free, y))
        painter.drawLine(QPointF(x + free, y), QPointF(rect.right(), y))


def paint_ruler(painter: QPainter, start: QPointF, end: QPointF, held: bool) -> None:
    """Paint a ruler: a white line with a dark rim; dashed where it cannot be taken hold of."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    for colour, width in ((QColor(0, 0, 0, 220), 5.0), (QColor(255, 255, 255), 2.2)):
        pen = QPen(colour, width)
        if not held:
            pen.setDashPattern([5 * 2.2 / width, 3 * 2.2 / width])
            pen.setCapStyle(Qt.PenCapStyle.FlatCap)
        painter.setPen(pen)
        painter.drawLine(start, end)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
