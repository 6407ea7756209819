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

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.lib.stride_tricks import as_strided
from numpy.typing import NDArray

from core.convolution.borders import OUTSIDE, source_indices
from core.convolution.geometry import output_shape, pad_before, span
from core.cv import cv2
from core.settings import ConvolutionSettings, Triple

Floats = NDArray[np.float32]
TILE_BYTES = 2 * 2**20
_EMPTY = -(2**31)  # no frame has this position


@dataclass(frozen=True, slots=True)
class Layout:
    """The geometry of one convolution, axis by axis (t, y, x).

    Parameters
    ----------
    clip, kernel, output
        Lengths of the clip, the kernel and the result.
    before
        Outside inputs before the first one.
    channels
        Of the clip and of the kernel.
    settings
        Stride, dilation and border.
    """

    clip: Triple
    kernel: Triple
    output: Triple
    before: Triple
    channels: int
    settings: ConvolutionSettings

    @classmethod
    def of(cls, clip: Triple, kernel: Triple, channels: int, settings: ConvolutionSettings) -> "Layout":
        """Work the geometry out."""
        t, y, x = (
            pad_before(n, k, s, d, settings.padding)
            for n, k, s, d in zip(clip, kernel, settings.stride, settings.dilation, strict=True)
        )
        return cls(clip, kernel, output_shape(clip, kernel, settings), (t, y, x), channels, settings)

    @property
    def slot_rows(self) -> int:
        """Rows that one frame of the kernel takes: C kH kW."""
        return self.channels * self.kernel[1] * self.kernel[2]

    @property
    def rows(self) -> int:
        """Weights of one filter."""
        return self.kernel[0] * self.slot_rows

    def frames_of(self, output: int) -> list[int]:
        """Return the positions of the kernel's kT frames for one output frame; some may lie outside."""
        first = output * self.settings.stride[0] - self.before[0]
        return [first + i * self.settings.dilation[0] for i in range(self.kernel[0])]

    def inputs(self, axis: int, first: int, count: int) -> NDArray[np.intp]:
        """Return the input indices (or `OUTSIDE`) that `count` outputs from `first` on look at."""
        stride, dilation = self.settings.stride[axis], self.settings.dilation[axis]
        reach = (count - 1) * stride + span(self.kernel[axis], dilation)
        start = first * stride - self.before[axis]
        return source_indices(start, reach, self.clip[axis], self.settings.border)


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


def tiles(layout: Layout, tile_bytes: int = TILE_BYTES) -> list[Tile]:
    """Return tiles that cover an output frame; whole rows wherever one row's columns fit the budget."""
    _, height, width = layout.output
    voxels = max(tile_bytes // (4 * layout.rows), 16)
    across = min(width, voxels)
    pieces = -(-width // across)
    across = -(-width // pieces)
    down = 1 if pieces > 1 else min(max(voxels // width, 1), height)
    down = -(-height // -(-height // down))
    return [
        Tile(y, min(y + down, height), x, min(x + across, width))
        for y in range(0, height, down)
        for x in range(0, width, across)
    ]


class TileColumns:
    """The columns of one tile: the receptive fields of one output frame, refilled slot by slot.

    Parameters
    ----------
    layout
        The geometry.
    tile
        The outputs whose fields are held.
    """

    def __init__(self, layout: Layout, tile: Tile) -> None:
        self._layout = layout
        self._shape = (tile.y1 - tile.y0, tile.x1 - tile.x0)
        self._y = layout.inputs(1, tile.y0, self._shape[0])
        self._x = layout.inputs(2, tile.x0, self._shape[1])
        self._patch = np.zeros((layout.channels, len(self._y), len(self._x)), np.float32)
        self._windows = self._make_windows()
        self.matrix = np.zeros((layout.rows, tile.size), np.float32)

    def _make_windows(self) -> Floats:
        """Return the patch seen as (C, kH, kW, rows, columns): a view, nothing is copied."""
        c, (_, kh, kw) = self._layout.channels, self._layout.kernel
        (_, sy, sx), (_, dy, dx) = self._layout.settings.stride, self._layout.settings.dilation
        plane, row, voxel = self._patch.strides
        return as_strided(
            self._patch,
            shape=(c, kh, kw, *self._shape),
            strides=(plane, row * dy, voxel * dx, row * sy, voxel * sx),
            writeable=False,
        )

    def fill(self, slot: int, frame: NDArray[np.uint8] | None) -> None:
        """Lay a frame (H, W, C) out in one slot; None is a frame of zeros."""
        rows = self._layout.slot_rows
        target = self.matrix[slot * rows : (slot + 1) * rows]
        if frame is None:
            target[...] = 0.0
            return
        pixels = _pick(_pick(frame, self._y, 0), self._x, 1)
        for plane, values in zip(self._patch, cv2.split(pixels), strict=True):
            np.divide(values, np.float32(255.0), out=plane, dtype=np.float32)
        self._patch[:, self._y == OUTSIDE] = 0.0
        self._patch[:, :, self._x == OUTSIDE] = 0.0
        target.reshape(self._windows.shape)[...] = self._windows


def _pick(pixels: NDArray[np.uint8], indices: NDArray[np.intp], axis: int) -> NDArray[np.uint8]:
    """Return rows or columns of pixels: a view where they are neighbours inside."""
    first, last = int(indices[0]), int(indices[-1])
    if first != OUTSIDE and last - first == len(indices) - 1 and bool((np.diff(indices) == 1).all()):
        run = slice(first, last + 1)
        return pixels[run] if axis == 0 else pixels[:, run]
    return np.take(pixels, np.maximum(indices, 0), axis=axis)


def convolve_columns(
    frames: NDArray[np.uint8],
    weights: Floats,
    bias: Floats,
    layout: Layout,
    out: Floats,
    tile_bytes: int = TILE_BYTES,
) -> Iterator[int]:
    """Compute all responses of some filters, a tile and a frame at a time.

    Parameters
    ----------
    frames
        (T, H, W, C) uint8.
    weights, bias
        (N, kT, kH, kW, C) and (N,).
    out
        (N, T', H', W') float32, C-contiguous; filled when the generator has ended.

    Yields
    ------
    int
        Voxels finished in each step, T' H' W' in all.
    """
    count, (kt, _, _), (times, _, width) = len(weights), layout.kernel, layout.output
    # (N, kT, rows of one slot), in the order in which TileColumns lays a frame out.
    matrix = weights.transpose(0, 1, 4, 2, 3).reshape(count, kt, layout.slot_rows)
    turned: dict[tuple[int, ...], Floats] = {}
    for tile in tiles(layout, tile_bytes):
        columns = TileColumns(layout, tile)
        held = [_EMPTY] * kt
        for t in time_order(layout):
            taps = _refill(columns, held, layout.frames_of(t), frames, layout)
            if taps not in turned:
                turned[taps] = np.ascontiguousarray(matrix[:, taps]).reshape(count, layout.rows)
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
    if settings.activation == "relu":
        np.maximum(responses, 0.0, out=responses)
    elif settings.activation == "abs":
        np.abs(responses, out=responses)
    elif settings.activation == "square":
        np.square(responses, out=responses)
    return responses


def _refill(
    columns: TileColumns,
    held: list[int],
    wanted: list[int],
    frames: NDArray[np.uint8],
    layout: Layout,
) -> tuple[int, ...]:
    """Bring the wanted frames into the slots; return for each slot which tap of the kernel it holds."""
    missing = [position for position in wanted if position not in held]
    for slot, position in enumerate(held):
        if position not in wanted:
            held[slot] = missing.pop(0)
            columns.fill(slot, _frame_at(held[slot], frames, layout))
    return tuple(wanted.index(position) for position in held)


def _frame_at(position: int, frames: NDArray[np.uint8], layout: Layout) -> NDArray[np.uint8] | None:
    """Return the frame that stands for a position in time, or None for zeros."""
    source = int(source_indices(position, 1, layout.clip[0], layout.settings.border)[0])
    return None if source == OUTSIDE else frames[source]
