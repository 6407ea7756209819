"""The V1 stage of Simoncelli & Heeger: third derivatives along 28 directions in space-time.

The 1-D parts are derivatives of one prefilter, matched on 9 taps, the same for y, x and t (first five taps;
even orders are symmetric, odd ones change sign)::

    order 0   .0007  .0155  .0903  .2345  .3179      sum 1     . - + + # + + - .
    order 1   .0031  .0352  .1187  .1439  0          sum 0     + + + + 0 - - - -
    order 2   .0103  .0618  .0856 -.0617 -.192       sum 0     . + + - # - + + .
    order 3   .0272  .0659 -.0536 -.2037  0          sum 0     + + - - 0 + + - -

    K_d = sum over a + b + c = 3 of 3!/(a! b! c!) dx^a dy^b dt^c v_c(t) v_b(y) v_a(x)

times 6.6084, the scale of the published model. 28 is the number of forms of the sixth order in three
variables, so the squared response along *any* direction is a weighted sum of these 28 squares, exactly.
That is how "right minus left" below is made, though no filter points exactly right at 1 px/frame.

Ideal filters of this order have a DSI of (1 - c)/(1 + c), c = ((1 - v²)/(1 + v²))⁶ at speed v, and these
keep to it within .003: .27 at 0.22 px/frame, .40 at 0.27, .998 at 0.71, .989 at 1.57. So the slow filters
hardly tell a direction from the opposite one. The published code flips the taps of t and y; here the angle
is the direction of motion on the screen, fixed by a moving texture in the tests.

Left out: the model blurs squares over x, y and t (here over x and y, sigma 1.6 px), multiplies them by
1.9263 and 1.0205, and divides by 0.2353 times the sum over a population plus 0.1². The view "normalised"
divides by the sum of all 28 plus 1 % of the largest mean instead.

Source: Simoncelli & Heeger, A model of neuronal responses in visual area MT, Vision Res. 38:743, 1998;
numbers of the authors' MTmodel 2005.
"""

import numpy as np

from core.filters.kinds import BankKind, Design, Values, Weights
from core.filters.pairs import (
    OPPONENT_DIRECTION_TEXT,
    OPPONENT_TEXT,
    Energy,
    direction_view,
    energy_view,
    headings,
)
from core.filters.parts import arrow
from core.filters.steering import motion_axes, steered, steering_weights
from core.filters.views import Product, View
from core.parameters import Parameter

# Taps -4 … 0 of the derivatives of order 0 … 3.
_HALF = np.array(
    [
        [0.0007, 0.0155, 0.0903, 0.2345, 0.3179],
        [0.0031, 0.0352, 0.1187, 0.1439, 0.0],
        [0.0103, 0.0618, 0.0856, -0.0617, -0.192],
        [0.0272, 0.0659, -0.0536, -0.2037, 0.0],
    ]
)
PARTS: Weights = np.concatenate([_HALF, _HALF[:, -2::-1] * np.array([[1.0], [-1.0], [1.0], [-1.0]])], axis=1)
SCALE = 6.6084
POOLING = 1.6
FLOOR = 0.01
# Direction of motion in radians on the screen (0 right, pi/2 down) and speed in px/frame.
MOTIONS = (
    (5.5475, 0.2162), (3.2461, 0.2176), (0.6942, 0.2266), (4.0698, 0.2326), (1.6542, 0.2393),
    (6.043, 0.2428), (5.0491, 0.2528), (2.6917, 0.2614), (4.5468, 0.2656), (2.1323, 0.2685),
    (0.2522, 0.2885), (1.1696, 0.3033), (3.6457, 0.4343), (3.0694, 0.7118), (5.5522, 0.7333),
    (2.3645, 0.7374), (1.5678, 0.7681), (0.7111, 0.7819), (4.8972, 0.7988), (6.1972, 0.8059),
    (4.1718, 0.8077), (3.635, 1.4046), (1.13, 1.4926), (1.9858, 1.5147), (2.8434, 1.5681),
    (0.251, 1.5743), (4.5454, 1.6289), (5.5369, 1.6311),
)  # fmt: skip


def axes() -> Weights:
    """Return the 28 unit axes (nx, ny, nt)."""
    return np.concatenate([motion_axes([np.rad2deg(angle)], speed) for angle, speed in MOTIONS])


def interpolation(wanted: Weights) -> Weights:
    """Return weights (N, 28): the squared responses along unit axes (N, 3) from those of the 28.

    The squared response along n is a form of the sixth order in n, so both are expanded in the 28 monomials.
    """
    # Forms without the multinomial factors would do as well; the factors keep the system well-conditioned.
    return np.asarray(np.linalg.solve(steering_weights(6, axes()).T, steering_weights(6, wanted).T).T)


def _build(values: Values) -> Design:
    kernels = SCALE * steered(PARTS, axes())
    degrees = [float(np.rad2deg(angle)) for angle, _ in MOTIONS]
    names = tuple(
        f"{arrow(round(angle))} {speed:.2f}" for angle, (_, speed) in zip(degrees, MOTIONS, strict=True)
    )
    squares = [Energy(name, (Product(i, i),)) for i, name in enumerate(names)]
    text = "Squared responses, blurred by 1.6 px: how much moves with this direction and speed."
    normalised = View(
        "normalised",
        "Normalised (V1)",
        (*names, "no structure"),
        tuple(energy.products for energy in squares),
        explanation="Each square divided by the sum of all: independent of contrast, as cells in V1 are said"
        " to be. The published model divides by a fixed constant plus the population.",
        pooling=POOLING,
        floor=FLOOR,
    )
    sums = _steered_opponents(values["speed"])
    views = (
        energy_view(squares, POOLING, text),
        normalised,
        View(
            "opponent", "Opponent energy", ("right − left", "down − up"), sums, True, OPPONENT_TEXT, POOLING
        ),
        direction_view(sums, (0.0, 90.0), POOLING, OPPONENT_DIRECTION_TEXT),
    )
    return Design(kernels[..., None], names, views)


def _steered_opponents(speed: float) -> tuple[tuple[Product, ...], ...]:
    """Return right minus left and down minus up at a speed, as weighted squares of the 28."""
    right, down, left, up = interpolation(motion_axes(headings(4), speed))
    return tuple(
        tuple(Product(i, i, float(weight)) for i, weight in enumerate(weights))
        for weights in (right - left, down - up)
    )


KINDS = (
    BankKind(
        "simoncelli-heeger",
        "Simoncelli-Heeger V1",
        "Motion",
        "28 third derivatives in space-time, from which any other direction and speed can be computed",
        "Edges that move with the named direction (degrees, 0 right, 90 down) and speed (px/frame).",
        "Brightness. The slow filters (0.2 to 0.3) hardly know which way: a slow pattern looks much like one"
        " that creeps back.",
        "Compare a slow tile with a fast one on a pattern that turns round. Then choose Direction: it is"
        " interpolated exactly from all 28.",
        (
            Parameter(
                "speed",
                1.0,
                0.25,
                4.0,
                "px/frame",
                label="opponent speed",
                tip="The speed at which right and left are compared in the views; the filters stay",
            ),
        ),
        _build,
        "Simoncelli & Heeger, Vision Res. 38:743, 1998",
        "stimulus:drifting-texture?vx=1&vy=0&frames=24",
    ),
)
