"""How long turning the space-time cube and moving the cursor through the sections keep a person waiting.

Run by name, alone on the machine: ``uv run pytest -m benchmark -s tests/benchmarks/test_cube_speed.py``.
"""

import statistics
import time
from collections.abc import Callable

import pytest
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from core.convolution.engine import convolve_bank
from core.display.colormap import color_table
from core.display.contrast import Limits
from core.display.kernels import kernel_planes
from core.display.sections import Extent, Places
from core.filters.builtin import make_bank
from core.settings import ConvolutionSettings
from core.sources.synthetic import make_stimulus
from gui.cuts import ClipCuts, KernelCuts, VolumeCuts
from gui.widgets.cube_view import CubeView
from gui.widgets.section_grid import Row, SectionGrid

pytestmark = pytest.mark.benchmark
SIZES = [(320, 240, 16), (640, 480, 64)]


def paint(widget: QWidget) -> None:
    image = QImage(widget.size(), QImage.Format.Format_RGB32)
    widget.render(image)


def measured(step: Callable[[int], None], widget: QWidget, times: int) -> tuple[float, float]:
    """Return the middle and the longest time of a step and its painting, in milliseconds."""
    found = []
    for index in range(times):
        start = time.perf_counter()
        step(index)
        paint(widget)
        found.append(1000 * (time.perf_counter() - start))
    return statistics.median(found), max(found)


@pytest.mark.parametrize("size", SIZES)
def test_turning_and_slicing_the_cube(size: tuple[int, int, int], qtbot: QtBot) -> None:
    width, height, frames = size
    clip = make_stimulus("drifting-texture", width=width, height=height, frames=frames)
    view = CubeView()
    qtbot.addWidget(view)
    view.resize(420, 480)
    room = (Extent.of(frames), Extent.of(height), Extent.of(width))
    view.set_cuts(ClipCuts(clip), room)
    view.set_cursor((frames / 2, height / 2, width / 2), room)
    turning, slowest = measured(lambda _: view._turn_by(3.0, 1.0), view, 120)
    print(f"\n| cube {width}x{height}x{frames} | turn {turning:.1f} ms, at most {slowest:.1f} ms |")
    slicing, slowest = measured(lambda i: view.push(0, 1 if i % frames < frames // 2 else -1), view, 60)
    print(f"| cube {width}x{height}x{frames} | slice {slicing:.1f} ms, at most {slowest:.1f} ms |")
    notching, slowest = measured(
        lambda i: view.set_depths((0, 0, 0), (frames // 2, height // 2, i % width)), view, 60
    )
    print(
        f"| cube {width}x{height}x{frames} | cut at the cursor {notching:.1f} ms, at most {slowest:.1f} ms |"
    )


@pytest.mark.parametrize("size", SIZES)
def test_moving_the_cursor_through_the_sections(size: tuple[int, int, int], qtbot: QtBot) -> None:
    width, height, frames = size
    clip = make_stimulus("drifting-texture", width=width, height=height, frames=frames)
    bank = make_bank("zero-mean", filters=1, kernel=(7, 7, 7), seed=1)
    (volume,) = convolve_bank(clip, bank, ConvolutionSettings())
    grid = SectionGrid()
    qtbot.addWidget(grid)
    grid.resize(1100, 900)
    t, y, x = volume.data.shape
    places = Places.of((frames, height, width), (7, 7, 7), (t, y, x), volume.axes)
    grid.set_places(places)
    grid.set_cuts(Row.INPUT, ClipCuts(clip))
    grid.set_cuts(Row.VOLUME, VolumeCuts(volume, Limits(-1, 1), color_table("vik")))
    grid.set_cuts(Row.KERNEL, KernelCuts(kernel_planes(bank[0]), 0))

    def move(index: int) -> None:
        cursor = (float(3 + index % t), float(3 + index), float(3 + index))
        grid.set_cursor(cursor, places.output_at(cursor), places.middle_tap)

    moving, slowest = measured(move, grid, 120)
    print(
        f"\n| sections {width}x{height}x{frames} | cursor moves {moving:.1f} ms, at most {slowest:.1f} ms |"
    )
