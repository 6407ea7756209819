"""Filter banks by name: which there are, and how one is made from a few numbers.

``gabor?speed=1&size=9`` on the command line and ``make_bank("gabor", speed=1, size=9)`` are the same; every
bank has its formulas, its paper and a drawing in the module that makes it.
"""

from collections.abc import Mapping
from typing import Any

from core.errors import FilterError, UsageError
from core.filters import (
    bases,
    derivatives,
    elementary,
    gabor,
    motion_energy,
    networks,
    oriented_energy,
    periodic,
    random_banks,
    scale_space,
    simoncelli_heeger,
    steerable,
    velocity,
)
from core.filters.bank import FilterBank
from core.filters.kinds import GREY_CHANNELS, KERNEL, MAX_SEED, BankKind
from core.parameters import Parameter, Size, Value, checked_all, nearest, split_query

__all__ = ["MAX_SEED", "bank_kind", "bank_kinds", "bank_names", "kernel_size", "make_bank", "parse_bank"]

_SYNONYMS = {"count": "filters", "n": "filters", "size": "kernel", "kernel_size": "kernel"}
_KINDS: tuple[BankKind, ...] = (
    *random_banks.KINDS,
    *elementary.KINDS,
    *derivatives.KINDS,
    *scale_space.KINDS,
    *velocity.KINDS,
    *steerable.KINDS,
    *oriented_energy.KINDS,
    *motion_energy.KINDS,
    *gabor.KINDS,
    *simoncelli_heeger.KINDS,
    *periodic.KINDS,
    *bases.KINDS,
    *networks.KINDS,
)


def bank_kinds() -> tuple[BankKind, ...]:
    """Return all kinds, the default first, those of a group together."""
    return _KINDS


def bank_names() -> tuple[str, ...]:
    """Return the names that `make_bank` knows, the default first."""
    return tuple(kind.name for kind in _KINDS)


def bank_kind(name: str) -> BankKind:
    """Return a kind by its name, in any case, with spaces, hyphens or underscores.

    Raises
    ------
    FilterError
        If there is none of that name.
    """
    plain = _plain(str(name))
    for kind in _KINDS:
        if plain in (_plain(kind.name), _plain(kind.title)):
            return kind
    close = nearest(str(name).strip().lower(), bank_names())
    raise FilterError(f"There is no filter bank {str(name)!r}; choose {', '.join(bank_names())}.{close}")


def bank_parameters(kind: BankKind) -> tuple[Parameter, ...]:
    """Return all that a kind takes, what forms hide included."""
    own = kind.parameters
    return own if any(parameter.name == "channels" for parameter in own) else (*own, GREY_CHANNELS)


def parse_bank(text: str) -> tuple[str, dict[str, str]]:
    """Split ``NAME?key=value&…``.

    Raises
    ------
    UsageError
        Where a key has no value.
    """
    return split_query(text, "A filter bank")


def make_bank(name: str = "zero-mean", /, **parameters: Any) -> FilterBank:
    """Make a bank.

    Parameters
    ----------
    name
        One of `bank_names`, in any case.
    **parameters
        What the kind takes (`bank_kind`); numbers may be given as text. Random banks take ``filters`` (or
        ``count``, ``n``): 1 to 64, default 8; ``kernel`` (or ``size``, ``kernel_size``): (kT, kH, kW),
        ``"5x5x5"`` or one number for a cube, each 1 to 16, default 5x5x5; ``seed``: 0 to 2**32 - 1, default
        0; ``channels``: 3 for RGB (default), 1 for grey, or up to 1024 for a further layer. Banks of known
        formulas are grey (``channels`` 1, or 3 to have each weight spread over R, G and B).

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
    values = bank_values(kind, parameters)
    design = kind.build(values)
    bank = FilterBank.from_weights(
        design.weights,
        names=design.names or None,
        kind=kind.name,
        parameters=values,
        views=design.views,
        warnings=design.warnings,
    )
    return bank.for_channels(int(values["channels"]))  # type: ignore[arg-type]


def bank_values(kind: BankKind, given: Mapping[str, Any]) -> dict[str, Value]:
    """Return all parameters of a kind, checked, defaults filled in.

    Raises
    ------
    FilterError
        If a name is not known or a value is out of range.
    """
    try:
        known = {parameter.name: parameter for parameter in bank_parameters(kind)}
        return checked_all(kind.title, known, given, _SYNONYMS)
    except UsageError as error:
        raise FilterError(str(error)) from error


def kernel_size(value: Any) -> Size:
    """Return (kT, kH, kW) from three whole numbers, from text such as ``"5x5x5"``, or from one number.

    Raises
    ------
    FilterError
        If it is not three whole numbers from 1 to 16.
    """
    try:
        return KERNEL.checked(value)  # type: ignore[return-value]
    except UsageError as error:
        raise FilterError(str(error)) from error


def _plain(name: str) -> str:
    return name.strip().casefold().replace(" ", "-").replace("_", "-")
