"""Cuts through a spectrum to colour indices, for a sequential table."""

import numpy as np
from numpy.typing import NDArray

from core.analysis.spectrum import Cut
from core.display.contrast import Limits
from core.display.render import quantise

# Amplitude, not power: what is a tenth as strong in the film is a tenth of the way up the table.
_LIMITS = Limits(0.0, 1.0)
SPECTRUM_TABLE = "magma"


def spectrum_indices(cut: Cut) -> NDArray[np.uint8]:
    """Return (H, W) colour indices, 0 … 126 for amplitudes of 0 … 1 times the preferred one; row 0 on top."""
    return quantise(np.sqrt(cut.power), _LIMITS)


def spectrum_place(cut: Cut, x: float, y: float) -> tuple[float, float]:
    """Return where a point of the axes lies on the picture: 0 … 1 from the left, 0 … 1 from the top."""
    return (x - cut.left) / (cut.right - cut.left), (y - cut.top) / (cut.bottom - cut.top)


def spectrum_value(cut: Cut, column: int, row: int) -> tuple[float, float, float]:
    """Return (x, y, amplitude 0 … 1) of one pixel: frequencies at its middle; kept on the picture."""
    height, width = cut.power.shape
    column, row = min(max(column, 0), width - 1), min(max(row, 0), height - 1)
    x = cut.left + (column + 0.5) / width * (cut.right - cut.left)
    y = cut.top + (row + 0.5) / height * (cut.bottom - cut.top)
    return x, y, float(np.sqrt(cut.power[row, column]))
