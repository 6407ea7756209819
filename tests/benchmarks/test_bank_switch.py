"""How long a person waits from choosing another bank until every tile shows its new volume.

Run by name, alone on the machine: ``uv run pytest -m benchmark -s tests/benchmarks/test_bank_switch.py``.
The engine's own time, without a window, is measured in turn with it in the same process; what is asked for
is the rest.
"""

import statistics
from pathlib import Path

import pytest

from tests.benchmarks.test_window_speed import run

pytestmark = pytest.mark.benchmark

SWITCH = """
import sys, time
from PySide6.QtCore import QEvent, QEventLoop, QObject, QTimer
from core.filters.builtin import make_bank
from core.pipeline import convolve_clip
from gui.app import build_application
channels = int(sys.argv[1])
banks = [make_bank("zero-mean", filters=16, kernel=9, seed=seed, channels=channels) for seed in range(12)]
window = build_application(["stimulus:drifting-texture?width=320&height=240&frames=16"])
window.resize(1440, 900)
window.show()
session, loop = window.session, QEventLoop()
def until(reached):
    timer = QTimer()
    timer.setInterval(4)
    timer.timeout.connect(lambda: loop.quit() if reached() else None)
    timer.start()
    loop.exec()
    timer.stop()
until(lambda: session.complete)
session.set_bank(banks[0])
until(lambda: session.complete)
class Watch(QObject):
    def __init__(self, viewers):
        super().__init__()
        self.finished, self.waiting = False, set()
        self.viewers = viewers
        for viewer in viewers:
            viewer.installEventFilter(self)
    def finish(self):
        self.finished, self.waiting = True, set(self.viewers)
    def eventFilter(self, watched, event):
        if self.finished and event.type() == QEvent.Type.Paint:
            self.waiting.discard(watched)
        return False
watch = Watch(window.workspace.feature_grid.viewers)
session.computing_finished.connect(watch.finish)
def engine(bank):
    began = time.perf_counter()
    for step in convolve_clip(session.clip, bank, session.convolution, session.working_size):
        pass
    return time.perf_counter() - began
def switch(ask):
    watch.finished = False
    began = time.perf_counter()
    ask()
    until(lambda: watch.finished)
    for viewer in watch.viewers:
        viewer.update()
    until(lambda: not watch.waiting)
    return time.perf_counter() - began
if sys.argv[2] == "code":
    for bank in banks[1:]:
        alone = engine(bank)
        print(switch(lambda: session.set_bank(bank)), alone)
else:
    combo = window.workspace.filter_panel.bank_combo
    def choose(name):
        combo.setCurrentIndex(combo.findData(name))
        combo.activated.emit(combo.currentIndex())
    for turn in range(12):
        until(lambda: not window.workspace.filter_panel._timer.isActive())  # a person's next choice
        name = ("raw", "He", "zero-mean")[turn % 3]
        took = switch(lambda: choose(name))
        print(took, engine(session.bank))
window.close()
"""


@pytest.mark.parametrize(("channels", "how"), [(1, "code"), (3, "code"), (3, "list")])
def test_switching_to_16_filters_of_9x9x9(tmp_path: Path, channels: int, how: str) -> None:
    numbers = run(SWITCH, tmp_path, str(channels), how)
    window, engine = numbers[::2], numbers[1::2]
    rest = statistics.median(w - e for w, e in zip(window, engine, strict=True))
    all_tiles, alone = statistics.median(window), statistics.median(engine)
    chosen = ", chosen in the list" if how == "list" else ""
    print(
        f"\n| 16 filters 9x9x9x{channels}, 16 frames 320x240{chosen} "
        f"| all tiles after {all_tiles * 1000:.0f} ms | engine alone {alone * 1000:.0f} ms "
        f"| the rest {rest * 1000:.0f} ms (median of {len(window)}) |"
    )
