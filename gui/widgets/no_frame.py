"""What a viewer shows for a time that its film has no frame for: neither a repeat nor silent black."""

from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QBrush, QFont, QFontMetrics, QImage, QPainter, QPalette

_WIDE = 170  # px: room for the whole sentence


def no_frame_picture(size: QSizeF, ratio: float, font: QFont, palette: QPalette, reason: str) -> QImage:
    """Return hatching with a sentence; made once, as patterns are slow to fill at every frame.

    Parameters
    ----------
    size
        In logical pixels.
    ratio
        Device pixels per logical pixel.
    reason
        Why there is none, said where there is room.
    """
    image = QImage((size * ratio).toSize(), QImage.Format.Format_ARGB32_Premultiplied)
    image.setDevicePixelRatio(ratio)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    painter.setFont(font)
    rect = QRectF(QPointF(), size)
    painter.fillRect(rect, QBrush(palette.color(QPalette.ColorRole.Mid), Qt.BrushStyle.BDiagPattern))
    text = "no frame" if rect.width() < _WIDE else f"no frame here: {reason}"
    centred = int(Qt.AlignmentFlag.AlignCenter)
    box = QRectF(QFontMetrics(font).boundingRect(rect.toRect(), centred, text))
    painter.fillRect(box.adjusted(-5, -3, 5, 3), palette.color(QPalette.ColorRole.Shadow))
    painter.setPen(palette.color(QPalette.ColorRole.PlaceholderText))
    painter.drawText(rect.adjusted(4, 0, -4, 0), centred | int(Qt.TextFlag.TextWordWrap), text)
    painter.end()
    return image
