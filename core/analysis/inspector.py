"""Why one output voxel has the value it has: every input under the kernel, every weight, every product.

::

    output = activation( bias + SUM over (i,j,k,c) of  value(i,j,k,c) * weight(i,j,k,c) )

Everything here is float64, taken from the uint8 frames and the float32 weights themselves, and so is more
exact than the stored float32 response beside it. The two agree within what float32 may lose: 1e-5 of the
sum of the magnitudes of all terms (the bias is one of them), carried through the activation. ReLU and the
absolute value never enlarge an error e; of the square s² it becomes e (2 |s| + e) and one more rounding.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from core.clip import Clip
from core.convolution.definition import activate
from core.convolution.field import Field, receptive_field
from core.filters.bank import FilterBank
from core.filters.kernel import Kernel
from core.settings import ConvolutionSettings, Triple

Numbers = NDArray[np.float64]
Tap = tuple[int, int, int, int]

# What float32 may lose, as a share of the sum of magnitudes, and where its numbers lose digits themselves.
SHARE, TINY = 1e-5, 1e-37
_HALF_STEP = 2.0**-24

_applied: WeakKeyDictionary[FilterBank, dict[tuple[int, int], Kernel]] = WeakKeyDictionary()


@dataclass(frozen=True, eq=False)
class Patch:
    """What a kernel lies on at one place.

    Parameters
    ----------
    field
        Where each tap lies, and which input counts there.
    values
        (kT, kH, kW, C) float64: value / 255, and what the border mode puts outside.
    raw
        The same as uint8, or None where the input is no clip but responses. 0 where padding is zero.
    most
        The largest value that an input can have: the end of its colour scale.
    """

    field: Field
    values: Numbers
    raw: NDArray[np.uint8] | None = None
    most: float = 1.0

    @cached_property
    def padded(self) -> NDArray[np.bool_]:
        """(kT, kH, kW): which taps lie outside the clip."""
        t, y, x = (np.asarray(axis.padded, np.bool_) for axis in self.field.axes)
        return t[:, None, None] | y[:, None] | x

    @property
    def shape(self) -> Tap:
        """(kT, kH, kW, C)."""
        t, y, x, c = self.values.shape
        return t, y, x, c

    def place(self, i: int, j: int, k: int) -> Triple:
        """Return (t, y, x) of a tap in the clip; outside it in padding."""
        return self.field.t.positions[i], self.field.y.positions[j], self.field.x.positions[k]

    def source(self, i: int, j: int, k: int) -> Triple | None:
        """Return (t, y, x) of the voxel that counts at a tap; None where padding counts 0."""
        t, y, x = self.field.t.sources[i], self.field.y.sources[j], self.field.x.sources[k]
        return None if t is None or y is None or x is None else (t, y, x)


def clip_patch(clip: Clip, kernel: Triple, settings: ConvolutionSettings, voxel: Triple) -> Patch:
    """Return what a kernel of (kT, kH, kW) lies on at an output voxel; costs no more than the patch.

    Raises
    ------
    IndexError
        If there is no such output.
    """
    shape = (len(clip), clip.height, clip.width)
    field = receptive_field(voxel, shape, kernel, settings)
    raw = gathered(clip.frames, field)
    return Patch(field, raw / 255.0, raw)


def gathered(array: NDArray[np.uint8], field: Field) -> NDArray[np.uint8]:
    """Return the (kT, kH, kW, C) voxels that count in a receptive field; 0 where padding is zero."""
    inside = [[0 if source is None else source for source in axis.sources] for axis in field.axes]
    # In the order of memory that a program would write it in: sums then come out the same to the last bit.
    taken = np.ascontiguousarray(array[np.ix_(*inside)])
    for axis, each in enumerate(field.axes):
        nothing = [tap for tap, source in enumerate(each.sources) if source is None]
        if nothing:
            taken[(slice(None),) * axis + (nothing,)] = 0
    return taken


def applied_kernel(bank: FilterBank, index: int, channels: int) -> Kernel:
    """Return one filter with its weights as they apply to clips of so many channels.

    The same object each time: what is made of its weights may be kept.

    Raises
    ------
    FilterError
        As `FilterBank.for_channels`.
    """
    known = _applied.setdefault(bank, {})
    key = (index, channels)
    if key not in known:
        some = slice(index, index + 1)
        alone = FilterBank.from_weights(bank.weights[some], bank.bias[some], bank.names[some])
        known[key] = alone.for_channels(channels)[0]
    return known[key]


@dataclass(frozen=True, slots=True)
class Term:
    """One product of the sum.

    Parameters
    ----------
    tap
        (i, j, k, c) in the kernel.
    place
        (t, y, x) in the clip; outside it in padding.
    source
        The voxel that counts there, or None for zero.
    raw
        0 … 255, or None where the input is no clip.
    value, weight, product
        value * weight = product.
    """

    tap: Tap
    place: Triple
    source: Triple | None
    raw: int | None
    value: float
    weight: float
    product: float

    @property
    def padded(self) -> bool:
        """Whether it lies outside the clip."""
        return self.source != self.place


@dataclass(frozen=True, eq=False)
class Inspection:
    """One response, taken apart.

    Parameters
    ----------
    patch
        What the kernel lies on.
    kernel
        The weights as applied: as many channels as the patch.
    settings
        Their activation counts here; padding, stride and dilation are in the patch.
    voxel
        (t, y, x) of the output.
    stored
        The float32 response that the engine gave, or None where it is not kept.
    inherited
        What the sum may be off by because float32 values were put in (a further stage).
    """

    patch: Patch
    kernel: Kernel
    settings: ConvolutionSettings
    voxel: Triple
    stored: float | None = None
    inherited: float = 0.0

    @cached_property
    def weights(self) -> Numbers:
        """(kT, kH, kW, C) float64."""
        return self.kernel.weights.astype(np.float64)

    @property
    def bias(self) -> float:
        """What is added to the sum."""
        return self.kernel.bias

    @cached_property
    def products(self) -> Numbers:
        """(kT, kH, kW, C): value times weight."""
        return self.patch.values * self.weights

    @cached_property
    def channel_subtotals(self) -> Numbers:
        """(kT, C): the sum of each channel of each kernel frame."""
        return np.asarray(self.products.sum(axis=(1, 2)))

    @cached_property
    def subtotals(self) -> Numbers:
        """(kT,): the sum of each kernel frame."""
        return np.asarray(self.products.sum(axis=(1, 2, 3)))

    @cached_property
    def total(self) -> float:
        """The sum of all products."""
        return float(self.products.sum())

    @property
    def pre_activation(self) -> float:
        """Sum and bias."""
        return self.total + self.bias

    @property
    def output(self) -> float:
        """What comes out, before it is rounded to float32."""
        return float(activate(np.asarray(self.pre_activation), self.settings))

    # Does it agree with what is stored?

    @cached_property
    def magnitude(self) -> float:
        """The sum of the magnitudes of all products."""
        return float(np.abs(self.products).sum())

    @property
    def bound(self) -> float:
        """How far float32 may be off before the activation."""
        return SHARE * (self.magnitude + abs(self.bias)) + self.inherited + TINY

    @property
    def tolerance(self) -> float:
        """How far the stored response may be off."""
        if self.settings.activation != "square":
            return self.bound
        farthest = abs(self.pre_activation) + self.bound
        return self.bound * (abs(self.pre_activation) + farthest) + _HALF_STEP * farthest**2 + TINY

    @property
    def difference(self) -> float | None:
        """What the stored response has more than the output; None where none is stored."""
        return None if self.stored is None else self.stored - self.output

    @property
    def agrees(self) -> bool | None:
        """Whether the stored response is this sum; None where none is stored."""
        return None if self.stored is None else agree(self.stored, self.output, self.tolerance)

    # Which terms matter?

    @property
    def count(self) -> int:
        """How many products there are."""
        return self.products.size

    @cached_property
    def excitation(self) -> tuple[float, int]:
        """The sum of all positive products, and how many there are."""
        return _part(self.products[self.products > 0])

    @cached_property
    def inhibition(self) -> tuple[float, int]:
        """The sum of all negative products, and how many there are."""
        return _part(self.products[self.products < 0])

    def term(self, i: int, j: int, k: int, c: int) -> Term:
        """Return one product with all that belongs to it."""
        patch, tap = self.patch, (i, j, k, c)
        raw = None if patch.raw is None else int(patch.raw[tap])
        return Term(
            tap,
            patch.place(i, j, k),
            patch.source(i, j, k),
            raw,
            float(patch.values[tap]),
            float(self.weights[tap]),
            float(self.products[tap]),
        )

    def largest(self, count: int) -> tuple[Term, ...]:
        """Return the products that are not 0, those of the largest magnitude first, at most `count`.

        Of equal ones the first in the order of the kernel comes first.
        """
        sizes = np.abs(self.products).ravel()
        first = np.argsort(-sizes, kind="stable")[:count]
        taps = (np.unravel_index(int(n), self.products.shape) for n in first if sizes[n] > 0)
        return tuple(self.term(int(i), int(j), int(k), int(c)) for i, j, k, c in taps)

    def share(self, terms: Sequence[Term]) -> float:
        """Return what part of the sum of all magnitudes some products make, in [0, 1].

        Of magnitudes, because positive and negative products cancel: of a sum near 0, ten terms may be
        "1000 %". The bias is left out: it is no product.
        """
        return min(sum(abs(term.product) for term in terms) / self.magnitude, 1.0) if self.magnitude else 0.0


def inspect(
    clip: Clip, kernel: Kernel, settings: ConvolutionSettings, voxel: Triple, stored: float | None = None
) -> Inspection:
    """Take one response of a clip apart.

    Parameters
    ----------
    clip
        As the filters saw it, at the working size.
    kernel
        With the clip's channels (`applied_kernel`).
    settings
        How it slid.
    voxel
        (t, y, x) of the response.
    stored
        What the engine answered there.

    Raises
    ------
    IndexError
        If there is no such response.
    """
    t, y, x, _ = kernel.weights.shape
    return Inspection(clip_patch(clip, (t, y, x), settings, voxel), kernel, settings, voxel, stored)


def agree(stored: float, exact: float, tolerance: float) -> bool:
    """Tell whether a float32 number is the exact one, within a tolerance; numbers too large are infinite."""
    with np.errstate(over="ignore"):
        return bool(abs(stored - exact) <= tolerance or np.float32(exact) == stored)


def _part(some: Numbers) -> tuple[float, int]:
    return float(some.sum()), int(some.size)
