"""The sliding kernel: every output once and in order, each number the stored one and the definition's."""

from dataclasses import replace
from itertools import pairwise, product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.analysis.slide import (
    MOST_EVERY,
    WATCHABLE,
    Order,
    Route,
    Scan,
    Slide,
    space_scan,
    time_scan,
    watchable_every,
)
from core.clip import Clip
from core.convolution.definition import convolve
from core.convolution.engine import convolve_bank
from core.filters.bank import FilterBank
from core.settings import ConvolutionSettings, Triple

SHAPES = st.tuples(*[st.integers(1, 6)] * 3)
SCANS = st.builds(
    space_scan, SHAPES, st.sampled_from(Route), every=st.integers(1, 7), row=st.none() | st.integers(-2, 9)
) | st.builds(time_scan, SHAPES, st.tuples(st.integers(-2, 9), st.integers(-2, 9)))


def visited(scan: Scan) -> list[Triple]:
    return [scan.voxel(step) for step in range(scan.count)]


@given(SHAPES)
def test_every_output_once_x_then_y_then_t(shape: Triple) -> None:
    assert visited(space_scan(shape, Route.ALL, every=5)) == list(product(*map(range, shape)))


@given(SCANS)
def test_what_is_visited_and_what_is_skipped_is_all_there_is(scan: Scan) -> None:
    places = visited(scan)
    assert len(set(places)) == len(places) == scan.count >= 1
    assert places == sorted(places)
    assert all(0 <= at < n for place in places for at, n in zip(place, scan.shape, strict=True))
    assert scan.count + scan.skipped == np.prod(scan.shape)
    assert scan.per_frame * scan.shape[0] == scan.count, "no frame is skipped"
    for step, place in enumerate(places):
        assert scan.step_of(place) == step


@given(SCANS, SHAPES)
def test_the_nearest_step_is_found(scan: Scan, voxel: Triple) -> None:
    found = scan.voxel(scan.step_of(voxel))
    for at, axis, wanted in zip(found, (scan.ts, scan.ys, scan.xs), voxel, strict=True):
        assert abs(at - wanted) == min(abs(other - wanted) for other in axis)


@given(SCANS)
def test_there_is_nothing_before_the_first_and_after_the_last_step(scan: Scan) -> None:
    for outside in (-1, scan.count):
        with pytest.raises(IndexError):
            scan.voxel(outside)


def test_a_film_shows_all_steps_or_those_of_one_frame() -> None:
    scan = space_scan((4, 6, 9), every=2)
    assert scan.film_steps() == range(scan.count)
    part = [scan.voxel(step) for step in scan.film_steps(2)]
    assert part == [(2, y, x) for y in scan.ys for x in scan.xs]
    assert [scan.voxel(step) for step in scan.film_steps(2, 4)] == part[::4]
    assert list(scan.film_steps(every=7)) == list(range(0, scan.count, 7))


def test_a_coarse_grid_is_even_and_says_what_it_leaves_out() -> None:
    scan = space_scan((12, 236, 316), Route.GRID, every=20)
    assert (len(scan.ys), len(scan.xs)) == (12, 16)
    first, last = scan.xs[0], 315 - scan.xs[-1]
    assert abs(first - last) <= 1 and abs(scan.ys[0] - (235 - scan.ys[-1])) <= 1
    assert scan.told() == ("every 20th row and column", "2 304 of 894 912 outputs")
    row = space_scan((12, 236, 316), Route.ROW, every=2, row=41)
    assert row.told() == ("every second output of row y = 41", "1 896 of 894 912 outputs")
    assert space_scan((2, 2, 2), Route.ALL).told() == ("every output", "8 of 8 outputs")
    assert time_scan((12, 9, 9), (3, 99)).told() == ("every output at y = 3, x = 8", "12 of 972 outputs")
    words = {n: space_scan((1, 500, 500), every=n).told()[0] for n in (1, 3, 11, 22, 63)}
    assert [text.split()[1] for text in words.values()] == ["output", "3rd", "11th", "22nd", "63rd"]


@pytest.mark.parametrize("shape", [(12, 236, 316), (1, 1, 1), (30, 240, 320), (14, 30, 30)])
@pytest.mark.parametrize("route", [Route.GRID, Route.ROW])
def test_the_suggested_grid_is_the_finest_that_can_be_watched(shape: Triple, route: Route) -> None:
    every = watchable_every(shape, route)
    assert space_scan(shape, route, every=every).count <= WATCHABLE
    assert every == 1 or space_scan(shape, route, every=every - 1).count > WATCHABLE


def test_the_coarsest_grid_is_offered_for_the_largest_clips() -> None:
    assert watchable_every((60, 480, 640)) == MOST_EVERY


def make_slide(
    seed: int, kernel: Triple, channels: int, convolution: ConvolutionSettings, scan: Scan | None = None
) -> Slide:
    random = np.random.default_rng(seed)
    clip = Clip.from_frames(random.integers(0, 256, (5, 6, 7, channels), dtype=np.uint8))
    bank = FilterBank.from_weights(random.normal(size=(1, *kernel, channels)), random.normal(size=1))
    (volume,) = convolve_bank(clip, bank, convolution)
    t, y, x = volume.data.shape
    return Slide(clip, bank[0], convolution, volume, scan or space_scan((t, y, x), Route.ALL))


@given(
    seed=st.integers(0, 99),
    kernel=st.tuples(st.integers(1, 3), st.integers(1, 4), st.integers(1, 3)),
    channels=st.sampled_from((1, 3)),
    convolution=st.builds(
        ConvolutionSettings,
        padding=st.sampled_from(("valid", "same", (1, 2, 0))),
        stride=st.tuples(*[st.integers(1, 2)] * 3),
        dilation=st.tuples(st.integers(1, 2), st.just(1), st.integers(1, 2)),
        activation=st.sampled_from(("none", "relu", "abs", "square")),
        border=st.sampled_from(("zero", "replicate", "reflect")),
    ),
)
@settings(max_examples=15, deadline=None)
def test_each_number_is_the_stored_one_and_the_definition_s(
    seed: int, kernel: Triple, channels: int, convolution: ConvolutionSettings
) -> None:
    slide = make_slide(seed, kernel, channels, convolution)
    exact = convolve(slide.clip, slide.kernel.weights, slide.kernel.bias, convolution)
    steps = range(0, slide.scan.count, max(slide.scan.count // 9, 1))
    for step in steps:
        voxel = slide.scan.voxel(step)
        found = slide.inspection(step)
        assert slide.value(step) == found.stored == float(slide.volume.data[voxel])
        assert found.agrees and found.output == pytest.approx(exact[voxel], rel=1e-9, abs=1e-9)
        assert found.patch.field == slide.field(step)


def test_another_number_in_the_volume_does_not_agree() -> None:
    slide = make_slide(1, (3, 3, 3), 3, ConvolutionSettings())
    data = slide.volume.data.copy()
    data[0, 0, 0] += 0.01
    wrong = replace(slide, volume=replace(slide.volume, data=data))
    assert wrong.inspection(0).agrees is False and wrong.inspection(1).agrees is True


@pytest.mark.parametrize("padding", ["valid", "same"])
def test_the_trace_is_the_volume_at_one_place_at_the_times_of_the_kernel_s_middle(padding: str) -> None:
    convolution = ConvolutionSettings(padding=padding, stride=(2, 1, 1))  # type: ignore[arg-type]
    slide = make_slide(2, (2, 3, 3), 3, convolution, time_scan((9, 9, 9), (1, 3)))
    frames = slide.volume.data.shape[0]
    slide = make_slide(2, (2, 3, 3), 3, convolution, time_scan(slide.volume.data.shape, (1, 3)))  # type: ignore[arg-type]
    assert slide.scan.order is Order.TIME_ONLY and slide.scan.count == frames
    times, values = zip(*slide.trace, strict=True)
    assert values == tuple(float(v) for v in slide.volume.data[:, 1, 3])
    middles = [np.mean(slide.field(step).t.positions) for step in range(frames)]
    assert list(times) == middles
    assert [slide.value(step) for step in range(frames)] == list(values)


@pytest.mark.parametrize("pictures", [40, 240])
@pytest.mark.parametrize(
    "scan",
    [
        space_scan((4, 22, 30), Route.ALL),
        space_scan((14, 236, 316), every=19),
        space_scan((14, 236, 316), Route.ALL),
        space_scan((14, 236, 316), Route.ROW),
        space_scan((1, 40, 30), Route.ALL),
        time_scan((400, 5, 5), (2, 2)),
    ],
)
def test_a_tour_goes_on_from_the_first_step_to_the_last_and_ever_faster(scan: Scan, pictures: int) -> None:
    steps = scan.tour(pictures)
    assert steps[0] == 0 and steps[-1] == scan.count - 1 and len(steps) <= pictures
    assert len(steps) > 0.6 * pictures, "what may be shown is shown"
    strides = [after - before for before, after in pairwise(steps)]
    assert min(strides) > 0
    if scan.order is Order.SPACE_THEN_TIME and scan.per_frame > len(scan.xs) and len(scan.ts) > 1:
        row = max(b for a, b in zip(steps, strides, strict=False) if a + b < len(scan.xs))
        later = min(b for a, b in zip(steps, strides, strict=False) if a >= 2 * scan.per_frame)
        assert row < later


def test_a_tour_of_a_short_scan_shows_all_of_it() -> None:
    assert space_scan((2, 3, 4), Route.ALL).tour(24) == tuple(range(24))
    first = space_scan((4, 22, 30), Route.ALL).tour(240)
    assert first[:30] == tuple(range(30)), "every output of the first row"
