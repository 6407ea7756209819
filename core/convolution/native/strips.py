"""One strip of rows: its staged frames, and the order in which its answers come about."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import cycle, islice, repeat
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.convolution.layout import OUTSIDE, Floats, Frames
from core.convolution.memory import store
from core.convolution.native.calls import Call, Listed, Longs, calls_of, list_of, run
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


@dataclass(frozen=True)
class _Round:
    """Calls for some output frames; only addresses are still to be filled in.

    Parameters
    ----------
    staging, answering
        Jobs (n, fields).
    places
        Where each answering job's answers lie, in bytes from the first answer.
    pieces
        The calls, in lists of some milliseconds.
    """

    staging: Longs
    answering: Longs
    places: Longs
    pieces: list[Listed]

    def fill(self, frames: "_Seen", out: int) -> None:
        """Say where the frames lie, and the first answer."""
        self.staging[:, STAGE["frame"]] = frames.addresses
        self.staging[:, STAGE["frame_row"]], self.staging[:, STAGE["frame_channel"]] = (
            frames.row,
            frames.channel,
        )
        self.answering[:, FIELD["out"]] = out + self.places


@dataclass(frozen=True)
class _Seen:
    """Frames in memory: alike in kind and in how their numbers lie; `keep` is what keeps them there."""

    planar: bool
    row: int
    channel: int
    addresses: NDArray[np.int64]
    keep: Any

    @classmethod
    def of(cls, frames: Frames, sources: NDArray[np.int64]) -> "_Seen":
        """Look at frames; those that lie apart in memory are copied."""
        if isinstance(frames, np.ndarray) and _straight(frames[0]):
            return cls._alike(frames[0], frames.ctypes.data + sources * frames.strides[0], frames)
        each: dict[int, NDArray[Any]] = {s: frames[s] for s in sources.tolist() if s != OUTSIDE}
        if len({frame.strides for frame in each.values()}) > 1 or not all(map(_straight, each.values())):
            each = {source: np.array(frame, order="C") for source, frame in each.items()}
        one = next(iter(each.values()), np.empty((1, 1, 1), np.float32))
        addresses = [each[s].ctypes.data if s in each else 0 for s in sources.tolist()]
        return cls._alike(one, np.array(addresses, np.int64), each)

    @classmethod
    def _alike(cls, one: NDArray[Any], addresses: NDArray[np.int64], keep: Any) -> "_Seen":
        if one.dtype == np.float32:
            return cls(True, one.strides[1], one.strides[0], addresses, keep)
        return cls(False, one.strides[0], 1, addresses, keep)


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
        self._rounds: dict[tuple[Any, ...], _Round] = {}

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
                yield from self._step(frames, some, target, stays)
                if plan.narrow:
                    here[:, [moment.index for moment in some]] = target[..., : here.shape[3]]
        finally:
            if not stays:
                self._buffer = None  # room for the next strip of this thread
                self._rounds.clear()

    def _step(self, frames: Frames, moments: list[Moment], target: Floats, stays: bool) -> Iterator[int]:
        """Compute some output frames in one go, or a single large one in pieces."""
        sources = np.array([source for moment in moments for source, _ in moment.staged], np.int64)
        seen = _Seen.of(frames, sources)
        if stays and len(moments) == 1:  # frame after frame of a stream: the same calls come again and again
            outside = tuple((sources == OUTSIDE).tolist())
            slots = tuple(slot for _, slot in moments[0].staged)
            key = (moments[0].index, moments[0].slots, slots, outside, seen.planar, target.strides)
            if key not in self._rounds:
                self._rounds[key] = self._round(seen.planar, sources, moments, target.strides)
            it = self._rounds[key]
        else:
            it = self._round(seen.planar, sources, moments, target.strides)
        it.fill(seen, target.ctypes.data)
        voxels, pieces = len(moments) * self._plan.voxels, len(it.pieces)
        for number, listed in enumerate(it.pieces):
            run(listed)
            yield voxels * (number + 1) // pieces - voxels * number // pieces

    def _round(
        self, planar: bool, sources: NDArray[np.int64], moments: list[Moment], strides: tuple[int, ...]
    ) -> _Round:
        """Write calls down."""
        staging, stage_calls = self._staging(planar, sources, [slot for m in moments for _, slot in m.staged])
        filter_step, time_step, row_step, _ = strides
        template, each = self._plan.answering(filter_step, row_step)
        jobs = np.tile(template, (len(moments), 1, 1))
        jobs[:, :, FIELD["input"]] = self._address
        jobs[:, :, [FIELD["weights"], FIELD["weights_step"], FIELD["bias"]]] = self._given
        jobs[:, :, FIELD["offsets"]] = [self._plan.offsets(moment.slots) for moment in moments]
        times = range(len(moments)) if self._plan.narrow else [moment.index for moment in moments]
        firsts = np.array([one.first * filter_step for one in self._ready.passes])
        places = firsts + time_step * np.array(times)[:, np.newaxis]
        if len(moments) == 1 and (template[:, FIELD["end"]] > each).any():
            return self._pieces(staging, stage_calls, jobs[0], places[0], each)
        jobs = jobs.reshape(-1, jobs.shape[2])
        staged, answering = iter(stage_calls), iter(calls_of(cycle(self._ready.codes), jobs))
        calls: list[Call] = []
        for moment in moments:
            calls += islice(staged, len(moment.staged))
            calls += islice(answering, len(self._ready.codes))
        return _Round(staging, jobs, places.reshape(-1), [list_of(calls)])

    def _pieces(
        self, staging: Longs, stage_calls: list[Call], jobs: Longs, places: Longs, each: list[int]
    ) -> _Round:
        """Cut the calls of one output frame: so many outer places of each pass at once."""
        cuts = [
            (number, begin)
            for number, most in enumerate(each)
            for begin in range(0, int(jobs[number, FIELD["end"]]), most)
        ]
        numbers = [number for number, _ in cuts]
        cut = jobs[numbers]
        cut[:, FIELD["begin"]] = [begin for _, begin in cuts]
        cut[:, FIELD["end"]] = [min(begin + each[n], int(jobs[n, FIELD["end"]])) for n, begin in cuts]
        calls = calls_of([self._ready.codes[number] for number in numbers], cut)
        pieces = [list_of([*(stage_calls if not n else []), call]) for n, call in enumerate(calls)]
        return _Round(staging, cut, places[numbers], pieces)

    def _staging(
        self, planar: bool, sources: NDArray[np.int64], slots: list[int]
    ) -> tuple[Longs, list[Call]]:
        """Return the jobs that bring frames into slots, and their calls."""
        code, template = self._plan.staging(planar)
        jobs = np.tile(template, (len(slots), 1))
        jobs[:, STAGE["planes"]] = self._address + 4 * self._plan.slot * np.array(slots, np.int64)
        jobs[sources == OUTSIDE, STAGE["row_sources"]] = self._plan.nowhere
        return jobs, calls_of(repeat(code), jobs)

    @property
    def _address(self) -> int:
        assert self._buffer is not None
        return self._buffer.ctypes.data


def _straight(frame: NDArray[Any]) -> bool:
    """Tell whether the numbers of a row lie side by side."""
    _, second, third = frame.strides
    return third == frame.itemsize and (frame.dtype == np.float32 or second == frame.shape[2])
