"""The spectrum against the FFT, and its largest value against everything near it."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from core.analysis.dtft import Spectrum, opposite, preferred, velocities
from core.analysis.profile import spectrum_of
from core.filters.views import Product
from tests.core.analysis.gabors import gabor, kernel

SHAPES = ((1, 5, 4), (3, 4, 5), (5, 1, 3), (4, 3, 1), (3, 3, 3), (2, 2, 2), (6, 1, 1))
KERNELS = st.sampled_from(SHAPES).flatmap(
    lambda shape: arrays(np.float64, shape, elements=st.integers(-9, 9).map(float))
)


def powers(weights, size=48):
    return np.abs(np.fft.fftn(weights, (size, size, size), axes=(0, 1, 2))) ** 2


def test_grid_plane_and_points_are_the_fft(rng):
    weights = rng.normal(size=(1, 4, 5, 3))
    spectrum = Spectrum(weights)
    f = np.fft.fftfreq(8)
    expected = np.abs(np.fft.fftn(weights[0], (8, 8, 8), axes=(0, 1, 2))) ** 2
    np.testing.assert_allclose(spectrum.grid(f, f, f), expected, rtol=1e-9, atol=1e-12)
    spatial = np.stack(np.meshgrid(f, f, indexing="ij"), axis=-1).reshape(-1, 2)
    np.testing.assert_allclose(spectrum.plane(f, spatial).reshape(8, 8, 8), expected, rtol=1e-9, atol=1e-12)
    points = np.stack(np.meshgrid(f, f, f, indexing="ij"), axis=-1).reshape(-1, 3)
    np.testing.assert_allclose(spectrum.points(points).reshape(8, 8, 8), expected, rtol=1e-9, atol=1e-12)
    assert spectrum.at((0.125, 0.25, -0.125)) == pytest.approx(expected[1, 2, 7])


def test_products_add_up_to_squares_of_sums(rng):
    """(r0 - r1)² as three products is the power of the kernel w0 - w1."""
    weights = rng.normal(size=(2, 3, 4, 5))
    combined = Spectrum(weights, (Product(0, 0), Product(1, 1), Product(0, 1, -2.0)))
    difference = Spectrum(weights[:1] - weights[1:])
    places = rng.uniform(-0.5, 0.5, (20, 3))
    np.testing.assert_allclose(combined.points(places), difference.points(places), rtol=1e-9, atol=1e-12)
    for ours, theirs in zip(combined.derivatives(places), difference.derivatives(places), strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-7, atol=1e-9)


def test_opponent_power_shares_nothing_with_its_opposite(rng):
    weights = rng.normal(size=(1, 4, 5, 4))
    opponent = Spectrum(np.concatenate([weights, weights[:, ::-1]]), (Product(0, 0), Product(1, 1, -1.0)))
    (frequency,), asymmetry = preferred(opponent)
    assert asymmetry == pytest.approx(1)
    assert 0 < opponent.at(frequency) == pytest.approx(-opponent.at(opposite(frequency)))
    nowhere = Spectrum(np.concatenate([weights, weights]), (Product(0, 0), Product(1, 1, -2.0)))
    assert preferred(nowhere) == ([(0.0, 0.0, 0.0)], 0.0)


def test_derivatives_are_slopes(rng):
    spectrum = Spectrum(rng.normal(size=(2, 3, 4, 5)), (Product(0, 0), Product(0, 1, 0.7)))
    places, h = rng.uniform(-0.5, 0.5, (5, 3)), 1e-5
    value, gradient, curvature = spectrum.derivatives(places)
    np.testing.assert_allclose(value, spectrum.points(places), rtol=1e-10)
    for axis in range(3):
        step = h * np.eye(3)[axis]
        slope = (spectrum.points(places + step) - spectrum.points(places - step)) / (2 * h)
        np.testing.assert_allclose(gradient[:, axis], slope, rtol=1e-5, atol=1e-4)
        bend = (spectrum.derivatives(places + step)[1] - spectrum.derivatives(places - step)[1]) / (2 * h)
        np.testing.assert_allclose(curvature[:, axis], bend, rtol=1e-5, atol=1e-2)


def test_a_pass_between_two_summits_is_left():
    weights = np.array([[[-2.0, -3.0], [9.0, -8.0]]])
    (frequency,), _ = preferred(Spectrum(weights[None]))
    assert Spectrum(weights[None]).at(frequency) >= powers(weights, 32).max() * (1 - 1e-9)


@given(KERNELS)
@settings(max_examples=25, deadline=None)
def test_nothing_on_a_fine_grid_exceeds_the_preferred(weights):
    spectrum = Spectrum(weights[None])
    (frequency,), asymmetry = preferred(spectrum)
    assert spectrum.at(frequency) >= powers(weights, 32).max() * (1 - 1e-9)
    assert -0.5 <= frequency[0] <= 0 and all(-0.5 < f <= 0.5 for f in frequency[1:])
    assert 0 <= asymmetry <= 1


@given(KERNELS)
@settings(max_examples=15, deadline=None)
def test_moving_turning_round_and_scaling_a_kernel_changes_no_preference(weights):
    # A second peak of the same height may be taken instead, so heights are compared, not places.
    first = Spectrum(weights[None])
    height = first.at(preferred(first)[0][0])
    padded = np.pad(weights, ((2, 0), (0, 1), (1, 3)))
    for other in (padded, -weights, weights[::-1, ::-1, ::-1]):
        (frequency,), _ = preferred(Spectrum(np.ascontiguousarray(other)[None]))
        assert first.at(frequency) == pytest.approx(height, rel=1e-5)


def test_the_peak_of_a_gabor_is_found_beyond_the_grid():
    spectrum = spectrum_of(gabor(30, 0.2137, 0.1411, size=(13, 13, 13), sigma=2.2, tau=2.2))
    ((ft, fy, fx),), _ = preferred(spectrum)
    assert ft == pytest.approx(-0.1411, abs=2e-4)
    assert np.hypot(fx, fy) == pytest.approx(0.2137, abs=2e-4)
    assert np.degrees(np.arctan2(fy, fx)) == pytest.approx(30, abs=0.1)
    _, gradient, curvature = spectrum.derivatives(np.array([[ft, fy, fx]]))
    assert np.abs(gradient).max() < 1e-6 * np.abs(curvature).max()
    assert np.linalg.eigvalsh(curvature[0]).max() < 0


def test_symmetric_peaks_are_exact():
    t, x = np.array([1, -2, 1.0]), np.array([1, 0, -1.0])
    ((ft, fy, fx),), asymmetry = preferred(
        Spectrum(np.multiply.outer(t, np.multiply.outer([1, 2, 1.0], x))[None])
    )
    assert (ft, fy, asymmetry) == (-0.5, 0.0, pytest.approx(0, abs=1e-12))
    assert fx == pytest.approx(0.25, abs=1e-9)
    assert preferred(Spectrum(np.ones((1, 3, 4, 5)))) == ([(0.0, 0.0, 0.0)], pytest.approx(0, abs=1e-12))
    assert preferred(Spectrum(np.zeros((1, 3, 4, 5)))) == ([(0.0, 0.0, 0.0)], 0.0)


@pytest.mark.parametrize("velocity", [(1.0, 0.0), (-0.5, 2.0), (0.3, -0.3)])
def test_gratings_of_one_pattern_have_its_velocity_in_common(velocity):
    spatial = [(0.1, 0.2), (-0.15, 0.1), (0.05, -0.2)]  # (fx, fy)
    pattern = [(-(fx * velocity[0] + fy * velocity[1]), fy, fx) for fx, fy in spatial]
    alone, *common = velocities(pattern)
    assert common == [pytest.approx(velocity, abs=1e-6)]
    ft, fy, fx = pattern[0]
    assert alone == pytest.approx(np.array([fx, fy]) * -ft / (fx**2 + fy**2))


def test_flicker_has_no_velocity_and_parallel_gratings_make_no_pattern():
    assert velocities([(-0.1, 0.0, 0.0)]) == []
    assert velocities([(-0.1, 0.0, 0.2)]) == [(0.5, 0.0)]
    assert velocities([(-0.1, 0.0, 0.2), (-0.1, 0.0, -0.2), (-0.1, 0.0, 0.0)]) == [(0.5, 0.0)]


def test_texture_power_is_that_of_a_texture(rng):
    """The mean over all gratings of the plane, against all of them drifting one by one."""
    spectrum = spectrum_of(kernel(rng.normal(size=(3, 4, 5))))
    f = np.fft.fftfreq(32)
    fy, fx = (a.ravel() for a in np.meshgrid(f, f, indexing="ij"))
    kept = (np.abs(fy) < 0.5) & (np.abs(fx) < 0.5) & ((fy != 0) | (fx != 0))
    fy, fx = fy[kept], fx[kept]
    for vy, vx in ((0.4, -1.3), (1, 2)):
        plane = np.stack([-(fy * vy + fx * vx), fy, fx], axis=1)
        there = spectrum.points(plane).mean()
        back = spectrum.points(plane * [-1, 1, 1]).mean()
        assert spectrum.texture((vy, vx)) == (pytest.approx(there), pytest.approx(back))
