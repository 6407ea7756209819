"""From input frames to float planes with their borders."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.convolution.layout import OUTSIDE, Floats, Layout
from core.cv import cv2


class Pixels:
    """A part of a frame with its borders, as float planes; memory is taken once.

    Parameters
    ----------
    layout
        The geometry.
    rows, columns
        The frame's rows and columns that are wanted, or `OUTSIDE`.

    Attributes
    ----------
    planes
        (C, rows, columns) float32: the frame last taken.
    """

    def __init__(self, layout: Layout, rows: NDArray[np.intp], columns: NDArray[np.intp]) -> None:
        self._y, self._x = _Run.of(rows), _Run.of(columns)
        self.planes = np.zeros((layout.channels, len(rows), len(columns)), np.float32)

    def take(self, frame: NDArray[np.uint8] | Floats, into: Floats | None = None) -> Floats:
        """Take the part of a frame and return it: `planes`, or `into`, whose outside is already zero."""
        planes = self.planes if into is None else into
        inside = planes[:, self._y.inside, self._x.inside]
        if not inside.size:
            return planes
        if frame.dtype == np.uint8:  # (H, W, C)
            part = frame[self._y.pick][:, self._x.pick]
            for plane, values in zip(inside, cv2.split(part), strict=True):
                plane[...] = values
            np.divide(inside, np.float32(255.0), out=inside)
        else:  # (C, H, W)
            inside[...] = frame[:, self._y.pick][:, :, self._x.pick]
        return planes


@dataclass(frozen=True, slots=True)
class _Run:
    """Which rows (or columns) of a frame a part looks at, and where among its own they go.

    Parameters
    ----------
    pick
        Indices into the frame: a slice, so that nothing is copied, wherever they are neighbours.
    inside
        The part's own pixels that they fill; the rest is outside the clip and stays zero.
    """

    pick: slice | NDArray[np.intp]
    inside: slice

    @classmethod
    def of(cls, indices: NDArray[np.intp]) -> "_Run":
        there = np.flatnonzero(indices != OUTSIDE)
        if not len(there):
            return cls(slice(0), slice(0))
        # Zeros lie only at the two ends, so what is inside is one piece.
        inside = slice(int(there[0]), int(there[-1]) + 1)
        picked = indices[inside]
        if (np.diff(picked) == 1).all():
            return cls(slice(int(picked[0]), int(picked[-1]) + 1), inside)
        return cls(picked, inside)
