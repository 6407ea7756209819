from math import exp, pi, sqrt

import numpy as np
import pytest

from core.filters.builtin import make_bank
from core.filters.gabor import gabor_pair
from tests.core.filters.dtft import power
from tests.core.filters.motion_clips import means, respond, view


def energy(pair, ft, fy, fx):
    return sum(power(kernel, ft, fy, fx) for kernel in pair)


def selectivity(pair, f, ft):
    there, back = energy(pair, -ft, 0, f), energy(pair, ft, 0, f)
    return float((there - back) / (there + back))


def window(size, sigma, tau):
    t, y, x = np.meshgrid(*(np.arange(n) - (n - 1) / 2 for n in size), indexing="ij")
    return t, x, np.exp(-(x**2 + y**2) / (2 * sigma**2) - t**2 / (2 * tau**2))


def leak(size, sigma, tau, f, ft):
    """Return the cosine's sum as a share of the window's, before it is taken away."""
    t, x, envelope = window(size, sigma, tau)
    return (envelope * np.cos(2 * pi * (f * x - ft * t))).sum() / envelope.sum()


def test_both_of_a_pair_have_sum_0_and_norm_1():
    for pair in (
        gabor_pair((7, 9, 9), 2, 1.2, (-0.2, 0.1, 0.15)),
        gabor_pair((4, 6, 5), 1, 1, (-0.1, 0, 0.2)),
    ):
        assert np.abs(pair.sum(axis=(1, 2, 3))).max() < 1e-14
        assert np.linalg.norm(pair.reshape(2, -1), axis=1) == pytest.approx(1)


@pytest.mark.parametrize(
    ("f", "ft", "leaked", "dsi", "within"),
    [(0.2, 0.2, 0.008, 0.9994, 0.0003), (0.2, 0.15, 0.013, 0.986, 0.003), (0.15, 0.1, 0.13, 0.84, 0.02)],
)
def test_the_compact_pair_has_the_published_numbers(f, ft, leaked, dsi, within):
    """The page's peak .208 and DSI .84 were read off a coarse spectrum; the sum itself says .200 and .825."""
    pair = gabor_pair((7, 9, 9), 2.0, 1.2, (-ft, 0, f))
    assert leak((7, 9, 9), 2.0, 1.2, f, ft) == pytest.approx(leaked, abs=0.004)
    assert selectivity(pair, f, ft) == pytest.approx(dsi, abs=within)


def test_the_compact_pair_peaks_at_its_frequency_and_is_in_quadrature():
    pair = gabor_pair((7, 9, 9), 2.0, 1.2, (-0.2, 0, 0.2))
    axis = np.linspace(0.1, 0.3, 81)
    fx, ft = np.meshgrid(axis, -axis)
    total = energy(pair, ft, 0, fx)
    best = np.unravel_index(total.argmax(), total.shape)
    assert (fx[best], ft[best]) == (pytest.approx(0.2, abs=0.01), pytest.approx(-0.2, abs=0.01))
    even, odd = (power(kernel, -0.2, 0, 0.2) for kernel in pair)
    assert abs(even - odd) / (even + odd) < 0.002


@pytest.mark.parametrize(("f", "ft", "sigma", "tau"), [(0.15, 0.1, 2.0, 1.2), (0.1, 0.1, 2.0, 1.0)])
def test_what_the_cosine_leaks_is_the_formula_where_the_window_is_not_cut(f, ft, sigma, tau):
    formula = exp(-2 * pi**2 * (sigma**2 * f**2 + tau**2 * ft**2))
    assert leak((15, 31, 31), sigma, tau, f, ft) == pytest.approx(formula, rel=1e-3)


def test_heegers_cosine_leaks_nothing_where_the_window_is_not_cut():
    assert abs(leak((13, 41, 41), 4.0, 1.0, 0.25, 0.25)) < 1e-6


@pytest.mark.parametrize(("ft", "dsi"), [(0.25, 0.9999), (0.15, 0.944)])
def test_the_opposite_direction_leaks_through_a_short_window_as_the_formula_says(ft, dsi):
    """The page's formula, and for frames the same once more: past half a cycle it comes in from behind."""
    pair = gabor_pair((13, 15, 15), 3.0, 1.0, (-ft, 0, 0.25))
    ratio = sqrt(energy(pair, ft, 0, 0.25) / energy(pair, -ft, 0, 0.25))
    continuous, folded = (exp(-2 * pi**2 * d**2) for d in (2 * ft, 1 - 2 * ft))
    assert continuous == pytest.approx({0.25: 0.0072, 0.15: 0.169}[ft], rel=0.01)
    assert ratio == pytest.approx(continuous + folded, rel=0.08)
    assert selectivity(pair, 0.25, ft) == pytest.approx(dsi, abs=4e-4)


@pytest.mark.parametrize(
    ("parameters", "words"),
    [
        ({}, ()),
        ({"frequency": 0.15, "speed": 0.1 / 0.15}, ("0.30, below 0.35", "0.12, below 0.15")),
        ({"sigma": 1.7}, ("0.34, below 0.35",)),
        ({"speed": 0.5}, ("0.12, below 0.15",)),
        ({"speed": 2.4}, ("look alike",)),
        ({"kernel": (3, 9, 9)}, ("3 frames cut off a window of tau 1.2",)),
        ({"kernel": (7, 5, 5)}, ("5 pixels cut off a window of sigma 2",)),
    ],
)
def test_windows_too_small_for_their_cycles_come_with_a_warning(parameters, words):
    warnings = make_bank("gabor", **parameters).warnings
    assert len(warnings) == len(words)
    assert all(word in sentence for word, sentence in zip(words, warnings, strict=True))


@pytest.mark.parametrize("count", [2, 4, 8, 16])
def test_as_many_pairs_as_directions_were_asked_for(count):
    bank = make_bank("gabor", directions=count, size="5x7x7")
    assert bank.weights.shape == (2 * count, 5, 7, 7, 1)
    keys = [each.key for each in bank.views]
    assert keys == (["energy", "opponent", "direction"] if count > 2 else ["energy", "opponent"])
    assert len(view(bank, "opponent").names) == (2 if count > 2 else 1)


def test_the_energy_of_a_drifting_grating_is_steady_where_the_responses_swing():
    bank = make_bank("gabor")
    x = np.arange(40)
    frames = [np.cos(2 * pi * 0.2 * (x - t)) for t in range(12)]
    clip = np.repeat(np.stack(frames)[:, None], 16, axis=1)
    swinging = np.stack([respond(bank, clip[t : t + 7])[:, 0, 0] for t in range(5)])
    squares = swinging[:, 0] ** 2 + swinging[:, 1] ** 2
    assert np.ptp(squares) < 0.005 * squares.mean()
    assert np.ptp(swinging[:, 0]) > 1.5 * np.sqrt(squares.mean())


def test_heegers_twelve_are_four_orientations_by_three_temporal_frequencies():
    bank = make_bank("heeger")
    assert len(bank) == 24
    energy_view = view(bank, "energy")
    assert energy_view.names == (*"→↘↓↙←↖↑↗", "still │", "still ╱", "still ─", "still ╲")
    assert len(view(bank, "direction").products) == 8
    for i, name in enumerate(energy_view.names):
        ft, fy, fx = (0.0 if abs(f) < 0.02 else f for f in peak_of_pair(bank.weights[2 * i : 2 * i + 2]))
        assert np.hypot(fx, fy) == pytest.approx(0.25, abs=0.02)
        assert abs(ft) == (0 if name.startswith("still") else pytest.approx(0.25, abs=0.02))


def peak_of_pair(pair):
    """Return (ft, fy, fx) of the energy's peak on a grid."""
    spectra = np.abs(np.fft.fftn(pair[..., 0], (32, 64, 64), axes=(1, 2, 3))) ** 2
    place = np.unravel_index(spectra.sum(axis=0).argmax(), spectra.shape[1:])
    return tuple(np.fft.fftfreq(n)[i] for i, n in zip(place, spectra.shape[1:], strict=True))


def test_heegers_pairs_tell_directions_apart_though_the_window_is_cut():
    pair = make_bank("heeger").weights[:2]
    assert selectivity(pair, 0.25, 0.25) > 0.99


@pytest.mark.parametrize(
    ("angle", "name"), [(0, "still │"), (45, "still ╱"), (90, "still ─"), (135, "still ╲")]
)
def test_still_stripes_are_drawn_as_they_stand(angle, name):
    y, x = np.mgrid[:32, :32]
    # 8 cycles along the axes, 6 by 6 across the corners: near 1/4 cycle/px, and whole.
    cycles = {0: (8, 0), 45: (6, 6), 90: (0, 8), 135: (-6, 6)}[angle]
    stripes = np.cos(2 * pi * (cycles[0] * x + cycles[1] * y) / 32)
    bank = make_bank("heeger")
    values = means(view(bank, "energy"), respond(bank, np.broadcast_to(stripes, (7, 32, 32))))
    assert view(bank, "energy").names[values.argmax()] == name
    if angle == 45:  # "╱": it rises to the right, so from here up and right is the same brightness
        assert stripes[10, 10] == pytest.approx(stripes[9, 11])
