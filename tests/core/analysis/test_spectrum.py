"""The two cuts: values are those of the FFT, spots lie where the motion says."""

import numpy as np
import pytest

from core.analysis.profile import profile
from core.analysis.spectrum import motion_cut, spatial_cut
from core.display.spectra import spectrum_indices
from tests.core.analysis.gabors import EIGHT, gabor, kernel


def centres(first, last, count):
    return first + (np.arange(count) + 0.5) / count * (last - first)


def brightest(cut):
    row, column = np.unravel_index(int(cut.power.argmax()), cut.power.shape)
    height, width = cut.power.shape
    return centres(cut.left, cut.right, width)[column], centres(cut.top, cut.bottom, height)[row]


@pytest.mark.parametrize("direction", EIGHT)
def test_the_spot_lies_where_the_pattern_moves_to(direction):
    one = gabor(direction)
    found = profile(one)
    cut = spatial_cut(one, found)
    assert cut.power.shape == (64, 64) and (cut.left, cut.right) == (-0.5, 0.5)
    x, y = brightest(cut)
    assert (x, y) == (pytest.approx(cut.peak[0], abs=0.02), pytest.approx(cut.peak[1], abs=0.02))
    angle = np.degrees(np.arctan2(y, x))
    assert abs((angle - direction + 180) % 360 - 180) < 10
    assert (cut.top, cut.bottom) == (-0.5, 0.5), "y runs down, as on the screen"


@pytest.mark.parametrize("direction", EIGHT)
def test_motion_lies_on_one_diagonal(direction):
    one = gabor(direction, 0.2, 0.15)
    cut = motion_cut(one, profile(one))
    fs, ft = brightest(cut)
    assert (cut.bottom, cut.top) == (-0.5, 0.5), "ft runs up"
    # f and -f are the same grating: both spots have the sign of a speed along the preferred direction.
    assert fs * ft < 0 and -ft / fs == pytest.approx(0.75, abs=0.12)
    assert cut.peak == (pytest.approx(0.2, abs=0.01), pytest.approx(-0.15, abs=0.01))


def test_spots_on_both_diagonals_and_on_the_axes():
    both = kernel(gabor(0).weights + gabor(180).weights)
    power = motion_cut(both, profile(both)).power
    np.testing.assert_allclose(power, power[::-1], atol=1e-5)
    still = kernel(np.repeat(gabor(0).weights[3:4], 7, axis=0))
    assert abs(brightest(motion_cut(still, profile(still)))[1]) < 0.01
    flicker = kernel(np.array([1.0, 0, -1]).reshape(3, 1, 1) * np.ones((3, 5, 5)))
    assert abs(brightest(motion_cut(flicker, profile(flicker)))[0]) < 0.01


def test_values_are_those_of_the_spectrum(rng):
    one = kernel(rng.normal(size=(4, 5, 6, 3)))
    found, grey = profile(one), one.weights.astype(float).mean(axis=3)
    t, y, x = np.meshgrid(*(np.arange(n) for n in grey.shape), indexing="ij")

    def power(ft, fy, fx):
        return abs((grey * np.exp(-2j * np.pi * (ft * t + fy * y + fx * x))).sum()) ** 2

    top = power(*found.frequency)
    cut = spatial_cut(one, found, 8)
    for row, fy in enumerate(centres(cut.top, cut.bottom, 8)):
        for column, fx in enumerate(centres(cut.left, cut.right, 8)):
            assert cut.power[row, column] == pytest.approx(power(found.frequency[0], fy, fx) / top, abs=1e-6)
    cut = motion_cut(one, found, 8)
    down, across = np.array(found.frequency[1:]) / found.spatial
    for row, ft in enumerate(centres(cut.top, cut.bottom, 8)):
        for column, fs in enumerate(centres(cut.left, cut.right, 8)):
            assert cut.power[row, column] == pytest.approx(power(ft, fs * down, fs * across) / top, abs=1e-6)


def test_the_motion_cut_reaches_the_corner_of_a_diagonal():
    checks = kernel(np.indices((2, 4, 4)).sum(axis=0) % 2 * 2.0 - 1)
    cut = motion_cut(checks, profile(checks))
    assert cut.right == pytest.approx(np.sqrt(0.5)) and cut.left <= cut.peak[0] <= cut.right


def test_zeros_are_dark_and_have_no_peak():
    zero = kernel(np.zeros((3, 3, 3)))
    for cut in (spatial_cut(zero, profile(zero), 8), motion_cut(zero, profile(zero), 8)):
        assert cut.peak is None and not cut.power.any() and not spectrum_indices(cut).any()


def test_power_is_never_above_one_and_becomes_colours(rng):
    one = kernel(rng.normal(size=(5, 5, 5)))
    for cut in (spatial_cut(one, profile(one)), motion_cut(one, profile(one))):
        assert cut.power.min() >= 0 and 0.9 < cut.power.max() <= 1
        np.testing.assert_array_equal(spectrum_indices(cut), np.round(cut.power * 126))
        with pytest.raises(ValueError, match="read-only"):
            cut.power[0] = 0


def test_what_rounding_leaves_of_grey_is_no_spectrum():
    colour = kernel(gabor(0).weights * np.array([1 / 3, 1 / 3, -2 / 3]))
    found = profile(colour)
    for cut in (spatial_cut(colour, found), motion_cut(colour, found)):
        assert cut.peak is None and not cut.power.any()
    red = profile(colour, 0)
    assert spatial_cut(colour, red, channel=0).peak == pytest.approx((0.2, 0.0), abs=0.01)
