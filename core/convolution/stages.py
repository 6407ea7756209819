"""Two convolutions with a ReLU between, as (2+1)D networks have it (Tran et al., CVPR 2018).

::

    clip --(1,kH,kW)--> M rectified volumes --(kT,1,1)--> N volumes

The first looks at each frame alone, the second at each place alone. Stride, dilation, padding and border in
y and x belong to the first, those in t to the second, so the volumes have the size of a bank with kernels
(kT,kH,kW) and lie over the same places of the clip. The bias is added at the end.
"""

from collections.abc import Generator, Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass, replace
from typing import Any, Self, TypeAlias, cast

import numpy as np
from numpy.typing import NDArray

from core.clip import Clip
from core.convolution.backends import method_for
from core.convolution.engine import convolve_steps
from core.convolution.frames import MadeFrames, seen_by
from core.convolution.layers import convolve_volumes
from core.convolution.layout import Floats, Layout
from core.convolution.streaming import StreamingConvolver
from core.filters.bank import FilterBank
from core.filters.views import Stages
from core.progress import Progress
from core.settings import ConvolutionSettings, Padding, Triple
from core.volume import FeatureVolume

Steps: TypeAlias = Generator[Progress | FeatureVolume, None, None]


@dataclass(frozen=True, eq=False)
class Staged:
    """Both convolutions with how they slide.

    Parameters
    ----------
    spatial, temporal
        Banks of kernels (1,kH,kW) and (kT,1,1).
    first, second
        How they slide, and the ReLU of the first.
    """

    spatial: FilterBank
    temporal: FilterBank
    first: ConvolutionSettings
    second: ConvolutionSettings

    @classmethod
    def of(cls, stages: Stages, bank: FilterBank, settings: ConvolutionSettings) -> Self:
        """Share settings out.

        Parameters
        ----------
        stages
            Their weights.
        bank
            Names and bias of the N volumes.
        settings
            How the whole slides; the activation is not looked at.
        """
        (st, sy, sx), (dt, dy, dx) = settings.stride, settings.dilation
        return cls(
            FilterBank.from_weights(stages.spatial),
            FilterBank.from_weights(stages.temporal, bank.bias, bank.names),
            ConvolutionSettings(
                _padding(settings, (1, 2)), (1, sy, sx), (1, dy, dx), "relu", settings.border
            ),
            ConvolutionSettings(_padding(settings, (0,)), (st, 1, 1), (dt, 1, 1), "none", settings.border),
        )


def convolve_stages(clip: Clip, staged: Staged) -> Iterator[Progress | FeatureVolume]:
    """Compute the N volumes of a clip, with `Progress` through both convolutions.

    Raises
    ------
    FilterError, BudgetError
        As `core.convolution.engine.convolve_bank` and `core.convolution.layers.convolve_volumes`.
    """
    between = []
    with closing(cast("Steps", convolve_steps(clip, staged.spatial, staged.first))) as steps:
        for step in steps:
            if isinstance(step, FeatureVolume):
                between.append(step)
            else:
                yield Progress(step.done, 2 * step.total, step.text)
    with closing(cast("Steps", convolve_volumes(between, staged.temporal, staged.second))) as steps:
        for step in steps:
            if isinstance(step, Progress):
                step = Progress(step.total + step.done, 2 * step.total, step.text)
            yield step


def rectified_frames(frames: NDArray[np.uint8], staged: Staged, kept: int) -> MadeFrames:
    """Return the frames between both convolutions, (M, H', W') float32, each computed when it is asked for.

    Parameters
    ----------
    frames
        (T, H, W, C) uint8.
    kept
        How many are held at a time.
    """
    count, height, width, _ = frames.shape
    seen, bank = seen_by(staged.spatial, frames, kept=1)
    shape: Triple = (count, height, width)
    layout = Layout.of(shape, bank.kernel_size, bank.channels, staged.first)

    def make(position: int) -> Floats:
        # A method expects increasing positions, which a border that reflects does not ask for.
        method = method_for(layout, bank.weights, bank.bias, 1)
        out = np.empty((len(bank), 1, *layout.output[1:]), np.float32)
        for job in method.jobs(seen, [position], out):
            for _ in job():
                pass
        return out[:, 0]

    return MadeFrames(make, kept)


class StreamingStages:
    """Takes the frames of a stream and answers to each new one, as `StreamingConvolver` does.

    Belongs to the thread that calls `push` and `close`; a context manager closes, too.
    """

    def __init__(self, staged: Staged) -> None:
        self._staged = staged
        self._stack = ExitStack()
        self._spatial = self._stack.enter_context(StreamingConvolver(staged.spatial, staged.first))
        self._temporal = self._stack.enter_context(StreamingConvolver(staged.temporal, staged.second))
        self._kind: Any = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def push(self, frame: NDArray[np.uint8]) -> Floats | None:
        """Take the next frame, (H, W, C) uint8; return (N, H', W') float32 or None.

        Raises
        ------
        FilterError, BudgetError
            As `StreamingConvolver.push`.
        """
        if self._kind not in (None, frame.shape):
            # Another size of frames may give answers of the old size: those before are of another stream.
            self._temporal.restart()
        self._kind = frame.shape
        between = self._spatial.push(frame)
        return None if between is None else self._temporal.push(between)

    def close(self) -> None:
        """Join the threads that computed the answers."""
        self._stack.close()


def temporal_layout(clip: Clip, staged: Staged) -> Layout:
    """Return the geometry of the second convolution over the `rectified_frames` of a clip."""
    shape: Triple = (len(clip), clip.height, clip.width)
    between = Layout.of(shape, staged.spatial.kernel_size, staged.spatial.channels, staged.first).output
    return Layout.of(between, staged.temporal.kernel_size, staged.temporal.channels, staged.second)


def _padding(settings: ConvolutionSettings, axes: tuple[int, ...]) -> Padding:
    """Return the padding along some axes; explicit padding is none along the others."""
    if isinstance(settings.padding, str):
        return settings.padding
    t, y, x = (width if axis in axes else 0 for axis, width in enumerate(settings.padding))
    return t, y, x


def linear(settings: ConvolutionSettings) -> ConvolutionSettings:
    """Return settings without activation: what is combined are linear responses."""
    return replace(settings, activation="none")
