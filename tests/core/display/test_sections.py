"""Input, output and kernel lie over one another as the definition says, whatever the geometry."""

import math
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.convolution.definition import convolve
from core.convolution.field import receptive_field
from core.convolution.geometry import AxisMap, axis_maps, output_shape
from core.display.sections import AxisPlaces, Extent, Places, time_window
from core.settings import ConvolutionSettings, Triple

SIDES = st.integers(1, 5)


@st.composite
def geometries(draw: st.DrawFn) -> tuple[Triple, Triple, ConvolutionSettings]:
    """Shapes of a clip and a kernel, and settings with which at least one output is made."""
    kernel = draw(st.tuples(SIDES, SIDES, SIDES))
    slide = ConvolutionSettings(
        padding=draw(st.sampled_from(["valid", "same", (1, 0, 2)])),
        stride=draw(st.tuples(*[st.integers(1, 3)] * 3)),
        dilation=draw(st.tuples(*[st.integers(1, 2)] * 3)),
    )
    room = tuple(d * (k - 1) + 1 for k, d in zip(kernel, slide.dilation, strict=True))
    clip = draw(st.tuples(*(st.integers(n, n + 4) for n in room)))
    return clip, kernel, slide


def places_of(clip: Triple, kernel: Triple, slide: ConvolutionSettings) -> Places:
    return Places.of(
        clip, kernel, output_shape(clip, kernel, slide), axis_maps(clip, kernel, slide), slide.dilation
    )


@settings(max_examples=30, deadline=None)
@given(geometries(), st.data())
def test_the_kernels_taps_lie_on_what_the_output_sees(
    geometry: tuple[Triple, Triple, ConvolutionSettings], data: st.DataObject
) -> None:
    clip, kernel, slide = geometry
    places = places_of(clip, kernel, slide)
    made = output_shape(clip, kernel, slide)
    t, y, x = (data.draw(st.integers(0, n - 1)) for n in made)
    field = receptive_field((t, y, x), clip, kernel, slide)
    for axis, seen, output in zip(places.axes, field.axes, (t, y, x), strict=True):
        assert [axis.tap_position(tap, output) for tap in range(axis.taps)] == list(seen.positions)
        assert [axis.tap_at(place, output) for place in seen.positions] == list(range(axis.taps))
        assert (axis.field(output).low, axis.field(output).high) == (seen.first - 0.5, seen.last + 0.5)
        # In one piece, or tap by tap: every tap is covered, what is stepped over is not.
        pieces = axis.seen(output)
        covered = {p for p in range(seen.first, seen.last + 1) if any(e.contains(p) for e in pieces)}
        assert covered == set(seen.positions)


@settings(max_examples=30, deadline=None)
@given(geometries(), st.data())
def test_an_impulse_is_answered_with_the_weight_that_lies_on_it(
    geometry: tuple[Triple, Triple, ConvolutionSettings], data: st.DataObject
) -> None:
    """By the definition of convolution, without any of the arithmetic that is tested."""
    clip, kernel, slide = geometry
    places = places_of(clip, kernel, slide)
    voxel = data.draw(st.tuples(*(st.integers(0, n - 1) for n in clip)))
    video = np.zeros((*clip, 1))
    video[voxel] = 1.0
    weights = 1.0 + np.arange(math.prod(kernel)).reshape(*kernel, 1)
    responses = convolve(video, weights, settings=slide)
    for output in np.ndindex(responses.shape):
        taps = places.tap_at(voxel, output)
        on = all(tap.is_integer() and 0 <= tap < k for tap, k in zip(taps, kernel, strict=True))
        assert responses[output] == (weights[places.nearest_tap(taps)][0] if on else 0.0)


@settings(max_examples=30, deadline=None)
@given(geometries())
def test_the_cursor_on_the_middle_of_an_output_finds_it(
    geometry: tuple[Triple, Triple, ConvolutionSettings],
) -> None:
    places = places_of(*geometry)
    made = output_shape(*geometry)
    for output in product(*(sorted({0, n // 2, n - 1}) for n in made)):
        centre = places.centre(output)
        assert places.output_at(centre) == output == places.nearest_output(centre)
        # Through the middle of the kernel, also of an even one: there between two taps.
        assert places.tap_at(centre, output) == tuple((k - 1) / 2 for k in geometry[1])
        assert places.tap_position(places.tap_at(centre, output), output) == centre
        home = places.home(output)
        assert places.input_at(home) == home, "a voxel of the clip"
        inside = all(0 <= c <= n - 1 for c, n in zip(centre, geometry[0], strict=True))
        assert not inside or places.output_at(home) == output


@settings(max_examples=30, deadline=None)
@given(geometries())
def test_every_output_covers_a_voxel_as_wide_as_the_stride(
    geometry: tuple[Triple, Triple, ConvolutionSettings],
) -> None:
    for axis, n in zip(places_of(*geometry).axes, output_shape(*geometry), strict=True):
        covered = axis.output_extent
        assert covered is not None and covered.length == n * axis.axis.stride
        for output in range(n):
            share = covered.share(axis.axis.to_input(output))
            assert math.isclose(share, (output + 0.5) / n) and math.isclose(
                covered.at(share), axis.axis.to_input(output), abs_tol=1e-9
            )
        assert axis.extent.low <= min(covered.low, -0.5) and axis.extent.high >= covered.high
        beyond = (covered.low - 0.01, covered.high + 0.01)
        assert [axis.output_at(place) for place in beyond] == [None, None]


def test_at_stride_one_every_input_has_its_output_or_none() -> None:
    axis = AxisPlaces(10, 6, 5, AxisMap(2.0))  # 10 inputs, valid, 5 taps
    assert [axis.output_at(p) for p in range(10)] == [None, None, 0, 1, 2, 3, 4, 5, None, None]
    assert [axis.nearest_output(p) for p in (0, 2, 9)] == [0, 0, 5]
    assert axis.tap_at(4, 2) == 2 and axis.tap_at(3, 2) == 1


def test_dilated_kernels_step_over_what_lies_between_their_taps() -> None:
    axis = AxisPlaces(10, 6, 3, AxisMap(2.0), dilation=2)
    assert [axis.tap_at(p, 1) for p in (1, 2, 3, 5)] == [0, 0.5, 1, 2]
    assert [axis.nearest_tap(tap) for tap in (-3, 0.49, 0.5, 2.2, 7)] == [0, 0, 1, 2, 2]


def test_without_a_volume_there_are_inputs_only() -> None:
    places = Places.of((4, 5, 6), (3, 3, 3))
    assert places.output_at((1, 1, 1)) is None and places.nearest_output((1, 1, 1)) is None
    assert places.input_at((3.4, 0.2, 5.49)) == (3, 0, 5) and places.input_at((3.5, 0, 0)) is None
    assert places.t.output_extent is None and places.t.extent == Extent(-0.5, 3.5)
    assert places.clip_shape == (4, 5, 6)


def test_a_cursor_is_kept_on_another_clip() -> None:
    places = Places.of((4, 5, 6), (1, 1, 1))
    assert places.clamped((9.5, -2, 3.5)) == (3.0, 0.0, 3.5)
    assert places.rounded((-0.7, 1.5, 2.49)) == (0.0, 2.0, 2.0)


@settings(max_examples=40, deadline=None)
@given(
    frames=st.integers(1, 64),
    most=st.floats(0.2, 80),
    centres=st.lists(st.integers(0, 63), min_size=1, max_size=5),
)
def test_the_time_window_shows_whole_frames_and_always_the_cursor(
    frames: int, most: float, centres: list[int]
) -> None:
    whole, window = Extent.of(frames), None
    for centre in (min(c, frames - 1) for c in centres):
        window = time_window(whole, most, centre, window)
        assert window.low <= centre - 0.5 and centre + 0.5 <= window.high
        assert window.low >= whole.low and window.high <= whole.high
        assert (window.low + 0.5).is_integer() and (window.high + 0.5).is_integer()
        assert window.length <= max(most, 1) or window == whole
        assert window.length == min(max(math.floor(most), 1), frames)


def test_the_time_window_stays_while_the_cursor_is_well_inside() -> None:
    whole = Extent.of(60)
    window = time_window(whole, 20, 30)
    assert time_window(whole, 20, window.low + 1.5, window) is window
    assert time_window(whole, 20, window.low + 0.5, window) is not window
    start = time_window(whole, 20, 0)
    assert time_window(whole, 20, 0, start) is start, "at the very beginning there is nothing before it"
    assert time_window(Extent.of(10), 20, 5, window) == Extent.of(10), "another clip"


@pytest.mark.parametrize("position", [-3.0, 0.2, 4.9, 8.0])
def test_an_extent_keeps_positions_inside(position: float) -> None:
    extent = Extent(-0.5, 5.5)
    assert extent.contains(extent.clamped(position))
    assert not extent.contains(position) or extent.clamped(position) == position
