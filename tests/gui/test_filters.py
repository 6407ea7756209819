"""Banks in the window, by name and from files: the one in use stays where another cannot be used."""

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QSettings
from pytestqt.qtbot import QtBot

from core.filters.builtin import bank_kind, bank_kinds, make_bank
from gui.filters import Filters, request_for
from gui.playback import PlaybackDriver
from gui.remember import remember, remembered_bank
from gui.session import Session
from gui.state import State
from gui.widgets.filter_panel import BankRequest, FilterPanel


@pytest.fixture
def panel(qtbot: QtBot) -> FilterPanel:
    made = FilterPanel()
    qtbot.addWidget(made)
    return made


@pytest.fixture
def filters(session: Session, panel: FilterPanel) -> Filters:
    return Filters(session, panel, panel)


def saved(path: Path, shape: tuple[int, ...], **entries: object) -> Path:
    np.savez(path, weights=np.ones(shape, np.float32), **entries)  # type: ignore[arg-type]
    return path


@pytest.mark.parametrize("channels", [1, 3])
def test_grey_and_rgb_banks_are_used(
    qtbot: QtBot, filters: Filters, session: Session, tmp_path: Path, channels: int
) -> None:
    with qtbot.assertNotEmitted(filters.failed):
        filters.open(saved(tmp_path / "mine.npz", (2, 1, 2, 2, channels), bias=np.array([0.5, -2])))
    assert session.bank.kind == "file"
    assert session.bank.bias.tolist() == [0.5, -2]


def test_a_bank_of_a_further_layer_is_refused_with_both_numbers(
    qtbot: QtBot, filters: Filters, session: Session, tmp_path: Path
) -> None:
    before = session.bank
    path = saved(tmp_path / "layer2.npz", (2, 1, 2, 2, 64))
    with qtbot.waitSignal(filters.failed) as failed:
        filters.open(path)
    assert failed.args == ["Filters for 64 channels do not fit a clip of 3 channels."]
    assert session.bank is before


def test_a_bank_with_a_hole_is_refused_by_name(
    qtbot: QtBot, filters: Filters, session: Session, tmp_path: Path
) -> None:
    before = session.bank
    path = saved(tmp_path / "a.npz", (2, 1, 2, 2, 3), names=["left", "right"], bias=[0, np.nan])
    with qtbot.waitSignal(filters.failed) as failed:
        filters.open(path)
    assert failed.args == ["Filter 'right' has the bias nan; only finite numbers can be used."]
    assert session.bank is before


def shown(panel: FilterPanel) -> str:
    return panel.bank_combo.currentText()


def test_every_kind_can_be_chosen_and_undone(filters: Filters, panel: FilterPanel, session: Session) -> None:
    names = [kind.name for kind in bank_kinds()]
    for name in [*names[1:], names[0]]:
        filters.choose(name)
        assert session.bank.kind == name
        assert shown(panel) == bank_kind(name).title
        assert panel.warning_label.text() == "\n".join(session.bank.warnings)
    # Undo goes back through all of them, redo forth again.
    for name in [*reversed(names[1:]), names[0]]:
        session.undo_stack.undo()
        assert (session.bank.kind, shown(panel)) == (name, bank_kind(name).title)
        assert panel.request == request_for(session.bank)
    session.undo_stack.redo()
    assert session.bank.kind == names[1]


def test_new_random_filters_keep_a_random_kind(filters: Filters, session: Session) -> None:
    filters.make(BankRequest("He", {"filters": 3, "kernel": (2, 3, 4), "seed": 5}))
    filters.regenerate()
    request = request_for(session.bank)
    assert request is not None
    assert request.name == "He"
    assert {**request.values, "seed": 5} == {"filters": 3, "kernel": (2, 3, 4), "seed": 5}
    assert request.values["seed"] != 5


def test_new_random_filters_in_place_of_known_ones_are_as_many_and_as_large(
    filters: Filters, session: Session
) -> None:
    filters.choose("sobel")
    count, size = len(session.bank), session.bank.kernel_size
    filters.regenerate()
    assert (session.bank.kind, len(session.bank), session.bank.kernel_size) == ("zero-mean", count, size)
    session.undo_stack.undo()
    assert session.bank.kind == "sobel"


def test_what_does_not_go_together_is_told_at_the_fields_and_changes_nothing(
    filters: Filters, panel: FilterPanel, session: Session
) -> None:
    before = session.bank
    filters.make(BankRequest("orthonormal", {"filters": 64, "kernel": (1, 1, 1), "seed": 0}))
    assert session.bank is before
    assert panel.refusal_label.text().endswith("The filters before are still in use.")
    filters.make(BankRequest("orthonormal", {"filters": 2, "kernel": (3, 1, 1), "seed": 0}))
    assert session.bank.kind == "orthonormal"
    assert not panel.refusal_label.text()


def test_every_bank_returns_at_the_next_start(session: Session, tmp_path: Path) -> None:
    state = State(QSettings(str(tmp_path / "settings.ini"), QSettings.Format.IniFormat))
    for kind in bank_kinds():
        values = {p.name: p.checked(p.low) for p in kind.parameters if p.name in ("seed", "sigma", "speed")}
        session.set_bank(make_bank(kind.name, **values))
        remember(state, session, PlaybackDriver(session))
        again = remembered_bank(state)
        assert (again.kind, dict(again.parameters)) == (kind.name, dict(session.bank.parameters))


@pytest.mark.parametrize("text", ["", "nonsense", "raw?kernel=x", "raw?filters", "sobel?x=1", "raw?seed=nan"])
def test_a_bank_that_cannot_be_read_is_the_default_one(tmp_path: Path, text: str) -> None:
    state = State(QSettings(str(tmp_path / "settings.ini"), QSettings.Format.IniFormat))
    state.remember("bank/request", text)
    assert request_for(remembered_bank(state)) == BankRequest()
