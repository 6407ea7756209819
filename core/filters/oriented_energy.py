"""Oriented energies: how much of a clip lies in each of six planes of the spectrum, whatever its pattern.

A pattern of any shape that moves with (vx, vy) has all its spectrum in one plane, that with the normal
(vx, vy, 1). Four filters G3 whose axes fill such a plane evenly give its energy::

    axes in the plane          E = sum of the four squared responses
      th_i = cos(pi i/4) a + sin(pi i/4) b,   i = 0 … 3

and since the sum of cos⁶(phi - pi i/4) over i is 1.25 for every phi, no orientation within the plane is
preferred: the energy tells motion from pattern. Blurred (sigma 1 px) and divided by their sum plus 1 % of
the largest mean, the energies are shares; with what that floor takes ("no structure") they add up to 1.

====== =================== ======= ====================
name   normal (x, y, t)    name    normal
→, ←   (±v, 0, 1)          static  (0, 0, 1)
↓, ↑   (0, ±v, 1)          flicker (1, 1, 0) / sqrt(2)
====== =================== ======= ====================

"Static" and "flicker" are fixed by a still clip and a flickering one: ActionBank's code names the two planes
the other way around and swaps them on output.

Source: Derpanis, Sizintsev, Cannons & Wildes, Efficient action spotting, CVPR 2010, eq. 3-5; G3 of Derpanis &
Gryn, ICIP 2005; checked against ActionBank (Sadanand & Corso, CVPR 2012).
"""

from math import pi

import numpy as np

from core.filters.kinds import BankKind, Design, Values, Weights
from core.filters.pairs import Energy, motion_views
from core.filters.parts import arrow
from core.filters.steerable import G3_RADIUS, G3_TAPS, g3
from core.filters.views import Product, View
from core.parameters import Parameter

IN_PLANE = 4
POOLING = 1.0
FLOOR = 0.01
_MOVING = (0.0, 180.0, 90.0, 270.0)


def plane_axes(normal: Weights) -> Weights:
    """Return the four unit axes (4, 3) that fill the plane of a normal (3,) evenly."""
    normal = np.asarray(normal, np.float64) / np.linalg.norm(normal)
    helper = np.eye(3)[int(np.argmin(np.abs(normal)))]
    first = np.cross(normal, helper)
    first /= np.linalg.norm(first)
    second = np.cross(normal, first)
    angles = pi * np.arange(IN_PLANE)[:, None] / IN_PLANE
    return np.asarray(np.cos(angles) * first + np.sin(angles) * second)


def plane_normals(speed: float) -> Weights:
    """Return the normals (6, 3) = (x, y, t) of right, left, down, up, static, flicker."""
    v = speed
    return np.array([[v, 0, 1], [-v, 0, 1], [0, v, 1], [0, -v, 1], [0, 0, 1], [1, 1, 0]], np.float64)


def _build(values: Values) -> Design:
    axes = np.concatenate([plane_axes(normal) for normal in plane_normals(values["speed"])])
    kernels = g3(values["taps"], values["radius"], axes)
    titles = (*map(arrow, _MOVING), "static", "flicker")
    names = tuple(f"{title} {i + 1}" for title in titles for i in range(IN_PLANE))
    energies = [
        Energy(title, _squares(index), direction)
        for index, (title, direction) in enumerate(zip(titles, (*_MOVING, None, None), strict=True))
    ]
    shares = View(
        "shares",
        "Shares (seven energies)",
        (*titles, "no structure"),
        tuple(energy.products for energy in energies),
        explanation="Each energy divided by the sum of all: independent of contrast; the seven add up to 1."
        ' What is left where nothing answers is "no structure".',
        pooling=POOLING,
        floor=FLOOR,
    )
    text = "The four squared responses of one plane of the spectrum, added: motion, whatever the pattern."
    return Design(kernels[..., None], names, (shares, *motion_views(energies, POOLING, text)))


def _squares(plane: int) -> tuple[Product, ...]:
    return tuple(Product(i, i) for i in range(IN_PLANE * plane, IN_PLANE * (plane + 1)))


KINDS = (
    BankKind(
        "derpanis-wildes",
        "Derpanis-Wildes energies",
        "Motion",
        "seven oriented energies: right, left, down, up, static, flicker, and no structure",
        "Motion as such: a checkerboard and a face that move to the right both show in the share →.",
        "What the pattern looks like. Speeds far from the chosen one spread over several shares, and still"
        " stripes from corner to corner (╱) show in flicker as much as in static, as the plane of flicker is"
        " defined.",
        "Choose Shares. Then freeze the clip: everything goes over to static.",
        (
            G3_TAPS,
            G3_RADIUS,
            Parameter("speed", 1.0, 0.25, 4.0, "px/frame", tip="The speed that →, ←, ↓ and ↑ stand for"),
        ),
        _build,
        "Derpanis, Sizintsev, Cannons & Wildes, CVPR 2010",
        "stimulus:drifting-texture?vx=1&vy=0&frames=24",
    ),
)
