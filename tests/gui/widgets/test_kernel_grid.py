"""The grid of the kernel editor: keys, what is told and when, and what is refused at the field."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QSignalSpy
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from gui.widgets.kernel_cells import GridFrame
from gui.widgets.kernel_grid import KernelGrid

Key = Qt.Key


@pytest.fixture
def grid(qtbot: QtBot) -> KernelGrid:
    made = KernelGrid()
    qtbot.addWidget(made)
    made.show_frame(GridFrame([[0.0, 0.25, -1.0], [0.5, 0.1, 0.3]], [[63, 80, 0], [95, 69, 82]]))
    made.show()
    made.setFocus()
    return made


def told(spy: QSignalSpy) -> list[list[object]]:
    return [list(spy.at(i)) for i in range(spy.count())]


def open_cell(grid: KernelGrid, qtbot: QtBot, text: str) -> QLineEdit:
    """Begin to type in the current cell, as a person does; what was there is replaced."""
    for letter in text[:1]:
        qtbot.keyClicks(grid, letter)
    line = grid.editor
    assert line is not None
    qtbot.keyClicks(line, text[1:])
    assert line.text() == text
    return line


def test_typing_is_told_once_when_it_pauses(grid: KernelGrid, qtbot: QtBot) -> None:
    spy = QSignalSpy(grid.weight_typed)
    with qtbot.waitSignal(grid.weight_typed):
        open_cell(grid, qtbot, "1/8")
    assert told(spy) == [[0, 0, 0.125, grid.delegate.edits]]
    with qtbot.waitSignal(grid.weight_typed):
        line = grid.editor
        assert line is not None
        qtbot.keyClicks(line, "0")
    assert told(spy)[1] == [0, 0, 0.0125, told(spy)[0][3]]  # still the same edit


@pytest.mark.parametrize(
    ("key", "place"), [(Key.Key_Return, (1, 0)), (Key.Key_Down, (1, 0)), (Key.Key_Tab, (0, 1))]
)
def test_leaving_a_cell_tells_at_once(
    grid: KernelGrid, qtbot: QtBot, key: Qt.Key, place: tuple[int, int]
) -> None:
    spy = QSignalSpy(grid.weight_typed)
    qtbot.keyClick(open_cell(grid, qtbot, "-2"), key)
    assert [each[:3] for each in told(spy)] == [[0, 0, -2.0]]
    assert grid.place == place
    assert (grid.editor is not None) == (key == Key.Key_Tab)  # Tab edits on


def test_arrows_tab_and_page_keys_outside_of_a_cell(grid: KernelGrid, qtbot: QtBot) -> None:
    qtbot.keyClick(grid, Key.Key_Right)
    qtbot.keyClick(grid, Key.Key_Down)
    assert grid.place == (1, 1)
    spy = QSignalSpy(grid.frame_step_requested)
    qtbot.keyClick(grid, Key.Key_PageDown)
    qtbot.keyClick(grid, Key.Key_PageUp)
    assert told(spy) == [[1], [-1]]
    assert not grid.tabKeyNavigation()  # Tab leads out


def test_enter_opens_a_cell_with_all_its_digits(grid: KernelGrid, qtbot: QtBot) -> None:
    grid.show_frame(GridFrame([[0.123456789, 0.25, -1.0], [0.5, 0.1, 0.3]], [[63, 80, 0], [95, 69, 82]]))
    spy = QSignalSpy(grid.weight_typed)
    qtbot.keyClick(grid, Key.Key_Return)
    line = grid.editor
    assert line is not None and line.text() == "0.12345679"
    qtbot.keyClick(line, Key.Key_Return)
    assert told(spy) == []  # looked at, not changed


def test_delete_sets_to_zero(grid: KernelGrid, qtbot: QtBot) -> None:
    spy = QSignalSpy(grid.weight_typed)
    qtbot.keyClick(grid, Key.Key_Right)
    qtbot.keyClick(grid, Key.Key_Delete)
    qtbot.keyClick(grid, Key.Key_Delete)
    first, second = told(spy)
    assert first[:3] == second[:3] == [0, 1, 0.0] and first[3] != second[3]


@pytest.mark.parametrize("text", ["nan", "inf", "abc", "1/0", "1e9", "2..", "-inf"])
def test_bad_text_is_told_while_typing_and_stays_in_its_cell(
    grid: KernelGrid, qtbot: QtBot, text: str
) -> None:
    refusals, typed, cancelled = (
        QSignalSpy(signal) for signal in (grid.refused, grid.weight_typed, grid.edit_cancelled)
    )
    line = open_cell(grid, qtbot, text)
    assert told(refusals)[-1][0].startswith("A weight ")  # type: ignore[attr-defined]
    assert line.property("refused")
    for key in (Key.Key_Return, Key.Key_Tab, Key.Key_Down):
        qtbot.keyClick(line, key)
    assert grid.editor is line and grid.place == (0, 0)
    qtbot.keyClick(line, Key.Key_Escape)
    assert grid.editor is None and told(cancelled) == [[grid.delegate.edits]]
    assert told(refusals)[-1] == [""]
    # Only what was a number on its way ("1" of "1/0") may have been told, and it is taken back.
    assert all(each[3] == grid.delegate.edits for each in told(typed))


def test_an_empty_cell_is_refused(grid: KernelGrid, qtbot: QtBot) -> None:
    qtbot.keyClick(grid, Key.Key_Return)
    line = grid.editor
    assert line is not None
    refusals, typed = QSignalSpy(grid.refused), QSignalSpy(grid.weight_typed)
    qtbot.keyClick(line, Key.Key_Backspace)
    assert "the field is empty" in str(told(refusals)[-1][0])
    qtbot.keyClick(line, Key.Key_Return)
    assert grid.editor is line and told(typed) == []


def test_what_lacks_only_its_end_is_not_scolded_before_it_is_left(grid: KernelGrid, qtbot: QtBot) -> None:
    refusals = QSignalSpy(grid.refused)
    line = open_cell(grid, qtbot, "-")
    assert all(each == [""] for each in told(refusals))
    qtbot.keyClick(line, Key.Key_Return)
    assert "not '-'" in str(told(refusals)[-1][0])


def test_leaving_with_the_mouse_drops_bad_text_and_says_so(grid: KernelGrid, qtbot: QtBot) -> None:
    refusals, cancelled = QSignalSpy(grid.refused), QSignalSpy(grid.edit_cancelled)
    open_cell(grid, qtbot, "x")
    grid.leave_cell()
    assert grid.editor is None and cancelled.count() == 1
    assert str(told(refusals)[-1][0]).endswith("The cell keeps its weight.")


def test_another_kernel_does_not_touch_what_is_being_typed(grid: KernelGrid, qtbot: QtBot) -> None:
    line = open_cell(grid, qtbot, "0.7")
    grid.show_frame(GridFrame([[0.7, 0.25, -1.0], [0.5, 0.1, 0.3]], [[126, 80, 0], [95, 69, 82]]))
    assert line.text() == "0.7" and grid.editor is line
    grid.drop_cell()
    assert grid.editor is None


def test_only_changed_cells_are_painted_anew(grid: KernelGrid, qtbot: QtBot) -> None:
    spy = QSignalSpy(grid.cells.dataChanged)
    values, levels = [[0.0, 0.25, -1.0], [0.5, 0.1, 0.3]], [[63, 80, 0], [95, 69, 82]]
    grid.show_frame(GridFrame(values, levels))
    assert spy.count() == 0
    grid.show_frame(GridFrame([values[0], [0.5, 0.2, 0.3]], [levels[0], [95, 75, 82]]))
    assert [(each[0].row(), each[0].column()) for each in told(spy)] == [(1, 1)]  # type: ignore[attr-defined]


def test_letters_are_dark_on_light_and_light_on_dark(grid: KernelGrid) -> None:
    role = Qt.ItemDataRole
    grid.show_frame(GridFrame([[-1.0, 0.0, 1.0]], [[0, 63, 126]]))
    for x, dark in ((0, True), (1, False), (2, True)):
        index = grid.cells.index(0, x)
        ground, letters = index.data(role.BackgroundRole), index.data(role.ForegroundRole)
        assert (ground.lightness() < 128) is dark
        assert abs(ground.lightness() - letters.lightness()) > 100


def test_cells_of_several_channels_say_which(grid: KernelGrid) -> None:
    grid.show_frame(GridFrame([[0.5, 1.0]], [[80, 90]], [[[0.0, 1.0, 0.5], [1.0] * 3]], ("R", "G", "B")))
    tips = [str(grid.cells.index(0, x).data(Qt.ItemDataRole.ToolTipRole)) for x in (0, 1)]
    assert "R 0, G 1, B 0.5" in tips[0] and "R 0" not in tips[1]


def test_a_large_frame_scrolls_and_writes_fewer_digits(grid: KernelGrid) -> None:
    grid.show_frame(GridFrame([[-0.123456] * 16 for _ in range(16)], [[10] * 16 for _ in range(16)]))
    assert grid.cells.index(0, 0).data() == "−0.12"
    assert grid.horizontalScrollBar().maximum() > 0 and grid.verticalScrollBar().maximum() > 0


@pytest.mark.parametrize("columns", [3, 9, 10, 15])
def test_it_tells_how_wide_it_has_to_be_to_show_every_column(
    grid: KernelGrid, qtbot: QtBot, columns: int
) -> None:
    grid.show_frame(GridFrame([[-8.88e-4] * columns] * 2, [[63] * columns] * 2))
    bar = grid.horizontalScrollBar()
    for less, seen in ((0, True), (24, False)):
        grid.resize(grid.width_for(columns) - less, 200)
        qtbot.waitUntil(lambda seen=seen: (bar.maximum() == 0) is seen)
