"""What to notice in a comparison, in a sentence or two made from its numbers."""

import math
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from core.analysis.badges import ROUNDING, arrow, format_speed, ignores_stills, is_flat
from core.analysis.compare import (
    CORRELATION,
    DIFFERENCE,
    FROZEN,
    FULL,
    INFLATED,
    ORIGINAL,
    REVERSED,
    TIME_FLIPPED,
    Answer,
    parity,
)
from core.analysis.energies import EnergyRecipe
from core.analysis.probes import static_index
from core.analysis.profile import Profile
from core.analysis.traces import Trace
from core.display.legend import format_response
from core.filters.kernel import Kernel
from core.settings import Activation

Answers = Mapping[str, Answer]

# A parity from here on is called even or odd; below the second, nearly so.
_CLEAR, _EXACT = 0.98, 1 - 1e-6


def share(part: float, whole: float, least: float = 0.0) -> float | None:
    """Return part / whole, or None where the whole is no answer; a part below `least` counts as none."""
    if not (whole > least and math.isfinite(whole) and math.isfinite(part)):
        return None
    return part / whole if part > least else 0.0


def percent(fraction: float) -> str:
    """Return a share as people read it."""
    if fraction >= 10:
        return f"{fraction:.3g} ×"
    if 0 < fraction < 0.001:
        return "< 0.1 %"
    return f"{100 * fraction:.0f} %" if fraction >= 0.0995 or fraction == 0 else f"{100 * fraction:.1f} %"


def about_dimensions(
    kernel: Kernel, answers: Answers, least: float, still: bool = False, zeros: bool = False
) -> str:
    """Return what the columns of `dimension_variants` show.

    Parameters
    ----------
    still
        Whether the clip stands still.
    zeros
        Whether padding puts zeros before its first and after its last frame, which count as change.
    """
    weights = kernel.weights[None].astype(np.float64)
    if not weights.any():
        return "Every weight is 0: there is nothing to compare."
    if len(kernel.weights) == 1:
        return "This kernel has one frame: it is a 2-D filter, all of it, and the difference is 0."
    if is_flat(weights):
        return (
            "Only one frame of this kernel has weights: it is a 2-D filter that looks at one frame. "
            "Inflated, it looks at the mean of several instead: the same wherever nothing moves."
        )
    parts = [_share(answers, key, FULL, least) for key in (INFLATED, DIFFERENCE)]
    if ignores_stills(weights):
        return (
            "Each pixel's weights add up to 0 over time: inflated, nothing is left"
            f"{' but the bias' if kernel.bias else ''}. All of this filter's answer is about change; no 2-D "
            "filter has any of it."
        )
    if _alike_frames(weights):
        return (
            "All frames of this kernel are alike: it is an inflated 2-D filter already, so the full one is "
            "the same and the difference is 0."
        )
    if still and zeros:
        return (
            "The clip stands still, but padding puts zeros before its first and after its last frame: there "
            "it begins and ends, and that is all there is of the difference."
        )
    if still:
        return (
            "The clip stands still: the inflated and the full filter answer the same, and nothing is left of "
            "the difference. The 2-D filter that was inflated is all frames of the kernel, added up."
        )
    edges = " Zeros before and after the clip count as change." if zeros else ""
    if None in parts:
        return f"What stands still gets the same from the inflated and from the full filter.{edges}"
    inflated, rest = (percent(part) for part in parts if part is not None)
    return (
        "What stands still gets the same from the inflated and from the full filter: only change makes a "
        f"difference. Here the inflated one has {inflated} of the full answer's energy, the difference "
        f"{rest}; as the two may overlap or cancel, they need not add up to 100 %.{edges}"
    )


def about_time(answers: Answers, least: float, still: bool, mirrored: bool = True) -> str:
    """Return the static index and what it means, and what reversing does; "" while it is not known.

    Parameters
    ----------
    still
        Whether the clip stands still.
    mirrored
        Whether the kernel lies on the reversed clip where it lay before (`probes.mirrored_in_time`).
    """
    original, frozen = answers.get(ORIGINAL), answers.get(FROZEN)
    if original is None or frozen is None:
        return ""
    if original.volume is None or frozen.volume is None:
        return original.refused or frozen.refused
    index = static_index(original.energy, frozen.energy, least, still)
    number = "" if index.value is None else f"Static index {format_response(index.value)}. "
    text = f"{number}{index.sentence}"
    back = _share(answers, REVERSED, ORIGINAL, least)
    if back is None or still:
        return text
    why = ": what the kernel flipped in time gets from the clip" if mirrored else ""
    return f"{text} Reversed, it gets {percent(back)}{why}."


def about_flips(kernel: Kernel, answers: Answers, activation: Activation = "none") -> str:
    """Return what turning round did to sign and direction."""
    if not kernel.weights.any():
        return "Every weight is 0: there is nothing to turn round."
    sign = _about_parity(kernel, activation)
    wants = [_profile(answers, key) for key in (CORRELATION, TIME_FLIPPED)]
    if any(found is None for found in wants):
        return sign
    before, after = (direction_text(found) for found in wants if found is not None)
    if not (before and after):
        return f"{sign} It has no direction to lose."
    return f"{sign} Its direction stays {before}; with time alone turned round it is {after}."


def _about_parity(kernel: Kernel, activation: Activation) -> str:
    even = parity(kernel)
    nearly = "" if abs(even) >= _EXACT else "nearly "
    if even >= _CLEAR:
        changes = "little changes" if nearly else "nothing changes"
        return (
            f"This filter is {nearly}even: turned round on all axes it is {nearly}itself again, so {changes}."
        )
    if even > -_CLEAR:
        return "This filter is neither even nor odd: turned round on all axes it answers otherwise."
    unless = ", but for the bias" if kernel.bias else ""
    when = "" if activation == "none" else " before their activation"
    return (
        f"This filter is {nearly}odd: turned round on all axes it is {nearly}its own negative, and responses "
        f"change sign{when}{unless}."
    )


def direction_text(profile: Profile) -> str:
    """Return "→ 1.2 px/frame", or "" for a filter without a direction."""
    if profile.direction is None:
        return ""
    speed = "" if profile.speed is None else f" {format_speed(profile.speed)} px/frame"
    return f"{arrow(profile.direction)}{speed}"


def about_after(recipe: EnergyRecipe | None, raw: Trace | None, root: Trace | None) -> str:
    """Return what rectifying does, and how steady the energy is at the place that is looked at.

    Parameters
    ----------
    raw, root
        The filter's response there, and the root of the energy.
    """
    swings = "A linear response rises and falls as a pattern passes. "
    if recipe is None:
        return (
            f"{swings}It only becomes steady with a quadrature partner, the same filter a quarter of a cycle "
            "on. This bank has none; try one that has:"
        )
    if recipe.partner is None:
        return (
            f"{swings}This bank has no quadrature partner for the filter: its energy is made of others, or "
            "blurred over space. Try pairs:"
        )
    text = (
        "While a pattern drifts by, the response r swings between plus and minus, and its partner swings a "
        "quarter of a cycle later; the energy, the sum of both squares, swings far less."
    )
    if raw is None or root is None or max(root.values, default=0.0) <= ROUNDING:
        return text
    low, high = (format_response(each(raw.values), 2) for each in (min, max))
    least, most = (format_response(each(root.values), 2) for each in (min, max))
    return f"{text} At this place r runs from {low} to {high}, the root of the energy from {least} to {most}."


def _alike_frames(weights: NDArray[np.float64]) -> bool:
    """Whether the frames of (1, kT, kH, kW, C) are the same, as far as float32 can tell."""
    return bool(
        np.abs(weights - weights.mean(axis=1, keepdims=True)).max() <= ROUNDING * np.abs(weights).max()
    )


def _share(answers: Answers, part: str, whole: str, least: float) -> float | None:
    one, other = answers.get(part), answers.get(whole)
    if one is None or other is None or one.volume is None or other.volume is None:
        return None
    return share(one.energy, other.energy, least)


def _profile(answers: Answers, key: str) -> Profile | None:
    answer = answers.get(key)
    return None if answer is None else answer.profile
