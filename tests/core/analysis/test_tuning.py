"""Tuning curves against gratings that really drift through the definition of convolution."""

import numpy as np
import pytest

from core.analysis.profile import profile
from core.analysis.tuning import tuning
from core.convolution.definition import convolve
from tests.core.analysis.gabors import EIGHT, gabor, grating, kernel


def measured(weights, frequency):
    """Return the amplitude of the response to a drifting grating: of its two phases a quarter apart."""
    shape = tuple(n + 1 for n in weights.shape[:3])
    clips = [np.repeat(grating(frequency, shape, p), weights.shape[3], 3) for p in (0, np.pi / 2)]
    first, second = (convolve(clip, weights) for clip in clips)
    amplitude = np.hypot(first, second)
    assert np.ptp(amplitude) < 1e-5 * max(float(amplitude.max()), 1e-3), "a grating in is a grating out"
    return float(amplitude.mean())


@pytest.mark.parametrize("channels", [1, 3])
def test_curves_are_what_drifting_gratings_give(channels, rng):
    weights = (gabor(30, 0.2, 0.12, size=(4, 5, 6)).weights * rng.uniform(0.5, 1, channels)).astype(
        np.float32
    )
    found = profile(kernel(weights))
    curves = tuning(kernel(weights), found)
    for i in range(0, len(curves.direction.x), 15):
        angle = np.radians(curves.direction.x[i])
        frequency = (-found.temporal, found.spatial * np.sin(angle), found.spatial * np.cos(angle))
        assert curves.direction.y[i] == pytest.approx(measured(weights, frequency), rel=1e-5, abs=1e-6)
    _, fy, fx = found.frequency
    for i in range(0, len(curves.speed.x), 12):
        frequency = (-curves.speed.x[i] * found.spatial, fy, fx)
        assert curves.speed.y[i] == pytest.approx(measured(weights, frequency), rel=1e-5, abs=1e-6)
        frequency = (-curves.temporal.x[i], fy, fx)
        assert curves.temporal.y[i] == pytest.approx(measured(weights, frequency), rel=1e-5, abs=1e-6)


@pytest.mark.parametrize("direction", EIGHT)
def test_curves_peak_at_the_numbers_of_the_profile(direction):
    one = gabor(direction, 0.2, 0.1, size=(9, 9, 9), tau=2.0)
    found = profile(one)
    curves = tuning(one, found)
    top = max(curves.direction.y)
    assert curves.direction.peak == pytest.approx(found.direction)
    assert curves.speed.peak == pytest.approx(found.speed) and curves.temporal.peak == found.temporal
    for curve, width in ((curves.direction, 360), (curves.speed, 2), (curves.temporal, 1)):
        highest = curve.x[int(np.argmax(curve.y))]
        off = abs(highest - curve.peak)
        assert min(off, abs(off - 360)) < width / 60, "the drawn curve is highest there, too"
        assert max(curve.y) == pytest.approx(top, rel=5e-3)
        assert list(curve.x) == sorted(curve.x) and len(curve.x) == len(curve.y)
    # The other way the filter hardly answers.
    assert curves.speed.y[0] < 0.2 * top and curves.temporal.y[10] < 0.2 * top


def test_both_ends_of_the_circle_are_one_direction():
    curve = tuning(gabor(77), profile(gabor(77))).direction
    assert (curve.x[0], curve.x[-1]) == (0.0, 360.0)
    assert curve.y[0] == pytest.approx(curve.y[-1])


def test_opposite_directions_of_a_separable_filter_are_alike():
    one = kernel(np.multiply.outer([1.0, 0, -1], np.outer([1.0, 2, 1], [1.0, 0, -1])))
    curves = tuning(one, profile(one))
    for curve in (curves.speed, curves.temporal):
        np.testing.assert_allclose(curve.y, curve.y[::-1], atol=1e-9)
    np.testing.assert_allclose(curves.direction.y[:61], curves.direction.y[60:], atol=1e-9)


def test_no_grating_no_peak():
    blur = kernel(np.ones((3, 3, 3)))
    curves = tuning(blur, profile(blur))
    assert curves.direction.peak is None and max(curves.direction.y) == pytest.approx(27)
    assert curves.speed.x == () and curves.speed.peak is None
    assert curves.temporal.peak == 0
    zero = kernel(np.zeros((3, 3, 3)))
    curves = tuning(zero, profile(zero))
    assert not any(curves.direction.y) and curves.direction.peak is None and curves.temporal.peak is None


def test_a_filter_of_one_frame_has_no_best_speed():
    edge = kernel(np.array([1.0, 0, -1]).reshape(1, 1, 3))
    curves = tuning(edge, profile(edge))
    assert curves.speed.peak is None and curves.temporal.peak is None
    assert curves.direction.peak == 0


def test_speeds_stop_at_half_a_cycle_per_frame():
    for f, ft in ((0.3, 0.3), (0.1, 0.05), (0.1, 0.3)):
        one = gabor(0, f, ft, size=(9, 9, 9))
        found = profile(one)
        curve = tuning(one, found).speed
        assert curve.x[-1] * found.spatial <= 0.5 + 1e-9
        assert curve.x[0] == -curve.x[-1] and curve.x[-1] >= found.speed


def test_one_channel_alone():
    weights = np.concatenate([gabor(0).weights, 2 * gabor(90).weights], axis=3)
    found = profile(kernel(weights), 1)
    ours, alone = tuning(kernel(weights), found, 1), tuning(kernel(weights[..., 1:]), found)
    np.testing.assert_allclose(ours.direction.y, alone.direction.y, rtol=1e-9)
