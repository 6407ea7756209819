"""How large everything is in the grid of sections: one scale for pixels, one for frames, one for weights.

Input and feature volume share both scales, so the same speed has the same slope in both, and what answers
stands under what it answers to. The kernel, which is much smaller, has squares of its own.
"""

import math
from dataclasses import dataclass

from core.settings import Triple

LEAST_ROW = 6.0  # px that a frame is high, at least: so it can be told from the next one
LEAST_COLUMN = 104.0  # px: room for the title of a picture that is narrower itself
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
    pixel = min(_across(width, rows, columns), row / rows, _LARGEST_PIXEL)
    fitted = row / frames
    if whole and fitted < LEAST_ROW:
        frame = fitted
    else:
        shown = frames if fitted >= LEAST_ROW else max(math.floor(row / LEAST_ROW), 1)
        # Whole pixels: all rows are equally high.
        frame = max(min(float(math.floor(row / shown)), _TALLEST_ROW), 1.0)
    kt, kh, kw = kernel
    widths = (column_width(columns * pixel) / kw, column_width(rows * pixel) / kh)
    tap = min(kernel_row / max(kt, kh), *widths, _LARGEST_TAP)
    return Scales(pixel, frame, min(frames, row / frame), max(tap, 1.0), row, kernel_row)


def column_width(picture: float) -> float:
    """Return the width of a column of pictures: at least room for a title."""
    return max(picture, LEAST_COLUMN)


def _across(width: float, rows: float, columns: float) -> float:
    """Return the pixel at which two columns of `columns` and one of `rows` pixels fill a width."""
    pixel = width / (2 * columns + rows)
    if columns * pixel < LEAST_COLUMN:
        pixel = (width - 2 * LEAST_COLUMN) / rows
    elif rows * pixel < LEAST_COLUMN:
        pixel = (width - LEAST_COLUMN) / (2 * columns)
    return max(pixel, 0.01)


def wanted_width(height: float, sides: tuple[float, float, float]) -> float:
    """Return the width at which a height is used up."""
    _, rows, columns = sides
    pixel = min(height * (1 - _KERNEL_SHARE) / 2 / rows, _LARGEST_PIXEL)
    return 2 * column_width(columns * pixel) + column_width(rows * pixel)
