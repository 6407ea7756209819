"""The native way over a clip or a stream: a ring of staged frames, cut into strips of rows."""

from collections.abc import Sequence
from functools import partial
from itertools import pairwise

from core.convolution.geometry import span
from core.convolution.layout import Floats, Frames, Layout
from core.convolution.native.compiled import address_of, vector_registers, vector_width
from core.convolution.native.plan import Pass, passes
from core.convolution.native.staged import Geometry, Work
from core.convolution.native.strips import Moment, Strip
from core.convolution.team import Job

# Staged rows of one strip: the strips of all threads together stay far below 64 MB.
STRIP_BYTES = 4 * 2**20
# With a dilation in time all frames that are needed again are held, if they take no more than this.
_SPAN_BYTES = 64 * 2**20
_STRIPS_PER_THREAD = 2
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
        vector = width or vector_width()
        registers = 16 if width else vector_registers()
        shared_out = passes(layout, len(weights), vector, registers)
        geometry = Geometry.of(layout, vector, shared_out, _slots(layout))
        work = [
            Work(
                one,
                address_of(one.shape(layout, vector)),
                one.packed(weights),
                one.packed_bias(bias),
            )
            for one in shared_out
        ]
        self._held = [_EMPTY] * geometry.slots
        self._strips = [
            Strip(layout, geometry, work, vector, first, last)
            for first, last in _cuts(layout, geometry, shared_out, threads)
        ]

    def jobs(self, frames: Frames, times: Sequence[int], out: Floats) -> list[Job]:
        """Return one job for each strip: see `Method.jobs`."""
        if not times:
            return []
        moments = [self._moment(times[index], index) for index in self._order(times)]
        # After the last answer nothing is wanted again: the strips' memory serves one after another.
        stays = max(times) < self._layout.output[0] - 1
        if not stays:
            self._held = [_EMPTY] * len(self._held)
        return [partial(strip.run, frames, moments, out, stays) for strip in self._strips]

    def _order(self, times: Sequence[int]) -> list[int]:
        """Return the output frames so that neighbours share as many input frames as they can."""
        stride, dilation = self._layout.settings.stride[0], self._layout.settings.dilation[0]
        return sorted(range(len(times)), key=lambda n: (times[n] * stride % dilation, n))

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


def _slots(layout: Layout) -> int:
    """Return how many frames are held: all that the kernel spans, or at least those that it lies on."""
    wanted = span(layout.kernel[0], layout.settings.dilation[0])
    frame = 4 * layout.channels * layout.clip[1] * layout.clip[2]
    return wanted if wanted * frame <= _SPAN_BYTES else layout.kernel[0]


def _cuts(
    layout: Layout, geometry: Geometry, shared_out: Sequence[Pass], threads: int
) -> list[tuple[int, int]]:
    """Cut the answers' rows into strips: enough for all threads, small enough for the cache."""
    height, block = layout.output[1], max(one.entries.rows for one in shared_out)
    rows = -(-height // (_STRIPS_PER_THREAD * threads if threads > 1 else 1))
    while rows > block and geometry.strip_bytes(layout, rows) > STRIP_BYTES:
        rows = -(-rows // 2)
    rows = -(-rows // block) * block
    cuts = [*range(0, height, rows), height]
    if len(cuts) > 2 and cuts[-1] - cuts[-2] < block:  # too few for a block of rows
        del cuts[-2]
    return list(pairwise(cuts))
