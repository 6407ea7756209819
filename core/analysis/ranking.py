"""In which order the tiles of a bank are shown."""

from collections.abc import Sequence

from core.analysis.profile import Profile
from core.errors import UsageError

ORDERS = ("bank", "response", "DSI", "name")


def ranked(
    order: str,
    names: Sequence[str],
    strengths: Sequence[float | None],
    profiles: Sequence[Profile | None],
) -> tuple[int, ...]:
    """Return the tiles' indices in an order; equal ones stay in the order of the bank.

    Parameters
    ----------
    order
        One of `ORDERS`: as the bank has them; by response to this clip or by DSI, the largest first; by
        name, numbers in names by their value.
    names
        One for each tile.
    strengths
        Of each tile (`core.analysis.traces.strength`).
    profiles
        Of each tile. What is not known yet (None, or missing at the end of either list) comes last.

    Raises
    ------
    UsageError
        If there is no such order.
    """
    if order not in ORDERS:
        raise UsageError(f"Filters cannot be ordered by {order!r}; choose {', '.join(ORDERS)}.")
    tiles = range(len(names))
    if order == "name":
        from natsort import natsort_keygen, ns

        key = natsort_keygen(alg=ns.IGNORECASE)
        return tuple(sorted(tiles, key=lambda i: key(names[i])))
    if order == "bank":
        return tuple(tiles)
    if order == "DSI":
        values = [None if found is None else found.dsi for found in profiles]
    else:
        values = list(strengths)
    values += [None] * (len(names) - len(values))
    return tuple(sorted(tiles, key=lambda i: _descending(values[i])))


def by_static_index(values: Sequence[float | None]) -> tuple[int, ...]:
    """Return the filters' indices from the most static to the most dynamic; those without an index last."""
    return tuple(sorted(range(len(values)), key=lambda i: _descending(values[i])))


def _descending(value: float | None) -> tuple[bool, float]:
    return value is None, 0.0 if value is None else -value
