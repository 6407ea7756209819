"""The legend: a strip of the colour table with the responses that its colours stand for."""

import math

import numpy as np
from numpy.typing import NDArray

from core.display.colormap import LEVELS
from core.display.contrast import Limits

MINUS = "−"


def legend_indices(length: int) -> NDArray[np.uint8]:
    """Return (length,) colour indices from 0 to 126, evenly spread."""
    return np.round(np.linspace(0, LEVELS - 1, length)).astype(np.uint8)


def legend_ticks(
    limits: Limits, *, clipped: bool = False, inner: bool = False, symbol: str = ""
) -> list[tuple[float, str]]:
    """Return (position, label) along a legend strip, positions in [0, 1] from low to high.

    Parameters
    ----------
    limits
        The ends of the scale; both are labelled, and 0.
    clipped
        Whether responses lie beyond the limits: the ends then read "≤ −0.5" and "≥ 0.5".
    inner
        Also label round numbers (1, 2, 5 times a power of ten) between the ends and 0.
    symbol
        What stands for the number at the high end where one legend serves several scales ("a").
    """
    values = [limits.low, *([0.0] if limits.signed else []), limits.high]
    if inner:
        values = sorted({*values, *_round_numbers(limits)})
    ticks = [(_position(value, limits), format_response(value)) for value in values]
    if symbol:
        ticks[-1] = (1.0, symbol)
        if limits.signed:
            ticks[0] = (0.0, MINUS + symbol)
    if clipped:
        ticks[-1] = (1.0, f"≥ {ticks[-1][1]}")
        if limits.signed:
            ticks[0] = (0.0, f"≤ {ticks[0][1]}")
    return ticks


def format_response(value: float, digits: int = 3) -> str:
    """Return a response as people read it: so many significant digits, a true minus sign, no idle zeros."""
    if value == 0.0 or not math.isfinite(value):
        return "0" if value == 0.0 else str(value).replace("-", MINUS)
    if 1e-3 <= abs(value) < 1e5:
        decimals = max(digits - 1 - math.floor(math.log10(abs(value))), 0)
        text = f"{value:.{decimals}f}"
        text = text.rstrip("0").rstrip(".") if "." in text else text
    else:
        mantissa, _, exponent = f"{value:.{digits - 1}e}".partition("e")
        mantissa = mantissa.rstrip("0").rstrip(".") if "." in mantissa else mantissa
        text = f"{mantissa}e{int(exponent)}"
    return text.replace("-", MINUS)


def _position(value: float, limits: Limits) -> float:
    return (value - limits.low) / (limits.high - limits.low)


def _round_numbers(limits: Limits) -> list[float]:
    """Return one or two round values per side that keep away from the labelled ends."""
    power = 10.0 ** math.floor(math.log10(limits.high))
    step = next(f * power for f in (0.2, 0.5, 1.0, 2.0, 5.0) if f * power >= limits.high / 3)
    values = [step * i for i in (1, 2) if step * i <= 0.8 * limits.high]
    return [*values, *([-value for value in values] if limits.signed else [])]
