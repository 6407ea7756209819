import numpy as np
import pytest

from core.convolution.geometry import AxisMap
from core.volume import FeatureVolume


def volume(shape, seed=0):
    data = np.random.default_rng(seed).standard_normal(shape).astype(np.float32)
    return FeatureVolume(data, axes=(AxisMap(2.0), AxisMap(), AxisMap()))


def test_extremes_are_those_of_the_whole_clip():
    one = volume((3, 4, 5))
    assert one.minimum == one.data.min()
    assert one.maximum == one.data.max()
    assert len(one) == 3


@pytest.mark.parametrize("shape", [(1, 1, 1), (3, 4, 5), (12, 236, 316), (64, 128, 128)])
def test_magnitudes_are_a_sorted_sample_that_percentiles_can_trust(shape):
    one = volume(shape)
    sample = one.magnitudes
    assert len(sample) <= 1 << 15
    assert (np.diff(sample) >= 0).all()
    assert sample.dtype == np.float32
    everything = np.sort(np.abs(one.data), axis=None)
    for q in (50, 90, 99.5):
        assert np.percentile(sample, q) == pytest.approx(np.percentile(everything, q), rel=0.05)


def test_magnitudes_of_stripes_are_not_fooled_by_their_period():
    stripes = np.zeros((16, 256, 256), np.float32)
    stripes[..., ::2] = 1.0
    assert FeatureVolume(stripes).magnitudes.mean() == pytest.approx(0.5, abs=0.01)


def test_a_clip_frame_finds_its_answer_or_learns_that_there_is_none():
    one = volume((12, 2, 2))
    assert one.at(2) == (0, True)
    assert one.at(13) == (11, True)
    assert one.at(1) == (0, False)
    assert one.at(14) == (11, False)
