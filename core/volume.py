"""The feature volume: what one filter answers, everywhere and at every time."""

from dataclasses import dataclass
from functools import cached_property

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
    """

    data: NDArray[np.float32]
    index: int = 0
    name: str = "filter"
    axes: tuple[AxisMap, AxisMap, AxisMap] = (AxisMap(), AxisMap(), AxisMap())

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
        # An odd step: even ones would meet the same columns of every row again and again.
        step = max(1, -(-flat.size // _SAMPLES)) | 1
        return np.sort(np.abs(flat[::step]))

    def at(self, clip_frame: int) -> tuple[int, bool]:
        """Return this volume's frame for a clip frame, and whether it has one (see `AxisMap.to_output`)."""
        return self.axes[0].to_output(clip_frame, len(self))
