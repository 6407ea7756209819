"""Banks from files in the window: the one in use stays where another cannot be used."""

from pathlib import Path

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from gui.filters import Filters
from gui.session import Session
from gui.widgets.filter_panel import FilterPanel


@pytest.fixture
def filters(qtbot: QtBot, session: Session) -> Filters:
    panel = FilterPanel()
    qtbot.addWidget(panel)
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
