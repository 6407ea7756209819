from itertools import product
from math import factorial

import numpy as np
import pytest

from core.errors import FilterError
from core.filters.builtin import make_bank
from core.filters.scale_space import derivative_name
from tests.core.filters.dtft import amplitude, dsi
from tests.core.filters.test_elementary import run


def power_of(shape, orders):
    """Return t^a/a! y^b/b! x^c/c! about the middle."""
    axes = [
        (np.arange(n) - (n - 1) / 2) ** order / factorial(order)
        for n, order in zip(shape, orders, strict=True)
    ]
    return np.einsum("i,j,k->ijk", *axes)


@pytest.mark.parametrize("kernel", [(5, 7, 7), (4, 5, 6)])
def test_every_derivative_gives_1_to_its_power_and_0_to_all_of_lower_order(kernel):
    bank = make_bank("gaussian-derivatives", family="all", kernel=kernel)
    assert len(bank) == 20
    orders = {derivative_name(o): o for o in product(range(4), repeat=3) if sum(o) < 4}
    for one in bank:
        own = orders[one.name]
        for other in orders.values():
            if other == own or (sum(other) < sum(own) and other != own):
                answer = (one.weights[..., 0] * power_of(kernel, other)).sum()
                assert answer == pytest.approx(float(other == own), abs=2e-5), (one.name, other)


def test_sums_are_0_but_for_order_0():
    for one in make_bank("gaussian-derivatives", family="all"):
        assert one.total == pytest.approx(float(one.name == "g"), abs=1e-6)


@pytest.mark.parametrize(("family", "count"), [("first", 3), ("second", 6), ("third", 10)])
def test_families_have_all_derivatives_of_an_order(family, count):
    bank = make_bank("gaussian-derivatives", family=family)
    assert len(bank) == count
    assert [view.key for view in bank.views] == (["energy", "opponent"] if family == "first" else [])
    assert family != "first" or bank.names == ("d/dt", "d/dy", "d/dx")


@pytest.mark.parametrize(
    ("orders", "name"),
    [((0, 0, 0), "g"), ((1, 0, 0), "d/dt"), ((1, 0, 2), "d³/dx²dt"), ((3, 3, 3), "d^9/dx³dy³dt³")],
)
def test_one_of_your_own(orders, name):
    t, y, x = orders
    bank = make_bank("gaussian-derivatives", family="own", order_t=t, order_y=y, order_x=x)
    assert bank.names == (name,)


def test_ramps_through_the_engine_and_smaller_sigma_alike():
    for sigma in (0.6, 2.0):
        bank = make_bank("gaussian-derivatives", family="first", sigma=sigma, tau=sigma, kernel=(5, 5, 5))
        for axis in range(3):
            ramp = np.moveaxis(np.broadcast_to(2 * np.arange(7), (7, 7, 7)), 2, axis)
            assert np.allclose(run(bank, ramp)[axis], 2, atol=1e-3)


def test_its_spectrum_is_that_of_a_gaussian_derivative():
    bank = make_bank("gaussian-derivatives", family="first", sigma=1.2, kernel=(5, 11, 11))
    fx = np.linspace(0, 0.25, 9)
    got = np.abs(amplitude(bank.weights[2], 0, 0, fx))
    assert np.allclose(got, 2 * np.pi * fx * np.exp(-2 * (np.pi * 1.2 * fx) ** 2), atol=0.01)


def test_too_few_taps_for_sigma_are_told():
    assert make_bank("gaussian-derivatives").warnings == ()
    assert "sigma 3" in make_bank("gaussian-derivatives", sigma=3).warnings[0]
    assert "tau 2" in make_bank("gaussian-derivatives", tau=2).warnings[0]
    with pytest.raises(FilterError, match="from 4 to 16"):
        make_bank("gaussian-derivatives", kernel=3)


def test_laplacians_have_sum_0_and_give_the_curvature():
    bank = make_bank("laplacian")
    shape = bank.kernel_size
    bowl = power_of(shape, (0, 2, 0)) + power_of(shape, (0, 0, 2))
    for one in bank:
        assert one.total == pytest.approx(0, abs=1e-6)
        answer = (one.weights[..., 0] * bowl).sum()
        assert answer == pytest.approx(0 if "d/dt" in one.name else 2, abs=1e-5), one.name
    in_time = power_of(shape, (2, 0, 0))
    assert (bank.weights[0, ..., 0] * in_time).sum() == pytest.approx(1, abs=1e-5)
    growing = bowl * power_of(shape, (1, 0, 0))
    assert (bank.weights[2, ..., 0] * growing).sum() == pytest.approx(2, abs=1e-5)


def test_the_space_time_laplacian_is_the_same_along_all_axes():
    kernel = make_bank("laplacian", variant="log-xyt", sigma=1, tau=1, kernel=(7, 7, 7)).weights[0, ..., 0]
    for axes in ((1, 0, 2), (2, 1, 0), (0, 2, 1)):
        assert np.allclose(kernel, kernel.transpose(axes), atol=1e-7)


def test_dog_is_much_like_log():
    log, dog = make_bank("laplacian").weights[[1, 3]].reshape(2, -1)
    assert log @ dog / np.linalg.norm(log) / np.linalg.norm(dog) > 0.9
    assert make_bank("laplacian", variant="dog").names == ("DoG xy · g(t)",)


def test_centre_surround_ignores_flicker_and_what_is_still_and_sees_no_direction():
    bank = make_bank("centre-surround")
    for one in bank:
        assert np.allclose(one.weights.sum(axis=(1, 2)), 0, atol=1e-6)
        assert np.allclose(one.weights.sum(axis=0), 0, atol=1e-6)
        assert abs(dsi(one.weights)) < 1e-5
        assert one.norm == pytest.approx(1, abs=1e-6)


def test_a_bright_spot_that_appears_is_answered_positively():
    frames = np.zeros((16, 15, 15))
    frames[8:, 7, 7] = 200
    for course in ("difference", "fast", "slow"):
        out = run(make_bank("centre-surround", course=course), frames)[0, :, 3, 3]
        assert out[np.abs(out).argmax()] > 0 or course != "difference"
        first = out[np.abs(out) > 0.1 * np.abs(out).max()][0]
        assert first > 0


def test_a_course_that_does_not_fit_is_told():
    assert make_bank("centre-surround").warnings == ()
    assert "slow" in make_bank("centre-surround", kernel=(4, 9, 9)).warnings[0]
    assert make_bank("centre-surround", kernel=(4, 9, 9), course="fast").warnings == ()
