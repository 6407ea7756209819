"""The geometry of one convolution, worked out once for whoever computes it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from core.convolution.borders import OUTSIDE, source_indices
from core.convolution.geometry import output_shape, pad_before, span
from core.convolution.team import Job
from core.settings import ConvolutionSettings, Triple

Floats = NDArray[np.float32]

# A stream has no last frame. Large enough for a century at 240 frames per second, small enough for int64.
ENDLESS = 2**40


class Frames(Protocol):
    """Input frames by their position, from 0: a list, an array, or anything with ``frames[position]``.

    A frame is (H, W, C) uint8, of which the filters see value / 255, or (C, H, W) float32, taken as it is
    (the volumes of a first layer). All frames of one convolution are of one kind, and whoever computes
    only reads them, from several threads.
    """

    def __getitem__(self, position: int, /) -> NDArray[np.uint8] | Floats:
        """Return one frame."""


class Method(Protocol):
    """One way to compute; it belongs to one convolution and keeps laid-out frames from call to call.

    Made by ``SomeMethod(layout, weights, bias, threads)`` with weights (N, kT, kH, kW, C) and bias (N,)
    float32. What an output frame's numbers are depends on its input frames and its position alone, to the
    last bit: a stream asks for one output frame at a time, a clip for all, and both get the same.
    """

    def jobs(self, frames: Frames, times: Sequence[int], out: Floats) -> list[Job]:
        """Return independent jobs, one for each part of a frame, which compute some output frames.

        Parameters
        ----------
        frames
            The input; asked only for positions that these output frames need.
        times
            Positions of the output frames, increasing, also from call to call.
        out
            (N, len(times), H', W') float32, filled when all jobs have ended. Not overwritten later.

        Notes
        -----
        A job is a generator of how many voxels (of one filter) each short step has finished: in all
        ``len(times) H' W'``. A step takes some milliseconds: cancelling waits for it. Jobs of one call may
        run at the same time; the next call's jobs begin after all of them have ended.
        """


@dataclass(frozen=True, slots=True)
class Layout:
    """The geometry of one convolution, axis by axis (t, y, x).

    Parameters
    ----------
    clip, kernel, output
        Lengths of the clip, the kernel and the result. A stream is `ENDLESS` in t.
    before
        Outside inputs before the first one.
    channels
        Of the clip and of the kernel.
    settings
        Stride, dilation, border and activation.
    """

    clip: Triple
    kernel: Triple
    output: Triple
    before: Triple
    channels: int
    settings: ConvolutionSettings

    @classmethod
    def of(cls, clip: Triple, kernel: Triple, channels: int, settings: ConvolutionSettings) -> "Layout":
        """Work the geometry out."""
        t, y, x = (
            pad_before(n, k, s, d, settings.padding_of(axis))
            for axis, (n, k, s, d) in enumerate(
                zip(clip, kernel, settings.stride, settings.dilation, strict=True)
            )
        )
        return cls(clip, kernel, output_shape(clip, kernel, settings), (t, y, x), channels, settings)

    @classmethod
    def of_stream(
        cls, height: int, width: int, kernel: Triple, channels: int, settings: ConvolutionSettings
    ) -> "Layout":
        """Work the geometry of an endless clip out: in time it is "valid", whatever the padding."""
        around = cls.of((1, height, width), kernel, channels, settings)
        last = (ENDLESS - span(kernel[0], settings.dilation[0])) // settings.stride[0]
        return cls(
            (ENDLESS, height, width),
            kernel,
            (last + 1, *around.output[1:]),
            (0, *around.before[1:]),
            channels,
            settings,
        )

    @property
    def slot_rows(self) -> int:
        """Rows that one frame of the kernel takes: C kH kW."""
        return self.channels * self.kernel[1] * self.kernel[2]

    @property
    def rows(self) -> int:
        """Weights of one filter."""
        return self.kernel[0] * self.slot_rows

    def frames_of(self, output: int) -> list[int]:
        """Return the positions of the kernel's kT frames for one output frame; some may lie outside."""
        first = output * self.settings.stride[0] - self.before[0]
        return [first + i * self.settings.dilation[0] for i in range(self.kernel[0])]

    def in_order(self, times: Sequence[int]) -> list[tuple[int, int]]:
        """Return output frames (place in `times`, time): neighbours share as many inputs as possible."""
        stride, dilation = self.settings.stride[0], self.settings.dilation[0]
        return sorted(enumerate(times), key=lambda entry: (entry[1] * stride % dilation, entry[1]))

    def frame_at(self, position: int) -> int:
        """Return the index of the frame that stands for a position in time, or `OUTSIDE`."""
        if 0 <= position < self.clip[0]:
            return position
        return int(source_indices(position, 1, self.clip[0], self.settings.border)[0])

    def inputs(self, axis: int, first: int, count: int) -> NDArray[np.intp]:
        """Return the input indices (or `OUTSIDE`) that `count` outputs from `first` on look at."""
        stride, dilation = self.settings.stride[axis], self.settings.dilation[axis]
        reach = (count - 1) * stride + span(self.kernel[axis], dilation)
        start = first * stride - self.before[axis]
        return source_indices(start, reach, self.clip[axis], self.settings.border)


__all__ = ["ENDLESS", "OUTSIDE", "Floats", "Frames", "Layout", "Method"]
