"""Frames as the filters see them, made when they are asked for.

A grey bank on an RGB clip answers to the mean of the channels. Instead of spreading each weight over three
channels (`FilterBank.for_channels`, which says the same in three times as many products), the mean of each
frame is taken once: the filters then see one channel.
"""

from collections import OrderedDict
from collections.abc import Callable
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from core.convolution.layout import Floats, Frames
from core.filters.bank import FilterBank

RGB = 3


class MadeFrames:
    """Frames (C, H, W) float32 that are made when they are asked for; any thread.

    Parameters
    ----------
    make
        Returns the frame of a position, contiguous.
    kept
        How many frames are kept, those that were asked for last.
    """

    def __init__(self, make: Callable[[int], Floats], kept: int) -> None:
        self._make = make
        self._most = kept
        self._kept: OrderedDict[int, Floats] = OrderedDict()
        self._lock = Lock()

    def __getitem__(self, position: int, /) -> Floats:
        """Return one frame, read-only."""
        # Threads ask for the same frames at about the same time: whoever comes second waits and gets it.
        with self._lock:
            if position not in self._kept:
                if len(self._kept) >= self._most:
                    self._kept.popitem(last=False)
                frame = self._make(position)
                frame.setflags(write=False)
                self._kept[position] = frame
            self._kept.move_to_end(position)
            return self._kept[position]


def sees_grey(bank: FilterBank, channels: int) -> bool:
    """Tell whether a bank sees the mean of a clip's channels."""
    return (bank.channels, channels) == (1, RGB)


def grey_frame(frame: NDArray[np.uint8]) -> Floats:
    """Return the mean of R, G and B, in [0, 1]: (1, H, W) float32 of (H, W, 3) uint8."""
    total = np.add(frame[..., 0], frame[..., 1], dtype=np.uint16)
    total += frame[..., 2]
    return np.multiply(total, np.float32(1 / (255 * RGB)), dtype=np.float32)[np.newaxis]


def seen_by(bank: FilterBank, frames: NDArray[np.uint8], kept: int) -> tuple[Frames, FilterBank]:
    """Return what a bank sees of the frames of a clip, and the bank as it applies to that.

    Parameters
    ----------
    bank
        N filters.
    frames
        (T, H, W, C) uint8.
    kept
        How many frames may be held in another form at a time.

    Raises
    ------
    FilterError
        If the channels do not fit.
    """
    channels = frames.shape[3]
    if not sees_grey(bank, channels):
        return frames, bank.for_channels(channels)
    return MadeFrames(lambda position: grey_frame(frames[position]), kept), bank
