"""Steerable filters in space-time: the quadrature pair G2/H2, and G3.

With g(x, y, t) = exp(-(x² + y² + t²)), a unit axis n and q = n · (x, y, t):

===== ============================= ====================================
G2    N (2 q² - 1) g                even, N = 2/sqrt(3) (2/pi)^(3/4)
H2    0.877776 (q³ - 2.254 q) g     odd, close to G2's Hilbert transform
G3    -4 C (2 q³ - 3 q) g           odd, C = 0.184
===== ============================= ====================================

each made of separable filters (`core.filters.steering`) with the 1-D parts, u = x, y or t times exp(-u²)::

    order   0      1        2             3
    G2      1      2u       4u² - 2                       Hermite polynomials
    H2      1      u        u² - 0.751333 u³ - 2.254 u
    G3      1      2u       4u² - 2       8u³ - 12u       Hermite polynomials

    G2 along n          H2 along n
    - - + + + - -       - - - 0 + + +     (a cut along q)

They are sampled at `taps` places from -R to R along each axis and multiplied by spacing^1.5, so that the sum
of squares is that of the continuous function: 1. G2's mean is subtracted (see the table in `_sampled_well`).

H2 is some 10 % off the exact Hilbert transform: the energy G2² + H2² of a drifting grating ripples by 7 %.

Source: Derpanis & Gryn, Three-dimensional nth derivative of Gaussian separable steerable filters, ICIP 2005,
III-553; constants of H2 and G3 as in public code, verified in the tests.
"""

from math import pi, sqrt

import numpy as np

from core.filters.kinds import BankKind, Design, Values, Weights
from core.filters.pairs import Energy, even_odd, headings, motion_views
from core.filters.parts import arrow
from core.filters.steering import motion_axes, steered
from core.filters.views import Product
from core.parameters import Parameter

GROUP = "Motion"
G2_SCALE = 2 / sqrt(3) * (2 / pi) ** 0.75
H2_SCALE = 0.877776
H2_CUBIC = 2.254
H2_QUADRATIC = 0.751333
G3_SCALE = 0.184
# (taps, R) that keep direction selectivity, quadrature and a small size together best.
BEST_SAMPLED = ((7, 2.0), (9, 3.0))

_ODD = {str(number): number for number in (5, 7, 9, 11, 13, 15)}
TAPS = Parameter("taps", 7, 5, 15, words=_ODD, tip="Samples along t, y and x each")
RADIUS = Parameter("radius", 2.0, 1.5, 4.0, tip="Where the Gaussian is cut: the outermost sample is exp(-R²)")
G3_TAPS = Parameter("taps", 13, 7, 15, words={k: v for k, v in _ODD.items() if v > 5}, tip=TAPS.tip)
G3_RADIUS = Parameter("radius", 3.0, 1.5, 4.0, tip=RADIUS.tip)
SPEED = Parameter("speed", 1.0, 0.25, 4.0, "px/frame", tip="The speed that the filters are steered to")
DIRECTIONS = Parameter(
    "directions",
    8,
    4,
    16,
    words={"4": 4, "8": 8, "16": 16},
    subject="The number of directions",
    tip="How many directions, evenly around the circle",
)


def samples(taps: int, radius: float) -> Weights:
    """Return u from -R to R."""
    return np.linspace(-radius, radius, taps)


def hermite_parts(u: Weights, order: int) -> Weights:
    """Return H_0 … H_order times exp(-u²): (order + 1, taps)."""
    polynomials = (np.ones_like(u), 2 * u, 4 * u**2 - 2, 8 * u**3 - 12 * u)
    return np.stack(polynomials[: order + 1]) * np.exp(-(u**2))


def h2_parts(u: Weights) -> Weights:
    """Return the parts of H2 times exp(-u²): (4, taps)."""
    polynomials = (np.ones_like(u), u, u**2 - H2_QUADRATIC, u**3 - H2_CUBIC * u)
    return np.stack(polynomials) * np.exp(-(u**2))


def g2(taps: int, radius: float, axes: Weights, zero_mean: bool = True) -> Weights:
    """Return G2 along unit axes (N, 3), sampled: (N, taps, taps, taps)."""
    u = samples(taps, radius)
    kernels = G2_SCALE / 2 * _volume(u) * steered(hermite_parts(u, 2), axes)
    return np.asarray(kernels - zero_mean * kernels.mean(axis=(1, 2, 3), keepdims=True))


def h2(taps: int, radius: float, axes: Weights) -> Weights:
    """Return H2 along unit axes (N, 3), sampled: (N, taps, taps, taps)."""
    u = samples(taps, radius)
    return H2_SCALE * _volume(u) * steered(h2_parts(u), axes)


def g3(taps: int, radius: float, axes: Weights) -> Weights:
    """Return G3 along unit axes (N, 3), sampled: (N, taps, taps, taps)."""
    u = samples(taps, radius)
    return -G3_SCALE * _volume(u) * steered(hermite_parts(u, 3), axes)


def _volume(u: Weights) -> float:
    return float((u[1] - u[0]) ** 1.5)


def _build_g2h2(values: Values) -> Design:
    taps, radius = values["taps"], values["radius"]
    directions = headings(values["directions"])
    axes = motion_axes(directions, values["speed"])
    pairs = np.stack([g2(taps, radius, axes), h2(taps, radius, axes)], axis=1)
    names = tuple(f"{arrow(angle)} {part}" for angle in directions for part in ("G2", "H2"))
    energies = [even_odd(arrow(angle), i, angle) for i, angle in enumerate(directions)]
    weights = pairs.reshape(-1, taps, taps, taps, 1)
    return Design(weights, names, motion_views(energies), _sampled_well(taps, radius))


def _sampled_well(taps: int, radius: float) -> tuple[str, ...]:
    """Say what a sampling costs that is not one of the best.

    Measured along n = (1, 0, 1)/sqrt(2): sum of G2 before its mean is taken, peak of the energy
    (cycles/sample), its DSI, and its ripple (a² - b²)/(a² + b²) there.

    ====== ===== ====== ===== ======
    taps,R DC    peak   DSI   ripple
    5, 2   -.006 .324   .998  .094
    7, 2   -.008 .206   1.000 .073
    7, 3   -.003 .324   .998  .092
    9, 3   .000  .236   1.000 .069
    13, 3  .000  .163   .999  .064
    ====== ===== ====== ===== ======
    """
    if (taps, radius) in BEST_SAMPLED:
        return ()
    axis = np.array([[1.0, 0.0, 1.0]]) / sqrt(2)
    even, odd = g2(taps, radius, axis)[0], h2(taps, radius, axis)[0]
    reach = np.linspace(0.05, 0.49, 89)
    a, b = (_along(kernel, reach, axis[0]) for kernel in (even, odd))
    best = int(np.argmax(a**2 + b**2))
    mirrored = axis[0] * (1, 1, -1)
    back = sum(_along(kernel, reach[best : best + 1], mirrored)[0] ** 2 for kernel in (even, odd))
    energy = a[best] ** 2 + b[best] ** 2
    dsi, ripple = (energy - back) / (energy + back), abs(a[best] ** 2 - b[best] ** 2) / energy
    return (
        f"7 taps with R = 2 and 9 taps with R = 3 are sampled best; with {taps} and {radius:g} the filters"
        f" answer most at {reach[best]:.2f} cycles per sample, their DSI is {dsi:.3f}, and the energy of a"
        f" drifting grating ripples by {ripple:.0%}.",
    )


def _along(kernel: Weights, reach: Weights, axis: Weights) -> Weights:
    """Return |spectrum| of a cube at the frequencies reach * axis, axis = (nx, ny, nt)."""
    places = np.arange(len(kernel)) - (len(kernel) - 1) / 2
    x, y, t = (np.exp(-2j * pi * np.multiply.outer(reach * part, places)) for part in axis)
    return np.asarray(np.abs(np.einsum("tyx,ft,fy,fx->f", kernel, t, y, x, optimize=True)))


def _build_g3(values: Values) -> Design:
    taps = values["taps"]
    directions = headings(values["directions"])
    kernels = g3(taps, values["radius"], motion_axes(directions, values["speed"]))
    names = tuple(f"{arrow(angle)} G3" for angle in directions)
    energies = [Energy(arrow(angle), (Product(i, i),), angle) for i, angle in enumerate(directions)]
    text = "The squared response, blurred by 2 px because no partner in quadrature fills its gaps."
    return Design(kernels[..., None], names, motion_views(energies, 2.0, text))


KINDS = (
    BankKind(
        "g2h2",
        "G2/H2 steerable",
        GROUP,
        "quadrature pairs of Gaussian derivatives, steered to motion in eight directions",
        "Motion to the arrow's side near the chosen speed: edges and lines alike, since a pair of an even and"
        " an odd filter forms an energy.",
        "Brightness, and motion along an edge (only motion across it can be seen).",
        "Compare one response with Energy: the response swings as the texture passes, the energy stays. Then"
        " look at Direction.",
        (TAPS, RADIUS, SPEED, DIRECTIONS),
        _build_g2h2,
        "Derpanis & Gryn, ICIP 2005, III-553; Freeman & Adelson, IEEE PAMI 13(9):891, 1991",
        "stimulus:drifting-texture?vx=1&vy=0",
    ),
    BankKind(
        "g3",
        "G3 steerable",
        GROUP,
        "third derivatives of a Gaussian, steered to motion in eight directions",
        "Edges and fine texture that move to the arrow's side, more narrowly tuned than G2.",
        "Brightness. It has no partner in quadrature: each response swings through 0 as a pattern passes.",
        "Turn the texture around (vx = -1): the tiles → and ← swap.",
        (
            G3_TAPS,
            G3_RADIUS,
            SPEED,
            DIRECTIONS,
        ),
        _build_g3,
        "Derpanis & Gryn, ICIP 2005, III-553",
        "stimulus:drifting-texture?vx=1&vy=0&frames=24",
    ),
)
