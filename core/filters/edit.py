"""Changes to the weights of one filter, as a person makes them by hand: mirror, turn, zero the mean.

Every function takes weights (kT, kH, kW, C) of real numbers and returns new ones as float64; nothing is
changed in place. `core.filters.edit_bank` puts them back into a bank.

What a change does to a filter follows from its transfer function W(f) = sum of w(x) exp(-2 pi i f x), whose
absolute value is how strongly the filter answers to frequency f. Turning an axis round turns the sign of
that frequency; a pattern of velocity v has ft = -(fx vx + fy vy), so turning time reverses the preferred
direction, turning x mirrors it, and turning all axes leaves it (w is real, so |W(-f)| = |W(f)|).
"""

from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from core.errors import FilterError
from core.filters.kinds import Weights
from core.parameters import Size

Given: TypeAlias = NDArray[np.floating[Any]]

T_AXIS, Y_AXIS, X_AXIS = 0, 1, 2
SPACE = (Y_AXIS, X_AXIS)


def with_weight(weights: Given, place: Size, value: float, channel: int | None = None) -> Weights:
    """Set the weight at (t, y, x) of one channel, or of all of them."""
    changed = _copy(weights)
    changed[place][_channels(channel)] = value
    return changed


def with_part(
    weights: Given, t: int, table: Given, corner: tuple[int, int], channel: int | None = None
) -> Weights:
    """Set some rows and columns of the frame at time t, as one pastes a table.

    Parameters
    ----------
    table
        (rows, columns); a table of the frame's size fills the frame, wherever the corner is.
    corner
        (y, x) of the table's first number.

    Raises
    ------
    FilterError
        If the table does not fit there, with both sizes.
    """
    rows, columns = table.shape
    height, width = weights.shape[1:3]
    y, x = (0, 0) if (rows, columns) == (height, width) else corner
    if y + rows > height or x + columns > width:
        place = f" at row {y}, column {x}" if (y, x) != (0, 0) else ""
        raise FilterError(
            f"{rows} x {columns} numbers (rows x columns) do not fit{place} into a frame of "
            f"{height} x {width}; nothing was changed."
        )
    changed = _copy(weights)
    changed[t, y : y + rows, x : x + columns, _channels(channel)] = table[..., np.newaxis]
    return changed


# Mirror and turn


def mirrored_left_right(weights: Given) -> Weights:
    """Mirror each frame left to right: a preference for the right becomes one for the left."""
    return _copy(np.flip(weights, X_AXIS))


def mirrored_up_down(weights: Given) -> Weights:
    """Mirror each frame upside down: a preference for down becomes one for up."""
    return _copy(np.flip(weights, Y_AXIS))


def time_reversed(weights: Given) -> Weights:
    """Turn the order of the frames round: the preferred direction reverses."""
    return _copy(np.flip(weights, T_AXIS))


def flipped(weights: Given) -> Weights:
    """Turn all three axes round: convolution instead of cross-correlation; the direction stays."""
    return _copy(np.flip(weights, (T_AXIS, Y_AXIS, X_AXIS)))


def rotated(weights: Given, turns: int = 1) -> Weights:
    """Turn each frame by quarter turns, clockwise on the screen: right becomes down.

    Frames that are not square swap height and width.
    """
    return _copy(np.rot90(weights, -turns, SPACE))


def shifted(weights: Given, step: Size) -> Weights:
    """Move all weights by (t, y, x) steps; what leaves the kernel is lost, zeros come in."""
    changed = np.zeros(weights.shape)
    taken, put = [], []
    for move, length in zip(step, weights.shape[:3], strict=True):
        taken.append(slice(max(-move, 0), max(length - max(move, 0), 0)))
        put.append(slice(max(move, 0), max(length - max(-move, 0), 0)))
    changed[tuple(put)] = weights[tuple(taken)]
    return changed


# Sum and size


def zero_mean(weights: Given) -> Weights:
    """Subtract the mean of all weights: the filter ignores even brightness."""
    changed = _copy(weights)
    changed -= changed.mean()
    return changed


def zero_mean_frames(weights: Given) -> Weights:
    """Subtract from each frame and channel its own mean: the filter ignores flicker of the whole picture."""
    changed = _copy(weights)
    changed -= changed.mean(axis=SPACE, keepdims=True)
    return changed


def zero_sum_in_time(weights: Given) -> Weights:
    """Subtract from each pixel and channel its mean over time: the filter ignores still pictures."""
    changed = _copy(weights)
    changed -= changed.mean(axis=T_AXIS, keepdims=True)
    return changed


def normalised(weights: Given) -> Weights:
    """Scale to an L2 norm (root of the sum of squares) of 1.

    Raises
    ------
    FilterError
        If all weights are 0.
    """
    return _divided(weights, float(np.linalg.norm(_copy(weights))))


def normalised_sum(weights: Given) -> Weights:
    """Scale to a sum of absolute weights of 1: responses then stay within -1 and 1 for clips in [0, 1].

    Raises
    ------
    FilterError
        If all weights are 0.
    """
    return _divided(weights, float(np.abs(_copy(weights)).sum()))


def scaled(weights: Given, factor: float) -> Weights:
    """Multiply all weights."""
    return _copy(weights) * factor


def negated(weights: Given) -> Weights:
    """Turn the sign of all weights, and with it that of every response."""
    return scaled(weights, -1.0) + 0.0  # no minus zeros


def cleared(weights: Given) -> Weights:
    """Set all weights to 0."""
    return np.zeros(weights.shape)


# Frames and size


def frame_cleared(weights: Given, t: int, channel: int | None = None) -> Weights:
    """Set the frame at time t to 0, in one channel or in all of them."""
    changed = _copy(weights)
    changed[t, ..., _channels(channel)] = 0.0
    return changed


def frame_repeated(weights: Given, t: int) -> Weights:
    """Copy the frame at time t to all times: the filter no longer sees motion, only pictures."""
    return np.repeat(_copy(weights)[t : t + 1], weights.shape[0], axis=T_AXIS)


def middle_frame_only(weights: Given) -> Weights:
    """Set all frames but the middle one to 0: of two middle ones, the earlier stays (`middle_frame`)."""
    t = middle_frame(weights)
    changed = np.zeros(weights.shape)
    changed[t] = weights[t]
    return changed


def middle_frame(weights: Given) -> int:
    """Return the time of the centre tap, from 0: number (kT - 1) // 2."""
    return _centre(weights.shape[T_AXIS])


def inflated(weights: Given) -> Weights:
    """Put the mean of all frames at all times: together they do to what stands still what the filter does.

    That is how a 2-D network is made a 3-D one that answers to still clips as before (I3D; Carreira &
    Zisserman, CVPR 2017, section 2.4). What it lacks of the filter is `zero_sum_in_time`.
    """
    return np.repeat(_copy(weights).mean(axis=T_AXIS, keepdims=True), weights.shape[T_AXIS], axis=T_AXIS)


def resized(weights: Given, size: Size) -> Weights:
    """Cut off, or add zeros, around the centre tap, so that responses (padding "same") stay in place.

    Parameters
    ----------
    size
        (kT, kH, kW).

    Notes
    -----
    The centre tap of k taps is number (k - 1) // 2, as `core.convolution.geometry` pads.
    """
    changed = np.zeros((*size, weights.shape[3]))
    taken, put = [], []
    for old, new in zip(weights.shape[:3], size, strict=True):
        start, move = _centre(old), _centre(new)
        before, after = min(start, move), min(old - start, new - move)
        taken.append(slice(start - before, start + after))
        put.append(slice(move - before, move + after))
    changed[tuple(put)] = weights[tuple(taken)]
    return changed


def identity(size: Size, channels: int) -> Weights:
    """Return the kernel whose responses are the clip itself (the mean of its channels)."""
    weights = np.zeros((*size, channels))
    t, y, x = (_centre(side) for side in size)
    weights[t, y, x] = 1.0 / channels
    return weights


def _copy(weights: Given) -> Weights:
    return np.array(weights, dtype=np.float64, order="C")


def _channels(channel: int | None) -> slice:
    return slice(None) if channel is None else slice(channel, channel + 1)


def _centre(taps: int) -> int:
    return (taps - 1) // 2


def _divided(weights: Given, size: float) -> Weights:
    if size == 0.0:
        raise FilterError("All weights are 0: no factor gives them another size.")
    return _copy(weights) / size
