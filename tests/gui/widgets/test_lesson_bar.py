"""The bar of a lesson says where one is, goes on and back, and offers the ways on at the end."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton

from gui.widgets.lesson_bar import LessonBar

TEXT = "A bar moves 1 pixel to the right in every frame."


@pytest.fixture
def bar(qtbot):
    bar = LessonBar()
    qtbot.addWidget(bar)
    bar.resize(900, 80)
    bar.show()
    return bar


def test_a_step_says_where_one_is(bar):
    bar.show_step("Speed is slope", 1, 5, TEXT)
    assert bar.count_label.text() == "step 2 of 5"
    assert bar.text == bar.text_label.text() == TEXT
    assert bar.accessibleName() == "Lesson: Speed is slope, step 2 of 5"
    assert bar.accessibleDescription() == TEXT
    assert bar.back_button.isEnabled() and bar.next_button.text() == "Next ›"
    assert not bar.attempt_button.isVisible() and not bar.return_button.isVisible()
    bar.show_step("Speed is slope", 0, 5, TEXT)
    assert not bar.back_button.isEnabled()


def test_the_last_step_asks_for_something(bar, qtbot):
    bar.show_step("Speed is slope", 4, 5, TEXT, "record")
    assert bar.next_button.text() == "Done"
    assert bar.attempt_button.isVisible() and "Record your wave" in bar.attempt_button.text()
    with qtbot.waitSignal(bar.attempt_requested) as asked:
        bar.attempt_button.click()
    assert asked.args == ["record"]
    bar.show_step("Random", 4, 5, TEXT, "new filters")
    with qtbot.waitSignal(bar.attempt_requested) as asked:
        bar.attempt_button.click()
    assert asked.args == ["new filters"]


def test_a_dot_is_a_step(bar, qtbot):
    bar.show_step("Speed is slope", 1, 5, TEXT)
    assert bar.dots.accessibleName() == "Step 2 of 5"
    with qtbot.waitSignal(bar.step_requested) as asked:
        qtbot.mouseClick(bar.dots, Qt.MouseButton.LeftButton, pos=bar.dots.centre(3).toPoint())
    assert asked.args == [3]
    bar.show_step("Long", 1, 40, TEXT)
    assert not bar.dots.isVisible() and bar.count_label.text() == "step 2 of 40"


def test_beside_the_picture_the_bar_says_it_no_twice(bar, qtbot):
    bar.show_step("Speed is slope", 1, 5, TEXT)
    high = bar.sizeHint().height()
    bar.set_beside(True, False)
    assert not bar.text_label.isVisible() and bar.text == TEXT
    assert bar.sizeHint().height() < high
    bar.set_beside(False, True)
    assert bar.text_label.isVisible()
    with qtbot.waitSignal(bar.bubble_wanted):
        bar.beside_button.click()


def test_a_problem_goes_with_the_step_it_is_about(bar):
    bar.show_step("Mine", 1, 5, TEXT)
    bar.show_problem("mine.toml, step 2, clip: There is no file.")
    assert bar.problem_label.isVisible()
    bar.show_step("Mine", 2, 5, TEXT)
    assert not bar.problem_label.isVisible()


def test_the_end_offers_the_ways_on(bar, qtbot):
    bar.show_step("Speed is slope", 4, 5, TEXT, "record")
    bar.show_left("Speed is slope", True, "Back to my clip", "Separable")
    shown = {name for name in ("return", "stay", "resume", "other", "attempt", "next", "back", "close")
             if getattr(bar, f"{name}_button").isVisible()}  # fmt: skip
    assert shown == {"return", "stay", "other"}
    assert bar.other_button.text() == "Next lesson: Separable"
    assert "done" in bar.title_label.text
    bar.show_left("Speed is slope", False, "Back to my clip")
    assert bar.resume_button.isVisible() and not bar.other_button.isVisible()
    assert "done" not in bar.title_label.text
    for name in ("return", "stay", "resume"):
        with qtbot.waitSignal(getattr(bar, f"{name}_requested")):
            getattr(bar, f"{name}_button").click()


@pytest.mark.parametrize(("left", "signal"), [(False, "close_requested"), (True, "return_requested")])
def test_escape_leaves_and_then_goes_back(bar, qtbot, left, signal):
    bar.show_step("Speed is slope", 1, 5, TEXT)
    button = bar.next_button
    if left:
        bar.show_left("Speed is slope", False, "Back to my clip")
        button = bar.return_button
    with qtbot.waitSignal(getattr(bar, signal)):
        qtbot.keyClick(button, Qt.Key.Key_Escape)


def test_every_control_has_a_name_and_a_tip(bar):
    bar.show_step("Speed is slope", 4, 5, TEXT, "record")
    bar.show_left("Speed is slope", True, "Back to my clip", "Separable")
    buttons = bar.findChildren(QAbstractButton)
    assert len(buttons) == 9
    assert all(button.accessibleName() and button.toolTip() for button in buttons)
