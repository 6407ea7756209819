"""Cuts through a volume: one frame of it, or what one row or one column does while the film runs.

In the cuts through time a line of slope v *is* a speed: v pixels per frame. All functions return views.
"""

from enum import StrEnum
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

Scalar = TypeVar("Scalar", bound=np.generic)
AXES = ("t", "y", "x")


class Plane(StrEnum):
    """The three planes in which a volume (T, H, W) is cut; axes are counted as in every array: t, y, x."""

    XY = "xy"
    XT = "xt"
    YT = "yt"

    @property
    def fixed(self) -> int:
        """The axis that the plane stands upright on."""
        return _PLANES[self][0]

    @property
    def down(self) -> int:
        """The axis that runs down in the picture."""
        return _PLANES[self][1]

    @property
    def across(self) -> int:
        """The axis that runs to the right in the picture."""
        return _PLANES[self][2]

    @property
    def timed(self) -> bool:
        """Whether time runs down: slopes are speeds."""
        return self.down == 0

    @property
    def label(self) -> str:
        """What people read: "x–t"."""
        return f"{self.value[0]}–{self.value[1]}"


_PLANES = {Plane.XY: (0, 1, 2), Plane.XT: (1, 0, 2), Plane.YT: (2, 0, 1)}


def section(array: NDArray[Scalar], plane: Plane, index: int) -> NDArray[Scalar]:
    """Return the section of (T, H, W[, C]) at a place of the fixed axis, kept inside: (down, across[, C])."""
    cut = (slice(None),) * plane.fixed + (_inside(index, array.shape[plane.fixed]),)
    return array[cut]


def time_slice_x(array: NDArray[Scalar], row: int) -> NDArray[Scalar]:
    """Return the x–t slice at a row: (T, W[, C]) of (T, H, W[, C]); time runs down."""
    return section(array, Plane.XT, row)


def time_slice_y(array: NDArray[Scalar], column: int) -> NDArray[Scalar]:
    """Return the y–t slice at a column: (T, H[, C]) of (T, H, W[, C]); time runs down."""
    return section(array, Plane.YT, column)


def _inside(index: int, length: int) -> int:
    """Keep a cursor on the picture, whatever size the picture before had."""
    return min(max(index, 0), length - 1)
