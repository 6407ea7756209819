"""Starting the window: everything up to, but not including, the event loop."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QIcon
from PySide6.QtWidgets import QApplication

from core.paths import resource
from gui.errors import CrashReporter
from gui.interrupt import InterruptWatch
from gui.main_window import MainWindow
from gui.permission import leave_asking_to_us
from gui.remember import theme_mode
from gui.state import State, open_store
from gui.theme import apply_theme

SAMPLE = "sample:wave"


def build_application(argv: Sequence[str] = ()) -> MainWindow:
    """Return the main window, ready to show, without running the event loop.

    Parameters
    ----------
    argv
        ``[INPUT] [--camera INDEX|NAME|URL]``, without the program's name; a leading ``main.py`` is skipped.

    Notes
    -----
    Makes the QApplication where there is none. Without an INPUT the bundled sample clip is opened. The
    window opens things as soon as the event loop runs.
    """
    options = _parse(argv)
    app = QApplication.instance() or QApplication(["wavecube"])
    assert isinstance(app, QApplication)
    app.setApplicationName("wavecube")
    app.setApplicationDisplayName("Wavecube")
    app.setDesktopFileName("wavecube")
    app.setWindowIcon(QIcon(str(resource("icon.png"))))
    state = State(open_store())
    apply_theme(app, theme_mode(state))
    window = MainWindow(state)
    window.open_at_start(options.input or SAMPLE, options.camera)
    return window


def run_window(arguments: Sequence[str]) -> int:
    """Open the window and run until it is closed; return the exit code."""
    leave_asking_to_us()
    QGuiApplication.setHighDpiScaleFactorRoundingPolicy(Qt.HighDpiScaleFactorRoundingPolicy.PassThrough)
    window = build_application(arguments)
    reporter = CrashReporter()
    reporter.install()
    reporter.crashed.connect(window.files.show_error, Qt.ConnectionType.QueuedConnection)
    window.set_problems(reporter.problems)
    interrupt = InterruptWatch()
    interrupt.interrupted.connect(window.close)
    interrupt.install()
    window.show()
    try:
        return QApplication.exec()
    finally:
        interrupt.uninstall()
        reporter.uninstall()


def _parse(argv: Sequence[str]) -> argparse.Namespace:
    """Read the window's own arguments; `core.cli` has checked them when they come from a shell."""
    arguments = list(argv)
    if arguments and (arguments[0] == sys.argv[0] or Path(arguments[0]).name == "main.py"):
        arguments.pop(0)
    parser = argparse.ArgumentParser(prog="main.py", add_help=False)
    parser.add_argument("input", nargs="?")
    parser.add_argument("--camera")
    return parser.parse_args(arguments)
