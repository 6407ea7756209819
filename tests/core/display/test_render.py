"""Responses to indices to colours, and back."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from core.display.colormap import LEVELS, MIDDLE, color_table
from core.display.contrast import Limits
from core.display.render import colorize, level_value, quantise, render_frame, render_section
from core.display.slices import Plane, section
from core.volume import FeatureVolume

SCALES = [Limits(-1, 1), Limits(-0.37, 0.37), Limits(0, 2.5), Limits(-1e-20, 1e-20), Limits(0, 1e20)]


@pytest.mark.parametrize("limits", SCALES)
def test_every_index_comes_back_from_the_response_it_stands_for(limits: Limits) -> None:
    values = np.array([[level_value(i, limits) for i in range(LEVELS)]], np.float32)
    assert quantise(values, limits).ravel().tolist() == list(range(LEVELS))
    assert (level_value(0, limits), level_value(LEVELS - 1, limits)) == (limits.low, limits.high)


@given(a=st.floats(1e-25, 1e25))
def test_the_middle_is_exactly_zero_for_signed_data(a: float) -> None:
    limits = Limits(-a, a)
    assert level_value(MIDDLE, limits) == 0
    assert quantise(np.zeros((1, 3), np.float32), limits).tolist() == [[MIDDLE] * 3]


@settings(max_examples=60, deadline=None)
@given(
    data=hnp.arrays(np.float32, (4, 5), elements=st.floats(-(2.0**20), 2.0**20, width=32)),
    limits=st.sampled_from(SCALES[:3]),
)
def test_an_index_is_the_nearest_one(data: np.ndarray, limits: Limits) -> None:
    levels = np.array([level_value(i, limits) for i in range(LEVELS)])
    inside = np.clip(data.astype(np.float64), limits.low, limits.high)
    nearest = np.abs(inside[..., None] - levels).min(axis=-1)
    error = np.abs(inside - levels[quantise(data, limits)])
    assert np.all(error <= nearest + 1e-6 * (limits.high - limits.low))


def test_responses_beyond_the_limits_get_the_end_colours_however_large() -> None:
    huge = np.array([[-np.inf, -3e38, -1e12, -1.01, 1.01, 1e12, 3e38, np.inf]], np.float32)
    for limits in (Limits(-1, 1), Limits(-1e-29, 1e-29)):
        assert quantise(huge, limits).tolist() == [[0] * 4 + [126] * 4]


def test_what_is_not_a_number_does_not_crash() -> None:
    assert quantise(np.array([[np.nan, 1.0]], np.float32), Limits(-1, 1))[0, 1] == 126


@pytest.mark.parametrize("shape", [(1, 1), (3, 4), (2, 3, 4), (2, 1, 3, 4), (0, 5)])
def test_any_shape_is_kept(shape: tuple[int, ...], rng: np.random.Generator) -> None:
    data = rng.normal(size=shape).astype(np.float32)
    indices = quantise(data, Limits(-2, 2))
    assert indices.shape == shape and indices.dtype == np.uint8
    expected = np.rint((np.clip(data.astype(np.float64), -2, 2) + 2) * 31.5)
    assert np.array_equal(indices, expected)


def test_views_with_gaps_and_a_given_place_work(rng: np.random.Generator) -> None:
    data = rng.normal(size=(8, 10)).astype(np.float32)
    out = np.empty((4, 5), np.uint8)
    assert quantise(data[::2, ::2], Limits(-1, 1), out) is out
    assert np.array_equal(out, quantise(np.ascontiguousarray(data[::2, ::2]), Limits(-1, 1)))


def test_colours_are_the_tables() -> None:
    table = color_table("vik")
    indices = np.arange(LEVELS, dtype=np.uint8).reshape(1, -1)
    assert np.array_equal(colorize(indices, table)[0], table.rgb)


def test_a_frame_is_rendered_as_it_is_or_averaged_down(rng: np.random.Generator) -> None:
    data = rng.normal(size=(3, 12, 16)).astype(np.float32)
    volume, limits = FeatureVolume(data), Limits(-1, 1)
    whole = quantise(data[1], limits)
    for size in (None, (16, 12), (100, 100)):
        assert np.array_equal(render_frame(volume, 1, limits, size), whole)
    blocks = data[1].reshape(3, 4, 4, 4).mean(axis=(1, 3))
    assert np.array_equal(render_frame(volume, 1, limits, (4, 3)), quantise(blocks, limits))


def test_a_checkerboard_of_plus_and_minus_averages_to_zero_not_to_a_mixed_colour() -> None:
    board = (np.indices((8, 8)).sum(axis=0) % 2 * 2 - 1).astype(np.float32)[None]
    assert (render_frame(FeatureVolume(board), 0, Limits(-1, 1), (4, 4)) == MIDDLE).all()


def test_one_side_alone_may_shrink() -> None:
    volume = FeatureVolume(np.zeros((1, 4, 40), np.float32))
    assert render_frame(volume, 0, Limits(-1, 1), (10, 50)).shape == (4, 10)
    assert render_frame(volume, 0, Limits(-1, 1), (0, 0)).shape == (1, 1)


@pytest.mark.parametrize("limits", [Limits(-0.7, 0.7), Limits(0.0, 3.0), Limits(-1e-6, 1e-6)])
def test_few_and_many_responses_get_the_same_colours(limits: Limits, rng: np.random.Generator) -> None:
    many = (rng.normal(size=(64, 64)) * limits.high).astype(np.float32)
    many[0, :3] = [limits.low, 0.0, limits.high]
    few = np.concatenate([quantise(rows, limits) for rows in np.split(many, 16)])
    together = quantise(many, limits)
    # float32 rounds a few halves the other way.
    assert np.abs(few.astype(int) - together).max() <= 1
    assert np.mean(few != together) < 0.01
    assert few[0, :3].tolist() == together[0, :3].tolist()


@pytest.mark.parametrize("plane", Plane)
def test_a_section_is_quantised_as_its_frames_are(plane: Plane, rng: np.random.Generator) -> None:
    data = rng.normal(size=(4, 5, 6)).astype(np.float32)
    volume, limits = FeatureVolume(data), Limits(-2, 2)
    indices = quantise(data, limits)
    for index in range(data.shape[plane.fixed]):
        assert np.array_equal(render_section(volume, plane, index, limits), section(indices, plane, index))
    small = render_section(volume, plane, 1, limits, (2, 99))
    assert small.shape == (data.shape[plane.down], 2), "only the axis without room is averaged"
