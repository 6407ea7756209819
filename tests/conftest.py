"""What every test gets: a screen that needs no display, and a check that it left an empty house."""

import gc
import os
import threading
from collections.abc import Iterator
from pathlib import Path

# Before Qt is imported anywhere. Tests that need a real window start their own process.
os.environ["QT_QPA_PLATFORM"] = "offscreen"

import numpy as np
import pytest

from core.clip import Clip

# More of them would only start windows and engines that wait for one another.
MOST_PROCESSES = 4


@pytest.hookimpl(tryfirst=True)
def pytest_cmdline_main(config: pytest.Config) -> None:
    """Share the suite among the processors when all of it runs: ``uv run pytest`` and nothing more.

    Tests named on the command line run in one process, and so do those that are looked into (-s, --pdb);
    ``-n 0`` says so for the whole suite, ``-n 4`` chooses another number.
    """
    if hasattr(config, "workerinput") or "PYTEST_XDIST_WORKER" in os.environ:
        return  # a worker must never start workers of its own
    whole = config.args_source is pytest.Config.ArgsSource.TESTPATHS
    watched = config.option.usepdb or config.option.capture == "no" or config.option.collectonly
    if whole and not watched and getattr(config.option, "numprocesses", 0) is None:
        config.option.numprocesses = min(os.cpu_count() or 1, MOST_PROCESSES)


def pytest_collection_finish() -> None:
    """Leave modules and tests out of every garbage collection to come: they stay to the end anyway."""
    gc.collect()
    gc.freeze()


REAL_WAVE = Path(__file__).resolve().parents[2] / "shared" / "data" / "wave"


@pytest.fixture(autouse=True)
def empty_house(request: pytest.FixtureRequest) -> Iterator[None]:
    """Fail a test that leaves a Python thread behind."""
    before = set(threading.enumerate())
    yield
    left = [t for t in threading.enumerate() if t not in before and t.is_alive() and not t.daemon]
    for thread in left:
        thread.join(timeout=5)
    alive = [t.name for t in left if t.is_alive()]
    assert not alive, f"threads left behind: {alive}"


@pytest.fixture(autouse=True)
def own_settings(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither read nor write what the person who runs the tests has set."""
    monkeypatch.setenv("WAVECUBE_SETTINGS", str(tmp_path_factory.mktemp("settings") / "wavecube.ini"))


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(20191)


@pytest.fixture
def small_clip(rng: np.random.Generator) -> Clip:
    """Nine frames of 14x11 RGB noise at 25 frames per second."""
    frames = rng.integers(0, 256, (9, 11, 14, 3), dtype=np.uint8)
    return Clip.from_frames(frames, fps=25)


@pytest.fixture
def real_wave() -> Path:
    """The folder of 16 real webcam frames, where this machine has it."""
    if not REAL_WAVE.is_dir():
        pytest.skip("the 16 real webcam frames are not on this machine")
    return REAL_WAVE
