"""Text can be read on every ground of both themes (WCAG 2 contrast)."""

import pytest
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from gui.theme import DARK, LIGHT, Colours, ThemeMode, apply_theme, colours


def luminance(name: str) -> float:
    channels = (
        c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in QColor(name).getRgbF()[:3]
    )
    red, green, blue = channels
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("ink", ["text", "hint", "accent", "record", "warning", "error"])
def test_inks_can_be_read_on_every_ground(theme: Colours, ink: str) -> None:
    for ground in (theme.window, theme.card, theme.base):
        assert contrast(getattr(theme, ink), ground) >= 4.5, (ink, ground)


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
def test_hints_on_picture_grounds_and_text_on_buttons(theme: Colours) -> None:
    assert contrast(theme.hint, theme.well) >= 4.5
    assert contrast(theme.on_accent, theme.accent) >= 4.5


def test_themes_are_applied_to_the_whole_application(qtbot: QtBot) -> None:
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    try:
        apply_theme(app, ThemeMode.DARK)
        assert colours() == DARK
        apply_theme(app, ThemeMode.LIGHT)
        assert colours() == LIGHT
    finally:
        apply_theme(app, ThemeMode.SYSTEM)
