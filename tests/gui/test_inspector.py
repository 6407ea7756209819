"""The inspector follows probe, selection and session, and says in words whether the numbers agree."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any, cast

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QGuiApplication, QKeyEvent, QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from core.analysis.snippets import numpy_snippet, text_table, torch_snippet
from core.clip import Clip
from core.convolution.definition import convolve
from core.display.sheet import CellPlace
from core.filters.builtin import make_bank
from core.settings import ConvolutionSettings
from gui import inspector_words as words
from gui.display import Display
from gui.films import PictureCache
from gui.inspector import InspectorPage
from gui.main_window import MainWindow
from gui.parts import Parts
from gui.playback import PlaybackDriver
from gui.probe import Probe
from gui.session import Session
from gui.widgets.marks import MarkKind
from gui.workspace import Workspace

NOTHING = cast("Any", None)


@pytest.fixture
def page(qtbot: QtBot, session: Session) -> Iterator[InspectorPage]:
    """The page alone over two 3x3x3 filters, shown, without a clip."""
    workspace = Workspace(PictureCache())
    qtbot.addWidget(workspace)
    driver = PlaybackDriver(workspace)
    display = Display(session, driver, workspace)
    probe = Probe(session, driver, display)
    parts = Parts(session, driver, display, workspace, NOTHING, NOTHING, probe, NOTHING, NOTHING)
    made = InspectorPage(parts)
    workspace.stage.addWidget(made.widget)
    workspace.stage.setCurrentWidget(made.widget)
    workspace.resize(1280, 800)
    workspace.show()
    made.set_shown(True)
    yield made
    made.shutdown()
    driver.pause()


def computed(page: InspectorPage, qtbot: QtBot, act: Callable[[], object]) -> None:
    """Do something that makes the session compute, and wait until it has."""
    with qtbot.waitSignal(page._parts.session.computing_finished):
        act()


@pytest.fixture
def shown(page: InspectorPage, qtbot: QtBot, small_clip: Clip) -> InspectorPage:
    """The page over nine frames of 14x11, pinned at (3, 4, 5) of volumes of (7, 9, 12)."""
    computed(page, qtbot, lambda: page._parts.session.set_clip(small_clip))
    page._parts.probe.pin((3, 4, 5))
    return page


def press(key: Qt.Key, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> QKeyEvent:
    return QKeyEvent(QEvent.Type.KeyPress, key, modifiers)


def move_mouse(widget: QWidget, point: QPointF) -> None:
    none = Qt.MouseButton.NoButton
    place = widget.mapToGlobal(point)
    event = QMouseEvent(QEvent.Type.MouseMove, point, place, none, none, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(widget, event)


def test_without_a_clip_it_says_what_to_do(page: InspectorPage) -> None:
    assert page.widget.showing_message
    assert "no clip yet" in page.widget.message.text()
    assert not page.takes_key(press(Qt.Key.Key_V))


def test_the_response_is_taken_apart_and_agrees(shown: InspectorPage) -> None:
    session = shown._parts.session
    assert session.working_clip is not None
    found = shown.inspection
    assert found is not None
    exact = convolve(session.working_clip, session.bank.weights[0])[3, 4, 5]
    assert found.output == pytest.approx(exact, abs=1e-12)
    panel = shown.widget
    assert not panel.showing_message
    assert panel.equation.verdict.agrees
    assert [part.words for part in panel.equation.parts] == [
        "sum of 81 products", "bias", "output", "stored",
    ]  # fmt: skip
    assert [frame.title for frame in panel.strip.frames] == ["frame 4", "frame 5", "frame 6"]
    assert len(panel.terms.lines) == 10
    assert panel.viewer._marks[0].kind is MarkKind.VOXEL
    assert [plot.point for plot in panel.pixel_time.plots] == [None, None, 4.0]


def test_a_number_that_does_not_agree_is_said_in_words(shown: InspectorPage) -> None:
    found = shown.inspection
    assert found is not None
    wrong = replace(found, stored=found.output + 1e-3)
    said = words.verdict(wrong)
    assert said.agrees is False
    assert "does NOT agree" in said.words
    # It is what the session stores that is judged: a volume that was tampered with is found out.
    session = shown._parts.session
    volume = session.volumes[0]
    data = volume.data.copy()
    data[3, 4, 5] += 1e-3
    session._volumes[0] = replace(volume, data=data)
    shown.refresh()
    assert shown.widget.equation.verdict.agrees is False


def test_pointing_moves_and_clicking_pins(shown: InspectorPage) -> None:
    panel, probe = shown.widget, shown._parts.probe
    probe.release()
    shown._parts.driver.seek(4)
    rect = panel.viewer.picture_rect()
    move_mouse(panel.viewer, rect.center())
    assert probe.voxel is not None
    assert probe.voxel[0] == 3
    assert shown.inspection is not None
    assert shown.inspection.voxel == probe.voxel
    # On the way to the table the response stays.
    stayed = probe.voxel
    QApplication.sendEvent(panel.viewer, QEvent(QEvent.Type.Leave))
    assert probe.voxel == stayed
    QTest.mouseClick(panel.viewer, Qt.MouseButton.LeftButton, pos=rect.center().toPoint() + QPoint(9, 9))
    assert probe.pinned
    assert "pinned" in panel.heading.text


def test_it_follows_the_selected_filter(shown: InspectorPage) -> None:
    shown._parts.display.select(1)
    assert shown.inspection is not None
    assert np.array_equal(shown.inspection.kernel.weights, shown._parts.session.bank.weights[1])
    assert shown.widget.viewer.caption == "filter 2"
    assert shown.widget.equation.verdict.agrees


def test_it_follows_geometry_and_activation(shown: InspectorPage, qtbot: QtBot) -> None:
    how = ConvolutionSettings("same", stride=(1, 2, 2), activation="square", border="reflect")
    computed(shown, qtbot, lambda: shown._parts.session.set_convolution(how))
    shown._parts.probe.pin((0, 0, 0))
    panel = shown.widget
    assert [part.words for part in panel.equation.parts][2:] == ["before activation", "output", "stored"]
    assert panel.equation.verdict.agrees
    assert panel.strip.frames[0].padded
    assert panel.strip.frames[0].title == "padding: as 2"


def test_a_kernel_that_does_not_fit_is_said(shown: InspectorPage, qtbot: QtBot) -> None:
    with qtbot.waitSignal(shown._parts.session.computing_failed):
        shown._parts.session.set_bank(make_bank("zero-mean", filters=1, kernel=(16, 3, 3)))
    assert shown.widget.showing_message
    assert "16 frames" in shown.widget.message.text()
    bank = make_bank("zero-mean", filters=1, kernel=(1, 1, 1))
    computed(shown, qtbot, lambda: shown._parts.session.set_bank(bank))
    assert not shown.widget.showing_message
    assert shown.inspection is not None
    assert shown.inspection.count == 3


def test_while_it_is_computed_for_long_it_says_so(shown: InspectorPage, qtbot: QtBot) -> None:
    shown._patience.setInterval(0)
    shown._parts.session._drop_volumes()  # as when a long computation begins
    shown.refresh()
    qtbot.waitUntil(lambda: shown.widget.showing_message)
    assert "Computing" in shown.widget.message.text()


def test_a_view_shows_its_members_and_how_they_make_the_tile(shown: InspectorPage, qtbot: QtBot) -> None:
    session, panel = shown._parts.session, shown.widget
    computed(shown, qtbot, lambda: session.set_bank(make_bank("sobel")))
    computed(shown, qtbot, lambda: session.set_view("energy"))
    shown._parts.display.select(1)
    assert panel.part_combo.count() == 2
    assert shown.account is not None
    assert shown.account.agrees
    assert "which agrees" in panel.origin.text()
    assert panel.equation.verdict.agrees is None, "a member of a tile is not stored"
    panel.part_combo.setCurrentIndex(1)
    panel.part_combo.activated.emit(1)
    assert shown.inspection is shown.account.parts[1].inspection


def test_the_second_of_two_stages_is_compared(shown: InspectorPage, qtbot: QtBot) -> None:
    session, panel = shown._parts.session, shown.widget
    computed(shown, qtbot, lambda: session.set_bank(make_bank("2plus1d", kernel=(3, 3, 3))))
    computed(shown, qtbot, lambda: session.set_view("relu"))
    assert panel.equation.verdict.agrees
    assert panel.fold_button.isHidden()
    assert panel.strip.marks == (), "its inputs are no pixels"
    panel.part_combo.activated.emit(1)
    assert shown.inspection is not None
    assert shown.inspection.patch.raw is not None


def test_folding_shows_one_plane(shown: InspectorPage) -> None:
    panel = shown.widget
    panel.fold_button.setChecked(True)
    assert panel.table.sheet is not None
    assert panel.table.sheet.blocks[2].shape[1] == 1
    assert {line.cell.plane for line in panel.terms.lines} == {0}


def test_a_cell_is_read_with_all_digits_and_its_pixel_is_followed(shown: InspectorPage) -> None:
    panel = shown.widget
    middle = panel.pixel_time.plots[0].title
    panel.table.set_cell(CellPlace(0, 1, 0, 2))
    assert panel.cell_place.text.startswith("frame 4 (t 3), y 4, x 7, G")
    assert panel.cell_sum.text.startswith("raw ")
    assert panel.pixel_time.plots[0].title == "input at y 4, x 7" != middle
    # The response moves on, the cell stays: its numbers are those of the new place.
    shown._parts.probe.move(0, 1, 0)
    assert panel.cell_place.text.startswith("frame 4 (t 3), y 5, x 7, G")
    panel.table.set_cell(None)
    assert panel.pixel_time.plots[0].title == "input at y 6, x 6"


def test_a_large_term_is_shown_in_the_table(shown: InspectorPage) -> None:
    panel = shown.widget
    panel.terms.set_current(2)
    assert panel.table.cell == panel.terms.lines[2].cell
    panel.terms.set_current(None)
    assert panel.table.cell is None


@pytest.mark.parametrize(("button", "make"), list(enumerate((text_table, numpy_snippet, torch_snippet))))
def test_the_response_can_be_taken_along(shown: InspectorPage, button: int, make: Callable[..., str]) -> None:
    shown.widget.copy_buttons[button].click()
    assert shown.inspection is not None
    assert QGuiApplication.clipboard().text() == make(shown.inspection, "clip")
    assert "Copied" in shown.widget.cell_place.text


def test_hidden_it_does_nothing(shown: InspectorPage, monkeypatch: pytest.MonkeyPatch) -> None:
    shown.set_shown(False)
    monkeypatch.setattr("gui.inspector.account", lambda *_: pytest.fail("work behind the scenes"))
    shown._parts.probe.move(0, 1, 1)
    shown._parts.display.select(1)
    shown.refresh()


# The reverse


@pytest.fixture
def reverse(shown: InspectorPage) -> InspectorPage:
    shown._parts.driver.seek(4)
    shown.takes_key(press(Qt.Key.Key_V))
    return shown


def test_reverse_shows_every_output_that_sees_the_input(reverse: InspectorPage) -> None:
    panel, probe = reverse.widget, reverse._parts.probe
    assert reverse.own_marks
    assert probe.source == (4, 5, 6), "the middle of what the response sees"
    assert panel.equation.parts[1].number == "27 outputs"
    assert panel.equation.parts[2].number == "3 – 5"
    (box,) = panel.viewer._marks
    assert (box.first, box.last, box.frames) == ((3, 4), (5, 6), frozenset({2, 3, 4}))
    assert box.kind is MarkKind.REACHED
    assert [frame.title for frame in panel.strip.frames] == [f"output frame {n}" for n in (3, 4, 5)]
    (mark,) = reverse._parts.workspace.input_panel._marks
    assert (mark.first, mark.kind) == ((5, 6), MarkKind.SOURCE)


def test_reverse_follows_the_mouse_over_the_input(reverse: InspectorPage) -> None:
    viewer, probe = reverse._parts.workspace.input_panel.viewer, reverse._parts.probe
    corner = viewer.picture_rect().topLeft() + QPointF(2, 2)
    move_mouse(viewer, corner)
    assert probe.source == (4, 0, 0)
    assert reverse.widget.equation.parts[1].number == "3 outputs"
    QTest.mouseClick(viewer, Qt.MouseButton.LeftButton, pos=corner.toPoint())
    move_mouse(viewer, viewer.picture_rect().center())
    assert probe.source == (4, 0, 0), "a click pins"
    assert "pinned" in reverse.widget.heading.text


def test_reverse_by_keys(reverse: InspectorPage) -> None:
    probe = reverse._parts.probe
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Down, Qt.Key.Key_BracketRight):
        assert reverse.takes_key(press(key))
    assert probe.source == (5, 6, 7)
    assert reverse._parts.driver.frame == 5
    assert reverse.takes_key(press(Qt.Key.Key_Left, Qt.KeyboardModifier.ShiftModifier))
    assert probe.source == (5, 6, 0)
    assert reverse.takes_key(press(Qt.Key.Key_Escape)), "lets it go"
    assert not reverse.takes_key(press(Qt.Key.Key_Escape)), "then Escape is for others"
    assert reverse.takes_key(press(Qt.Key.Key_V))
    assert not reverse.own_marks
    assert probe.source is None
    assert [frame.title for frame in reverse.widget.strip.frames] == ["frame 4", "frame 5", "frame 6"]
    assert not reverse.takes_key(press(Qt.Key.Key_Right)), "now the probe moves"


def test_an_input_that_nothing_sees_says_so(reverse: InspectorPage, qtbot: QtBot) -> None:
    how = ConvolutionSettings(stride=(1, 4, 1))
    computed(reverse, qtbot, lambda: reverse._parts.session.set_convolution(how))
    reverse._parts.probe.look_at_source((4, 3, 5))
    assert reverse.widget.table.sheet is None
    assert reverse.widget.equation.parts[1].number == "0 outputs"
    assert reverse.widget.viewer._marks == ()


def test_a_smaller_clip_moves_the_input_back_inside(reverse: InspectorPage, qtbot: QtBot) -> None:
    tiny = Clip.from_frames(np.zeros((4, 5, 5, 3), np.uint8))
    computed(reverse, qtbot, lambda: reverse._parts.session.set_clip(tiny))
    source = reverse._parts.probe.source
    assert source is not None
    assert all(at < n for at, n in zip(source, (4, 5, 5), strict=True))


# In the window


def test_keys_reach_the_page_and_what_has_the_focus(
    open_window: Callable[..., MainWindow], qtbot: QtBot
) -> None:
    window = open_window("stimulus:still-texture?frames=8&width=48&height=36")
    with qtbot.waitSignal(window.session.computing_finished):
        pass
    window.explain.show("inspector")
    page, probe = window.explain.page("inspector"), window.explain.probe
    panel = page.widget
    probe.pin((1, 5, 6))
    panel.table.setFocus()
    QTest.keyClick(panel.table, Qt.Key.Key_Right)
    assert probe.voxel == (1, 5, 7), "arrows move the response, whoever has the focus"
    QTest.keyClick(panel.table, Qt.Key.Key_Right, Qt.KeyboardModifier.AltModifier)
    assert panel.table.cell == CellPlace(0, 0, 0, 0)
    panel.terms.setFocus()
    QTest.keyClick(panel.terms, Qt.Key.Key_Down)
    assert panel.terms.current == 0
    QTest.keyClick(panel.terms, Qt.Key.Key_Left)
    assert probe.voxel == (1, 5, 6)
    QTest.keyClick(panel.terms, Qt.Key.Key_V)
    assert panel.reverse_button.isChecked()
    assert {mark.kind for mark in window.workspace.input_panel._marks} == {MarkKind.SOURCE}
    QTest.keyClick(panel.terms, Qt.Key.Key_V)
    assert {mark.kind for mark in window.workspace.input_panel._marks} == {MarkKind.FIELD}
    QTest.keyClick(panel.terms, Qt.Key.Key_V)
    window.explain.show("volumes")
    assert not panel.reverse_button.isChecked()
    assert window.workspace.input_panel._marks == ()
