"""Convolution of a film that has not ended: one new frame in, the newest feature frame out.

In time a stream is always "valid" and causal: an answer is made from the newest d (kT - 1) + 1 frames
(d: dilation in t) and appears with the last of them, so it shows what was in the middle of that span.
Nothing is made up for frames that have not come yet: padding "same" concerns y and x only, where it is
what `core.convolution.engine` does, and time is treated as by "valid". With a stride s in t every s-th
answer is given, beginning with the first. So the answers are, one by one, the frames that the engine
computes for a clip of all frames since the start; with "same" those that use no frame outside it.
"""

from collections import deque
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from core.convolution import request
from core.convolution.columns import ColumnsMethod
from core.convolution.engine import method_for
from core.convolution.geometry import span
from core.convolution.layout import Floats, Layout
from core.convolution.planes import PlanesMethod
from core.convolution.request import DEFAULT, check_stream
from core.convolution.rolling import RollingSums
from core.convolution.team import shared
from core.filters.bank import FilterBank
from core.settings import ConvolutionSettings


class StreamingConvolver:
    """Holds the newest frames of a stream and answers to each new one.

    Memory is bounded: the answers under way (`core.convolution.rolling`) or, where they would be too
    large, the frames of one receptive field; the columns of one tile; one answer. Belongs to the thread
    that calls `push`.

    Parameters
    ----------
    bank
        N filters; adapted to the channels of the frames.
    settings
        Border and padding (in y and x), stride, dilation, activation.
    """

    def __init__(self, bank: FilterBank, settings: ConvolutionSettings = DEFAULT) -> None:
        self._bank = bank
        self._settings = settings
        self._reach = span(bank.kernel_size[0], settings.dilation[0])
        self._frames: deque[NDArray[np.uint8]] = deque(maxlen=self._reach)
        self._seen = 0
        self._shape: tuple[int, ...] = ()
        self._adapted = bank
        self._layout: Layout | None = None
        self._method: ColumnsMethod | PlanesMethod | None = None
        self._sums: RollingSums | None = None

    @property
    def delay(self) -> float:
        """By how many frames an answer's centre lies before the frame that completed it."""
        return (self._reach - 1) / 2

    def push(self, frame: NDArray[np.uint8]) -> Floats | None:
        """Take the next frame.

        Parameters
        ----------
        frame
            (H, W, C) uint8, copied. A frame of another size or number of channels starts a new stream.

        Returns
        -------
        (N, H', W') float32, owned by the caller; None while frames are missing or between strides.

        Raises
        ------
        FilterError
            If the kernel is larger than the frame (padding valid).
        BudgetError
            If one answer would not fit into memory.
        """
        if frame.dtype != np.uint8 or frame.ndim != 3:
            raise ValueError(f"a frame is (H, W, C) uint8, not {frame.shape} {frame.dtype}")
        if frame.shape != self._shape:
            self._start(frame.shape)
        if self._sums is not None:
            return self._sums.push(frame)
        self._frames.append(frame.copy())
        self._seen += 1
        waited = self._seen - self._reach
        if waited < 0 or waited % self._settings.stride[0]:
            return None
        return self._answer()

    def _start(self, shape: tuple[int, ...]) -> None:
        height, width, channels = shape
        self._shape = ()  # until everything below has succeeded
        check_stream(height, width, channels, self._bank, self._settings)
        self._adapted = self._bank.for_channels(channels)
        self._layout = _one_answer(height, width, channels, self._bank, self._settings)
        self._sums = self._method = None
        if _suits_rolling(self._layout, len(self._bank), self._settings):
            adapted = self._adapted
            self._sums = RollingSums(self._layout, adapted.weights, adapted.bias, self._settings)
        else:
            self._method = method_for(len(self._bank), self._layout)
        self._frames.clear()
        self._seen = 0
        self._shape = shape

    def _answer(self) -> Floats:
        assert self._layout is not None and self._method is not None
        out = np.empty((len(self._adapted), *self._layout.output), np.float32)
        taps = list(self._frames)[:: self._settings.dilation[0]]
        for _ in shared(self._method.jobs(taps, self._adapted.weights, self._adapted.bias, out)):
            pass
        return out[:, 0]


def _suits_rolling(layout: Layout, filters: int, settings: ConvolutionSettings) -> bool:
    """Tell whether the answers under way are worth their memory: with one tap nothing rolls."""
    needed = RollingSums.required_bytes(layout, filters, settings.dilation[0])
    return layout.kernel[0] > 1 and needed <= request.ROLLING_BYTES


def _one_answer(
    height: int, width: int, channels: int, bank: FilterBank, settings: ConvolutionSettings
) -> Layout:
    """Return the layout of one output frame from the kT frames that the kernel lies on."""
    kernel = bank.kernel_size
    (_, sy, sx), (_, dy, dx) = settings.stride, settings.dilation
    flat = replace(settings, stride=(1, sy, sx), dilation=(1, dy, dx))
    endless = Layout.of_stream(height, width, kernel, channels, settings)
    around = (1, *endless.output[1:])
    return Layout((kernel[0], height, width), kernel, around, endless.before, channels, flat)
