"""A ruler on an x–t or y–t section: two points in time and space, so a speed.

Time runs down, place to the right: a line that leans to the right is a motion to the right, and the flatter
it lies the faster. An upright line stands still; a level one is everywhere at once.
"""

import math
from dataclasses import dataclass, replace
from typing import Self

from core.display.legend import format_response
from core.display.sections import Extent
from core.display.slices import Plane

Point = tuple[float, float]  # (t, place) in clip coordinates

# Ends nearer than this in frames or pixels are the same: what dragging with a mouse leaves.
_SAME = 1e-6
# From its middle to its ends, as a share of the window, when it is laid.
_REACH = 0.3
# Of x and of y: where a positive and a negative speed go to.
_WORDS = {Plane.XT: ("right", "left"), Plane.YT: ("down", "up")}
_SIGNS = {Plane.XT: ("→", "←"), Plane.YT: ("↓", "↑")}


@dataclass(frozen=True, slots=True)
class Ruler:
    """Two points (t, place): frames and pixels of the clip that the filters see."""

    first: Point
    second: Point

    @classmethod
    def through(cls, centre: Point, velocity: float, window: tuple[Extent, Extent]) -> Self:
        """Return a ruler of a given speed, as long as three fifths of a window, at most.

        Parameters
        ----------
        centre
            Where its middle is, kept so far from the edges that its ends lie inside.
        velocity
            Pixels per frame; infinite for a level ruler.
        window
            What is seen of t and of the place.
        """
        time, place = window
        middle = tuple(
            min(max(value, extent.at(_REACH)), extent.at(1 - _REACH))
            for value, extent in zip(centre, window, strict=True)
        )
        # Whole frames where there are some: what it says then is easy to check by counting.
        reach_t = max(float(math.floor(_REACH * time.length)), min(_REACH * time.length, 1.0))
        reach_p = _REACH * place.length
        if math.isinf(velocity):
            dt, dp = 0.0, reach_p
        else:
            dt = reach_t if not velocity else min(reach_t, reach_p / abs(velocity))
            dp = dt * velocity
        start, end = (middle[0] - dt, middle[1] - dp), (middle[0] + dt, middle[1] + dp)
        return cls(start, end)

    @property
    def middle(self) -> Point:
        """Half way between the ends."""
        return (self.first[0] + self.second[0]) / 2, (self.first[1] + self.second[1]) / 2

    @property
    def velocity(self) -> float | None:
        """Pixels per frame: 0 stands still, infinite is everywhere at once, None is no length at all."""
        frames, pixels = self.second[0] - self.first[0], self.second[1] - self.first[1]
        if abs(frames) < _SAME:
            return None if abs(pixels) < _SAME else math.inf
        return pixels / frames if abs(pixels) >= _SAME else 0.0

    def end(self, index: int) -> Point:
        """Return one of the ends, 0 or 1."""
        return self.second if index else self.first

    def moved(self, index: int, point: Point, window: tuple[Extent, Extent]) -> Self:
        """Return the ruler with an end (0 or 1) at another point, kept within what is there."""
        kept = (window[0].clamped(point[0]), window[1].clamped(point[1]))
        return replace(self, second=kept) if index else replace(self, first=kept)

    def turned(self, velocity: float, window: tuple[Extent, Extent]) -> Self:
        """Return the ruler turned about its middle to a finite speed.

        It lies over the same frames, or over fewer where it would leave the window.
        """
        time, place = self.middle
        reach = abs(self.second[0] - self.first[0]) / 2
        free = min(place - window[1].low, window[1].high - place)
        if abs(velocity) * reach > free:
            reach = max(free, 0.0) / abs(velocity)
        first, second = (time - reach, place - reach * velocity), (time + reach, place + reach * velocity)
        return replace(self, first=first, second=second)

    def shifted(self, by: Point, window: tuple[Extent, Extent]) -> Self:
        """Return the whole ruler elsewhere, stopped where one of its ends meets an edge: it never bends."""
        free = []
        for axis, extent in enumerate(window):
            low, high = sorted((self.first[axis], self.second[axis]))
            free.append(min(max(by[axis], min(extent.low - low, 0.0)), max(extent.high - high, 0.0)))
        first, second = ((end[0] + free[0], end[1] + free[1]) for end in (self.first, self.second))
        return replace(self, first=first, second=second)


@dataclass(frozen=True, slots=True)
class Reading:
    """What a ruler says.

    Parameters
    ----------
    text
        "→ 1.25 px/frame = 37.5 px/s".
    words
        The same as a sentence, for those who cannot see arrows.
    """

    text: str
    words: str


def read(ruler: Ruler, plane: Plane, fps: float) -> Reading:
    """Return what a ruler on a section through time says at a clip's frame rate."""
    velocity = ruler.velocity
    if velocity is None:
        return Reading("–", "Both ends are at one place: pull them apart.")
    if math.isinf(velocity):
        return Reading("no time passes", "A level line is everywhere at once: no finite speed.")
    speed = format_response(abs(velocity))
    if speed == "0" or abs(velocity) < 5e-4:
        return Reading("stands still: 0 px/frame", "An upright line stands still.")
    side = int(velocity < 0)
    rate = format_response(abs(velocity) * fps)
    frames = format_response(abs(ruler.second[0] - ruler.first[0]))
    pixels = format_response(abs(ruler.second[1] - ruler.first[1]))
    return Reading(
        f"{_SIGNS[plane][side]} {speed} px/frame = {rate} px/s",
        f"To the {_WORDS[plane][side]}, {pixels} px in {frames} frames."
        if plane is Plane.XT
        else f"{_WORDS[plane][side].capitalize()}wards, {pixels} px in {frames} frames.",
    )


def stripe_velocity(frequency: tuple[float, float, float], plane: Plane) -> float:
    """Return the slope that a drifting grating has in a section through time.

    Parameters
    ----------
    frequency
        (ft, fy, fx): its phase is ft t + fy y + fx x.
    plane
        x–t or y–t: the other axis of the picture stands still.

    Returns
    -------
    Pixels per frame, -ft / f of the axis that runs across; infinite where the stripes are level.
    """
    along = frequency[plane.across]
    return -frequency[0] / along if along else math.inf
