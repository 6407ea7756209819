"""The shown terms add up: to the definition in float64, to the engine's float32, whatever the geometry."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st

from core.analysis.inspector import applied_kernel, inspect
from core.clip import Clip
from core.convolution.definition import convolve
from core.convolution.engine import convolve_bank
from core.errors import FilterError
from core.filters.bank import FilterBank
from core.filters.kernel import Kernel
from core.settings import ACTIVATIONS, ConvolutionSettings
from tests.core.analysis.inspecting import Case, cases, marked_clip
from tests.core.convolution.judges import noise, random_bank


@examples(max_examples=70, deadline=None)
@given(case=cases())
def test_the_terms_add_up_to_the_definition(case: Case):
    found = case.inspection()
    kernel = applied_kernel(case.bank, 0, case.clip.channels)
    exact = convolve(case.clip, kernel.weights, kernel.bias, case.settings)[case.voxel]
    assert found.output == pytest.approx(exact, rel=1e-12, abs=1e-12)
    assert found.products.sum() == pytest.approx(found.total, abs=1e-12)
    assert found.subtotals.sum() == pytest.approx(found.total, abs=1e-12)
    assert np.allclose(found.channel_subtotals.sum(axis=1), found.subtotals, rtol=0, atol=1e-12)
    assert found.excitation[0] + found.inhibition[0] == pytest.approx(found.total, abs=1e-12)
    assert found.excitation[0] - found.inhibition[0] == pytest.approx(found.magnitude, abs=1e-12)


@examples(max_examples=35, deadline=None)
@given(case=cases())
def test_the_engine_s_float32_is_this_sum(case: Case):
    (volume,) = convolve_bank(case.clip, case.bank, case.settings)
    found = case.inspection(float(volume.data[case.voxel]))
    assert found.agrees
    # … and not because everything agrees: a response that is off by more than float32 ever is, does not.
    assert not replace(found, stored=found.output + 1.01 * found.tolerance).agrees
    assert not replace(found, stored=found.output - 1.01 * found.tolerance).agrees


@examples(max_examples=35, deadline=None)
@given(case=cases())
def test_each_cell_shows_what_stands_at_its_place(case: Case):
    patch, frames = case.inspection().patch, case.clip.frames
    assert patch.raw is not None
    for i, j, k in np.ndindex(patch.shape[:3]):
        place, source = patch.place(i, j, k), patch.source(i, j, k)
        inside = all(0 <= p < n for p, n in zip(place, frames.shape, strict=False))
        assert patch.padded[i, j, k] == (not inside)
        assert inside == (source == place)
        expected = np.zeros(frames.shape[3]) if source is None else frames[source]
        assert np.array_equal(patch.raw[i, j, k], expected)
        assert np.array_equal(patch.values[i, j, k], expected / 255)


@pytest.mark.parametrize("activation", ACTIVATIONS)
@examples(max_examples=30, deadline=None)
@given(
    total=st.floats(-50, 50),
    error=st.floats(-0.98, 0.98),  # the rest is for rounding to float32
)
def test_the_bound_goes_through_the_activation(activation, total, error):
    # One term of weight `total` on a white voxel; float32 gives anything within its bound.
    kernel = Kernel(np.full((1, 1, 1, 1), total, np.float32))
    white = Clip.from_frames(np.full((1, 1, 1, 1), 255, np.uint8))
    found = inspect(white, kernel, ConvolutionSettings(activation=activation), (0, 0, 0))
    seen = found.pre_activation + error * found.bound
    stored = {"none": seen, "relu": max(seen, 0.0), "abs": abs(seen), "square": seen * seen}[activation]
    assert replace(found, stored=float(np.float32(stored))).agrees


def test_more_than_float32_can_hold_is_infinite_and_agrees():
    kernel = Kernel(np.full((1, 1, 1, 1), 3e30, np.float32))
    found = inspect(noise((1, 1, 1, 1)), kernel, ConvolutionSettings(activation="square"), (0, 0, 0))
    assert replace(found, stored=float("inf")).agrees
    assert not replace(found, stored=float("nan")).agrees


def test_numbers_are_those_of_the_clip_and_the_kernel():
    kernel = Kernel(np.arange(12, dtype=np.float32).reshape(2, 1, 2, 3) / 8, bias=-1.5)
    found = inspect(marked_clip(), kernel, ConvolutionSettings(stride=(1, 2, 3)), (2, 1, 1))
    # The kernel's first tap lies on frame 2, row 2, column 3: 80 + 12 + 3.
    assert found.patch.place(0, 0, 0) == (2, 2, 3)
    term = found.term(1, 0, 1, 2)
    assert (term.place, term.raw) == ((3, 2, 4), 120 + 12 + 4 + 2)
    assert term.weight == 11 / 8
    assert term.value == term.raw / 255
    assert term.product == term.value * term.weight
    assert found.bias == -1.5
    assert found.pre_activation == found.total - 1.5


def test_the_largest_terms_come_first_and_say_what_part_they_make():
    weights = np.array([1.0, -8.0, 0.0, 3.0], np.float32).reshape(1, 1, 4, 1)
    white = Clip.from_frames(np.full((1, 1, 4, 1), 255, np.uint8))
    found = inspect(white, Kernel(weights), ConvolutionSettings(), (0, 0, 0))
    largest = found.largest(2)
    assert [(term.tap[2], term.product) for term in largest] == [(1, -8.0), (3, 3.0)]
    assert found.share(largest) == pytest.approx(11 / 12)
    assert len(found.largest(10)) == 3, "what is 0 is no term that matters"
    assert found.excitation == (4.0, 2)
    assert found.inhibition == (-8.0, 1)


def test_of_equal_terms_the_first_in_the_kernel_comes_first():
    white = Clip.from_frames(np.full((2, 3, 3, 3), 255, np.uint8))
    found = inspect(white, Kernel(np.ones((2, 2, 2, 3), np.float32)), ConvolutionSettings(), (0, 0, 0))
    assert [term.tap for term in found.largest(4)] == [(0, 0, 0, 0), (0, 0, 0, 1), (0, 0, 0, 2), (0, 0, 1, 0)]


def test_a_black_clip_has_no_largest_terms():
    black = Clip.from_frames(np.zeros((2, 3, 3, 3), np.uint8))
    found = inspect(black, Kernel(np.ones((2, 2, 2, 3), np.float32)), ConvolutionSettings(), (0, 0, 0), 0.0)
    assert found.largest(10) == ()
    assert found.share(()) == 0.0
    assert found.agrees
    assert not replace(found, stored=1e-30).agrees


def test_one_kernel_is_applied_as_the_whole_bank_is():
    for channels, given_channels in ((1, 3), (3, 1), (3, 3)):
        bank = random_bank(3, (2, 3, 2), channels=channels)
        whole = bank.for_channels(given_channels)
        alone = applied_kernel(bank, 2, given_channels)
        assert np.array_equal(alone.weights, whole.weights[2])
        assert (alone.bias, alone.name) == (whole[2].bias, whole[2].name)
    with pytest.raises(FilterError, match="2 channels"):
        applied_kernel(FilterBank.from_weights(np.zeros((1, 1, 1, 1, 2))), 0, 3)


def test_there_is_no_inspection_of_a_voxel_that_is_not_there():
    kernel = Kernel(np.ones((3, 3, 3, 3), np.float32))
    with pytest.raises(IndexError):
        inspect(marked_clip(), kernel, ConvolutionSettings(), (3, 0, 0))
