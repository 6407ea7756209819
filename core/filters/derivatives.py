"""First derivatives of a few taps along t, y and x, blurred along the two other axes.

Three kernels each, d/dt, d/dy, d/dx: an edge part e along one axis, a smoothing part s along the others::

    d/dx:  e(x) s(y) s(t)       e            s
    Sobel                       -1  0  1     1  2  1      / 2 and / 4: a unit ramp gives 1
    Prewitt                     -1  0  1     1  1  1      / 2 and / 3
    Scharr                      -1  0  1     3 10  3      / 2 and / 16
    Farid-Simoncelli            -.110 -.277 0 .277 .110    .038 .249 .426 .249 .038

As printed, Farid and Simoncelli's five taps give 0.9918 to a unit ramp; here they are divided by that, so
all four banks give 1. In whole numbers Sobel's kernel is divided by 32 and Scharr's by 512.

Sobel & Feldman 1968; Prewitt 1970; Scharr, dissertation, Heidelberg 2000; Farid & Simoncelli, IEEE
Trans. Image Processing 13(4):496-508 (2004), table I.
"""

from collections.abc import Callable

import numpy as np

from core.filters.kinds import BankKind, Design, Values, Weights
from core.filters.parts import outer, positions, stacked
from core.filters.views import Product, View

GROUP = "Derivatives"
NAMES = ("d/dt", "d/dy", "d/dx")
EDGE = np.array([-1.0, 0.0, 1.0]) / 2
SMOOTH: dict[str, Weights] = {
    "sobel": np.array([1.0, 2.0, 1.0]) / 4,
    "prewitt": np.array([1.0, 1.0, 1.0]) / 3,
    "scharr": np.array([3.0, 10.0, 3.0]) / 16,
}
_OUTER_P, _INNER_P = 0.0376593171958126, 0.249153396177344
_OUTER_D, _INNER_D = 0.109603762960254, 0.276690988455557
FARID_P = np.array([_OUTER_P, _INNER_P, 0.426374573253687, _INNER_P, _OUTER_P])
FARID_D = np.array([-_OUTER_D, -_INNER_D, 0.0, _INNER_D, _OUTER_D])

ENERGY = View(
    key="energy",
    title="Gradient energy",
    names=("in time", "in space"),
    products=((Product(0, 0),), (Product(1, 1), Product(2, 2))),
    explanation="(d/dt)² shows change, (d/dy)² + (d/dx)² shows edges of every orientation.",
)
MOTION = View(
    key="opponent",
    title="Motion from gradients",
    names=("right − left", "down − up"),
    products=((Product(0, 2, -1.0),), (Product(0, 1, -1.0),)),
    signed=True,
    explanation="-(d/dt)(d/dx) is positive where something moves right, negative where left.",
    pooling=2.0,
)
VIEWS = (ENERGY, MOTION)


def gradient(edge: Weights, smooth: Weights) -> Weights:
    """Return the bank d/dt, d/dy, d/dx (3, n, n, n, 1) of an edge part and a smoothing part of n taps."""
    axes = [[edge if axis == own else smooth for axis in range(3)] for own in range(3)]
    return stacked([outer(*parts) for parts in axes])


def _farid(values: Values) -> Design:
    smooth = FARID_P / FARID_P.sum()
    edge = FARID_D / (FARID_D @ positions(5))
    return Design(gradient(edge, smooth), NAMES, VIEWS)


def _three_taps(name: str) -> Callable[[Values], Design]:
    return lambda _values: Design(gradient(EDGE, SMOOTH[name]), NAMES, VIEWS)


def _kind(
    name: str, title: str, description: str, build: Callable[[Values], Design], hint: str, source: str
) -> BankKind:
    return BankKind(
        name=name,
        title=title,
        group=GROUP,
        description=description,
        answers="Slopes: d/dt to change in time, d/dy to horizontal and d/dx to vertical edges.",
        blind="Even surfaces. Each alone cannot tell left from right: that takes d/dx and d/dt together.",
        hint=hint,
        parameters=(),
        build=build,
        source=source,
        stimulus="stimulus:drifting-texture",
    )


KINDS = (
    _kind(
        "sobel",
        "Sobel 3-D",
        "slope along t, y and x: 3 taps, smoothed 1 2 1 across",
        _three_taps("sobel"),
        "Where d/dx and d/dt have opposite colours, something moves right; where they agree, left.",
        "Sobel & Feldman, Stanford Artificial Intelligence Project 1968",
    ),
    _kind(
        "prewitt",
        "Prewitt 3-D",
        "slope along t, y and x: 3 taps, smoothed 1 1 1 across",
        _three_taps("prewitt"),
        "Compare with Sobel on a slanted edge: equal smoothing prefers the axes a little more.",
        "Prewitt, in Picture Processing and Psychopictorics, Academic Press 1970",
    ),
    _kind(
        "scharr",
        "Scharr 3-D",
        "slope along t, y and x: 3 taps, smoothed 3 10 3 across",
        _three_taps("scharr"),
        "Compare with Prewitt on a turning edge: these taps make the slope's direction truer.",
        "Scharr, dissertation, University of Heidelberg 2000",
    ),
    _kind(
        "farid-simoncelli",
        "Farid-Simoncelli",
        "slope along t, y and x: 5 matched taps, scaled so that a unit ramp gives 1 (as published 0.9918)",
        _farid,
        "Speed is -(d/dt) / (d/dx): with matched taps the quotient is right for fine texture, too.",
        "Farid & Simoncelli, IEEE Trans. Image Processing 13(4):496-508, 2004",
    ),
)
