"""What was remembered comes back with its types; what is damaged counts as not remembered."""

from pathlib import Path

import pytest
from PySide6.QtCore import QSettings

from core.settings import ContrastSettings, ConvolutionSettings, RecordSettings, WorkingSize
from gui.state import MAX_RECENT, State


def store(path: Path) -> State:
    return State(QSettings(str(path), QSettings.Format.IniFormat))


@pytest.mark.parametrize(
    "settings",
    [
        ConvolutionSettings("same", (2, 1, 3), (1, 2, 2), "relu", "reflect"),
        ConvolutionSettings((0, 1, 12), border="replicate"),
        ContrastSettings("manual", 98.5, False, 0.25, "berlin", "magma"),
        RecordSettings(24, None, 5, False),
        RecordSettings(24, 12.5, 5, True),
        WorkingSize(200, 100, True),
    ],
)
def test_settings_survive_the_file(tmp_path: Path, settings: RecordSettings) -> None:
    path = tmp_path / "state.ini"
    first = store(path)
    first.save("x", settings)
    first.flush()
    assert store(path).load("x", type(settings)()) == settings


def test_nonsense_counts_as_not_remembered(tmp_path: Path) -> None:
    state = store(tmp_path / "state.ini")
    state.remember("settings/x", "nonsense")
    assert state.load("x", WorkingSize()) == WorkingSize()
    state._store.setValue("settings/y", {"width": -5})
    assert state.load("y", WorkingSize()) == WorkingSize()
    state._store.setValue("settings/z", {"width": "wide"})
    assert state.load("z", WorkingSize()) == WorkingSize()
    for padding in ("full", [1, 2], [1, 2, 99], ["a", "b", "c"], None):
        state._store.setValue("settings/c", {"padding": padding, "activation": "relu"})
        assert state.load("c", ConvolutionSettings()) == ConvolutionSettings()
    state.remember("n", "many")
    assert state.number("n", 4.0) == 4.0


def test_recent_ones_are_unique_and_few(tmp_path: Path) -> None:
    path = tmp_path / "state.ini"
    state = store(path)
    for number in [*range(20), 15]:
        state.add_recent("recent", f"file {number}")
    state.flush()
    recent = store(path).texts("recent")
    assert recent[0] == "file 15"
    assert len(recent) == len(set(recent)) == MAX_RECENT
