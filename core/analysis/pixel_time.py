"""One pixel in time: what it shows, what the kernel weighs there, and what comes out, frame by frame."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.analysis.inspector import Inspection
from core.clip import Clip
from core.volume import FeatureVolume

Course = tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class PixelInTime:
    """Three courses over one axis, the frames of the clip (counted from 0).

    Parameters
    ----------
    place
        (y, x) of the input pixel; None where it lies outside the clip and padding is zero, and where the
        input is no clip but responses.
    tap
        (j, k): where in the kernel it lies.
    inputs
        For each channel (frame, value / 255); of responses only those under the kernel.
    weights
        For each channel (frame, weight): the kernel laid over the clip at the voxel. Frames may lie outside.
    outputs
        (frame, response): each response at the time of its kernel's centre. Halves occur for even kernels.
    centre
        The time of the voxel's own response.
    """

    place: tuple[int, int] | None
    tap: tuple[int, int]
    inputs: tuple[Course, ...]
    weights: tuple[Course, ...]
    outputs: Course
    centre: float


def middle_tap(inspection: Inspection) -> tuple[int, int]:
    """Return (j, k) of the kernel's middle; of even kernels the earlier of two."""
    _, rows, columns, _ = inspection.patch.shape
    return (rows - 1) // 2, (columns - 1) // 2


def pixel_in_time(
    clip: Clip, inspection: Inspection, volume: FeatureVolume, tap: tuple[int, int] | None = None
) -> PixelInTime:
    """Return the courses at one tap of an inspected response.

    Parameters
    ----------
    clip
        As the filters saw it.
    inspection
        Of a response of that clip.
    volume
        What is shown: the filter's responses, or a tile that they enter.
    tap
        (j, k) in the kernel; None for its middle.
    """
    j, k = tap or middle_tap(inspection)
    field, (_, y, x) = inspection.patch.field, inspection.voxel
    row, column = field.y.sources[j], field.x.sources[k]
    place: tuple[int, int] | None = None
    inputs: tuple[Course, ...] = ()
    times = volume.axes[0]
    if inspection.patch.raw is None:
        inputs = _courses(field.t.positions, inspection.patch.values[:, j, k])
    elif row is not None and column is not None:
        place = (row, column)
        inputs = _courses(range(len(clip)), clip.frames[:, row, column] / 255.0)
    return PixelInTime(
        place,
        (j, k),
        inputs,
        _courses(field.t.positions, inspection.weights[:, j, k]),
        tuple((times.to_input(i), float(value)) for i, value in enumerate(volume.data[:, y, x])),
        times.to_input(inspection.voxel[0]),
    )


def _courses(frames: Sequence[int], values: NDArray[np.float64]) -> tuple[Course, ...]:
    """Return a course for each column of (T, C) values."""
    return tuple(tuple(zip(frames, column, strict=True)) for column in values.T.tolist())
