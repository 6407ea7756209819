"""The simplest banks: keep, wait, blur, and compare with the frame before.

Each is an outer product of a part along t, one along y and one along x::

    identity, delay d    t: 1 at the frame d before the middle    y, x: 1
    box blur             t, y or x: 1/n  1/n  ...  1/n            sum 1
    Gaussian blur        t, y or x: exp(-x^2 / (2 sigma^2)) / sum
    first difference     t: -1  1         ramp a t -> a
    central              t: -1/2  0  1/2  ramp a t -> a
    second               t: 1  -2  1      ramp a t -> 0

A smoothed difference has a Gaussian along y and x.
"""

import math

import numpy as np

from core.filters.kinds import BankKind, Design, Values, Weights
from core.filters.parts import box, gaussian, outer, stacked
from core.filters.presets_2d import PRESETS_2D
from core.limits import MAX_KERNEL_SIDE
from core.parameters import Parameter

GROUP = "Elementary"
DIFFERENCES: dict[str, Weights] = {
    "first": np.array([-1.0, 1.0]),
    "central": np.array([-0.5, 0.0, 0.5]),
    "second": np.array([1.0, -2.0, 1.0]),
}
_MAX_DELAY = (MAX_KERNEL_SIDE - 1) // 2
_ONE = np.ones(1)
_ALONG = Parameter(
    "along",
    0,
    0,
    3,
    words={"all": 0, "t": 1, "xy": 2, "xyt": 3},
    subject="The axis to blur along",
    label="blur along",
    tip="t: over time; xy: within each frame; xyt: both; all: the three side by side",
)


def _identity(values: Values) -> Design:
    """Return a single 1: the frame `delay` before the middle of the kernel's time."""
    delay = values["delay"]
    t = np.zeros(2 * abs(delay) + 1)
    t[abs(delay) - delay] = 1.0
    count = f"{abs(delay)} frame{'s' if abs(delay) > 1 else ''}"
    name = "identity" if not delay else f"{count} ago" if delay > 0 else f"{count} ahead"
    return Design(stacked([outer(t, _ONE, _ONE)]), (name,))


def _blurs(t: Weights, yx: Weights, along: int) -> Design:
    kernels = {"t": outer(t, _ONE, _ONE), "xy": outer(_ONE, yx, yx), "xyt": outer(t, yx, yx)}
    names = tuple(kernels) if along == 0 else (tuple(kernels)[along - 1],)
    return Design(stacked([kernels[name] for name in names]), tuple(f"blur {name}" for name in names))


def _box(values: Values) -> Design:
    part = box(values["size"])
    return _blurs(part, part, values["along"])


def _gaussian(values: Values) -> Design:
    """Return Gaussians that reach 2.5 sigma, or as far as a kernel may."""
    made, warnings = {}, []
    used = {"tau": values["along"] != 2, "sigma": values["along"] != 1}
    for name, width in (("tau", values["tau"]), ("sigma", values["sigma"])):
        reach = min(math.ceil(2.5 * width), _MAX_DELAY)
        made[name] = gaussian(2 * reach + 1, width)
        if used[name] and reach < 2 * width:
            warnings.append(f"A kernel has too few taps for {name} {width:g}: its Gaussian is cut off.")
    design = _blurs(made["tau"], made["sigma"], values["along"])
    return Design(design.weights, design.names, warnings=tuple(warnings))


def _difference(values: Values) -> Design:
    """Return differences in time, each blurred over y and x where sigma is not 0."""
    sigma = values["sigma"]
    yx = gaussian(2 * math.ceil(2.5 * sigma) + 1, sigma) if sigma else _ONE
    names = list(DIFFERENCES) if values["order"] == 0 else [list(DIFFERENCES)[values["order"] - 1]]
    kernels = [outer(DIFFERENCES[name], yx, yx) for name in names]
    return Design(stacked(kernels), tuple(f"{name} diff." for name in names))


KINDS = (
    BankKind(
        name="identity",
        title="identity / delay",
        group=GROUP,
        description="the clip itself, or as it was some frames ago",
        answers="Every voxel with its own brightness, now or a few frames ago.",
        blind="Nothing: nothing is lost and nothing is found.",
        hint="Set a delay and watch your hand come late. Every other filter is a weighted sum of these.",
        parameters=(
            Parameter(
                "delay",
                0,
                -_MAX_DELAY,
                _MAX_DELAY,
                unit="frames",
                subject="The delay",
                tip="How many frames late; negative looks ahead",
            ),
        ),
        build=_identity,
        stimulus="stimulus:moving-bar",
    ),
    BankKind(
        name="box-blur",
        title="box blur",
        group=GROUP,
        description="the mean of neighbours in time, in the frame, or both",
        answers="The mean brightness; over time a moving hand becomes a ghost.",
        blind="Everything finer than the box: noise, thin lines, quick changes.",
        hint="Compare t and xy: one smears only what moves, the other smears everything alike.",
        parameters=(
            _ALONG,
            Parameter(
                "size",
                5,
                1,
                MAX_KERNEL_SIDE,
                unit="taps",
                subject="The size",
                tip="How many frames, rows and columns are averaged",
            ),
        ),
        build=_box,
        stimulus="stimulus:moving-bar",
    ),
    BankKind(
        name="gaussian-blur",
        title="Gaussian blur",
        group=GROUP,
        description="a weighted mean that falls off smoothly, in time, in the frame, or both",
        answers="The mean brightness nearby, the nearest the most.",
        blind="Everything finer than sigma pixels or quicker than tau frames.",
        hint="Raise tau slowly and wave: a long exposure. Box blur leaves edges that this one does not.",
        parameters=(
            _ALONG,
            Parameter("sigma", 1.2, 0.3, 6.0, unit="px", subject="Sigma", tip="Width within the frame"),
            Parameter("tau", 1.2, 0.3, 6.0, unit="frames", subject="Tau", tip="Width in time"),
        ),
        build=_gaussian,
        stimulus="stimulus:moving-bar",
    ),
    BankKind(
        name="temporal-difference",
        title="temporal difference",
        group=GROUP,
        description="how brightness changes from frame to frame: first, central and second difference",
        answers="Change: whatever moves, and light that is switched.",
        blind="Everything that stands still, and the direction of what moves.",
        hint="Hold still until the picture is empty, then move one finger. Sigma takes the noise away.",
        parameters=(
            Parameter(
                "order",
                0,
                0,
                3,
                words={"all": 0, **{name: i for i, name in enumerate(DIFFERENCES, 1)}},
                subject="The order",
                label="difference",
                tip="first: this frame minus the last; central: the next minus the last; second: the bend",
            ),
            Parameter(
                "sigma",
                0.0,
                0.0,
                2.8,
                unit="px",
                subject="Sigma",
                label="smoothing",
                tip="Width of a Gaussian within the frame, against noise; 0 for none",
            ),
        ),
        build=_difference,
        stimulus="stimulus:moving-bar",
    ),
    PRESETS_2D,
)
