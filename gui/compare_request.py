"""A comparison as a value: what the page of comparisons wants of its worker."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.clip import Clip
from core.convolution.stages import linear
from core.filters.bank import FilterBank
from core.pipeline import working_clip
from core.progress import Progress
from core.settings import ConvolutionSettings, WorkingSize

if TYPE_CHECKING:
    from core.analysis.compare import Answer, Variant
    from core.analysis.energies import EnergyRecipe
    from core.analysis.probes import StaticIndex


@dataclass(frozen=True, eq=False)
class Prepared:
    """What is known before anything is convolved.

    Parameters
    ----------
    variants
        The columns.
    recipe
        The energy that the filter is part of, if its bank has one.
    least
        The energy below which an answer is rounding.
    still
        Whether the clip stands still by itself.
    zeros
        Whether padding puts zeros before and after the clip.
    mirrored
        Whether the kernel lies on the reversed clip where it lies on the clip.
    """

    variants: "tuple[Variant, ...]"
    recipe: "EnergyRecipe | None"
    least: float
    still: bool
    zeros: bool = False
    mirrored: bool = True


@dataclass(frozen=True, slots=True)
class CompareRequest:
    """One filter of a bank, in one comparison.

    Parameters
    ----------
    kind
        One of `core.analysis.compare.COMPARISONS`.
    clip, size
        The clip as it came, and the box that it is fitted into.
    index
        The filter, from 0.
    seed
        Of the shuffled order.
    frozen
        Whether the clip's first frame stands still.
    """

    kind: str
    clip: Clip
    size: WorkingSize
    bank: FilterBank
    index: int
    settings: ConvolutionSettings
    seed: int = 1
    frozen: bool = False

    def work(self) -> "Iterator[Prepared | Progress | Answer]":
        """Yield what is prepared, then the answers; runs in the worker thread."""
        from core.analysis import compare, probes
        from core.analysis.energies import energy_recipe

        kernel, settings = self.bank[self.index], self.settings
        clip = working_clip(self.clip, self.size)
        if self.frozen:
            clip = probes.frozen_clip(clip)
        recipe = energy_recipe(self.bank, self.index) if self.kind == "after" else None
        if self.kind == "time":
            variants = compare.time_variants(clip, kernel, self.seed)
        elif self.kind == "flips":
            variants = compare.flip_variants(clip, kernel)
        elif self.kind == "after":
            variants = compare.after_variants(clip, kernel, recipe)
        else:
            variants = compare.dimension_variants(clip, kernel, settings.activation)
        still = self.kind in ("time", "dimensions") and probes.stands_still(clip)
        used = linear(settings) if self.kind == "after" else settings
        yield Prepared(
            variants,
            recipe,
            probes.least_energy(kernel, used),
            still,
            probes.zeros_around(len(kernel.weights), settings),
            probes.mirrored_in_time(len(clip), len(kernel.weights), settings),
        )
        if self.kind == "time":
            yield from compare.answers(variants, settings)
        elif self.kind == "flips":
            yield from compare.flip_answers(variants, settings)
        elif self.kind == "after":
            yield from compare.after_answers(variants, self.bank, recipe, settings)
        else:
            yield from compare.dimension_answers(variants, settings)

    def ranking(self) -> "Iterator[Progress | tuple[int, StaticIndex]]":
        """Yield every filter and its static index; runs in the worker thread.

        Raises
        ------
        FilterError, BudgetError
            As `core.analysis.probes.static_indices`.
        """
        from core.analysis.probes import static_indices

        yield from static_indices(working_clip(self.clip, self.size), self.bank, self.settings)
