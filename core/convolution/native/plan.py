"""Which block computes what: entries, masks, programs and weights in the order of the inner loop."""

from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import NDArray

from core.convolution.layout import Floats, Layout
from core.convolution.native.kernel_ir import END_SUMS, END_TOTALS, FLUSH, Shape

# The longest sum in float32. With totals of at most 32 such sums a response is off by at most
# (128 + 32) units in the last place, 2**-24 of the sum of absolute terms each: below 1e-5 of it.
CHUNK = 128
# Multiplications between two places where the work can be cancelled: about ten milliseconds.
STEP_PRODUCTS = 4e8
# With more sums than this the totals are float64.
_MOST_FLUSHES = 31


@dataclass(frozen=True)
class Entries:
    """The places of one block's receptive field in the order in which they are multiplied.

    Parameters
    ----------
    rows
        Rows of answers in a block.
    taps
        (E,) which frame of the kernel each entry is in.
    pixels
        (E, 3) its channel, row and column there, the latter two counted from the block's first answer.
    masks
        For each mask, which rows of answers it serves, as bits.
    program
        (…, 2) int32, see `kernel_ir`.
    order
        For each weight in the order in which they are used: tap, channel, row and column in the
        kernel, and the row of answers that it is for.
    """

    rows: int
    taps: NDArray[np.intp]
    pixels: NDArray[np.intp]
    masks: tuple[int, ...]
    program: NDArray[np.int32]
    order: NDArray[np.intp]

    @property
    def wide(self) -> bool:
        """Whether totals must be float64."""
        return int((self.program[:, 0] == FLUSH).sum()) > _MOST_FLUSHES


def entries(layout: Layout, rows: int) -> Entries:
    """Put the entries of blocks of some rows of answers in order.

    A row of pixels serves every row of answers whose receptive field it lies in. Entries that serve the
    same rows follow each other, those that serve few rows first, until a sum would become long: `CHUNK`.
    """
    (kt, kh, kw), sy = layout.kernel, layout.settings.stride[1]
    _, dy, dx = layout.settings.dilation
    serves: dict[int, list[tuple[int, int]]] = {}  # row of pixels -> row of answers, row of the kernel
    for row in range(rows):
        for i in range(kh):
            serves.setdefault(row * sy + i * dy, []).append((row, i))
    taps, pixels, order = [], [], []
    runs: dict[int, int] = {}  # mask -> how many entries
    for mask in sorted({_mask(served) for served in serves.values()}, key=lambda m: (m.bit_count(), m)):
        pixel_rows = [y for y in sorted(serves) if _mask(serves[y]) == mask]
        # (entries, 4): tap, channel, row of pixels, column of the kernel
        places = np.array(list(product(range(kt), range(layout.channels), pixel_rows, range(kw))), np.intp)
        runs[mask] = len(places)
        taps.append(places[:, 0])
        pixels.append(places[:, 1:] * (1, 1, dx))
        for_rows = [[(i, row) for row, i in sorted(serves[y])] for y in places[:, 2].tolist()]
        kernel_rows, answer_rows = np.moveaxis(np.array(for_rows, np.intp), 2, 0)
        each = np.repeat(places[:, np.newaxis], kernel_rows.shape[1], axis=1)
        columns_of = (each[..., 0], each[..., 1], kernel_rows, each[..., 3], answer_rows)
        order.append(np.moveaxis(np.array(columns_of), 0, -1).reshape(-1, 5))
    return Entries(
        rows,
        np.concatenate(taps),
        np.concatenate(pixels),
        tuple(runs),
        _program(runs, rows),
        np.concatenate(order),
    )


def _mask(served: list[tuple[int, int]]) -> int:
    return sum(1 << row for row, _ in served)


def _program(runs: dict[int, int], rows: int) -> NDArray[np.int32]:
    """Return the operations for runs of entries, with a flush wherever a sum would become too long."""
    program: list[tuple[int, int]] = []
    lengths = np.zeros(rows, int)
    for number, (mask, count) in enumerate(runs.items()):
        lanes = [row for row in range(rows) if mask >> row & 1]
        while count:
            if lengths[lanes].max() == CHUNK:
                program.append((FLUSH, 0))
                lengths[:] = 0
            some = min(count, CHUNK - int(lengths[lanes].max()))
            program.append((number, some))
            lengths[lanes] += some
            count -= some
    flushed = any(operation == FLUSH for operation, _ in program)
    program.append((END_TOTALS if flushed else END_SUMS, 0))
    return np.array(program, np.int32)


@dataclass(frozen=True)
class Pass:
    """Equal blocks that together compute some filters for some columns of answers.

    Parameters
    ----------
    first, filters, blocks
        The first filter, filters in a block, how many blocks.
    entries
        What a block multiplies.
    vectors, places
        Vectors of answers in a block, and where these begin in a row.
    """

    first: int
    filters: int
    blocks: int
    entries: Entries
    vectors: int
    places: NDArray[np.int64]

    @property
    def lanes(self) -> int:
        """Answers side by side."""
        return self.filters * self.entries.rows

    def shape(self, layout: Layout, width: int) -> Shape:
        """Return what code must be made of."""
        activation = layout.settings.activation
        masks = tuple(_lanes_of(mask, self.entries.rows, self.filters) for mask in self.entries.masks)
        return Shape(self.lanes, self.vectors, width, masks, activation, self.entries.wide)

    def packed(self, weights: Floats) -> Floats:
        """Return (blocks, …) weights in the order of the program, from (N, kT, kH, kW, C)."""
        wanted = weights[self.first : self.first + self.filters * self.blocks]
        tap, channel, i, j, _ = self.entries.order.T
        # One column for each weight in order; filters of a block lie side by side for each row of answers.
        chosen = wanted[:, tap, i, j, channel].reshape(self.blocks, self.filters, -1)
        return np.ascontiguousarray(chosen.transpose(0, 2, 1))

    def packed_bias(self, bias: Floats) -> Floats:
        """Return (blocks, lanes) from (N,)."""
        wanted = bias[self.first : self.first + self.filters * self.blocks]
        return np.tile(wanted.reshape(self.blocks, self.filters), (1, self.entries.rows))


def _lanes_of(mask: int, rows: int, filters: int) -> int:
    """Return the lanes of a mask of rows: for each row as many as a block has filters."""
    return sum(((1 << filters) - 1) << (row * filters) for row in range(rows) if mask >> row & 1)


def passes(layout: Layout, filters: int, width: int, registers: int = 16) -> tuple[Pass, ...]:
    """Share filters and columns of answers out among blocks that fill the registers.

    Parameters
    ----------
    layout
        The geometry.
    filters
        How many.
    width, registers
        Numbers in a vector, and vectors that the processor can hold.
    """
    result = []
    first = 0
    known: dict[int, Entries] = {}
    for size, blocks, rows in _shares(filters, layout.output[1]):
        if rows not in known:
            known[rows] = entries(layout, rows)
        for vectors, places in columns(layout.output[2], width, size * rows, registers).items():
            result.append(Pass(first, size, blocks, known[rows], vectors, np.array(places, np.int64)))
        first += size * blocks
    return tuple(result)


def _shares(filters: int, height: int) -> list[tuple[int, int, int]]:
    """Return filters in a block, how many such blocks, and rows in a block.

    Two, three or four filters keep the multipliers busy; a single one takes two rows at a time.
    """
    if filters == 1:
        return [(1, 1, min(2, height))]
    rest: list[int] = {0: [], 1: [3, 2], 2: [2], 3: [3]}[filters % 4]
    fours = (filters - sum(rest)) // 4
    return [(4, fours, 1)] * (fours > 0) + [(size, 1, 1) for size in rest]


def columns(length: int, width: int, lanes: int, registers: int = 16) -> dict[int, list[int]]:
    """Return for each number of vectors in a block where such blocks begin, so that all columns are covered.

    The last block may overlap the one before: it computes the same numbers again. Where there are fewer
    columns than a vector has numbers, it reaches beyond them.

    Parameters
    ----------
    length
        Columns of answers.
    width, registers
        Numbers in a vector, and vectors that the processor can hold.
    lanes
        Sums for each vector of pixels.
    """
    vectors = -(-length // width)
    # All sums, the fewer of factors and pixels, and one of the others find room.
    fitting = [p for p in range(1, registers) if lanes * p + min(lanes, p) + 1 <= registers]
    sizes = [p for p in fitting if p * width <= length] or [1]
    best: list[tuple[float, tuple[int, ...]]] = [(0.0, ())]
    for count in range(1, vectors + 1):
        rests = [(best[count - p], p) for p in sizes if p <= count]
        best.append(min((cost + _cost(lanes, p), (*blocks, p)) for (cost, blocks), p in rests))
    result: dict[int, list[int]] = {}
    begin = 0
    for size in sorted(best[vectors][1], reverse=True):
        result.setdefault(size, []).append(max(min(begin, length - size * width), 0))
        begin += size * width
    return result


def _cost(lanes: int, vectors: int) -> float:
    """Return about how many cycles one entry takes: multiplying, waiting for sums, or loading.

    Two products a cycle; a sum is ready after four; two loads a cycle, and half of the vectors straddle
    two lines of the cache. A little is added for each block's beginning and end.
    """
    return max(lanes * vectors / 2, 4.0, (1.5 * vectors + lanes + 1) / 2) + 0.2
