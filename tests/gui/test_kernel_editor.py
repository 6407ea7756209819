"""The kernel editor at work: the bank follows, undo goes cell by cell, bad input changes nothing."""

from collections.abc import Callable, Iterator
from types import SimpleNamespace

import numpy as np
import pytest
from PySide6.QtCore import QObject, Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QSignalSpy
from PySide6.QtWidgets import QMainWindow
from pytestqt.qtbot import QtBot

from core.clip import Clip
from core.filters.bank import FilterBank
from core.filters.builtin import make_bank
from core.filters.kinds import KERNEL
from core.filters.views import View, pair_energy
from gui.actions import Actions
from gui.filters import bank_title
from gui.kernel_editor import KernelEditor
from gui.main_window import MainWindow
from gui.session import Session
from gui.widgets.kernel_dialog import KernelDialog
from tests.gui.windows import visible_windows

Key = Qt.Key


class Selection(QObject):
    """What the editor needs of the display: which tile is the selected one."""

    selection_changed = Signal(int)
    edit_requested = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.selected = 0

    def select(self, tile: int) -> None:
        self.selected = tile
        self.selection_changed.emit(tile)


@pytest.fixture
def desk(qtbot: QtBot, session: Session) -> Iterator[SimpleNamespace]:
    """An open editor over the session's two RGB filters; `tiles` stands in for the grid."""
    window, tiles = QMainWindow(), Selection()
    qtbot.addWidget(window)
    actions = Actions(window)
    editor = KernelEditor(session, tiles, tiles, actions, window)  # type: ignore[arg-type]
    actions["edit_kernel"].trigger()
    yield SimpleNamespace(editor=editor, session=session, tiles=tiles, actions=actions)
    editor.close()


def dialog(desk: SimpleNamespace) -> KernelDialog:
    made = desk.editor.dialog
    assert isinstance(made, KernelDialog)
    return made


def put(desk: SimpleNamespace, qtbot: QtBot, text: str, end: Qt.Key | None = Key.Key_Return) -> None:
    """Type a text into the current cell."""
    grid = dialog(desk).grid
    qtbot.keyClicks(grid, text[0])
    assert grid.editor is not None
    qtbot.keyClicks(grid.editor, text[1:])
    if end is not None:
        qtbot.keyClick(grid.editor, end)


def press(desk: SimpleNamespace, qtbot: QtBot, name: str) -> None:
    qtbot.mouseClick(dialog(desk).tools.buttons[name], Qt.MouseButton.LeftButton)


def message(desk: SimpleNamespace) -> str:
    label = dialog(desk).message_label
    return label.text() if label.property("role") == "error" else ""


def weights(desk: SimpleNamespace, index: int = 0) -> np.ndarray:
    return desk.session.bank.weights[index]


def test_a_typed_weight_is_in_the_bank_and_in_one_undo_step(desk: SimpleNamespace, qtbot: QtBot) -> None:
    before, stack = desk.session.bank, desk.session.undo_stack
    put(desk, qtbot, "-1/8")
    put(desk, qtbot, "0.5")
    bank = desk.session.bank
    assert bank.kind == "edited" and bank_title(bank) == "edited: zero-mean"
    assert bank.weights[0, 0, 0, 0].tolist() == [-0.125] * 3  # all channels together
    assert bank.weights[0, 0, 1, 0].tolist() == [0.5] * 3
    assert np.array_equal(bank.weights[1], before.weights[1])
    assert stack.count() == 2
    stack.undo()
    assert weights(desk)[0, 1, 0].tolist() == before.weights[0, 0, 1, 0].tolist()
    assert weights(desk)[0, 0, 0, 0] == -0.125
    stack.undo()
    assert desk.session.bank is before
    stack.redo()
    assert weights(desk)[0, 0, 0, 0] == -0.125


def test_features_follow_while_typing_once_for_a_burst(
    desk: SimpleNamespace, qtbot: QtBot, small_clip: Clip
) -> None:
    session = desk.session
    session.set_clip(small_clip)
    with qtbot.waitSignal(session.computing_finished):
        pass
    old = session.volumes[0].data.copy()
    started, stack = QSignalSpy(session.computing_started), session.undo_stack
    with qtbot.waitSignal(session.computing_finished):
        put(desk, qtbot, "1.25", end=None)
    assert started.count() == 1 and stack.count() == 1
    assert dialog(desk).grid.editor is not None  # still typing
    assert not np.array_equal(session.volumes[0].data, old)
    with qtbot.waitSignal(session.computing_finished):
        qtbot.keyClicks(dialog(desk).grid.editor, "5")
    qtbot.keyClick(dialog(desk).grid.editor, Key.Key_Return)
    assert started.count() == 2 and stack.count() == 1  # the same cell: one step
    assert weights(desk)[0, 0, 0, 0] == 1.255


def test_escape_takes_back_what_was_typed_and_leaves_no_step(desk: SimpleNamespace, qtbot: QtBot) -> None:
    before, stack = desk.session.bank, desk.session.undo_stack
    with qtbot.waitSignal(desk.session.bank_changed):
        put(desk, qtbot, "7", end=None)
    assert weights(desk)[0, 0, 0, 0] == 7
    qtbot.keyClick(dialog(desk).grid.editor, Key.Key_Escape)
    assert desk.session.bank is before and stack.count() == 0
    assert dialog(desk).isVisible()


@pytest.mark.parametrize("text", ["nan", "inf", "1e99", "1/0", "one"])
def test_bad_input_gets_a_sentence_and_changes_nothing(
    desk: SimpleNamespace, qtbot: QtBot, text: str
) -> None:
    before = desk.session.bank
    put(desk, qtbot, text)
    assert message(desk).startswith("A weight ") and message(desk).endswith(".")
    dialog(desk).leave_cell()
    assert desk.session.bank is before and desk.session.undo_stack.count() == 0
    assert "keeps its weight" in message(desk)
    put(desk, qtbot, "1")
    assert message(desk) == ""


def test_typing_the_same_number_changes_nothing(desk: SimpleNamespace, qtbot: QtBot) -> None:
    put(desk, qtbot, "0.25")
    bank = desk.session.bank
    dialog(desk).grid.setCurrentIndex(dialog(desk).grid.cells.index(0, 0))
    put(desk, qtbot, "1/4")
    assert desk.session.bank is bank and desk.session.undo_stack.count() == 1


def test_one_channel_one_frame(desk: SimpleNamespace, qtbot: QtBot) -> None:
    before, d = desk.session.bank, dialog(desk)
    d.channel_combo.setCurrentIndex(2)  # G
    qtbot.keyClick(d.grid, Key.Key_PageDown)
    assert (d.frame, d.channel) == (1, 1)
    put(desk, qtbot, "3")
    changed = np.argwhere(desk.session.bank.weights != before.weights).tolist()
    assert changed == [[0, 1, 0, 0, 1]]
    assert f"largest {3}" in d.numbers_label.text()


def test_what_is_typed_belongs_to_the_frame_it_was_typed_in(desk: SimpleNamespace, qtbot: QtBot) -> None:
    put(desk, qtbot, "3", end=None)
    dialog(desk).frame_box.setValue(3)  # before the pause
    assert weights(desk)[0, 0, 0, 0] == 3 and weights(desk)[2, 0, 0, 0] != 3


@pytest.mark.parametrize("by", ["tiles", "list"])
def test_what_is_typed_belongs_to_the_filter_it_was_typed_in(
    desk: SimpleNamespace, qtbot: QtBot, by: str
) -> None:
    other = weights(desk, 1).copy()
    put(desk, qtbot, "3", end=None)
    if by == "tiles":
        desk.tiles.select(1)
    else:
        dialog(desk).filter_chosen.emit(1)
    assert desk.editor.index == 1
    assert weights(desk)[0, 0, 0, 0] == 3 and np.array_equal(weights(desk, 1), other)


def test_undo_while_typing_drops_what_was_typed(desk: SimpleNamespace, qtbot: QtBot) -> None:
    before = desk.session.bank
    put(desk, qtbot, "2")
    put(desk, qtbot, "5", end=None)
    desk.session.undo_stack.undo()
    assert dialog(desk).grid.editor is None and desk.session.bank is before


def test_operations_are_steps_with_undo(desk: SimpleNamespace, qtbot: QtBot) -> None:
    before = desk.session.bank
    press(desk, qtbot, "flip-time")
    assert np.array_equal(weights(desk), before.weights[0][::-1])
    press(desk, qtbot, "flip-time")
    assert np.array_equal(weights(desk), before.weights[0])
    press(desk, qtbot, "repeat-frame")
    press(desk, qtbot, "clear-frame")
    assert not weights(desk)[0].any() and np.array_equal(weights(desk)[1], before.weights[0][0])
    press(desk, qtbot, "clear")
    assert dialog(desk).numbers_label.text().startswith("sum 0   norm 0")
    press(desk, qtbot, "norm")
    assert "All weights are 0" in message(desk)
    assert desk.session.undo_stack.count() == 5
    for _ in range(5):
        desk.session.undo_stack.undo()
    assert desk.session.bank is before


def test_multiply_resize_and_new_bank(desk: SimpleNamespace, qtbot: QtBot) -> None:
    before, tools = desk.session.bank, dialog(desk).tools
    press(desk, qtbot, "scale")
    assert np.array_equal(weights(desk), before.weights[0] * 2)
    tools.size_form.set_parameters((KERNEL,), {"kernel": (5, 3, 1)})
    press(desk, qtbot, "resize")
    assert desk.session.bank.kernel_size == (5, 3, 1)
    assert dialog(desk).frame_label.text() == "of 5"
    press(desk, qtbot, "new-bank")
    assert desk.session.bank.weights.shape == (8, 5, 5, 5, 1) and not desk.session.bank.weights.any()
    assert not dialog(desk).channel_combo.isVisible()
    assert bank_title(desk.session.bank) == "edited: new"


def test_a_bad_factor_multiplies_nothing(desk: SimpleNamespace, qtbot: QtBot) -> None:
    before, tools = desk.session.bank, dialog(desk).tools
    field = tools.factor_form.fields["factor"]
    field.lineEdit().selectAll()  # type: ignore[attr-defined]
    qtbot.keyClicks(field, "nan")
    qtbot.keyClick(field, Key.Key_Return)
    assert "not nan" in tools.factor_form.errors["factor"].text()
    tools._on_scale()
    assert desk.session.bank is before


def test_copies_and_removals_are_followed(desk: SimpleNamespace, qtbot: QtBot) -> None:
    press(desk, qtbot, "add-copy")
    assert len(desk.session.bank) == 3
    dialog(desk).filter_chosen.emit(2)
    assert desk.editor.index == 2
    press(desk, qtbot, "remove-filter")
    assert len(desk.session.bank) == 2 and desk.editor.index == 1
    press(desk, qtbot, "remove-filter")
    press(desk, qtbot, "remove-filter")
    assert len(desk.session.bank) == 1 and "only filter" in message(desk)


def test_a_frame_goes_out_and_comes_in_as_text(desk: SimpleNamespace, qtbot: QtBot) -> None:
    d, clipboard = dialog(desk), QGuiApplication.clipboard()
    d.channel_combo.setCurrentIndex(1)
    clipboard.setText("1\t2\t3\n4\t5\t6\n0,5\t8\t9")
    qtbot.keyClick(d.grid, Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    assert weights(desk)[0, ..., 0].tolist() == [[1, 2, 3], [4, 5, 6], [0.5, 8, 9]]
    clipboard.clear()
    qtbot.keyClick(d.grid, Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert clipboard.text() == "1\t2\t3\n4\t5\t6\n0.5\t8\t9"
    bank = desk.session.bank
    for text, why in (
        ("1 2\n3", "Row 2"), ("1 nan", "row 1, column 2"), ("", "no text"), ("1 2 3 4", "do not fit"),
    ):  # fmt: skip
        clipboard.setText(text)
        press(desk, qtbot, "paste-frame")
        assert why in message(desk) and desk.session.bank is bank


def test_frames_that_are_not_square_turn_only_alone(desk: SimpleNamespace, qtbot: QtBot) -> None:
    flat = make_bank("raw", filters=2, kernel=(2, 3, 5), seed=1)
    desk.session.set_bank(flat)
    press(desk, qtbot, "rotate-right")
    assert "2x5x3 cannot stand beside 2x3x5" in message(desk) and desk.session.bank is flat
    press(desk, qtbot, "remove-filter")
    press(desk, qtbot, "rotate-right")
    assert desk.session.bank.kernel_size == (2, 5, 3) and message(desk) == ""
    assert dialog(desk).grid.cells.rowCount() == 5


def test_the_largest_kernels(desk: SimpleNamespace, qtbot: QtBot) -> None:
    desk.session.set_bank(make_bank("raw", filters=2, kernel=16, seed=1))
    d = dialog(desk)
    d.frame_box.setValue(16)
    d.grid.setCurrentIndex(d.grid.cells.index(15, 15))
    changed = QSignalSpy(d.grid.cells.dataChanged)
    d.channel_combo.setCurrentIndex(3)
    before = changed.count()
    put(desk, qtbot, "0.001")
    assert weights(desk)[15, 15, 15, 2] == np.float32(0.001)
    assert changed.count() - before == 1  # one cell painted, not 256


def test_the_editor_follows_the_selection_and_the_view(desk: SimpleNamespace, qtbot: QtBot) -> None:
    values = np.random.default_rng(1).standard_normal((4, 2, 3, 3, 1))
    view = View("energy", "energy", ("a", "b"), (pair_energy(0, 1), pair_energy(2, 3)))
    session = desk.session
    session.set_bank(FilterBank.from_weights(values, names=["p", "q", "r", "s"], views=[view]))
    desk.tiles.select(1)
    assert desk.editor.index == 1 and dialog(desk).filter_combo.currentText() == "2  q"
    session.set_view("energy")
    desk.tiles.select(1)
    assert desk.editor.index == 2  # the first of the pair
    dialog(desk).filter_chosen.emit(3)
    assert desk.editor.index == 3 and desk.tiles.selected == 1
    put(desk, qtbot, "9")
    assert session.bank.weights[3, 0, 0, 0, 0] == 9 and session.bank.names[3] == "s (edited)"
    assert session.view_key == "energy" and desk.editor.index == 3
    dialog(desk).filter_chosen.emit(0)
    assert desk.tiles.selected == 0


def test_closing_keeps_the_bank_and_leaves_nothing(desk: SimpleNamespace, qtbot: QtBot) -> None:
    put(desk, qtbot, "4", end=None)
    window = dialog(desk)
    with qtbot.waitSignal(window.destroyed):
        window.close()
    assert desk.editor.dialog is None
    assert weights(desk)[0, 0, 0, 0] == 4  # what was typed counts
    press_again = desk.actions["edit_kernel"]
    press_again.trigger()
    assert dialog(desk).kernel is not None


def test_in_the_window(open_window: Callable[..., MainWindow], qtbot: QtBot) -> None:
    window = open_window()
    assert window.named_actions["edit_kernel"].shortcut().toString() == "Ctrl+K"
    qtbot.mouseClick(window.workspace.kernel_panel.edit_button, Qt.MouseButton.LeftButton)
    editor = window.kernel_editor
    assert editor.dialog is not None and editor.dialog.isVisible() and not editor.dialog.isModal()
    assert window.named_actions["undo"] in editor.dialog.actions()
    qtbot.keyClicks(editor.dialog.grid, "2")
    qtbot.keyClick(editor.dialog.grid.editor, Key.Key_Return)
    assert window.session.bank.kind == "edited"
    assert window.workspace.filter_panel.bank_combo.currentText().startswith("edited: ")
    assert window.workspace.feature_grid.viewers[0].isVisible()
    window.named_actions["undo"].trigger()
    assert window.session.bank.kind == "zero-mean"
    window.display.select(2)
    assert editor.index == 2
    qtbot.keyClicks(editor.dialog.grid, "2")
    window.close()
    assert editor.dialog is None
    assert not visible_windows()
    assert not [t for t in window.findChildren(QTimer) if t.isActive() and t.parent() is editor]
