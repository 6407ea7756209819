"""What an input reaches: found by changing it and looking at what changes."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st

from core.analysis.inspector import applied_kernel
from core.analysis.projective import project
from core.clip import Clip
from core.convolution.definition import convolve
from core.settings import BORDERS, PADDINGS, ConvolutionSettings
from tests.core.analysis.inspecting import Case, cases
from tests.core.convolution.judges import STEPS, noise, random_bank

LINEAR = st.builds(
    ConvolutionSettings,
    padding=st.sampled_from(PADDINGS) | st.tuples(*[st.integers(0, 4)] * 3),
    stride=STEPS,
    dilation=STEPS,
    border=st.sampled_from(BORDERS),
)


@examples(max_examples=60, deadline=None)
@given(case=cases(LINEAR), data=st.data())
def test_what_changes_with_an_input_is_what_it_reaches(case: Case, data):
    source = data.draw(st.tuples(*(st.integers(0, n - 1) for n in case.clip.frames.shape[:3])))
    kernel = applied_kernel(case.bank, 0, case.clip.channels)
    found = project(case.clip, kernel, case.settings, source)
    frames = case.clip.frames.astype(np.float64) / 255
    without = frames.copy()
    without[source] = 0.0
    lost = convolve(frames, kernel.weights, 0.0, case.settings) - convolve(
        without, kernel.weights, 0.0, case.settings
    )
    expected = np.zeros_like(lost)
    outputs = np.ix_(found.t.outputs, found.y.outputs, found.x.outputs)
    expected[outputs] = found.shares.sum(axis=3)
    assert np.allclose(lost, expected, rtol=0, atol=1e-12)
    assert found.count == found.weights[..., 0].size
    # The boxes cover just these outputs, each once.
    covered = np.zeros(lost.shape[1:], int)
    for (top, left), (bottom, right) in found.boxes():
        covered[top : bottom + 1, left : right + 1] += 1
    reached = np.zeros_like(covered)
    reached[np.ix_(found.y.outputs, found.x.outputs)] = 1
    assert np.array_equal(covered, reached)


def test_seen_from_the_input_the_kernel_is_flipped():
    clip, bank = noise((9, 9, 9, 3)), random_bank(1, (3, 4, 2))
    found = project(clip, bank[0], ConvolutionSettings(), (4, 4, 4))
    assert np.array_equal(found.weights, bank.weights[0, ::-1, ::-1, ::-1])
    assert (found.t.outputs, found.y.outputs, found.x.outputs) == ((2, 3, 4), (1, 2, 3, 4), (3, 4))
    assert found.boxes() == (((1, 3), (4, 4)),)
    assert np.array_equal(found.values, clip.frames[4, 4, 4] / 255)


def test_dilation_leaves_outputs_out_so_there_are_several_boxes():
    clip, bank = noise((3, 9, 9, 1)), random_bank(1, (1, 1, 3), channels=1)
    found = project(clip, bank[0], ConvolutionSettings(dilation=(1, 1, 2)), (1, 4, 4))
    assert found.x.outputs == (0, 2, 4)
    assert found.boxes() == (((4, 0), (4, 0)), ((4, 2), (4, 2)), ((4, 4), (4, 4)))


def test_an_input_between_strides_reaches_nothing():
    found = project(
        noise((2, 3, 7, 1)),
        random_bank(1, (1, 1, 1), channels=1)[0],
        ConvolutionSettings(stride=(1, 1, 2)),
        (0, 0, 3),
    )
    assert found.count == 0
    assert found.boxes() == ()
    assert found.weights.shape == (1, 1, 0, 1)


def test_only_inputs_of_the_clip_reach_anything():
    with pytest.raises(IndexError):
        project(Clip.from_frames(np.zeros((2, 3, 3, 1), np.uint8)), random_bank(1, (1, 1, 1), 1)[0],
                ConvolutionSettings(), (2, 0, 0))  # fmt: skip
