"""What banks of motion share: names of directions, and views made of energies that have one.

A quadrature pair answers to the same pattern a quarter of a cycle apart, so ``even² + odd²`` (its energy)
stays steady while each response alone swings as the pattern passes. Energies of opposite directions are
subtracted (opponent energy), and all of them added as arrows give one direction for each voxel.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from core.filters.views import Product, View, pair_energy

_AXES = (("right − left", 0, 180), ("down − up", 90, 270))

ENERGY_TEXT = "Brightness is the strength of motion this way, wherever in its cycle a pattern is."
OPPONENT_TEXT = (
    "The energies of two opposite directions subtracted: positive moves right (or down), negative left (or"
    " up), and what flickers in place or stands still cancels."
)
_POINTING = (
    " added as arrows: the hue is the direction of motion, the brightness how sure it is. Along a straight"
    " edge only motion across it can be seen (the aperture problem)."
)
DIRECTION_TEXT = "All energies" + _POINTING
OPPONENT_DIRECTION_TEXT = "Both opponent values" + _POINTING


@dataclass(frozen=True, slots=True)
class Energy:
    """A sum of products that says how much moves one way.

    Parameters
    ----------
    name
        Over its tile.
    products
        What is added.
    direction
        Degrees on the screen; None for what has no direction (static, flicker).
    """

    name: str
    products: tuple[Product, ...]
    direction: float | None = None


def headings(count: int) -> tuple[float, ...]:
    """Return that many directions in degrees, evenly around the circle, the first to the right."""
    return tuple(360.0 * i / count for i in range(count))


def even_odd(name: str, index: int, direction: float | None = None) -> Energy:
    """Return the energy of the pair of filters 2 index and 2 index + 1."""
    return Energy(name, pair_energy(2 * index, 2 * index + 1), direction)


def motion_views(
    energies: Sequence[Energy], pooling: float = 0.0, text: str = ENERGY_TEXT
) -> tuple[View, ...]:
    """Return the views that energies allow: themselves, opponents along x and y, and the direction.

    Parameters
    ----------
    energies
        Directions to be subtracted are 0 and 180, 90 and 270; three directions at least make a wheel.
    pooling
        Sigma in pixels of a blur of each sum: for squares without a quadrature partner.
    text
        Explains the energies.
    """
    views = [energy_view(energies, pooling, text)]
    opponents = opponent_sums(energies)
    if opponents:
        names, sums = zip(*opponents, strict=True)
        views.append(View("opponent", "Opponent energy", names, sums, True, OPPONENT_TEXT, pooling))
    directed = [energy for energy in energies if energy.direction is not None]
    if len(directed) > 2:
        angles = tuple(float(energy.direction or 0) for energy in directed)
        views.append(direction_view([energy.products for energy in directed], angles, pooling))
    return tuple(views)


def energy_view(energies: Sequence[Energy], pooling: float = 0.0, text: str = ENERGY_TEXT) -> View:
    """Return the energies as tiles."""
    names = tuple(energy.name for energy in energies)
    sums = tuple(energy.products for energy in energies)
    return View("energy", "Energy", names, sums, explanation=text, pooling=pooling)


def direction_view(
    sums: Sequence[tuple[Product, ...]],
    angles: tuple[float, ...],
    pooling: float = 0.0,
    text: str = DIRECTION_TEXT,
) -> View:
    """Return one tile of sums added as arrows that point to `angles` (degrees)."""
    return View(
        "direction",
        "Direction",
        ("direction",),
        tuple(sums),
        explanation=text,
        pooling=pooling,
        directions=angles,
    )


def opponent_sums(energies: Sequence[Energy]) -> list[tuple[str, tuple[Product, ...]]]:
    """Return name and products of right minus left and of down minus up, where there are both."""
    by_angle = {energy.direction: energy.products for energy in energies if energy.direction is not None}
    return [
        (name, (*by_angle[ahead], *negated(by_angle[back])))
        for name, ahead, back in _AXES
        if ahead in by_angle and back in by_angle
    ]


def negated(products: tuple[Product, ...]) -> tuple[Product, ...]:
    """Return products that take away what these add."""
    return tuple(Product(each.first, each.second, -each.weight) for each in products)
