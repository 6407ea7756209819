"""How long one picture of the sliding kernel takes, and how many the page shows in a second.

Run by name, alone on the machine: ``uv run pytest -m benchmark -s tests/benchmarks/test_slide_speed.py``.
"""

import time
from pathlib import Path

import numpy as np
import pytest

from core.analysis.inspector import applied_kernel
from core.analysis.slide import Slide, space_scan, time_scan
from core.clip import Clip
from core.convolution.engine import convolve_bank
from core.display.colormap import color_table
from core.display.contrast import limits_for
from core.display.slide_film import SlideLook, SlidePicture
from core.filters.builtin import make_bank
from core.settings import ContrastSettings, ConvolutionSettings
from tests.benchmarks.test_window_speed import run

pytestmark = pytest.mark.benchmark

PLAY = """
import sys
from PySide6.QtCore import QEventLoop, QTimer
from gui.app import build_application
from core.analysis.slide import Order
window = build_application(["stimulus:drifting-texture?frames=16&width=320&height=240"])
window.resize(*map(int, sys.argv[1:3]))
window.show()
loop = QEventLoop()
def wait(ms):
    QTimer.singleShot(ms, loop.quit)
    loop.exec()
while not window.session.complete:
    wait(50)
window.explain.show("slide")
page = window.explain.page("slide")
page.set_order(Order(sys.argv[3]))
wait(300)
rates = []
page.driver.achieved_changed.connect(lambda rate: rates.append(rate) if rate else None)
page.driver.set_fps(60)
page.driver.play()
wait(5000)
print(sorted(rates)[len(rates) // 2])
window.close()
"""


@pytest.mark.parametrize("size", [(640, 360), (960, 540), (1500, 900), (2880, 1800)])
@pytest.mark.parametrize("kernel", [(3, 3, 3), (7, 7, 7), (16, 16, 16)])
def test_a_picture(size: tuple[int, int], kernel: tuple[int, int, int]) -> None:
    frames = np.random.default_rng(1).integers(0, 256, (16, 240, 320, 3), dtype=np.uint8)
    clip, bank = Clip.from_frames(frames), make_bank("zero-mean", filters=1, kernel=kernel)
    (volume,) = convolve_bank(clip, bank)
    t, y, x = volume.data.shape
    look = SlideLook(
        limits_for([volume], ContrastSettings(), True)[0], color_table("vik"), color_table("vik")
    )
    for scan in (space_scan((t, y, x), every=20), time_scan((t, y, x), (99, 99))):
        slide = Slide(clip, applied_kernel(bank, 0, 3), ConvolutionSettings(), volume, scan)
        began = time.perf_counter()
        picture = SlidePicture(slide, look, *size)
        ready = time.perf_counter()
        count = min(scan.count, 200)
        for step in range(count):
            picture.draw(step)
        each = (time.perf_counter() - ready) / count
        print(
            f"\n| {size[0]}x{size[1]} | {kernel} | {scan.order.value} | first {1e3 * (ready - began):.0f} ms "
            f"| each {1e3 * each:.1f} ms |",
            end="",
        )


@pytest.mark.parametrize("size", [(1280, 800), (1920, 1200)])
@pytest.mark.parametrize("order", ["x, then y, then t", "time only"])
def test_the_page_asked_to_play_at_60_steps_per_second(
    tmp_path: Path, size: tuple[int, int], order: str
) -> None:
    (rate,) = run(PLAY, tmp_path, *map(str, size), order)
    print(f"\n| {size[0]}x{size[1]} | {order} | {rate:.1f} steps per second |", end="")
