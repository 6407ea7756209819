"""Colour tables: published maps that eyes with any kind of colour vision can read.

A table has `LEVELS` = 127 entries, on the screen, in the legend and in files. The number is odd, so a
diverging table has a middle (index 63) that means exactly 0; and it is small, so one GIF frame (256
colours) holds the features exactly and still has room for captions and a colour input.

Diverging tables put cold colours at negative and warm colours at positive responses. The kernels' table
is not offered for responses: weights and responses never look alike.
"""

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from core.errors import UsageError
from core.paths import resource

LEVELS = 127
MIDDLE = LEVELS // 2

KERNEL_TABLE = "PRGn"
WHEEL = "wheel"  # of directions; made by core.display.wheel, not published


@dataclass(frozen=True, slots=True)
class _Published:
    """Where a map comes from: its full name in the catalogue of the package `cmap`."""

    full_name: str
    label: str
    reversed: bool = False


# Crameri, Shephard & Heron, Nature Communications 11 (2020) 5444; Brewer, colorbrewer2.org.
_DIVERGING = {
    "vik": _Published("crameri:vik", "blue – red"),
    "berlin": _Published("crameri:berlin", "blue – red, black at 0"),
    # ColorBrewer runs from warm to cold.
    "RdBu": _Published("colorbrewer:RdBu", "blue – red, vivid", reversed=True),
    "PuOr": _Published("colorbrewer:PuOr", "purple – orange", reversed=True),
    "broc": _Published("crameri:broc", "blue – olive"),
}
_KERNEL = {KERNEL_TABLE: _Published("colorbrewer:PRGn", "purple – green")}
# Nuñez, Anderton & Renslow, PLoS ONE 13 (2018) e0199239; Smith & van der Walt (2015).
_SEQUENTIAL = {
    "cividis": _Published("cividis:cividis", "blue – yellow"),
    "viridis": _Published("bids:viridis", "violet – green – yellow"),
    "magma": _Published("bids:magma", "black – pink – cream"),
    "inferno": _Published("bids:inferno", "black – orange – yellow"),
    "gray": _Published("matlab:gray", "black – white"),
}
_ALL = _DIVERGING | _KERNEL | _SEQUENTIAL


@dataclass(frozen=True, eq=False)
class ColorTable:
    """The colours of one map, from the low to the high contrast limit.

    Parameters
    ----------
    name
        One of `diverging_names`, `sequential_names`, `KERNEL_TABLE` or `WHEEL`.
    rgb
        (127, 3) uint8, read-only.
    diverging
        Whether index 63 is the neutral colour of 0.
    """

    name: str
    rgb: NDArray[np.uint8]
    diverging: bool

    @property
    def label(self) -> str:
        """What people read in a list: "vik: blue – red"."""
        return table_label(self.name)


def diverging_names() -> tuple[str, ...]:
    """Return the tables for signed responses, the default first."""
    return tuple(_DIVERGING)


def sequential_names() -> tuple[str, ...]:
    """Return the tables for responses that are never negative, the default first."""
    return tuple(_SEQUENTIAL)


def table_label(name: str) -> str:
    """Return a table's name and colours in words, for lists."""
    if name == WHEEL:
        return "colour wheel"
    return f"{name}: {_published(name).label}"


@cache
def color_table(name: str) -> ColorTable:
    """Return a table by name; the same object each time.

    Raises
    ------
    UsageError
        If there is no such table; the sentence lists the names.
    """
    _published(name)
    return ColorTable(name, _bundled()[tuple(_ALL).index(name)], name not in _SEQUENTIAL)


@cache
def _bundled() -> NDArray[np.uint8]:
    """Return all tables, (maps, 127, 3), as resources/make_colour_tables.py wrote them.

    The library of maps itself would take 0.1 s of the start for a catalogue of a thousand.
    """
    tables: NDArray[np.uint8] = np.load(resource("colour_tables.npy"), allow_pickle=False)
    tables.setflags(write=False)
    return tables


def published_names() -> dict[str, tuple[str, bool]]:
    """Return each table's full name and whether it is reversed, in the order of the bundled file."""
    return {name: (published.full_name, published.reversed) for name, published in _ALL.items()}


def _published(name: str) -> _Published:
    try:
        return _ALL[name]
    except KeyError:
        raise UsageError(f"There is no colour map {name!r}; there are {', '.join(_ALL)}.") from None
