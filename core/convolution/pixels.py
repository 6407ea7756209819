"""From input frames to float planes with their borders."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.convolution.layout import OUTSIDE, Floats, Layout
from core.cv import cv2


@dataclass(frozen=True, slots=True)
class Run:
    """Which rows (or columns) of a frame a part looks at, and where among its own they go.

    Parameters
    ----------
    count
        How many rows the part has.
    pick
        Indices into the frame: a slice, so that nothing is copied, wherever they are neighbours.
    inside
        The part's own rows that they fill; the rest is outside the clip and stays zero.
    """

    count: int
    pick: slice | NDArray[np.intp]
    inside: slice

    @classmethod
    def of(cls, layout: Layout, axis: int, first: int, count: int) -> "Run":
        """Return what `count` outputs from `first` on look at along y (axis 1) or x (2)."""
        indices = layout.inputs(axis, first, count)
        there = np.flatnonzero(indices != OUTSIDE)
        if not len(there):
            return cls(len(indices), slice(0), slice(0))
        # Zeros lie only at the two ends, so what is inside is one piece.
        inside = slice(int(there[0]), int(there[-1]) + 1)
        picked = indices[inside]
        if (np.diff(picked) == 1).all():
            return cls(len(indices), slice(int(picked[0]), int(picked[-1]) + 1), inside)
        return cls(len(indices), picked, inside)


class Pixels:
    """A part of a frame with its borders, as float planes; memory is taken once.

    Parameters
    ----------
    channels
        Of the frames.
    rows, columns
        What is wanted of a frame.

    Attributes
    ----------
    planes
        (C, rows, columns) float32: the frame last taken.
    """

    def __init__(self, channels: int, rows: Run, columns: Run) -> None:
        self._y, self._x = rows, columns
        self.planes = np.zeros((channels, rows.count, columns.count), np.float32)

    def take(self, frame: NDArray[np.uint8] | Floats, into: Floats | None = None) -> Floats:
        """Take the part of a frame and return it: `planes`, or `into`, whose outside is already zero."""
        planes = self.planes if into is None else into
        inside = planes[:, self._y.inside, self._x.inside]
        if not inside.size:
            return planes
        if frame.dtype == np.uint8:  # (H, W, C)
            part = frame[self._y.pick][:, self._x.pick]
            # OpenCV is quicker at it, but knows 512 channels at most.
            planar = cv2.split(part) if part.shape[2] <= 64 else np.moveaxis(part, 2, 0)
            for plane, values in zip(inside, planar, strict=True):
                plane[...] = values
            np.divide(inside, np.float32(255.0), out=inside)
        else:  # (C, H, W)
            inside[...] = frame[:, self._y.pick][:, :, self._x.pick]
        return planes
