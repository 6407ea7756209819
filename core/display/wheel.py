"""Directions as colours: hue says where to, brightness how much; and the disc that explains it.

The table has the `LEVELS` = 127 entries of all tables: index 0 is the neutral colour of "no direction",
then come seven strengths of each of 18 hues. Steps are even in OKLab (B. Ottosson, "A perceptual color
space for image processing", 2020): all hues have one chroma, strengths are evenly spaced from the neutral
colour. Right and left are yellow and blue, which eyes with any kind of colour vision tell apart; up and
down are rose and green, where green is lighter. Nevertheless some directions look alike to colour-blind
eyes: the value under the cursor names the direction.
"""

from functools import cache

import numpy as np
from numpy.typing import NDArray

from core.display.colormap import LEVELS, WHEEL, ColorTable

HUES, STRENGTHS = 18, 7
STEP = 360 / HUES
# None of the eight main directions lies on the border between two hues.
FIRST = 2.5

_NEUTRAL = 0.22  # lightness of no direction
_LIGHTNESS, _CHROMA, _RIGHT_HUE = 0.74, 0.125, 85.0

_WORDS = ("right", "down right", "down", "down left", "left", "up left", "up", "up right")

Floats = NDArray[np.float32]


@cache
def wheel_table() -> ColorTable:
    """Return the table; the same object each time."""
    hues = np.radians(_RIGHT_HUE + FIRST + STEP * np.arange(HUES))[:, np.newaxis]
    # Yellow and green may be lighter than blue and rose: so all hues reach the chroma, and eyes that miss
    # red and green have lightness to go by.
    full = _LIGHTNESS + 0.05 * np.cos(hues - np.radians(95)) + 0.03 * np.cos(hues - np.radians(180))
    strength = np.arange(1, STRENGTHS + 1) / STRENGTHS
    lightness = _NEUTRAL + strength * (full - _NEUTRAL)
    chroma = strength * _CHROMA
    colors = _srgb(lightness, chroma * np.cos(hues), chroma * np.sin(hues)).reshape(-1, 3)
    neutral = _srgb(*(np.array([value]) for value in (_NEUTRAL, 0.0, 0.0)))
    rgb = np.round(255 * np.concatenate([neutral, colors])).astype(np.uint8)
    assert len(rgb) == LEVELS
    rgb.setflags(write=False)
    return ColorTable(WHEEL, rgb, diverging=False)


def wheel_indices(lengths: Floats, angles: Floats, longest: float) -> NDArray[np.uint8]:
    """Return the index of the nearest colour of every arrow.

    Parameters
    ----------
    lengths
        (…, H, W) float32, never negative.
    angles
        Of the same shape: degrees on the screen, 0 right, 90 down.
    longest
        The length at full brightness, above 0; longer ones look the same.
    """
    scale = STRENGTHS / longest
    # Before the product: a huge length would leave the range of float32.
    strength = np.rint(np.clip(lengths, 0, np.float32(longest)) * np.float32(scale))
    hue = np.rint((angles - np.float32(FIRST)) * np.float32(1 / STEP)) % HUES
    indices = np.where(strength > 0, hue * STRENGTHS + strength, 0)
    return np.nan_to_num(indices).astype(np.uint8)


def index_angle(index: int) -> float | None:
    """Return the direction in degrees that a colour index stands for; None for the neutral one."""
    return None if index == 0 else (FIRST + STEP * ((index - 1) // STRENGTHS)) % 360


def wheel_disc(diameter: int) -> tuple[NDArray[np.uint8], NDArray[np.bool_]]:
    """Return the legend: the colour of an arrow from the middle to each place of a disc.

    Returns
    -------
    indices, inside
        (D, D) colour indices, and which of them lie on the disc; those around it continue its rim.
    """
    places = (np.arange(diameter, dtype=np.float32) - (diameter - 1) / 2) * np.float32(2 / diameter)
    down, across = np.meshgrid(places, places, indexing="ij")
    lengths = np.hypot(down, across)
    angles = np.degrees(np.arctan2(down, across)) % 360
    return wheel_indices(lengths, angles, 1.0), lengths <= 1.0


def direction_word(angle: float) -> str:
    """Return the nearest of eight directions in words ("up left")."""
    return _WORDS[round(angle / 45) % 8]


def _srgb(
    lightness: NDArray[np.float64], a: NDArray[np.float64], b: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return (…, 3) sRGB in [0, 1] of OKLab colours."""
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    medium = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    red = 4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short
    green = -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short
    blue = -0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short
    linear = np.clip(np.stack([red, green, blue], axis=-1), 0.0, 1.0)
    return np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055)
