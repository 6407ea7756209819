"""How the value of a tile comes about, where a view combines responses: through which exact responses.

What neighbours, other times or the whole clip enter (pooling, shares of all) cannot be seen at one voxel:
then the sentence says so, and nothing is compared. Everywhere else the stored value of the tile is compared
with what float64 says, within what float32 may lose: a response r is known within e (see
`core.analysis.inspector`), so a product w r q is known within w (|r| f + |q| e + e f), and every rounding
adds 6e-8 of the magnitudes that were added.
"""

import math
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from core.analysis.inspector import (
    TINY,
    Inspection,
    Patch,
    agree,
    applied_kernel,
    clip_patch,
)
from core.clip import Clip
from core.combine import ROUNDING
from core.convolution.field import receptive_field
from core.convolution.geometry import output_shape
from core.convolution.request import clip_shape
from core.convolution.stages import Staged, linear
from core.display.wheel import direction_word
from core.filters.bank import FilterBank
from core.filters.kernel import Kernel
from core.filters.views import Product, View
from core.settings import ConvolutionSettings, Triple

_STEP = 2.0**-23
_CLEARED = (
    "The tile is 0 here: of energies that cancel, less than 0.001 % of the largest so far counts as nothing."
)


@dataclass(frozen=True, eq=False)
class Part:
    """One response that a tile is made of.

    Parameters
    ----------
    title
        For a list.
    inspection
        The response, taken apart.
    """

    title: str
    inspection: Inspection


@dataclass(frozen=True, slots=True)
class ProductTerm:
    """``weight * first * second``, with the names of both responses."""

    weight: float
    names: tuple[str, str]
    first: float
    second: float

    @property
    def value(self) -> float:
        """The product."""
        return self.weight * self.first * self.second


@dataclass(frozen=True, eq=False)
class Account:
    """A tile's value, traced back.

    Parameters
    ----------
    parts
        The responses behind it; of a plain response just that.
    sums
        The products that are added, a tuple for each sum; none where no products are taken.
    stored
        The tile's float32 value.
    value
        What float64 makes of the parts, or None where more than this voxel enters.
    tolerance
        How far `stored` may be off.
    sentence
        What else has to be said, or "".
    """

    parts: tuple[Part, ...]
    sums: tuple[tuple[ProductTerm, ...], ...]
    stored: float
    value: float | None
    tolerance: float
    sentence: str = ""

    @cached_property
    def totals(self) -> tuple[float, ...]:
        """The value of each sum."""
        return tuple(math.fsum(term.value for term in terms) for terms in self.sums)

    @property
    def agrees(self) -> bool | None:
        """Whether the stored value is that of float64; None where it cannot be told."""
        return None if self.value is None else agree(self.stored, self.value, self.tolerance)


def account(
    clip: Clip,
    bank: FilterBank,
    view: View | None,
    tile: int,
    settings: ConvolutionSettings,
    voxel: Triple,
    stored: float,
) -> Account:
    """Trace one value of a tile back to the responses that it comes from.

    Parameters
    ----------
    clip
        As the filters saw it.
    bank, view, tile
        What is looked at: a filter's response, or with a view one of its tiles.
    settings
        How the filters slid; with a view the activation is not looked at.
    voxel
        (t, y, x) of the value.
    stored
        The value in the volume.

    Raises
    ------
    IndexError
        If there is no such voxel.
    FilterError
        If the channels of clip and bank do not fit.
    """
    if view is None:
        kernel = applied_kernel(bank, tile, clip.channels)
        patch = clip_patch(clip, bank.kernel_size, settings, voxel)
        own = Inspection(patch, kernel, settings, voxel, stored)
        return Account((Part(bank.names[tile], own),), (), stored, own.output, own.tolerance)
    if view.stages is not None:
        return _staged_account(clip, bank, view, tile, settings, voxel, stored)
    members = view.members(tile)
    plain = linear(settings)
    patch = clip_patch(clip, bank.kernel_size, plain, voxel)
    found = {
        member: Inspection(patch, applied_kernel(bank, member, clip.channels), plain, voxel)
        for member in members
    }
    parts = tuple(Part(bank.names[member], found[member]) for member in members)
    return _combined_account(bank, view, tile, parts, found, stored)


def _combined_account(
    bank: FilterBank,
    view: View,
    tile: int,
    parts: tuple[Part, ...],
    found: dict[int, Inspection],
    stored: float,
) -> Account:
    whole = bool(view.directions) or tile >= len(view.products)
    recipe = view.products if whole else view.products[tile : tile + 1]
    sums = tuple(tuple(_product_term(term, found, bank) for term in terms) for terms in recipe)
    errors = [_sum_error(terms, found) for terms in recipe]
    made = Account(parts, sums, stored, None, 0.0, _why_not(view))
    if made.sentence:
        return made
    if view.directions:
        return _arrow(view, made, errors, ROUNDING * _largest_sum(recipe, found))
    value, error = made.totals[0], errors[0]
    if stored == 0.0 != value and any(term.weight < 0 for term in recipe[0]):
        error = max(error, ROUNDING * _largest_sum(recipe, found))
        return replace(made, value=value, tolerance=error, sentence=_CLEARED)
    return replace(made, value=value, tolerance=error)


def _product_term(term: Product, found: dict[int, Inspection], bank: FilterBank) -> ProductTerm:
    names = bank.names[term.first], bank.names[term.second]
    return ProductTerm(term.weight, names, found[term.first].output, found[term.second].output)


def _sum_error(terms: tuple[Product, ...], found: dict[int, Inspection]) -> float:
    """Return how far float32 may be off in a sum of products of two responses each."""
    error = sizes = 0.0
    for term in terms:
        one, two = found[term.first], found[term.second]
        r, e, q, f = abs(one.output), one.tolerance, abs(two.output), two.tolerance
        error += abs(term.weight) * (r * f + q * e + e * f)
        sizes += abs(term.weight) * (r + e) * (q + f)
    return error + (len(terms) + 1) * _STEP * sizes + TINY


def _largest_sum(recipe: tuple[tuple[Product, ...], ...], found: dict[int, Inspection]) -> float:
    """Return a size that no sum of these products exceeds, whatever clip in [0, 1] is seen."""
    most = {i: float(np.abs(one.weights).sum()) + abs(one.bias) for i, one in found.items()}
    return max(
        sum(abs(each.weight) * most[each.first] * most[each.second] for each in terms) for terms in recipe
    )


def _why_not(view: View) -> str:
    """Return why a tile's value is more than what happens at one voxel, or ""."""
    reasons = []
    if view.pooling > 0:
        reasons.append(
            f"each sum is averaged over its neighbours in y and x (a Gaussian, σ = {view.pooling:g} px)"
        )
    if view.floor is not None:
        reasons.append("divided by all sums together and a floor that depends on the whole clip")
    if view.directions and reasons:
        reasons.append("added to the other sums as arrows")
    if not reasons:
        return ""
    return f"The tile is not this alone: {_listed(reasons)}. So its value is not compared here."


def _listed(parts: list[str]) -> str:
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"


def _arrow(view: View, made: Account, errors: list[float], cleared: float) -> Account:
    """Add sums as arrows; the tile stores the length, 0 where it is so small that it may be `cleared`."""
    angles = [math.radians(degrees) for degrees in view.directions]
    across = math.fsum(total * math.cos(a) for total, a in zip(made.totals, angles, strict=True))
    down = math.fsum(total * math.sin(a) for total, a in zip(made.totals, angles, strict=True))
    length, sizes = math.hypot(across, down), math.fsum(map(abs, made.totals))
    tolerance = math.fsum(errors) + (len(angles) + 3) * _STEP * sizes + TINY
    if any(term.weight < 0 for terms in view.products for term in terms):
        tolerance += len(angles) * cleared  # what is left of each sum by rounding is taken for 0, too
    if made.stored == 0.0 != length:
        return replace(made, value=length, tolerance=max(tolerance, cleared), sentence=_CLEARED)
    angle = math.degrees(math.atan2(down, across)) % 360
    sentence = f"As arrows the sums add up to one towards {angle:.0f}° ({direction_word(angle)})."
    return replace(made, value=length, tolerance=tolerance, sentence=sentence if length else "")


# Two convolutions with a ReLU between


def _staged_account(
    clip: Clip,
    bank: FilterBank,
    view: View,
    tile: int,
    settings: ConvolutionSettings,
    voxel: Triple,
    stored: float,
) -> Account:
    assert view.stages is not None
    staged = Staged.of(view.stages, bank, settings)
    stage = _FirstStage(clip, staged)
    second = stage.second(tile, voxel, stored)
    parts = [Part("in time: what the ReLU left of the frames", second)]
    for i, place in enumerate(second.patch.field.t.sources):
        for m in range(len(staged.spatial)):
            if place is not None and second.weights[i, 0, 0, m] != 0:
                title = f"in frame {place + 1}: spatial filter {m + 1}, then ReLU"
                parts.append(Part(title, stage.first(m, (place, voxel[1], voxel[2]))))
    sentence = (
        "First each frame is filtered alone and what is below 0 is cut off; then the frames are weighted."
    )
    return Account(tuple(parts), (), stored, second.output, second.tolerance, sentence)


class _FirstStage:
    """The rectified responses that the second convolution sees, exactly; made for one account."""

    def __init__(self, clip: Clip, staged: Staged) -> None:
        self._clip, self._staged = clip, staged
        size, count = staged.spatial.kernel_size, len(staged.spatial)
        self._between = output_shape(clip_shape(clip), size, staged.first)
        self._kernels = [applied_kernel(staged.spatial, m, clip.channels) for m in range(count)]
        self._patches: dict[Triple, Patch] = {}

    def first(self, m: int, place: Triple) -> Inspection:
        """Return one response between both convolutions."""
        if place not in self._patches:
            size = self._staged.spatial.kernel_size
            self._patches[place] = clip_patch(self._clip, size, self._staged.first, place)
        return Inspection(self._patches[place], self._kernels[m], self._staged.first, place)

    def second(self, tile: int, voxel: Triple, stored: float) -> Inspection:
        """Return the second convolution over what the first one gives."""
        staged = self._staged
        field = receptive_field(voxel, self._between, staged.temporal.kernel_size, staged.second)
        kernel: Kernel = staged.temporal[tile]
        values = np.zeros(kernel.weights.shape, np.float64)
        inherited = 0.0
        for i, frame in enumerate(field.t.sources):
            if frame is None:
                continue
            for m in range(len(staged.spatial)):
                one = self.first(m, (frame, voxel[1], voxel[2]))
                values[i, 0, 0, m] = one.output
                inherited += abs(float(kernel.weights[i, 0, 0, m])) * one.tolerance
        patch = Patch(field, values, None, self._most())
        return Inspection(patch, kernel, staged.second, voxel, stored, inherited)

    def _most(self) -> float:
        """Return the largest response that a clip in [0, 1] can have after the ReLU; 1 if that is 0."""
        return max(float(np.maximum(k.weights, 0).sum()) + max(k.bias, 0.0) for k in self._kernels) or 1.0
