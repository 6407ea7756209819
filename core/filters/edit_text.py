"""Weights as people write them: one number in a cell, a table from a spreadsheet, and back.

``0.5``, ``-1/8``, ``.25``, ``1e-3`` and, with a decimal comma, ``0,5`` are numbers. What is not one is
refused with a sentence that a field can show.
"""

import math
import re
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.errors import FilterError
from core.filters.kinds import Weights
from core.limits import MAX_KERNEL_SIDE

MAX_WEIGHT = 1e6
# More than any table that fits a frame: text of megabytes is not read to its end.
_MAX_TEXT = 64 * 1024
_MAX_SHOWN = 24

_DECIMAL = r"[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?"
_NUMBER = re.compile(rf"({_DECIMAL})(?:/({_DECIMAL}))?", re.IGNORECASE | re.ASCII)
# What becomes a number with the next key.
_UNFINISHED = re.compile(
    rf"(?:{_DECIMAL}/)?[+-]?\.?|{_DECIMAL}/|(?:{_DECIMAL}/)?[+-]?(?:\d+\.?\d*|\.\d+)e[+-]?",
    re.IGNORECASE | re.ASCII,
)


def parse_weight(text: str) -> float:
    """Return the number that a person typed.

    Raises
    ------
    FilterError
        If it is none, not finite, or beyond ±1e6.
    """
    return _checked(text, "A weight")


def is_unfinished(text: str) -> bool:
    """Tell whether a text only lacks its end: "-", "1/", "2e-"; empty text lacks everything."""
    plain = _plain(text)
    return bool(plain) and _UNFINISHED.fullmatch(plain) is not None


def weight_text(value: float) -> str:
    """Return a float32 weight with as few digits as bring exactly it back: "0.1", "-0.0078125"."""
    return str(np.float32(value)).removesuffix(".0")


def parse_table(text: str) -> Weights:
    """Return a table (rows, columns) of numbers, as spreadsheets and editors put it on the clipboard.

    Parameters
    ----------
    text
        Rows in lines; numbers with tabs or semicolons between them (then a comma is a decimal comma), or
        with commas or spaces.

    Raises
    ------
    FilterError
        If it is empty, too large for a kernel, ragged, or a number is none, with its place.
    """
    lines = [line for line in text[: _MAX_TEXT + 1].replace("\r", "\n").split("\n") if line.strip()]
    if not lines:
        raise FilterError("There is no text to paste: copy a table of numbers first.")
    rows = [_cells(line) for line in lines[: MAX_KERNEL_SIDE + 1]]
    widest = max(map(len, rows))
    if len(text) > _MAX_TEXT or len(rows) > MAX_KERNEL_SIDE or widest > MAX_KERNEL_SIDE:
        raise FilterError(
            f"The table is too large: a frame has at most {MAX_KERNEL_SIDE} x {MAX_KERNEL_SIDE} numbers."
        )
    for number, row in enumerate(rows, 1):
        if len(row) != len(rows[0]):
            raise FilterError(
                f"Row {number} of the table has {len(row)} numbers, the first row {len(rows[0])}."
            )
    places = ((y, x) for y in range(len(rows)) for x in range(len(rows[0])))
    values = [_checked(rows[y][x], f"The number in row {y + 1}, column {x + 1}") for y, x in places]
    return np.array(values).reshape(len(rows), len(rows[0]))


def table_text(frame: NDArray[np.floating[Any]]) -> str:
    """Return a frame (kH, kW) as lines of numbers with tabs between them."""
    return "\n".join("\t".join(weight_text(value) for value in row) for row in frame.tolist())


def _cells(line: str) -> list[str]:
    for separator in ("\t", ";"):
        if separator in line:
            return line.strip("\n ").split(separator)
    return [cell for cell in re.split(r"[,\s]+", line.strip()) if cell]


def _plain(text: str) -> str:
    """Return a text with the minus signs and the decimal point that programs read."""
    plain = re.sub(r"\s", "", text).replace("\u2212", "-").replace("\u2013", "-")
    return plain.replace(",", ".") if plain.count(",") == 1 and "." not in plain else plain


def _checked(text: str, what: str) -> float:
    plain = _plain(text)
    if not plain:
        raise FilterError(f"{what} is a number such as 0.5, -2 or 1/8; the field is empty.")
    match = _NUMBER.fullmatch(plain)
    shown = text.strip() if len(text.strip()) <= _MAX_SHOWN else f"{text.strip()[:_MAX_SHOWN]}…"
    if match is None:
        infinite = plain.lower().lstrip("+-") in ("inf", "infinity", "∞")
        hint = f"; the largest is {MAX_WEIGHT:.0f}" if infinite else ""
        raise FilterError(f"{what} is a number such as 0.5, -2 or 1/8, not {shown!r}{hint}.")
    divisor = float(match[2] or 1.0)
    if divisor == 0.0:
        raise FilterError(f"{what} cannot be {shown}: nothing can be divided by 0.")
    value = float(match[1]) / divisor
    if not math.isfinite(value) or abs(value) > MAX_WEIGHT:
        raise FilterError(f"{what} lies between -{MAX_WEIGHT:.0f} and {MAX_WEIGHT:.0f}; {shown} does not.")
    return value
