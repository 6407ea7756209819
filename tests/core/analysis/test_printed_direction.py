"""The arrow on a tile against what moves: every directed filter and energy of every bank.

A texture is moved the way that the profile prints, at the speed that it prints, and then the other way; the
engine answers both. The texture is periodic, so a valid convolution sees all of it; all its gratings have
one amplitude and random phases, so nothing is left to the luck of a small patch.
"""

import numpy as np
import pytest

from core.analysis.profile import profile, tile_profile
from core.clip import Clip
from core.combine import combine
from core.convolution.engine import convolve_bank
from core.filters.bank import FilterBank
from core.filters.builtin import bank_kind, bank_kinds, make_bank
from core.filters.parts import ARROWS
from core.filters.views import Product, View
from tests.core.analysis.gabors import shifted

SIDE = 20
KINDS = [kind.name for kind in bank_kinds()]
# Banks of motion that say of themselves that they are blind to its direction.
UNDIRECTED = {"periodic"}


@pytest.fixture(scope="module")
def texture():
    spectrum = np.fft.fft2(np.random.default_rng(3).normal(size=(SIDE, SIDE)))
    spectrum[0, 0] = 0
    texture = np.fft.ifft2(spectrum / np.maximum(np.abs(spectrum), 1e-12)).real
    return texture / texture.std()


def moving(texture, velocity, kernel_size):
    """Return frames (kT, SIDE + kH - 1, SIDE + kW - 1, 1): a kernel sees the whole texture, once in time."""
    frames, height, width = kernel_size
    film = shifted(texture, velocity, frames)
    film = np.pad(film, ((0, 0), (0, height - 1), (0, width - 1), (0, 0)), mode="wrap")
    # One scale for every way that it moves; five standard deviations do not occur.
    return np.round(127.5 + 25 * film).astype(np.uint8)


def powers(texture, found, bank, products):
    """Return the mean of the products for the texture moving as printed, and for its opposite."""
    angle = np.radians(found.direction)
    velocity = found.speed * np.array([np.cos(angle), np.sin(angle)])
    # One above the other: one clip, two answers.
    films = [moving(texture, way, bank.kernel_size) for way in (velocity, -velocity)]
    volumes = list(convolve_bank(Clip.from_frames(np.concatenate(films, axis=1), fps=25), bank))
    view = View("tile", "tile", ("tile",), (products,))
    for first in (0, films[0].shape[1]):
        parts = [volume.data[:, first : first + SIDE] for volume in volumes]
        # What answers to the mean brightness is no motion.
        yield float(combine(view, np.stack([part - part.mean() for part in parts])).data.mean())


def directed_tiles(bank):
    """Yield a name, a profile, the filters and the products of each filter and energy with a direction."""
    for index in range(len(bank)):
        found = profile(bank[index])
        if found.direction is not None:
            yield bank.names[index], found, [index], (Product(0, 0),)
    for view in bank.views:
        for tile, products in enumerate(view.products):
            plain = len(products) == 1 and products[0].first == products[0].second
            if plain or view.floor is not None or (found := tile_profile(bank, view, tile)) is None:
                continue
            if found.direction is not None:
                used = sorted({i for p in products for i in (p.first, p.second)})
                own = tuple(Product(used.index(p.first), used.index(p.second), p.weight) for p in products)
                yield f"{view.key} {view.names[tile]}", found, used, own


OWN = {**{arrow: 45.0 * i for i, arrow in enumerate(ARROWS)}, "right − left": 0.0, "down − up": 90.0}


@pytest.mark.parametrize("name", KINDS)
def test_what_is_combined_prints_the_direction_that_it_is_named_after(name):
    """Also where several gratings are liked alike: no one of them may stand for the pattern."""
    bank = make_bank(name)
    for view in bank.views:
        for tile, title in enumerate(view.names if not view.directions and view.stages is None else ()):
            found = tile_profile(bank, view, tile)
            if title in OWN:
                assert found.direction == pytest.approx(OWN[title], abs=0.5), f"{view.key} {title}"
            elif title in ("static", "flicker", "no structure", "in time", "in space"):
                assert found is None or found.direction is None, f"{view.key} {title}"


@pytest.mark.parametrize("options", [{"speed": 0.5}, {"speed": 2.0}, {"taps": 9}, {"taps": 9, "radius": 2}])
def test_a_plane_of_gratings_prints_the_velocity_of_its_pattern(options):
    bank = make_bank("derpanis-wildes", **options)
    view = next(view for view in bank.views if view.key == "energy")
    for tile, direction in enumerate((0, 180, 90, 270)):
        found = tile_profile(bank, view, tile)
        assert found.speed == pytest.approx(options.get("speed", 1.0), abs=0.02)
        assert (found.direction - direction + 180) % 360 == pytest.approx(180, abs=0.5)


@pytest.mark.parametrize("name", KINDS)
def test_the_printed_direction_is_the_one_that_a_moving_texture_has(name, texture):
    bank = make_bank(name)
    seen = 0
    for title, found, used, products in directed_tiles(bank):
        part = FilterBank.from_weights(bank.weights[used]).for_channels(1)
        there, back = powers(texture, found, part, products)
        assert there - back > 0.05 * (abs(there) + abs(back)), (
            f"{name}: {title} prints {found.direction:.0f}°, {found.speed:.2f} px/frame"
        )
        seen += 1
    assert seen or name in UNDIRECTED or bank_kind(name).group != "Motion"
