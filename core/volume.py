"""The feature volume: what one filter answers, everywhere and at every time."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from core.convolution.geometry import AxisMap

# Enough for a percentile that is stable to a fraction of a colour step, small enough to keep 64 of them.
_SAMPLES = 1 << 15


@dataclass(frozen=True, eq=False, repr=False)
class FeatureVolume:
    """The responses of one filter.

    Parameters
    ----------
    data
        (T', H', W') float32, signed, read-only.
    index
        The filter's place in its bank, from 0.
    name
        The filter's name.
    axes
        Where outputs lie among the inputs: maps of t, y and x.
    angles
        For directions: (T', H', W') float32, read-only, degrees on the screen from 0 (right) over 90 (down)
        below 360; `data` then are the lengths of the arrows.
    """

    data: NDArray[np.float32]
    index: int = 0
    name: str = "filter"
    axes: tuple[AxisMap, AxisMap, AxisMap] = (AxisMap(), AxisMap(), AxisMap())
    angles: NDArray[np.float32] | None = None

    def __repr__(self) -> str:
        return f"<FeatureVolume {self.index} {self.name!r}: {self.data.shape} float32>"

    def __len__(self) -> int:
        return len(self.data)

    @cached_property
    def minimum(self) -> float:
        """The smallest response of the whole clip."""
        return float(self.data.min())

    @cached_property
    def maximum(self) -> float:
        """The largest response of the whole clip."""
        return float(self.data.max())

    @cached_property
    def magnitudes(self) -> NDArray[np.float32]:
        """Absolute responses on an even grid of at most 32768 voxels, sorted: for percentiles."""
        flat = self.data.reshape(-1)
        return np.sort(np.abs(flat[:: _sampling(flat.size)]))

    def measured(self, measures: "Measures") -> Self:
        """Take over what was found out while the volume was made, instead of looking through it; itself."""
        vars(self).update(measures.known())  # where `cached_property` keeps it
        return self

    def at(self, clip_frame: int) -> tuple[int, bool]:
        """Return this volume's frame for a clip frame, and whether it has one (see `AxisMap.to_output`)."""
        return self.axes[0].to_output(clip_frame, len(self))


class Measures:
    """Finds a volume's extremes and magnitudes while it is made, piece by piece: the same to the bit.

    Parameters
    ----------
    voxels
        How many the whole volume has.
    """

    def __init__(self, voxels: int) -> None:
        self._step = _sampling(voxels)
        self._samples = np.empty(-(-voxels // self._step), np.float32)
        self._seen = 0
        self._extremes = np.float32(np.inf), np.float32(-np.inf)

    def add(self, part: NDArray[np.float32]) -> None:
        """Take the next voxels, in the order in which the volume has them."""
        flat = part.reshape(-1)
        picked = flat[-self._seen % self._step :: self._step]
        at = -(-self._seen // self._step)
        np.abs(picked, out=self._samples[at : at + len(picked)])
        self._seen += flat.size
        low, high = self._extremes
        self._extremes = np.minimum(low, flat.min()), np.maximum(high, flat.max())

    def known(self) -> dict[str, Any]:
        """Return what has been found, by the names that `FeatureVolume` gives it."""
        low, high = self._extremes
        return {"minimum": float(low), "maximum": float(high), "magnitudes": np.sort(self._samples)}


def _sampling(voxels: int) -> int:
    """Return the distance between samples: odd, as even ones would meet the same columns of every row."""
    return max(1, -(-voxels // _SAMPLES)) | 1
