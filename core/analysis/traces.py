"""How strongly a filter answers, frame by frame, and when it answers most."""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.errors import UsageError
from core.volume import FeatureVolume

Measure = Callable[[NDArray[np.float32]], float]


def _mean_magnitude(frame: NDArray[np.float32]) -> float:
    return float(np.abs(frame).mean(dtype=np.float64))


def _largest_magnitude(frame: NDArray[np.float32]) -> float:
    return float(max(frame.max(), -frame.min()))


def _energy(frame: NDArray[np.float32]) -> float:
    return float(np.square(frame, dtype=np.float64).mean())


# What a frame (H', W') of responses is summed up as: mean |r|, the largest |r|, the mean of r².
MEASURES: dict[str, Measure] = {"mean |r|": _mean_magnitude, "max": _largest_magnitude, "energy": _energy}


@dataclass(frozen=True, slots=True)
class Trace:
    """A measure over time.

    Parameters
    ----------
    values
        One for each frame of the volume.
    frames
        The clip frame on which each is centred; halves occur for kernels with an even count of frames.
    """

    values: tuple[float, ...]
    frames: tuple[float, ...]


def trace(volume: FeatureVolume, measure: str) -> Trace:
    """Return one of `MEASURES` over time.

    Raises
    ------
    UsageError
        If there is no such measure.
    """
    if measure not in MEASURES:
        raise UsageError(f"There is no measure {measure!r}; choose {', '.join(MEASURES)}.")
    values = tuple(MEASURES[measure](frame) for frame in volume.data)
    return Trace(values, tuple(volume.axes[0].to_input(i) for i in range(len(volume))))


def strongest(volume: FeatureVolume, measure: str) -> int:
    """Return the clip frame at which a measure is largest, the first of several: one that shows it.

    Raises
    ------
    UsageError
        If there is no such measure.
    """
    return peak_frame(trace(volume, measure))


def peak_frame(curve: Trace) -> int:
    """Return the clip frame that shows the first of a trace's largest values; it has at least one."""
    best = curve.frames[curve.values.index(max(curve.values))]
    # Down where the centre is between two frames: `AxisMap.to_output` shows that output at the earlier one.
    return max(math.ceil(best - 0.5), 0)


def strongest_place(volume: FeatureVolume, t: int) -> tuple[int, int, int]:
    """Return (t, y, x) of the largest |r| of the volume's own frame t, the first of several."""
    flat = int(np.abs(volume.data[t]).argmax())
    y, x = divmod(flat, volume.data.shape[2])
    return t, y, x


def strength(volume: FeatureVolume) -> float:
    """Return the mean |r| over the whole clip, from an even sample: what filters are ranked by."""
    return float(volume.magnitudes.mean(dtype=np.float64))
