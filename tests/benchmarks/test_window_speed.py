"""How soon the window is there, how fast it plays, and how long it ever keeps a person waiting.

Run by name, alone on the machine: ``uv run pytest -m benchmark -s tests/benchmarks/test_window_speed.py``.
With ``WAVECUBE_BENCH_DISPLAY=1`` it draws on the display that DISPLAY names instead of into memory.
"""

import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.benchmark

START = """
import sys, time
born = float(sys.argv[1])
from core.cli import run
def open_window(arguments):
    from PySide6.QtCore import QEvent, QObject
    from PySide6.QtWidgets import QApplication
    from gui.app import build_application
    window = build_application(arguments)
    class Watch(QObject):
        painted = 0.0
        def eventFilter(self, watched, event):
            if event.type() == QEvent.Type.Paint and not self.painted:
                self.painted = time.time()
            return False
    watch = Watch()
    window.workspace.installEventFilter(watch)
    window.show()
    while not watch.painted:
        QApplication.processEvents()
    QApplication.processEvents()
    print(watch.painted - born)
    window.close()
    return 0
run([], open_window)
"""

PLAY = """
import sys, time
from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtWidgets import QApplication
from gui.app import build_application
from gui.widgets.filter_panel import BankRequest
filters = int(sys.argv[1])
window = build_application(["sample:wave"])
window.resize(1920, 1200)
window.show()
loop = QEventLoop()
def wait(ms):
    QTimer.singleShot(ms, loop.quit)
    loop.exec()
while not window.session.complete:
    wait(50)
window.filters.make(BankRequest("zero-mean", {"filters": filters, "kernel": (3, 3, 3), "seed": 1}))
late, last = [], [time.monotonic()]
beat = QTimer()
beat.setInterval(5)
def tick():
    now = time.monotonic()
    late.append(now - last[0] - 0.005)
    last[0] = now
beat.timeout.connect(tick)
beat.start()
while not window.session.complete:
    wait(50)
blocked = max(late)
window.driver.set_fps(60)
window.driver.play()
wait(1500)
rates = []
window.driver.achieved_changed.connect(lambda rate: rates.append(rate) if rate else None)
late.clear()
wait(5000)
print(sorted(rates)[len(rates) // 2], blocked, max(late))
window.close()
"""


def environment(tmp_path: Path) -> dict[str, str]:
    screen = {} if os.environ.get("WAVECUBE_BENCH_DISPLAY") else {"QT_QPA_PLATFORM": "offscreen"}
    base = {k: v for k, v in os.environ.items() if k != "QT_QPA_PLATFORM"}
    return base | screen | {"WAVECUBE_SETTINGS": str(tmp_path / "bench.ini"), "PYTHONPATH": str(ROOT)}


def run(code: str, tmp_path: Path, *arguments: str) -> list[float]:
    command = [sys.executable, "-c", code, *arguments]
    done = subprocess.run(
        command, env=environment(tmp_path), cwd=ROOT, capture_output=True, text=True, check=True
    )
    return [float(word) for word in done.stdout.split()]


def test_cold_start_to_a_painted_window(tmp_path: Path) -> None:
    seconds = [run(START, tmp_path, repr(time.time()))[0] for _ in range(9)]
    middle, best = statistics.median(seconds), min(seconds)
    print(f"\n| start to painted window | median {middle:.2f} s | best {best:.2f} s |")


@pytest.mark.parametrize("filters", [8, 64])
def test_playback_rate_of_320x240_volumes_at_60_fps(tmp_path: Path, filters: int) -> None:
    rate, computing, playing = run(PLAY, tmp_path, str(filters))
    print(
        f"\n| {filters} viewers of 320x240 asked to play at 60 fps | {rate:.1f} fps | longest block while "
        f"computing {computing * 1000:.0f} ms, while playing {playing * 1000:.0f} ms |"
    )
