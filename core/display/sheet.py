"""The table of small multiples as values: which colours and numbers stand in which cell, and what it says.

A sheet has a row for each frame of the kernel and some blocks side by side: the input, the weights that
lie on it, and their products; each block shows a plane of cells for each channel, or one for all. Widgets
paint it; all arithmetic is done here.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from core.display.colormap import ColorTable
from core.display.contrast import Limits
from core.display.numbers import decimals_for, fixed
from core.display.render import quantise

Numbers = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class CellPlace:
    """A cell of a sheet: the same in every block but for the plane, which is that of a channel."""

    row: int
    plane: int
    y: int
    x: int


@dataclass(frozen=True, eq=False)
class Block:
    """One kind of numbers for all rows.

    Parameters
    ----------
    title
        "input", "weights" …
    sign
        What stands before it: "×", "=", or "".
    names
        P names of planes, "" where there is but one.
    values
        (R, P, H, W) float64.
    limits, table
        The colours: one scale for all cells.
    single
        Whether the numbers are float32 (`core.display.numbers`).
    colours
        (R, H, W, 3) uint8: cells in their own colours instead, without numbers; or None.
    sums
        For each row what stands under each of its planes; () for nothing.
    raw
        (R, P, H, W) uint8: what the values were before they were normalised; or None.
    """

    title: str
    sign: str
    names: tuple[str, ...]
    values: Numbers
    limits: Limits
    table: ColorTable
    single: bool = False
    colours: NDArray[np.uint8] | None = None
    sums: tuple[tuple[str, ...], ...] = ()
    raw: NDArray[np.uint8] | None = None
    _texts: dict[tuple[int, int], list[list[str]]] = field(default_factory=dict, repr=False)

    @property
    def shape(self) -> tuple[int, int, int, int]:
        """(R, P, H, W)."""
        r, p, h, w = self.values.shape
        return r, p, h, w

    @property
    def decimals(self) -> int:
        """How many decimals the numbers in its cells have; sums have one more."""
        return decimals_for(self.limits.high)

    def indices(self) -> NDArray[np.uint8]:
        """Return (P * R * H, W) colour indices: plane under plane, in each row under row."""
        stacked = np.moveaxis(self.values, 1, 0).reshape(-1, self.values.shape[3])
        return quantise(stacked.astype(np.float32), self.limits)

    def picture(self) -> NDArray[np.uint8]:
        """Return (R * H, W, 3) colours; only where there are `colours`."""
        assert self.colours is not None
        return np.ascontiguousarray(self.colours.reshape(-1, *self.colours.shape[2:]))

    def levels(self, row: int, plane: int) -> list[list[int]]:
        """Return the colour index of each cell, as H rows of W."""
        return quantise(self.values[row, plane].astype(np.float32), self.limits).tolist()  # type: ignore[no-any-return]

    def texts(self, row: int, plane: int) -> list[list[str]]:
        """Return the number in each cell, as H rows of W, with decimals as the scale asks for."""
        key = (row, plane)
        if key not in self._texts:
            self._texts[key] = [
                [fixed(value, self.decimals, single=self.single) for value in line]
                for line in self.values[row, plane].tolist()
            ]
        return self._texts[key]

    def raw_texts(self, row: int, plane: int) -> list[list[str]] | None:
        """Return what the number in each cell was before, 0 … 255; None where there is no such thing."""
        return None if self.raw is None else [list(map(str, line)) for line in self.raw[row, plane].tolist()]


class Sheet(Protocol):
    """What a table shows."""

    @property
    def blocks(self) -> Sequence[Block]:
        """Its blocks, from left to right; all have the same rows and cells."""

    @property
    def labels(self) -> Sequence[tuple[str, str]]:
        """For each row a title and what else is said of it."""

    @property
    def widest_labels(self) -> Sequence[str]:
        """Texts as wide as the labels of any such sheet: columns stay where they are while it changes."""

    @property
    def widest_sum(self) -> str:
        """A text as wide as the sums of any such sheet."""

    @property
    def totals(self) -> Sequence[str]:
        """What stands at the end of each row."""

    @property
    def footer(self) -> tuple[str, Sequence[str], str]:
        """What stands under all rows: a title, a text for each plane of the last block, the sum of all."""

    def hatched(self, row: int) -> list[list[bool]] | None:
        """Return which cells of a row lie in padding, as H rows of W, or None where none do."""

    def describe(self, place: CellPlace) -> tuple[str, str]:
        """Return where a cell stands, and its arithmetic with all digits."""
