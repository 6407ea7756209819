"""Which filters make an energy, and which two are a quadrature pair."""

import numpy as np
import pytest

from core.analysis.energies import PAIR_BANKS, energy_recipe, energy_volume, in_quadrature
from core.combine import view_steps
from core.convolution.definition import convolve
from core.filters.bank import FilterBank
from core.filters.builtin import bank_kinds, make_bank
from core.filters.views import Product, View
from core.progress import run
from core.settings import ConvolutionSettings
from core.volume import FeatureVolume
from tests.motion_banks import motion_bank, rolled

PLAIN = ConvolutionSettings()


@pytest.mark.parametrize("name", PAIR_BANKS)
def test_the_banks_that_are_offered_have_a_partner_for_every_filter(name):
    bank = make_bank(name)
    for index in range(len(bank)):
        recipe = energy_recipe(bank, index)
        assert recipe.partner is not None
        assert set(recipe.members) == {index, recipe.partner}
        assert energy_recipe(bank, recipe.partner).partner == index


@pytest.mark.parametrize("name", ["sobel", "g3", "simoncelli-heeger", "derpanis-wildes", "velocity-adapted"])
def test_other_energies_are_no_pairs(name):
    bank = make_bank(name)
    recipes = [energy_recipe(bank, index) for index in range(len(bank))]
    assert all(recipe is not None and recipe.partner is None for recipe in recipes)


@pytest.mark.parametrize("name", [kind.name for kind in bank_kinds()][:9])
def test_banks_without_energies_have_none(name):
    assert energy_recipe(make_bank(name), 0) is None


def test_two_filters_that_are_no_pair():
    bank = make_bank("gabor", directions=4)
    assert in_quadrature(bank, 0, 1)
    assert not in_quadrature(bank, 0, 0)  # the same one: alike, but not a quarter of a cycle apart
    assert not in_quadrature(bank, 0, 4)  # opposite directions
    weak = FilterBank.from_weights(np.stack([bank.weights[0], bank.weights[1] / 100]))
    assert not in_quadrature(weak, 0, 1)
    assert not in_quadrature(FilterBank.from_weights(np.zeros((2, 3, 3, 3, 1))), 0, 1)


def test_notes_count_filters_from_one():
    assert energy_recipe(motion_bank(), 5).note == "even² + odd²: filters 5 and 6"
    pooled = energy_recipe(make_bank("g3"), 1)
    assert pooled.note == "“↘”, of filter 2, blurred over 2 px"
    assert energy_recipe(make_bank("sobel"), 1).note == "“in space”, of filters 2, 3"


@pytest.mark.parametrize(
    ("name", "index", "tile"), [("gabor", 6, 3), ("g3", 2, 2), ("derpanis-wildes", 9, 2)]
)
def test_the_volume_is_the_tile_of_the_banks_own_view(name, index, tile):
    clip, bank = rolled(0, frames=14, side=18), make_bank(name)
    recipe = energy_recipe(bank, index)
    made = run(energy_volume(clip, bank, recipe, PLAIN))
    view = next(view for view in bank.views if view.key == "energy")
    tiles = [step for step in view_steps(clip, bank, view, PLAIN) if isinstance(step, FeatureVolume)]
    assert np.allclose(made.data, tiles[tile].data, rtol=1e-4, atol=1e-7)
    assert made.name == tiles[tile].name
    assert made.axes == tiles[tile].axes


def test_products_keep_their_filters():
    clip, bank = rolled(0, frames=9, side=12), motion_bank(5, 3)
    terms = (Product(4, 4, 3.0), Product(1, 4, -1.0))
    view = View("energy", "Energy", ("mixed",), (terms,), signed=True)
    mixed = FilterBank.from_weights(bank.weights, views=[view])
    recipe = energy_recipe(mixed, 4)
    assert (recipe.members, recipe.partner) == ((1, 4), None)
    made = run(energy_volume(clip, mixed, recipe, PLAIN))
    one, four = (convolve(clip, bank.weights[i]) for i in (1, 4))
    assert np.allclose(made.data, 3 * four**2 - one * four, atol=1e-4)
    assert energy_recipe(mixed, 2) is None
