"""All that is the same for every set of weights: made once for a layout, and then remembered.

New random filters for the same clip, and frame after frame of a stream, only fill in addresses. All of
this is read by several threads. Where two of them make the same thing, the first one's stays and both use
it: addresses of the other's would soon be those of nothing.
"""

from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.convolution.geometry import span
from core.convolution.layout import ENDLESS, OUTSIDE, Layout
from core.convolution.native.calls import Longs, job
from core.convolution.native.compiled import address_of, vector_registers, vector_width
from core.convolution.native.kernel_ir import FIELD
from core.convolution.native.plan import STEP_PRODUCTS, Pass, passes
from core.convolution.native.staged import Geometry
from core.convolution.native.staging_ir import FIELD as STAGE
from core.convolution.native.staging_ir import Staging

# Staged rows of one strip: the strips of all threads together stay far below 64 MB.
STRIP_BYTES = 4 * 2**20
# With a dilation in time all frames that are needed again are held, if they take no more than this.
_SPAN_BYTES = 64 * 2**20
# Strips for each thread: one, and one more for so many multiplications, so that none waits long for
# the other; each strip stages some rows of its neighbours again.
_STRIP_PRODUCTS, _MOST_STRIPS = 3e8, 2


@dataclass(frozen=True)
class Prepared:
    """How a layout is computed.

    Parameters
    ----------
    vector
        Numbers in a vector.
    passes, codes
        Who computes which filters and columns, and the addresses of their code.
    geometry
        How rows are staged.
    strips
        The rows, shared out.
    """

    vector: int
    passes: tuple[Pass, ...]
    codes: tuple[int, ...]
    geometry: Geometry
    strips: tuple["StripPlan", ...]


@lru_cache(maxsize=4)
def prepared(layout: Layout, filters: int, threads: int, width: int | None) -> Prepared:
    """Work out how so many filters are computed by so many threads; `width` as `NativeMethod` has it."""
    vector = width or vector_width()
    shared_out = passes(layout, filters, vector, 16 if width else vector_registers())
    codes = tuple(address_of(one.shape(layout, vector)) for one in shared_out)
    geometry = Geometry.of(layout, vector, shared_out, _slots(layout))
    tables: dict[tuple[int, ...], tuple[Longs, Any]] = {}
    frames = 1 if layout.clip[0] == ENDLESS else layout.output[0]
    products = float(layout.rows) * filters * frames * layout.output[1] * layout.output[2]
    pieces = threads * min(1 + int(products / _STRIP_PRODUCTS), _MOST_STRIPS) if threads > 1 else 1
    cuts = _cuts(layout, geometry, shared_out, pieces)
    strips = tuple(StripPlan(layout, geometry, shared_out, vector, cut, tables) for cut in cuts)
    return Prepared(vector, shared_out, codes, geometry, strips)


def _slots(layout: Layout) -> int:
    """Return how many frames are held: all that the kernel spans, or at least those that it lies on."""
    wanted = span(layout.kernel[0], layout.settings.dilation[0])
    frame = 4 * layout.channels * layout.clip[1] * layout.clip[2]
    return wanted if wanted * frame <= _SPAN_BYTES else layout.kernel[0]


def _cuts(
    layout: Layout, geometry: Geometry, shared_out: tuple[Pass, ...], pieces: int
) -> list[tuple[int, int]]:
    """Cut the answers' rows into so many strips, or more: small enough for the cache.

    Cuts lie between blocks of rows, so that the numbers do not depend on where they are.
    """
    height, block = layout.output[1], max(one.entries.rows for one in shared_out)
    rows = -(-height // pieces)
    while rows > block and geometry.strip_bytes(layout, rows) > STRIP_BYTES:
        rows = -(-rows // 2)
    rows = -(-rows // block) * block
    cuts = [*range(0, height, rows), height]
    if len(cuts) > 2 and cuts[-1] - cuts[-2] < block:  # too few for a block of rows
        del cuts[-2]
    return list(pairwise(cuts))


class StripPlan:
    """Some rows of the answers: where their pixels are staged, and the jobs that compute them.

    Parameters
    ----------
    layout, geometry, shared_out, vector
        What is computed, and the rest as `Prepared` has it.
    cut
        The rows, from and to.
    tables
        Where entries lie, for all strips: filled in here.

    Attributes
    ----------
    rows
        Rows of the frame that are staged, or `OUTSIDE`.
    slot
        Floats of one staged frame.
    voxels
        Answers of one filter in the strip's part of a frame.
    together
        How many output frames make a step of some milliseconds, at least 1.
    narrow
        Whether answers are fewer across than a vector: they go through memory of their own.
    """

    def __init__(
        self,
        layout: Layout,
        geometry: Geometry,
        shared_out: tuple[Pass, ...],
        vector: int,
        cut: tuple[int, int],
        tables: dict[tuple[int, ...], tuple[Longs, Any]],
    ) -> None:
        self._layout, self._geometry, self._passes, self._vector = layout, geometry, shared_out, vector
        self.first, self.last = cut
        self.rows = layout.inputs(1, self.first, self.last - self.first).astype(np.int64)
        self._plane = len(self.rows) * geometry.pitch
        self.slot = layout.channels * geometry.phases * self._plane
        self.voxels = (self.last - self.first) * layout.output[2]
        self.narrow = layout.output[2] < vector
        filters = sum(one.filters * one.blocks for one in {one.first: one for one in shared_out}.values())
        self.together = max(int(STEP_PRODUCTS / (float(layout.rows) * filters * self.voxels)), 1)
        self._nowhere = np.full(len(self.rows), OUTSIDE, np.int64)
        self._tables = tables
        self._kinds: dict[bool, tuple[int, Longs, Any]] = {}
        self._templates: dict[tuple[int, int], tuple[Longs, list[int], Any]] = {}

    @property
    def nowhere(self) -> int:
        """Address of rows that all lie outside."""
        return self._nowhere.ctypes.data

    def staging(self, planar: bool) -> tuple[int, Longs]:
        """Return the code that stages one kind of frame, and a job with all that its frames share."""
        known = self._kinds.get(planar) or self._kinds.setdefault(planar, self._staging(planar))
        return known[:2]

    def answering(self, filter_step: int, row_step: int) -> tuple[Longs, list[int]]:
        """Return jobs (passes, fields) with all that frames share, and how many places each may take at once.

        Parameters
        ----------
        filter_step, row_step
            Bytes from one filter's answers to the next's, and from one row to the next.
        """
        key = filter_step, row_step
        known = self._templates.get(key) or self._templates.setdefault(key, self._answering(*key))
        return known[:2]

    def offsets(self, slots: tuple[int, ...]) -> Longs:
        """Return for each pass the address of its entries' places, with frames in these slots."""
        key = self._plane, *slots
        known = self._tables.get(key) or self._tables.setdefault(key, self._all_tables(slots))
        return known[0]

    def _all_tables(self, slots: tuple[int, ...]) -> tuple[Longs, Any]:
        unique = {id(one.entries): one.entries for one in self._passes}
        made = {name: self._table(one.taps, one.pixels, slots) for name, one in unique.items()}
        return np.array([made[id(one.entries)].ctypes.data for one in self._passes], np.int64), made

    def _table(
        self, taps: NDArray[np.intp], pixels: NDArray[np.intp], slots: tuple[int, ...]
    ) -> NDArray[np.int32]:
        """Return where each entry lies, in bytes from the block's first answer's."""
        phases, pitch = self._geometry.phases, self._geometry.pitch
        channel, row, column = pixels.T
        floats = np.array(slots)[taps] * self.slot + (channel * phases + column % phases) * self._plane
        table: NDArray[np.int32] = (4 * (floats + row * pitch + column // phases)).astype(np.int32)
        return table

    def _staging(self, planar: bool) -> tuple[int, Longs, Any]:
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
        template = job(
            STAGE,
            plane_row=4 * self._geometry.pitch,
            plane_channel=4 * self._plane * phases,
            channels=channels,
            rows=len(self.rows),
            row_sources=self.rows.ctypes.data,
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
        code = address_of(Staging(planar, channels if at_once and not planar else 0))
        return code, template, (bytes_of, places)

    def _answering(self, filter_step: int, row_step: int) -> tuple[Longs, list[int], Any]:
        layout, height = self._layout, self.last - self.first
        jobs, each, keep = [], [], []
        for one in self._passes:
            block = one.entries.rows
            places = np.arange(0, height - block + 1, block)
            if height % block:  # the last block overlaps the one before
                places = np.append(places, height - block)
            row, nth = np.divmod(np.arange(one.lanes), one.filters)
            lanes = nth * filter_step + row * row_step
            down = np.outer(places, (4 * self._geometry.pitch * layout.settings.stride[1], row_step))
            across = np.outer(one.places, (4, 4))
            keep += [lanes, down, across]
            jobs.append(
                job(
                    FIELD,
                    program=one.entries.program.ctypes.data,
                    lanes=lanes.ctypes.data,
                    out_step=one.filters * filter_step,
                    blocks=one.blocks,
                    end=len(down),
                    outer=down.ctypes.data,
                    inner=across.ctypes.data,
                    inner_count=len(across),
                )
            )
            products = layout.rows * one.lanes * one.blocks * len(across) * one.vectors * self._vector
            each.append(max(int(STEP_PRODUCTS / products), 1))
        return np.array(jobs), each, keep
