"""One filter beside variations of itself: with less of time, on other clips, turned round, and rectified.

Four comparisons, each a few columns that are shown side by side:

============ ==========================================================================================
dimensions   the middle frame alone; the mean of all frames at all times (what a 2-D filter becomes when it
             is inflated: `core.filters.edit.inflated`); the whole filter; what the whole adds to the inflated
time         the filter on the clip, reversed, frozen, shuffled, slower, faster (`core.analysis.probes`)
flips        correlation, as everywhere; all axes turned round, which mathematics calls convolution; time
             alone turned round
after        the response; ReLU, absolute value and square of it; the energy of a quadrature pair
============ ==========================================================================================

The whole filter w is its inflated mean plus the rest, w = m + (w - m), and so is its response. On whatever
stands still the rest gives 0, and the inflated filter gives what the 2-D filter "all frames added up" gives
on one frame. The difference of two responses is the response of the difference of their kernels.
"""

from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal, TypeAlias, cast, get_args

import numpy as np

from core.analysis import probes
from core.analysis.energies import EnergyRecipe, energy_volume
from core.analysis.probes import energy
from core.analysis.traces import Trace
from core.clip import Clip
from core.convolution.engine import convolve_steps
from core.convolution.geometry import inside
from core.convolution.layout import Floats
from core.convolution.stages import linear
from core.errors import WavecubeError
from core.filters import edit
from core.filters.bank import FilterBank
from core.filters.kernel import Kernel
from core.filters.kinds import Weights
from core.progress import Progress
from core.settings import Activation, ConvolutionSettings, Triple
from core.volume import FeatureVolume

if TYPE_CHECKING:
    from core.analysis.profile import Profile

Comparison = Literal["dimensions", "time", "flips", "after"]
COMPARISONS: tuple[Comparison, ...] = get_args(Comparison)
MIDDLE, INFLATED, FULL, DIFFERENCE = "middle", "inflated", "full", "difference"
ORIGINAL, REVERSED, FROZEN, SHUFFLED = "original", "reversed", "frozen", "shuffled"
SLOWER, FASTER = "half speed", "every second"
CORRELATION, CONVOLUTION, TIME_FLIPPED = "correlation", "convolution", "time flipped"
RAW, RELU, ABS, SQUARE, ENERGY = "raw", "relu", "abs", "square", "energy"
# Not a column: the response of a quadrature pair's other filter.
PARTNER = "partner"


@dataclass(frozen=True, eq=False)
class Variant:
    """One column before anything is computed.

    Parameters
    ----------
    key
        Unique within its comparison.
    title, note
        A few words each; the note says what has been done.
    kernel, clip
        What is laid over what.
    squared
        Whether the column shows squares of responses: on a scale of its own.
    """

    key: str
    title: str
    note: str
    kernel: Kernel
    clip: Clip
    squared: bool = False


@dataclass(frozen=True, eq=False)
class Answer:
    """What a column shows.

    Parameters
    ----------
    key
        Of its `Variant`, or `PARTNER`.
    volume
        The responses; None where they could not be computed.
    energy, mean
        The mean of the squares of what is shown, and of what is shown itself.
    refused
        Why there is no volume, in a sentence.
    profile
        Where directions are compared: what the filter of this column wants.
    """

    key: str
    volume: FeatureVolume | None
    energy: float = 0.0
    mean: float = 0.0
    refused: str = ""
    profile: "Profile | None" = None


Steps: TypeAlias = Generator[Progress | Answer, None, None]


# What is compared


def dimension_variants(clip: Clip, kernel: Kernel, activation: Activation = "none") -> tuple[Variant, ...]:
    """Return the middle frame, the inflated mean, the whole kernel, and the whole minus the mean.

    Parameters
    ----------
    activation
        Of the settings that the answers will be computed with: what the difference is a difference of.
    """
    count, middle = len(kernel.weights), edit.middle_frame(kernel.weights) + 1
    which = f"Frame {middle} of {count}{', of two middle ones' if count % 2 == 0 else ''}"
    rest = "the others are 0" if count > 1 else "nothing is left out"
    one, mean = (_changed(kernel, change) for change in (edit.middle_frame_only, edit.inflated))
    what = "What only change can bring about" if activation == "none" else _ACTIVATED[activation]
    change = _changed(replace(kernel, bias=0.0), edit.zero_sum_in_time)
    return (
        Variant(MIDDLE, "2-D: one frame", f"{which}; {rest}", one, clip),
        Variant(INFLATED, "2-D, inflated", "The mean of all frames, at all times", mean, clip),
        Variant(FULL, "Full 3-D", "The filter as it is", kernel, clip),
        Variant(DIFFERENCE, "3-D − inflated", what, change, clip),
    )


_ACTIVATED: dict[Activation, str] = {
    "relu": "Of the two, each after its ReLU",
    "abs": "Of the two, each without its sign",
    "square": "Of the two, each squared",
}


def time_variants(clip: Clip, kernel: Kernel, seed: int = 1) -> tuple[Variant, ...]:
    """Return the clip itself and what is made from it to see what the filter needs time for."""
    slow, fast = probes.half_speed_clip(clip), probes.every_second_frame(clip)
    made = (
        (ORIGINAL, "Original", "The clip as it is", clip),
        (REVERSED, "Reversed", "Last frame first", probes.reversed_clip(clip)),
        (FROZEN, "Frozen", "The first frame, standing still", probes.frozen_clip(clip)),
        (SHUFFLED, "Shuffled", f"Random order (seed {seed})", probes.shuffled_clip(clip, seed)),
        (SLOWER, "Half speed", f"Every frame twice: {_frames(len(slow))}", slow),
        (FASTER, "Double speed", f"Every 2nd frame: {_frames(len(fast))}", fast),
    )
    return tuple(Variant(key, title, note, kernel, film) for key, title, note, film in made)


def flip_variants(clip: Clip, kernel: Kernel) -> tuple[Variant, ...]:
    """Return the kernel as it is, turned round on all axes, and in time alone."""
    all_axes, time = (_changed(kernel, change) for change in (edit.flipped, edit.time_reversed))
    return (
        Variant(CORRELATION, "Correlation", "The kernel as it is: “convolution” in networks", kernel, clip),
        Variant(CONVOLUTION, "Convolution", "All axes turned round: t, y and x", all_axes, clip),
        Variant(TIME_FLIPPED, "Time flipped", "Only time turned round", time, clip),
    )


def after_variants(clip: Clip, kernel: Kernel, recipe: EnergyRecipe | None) -> tuple[Variant, ...]:
    """Return what may come after the response; without a recipe there is no energy, and its note says so."""
    note = "No partner: no energy" if recipe is None else recipe.note
    return (
        Variant(RAW, "Raw", "The response r itself", kernel, clip),
        Variant(RELU, "ReLU", "max(r, 0): what networks do", kernel, clip),
        Variant(ABS, "Absolute", "|r|: the sign is gone", kernel, clip),
        Variant(SQUARE, "Square", "r²: large ones count more", kernel, clip, squared=True),
        Variant(ENERGY, "Energy", note, kernel, clip, squared=True),
    )


def _changed(kernel: Kernel, change: Callable[[Floats], Weights]) -> Kernel:
    weights = change(kernel.weights).astype(np.float32)
    weights.setflags(write=False)
    return replace(kernel, weights=weights)


def _frames(count: int) -> str:
    return f"{count} frame{'s' if count != 1 else ''}"


# What they answer


def answers(variants: Sequence[Variant], settings: ConvolutionSettings) -> Steps:
    """Yield the answer of each column as soon as it is there; one that cannot be had says why."""
    for variant in variants:
        yield from _answered(variant.key, respond(variant.clip, variant.kernel, settings))


def dimension_answers(variants: Sequence[Variant], settings: ConvolutionSettings) -> Steps:
    """Yield the answers to `dimension_variants`.

    After an activation the difference is that of the two activated responses, which no kernel has; without
    one it is the response of the difference of both kernels, which rounds less.
    """
    if settings.activation == "none":
        yield from answers(variants, settings)
        return
    made: dict[str, FeatureVolume] = {}
    for step in answers([v for v in variants if v.key != DIFFERENCE], settings):
        if isinstance(step, Answer) and step.volume is not None:
            made[step.key] = step.volume
        yield step
    if FULL in made and INFLATED in made:
        full = made[FULL]
        yield _answer(DIFFERENCE, _like(full, full.data - made[INFLATED].data))
    else:
        yield Answer(DIFFERENCE, None, refused="One of the two is missing.")


def flip_answers(variants: Sequence[Variant], settings: ConvolutionSettings) -> Steps:
    """Yield the answers to `flip_variants`, each with what its kernel wants."""
    from core.analysis.profile import profile

    for variant, step in _with_variants(variants, settings):
        yield replace(step, profile=profile(variant.kernel)) if isinstance(step, Answer) else step


def after_answers(
    variants: Sequence[Variant], bank: FilterBank, recipe: EnergyRecipe | None, settings: ConvolutionSettings
) -> Steps:
    """Yield the answers to `after_variants`, and that of the partner where the filter has one.

    The settings' own activation is not looked at.
    """
    first, raw = variants[0], None
    for step in _answered(RAW, respond(first.clip, first.kernel, linear(settings))):
        if isinstance(step, Answer):
            raw = step
        yield step
    assert raw is not None
    for key, change in _RECTIFIERS.items():
        if raw.volume is None:
            yield replace(raw, key=key)
        else:
            yield _answer(key, _like(raw.volume, change(raw.volume.data)))
    if recipe is None:
        yield Answer(ENERGY, None, refused=NO_PARTNER)
        return
    if recipe.partner is not None:
        yield from _answered(PARTNER, respond(first.clip, bank[recipe.partner], linear(settings)))
    yield from _answered(ENERGY, energy_volume(first.clip, bank, recipe, settings))


NO_PARTNER = "This filter has no partner in its bank."
_RECTIFIERS: dict[str, Callable[[Floats], Floats]] = {
    RELU: lambda r: np.maximum(r, np.float32(0)),
    ABS: np.abs,
    SQUARE: np.square,
}


def respond(
    clip: Clip, kernel: Kernel, settings: ConvolutionSettings
) -> Generator[Progress | FeatureVolume, None, None]:
    """Yield `Progress` and the feature volume of one kernel.

    Raises
    ------
    FilterError, BudgetError
        While iterating, as `core.convolution.engine.convolve_bank`.
    """
    bank = FilterBank.from_weights(kernel.weights[np.newaxis], [kernel.bias], [kernel.name])
    work = cast("Generator[Progress | FeatureVolume, None, None]", convolve_steps(clip, bank, settings))
    with closing(work) as steps:
        yield from steps


def _with_variants(
    variants: Sequence[Variant], settings: ConvolutionSettings
) -> Iterator[tuple[Variant, Progress | Answer]]:
    for variant in variants:
        for step in _answered(variant.key, respond(variant.clip, variant.kernel, settings)):
            yield variant, step


def _answered(key: str, work: Generator[Progress | FeatureVolume, None, None]) -> Steps:
    """Yield the steps of a computation; instead of a failure an answer that tells it."""
    with closing(work) as steps:
        try:
            for step in steps:
                yield _answer(key, step) if isinstance(step, FeatureVolume) else step
        except WavecubeError as error:
            yield Answer(key, None, refused=str(error))


def _answer(key: str, volume: FeatureVolume) -> Answer:
    # Cached here, in the worker: the window's thread only reads them.
    _ = volume.minimum, volume.maximum, volume.magnitudes
    return Answer(key, volume, energy(volume), float(volume.data.mean(dtype=np.float64)))


def _like(volume: FeatureVolume, data: Floats) -> FeatureVolume:
    data.setflags(write=False)
    return FeatureVolume(data, volume.index, volume.name, volume.axes)


# Numbers of what is there


def parity(kernel: Kernel) -> float:
    """Return what turning all axes round leaves of a kernel: 1 even (the same), -1 odd (its negative).

    The correlation of the weights with the turned weights; 0 also for a kernel of zeros.
    """
    weights = kernel.weights.astype(np.float64)
    power = float(np.square(weights).sum())
    return float((weights * edit.flipped(weights)).sum()) / power if power else 0.0


def value_at(volume: FeatureVolume, place: Triple) -> float | None:
    """Return the response at (t, y, x), or None where the volume has none."""
    return float(volume.data[place]) if inside(place, volume.data.shape) else None


def trace_at(volume: FeatureVolume, y: int, x: int, *, root: bool = False) -> Trace | None:
    """Return the responses of one place over time, or their roots; None where the volume has no such place.

    Parameters
    ----------
    root
        Return the square roots: of an energy the amplitude, in the unit of a response.
    """
    if value_at(volume, (0, y, x)) is None:
        return None
    values = volume.data[:, y, x].astype(np.float64)
    course = np.sqrt(np.maximum(values, 0.0)) if root else values
    return Trace(tuple(map(float, course)), tuple(volume.axes[0].to_input(i) for i in range(len(volume))))
