"""The speed of what is seen under a ruler on an x–t or y–t section, with how certain it is.

A pattern that moves with velocity v is the same in every frame when each is read v pixels further on. So for
many velocities the frames are read along slanted lines around the ruler's middle, and that velocity wins
at which they agree best. How well they agree is the mean correlation over all pairs of frames: 1 where
one picture moves and nothing else happens, near 0 for noise. (In seismology: the semblance of a slant
stack, Neidell & Taner, Geophysics 36 (1971) 482.)
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.display.ruler import Ruler

Floats = NDArray[np.float64]

LEAST_FRAMES = 3
HALF_WIDTH = 16  # px on either side of the ruler
FASTEST = 8.0  # px/frame, or twice what the ruler says
# Measured on textures that also move across the line and so leave it: below, every second velocity is wrong
# by more than 15 %; from `SURE` on one in ten is.
LEAST_CERTAINTY, SURE = 0.5, 0.8
# Standard deviations of what chance alone makes of the certainty.
_BEYOND_CHANCE = 4.0
# Of agreements that differ by less, the velocity nearest to the ruler's wins: stripes agree at many.
_TIE = 0.02
_FINER = 16
# What agrees by so much less than the best still belongs to the top of the peak.
_SUMMIT = 0.01


@dataclass(frozen=True, slots=True)
class Slant:
    """A velocity found in the data.

    Parameters
    ----------
    velocity
        Pixels per frame, along the axis that runs across.
    certainty
        The mean correlation over all pairs of frames read along it, at most 1.
    enough
        Whether that is more than chance makes of noise, and enough to speak of one motion.
    """

    velocity: float
    certainty: float
    enough: bool

    @property
    def rough(self) -> bool:
        """Whether it may be wrong by a fifth."""
        return self.certainty < SURE


def find_slant(picture: NDArray[np.generic], ruler: Ruler) -> Slant | None:
    """Return the velocity of the pattern under a ruler.

    Parameters
    ----------
    picture
        (T, N) or (T, N, C): a section through time in the ruler's coordinates; of several channels the
        mean is taken.
    ruler
        Its frames are looked at, `HALF_WIDTH` pixels on either side of its middle.

    Returns
    -------
    None where there is nothing to follow: fewer than `LEAST_FRAMES` frames under the ruler, no room beside
    it, or no structure at all.
    """
    values = np.asarray(picture, dtype=np.float64)
    values = values.mean(axis=2) if values.ndim == 3 else values
    ends = sorted((ruler.first[0], ruler.second[0]))
    first, last = max(math.ceil(ends[0] - 0.5), 0), min(math.floor(ends[1] + 0.5), len(values) - 1)
    if last - first + 1 < LEAST_FRAMES:
        return None
    rows = values[first : last + 1]
    times: Floats = np.arange(first, last + 1, dtype=np.float64) - ruler.middle[0]
    now = ruler.velocity
    wanted = now if now is not None and math.isfinite(now) else 0.0
    step = 1.0 / len(rows)
    reach = max(FASTEST, 2 * abs(wanted))
    most = math.ceil(reach / step)
    velocities: Floats = np.arange(-most, most + 1, dtype=np.float64) * step
    agreed = _agreement(rows, times, ruler.middle[1], velocities)
    if not np.isfinite(agreed).any():
        return None
    best = velocities[_nearest_peak(velocities, agreed, wanted)]
    finer: Floats = best + np.arange(-_FINER, _FINER + 1, dtype=np.float64) * (step / _FINER)
    close = _agreement(rows, times, ruler.middle[1], finer)
    certainty = float(np.nanmax(close))
    count = len(rows)
    chance = math.sqrt(2.0 / (count * (count - 1) * (2 * HALF_WIDTH + 1)))
    enough = certainty >= max(LEAST_CERTAINTY, _BEYOND_CHANCE * chance)
    return Slant(_summit(finer, close), certainty, enough)


def _agreement(rows: Floats, times: Floats, middle: float, velocities: Floats) -> Floats:
    """Return the mean correlation over pairs of frames for each velocity, NaN where it cannot be told."""
    count, length = rows.shape
    beside = np.arange(-HALF_WIDTH, HALF_WIDTH + 1)
    places = middle + beside + velocities[:, None, None] * times[:, None]  # velocity, frame, place
    inside = ((places >= 0) & (places <= length - 1)).all(axis=1)
    left = np.clip(np.floor(places).astype(np.intp), 0, max(length - 2, 0))
    part = np.clip(places - left, 0.0, 1.0)
    frames = np.arange(count)[:, None]
    right = np.minimum(left + 1, length - 1)
    read = rows[frames, left] * (1 - part) + rows[frames, right] * part
    weight = inside[:, None, :].astype(np.float64)
    kept = inside.sum(axis=1)
    mean = (read * weight).sum(axis=2, keepdims=True) / np.maximum(kept, 1)[:, None, None]
    read = (read - mean) * weight
    together = np.square(read.sum(axis=1)).sum(axis=1)
    apart = np.square(read).sum(axis=(1, 2))
    # Half of the room at least; and rounding is no structure.
    known = (kept > HALF_WIDTH) & (apart > 1e-12 * max(float(np.square(rows).sum()), 1e-300))
    agreed = (together / np.where(known, apart, 1.0) - 1.0) / (count - 1)
    return np.where(known, agreed, np.nan)


def _summit(velocities: Floats, agreed: Floats) -> float:
    """Return where the agreement is largest, between the velocities that were tried.

    Hard edges that move by half pixels leave a summit of several small peaks to the left and right of the
    velocity: a parabola through all of it finds the middle.
    """
    peak = int(np.nanargmax(agreed))
    below = np.flatnonzero(~(agreed >= agreed[peak] - _SUMMIT))
    first = int(below[below < peak].max(initial=-1)) + 1
    last = int(below[below > peak].min(initial=len(agreed)))
    if last - first < 3:
        return float(velocities[peak])
    places = velocities[first:last] - velocities[peak]
    square, linear, _ = np.polyfit(places, agreed[first:last], 2)
    if square >= 0:
        return float(velocities[peak])
    vertex = float(np.clip(-linear / (2 * square), places[0], places[-1]))
    return float(velocities[peak]) + vertex


def _nearest_peak(velocities: Floats, agreed: Floats, wanted: float) -> int:
    """Return the largest agreement's index; of those as good, the one nearest to the wanted velocity."""
    known = np.nan_to_num(agreed, nan=-np.inf)
    padded = np.concatenate([[-np.inf], known, [-np.inf]])
    peaks = np.flatnonzero((known >= padded[:-2]) & (known >= padded[2:]) & (known >= known.max() - _TIE))
    return int(peaks[np.abs(velocities[peaks] - wanted).argmin()])
