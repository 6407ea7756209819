"""Derivatives of Gaussians: what a point of space-time looks like at a chosen scale.

Parts along t (width tau, frames), y and x (width sigma, pixels)::

    g    .05  .24  .40  .24  .05        blur
    g'  -.11 -.24   0   .24  .11        slope            g'''   .5 -1.  0  1. -.5    third
    g''  .23 -.01 -.43 -.01  .23        curvature

    gaussian-derivatives   d^a/dt^a d^b/dy^b d^c/dx^c g = g(a)(t) g(b)(y) g(c)(x)
    LoG, spatial           [g''(y) g(x) + g(y) g''(x)] times g(t) or g'(t)
    LoG, space-time        the same + g''(t) g(y) g(x)
    DoG                    [g(1.6 sigma) - g(sigma)](y, x) g(t), scaled like LoG
    centre-surround        [g(sigma) - g(1.6 sigma)](y, x) times a two-lobed course in time

All sums are 0 (order 0 aside). A derivative of order (a, b, c) gives 1 to t^a/a! y^b/b! x^c/c!, and both
LoG and DoG give 2 to x^2/2 + y^2/2, as the true derivatives would (see `parts.gaussian_derivative`).

Lindeberg, Generalized Gaussian scale-space axiomatics, J. Math. Imaging Vis. 40:36-81 (2011); Marr &
Hildreth, Proc. R. Soc. B 207:187-217 (1980), whose DoG has the ratio 1.6; Adelson & Bergen, JOSA A 2:284-299
(1985), eq. 1, for the course in time.
"""

from itertools import product

import numpy as np

from core.filters.derivatives import GROUP, VIEWS
from core.filters.kinds import BankKind, Design, Values, Weights, size_parameter
from core.filters.parts import (
    biphasic_taps,
    cut_off,
    gaussian,
    gaussian_derivative,
    outer,
    over_time,
    positions,
    stacked,
)
from core.parameters import Parameter

RATIO = 1.6
_EXPONENTS = ("", "", "²", "³")
_FAMILIES = {"own": 0, "first": 1, "second": 2, "third": 3, "all": 4}
_LAPLACIANS = ("LoG xyt", "LoG xy · g(t)", "LoG xy · d/dt", "DoG xy · g(t)")
_COURSES = ("difference", "fast", "slow")

SIGMA = Parameter(
    "sigma", 1.2, 0.5, 4.0, unit="px", subject="Sigma", tip="Width of the Gaussian in the frame"
)
TAU = Parameter("tau", 1.0, 0.5, 4.0, unit="frames", subject="Tau", tip="Width of the Gaussian in time")


def derivative_name(orders: tuple[int, int, int]) -> str:
    """Return "g", "d/dt" or "d³/dx²dt" for orders along t, y and x."""
    total = sum(orders)
    below = "".join(f"d{axis}{_EXPONENTS[n]}" for axis, n in zip("xyt", orders[::-1], strict=True) if n)
    power = _EXPONENTS[total] if total < len(_EXPONENTS) else f"^{total}"
    return f"d{power}/{below}" if total else "g"


def orders_of(family: int) -> list[tuple[int, int, int]]:
    """Return all (t, y, x) orders of one total order, or for 4 of all up to 3: time first."""
    totals = range(4) if family == 4 else (family,)
    triples = sorted(product(range(4), range(4), range(4)), reverse=True)
    return [orders for total in totals for orders in triples if sum(orders) == total]


def _derivatives(values: Values) -> Design:
    own = (values["order_t"], values["order_y"], values["order_x"])
    chosen = orders_of(values["family"]) if values["family"] else [own]
    size, widths = values["kernel"], (values["tau"], values["sigma"], values["sigma"])
    kernels = [
        outer(*(gaussian_derivative(*part) for part in zip(size, widths, orders, strict=True)))
        for orders in chosen
    ]
    names = tuple(derivative_name(orders) for orders in chosen)
    views = VIEWS if values["family"] == 1 else ()  # d/dt, d/dy, d/dx: a gradient
    return Design(stacked(kernels), names, views, cut_off(size, values["tau"], values["sigma"]))


def spatial_laplacian(rows: int, columns: int, sigma: float) -> Weights:
    """Return d²/dy² + d²/dx² of a Gaussian (kH, kW): 2 to (x² + y²) / 2, negative in the middle."""
    y, x = gaussian(rows, sigma), gaussian(columns, sigma)
    bent_y, bent_x = gaussian_derivative(rows, sigma, 2), gaussian_derivative(columns, sigma, 2)
    return np.asarray(np.outer(bent_y, x) + np.outer(y, bent_x))


def centre_surround(rows: int, columns: int, sigma: float) -> Weights:
    """Return g(sigma) - g(1.6 sigma) (kH, kW): both have sum 1, so the difference has sum 0."""
    centre = np.outer(gaussian(rows, sigma), gaussian(columns, sigma))
    return np.asarray(centre - np.outer(gaussian(rows, RATIO * sigma), gaussian(columns, RATIO * sigma)))


def _difference_of_gaussians(rows: int, columns: int, sigma: float) -> Weights:
    """Return g(1.6 sigma) - g(sigma), scaled to give 2 to (x² + y²) / 2 as `spatial_laplacian` does."""
    shape = -centre_surround(rows, columns, sigma)
    bowl = np.add.outer(positions(rows) ** 2, positions(columns) ** 2) / 2
    return np.asarray(shape * (2 / (shape * bowl).sum()))


def _laplacians(values: Values) -> Design:
    (frames, rows, columns), sigma, tau = values["kernel"], values["sigma"], values["tau"]
    plane, blur = spatial_laplacian(rows, columns, sigma), gaussian(frames, tau)
    yx = np.outer(gaussian(rows, sigma), gaussian(columns, sigma))
    kernels = [
        over_time(blur, plane) + over_time(gaussian_derivative(frames, tau, 2), yx),
        over_time(blur, plane),
        over_time(gaussian_derivative(frames, tau, 1), plane),
        over_time(blur, _difference_of_gaussians(rows, columns, sigma)),
    ]
    chosen = range(len(kernels)) if values["variant"] == 0 else (values["variant"] - 1,)
    names = tuple(_LAPLACIANS[i] for i in chosen)
    warnings = cut_off(values["kernel"], tau, sigma)
    return Design(stacked([kernels[i] for i in chosen]), names, warnings=warnings)


def course(number: int, frames: int) -> Weights:
    """Return a two-lobed course in time of sum 0 and norm 1: 0 the last two frames, 1 fast, 2 slow."""
    if number:
        return biphasic_taps(frames, (3, 5)[number - 1])
    newest = np.zeros(frames)
    newest[-2:] = np.array([-1.0, 1.0]) / np.sqrt(2)
    return newest


def _retina(values: Values) -> Design:
    frames, rows, columns = values["kernel"]
    plane = centre_surround(rows, columns, values["sigma"])
    plane /= np.linalg.norm(plane)
    chosen = range(len(_COURSES)) if values["course"] == 0 else (values["course"] - 1,)
    kernels = [over_time(course(i, frames), plane) for i in chosen]
    warnings = list(cut_off(values["kernel"], 0.0, values["sigma"]))
    if 2 in chosen and frames < 6:
        warnings.append(f"{frames} frames cut off the slow course in time: it needs 6.")
    return Design(stacked(kernels), tuple(f"on {_COURSES[i]}" for i in chosen), warnings=tuple(warnings))


def _order(axis: str, default: int) -> Parameter:
    return Parameter(
        f"order_{axis}",
        default,
        0,
        3,
        subject=f"The order along {axis}",
        label=f"order along {axis}",
        tip=f"How often it is derived along {axis}; counts where the family is “own”",
    )


KINDS = (
    BankKind(
        name="gaussian-derivatives",
        title="Gaussian derivatives",
        group=GROUP,
        description="slope, curvature and third derivatives along t, y and x, at a chosen scale",
        answers="Edges, lines, corners and their changes in time, at the size of sigma and tau.",
        blind="Even surfaces. Each is a product of time and space: none alone can tell left from right.",
        hint="Take the second family and wave: d²/dxdt answers to upright edges that move. Then raise sigma.",
        parameters=(
            Parameter(
                "family",
                2,
                0,
                4,
                words=_FAMILIES,
                subject="The family",
                tip="All derivatives of one order, all up to order 3, or one of your own",
            ),
            _order("t", 1),
            _order("y", 0),
            _order("x", 1),
            SIGMA,
            TAU,
            size_parameter((5, 7, 7), 4),
        ),
        build=_derivatives,
        source="Lindeberg, J. Math. Imaging Vis. 40:36-81, 2011",
        stimulus="stimulus:drifting-texture",
    ),
    BankKind(
        name="laplacian",
        title="Laplacian: LoG, DoG",
        group=GROUP,
        description="spots: Laplacian of a Gaussian in space-time or in the frame, difference of Gaussians",
        answers="Spots and thin lines of the size of sigma: dark ones positive, bright ones negative.",
        blind="Even surfaces and slopes, and the direction of motion.",
        hint="Compare LoG and DoG: nearly the same picture. With d/dt only spots that come or go remain.",
        parameters=(
            Parameter(
                "variant",
                0,
                0,
                len(_LAPLACIANS),
                words={"all": 0, "log-xyt": 1, "log": 2, "log-dt": 3, "dog": 4},
                subject="The variant",
                tip="Which of the four, or all",
            ),
            SIGMA,
            TAU,
            size_parameter((5, 7, 7), 3),
        ),
        build=_laplacians,
        source="Marr & Hildreth, Proc. R. Soc. Lond. B 207:187-217, 1980",
        stimulus="stimulus:drifting-texture",
    ),
    BankKind(
        name="centre-surround",
        title="centre-surround × biphasic",
        group=GROUP,
        description="a spot against its surround, now against a moment ago: like a cell of the retina",
        answers="Bright spots that appear and dark spots that vanish, each in its own rhythm.",
        blind="Even flicker of the whole frame, everything still, and the direction of motion.",
        hint="Hold still: all is empty. Then tremble a little: the outline of your hand lights up.",
        parameters=(
            Parameter(
                "course",
                0,
                0,
                len(_COURSES),
                words={"all": 0, **{name: i for i, name in enumerate(_COURSES, 1)}},
                subject="The course",
                label="course in time",
                tip="difference: this frame minus the last; fast and slow: Adelson and Bergen's two lobes",
            ),
            SIGMA,
            size_parameter((7, 9, 9), 3),
        ),
        build=_retina,
        source="Marr & Hildreth 1980 (ratio 1.6); Adelson & Bergen, JOSA A 2:284-299, 1985, eq. 1",
        stimulus="stimulus:dots?velocity=0&lifetime=4",
    ),
)
