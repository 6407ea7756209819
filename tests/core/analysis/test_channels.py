"""A response taken apart by channels: the sums add up, for every geometry."""

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from core.analysis.channels import channel_norms, channel_terms, ranked_channels
from core.convolution.definition import convolve
from core.convolution.geometry import output_shape
from core.convolution.layers import convolve_volumes
from core.filters.kernel import Kernel
from core.settings import ConvolutionSettings
from core.volume import FeatureVolume
from tests.core.convolution.judges import SETTINGS, random_bank


def volumes(count: int, shape: tuple[int, int, int], seed: int = 1) -> list[FeatureVolume]:
    data = np.random.default_rng(seed).standard_normal((count, *shape)).astype(np.float32)
    return [FeatureVolume(array, n) for n, array in enumerate(data)]


@settings(max_examples=25, deadline=None)
@given(
    shape=st.tuples(*[st.integers(1, 7)] * 3),
    size=st.tuples(*[st.integers(1, 4)] * 3),
    count=st.integers(1, 5),
    how=SETTINGS,
    data=st.data(),
)
def test_the_channels_add_up_to_the_stored_response(shape, size, count, how, data):
    outputs = output_shape(shape, size, how)
    assume(0 not in outputs)
    channels, bank = volumes(count, shape), random_bank(2, size, count)
    voxel = tuple(data.draw(st.integers(0, n - 1)) for n in outputs)
    deep = [step for step in convolve_volumes(channels, bank, how) if isinstance(step, FeatureVolume)]
    terms = channel_terms(channels, bank[1], voxel, how, float(deep[1].data[voxel]))
    assert len(terms.channels) == count
    assert terms.agrees
    video = np.stack([volume.data for volume in channels], axis=-1)
    assert terms.output == pytest.approx(
        convolve(video.astype(np.float64), bank.weights[1], bank.bias[1], how)[voxel], abs=1e-9
    )
    linear = ConvolutionSettings(how.padding, how.stride, how.dilation, "none", how.border)
    for n in range(count):  # each channel's sum is what the layer answers to that channel alone
        alone = convolve(
            video[..., n : n + 1].astype(np.float64), bank.weights[1][..., n : n + 1], None, linear
        )
        assert terms.channels[n] == pytest.approx(alone[voxel], abs=1e-9)


def test_a_stored_response_that_is_another_one_is_told():
    channels, bank = volumes(3, (4, 5, 6)), random_bank(1, (2, 2, 2), 3)
    for activation in ("none", "relu", "abs", "square"):
        how = ConvolutionSettings(activation=activation)
        (deep,) = [v for v in convolve_volumes(channels, bank, how) if isinstance(v, FeatureVolume)]
        stored = float(deep.data.max())
        voxel = tuple(int(i) for i in np.unravel_index(deep.data.argmax(), deep.data.shape))
        terms = channel_terms(channels, bank[0], voxel, how, stored)
        assert terms.agrees and 0 < terms.allowed < 1e-2 * stored
        assert not channel_terms(channels, bank[0], voxel, how, stored + 2 * terms.allowed).agrees
        assert terms.total == sum(terms.channels) + terms.bias and terms.bias == bank[0].bias


def test_norms_and_their_order():
    weights = np.zeros((2, 1, 2, 4), np.float32)
    weights[0, 0, 0] = (3, 1, 0, 1)
    weights[1, 0, 1] = (4, 0, 0, 0)
    kernel = Kernel(weights)
    assert channel_norms(kernel) == (5, 1, 0, 1)
    assert ranked_channels(channel_norms(kernel)) == (0, 1, 3, 2)
    assert sum(n * n for n in channel_norms(kernel)) == pytest.approx(kernel.norm**2)


def test_there_are_no_terms_of_a_response_that_is_not_there():
    with pytest.raises(IndexError):
        channel_terms(
            volumes(1, (2, 2, 2)), random_bank(1, (1, 1, 1), 1)[0], (2, 0, 0), ConvolutionSettings(), 0
        )
