"""What an input reaches, as a sheet: a row for each output frame, weights and what they add.

The weights are those of the kernel seen from the input, so flipped along every axis. Colours as in
`core.display.inspection`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from core.analysis.projective import Projection
from core.analysis.snippets import channel_names
from core.display.colormap import KERNEL_TABLE, ColorTable, color_table
from core.display.contrast import Limits
from core.display.inspection import DIGITS
from core.display.numbers import all_digits, decimals_for, fixed, rounded, widest
from core.display.sheet import Block, CellPlace
from core.filters.kernel import Kernel


@dataclass(frozen=True, eq=False)
class ProjectionSheet:
    """The outputs that one input reaches; satisfies `core.display.sheet.Sheet`.

    Parameters
    ----------
    projection
        With at least one output.
    kernel
        As applied: its largest weight ends the scale.
    table
        A diverging table, for what is added.
    folded
        Whether a plane stands for all channels.
    """

    projection: Projection
    kernel: Kernel
    table: ColorTable
    folded: bool = False

    @cached_property
    def blocks(self) -> Sequence[Block]:
        """Weights, and what the input adds through them."""
        weights, shares = (np.moveaxis(a, 3, 1) for a in (self.projection.weights, self.projection.shares))
        names = channel_names(weights.shape[1]) if weights.shape[1] > 1 else ("",)
        limit = float(np.abs(weights).max(initial=self.kernel.limit))  # taps that fall together add up
        if self.folded and weights.shape[1] > 1:
            weights, shares, names = weights.sum(axis=1)[:, None], shares.sum(axis=1)[:, None], ("",)
            limit = float(np.abs(weights).max()) or 1.0
        limits, kernels = Limits(-limit, limit), color_table(KERNEL_TABLE)
        decimals = decimals_for(limit) + 1
        sums = tuple(tuple(fixed(v, decimals) for v in row) for row in shares.sum(axis=(2, 3)).tolist())
        return (
            Block("weights, flipped", "", names, weights, limits, kernels, single=self._single),
            Block("what it adds", "=", names, shares, limits, self.table, sums=sums),
        )

    @property
    def _single(self) -> bool:
        """Whether each number is one float32 weight, not a sum of some."""
        found = self.projection
        alone = all(len(taps) == 1 for axis in (found.t, found.y, found.x) for taps in axis.taps)
        return alone and (not self.folded or found.weights.shape[3] == 1)

    @cached_property
    def labels(self) -> Sequence[tuple[str, str]]:
        """The output frames, and which frames of the kernel lie on the input there."""
        found = self.projection.t
        return [
            (f"output frame {output + 1}", f"kernel frame {', '.join(str(tap + 1) for tap in taps)}")
            for output, taps in zip(found.outputs, found.taps, strict=True)
        ]

    @property
    def widest_labels(self) -> Sequence[str]:
        """The labels with the longest numbers."""
        return "output frame 00", "kernel frame 00"

    @property
    def widest_sum(self) -> str:
        """As wide as any sum of what an input adds through this kernel."""
        most = float(np.abs(self.kernel.weights.astype(np.float64)).sum())
        return widest(most, self.blocks[0].decimals + 1)

    @cached_property
    def totals(self) -> Sequence[str]:
        """What is added to each output frame."""
        decimals = self.blocks[0].decimals + 1
        return [fixed(value, decimals) for value in self.projection.shares.sum(axis=(1, 2, 3)).tolist()]

    @cached_property
    def footer(self) -> tuple[str, Sequence[str], str]:
        """What is added to all outputs together."""
        shares = self.projection.shares
        channels = shares.sum(axis=(0, 1, 2)).tolist()
        total = float(shares.sum())
        decimals = self.blocks[0].decimals + 1
        texts = [fixed(value, decimals) for value in ([total] if self.folded else channels)]
        return "all outputs", texts, rounded(total, DIGITS)

    def hatched(self, row: int) -> list[list[bool]] | None:
        """Return None: outputs are never padding."""
        return None

    def describe(self, place: CellPlace) -> tuple[str, str]:
        """Return the output that a cell stands for, and what is added to it."""
        found = self.projection
        t, y, x = found.t.outputs[place.row], found.y.outputs[place.y], found.x.outputs[place.x]
        weights = found.weights[place.row, place.y, place.x]
        names = channel_names(len(weights))
        channels = range(len(weights)) if self.folded else (place.plane,)
        channel = f", {names[place.plane]}" if len(weights) > 1 and not self.folded else ""
        where = f"output ({t}, {y}, {x}){channel}"
        values, seen = found.values.tolist(), weights.tolist()
        total = sum(values[c] * seen[c] for c in channels)
        if len(channels) == 1:
            (c,) = channels
            weight = all_digits(seen[c], single=self._single)
            return where, f"raw {found.raw[c]} → {all_digits(values[c])} × {weight} = {all_digits(total)}"
        parts = "  +  ".join(f"{names[c]} {rounded(values[c])} × {rounded(seen[c])}" for c in channels)
        return where, f"{parts}  =  {all_digits(total)}"
