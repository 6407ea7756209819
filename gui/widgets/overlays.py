"""What is painted over a picture: the shared cursor, and where the motion goes that a filter prefers."""

import math

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPalette, QPen, QPolygonF

LARGEST, SMALLEST = 11.0, 6.5  # radius of the disc


def paint_arrow(painter: QPainter, rect: QRectF, direction: float) -> None:
    """Paint an arrow on a dark disc in the upper right corner of a picture.

    Its length says nothing; white on black with a white rim is seen on all colours of every table.

    Parameters
    ----------
    rect
        The picture; the disc is as large as a small picture allows.
    direction
        Degrees on the screen: 0 right, 90 down.
    """
    radius = min(max(min(rect.width(), rect.height()) * 0.09, SMALLEST), LARGEST)
    centre = QPointF(rect.right() - radius - 3, rect.top() + radius + 3)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(QColor(255, 255, 255, 210), 1.0))
    painter.setBrush(QColor(0, 0, 0, 190))
    painter.drawEllipse(centre, radius, radius)
    painter.translate(centre)
    painter.rotate(direction)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(255, 255, 255))
    painter.drawPath(_shape(radius * 0.72))
    painter.restore()


def paint_message(painter: QPainter, rect: QRectF, palette: QPalette, text: str) -> None:
    """Paint a sentence in the middle of where a picture would be."""
    painter.setPen(palette.color(QPalette.ColorRole.PlaceholderText))
    flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
    painter.drawText(rect.adjusted(4, 0, -4, 0), int(flags), text)


def paint_border(painter: QPainter, rect: QRect, colour: QColor) -> None:
    """Paint a frame 2 px wide just inside a rectangle."""
    width, height = rect.width(), rect.height()
    for x, y, w, h in (
        (0, 0, width, 2),
        (0, height - 2, width, 2),
        (0, 0, 2, height),
        (width - 2, 0, 2, height),
    ):
        painter.fillRect(x, y, w, h, colour)


def paint_cross(painter: QPainter, centre: QPointF) -> None:
    """Paint the shared cursor, black under white: it is seen on every colour of every table."""
    for colour, width in ((QColor(0, 0, 0, 190), 3.0), (QColor(255, 255, 255, 230), 1.0)):
        painter.setPen(QPen(colour, width))
        for dx, dy in ((1, 0), (-1, 0), (0, 1), (0, -1)):
            painter.drawLine(centre + QPointF(dx * 3, dy * 3), centre + QPointF(dx * 8, dy * 8))


def _shape(reach: float) -> QPainterPath:
    """Return an arrow to the right, from -reach to reach."""
    shaft, head = reach * 0.17, reach * 0.62
    neck = reach - head * math.sqrt(3) * 0.75
    upper = [(-reach, -shaft), (neck, -shaft), (neck, -head)]
    lower = [(x, -y) for x, y in reversed(upper)]
    points = [*upper, (reach, 0.0), *lower]
    path = QPainterPath()
    path.addPolygon(QPolygonF([QPointF(x, y) for x, y in points]))
    path.closeSubpath()
    return path
