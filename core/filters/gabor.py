"""Gabor functions in space-time: pairs of a cosine and a sine that drift under one Gaussian window.

    window   exp(-(x² + y²)/(2 sigma²) - t²/(2 tau²))
    even     window cos(2 pi (fx x + fy y + ft t))        - + - +(+)+ - + -
    odd      window sin(2 pi (fx x + fy y + ft t))        + - + -(0)+ - + -

For motion along the angle a with speed v: fx = f cos a, fy = f sin a, ft = -f v. A window of few cycles
leaves the cosine with a sum, exp(-2 pi² (sigma² f² + tau² ft²)) of the window's: the window times that
ratio is subtracted (measured, not from the formula, so the sum is 0 however the window is sampled). Both
have norm 1.

The response to the opposite direction is exp(-2 pi² tau² (2 ft)²) of the preferred one: .0072 for tau = 1
and ft = 1/4. Short windows and slow drifts leak; `leak_warnings` says so.

Heeger's 12 are four orientations by three temporal frequencies (-1/4, 0, +1/4 cycle/frame) at 1/4
cycle/px, with sigma = 4 px and tau = 1 frame. Our kernels end at 15 pixels, so that the window is cut at
1.75 sigma (his were 23 wide): measured, the directions are still told apart by a DSI above .99.

Sources: Heeger, JOSA A 4:1455, 1987, and IJCV 1:279, 1988.
"""

from math import ceil

import numpy as np

from core.errors import FilterError
from core.filters.kinds import BankKind, Design, Values, Weights, size_parameter
from core.filters.pairs import Energy, even_odd, headings, motion_views
from core.filters.parts import arrow, positions
from core.filters.steering import unit_circle
from core.parameters import Parameter, Size

GROUP = "Motion"
MIN_CYCLES_IN_SPACE = 0.35
MIN_CYCLES_IN_TIME = 0.15
_MAX_TEMPORAL = 0.5
_WIDEST = 15


def gabor_pair(size: Size, sigma: float, tau: float, frequency: tuple[float, float, float]) -> Weights:
    """Return the even and the odd filter (2, kT, kH, kW), each with sum 0 and norm 1.

    Parameters
    ----------
    size
        (kT, kH, kW).
    sigma, tau
        px, frames.
    frequency
        (ft, fy, fx) in cycles per sample.
    """
    t, y, x = np.meshgrid(*map(positions, size), indexing="ij")
    window = np.exp(-(x**2 + y**2) / (2 * sigma**2) - t**2 / (2 * tau**2))
    phase = 2 * np.pi * (frequency[0] * t + frequency[1] * y + frequency[2] * x)
    pair = window * np.stack([np.cos(phase), np.sin(phase)])
    sums = pair.sum(axis=(1, 2, 3), keepdims=True)
    pair -= window * (sums / window.sum())
    return np.asarray(pair / np.sqrt(np.square(pair).sum(axis=(1, 2, 3), keepdims=True)))


def leak_warnings(frequency: float, temporal: float, sigma: float, tau: float) -> tuple[str, ...]:
    """Say where the window is too small for its cycles.

    Parameters
    ----------
    frequency, temporal
        |f| in cycles/px and |ft| in cycles/frame.
    """
    warnings = []
    if frequency * sigma < MIN_CYCLES_IN_SPACE:
        warnings.append(
            f"Frequency times sigma is {frequency * sigma:.2f}, below {MIN_CYCLES_IN_SPACE}: hardly a cycle"
            " fits into the window, the filters see blobs rather than stripes and their tuning shifts."
        )
    if temporal * tau < MIN_CYCLES_IN_TIME:
        warnings.append(
            f"{temporal:.2f} cycles per frame times tau is {temporal * tau:.2f}, below {MIN_CYCLES_IN_TIME}:"
            " so slow a drift in so short a window hardly differs from the opposite one; directions mix."
        )
    elif (_MAX_TEMPORAL - temporal) * tau < MIN_CYCLES_IN_TIME:
        warnings.append(
            f"{temporal:.2f} cycles per frame are close to one half, where forward and backward look alike"
            " (as wheels in films do), and the directions mix."
        )
    return tuple(warnings)


def _cut_warnings(size: Size, sigma: float, tau: float) -> tuple[str, ...]:
    """Say where a kernel ends within one and a half widths of its window."""
    time, space = size[0], min(size[1:])
    narrow = [f"{taps} {unit} cut off a window of {name} {width:g}"
              for taps, unit, name, width in ((time, "frames", "tau", tau), (space, "pixels", "sigma", sigma))
              if taps < 3 * width]  # fmt: skip
    return (f"{' and '.join(narrow)}: the sharp ends answer to other frequencies, too.",) if narrow else ()


def _build_gabor(values: Values) -> Design:
    frequency, sigma, tau, size = (values[name] for name in ("frequency", "sigma", "tau", "kernel"))
    temporal = frequency * values["speed"]
    if temporal > _MAX_TEMPORAL:
        raise FilterError(
            f"{frequency:g} cycles/px at {values['speed']:g} px/frame are {temporal:.3g} cycles per frame;"
            " above 0.5 a film shows the motion backwards: take a lower frequency or speed."
        )
    directions = headings(values["directions"])
    pairs = [_drifting(size, sigma, tau, frequency, temporal, angle) for angle in directions]
    names = _pair_names([arrow(angle) for angle in directions])
    energies = [even_odd(arrow(angle), i, angle) for i, angle in enumerate(directions)]
    warnings = leak_warnings(frequency, temporal, sigma, tau) + _cut_warnings(size, sigma, tau)
    return Design(np.concatenate(pairs)[..., None], names, motion_views(energies), warnings)


def _drifting(
    size: Size, sigma: float, tau: float, frequency: float, temporal: float, angle: float
) -> Weights:
    """Return the pair for motion along an angle, the temporal frequency being that of the motion: >= 0."""
    cosine, sine = unit_circle([angle])[0]
    return gabor_pair(size, sigma, tau, (-temporal, frequency * sine, frequency * cosine))


def _pair_names(titles: list[str]) -> tuple[str, ...]:
    return tuple(f"{title} {part}" for title in titles for part in ("even", "odd"))


_STRIPES = {0.0: "│", 45.0: "╱", 90.0: "─", 135.0: "╲"}


def _build_heeger(values: Values) -> Design:
    frequency, temporal, sigma, tau = (values[name] for name in ("frequency", "temporal", "sigma", "tau"))
    size = (2 * ceil(3 * tau) + 1, _WIDEST, _WIDEST)
    directions = headings(8)
    pairs = [_drifting(size, sigma, tau, frequency, temporal, angle) for angle in directions]
    pairs += [_drifting(size, sigma, tau, frequency, 0.0, angle) for angle in _STRIPES]
    still = [f"still {stripes}" for stripes in _STRIPES.values()]
    titles = [arrow(angle) for angle in directions] + still
    energies = [
        even_odd(title, i, angle) for i, (title, angle) in enumerate(zip(titles, directions, strict=False))
    ]
    energies += [Energy(title, even_odd(title, 8 + i).products) for i, title in enumerate(still)]
    warnings = leak_warnings(frequency, temporal, sigma, tau)
    return Design(np.concatenate(pairs)[..., None], _pair_names(titles), motion_views(energies), warnings)


_FREQUENCY = "Stripes per pixel that are answered best"
_TAU = "Width of the window in time"
_SIGMA = "Width of the window in space"

KINDS = (
    BankKind(
        "gabor",
        "Gabor quadrature pairs",
        GROUP,
        "drifting stripes under a Gaussian window, even and odd, in several directions",
        "Stripes and textures of about the chosen frequency that move to the arrow's side.",
        "Brightness; patterns much finer or coarser; motion along the stripes.",
        "Let the speed slide: the stripes in the x-t slice tilt. Then show Energy: it is steady where the"
        " responses swing.",
        (
            Parameter("frequency", 0.2, 0.05, 0.45, "cycles/px", tip=_FREQUENCY),
            Parameter("speed", 1.0, 0.1, 8.0, "px/frame", tip="Speed answered best"),
            Parameter("sigma", 2.0, 0.5, 5.0, "px", tip=_SIGMA),
            Parameter("tau", 1.2, 0.5, 5.0, "frames", tip=_TAU),
            size_parameter((7, 9, 9), 3),
            Parameter("directions", 8, 2, 16, words={"2": 2, "4": 4, "8": 8, "16": 16},
                      subject="The number of directions",
                      tip="How many directions, evenly around the circle"),
        ),
        _build_gabor,
        "Heeger, JOSA A 4:1455, 1987; Adelson & Bergen, JOSA A 2:284, 1985",
        "stimulus:drifting-grating?frequency=0.2&velocity=1",
    ),
    BankKind(
        "heeger",
        "Heeger's 12 Gabor pairs",
        GROUP,
        "four orientations by three temporal frequencies, the first bank made for measuring optical flow",
        "Fine stripes (1/4 cycle/px) that move one pixel per frame or stand still, in four orientations.",
        "Brightness, and anything much coarser: Heeger puts a pyramid of smaller pictures in front.",
        "Compare → with ← and still │: one orientation, three temporal frequencies.",
        (
            Parameter("frequency", 0.25, 0.1, 0.4, "cycles/px", tip=_FREQUENCY),
            Parameter("temporal", 0.25, 0.05, 0.45, "cycles/frame", label="temporal frequency",
                      tip="Of the moving filters; divided by the frequency it is their speed"),
            Parameter("sigma", 4.0, 1.0, 5.0, "px", tip=_SIGMA),
            Parameter("tau", 1.0, 0.5, 2.0, "frames", tip=_TAU),
        ),
        _build_heeger,
        "Heeger, JOSA A 4:1455, 1987; IJCV 1:279, 1988",
        "stimulus:drifting-grating?frequency=0.25&velocity=1",
    ),
)  # fmt: skip
