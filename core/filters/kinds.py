"""What a filter bank that is made from a few numbers is: its texts, its parameters and its maker."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from core.filters.views import View
from core.limits import MAX_FILTERS, MAX_KERNEL_SIDE
from core.parameters import Parameter, Size

Weights: TypeAlias = NDArray[np.float64]
Values: TypeAlias = Mapping[str, Any]

MAX_SEED = 2**32 - 1

# Parameters that several banks have; a bank may bring its own of the same name with another range.
FILTERS = Parameter("filters", 8, 1, MAX_FILTERS, subject="The number of filters", label="count")


def size_parameter(default: Size, least: int = 1, most: int = MAX_KERNEL_SIDE) -> Parameter:
    """Return the parameter kernel size, for formulas that need at least or take at most so many taps."""
    return Parameter(
        "kernel",
        default,
        least,
        most,
        subject="Each side of a kernel",
        label="kernel size",
        tip="Kernel size along t × y × x: frames, rows, columns",
    )


KERNEL = size_parameter((5, 5, 5))
SEED = Parameter("seed", 0, 0, MAX_SEED, subject="The seed", tip="The number that the weights come from")
# Banks of known formulas are grey: on RGB they answer to the mean of the channels (each gets w / 3).
GREY_CHANNELS = Parameter("channels", 1, 1, 3, subject="The number of channels", hidden=True)


@dataclass(frozen=True, eq=False)
class Design:
    """What a maker makes.

    Parameters
    ----------
    weights
        (N, kT, kH, kW, C) float64.
    names
        One short name for each filter, or () for numbers.
    views
        What can be shown beside the responses.
    warnings
        Sentences about these very parameters ("sampled this coarsely, …"), for the person.
    """

    weights: Weights
    names: tuple[str, ...] = ()
    views: tuple[View, ...] = ()
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class BankKind:
    """One way to make a bank.

    Parameters
    ----------
    name
        As on the command line, with hyphens; any case, spaces and underscores are matched, too.
    title
        In the window's list.
    group
        Heading in that list.
    description
        One line: what it is.
    answers, blind, hint
        Short texts for the person: what it answers to, what it is blind to, what to try.
    source
        The paper (authors, journal, year, section), or "".
    parameters
        What it takes, in the order of the form.
    build
        Makes the weights from checked values (all parameters present). Raises FilterError with a sentence
        when values do not go together.
    stimulus
        A clip that shows it best, ``stimulus:…``; what everybody knows is shown by ``sample:wave``.
    """

    name: str
    title: str
    group: str
    description: str
    answers: str
    blind: str
    hint: str
    parameters: tuple[Parameter, ...]
    build: Callable[[Values], Design]
    source: str = ""
    stimulus: str = "sample:wave"

    @property
    def random(self) -> bool:
        """Whether a new seed gives new filters."""
        return any(parameter.name == "seed" for parameter in self.parameters)
