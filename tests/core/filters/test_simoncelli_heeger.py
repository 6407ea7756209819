import numpy as np
import pytest

from core.filters.builtin import make_bank
from core.filters.simoncelli_heeger import MOTIONS, PARTS, SCALE, axes, interpolation
from core.filters.steering import motion_axes, steered, steering_weights
from tests.core.filters.dtft import peak, power
from tests.core.filters.motion_clips import apart, moving, named_direction, respond, view


@pytest.fixture(scope="module")
def bank():
    return make_bank("simoncelli-heeger")


def test_the_parts_are_derivatives_of_one_prefilter():
    assert PARTS.shape == (4, 9)
    assert PARTS.sum(axis=1) == pytest.approx([1, 0, 0, 0], abs=2e-4)  # four digits are published
    assert np.array_equal(PARTS[::2], PARTS[::2, ::-1])
    assert np.array_equal(PARTS[1::2], -PARTS[1::2, ::-1])
    f = np.linspace(0.06, 0.2, 10)
    wave = np.exp(-2j * np.pi * np.outer(f, np.arange(9) - 4))
    responses = [np.abs(wave @ part) for part in PARTS]
    for order in (1, 2, 3):
        assert responses[order] / responses[order - 1] == pytest.approx(2 * np.pi * f, rel=0.05)


def test_sums_are_zero_to_machine_precision(bank):
    kernels = SCALE * steered(PARTS, axes())
    assert np.abs(kernels.sum(axis=(1, 2, 3))).max() < 1e-15
    assert np.array_equal(bank.weights[..., 0], kernels.astype(np.float32))


def test_twenty_eight_directions_and_speeds_are_in_the_names(bank):
    assert len(bank) == len(MOTIONS) == 28
    for name, (angle, speed) in zip(bank.names, MOTIONS, strict=True):
        assert apart(named_direction(name), np.rad2deg(angle)) <= 0.5
        assert float(name.split()[1]) == pytest.approx(speed, abs=0.005)


def test_spectra_peak_on_their_axes_at_the_published_frequency(bank):
    for kernel, axis in zip(bank.weights[::3], axes()[::3], strict=True):
        frequency = np.array(peak(kernel))[::-1]
        assert abs(frequency @ axis) > 0.998 * np.linalg.norm(frequency)
        reach = np.linspace(0.15, 0.3, 151)
        nx, ny, nt = axis
        best = reach[power(kernel, nt * reach, ny * reach, nx * reach).argmax()]
        assert 0.212 <= best <= 0.226


def selectivity(kernel, axis):
    nx, ny, nt = 0.218 * axis
    there, back = power(kernel, nt, ny, nx), power(kernel, -nt, ny, nx)
    return float((there - back) / (there + back))


def test_slow_filters_hardly_tell_directions_apart_and_fast_ones_do(bank):
    """The page has .24 at 0.22, .45 at 0.27, off coarse spectra; the sum itself keeps to the sixth power."""
    measured = [selectivity(kernel, axis) for kernel, axis in zip(bank.weights, axes(), strict=True)]
    for dsi, (_, v) in zip(measured, MOTIONS, strict=True):
        opposite = ((1 - v**2) / (1 + v**2)) ** 6
        assert dsi == pytest.approx((1 - opposite) / (1 + opposite), abs=0.006)
    by_speed = {round(v, 2): dsi for dsi, (_, v) in zip(measured, MOTIONS, strict=True)}
    for speed, published, within in (
        (0.22, 0.24, 0.05),
        (0.27, 0.45, 0.06),
        (0.71, 0.996, 0.003),
        (0.77, 0.9999, 0.001),
        (1.57, 0.99, 0.003),
    ):
        assert by_speed[speed] == pytest.approx(published, abs=within)


def test_any_squared_response_is_a_weighted_sum_of_the_28_squares(bank):
    assert np.linalg.matrix_rank(steering_weights(6, axes())) == 28
    assert np.linalg.cond(steering_weights(6, axes())) < 200
    wanted = np.concatenate([motion_axes([12, 90, 231], 1.0), motion_axes([0], 3.0), [[0, 0, 1.0]]])
    clips = np.random.RandomState(0).randn(20, 9, 9, 9)
    squares = np.einsum("ntyx,ctyx->nc", SCALE * steered(PARTS, axes()), clips) ** 2
    direct = np.einsum("ntyx,ctyx->nc", SCALE * steered(PARTS, wanted), clips) ** 2
    assert interpolation(wanted) @ squares == pytest.approx(direct, abs=1e-11)


def test_opponents_are_the_squares_of_filters_that_the_bank_does_not_have(bank):
    clip = moving(25, 1.0, 9)
    responses = respond(bank, clip)
    steered_kernels = SCALE * steered(PARTS, motion_axes([0, 90, 180, 270], 1.0))
    spectrum = np.fft.fft2(steered_kernels, (32, 32)).conj() * np.fft.fft2(clip)
    right, down, left, up = np.fft.ifft2(spectrum.sum(axis=1)).real ** 2
    shown = [
        sum(p.weight * responses[p.first] * responses[p.second] for p in products)
        for products in view(bank, "opponent").products
    ]
    assert shown[0] == pytest.approx(right - left, abs=1e-5 * right.max())
    assert shown[1] == pytest.approx(down - up, abs=1e-5 * right.max())


def test_the_speed_changes_the_views_and_not_the_filters(bank):
    other = make_bank("simoncelli-heeger", speed=3)
    assert np.array_equal(bank.weights, other.weights)
    assert view(bank, "opponent").products != view(other, "opponent").products


def test_normalised_is_shares_of_28_squares_and_a_floor(bank):
    shown = view(bank, "normalised")
    assert shown.floor == 0.01
    assert shown.pooling == 1.6
    assert shown.names == (*bank.names, "no structure")
    assert [shown.members(i) for i in range(28)] == [(i,) for i in range(28)]
