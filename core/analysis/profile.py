"""What a filter wants, in numbers: the grating it likes best, and how clearly it knows its direction.

All numbers come from the weights, by the exact spectrum (`core.analysis.dtft`); nothing is simulated. For
filters of several channels the spectrum is that of the luminance part, the mean over the channels: what
the filter does to grey pictures. What is left of the filter compares colours.

================ ===========================================================================
preferred        f = (ft, fs), the frequency of largest power P(f) = K K*
speed            ft / fs without sign: the grating's motion along its normal; where several kernels
                 together like several gratings alike, that of the pattern that is made of them
DSI              (P(f) - P(opposite)) / (P(f) + P(opposite)), opposite = (-ft, fs): the same
                 grating drifting back; 0 is blind, 1 knows one direction only
separability     s1² / sum of si², the singular values of the kT x (kH kW C) matrix: 1 for a
                 product of one curve over time and one picture, whose DSI is 0 always
colour           share of all power outside the luminance part, by Parseval's theorem
================ ===========================================================================

A direction is printed where the DSI is at least 1/3 (twice the power) *and* white texture moving that way at
that speed, all gratings together, gets more power than texture moving back (index at least 0.1). Adelson &
Bergen, JOSA A 2 (1985) 284; Watson & Ahumada, JOSA A 2 (1985) 322.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from core.analysis.badges import SELECTIVE, TEXTURE_SELECTIVE, Badge, Facts, badges, is_flat
from core.analysis.dtft import Floats, Frequency, Spectrum, opposite, preferred, velocities
from core.filters.bank import FilterBank
from core.filters.kernel import Kernel
from core.filters.views import Product, View

__all__ = [
    "Badge",
    "Profile",
    "profile",
    "spectrum_of",
    "tile_profile",
]

# A luminance part with less than this share of the power is what rounding left of none.
_NO_LUMINANCE = 1e-12
# Along the preferred normal twice the power of the grating turned by a right angle, at least.
_ORIENTED = 1 / 3


@dataclass(frozen=True, slots=True)
class Profile:
    """What a filter wants.

    Parameters
    ----------
    total
        The sum of the weights (DC): the answer to a clip that is 1 everywhere. For several kernels the
        root of the sum of their squares, like `norm`.
    norm
        The L2 norm of the weights.
    spatial
        Of the preferred grating, in cycles/px; 0 for even brightness.
    temporal
        Of the preferred grating, in cycles/frame, never negative.
    speed
        px/frame; None for filters of one frame (every speed alike) and for those that prefer flicker of
        the whole picture.
    direction
        Where the preferred pattern moves to, in degrees on the screen: 0 right, 90 down, 180 left, 270
        up. None unless the filter is direction selective.
    orientation
        0 to 180: the normal of the preferred grating, on the screen; None where the grating turned by a
        right angle gets more than half the power.
    dsi
        Direction selectivity at the preferred grating, 0 … 1.
    texture_dsi
        The same for white texture with the preferred velocity: below 0 where it answers more to texture
        that moves back.
    separability
        0 … 1; 1 for a product of time and space.
    colour
        0 … 1: share of the power outside the luminance part.
    frequency
        (ft, fy, fx) of the preferred grating with ft <= 0: (fx, fy) points where it moves to.
    badges
        What is true of it in plain words, the most useful first.
    """

    total: float
    norm: float
    spatial: float
    temporal: float
    speed: float | None
    direction: float | None
    orientation: float | None
    dsi: float
    separability: float
    colour: float
    frequency: Frequency
    badges: tuple[Badge, ...]
    texture_dsi: float = 0.0


def profile(kernel: Kernel, channel: int | None = None) -> Profile:
    """Return what a filter wants.

    Parameters
    ----------
    kernel
        Of any size and number of channels.
    channel
        Look at one channel alone; None: the luminance part, and all channels where that is no matter.
    """
    return _profile(_stacked([kernel], channel), (Product(0, 0),))


def tile_profile(bank: FilterBank, view: View | None, tile: int) -> Profile | None:
    """Return what one tile of a view wants; None where it is no sum of products (a direction, (2+1)D).

    Parameters
    ----------
    bank
        All its filters.
    view
        One of its views; None: the responses themselves.
    tile
        From 0, in the view's order.
    """
    if view is None or (not view.products and view.stages is None):
        return profile(bank[tile])
    if view.directions or view.stages is not None or tile >= len(view.products) or not view.products[tile]:
        return None
    used = view.members(tile)
    place = {index: i for i, index in enumerate(used)}
    products = tuple(Product(place[p.first], place[p.second], p.weight) for p in view.products[tile])
    return _profile(_stacked([bank[i] for i in used], None), products)


def spectrum_of(kernel: Kernel, channel: int | None = None) -> Spectrum:
    """Return the spectrum that a profile is made from; 0 everywhere without a luminance part."""
    return _spectrum(_stacked([kernel], channel), (Product(0, 0),))


def _stacked(kernels: Sequence[Kernel], channel: int | None) -> Floats:
    """Return (n, kT, kH, kW, C) float64; C = 1 for a chosen channel."""
    weights = np.stack([kernel.weights for kernel in kernels]).astype(np.float64)
    return weights if channel is None else weights[..., channel : channel + 1]


def _spectrum(weights: Floats, products: tuple[Product, ...]) -> Spectrum:
    grey = weights.mean(axis=4)
    nothing = np.square(grey).sum() * weights.shape[4] <= _NO_LUMINANCE * np.square(weights).sum()
    return Spectrum(np.zeros_like(grey) if nothing else grey, products)


def _profile(weights: Floats, products: tuple[Product, ...]) -> Profile:
    power = float(np.square(weights).sum())
    spectrum = _spectrum(weights, products)
    grey = float(np.square(spectrum.weights).sum()) * weights.shape[4]
    found, asymmetry = preferred(spectrum)
    frequency = ft, fy, fx = found[0]
    spatial, temporal = math.hypot(fy, fx), abs(ft)
    vx, vy = _velocity(spectrum, found)
    speed = math.hypot(vx, vy) if spatial and not is_flat(weights) else None
    dsi = max(0.0, _index(spectrum.at(frequency), spectrum.at(opposite(frequency))))
    texture = _index(*spectrum.texture((vy, vx))) if speed and dsi else 0.0
    directed = speed is not None and dsi >= SELECTIVE and texture >= TEXTURE_SELECTIVE
    direction = math.degrees(math.atan2(vy, vx)) % 360.0 if directed else None
    separability = _separability(weights)
    colour = max(0.0, 1.0 - grey / power) if power else 0.0
    averages = bool(grey) and not any(frequency)
    facts = Facts(averages, direction, speed, dsi, texture, asymmetry, separability, colour)
    return Profile(
        total=_together(weights.sum(axis=(1, 2, 3, 4))),
        norm=math.sqrt(power),
        spatial=spatial,
        temporal=temporal,
        speed=speed,
        direction=direction,
        orientation=_orientation(spectrum, frequency),
        dsi=dsi,
        separability=separability,
        colour=colour,
        frequency=frequency,
        badges=badges(weights, facts),
        texture_dsi=texture,
    )


def _velocity(spectrum: Spectrum, gratings: Sequence[Frequency]) -> tuple[float, float]:
    """Return the velocity (vx, vy) of the first grating, or of the pattern that white texture confirms most.

    What several kernels answer to together may like gratings of many directions alike: one of them alone
    would be an arbitrary direction.
    """

    def confirmed(velocity: tuple[float, float]) -> float:
        there, back = spectrum.texture(velocity[::-1])
        return there - back

    possible = velocities(gratings)
    if len(possible) < 2:
        return possible[0] if possible else (0.0, 0.0)
    gains = [confirmed(velocity) for velocity in possible]
    # The first, along the normal, unless another one is clearly better.
    best = max(gains)
    return next(v for v, gain in zip(possible, gains, strict=True) if gain >= best - 1e-3 * abs(best))


def _together(totals: Floats) -> float:
    """Return one kernel's total as it is, that of several as the root of the sum of squares."""
    return float(totals[0]) if len(totals) == 1 else float(np.sqrt(np.square(totals).sum()))


def _index(there: float, back: float) -> float:
    """Return (a - b) / (a + b); of signed powers (opponent energies) the magnitudes are added."""
    both = abs(there) + abs(back)
    return (there - back) / both if both else 0.0


def _separability(weights: Floats) -> float:
    """Return the share of the first squared singular value of the kT x (n kH kW C) matrix; 1 for zeros."""
    matrix = np.moveaxis(weights, 1, 0).reshape(weights.shape[1], -1)
    values = np.linalg.eigvalsh(np.einsum("ik,jk->ij", matrix, matrix))
    return min(1.0, float(values[-1] / values.sum())) if values[-1] > 0.0 else 1.0


def _orientation(spectrum: Spectrum, frequency: Frequency) -> float | None:
    ft, fy, fx = frequency
    if not (fy or fx):
        return None
    turned = max(spectrum.at((ft, fx, -fy)), spectrum.at((-ft, fx, -fy)))
    if _index(spectrum.at(frequency), turned) < _ORIENTED:
        return None
    return math.degrees(math.atan2(fy, fx)) % 180.0
