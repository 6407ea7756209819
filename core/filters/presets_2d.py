"""The 3 x 3 kernels that everybody knows from pictures, and what video networks made of such kernels.

`presets-2d` runs them frame by frame (kT = 1): they see every frame alone, so nothing they answer can tell
motion. Written as they lie on the picture, +y down, not flipped::

    blur (/16)   sharpen      outline      emboss       Sobel left   Sobel top
    1  2  1       0 -1  0    -1 -1 -1     -2 -1  0      1  0 -1       1  2  1
    2  4  2      -1  5 -1    -1  8 -1     -1  1  1      2  0 -2       0  0  0
    1  2  1       0 -1  0    -1 -1 -1      0  1  2      1  0 -1      -1 -2 -1

Right and bottom are left and top turned around. The nine are those of setosa.io/ev/image-kernels.

`inflated` divides one of them by kT and lays it into each of kT frames, as I3D started its 3-D kernels from a
network for pictures (Carreira & Zisserman, CVPR 2017, section 2.4): a clip that stands still gets exactly
the answer of the picture.
"""

import numpy as np

from core.filters.kinds import BankKind, Design, Values, Weights
from core.filters.parts import box, over_time, stacked
from core.limits import MAX_KERNEL_SIDE
from core.parameters import Parameter


def _plane(*rows: tuple[int, int, int], divisor: int = 1) -> Weights:
    return np.array(rows, dtype=np.float64) / divisor


PRESETS: dict[str, Weights] = {
    "identity": _plane((0, 0, 0), (0, 1, 0), (0, 0, 0)),
    "blur": _plane((1, 2, 1), (2, 4, 2), (1, 2, 1), divisor=16),
    "sharpen": _plane((0, -1, 0), (-1, 5, -1), (0, -1, 0)),
    "outline": _plane((-1, -1, -1), (-1, 8, -1), (-1, -1, -1)),
    "emboss": _plane((-2, -1, 0), (-1, 1, 1), (0, 1, 2)),
    "Sobel left": _plane((1, 0, -1), (2, 0, -2), (1, 0, -1)),
    "Sobel right": _plane((-1, 0, 1), (-2, 0, 2), (-1, 0, 1)),
    "Sobel top": _plane((1, 2, 1), (0, 0, 0), (-1, -2, -1)),
    "Sobel bottom": _plane((-1, -2, -1), (0, 0, 0), (1, 2, 1)),
}


def _frame_by_frame(values: Values) -> Design:
    return Design(stacked([plane[None] for plane in PRESETS.values()]), tuple(PRESETS))


def _inflated(values: Values) -> Design:
    """Spread each chosen preset evenly over `frames` frames."""
    names = list(PRESETS)
    chosen = names if values["preset"] == 0 else [names[values["preset"] - 1]]
    time = box(values["frames"])
    return Design(stacked([over_time(time, PRESETS[name]) for name in chosen]), tuple(chosen))


PRESETS_2D = BankKind(
    name="presets-2d",
    title="2-D presets, frame by frame",
    group="Elementary",
    description="the nine kernels of picture editing, each frame for itself",
    answers="Edges, lines and smooth parts of one frame; left and right Sobel differ only in sign.",
    blind="Time: a clip played backwards gives the same pictures backwards.",
    hint="Pause, and compare with a picture editor; then play: whether it moves makes no difference.",
    parameters=(),
    build=_frame_by_frame,
    source="setosa.io/ev/image-kernels; Sobel and Feldman 1968",
    stimulus="stimulus:moving-bar?bar_width=24&direction=30",
)

INFLATED = BankKind(
    name="inflated",
    title="I3D inflation",
    group="Networks",
    description="2-D kernels divided by kT in each of kT frames: how I3D began",
    answers="What the 2-D kernel answers to, averaged over kT frames.",
    blind="Order in time: all frames count alike, so motion only blurs the answer.",
    hint="Run it on a still clip: the pictures are exactly those of the 2-D presets. Then wave.",
    parameters=(
        Parameter(
            "preset",
            0,
            0,
            len(PRESETS),
            words={"all": 0, **{name.replace(" ", "-"): i for i, name in enumerate(PRESETS, 1)}},
            subject="The preset",
            tip="Which 2-D kernel is spread over time",
        ),
        Parameter(
            "frames",
            3,
            1,
            MAX_KERNEL_SIDE,
            unit="frames",
            subject="The number of frames",
            tip="Over how many frames it is spread (kT)",
        ),
    ),
    build=_inflated,
    source="Carreira & Zisserman, CVPR 2017, section 2.4",
    stimulus="stimulus:still-texture",
)
