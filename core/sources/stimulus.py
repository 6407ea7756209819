"""What a stimulus is, and what all closed forms share.

Conventions, fixed by tests with moving textures: x grows to the right, y downwards, a direction is an
angle in degrees with 0 = right, 90 = down, 180 = left, 270 = up; luminance is in [0, 1].

A renderer knows every frame by its number alone: frame 99 999 costs what frame 0 costs, and no frame is
kept, so that a film of any length needs the memory of one frame.
"""

from collections.abc import Callable
from dataclasses import dataclass
from math import cos, radians, sin
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from core.limits import DEFAULT_CLIP_FRAMES, MAX_FILE_FRAMES
from core.parameters import Number, Parameter

Values: TypeAlias = dict[str, Number]
Luminance: TypeAlias = NDArray[np.float64]
Renderer: TypeAlias = Callable[[int], Luminance]

DIRECTIONS = {"right": 0, "down": 90, "left": 180, "up": 270}
POLARITIES = {"bright": 1, "dark": -1}
GREY_LEVELS = 255


@dataclass(frozen=True, slots=True)
class Stimulus:
    """A closed form.

    Parameters
    ----------
    name, summary
        For people; the summary is a few words.
    text
        What is to be seen, in a sentence or two.
    parameters
        What it takes beside `COMMON`.
    prepare
        Maps all values to a renderer: frame number -> (H, W) luminance in [0, 1].
    known
        Says, with the numbers that were chosen, what is known about the answer of a filter.
    """

    name: str
    summary: str
    text: str
    parameters: tuple[Parameter, ...]
    prepare: Callable[[Values], Renderer]
    known: Callable[[Values], str]


COMMON = (
    Parameter(
        "frames", DEFAULT_CLIP_FRAMES, 1, MAX_FILE_FRAMES, "frames", tip="How long the film is, in frames."
    ),
    Parameter("width", 320, 1, 8192, "px", tip="How wide a frame is."),
    Parameter("height", 240, 1, 8192, "px", tip="How high a frame is."),
    Parameter("fps", 30.0, 0.1, 240.0, "frames/s", label="frame rate", tip="How fast the film is played."),
)
CONTRAST = Parameter("contrast", 1.0, 0.0, 1.0, tip="1 goes from black to white, 0 is an even grey.")
PHASE = Parameter("phase", 0.0, -360.0, 360.0, "degrees", tip="Where the wave begins in the first frame.")
DIRECTION = Parameter(
    "direction", 0.0, -360.0, 360.0, "degrees", DIRECTIONS, tip="Where it moves to: 0 is right, 90 is down."
)
VELOCITY = Parameter(
    "velocity", 2.0, -1000.0, 1000.0, "px/frame", tip="How far it moves from frame to frame; below 0: back."
)
POLARITY = Parameter(
    "polarity", 1, -1, 1, "1 bright, -1 dark", POLARITIES, tip="Bright on black, or dark on white."
)
SEED = Parameter(
    "seed", 0, 0, 2**32 - 1, tip="The number that all chance comes from: the same, the same film."
)


def unit_vector(direction: float) -> tuple[float, float]:
    """Return (x, y) of length 1 towards a direction in degrees.

    Quarter turns are exact: no drift across a thousand columns from a cosine of 6e-17.
    """
    angle = radians(direction % 360)
    return round(cos(angle), 15), round(sin(angle), 15)


def along(values: Values) -> Luminance:
    """Return x cos(direction) + y sin(direction) for every pixel, 0 in the middle of the frame: (H, W)."""
    cosine, sine = unit_vector(values["direction"])
    x = np.arange(values["width"]) - (values["width"] - 1) / 2
    y = np.arange(values["height"]) - (values["height"] - 1) / 2
    return np.asarray(x[None, :] * cosine + y[:, None] * sine)


def number(value: float) -> str:
    """Return a number for people: three digits at most, no "-0"."""
    return f"{round(value, 9) + 0.0:.3g}"


def towards(direction: float) -> str:
    """Return a direction in words: "to the right", "towards 30°"."""
    words = {0.0: "to the right", 90.0: "down", 180.0: "to the left", 270.0: "up"}
    degrees = round(direction % 360, 3) % 360
    return words.get(float(degrees), f"towards {number(degrees)}°")


def motion(velocity: float, direction: float) -> str:
    """Return "2 px/frame to the right" for a velocity of either sign."""
    if velocity == 0:
        return "0 px/frame: it stands still"
    back = 180 if velocity < 0 else 0
    return f"{number(abs(velocity))} px/frame {towards(direction + back)}"
