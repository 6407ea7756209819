"""Shape arithmetic against its meaning: count the places, and put a kernel's middle on the clip."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.convolution.borders import OUTSIDE, source_indices
from core.convolution.geometry import (
    AxisMap,
    axis_map,
    axis_maps,
    output_length,
    output_shape,
    pad_before,
    span,
)
from core.settings import BORDERS, PADDINGS, ConvolutionSettings

AXIS = {
    "n": st.integers(1, 40),
    "kernel": st.integers(1, 16),
    "stride": st.integers(1, 5),
    "dilation": st.integers(1, 4),
}


@given(**AXIS)
def test_valid_counts_the_places_where_the_whole_kernel_fits(n, kernel, stride, dilation):
    last_tap = dilation * (kernel - 1)
    places = [start for start in range(0, n, stride) if start + last_tap < n]
    assert output_length(n, kernel, stride, dilation, "valid") == len(places)
    assert pad_before(n, kernel, stride, dilation, "valid") == 0


@given(**AXIS)
def test_same_pads_as_little_as_it_can_and_evenly(n, kernel, stride, dilation):
    length = output_length(n, kernel, stride, dilation, "same")
    assert length == math.ceil(n / stride)
    before = pad_before(n, kernel, stride, dilation, "same")
    after = max((length - 1) * stride + span(kernel, dilation) - n, 0) - before
    assert 0 <= after - before <= 1


@given(**AXIS, voxels=st.integers(0, 30))
def test_explicit_padding_counts_the_places_on_the_longer_axis(n, kernel, stride, dilation, voxels):
    padded = len(np.pad(np.zeros(n), voxels))
    last_tap = dilation * (kernel - 1)
    places = [start for start in range(0, padded, stride) if start + last_tap < padded]
    assert output_length(n, kernel, stride, dilation, voxels) == len(places)
    assert pad_before(n, kernel, stride, dilation, voxels) == voxels
    assert output_length(n, kernel, stride, dilation, 0) == output_length(
        n, kernel, stride, dilation, "valid"
    )


@given(**AXIS, padding=st.one_of(st.sampled_from(PADDINGS), st.integers(0, 30)))
def test_the_map_is_the_middle_of_the_taps(n, kernel, stride, dilation, padding):
    centres = axis_map(n, kernel, stride, dilation, padding)
    before = pad_before(n, kernel, stride, dilation, padding)
    for output in range(output_length(n, kernel, stride, dilation, padding)):
        taps = [output * stride - before + i * dilation for i in range(kernel)]
        assert centres.to_input(output) == np.mean(taps)


@given(
    offset=st.integers(-10, 20).map(lambda half: half / 2),
    stride=st.integers(1, 5),
    length=st.integers(1, 20),
)
def test_every_output_is_found_again_at_its_own_place(offset, stride, length):
    axis = AxisMap(offset, stride)
    for output in range(length):
        assert axis.to_output(axis.to_input(output), length) == (output, True)
    assert axis.to_output(axis.to_input(-1), length) == (0, False)
    assert axis.to_output(axis.to_input(length), length) == (length - 1, False)


AXIS_MAPS = st.builds(AxisMap, st.integers(-20, 20).map(lambda half: half / 2), st.integers(1, 5))


@given(first=AXIS_MAPS, second=AXIS_MAPS, output=st.integers(-5, 20))
def test_one_map_behind_another_leads_to_the_first_one_s_inputs(first, second, output):
    # Between two outputs of the first map lie its inputs, evenly: half an output is half a stride.
    middle = second.to_input(output)
    assert second.behind(first).to_input(output) == first.offset + middle * first.stride
    if middle == int(middle):
        assert second.behind(first).to_input(output) == first.to_input(int(middle))
    assert second.behind(AxisMap()) == second
    assert AxisMap().behind(first) == first


def test_neighbouring_frames_never_share_an_output_of_an_even_kernel():
    axis = axis_map(16, 4, 1, 1, "valid")
    assert axis.offset == 1.5
    answers = [axis.to_output(frame, 13) for frame in range(16)]
    inside = [index for index, there in answers if there]
    assert inside == list(range(13))
    assert answers[0] == (0, False)


def test_all_axes_at_once():
    settings = ConvolutionSettings("same", stride=(1, 2, 3), dilation=(2, 1, 1))
    assert output_shape((16, 240, 320), (3, 4, 5), settings) == (16, 120, 107)
    t, y, x = axis_maps((16, 240, 320), (3, 4, 5), settings)
    assert (t.offset, t.stride, y.offset, y.stride, x.offset, x.stride) == (0.0, 1, 0.5, 2, 1.0, 3)


def test_each_axis_has_its_own_explicit_padding():
    settings = ConvolutionSettings((0, 1, 5), stride=(1, 2, 3))
    assert output_shape((16, 240, 320), (3, 4, 5), settings) == (14, 120, 109)
    maps = axis_maps((16, 240, 320), (3, 4, 5), settings)
    assert [axis.offset for axis in maps] == [1.0, 0.5, -3.0]


@pytest.mark.parametrize("border", BORDERS)
@given(n=st.integers(1, 9), before=st.integers(0, 30), after=st.integers(0, 30))
def test_borders_are_those_of_numpy(border, n, before, after):
    mode = {"zero": "constant", "replicate": "edge", "reflect": "reflect"}[border]
    expected = np.pad(np.arange(n) + 1, (before, after), mode=mode) - 1
    assert OUTSIDE == -1
    assert source_indices(-before, before + n + after, n, border).tolist() == expected.tolist()
