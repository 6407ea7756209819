"""The grid of sections: input and volume line up, cursor and boxes are where the arithmetic says."""

import math

import numpy as np
import pytest
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from core.clip import Clip
from core.convolution.geometry import axis_maps, output_shape
from core.display.colormap import color_table
from core.display.contrast import Limits
from core.display.kernels import kernel_planes
from core.display.ruler import Ruler
from core.display.sections import Places
from core.display.slices import Plane
from core.filters.kernel import Kernel
from core.settings import ConvolutionSettings
from core.volume import FeatureVolume
from gui.cuts import ClipCuts, KernelCuts, VolumeCuts
from gui.widgets.marks import MarkKind
from gui.widgets.section_grid import Pointed, Row, SectionGrid

CLIP, KERNEL = (12, 30, 40), (3, 4, 5)
SLIDES = (
    ConvolutionSettings(),
    ConvolutionSettings(padding="same", stride=(2, 1, 3)),
    ConvolutionSettings(padding=(1, 2, 6), dilation=(2, 1, 2)),
)


def filled(qtbot: QtBot, slide: ConvolutionSettings, frames: int = CLIP[0]) -> tuple[SectionGrid, Places]:
    shape = (frames, *CLIP[1:])
    made, axes = output_shape(shape, KERNEL, slide), axis_maps(shape, KERNEL, slide)
    grid = SectionGrid()
    qtbot.addWidget(grid)
    grid.resize(700, 620)
    places = Places.of(shape, KERNEL, made, axes, slide.dilation)
    grid.set_places(places)
    rng = np.random.default_rng(3)
    clip = Clip.from_frames(rng.integers(0, 256, (*shape, 3), dtype=np.uint8))
    volume = FeatureVolume(rng.normal(size=made).astype(np.float32), axes=axes)
    grid.set_cuts(Row.INPUT, ClipCuts(clip))
    grid.set_cuts(Row.VOLUME, VolumeCuts(volume, Limits(-1, 1), color_table("vik")))
    weights = rng.normal(size=(*KERNEL, 1)).astype(np.float32)
    grid.set_cuts(Row.KERNEL, KernelCuts(kernel_planes(Kernel(weights)), 0))
    cursor = (3.0, 9.0, 9.0)
    grid.set_cursor(cursor, places.output_at(cursor), places.middle_tap)
    grid.show()
    return grid, places


@pytest.mark.parametrize("slide", SLIDES)
def test_what_answers_stands_under_what_it_answers_to(qtbot: QtBot, slide: ConvolutionSettings) -> None:
    grid, places = filled(qtbot, slide)
    for plane in Plane:
        above, below = grid.views[Row.INPUT, plane], grid.views[Row.VOLUME, plane]
        assert above.seen == below.seen and above.x() == below.x()
        assert above.picture_rect().size() == below.picture_rect().size()
        covered = below._covered()
        axis = places.axes[plane.across]
        assert covered is not None
        width = covered.width() / axis.outputs
        for output in (0, axis.outputs - 1):
            middle = covered.left() + (output + 0.5) * width
            wanted = above.point((0.0, axis.axis.to_input(output))).x()
            assert middle == pytest.approx(wanted, abs=1e-6)


def test_one_scale_for_pixels_and_one_for_frames(qtbot: QtBot) -> None:
    grid, _ = filled(qtbot, SLIDES[0])
    per_pixel, per_frame = set(), set()
    for (row, plane), view in grid.views.items():
        down, across = view.seen
        rect = view.picture_rect()
        if row is Row.KERNEL:
            assert rect.width() / across.length == pytest.approx(rect.height() / down.length), "squares"
            continue
        per_pixel.add(round(rect.width() / across.length, 6))
        (per_frame if plane.timed else per_pixel).add(round(rect.height() / down.length, 6))
    assert len(per_pixel) == len(per_frame) == 1 and per_frame.pop() >= 6


@pytest.mark.parametrize("slide", SLIDES)
def test_boxes_are_what_the_response_sees_and_where_it_is(qtbot: QtBot, slide: ConvolutionSettings) -> None:
    grid, places = filled(qtbot, slide)
    output = (2, 3, 4)
    cursor = places.clamped(places.centre(output))
    grid.set_cursor(cursor, output, places.tap_at(cursor, output))
    for plane in Plane:
        boxes = grid.views[Row.INPUT, plane].boxes
        assert boxes and all(kind is MarkKind.FIELD for *_, kind in boxes)
        assert {across for _, across, _ in boxes} == {places.axes[plane.across].field(output[plane.across])}
        if plane.timed:
            assert tuple(down for down, *_ in boxes) == places.t.seen(output[0])
        ((down, across, kind),) = grid.views[Row.VOLUME, plane].boxes
        assert kind is MarkKind.VOXEL and across.length == places.axes[plane.across].axis.stride
        assert down.contains(places.centre(output)[plane.down])
        assert grid.views[Row.VOLUME, plane].index == output[plane.fixed]
    grid.set_cursor(cursor, None, places.middle_tap)
    assert all(view.boxes == () for view in grid.views.values())


def test_the_field_is_not_drawn_on_a_frame_that_it_steps_over(qtbot: QtBot) -> None:
    grid, places = filled(qtbot, SLIDES[2])
    output = (3, 9, 9)
    sees = {places.t.tap_position(tap, 3) for tap in range(3)}
    for t in range(int(min(sees)), int(max(sees)) + 1):
        grid.set_cursor((float(t), 9.0, 9.0), output, places.middle_tap)
        assert bool(grid.views[Row.INPUT, Plane.XY].boxes) == (t in sees)


def test_without_a_response_the_volume_says_where_and_the_input_is_cut_all_the_same(qtbot: QtBot) -> None:
    grid, places = filled(qtbot, SLIDES[0])
    grid.set_cursor((0.0, 10.0, 20.0), None, places.middle_tap)
    assert grid.views[Row.VOLUME, Plane.XY].message.startswith("no response over t = 0")
    assert grid.views[Row.VOLUME, Plane.XT].message == "", "that row has responses, at other times"
    assert grid.views[Row.INPUT, Plane.XY].index == 0
    assert grid.views[Row.INPUT, Plane.XY].title == "x–y at t = 0"
    assert grid.views[Row.VOLUME, Plane.XT].title == "x–t over y = 10"


@pytest.mark.parametrize("row", Row)
@pytest.mark.parametrize("plane", Plane)
def test_pointing_gives_a_place_in_all_three_axes(qtbot: QtBot, row: Row, plane: Plane) -> None:
    grid, places = filled(qtbot, SLIDES[0])
    output = (4, 10, 12)
    cursor = places.clamped(places.centre(output))
    tap = (1.0, 2.0, 3.0)
    grid.set_cursor(cursor, output, tap)
    view = grid.views[row, plane]
    base = {Row.INPUT: cursor, Row.VOLUME: places.centre(output), Row.KERNEL: tap}[row]
    pointed: list[Pointed | None] = []
    grid.pointed.connect(pointed.append)
    QTest.mouseMove(view, view.point((2.0, 1.0)).toPoint())
    found = pointed[-1]
    assert isinstance(found, Pointed) and (found.row, found.plane) == (row, plane)
    assert found.position[plane.fixed] == base[plane.fixed]
    assert (found.position[plane.down], found.position[plane.across]) == pytest.approx((2.0, 1.0), abs=0.2)


def test_a_long_clip_is_shown_in_part_around_the_cursor_or_as_a_whole(qtbot: QtBot) -> None:
    grid, places = filled(qtbot, SLIDES[0], frames=64)
    grid.set_cursor((50.0, 10.0, 10.0), places.output_at((50.0, 10.0, 10.0)), places.middle_tap)
    view = grid.views[Row.INPUT, Plane.XT]
    assert grid.shortened and view.seen[0].contains(50.0)
    assert view.picture_rect().height() / view.seen[0].length >= 6
    assert view.limits[0] == places.t.extent, "a ruler may reach beyond what is seen"
    grid.set_whole(True)
    assert not grid.shortened and view.seen[0] == places.t.extent


def test_the_ruler_lies_on_input_and_volume_and_its_slope_on_the_kernel(qtbot: QtBot) -> None:
    grid, _ = filled(qtbot, SLIDES[2])
    ruler = Ruler((2.0, 5.0), (8.0, 17.0))
    grid.set_ruler(Plane.XT, ruler)
    assert grid.views[Row.INPUT, Plane.XT].ruler == grid.views[Row.VOLUME, Plane.XT].ruler == ruler
    assert grid.views[Row.INPUT, Plane.YT].ruler is None and grid.views[Row.INPUT, Plane.XY].ruler is None
    on_kernel = grid.views[Row.KERNEL, Plane.XT].ruler
    # 2 px/frame; taps are 2 frames and 2 px apart, so it is 2 taps per kernel frame.
    assert on_kernel is not None and on_kernel.velocity == pytest.approx(2.0)
    assert on_kernel.middle == pytest.approx((1.0, 2.0)), "through the middle of the kernel"
    grid.set_ruler(Plane.XT, Ruler((3.0, 5.0), (3.0, 9.0)))
    level = grid.views[Row.KERNEL, Plane.XT].ruler
    assert level is not None and level.velocity is not None and math.isinf(level.velocity)
    grid.set_ruler(Plane.XT, None)
    assert all(view.ruler is None for view in grid.views.values())


def test_without_a_clip_nothing_is_measured(qtbot: QtBot) -> None:
    grid = SectionGrid()
    qtbot.addWidget(grid)
    grid.resize(600, 500)
    grid.show()
    grid.set_cuts(Row.INPUT, None, "no clip yet")
    grid.set_cursor((0.0, 0.0, 0.0), None, (0.0, 0.0, 0.0))
    assert grid.views[Row.INPUT, Plane.XY].message == "no clip yet"
    grid.grab()
    view = grid.views[Row.INPUT, Plane.XY]
    pointed = []
    grid.pointed.connect(pointed.append)
    QTest.mouseMove(view, view.rect().center())
    assert pointed in ([], [None])
