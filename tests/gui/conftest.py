"""What GUI tests share: a session that is shut down, and a house without windows or timers afterwards."""

from collections.abc import Callable, Iterator

import numpy as np
import pytest
from PySide6.QtCore import QTimer
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from core.clip import Clip
from core.filters.builtin import make_bank
from gui.app import build_application
from gui.main_window import MainWindow
from gui.session import Session
from tests.gui.windows import visible_windows


@pytest.fixture(autouse=True)
def no_window_survives(qtbot: QtBot, request: pytest.FixtureRequest) -> Iterator[None]:
    """Fail a test that leaves a window open or a timer running."""
    yield
    windows = visible_windows()
    timers = [t for w in windows for t in w.findChildren(QTimer) if t.isActive()]
    for window in windows:
        window.close()
    assert not timers, f"timers left running: {timers}"


@pytest.fixture(autouse=True)
def undressed(qtbot: QtBot) -> Iterator[None]:
    """Take off whatever theme a test put on: the next one starts with Qt's own look."""
    yield
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    if app.styleSheet():
        app.setStyleSheet("")
        app.setPalette(QPalette())


@pytest.fixture
def session(qtbot: QtBot) -> Iterator[Session]:
    """A session with two small filters and no clip."""
    made = Session(make_bank("zero-mean", filters=2, kernel=(3, 3, 3), seed=1))
    yield made
    made.shutdown()
    made.deleteLater()


@pytest.fixture
def loud_clip() -> Clip:
    """Eight frames of 24x20 in which every frame has a brightness of its own."""
    frames = np.zeros((8, 20, 24, 3), np.uint8)
    frames += (np.arange(8, dtype=np.uint8) * 30)[:, None, None, None]
    frames[:, :, 12:] += 20
    return Clip.from_frames(frames, fps=20, name="loud")


@pytest.fixture
def open_window(qtbot: QtBot) -> Iterator[Callable[..., MainWindow]]:
    """Open windows, with the arguments of the command line; they are closed at the end."""
    windows: list[MainWindow] = []

    def make(*argv: str) -> MainWindow:
        window = build_application(argv)
        windows.append(window)
        qtbot.addWidget(window)
        window.show()
        return window

    yield make
    for window in windows:
        window.close()
