"""Convolution of a film that has not ended: one new frame in, the newest feature frame out.

In time a stream is always "valid" and causal: an answer is made from the newest d (kT - 1) + 1 frames
(d: dilation in t) and appears with the last of them, so it shows what was in the middle of that span.
Nothing is made up for frames that have not come yet: padding concerns y and x only, where it is what
`core.convolution.engine` does, and time is treated as by "valid". With a stride s in t every s-th
answer is given, beginning with the first. So the answers are, one by one and to the last bit, the frames
that the engine computes for a clip of all frames since the start: with padding in time, those whose
receptive field lies inside it. For both the same `Method` computes.
"""

from typing import Any, Self, cast

import numpy as np
from numpy.typing import NDArray

from core.convolution.backends import method_for
from core.convolution.engine import memory_told
from core.convolution.frames import grey_frame, sees_grey
from core.convolution.geometry import span
from core.convolution.layout import Floats, Layout, Method
from core.convolution.memory import store
from core.convolution.request import DEFAULT, check_stream
from core.convolution.team import Team, workers
from core.filters.bank import FilterBank
from core.settings import ConvolutionSettings


class StreamingConvolver:
    """Takes the frames of a stream and answers to each new one.

    Memory is bounded: the frames of one receptive field, some of them laid out by the `Method`, and one
    answer. Belongs to the thread that calls `push` and `close`; a context manager closes, too.

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
        self._kind: tuple[np.dtype[Any], tuple[int, ...]] | None = None
        self._team = Team(workers())

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def delay(self) -> float:
        """By how many frames an answer's centre lies before the frame that completed it."""
        return (self._reach - 1) / 2

    def push(self, frame: NDArray[np.uint8] | Floats) -> Floats | None:
        """Take the next frame.

        Parameters
        ----------
        frame
            (H, W, C) uint8, or (C, H, W) float32 (answers of a first layer); copied. A frame of another
            kind, size or number of channels starts a new stream.

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
        if frame.dtype not in (np.uint8, np.float32) or frame.ndim != 3:
            raise ValueError(
                f"a frame is (H, W, C) uint8 or (C, H, W) float32, not {frame.shape} {frame.dtype}"
            )
        with memory_told():
            if (frame.dtype, frame.shape) != self._kind:
                self._start(frame)
            return self._take(frame)

    def restart(self) -> None:
        """Forget all frames: the next one is the first of a new stream."""
        self._kind = None

    def close(self) -> None:
        """Join the threads that computed the answers; nothing can be pushed any more."""
        self._team.close()

    def _start(self, frame: NDArray[np.uint8] | Floats) -> None:
        raw = frame.dtype == np.uint8
        height, width, channels = frame.shape if raw else (*frame.shape[1:], len(frame))
        self._kind = None  # until everything below has succeeded
        check_stream(height, width, channels, self._bank, self._settings)
        self._grey = raw and sees_grey(self._bank, channels)
        channels = 1 if self._grey else channels
        bank = self._bank.for_channels(channels)
        self._layout = Layout.of_stream(height, width, bank.kernel_size, channels, self._settings)
        self._method: Method = method_for(self._layout, bank.weights, bank.bias, workers())
        # Those that answers to come will need.
        self._frames: dict[int, NDArray[np.uint8] | Floats] = {}
        self._seen = self._answered = 0
        self._kind = frame.dtype, frame.shape

    def _take(self, frame: NDArray[np.uint8] | Floats) -> Floats | None:
        field = self._layout.frames_of(self._answered)
        if self._seen >= field[0]:
            self._frames[self._seen] = (
                grey_frame(cast("NDArray[np.uint8]", frame)) if self._grey else frame.copy()
            )
        self._seen += 1
        if self._seen <= field[-1]:
            return None
        out = store.empty((len(self._bank), 1, *self._layout.output[1:]))
        for _ in self._team.shared(self._method.jobs(self._frames, [self._answered], out)):
            pass
        self._answered += 1
        first_needed = self._layout.frames_of(self._answered)[0]
        for old in [position for position in self._frames if position < first_needed]:
            del self._frames[old]
        return out[:, 0]
