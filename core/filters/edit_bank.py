"""Banks that were changed by hand: one filter swapped, added, removed, all resized, or begun from nothing.

Such a bank has the kind "edited" and remembers where it came from: ``origin`` (the kind before),
``origin_parameters`` and ``edited`` (which filters were changed).

Views are recipes on the responses, whatever the weights are, so they stay; only those that bring weights of
their own (two stages) or that name a filter which was removed are dropped. Warnings were about weights that
are no longer there.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from core.errors import FilterError
from core.filters.bank import FilterBank, check_bank_shape
from core.filters.builtin import bank_kind, bank_names
from core.filters.edit import Given, identity, resized
from core.filters.views import View
from core.parameters import Size

EDITED = "edited"
NEW = "new"
MARK = "(edited)"


def with_kernel(bank: FilterBank, index: int, weights: Given) -> FilterBank:
    """Return the bank with other weights for one filter, whose name says so (once); itself if they are equal.

    Parameters
    ----------
    weights
        (kT, kH, kW, C); another size than before only in a bank of one filter.

    Raises
    ------
    FilterError
        If the size differs from that of the other filters, or a number is not finite.
    """
    if weights.shape != bank.weights.shape[1:] and len(bank) > 1:
        raise FilterError(
            f"All filters of a bank have one size: {_size(weights.shape)} cannot stand beside "
            f"{_size(bank.weights.shape[1:])}. Resize the bank to square frames first."
        )
    # Beyond float32: becomes infinite, which `from_weights` tells in a sentence of its own.
    with np.errstate(over="ignore"):
        given = weights.astype(np.float32)
    if np.array_equal(given, bank.weights[index]):
        return bank
    changed = given[np.newaxis] if len(bank) == 1 else np.array(bank.weights)
    changed[index] = given
    names = list(bank.names)
    names[index] = edited_name(names[index], index)
    return _edited(bank, changed, bank.bias, names, touched=(index,))


def with_copy(bank: FilterBank, index: int) -> FilterBank:
    """Return the bank with a copy of one filter at its end.

    Raises
    ------
    FilterError
        If it has 64 already.
    """
    check_bank_shape((len(bank) + 1, *bank.weights.shape[1:]))
    weights = np.concatenate([bank.weights, bank.weights[index : index + 1]])
    bias = np.append(bank.bias, bank.bias[index])
    plain = bank.names[index] == f"filter {index + 1}"
    name = f"filter {len(bank) + 1}" if plain else _free_name(f"{bank.names[index]} copy", bank.names)
    return _edited(bank, weights, bias, (*bank.names, name))


def without(bank: FilterBank, index: int) -> FilterBank:
    """Return the bank without one filter; views that need it are dropped.

    Raises
    ------
    FilterError
        If it is the only one.
    """
    if len(bank) == 1:
        raise FilterError("This is the only filter; a bank has at least one.")
    kept = [i for i in range(len(bank)) if i != index]
    names = [
        f"filter {new + 1}" if bank.names[old] == f"filter {old + 1}" else bank.names[old]
        for new, old in enumerate(kept)
    ]
    views = [view for old in bank.views if (view := _without(old, index)) is not None]
    bank = replace(bank, views=tuple(views))
    return _edited(bank, bank.weights[kept], bank.bias[kept], names)


def resized_bank(bank: FilterBank, size: Size) -> FilterBank:
    """Return the bank with all kernels cut or padded with zeros around their centres.

    Raises
    ------
    FilterError
        If the size is not allowed.
    """
    check_bank_shape((len(bank), *size, bank.channels))
    weights = np.stack([resized(kernel, size) for kernel in bank.weights])
    return _edited(bank, weights, bank.bias, bank.names)


def new_bank(count: int, size: Size, channels: int = 1, *, pass_through: bool = False) -> FilterBank:
    """Return a bank to start from: all zeros, or filters that pass the clip through.

    Parameters
    ----------
    count
        Filters, 1 to 64.
    size
        (kT, kH, kW), each 1 to 16.
    channels
        1: filters that see brightness; 3: each colour has weights of its own.

    Raises
    ------
    FilterError
        If a number is not allowed.
    """
    check_bank_shape((count, *size, channels))
    one = identity(size, channels) if pass_through else np.zeros((*size, channels))
    weights = np.repeat(one[np.newaxis], count, axis=0)
    return FilterBank.from_weights(weights, kind=EDITED, parameters={"origin": NEW})


def edited_name(name: str, index: int) -> str:
    """Return what a filter is called after a change; "filter 3" is only a number and becomes "edited"."""
    if name == f"filter {index + 1}":
        return EDITED
    return name if name == EDITED or name.endswith(MARK) else f"{name} {MARK}"


def origin_title(bank: FilterBank) -> str:
    """Return in words what an edited bank was before: "Sobel", "bank.npz", "new"; "" for other banks."""
    if bank.kind != EDITED:
        return ""
    origin = str(bank.parameters.get("origin", NEW))
    if origin in bank_names():
        return bank_kind(origin).title
    given = bank.parameters.get("origin_parameters", {})
    path = given.get("path") if isinstance(given, Mapping) else None
    return Path(str(path)).name if path else origin


def _edited(
    bank: FilterBank, weights: Given, bias: Given, names: Sequence[str], touched: tuple[int, ...] = ()
) -> FilterBank:
    parameters: dict[str, Any] = dict(bank.parameters)
    if bank.kind != EDITED:
        parameters = {"origin": bank.kind, "origin_parameters": parameters}
    if len(names) < len(bank):  # numbers of filters mean others now
        parameters.pop("edited", None)
    edited = {*parameters.get("edited", ()), *touched}
    if edited:
        parameters["edited"] = tuple(sorted(edited))
    views = tuple(view for view in bank.views if view.stages is None)
    return FilterBank.from_weights(weights, bias, names, kind=EDITED, parameters=parameters, views=views)


def _without(view: View, removed: int) -> View | None:
    """Return a view whose filters are counted anew, or None where it needs the removed one."""
    terms = [product for products in view.products for product in products]
    if any(removed in (term.first, term.second) for term in terms):
        return None

    def place(index: int) -> int:
        return index - int(index > removed)

    products = tuple(
        tuple(replace(term, first=place(term.first), second=place(term.second)) for term in products)
        for products in view.products
    )
    return replace(view, products=products)


def _free_name(wanted: str, taken: Sequence[str]) -> str:
    name, number = wanted, 2
    while name in taken:
        name, number = f"{wanted} {number}", number + 1
    return name


def _size(shape: tuple[int, ...]) -> str:
    return "x".join(map(str, shape[:3]))
