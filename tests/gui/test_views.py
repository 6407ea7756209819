"""What is shown of a bank: chosen in a list, computed in the background, the same in the whole window."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QSettings
from PySide6.QtGui import QUndoStack
from pytestqt.qtbot import QtBot

from core.combine import combine, find_view
from core.display.colormap import color_table
from core.display.contrast import Limits
from core.display.wheel import wheel_table
from core.filters.builtin import make_bank
from core.settings import ConvolutionSettings, ExportSettings
from gui import remember
from gui.exporting import Exporter
from gui.main_window import MainWindow
from gui.playback import PlaybackDriver
from gui.session import Session
from gui.state import State
from gui.widgets.legend import Legend
from tests.motion_banks import NAMES, motion_bank, rolled

BANK = motion_bank(side=5, frames=3)
PLAIN = make_bank("zero-mean", filters=3, kernel=(3, 3, 3), seed=1)
INPUT = "stimulus:drifting-texture?width=48&height=36&frames=8"


@pytest.fixture
def window(qtbot: QtBot, open_window: Callable[..., MainWindow]) -> MainWindow:
    made = open_window(INPUT)
    qtbot.waitUntil(lambda: made.session.complete, timeout=20_000)
    use(qtbot, made.session, lambda: made.session.set_bank(BANK))
    return made


def use(qtbot: QtBot, session: Session, change: Callable[[], object]) -> None:
    with qtbot.waitSignal(session.computing_finished, timeout=20_000):
        change()


def choose(qtbot: QtBot, window: MainWindow, title: str) -> None:
    combo = window.workspace.view_combo
    combo.setCurrentIndex(combo.findText(title))
    use(qtbot, window.session, lambda: combo.activated.emit(combo.currentIndex()))


def test_volumes_are_the_tiles_of_the_view(session: Session, qtbot: QtBot) -> None:
    use(qtbot, session, lambda: session.set_clip(rolled(0, frames=8, side=20)))
    use(qtbot, session, lambda: session.set_bank(BANK))
    responses = np.stack([volume.data for volume in session.volumes])
    use(qtbot, session, lambda: session.set_view("energy"))
    view = find_view(BANK, "energy")
    assert session.complete and session.view is view is not None
    assert session.tile_names == NAMES == tuple(volume.name for volume in session.volumes)
    assert np.array_equal(np.stack([v.data for v in session.volumes]), combine(view, responses).data)
    assert not session.signed and session.limits(0).low == 0 and session.table.name == "cividis"
    assert session.members(2) == (4, 5)
    for volume in session.volumes:  # made in the worker
        assert {"minimum", "maximum", "magnitudes"} <= set(vars(volume))


def test_signs_and_colours_follow_the_view(session: Session, qtbot: QtBot) -> None:
    use(qtbot, session, lambda: session.set_clip(rolled(0, frames=8, side=20)))
    use(qtbot, session, lambda: session.set_bank(BANK))
    use(qtbot, session, lambda: session.set_convolution(ConvolutionSettings(activation="relu")))
    assert not session.signed
    use(qtbot, session, lambda: session.set_view("opponent"))
    assert session.signed and session.limits(0).low < 0 and session.volumes[0].minimum < 0
    use(qtbot, session, lambda: session.set_view("direction"))
    assert session.directions and session.table is wheel_table()
    assert session.volumes[0].angles is not None


def test_a_bank_without_the_view_shows_its_responses_and_undo_brings_the_view_back(
    session: Session, qtbot: QtBot
) -> None:
    use(qtbot, session, lambda: session.set_clip(rolled(0, frames=8, side=20)))
    use(qtbot, session, lambda: session.set_bank(BANK))
    use(qtbot, session, lambda: session.set_view("energy"))
    energies = [volume.data for volume in session.volumes]
    use(qtbot, session, lambda: session.set_bank(PLAIN))
    assert session.view_key == "responses" and session.tile_names == PLAIN.names
    assert session.complete and len(session.volumes) == 3
    stack: QUndoStack = session.undo_stack
    use(qtbot, session, stack.undo)
    assert session.view_key == "energy"
    assert all(np.array_equal(v.data, old) for v, old in zip(session.volumes, energies, strict=True))


def test_the_same_view_again_computes_nothing(session: Session, qtbot: QtBot) -> None:
    use(qtbot, session, lambda: session.set_clip(rolled(0, frames=8, side=20)))
    with qtbot.assertNotEmitted(session.computing_started), qtbot.assertNotEmitted(session.view_changed):
        session.set_view("responses")
        session.set_view("energy")  # which this bank has not
    assert session.view_key == "responses"


def test_only_the_last_of_many_choices_is_shown(session: Session, qtbot: QtBot) -> None:
    finished: list[tuple[str, int]] = []
    session.computing_finished.connect(lambda: finished.append((session.view_key, len(session.volumes))))

    def many() -> None:
        session.set_clip(rolled(0, frames=8, side=20))
        for bank, key in ((BANK, "energy"), (PLAIN, "direction"), (BANK, "shares"), (BANK, "opponent")):
            session.set_bank(bank)
            session.set_view(key)
        session.undo_stack.undo()
        session.undo_stack.undo()
        session.undo_stack.redo()
        session.set_view("shares")

    use(qtbot, session, many)
    assert finished == [("shares", 9)]
    assert session.complete


def test_the_list_offers_what_the_bank_has(window: MainWindow, qtbot: QtBot) -> None:
    combo = window.workspace.view_combo
    titles = [combo.itemText(i) for i in range(combo.count())]
    assert titles == ["Responses", *(view.title for view in BANK.views)]
    assert combo.isVisible() and combo.objectName() == "view_combo"
    choose(qtbot, window, "Energy")
    assert "Where something moves that way." in combo.toolTip()
    use(qtbot, window.session, lambda: window.session.set_bank(PLAIN))
    assert not combo.isVisible()
    use(qtbot, window.session, window.session.undo_stack.undo)
    assert combo.isVisible() and combo.currentText() == "Energy"


def test_the_window_follows_the_view(window: MainWindow, qtbot: QtBot) -> None:
    w, session = window.workspace, window.session
    choose(qtbot, window, "Energy")
    assert [viewer.caption for viewer in w.feature_grid.viewers][:2] == ["1  right", "2  down right"]
    assert w.features_facts.text == "8 × 6 frames, 44×32"
    assert not w.filter_panel.convolution_form.activation_combo.isEnabled()
    with qtbot.waitSignal(window.display.selection_changed):
        window.display.select(3)
    assert w.kernel_panel.kernel is not None and w.kernel_panel.kernel.name == BANK.names[6]
    window.display.select(8)  # there are eight
    assert window.display.selected == 3
    choose(qtbot, window, "Direction")
    assert window.display.selected == 0 and len(w.feature_grid.viewers) == 1
    film = w.feature_grid.viewers[0].film
    assert film is not None and film.value_text(2, 5, 6).endswith(")")
    assert "°" in film.value_text(2, 5, 6)
    assert not w.contrast_bar.table_combo.isEnabled()
    choose(qtbot, window, "Responses")
    assert len(w.feature_grid.viewers) == 16 and session.complete
    assert w.filter_panel.convolution_form.activation_combo.isEnabled()
    assert w.contrast_bar.table_combo.isEnabled()
    assert w.contrast_bar.table_combo.currentData() == "vik"


def test_the_legend_of_directions_is_a_wheel(qtbot: QtBot) -> None:
    legend = Legend()
    qtbot.addWidget(legend)
    legend.set_scale(Limits(0, 2), color_table("cividis"))
    low = legend.sizeHint().height()
    legend.set_scale(Limits(0, 2), wheel_table(), 0.01)
    assert legend.sizeHint().height() > low + 60
    assert "Hue" in legend.toolTip()
    legend.resize(420, legend.sizeHint().height())
    image = legend.grab().toImage()
    shown = {image.pixelColor(x, y).getRgb()[:3] for x in range(image.width()) for y in range(image.height())}
    rim = {tuple(color) for color in wheel_table().rgb[7::7].tolist()}
    assert rim <= shown


def test_what_is_exported_is_what_is_shown(session: Session, qtbot: QtBot, tmp_path: Path) -> None:
    use(qtbot, session, lambda: session.set_clip(rolled(0, frames=8, side=20)))
    use(qtbot, session, lambda: session.set_bank(BANK))
    use(qtbot, session, lambda: session.set_view("shares"))
    exporter = Exporter(session)
    with qtbot.waitSignal(exporter.exported, timeout=20_000):
        exporter.export(ExportSettings(), tmp_path / "shares.npz")
    exporter.shutdown()
    with np.load(tmp_path / "shares.npz") as arrays:
        assert tuple(arrays["names"]) == (*NAMES, "no structure")
        np.testing.assert_allclose(arrays["volumes"].sum(axis=0), 1, atol=1e-6)


def test_the_view_is_remembered(session: Session, qtbot: QtBot, tmp_path: Path) -> None:
    state, driver = State(QSettings(str(tmp_path / "s.ini"), QSettings.Format.IniFormat)), PlaybackDriver()
    session.set_bank(BANK)
    session.set_view("opponent")
    remember.remember(state, session, driver)
    again = Session(BANK)
    remember.restore_session(state, again)
    assert again.view_key == "opponent"
    driver.deleteLater()
    again.shutdown()
    again.deleteLater()
