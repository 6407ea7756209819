"""Does the inspector follow the mouse? 60 moves a second over 640x480 with a 7x7x7 RGB kernel are the aim.

Run by name, alone on the machine: ``uv run pytest -m benchmark -s tests/benchmarks/test_inspector_speed.py``.
Each move goes through the whole window: probe, boxes on the input, table, list, courses, and all painting.
With ``WAVECUBE_BENCH_DISPLAY=1`` it draws on the display that DISPLAY names instead of into memory.
"""

from pathlib import Path

import pytest

from tests.benchmarks.test_window_speed import run

pytestmark = pytest.mark.benchmark
MOVES = 300

MOVE = """
import statistics, sys, time
import numpy as np
from PySide6.QtCore import QEvent, QEventLoop, QPointF, Qt, QTimer
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication
from core.clip import Clip
from core.settings import WorkingSize
from gui.app import build_application
from gui.widgets.filter_panel import BankRequest
side, moves, reverse, numbers = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3] == "1", sys.argv[4] == "1"
window = build_application(["stimulus:still-texture?frames=8&width=48&height=36"])
window.resize(int(sys.argv[5]), int(sys.argv[6]))
window.show()
loop = QEventLoop()
def wait(ms):
    QTimer.singleShot(ms, loop.quit)
    loop.exec()
while not window.session.complete:
    wait(20)
window.driver.pause()
window.session.set_working_size(WorkingSize(640, 640))
window.filters.make(BankRequest("zero-mean", {"filters": 2, "kernel": (side, side, side), "seed": 1}))
rng = np.random.default_rng(0)
window.session.set_clip(Clip.from_frames(rng.integers(0, 256, (24, 480, 640, 3), dtype=np.uint8)))
while not window.session.complete:
    wait(20)
window.driver.pause()
window.driver.seek(12)
window.explain.show("inspector")
panel = window.explain.page("inspector").widget
panel.numbers_button.setChecked(numbers)
panel.fold_button.setChecked(numbers)
panel.reverse_button.setChecked(reverse)
wait(300)
viewer = window.workspace.input_panel.viewer if reverse else panel.viewer
rect, none = viewer.picture_rect(), Qt.MouseButton.NoButton
took, places = [], set()
for n in range(moves + 20):
    # A slanted path back and forth: every move lands on another voxel.
    x, y = (n * 7.3) % (2 * rect.width() - 8), (n * 3.1) % (2 * rect.height() - 8)
    x, y = min(x, 2 * rect.width() - 8 - x) + 2, min(y, 2 * rect.height() - 8 - y) + 2
    point = QPointF(rect.left() + x, rect.top() + y)
    event = QMouseEvent(QEvent.Type.MouseMove, point, viewer.mapToGlobal(point), none, none,
                        Qt.KeyboardModifier.NoModifier)
    began = time.perf_counter()
    QApplication.sendEvent(viewer, event)
    QApplication.processEvents()
    took.append(time.perf_counter() - began)
    places.add(window.explain.probe.source if reverse else window.explain.probe.voxel)
assert len(places) > moves // 2, "the response did not follow"
took = sorted(took[20:])
print(statistics.median(took), took[int(0.95 * len(took))], took[-1], sum(took) / len(took))
window.close()
"""


@pytest.mark.parametrize("size", [(1280, 800), (1920, 1200)])
@pytest.mark.parametrize(
    ("what", "side", "reverse", "numbers"),
    [
        ("7x7x7 RGB", 7, False, False),
        ("7x7x7 RGB folded, with numbers", 7, False, True),
        ("16x16x16 RGB", 16, False, False),
        ("7x7x7 RGB in reverse", 7, True, False),
    ],
)
def test_moves_of_the_mouse_over_640x480(
    tmp_path: Path, what: str, side: int, reverse: bool, numbers: bool, size: tuple[int, int]
) -> None:
    arguments = (side, MOVES, int(reverse), int(numbers), *size)
    median, slow, worst, mean = (1000 * each for each in run(MOVE, tmp_path, *map(str, arguments)))
    width, height = size
    print(
        f"\n| {what}, window {width}x{height} | median {median:.1f} ms with painting | 95 % {slow:.1f} ms | "
        f"longest {worst:.1f} ms | {1000 / mean:.0f} per second |"
    )
