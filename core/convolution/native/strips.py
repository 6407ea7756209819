"""One strip of rows: its staged frames, and the order in which its answers come about."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.convolution.layout import OUTSIDE, Floats, Frames
from core.convolution.memory import store
from core.convolution.native.calls import Call, Longs, calls_of, run
from core.convolution.native.kernel_ir import FIELD
from core.convolution.native.prepared import Prepared, StripPlan
from core.convolution.native.staging_ir import FIELD as STAGE


@dataclass(frozen=True)
class Moment:
    """How one output frame comes about.

    Parameters
    ----------
    index
        Its place in the result.
    staged
        Frames (or `OUTSIDE`) that are brought in first, each with the slot that it goes to.
    slots
        For each frame of the kernel, the slot that it then lies on.
    """

    index: int
    staged: list[tuple[int, int]]
    slots: tuple[int, ...]


class Strip:
    """Some rows of all answers; used by one thread at a time.

    Parameters
    ----------
    ready, plan
        How the layout is computed, and which rows of it.
    weights, bias
        For each pass, in the order of its blocks.
    """

    def __init__(self, ready: Prepared, plan: StripPlan, weights: list[Floats], bias: list[Floats]) -> None:
        self._ready, self._plan = ready, plan
        self._keep = weights, bias  # only their addresses are used
        self._given = np.array(
            [(w.ctypes.data, 4 * w[0].size, b.ctypes.data) for w, b in zip(weights, bias, strict=True)]
        )
        self._buffer: Floats | None = None

    def run(self, frames: Frames, moments: list[Moment], out: Floats, stays: bool) -> Iterator[int]:
        """Compute this strip's part of some output frames, in steps of some milliseconds.

        Parameters
        ----------
        frames, out
            As `Method.jobs` has them.
        moments
            The output frames, in order.
        stays
            Whether staged frames are wanted again by the next run.
        """
        plan = self._plan
        if self._buffer is None:
            # What lies between rows is read, but no answer of it is kept: it may be anything.
            self._buffer = store.empty((plan.slot * self._ready.geometry.slots,))
        here = out[:, :, plan.first : plan.last]
        try:
            for first in range(0, len(moments), plan.together):
                some = moments[first : first + plan.together]
                target = here
                if plan.narrow:
                    target = np.empty((len(out), len(some), here.shape[2], self._ready.vector), np.float32)
                yield from self._step(frames, some, target)
                if plan.narrow:
                    here[:, [moment.index for moment in some]] = target[..., : here.shape[3]]
                yield len(some) * plan.voxels
        finally:
            if not stays:
                self._buffer = None  # room for the next strip of this thread

    def _step(self, frames: Frames, moments: list[Moment], target: Floats) -> Iterator[int]:
        """Compute some output frames in one go, or a single large one in pieces."""
        staging, keep = self._staging(frames, [pair for moment in moments for pair in moment.staged])
        jobs, each = self._answering(moments, target)
        if len(moments) == 1:
            yield from self._pieces(staging, jobs[0], each)
            return
        # One column of calls for each pass.
        answering = [calls_of(code, jobs[:, n]) for n, code in enumerate(self._ready.codes)]
        calls: list[Call] = []
        done = 0
        for moment, computing in zip(moments, zip(*answering, strict=True), strict=True):
            calls += staging[done : done + len(moment.staged)]
            calls += computing
            done += len(moment.staged)
        run(calls)
        del keep, jobs  # only now

    def _pieces(self, calls: list[Call], jobs: Longs, each: list[int]) -> Iterator[int]:
        """Compute one output frame, so many outer places of each pass at once."""
        for number, code in enumerate(self._ready.codes):
            job = jobs[number : number + 1]
            end = int(job[0, FIELD["end"]])
            for begin in range(0, end, each[number]):
                job[0, FIELD["begin"]], job[0, FIELD["end"]] = begin, min(begin + each[number], end)
                run(calls + calls_of(code, job))
                calls = []
                yield 0

    def _answering(self, moments: list[Moment], target: Floats) -> tuple[Longs, list[int]]:
        """Return jobs (moments, passes, fields) that compute output frames."""
        assert self._buffer is not None
        filter_step, time_step, row_step, _ = target.strides
        template, each = self._plan.answering(filter_step, row_step)
        jobs = np.tile(template, (len(moments), 1, 1))
        jobs[:, :, FIELD["input"]] = self._buffer.ctypes.data
        jobs[:, :, [FIELD["weights"], FIELD["weights_step"], FIELD["bias"]]] = self._given
        jobs[:, :, FIELD["offsets"]] = [self._plan.offsets(moment.slots) for moment in moments]
        places = range(len(moments)) if self._plan.narrow else [moment.index for moment in moments]
        firsts = target.ctypes.data + np.array([one.first * filter_step for one in self._ready.passes])
        jobs[:, :, FIELD["out"]] = firsts + time_step * np.array(places)[:, np.newaxis]
        return jobs, each

    def _staging(self, frames: Frames, staged: list[tuple[int, int]]) -> tuple[list[Call], Any]:
        """Return the calls that bring frames into slots, and what must live until they have run."""
        assert self._buffer is not None
        if not staged:
            return [], None
        sources = np.array([source for source, _ in staged])
        seen, addresses, keep = _addresses(frames, sources)
        planar = seen.dtype == np.float32
        code, template = self._plan.staging(planar)
        jobs = np.tile(template, (len(staged), 1))
        jobs[:, STAGE["frame"]] = addresses
        jobs[:, STAGE["frame_row"]] = seen.strides[1] if planar else seen.strides[0]
        jobs[:, STAGE["frame_channel"]] = seen.strides[0] if planar else 1
        slots = np.array([slot for _, slot in staged])
        jobs[:, STAGE["planes"]] = self._buffer.ctypes.data + 4 * self._plan.slot * slots
        jobs[sources == OUTSIDE, STAGE["row_sources"]] = self._plan.nowhere
        return calls_of(code, jobs), (jobs, keep)


def _addresses(frames: Frames, sources: NDArray[np.intp]) -> tuple[NDArray[Any], Any, Any]:
    """Return one of the frames, the addresses of all, which are alike, and what keeps them there."""
    if isinstance(frames, np.ndarray) and _straight(frames[0]):
        return frames[0], frames.ctypes.data + sources * frames.strides[0], frames
    each: dict[int, NDArray[Any]] = {int(s): frames[int(s)] for s in sources if s != OUTSIDE}
    if len({frame.strides for frame in each.values()}) > 1 or not all(map(_straight, each.values())):
        each = {source: np.array(frame, order="C") for source, frame in each.items()}
    one = next(iter(each.values()), np.empty((1, 1, 1), np.float32))
    return one, [each[s].ctypes.data if s in each else 0 for s in sources.tolist()], each


def _straight(frame: NDArray[Any]) -> bool:
    """Tell whether the numbers of a row lie side by side."""
    _, second, third = frame.strides
    return third == frame.itemsize and (frame.dtype == np.float32 or second == frame.shape[2])
