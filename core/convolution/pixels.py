"""From input frames to float planes with their borders, and the frames that later calls still need."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.convolution.borders import source_indices
from core.convolution.layout import ENDLESS, OUTSIDE, Floats, Frames, Layout
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


class Recent:
    """The input frames of one call after another; copies those that a later call needs once more.

    Parameters
    ----------
    layout
        The geometry.
    """

    def __init__(self, layout: Layout) -> None:
        self._layout = layout
        self._held: dict[int, NDArray[np.uint8] | Floats] = {}

    def of(self, frames: Frames, times: Sequence[int]) -> Frames:
        """Return the frames for a call that computes these output frames."""
        later = self._later(times)
        asked = {
            source
            for t in times
            for position in self._layout.frames_of(t)
            if (source := self._layout.frame_at(position)) != OUTSIDE
        }
        here = _Either(self._held, frames)
        copies = {s: self._held[s] if s in self._held else frames[s].copy() for s in asked & later}
        kept = {s: frame for s, frame in self._held.items() if s in later}
        self._held = kept | copies
        return here if not copies else _Either(here.first | copies, frames)

    def _later(self, times: Sequence[int]) -> set[int]:
        """Return the frames up to now that stand for a position which a later output frame looks at."""
        layout = self._layout
        if not len(times) or times[-1] + 1 >= layout.output[0]:
            return set()
        first, newest = layout.frames_of(times[-1] + 1)[0], layout.frames_of(times[-1])[-1]
        last = newest if layout.clip[0] == ENDLESS else layout.frames_of(layout.output[0] - 1)[-1]
        positions = source_indices(first, max(last - first + 1, 0), layout.clip[0], layout.settings.border)
        return set(positions[positions != OUTSIDE].tolist())


class _Either:
    """Frames of which some are held already."""

    def __init__(self, first: dict[int, NDArray[np.uint8] | Floats], second: Frames) -> None:
        self.first, self._second = first, second

    def __getitem__(self, position: int, /) -> NDArray[np.uint8] | Floats:
        return self.first[position] if position in self.first else self._second[position]
