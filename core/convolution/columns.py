"""Convolution as matrix products: receptive fields are laid out as columns, BLAS does the sums.

For a tile of output voxels the receptive fields are copied into a matrix with one column for each output
and one row for each weight; weights (N, rows) times that matrix is the answer of all filters at once.
Two things keep the copying small:

* Rows are ordered by the kernel's frame. Neighbouring outputs in time share all frames but one, so only
  one slot of kH kW C rows is filled anew for each output frame. The slots form a ring; instead of moving
  rows, the columns of the weight matrix are permuted to fit the slots.
* Tiles are so small that the matrix stays in the cache from filling it to multiplying it.

Everything is written straight to its place in the (N, T', H', W') result.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.lib.stride_tricks import as_strided
from numpy.typing import NDArray

from core.convolution.layout import OUTSIDE, Floats, Layout
from core.convolution.team import Job
from core.cv import cv2
from core.settings import ConvolutionSettings

Frames = Sequence[NDArray[np.uint8]] | NDArray[np.uint8]
TILE_BYTES = 4 * 2**20
_EMPTY = -(2**31)  # no frame has this position


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


def tiles(layout: Layout, tile_bytes: int = TILE_BYTES, at_least: int = 1) -> list[Tile]:
    """Return tiles that cover an output frame; whole rows wherever one row's columns fit the budget.

    `at_least` so many, where the frame has as many rows: enough to keep all threads busy.
    """
    _, height, width = layout.output
    voxels = max(tile_bytes // (4 * layout.rows), 16)
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
    """The columns of one tile after another, in memory that is taken once; belongs to one thread.

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

    def move_to(self, tile: Tile) -> None:
        """Make ready for a tile; all slots are to be filled again."""
        layout, rows = self.layout, tile.y1 - tile.y0
        self.matrix = self._memory[: layout.rows * tile.size].reshape(layout.rows, tile.size)
        self.held = [_EMPTY] * layout.kernel[0]
        columns = tile.x1 - tile.x0
        self._pixels = Pixels(layout, layout.inputs(1, tile.y0, rows), layout.inputs(2, tile.x0, columns))
        self._windows = _windows(self._pixels.planes, layout, rows, columns)

    def fill(self, slot: int, frame: NDArray[np.uint8] | None) -> None:
        """Lay a frame (H, W, C) out in one slot; None is a frame of zeros."""
        rows = self.layout.slot_rows
        target = self.matrix[slot * rows : (slot + 1) * rows].reshape(self._windows.shape)
        if frame is None:
            target[...] = 0.0
        else:
            self._pixels.take(frame)
            target[...] = self._windows


class Pixels:
    """A part of a frame with its borders, as float planes; memory is taken once.

    Parameters
    ----------
    layout
        The geometry.
    rows, columns
        The frame's rows and columns that are wanted, or `OUTSIDE`.

    Attributes
    ----------
    planes
        (C, rows, columns) float32 in [0, 1]: the frame last taken.
    """

    def __init__(self, layout: Layout, rows: NDArray[np.intp], columns: NDArray[np.intp]) -> None:
        self._y, self._x = _Run.of(rows), _Run.of(columns)
        self.planes = np.zeros((layout.channels, len(rows), len(columns)), np.float32)
        self._inside = self.planes[:, self._y.inside, self._x.inside]

    def take(self, frame: NDArray[np.uint8]) -> Floats:
        """Take the part of a frame (H, W, C) and return `planes`."""
        if self._inside.size:
            part = frame[self._y.pick][:, self._x.pick]
            for plane, values in zip(self._inside, cv2.split(part), strict=True):
                plane[...] = values
            np.divide(self._inside, np.float32(255.0), out=self._inside)
        return self.planes


@dataclass(frozen=True, slots=True)
class _Run:
    """Which rows (or columns) of a frame a tile looks at, and where among its own they go.

    Parameters
    ----------
    pick
        Indices into the frame: a slice, so that nothing is copied, wherever they are neighbours.
    inside
        The part of the tile's pixels that they fill; the rest is outside the clip and stays zero.
    """

    pick: slice | NDArray[np.intp]
    inside: slice

    @classmethod
    def of(cls, indices: NDArray[np.intp]) -> "_Run":
        there = np.flatnonzero(indices != OUTSIDE)
        if not len(there):
            return cls(slice(0), slice(0))
        # Zeros lie only at the two ends, so what is inside is one piece.
        inside = slice(int(there[0]), int(there[-1]) + 1)
        picked = indices[inside]
        if (np.diff(picked) == 1).all():
            return cls(slice(int(picked[0]), int(picked[-1]) + 1), inside)
        return cls(picked, inside)


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


class ColumnsMethod:
    """The whole convolution as independent jobs, one for each tile.

    Parameters
    ----------
    layout
        The geometry.
    threads
        How many jobs may run at the same time; each has columns of its own.
    tile_bytes
        Roughly how large the columns of a tile may be.
    """

    def __init__(self, layout: Layout, threads: int = 1, tile_bytes: int = TILE_BYTES) -> None:
        self._layout = layout
        self._tiles = tiles(layout, tile_bytes, 1 if threads == 1 else 2 * threads)
        largest = max(tile.size for tile in self._tiles)
        # A job takes one and puts it back; list.pop and list.append are atomic.
        self._spare = [Columns(layout, largest) for _ in range(min(threads, len(self._tiles)))]

    def jobs(self, frames: Frames, weights: Floats, bias: Floats, out: Floats) -> list[Job]:
        """Return jobs that compute all responses of some filters in short steps.

        Parameters
        ----------
        frames
            T times (H, W, C) uint8.
        weights, bias
            (N, kT, kH, kW, C) and (N,).
        out
            (N, T', H', W') float32, C-contiguous; filled when all jobs have ended. They yield the voxels
            that each step has finished, T' H' W' in all.
        """
        # (N, kT, rows of one slot), in the order in which Columns lays a frame out.
        matrix = weights.transpose(0, 1, 4, 2, 3).reshape(*weights.shape[:2], self._layout.slot_rows)
        return [partial(self._run, tile, frames, matrix, bias, out) for tile in self._tiles]

    def _run(self, tile: Tile, frames: Frames, matrix: Floats, bias: Floats, out: Floats) -> Iterator[int]:
        columns = self._spare.pop()
        try:
            columns.move_to(tile)
            yield from _convolve_tile(tile, columns, frames, matrix, bias, out)
        finally:
            self._spare.append(columns)


def _convolve_tile(
    tile: Tile, columns: Columns, frames: Frames, matrix: Floats, bias: Floats, out: Floats
) -> Iterator[int]:
    layout = columns.layout
    count, times, _, width = out.shape
    turned: dict[tuple[int, ...], Floats] = {}
    for t in time_order(layout):
        taps = _refill(columns, layout.frames_of(t), frames)
        if taps not in turned:
            turned[taps] = matrix[:, taps].reshape(count, layout.rows)
        if width == tile.x1 - tile.x0:
            run = out.reshape(count, times, -1)[:, t, tile.y0 * width : tile.y1 * width]
            finish(np.matmul(turned[taps], columns.matrix, out=run), bias, layout.settings)
        else:
            part = finish(turned[taps] @ columns.matrix, bias, layout.settings)
            here = out[:, t, tile.y0 : tile.y1, tile.x0 : tile.x1]
            here[...] = part.reshape(here.shape)
        yield tile.size


def time_order(layout: Layout) -> list[int]:
    """Return the output frames so that neighbours in the list share as many input frames as they can."""
    stride, dilation = layout.settings.stride[0], layout.settings.dilation[0]
    return sorted(range(layout.output[0]), key=lambda t: (t * stride % dilation, t))


def finish(responses: Floats, bias: Floats, settings: ConvolutionSettings) -> Floats:
    """Add the bias (N,) to sums (N, …) and apply the activation, in place."""
    if bias.any():
        responses += bias.reshape(-1, *[1] * (responses.ndim - 1))
    with np.errstate(over="ignore"):  # a square beyond float32 is infinite, and that is all
        return _activate(responses, settings)


def _activate(responses: Floats, settings: ConvolutionSettings) -> Floats:
    if settings.activation == "relu":
        np.maximum(responses, 0.0, out=responses)
    elif settings.activation == "abs":
        np.abs(responses, out=responses)
    elif settings.activation == "square":
        np.square(responses, out=responses)
    return responses


def _refill(columns: Columns, wanted: list[int], frames: Frames) -> tuple[int, ...]:
    """Bring the wanted frames into the slots; return for each slot which tap of the kernel it holds."""
    layout, held = columns.layout, columns.held
    missing = [position for position in wanted if position not in held]
    for slot, old in enumerate(held):
        if old not in wanted:
            held[slot] = position = missing.pop(0)
            source = layout.frame_at(position)
            columns.fill(slot, None if source == OUTSIDE else frames[source])
    return tuple(wanted.index(position) for position in held)
