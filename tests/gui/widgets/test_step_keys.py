"""Which keys move what is pinned, and how far."""

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent

from core.settings import Triple
from gui.widgets.step_keys import STEPS, step_of

NONE, SHIFT = Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier
KEYPAD = Qt.KeyboardModifier.KeypadModifier


def step(key: Qt.Key, held: Qt.KeyboardModifier) -> Triple | None:
    return step_of(QKeyEvent(QEvent.Type.KeyPress, key, held))


@pytest.mark.parametrize("key", STEPS)
def test_every_key_has_an_opposite(key: Qt.Key) -> None:
    t, y, x = STEPS[key]
    assert (-t, -y, -x) in STEPS.values()


@pytest.mark.parametrize(
    ("key", "held", "moved"),
    [
        (Qt.Key.Key_Left, NONE, (0, 0, -1)),
        (Qt.Key.Key_Left, KEYPAD, (0, 0, -1)),
        (Qt.Key.Key_Down, SHIFT, (0, 10, 0)),
        (Qt.Key.Key_Down, SHIFT | KEYPAD, (0, 10, 0)),
        (Qt.Key.Key_BracketRight, SHIFT, (1, 0, 0)),
        (Qt.Key.Key_Left, Qt.KeyboardModifier.ControlModifier, None),
        (Qt.Key.Key_Left, KEYPAD | Qt.KeyboardModifier.AltModifier, None),
        (Qt.Key.Key_A, NONE, None),
    ],
)
def test_arrows_move_within_a_frame_and_brackets_in_time(
    key: Qt.Key, held: Qt.KeyboardModifier, moved: Triple | None
) -> None:
    assert step(key, held) == moved
