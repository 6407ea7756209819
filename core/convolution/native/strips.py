"""One strip of rows: its staged frames, and the order in which its answers come about."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.convolution.layout import Floats, Frames, Layout
from core.convolution.memory import store
from core.convolution.native.calls import Answers, Call, Stage, run
from core.convolution.native.plan import Entries
from core.convolution.native.staged import Geometry, Work


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
    layout, geometry, work
        What is computed, in which memory, by which passes.
    vector
        Numbers in a vector.
    first, last
        Rows of answers from `first` to before `last`.
    """

    def __init__(
        self, layout: Layout, geometry: Geometry, work: list[Work], vector: int, first: int, last: int
    ) -> None:
        self._layout, self._geometry, self._work, self._vector = layout, geometry, work, vector
        self._first, self._last = first, last
        self._rows = layout.inputs(1, first, last - first).astype(np.int64)
        self._plane = len(self._rows) * geometry.pitch  # floats
        self._slot = layout.channels * geometry.phases * self._plane
        self._buffer: Floats | None = None
        self._answers: Answers | None = None
        self._stage = Stage(layout, geometry, self._rows, self._plane)
        self._tables: dict[tuple[int, ...], list[int]] = {}
        self._keep: list[NDArray[np.int32]] = []  # what these addresses are of

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
        if self._buffer is None:
            # What lies between rows is read, but no answer of it is kept: it may be anything.
            self._buffer = store.empty((self._slot * self._geometry.slots,))
        planes = self._buffer.ctypes.data
        if self._answers is None or not self._answers.retarget(out):
            rows = self._first, self._last
            self._answers = Answers(self._layout, self._geometry, self._work, self._vector, rows, planes, out)
        answers = self._answers
        try:
            for first in range(0, len(moments), answers.together):
                yield from self._step(frames, moments[first : first + answers.together], planes, answers)
        finally:
            if not stays:
                self._buffer = self._answers = None  # room for the next strip of this thread

    def _step(self, frames: Frames, moments: list[Moment], planes: int, answers: Answers) -> Iterator[int]:
        """Compute some output frames in one go, or a single large one in pieces."""
        indices = [moment.index for moment in moments]
        computed = answers.calls(indices, [self._offsets(moment.slots) for moment in moments])
        staged = [(source, planes + 4 * slot * self._slot) for m in moments for source, slot in m.staged]
        staging, keep = self._stage.calls(frames, staged) if staged else ([], [])
        calls: list[Call] = []
        done = 0
        for moment, (computing, jobs) in zip(moments, computed, strict=True):
            calls += staging[done : done + len(moment.staged)]
            done += len(moment.staged)
            keep.append(jobs)
            if len(moments) > 1:
                calls += computing
                continue
            for part in answers.parts(computing, jobs):
                run(calls + part)
                calls = []
                yield 0
        if calls:
            run(calls)
        answers.copy(indices)
        yield len(moments) * answers.voxels

    def _offsets(self, slots: tuple[int, ...]) -> list[int]:
        """Return for each pass the address of its entries' places, with the frames in these slots."""
        if slots not in self._tables:
            unique = {id(work.one.entries): work.one.entries for work in self._work}
            tables = {key: self._table(one, np.array(slots)) for key, one in unique.items()}
            self._keep += tables.values()
            self._tables[slots] = [tables[id(work.one.entries)].ctypes.data for work in self._work]
        return self._tables[slots]

    def _table(self, wanted: Entries, slots: NDArray[np.intp]) -> NDArray[np.int32]:
        """Return where each entry lies, in bytes from the block's first answer's."""
        phases, pitch = self._geometry.phases, self._geometry.pitch
        channel, row, column = wanted.pixels.T
        floats = slots[wanted.taps] * self._slot + (channel * phases + column % phases) * self._plane
        table: NDArray[np.int32] = (4 * (floats + row * pitch + column // phases)).astype(np.int32)
        return table
