"""What filters want, in the window: panel, arrows, order and plot follow session, view and selection."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QComboBox
from pytestqt.qtbot import QtBot

from core.analysis.profile import profile
from core.analysis.ranking import ranked
from core.analysis.spectrum import motion_cut
from core.analysis.traces import strength, strongest, trace
from core.analysis.tuning import tuning
from core.filters.bank import FilterBank
from core.filters.builtin import make_bank
from core.filters.views import View, pair_energy
from gui.analysis import spoken_filters
from gui.main_window import MainWindow
from tests.motion_banks import opponent

STIMULUS = "stimulus:drifting-texture?frames=9&width=32&height=24"
OpenWindow = Callable[..., MainWindow]


def motion_bank() -> FilterBank:
    """Return four filters for motion and a plain one, in pairs, with views."""
    made = make_bank("gabor", directions=4)
    plain = make_bank("zero-mean", filters=8, kernel=made.kernel_size, channels=1, seed=4)
    weights = [*made.weights[:4], *plain.weights[:1]]
    views = (
        View("energy", "Energy", ("one", "two"), (pair_energy(0, 1), pair_energy(2, 3))),
        View("against", "Opponent", ("against",), (opponent(((0, 1), -1.0), ((2, 3), 1.0)),), signed=True),
    )
    names = ("c", "b10", "b9", "a", "plain")
    return FilterBank.from_weights(weights, names=names, kind="edited", views=views)


@pytest.fixture
def window(qtbot: QtBot, open_window: OpenWindow) -> MainWindow:
    made = open_window(STIMULUS)
    made.resize(1280, 800)  # there is room for the panel
    made.session.set_bank(motion_bank())
    settled(qtbot, made)
    made.driver.pause()
    return made


def settled(qtbot: QtBot, window: MainWindow) -> None:
    """Wait until volumes, profiles, figures and traces are there."""
    analysis = window.analysis
    tasks = (analysis._figures_task, analysis._tiles_task, analysis.traces._task)

    def done() -> bool:
        return window.session.complete and analysis.complete and not any(task.busy for task in tasks)

    qtbot.waitUntil(done, timeout=10_000)


def choose(combo: QComboBox, data: str) -> None:
    combo.setCurrentIndex(combo.findData(data))
    combo.activated.emit(combo.currentIndex())


def test_the_panel_says_what_the_selected_filter_wants(qtbot: QtBot, window: MainWindow) -> None:
    panel, bank = window.workspace.kernel_panel, window.session.bank
    window.display.select(2)
    settled(qtbot, window)
    wanted = profile(bank[2])
    assert panel.title_label.text() == "FILTER 3"
    assert panel.badges.badges == wanted.badges
    shown = panel.spectrum.pair.motion._cut
    assert shown is not None
    assert shown.peak == motion_cut(bank[2], wanted).peak
    assert panel.tuning.direction._curve is None  # folded: nobody asked
    panel.sections["tuning"].set_opened(True)
    settled(qtbot, window)
    assert panel.tuning.direction._curve == tuning(bank[2], wanted).direction
    # A hidden panel is not computed for until it is shown.
    window.named_actions["show_kernel"].setChecked(False)
    before = panel.spectrum.pair.motion._cut
    window.display.select(4)
    settled(qtbot, window)
    assert panel.spectrum.pair.motion._cut is before
    window.named_actions["show_kernel"].setChecked(True)
    settled(qtbot, window)
    assert panel.badges.badges == profile(window.session.bank[4]).badges
    assert panel.spectrum.pair.motion._cut is not before


def test_arrows_stand_on_tiles_of_filters_with_a_direction(qtbot: QtBot, window: MainWindow) -> None:
    grid = window.workspace.feature_grid
    viewers = grid.viewers
    wanted = [profile(kernel).direction for kernel in window.session.bank]
    assert [viewer.arrow and viewer.arrow[0] for viewer in viewers] == wanted
    assert wanted[4] is None
    assert len({w for w in wanted if w is not None}) == 2
    arrow = viewers[0].arrow
    assert arrow is not None
    assert arrow[1].endswith("px/frame")
    window.named_actions["show_arrows"].setChecked(False)
    assert not any(viewer.arrow for viewer in viewers)
    window.named_actions["show_arrows"].setChecked(True)
    assert [viewer.arrow and viewer.arrow[0] for viewer in viewers] == wanted
    # Tiles of a view have the arrow of what they are made of.
    bank, panel = window.session.bank, window.workspace.kernel_panel
    window.session.set_view("energy")
    settled(qtbot, window)
    window.display.select(1)
    assert panel.title_label.text() == "FILTER 3"
    assert panel.members_label.text() == "The tile is made of filters 3 and 4."
    viewers = grid.viewers
    for tile, first in ((0, 0), (1, 2)):
        arrow, alone = viewers[tile].arrow, profile(bank[first]).direction
        assert arrow is not None
        assert alone is not None
        assert arrow[0] == pytest.approx(alone, abs=3)
    window.session.set_view("against")
    settled(qtbot, window)
    arrow = viewers[0].arrow
    assert arrow is not None
    assert arrow[0] == pytest.approx(profile(bank[2]).direction, abs=3)
    window.session.set_view("responses")
    settled(qtbot, window)
    assert panel.members_label.text() == ""


def test_tiles_by_name_response_and_dsi(qtbot: QtBot, window: MainWindow) -> None:
    grid, session = window.workspace.feature_grid, window.session
    combo = window.findChild(QComboBox, "order_combo")
    assert combo is not None
    strengths = [strength(volume) for volume in session.volumes]
    profiles = [profile(session.bank[i]) for i in range(5)]
    choose(combo, "name")
    assert [session.bank.names[i] for i in grid.order] == ["a", "b9", "b10", "c", "plain"]
    for order in ("response", "DSI", "bank"):
        choose(combo, order)
        assert grid.order == ranked(order, session.bank.names, strengths, profiles)
    assert grid.order == (0, 1, 2, 3, 4)
    choose(combo, "DSI")
    # Other filters: all stay where they are until the new order is known; a key is a number, not a place.
    session.set_bank(make_bank("zero-mean", filters=5, kernel=(3, 3, 3), seed=3))
    settled(qtbot, window)
    profiles = [profile(session.bank[i]) for i in range(5)]
    assert grid.order == ranked("DSI", session.bank.names, (), profiles)
    qtbot.keyClick(window, Qt.Key.Key_4)
    assert window.display.selected == 3


def test_the_plot_shows_the_selected_tile_and_seeks(qtbot: QtBot, window: MainWindow) -> None:
    panel, volumes = window.workspace.trace_panel, window.session.volumes
    window.display.select(1)
    settled(qtbot, window)
    assert panel.view.trace == trace(volumes[1], "mean |r|")
    place = QPoint(round(panel.view.x_of(5)), panel.view.height() // 2)
    qtbot.mouseClick(panel.view, Qt.MouseButton.LeftButton, pos=place)
    assert window.driver.frame == 5
    assert panel.view.frame == 5
    panel.measure_combo.setCurrentText("max")
    panel.measure_combo.activated.emit(1)
    settled(qtbot, window)
    assert panel.view.trace == trace(volumes[1], "max")
    panel.others_button.setChecked(True)
    settled(qtbot, window)
    assert set(panel.view._traces) == set(range(5))
    # The strongest moment is one that the volume has a frame for.
    volume = volumes[1]
    window.driver.play()
    window.named_actions["strongest"].trigger()
    assert not window.driver.head.playing
    assert window.driver.frame == strongest(volume, "max")
    frame, inside = volume.at(window.driver.frame)
    curve = trace(volume, "max")
    assert inside
    assert curve.values[frame] == max(curve.values)


def test_what_was_open_and_chosen_returns(qtbot: QtBot, open_window: OpenWindow, window: MainWindow) -> None:
    window.workspace.kernel_panel.set_opened(("tuning",))
    choose(window.workspace.order_combo, "name")
    action = window.findChild(QAction, "action_show_trace")
    assert action is not None
    action.setChecked(False)
    assert not window.workspace.trace_panel.isVisible()
    window.close()
    again = open_window(STIMULUS)
    assert again.workspace.kernel_panel.opened == ("tuning",)
    assert again.workspace.order_combo.currentData() == "name"
    assert not again.workspace.trace_panel.isVisible()


@pytest.mark.parametrize(
    ("members", "text"),
    [((0, 1), "filters 1 and 2"), ((0, 1, 2, 3), "filters 1 to 4"), ((0, 2, 5), "filters 1, 3 and 6")],
)
def test_filters_in_words(members: tuple[int, ...], text: str) -> None:
    assert spoken_filters(members) == text
