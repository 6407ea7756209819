"""The native way over a clip or a stream: a ring of staged frames, cut into strips of rows."""

from collections.abc import Sequence
from functools import partial

from core.convolution.layout import Floats, Frames, Layout
from core.convolution.native.prepared import prepared
from core.convolution.native.strips import Moment, Strip
from core.convolution.team import Job

_EMPTY = -2  # what a slot holds that nothing was staged in


class NativeMethod:
    """The whole convolution as independent jobs, one for each strip of rows: see `Method`.

    Parameters
    ----------
    layout, weights, bias, threads
        As `Method` says.
    width
        Numbers in a vector; None is what the processor has.
    """

    def __init__(
        self, layout: Layout, weights: Floats, bias: Floats, threads: int = 1, width: int | None = None
    ) -> None:
        self._layout = layout
        ready = prepared(layout, len(weights), threads, width)
        packed = [one.packed(weights) for one in ready.passes]
        packed_bias = [one.packed_bias(bias) for one in ready.passes]
        self._held = [_EMPTY] * ready.geometry.slots
        self._strips = [Strip(ready, plan, packed, packed_bias) for plan in ready.strips]

    def jobs(self, frames: Frames, times: Sequence[int], out: Floats) -> list[Job]:
        """Return one job for each strip: see `Method.jobs`."""
        if not times:
            return []
        moments = [self._moment(time, index) for index, time in self._layout.in_order(times)]
        # After the last answer nothing is wanted again: the strips' memory serves one after another.
        stays = max(times) < self._layout.output[0] - 1
        if not stays:
            self._held = [_EMPTY] * len(self._held)
        return [partial(strip.run, frames, moments, out, stays) for strip in self._strips]

    def _moment(self, time: int, index: int) -> Moment:
        """Say which frames go into which slots for an output frame, and where its frames then are."""
        sources = [self._layout.frame_at(position) for position in self._layout.frames_of(time)]
        missing = [source for source in dict.fromkeys(sources) if source not in self._held]
        free = [slot for slot, held in enumerate(self._held) if held not in sources]
        free.sort(key=self._held.__getitem__)
        staged = list(zip(missing, free, strict=False))
        for source, slot in staged:
            self._held[slot] = source
        return Moment(index, staged, tuple(self._held.index(source) for source in sources))
