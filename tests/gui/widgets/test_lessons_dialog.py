"""The list of lessons: one can be begun, a broken one says why not, what is done is ticked."""

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton

from core.lessons.lesson import Lesson, Preset, Step
from core.lessons.library import Entry
from gui.widgets.lessons_dialog import LessonsDialog

STEP = Step("Look.", Preset("sample:wave", "sobel"))
LESSON = Lesson(Path("/x/01-stack.toml"), "A stack", "Sixteen pictures.", 2, (STEP,))


@pytest.fixture
def dialog(qtbot):
    dialog = LessonsDialog()
    qtbot.addWidget(dialog)
    dialog.show()
    return dialog


def entry(title="A stack", **changes):
    return Entry(LESSON.path, replace(LESSON, title=title, **changes))


def texts(dialog):
    rows = range(dialog.list.count())
    return [dialog.list.item(row).data(Qt.ItemDataRole.AccessibleTextRole) for row in rows]


def test_rows_say_all_there_is_to_say(dialog):
    dialog.add(entry(), done=True, number=1)
    dialog.add(entry("Learned", waits_for="learned layers"), done=False, number=2)
    dialog.add(Entry(Path("/own/bad.toml"), None, "bad.toml is not TOML: x.", own=True), done=False)
    assert texts(dialog) == [
        "1  A stack. Sixteen pictures.. 2 min   ✓ done",
        "2  Learned. Sixteen pictures. Waits for learned layers.. 2 min",
        "bad.toml. bad.toml is not TOML: x.. cannot be read",
    ]


def test_the_first_that_is_not_done_is_chosen_until_the_person_chooses(dialog):
    dialog.add(entry("one"), done=True)
    dialog.add(entry("two"), done=False)
    dialog.add(entry("three"), done=False)
    assert dialog.entry.lesson.title == "two"
    dialog.list.setCurrentRow(0)
    dialog.add(entry("four"), done=False)
    assert dialog.entry.lesson.title == "one"


@pytest.mark.parametrize("way", ["button", "return", "double click"])
def test_a_lesson_is_begun(dialog, qtbot, way):
    dialog.add(entry(), done=False, number=1)
    with qtbot.waitSignal(dialog.start_requested) as asked:
        if way == "button":
            dialog.start_button.click()
        elif way == "return":
            qtbot.keyClick(dialog.list, Qt.Key.Key_Return)
        else:
            place = dialog.list.visualItemRect(dialog.list.item(0)).center()
            # The first click chooses, as a hand does it.
            qtbot.mouseClick(dialog.list.viewport(), Qt.MouseButton.LeftButton, pos=place)
            qtbot.mouseDClick(dialog.list.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert asked.args == [LESSON]


@pytest.mark.parametrize(
    "bad", [Entry(Path("/own/bad.toml"), None, "bad.toml is not TOML: x.", own=True), entry(steps=())]
)
def test_what_cannot_be_begun_says_why(dialog, qtbot, bad):
    dialog.add(bad, done=False)
    assert not dialog.start_button.isEnabled()
    assert dialog.problem_label.text() == bad.problem
    with qtbot.assertNotEmitted(dialog.start_requested):
        qtbot.keyClick(dialog.list, Qt.Key.Key_Return)


def test_a_row_has_room_for_its_summary(dialog, qtbot):
    long = "A summary that goes on and on, until it needs a second line, and then a third one, and so on. "
    dialog.add(entry("short"), done=False)
    dialog.add(entry("long", summary=long + long), done=False)
    heights = [dialog.list.sizeHintForRow(row) for row in range(2)]
    assert heights[1] > heights[0] + dialog.fontMetrics().height()
    dialog.resize(360, 500)
    assert dialog.list.sizeHintForRow(1) > heights[1]


@pytest.mark.parametrize("back", ["", "Back to my clip"])
def test_the_other_ways(qtbot, back):
    dialog = LessonsDialog(back)
    qtbot.addWidget(dialog)
    dialog.show()
    assert dialog.return_button.isVisible() is bool(back)
    for name in ("file", "folder", "return"):
        with qtbot.waitSignal(getattr(dialog, f"{name}_requested")):
            getattr(dialog, f"{name}_button").click()
    dialog.show_folder("/home/me/lessons")
    assert "/home/me/lessons" in dialog.hint_label.text()
    own = [dialog.start_button, dialog.file_button, dialog.folder_button]
    assert all(isinstance(b, QPushButton) and b.accessibleName() and b.toolTip() for b in own)
