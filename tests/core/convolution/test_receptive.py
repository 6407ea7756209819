"""Receptive fields through layers: the formula, the layers put together, and perturbed inputs."""

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from core.convolution.definition import convolve
from core.convolution.field import receptive_field
from core.convolution.pooling import Pooling, pooled
from core.convolution.receptive import Stack, Step
from core.settings import BORDERS, ConvolutionSettings

SMALL = st.tuples(*[st.integers(1, 3)] * 3)
TWO = st.tuples(*[st.integers(1, 2)] * 3)
SLIDING = st.builds(
    ConvolutionSettings,
    padding=st.sampled_from(["valid", "same"]) | st.tuples(*[st.integers(0, 2)] * 3),
    stride=TWO,
    dilation=TWO,
    border=st.sampled_from(BORDERS),
)
PLAIN = ConvolutionSettings()


def answer(video, first, how, pooling, second, then):
    """Return the second layer of a clip (T, H, W), by the definition."""
    middle = convolve(video[..., None], first, None, how)
    small = pooled(middle.astype(np.float32), pooling)
    return convolve(small.astype(np.float64)[..., None], second, None, then)


def stack_for(shape, first, how, pooling, second, then):
    return Stack(shape, [Step(first, how), Step(pooling.size, pooling.sliding), Step(second, then)])


def test_the_formula_by_hand():
    """Two 5x5x5 kernels with a pooling of 2 between: 5 + 1 + 4 * 2 = 14 pixels, in steps of 2; 9 frames."""
    stack = stack_for((16, 240, 320), (5, 5, 5), PLAIN, Pooling("max", (1, 2, 2)), (5, 5, 5), PLAIN)
    assert stack.shapes == ((16, 240, 320), (12, 236, 316), (12, 118, 158), (8, 114, 154))
    assert [stack.receptive_field(n) for n in range(4)] == [(1, 1, 1), (5, 5, 5), (5, 6, 6), (9, 14, 14)]
    assert [stack.jump(n) for n in range(4)] == [(1, 1, 1), (1, 1, 1), (1, 2, 2), (1, 2, 2)]
    strided = Stack(
        (40, 40, 40),
        [
            Step((3, 3, 3), ConvolutionSettings(stride=(1, 2, 3), dilation=(2, 1, 1))),
            Step((3, 2, 1), ConvolutionSettings(stride=(2, 2, 2), dilation=(1, 3, 1))),
        ],
    )
    assert strided.receptive_field(2) == (5 + 2 * 1, 3 + 3 * 2, 3)
    assert strided.jump(2) == (2, 4, 6)


@settings(max_examples=25, deadline=None)
@given(first=SMALL, how=SLIDING, size=TWO, second=SMALL, then=SLIDING, data=st.data())
def test_the_formula_is_how_far_the_composed_boxes_reach(first, how, size, second, then, data):
    """From the first tap of the first tap to the last tap of the last tap; neighbours are a jump apart."""
    stack = stack_for((9, 10, 11), first, how, Pooling("max", size), second, then)
    assume(0 not in stack.shapes[3])
    for level in (1, 2, 3):
        place = tuple(data.draw(st.integers(0, n - 1)) for n in stack.shapes[level])
        field = stack.field(place, level)
        assert tuple(reach.size for reach in field.axes) == stack.receptive_field(level)
        for axis in range(3):
            if place[axis] + 1 < stack.shapes[level][axis]:
                after = list(place)
                after[axis] += 1
                further = stack.field(tuple(after), level).axes[axis].first
                assert further - field.axes[axis].first == stack.jump(level)[axis]


@settings(max_examples=25, deadline=None)
@given(first=SMALL, how=SLIDING, size=TWO, second=SMALL, then=SLIDING, data=st.data())
def test_what_is_seen_is_what_each_layer_sees_of_the_next(first, how, size, second, then, data):
    """Level by level with `core.convolution.field` for whole voxels, not for each axis alone."""
    stack = stack_for((7, 8, 9), first, how, Pooling("max", size), second, then)
    assume(0 not in stack.shapes[3])
    voxel = tuple(data.draw(st.integers(0, n - 1)) for n in stack.shapes[3])
    seen = {voxel}
    for level in (3, 2, 1):
        step = stack.steps[level - 1]
        below = set()
        for place in seen:
            axes = receptive_field(place, stack.shapes[level - 1], step.kernel, step.settings).axes
            kept = [{s for s in axis.sources if s is not None} for axis in axes]
            below |= {(t, y, x) for t in kept[0] for y in kept[1] for x in kept[2]}
        seen = below
        t, y, x = (reach.sources for reach in stack.field(voxel, 3, level - 1).axes)
        assert seen == {(i, j, k) for i in t for j in y for k in x}


@settings(max_examples=20, deadline=None)
@given(
    first=SMALL, how=SLIDING, size=TWO, second=SMALL, then=SLIDING, seed=st.integers(0, 2**31), data=st.data()
)
def test_the_truth_only_and_all_inputs_in_the_field_change_the_response(
    first, how, size, second, then, seed, data
):
    """Linear layers with positive weights cannot cancel, so every input that counts shows."""
    shape, pooling = (6, 6, 7), Pooling("mean", size)
    stack = stack_for(shape, first, how, pooling, second, then)
    assume(0 not in stack.shapes[3])
    voxel = tuple(data.draw(st.integers(0, n - 1)) for n in stack.shapes[3])
    rng = np.random.default_rng(seed)
    weights = [rng.uniform(0.5, 1.5, (*kernel, 1)) for kernel in (first, second)]
    field = stack.field(voxel, 3)
    inside = np.zeros(shape, bool)
    inside[np.ix_(*(reach.sources for reach in field.axes))] = True

    def response(video):
        return answer(video, weights[0], how, pooling, weights[1], then)[voxel]

    video = rng.uniform(0, 1, shape)
    before = response(video)
    assert response(np.where(inside, video, video + 100)) == before
    # A few of those inside, each alone.
    places = np.argwhere(inside)
    for t, y, x in rng.permutation(places)[:6]:
        changed = video.copy()
        changed[t, y, x] += 100
        assert response(changed) > before + 1e-3


def test_through_relu_and_max_nothing_outside_counts():
    how = ConvolutionSettings("same", stride=(1, 2, 1), activation="relu", border="reflect")
    then = ConvolutionSettings(dilation=(1, 1, 2), activation="abs")
    pooling, rng = Pooling("max", (2, 1, 2)), np.random.default_rng(8)
    first, second = rng.standard_normal((3, 3, 3, 1)), rng.standard_normal((2, 2, 2, 1))
    video = rng.standard_normal((8, 12, 14))
    stack = stack_for(video.shape, (3, 3, 3), how, pooling, (2, 2, 2), then)
    before = answer(video, first, how, pooling, second, then)
    assert before.shape == stack.shapes[3]
    changes = 0
    for voxel in [(0, 0, 0), (1, 2, 1), tuple(n - 1 for n in stack.shapes[3])]:
        inside = np.zeros(video.shape, bool)
        inside[np.ix_(*(reach.sources for reach in stack.field(voxel, 3).axes))] = True
        outside = np.where(inside, video, rng.standard_normal(video.shape))
        assert answer(outside, first, how, pooling, second, then)[voxel] == before[voxel]
        within = np.where(inside, rng.standard_normal(video.shape), video)
        changes += answer(within, first, how, pooling, second, then)[voxel] != before[voxel]
    assert changes == 3


def test_padding_that_is_zero_is_reached_but_not_seen():
    stack = Stack((4, 5, 6), [Step((3, 3, 3), ConvolutionSettings("same")), Step((3, 1, 1), PLAIN)])
    field = stack.field((0, 0, 5), 2)
    assert (field.t.first, field.t.last, field.t.sources) == (-1, 3, (0, 1, 2, 3))
    assert (field.y.first, field.y.last, field.y.sources) == (-1, 1, (0, 1))
    assert (field.x.first, field.x.last, field.x.sources) == (4, 6, (4, 5))
    wide = Stack((2, 2, 2), [Step((1, 1, 1), ConvolutionSettings((3, 3, 3)))])
    assert wide.field((0, 4, 0), 1).t.sources == ()  # nothing but zeros
    assert wide.field((0, 4, 0), 1).y.sources == (1,)


def test_what_strides_step_over_is_not_seen():
    stack = Stack(
        (20, 1, 1), [Step((1, 1, 1), ConvolutionSettings(stride=(3, 1, 1))), Step((2, 1, 1), PLAIN)]
    )
    assert stack.field((1, 0, 0), 2).t.sources == (3, 6)
    assert stack.field((1, 0, 0), 2, 1).t.sources == (1, 2)


def test_there_is_no_field_of_a_response_that_is_not_there():
    stack = Stack((4, 4, 4), [Step((3, 3, 3), PLAIN), Step((3, 3, 3), PLAIN)])
    assert stack.shapes == ((4, 4, 4), (2, 2, 2), (0, 0, 0))
    with pytest.raises(IndexError, match=r"no response \(0, 0, 0\) among \(0, 0, 0\)"):
        stack.field((0, 0, 0), 2)
    with pytest.raises(IndexError):
        stack.field((0, 2, 0), 1)
    assert Stack((1, 4, 4), [Step((2, 1, 1), PLAIN), Step((1, 1, 1), PLAIN)]).shapes[1:] == (
        (0, 4, 4),
        (0, 0, 0),
    )
