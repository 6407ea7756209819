"""Two cuts through a filter's spectrum: which gratings it passes, and which motion."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.analysis.dtft import Floats
from core.analysis.profile import Profile, spectrum_of
from core.filters.kernel import Kernel


@dataclass(frozen=True, eq=False)
class Cut:
    """The power on a plane through the spectrum.

    Parameters
    ----------
    power
        (H, W) float32 in 0 … 1, read-only, row 0 at the top; 1 is the power at the preferred frequency.
    left, right, bottom, top
        Frequencies at the outer edges of the picture; the spatial cut has y downwards, as the screen has.
    x_name, y_name
        What the axes are, with units.
    peak
        (x, y) of the preferred frequency on these axes; None where there is none.
    """

    power: NDArray[np.float32]
    left: float
    right: float
    bottom: float
    top: float
    x_name: str
    y_name: str
    peak: tuple[float, float] | None


def spatial_cut(kernel: Kernel, profile: Profile, size: int = 64, channel: int | None = None) -> Cut:
    """Return the gratings that pass at the preferred temporal frequency: x is fx, y is fy (down).

    Of the two planes ft and -ft, mirrors of each other, this is the one where a spot lies on the side that
    its pattern moves to.
    """
    spectrum = spectrum_of(kernel, channel)
    f = _centres(-0.5, 0.5, size)
    ft, fy, fx = profile.frequency
    power = spectrum.grid(np.array([ft]), f, f)[0]
    x, y = "fx (cycles/px)", "fy (cycles/px)"
    top = spectrum.at(profile.frequency)
    peak = (fx, fy) if top > 0.0 else None
    return Cut(_relative(power, top), -0.5, 0.5, 0.5, -0.5, x, y, peak)


def motion_cut(kernel: Kernel, profile: Profile, size: int = 64, channel: int | None = None) -> Cut:
    """Return which motion passes along the preferred direction: x is fs, y is ft (up).

    On the line ft = 0 lies what stands still, on fs = 0 flicker, and off both what moves: a speed v along
    the preferred direction is the line ft = -v fs. A spot on one diagonal only is a direction; spots on both
    are a filter that cannot tell it from its opposite.
    """
    spectrum = spectrum_of(kernel, channel)
    across, down = travel(profile)
    reach = 0.5 / max(abs(across), abs(down))
    fs, ft = _centres(-reach, reach, size), _centres(0.5, -0.5, size)
    power = spectrum.plane(ft, np.multiply.outer(fs, [down, across]))
    top = spectrum.at(profile.frequency)
    peak = (profile.spatial, profile.frequency[0]) if top > 0.0 else None
    x, y = "fs along the motion (cycles/px)", "ft (cycles/frame)"
    return Cut(_relative(power, top), -reach, reach, -0.5, 0.5, x, y, peak)


def travel(profile: Profile) -> tuple[float, float]:
    """Return the unit vector (x, y) along which the preferred grating drifts; right where there is none."""
    _, fy, fx = profile.frequency
    length = math.hypot(fy, fx)
    return (fx / length, fy / length) if length else (1.0, 0.0)


def _centres(first: float, last: float, count: int) -> Floats:
    """Return the middles of `count` equal pieces from `first` to `last`."""
    return first + (np.arange(count) + 0.5) / count * (last - first)


def _relative(power: Floats, top: float) -> NDArray[np.float32]:
    share = np.clip(power / top, 0.0, 1.0) if top > 0.0 else np.zeros_like(power)
    result = share.astype(np.float32)
    result.setflags(write=False)
    return result
