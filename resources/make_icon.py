"""Draw the program's icon: a cube of frames with a wave running through them.

Run it from the top of the project: ``uv run resources/make_icon.py``; it writes icon.png beside itself.
"""

import os
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QGuiApplication, QImage, QPainter, QPainterPath, QPen

SIZE = 256
FRAMES = 4
GROUND, EDGE, WAVE = (
    QColor("#0b7a75"),
    QColor("#e9fbf8"),
    (QColor("#5aa0d6"), QColor("#f2f0ec"), QColor("#d2693c")),
)


def draw(painter: QPainter) -> None:
    """Draw frames from back to front, each with its piece of the wave."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(GROUND)
    painter.drawRoundedRect(QRectF(0, 0, SIZE, SIZE), 48, 48)
    side = 128.0
    for index in range(FRAMES):
        shift = (FRAMES - 1 - index) * 24.0
        box = QRectF(36 + shift, 92 - shift, side, side)
        painter.setPen(QPen(EDGE, 5))
        painter.setBrush(QColor(11, 60, 66, 235))
        painter.drawRoundedRect(box, 12, 12)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        pen = QPen(WAVE[min(index, 2)], 13)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        painter.setPen(pen)
        painter.drawPath(wave(box, index))


def wave(box: QRectF, phase: int) -> QPainterPath:
    """Return one period of a wave inside a frame, shifted from frame to frame."""
    lift = (phase - 1.5) * 8.0
    middle = box.center().y() + lift
    path = QPainterPath(QPointF(box.left() + 22, middle))
    path.cubicTo(
        QPointF(box.left() + 50, middle - 58),
        QPointF(box.right() - 50, middle + 58),
        QPointF(box.right() - 22, middle),
    )
    return path


def main() -> None:
    """Write the icon."""
    app = QGuiApplication([])
    image = QImage(SIZE, SIZE, QImage.Format.Format_ARGB32)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    draw(painter)
    painter.end()
    image.save(str(Path(__file__).with_name("icon.png")))
    app.quit()


if __name__ == "__main__":
    main()
