import math

import numpy as np
import pytest

from core.errors import FilterError
from core.filters import parts


@pytest.mark.parametrize("count", [1, 2, 5, 16])
@pytest.mark.parametrize("sigma", [0.01, 0.3, 1.0, 4.0])
def test_blurs_have_sum_1_and_are_symmetric(count, sigma):
    for taps in (parts.box(count), parts.gaussian(count, sigma)):
        assert taps.sum() == pytest.approx(1, abs=1e-12)
        assert np.allclose(taps, taps[::-1], atol=0, rtol=1e-12)


def test_a_gaussian_is_the_formula():
    assert parts.gaussian(5, 1.0) / parts.gaussian(5, 1.0)[2] == pytest.approx(
        [math.exp(-2), math.exp(-0.5), 1, math.exp(-0.5), math.exp(-2)]
    )


@pytest.mark.parametrize("count", [4, 5, 9, 16])
@pytest.mark.parametrize("sigma", [0.5, 1.2, 4.0])
@pytest.mark.parametrize("order", [0, 1, 2, 3])
def test_a_derivative_gives_1_to_its_own_power_and_0_to_lower_ones(count, sigma, order):
    taps, x = parts.gaussian_derivative(count, sigma, order), parts.positions(count)
    for power in range(order):
        assert taps @ x**power == pytest.approx(0, abs=1e-9)
    assert taps @ (x**order / math.factorial(order)) == pytest.approx(1, abs=1e-9)


@pytest.mark.parametrize("order", [1, 2, 3])
def test_with_room_enough_a_derivative_is_the_sampled_formula(order):
    x = parts.positions(41)
    g = np.exp(-(x**2) / 8) / math.sqrt(8 * math.pi)
    formula = {1: x / 4, 2: x**2 / 16 - 1 / 4, 3: x**3 / 64 - 3 * x / 16}[order] * g
    assert np.allclose(parts.gaussian_derivative(41, 2.0, order), formula, atol=1e-6)


@pytest.mark.parametrize(("count", "sigma", "order"), [(1, 1.0, 1), (2, 1.0, 2), (3, 1.0, 3), (5, 0.05, 2)])
def test_too_few_taps_are_told(count, sigma, order):
    with pytest.raises(FilterError, match="taps"):
        parts.gaussian_derivative(count, sigma, order)


@pytest.mark.parametrize("order", [3, 5])
def test_biphasic_is_adelson_and_bergen_with_the_newest_frame_last(order):
    taps = parts.biphasic_taps(9, order)
    age = 2.0 * np.arange(9)
    formula = age**order * np.exp(-age)
    formula *= 1 / math.factorial(order) - age**2 / math.factorial(order + 2)
    assert taps.sum() == pytest.approx(0, abs=1e-12)
    assert np.linalg.norm(taps) == pytest.approx(1)
    assert np.allclose(taps[::-1], formula / np.linalg.norm(formula), atol=0.03)
    early, late = taps[::-1][1:3], taps[::-1][4:]
    assert early.max() > 0 > late.min()


def test_kernels_of_other_sizes_get_zeros_around():
    bank = parts.stacked([np.ones((1, 1, 1)), np.ones((3, 1, 5)), np.ones((2, 1, 5))])
    assert bank.shape == (3, 3, 1, 5, 1)
    assert bank[0, 1, 0, 2, 0] == bank[0].sum() == 1
    assert bank[2, :, 0, 0, 0].tolist() == [0, 1, 1]


@pytest.mark.parametrize(
    ("degrees", "name"), [(0, "→"), (45, "↘"), (90, "↓"), (180, "←"), (-90, "↑"), (405, "↘"), (22.5, "22.5°")]
)
def test_directions_have_arrows_or_degrees(degrees, name):
    assert parts.arrow(degrees) == name


def test_what_is_cut_off_is_told():
    assert parts.cut_off((5, 7, 9), 1.0, 1.5) == ()
    assert parts.cut_off((1, 1, 1), 0.0, 0.0) == ()
    time, space = parts.cut_off((5, 9, 7), 2.0, 2.5)
    assert "5 frames" in time
    assert "9" in time
    assert "7 pixels" in space


def test_nobody_is_told_to_take_more_taps_than_a_kernel_has():
    (sentence,) = parts.cut_off((5, 7, 7), 0.0, 4.0, "across")
    assert sentence == "7 pixels cut off a Gaussian of across 4: take 16, or a smaller across."
    assert parts.cut_off((5, 16, 16), 0.0, 4.0) == ()
