"""A bar, a point, and fields without any shape: the plainest answers to check a filter by."""

import numpy as np

from core.parameters import Parameter
from core.sources.stimulus import (
    CONTRAST,
    DIRECTION,
    GREY_LEVELS,
    PHASE,
    POLARITY,
    Luminance,
    Renderer,
    Stimulus,
    Values,
    along,
    motion,
    number,
    towards,
)


def _bar(values: Values) -> Renderer:
    """Draw a bar across the direction, its edges covering pixels partly; in the middle at half time."""
    place = along(values)
    half = values["bar_width"] / 2

    def render(t: int) -> Luminance:
        centre = values["velocity"] * (t - (values["frames"] - 1) / 2)
        inside = np.clip(place - centre + half + 0.5, 0, 1) - np.clip(place - centre - half + 0.5, 0, 1)
        return np.asarray(0.5 + values["polarity"] * values["contrast"] * (inside - 0.5))

    return render


def _bar_known(values: Values) -> str:
    middle = number((values["frames"] + 1) / 2)
    return f"It moves {motion(values['velocity'], values['direction'])}, in the middle at frame {middle}."


def _apparent_motion(values: Values) -> Renderer:
    """Show only every n-th position of a moving bar, each for n frames."""
    smooth = _bar(values)
    every = int(values["every"])
    return lambda t: smooth(t // every * every)


def _apparent_known(values: Values) -> str:
    every, velocity = int(values["every"]), values["velocity"]
    if every == 1 or velocity == 0:
        return _bar_known(values)
    return (
        f"It jumps {number(abs(velocity) * every)} px once in {every} frames, on average "
        f"{motion(velocity, values['direction'])}. A filter of up to {every} frames sees "
        "flashes, a longer one motion."
    )


def _impulse(values: Values) -> Renderer:
    """One white voxel in the middle of black: a filter answers with its own kernel, flipped."""
    height, width, middle = int(values["height"]), int(values["width"]), int(values["frames"]) // 2

    def render(t: int) -> Luminance:
        frame = np.zeros((height, width))
        frame[height // 2, width // 2] = float(t == middle)
        return frame

    return render


def _impulse_known(values: Values) -> str:
    t, y, x = (int(values[side]) // 2 for side in ("frames", "height", "width"))
    return (
        f"The answer is the kernel itself, flipped in t, y and x, about frame {t + 1}, row {y}, column {x}."
    )


def _flicker(values: Values) -> Renderer:
    """cos(2 pi f t + phase), the same in every pixel."""

    def render(t: int) -> Luminance:
        wave = np.cos(2 * np.pi * values["frequency"] * t + np.deg2rad(values["phase"]))
        return np.full((int(values["height"]), int(values["width"])), 0.5 + 0.5 * values["contrast"] * wave)

    return render


def _flicker_known(values: Values) -> str:
    frequency = values["frequency"]
    period = f", a period of {number(1 / frequency)} frames" if frequency else ": it stands still"
    return (
        f"One frequency: {number(frequency)} cycles/frame{period}. Filters whose every frame sums to 0 stay "
        "silent."
    )


def _temporal_ramp(values: Values) -> Renderer:
    """Grey level start + slope t, the same in every pixel, held at black and white."""

    def render(t: int) -> Luminance:
        level = min(max(values["start"] + values["slope"] * t, 0), GREY_LEVELS)
        return np.full((int(values["height"]), int(values["width"])), level / GREY_LEVELS)

    return render


def _temporal_ramp_known(values: Values) -> str:
    slope, start = values["slope"], values["start"]
    if slope == 0:
        return "It stands still: all derivatives are 0."
    rate = f"{number(slope)}/255 = {number(slope / GREY_LEVELS)}"
    text = f"d/dt is {rate} per frame everywhere, d/dx and d/dy are 0"
    room = (GREY_LEVELS - start) / slope if slope > 0 else -start / slope
    if room >= values["frames"] - 1:
        return f"{text}."
    return (
        f"{text}, until it is {'white' if slope > 0 else 'black'} after frame {int(room) + 1} and stays so."
    )


def _spatial_ramp(values: Values) -> Renderer:
    """Grey level 128 + slope u, u along the direction from the middle pixel, held at black and white."""
    # From a whole pixel: with whole slopes along rows or columns nothing needs rounding, at any size.
    middle = {side: int(values[side]) // 2 * 2 + 1 for side in ("width", "height")}
    height, width = int(values["height"]), int(values["width"])
    place = along({**values, **middle})[:height, :width]
    level = np.clip(128 + values["slope"] * place, 0, GREY_LEVELS) / GREY_LEVELS
    return lambda _t: np.asarray(level)


def _spatial_ramp_known(values: Values) -> str:
    slope = values["slope"]
    if slope == 0:
        return "An even grey: all derivatives are 0."
    back = 180 if slope < 0 else 0
    return (
        f"Brighter {towards(values['direction'] + back)} by {number(abs(slope))}/255 = "
        f"{number(abs(slope) / GREY_LEVELS)} per pixel; d/dt is 0. Where it is black or white it is flat."
    )


_BAR = (
    Parameter("bar_width", 8.0, 0.01, 8192.0, "px", tip="How thick the bar is."),
    Parameter(
        "velocity",
        4.0,
        -1000.0,
        1000.0,
        "px/frame",
        tip="How far it moves from frame to frame; below 0: back.",
    ),
    DIRECTION,
    POLARITY,
    CONTRAST,
)
_LEVELS = float(GREY_LEVELS)

SHAPES = (
    Stimulus(
        "moving-bar",
        "a bar that moves across its length",
        "A long bar sweeps over the picture. Its edges make a slanted stripe in the x–t slice: the slant is "
        "the speed.",
        _BAR,
        _bar,
        _bar_known,
    ),
    Stimulus(
        "apparent-motion",
        "a bar that jumps once in n frames",
        "The same bar, shown only at every n-th of its places and held there in between: as a film of few "
        "frames per second does. When does it still move?",
        (
            *_BAR,
            Parameter("every", 3, 1, 1000, "frames", tip="It jumps once in so many frames; 1 is smooth."),
        ),
        _apparent_motion,
        _apparent_known,
    ),
    Stimulus(
        "impulse",
        "one white voxel in the middle of black",
        "One white pixel in one frame, black everywhere else. The best test of exactness there is.",
        (),
        _impulse,
        _impulse_known,
    ),
)

FIELDS = (
    Stimulus(
        "flicker",
        "a grey that goes up and down in time, equal everywhere",
        "The whole picture gets brighter and darker. Nothing moves, and nothing has an edge.",
        (
            Parameter(
                "frequency", 0.125, 0.0, 0.5, "cycles/frame", tip="Periods per frame: 1/8 takes eight frames."
            ),
            CONTRAST,
            PHASE,
        ),
        _flicker,
        _flicker_known,
    ),
    Stimulus(
        "temporal-ramp",
        "a grey that gets brighter from frame to frame",
        "The whole picture gets evenly brighter, frame by frame.",
        (
            Parameter("slope", 4.0, -_LEVELS, _LEVELS, "grey levels/frame", tip="Below 0 it gets darker."),
            Parameter("start", 64.0, 0.0, _LEVELS, "grey levels", tip="The first frame: 0 black, 255 white."),
        ),
        _temporal_ramp,
        _temporal_ramp_known,
    ),
    Stimulus(
        "spatial-ramp",
        "a grey that gets brighter from one side to the other",
        "The picture gets evenly brighter along a direction, and stands still.",
        (
            Parameter("slope", 1.0, -_LEVELS, _LEVELS, "grey levels/px", tip="Below 0 it gets darker."),
            Parameter(
                "direction",
                0.0,
                -360.0,
                360.0,
                "degrees",
                DIRECTION.words,
                tip="Where it gets brighter: 0 is right.",
            ),
        ),
        _spatial_ramp,
        _spatial_ramp_known,
    ),
)
