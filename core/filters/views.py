"""What can be shown of a bank beside its linear responses: a recipe of products, not the arithmetic.

A bank of quadrature pairs answers most clearly through what is *combined* from its responses: the energy
of a pair (r1² + r2²), the signed difference of two energies (opponent energy), the direction in which the
energies point, or the share of each energy in all of them. All of these are sums of products of two
responses at one voxel; `core.combine` computes them, for clips and for live frames alike.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

RESPONSES = "responses"


@dataclass(frozen=True, slots=True)
class Product:
    """``weight * r[first] * r[second]``, r the linear responses of the bank's filters (counted from 0)."""

    first: int
    second: int
    weight: float = 1.0


@dataclass(frozen=True, eq=False)
class Stages:
    """Two convolutions with a ReLU between: (2+1)D as networks have it (Tran et al., CVPR 2018).

    Parameters
    ----------
    spatial
        (M, 1, kH, kW, C) float32: the first, frame by frame.
    temporal
        (N, kT, 1, 1, M) float32: the second, over the M rectified volumes.
    """

    spatial: NDArray[np.float32]
    temporal: NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class View:
    """One way to look at a bank.

    Parameters
    ----------
    key
        Unique within the bank, lower case: "energy", "opponent", "direction", "shares", "relu".
    title
        In the window's list.
    names
        One for each tile.
    products
        For each tile the products that are added; with `directions` one tile is made of all of them.
    signed
        Whether values can be negative.
    explanation
        For the person: what is to be seen.
    pooling
        Sigma of a Gaussian over y and x, in pixels, applied to each sum; 0 for none.
    floor
        For shares: each pooled sum is divided by the sum of all plus this share of the largest mean; the
        last name then is what the floor takes ("no structure"), so that all shares add up to 1.
    directions
        Degrees on the screen (0 right, 90 down) that the sums stand for: they are added as arrows, and the
        one tile shows direction as hue and length as brightness.
    stages
        Instead of products: computed anew from the clip.
    """

    key: str
    title: str
    names: tuple[str, ...]
    products: tuple[tuple[Product, ...], ...] = ()
    signed: bool = False
    explanation: str = ""
    pooling: float = 0.0
    floor: float | None = None
    directions: tuple[float, ...] = ()
    stages: Stages | None = None

    def __repr__(self) -> str:
        return f"<View {self.key!r}: {len(self.names)} tiles>"

    def members(self, tile: int) -> tuple[int, ...]:
        """Return the filters that a tile is made of, in order; all for a tile made of every sum."""
        if self.stages is not None:
            return (tile,)
        single = not self.directions and tile < len(self.products)
        sums = self.products[tile : tile + 1] if single else self.products
        return tuple(sorted({i for terms in sums for term in terms for i in (term.first, term.second)}))


def pair_energy(even: int, odd: int) -> tuple[Product, ...]:
    """Return the products of a quadrature pair's energy: even² + odd²."""
    return Product(even, even), Product(odd, odd)
