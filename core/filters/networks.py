"""How video networks build kernels: (2+1)D, a picture's kernel times a course in time, and inflation.

A (2+1)D kernel is an outer product of a frame p(j, k) and a course t(i)::

    temporal  identity   0   1   0          spatial  Gaussian   blur
              blur       .25 .5  .25                 d/dx, d/dy slope of a Gaussian
              first      0  -1   1                   Laplacian  curvature of a Gaussian
              central   -.5  0   .5                  Gabor      a wave under a Gaussian, upright
              second     1  -2   1
              biphasic   one lobe, then the opposite (Adelson & Bergen 1985, fast)

As one kernel it is linear and, being a product, blind to direction. Networks put a ReLU between the frame
and the course, as the view "with ReLU between" does: then it is no linear filter any more, and of each
pattern only one polarity is left. That alone does not yet see direction (what moves rigidly moves rigidly
after a ReLU, too): networks gain it by mixing the courses of *several* frames' kernels.

Tran et al., A closer look at spatiotemporal convolutions for action recognition, CVPR 2018, section 3.5
(R(2+1)D).
"""

import math
from collections.abc import Callable

import numpy as np

from core.filters.elementary import DIFFERENCES
from core.filters.kinds import BankKind, Design, Values, Weights, size_parameter
from core.filters.parts import (
    biphasic_taps,
    centred,
    cut_off,
    gaussian,
    gaussian_derivative,
    over_time,
    positions,
)
from core.filters.presets_2d import INFLATED
from core.filters.scale_space import spatial_laplacian
from core.filters.views import Stages, View
from core.parameters import Parameter

GROUP = "Networks"


def gabor_plane(rows: int, columns: int, sigma: float) -> Weights:
    """Return an upright Gabor (kH, kW), odd, norm 1, wave length 4 sigma, but 3 pixels at least."""
    # A sine of two pixels is 0 at every tap.
    wave = np.sin(2 * math.pi * positions(columns) / max(4 * sigma, 3.0))
    plane = np.outer(gaussian(rows, sigma), gaussian(columns, sigma) * wave)
    return np.asarray(plane / np.linalg.norm(plane))


COURSES: dict[str, Callable[[int], Weights]] = {
    "identity": lambda count: centred(np.ones(1), (count,)),
    "blur": lambda count: centred(np.array([0.25, 0.5, 0.25]), (count,)),
    "first": lambda count: centred(DIFFERENCES["first"], (count,)),
    "central": lambda count: centred(DIFFERENCES["central"], (count,)),
    "second": lambda count: centred(DIFFERENCES["second"], (count,)),
    "biphasic": lambda count: biphasic_taps(count, 3),
}
FRAMES: dict[str, Callable[[int, int, float], Weights]] = {
    "Gaussian": lambda h, w, sigma: np.outer(gaussian(h, sigma), gaussian(w, sigma)),
    "d/dx": lambda h, w, sigma: np.outer(gaussian(h, sigma), gaussian_derivative(w, sigma, 1)),
    "d/dy": lambda h, w, sigma: np.outer(gaussian_derivative(h, sigma, 1), gaussian(w, sigma)),
    "Laplacian": spatial_laplacian,
    "Gabor": gabor_plane,
}


def _chosen(names: list[str], number: int) -> list[str]:
    return names if number == 0 else [names[number - 1]]


def _two_plus_one(values: Values) -> Design:
    """Return all combinations of the chosen frames and courses, and the two stages that they are made of.

    The parts are rounded to float32 before they are multiplied, so the stages' product is the bank's
    weights to the last bit.
    """
    (frames, rows, columns), sigma = values["kernel"], values["sigma"]
    courses = _chosen(list(COURSES), values["temporal"])
    planes = _chosen(list(FRAMES), values["spatial"])
    t = np.stack([COURSES[name](frames) for name in courses]).astype(np.float32)
    p = np.stack([FRAMES[name](rows, columns, sigma) for name in planes]).astype(np.float32)
    pairs = [(m, n) for n in range(len(courses)) for m in range(len(planes))]
    kernels = [over_time(t[n].astype(np.float64), p[m].astype(np.float64)) for m, n in pairs]
    second = np.zeros((len(pairs), frames, 1, 1, len(planes)), np.float32)
    for i, (m, n) in enumerate(pairs):
        second[i, :, 0, 0, m] = t[n]
    names = tuple(f"{planes[m]} · {courses[n]}" for m, n in pairs)
    relu = View(
        key="relu",
        title="With ReLU between: R(2+1)D",
        names=names,
        signed=True,
        explanation="What a frame answers below 0 is cut off before time is looked at: one polarity is left.",
        stages=Stages(p[:, None, :, :, None], second),
    )
    warnings = cut_off(values["kernel"], 0.0, sigma)
    return Design(np.stack(kernels)[..., None], names, (relu,), warnings)


TWO_PLUS_ONE = BankKind(
    name="2plus1d",
    title="(2+1)D separable",
    group=GROUP,
    description="a kernel for the frame times a course in time, both of your choice",
    answers="One pattern in the frame, changing in one rhythm.",
    blind="The direction of motion: a product has none. Networks gain it by mixing several such products.",
    hint="Show it with the ReLU between: of a bright bar only one of its two edges is left.",
    parameters=(
        Parameter(
            "temporal",
            4,
            0,
            len(COURSES),
            words={"all": 0, **{name: i for i, name in enumerate(COURSES, 1)}},
            subject="The temporal part",
            label="in time",
            tip="The course in time that the frame's answers are weighted with",
        ),
        Parameter(
            "spatial",
            0,
            0,
            len(FRAMES),
            words={"all": 0, **{name: i for i, name in enumerate(FRAMES, 1)}},
            subject="The spatial part",
            label="in the frame",
            tip="The kernel that each frame is filtered with",
        ),
        Parameter(
            "sigma", 1.2, 0.5, 4.0, unit="px", subject="Sigma", tip="Width of the spatial part in pixels"
        ),
        size_parameter((5, 7, 7), 3),
    ),
    build=_two_plus_one,
    source="Tran et al., CVPR 2018, section 3.5",
    stimulus="stimulus:moving-bar",
)
KINDS = (TWO_PLUS_ONE, INFLATED)
