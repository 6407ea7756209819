"""How long the pages of the window keep a person waiting: at the first visit, while computing, while playing.

Run by name, alone on the machine: ``uv run pytest -m benchmark -s tests/benchmarks/test_pages_speed.py``.
With ``WAVECUBE_BENCH_DISPLAY=1`` it draws on the display that DISPLAY names instead of into memory.

A block is the longest time for which the window did not answer; in brackets the processor's time in it, which
other programs cannot make longer.
"""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.benchmark

PAGES = ("volumes", "inspector", "sections", "slide", "compare", "layers")
HEAD = """
| page | first visit | computing 8 | computing 64 | playing 8 | playing 64 |
|---|---|---|---|---|---|"""

VISIT = """
import sys, time
from PySide6.QtCore import QEventLoop, QTimer
from gui.app import build_application
from gui.explain import AHEAD
from gui.widgets.bank_request import BankRequest
key, filters = sys.argv[1], int(sys.argv[2])
window = build_application(["sample:wave"])
window.resize(1920, 1200)
window.show()
loop = QEventLoop()
def wait(ms):
    QTimer.singleShot(ms, loop.quit)
    loop.exec()
def settle():
    wait(50)
    page = window.explain._pages.get(key)
    while not window.session.complete or getattr(getattr(page, "work", page), "busy", False):
        wait(50)
def draw(seed):
    values = {"filters": filters, "kernel": (3, 3, 3), "seed": seed}
    window.filters.make(BankRequest("zero-mean", values))
blocks, last = [(0.0, 0.0)], [time.monotonic(), time.thread_time()]
def tick():
    now, used = time.monotonic(), time.thread_time()
    blocks.append((now - last[0] - 0.005, used - last[1]))
    last[:] = now, used
def longest():
    found = max(blocks)
    blocks[:] = [(0.0, 0.0)]
    return found
settle()
draw(1)
settle()
wait(500)
while any(name not in sys.modules for name in AHEAD):
    wait(50)
window.driver.pause()
beat = QTimer()
beat.setInterval(5)
beat.timeout.connect(tick)
last[:] = time.monotonic(), time.thread_time()
beat.start()
window.explain.show(key)
settle()
wait(1000)
first = longest()
draw(2)
settle()
wait(500)
computing = longest()
driver = window.explain.page(key).driver if key == "slide" else window.driver
driver.set_fps(30)
driver.play()
wait(1000)
rates = []
driver.achieved_changed.connect(lambda rate: rates.append(rate) if rate else None)
longest()
wait(4000)
print(*first, *computing, *longest(), sorted(rates)[len(rates) // 2])
window.close()
"""

THEME = """
import statistics, time
from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtWidgets import QApplication
from gui.app import build_application
from gui.explain import PAGES
window = build_application(["sample:wave"])
window.resize(1920, 1200)
window.show()
loop = QEventLoop()
def wait(ms):
    QTimer.singleShot(ms, loop.quit)
    loop.exec()
while not window.session.complete:
    wait(50)
for spec in PAGES:
    window.explain.show(spec.key)
    wait(500)
window.driver.pause()
took = []
for number in range(9):
    began = time.perf_counter()
    window.set_theme(("dark", "light")[number % 2])
    QApplication.processEvents()
    took.append(time.perf_counter() - began)
print(statistics.median(took))
window.close()
"""


def environment(tmp_path: Path) -> dict[str, str]:
    screen = {} if os.environ.get("WAVECUBE_BENCH_DISPLAY") else {"QT_QPA_PLATFORM": "offscreen"}
    base = {k: v for k, v in os.environ.items() if k != "QT_QPA_PLATFORM"}
    return base | screen | {"WAVECUBE_SETTINGS": str(tmp_path / "bench.ini"), "PYTHONPATH": str(ROOT)}


def run(code: str, tmp_path: Path, *arguments: str) -> list[float]:
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments],
        env=environment(tmp_path),
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
        timeout=300,
    )
    return [float(word) for word in done.stdout.split()]


def visited(key: str, filters: int, tmp_path: Path) -> tuple[str, str, str]:
    """Return the blocks of the first visit, while computing and while playing, as text."""
    *times, rate = run(VISIT, tmp_path, key, str(filters))
    first, computing, playing = (
        f"{1e3 * wall:.0f} ({1e3 * used:.0f}) ms" for wall, used in zip(times[::2], times[1::2], strict=True)
    )
    return first, computing, f"{playing}, {rate:.0f} fps"


def test_longest_block_of_every_page(tmp_path: Path) -> None:
    print(HEAD)
    for key in PAGES:
        few, many = visited(key, 8, tmp_path), visited(key, 64, tmp_path)
        first = "–" if key == "volumes" else few[0]
        print(f"| {key.capitalize()} | {first} | {few[1]} | {many[1]} | {few[2]} | {many[2]} |", flush=True)


def test_change_of_theme_with_all_pages_made(tmp_path: Path) -> None:
    (median,) = run(THEME, tmp_path)
    print(f"\n| light to dark and back, all pages made | {1e3 * median:.0f} ms |")
