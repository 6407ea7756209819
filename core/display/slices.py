"""Cuts through time: what one row or one column of the picture does while the film runs.

A line of slope v in such a slice *is* a speed: v pixels per frame. All functions return views.
"""

from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

Scalar = TypeVar("Scalar", bound=np.generic)


def time_slice_x(array: NDArray[Scalar], row: int) -> NDArray[Scalar]:
    """Return the x–t slice at a row: (T, W[, C]) of (T, H, W[, C]); time runs down."""
    return array[:, _inside(row, array.shape[1])]


def time_slice_y(array: NDArray[Scalar], column: int) -> NDArray[Scalar]:
    """Return the y–t slice at a column: (T, H[, C]) of (T, H, W[, C]); time runs down."""
    return array[:, :, _inside(column, array.shape[2])]


def _inside(index: int, length: int) -> int:
    """Keep a cursor on the picture, whatever size the picture before had."""
    return min(max(index, 0), length - 1)
