"""Pooling against a plain loop, and where its outputs lie in the clip."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.convolution.definition import convolve
from core.convolution.geometry import AxisMap
from core.convolution.layers import convolve_volumes, frames_in_place
from core.convolution.pooling import POOLING_KINDS, Pooling, check_pooling, pooled, pooled_volume
from core.errors import FilterError, UsageError
from core.filters.bank import FilterBank
from core.volume import FeatureVolume

SIZES = st.tuples(*[st.integers(1, 3)] * 3)


def by_hand(data: np.ndarray, pooling: Pooling) -> np.ndarray:
    """Return the blocks' maxima or means, block by block."""
    counts = [n // k for n, k in zip(data.shape, pooling.size, strict=True)]
    out = np.zeros(counts)
    for place in product(*map(range, counts)):
        box = tuple(slice(i * k, (i + 1) * k) for i, k in zip(place, pooling.size, strict=True))
        values = data[box].astype(np.float64).ravel()
        out[place] = max(values) if pooling.kind == "max" else sum(values) / len(values)
    return out


@settings(max_examples=30, deadline=None)
@given(
    shape=st.tuples(*[st.integers(1, 8)] * 3),
    size=SIZES,
    kind=st.sampled_from(POOLING_KINDS),
    seed=st.integers(0, 2**31),
)
def test_pooling_is_the_plain_loop(shape, size, kind, seed):
    data = np.random.default_rng(seed).standard_normal(shape).astype(np.float32)
    before = data.copy()
    pooling = Pooling(kind, size)
    found, expected = pooled(data, pooling), by_hand(data, pooling)
    assert found.shape == expected.shape == pooling.output_shape(shape)
    assert found.dtype == np.float32
    if kind == "max":
        assert np.array_equal(found, expected.astype(np.float32))
    else:
        assert np.allclose(found, expected, atol=1e-6)
    assert np.array_equal(data, before)


def test_mean_pooling_is_a_convolution_with_equal_weights_and_that_stride():
    data = np.random.default_rng(3).standard_normal((5, 9, 7)).astype(np.float32)
    pooling = Pooling("mean", (2, 3, 2))
    weights = np.full((*pooling.size, 1), 1 / 12)
    assert np.allclose(
        pooled(data, pooling), convolve(data[..., None], weights, None, pooling.sliding), atol=1e-6
    )


def test_a_block_that_is_not_whole_is_left_out():
    data = np.arange(7, dtype=np.float32).reshape(1, 1, 7)
    assert pooled(data, Pooling("max", (1, 1, 3))).tolist() == [[[2.0, 5.0]]]  # 6 is in no whole block


def test_negative_responses_stay_negative():
    """The largest of negative numbers is none that is not there, such as a 0 to begin with."""
    data = np.full((2, 2, 2), -3.0, np.float32)
    data[0, 0, 0] = -1.0
    assert pooled(data, Pooling("max", (2, 2, 2))).item() == -1.0


@settings(max_examples=20, deadline=None)
@given(size=SIZES, offsets=st.tuples(*[st.floats(0, 3).map(lambda x: round(x * 2) / 2)] * 3))
def test_a_pooled_response_lies_in_the_middle_of_its_block(size, offsets):
    axes = tuple(AxisMap(offset, stride) for offset, stride in zip(offsets, (1, 2, 3), strict=True))
    data = np.zeros((6, 7, 9), np.float32)
    made = pooled_volume(FeatureVolume(data, 3, "this", axes), data, Pooling("max", size))
    assert (made.index, made.name) == (3, "this")
    for axis, (before, k, n) in zip(made.axes, zip(axes, size, made.data.shape, strict=True), strict=True):
        for i in range(n):
            block = [before.to_input(i * k + j) for j in range(k)]
            assert axis.to_input(i) == pytest.approx(sum(block) / k)


def test_pooled_volumes_are_what_a_further_layer_takes():
    rng = np.random.default_rng(5)
    room = np.empty((3, 2, 3, 4), np.float32)
    volumes = [
        pooled_volume(FeatureVolume(data, n, f"filter {n}"), data, Pooling("max", (2, 2, 2)), out)
        for n, (data, out) in enumerate(
            zip(rng.standard_normal((3, 5, 7, 8)).astype(np.float32), room, strict=True)
        )
    ]
    assert all(not v.data.flags.writeable and v.data.flags.c_contiguous for v in volumes)
    assert all(v.data.dtype == np.float32 for v in volumes)
    assert frames_in_place([v.data for v in volumes]) is not None
    (deep,) = (
        step
        for step in convolve_volumes(volumes, FilterBank.from_weights(np.ones((1, 1, 1, 1, 3))))
        if isinstance(step, FeatureVolume)
    )
    assert np.allclose(deep.data, room.sum(axis=0), atol=1e-5)
    assert deep.axes == volumes[0].axes == (AxisMap(0.5, 2),) * 3


@pytest.mark.parametrize(("kind", "size"), [("max", (0, 1, 1)), ("max", (1, 4, 1)), ("mean", (1, 1))])
def test_only_blocks_of_1_to_3_are_pooled(kind, size):
    with pytest.raises(UsageError, match=r"1 to 3 voxels along each axis"):
        Pooling(kind, size)
    with pytest.raises(UsageError, match=r"max or mean, not 'min'"):
        Pooling("min")  # type: ignore[arg-type]


def test_blocks_larger_than_the_volumes_are_refused_with_both_sizes():
    check_pooling((3, 5, 2), Pooling("max", (3, 3, 2)))
    with pytest.raises(FilterError, match=r"Pooling 3×2×2 .* only 2×5×7 responses"):
        check_pooling((2, 5, 7), Pooling("max", (3, 2, 2)))


def test_idle_pooling_changes_nothing():
    data = np.random.default_rng(1).standard_normal((2, 3, 4)).astype(np.float32)
    assert Pooling("mean", (1, 1, 1)).idle and not Pooling("mean", (1, 2, 1)).idle
    assert np.array_equal(pooled(data, Pooling("mean", (1, 1, 1))), data)
