"""Two layers: a bank over the clip, an activation, pooling, and a second bank over what comes out.

::

    clip (T,H,W,C0) --bank 1--> N1 responses --activation--> --pooling--> N1 channels --bank 2--> N2 volumes

Everything is checked before anything is computed: does every kernel fit into what is left for it, and do all
volumes fit into memory? What was computed before is taken over: the first layer's linear responses from
whoever has them, and the channels when only the second bank is another one.
"""

from collections.abc import Generator, Iterator
from contextlib import closing
from dataclasses import dataclass, field, replace
from math import prod
from typing import TypeAlias, cast

import numpy as np

from core.clip import Clip
from core.convolution.columns import finish
from core.convolution.engine import convolve_steps, memory_told
from core.convolution.geometry import output_shape, span
from core.convolution.layers import convolve_volumes
from core.convolution.layout import Floats
from core.convolution.memory import store
from core.convolution.pooling import Pooling, check_pooling, pooled_volume
from core.convolution.receptive import Stack, Step
from core.convolution.request import answer_bytes, check_fit, check_memory, clip_shape
from core.errors import FilterError
from core.filters.bank import FilterBank, channel_count
from core.progress import Progress
from core.settings import Activation, ConvolutionSettings, Triple
from core.volume import FeatureVolume

Steps: TypeAlias = Generator[Progress | FeatureVolume, None, None]
Volumes: TypeAlias = tuple[FeatureVolume, ...]

_NOTHING = ConvolutionSettings()


@dataclass(frozen=True, eq=False)
class FirstLayer:
    """The first layer's linear responses, in order: `TwoLayers.first_layer`."""

    volumes: Volumes


@dataclass(frozen=True, eq=False)
class Channels:
    """What the second bank sees, in order: the responses after activation and pooling."""

    volumes: Volumes


@dataclass(frozen=True, eq=False)
class TwoLayers:
    """All that two layers are computed from: a value, so whoever computes needs no locks.

    Parameters
    ----------
    clip
        At the working size.
    first
        N1 filters for the clip.
    sliding
        How they slide; its activation is not looked at.
    second
        N2 filters for N1 channels.
    then
        How these slide over the channels, and their activation.
    activation
        Applied to the first layer's responses.
    pooling
        Applied after that.
    responses
        The first layer's linear responses where somebody has them already, or ().
    channels
        The same after activation and pooling, or ().
    """

    clip: Clip
    first: FilterBank
    sliding: ConvolutionSettings
    second: FilterBank
    then: ConvolutionSettings = _NOTHING
    activation: Activation = "relu"
    pooling: Pooling = field(default_factory=Pooling)
    responses: Volumes = ()
    channels: Volumes = ()

    @property
    def stack(self) -> Stack:
        """The geometry: level 1 are the responses, level 2 the channels, level 3 the second layer."""
        return stack_of(
            clip_shape(self.clip),
            (self.first.kernel_size, self.sliding),
            self.pooling,
            (self.second.kernel_size, self.then),
        )

    @property
    def linear(self) -> ConvolutionSettings:
        """How the first bank slides, without an activation."""
        return replace(self.sliding, activation="none")

    def check(self) -> None:
        """Refuse what does not fit, before anything is computed.

        Raises
        ------
        FilterError
            A kernel or a block of pooling that is larger than what it slides over, or filters for another
            number of channels; the sentence has the numbers.
        BudgetError
            Too large for the memory that is free.
        """
        check_fit(self.clip, self.first, self.linear)
        if self.second.channels != len(self.first):
            made = "1 feature volume" if len(self.first) == 1 else f"{len(self.first)} feature volumes"
            raise FilterError(
                f"The second filters are for {channel_count(self.second.channels)}, "
                f"the first layer makes {made}."
            )
        _, responses, channels, _ = self.stack.shapes
        check_pooling(responses, self.pooling)
        self._check_second(channels)
        more = 0
        if not (self.responses or self.channels):
            more += answer_bytes(clip_shape(self.clip), self.first, self.linear)
        if not (self.channels or self._unchanged):
            more += 4 * len(self.first) * prod(channels)
        check_memory(channels, self.second, self.then, more)

    def _check_second(self, room: Triple) -> None:
        if 0 not in output_shape(room, self.second.kernel_size, self.then):
            return
        reach = tuple(span(k, d) for k, d in zip(self.second.kernel_size, self.then.dilation, strict=True))
        spanned, left = ("×".join(map(str, numbers)) for numbers in (reach, room))
        pooled_text = "" if self.pooling.idle else f" after pooling {'×'.join(map(str, self.pooling.size))}"
        smaller = "" if self.pooling.idle else "smaller pooling, "
        raise FilterError(
            f"The second kernel spans {spanned} (t×y×x), but{pooled_text} the first layer leaves only "
            f"{left}; choose a smaller kernel, {smaller}or padding same."
        )

    @property
    def _unchanged(self) -> bool:
        """Whether the second bank sees the responses as they are."""
        return self.activation == "none" and self.pooling.idle

    def work(self) -> Iterator[Progress | FirstLayer | Channels | FeatureVolume]:
        """Compute.

        Yields
        ------
        `Progress` through all of it; the `FirstLayer`, unless it was given; the `Channels`, unless they were
        given; then the N2 volumes in order. Extremes and percentile samples of all of them are computed
        before: whoever shows them pays nothing. Closing cancels.

        Raises
        ------
        FilterError, BudgetError
            As `check`; while iterating, if the system refuses memory all the same.
        """
        self.check()
        parts = _Parts(self)
        channels = self.channels
        if not channels:
            responses = self.responses
            if not responses:
                responses = yield from parts.first_layer()
                yield FirstLayer(responses)
            channels = yield from parts.channels(responses)
            yield Channels(channels)
        yield from parts.second_layer(channels)


def stack_of(
    shape: Triple,
    first: tuple[Triple, ConvolutionSettings],
    pooling: Pooling,
    second: tuple[Triple, ConvolutionSettings],
) -> Stack:
    """Return the geometry of two layers over clips of (T, H, W), each a kernel size and how it slides."""
    return Stack(shape, (Step(*first), Step(pooling.size, pooling.sliding), Step(*second)))


class _Parts:
    """The three parts of the work; each says how far all of it is."""

    def __init__(self, request: TwoLayers) -> None:
        self._request = request
        stack = request.stack
        # Multiplications, roughly: what takes long counts much.
        first = prod(stack.shapes[1]) * request.first.weights.size
        between = prod(stack.shapes[1]) * len(request.first) * 8
        second = prod(stack.shapes[3]) * request.second.weights.size
        if request.channels:
            first = between = 0
        elif request.responses:
            first = 0
        self._costs = (first, between, second)

    def _told(self, part: int, step: Progress, text: str) -> Progress:
        """Return how far the whole work is when one of its parts is that far."""
        done = sum(self._costs[:part]) + step.fraction * self._costs[part]
        return Progress(round(1000 * done / max(sum(self._costs), 1)), 1000, text)

    def first_layer(self) -> Generator[Progress, None, Volumes]:
        request = self._request
        made: list[FeatureVolume] = []
        work = convolve_steps(request.clip, request.first, request.linear)
        with closing(cast("Steps", work)) as steps:
            for step in steps:
                if isinstance(step, FeatureVolume):
                    made.append(_looked_at(step))
                else:
                    yield self._told(0, step, "layer 1")
        return tuple(made)

    def channels(self, responses: Volumes) -> Generator[Progress, None, Volumes]:
        """Apply activation and pooling, one volume after another, into one array."""
        request = self._request
        if request._unchanged:
            return responses
        with memory_told():
            room = store.empty((len(responses), *request.stack.shapes[2]))
            made = []
            for number, (volume, out) in enumerate(zip(responses, room, strict=True)):
                data = _activated(volume.data, request.activation, out if request.pooling.idle else None)
                if request.pooling.idle:
                    data.setflags(write=False)
                    made.append(_looked_at(FeatureVolume(data, volume.index, volume.name, volume.axes)))
                else:
                    made.append(_looked_at(pooled_volume(volume, data, request.pooling, out)))
                yield self._told(1, Progress(number + 1, len(responses)), "activation and pooling")
        return tuple(made)

    def second_layer(self, channels: Volumes) -> Steps:
        request = self._request
        with closing(cast("Steps", convolve_volumes(channels, request.second, request.then))) as steps:
            for step in steps:
                yield (self._told(2, step, "layer 2") if isinstance(step, Progress) else _looked_at(step))


def _activated(data: Floats, activation: Activation, out: Floats | None) -> Floats:
    """Return responses after an activation, in `out` if there is one."""
    if activation == "none" and out is None:
        return data
    made = np.empty(data.shape, np.float32) if out is None else out
    finish(
        data[np.newaxis], np.zeros(1, np.float32), replace(_NOTHING, activation=activation), made[np.newaxis]
    )
    return made


def _looked_at(volume: FeatureVolume) -> FeatureVolume:
    """Return a volume whose extremes and magnitudes are known."""
    _ = volume.minimum, volume.maximum, volume.magnitudes
    return volume
