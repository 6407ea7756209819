"""The look of the whole application, light and dark, in one place.

Chrome is neutral grey so that the only strong colours in the window are data; one teal accent marks
what can be pressed or is selected, red means recording. Widgets carry no styles of their own: they name
a role (``widget.setProperty("role", "title")``) and this module says how the role looks. Boxes with
arrows are styled by the names of our own classes (`gui.widgets.inputs` paints their arrows): Qt's own
ones, in file dialogs, keep Fusion's.
"""

from dataclasses import dataclass
from enum import StrEnum

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication


class ThemeMode(StrEnum):
    """What the person chose in View > Theme."""

    SYSTEM = "system"
    LIGHT = "light"
    DARK = "dark"


@dataclass(frozen=True, slots=True)
class Colours:
    """The colours of one theme, as ``#rrggbb``."""

    window: str
    card: str
    base: str
    well: str  # the ground behind pictures
    text: str
    hint: str
    disabled: str
    border: str
    hover: str
    accent: str
    on_accent: str
    record: str
    warning: str
    error: str
    accent_ground: str  # behind a message
    warning_ground: str
    error_ground: str


LIGHT = Colours(
    window="#f1f2f4",
    card="#ffffff",
    base="#ffffff",
    well="#e4e6ea",
    text="#1c2127",
    hint="#59636e",
    disabled="#9aa2ab",
    border="#cfd4da",
    hover="#e6e9ed",
    accent="#0b7a75",
    on_accent="#ffffff",
    record="#c62f35",
    warning="#8a5a00",
    error="#b3261e",
    accent_ground="#e0f1ef",
    warning_ground="#fbf0d9",
    error_ground="#fbe6e4",
)
DARK = Colours(
    window="#1d2025",
    card="#25292f",
    base="#191c20",
    well="#131518",
    text="#e7e9ec",
    hint="#a1aab4",
    disabled="#6b737c",
    border="#3b4149",
    hover="#30353c",
    accent="#3fc1b4",
    on_accent="#0c1f1d",
    record="#ff6b70",
    warning="#f0b84b",
    error="#ff8a80",
    accent_ground="#1a3634",
    warning_ground="#3a2f17",
    error_ground="#432524",
)

_SHEET = """
QToolTip {{ background: {card}; color: {text}; border: 1px solid {border}; padding: 4px; }}
QWidget[role="card"] {{ background: {card}; border: 1px solid {border}; border-radius: 6px; }}
QLabel[role="title"] {{ color: {hint}; font-weight: 600; letter-spacing: 1px; }}
QLabel[role="hint"] {{ color: {hint}; }}
QLabel[role="error"] {{ color: {error}; }}
QLabel[role="warning"] {{ color: {warning}; }}
QToolButton[role="section"] {{ border: none; background: transparent; color: {hint}; font-weight: 600;
    text-align: left; padding-left: 0; }}
QToolButton[role="section"]:hover {{ color: {text}; background: transparent; }}
MessageBar {{ background: {accent_ground}; border: none; border-left: 4px solid {accent}; }}
MessageBar[kind="warning"] {{ background: {warning_ground}; border-left-color: {warning}; }}
MessageBar[kind="error"] {{ background: {error_ground}; border-left-color: {error}; }}
LessonBar {{ background: {accent_ground}; border: none; border-top: 2px solid {accent}; }}
QPushButton, QToolButton, ComboBox, SpinBox, DecimalSpinBox, NumberField, QLineEdit {{
    background: {base}; color: {text}; border: 1px solid {border}; border-radius: 4px; min-height: 20px;
}}
QPushButton {{ padding: 3px 10px; }}
QToolButton {{ padding: 3px; }}
ComboBox, SpinBox, DecimalSpinBox, NumberField, QLineEdit {{ padding: 1px 4px;
    selection-background-color: {accent}; selection-color: {on_accent}; }}
MessageBar QToolButton, LessonBar QToolButton, LessonBubble QToolButton {{ background: transparent;
    border-color: transparent; }}
QPushButton:hover, QToolButton:hover, ComboBox:hover {{ background: {hover}; }}
QPushButton:pressed, QToolButton:pressed {{ background: {border}; }}
QPushButton:checked, QToolButton:checked {{ background: {accent}; color: {on_accent};
    border-color: {accent}; }}
QPushButton:focus, QToolButton:focus, ComboBox:focus, SpinBox:focus, DecimalSpinBox:focus,
NumberField:focus, QLineEdit:focus {{
    border: 1px solid {accent};
}}
NumberField[refused="true"], QLineEdit[refused="true"] {{ border: 1px solid {error}; }}
QPushButton:disabled, QToolButton:disabled, ComboBox:disabled, SpinBox:disabled, DecimalSpinBox:disabled,
NumberField:disabled, QLineEdit:disabled {{ color: {disabled}; background: {window}; }}
QPushButton[role="primary"] {{ background: {accent}; color: {on_accent}; border-color: {accent};
    font-weight: 600; }}
QPushButton[role="primary"]:hover {{ background: {text}; color: {window}; }}
QPushButton[role="record"] {{ background: {record}; color: {window}; border-color: {record};
    font-weight: 600; }}
QPushButton[role="record"]:hover {{ background: {text}; color: {window}; }}
QPushButton[role="primary"]:focus, QPushButton[role="record"]:focus, QPushButton:checked:focus,
QToolButton:checked:focus {{ border: 2px solid {text}; }}
QPushButton[role="primary"]:disabled, QPushButton[role="record"]:disabled {{
    background: {hover}; color: {disabled}; border-color: {border}; }}
ComboBox::drop-down {{ border: none; width: 18px; }}
ComboBox QAbstractItemView {{ background: {card}; color: {text}; border: 1px solid {border};
    selection-background-color: {accent}; selection-color: {on_accent}; }}
QMenuBar {{ background: {window}; }}
QMenuBar::item {{ padding: 4px 9px; background: transparent; }}
QMenuBar::item:selected, QMenu::item:selected {{ background: {accent}; color: {on_accent}; }}
QMenu {{ background: {card}; border: 1px solid {border}; padding: 4px; }}
QMenu::item {{ padding: 4px 26px 4px 22px; }}
QMenu::item:disabled {{ color: {disabled}; }}
QMenu::separator {{ height: 1px; background: {border}; margin: 4px 6px; }}
QTabBar {{ background: {window}; }}
QTabBar::tab {{ background: transparent; color: {hint}; border: none; border-bottom: 3px solid transparent;
    padding: 5px 14px 3px 14px; font-weight: 600; }}
QTabBar::tab:hover {{ color: {text}; background: {hover}; }}
QTabBar::tab:selected {{ color: {text}; border-bottom: 3px solid {accent}; }}
QTabBar::tab:focus {{ background: {hover}; }}
QTabBar::tab:disabled {{ color: {disabled}; }}
QSplitter::handle {{ background: {window}; }}
QSplitter::handle:hover {{ background: {accent}; }}
QScrollArea {{ border: none; background: transparent; }}
QScrollBar:vertical {{ width: 10px; background: transparent; margin: 0; }}
QScrollBar:horizontal {{ height: 10px; background: transparent; margin: 0; }}
QScrollBar::handle {{ background: {border}; border-radius: 4px; min-height: 24px;
    min-width: 24px; margin: 1px; }}
QScrollBar::handle:hover {{ background: {disabled}; }}
QScrollBar::add-line, QScrollBar::sub-line {{ width: 0; height: 0; }}
QScrollBar::add-page, QScrollBar::sub-page {{ background: transparent; }}
QDialogButtonBox {{ dialogbuttonbox-buttons-have-icons: 0; }}
QProgressBar {{ border: 1px solid {border}; border-radius: 4px; background: {base}; text-align: center;
    max-height: 14px; color: {text}; }}
QProgressBar::chunk {{ background: {accent}; border-radius: 3px; }}
"""


def colours() -> Colours:
    """Return the colours of the theme that is on screen now."""
    window = QGuiApplication.palette().color(QPalette.ColorRole.Window)
    return DARK if window.lightness() < 128 else LIGHT


def apply_theme(app: QApplication, mode: ThemeMode = ThemeMode.SYSTEM) -> None:
    """Dress the whole application; open windows follow at once.

    Parameters
    ----------
    app
        The application; GUI thread.
    mode
        Light, dark, or what the system says now (`follow_system` keeps following it).
    """
    if mode is ThemeMode.SYSTEM:
        dark = QGuiApplication.styleHints().colorScheme() is Qt.ColorScheme.Dark
    else:
        dark = mode is ThemeMode.DARK
    chosen = DARK if dark else LIGHT
    if app.style().name() != "fusion":
        app.setStyle("Fusion")
    # Without the old sheet meanwhile: to exchange it for another takes three times as long.
    app.setStyleSheet("")
    app.setPalette(_palette(chosen))
    names = {name: getattr(chosen, name) for name in Colours.__slots__}
    app.setStyleSheet(_SHEET.format(**names))


def _palette(c: Colours) -> QPalette:
    role = QPalette.ColorRole
    palette = QPalette()
    pairs = {
        role.Window: c.window,
        role.WindowText: c.text,
        role.Base: c.base,
        role.AlternateBase: c.hover,
        role.Text: c.text,
        role.Button: c.card,
        role.ButtonText: c.text,
        role.BrightText: c.record,
        role.ToolTipBase: c.card,
        role.ToolTipText: c.text,
        role.PlaceholderText: c.hint,
        role.Highlight: c.accent,
        role.HighlightedText: c.on_accent,
        role.Link: c.accent,
        role.Light: c.card,
        role.Midlight: c.hover,
        role.Mid: c.border,
        role.Dark: c.disabled,
        role.Shadow: c.well,
    }
    for key, value in pairs.items():
        palette.setColor(key, QColor(value))
    for key in (role.WindowText, role.Text, role.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, key, QColor(c.disabled))
    return palette
