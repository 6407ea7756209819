"""Make the pictures of README.md with the program itself: the real window, the real export.

Run it from the top of the project: ``uv run docs/make_pictures.py``; it draws without a display and writes to
docs/pictures/. Run it again whenever the window changes.
"""

import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PICTURES = ROOT / "docs" / "pictures"
sys.path.insert(0, str(ROOT))
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
_settings = tempfile.TemporaryDirectory()
os.environ["WAVECUBE_SETTINGS"] = str(Path(_settings.name) / "pictures.ini")

from PySide6.QtCore import QEventLoop, QPoint, QTimer
from PySide6.QtTest import QTest

from core.cli import run
from gui.app import build_application
from gui.main_window import MainWindow
from gui.widgets.filter_panel import BankRequest


def wait_until(reached: Callable[[], bool]) -> None:
    """Let the window live until something is true."""
    loop = QEventLoop()
    timer = QTimer()
    timer.timeout.connect(lambda: loop.quit() if reached() else None)
    timer.start(20)
    if not reached():
        loop.exec()
    timer.stop()


def show(window: MainWindow, name: str, frame: int) -> None:
    """Save the window as it looks at a frame."""
    wait_until(lambda: window.session.complete)
    window.driver.pause()
    window.driver.seek(frame)
    QTest.qWait(300)
    window.grab().save(str(PICTURES / name))


def main() -> None:
    """Write all pictures."""
    PICTURES.mkdir(exist_ok=True)
    window = build_application(["sample:wave"])
    window.resize(1440, 900)
    window.set_theme("light")
    window.show()
    wait_until(lambda: window.session.complete)
    viewer = window.workspace.feature_grid.viewers[2]
    QTest.mouseMove(viewer, viewer.picture_rect().center().toPoint() + QPoint(-20, 10))
    show(window, "window.png", 7)
    window.set_theme("dark")
    window.resize(1760, 1100)
    window.filters.make(BankRequest("zero-mean", {"filters": 64, "kernel": (3, 5, 5), "seed": 3}))
    show(window, "sixty-four-filters.png", 9)
    show_named_filters(window)
    window.close()
    small = ["--resize", "160x120", "--quiet"]
    run(["export", "sample:wave", str(PICTURES / "wave.gif"), *small, "--filters", "5"], lambda _: 1)
    motion = [*small, "--bank", "g2h2", "--show", "direction", "--padding", "same", "--border", "replicate"]
    run(["export", "sample:wave", str(PICTURES / "direction.gif"), *motion, "--scale", "2"], lambda _: 1)


def show_named_filters(window: MainWindow) -> None:
    """Save what a bank of known formulas looks like: its panel, a view of it, and the editor."""
    window.resize(1440, 900)
    window.set_theme("light")
    window.filters.make(BankRequest("gabor"))
    show(window, "gabor.png", 8)
    window.named_actions["edit_kernel"].trigger()
    QTest.qWait(300)
    window.kernel_editor.dialog.grab().save(str(PICTURES / "editor.png"))
    window.kernel_editor.dialog.close()
    window.filters.make(BankRequest())


if __name__ == "__main__":
    main()
