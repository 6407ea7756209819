"""The energy that a bank makes of a filter: what goes into it, and whether two are a quadrature pair.

A linear filter's response to a pattern that drifts by swings from plus to minus. Its quadrature partner
answers to the same pattern a quarter of a cycle later, so even² + odd² does not swing: it says that the
pattern moves, not where in its cycle it is (Adelson & Bergen, JOSA A 2 (1985) 284).
"""

from collections.abc import Generator
from contextlib import closing
from dataclasses import dataclass

import numpy as np

from core.analysis.dtft import Spectrum, preferred
from core.clip import Clip
from core.combine import view_steps
from core.filters.bank import FilterBank
from core.filters.views import Product, View
from core.progress import Progress
from core.settings import ConvolutionSettings
from core.volume import FeatureVolume

VIEW = "energy"
# Banks in which every filter has a quadrature partner.
PAIR_BANKS = ("gabor", "adelson-bergen", "g2h2", "heeger")
# Of a pair: the weaker one's share of the stronger one's power, and what they have in common, at the
# grating that both together like best. Of a true pair these are 1 and 0.
_ALIKE, _COMMON = 0.5, 0.25


@dataclass(frozen=True, eq=False)
class EnergyRecipe:
    """One tile of a bank's energies.

    Parameters
    ----------
    members
        The filters that it is made of, in order.
    view
        One tile; its products count the members from 0.
    partner
        The filter's quadrature partner, or None where the tile is something else: a pooled square, or the
        energy of a gradient.
    """

    members: tuple[int, ...]
    view: View
    partner: int | None

    @property
    def note(self) -> str:
        """What is added up, in filters counted from 1, as the window numbers them."""
        if self.partner is None:
            pooled = f", blurred over {self.view.pooling:g} px" if self.view.pooling else ""
            numbers = ", ".join(str(i + 1) for i in self.members)
            return f"“{self.view.names[0]}”, of filter{'s' * (len(self.members) > 1)} {numbers}{pooled}"
        first, second = (i + 1 for i in self.members)
        return f"even² + odd²: filters {first} and {second}"


def energy_recipe(bank: FilterBank, index: int) -> EnergyRecipe | None:
    """Return the energy that a filter is part of, or None where its bank has none for it."""
    view = next((view for view in bank.views if view.key == VIEW and view.products), None)
    if view is None or view.directions or view.floor is not None:
        return None
    tile = next((tile for tile in range(len(view.products)) if index in view.members(tile)), None)
    if tile is None:
        return None
    members = view.members(tile)
    place = {member: i for i, member in enumerate(members)}
    terms = tuple(Product(place[p.first], place[p.second], p.weight) for p in view.products[tile])
    name = view.names[tile]
    made = View(VIEW, view.title, (name,), (terms,), view.signed, view.explanation, view.pooling)
    paired = set(terms) == {Product(0, 0), Product(1, 1)} and not view.pooling
    other = next((member for member in members if member != index), None)
    partner = other if paired and in_quadrature(bank, *members) else None
    return EnergyRecipe(members, made, partner)


def in_quadrature(bank: FilterBank, first: int, second: int) -> bool:
    """Tell whether two filters answer equally to the same grating, a quarter of a cycle apart.

    Looked at for the grating to which both together answer most.
    """
    weights = bank.weights[[first, second]].astype(np.float64).mean(axis=4)
    both = Spectrum(weights, (Product(0, 0), Product(1, 1)))
    (frequency, *_), _ = preferred(both)
    one, other, common = (
        Spectrum(weights, (product,)).at(frequency)
        for product in (Product(0, 0), Product(1, 1), Product(0, 1))
    )
    alike = min(one, other) >= _ALIKE * max(one, other) > 0
    return alike and abs(common) <= _COMMON * float(np.sqrt(one * other))


def energy_volume(
    clip: Clip, bank: FilterBank, recipe: EnergyRecipe, settings: ConvolutionSettings
) -> Generator[Progress | FeatureVolume, None, None]:
    """Yield `Progress` and the energy, from the linear responses of the filters that it takes.

    Raises
    ------
    FilterError, BudgetError
        While iterating, as `core.combine.view_steps`.
    """
    members = list(recipe.members)
    part = FilterBank.from_weights(
        bank.weights[members], bank.bias[members], [bank.names[i] for i in members], views=[recipe.view]
    )
    work = view_steps(clip, part, recipe.view, settings)
    with closing(work) as steps:
        yield from steps
