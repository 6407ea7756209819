"""Velocity-adapted derivatives: Gaussians that travel through the kernel with the motion they look for.

In frame t the spatial kernel is shifted by v t along the motion (u along, w across)::

    K(t, u, w) = d^m/du^m g(u - v t; sigma)  g(w; across)  g(t; tau)          m = 1, 2, 3

    t = -1      -  +  .  .  .         x-t section for m = 1, v = 1 px/frame: an edge that slides.
    t =  0      .  -  +  .  .         As an outer product of time and space this cannot be written,
    t = +1      .  .  -  +  .         so it tells directions apart, the better the larger |v| tau / sigma.

Its power lies around the plane ft = -v fu of a pattern that moves with v. In every frame what few taps
leave of the sum is taken out in proportion to the Gaussian there, so that neither brightness nor flicker of
the whole frame is answered. Each kernel has the norm 1.

Lindeberg, Generalized Gaussian scale-space axiomatics, J. Math. Imaging Vis. 40:36-81 (2011); Laptev &
Lindeberg, Velocity adaptation of space-time interest points, ICPR 2004.
"""

import math

import numpy as np

from core.errors import FilterError
from core.filters.derivatives import GROUP
from core.filters.kinds import BankKind, Design, Values, Weights, size_parameter
from core.filters.pairs import Energy, direction_view, energy_view
from core.filters.parts import arrow, cut_off, positions
from core.filters.views import Product, View
from core.parameters import Parameter

_WORDS = {"right": 0, "down": 90, "left": 180, "up": 270}
POOLING = 2.0
_TOO_COARSE = 0.5  # cycles per frame: beyond it a motion looks like another one


def _hermite(u: Weights, order: int) -> Weights:
    """Return the polynomial that turns exp(-u²/2) into an answer to slope, curvature or the third order."""
    return (u, u**2 - 1, u**3 - 3 * u)[order - 1]


def adapted_kernel(values: Values, direction: float) -> Weights:
    """Return one kernel (kT, kH, kW), norm 1, for a motion of `speed` px/frame in a direction in degrees."""
    t, y, x = (positions(count) for count in values["kernel"])
    cos, sin = math.cos(math.radians(direction)), math.sin(math.radians(direction))
    along = (x[None, :] * cos + y[:, None] * sin)[None] - values["speed"] * t[:, None, None]
    across = (y[:, None] * cos - x[None, :] * sin)[None]
    u = along / values["sigma"]
    time = np.exp(-0.5 * (t / values["tau"]) ** 2)[:, None, None]
    # A floor keeps frames that the Gaussian has left long ago from dividing 0 by 0.
    window = np.maximum(np.exp(-0.5 * (u**2 + (across / values["across"]) ** 2)), 1e-200)
    shape = _hermite(u, values["order"])
    mean = (window * shape).sum(axis=(1, 2), keepdims=True) / window.sum(axis=(1, 2), keepdims=True)
    kernel = window * (shape - mean) * time
    norm = float(np.linalg.norm(kernel))
    if norm < 1e-9:
        raise FilterError("A velocity-adapted kernel needs more than these few rows and columns.")
    return np.asarray(kernel / norm)


def _warnings(values: Values) -> tuple[str, ...]:
    """Return what is wrong with a speed or a scale on so few frames and pixels."""
    speed, sigma, tau, size = values["speed"], values["sigma"], values["tau"], values["kernel"]
    wider = max(("sigma", "across"), key=values.__getitem__)
    found = list(cut_off(size, tau, values[wider], wider))
    half, way = (min(size[1:]) - 1) / 2, sigma + speed * tau
    if half < way - 1e-9:
        found.append(
            f"At {speed:g} px/frame the Gaussian leaves a kernel of {min(size[1:])} pixels: "
            f"it needs {2 * math.ceil(way) + 1}, a lower speed or a smaller tau."
        )
    temporal = speed * math.sqrt(values["order"]) / (2 * math.pi * sigma)
    if temporal > _TOO_COARSE:
        found.append(
            f"At {speed:g} px/frame this detail changes {temporal:.2g} times per frame, "
            "more than half: it looks as if it moved the other way."
        )
    if speed * tau < 0.5 * sigma:
        found.append("Speed times tau is below half of sigma: opposite directions are answered almost alike.")
    return tuple(found)


def _views(angles: list[float]) -> tuple[View, ...]:
    """Return pooled energy, opponent energy of opposite directions, and direction where it is defined."""
    count = len(angles)
    names = [arrow(angle) for angle in angles]
    squares = [(Product(i, i),) for i in range(count)]
    energies = [Energy(*parts) for parts in zip(names, squares, angles, strict=True)]
    views = [energy_view(energies, POOLING, "Squared and pooled: sign is gone.")]
    if count % 2 == 0:
        pairs = [(i, i + count // 2) for i in range(count // 2)]
        views.append(
            View(
                "opponent",
                "Opponent energy",
                tuple(f"{names[a]} − {names[b]}" for a, b in pairs),
                tuple((Product(a, a), Product(b, b, -1.0)) for a, b in pairs),
                signed=True,
                explanation="One direction minus the opposite: flicker and still edges cancel.",
                pooling=POOLING,
            )
        )
    if count > 2:
        views.append(direction_view(squares, tuple(angles), POOLING))
    return tuple(views)


def _adapted(values: Values) -> Design:
    count = values["directions"]
    angles = [(values["direction"] + 360 * i / count) % 360 for i in range(count)]
    kernels = np.stack([adapted_kernel(values, angle) for angle in angles])
    names = tuple(arrow(angle) for angle in angles)
    return Design(kernels[..., None], names, _views(angles), _warnings(values))


KINDS = (
    BankKind(
        name="velocity-adapted",
        title="velocity-adapted derivatives",
        group=GROUP,
        description="edges and lines that travel with a chosen speed, one kernel for each direction",
        answers="Edges and lines that move with this speed in the arrow's direction.",
        blind="Even surfaces, flicker of the whole frame, and motion along the edge itself.",
        hint="Still edges answer a little, too: opponent energy takes them away. Try your hand's speed.",
        parameters=(
            Parameter("speed", 1.0, 0.0, 4.0, unit="px/frame", subject="The speed", tip="Pixels per frame"),
            Parameter(
                "direction",
                0.0,
                -360.0,
                360.0,
                unit="degrees",
                words=_WORDS,
                subject="The direction",
                tip="Of the first kernel: 0 right, 90 down, 180 left, 270 up",
            ),
            Parameter(
                "directions",
                4,
                1,
                8,
                subject="The number of directions",
                tip="How many kernels, spread evenly around the circle",
            ),
            Parameter(
                "order",
                2,
                1,
                3,
                subject="The order",
                tip="1 answers to edges, 2 to lines, 3 to finer detail",
            ),
            Parameter("sigma", 1.2, 0.5, 4.0, unit="px", subject="Sigma", tip="Width along the motion"),
            Parameter("across", 1.5, 0.5, 4.0, unit="px", subject="Across", tip="Width across the motion"),
            Parameter("tau", 1.2, 0.5, 4.0, unit="frames", subject="Tau", tip="Width in time"),
            size_parameter((7, 9, 9), 3),
        ),
        build=_adapted,
        source="Lindeberg, J. Math. Imaging Vis. 40:36-81, 2011",
        stimulus="stimulus:drifting-texture",
    ),
)
