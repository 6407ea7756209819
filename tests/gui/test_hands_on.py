"""What a person notices who uses the window: keys, the value under the cursor, what a message is about."""

from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from core.filters.builtin import bank_kind, bank_kinds
from core.settings import RecordSettings
from core.sources.load import ClipSelection
from gui.main_window import MainWindow
from gui.widgets.filter_panel import BankRequest
from tests.mjpeg_server import MjpegServer

STIMULUS = "stimulus:drifting-grating?frames=8&width=40&height=30"
OpenWindow = Callable[..., MainWindow]


def opened(qtbot: QtBot, window: MainWindow) -> MainWindow:
    """Wait until everything that was asked for is on the screen."""
    qtbot.waitUntil(lambda: window.session.complete, timeout=20_000)
    return window


def tab_to(qtbot: QtBot, window: MainWindow, widget: QWidget) -> None:
    """Go to a control as somebody does who has no mouse."""
    window.activateWindow()
    qtbot.waitUntil(lambda: QApplication.activeWindow() is window)
    for _ in range(80):
        if QApplication.focusWidget() is widget:
            return
        qtbot.keyClick(QApplication.focusWidget() or window, Qt.Key.Key_Tab)
    raise AssertionError(f"Tab never comes to {widget}")


@pytest.mark.parametrize("key", [Qt.Key.Key_Space, Qt.Key.Key_Return])
def test_a_button_that_was_reached_with_tab_is_pressed_by_key(
    qtbot: QtBot, open_window: OpenWindow, key: Qt.Key
) -> None:
    window = opened(qtbot, open_window(STIMULUS))
    button = window.workspace.filter_panel.original_button
    tab_to(qtbot, window, button)
    playing = window.driver.head.playing
    with qtbot.waitSignal(window.session.bank_changed):
        qtbot.keyClick(button, key)
    assert window.driver.head.playing is playing


def test_after_a_click_space_belongs_to_the_film(qtbot: QtBot, open_window: OpenWindow) -> None:
    window = opened(qtbot, open_window(STIMULUS))
    button = window.workspace.filter_panel.regenerate_button
    with qtbot.waitSignal(window.session.bank_changed):
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    playing, bank = window.driver.head.playing, window.session.bank
    qtbot.keyClick(button, Qt.Key.Key_Space)
    assert window.driver.head.playing is not playing
    assert window.session.bank is bank


def test_what_is_typed_is_no_shortcut_and_escape_goes_back_to_the_film(
    qtbot: QtBot, open_window: OpenWindow
) -> None:
    window = opened(qtbot, open_window(STIMULUS))
    seed, playing = window.workspace.filter_panel.form.fields["seed"], window.driver.head.playing
    tab_to(qtbot, window, seed)
    seed.selectAll()
    message = window.workspace.message_bar.text
    qtbot.keyClicks(seed, "7n 2r")
    assert seed.text() == "7n 2r"
    assert window.driver.head.playing is playing
    assert window.display.selected == 0
    assert window.workspace.message_bar.text == message
    before = window.session.bank
    qtbot.keyClick(seed, Qt.Key.Key_Return)
    assert "7n 2r" in window.workspace.filter_panel.form.errors["seed"].text()
    qtbot.keyClick(seed, Qt.Key.Key_Escape)
    assert QApplication.focusWidget() is window.workspace.feature_grid
    assert seed.text() == "0"
    assert window.session.bank is before


def test_up_and_down_select_filters_and_bring_them_into_view(qtbot: QtBot, open_window: OpenWindow) -> None:
    window = opened(qtbot, open_window(STIMULUS))
    grid = window.workspace.feature_grid
    with qtbot.waitSignal(window.session.computing_finished, timeout=20_000):
        window.filters.make(BankRequest("zero-mean", {"filters": 64, "kernel": (3, 3, 3), "seed": 1}))
    window.resize(900, 560)
    qtbot.keyClick(grid, Qt.Key.Key_Down)
    qtbot.keyClick(grid, Qt.Key.Key_Down)
    qtbot.keyClick(grid, Qt.Key.Key_Up)
    assert window.display.selected == 1
    window.display.select(63)
    place = grid.viewers[63].geometry().translated(grid.widget().pos())
    assert grid.viewport().rect().contains(place.center())


def test_each_value_is_read_beside_its_picture(qtbot: QtBot, open_window: OpenWindow) -> None:
    window = opened(qtbot, open_window(STIMULUS))
    window.driver.pause()
    window.driver.seek(4)
    panel, features = window.workspace.input_panel, window.workspace.value_label
    silent = features.text()
    qtbot.mouseMove(panel.viewer, panel.viewer.picture_rect().center().toPoint())
    assert panel.value_label.text.startswith("(4, 1")
    assert features.text() == silent


def test_a_message_goes_when_what_it_was_about_is_gone(qtbot: QtBot, open_window: OpenWindow) -> None:
    window = opened(qtbot, open_window(STIMULUS))
    bar = window.workspace.message_bar
    with qtbot.waitSignal(window.session.computing_failed):
        window.filters.make(BankRequest("zero-mean", {"filters": 2, "kernel": (16, 3, 3), "seed": 0}))
    assert "16 frames" in bar.text
    assert window.workspace.features_facts.text == bar.text
    with qtbot.waitSignal(window.session.computing_finished):
        window.filters.make(BankRequest("zero-mean", {"filters": 2, "kernel": (3, 3, 3), "seed": 0}))
    assert not bar.text
    window.files.show_error("holiday.mp4 is not a video that can be read.")
    with qtbot.waitSignal(window.files.clip_opened):
        window.files.open("stimulus:flicker?width=20&height=20")
    assert not bar.text


def test_a_longer_film_offers_its_other_frames(qtbot: QtBot, open_window: OpenWindow, tmp_path: Path) -> None:
    for number in range(5):
        Image.new("RGB", (24, 18), (number * 40, 0, 90)).save(tmp_path / f"{number}.png")
    window = opened(qtbot, open_window(STIMULUS))
    with qtbot.waitSignal(window.files.clip_opened):
        window.files.open(str(tmp_path), ClipSelection(3))
    bar = window.workspace.message_bar
    assert bar.text == "The clip is frames 1 to 3 of 5."
    assert bar.kind == "info"
    assert bar.action_button.text() == "Choose frames…"
    assert bar.action_button.isVisible()


def test_the_camera_comes_back_after_a_recording_that_it_ended(qtbot: QtBot, open_window: OpenWindow) -> None:
    with MjpegServer(fps=60) as server:
        window = opened(qtbot, open_window(STIMULUS, "--camera", server.url))
        bar, feed = window.workspace.message_bar, window.cameras.feed
        qtbot.waitUntil(lambda: feed.running, timeout=10_000)
        window.workspace.record_panel.settings_changed.emit(RecordSettings(frames=64, countdown_s=0))
        window.cameras.record()
        server.unplug()
        qtbot.waitUntil(lambda: bar.kind == "error" and "unplugged" in bar.text, timeout=10_000)
        assert window.workspace.record_panel.sentence_label.text() == bar.text
        server.replug()
        qtbot.waitUntil(lambda: feed.running, timeout=10_000)
        assert bar.text == "The camera is back: record again."
        assert not window.workspace.record_panel.sentence_label.text()


def is_tidy(window: MainWindow, width: int) -> bool:
    """Tell whether the columns stand side by side within a window of this width."""
    splitter = window.workspace.splitter
    columns = [splitter.widget(i) for i in range(splitter.count())]
    places = [column.geometry() for column in columns if column.isVisible()]
    apart = all(a.right() < b.left() for a, b in pairwise(places))
    return window.width() == width and apart and places[-1].right() < splitter.width()


@pytest.mark.parametrize("width", [900, 1024, 1093, 1280, 1700])
def test_columns_never_cover_each_other(qtbot: QtBot, open_window: OpenWindow, width: int) -> None:
    window = opened(qtbot, open_window(STIMULUS))
    for height in (900, 500, 700):
        window.resize(width, height)
        qtbot.waitUntil(lambda: is_tidy(window, width))
    window.workspace.show_left(False)
    assert window.workspace.right.isVisible()
    qtbot.waitUntil(lambda: is_tidy(window, width))


def test_the_slices_stand_under_the_picture_at_every_size(qtbot: QtBot, open_window: OpenWindow) -> None:
    window = opened(qtbot, open_window(STIMULUS))
    panel = window.workspace.input_panel
    for size in ((1280, 900), (900, 480), (960, 520), (1500, 600)):
        window.resize(*size)
        left = panel.viewer.picture_rect
        qtbot.waitUntil(lambda left=left: all(s.inset == max(left().left(), 0.0) for s in panel.slices))


def test_a_countdown_is_seen_where_the_column_is_hidden(qtbot: QtBot, open_window: OpenWindow) -> None:
    with MjpegServer(fps=60) as server:
        window = opened(qtbot, open_window(STIMULUS, "--camera", server.url))
        qtbot.waitUntil(lambda: window.cameras.feed.running, timeout=10_000)
        window.named_actions["show_left"].trigger()
        assert not window.workspace.left.isVisible()
        window.cameras.record()
        assert window.workspace.left.isVisible()
        window.cameras.feed.cancel_recording()
        assert not window.workspace.left.isVisible()


def test_an_address_is_judged_before_it_is_used(qtbot: QtBot, open_window: OpenWindow) -> None:
    window = opened(qtbot, open_window(STIMULUS))
    window.named_actions["show_left"].trigger()
    window.named_actions["open_address"].trigger()
    row = window.workspace.source_panel.address_row
    assert row.isVisible()
    qtbot.keyClicks(row.line_edit, "htp://phone")
    qtbot.keyClick(row.line_edit, Qt.Key.Key_Return)
    assert "http://" in row.problem_label.text()
    assert window.cameras.feed.target is None


def test_escape_leaves_a_full_screen_that_was_restored(qtbot: QtBot, open_window: OpenWindow) -> None:
    window = opened(qtbot, open_window(STIMULUS))
    window.named_actions["full_screen"].trigger()
    qtbot.waitUntil(window.isFullScreen)
    window.close()
    again = opened(qtbot, open_window(STIMULUS))
    assert again.isFullScreen()
    assert again.named_actions["full_screen"].isChecked()
    qtbot.keyClick(again, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: not again.isFullScreen())
    assert not again.named_actions["full_screen"].isChecked()


def test_a_bank_is_chosen_by_menu_edited_and_tried_on_its_clip(qtbot: QtBot, open_window: OpenWindow) -> None:
    window = opened(qtbot, open_window(STIMULUS))
    panel, session = window.workspace.filter_panel, window.session
    banks = window.menus.menus["Filters"].actions()[0].menu()
    groups = {action.text(): action.menu() for action in banks.actions()}
    assert [text.replace("&", "") for text in groups] == list(dict.fromkeys(k.group for k in bank_kinds()))
    entries = {action.data(): action for menu in groups.values() for action in menu.actions()}
    assert list(entries) == [kind.name for kind in bank_kinds()]
    entries["reichardt"].trigger()
    assert session.bank.kind == "reichardt"
    banks.aboutToShow.emit()
    assert [name for name, action in entries.items() if action.isChecked()] == ["reichardt"]
    with qtbot.waitSignal(session.bank_changed):
        qtbot.keyClick(panel.form.fields["spacing"], Qt.Key.Key_Up)
    assert session.bank.parameters["spacing"] == 3
    with qtbot.waitSignal(session.clip_changed):
        qtbot.mouseClick(panel.bank_text.try_button, Qt.MouseButton.LeftButton)
    assert window.files.opening is not None
    assert window.files.opening.text == bank_kind("reichardt").stimulus
