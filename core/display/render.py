"""Responses to colours: first to an index into the colour table, then (only where needed) to RGB.

Index i of `LEVELS` stands for the response low + i (high - low) / 126; what lies beyond the limits
gets the end colours. These functions run for every viewer and every tick, so they make one pass with little
memory; they are free of state and may be called from any thread.
"""

import numpy as np
from numpy.typing import NDArray

from core.cv import cv2
from core.display.colormap import LEVELS, ColorTable
from core.display.contrast import Limits
from core.display.slices import Plane, section
from core.display.wheel import wheel_indices
from core.volume import FeatureVolume

Floats = NDArray[np.float32]

_TOP = LEVELS - 1
# A kernel's weights: not worth loading OpenCV for, which takes 30 to 70 ms of the start.
_FEW = 1024


def quantise(
    responses: NDArray[np.float32], limits: Limits, out: NDArray[np.uint8] | None = None
) -> NDArray[np.uint8]:
    """Return the nearest colour index, 0 … 126, of every response; 63 is exactly 0 for signed limits.

    Parameters
    ----------
    responses
        (…, H, W) float32. What is not a number becomes index 0.
    limits
        The responses at index 0 and 126.
    out
        (…, H, W) uint8, C-contiguous, to write into; None makes a new array.
    """
    indices = np.empty(responses.shape, np.uint8) if out is None else out
    if responses.size:
        scale = _TOP / (limits.high - limits.low)
        # Clipped before it is scaled: a huge response would leave the range of the integer conversion.
        inside = np.clip(responses, np.float32(limits.low), np.float32(limits.high))
        if responses.size <= _FEW:
            indices[...] = np.nan_to_num(np.rint(inside * np.float32(scale) - np.float32(limits.low * scale)))
        else:
            rows = inside.reshape(-1, responses.shape[-1])
            cv2.convertScaleAbs(rows, indices.reshape(rows.shape), scale, -limits.low * scale)
    return indices


def level_value(index: int, limits: Limits) -> float:
    """Return the response that a colour index stands for: the inverse of `quantise`."""
    share = index / _TOP
    return limits.low * (1.0 - share) + limits.high * share


def colorize(indices: NDArray[np.uint8], table: ColorTable) -> NDArray[np.uint8]:
    """Return (…, 3) uint8 RGB for indices of any shape."""
    return np.take(table.rgb, indices, axis=0, mode="clip")


def render_frame(
    volume: FeatureVolume, t: int, limits: Limits, size: tuple[int, int] | None = None
) -> NDArray[np.uint8]:
    """Return one frame of a feature volume as colour indices.

    Parameters
    ----------
    volume
        Where the responses are.
    t
        The volume's own frame (`FeatureVolume.at` finds it for a clip frame).
    limits
        From `core.display.contrast.limits_for`.
    size
        (width, height) of the place on the screen, or None. Where it is smaller than the frame, the
        responses (not the colours) are averaged over the area of each pixel, so that thin lines fade
        and do not vanish; a frame is never enlarged here. Directions are averaged as arrows.

    Returns
    -------
    indices
        (H, W) uint8, freshly made.
    """
    return render_section(volume, Plane.XY, t, limits, size)


def render_section(
    volume: FeatureVolume, plane: Plane, index: int, limits: Limits, size: tuple[int, int] | None = None
) -> NDArray[np.uint8]:
    """Return a section of a feature volume as colour indices (down, across), freshly made.

    Parameters
    ----------
    plane, index
        Which frame (x–y), row (x–t) or column (y–t) of the volume's own.
    volume, limits, size
        As in `render_frame`; an axis for which there is room keeps its voxels.
    """
    data = section(volume.data, plane, index)
    if volume.angles is None:
        return quantise(shrunk(data, size), limits)
    lengths, angles = _shrunk_arrows(data, section(volume.angles, plane, index), size)
    return wheel_indices(lengths, angles, limits.high)


def _shrunk_arrows(lengths: Floats, angles: Floats, size: tuple[int, int] | None) -> tuple[Floats, Floats]:
    height, width = lengths.shape
    if size is None or (size[0] >= width and size[1] >= height):
        return lengths, angles
    radians = np.radians(angles)
    across, down = (shrunk(lengths * part, size) for part in (np.cos(radians), np.sin(radians)))
    return np.hypot(across, down), np.degrees(np.arctan2(down, across))


def shrunk(responses: NDArray[np.float32], size: tuple[int, int] | None) -> NDArray[np.float32]:
    """Return (H, W) responses averaged down to a box of (width, height), or as they are."""
    height, width = responses.shape
    if size is None or (size[0] >= width and size[1] >= height):
        return responses
    target = (min(max(size[0], 1), width), min(max(size[1], 1), height))
    return np.asarray(cv2.resize(responses, target, interpolation=cv2.INTER_AREA), dtype=np.float32)
