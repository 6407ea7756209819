r"""Motion energy of Adelson & Bergen, and the Reichardt detector, which computes the same from other parts.

Four separable filters along an axis, an even and an odd one in space by a fast and a slow one in time::

    even   . - + - .      A  = even x slow     B  = odd x slow
    odd    . - 0 + .      A' = even x fast     B' = odd x fast

    fast   _/\_           slow   _/‾\_        h_n(t) = (kt)^n exp(-kt) [1/n! - beta (kt)²/(n + 2)!]
              \/                    \_/

None of the four can tell directions apart; their sums can, being slanted in space-time:

    energy one way    (A + B')² + (A' - B)²          the other    (A - B')² + (A' + B)²
    opponent energy   their difference = ±4 (A'B - AB')

The opponent energy is a sum of two products of separable responses: the form of Reichardt's
delay-and-multiply detector, where A, B are two places and the dash is "undelayed". Which sign is right is
fixed by a moving texture in the tests.

Slow lags fast by 2 atan(w/k), a quarter of a cycle only at w = k, and is weaker by 1 + (w/k)²: with perfect
spatial quadrature the DSI at w = u k is 4u/(1 + (1 + u²)²), at most 0.872 (at u = 0.740). The model is less
selective than its drawings suggest.

Sources: Adelson & Bergen, JOSA A 2:284-299, 1985, eq. 1; Cauchy functions of order 4 as in Kiani, Hanks &
Shadlen, J. Neurosci. 28:3017, 2008; Reichardt 1961; van Santen & Sperling, JOSA A 2:300, 1985.
"""

from math import ceil, pi

import numpy as np

from core.errors import FilterError
from core.filters.kinds import BankKind, Design, Values, Weights
from core.filters.pairs import (
    OPPONENT_DIRECTION_TEXT,
    OPPONENT_TEXT,
    Energy,
    direction_view,
    motion_views,
    negated,
)
from core.filters.parts import arrow, biphasic
from core.filters.views import Product, View
from core.parameters import Parameter

GROUP = "Motion"
GABOR, CAUCHY = 0, 1
ORIENTED, SEPARABLE = 0, 1
# A truncated or coarsely sampled h_n has a sum that h_n has not; taking it away bends the filter.
MAX_DC = 0.1
_LARGEST_REACH = 7
# A centre minus a surround that is this much wider: blind to brightness, as products need it.
SURROUND = 1.6


def temporal_filter(k: float, n: int, beta: float, frames: int) -> tuple[Weights, float]:
    """Return h_n at 0, 1, … frames ago as weights, the latest frame last, and what its sum was off by.

    The integral of h_n is (1 - beta)/k; the mean is shifted so that the sum is that, too. What it was off by
    is relative to the sum of absolute values.
    """
    h = biphasic(k, n, beta, np.arange(float(frames)))
    excess = h.sum() - (1 - beta) / k
    return (h - excess / frames)[::-1].copy(), float(abs(excess) / np.abs(h).sum())


def spatial_pair(profile: int, frequency: float, sigma: float) -> tuple[Weights, Weights, Weights]:
    """Return even, odd and the Gaussian across, each (width,), even and odd with sum 0 and norm 1.

    Parameters
    ----------
    profile
        `GABOR`: Gaussian of sigma times cosine and sine. `CAUCHY`: cos⁴(a) cos 4a and cos⁴(a) sin 4a with
        a = atan(x/s), s = 3/(2 pi frequency), whose spectrum peaks at the frequency.
    """
    reach = _LARGEST_REACH if profile == CAUCHY else _reach(sigma)
    x = np.arange(-reach, reach + 1.0)
    if profile == CAUCHY:
        angle = np.arctan(x * (2 * pi * frequency / 3))
        envelope, phase = np.cos(angle) ** 4, 4 * angle
    else:
        envelope, phase = np.exp(-(x**2) / (2 * sigma**2)), 2 * pi * frequency * x
    even, odd = envelope * np.cos(phase), envelope * np.sin(phase)
    even -= envelope * (even.sum() / envelope.sum())
    across = np.exp(-(x**2) / (2 * sigma**2))
    return even / np.linalg.norm(even), odd / np.linalg.norm(odd), across / np.linalg.norm(across)


def _reach(sigma: float) -> int:
    return min(_LARGEST_REACH, ceil(2.5 * sigma))


def along_both(profile: Weights, across: Weights) -> tuple[Weights, Weights]:
    """Return (H, W) fields of a profile along x and along y."""
    return np.outer(across, profile), np.outer(profile, across)


def _build_adelson_bergen(values: Values) -> Design:
    if values["fast"] >= values["slow"]:
        raise FilterError(
            f"The slow order has to be above the fast one, not {values['slow']} and {values['fast']}."
        )
    fast, slow = (
        temporal_filter(values["k"], values[which], values["beta"], values["frames"])
        for which in ("fast", "slow")
    )
    even, odd, across = spatial_pair(values["profile"], values["frequency"], values["sigma"])
    axes = [
        np.stack([_product(time[0], field) for field in fields for time in (slow, fast)])
        for fields in zip(along_both(even, across), along_both(odd, across), strict=True)
    ]  # per axis A, A', B, B'
    separable = np.concatenate(axes)
    separable /= np.sqrt(np.square(slow[0]).sum() + np.square(fast[0]).sum())  # oriented ones get norm 1
    warnings = _dc_warning(values, max(fast[1], slow[1])) + _cut_warning(values)
    if values["parts"] == SEPARABLE:
        names = [
            f"{axis} {field} {time}"
            for axis in "xy"
            for field in ("even", "odd")
            for time in ("slow", "fast")
        ]
        return Design(separable[..., None], tuple(names), motion_views(_quadratic_energies()), warnings)
    return Design(_oriented(separable)[..., None], _ORIENTED_NAMES, motion_views(_pair_energies()), warnings)


def _product(time: Weights, field: Weights) -> Weights:
    return np.asarray(time[:, None, None] * field)


# Ahead is right and down; which of the two sums it is was fixed by a moving texture.
_AHEAD, _BACK = ("A+B'", "A'−B"), ("A−B'", "A'+B")
_ORIENTED_NAMES = tuple(
    f"{arrow(angle)} {form}"
    for angle, forms in ((0, _AHEAD), (180, _BACK), (90, _AHEAD), (270, _BACK))
    for form in forms
)


def _oriented(separable: Weights) -> Weights:
    """Return the slanted sums of A, A', B, B' of both axes, ahead before back."""
    kernels = []
    for a, a_fast, b, b_fast in (separable[:4], separable[4:]):
        kernels += [a + b_fast, a_fast - b, a - b_fast, a_fast + b]
    return np.stack(kernels)


def _pair_energies() -> list[Energy]:
    return [
        Energy(arrow(angle), (Product(2 * i, 2 * i), Product(2 * i + 1, 2 * i + 1)), angle)
        for i, angle in enumerate((0.0, 180.0, 90.0, 270.0))
    ]


def _quadratic_energies() -> list[Energy]:
    """Return the same energies as forms on the separable responses A, A', B, B' of x, then of y."""
    energies = []
    for first, ahead in ((0, 0.0), (4, 90.0)):
        squares = tuple(Product(i, i) for i in range(first, first + 4))
        cross = reichardt_products(first, 2.0)
        energies.append(Energy(arrow(ahead), (*squares, *negated(cross)), ahead))
        energies.append(Energy(arrow(ahead + 180), (*squares, *cross), ahead + 180))
    return energies


def reichardt_products(first: int, weight: float = 4.0) -> tuple[Product, Product]:
    """Return weight (A'B - AB') of the filters A, A', B, B' from `first` on."""
    a, a_fast, b, b_fast = range(first, first + 4)
    return Product(a_fast, b, weight), Product(a, b_fast, -weight)


def _dc_warning(values: Values, excess: float) -> tuple[str, ...]:
    """Say so where h_n does not fit into the frames, or k is too quick for them."""
    if excess <= MAX_DC:
        return ()
    k, frames = values["k"], values["frames"]
    crossing = np.sqrt((values["slow"] + 1) * (values["slow"] + 2))  # kt between the two lobes
    wanted = "more frames or a larger k" if k * frames < 2.5 * crossing else "a smaller k"
    return (
        f"With k = {k:g} and {frames} frames the temporal filters are {excess:.0%} off their sum before it is"
        f" corrected: they are cut off or sampled too coarsely, and directions mix. Take {wanted}.",
    )


def _cut_warning(values: Values) -> tuple[str, ...]:
    sigma = values["sigma"]
    if 2 * sigma <= _LARGEST_REACH + 0.5:
        return ()
    taps = 2 * _LARGEST_REACH + 1
    return (f"{taps} pixels cut off a Gaussian of sigma {sigma:g}: its edges ring at other frequencies.",)


def _build_reichardt(values: Values) -> Design:
    spacing, delay, sigma = values["spacing"], values["delay"], values["sigma"]
    reach = min(_LARGEST_REACH, ceil(spacing / 2 + 2.5 * SURROUND * sigma))
    x = np.arange(-reach, reach + 1.0)
    time = np.eye(delay + 1)[[0, delay]]  # delayed: the oldest frame; undelayed: the latest
    kernels = []
    for along_y in (False, True):
        for place in (-spacing / 2, spacing / 2):
            field = _centre_surround(x, place, sigma)
            kernels += [_product(part, field.T if along_y else field) for part in time]
    names = [
        f"{place} {part}" for place in ("left", "right", "upper", "lower") for part in ("delayed", "now")
    ]
    sums = tuple(negated(reichardt_products(first)) for first in (0, 4))
    views = (
        View(
            "opponent",
            "Opponent (delay and multiply)",
            ("right − left", "down − up"),
            sums,
            True,
            OPPONENT_TEXT,
        ),
        direction_view(sums, (0.0, 90.0), 1.5, OPPONENT_DIRECTION_TEXT),
    )
    return Design(np.stack(kernels)[..., None], tuple(names), views)


def _centre_surround(x: Weights, place: float, sigma: float) -> Weights:
    """Return a difference of Gaussians (H, W) around (0, place), sum 0 and norm 1."""
    distance = x[:, None] ** 2 + (x - place) ** 2
    centre, surround = (np.exp(-distance / (2 * s**2)) for s in (sigma, SURROUND * sigma))
    field = centre / centre.sum() - surround / surround.sum()
    return np.asarray(field / np.linalg.norm(field))


KINDS = (
    BankKind(
        "adelson-bergen",
        "Adelson-Bergen motion energy",
        GROUP,
        "the classic model of motion: even and odd in space by fast and slow in time",
        "Motion to the right, left, down and up near the tuned frequency, bright and dark patterns alike.",
        "Brightness; patterns much finer or coarser than the tuned frequency; what flickers in place (in the"
        " opponent view).",
        "Switch parts between oriented and separable: single filters that cannot tell left from right, yet"
        " their energies are the same. Then show Opponent.",
        (
            Parameter("k", 2.0, 0.5, 4.0, "per frame", tip="How quick the temporal filters are"),
            Parameter("frames", 9, 3, 16, "frames", tip="How many frames the temporal filters see"),
            Parameter("frequency", 0.125, 0.05, 0.35, "cycles/px", tip="Spatial frequency answered best"),
            Parameter("sigma", 3.0, 1.0, 5.0, "px", tip="Width of the Gaussian in space"),
            Parameter("profile", GABOR, GABOR, CAUCHY, words={"gabor": GABOR, "cauchy": CAUCHY},
                      tip="The shape in space: Gabor functions, or Cauchy functions of order 4"),
            Parameter("fast", 3, 1, 12, label="fast order n", tip="A lower order answers earlier"),
            Parameter("slow", 5, 2, 14, label="slow order n", tip="A higher order answers later"),
            Parameter("beta", 1.0, 0.0, 1.0, tip="Weight of the second lobe; below 1 still patterns show"),
            Parameter("parts", ORIENTED, ORIENTED, SEPARABLE,
                      words={"oriented": ORIENTED, "separable": SEPARABLE},
                      tip="Show the slanted sums, or the separable filters that they are made of"),
        ),
        _build_adelson_bergen,
        "Adelson & Bergen, JOSA A 2:284-299, 1985, eq. 1",
        "stimulus:drifting-grating?frequency=1/8&velocity=1.6",
    ),
    BankKind(
        "reichardt",
        "Reichardt detector",
        GROUP,
        "delay and multiply: what one place sees now and its neighbour saw a moment ago",
        "Motion over the distance between the two places within the delay.",
        "Each single response is blind to direction: only the product of two tells it. It measures how often"
        " a pattern passes, not how fast: very fine or fast patterns even seem to go backwards.",
        "Show Opponent: two multiplications and a subtraction, and the sign says left or right.",
        (
            Parameter("spacing", 2, 1, 6, "px", tip="Distance between the two places"),
            Parameter("delay", 2, 1, 8, "frames", tip="How long one of them is held back"),
            Parameter("sigma", 1.0, 0.5, 2.0, "px", tip="Size of what a place sees: centre minus surround"),
        ),
        _build_reichardt,
        "Reichardt, in Sensory Communication, 1961; van Santen & Sperling, JOSA A 2:300, 1985",
        "stimulus:drifting-texture?vx=1&vy=0&grain=2",
    ),
)  # fmt: skip
