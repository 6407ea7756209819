"""Letters on coloured cells: black or white, whichever is read better."""

from functools import cache

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor

from core.display.colormap import ColorTable, color_table

BRIGHT = 0.45  # linear-light share above which black letters are read better than white ones


@cache
def grounds(name: str) -> tuple[tuple[QColor, QColor], ...]:
    """Return (ground, letters) for every level of a published colour table."""
    return tuple(_pair(*rgb) for rgb in color_table(name).rgb.tolist())


def ends(table: ColorTable) -> tuple[QColor, QColor]:
    """Return the colours at the low and the high end of a table, not quite at it: they are less dark."""
    last = len(table.rgb) - 1
    low, high = (table.rgb[i].tolist() for i in (last // 6, last - last // 6))
    return QColor(*low), QColor(*high)


def _pair(red: int, green: int, blue: int) -> tuple[QColor, QColor]:
    bright = (0.2126 * red + 0.7152 * green + 0.0722 * blue) / 255
    letters = Qt.GlobalColor.black if bright > BRIGHT else Qt.GlobalColor.white
    return QColor(red, green, blue), QColor(letters)
