"""The page of two layers in the window: pointing, pinning, keys, rows, refusals."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from core.convolution.pooling import Pooling
from core.filters.builtin import make_bank
from core.settings import ConvolutionSettings
from gui.layers import MOST_ROWS, LayersPage
from gui.main_window import MainWindow
from gui.widgets.layers_form import LayersChoice
from gui.widgets.layers_view import second_name

INPUT = "stimulus:drifting-texture?width=48&height=36&frames=10"
SMALL = LayersChoice(
    values={"filters": 3, "kernel": (2, 3, 3), "seed": 1}, then=ConvolutionSettings(stride=(1, 2, 1))
)


@pytest.fixture
def window(qtbot: QtBot, open_window: Callable[..., MainWindow]) -> MainWindow:
    made = open_window(INPUT)
    made.resize(1280, 800)
    made.session.set_bank(make_bank("zero-mean", filters=4, kernel=(3, 3, 3), seed=1))
    qtbot.waitUntil(lambda: made.session.complete, timeout=20_000)
    made.driver.pause()
    return made


def configure(page: LayersPage, choice: LayersChoice) -> None:
    page.view.form.set_choice(choice)
    page.work.set_choice(page.view.form.choice)


def page_of(window: MainWindow, qtbot: QtBot, choice: LayersChoice = SMALL) -> LayersPage:
    page: LayersPage = window.explain.page("layers")
    configure(page, choice)
    window.explain.show("layers")
    qtbot.waitUntil(lambda: page.work.complete, timeout=20_000)
    return page


def input_marks(window: MainWindow) -> tuple:
    return window.workspace.input_panel.viewer._marks


def test_pointing_draws_the_field_until_the_page_is_left(window: MainWindow, qtbot: QtBot) -> None:
    page = page_of(window, qtbot)
    assert page.work.stack.shapes == ((10, 36, 48), (8, 34, 46), (8, 17, 23), (7, 8, 21))
    window.driver.seek(4)
    viewer = page.view.grid.viewers[1]
    QTest.mouseMove(viewer, viewer.picture_rect().center().toPoint())
    t, y, x = page.probe.voxel
    assert (t, y, x) == (viewer.shown_frame[0], 4, 10)
    # y: 2·y rows of channels, each 2 rows of responses, each 3 rows of the clip; x without the stride.
    (mark,) = input_marks(window)
    assert (mark.first, mark.last) == ((4 * y, 2 * x), (4 * y + 7, 2 * x + 7))
    assert mark.frames == frozenset(range(t, t + 4))
    row = page.view.rows.rows[0]
    (on_responses,), (on_channels,) = row.response._marks, row.after._marks
    assert (on_responses.first, on_responses.last) == ((4 * y, 2 * x), (4 * y + 5, 2 * x + 5))
    assert (on_channels.first, on_channels.last) == ((2 * y, x), (2 * y + 2, x + 2))
    assert on_channels.frames == on_responses.frames == frozenset({t, t + 1})
    slices = window.workspace.input_panel.slices
    window.workspace.input_panel.hold_cut((4 * y, 2 * x))
    assert all(view._marks for view in slices)
    viewer.leaveEvent(None)
    assert page.probe.voxel is None and input_marks(window) == () and row.after._marks == ()
    # Leaving the page takes the boxes away.
    page.probe.pin((3, 4, 5))
    assert len(input_marks(window)) == 1
    window.explain.show("volumes")
    assert input_marks(window) == () and page.probe.voxel is None
    window.driver.seek(2)
    assert page.view.grid.viewers[0].shown_frame[0] != page.work.volumes[0].at(2)[0]  # it sleeps
    window.explain.show("layers")
    assert page.view.grid.viewers[0].shown_frame[0] == page.work.volumes[0].at(2)[0]
    assert page.work.complete


def test_pointing_at_the_first_layer_draws_its_own_field(window: MainWindow, qtbot: QtBot) -> None:
    page = page_of(window, qtbot)
    window.driver.seek(4)
    row, other = page.view.rows.rows[1], page.view.rows.rows[0]
    QTest.mouseMove(row.after, row.after.picture_rect().center().toPoint())
    t, _ = row.after.shown_frame
    y, x = 8, 11  # the middle one of 17 x 23, of 2 x 2 responses, of 3 x 3 inputs
    (mark,) = input_marks(window)
    assert (mark.first, mark.last) == ((2 * y, 2 * x), (2 * y + 3, 2 * x + 3))
    assert mark.frames == frozenset(range(t, t + 3))
    (pooled,) = row.response._marks
    assert (pooled.first, pooled.last) == ((2 * y, 2 * x), (2 * y + 1, 2 * x + 1))
    assert other.response._marks == row.after._marks == ()
    QTest.mouseMove(row.response, row.response.picture_rect().center().toPoint())
    (mark,) = input_marks(window)
    assert (mark.last[0] - mark.first[0], mark.last[1] - mark.first[1]) == (2, 2)
    assert row.response._marks == ()
    # A pinned response of layer 2 stays, whatever is pointed at.
    page.probe.pin((3, 4, 5))
    row.response.leaveEvent(None)
    QTest.mouseMove(row.after, row.after.picture_rect().center().toPoint())
    (mark,) = input_marks(window)
    assert (mark.last[0] - mark.first[0]) == 7
    # Let go by a key, it gives way to what the mouse points at.
    page.probe.release()
    (mark,) = input_marks(window)
    assert (mark.last[0] - mark.first[0]) == 3
    page.probe.forget()
    window.explain.show("volumes")
    window.explain.probe.release()
    window.explain.probe.hover(None)
    assert input_marks(window) == ()


def test_filters_of_layer_2_have_letters(window: MainWindow, qtbot: QtBot) -> None:
    """Those of layer 1 have numbers: nobody takes one for the other."""
    page = page_of(window, qtbot)
    assert [viewer.caption for viewer in page.view.grid.viewers] == ["filter A", "filter B", "filter C"]
    page.select(1)
    assert "filter B" in page.view.head.accessibleName()
    assert [second_name(i, f"filter {i + 1}") for i in (25, 26, 63)] == ["filter Z", "filter AA", "filter BL"]
    assert second_name(1, "change of right") == "B  change of right"


def test_rows_are_as_wide_as_all_of_them_fit(window: MainWindow, qtbot: QtBot) -> None:
    page = page_of(window, qtbot)
    window.resize(1920, 1200)
    window.session.set_bank(make_bank("zero-mean", filters=8, kernel=(3, 3, 3), seed=1))
    qtbot.waitUntil(lambda: page.work.complete and len(page.view.rows.rows) == 8, timeout=20_000)
    rows = page.view.rows
    qtbot.waitUntil(lambda: rows.verticalScrollBar().maximum() == 0)
    assert rows.rows[0].width() > 400  # not narrower than that takes


def test_a_click_pins_and_keys_move_from_wherever_the_keyboard_is(window: MainWindow, qtbot: QtBot) -> None:
    page = page_of(window, qtbot)
    window.driver.seek(4)
    viewer = page.view.grid.viewers[2]
    QTest.mouseClick(viewer, Qt.MouseButton.LeftButton, pos=viewer.picture_rect().center().toPoint())
    assert page.probe.pinned and page.selected == 2
    page.view.show_value("")
    assert page.view.value_label.text.startswith(f"Pinned {page.probe.voxel}")
    t, y, x = page.probe.voxel
    QTest.mouseMove(viewer, viewer.picture_rect().topLeft().toPoint() + QPoint(3, 3))
    assert page.probe.voxel == (t, y, x)  # it stays
    shift = Qt.KeyboardModifier.ShiftModifier
    none = Qt.KeyboardModifier.NoModifier
    for target, key, modifier, place in (
        (page.view.grid, Qt.Key.Key_Right, none, (t, y, x + 1)),
        (page.view.rows, Qt.Key.Key_Down, none, (t, y + 1, x + 1)),
        (page.view, Qt.Key.Key_Up, none, (t, y, x + 1)),
        (page.view.grid, Qt.Key.Key_Left, shift, (t, y, x - 9)),
        (page.view.grid, Qt.Key.Key_BracketLeft, none, (t - 1, y, x - 9)),
        (page.view.grid, Qt.Key.Key_Left, shift, (t - 1, y, 0)),  # no further than there is
    ):
        target.setFocus()
        QTest.keyClick(target, key, modifier)
        assert page.probe.voxel == place
    assert page.selected == 2
    volume = page.work.volumes[0]
    assert volume.at(window.driver.frame) == (t - 1, True)  # the film follows
    assert page.view.grid.viewers[0]._marks[0].frames == frozenset({t - 1})
    QTest.keyClick(page.view.grid, Qt.Key.Key_Escape)
    assert not page.probe.pinned
    QTest.keyClick(page.view.grid, Qt.Key.Key_Up)
    assert page.selected == 1  # the grid has its keys again
    # P pins the strongest response of the selected filter where nothing is looked at.
    viewer.leaveEvent(None)
    window.driver.seek(5)
    page.select(1)
    QTest.keyClick(page.view.grid, Qt.Key.Key_P)
    volume = page.work.volumes[1]
    t, y, x = page.probe.voxel
    assert page.probe.pinned and t == volume.at(5)[0]
    assert abs(volume.data[t, y, x]) == abs(volume.data[t]).max()
    assert not window.explain.probe.pinned
    QTest.keyClick(page.view.grid, Qt.Key.Key_P)
    assert not page.probe.pinned


def test_diagram_rows_and_refusals(window: MainWindow, qtbot: QtBot) -> None:
    page = page_of(window, qtbot)
    nodes = page.view.flow.nodes
    assert [node.title for node in nodes] == ["Input", "Responses", "Channels", "Layer 2"]
    assert [node.lines[0] for node in nodes] == [
        "10×36×48 × 3",
        "4 × 8×34×46",
        "4 × 8×17×23",
        "3 × 7×8×21",
    ]
    assert [node.lines[1:] for node in nodes[1:]] == [
        ("sees 3×3×3", "moves 1×1×1"),
        ("sees 3×4×4", "moves 1×2×2"),
        ("sees 4×8×8", "moves 1×4×2"),
    ]
    assert [node.arrow for node in nodes[1:]] == [
        "bank 1: 4 of 3×3×3",
        "ReLU, max 1×2×2",
        "bank 2: 3 of 2×3×3 × 4",
    ]
    text = page.view.field_label.text()
    assert "sees 4 frames × 8 × 8 px" in text and "4 + (3 − 1)·1·2 = 8" in text
    # Rows say what each channel adds.
    page.select(1)
    page.probe.pin((3, 4, 5))
    stored = float(page.work.volumes[1].data[3, 4, 5])
    shares = {row.channel: row._share[0] for row in page.view.rows.rows}
    assert set(shares) == {0, 1, 2, 3} and sum(shares.values()) == pytest.approx(stored, abs=1e-5)
    assert page.view.sum_label.text().endswith("= the response")
    norms = [float(row._norm.split()[1]) for row in page.view.rows.rows]
    assert norms == sorted(norms, reverse=True)
    # Channels' frame 3 lies under the kernel's frame 0, and so on.
    for frame, marked in ((4, 0), (5, 1), (6, None)):
        window.driver.seek(frame)
        assert {row.strip.marked for row in page.view.rows.rows} == {marked}
    # A stored response that is another one is told.
    wrong = page.work.volumes[1].data + 1
    page.work.volumes[1] = replace(page.work.volumes[1], data=wrong)
    page.probe.pin((3, 4, 6))
    assert "do not agree" in page.view.sum_label.text()
    assert page.view.sum_label.property("role") == "error"
    # New random filters come from the button.
    before = page.work.volumes[0].data
    with qtbot.waitSignal(page.work.finished, timeout=20_000):
        page.view.form.random_button.click()
    assert page.view.form.choice.values["seed"] == page.work.choice.values["seed"] != 1
    assert (page.work.volumes[0].data != before).any()
    # What does not fit is told under the pictures and in the settings.
    page.probe.pin((3, 4, 5))
    configure(page, replace(SMALL, pooling=Pooling("max", (3, 3, 3)), values={"kernel": (3, 3, 3)}))
    qtbot.waitUntil(lambda: bool(page.work.problem), timeout=20_000)
    for label in (page.view.field_label, page.view.form.refusal_label):
        assert "after pooling 3×3×3 the first layer leaves only 2×11×15" in label.text()
    assert page.view.field_label.property("role") == "error"
    assert page.view.flow.nodes[3].lines[0] == "does not fit"
    assert not page.probe.pinned and input_marks(window) == ()
    assert all(viewer.film is None for viewer in page.view.grid.viewers)


def test_channels_that_count_come_first_and_a_narrow_page_hides_them_on_demand(
    window: MainWindow, qtbot: QtBot
) -> None:
    page = page_of(window, qtbot)
    assert not page.view.all_button.isVisible()
    window.session.set_bank(make_bank("zero-mean", filters=11, kernel=(3, 3, 3), seed=1))
    qtbot.waitUntil(lambda: page.work.complete, timeout=20_000)
    assert len(page.view.rows.rows) == MOST_ROWS and page.view.all_button.text() == "Show all 11"
    page.view.all_button.click()
    assert sorted(row.channel for row in page.view.rows.rows) == list(range(11))
    page.view.all_button.click()
    configure(page, LayersChoice(kind="pairs"))
    qtbot.waitUntil(lambda: page.work.complete, timeout=20_000)
    assert [row.channel for row in page.view.rows.rows] == [0, 5]
    # A click on a row selects the first layer's filter.
    viewer = page.view.rows.rows[1].after
    QTest.mouseClick(viewer, Qt.MouseButton.LeftButton)
    assert window.display.selected == 5
    assert [row._selected for row in page.view.rows.rows] == [False, True]
    # A narrow page has settings or rows.
    view = page.view
    assert view.form.isVisible() and view.rows.isVisible() and not view.settings_button.isVisible()
    window.resize(900, 640)
    assert not view.form.isVisible() and view.rows.isVisible() and view.settings_button.isVisible()
    view.settings_button.click()
    assert view.form.isVisible() and not view.rows.isVisible()


def test_it_can_be_opened_before_there_is_a_clip(
    open_window: Callable[..., MainWindow], qtbot: QtBot
) -> None:
    window = open_window(INPUT)
    page: LayersPage = window.explain.page("layers")
    window.explain.show("layers")
    QTest.keyClick(page.view.grid, Qt.Key.Key_P)
    assert not page.probe.pinned and page.view.flow.nodes == ()
    qtbot.waitUntil(lambda: bool(page.view.grid.viewers), timeout=20_000)  # the bank needs no clip
    assert page.view.grid.viewers[0].message in ("waiting for the clip", "computing")
    qtbot.waitUntil(lambda: page.work.complete, timeout=20_000)
    assert page.view.grid.viewers[0].film is not None


def test_hidden_it_finds_no_scales_and_shown_again_it_has_the_new_colours(
    window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = page_of(window, qtbot)
    window.explain.show("volumes")
    before = page.view.grid.viewers[0].film
    with monkeypatch.context() as patch:
        patch.setattr("gui.layers.limits_for", None)
        window.session.change_contrast(diverging="PuOr")
    window.explain.show("layers")
    after = page.view.grid.viewers[0].film
    assert before.table != after.table == window.session.table
