"""Responses over time, and the moment of the strongest one."""

import numpy as np
import pytest

from core.analysis.traces import MEASURES, strength, strongest, trace
from core.convolution.geometry import AxisMap
from core.errors import UsageError
from core.volume import FeatureVolume


def volume(data, offset=0.0, stride=1):
    array = np.asarray(data, np.float32)
    return FeatureVolume(array, axes=(AxisMap(offset, stride), AxisMap(), AxisMap()))


def test_measures_of_known_frames():
    made = volume([[[1, -3]], [[0, 0]], [[2, 2]]])
    assert trace(made, "mean |r|").values == (2, 0, 2)
    assert trace(made, "max").values == (3, 0, 2)
    assert trace(made, "energy").values == (5, 0, 4)
    assert tuple(MEASURES) == ("mean |r|", "max", "energy")


def test_frames_are_those_of_the_clip():
    assert trace(volume(np.zeros((3, 2, 2)), 1.5, 2), "max").frames == (1.5, 3.5, 5.5)


@pytest.mark.parametrize("measure", MEASURES)
@pytest.mark.parametrize(("offset", "stride"), [(0, 1), (2, 1), (1.5, 1), (0.5, 2), (3.5, 3), (-2, 1)])
def test_the_strongest_moment_shows_that_frame(measure, offset, stride, rng):
    data = rng.normal(size=(6, 3, 4))
    data[4] *= 9
    made = volume(data, offset, stride)
    assert made.at(strongest(made, measure)) == (4, True)


def test_the_first_of_equal_moments_and_never_before_the_clip():
    assert strongest(volume([[[1]], [[1]]], 3), "max") == 3
    assert strongest(volume([[[5]], [[1]]], -2), "max") == 0


def test_large_and_long_responses_do_not_overflow():
    made = volume(np.full((1, 300, 300), 3e30))
    assert trace(made, "energy").values[0] == pytest.approx(9e60, rel=1e-6)
    assert trace(made, "mean |r|").values[0] == pytest.approx(3e30, rel=1e-6)


def test_strength_is_the_mean_magnitude(rng):
    data = rng.normal(size=(4, 20, 20))
    assert strength(volume(data)) == pytest.approx(np.abs(data).mean(), rel=1e-5)


def test_unknown_measures_get_a_sentence():
    with pytest.raises(UsageError, match=r"'median'; choose mean \|r\|, max, energy"):
        trace(volume([[[1]]]), "median")
