import numpy as np
import pytest

from core.filters.builtin import make_bank
from core.filters.derivatives import FARID_D, FARID_P
from tests.core.filters.dtft import dsi, moving_texture, responses
from tests.core.filters.test_elementary import run

BANKS = ("sobel", "prewitt", "scharr", "farid-simoncelli")


@pytest.mark.parametrize("name", BANKS)
def test_a_unit_ramp_along_its_own_axis_gives_1_and_along_others_0(name):
    bank = make_bank(name)
    assert bank.names == ("d/dt", "d/dy", "d/dx")
    for axis in range(3):
        ramp = np.moveaxis(np.broadcast_to(np.arange(9), (9, 9, 9)), 2, axis)
        out = run(bank, ramp)
        for own in range(3):
            assert np.allclose(out[own], float(own == axis), atol=1e-4)


@pytest.mark.parametrize("name", BANKS)
def test_sums_are_0_and_the_three_are_permutations_of_one_another(name):
    t, y, x = make_bank(name).weights[..., 0]
    assert [abs(one.sum()) < 1e-6 for one in (t, y, x)] == [True] * 3
    assert np.array_equal(t.transpose(1, 0, 2), y)
    assert np.array_equal(t.transpose(2, 1, 0), x)


@pytest.mark.parametrize(
    ("name", "smooth", "divisor"),
    [("sobel", [1, 2, 1], 32), ("prewitt", [1, 1, 1], 18), ("scharr", [3, 10, 3], 512)],
)
def test_whole_numbers_with_the_known_divisors(name, smooth, divisor):
    kernel = np.einsum("i,j,k->ijk", smooth, smooth, [-1, 0, 1]) / divisor
    assert np.allclose(make_bank(name).weights[2, ..., 0], kernel, atol=1e-7)


def test_farid_and_simoncellis_published_taps_have_a_slope_below_1():
    assert FARID_P.sum() == pytest.approx(1, abs=1e-6)
    assert abs(FARID_D.sum()) < 1e-16
    assert FARID_D @ np.arange(-2, 3) == pytest.approx(0.9918, abs=5e-5)


@pytest.mark.parametrize("name", BANKS)
def test_each_alone_sees_no_direction_but_the_product_of_two_does(name):
    bank = make_bank(name)
    assert all(abs(dsi(one.weights)) < 1e-5 for one in bank)
    view = next(view for view in bank.views if view.key == "opponent")
    for vx, vy, signs in ((1, 0, (1, 0)), (-1, 0, (-1, 0)), (0, 1, (0, 1)), (0, -1, (0, -1))):
        # Smoothed noise, so that one pixel is a small step for it.
        clip = moving_texture(vx, vy)
        clip = sum(np.roll(clip, (i, j), axis=(1, 2)) for i in range(4) for j in range(4))
        r = responses(bank.weights, clip)
        tiles = [sum(p.weight * (r[p.first] * r[p.second]).mean() for p in terms) for terms in view.products]
        scale = (r**2).mean()
        for tile, sign in zip(tiles, signs, strict=True):
            if sign:
                assert tile * sign > 0.3 * scale
            else:
                assert abs(tile) < 0.2 * scale
