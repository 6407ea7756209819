"""The keys that move what is pinned: arrows within a frame, brackets in time; with Shift ten at a time."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent

from core.settings import Triple

LARGE_STEP = 10
# (t, y, x) that a key goes on by.
STEPS: dict[int, Triple] = {
    Qt.Key.Key_Left: (0, 0, -1),
    Qt.Key.Key_Right: (0, 0, 1),
    Qt.Key.Key_Up: (0, -1, 0),
    Qt.Key.Key_Down: (0, 1, 0),
    Qt.Key.Key_BracketLeft: (-1, 0, 0),
    Qt.Key.Key_BracketRight: (1, 0, 0),
}
_SHIFT = Qt.KeyboardModifier.ShiftModifier


def modifiers_of(event: QKeyEvent) -> Qt.KeyboardModifier:
    """Return what is held down with a key, whether it is one of the keypad or not."""
    return event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier


def step_of(event: QKeyEvent) -> Triple | None:
    """Return the (t, y, x) that a key moves by, or None where it moves nothing.

    Shift makes it ten within a frame; clips are too short for that in time.
    """
    step, held = STEPS.get(event.key()), modifiers_of(event)
    if step is None or held not in (Qt.KeyboardModifier.NoModifier, _SHIFT):
        return None
    factor = LARGE_STEP if held == _SHIFT and step[0] == 0 else 1
    t, y, x = (factor * part for part in step)
    return t, y, x
