"""Contrast: which responses stand at the two ends of the colour table.

The limits hold for the whole clip, never for one frame, so a colour means one response all film long.
Signed responses get limits symmetric about 0, so that the middle of the table means exactly 0; responses
that cannot be negative run from 0 to a high limit.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.display.colormap import ColorTable, color_table
from core.display.wheel import wheel_table
from core.filters.views import View
from core.settings import Activation, ContrastSettings
from core.volume import FeatureVolume

# What float32 leaves of brightness from 0 to 1 where nothing answers is smaller (and energies of it smaller
# still): on a scale of its own it would look like an answer. All-zero volumes land here, too.
_SMALLEST_LIMIT = 1e-8


@dataclass(frozen=True, slots=True)
class Limits:
    """The responses at the two ends of the colour table, low < high.

    Parameters
    ----------
    low, high
        -a and +a for signed data; 0 and a for data that is never negative.
    """

    low: float
    high: float

    @property
    def signed(self) -> bool:
        """Whether 0 is in the middle."""
        return self.low < 0.0


def is_signed(activation: Activation, view: View | None = None) -> bool:
    """Tell whether what is shown can be negative: a view's tiles, or responses after this activation."""
    return activation == "none" if view is None else view.signed


def table_for(settings: ContrastSettings, signed: bool, directions: bool = False) -> ColorTable:
    """Return the chosen diverging table for signed data, else the chosen sequential one.

    Parameters
    ----------
    directions
        Whether the volumes have angles: these have a table of their own (`core.display.wheel`).
    """
    if directions:
        return wheel_table()
    return color_table(settings.diverging if signed else settings.sequential)


def limits_for(
    volumes: Sequence[FeatureVolume], settings: ContrastSettings, signed: bool
) -> tuple[Limits, ...]:
    """Return the contrast limits of each volume.

    Parameters
    ----------
    volumes
        Any number, also none.
    settings
        With ``shared`` all volumes get the limits of their merged responses.
    signed
        Whether the limits are symmetric about 0, or begin there.

    Notes
    -----
    A percentile is taken over an even sample (`FeatureVolume.magnitudes`); 100 is the true maximum. Where it
    is 0 although some response is not (a sparse ReLU), the maximum stands in; volumes of zeros get 1.
    """
    if settings.mode == "manual":
        ends = [settings.manual_limit] * len(volumes)
    elif settings.shared and volumes:
        ends = [_limit(volumes, settings.percentile)] * len(volumes)
    else:
        ends = [_limit([volume], settings.percentile) for volume in volumes]
    return tuple(Limits(-end if signed else 0.0, end) for end in ends)


def clipped_share(volume: FeatureVolume, limits: Limits) -> float:
    """Return the share of a volume's responses beyond the limits, in [0, 1]; 0 only if there is none."""
    if volume.maximum <= limits.high and volume.minimum >= limits.low:
        return 0.0
    sample = volume.magnitudes
    beyond = len(sample) - int(np.searchsorted(sample, np.float32(limits.high), side="right"))
    return max(beyond / len(sample), 1.0 / volume.data.size)


def _limit(volumes: Sequence[FeatureVolume], percentile: float) -> float:
    largest = max(max(-volume.minimum, volume.maximum) for volume in volumes)
    limit = largest if percentile >= 100.0 else _ranked([v.magnitudes for v in volumes], percentile)
    for candidate in (limit, largest):
        if _SMALLEST_LIMIT < candidate < float("inf"):
            return candidate
    return 1.0


def _ranked(samples: Sequence[NDArray[np.float32]], percentile: float) -> float:
    """Return the smallest value that at least `percentile` % of all (sorted) samples do not exceed."""
    count = sum(len(sample) for sample in samples)
    rank = max(int(np.ceil(percentile / 100.0 * count)) - 1, 0)
    if len(samples) == 1:
        return float(samples[0][rank])
    return float(np.partition(np.concatenate(samples), rank)[rank])
