"""Cuts through a spectrum to colour indices, for a sequential table."""

import numpy as np
from numpy.typing import NDArray

from core.analysis.spectrum import Cut
from core.display.contrast import Limits
from core.display.render import quantise

_SHARES = Limits(0.0, 1.0)


def spectrum_indices(cut: Cut) -> NDArray[np.uint8]:
    """Return (H, W) colour indices: 126 is the power at the preferred frequency, 0 none; row 0 on top."""
    return quantise(cut.power, _SHARES)
