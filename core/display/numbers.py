"""Numbers as people read them: "~" before what was rounded, all digits where they are asked for."""

import math

import numpy as np

from core.display.legend import MINUS, format_response

_THIN = "\u2009"  # a space: "~" and "−" look alike


def rounded(value: float, digits: int = 4, *, single: bool = False) -> str:
    """Return a number with so many significant digits, "~" before it where they are not all.

    Parameters
    ----------
    single
        Whether the number is a float32: then 0.1 is all of it, although float64 sees more digits.
    """
    return _marked(format_response(value, digits), value, single)


def fixed(value: float, decimals: int, *, single: bool = False) -> str:
    """Return a number with at most so many decimals, for columns of a table; "~" as in `rounded`."""
    if not math.isfinite(value):
        return format_response(value)
    text = f"{value:.{decimals}f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    text = "0" if text == "-0" else text
    return _marked(text.replace("-", MINUS), value, single)


def all_digits(value: float, *, single: bool = False) -> str:
    """Return the shortest text that is read back as exactly this number."""
    return (str(np.float32(value)) if single else repr(float(value))).replace("-", MINUS)


def decimals_for(limit: float, digits: int = 2) -> int:
    """Return the decimals at which numbers up to a limit have so many significant digits; 0 to 6."""
    if not 0 < limit < math.inf:
        return digits
    return min(max(digits - math.ceil(math.log10(limit)), 0), 6)


def widest(limit: float, decimals: int) -> str:
    """Return a text as wide as any that `fixed` makes of numbers from −limit to limit."""
    whole = len(str(int(limit))) if math.isfinite(limit) else 1
    return f"~{_THIN}{MINUS}{'0' * whole}.{'0' * decimals}"


def _marked(text: str, value: float, single: bool) -> str:
    said = float(text.replace(MINUS, "-"))
    # Beyond float32 nothing is said of a float32: no warning is needed.
    with np.errstate(over="ignore"):
        exact = np.float32(said) == np.float32(value) if single else said == value
    if exact or math.isnan(value):
        return text
    return f"~{_THIN if text.startswith(MINUS) else ''}{text}"
