"""Tuning curves: how strongly a filter answers to drifting gratings, exactly, without any clip.

A grating cos(2 pi (fy y + fx x + ft t)) of amplitude 1, the same in all channels, is answered by a grating of
amplitude abs(K(ft, fy, fx)): each point of a curve is one value of the spectrum. What physiologists measure
with an electrode, grating after grating (Watson & Ahumada, JOSA A 2 (1985) 322).
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from core.analysis.dtft import Floats
from core.analysis.profile import Profile, spectrum_of
from core.analysis.spectrum import travel
from core.filters.kernel import Kernel

_DIRECTIONS = 120
_SAMPLES = 101
_LEAST_SPEED = 2.0
# Curves that vary less than this are drawn as they are, but have no peak.
_FLAT = 1e-6


@dataclass(frozen=True, slots=True)
class Curve:
    """One tuning curve.

    Parameters
    ----------
    x
        Ascending; see `Tuning`. Empty where the question has no meaning.
    y
        The amplitude of the response to a drifting grating of amplitude 1.
    peak
        The x of the largest response; None where all x are alike.
    """

    x: tuple[float, ...]
    y: tuple[float, ...]
    peak: float | None


@dataclass(frozen=True, slots=True)
class Tuning:
    """The three curves of a filter, all through its preferred grating.

    Parameters
    ----------
    direction
        0 … 360 degrees on the screen (0 right, 90 down): gratings of the preferred spatial and temporal
        frequency that drift there. Both ends are the same direction.
    speed
        px/frame: the preferred grating at other speeds, negative ones in the opposite direction. Empty for
        filters that prefer no grating but even brightness or flicker.
    temporal
        cycles/frame: the preferred grating at other temporal frequencies, negative ones in the opposite
        direction.
    """

    direction: Curve
    speed: Curve
    temporal: Curve


def tuning(kernel: Kernel, profile: Profile, channel: int | None = None) -> Tuning:
    """Return a filter's tuning curves.

    Parameters
    ----------
    kernel
        The filter.
    profile
        Of the same kernel and channel.
    channel
        One channel alone; None: gratings that are the same in all channels.
    """
    # The spectrum is that of the channels' mean; a grey grating is in every channel.
    gain = kernel.weights.shape[3] if channel is None else 1
    spectrum = spectrum_of(kernel, channel)
    across, down = travel(profile)
    grating = profile.spatial * np.array([[down, across]])

    def drifting(ft: Floats) -> Floats:
        return gain * np.sqrt(np.maximum(spectrum.plane(ft, grating)[:, 0], 0.0))

    angles = np.linspace(0.0, 2.0 * math.pi, _DIRECTIONS + 1)
    around = np.empty((len(angles), 3))
    around[:, 0] = -profile.temporal
    around[:, 1:] = profile.spatial * np.stack([np.sin(angles), np.cos(angles)], axis=1)
    round_trip = gain * np.sqrt(np.maximum(spectrum.points(around), 0.0))
    angle = math.degrees(math.atan2(down, across)) % 360.0
    temporal = np.linspace(-0.5, 0.5, _SAMPLES)
    return Tuning(
        _curve(np.degrees(angles), round_trip, angle),
        _speeds(profile, drifting),
        _curve(temporal, drifting(-temporal), profile.temporal),
    )


def _speeds(profile: Profile, drifting: Callable[[Floats], Floats]) -> Curve:
    """Return the curve up to twice the preferred speed, and no farther than half a cycle in each frame."""
    if not profile.spatial:
        return Curve((), (), None)
    speed = profile.temporal / profile.spatial
    fastest = min(0.5 / profile.spatial, max(2.0 * speed, _LEAST_SPEED))
    speeds = np.linspace(-fastest, fastest, _SAMPLES)
    return _curve(speeds, drifting(-speeds * profile.spatial), speed)


def _curve(x: Floats, y: Floats, peak: float) -> Curve:
    flat = float(y.max() - y.min()) <= _FLAT * float(y.max())
    return Curve(tuple(x.tolist()), tuple(y.tolist()), None if flat else peak)
