"""Waves: what they are made of is one frequency, or a few, so every filter's answer can be computed."""

from math import degrees, hypot

import numpy as np

from core.parameters import Parameter
from core.sources.stimulus import (
    CONTRAST,
    DIRECTION,
    PHASE,
    VELOCITY,
    Luminance,
    Renderer,
    Stimulus,
    Values,
    along,
    motion,
    number,
    towards,
    unit_vector,
)

HIGHEST_HARMONIC = 31
_FREQUENCY = Parameter(
    "frequency", 0.1, 0.0, 0.5, "cycles/px", tip="Waves per pixel: 1/8 is a wave every 8 pixels."
)


def _grating(values: Values) -> Renderer:
    """cos(2 pi f (u - v t) + phase), u along the direction."""
    place = along(values)
    turn = 2 * np.pi * values["frequency"]
    phase = np.deg2rad(values["phase"])

    def render(t: int) -> Luminance:
        wave = np.cos(turn * (place - values["velocity"] * t) + phase)
        return np.asarray(0.5 + 0.5 * values["contrast"] * wave)

    return render


def _grating_known(values: Values) -> str:
    beats = values["frequency"] * values["velocity"]
    seen = beats - round(beats)
    text = (
        f"One frequency: {number(values['frequency'])} cycles/px and {number(abs(beats))} cycles/frame, "
        f"moving {motion(values['velocity'], values['direction'])}."
    )
    if abs(beats) <= 0.5:
        return text
    if abs(seen) < 1e-9:
        return f"{text} It moves by whole waves from frame to frame: nothing is seen to move."
    back = ", backwards" if seen * beats < 0 else ""
    return f"{text} More than half a wave a frame: it is seen to move by {number(abs(seen))} waves{back}."


def _counter_phase(values: Values) -> Renderer:
    """Half a grating to one side and half of one to the other: cos(2 pi f u + phase) cos(2 pi f v t)."""
    there = _grating(values)
    back = _grating({**values, "velocity": -values["velocity"]})
    return lambda t: (there(t) + back(t)) / 2


def _counter_phase_known(values: Values) -> str:
    frequency = values["frequency"]
    beats = number(abs(frequency * values["velocity"]))
    return (
        f"As much energy to one side as to the other, at {number(frequency)} cycles/px and {beats} "
        "cycles/frame: opponent energy is 0 everywhere."
    )


def _plaid(values: Values) -> Renderer:
    """Return the mean of two gratings."""
    first, second = (
        _grating({**values, "direction": values[f"direction_{i}"], "velocity": values[f"velocity_{i}"]})
        for i in (1, 2)
    )
    return lambda t: (first(t) + second(t)) / 2


def pattern_velocity(
    direction_1: float, velocity_1: float, direction_2: float, velocity_2: float
) -> tuple[float, float] | None:
    """Return the velocity (vx, vy) in px/frame that moves two gratings at once: a plaid's.

    The intersection of constraints (Adelson & Movshon, Nature 300:523, 1982): v . n_i = v_i for the two unit
    vectors n_i. None for parallel directions, where there is no such velocity or no single one.
    """
    (x1, y1), (x2, y2) = unit_vector(direction_1), unit_vector(direction_2)
    area = x1 * y2 - x2 * y1
    if abs(area) < 1e-9:
        return None
    return (velocity_1 * y2 - velocity_2 * y1) / area, (x1 * velocity_2 - x2 * velocity_1) / area


def _plaid_known(values: Values) -> str:
    parts = [
        (values["direction_1"], values["velocity_1"]),
        (values["direction_2"], values["velocity_2"]),
    ]
    gratings = " and ".join(motion(velocity, direction) for direction, velocity in parts)
    whole = pattern_velocity(*parts[0], *parts[1])
    if whole is None:
        return f"Two gratings along one line, {gratings}: the pattern as a whole has no velocity of its own."
    angle = float(degrees(np.arctan2(whole[1], whole[0])))
    return (
        f"The gratings move {gratings}; only {motion(hypot(*whole), angle)} moves both at once, and so the "
        "pattern does."
    )


def _fluted_square(values: Values) -> Renderer:
    """Sum the odd harmonics of a square wave from the third on, below half a cycle per pixel."""
    place = along(values)
    orders = fluted_harmonics(values["frequency"])
    peak = _fluted_peak(orders)
    phase = np.deg2rad(values["phase"])

    def render(t: int) -> Luminance:
        steps = t // int(values["every"])
        angle = 2 * np.pi * (values["frequency"] * place - values["jump"] * steps) + phase
        return np.asarray(0.5 + 0.5 * values["contrast"] * _fluted(angle, orders) / peak)

    return render


def fluted_harmonics(frequency: float) -> tuple[int, ...]:
    """Return the odd harmonics 3, 5, … of a fluted square wave: below the sampling limit, 31 at most."""
    return tuple(k for k in range(3, HIGHEST_HARMONIC + 1, 2) if k * frequency < 0.5)


def _fluted(angle: Luminance, orders: tuple[int, ...]) -> Luminance:
    """Return sum_k 4 / (pi k) sin(k angle)."""
    wave = np.zeros_like(angle)
    for k in orders:
        wave += 4 / (np.pi * k) * np.sin(k * angle)
    return wave


def _fluted_peak(orders: tuple[int, ...]) -> float:
    """Return the largest value in a cycle, so that the wave fills the contrast."""
    cycle = np.linspace(0, 2 * np.pi, 4096, endpoint=False)
    return float(np.abs(_fluted(cycle, orders)).max())


def _fluted_known(values: Values) -> str:
    step, ahead = values["jump"], towards(values["direction"])
    third = 3 * step - round(3 * step)
    if abs(third) < 1e-9 or abs(abs(third) - 0.5) < 1e-9:
        return f"Nothing at {number(values['frequency'])} cycles/px; its third harmonic has no direction."
    if third * step > 0:
        return f"The pattern and its strongest component, the third harmonic, both jump {ahead}."
    back = towards(values["direction"] + 180)
    if step < 0:
        ahead, back = back, ahead
    return (
        f"The pattern jumps {ahead} by {number(abs(step))} of a wave; for its strongest component, the third "
        f"harmonic, {number(abs(third))} of a wave {back} is nearer. Motion energy answers {back}."
    )


_PLAID = tuple(
    parameter
    for i, (direction, nth) in enumerate(((-45.0, "first"), (45.0, "second")), start=1)
    for parameter in (
        Parameter(
            f"direction_{i}", direction, -360.0, 360.0, "degrees", DIRECTION.words,
            tip=f"Where the {nth} grating moves to: 0 is right, 90 is down.",
        ),
        Parameter(
            f"velocity_{i}", 2.0, -1000.0, 1000.0, "px/frame", tip=f"How fast the {nth} grating moves."
        ),
    )
)  # fmt: skip

GRATINGS = (
    Stimulus(
        "drifting-grating",
        "a cosine wave that moves",
        "A wave of one frequency drifts along its direction. Everything about a linear filter can be "
        "measured with gratings: the amplitude of its answer is its spectrum at that frequency.",
        (_FREQUENCY, VELOCITY, DIRECTION, CONTRAST, PHASE),
        _grating,
        _grating_known,
    ),
    Stimulus(
        "counter-phase",
        "a wave that stands and swings from bright to dark",
        "Bright and dark stripes change places and nothing goes anywhere: the mean of two drifting gratings, "
        "one to each side. A filter with a direction hears only one of them.",
        (_FREQUENCY, VELOCITY, DIRECTION, CONTRAST, PHASE),
        _counter_phase,
        _counter_phase_known,
    ),
    Stimulus(
        "plaid",
        "two crossed gratings that move as one pattern",
        "Two gratings drift across each other and are seen as one sheet that moves in a third direction. "
        "Filters see the gratings; the motion of the sheet needs another stage.",
        (_FREQUENCY, *_PLAID, CONTRAST, PHASE),
        _plaid,
        _plaid_known,
    ),
    Stimulus(
        "fluted-square",
        "a square wave without its fundamental that jumps a quarter",
        "Steps with a hollow back: a square wave less its strongest sine. It jumps a quarter of a wave to "
        "one side and is seen to move to the other.",
        (
            Parameter(
                "frequency",
                1 / 32,
                0.001,
                0.16,
                "cycles/px",
                tip="Waves per pixel; the first sine is missing.",
            ),
            Parameter("jump", 0.25, -0.5, 0.5, "waves", tip="How far it jumps, as a part of a whole wave."),
            Parameter("every", 1, 1, 1000, "frames", tip="It jumps once in so many frames."),
            DIRECTION,
            CONTRAST,
            PHASE,
        ),
        _fluted_square,
        _fluted_known,
    ),
)
