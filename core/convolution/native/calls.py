"""Jobs for native code: what to stage and what to multiply, written down for many frames at once."""

from collections.abc import Iterator, Sequence
from ctypes import addressof, c_int64
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.convolution.layout import OUTSIDE, Floats, Frames, Layout
from core.convolution.native.compiled import address_of, driver
from core.convolution.native.kernel_ir import FIELD, FIELDS
from core.convolution.native.plan import STEP_PRODUCTS
from core.convolution.native.staged import Geometry, Work
from core.convolution.native.staging_ir import FIELD as STAGE
from core.convolution.native.staging_ir import FIELDS as STAGE_FIELDS
from core.convolution.native.staging_ir import Staging

Longs = NDArray[np.int64]
# The addresses of a function and of its job.
Call = tuple[int, int]

_OFFSETS, _OUT, _INPUT = FIELD["offsets"], FIELD["out"], FIELD["input"]
_BEGIN, _END = FIELD["begin"], FIELD["end"]


def run(calls: Sequence[Call]) -> None:
    """Run native calls one after another, without the interpreter's lock."""
    listed = (c_int64 * (2 * len(calls) + 1))(len(calls), *(address for call in calls for address in call))
    driver()(addressof(listed))


class Stage:
    """Makes the calls that bring a strip's rows from frames into planes.

    Parameters
    ----------
    layout, geometry
        What is computed and how rows are staged.
    rows
        Rows of a frame, or `OUTSIDE`.
    plane
        Floats of one plane.
    """

    def __init__(self, layout: Layout, geometry: Geometry, rows: Longs, plane: int) -> None:
        self._layout, self._geometry = layout, geometry
        self._rows, self._plane = rows, plane
        self._nowhere = np.full(len(rows), OUTSIDE, np.int64)
        self._kinds: dict[bool, tuple[int, Longs]] = {}
        self._keep: list[Any] = []

    def calls(self, frames: Frames, staged: Sequence[tuple[int, int]]) -> tuple[list[Call], Any]:
        """Return the calls that bring frames to addresses, and what must live until they have run.

        Parameters
        ----------
        frames
            The input.
        staged
            For each call a frame's position, or `OUTSIDE` for zeros, and the address of its planes.
        """
        sources = [source for source, _ in staged]
        there = [source for source in sources if source != OUTSIDE]
        if isinstance(frames, np.ndarray) and self._straight(frames):
            seen, addresses = frames[:1], frames.ctypes.data + np.array(sources) * frames.strides[0]
            keep: list[Any] = [frames]
        else:
            each = {source: self._read(frames, source) for source in there}
            if len({frame.strides for frame in each.values()}) > 1:
                each = {source: np.array(frame, order="C") for source, frame in each.items()}
            seen = next(iter(each.values()))[np.newaxis] if each else np.empty((1, 1, 1, 1), np.float32)
            addresses = np.array([each[s].ctypes.data if s in each else 0 for s in sources])
            keep = list(each.values())
        planar = seen.dtype == np.float32
        code, template = self._kind(planar)
        jobs = np.tile(template, (len(staged), 1))
        jobs[:, STAGE["frame"]] = addresses
        jobs[:, STAGE["frame_row"]], jobs[:, STAGE["frame_channel"]] = (
            (seen.strides[2], seen.strides[1]) if planar else (seen.strides[1], 1)
        )
        jobs[:, STAGE["planes"]] = [planes for _, planes in staged]
        if len(there) < len(sources):
            jobs[np.array(sources) == OUTSIDE, STAGE["row_sources"]] = self._nowhere.ctypes.data
        begin, step = jobs.ctypes.data, jobs.strides[0]
        return [(code, begin + n * step) for n in range(len(staged))], [*keep, jobs]

    def _read(self, frames: Frames, source: int) -> NDArray[Any]:
        frame: NDArray[Any] = frames[source]
        return frame if self._straight(frame[np.newaxis]) else np.ascontiguousarray(frame)

    @staticmethod
    def _straight(frames: NDArray[Any]) -> bool:
        """Tell whether the numbers of a row lie side by side."""
        _, _, second, third = frames.strides
        return third == frames.itemsize and (frames.dtype == np.float32 or second == frames.shape[3])

    def _kind(self, planar: bool) -> tuple[int, Longs]:
        """Return code for one kind of frame, and a job with all that its frames have in common."""
        if planar not in self._kinds:
            self._kinds[planar] = self._prepared(planar)
        return self._kinds[planar]

    def _prepared(self, planar: bool) -> tuple[int, Longs]:
        channels, phases = self._layout.channels, self._geometry.phases
        at_once = planar or channels in (1, 3)
        begin, count, first = self._geometry.inside
        others, sources = self._geometry.others, self._geometry.sources
        if not at_once:
            others = np.concatenate([others, np.arange(begin, begin + count)])
            sources = np.concatenate([sources, np.arange(first, first + count)])
            count = 0
        pixel = 4 if planar else channels
        bytes_of = np.where(sources == OUTSIDE, OUTSIDE, sources * pixel).astype(np.int64)
        places = (4 * (others % phases * self._plane + others // phases)).astype(np.int64)
        self._keep += [bytes_of, places]
        template = _job(
            STAGE,
            len(STAGE_FIELDS),
            plane_row=4 * self._geometry.pitch,
            plane_channel=4 * self._plane * phases,
            channels=channels,
            rows=len(self._rows),
            row_sources=self._rows.ctypes.data,
            inside_begin=begin,
            inside_count=count,
            inside_source=first * pixel,
            pixels=len(bytes_of),
            pixel_sources=bytes_of.ctypes.data,
            pixel_places=places.ctypes.data,
            width=self._geometry.pitch,
            phase_step=4 * self._plane,
            phases=phases,
        )
        return address_of(Staging(planar, channels if at_once and not planar else 0)), template


class Answers:
    """Makes the calls that compute a strip's part of output frames.

    Parameters
    ----------
    layout, geometry, work, vector
        What is computed, how rows are staged, by which passes, with how many numbers in a vector.
    rows
        The strip's rows of answers, from and to.
    planes
        Address of the staged frames.
    out
        (N, times, H', W') float32: where answers go.

    Attributes
    ----------
    together
        How many output frames make a step of some milliseconds, at least 1.
    voxels
        Answers of one filter in the strip's part of a frame.
    """

    def __init__(
        self,
        layout: Layout,
        geometry: Geometry,
        work: list[Work],
        vector: int,
        rows: tuple[int, int],
        planes: int,
        out: Floats,
    ) -> None:
        self._work = work
        self._rows = rows
        self._here = out[:, :, rows[0] : rows[1]]
        height, width = self._here.shape[2:]
        self.voxels = height * width
        products = float(layout.rows * len(out)) * self.voxels
        self.together = max(int(STEP_PRODUCTS / products), 1)
        # Answers that are fewer across than a vector go through memory of their own.
        self._narrow: Floats | None = None
        if width < vector:
            self._narrow = np.empty((len(out), self.together, height, vector), np.float32)
        self._target = self._here if self._narrow is None else self._narrow
        filter_step, _, row_step, _ = self._target.strides
        self._keep: list[Any] = []
        self._templates: list[tuple[Longs, int, int]] = []
        for each in work:
            one, block = each.one, each.one.entries.rows
            places = np.arange(0, height - block + 1, block)
            if height % block:  # the last block overlaps the one before
                places = np.append(places, height - block)
            row, nth = np.divmod(np.arange(one.lanes), one.filters)
            lanes = nth * filter_step + row * row_step
            down = np.outer(places, (4 * geometry.pitch * layout.settings.stride[1], row_step))
            across = np.outer(one.places, (4, 4))
            self._keep += [lanes, down, across]
            template = _job(
                FIELD,
                len(FIELDS),
                input=planes,
                program=one.entries.program.ctypes.data,
                weights=each.weights.ctypes.data,
                weights_step=4 * each.weights[0].size,
                bias=each.bias.ctypes.data,
                lanes=lanes.ctypes.data,
                out_step=one.filters * filter_step,
                blocks=one.blocks,
                end=len(down),
                outer=down.ctypes.data,
                inner=across.ctypes.data,
                inner_count=len(across),
            )
            a_row = layout.rows * one.lanes * one.blocks * len(across) * one.vectors * vector
            self._templates.append((template, len(down), max(int(STEP_PRODUCTS / a_row), 1)))

    def retarget(self, out: Floats) -> bool:
        """Let answers go to another array; False where its shape is another one."""
        here = out[:, :, self._rows[0] : self._rows[1]]
        if here.shape != self._here.shape or here.strides != self._here.strides:
            return False
        self._here = here
        self._target = here if self._narrow is None else self._narrow
        return True

    def calls(self, indices: list[int], offsets: list[list[int]]) -> Iterator[tuple[list[Call], Any]]:
        """Yield for each output frame the calls that compute it, and what must live until they have run.

        Parameters
        ----------
        indices
            The frames' places in the result, at most `together` of them.
        offsets
            For each frame, where the entries of each pass lie.
        """
        begin = self._target.ctypes.data
        places = np.arange(len(indices)) if self._narrow is not None else np.array(indices)
        jobs = []
        for number, (work, (template, _, _)) in enumerate(zip(self._work, self._templates, strict=True)):
            job = np.tile(template, (len(indices), 1))
            job[:, _OFFSETS] = [each[number] for each in offsets]
            job[:, _OUT] = begin + work.one.first * self._target.strides[0] + places * self._target.strides[1]
            jobs.append((work.code, job.ctypes.data, job.strides[0], job))
        for n in range(len(indices)):
            yield [(code, address + n * step) for code, address, step, _ in jobs], jobs

    def parts(self, calls: list[Call], jobs: Any) -> Iterator[list[Call]]:
        """Yield a frame's calls in pieces of some milliseconds."""
        for call, (_, _, _, job), (_, rows, each) in zip(calls, jobs, self._templates, strict=True):
            for begin in range(0, rows, each):
                job[:, _BEGIN], job[:, _END] = begin, min(begin + each, rows)
                yield [call]

    def copy(self, indices: list[int]) -> None:
        """Take narrow answers from their own memory to the result."""
        if self._narrow is not None:
            self._here[:, indices] = self._narrow[:, : len(indices), :, : self._here.shape[3]]


def _job(fields: dict[str, int], length: int, **values: int) -> Longs:
    job = np.zeros(length, np.int64)
    for name, value in values.items():
        job[fields[name]] = value
    return job
