from math import pi, sqrt

import numpy as np
import pytest

from core.filters import steerable
from core.filters.builtin import make_bank
from core.filters.steering import basis, exponents, motion_axes, steered
from tests.core.filters.dtft import dsi, peak, power

DIAGONAL = np.array([[1.0, 0.0, 1.0]]) / sqrt(2)
G = np.meshgrid(*[np.linspace(-3, 3, 13)] * 3, indexing="ij")  # t, y, x
SPACING = 0.5**1.5


def directions(count=20, seed=0):
    axes = np.random.RandomState(seed).randn(count, 3)
    return axes / np.linalg.norm(axes, axis=1, keepdims=True)


def along(axes):
    """Return q = n . (x, y, t) on the grid of 13 samples (N, 13, 13, 13) and the Gaussian."""
    t, y, x = G
    return np.einsum("na,atyx->ntyx", axes, np.stack([x, y, t])), np.exp(-(x**2 + y**2 + t**2))


def test_there_are_as_many_basis_filters_as_forms():
    assert [len(exponents(order)) for order in (1, 2, 3, 6)] == [3, 6, 10, 28]
    parts = steerable.hermite_parts(np.linspace(-2, 2, 5), 2)
    assert basis(parts).shape == (6, 5, 5, 5)
    assert np.allclose(
        steered(parts, [[1.0, 0, 0]])[0], np.einsum("t,y,x->tyx", parts[0], parts[0], parts[2])
    )


def test_g2_steered_from_six_separable_filters_is_the_formula():
    axes = directions()
    q, gauss = along(axes)
    scale = 2 / sqrt(3) * (2 / pi) ** 0.75
    assert scale == pytest.approx(0.8230, abs=5e-5)
    formula = scale * (2 * q**2 - 1) * gauss * SPACING
    assert np.abs(steerable.g2(13, 3.0, axes, zero_mean=False) - formula).max() < 4e-15


def test_h2_steered_from_ten_separable_filters_is_the_formula_but_for_rounded_constants():
    axes = directions(seed=1)
    q, gauss = along(axes)
    formula = 0.877776 * (q**3 - 2.254 * q) * gauss * SPACING
    assert np.abs(steerable.h2(13, 3.0, axes) - formula).max() < 1e-6


def test_g3_steered_from_ten_separable_filters_is_the_formula():
    axes = directions(seed=2)
    q, gauss = along(axes)
    formula = -4 * 0.184 * (2 * q**3 - 3 * q) * gauss * SPACING
    assert np.abs(steerable.g3(13, 3.0, axes) - formula).max() < 4e-15


@pytest.mark.parametrize("make", [steerable.g2, steerable.h2, steerable.g3])
def test_constants_give_the_norm_1(make):
    # 15 samples from -3.5 to 3.5: all of the function, finely.
    norms = np.linalg.norm(make(15, 3.5, directions()).reshape(20, -1), axis=1)
    assert norms == pytest.approx(1, abs=3e-4)


def energy_numbers(taps, radius):
    """Return DC of G2 before removal, peak |f|, DSI and phase modulation of the energy along (1, 0, 1)."""
    raw = steerable.g2(taps, radius, DIAGONAL, zero_mean=False)[0]
    pair = (steerable.g2(taps, radius, DIAGONAL)[0], steerable.h2(taps, radius, DIAGONAL)[0])
    reach = np.linspace(0.05, 0.45, 401) / sqrt(2)
    even, odd = (power(kernel, reach, 0, reach) for kernel in pair)
    best = int(np.argmax(even + odd))
    f = reach[best]
    there, back = even[best] + odd[best], sum(power(kernel, -f, 0, f) for kernel in pair)
    modulation = (even[best] - odd[best]) / there
    return raw.sum() / np.abs(raw).sum(), f * sqrt(2), (there - back) / (there + back), abs(modulation)


@pytest.mark.parametrize(
    ("taps", "radius", "dc", "frequency", "selectivity", "modulation"),
    [
        (5, 2, -0.0055, 0.324, 0.998, 0.094),
        (7, 2, -0.0084, 0.206, 0.9999, 0.073),
        (7, 3, -0.0025, 0.324, 0.998, 0.092),
        (9, 3, 0.0000, 0.236, 1.000, 0.069),
        (13, 3, -0.0001, 0.163, 0.9985, 0.064),
    ],
)
def test_sampled_pairs_have_the_published_numbers(taps, radius, dc, frequency, selectivity, modulation):
    measured = energy_numbers(taps, radius)
    assert measured[0] == pytest.approx(dc, abs=1e-4)
    assert measured[1] == pytest.approx(frequency, abs=0.015)  # they were read off bins 0.03 wide
    assert measured[2] == pytest.approx(selectivity, abs=0.0015)
    assert measured[3] == pytest.approx(modulation, abs=0.006)


@pytest.mark.parametrize(("taps", "radius"), [(5, 2.0), (7, 2.0), (9, 3.0), (13, 3.0)])
def test_sums_are_zero(taps, radius):
    axes = motion_axes([0, 37, 90, 200], 1.3)
    for kernels in (make(taps, radius, axes) for make in (steerable.g2, steerable.h2, steerable.g3)):
        assert np.abs(kernels.sum(axis=(1, 2, 3))).max() < 1e-14


def test_g3_is_tuned_to_its_axis():
    bank = make_bank("g3")
    kernel = bank.weights[bank.names.index("→ G3")]
    f = peak(kernel)
    assert np.linalg.norm(f) == pytest.approx(0.195, abs=0.002)
    assert abs(f[0] + f[2]) < 1e-3  # ft = -fx: one pixel per frame
    assert dsi(kernel) == pytest.approx(1.0, abs=1e-4)


def test_the_energy_of_a_drifting_grating_ripples_by_no_more_than_the_modulation():
    bank = make_bank("g2h2")
    x, f = np.arange(7), 0.206 / sqrt(2)
    energies = []
    for phase in np.linspace(0, 2 * pi, 12, endpoint=False):
        clip = np.stack([np.broadcast_to(np.cos(2 * pi * f * (x - t) + phase), (7, 7)) for t in range(7)])
        even, odd = np.einsum("ntyxc,tyx->n", bank.weights[:2], clip)
        energies.append(even**2 + odd**2)
    assert (max(energies) - min(energies)) / (max(energies) + min(energies)) == pytest.approx(
        0.073, abs=0.006
    )
    assert min(energies) > 0


def test_the_two_best_samplings_come_without_a_warning_and_others_with_numbers():
    assert make_bank("g2h2", taps=9, radius=3).warnings == ()
    (sentence,) = make_bank("g2h2", taps=5, radius=2).warnings
    assert "7 taps with R = 2" in sentence
    assert "0.33 cycles per sample" in sentence or "0.32 cycles per sample" in sentence
    assert "DSI is 0.998" in sentence
    assert "by 9%" in sentence


@pytest.mark.parametrize("name", ["g2h2", "g3"])
def test_speed_and_number_of_directions_are_what_was_asked_for(name):
    bank = make_bank(name, speed=2, directions=16)
    assert len(bank) == 16 * (2 if name == "g2h2" else 1)
    assert bank.names[2 if name == "g2h2" else 1].startswith("22.5° ")
    ft, fy, fx = peak(bank.weights[0])
    assert -ft / fx == pytest.approx(2, abs=0.15)
    assert abs(fy) < 0.01
