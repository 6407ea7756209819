"""Convolution as matrix products: receptive fields are laid out as columns, BLAS does the sums.

For a tile of output voxels the receptive fields are copied into a matrix with one column for each output
and one row for each weight; weights (N, rows) times that matrix is the answer of all filters at once.
Three things keep the copying and the rounding small:

* Rows are ordered by the kernel's frame. Neighbouring outputs in time share all frames but one, so only
  one slot of kH kW C rows is filled anew for each output frame. The slots form a ring, and a frame's
  slot follows from its position alone. The product is split where the ring is: nothing is moved.
* Tiles are so small that the matrix stays in the cache from filling it to multiplying it.
* A product is split into parts of limited length whose sums are added two by two: a float32 sum of
  thousands of equal terms drifts by more than we allow.

How a frame is cut into tiles, and in which order an output's terms are added, depends neither on the
clip's length nor on what was asked before: a stream gets the same bits as a clip.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import pairwise

import numpy as np
from numpy.lib.stride_tricks import as_strided
from numpy.typing import NDArray

from core.convolution.layout import ENDLESS, OUTSIDE, Floats, Frames, Layout
from core.convolution.pixels import Pixels, Run
from core.convolution.team import Job, single_threaded_products
from core.settings import ConvolutionSettings

# The tiles of all threads together, and what one of them takes unless its rows would be short.
ALL_TILES_BYTES, TILE_BYTES = 32 * 2**20, 8 * 2**20
SHORT_ROW = 256
# What a stream keeps laid out from one frame to the next, if all of its rings fit; else it copies more.
KEPT_BYTES = 48 * 2**20
# The longest float32 sum. Added one after another, n equal terms drift by up to 2.2e-8 n of their sum.
PART_ROWS = 384
_ADDED_IN_TURN = 8
_EMPTY = -(2**62)  # no frame has this position


@dataclass(frozen=True, slots=True)
class Tile:
    """A rectangle of output voxels: rows y0 … y1 - 1, columns x0 … x1 - 1."""

    y0: int
    y1: int
    x0: int
    x1: int

    @property
    def size(self) -> int:
        """Voxels in the tile."""
        return (self.y1 - self.y0) * (self.x1 - self.x0)


def tiles(layout: Layout, filters: int, threads: int = 1) -> list[Tile]:
    """Return tiles that cover an output frame; whole rows wherever one row's columns fit the budget.

    At least two for each thread, where the frame has as many rows: enough to keep all of them busy.
    """
    _, height, width = layout.output
    each, share = 4 * (layout.rows + 2 * filters), ALL_TILES_BYTES // threads
    voxels = max(min(TILE_BYTES, share) // each, min(SHORT_ROW, share // each), 1)
    at_least = 1 if threads == 1 else 2 * threads
    across = min(width, voxels)
    pieces = -(-width // across)
    across = -(-width // pieces)
    down = 1 if pieces > 1 else min(max(voxels // width, 1), height)
    down = -(-height // min(max(-(-height // down), at_least), height))
    return [
        Tile(y, min(y + down, height), x, min(x + across, width))
        for y in range(0, height, down)
        for x in range(0, width, across)
    ]


class Columns:
    """The columns of one tile, in memory that is taken once; belongs to one job at a time.

    Parameters
    ----------
    layout
        The geometry.
    largest
        The voxels of the largest tile.
    """

    def __init__(self, layout: Layout, largest: int) -> None:
        self.layout = layout
        self._memory = np.empty(layout.rows * largest, np.float32)

    def move_to(self, tile: Tile, runs: tuple[Run, Run]) -> None:
        """Make ready for a tile, which looks at these rows and columns; all slots are to be filled again."""
        layout, rows = self.layout, tile.y1 - tile.y0
        self.matrix = self._memory[: layout.rows * tile.size].reshape(layout.rows, tile.size)
        self._held = [_EMPTY] * layout.kernel[0]
        self._pixels = Pixels(layout.channels, *runs)
        self._windows = _windows(self._pixels.planes, layout, rows, tile.x1 - tile.x0)

    def turn_to(self, positions: list[int], frames: Frames) -> int:
        """Bring kT frames into their slots, where they are not there yet; return the first one's slot."""
        layout = self.layout
        slots = [position // layout.settings.dilation[0] % layout.kernel[0] for position in positions]
        for slot, position in zip(slots, positions, strict=True):
            if self._held[slot] != position:
                self._held[slot] = _EMPTY  # in case that the frame cannot be had
                source = layout.frame_at(position)
                self._fill(slot, None if source == OUTSIDE else frames[source])
                self._held[slot] = position
        return slots[0]

    def _fill(self, slot: int, frame: NDArray[np.uint8] | Floats | None) -> None:
        rows = self.layout.slot_rows
        target = self.matrix[slot * rows : (slot + 1) * rows].reshape(self._windows.shape)
        if frame is None:
            target[...] = 0.0
        else:
            self._pixels.take(frame)
            target[...] = self._windows


def _windows(patch: Floats, layout: Layout, rows: int, columns: int) -> Floats:
    """Return pixels (C, …, …) seen as (C, kH, kW, rows, columns): a view, nothing is copied."""
    (_, kh, kw), (_, sy, sx), (_, dy, dx) = layout.kernel, layout.settings.stride, layout.settings.dilation
    plane, row, pixel = patch.strides
    return as_strided(
        patch,
        shape=(layout.channels, kh, kw, rows, columns),
        strides=(plane, row * dy, pixel * dx, row * sy, pixel * sx),
        writeable=False,
    )


class Product:
    """Weights times the columns of a ring, for each place where the ring may begin.

    Parameters
    ----------
    layout
        The geometry.
    weights
        (N, kT, kH, kW, C) float32.
    """

    def __init__(self, layout: Layout, weights: Floats) -> None:
        # (N, K): K in the order in which Columns lays a frame out.
        matrix = np.ascontiguousarray(weights.transpose(0, 1, 4, 2, 3)).reshape(len(weights), layout.rows)
        self._parts = [_parts(layout, matrix, slot) for slot in range(layout.kernel[0])]

    def __call__(self, slot: int, columns: Floats) -> Floats:
        """Return (N, voxels) for columns (K, voxels) whose first frame lies in a slot."""
        return self._sum(self._parts[slot], columns)

    def _sum(self, parts: list[tuple[Floats, slice]], columns: Floats) -> Floats:
        if len(parts) > _ADDED_IN_TURN:
            half = len(parts) // 2
            total = self._sum(parts[:half], columns)
            total += self._sum(parts[half:], columns)
            return total
        (weights, rows), *others = parts
        total = weights @ columns[rows]
        for weights, rows in others:
            total += weights @ columns[rows]
        return total


def _parts(layout: Layout, matrix: Floats, slot: int) -> list[tuple[Floats, slice]]:
    """Return pieces of the weights, and the rows of a ring beginning at a slot that they belong to."""
    begin = slot * layout.slot_rows
    parts = []
    # Behind the ring's seam lie the kernel's first frames, before it the last ones.
    for low, high, shift in ((0, begin, layout.rows - begin), (begin, layout.rows, -begin)):
        pieces = -(-(high - low) // PART_ROWS)
        edges = [low + (high - low) * i // pieces for i in range(pieces)] + [high] if pieces else []
        parts += [(matrix[:, a + shift : b + shift], slice(a, b)) for a, b in pairwise(edges)]
    return parts


class ColumnsMethod:
    """A `Method`: one job for each tile, all filters at once.

    Parameters
    ----------
    layout
        The geometry.
    weights, bias
        (N, kT, kH, kW, C) and (N,) float32.
    threads
        How many jobs may run at the same time; each has columns of its own.
    """

    def __init__(self, layout: Layout, weights: Floats, bias: Floats, threads: int = 1) -> None:
        single_threaded_products()
        self._layout, self._bias = layout, bias
        self._product = Product(layout, weights)
        self._tiles = {
            tile: (
                Run.of(layout, 1, tile.y0, tile.y1 - tile.y0),
                Run.of(layout, 2, tile.x0, tile.x1 - tile.x0),
            )
            for tile in tiles(layout, len(weights), threads)
        }
        largest = max(tile.size for tile in self._tiles)
        # A job takes one and puts it back; list.pop and list.append are atomic.
        self._spare = [Columns(layout, largest) for _ in range(min(threads, len(self._tiles)))]
        self._kept: dict[tuple[Tile, int], Columns] = {}

    def jobs(self, frames: Frames, times: Sequence[int], out: Floats) -> list[Job]:
        """Return a job for each tile: see `Method.jobs`."""
        order = self._layout.in_order(times)
        run = self._run_kept if self._keeps() else self._run
        return [partial(run, tile, order, frames, out) for tile in self._tiles]

    def _keeps(self) -> bool:
        """Tell whether the rings of all tiles, one for each phase of the dilation, are kept."""
        _, height, width = self._layout.output
        needed = 4 * self._layout.rows * height * width * self._layout.settings.dilation[0]
        return self._layout.clip[0] == ENDLESS and needed <= KEPT_BYTES

    def _run(self, tile: Tile, order: list[tuple[int, int]], frames: Frames, out: Floats) -> Iterator[int]:
        columns = self._spare.pop()
        try:
            columns.move_to(tile, self._tiles[tile])
            for place, time in order:
                self._answer(tile, columns, frames, time, out[:, place])
                yield tile.size
        finally:
            self._spare.append(columns)

    def _run_kept(
        self, tile: Tile, order: list[tuple[int, int]], frames: Frames, out: Floats
    ) -> Iterator[int]:
        for place, time in order:
            key = tile, self._layout.frames_of(time)[0] % self._layout.settings.dilation[0]
            if key not in self._kept:
                columns = Columns(self._layout, tile.size)
                columns.move_to(tile, self._tiles[tile])
                self._kept[key] = columns
            self._answer(tile, self._kept[key], frames, time, out[:, place])
            yield tile.size

    def _answer(self, tile: Tile, columns: Columns, frames: Frames, time: int, out: Floats) -> None:
        slot = columns.turn_to(self._layout.frames_of(time), frames)
        sums = self._product(slot, columns.matrix)
        here = out[:, tile.y0 : tile.y1, tile.x0 : tile.x1]
        finish(sums.reshape(here.shape), self._bias, self._layout.settings, here)


def finish(sums: Floats, bias: Floats, settings: ConvolutionSettings, out: Floats) -> None:
    """Write sums (N, …) plus bias (N,) to `out`, the activation applied; they may be the same array."""
    with np.errstate(over="ignore"):  # a square beyond float32 is infinite, and that is all
        np.add(sums, bias.reshape(-1, *[1] * (sums.ndim - 1)), out=out)
        if settings.activation == "relu":
            np.maximum(out, 0.0, out=out)
        elif settings.activation == "abs":
            np.abs(out, out=out)
        elif settings.activation == "square":
            np.square(out, out=out)
