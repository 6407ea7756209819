"""What is true of a filter, in a few plain words each."""

from dataclasses import dataclass

import numpy as np

from core.analysis.dtft import Floats
from core.filters.parts import ARROWS

# Weights are rounded to float32 once or twice (w / 3 for RGB): a sum that is 0 by design is off by up to
# 2**-23 = 1.2e-7 of the sum of magnitudes. A millionth is beyond that, and nothing that can be seen.
ROUNDING = 1e-6
# Of the squared singular values: what rounding leaves beside a rank of 1 is near 1e-15.
RANK_ONE = 1e-12
# Preferred against opposite direction: twice the power, at least.
SELECTIVE = 1 / 3
# The same for white texture, where all gratings move together: a filter may like one grating that drifts
# one way, and nearly everything else that drifts the other way.
TEXTURE_SELECTIVE = 0.1
BLIND = 0.02
# Independent random channels have 2/3 of their power outside the mean without comparing anything.
COLOUR = 0.9


@dataclass(frozen=True, slots=True)
class Badge:
    """One thing that is true of a filter.

    Parameters
    ----------
    text
        A few words.
    why
        A sentence: what it means, and how it is known.
    """

    text: str
    why: str


@dataclass(frozen=True, slots=True)
class Facts:
    """What badges are made from; see `core.analysis.profile.Profile`.

    Parameters
    ----------
    averages
        Whether no grating gets more power than even brightness.
    asymmetry
        See `core.analysis.dtft.preferred`.
    """

    averages: bool
    direction: float | None
    speed: float | None
    dsi: float
    texture_dsi: float
    asymmetry: float
    separability: float
    colour: float


def arrow(direction: float) -> str:
    """Return the arrow of the nearest of eight directions; degrees on the screen, 90 is down."""
    return ARROWS[round(direction / 45.0) % 8]


def format_speed(speed: float) -> str:
    """Return a speed as people read it: two digits, and no more behind the point than mean anything."""
    return f"{speed:.0f}" if speed >= 9.95 else f"{speed:.1f}" if speed >= 0.095 else f"{speed:.2f}"


def badges(weights: Floats, facts: Facts) -> tuple[Badge, ...]:
    """Return all that is true of a filter, the most useful first.

    Parameters
    ----------
    weights
        (n, kT, kH, kW, C): one kernel, or all that are combined.
    facts
        What has been found out about them.
    """
    if not weights.any():
        return (Badge("all zero", "Every weight is 0, so every response is its bias."),)
    found = [_motion(weights, facts), *_stillness(weights)]
    if facts.averages:
        found.append(Badge("follows brightness", "Its strongest answer is to an even clip: it averages."))
    if facts.colour == 1.0:
        found.append(Badge("colour only", "Its channels cancel at every tap: grey pictures give 0."))
    elif facts.colour > COLOUR:
        share = f"{100.0 * facts.colour:.0f} %"
        found.append(Badge("colour-opponent", f"{share} of its power compares the colour channels."))
    return tuple(badge for badge in found if badge is not None)


def ignores_brightness(weights: Floats) -> bool:
    """Whether the weights of each kernel (n, kT, kH, kW, C) add up to 0, as far as float32 can tell."""
    axes = (1, 2, 3, 4)
    return bool((np.abs(weights.sum(axis=axes)) <= ROUNDING * np.abs(weights).sum(axis=axes)).all())


def ignores_stills(weights: Floats) -> bool:
    """Whether the weights of each pixel add up to 0 over time.

    What is left over all pixels is the largest answer to any still picture with values in 0 … 1; it has
    to be below a millionth of the largest answer to any clip.
    """
    left = np.abs(weights.sum(axis=1)).sum(axis=(1, 2, 3))
    return bool((left <= ROUNDING * np.abs(weights).sum(axis=(1, 2, 3, 4))).all())


def is_flat(weights: Floats) -> bool:
    """Whether only one frame of (n, kT, kH, kW, C) has weights, the same one in all kernels."""
    return int(weights.any(axis=(0, 2, 3, 4)).sum()) <= 1


def _motion(weights: Floats, facts: Facts) -> Badge | None:
    """Return what the filter knows of motion."""
    if is_flat(weights):
        return Badge("2-D filter", "Only one frame has weights: it sees single pictures, never motion.")
    if facts.direction is not None:
        return _selective(facts, facts.direction)
    if 1.0 - facts.separability < RANK_ONE:
        return Badge(
            "separable: cannot tell left from right",
            "One curve over time times one picture: such a product answers to opposite directions alike.",
        )
    if facts.asymmetry < BLIND and facts.colour < 1.0:
        pattern = "grey pattern" if facts.colour > ROUNDING else "pattern"
        why = f"It answers to opposite directions alike, whatever the {pattern}."
        return Badge("blind to direction", why)
    if facts.dsi >= SELECTIVE:
        return Badge(
            "direction of single gratings only",
            "It tells its favourite grating from the opposite one, but hardly texture that moves this way "
            "from texture that moves back.",
        )
    return None


def _selective(facts: Facts, direction: float) -> Badge:
    speed = "" if facts.speed is None else f" {format_speed(facts.speed)} px/frame"
    times = (1.0 + facts.dsi) / max(1.0 - facts.dsi, 1e-3)
    much = "over a thousand" if times > 1000.0 else f"{times:.0f}" if times >= 9.95 else f"{times:.1f}"
    return Badge(
        f"direction selective, {arrow(direction)}{speed}",
        f"Likes motion towards {round(direction) % 360}° (0° is right, 90° down): its favourite grating gets "
        f"{much} times the power of the same grating drifting back.",
    )


def _stillness(weights: Floats) -> list[Badge]:
    """Return what the filter does not see of what stands still."""
    found = []
    if ignores_stills(weights):
        found.append(
            Badge(
                "ignores still pictures",
                "Each pixel's weights add up to 0 over time: what stands still gives 0.",
            )
        )
    if ignores_brightness(weights):
        found.append(
            Badge(
                "ignores brightness", "All weights add up to 0: an even clip gives 0, however bright it is."
            )
        )
    return found
