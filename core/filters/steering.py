"""Steering: filters along any axis in space-time from a few separable ones.

A directional derivative of order m along the unit vector n = (nx, ny, nt) is

    K_n(t, y, x) = sum over i + j + k = m of  m!/(i! j! k!) nx^i ny^j nt^k  p_i(x) p_j(y) p_k(t)

where p_o are 1-D parts of order o. It is exact for Hermite functions (derivatives of a Gaussian), and holds
for every set of parts that are derivatives of one prefilter (Freeman & Adelson, IEEE PAMI 13(9):891, 1991;
in 3-D Derpanis & Gryn, ICIP 2005, III-553). The axis of a filter is where its spectrum lies, so a pattern
that moves along the angle a with speed v is met by n = (cos a, sin a, -v) / sqrt(1 + v²).
"""

from collections.abc import Sequence
from math import factorial

import numpy as np
from numpy.typing import ArrayLike

from core.filters.kinds import Weights


def exponents(order: int) -> list[tuple[int, int, int]]:
    """Return all (i, j, k) with i + j + k = order: 6 for the second order, 10 for the third."""
    return [(i, j, order - i - j) for i in range(order, -1, -1) for j in range(order - i, -1, -1)]


def basis(parts: Weights) -> Weights:
    """Return the separable filters of the highest order, in the order of `exponents`.

    Parameters
    ----------
    parts
        (order + 1, taps): the 1-D parts, order 0 first.

    Returns
    -------
    (M, taps, taps, taps), axes t, y, x.
    """
    order = len(parts) - 1
    return np.stack([np.einsum("t,y,x->tyx", parts[k], parts[j], parts[i]) for i, j, k in exponents(order)])


def steering_weights(order: int, axes: ArrayLike) -> Weights:
    """Return how much of each basis filter there is in each steered one: (N, M) for unit axes (N, 3).

    An axis is (nx, ny, nt).
    """
    nx, ny, nt = np.asarray(axes, np.float64).T
    columns = [
        factorial(order) / (factorial(i) * factorial(j) * factorial(k)) * nx**i * ny**j * nt**k
        for i, j, k in exponents(order)
    ]
    return np.stack(columns, axis=1)


def steered(parts: Weights, axes: ArrayLike) -> Weights:
    """Return filters (N, taps, taps, taps) along unit axes (N, 3), from 1-D parts (order + 1, taps)."""
    return np.tensordot(steering_weights(len(parts) - 1, axes), basis(parts), 1)


def motion_axes(directions: Sequence[float], speed: float) -> Weights:
    """Return the unit axes (N, 3) = (nx, ny, nt) of patterns moving to `directions` (degrees).

    Parameters
    ----------
    speed
        px/frame.
    """
    circle = unit_circle(directions)
    axes = np.concatenate([circle, np.full((len(circle), 1), -speed)], axis=1)
    return np.asarray(axes / np.sqrt(1 + speed * speed))


def unit_circle(directions: Sequence[float]) -> Weights:
    """Return (cos, sin) of angles in degrees: (N, 2), quarter turns exactly, so that a zero is a zero."""
    angles = np.deg2rad(directions)
    return np.stack([np.cos(angles), np.sin(angles)], axis=1).round(15)
