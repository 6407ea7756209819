"""What a person asks for when choosing filters."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from types import MappingProxyType

from core.errors import WavecubeError
from core.filters.builtin import bank_kind, bank_values
from core.parameters import Value


@dataclass(frozen=True, slots=True)
class BankRequest:
    """A bank as `core.filters.builtin.make_bank` takes it; compared by value.

    Parameters
    ----------
    name
        One of `core.filters.builtin.bank_names`.
    values
        Its parameters. What forms offer and is missing here is filled in with the defaults; names or values
        that the bank does not take stay as they are, for `make_bank` to refuse.
    """

    name: str = "zero-mean"
    values: Mapping[str, Value] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Make two requests for the same bank equal, however few values were given."""
        values = dict(self.values)
        with suppress(WavecubeError):
            kind = bank_kind(self.name)
            full = bank_values(kind, values)
            values = {
                parameter.name: full[parameter.name] for parameter in kind.parameters if not parameter.hidden
            }
        object.__setattr__(self, "values", MappingProxyType(values))

    def __hash__(self) -> int:
        return hash((self.name, tuple(self.values.items())))
