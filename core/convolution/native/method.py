"""The native way over a clip or a stream: strips of rows, each with its own ring of staged frames."""

from collections.abc import Iterator, Sequence
from ctypes import addressof, c_int64
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.convolution.geometry import span
from core.convolution.layout import ENDLESS, OUTSIDE, Floats, Frames, Layout
from core.convolution.native.compiled import Function, function_for, vector_registers, vector_width
from core.convolution.native.kernel_ir import FIELD, FIELDS
from core.convolution.native.plan import Entries, Pass, passes
from core.convolution.native.staging_ir import FIELD as STAGE
from core.convolution.native.staging_ir import FIELDS as STAGE_FIELDS
from core.convolution.native.staging_ir import Staging
from core.convolution.team import Job

# Staged rows of one strip: more would fall out of the cache between two filters, and the strips of all
# threads together stay far below 64 MB.
STRIP_BYTES = 8 * 2**20
# Multiplications between two places where the work can be cancelled: some milliseconds.
STEP_PRODUCTS = 2e8
# A stream whose frames are further apart than this (dilation in time) stages frames anew.
_STREAM_BYTES = 64 * 2**20
_STRIPS_PER_THREAD = 3
_EMPTY = -2  # what a slot holds that nothing was staged in

_OFFSETS, _OUT = FIELD["offsets"], FIELD["out"]
_ROWS_BEGIN, _ROWS_END = FIELD["rows_begin"], FIELD["rows_end"]


def _address(array: NDArray[Any]) -> int:
    return int(array.ctypes.data)


@dataclass(frozen=True)
class _Geometry:
    """Sizes of staged rows, the same for all strips.

    Parameters
    ----------
    phases
        Planes of one channel: one for each pixel of a stride.
    pitch
        Floats from one row of a plane to the next: odd lines of cache, so that rows do not collide there.
    slots
        Frames that a strip holds.
    """

    phases: int
    pitch: int
    slots: int

    @classmethod
    def of(cls, layout: Layout, vector: int, passes_: list[Pass]) -> "_Geometry":
        phases = layout.settings.stride[2]
        reach = layout.settings.dilation[2] * (layout.kernel[2] - 1) // phases
        last = max(int(p.places.max()) + p.vectors * vector for p in passes_)
        lines = -(-(last + reach) // 16) | 1
        slots = layout.kernel[0]
        if layout.clip[0] == ENDLESS:
            wanted = span(layout.kernel[0], layout.settings.dilation[0])
            frame = 4 * layout.channels * phases * layout.clip[1] * lines * 16
            slots = wanted if wanted * frame <= _STREAM_BYTES else slots
        return cls(phases, lines * 16, slots)

    def staged_rows(self, layout: Layout, rows: int) -> int:
        """Return the rows of a frame that some rows of answers look at."""
        return (rows - 1) * layout.settings.stride[1] + span(layout.kernel[1], layout.settings.dilation[1])

    def strip_bytes(self, layout: Layout, rows: int) -> int:
        """Return what the staged frames of a strip take."""
        return 4 * self.slots * layout.channels * self.phases * self.staged_rows(layout, rows) * self.pitch


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
        self.layout = layout
        self.vector = width or vector_width()
        self.filters = len(weights)
        self.passes = passes(layout, len(weights), self.vector, vector_registers() if width is None else 16)
        self.geometry = _Geometry.of(layout, self.vector, self.passes)
        self.weights = [one.packed(weights) for one in self.passes]
        self.bias = [
            np.repeat(
                bias[one.first : one.first + one.filters * one.blocks].reshape(one.blocks, 1, one.filters),
                one.entries.rows,
                axis=1,
            ).astype(np.float32)
            for one in self.passes
        ]
        self.functions = [function_for(one.shape(layout, self.vector)) for one in self.passes]
        self.columns = _Columns.of(layout, self.geometry)
        self._stagings: dict[tuple[bool, int], Function] = {}
        self._strips = [_Strip(self, first, last) for first, last in self._rows(threads)]

    def jobs(self, frames: Frames, times: Sequence[int], out: Floats) -> list[Job]:
        """Return one job for each strip: see `Method.jobs`."""
        return [partial(strip.run, frames, times, out) for strip in self._strips]

    def staging(self, frame: NDArray[np.generic]) -> Function:
        """Return the function that stages such frames."""
        planar = frame.dtype == np.float32
        direct = self.layout.channels if self.layout.channels in (1, 3) and not planar else 0
        return function_for(Staging(planar, direct))

    def _rows(self, threads: int) -> list[tuple[int, int]]:
        """Cut the answers' rows into strips: enough for all threads, small enough for the cache."""
        height, block = self.layout.output[1], max(one.entries.rows for one in self.passes)
        rows = -(-height // (_STRIPS_PER_THREAD * threads if threads > 1 else 1))
        while rows > block and self.geometry.strip_bytes(self.layout, rows) > STRIP_BYTES:
            rows = -(-rows // 2)
        rows = -(-rows // block) * block
        cuts = [*range(0, height, rows), height]
        if len(cuts) > 2 and cuts[-1] - cuts[-2] < block:  # too few for a block of rows
            del cuts[-2]
        return list(pairwise(cuts))


@dataclass(frozen=True)
class _Columns:
    """Where a row's pixels come from and go to: see `staging_ir`."""

    inside: tuple[int, int, int]  # begin, count, source
    sources: NDArray[np.int64]  # columns of the frame
    places: NDArray[np.int64]  # bytes in a row of planes

    @classmethod
    def of(cls, layout: Layout, geometry: _Geometry) -> "_Columns":
        wanted = layout.inputs(2, 0, layout.output[2]).astype(np.int64)
        begin = count = 0
        if geometry.phases == 1:
            # The longest run of neighbours; beside it lies only what the border mode made.
            breaks = np.flatnonzero((np.diff(wanted) != 1) | (wanted[1:] == OUTSIDE + 1)) + 1
            edges = np.array([0, *breaks, len(wanted)])
            longest = int(np.argmax(np.diff(edges)))
            begin, count = int(edges[longest]), int(np.diff(edges)[longest])
            if wanted[begin] == OUTSIDE:
                count = 0
        others = np.delete(np.arange(len(wanted)), slice(begin, begin + count))
        return cls(
            (begin, count, int(wanted[begin]) if count else 0),
            wanted[others],
            others,
        )


class _Strip:
    """Some rows of all answers; used by one thread at a time."""

    def __init__(self, method: NativeMethod, first: int, last: int) -> None:
        self._method = method
        self._first, self._last = first, last
        layout, geometry = method.layout, method.geometry
        self._rows = layout.inputs(1, first, last - first).astype(np.int64)
        self._plane = len(self._rows) * geometry.pitch  # floats
        self._slot = layout.channels * geometry.phases * self._plane
        self._buffer: Floats | None = None
        self._held = [_EMPTY] * geometry.slots
        self._offsets: dict[tuple[int, ...], list[int]] = {}
        self._keep: list[NDArray[np.int32]] = []  # what these addresses are of

    def run(self, frames: Frames, times: Sequence[int], out: Floats) -> Iterator[int]:
        """Compute this strip's part of some output frames."""
        layout = self._method.layout
        if self._buffer is None:
            self._buffer = np.zeros(self._slot * self._method.geometry.slots, np.float32)
            self._held = [_EMPTY] * len(self._held)
        planes = _address(self._buffer)
        jobs = _Jobs(self._method, self._first, self._last, planes, out)
        stage: _Stage | None = None
        voxels = (self._last - self._first) * layout.output[2]
        try:
            for index in self._order(times):
                sources = [layout.frame_at(p) for p in layout.frames_of(times[index])]
                for source, slot in self._missing(sources):
                    if source == OUTSIDE:
                        self._buffer[slot * self._slot : (slot + 1) * self._slot] = 0.0
                    else:
                        frame = frames[source]
                        stage = stage or _Stage(self._method, frame, self._rows, self._plane)
                        stage(frame, planes + 4 * slot * self._slot)
                    self._held[slot] = source
                slots = tuple(self._held.index(source) for source in sources)
                done = 0
                for share in jobs.steps(self._offsets_for(slots), index):
                    finished = int(voxels * share)
                    yield finished - done
                    done = finished
        finally:
            if layout.clip[0] != ENDLESS:
                self._buffer = None  # the next strip of this thread takes its place

    def _order(self, times: Sequence[int]) -> list[int]:
        """Return the output frames so that neighbours share as many input frames as they can."""
        stride, dilation = self._method.layout.settings.stride[0], self._method.layout.settings.dilation[0]
        return sorted(range(len(times)), key=lambda n: (times[n] * stride % dilation, n))

    def _missing(self, sources: list[int]) -> list[tuple[int, int]]:
        """Return which frames are to be staged, and the slots that they go to."""
        missing = [s for s in dict.fromkeys(sources) if s not in self._held]
        free = [n for n, held in enumerate(self._held) if held not in sources]
        free.sort(key=lambda n: self._held[n])
        return list(zip(missing, free, strict=False))

    def _offsets_for(self, slots: tuple[int, ...]) -> list[int]:
        """Return for each pass the address of its entries' places, with the frames in these slots."""
        if slots not in self._offsets:
            found: dict[int, int] = {}
            for one in self._method.passes:
                if id(one.entries) not in found:
                    table = self._table(one.entries, np.array(slots))
                    self._keep.append(table)
                    found[id(one.entries)] = _address(table)
            self._offsets[slots] = [found[id(one.entries)] for one in self._method.passes]
        return self._offsets[slots]

    def _table(self, wanted: Entries, slots: NDArray[np.intp]) -> NDArray[np.int32]:
        """Return where each entry lies, in bytes from the block's first answer's."""
        phases, pitch = self._method.geometry.phases, self._method.geometry.pitch
        channel, row, column = wanted.pixels.T
        floats = slots[wanted.taps] * self._slot + (channel * phases + column % phases) * self._plane
        return (4 * (floats + row * pitch + column // phases)).astype(np.int32)


class _Stage:
    """Brings the rows of a strip from frames into planes; all frames are alike."""

    def __init__(
        self, method: NativeMethod, frame: NDArray[np.generic], rows: NDArray[np.int64], plane: int
    ) -> None:
        layout, geometry, columns = method.layout, method.geometry, method.columns
        self._function = method.staging(frame)
        planar = frame.dtype == np.float32
        channels = layout.channels
        pixel = 4 if planar else channels
        begin, count, source = columns.inside
        direct = planar or channels in (1, 3)
        sources, places = columns.sources, columns.places
        if not direct and count:
            every = np.arange(begin, begin + count)
            sources = np.concatenate([sources, every - begin + source])
            places = np.concatenate([places, every])
            count = 0
        phases = geometry.phases
        self._sources = np.where(sources == OUTSIDE, -1, sources * pixel).astype(np.int64)
        self._places = (4 * (places % phases * plane + places // phases)).astype(np.int64)
        self._rows = rows
        fields = {
            "plane_row": 4 * geometry.pitch,
            "plane_channel": 4 * plane * phases,
            "channels": channels,
            "rows": len(rows),
            "row_sources": _address(rows),
            "inside_begin": begin,
            "inside_count": count,
            "inside_source": source * pixel,
            "pixels": len(sources),
            "pixel_sources": _address(self._sources),
            "pixel_places": _address(self._places),
            "width": geometry.pitch,
            "phase_step": 4 * plane,
            "phases": phases,
        }
        self._job = (c_int64 * len(STAGE_FIELDS))()
        for name, value in fields.items():
            self._job[STAGE[name]] = value
        self._planar = planar

    def __call__(self, frame: NDArray[np.generic], planes: int) -> None:
        first, second, third = frame.strides
        if third != frame.itemsize or (not self._planar and second != frame.shape[2]):
            return self(np.ascontiguousarray(frame), planes)
        channel, row = (first, second) if self._planar else (1, first)
        self._job[: STAGE["planes"] + 1] = (_address(frame), row, channel, planes)
        self._function(addressof(self._job))
        return None


class _Jobs:
    """The jobs of the inner loop for one strip, one for each pass, filled in anew for each output frame.

    Parameters
    ----------
    method
        Whose passes.
    first, last
        The strip's rows of answers.
    planes
        Address of the staged frames.
    out
        (N, times, H', W') float32: where answers go.
    """

    def __init__(self, method: NativeMethod, first: int, last: int, planes: int, out: Floats) -> None:
        layout, geometry = method.layout, method.geometry
        rows = last - first
        self._functions = method.functions
        self._narrow: Floats | None = None
        self._here = out[:, :, first:last]
        if layout.output[2] < method.vector:
            self._narrow = np.empty((method.filters, rows, method.vector), np.float32)
            target, self._time_step = _address(self._narrow), 0
            filter_step, row_step = self._narrow.strides[:2]
        else:
            target, self._time_step = _address(self._here), out.strides[1]
            filter_step, row_step = out.strides[0], out.strides[2]
        self._keep: list[NDArray[np.generic]] = []
        self._jobs, self._outs, self._rows, self._each = [], [], [], []
        for one, weights, bias in zip(method.passes, method.weights, method.bias, strict=True):
            block = one.entries.rows
            places = np.array([*range(0, rows - block + 1, block), *[rows - block] * (rows % block > 0)])
            row, nth = np.divmod(np.arange(one.lanes), one.filters)
            lanes = nth * filter_step + row * row_step
            job = (c_int64 * len(FIELDS))()
            fields = {
                "input": planes,
                "program": _address(one.entries.program),
                "weights": _address(weights),
                "weights_step": 4 * weights[0].size,
                "bias": _address(bias),
                "lanes": _address(lanes),
                "out_step": one.filters * filter_step,
                "blocks": one.blocks,
                "row_places": _address(places),
                "input_row": 4 * geometry.pitch * layout.settings.stride[1],
                "out_row": row_step,
                "places": _address(one.places),
                "places_count": len(one.places),
            }
            for name, value in fields.items():
                job[FIELD[name]] = value
            self._keep += [places, lanes]
            self._jobs.append(job)
            self._outs.append(target + one.first * filter_step)
            self._rows.append(len(places))
            products = layout.rows * one.lanes * one.blocks * len(one.places) * one.vectors * method.vector
            self._each.append(max(int(STEP_PRODUCTS / products), 1))
        self._work = sum(self._rows)

    def steps(self, offsets: list[int], index: int) -> Iterator[float]:
        """Compute one output frame; yield the share of the work that is done, up to 1.

        Parameters
        ----------
        offsets
            Addresses of the entries' places, for each pass.
        index
            The output frame's place in `out`.
        """
        done = 0
        for number, job in enumerate(self._jobs):
            job[_OFFSETS] = offsets[number]
            job[_OUT] = self._outs[number] + index * self._time_step
            rows, each, function, address = (
                self._rows[number],
                self._each[number],
                self._functions[number],
                addressof(job),
            )
            for begin in range(0, rows, each):
                job[_ROWS_BEGIN], job[_ROWS_END] = begin, min(begin + each, rows)
                function(address)
                done += min(each, rows - begin)
                if done < self._work and each < rows:
                    yield done / self._work
        if self._narrow is not None:
            self._here[:, index] = self._narrow[:, :, : self._here.shape[3]]
        yield 1.0
