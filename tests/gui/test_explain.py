"""Pages: the field of the probed response is drawn, columns step back and come again, keys arrive."""

import gc
import sys
import weakref
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from gui import explain
from gui.explain import PAGES, WATCH
from gui.main_window import MainWindow

STILL = "stimulus:still-texture?frames=8&width=48&height=36"


def opened(open_window: Callable[..., MainWindow], qtbot: QtBot) -> MainWindow:
    window = open_window(STILL)
    with qtbot.waitSignal(window.session.computing_finished):
        pass
    window.driver.pause()
    return window


def test_pointing_at_a_response_draws_its_field_on_the_input(
    open_window: Callable[..., MainWindow], qtbot: QtBot
) -> None:
    window = opened(open_window, qtbot)
    window.driver.seek(4)
    viewer = window.workspace.feature_grid.viewers[0]
    QTest.mouseMove(viewer, viewer.picture_rect().center().toPoint())
    voxel = window.explain.probe.voxel
    assert voxel is not None
    t, y, x = voxel
    (mark,) = window.workspace.input_panel.viewer._marks
    assert (mark.first, mark.last) == ((y, x), (y + 4, x + 4))
    assert mark.frames == frozenset(range(t, t + 5))
    window.explain.probe.pin(voxel)
    for frame, kernel_frame in ((t, 0), (t + 1, 1), (t + 4, 4)):
        window.driver.seek(frame)
        assert window.workspace.kernel_panel.kernel_frame == kernel_frame
    window.explain.show("layers")  # a page with marks of its own: the kernel plays freely
    assert window.workspace.kernel_panel.kernel_frame == window.driver.frame % 5
    window.explain.show(WATCH)
    window.driver.seek(t + 4)
    window.explain.probe.release()
    QTest.mouseMove(viewer, QPoint(1, 1))
    viewer.leaveEvent(None)
    assert window.workspace.input_panel.viewer._marks == ()


def test_a_pinned_response_moves_with_the_keys_only_where_it_is_explained(
    open_window: Callable[..., MainWindow], qtbot: QtBot
) -> None:
    window = opened(open_window, qtbot)
    window.driver.seek(4)
    window.named_actions["pin"].trigger()
    probe = window.explain.probe
    assert probe.pinned
    probe.pin((2, 5, 6))
    QTest.keyClick(window.workspace.feature_grid, Qt.Key.Key_Right)
    assert probe.voxel == (2, 5, 6)
    window.explain.show("sections")
    for key, modifier, place in (
        (Qt.Key.Key_Right, Qt.KeyboardModifier.NoModifier, (2, 5, 7)),
        (Qt.Key.Key_Down, Qt.KeyboardModifier.NoModifier, (2, 6, 7)),
        (Qt.Key.Key_BracketRight, Qt.KeyboardModifier.NoModifier, (3, 6, 7)),
        (Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier, (3, 6, 17)),
    ):
        QTest.keyClick(window.workspace.stage.currentWidget(), key, modifier)
        assert probe.voxel == place
    assert window.driver.frame == 5
    QTest.keyClick(window, Qt.Key.Key_Escape)
    assert not probe.pinned


def test_a_page_takes_the_room_of_the_side_columns_and_gives_it_back(
    open_window: Callable[..., MainWindow], qtbot: QtBot
) -> None:
    window = opened(open_window, qtbot)
    window.resize(1280, 800)
    qtbot.waitUntil(lambda: min(window.workspace.splitter.sizes()) > 0)
    sizes = window.workspace.splitter.sizes()
    window.named_actions["page_sections"].trigger()
    assert window.explain.key == "sections"
    assert not window.workspace.left.isVisible()
    assert not window.named_actions["show_left"].isChecked()
    window.named_actions["show_left"].trigger()
    assert window.workspace.left.isVisible()
    window.workspace.page_bar.setCurrentIndex(0)
    assert window.explain.key == WATCH
    assert window.workspace.left.isVisible()
    assert window.workspace.right.isVisible()
    assert window.workspace.splitter.sizes() == sizes


def test_shift_and_click_asks_why(open_window: Callable[..., MainWindow], qtbot: QtBot) -> None:
    window = opened(open_window, qtbot)
    window.driver.seek(4)
    viewer = window.workspace.feature_grid.viewers[1]
    place = viewer.picture_rect().center().toPoint()
    QTest.mouseClick(viewer, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.ShiftModifier, place)
    assert window.explain.key == "inspector"
    assert window.display.selected == 1
    assert window.explain.probe.pinned


def test_live_filters_have_no_clip_to_explain(open_window: Callable[..., MainWindow], qtbot: QtBot) -> None:
    window = opened(open_window, qtbot)
    window.explain.show("sections")
    window.explain.set_available(False)
    assert window.explain.key == WATCH
    window.named_actions["page_sections"].trigger()
    window.explain.inspect((0, 0, 0))
    assert window.explain.key == WATCH
    window.explain.set_available(True)
    window.explain.show("sections")
    assert window.explain.key == "sections"


def test_hidden_pages_keep_nothing_of_an_old_clip(
    open_window: Callable[..., MainWindow], qtbot: QtBot
) -> None:
    window = opened(open_window, qtbot)
    for spec in PAGES[1:]:
        window.explain.show(spec.key)
        window.workspace.stage.currentWidget().grab()
    window.explain.show(WATCH)
    clip = window.session.clip
    assert clip is not None
    old = weakref.ref(clip), weakref.ref(window.session.volumes[0])
    fresh = clip.trimmed(1, len(clip) - 1)
    window.session.set_clip(replace(fresh, frames=fresh.frames.copy()))
    del clip, fresh
    qtbot.waitUntil(lambda: window.session.complete, timeout=10_000)
    window.workspace.grab()
    window.files.opening = None  # what the person opened is kept, so that other frames can be chosen
    gc.collect()
    assert [ref() for ref in old] == [None, None]


def test_a_page_that_was_visited_leaves_the_columns_their_widths(
    open_window: Callable[..., MainWindow], qtbot: QtBot
) -> None:
    window = opened(open_window, qtbot)
    window.resize(1280, 800)
    workspace = window.workspace
    qtbot.waitUntil(lambda: min(workspace.splitter.sizes()) > 0)
    least, sizes = workspace.stage.minimumSizeHint(), workspace.splitter.sizes()
    for key in ("inspector", "compare", "slide", "layers"):
        window.explain.show(key)
        assert workspace.stage.minimumSizeHint() == workspace.stage.currentWidget().minimumSizeHint()
        window.explain.show(WATCH)
        assert workspace.stage.minimumSizeHint() == least
        assert workspace.splitter.sizes() == sizes


def test_a_low_window_gives_the_room_of_the_plot_to_the_tiles(
    open_window: Callable[..., MainWindow], qtbot: QtBot
) -> None:
    window = opened(open_window, qtbot)
    workspace = window.workspace
    window.resize(1280, 800)
    qtbot.waitUntil(lambda: workspace.trace_panel.isVisible())
    window.resize(900, 480)
    qtbot.waitUntil(lambda: not workspace.trace_panel.isVisible())
    viewer = workspace.feature_grid.viewers[0]
    qtbot.waitUntil(lambda: workspace.feature_grid.height() >= viewer.minimumSizeHint().height())
    window.resize(1280, 800)
    qtbot.waitUntil(lambda: workspace.trace_panel.isVisible())


def test_pages_are_imported_one_by_one_once_the_first_volumes_are_there(
    open_window: Callable[..., MainWindow], qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = ("ahead_one", "ahead_two")
    for name in names:
        (tmp_path / f"{name}.py").write_text("")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(explain, "AHEAD", names)
    monkeypatch.setattr(explain, "IDLE_MS", 0)
    try:
        window = open_window(STILL)
        assert not set(names) & set(sys.modules)
        with qtbot.waitSignal(window.session.computing_finished):
            pass
        qtbot.waitUntil(lambda: set(names) <= set(sys.modules))
    finally:
        for name in names:
            sys.modules.pop(name, None)
