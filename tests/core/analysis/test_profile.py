"""What the panel prints about a filter, against theorems and against textures that move."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from core.analysis.profile import profile, tile_profile
from core.clip import Clip
from core.convolution.engine import convolve_bank
from core.filters.bank import FilterBank
from core.filters.views import Product, View, pair_energy
from core.settings import ConvolutionSettings
from tests.core.analysis.gabors import EIGHT, gabor, kernel, rolled, steps

WHOLE = st.integers(-4, 4).map(float)


def texts(found):
    return [badge.text for badge in found.badges]


@pytest.fixture(scope="module")
def pairs():
    # One pixel across and one down are 1.41 px in each frame.
    speeds = {d: np.hypot(*steps(d)) for d in EIGHT}
    return {d: tuple(gabor(d, 0.2, 0.2 * v, phase=p) for p in (0, np.pi / 2)) for d, v in speeds.items()}


@pytest.mark.parametrize("direction", EIGHT)
def test_the_printed_direction_is_that_of_a_rolled_texture(direction, pairs, rng):
    """Left and right are decided by np.roll and the engine, not by signs on paper."""
    found = profile(pairs[direction][0])
    assert found.direction == pytest.approx(direction, abs=0.5) or found.direction > 359.5
    texture = rng.integers(0, 256, (32, 32), dtype=np.uint8)
    bank = FilterBank.from_weights(np.stack([k.weights for k in pairs[direction]]))
    energies = {}
    for way in EIGHT:
        volumes = convolve_bank(
            Clip.from_frames(rolled(texture, way, 8), fps=25), bank, ConvolutionSettings()
        )
        energies[way] = sum(float(np.square(v.data - v.data.mean()).mean()) for v in volumes)
    assert max(energies, key=energies.get) == direction
    assert energies[direction] > 3 * energies[(direction + 180) % 360]


def test_numbers_of_a_known_gabor():
    found = profile(gabor(0, 0.2, 0.1, size=(15, 13, 13), sigma=2.5, tau=2.5))
    assert found.spatial == pytest.approx(0.2, abs=1e-3)
    assert found.temporal == pytest.approx(0.1, abs=1e-3)
    assert found.speed == pytest.approx(0.5, abs=5e-3)
    assert found.orientation == pytest.approx(0, abs=1e-6)
    assert found.frequency == (-found.temporal, 0.0, found.spatial)
    assert found.dsi > 0.99 and found.texture_dsi > 0.5
    assert texts(found)[0] == "direction selective, → 0.5 px/frame"


def test_sum_and_norm():
    weights = np.arange(24.0).reshape(2, 3, 2, 2)
    found = profile(kernel(weights))
    assert found.total == pytest.approx(weights.sum())
    assert found.norm == pytest.approx(np.sqrt((weights**2).sum()))
    assert profile(kernel(weights), 1).total == pytest.approx(weights[..., 1].sum())


@given(arrays(np.float64, 4, elements=WHOLE), arrays(np.float64, (4, 5), elements=WHOLE))
@settings(max_examples=25, deadline=None)
def test_theorem_a_product_of_time_and_space_has_no_direction(over_time, picture):
    found = profile(kernel(np.multiply.outer(over_time, picture)))
    assert found.dsi <= 1e-12
    assert found.direction is None
    assert found.separability == pytest.approx(1, abs=1e-12)


def test_theorem_holds_in_every_colour(rng):
    weights = np.multiply.outer(rng.integers(-5, 6, 5), rng.integers(-5, 6, (5, 5, 3))).astype(float)
    for channel in (None, 0, 1, 2):
        assert profile(kernel(weights), channel).dsi <= 1e-12


def test_sum_and_difference_of_two_products_know_opposite_directions():
    """c1(x) c1(t) +- c2(x) c2(t) of the DCT with 5 taps, against a fine FFT."""
    i = np.arange(5)
    c1, c2 = (np.sqrt(2 / 5) * np.cos(np.pi * (2 * i + 1) * k / 10) for k in (1, 2))
    one, two = (np.multiply.outer(c, c)[:, None, :] for c in (c1, c2))
    plus, minus = profile(kernel(one + two)), profile(kernel(one - two))
    power = np.abs(np.fft.fft2((one + two)[:, 0], (1024, 1024))) ** 2
    t, x = np.unravel_index(power.argmax(), power.shape)
    expected = (power[t, x] - power[-t, x]) / (power[t, x] + power[-t, x])
    assert plus.dsi == pytest.approx(expected, abs=2e-3) and minus.dsi == pytest.approx(plus.dsi)
    assert plus.dsi > 0.95
    assert {plus.direction, minus.direction} == {0.0, 180.0}
    assert profile(kernel(one)).dsi <= 1e-12


@given(st.sampled_from(EIGHT), st.floats(0.12, 0.3), st.floats(0.12, 0.3))
@settings(max_examples=12, deadline=None)
def test_flipping_time_reverses_and_flipping_all_axes_does_not(direction, f, ft):
    weights = gabor(direction, f, ft, phase=0.4).weights
    first = profile(kernel(weights))
    back = profile(kernel(weights[::-1]))
    same = profile(kernel(weights[::-1, ::-1, ::-1]))
    assert back.dsi == pytest.approx(first.dsi) == pytest.approx(same.dsi)
    if first.direction is not None:
        assert (back.direction - first.direction) % 360 == pytest.approx(180, abs=1e-3)
        assert (same.direction - first.direction + 180) % 360 == pytest.approx(180, abs=1e-3)


@pytest.mark.parametrize(("turns", "degrees"), [(1, 90), (2, 180), (3, 270)])
def test_turning_the_kernel_turns_the_direction(turns, degrees):
    weights = gabor(45, 0.22, 0.15).weights
    # rot90 from y to x turns down to right; the other way round is clockwise on the screen.
    found = profile(kernel(np.rot90(weights, turns, (2, 1))))
    assert found.direction == pytest.approx((45 + degrees) % 360, abs=1e-3)


def test_separability_is_that_of_the_svd(rng):
    weights = rng.normal(size=(4, 3, 5, 3))
    singular = np.linalg.svd(weights.astype(np.float32).reshape(4, -1), compute_uv=False).astype(float)
    assert profile(kernel(weights)).separability == pytest.approx(
        singular[0] ** 2 / (singular**2).sum(), rel=1e-5
    )


def test_colour_is_the_power_outside_the_luminance_part(rng):
    """Parseval: summed over all frequencies, the channels' power less that of their mean in each of them."""
    weights = rng.normal(size=(3, 4, 5, 3)).astype(np.float32)
    spectra = np.abs(np.fft.fftn(weights.astype(float), axes=(0, 1, 2))) ** 2
    grey = np.abs(np.fft.fftn(weights.astype(float).mean(axis=3))) ** 2
    assert profile(kernel(weights)).colour == pytest.approx(1 - 3 * grey.sum() / spectra.sum())
    assert profile(kernel(weights), 0).colour == 0
    assert profile(kernel(np.repeat(weights[..., :1], 3, 3))).colour == pytest.approx(0, abs=1e-12)


def test_a_grey_bank_on_rgb_wants_what_it_wanted():
    one = gabor(135)
    bank = FilterBank.from_weights(one.weights[None]).for_channels(3)
    grey, rgb = profile(one), profile(bank[0])
    assert rgb.direction == pytest.approx(grey.direction)
    assert rgb.speed == pytest.approx(grey.speed) and rgb.total == pytest.approx(grey.total)
    assert rgb.colour == pytest.approx(0, abs=1e-12)
    assert texts(rgb) == texts(grey)


def test_a_channel_is_looked_at_alone():
    weights = np.concatenate([gabor(0).weights, gabor(90).weights, gabor(180).weights], axis=3)
    found = [profile(kernel(weights), channel).direction for channel in range(3)]
    assert found == [pytest.approx(d, abs=0.5) for d in (0, 90, 180)]


def test_colour_alone_has_no_grey_preference():
    # Thirds do not add up to exactly 0 in float32.
    weights = gabor(0).weights * np.array([1 / 3, 1 / 3, -2 / 3])
    found = profile(kernel(weights))
    assert found.colour == 1.0 and found.frequency == (0, 0, 0) and found.direction is None
    assert "colour only" in texts(found) and "blind to direction" not in texts(found)
    assert profile(kernel(weights), 2).direction == pytest.approx(0, abs=0.5)


@pytest.mark.parametrize(
    ("weights", "speed", "orientation"),
    [
        (np.ones((3, 3, 3)), None, None),
        (np.zeros((3, 3, 3)), None, None),
        (np.array([1.0, -1]).reshape(2, 1, 1), None, None),
        (np.array([1.0, -1]).reshape(1, 1, 2), None, 0.0),
        (np.array([1.0, -1]).reshape(1, 2, 1), None, 90.0),
        (np.repeat(np.array([1.0, 0, -1]).reshape(1, 1, 3), 3, 0), 0.0, 0.0),
        (np.pad(np.array([1.0, 0, -1]).reshape(1, 1, 3), ((1, 2), (1, 1), (0, 0))), None, 0.0),
    ],
    ids=["blur", "zeros", "flicker", "2-D x", "2-D y", "static", "one frame of four"],
)
def test_what_has_no_speed_and_no_direction(weights, speed, orientation):
    found = profile(kernel(weights))
    assert (found.speed, found.direction, found.orientation) == (speed, None, orientation)


def test_a_ring_has_no_orientation():
    y, x = np.mgrid[-4:5, -4:5]
    dog = np.exp(-(x**2 + y**2) / 2) - np.exp(-(x**2 + y**2) / 8) / 4
    assert profile(kernel(dog[None])).orientation is None


def test_the_energy_of_a_pair_wants_what_both_want(pairs):
    even, odd = (one.weights for one in pairs[0])
    # The same with a quadrature partner that moves the other way: nothing is left of the direction.
    bank = FilterBank.from_weights(np.stack([even, odd, even[::-1]]))
    view = View("energy", "Energy", ("there", "both"), (pair_energy(0, 1), pair_energy(0, 2)))
    there, both = (tile_profile(bank, view, tile) for tile in (0, 1))
    assert there.direction == pytest.approx(0, abs=0.5)
    assert there.dsi > 0.9
    assert both.dsi < 1e-6


def test_a_tile_of_a_view_wants_what_is_combined(pairs):
    """Two blind products make (r0 - r1)² + (r2 + r3)², which is not blind (Adelson & Bergen)."""
    t = np.arange(7) - 3.0
    window = np.exp(-(t**2) / 4)
    slow, fast = window * np.cos(2 * np.pi * 0.2 * t), window * np.sin(2 * np.pi * 0.2 * t)
    parts = [np.multiply.outer(a, b)[:, None, :] for a in (slow, fast) for b in (slow, fast)]
    bank = FilterBank.from_weights(np.stack(parts)[..., None])
    squares = [Product(i, i) for i in range(4)]
    there = (*squares, Product(0, 3, 2.0), Product(1, 2, -2.0))
    back = (*squares, Product(0, 3, -2.0), Product(1, 2, 2.0))
    opponent = (Product(0, 3, 4.0), Product(1, 2, -4.0))
    view = View("energy", "energy", ("a", "b", "c"), (there, back, opponent))
    assert all(profile(bank[i]).dsi < 1e-6 for i in range(4))
    one, two, signed = (tile_profile(bank, view, i) for i in range(3))
    assert {one.direction, two.direction} == {0.0, 180.0} and signed.direction == one.direction
    assert one.dsi > 0.9 and signed.dsi == pytest.approx(1)
    assert tile_profile(bank, None, 2) == profile(bank[2])
    assert tile_profile(bank, view, 3) is None
    wheel = View("direction", "direction", ("d",), (there,), directions=(0.0,))
    assert tile_profile(bank, wheel, 0) is None


@pytest.mark.parametrize("scale", [1e-30, 1e-6, 1e6, 1e30])
def test_scale_changes_only_sum_and_norm(scale):
    one, other = profile(gabor(225)), profile(kernel(gabor(225).weights * np.float32(scale)))
    assert other.direction == pytest.approx(one.direction, abs=1e-3)
    assert other.dsi == pytest.approx(one.dsi, abs=1e-6) and texts(other) == texts(one)
