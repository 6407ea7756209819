"""Kernels to pixels: the planes of one kernel, quantised with one scale and the kernels' own table."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.display.contrast import Limits
from core.display.render import quantise
from core.display.slices import Plane, section
from core.filters.kernel import Kernel

RGB_NAMES = ("R", "G", "B")
MEAN_NAME = "mean"
GREY_NAME = "grey"


@dataclass(frozen=True, eq=False)
class KernelPlanes:
    """What a kernel looks like, plane by plane.

    Parameters
    ----------
    names
        P names: "R", "G", "B" and "mean" (what the kernel does to grey pictures, divided by 3), or "grey";
        numbers from 1 and "mean" for any other count of channels.
    weights
        (P, kT, kH, kW) float32, read-only.
    limits
        Minus and plus the largest absolute weight; the mean can never leave them.
    """

    names: tuple[str, ...]
    weights: NDArray[np.float32]
    limits: Limits

    def indices(self, plane: int, t: int) -> NDArray[np.uint8]:
        """Return (kH, kW) colour indices of one plane at one time."""
        return quantise(self.weights[plane, t], self.limits)

    def row_indices(self, plane: int, y: int) -> NDArray[np.uint8]:
        """Return (kT, kW) colour indices of the x–t section at a row; time runs down."""
        return self.section_indices(plane, Plane.XT, y)

    def column_indices(self, plane: int, x: int) -> NDArray[np.uint8]:
        """Return (kT, kH) colour indices of the y–t section at a column; time runs down."""
        return self.section_indices(plane, Plane.YT, x)

    def section_indices(self, plane: int, cut: Plane, index: int) -> NDArray[np.uint8]:
        """Return the colour indices (down, across) of one plane's section at a frame, row or column."""
        return quantise(section(self.weights[plane], cut, index), self.limits)

    def weight(self, plane: int, t: int, y: int, x: int) -> float:
        """Return one number."""
        return float(self.weights[plane, t, y, x])

    def strongest_lines(self, plane: int) -> tuple[int, int]:
        """Return the row and the column with the largest sums of squares, of equal ones the middle one."""
        squares = np.square(self.weights[plane], dtype=np.float64)
        return _middle_of_largest(squares.sum(axis=(0, 2))), _middle_of_largest(squares.sum(axis=(0, 1)))


def kernel_planes(kernel: Kernel) -> KernelPlanes:
    """Split a kernel (kT, kH, kW, C) into its channels and, where there are several, their mean."""
    channels = np.moveaxis(kernel.weights, -1, 0)
    if len(channels) == 1:
        names: tuple[str, ...] = (GREY_NAME,)
        planes = channels
    else:
        numbers = tuple(str(i + 1) for i in range(len(channels)))
        names = (*(RGB_NAMES if len(channels) == 3 else numbers), MEAN_NAME)
        planes = np.concatenate([channels, channels.mean(axis=0, keepdims=True)])
    weights = np.array(planes, dtype=np.float32, order="C")
    weights.setflags(write=False)
    return KernelPlanes(names, weights, Limits(-kernel.limit, kernel.limit))


def _middle_of_largest(sums: NDArray[np.float64]) -> int:
    """Return the index of the largest sum; of those that rounding alone tells apart, the middle one."""
    largest = np.flatnonzero(sums >= sums.max() * (1 - 1e-9))
    return int(largest[np.abs(largest - (len(sums) - 1) / 2).argmin()])
