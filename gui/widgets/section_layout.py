"""How large everything is in the grid of sections: one scale for pixels, one for frames, one for weights.

Input and feature volume share both scales, so the same speed has the same slope in both, and what answers
stands under what it answers to. The kernel, which is much smaller, has squares of its own.
"""

import math
from dataclasses import dataclass

from core.settings import Triple

LEAST_ROW = 6.0  # px that a frame is high, at least: so it can be told from the next one
_TALLEST_ROW = 28.0
_LARGEST_PIXEL = 32.0
_LARGEST_TAP = 30.0
# Of the height that is left for pictures, the kernel's part; input and volume share the rest.
_KERNEL_SHARE = 0.24


@dataclass(frozen=True, slots=True)
class Scales:
    """Logical pixels of the screen.

    Parameters
    ----------
    pixel
        A pixel of the clip, in both directions and in all columns.
    frame
        A frame of the clip.
    frames
        How many frames there is room for.
    tap
        A weight of the kernel, in all directions.
    row, kernel_row
        The height of a row of pictures.
    """

    pixel: float
    frame: float
    frames: float
    tap: float
    row: float
    kernel_row: float


def find_scales(
    width: float, height: float, sides: tuple[float, float, float], kernel: Triple, whole: bool
) -> Scales:
    """Share the room among three rows of three pictures.

    Parameters
    ----------
    width, height
        What is left for pictures: without titles, numbers and gaps.
    sides
        Frames, rows and columns that input and volume cover together.
    kernel
        (kT, kH, kW).
    whole
        Show all frames, however low their rows get.
    """
    frames, rows, columns = sides
    kernel_row = max(height * _KERNEL_SHARE, 1.0)
    row = max((height - kernel_row) / 2, 1.0)
    pixel = min(max(width, 1.0) / (2 * columns + rows), row / rows, _LARGEST_PIXEL)
    fitted = row / frames
    if whole and fitted < LEAST_ROW:
        frame = fitted
    else:
        shown = frames if fitted >= LEAST_ROW else max(math.floor(row / LEAST_ROW), 1)
        # Whole pixels: all rows are equally high.
        frame = max(min(float(math.floor(row / shown)), _TALLEST_ROW), 1.0)
    kt, kh, kw = kernel
    tap = min(kernel_row / max(kt, kh), pixel * columns / max(kh, kw), pixel * rows / kh, _LARGEST_TAP)
    return Scales(pixel, frame, min(frames, row / frame), max(tap, 1.0), row, kernel_row)


def wanted_width(height: float, sides: tuple[float, float, float]) -> float:
    """Return the width at which a height is used up."""
    _, rows, columns = sides
    row = height * (1 - _KERNEL_SHARE) / 2
    return (2 * columns + rows) * min(row / rows, _LARGEST_PIXEL)
