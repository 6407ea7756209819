"""The message bar: the newest message, gone by itself or not."""

import pytest
from PySide6.QtCore import Qt

from gui.widgets.message_bar import MessageBar, MessageKind


@pytest.fixture
def bar(qtbot):
    bar = MessageBar()
    qtbot.addWidget(bar)
    bar.resize(800, 40)
    yield bar
    bar.close_message()


def test_it_is_not_seen_until_there_is_something_to_say(bar, qtbot):
    assert not bar.isVisible()
    with qtbot.assertNotEmitted(bar.closed):
        bar.close_message()


def test_information_goes_by_itself(bar, qtbot):
    bar.show_message("info", "Saved wave.gif.")
    assert bar.isVisible()
    with qtbot.waitSignal(bar.closed):
        bar._timer.setInterval(0)
    assert not bar.isVisible()
    assert bar.text == ""


def test_an_error_stays_until_it_is_closed(bar, qtbot):
    bar.show_message("error", "The disk is full.")
    assert not bar._timer.isActive()
    with qtbot.waitSignal(bar.closed):
        qtbot.mouseClick(bar.close_button, Qt.MouseButton.LeftButton)
    assert not bar.isVisible()


def test_a_message_with_a_button_waits_longer_for_an_answer_but_not_for_ever(bar, qtbot):
    bar.show_message(MessageKind.INFO, "Saved wave.gif.")
    brief = bar._timer.interval()
    bar.show_message(MessageKind.INFO, "Saved wave.gif.", "Open folder")
    assert bar._timer.isActive()
    assert bar._timer.interval() > 2 * brief
    with qtbot.waitSignal(bar.action_triggered):
        qtbot.mouseClick(bar.action_button, Qt.MouseButton.LeftButton)
    assert not bar.isVisible()


def test_the_newest_message_replaces_the_one_before(bar):
    bar.show_message("info", "one", "Undo")
    bar.show_message("error", "two")
    assert (bar.kind, bar.text) == (MessageKind.ERROR, "two")
    assert not bar.action_button.isVisible()
    assert bar.property("kind") == "error"


def test_an_error_after_information_does_not_inherit_its_timer(bar):
    bar.show_message("info", "one")
    bar.show_message("error", "two")
    assert not bar._timer.isActive()


def test_markup_is_shown_as_it_is(bar):
    bar.show_message("error", "<b>evil</b>.mp4 is not a video.")
    assert bar.text_label.textFormat() is Qt.TextFormat.PlainText


def test_a_long_sentence_wraps(bar):
    bar.show_message("error", "short")
    low = bar.heightForWidth(300)
    bar.show_message("error", "word " * 60)
    assert bar.heightForWidth(300) > low


def test_escape_closes_it(bar, qtbot):
    bar.show_message("error", "two")
    qtbot.keyClick(bar.close_button, Qt.Key.Key_Escape)
    assert not bar.isVisible()
