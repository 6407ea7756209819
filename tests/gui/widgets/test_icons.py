"""Icons are there, differ, follow the palette, and are drawn at every scale."""

import pytest
from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPalette

from gui.widgets.icons import ICON_NAMES, IconButton, make_icon, paint_icon


def painted(name, side=32, color="black"):
    image = QImage(side, side, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    paint_icon(painter, name, QRectF(0, 0, side, side), QColor(color))
    painter.end()
    return image


def test_all_icons_differ(qapp):
    images = [painted(name) for name in ICON_NAMES]
    assert all(a != b for i, a in enumerate(images) for b in images[:i])


@pytest.mark.parametrize("name", ICON_NAMES)
def test_an_icon_is_neither_empty_nor_full(qapp, name):
    image = painted(name)
    inked = sum(image.pixelColor(x, y).alpha() > 128 for x in range(32) for y in range(32))
    assert 0.03 < inked / 32**2 < 0.9


@pytest.mark.parametrize("ratio", [1.0, 1.25, 2.0])
def test_an_icon_for_a_menu_has_pixels_for_the_screen(qapp, ratio):
    pixmap = make_icon("play", QColor("red")).pixmap(QSize(16, 16), ratio)
    assert pixmap.width() == round(16 * ratio)


def test_a_button_follows_the_palette(qtbot):
    button = IconButton("play", "Play", "Play")
    qtbot.addWidget(button)
    button.resize(28, 28)
    seen = set()
    for color in ("#ff0000", "#00ff00"):
        palette = QPalette(button.palette())
        palette.setColor(QPalette.ColorRole.ButtonText, QColor(color))
        button.setPalette(palette)
        seen.add(button.grab().toImage().pixelColor(13, 14).name())
    assert seen == {"#ff0000", "#00ff00"}
    before = button.grab().toImage()
    button.set_icon_name("pause")
    assert button.grab().toImage() != before
