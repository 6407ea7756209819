"""The closed forms: what each stimulus is, and which numbers it takes.

Conventions, fixed by tests with moving textures: x grows to the right, y downwards, a direction is an
angle in degrees with 0 = right, 90 = down, 180 = left, 270 = up; luminance is in [0, 1].
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from core.cv import cv2
from core.limits import DEFAULT_CLIP_FRAMES, MAX_FILE_FRAMES
from core.parameters import Number, Parameter

Values: TypeAlias = dict[str, Number]
Luminance: TypeAlias = NDArray[np.float64]
Renderer: TypeAlias = Callable[[int], Luminance]

DIRECTIONS = {"right": 0, "down": 90, "left": 180, "up": 270}
POLARITIES = {"bright": 1, "dark": -1}


@dataclass(frozen=True, slots=True)
class Stimulus:
    """A closed form.

    Parameters
    ----------
    name, summary
        For people; the summary is a few words.
    parameters
        What it takes beside `COMMON`.
    prepare
        Maps all values to a renderer: frame number -> (H, W) luminance in [0, 1].
    """

    name: str
    summary: str
    parameters: tuple[Parameter, ...]
    prepare: Callable[[Values], Renderer]


COMMON = (
    Parameter("frames", DEFAULT_CLIP_FRAMES, 1, MAX_FILE_FRAMES, "frames"),
    Parameter("width", 320, 1, 8192, "px"),
    Parameter("height", 240, 1, 8192, "px"),
    Parameter("fps", 30.0, 0.1, 240.0, "frames/s"),
)
_CONTRAST = Parameter("contrast", 1.0, 0.0, 1.0)
_PHASE = Parameter("phase", 0.0, -360.0, 360.0, "degrees")
_DIRECTION = Parameter("direction", 0.0, -360.0, 360.0, "degrees", DIRECTIONS)
_VELOCITY = Parameter("velocity", 2.0, -1000.0, 1000.0, "px/frame")
_SEED = Parameter("seed", 0, 0, 2**32 - 1)


def _along(values: Values) -> Luminance:
    """Return x cos(direction) + y sin(direction) for every pixel, 0 in the middle of the frame."""
    angle = np.deg2rad(values["direction"] % 360)
    # Quarter turns exactly: no drift across a thousand columns from a cosine of 6e-17.
    cosine, sine = np.round((np.cos(angle), np.sin(angle)), 15)
    x = np.arange(values["width"]) - (values["width"] - 1) / 2
    y = np.arange(values["height"]) - (values["height"] - 1) / 2
    return np.asarray(x[None, :] * cosine + y[:, None] * sine)


def _grating(values: Values) -> Renderer:
    """cos(2 pi f (u - v t) + phase), u along the direction."""
    along = _along(values)
    turn = 2 * np.pi * values["frequency"]
    phase = np.deg2rad(values["phase"])

    def render(t: int) -> Luminance:
        wave = np.cos(turn * (along - values["velocity"] * t) + phase)
        return np.asarray(0.5 + 0.5 * values["contrast"] * wave)

    return render


def _bar(values: Values) -> Renderer:
    """Draw a bar across the direction, its edges covering pixels partly; in the middle at half time."""
    along = _along(values)
    half = values["bar_width"] / 2

    def render(t: int) -> Luminance:
        centre = values["velocity"] * (t - (values["frames"] - 1) / 2)
        inside = np.clip(along - centre + half + 0.5, 0, 1) - np.clip(along - centre - half + 0.5, 0, 1)
        return np.asarray(0.5 + values["polarity"] * values["contrast"] * (inside - 0.5))

    return render


def _flicker(values: Values) -> Renderer:
    """cos(2 pi f t + phase), the same in every pixel."""

    def render(t: int) -> Luminance:
        wave = np.cos(2 * np.pi * values["frequency"] * t + np.deg2rad(values["phase"]))
        return np.full((int(values["height"]), int(values["width"])), 0.5 + 0.5 * values["contrast"] * wave)

    return render


def _texture(values: Values) -> Luminance:
    """Return smoothed noise that continues across its edges, mean 0.5; three sigmas fill the contrast."""
    height, width = int(values["height"]), int(values["width"])
    noise = np.random.RandomState(int(values["seed"])).standard_normal((height, width))
    if values["grain"] > 0:
        reach = int(np.ceil(3 * values["grain"]))
        wide = np.pad(noise, reach, mode="wrap")
        smooth = np.asarray(
            cv2.GaussianBlur(wide, (2 * reach + 1, 2 * reach + 1), values["grain"]), np.float64
        )
        noise = smooth[reach : reach + height, reach : reach + width]
    spread = float(noise.std()) or 1.0
    return np.asarray(np.clip(0.5 + values["contrast"] * (noise - noise.mean()) / (6 * spread), 0, 1))


def _still_texture(values: Values) -> Renderer:
    texture = _texture(values)
    return lambda _t: texture


def _drifting_texture(values: Values) -> Renderer:
    """Roll by whole pixels, so that every pixel value only changes its place."""
    texture = _texture(values)
    return lambda t: np.roll(texture, (int(values["vy"]) * t, int(values["vx"]) * t), axis=(0, 1))


def _impulse(values: Values) -> Renderer:
    """One white voxel in the middle of black: a filter answers with its own kernel, flipped."""
    height, width, middle = int(values["height"]), int(values["width"]), int(values["frames"]) // 2

    def render(t: int) -> Luminance:
        frame = np.zeros((height, width))
        frame[height // 2, width // 2] = float(t == middle)
        return frame

    return render


_GRAIN = Parameter("grain", 1.5, 0.0, 64.0, "px")
STIMULI = (
    Stimulus(
        "drifting-grating",
        "a cosine wave that moves",
        (Parameter("frequency", 0.1, 0.0, 0.5, "cycles/px"), _VELOCITY, _DIRECTION, _CONTRAST, _PHASE),
        _grating,
    ),
    Stimulus(
        "moving-bar",
        "a bar that moves across its length",
        (
            Parameter("bar_width", 8.0, 0.01, 8192.0, "px"),
            Parameter("velocity", 4.0, -1000.0, 1000.0, "px/frame"),
            _DIRECTION,
            Parameter("polarity", 1, -1, 1, "1 bright, -1 dark", POLARITIES),
            _CONTRAST,
        ),
        _bar,
    ),
    Stimulus(
        "flicker",
        "a grey that goes up and down in time, equal everywhere",
        (Parameter("frequency", 0.125, 0.0, 0.5, "cycles/frame"), _CONTRAST, _PHASE),
        _flicker,
    ),
    Stimulus("still-texture", "smooth noise that stands still", (_SEED, _GRAIN, _CONTRAST), _still_texture),
    Stimulus(
        "drifting-texture",
        "smooth noise that moves by whole pixels",
        (
            _SEED,
            _GRAIN,
            _CONTRAST,
            Parameter("vx", 1, -1000, 1000, "px/frame"),
            Parameter("vy", 0, -1000, 1000, "px/frame"),
        ),
        _drifting_texture,
    ),
    Stimulus("impulse", "one white voxel in the middle of black", (), _impulse),
)
