"""Smooth noise: every orientation at once, nothing periodic, and a motion that is known to the pixel."""

from collections.abc import Callable
from math import atan2, degrees, hypot

import numpy as np

from core.parameters import Parameter
from core.sources.stimulus import (
    CONTRAST,
    SEED,
    Luminance,
    Renderer,
    Stimulus,
    Values,
    motion,
    towards,
)


def _noise(values: Values) -> Luminance:
    """Return smooth noise (H, W) that continues across its edges: mean 0, standard deviation 1.

    White noise through a Gaussian, by its transfer function exp(-2 (pi sigma f)^2): a coarse grain leaves the
    longest waves of a small frame, and nothing of a kernel that was cut off.
    """
    height, width = int(values["height"]), int(values["width"])
    noise = np.random.RandomState(int(values["seed"])).standard_normal((height, width))
    squares = np.fft.fftfreq(height)[:, None] ** 2 + np.fft.rfftfreq(width) ** 2
    # Relative to the longest wave: that one never vanishes.
    squares = np.maximum(squares - max(height, width) ** -2.0, 0)
    spectrum = np.fft.rfft2(noise) * np.exp(-2 * (np.pi * values["grain"]) ** 2 * squares)
    spectrum[0, 0] = 0
    noise = np.fft.irfft2(spectrum, s=noise.shape)
    return np.asarray(noise / (float(noise.std()) or 1.0))  # a single pixel is grey


def _toned(noise: Luminance, contrast: float) -> Luminance:
    """Return luminance about 0.5; three standard deviations fill the contrast."""
    return np.asarray(np.clip(0.5 + contrast * noise / 6, 0, 1))


def _still_texture(values: Values) -> Renderer:
    texture = _toned(_noise(values), values["contrast"])
    return lambda _t: texture


def _drifting_texture(values: Values) -> Renderer:
    """Roll by whole pixels, so that every pixel value only changes its place; between them, by Fourier."""
    noise = _noise(values)
    vx, vy = values["vx"], values["vy"]
    shift = _shifter(noise) if vx % 1 or vy % 1 else None
    texture = _toned(noise, values["contrast"])

    def render(t: int) -> Luminance:
        dx, dy = vx * t, vy * t
        if shift is None or not (dx % 1 or dy % 1):
            return np.roll(texture, (int(dy), int(dx)), axis=(0, 1))
        return _toned(shift(dx, dy), values["contrast"])

    return render


def _shifter(noise: Luminance) -> Callable[[float, float], Luminance]:
    """Return a function that moves periodic noise by any (dx, dy): the shift theorem."""
    height, width = noise.shape
    spectrum = np.fft.rfft2(noise)
    fy, fx = np.fft.fftfreq(height), np.fft.rfftfreq(width)

    def shifted(dx: float, dy: float) -> Luminance:
        # Whole turns are taken off first: a long film must not lose digits.
        down = np.exp(-2j * np.pi * fy * (dy % height))
        right = np.exp(-2j * np.pi * fx * (dx % width))
        return np.asarray(np.fft.irfft2(spectrum * down[:, None] * right, s=noise.shape))

    return shifted


def _reverse_phi(values: Values) -> Renderer:
    """Move, and turn bright into dark and back at every step."""
    moved = _drifting_texture(values)
    return lambda t: 1 - moved(t) if t % 2 else moved(t)


def _direction(values: Values) -> str:
    vx, vy = values["vx"], values["vy"]
    return motion(hypot(vx, vy), degrees(atan2(vy, vx)))


def _still_known(_values: Values) -> str:
    return "All temporal derivatives are 0; only filters that answer to still patterns have anything to say."


def _drifting_known(values: Values) -> str:
    text = f"It moves {_direction(values)}"
    if values["vx"] % 1 or values["vy"] % 1:
        return f"{text}; between whole pixels it is interpolated with all its frequencies kept."
    return f"{text}: every frame is the frame before, rolled by whole pixels, value for value."


def _reverse_known(values: Values) -> str:
    vx, vy = values["vx"], values["vy"]
    if not (vx or vy):
        return "It stands still and flickers at half a cycle per frame: no direction at all."
    back = towards(degrees(atan2(-vy, -vx)))
    return f"The texture steps {_direction(values)}, and motion energy answers the other way: {back}."


_GRAIN = Parameter(
    "grain", 1.5, 0.0, 64.0, "px", tip="How coarse the noise is: standard deviation of its blur, 0 for none."
)
_VX = Parameter(
    "vx", 1.0, -1000.0, 1000.0, "px/frame", label="to the right",
    tip="How far it moves from frame to frame; below 0: to the left.", subject="The velocity vx",
)  # fmt: skip
_VY = Parameter(
    "vy", 0.0, -1000.0, 1000.0, "px/frame", label="down",
    tip="How far it moves from frame to frame; below 0: up.", subject="The velocity vy",
)  # fmt: skip
TEXTURES = (
    Stimulus(
        "drifting-texture",
        "smooth noise that moves",
        "A cloudy pattern moves as a whole and comes in again at the other side. It has all orientations, so "
        "it settles which direction a filter really answers to.",
        (SEED, _GRAIN, CONTRAST, _VX, _VY),
        _drifting_texture,
        _drifting_known,
    ),
    Stimulus(
        "still-texture",
        "smooth noise that stands still",
        "A cloudy pattern, the same in every frame.",
        (SEED, _GRAIN, CONTRAST),
        _still_texture,
        _still_known,
    ),
    Stimulus(
        "reverse-phi",
        "smooth noise that moves and turns negative at each step",
        "A cloudy pattern moves, and every other frame is its negative. People, flies and motion energy all "
        "see it move the wrong way.",
        (SEED, _GRAIN, CONTRAST, _VX, _VY),
        _reverse_phi,
        _reverse_known,
    ),
)
