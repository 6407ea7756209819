"""What an output sees, against the definition's own padding; and the reverse is its exact transpose."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import settings as examples
from hypothesis import strategies as st

from core.convolution.definition import pad
from core.convolution.field import reached, receptive_field
from core.convolution.geometry import axis_maps, output_shape
from core.settings import ConvolutionSettings
from tests.core.convolution.judges import SETTINGS

Triple = tuple[int, int, int]
SHAPES = st.tuples(st.integers(1, 6), st.integers(1, 6), st.integers(1, 6))
KERNELS = st.tuples(*[st.integers(1, 5)] * 3)


@st.composite
def slidings(draw: st.DrawFn) -> tuple[Triple, Triple, ConvolutionSettings, Triple]:
    """Draw (T, H, W), (kT, kH, kW), settings, and the shape of what comes out, which is not empty."""
    shape, kernel, how = draw(SHAPES), draw(KERNELS), draw(SETTINGS)
    made = output_shape(shape, kernel, how)
    assume(all(made))
    return shape, kernel, how, made


@examples(max_examples=50, deadline=None)
@given(sliding=slidings(), data=st.data())
def test_an_output_sees_what_the_definition_lays_the_kernel_on(sliding, data):
    shape, kernel, how, made = sliding
    voxel = data.draw(st.tuples(*(st.integers(0, n - 1) for n in made)))
    # Every voxel is a number of its own, from 1: where padding is zero the definition sees 0.
    numbered = np.arange(1, np.prod(shape) + 1, dtype=np.float64).reshape(*shape, 1)
    padded = pad(numbered, kernel, how)
    box = tuple(
        slice(o * s, o * s + d * (k - 1) + 1, d)
        for o, s, d, k in zip(voxel, how.stride, how.dilation, kernel, strict=True)
    )
    expected = padded[box][..., 0]
    field = receptive_field(voxel, shape, kernel, how)
    assert expected.shape == kernel
    for tap in np.ndindex(kernel):
        sources = [axis.sources[i] for axis, i in zip(field.axes, tap, strict=True)]
        seen = 0 if None in sources else numbered[(*sources, 0)]
        assert seen == expected[tap]
        for axis, i, n in zip(field.axes, tap, shape, strict=True):
            assert axis.padded[i] == (not 0 <= axis.positions[i] < n)
            assert axis.padded[i] or axis.sources[i] == axis.positions[i]


@examples(max_examples=50, deadline=None)
@given(sliding=slidings())
def test_a_field_lies_around_the_output_s_place_in_steps_of_the_dilation(sliding):
    shape, kernel, how, made = sliding
    maps = axis_maps(shape, kernel, how)
    last = tuple(n - 1 for n in made)
    field = receptive_field(last, shape, kernel, how)
    for axis, places, output, dilation in zip(maps, field.axes, last, how.dilation, strict=True):
        assert (places.first + places.last) / 2 == axis.to_input(output)
        assert set(np.diff(places.positions)) <= {dilation}


@examples(max_examples=50, deadline=None)
@given(sliding=slidings())
def test_reached_is_the_transpose_of_the_receptive_field(sliding):
    shape, kernel, how, made = sliding
    # One axis at a time, as both are made: all pairs (input, output) with the taps that join them.
    for axis in range(3):
        forth = set()
        for output in range(made[axis]):
            voxel = tuple(output if a == axis else 0 for a in range(3))
            sources = receptive_field(voxel, shape, kernel, how).axes[axis].sources
            forth |= {(source, output, tap) for tap, source in enumerate(sources) if source is not None}
        back = set()
        for source in range(shape[axis]):
            place = tuple(source if a == axis else 0 for a in range(3))
            found = reached(place, shape, kernel, how)[axis]
            assert list(found.outputs) == sorted(set(found.outputs))
            assert all(found.taps), "an output without a tap is not reached"
            pairs = zip(found.outputs, found.taps, strict=True)
            back |= {(source, output, tap) for output, taps in pairs for tap in taps}
        assert forth == back


def test_an_input_that_strides_step_over_reaches_nothing():
    how = ConvolutionSettings(stride=(1, 1, 3))
    assert [reached((0, 0, x), (1, 1, 7), (1, 1, 2), how)[2].outputs for x in range(6)] == [
        (0,),
        (0,),
        (),
        (1,),
        (1,),
        (),
    ]


def test_an_input_at_a_replicated_edge_is_seen_through_several_taps():
    how = ConvolutionSettings("same", border="replicate")
    assert reached((0, 0, 0), (1, 1, 5), (1, 1, 3), how)[2].taps == ((0, 1), (0,))
    assert receptive_field((0, 0, 0), (1, 1, 5), (1, 1, 3), how).x.sources == (0, 0, 1)


@pytest.mark.parametrize("voxel", [(-1, 0, 0), (0, 4, 0), (0, 0, 5)])
def test_there_are_only_the_outputs_and_inputs_that_there_are(voxel):
    how = ConvolutionSettings()
    with pytest.raises(IndexError, match="no output"):
        receptive_field(voxel, (2, 5, 6), (2, 2, 2), how)
    with pytest.raises(IndexError, match="no input"):
        reached(voxel, (2, 4, 5), (2, 2, 2), how)
