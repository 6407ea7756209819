"""One-dimensional parts and how kernels are put together from them.

Nearly every kernel of a formula is an outer product of a temporal part t(i), a vertical part y(j) and a
horizontal part x(k), or a sum of few such products. The parts, at the positions of five taps (sigma 1)::

    box         .2    .2    .2    .2    .2      sum 1
    Gaussian    .05   .24   .40   .24   .05     sum 1
    first      -.11  -.24    0    .24   .11     ramp x -> 1          (a Gaussian's first derivative)
    second      .23  -.01  -.43  -.01   .23     sum 0, x^2 / 2 -> 1  (its second)

Convolution here does not flip a kernel, so a derivative answers to a ramp that rises along +t, +y or +x
with a positive number when its own weights rise along that axis.
"""

import math
from collections.abc import Sequence

import numpy as np

from core.errors import FilterError
from core.filters.kinds import Weights
from core.limits import MAX_KERNEL_SIDE

ARROWS = ("→", "↘", "↓", "↙", "←", "↖", "↑", "↗")


def positions(count: int) -> Weights:
    """Return the places of `count` taps, their middle at 0: -1, 0, 1 for three, -0.5, 0.5 for two."""
    return np.arange(count, dtype=np.float64) - (count - 1) / 2


def box(count: int) -> Weights:
    """Return `count` equal weights with sum 1."""
    return np.full(count, 1 / count)


def gaussian(count: int, sigma: float) -> Weights:
    """Return exp(-x^2 / (2 sigma^2)) at `count` taps, divided by its sum."""
    weights = np.exp(-0.5 * (positions(count) / sigma) ** 2)
    # So narrow that no tap sees it: the taps nearest to the middle hold all of it.
    if not weights.any():
        weights = (np.abs(positions(count)) == np.abs(positions(count)).min()).astype(float)
    return np.asarray(weights / weights.sum())


def gaussian_derivative(count: int, sigma: float, order: int) -> Weights:
    """Return a Gaussian's derivative at `count` taps: order 0 blurs, 1 answers to slope, 2 to curvature.

    The weights are a Gaussian times the Hermite polynomial of that order, sampled. A few taps do not
    integrate exactly, so what leaks of lower orders is taken out in proportion to the Gaussian (its mean
    from even orders, its slope from odd ones) and the rest is scaled: x^order / order! gives 1 and every
    lower power of x gives 0, up to rounding, at any size.

    Parameters
    ----------
    count
        Taps; at least order + 1.
    sigma
        Width of the Gaussian in taps.
    order
        0 to 3.

    Raises
    ------
    FilterError
        If there are too few taps for a derivative of that order.
    """
    if count <= order:
        raise FilterError(f"A derivative of order {order} needs at least {order + 1} taps, not {count}.")
    window, x = gaussian(count, sigma), positions(count)
    shape = x**order
    for lower in range(order % 2, order, 2):
        shape = shape - x**lower * (window @ (shape * x**lower)) / (window @ x ** (2 * lower))
    moment = (window * shape) @ x**order
    if moment < 1e-12:
        raise FilterError(
            f"A Gaussian of sigma {sigma:g} is too narrow for a derivative of order {order} on {count} taps."
        )
    return np.asarray(window * shape * math.factorial(order) / moment)


def biphasic(k: float, n: int, beta: float, t: Weights) -> Weights:
    """Return Adelson and Bergen's temporal part, t >= 0 frames ago: one lobe, then the opposite.

    h_n(t) = (kt)^n exp(-kt) [1 / n! - beta (kt)^2 / (n + 2)!], k per frame, n = 3 fast, 5 slow. Its integral
    is (1 - beta) / k.

    Adelson and Bergen, JOSA A 2:284-299 (1985), eq. 1.
    """
    kt = k * np.asarray(t, np.float64)
    lobes = 1 / math.factorial(n) - beta * kt**2 / math.factorial(n + 2)
    return np.asarray(kt**n * np.exp(-kt) * lobes)


def biphasic_taps(count: int, n: int) -> Weights:
    """Return `biphasic` of k = 2 and beta = 1 at two taps or more, the newest frame last: sum 0, norm 1."""
    weights = biphasic(2.0, n, 1.0, np.arange(float(count)))[::-1]
    weights = weights - weights.mean()  # what few taps leave of the integral
    return np.asarray(weights / np.linalg.norm(weights))


def outer(t: Weights, y: Weights, x: Weights) -> Weights:
    """Return t(i) y(j) x(k) as (kT, kH, kW)."""
    return np.asarray(np.einsum("i,j,k->ijk", t, y, x))


def over_time(t: Weights, plane: Weights) -> Weights:
    """Return t(i) plane(j, k) as (kT, kH, kW)."""
    return np.asarray(np.einsum("i,jk->ijk", t, plane))


def centred(kernel: Weights, size: Sequence[int]) -> Weights:
    """Return a kernel of any number of axes with zeros around it, in the middle of a larger size.

    Where the two sizes are not both even or both odd there is no middle: half a tap late in time, half a
    tap down and right.
    """
    before = [(-(-(full - own) // 2)) for full, own in zip(size, kernel.shape, strict=True)]
    widths = [(b, f - o - b) for b, f, o in zip(before, size, kernel.shape, strict=True)]
    return np.pad(kernel, widths)


def stacked(kernels: Sequence[Weights]) -> Weights:
    """Return grey kernels (kT, kH, kW), of any sizes, as one bank (N, kT, kH, kW, 1) of the largest sides."""
    size = [max(kernel.shape[axis] for kernel in kernels) for axis in range(3)]
    return np.stack([centred(kernel, size) for kernel in kernels])[..., None]


def arrow(degrees: float) -> str:
    """Return a direction on the screen as an arrow where there is one, else in degrees: "→", "23°"."""
    turn = degrees % 360
    return ARROWS[round(turn / 45) % 8] if math.isclose(turn % 45, 0) else f"{turn:.4g}°"


def cut_off(size: Sequence[int], tau: float, sigma: float, name: str = "sigma") -> tuple[str, ...]:
    """Return what to tell the person where a kernel ends before its Gaussians do.

    Parameters
    ----------
    size
        (kT, kH, kW).
    tau, sigma
        Widths of the Gaussians in frames and pixels; 0 where there is none.
    name
        What the person knows the width in pixels by.
    """
    sentences = []
    for taps, width, unit, what in (
        (size[0], tau, "frames", "tau"),
        (min(size[1:]), sigma, "pixels", name),
    ):
        # Two widths on each side of the middle; an even number of taps may miss half a tap of them.
        needed = 2 * math.ceil(2 * width - 1e-9) + 1
        if width and taps < needed - 1:
            enough = min(needed, MAX_KERNEL_SIDE)
            sentences.append(
                f"{taps} {unit} cut off a Gaussian of {what} {width:g}: take {enough}, or a smaller {what}."
            )
    return tuple(sentences)
