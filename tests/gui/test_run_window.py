"""The window as a process: it starts, it ends when asked, and it says nothing on its way."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from gui.errors import CrashReporter
from gui.interrupt import InterruptWatch

ROOT = Path(__file__).resolve().parents[2]
RUN = """
import signal, sys, threading
from PySide6.QtCore import QTimer
from core.cli import run
def open_window(arguments):
    import gui.app, gui.main_window
    def shown(window, event, before=gui.main_window.MainWindow.showEvent):
        before(window, event)
        QTimer.singleShot(0, lambda: signal.raise_signal(getattr(signal, sys.argv[1])))
    gui.main_window.MainWindow.showEvent = shown
    return gui.app.run_window(arguments)
sys.exit(run(["stimulus:impulse?width=16&height=16"], open_window))
"""


@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM"])
def test_an_interrupt_closes_the_window_and_everything_behind_it(name: str, tmp_path: Path) -> None:
    environment = os.environ | {
        "QT_QPA_PLATFORM": "offscreen",
        "WAVECUBE_SETTINGS": str(tmp_path / "own.ini"),
        "PYTHONPATH": str(ROOT),
    }
    done = subprocess.run(
        [sys.executable, "-c", RUN, name],
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0
    errors = [line for line in done.stderr.splitlines() if "propagateSizeHints" not in line]
    assert errors == []


def test_the_signals_are_given_back(qtbot: QtBot) -> None:
    before = signal.getsignal(signal.SIGINT)
    watch = InterruptWatch()
    watch.install()
    with qtbot.waitSignal(watch.interrupted):
        signal.raise_signal(signal.SIGINT)
    watch.uninstall()
    assert signal.getsignal(signal.SIGINT) is before


def test_the_unforeseen_is_one_sentence_and_a_report(qtbot: QtBot, caplog: pytest.LogCaptureFixture) -> None:
    reporter = CrashReporter()
    reporter.install()
    try:
        with qtbot.waitSignal(reporter.crashed) as caught:
            try:
                raise KeyError("of ours")
            except KeyError as error:
                sys.excepthook(type(error), error, error.__traceback__)
    finally:
        reporter.uninstall()
    assert "KeyError" in caught.args[0]
    assert "Traceback" not in caught.args[0]
    assert "Traceback" in reporter.problems.report()
