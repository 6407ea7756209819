from math import atan, pi, sqrt

import numpy as np
import pytest

from core.filters.builtin import make_bank
from core.filters.motion_energy import spatial_pair, temporal_filter
from core.filters.parts import biphasic
from tests.core.filters.motion_clips import means, moving, respond, view

FINE = 0.001
ORDERS = (3, 5)


@pytest.fixture(scope="module")
def bank():
    return make_bank("adelson-bergen")


@pytest.mark.parametrize("n", [*ORDERS, 6, 9])
@pytest.mark.parametrize("beta", [1.0, 0.9])
def test_the_temporal_filter_has_its_integral_and_zero_crossing(n, beta):
    k = 2.0
    t = np.arange(0, 40, FINE)
    h = biphasic(k, n, beta, t)
    assert h.sum() * FINE == pytest.approx((1 - beta) / k, abs=1e-9)
    crossing = k * t[np.flatnonzero((h[:-1] > 0) & (h[1:] <= 0))[0]]
    assert crossing == pytest.approx(sqrt((n + 1) * (n + 2) / beta), abs=2 * k * FINE)


@pytest.mark.parametrize(("n", "crossing", "peak"), [(3, 4.472, 2.29), (5, 6.481, 3.88)])
def test_fast_and_slow_peak_and_cross_where_published(n, crossing, peak):
    kt = np.arange(0, 20, FINE)
    h = biphasic(1.0, n, 1.0, kt)
    assert kt[h.argmax()] == pytest.approx(peak, abs=0.01)
    assert kt[np.flatnonzero(h > 0)[-1]] == pytest.approx(crossing, abs=0.002)


def spectrum(n, u):
    """Return H_n at w = u k by summing, k = 1."""
    t = np.arange(0, 60, 0.01)
    return (biphasic(1.0, n, 1.0, t) * np.exp(-1j * u * t)).sum() * 0.01


@pytest.mark.parametrize("u", [0.2, 0.74, 1.0, 2.0])
def test_slow_lags_fast_by_twice_the_angle_and_is_weaker(u):
    fast, slow = spectrum(3, u), spectrum(5, u)
    z = 1 / (1 + 1j * u)
    assert fast == pytest.approx(z**4 - z**6, abs=1e-6)
    assert slow == pytest.approx(z**6 - z**8, abs=1e-6)
    assert np.angle(fast / slow) == pytest.approx(2 * atan(u), abs=1e-5)
    assert abs(fast / slow) == pytest.approx(1 + u**2, rel=1e-5)


def test_even_with_perfect_quadrature_in_space_the_selectivity_is_at_most_0_872():
    us = np.linspace(0.1, 2.5, 241)
    measured = []
    for u in us[::8]:
        fast, slow = spectrum(3, u), spectrum(5, u)
        # Even and odd answer to the drifting grating with 1 and ∓i: the two slanted sums of one pair.
        ahead, back = abs(slow + 1j * fast) ** 2, abs(slow - 1j * fast) ** 2
        measured.append(abs(ahead - back) / (ahead + back))
    formula = 4 * us / (1 + (1 + us**2) ** 2)
    assert measured == pytest.approx(formula[::8], abs=1e-5)
    assert formula.max() == pytest.approx(0.872, abs=5e-4)
    assert us[formula.argmax()] == pytest.approx(0.740, abs=0.01)


@pytest.mark.parametrize(
    ("k", "frames", "fast", "slow"),
    [(2, 9, 0.010, 0.008), (1.5, 12, 0.006, 0.006), (2, 7, 0.022, 0.075), (1, 9, 0.20, 0.63)],
)
def test_sampled_sums_are_off_as_published_and_corrected(k, frames, fast, slow):
    for n, off in ((3, fast), (5, slow)):
        weights, measured = temporal_filter(k, n, 1.0, frames)
        assert measured == pytest.approx(off, abs=0.006)
        assert abs(weights.sum()) < 1e-15
    assert temporal_filter(k, 3, 0.9, frames)[0].sum() == pytest.approx(0.1 / k)


def test_what_does_not_fit_into_the_frames_comes_with_a_warning():
    assert make_bank("adelson-bergen", k=2, frames=7).warnings == ()
    assert make_bank("adelson-bergen", k=1.5, frames=12).warnings == ()
    (short,) = make_bank("adelson-bergen", k=1, frames=9).warnings
    assert "63% off" in short
    assert "more frames or a larger k" in short
    (quick,) = make_bank("adelson-bergen", k=4, frames=9).warnings
    assert "a smaller k" in quick
    (wide,) = make_bank("adelson-bergen", sigma=5).warnings
    assert "cut off a Gaussian of sigma 5" in wide


@pytest.mark.parametrize("profile", [0, 1])
def test_spatial_filters_are_a_pair_at_their_frequency(profile):
    even, odd, across = spatial_pair(profile, 0.125, 3.0)
    assert abs(even.sum()) < 1e-14
    assert abs(odd.sum()) < 1e-14
    assert [np.linalg.norm(part) for part in (even, odd, across)] == pytest.approx([1, 1, 1])
    f = np.linspace(0, 0.5, 501)
    wave = np.exp(-2j * pi * np.outer(f, np.arange(15) - 7))
    powers = np.abs(wave @ even) ** 2, np.abs(wave @ odd) ** 2
    assert f[np.argmax(sum(powers))] == pytest.approx(0.125, abs=0.012)
    assert powers[0][125] == pytest.approx(powers[1][125], rel=0.1)


def test_opponent_energy_is_four_times_the_difference_of_two_products():
    a, a_fast, b, b_fast = np.random.RandomState(0).randn(4, 1000)
    one = (a - b_fast) ** 2 + (a_fast + b) ** 2
    other = (a + b_fast) ** 2 + (a_fast - b) ** 2
    assert np.abs(one - other - 4 * (a_fast * b - a * b_fast)).max() < 4e-16 * np.abs(one).max() * 4


@pytest.mark.parametrize("profile", ["gabor", "cauchy"])
def test_separable_parts_give_the_same_energies_and_opponents_as_slanted_ones(profile):
    slanted = make_bank("adelson-bergen", profile=profile)
    separable = make_bank("adelson-bergen", profile=profile, parts="separable")
    assert np.linalg.norm(slanted.weights.reshape(8, -1), axis=1) == pytest.approx(1, abs=1e-5)
    assert max(np.linalg.matrix_rank(kernel.reshape(9, -1), tol=1e-5) for kernel in separable.weights) == 1
    assert min(np.linalg.matrix_rank(kernel.reshape(9, -1), tol=1e-5) for kernel in slanted.weights) == 2
    clip = moving(20, 1.3, 9)
    responses = [respond(bank, clip) for bank in (slanted, separable)]
    for key in ("energy", "opponent", "direction"):
        views = [view(bank, key) for bank in (slanted, separable)]
        assert views[0].names == views[1].names
        one, other = (
            np.stack(
                [sum(p.weight * r[p.first] * r[p.second] for p in products) for products in each.products]
            )
            for each, r in zip(views, responses, strict=True)
        )
        assert one == pytest.approx(other, abs=2e-6 * np.abs(one).max())


def index(bank, rows):
    """Return (right - left)/(right + left) of an x-t picture (T, X), averaged over its time."""
    clip = np.repeat(rows[:, None, :], 16, axis=1)
    count = bank.kernel_size[0]
    energy = view(bank, "energy")
    sums = sum(means(energy, respond(bank, clip[t : t + count])) for t in range(len(rows) - count + 1))
    right, left = (sums[energy.names.index(name)] for name in "→←")
    return (right - left) / (right + left)


@pytest.fixture(scope="module")
def drifting_row():
    row = np.random.RandomState(1).randn(64)
    return np.stack([np.roll(row, t) for t in range(20)])


def test_a_row_that_drifts_right_its_reverse_and_its_reverse_phi(bank, drifting_row):
    flips = (-1.0) ** np.arange(20)[:, None]
    assert index(bank, drifting_row) > 0.4
    assert index(bank, drifting_row[::-1]) < -0.4
    assert index(bank, drifting_row * flips) < -0.4  # contrast turns over at each step: it seems to go back
    assert index(bank, drifting_row[::-1] * flips) > 0.4


def test_fluted_squares_go_back_and_sines_ahead_in_filters_tuned_to_the_third_harmonic(bank):
    """Steps of a quarter cycle: without its fundamental the square's third harmonic steps three quarters."""
    x, t = np.arange(48), np.arange(20)[:, None]
    sine = np.sin(2 * pi * (x - 6 * t + 0.5) / 24)  # 24 px per cycle, three times 1/8
    fluted = np.sign(sine) - 4 / pi * sine
    assert index(bank, fluted) < -0.4
    assert index(bank, sine) > 0.4


@pytest.mark.parametrize(("cycles", "temporal"), [(8, 0.2), (6, 0.25)])
def test_a_counter_phase_grating_has_no_opponent_energy(bank, cycles, temporal):
    """It is the sum of one grating to the right and one to the left: nothing moves on average over time."""
    x, t = np.arange(64), np.arange(48)[:, None]  # 40 outputs: whole cycles of each temporal frequency
    grating = np.cos(2 * pi * cycles * x / 64) * np.cos(2 * pi * temporal * t)
    assert abs(index(bank, grating)) < 1e-6
    # Not because there is nothing to see: half of it alone drifts.
    alone = np.cos(2 * pi * (cycles * x / 64 - temporal * t))
    assert index(bank, alone) > 0.3


def test_still_pictures_show_only_where_beta_leaves_a_sum():
    still = np.repeat(moving(0, 1.0, 1), 9, axis=0)
    assert np.abs(respond(make_bank("adelson-bergen"), still)).max() < 1e-5
    assert np.abs(respond(make_bank("adelson-bergen", beta=0.5), still)).max() > 0.01


def test_reichardt_is_an_opponent_energy_and_delay_times_undelayed():
    bank = make_bank("reichardt", spacing=2, delay=2)
    assert bank.kernel_size[0] == 3
    clip = moving(0, 1.0, 3)
    a, a_fast, b, b_fast = respond(bank, clip)[:4]
    opponent = view(bank, "opponent").products[0]
    responses = respond(bank, clip)
    shown = sum(p.weight * responses[p.first] * responses[p.second] for p in opponent)
    energies = ((a + b_fast) ** 2 + (a_fast - b) ** 2) - ((a - b_fast) ** 2 + (a_fast + b) ** 2)
    assert shown == pytest.approx(energies, abs=1e-12)
    assert shown == pytest.approx(4 * (a * b_fast - a_fast * b), abs=1e-12)
    assert shown.mean() > 0  # right


def test_reichardt_delays_one_place_and_not_the_other():
    bank = make_bank("reichardt", spacing=4, delay=3)
    by_name = dict(zip(bank.names, bank.weights[..., 0], strict=True))
    for place in ("left", "right", "upper", "lower"):
        delayed, now = by_name[f"{place} delayed"], by_name[f"{place} now"]
        assert np.array_equal(delayed[0], now[-1])
        assert not delayed[1:].any()
        assert not now[:-1].any()
    middle = bank.kernel_size[1] // 2
    brightest = {
        place: np.unravel_index(by_name[f"{place} now"][-1].argmax(), bank.kernel_size[1:])
        for place in ("left", "right", "upper", "lower")
    }
    assert brightest["left"] == (middle, middle - 2)
    assert brightest["right"] == (middle, middle + 2)
    assert brightest["upper"] == (middle - 2, middle)
    assert brightest["lower"] == (middle + 2, middle)


def test_reichardt_sees_fine_patterns_go_backwards_as_its_text_says():
    bank = make_bank("reichardt", spacing=6, delay=1, sigma=0.5)
    x, t = np.arange(64), np.arange(2)[:, None]
    for cycles, sign in ((4, 1), (8, -1)):  # 16 px: less than half a cycle apart; 8 px: more
        rows = np.cos(2 * pi * (cycles * x / 64 - 0.1 * t))
        value = means(view(bank, "opponent"), respond(bank, np.repeat(rows[:, None], 16, axis=1)))[0]
        assert np.sign(value) == sign


def test_slanted_filters_are_the_sums_that_their_names_say(bank):
    separable = make_bank("adelson-bergen", parts="separable")
    parts = dict(zip(separable.names, separable.weights, strict=True))
    signs = {"+": 1, "−": -1}
    for name, kernel in zip(bank.names, bank.weights, strict=True):
        arrow, formula = name.split()
        axis = "x" if arrow in "→←" else "y"
        letters = {
            "A": parts[f"{axis} even slow"],
            "A'": parts[f"{axis} even fast"],
            "B": parts[f"{axis} odd slow"],
            "B'": parts[f"{axis} odd fast"],
        }
        sign = next(each for each in signs if each in formula)
        first, second = formula.split(sign)
        assert np.allclose(kernel, letters[first] + signs[sign] * letters[second], atol=1e-7)
