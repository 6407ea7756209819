"""Filter banks that are made from a few numbers.

========= ==================================================================================
kind      weights of one kernel (kT, kH, kW, C)
========= ==================================================================================
zero-mean N(0, 1), its mean subtracted, divided by its L2 norm: sum 0, norm 1
raw       0.5 N(0, 1): the original experiment, which used seed 5 and one 5x5x5 kernel on RGB
He        N(0, 2 / (C kT kH kW)): how video networks with ReLU start (He et al., ICCV 2015)
========= ==================================================================================

All draw from ``numpy.random.RandomState(seed).randn``, kernel after kernel, so the first kernels of a
large bank are those of a small one. NumPy promises never to change that stream; sums are taken with
`math.fsum`, which is exact: the same seed, count and size give the same float32 weights on every machine.
"""

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from numbers import Integral
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.errors import FilterError
from core.filters.bank import FilterBank, check_bank_shape
from core.limits import MAX_CHANNELS, MAX_FILTERS, MAX_KERNEL_SIDE

Drawn = NDArray[np.float64]
MAX_SEED = 2**32 - 1
_SYNONYMS = {"count": "filters", "n": "filters", "size": "kernel", "kernel_size": "kernel"}


@dataclass(frozen=True, slots=True)
class BankKind:
    """One way to make a bank.

    Parameters
    ----------
    name, description
        For people.
    shape
        Turns (N, kT, kH, kW, C) standard normal numbers into weights of that shape.
    """

    name: str
    description: str
    shape: Callable[[Drawn], Drawn]


@dataclass(frozen=True, slots=True)
class _Wish:
    """What a bank is made from, checked."""

    filters: int = 8
    kernel: tuple[int, int, int] = (5, 5, 5)
    seed: int = 0
    channels: int = 3


def _zero_mean(drawn: Drawn) -> Drawn:
    if drawn[0].size < 2:
        raise FilterError("A zero-mean kernel needs at least two weights: 1x1x1 on one channel has only one.")
    for kernel in drawn:
        kernel -= math.fsum(kernel.flat) / kernel.size
        kernel /= math.sqrt(math.fsum((kernel * kernel).flat))
    return drawn


def _raw(drawn: Drawn) -> Drawn:
    return drawn * 0.5


def _he(drawn: Drawn) -> Drawn:
    return drawn * math.sqrt(2.0 / drawn[0].size)


_KINDS = (
    BankKind(
        "zero-mean", "random, every kernel with sum 0 and norm 1: blind to plain brightness", _zero_mean
    ),
    BankKind("raw", "random, 0.5 N(0, 1): the original experiment (seed 5, 1 filter, 5x5x5)", _raw),
    BankKind("He", "random, N(0, 2 / number of weights): how networks with ReLU start", _he),
)


def bank_names() -> tuple[str, ...]:
    """Return the names that `make_bank` knows, the default first."""
    return tuple(kind.name for kind in _KINDS)


def bank_kind(name: str) -> BankKind:
    """Return a kind by its name, in any case.

    Raises
    ------
    FilterError
        If there is none of that name.
    """
    for kind in _KINDS:
        if kind.name.casefold() == str(name).strip().casefold():
            return kind
    raise FilterError(f"There is no filter bank {str(name)!r}; choose {', '.join(bank_names())}.")


def make_bank(name: str = "zero-mean", **parameters: Any) -> FilterBank:
    """Make a bank.

    Parameters
    ----------
    name
        One of `bank_names`, in any case.
    **parameters
        ``filters`` (or ``count``, ``n``): 1 to 64, default 8; ``kernel`` (or ``size``, ``kernel_size``):
        (kT, kH, kW), ``"5x5x5"`` or one number for a cube, each 1 to 16, default 5x5x5; ``seed``: 0 to
        2**32 - 1, default 0; ``channels``: 3 for RGB (default), 1 for grey, or up to 1024 for a further
        layer. Whole numbers may be given as text.

    Raises
    ------
    FilterError
        If a name is not known or a value is out of range.

    Notes
    -----
    Weights are made in float64 and rounded to float32 once. The rounding leaves a zero-mean kernel of n
    weights with a sum below n 2**-25 and a norm of 1 within 1e-6; nothing is corrected after it, so the
    rounded weights stay what every machine computes.
    """
    kind = bank_kind(name)
    wish = _wish(parameters)
    drawn = np.random.RandomState(wish.seed).randn(wish.filters, *wish.kernel, wish.channels)
    kept = {"filters": wish.filters, "kernel": wish.kernel, "seed": wish.seed, "channels": wish.channels}
    return FilterBank.from_weights(kind.shape(drawn), kind=kind.name, parameters=kept)


def _wish(parameters: Mapping[str, Any]) -> _Wish:
    known: dict[str, Any] = {}
    for given, value in parameters.items():
        name = _SYNONYMS.get(given, given)
        if name not in ("filters", "kernel", "seed", "channels"):
            raise FilterError(f"A bank takes filters, kernel, seed and channels, not {given!r}.")
        if name in known:
            raise FilterError(f"{given!r} and its synonym were both given; {name!r} alone is enough.")
        known[name] = value
    filters = _whole(known.get("filters", 8), "The number of filters", 1, MAX_FILTERS)
    seed = _whole(known.get("seed", 0), "The seed", 0, MAX_SEED)
    channels = _whole(known.get("channels", 3), "The number of channels", 1, MAX_CHANNELS)
    kernel = kernel_size(known.get("kernel", (5, 5, 5)))
    check_bank_shape((filters, *kernel, channels))  # before anything is drawn
    return _Wish(filters, kernel, seed, channels)


def kernel_size(value: Any) -> tuple[int, int, int]:
    """Return (kT, kH, kW) from three whole numbers, from text such as ``"5x5x5"``, or from one number.

    Raises
    ------
    FilterError
        If it is not three whole numbers from 1 to 16.
    """
    parts = re.split("[x×,]", value.strip().lower()) if isinstance(value, str) else value
    if isinstance(value, Integral) or (isinstance(value, str) and len(parts) == 1 and parts[0]):
        parts = [value] * 3  # a cube, as on the command line
    try:
        t, y, x = parts
    except (TypeError, ValueError):
        raise FilterError(f"A kernel size is TxHxW, for example 5x5x5, not {value!r}.") from None
    what = "Each side of a kernel"
    return (
        _whole(t, what, 1, MAX_KERNEL_SIDE),
        _whole(y, what, 1, MAX_KERNEL_SIDE),
        _whole(x, what, 1, MAX_KERNEL_SIDE),
    )


def _whole(value: Any, what: str, low: int, high: int) -> int:
    """Return a whole number in a range; 3, numpy's 3, 3.0 and "3" are all three."""
    try:
        number = int(value)
        whole = not isinstance(value, bool) and (isinstance(value, str) or number == value)
    except (TypeError, ValueError, OverflowError):
        whole = False
    if not whole or not low <= number <= high:
        raise FilterError(f"{what} is a whole number from {low} to {high}, not {value!r}.")
    return number
