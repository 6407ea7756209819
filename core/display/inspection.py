"""An inspected response as a sheet: input patch | kernel frame | product, a row for each kernel frame.

Colours: the input is grey from 0 to 1, weights have the kernels' own diverging table, products the one of
responses. Each has one scale for the kernel at every place of the clip: weights ± the largest weight, and
so have products, which cannot be larger (inputs are at most 1). So colours may be compared while one moves.

Folded, a plane stands for all channels: the input in its own colours, the sum of the weights (what the
kernel does to grey), and the sum of the products. Then input times weight is *not* the product.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from core.analysis.inspector import Inspection, Term
from core.analysis.snippets import channel_names
from core.display.colormap import KERNEL_TABLE, ColorTable, color_table
from core.display.contrast import Limits
from core.display.legend import MINUS
from core.display.numbers import all_digits, fixed, rounded, widest
from core.display.sheet import Block, CellPlace, Numbers
from core.filters.kernel import Kernel

GREY = "gray"
DIGITS = 4


def weight_block(kernel: Kernel, folded: bool, sign: str = "×") -> Block:
    """Return the weights of a kernel as a block; worth keeping while the place changes."""
    names, values = _planes(kernel.weights.astype(np.float64), folded)
    title = "weights" if not folded else "weights, summed"
    limit = kernel.limit if not folded else float(np.abs(values).max()) or 1.0
    table = color_table(KERNEL_TABLE)
    return Block(title, sign, names, values, Limits(-limit, limit), table, single=not folded)


@dataclass(frozen=True, eq=False)
class InspectionSheet:
    """A response term by term; satisfies `core.display.sheet.Sheet`.

    Parameters
    ----------
    inspection
        The response.
    weights
        `weight_block` of its kernel, folded or not: the other blocks follow.
    table
        A diverging table, for products.
    """

    inspection: Inspection
    weights: Block
    table: ColorTable

    @property
    def folded(self) -> bool:
        """Whether a plane stands for all channels."""
        return self.weights.shape[1] < self.inspection.patch.shape[3]

    @cached_property
    def blocks(self) -> Sequence[Block]:
        """Input, weights, products."""
        return self._input(), self.weights, self._products()

    def _input(self) -> Block:
        patch = self.inspection.patch
        names, values = _planes(patch.values, folded=False)
        limits, grey = Limits(0.0, patch.most), color_table(GREY)
        if not self.folded:
            raw = None if patch.raw is None else np.moveaxis(patch.raw, 3, 1)
            return Block("input", "", names, values, limits, grey, raw=raw)
        mean = values.mean(axis=1, keepdims=True)
        colours = patch.raw if patch.raw is not None and patch.raw.shape[3] == 3 else None
        title = "input, in colour" if colours is not None else "input, mean"
        return Block(title, "", ("",), mean, limits, grey, colours=colours)

    def _products(self) -> Block:
        found = self.inspection
        names, values = _planes(found.products, self.folded)
        limit = self.weights.limits.high * found.patch.most
        sums = found.subtotals[:, None] if self.folded else found.channel_subtotals
        texts = tuple(tuple(map(self._sum_text, row)) for row in sums.tolist())
        title = "products, summed" if self.folded else "products"
        return Block(title, "=", names, values, Limits(-limit, limit), self.table, sums=texts)

    def _sum_text(self, value: float) -> str:
        return fixed(value, self.weights.decimals + 1)

    @cached_property
    def labels(self) -> Sequence[tuple[str, str]]:
        """The clip's frame (from 1) and the kernel's."""
        count = self.inspection.patch.shape[0]
        axis = self.inspection.patch.field.t
        return [
            (_frame_name(position, source), f"kernel frame {i + 1} of {count}")
            for i, (position, source) in enumerate(zip(axis.positions, axis.sources, strict=True))
        ]

    @property
    def widest_labels(self) -> Sequence[str]:
        """The labels with the longest numbers."""
        count = self.inspection.patch.shape[0]
        return "padding: as 00", f"kernel frame {count} of {count}"

    @property
    def widest_sum(self) -> str:
        """As wide as any sum of products of this kernel."""
        most = float(np.abs(self.inspection.kernel.weights.astype(np.float64)).sum())
        return widest(most * self.inspection.patch.most, self.weights.decimals + 1)

    @cached_property
    def totals(self) -> Sequence[str]:
        """The subtotal of each kernel frame."""
        return [self._sum_text(value) for value in self.inspection.subtotals.tolist()]

    @cached_property
    def footer(self) -> tuple[str, Sequence[str], str]:
        """The sums over all frames."""
        found = self.inspection
        channels = [] if self.folded else found.channel_subtotals.sum(axis=0).tolist()
        texts = [self._sum_text(value) for value in channels or [found.total]]
        return "all frames", texts, rounded(found.total, DIGITS)

    def hatched(self, row: int) -> list[list[bool]] | None:
        """Return which cells lie outside the clip."""
        padded = self.inspection.patch.padded[row]
        return padded.tolist() if padded.any() else None

    def describe(self, place: CellPlace) -> tuple[str, str]:
        """Return the cell's place in the clip and in the kernel, and its products with all digits."""
        count = self.inspection.patch.shape[3]
        channels = range(count) if self.folded else (place.plane,)
        terms = [self.inspection.term(place.row, place.y, place.x, c) for c in channels]
        names = channel_names(count)
        channel = f", {names[place.plane]}" if count > 1 and not self.folded else ""
        tap = f"kernel frame {place.row + 1}, row {place.y + 1}, column {place.x + 1}"
        where = f"{term_place(terms[0])}{channel}   ·   {tap}"
        if len(terms) == 1:
            return where, arithmetic(terms[0])
        parts = "  +  ".join(
            f"{names[c]} {rounded(t.value)} × {rounded(t.weight, single=True)}"
            for c, t in zip(channels, terms, strict=True)
        )
        total = sum(term.product for term in terms)
        return where, f"{parts}  =  {all_digits(total)}"


def term_place(term: Term) -> str:
    """Return where a term's input lies: frames count from 1 in words and from 0 as t, as everywhere."""
    t, y, x = (str(at).replace("-", MINUS) for at in term.place)
    if not term.padded:
        return f"frame {term.place[0] + 1} (t {t}), y {y}, x {x}"
    counts = "0" if term.source is None else f"as ({', '.join(map(str, term.source))})"
    return f"outside the clip (t {t}, y {y}, x {x}): counts {counts}"


def arithmetic(term: Term) -> str:
    """Return raw value, value, weight and product with all digits."""
    raw = "" if term.raw is None else f"raw {term.raw} → "
    weight = all_digits(term.weight, single=True)
    return f"{raw}{all_digits(term.value)} × {weight} = {all_digits(term.product)}"


def short_arithmetic(term: Term) -> str:
    """Return value, weight and product, rounded."""
    return f"{rounded(term.value, 3)} × {rounded(term.weight, 3, single=True)} = {rounded(term.product, 3)}"


def _frame_name(position: int, source: int | None) -> str:
    if position == source:
        return f"frame {position + 1}"
    return "padding: 0" if source is None else f"padding: as {source + 1}"


def _planes(values: Numbers, folded: bool) -> tuple[tuple[str, ...], Numbers]:
    """Return names and (R, P, H, W) planes of (R, H, W, C) numbers: a channel each, or their sum."""
    channels = values.shape[3]
    if folded and channels > 1:
        return ("",), values.sum(axis=3)[:, np.newaxis]
    names = channel_names(channels) if channels > 1 else ("",)
    return names, np.moveaxis(values, 3, 1)
