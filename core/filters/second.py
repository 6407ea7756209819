"""Filters of a second layer: their channels are the feature volumes of the first.

C volumes come in, so a kernel is (kT, kH, kW, C). What such kernels may do, from the plainest on::

    mean         w(c) = 1 / C                                   1x1x1: all channels become one picture
    difference   w(a) = 1, w(b) = -1                            1x1x1: where a answers more than b
    pairs        the same for many pairs at once                1x1x1: opponents
    change       t(i) in channel n, 0 in all others             one for each channel, along time only
    random       over all channels, all times, all places       what a network begins with
    a bank       its kernel k(t, y, x) in one channel, or       as if the first layer's volume were
                 k / C in all of them                           the clip

The last line makes every grey bank of `core.filters.builtin` a second layer. A kernel without a size of its
own mixes channels only (Lin, Chen and Yan, Network in network, ICLR 2014).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeAlias

import numpy as np

from core.errors import FilterError, UsageError
from core.filters.bank import FilterBank, channel_count, check_bank_shape
from core.filters.builtin import bank_kinds, make_bank
from core.filters.elementary import DIFFERENCES
from core.filters.kinds import FILTERS, SEED, BankKind, Design, Values, size_parameter
from core.limits import MAX_FILTERS
from core.parameters import Parameter, Value, checked_all, nearest

Names: TypeAlias = Sequence[str]

RANDOM, MIXING, SINGLE = "Random", "Mixing channels", "One picture through a bank"
_NEIGHBOURS, _HALF = 1, 2
_PAIRING = Parameter(
    "pairing",
    _HALF,
    _NEIGHBOURS,
    _HALF,
    words={"half the list apart": _HALF, "1−2, 3−4, …": _NEIGHBOURS},
    subject="The pairing",
    label="pairs",
    tip="Each channel less the one half the list further on, which in a list of directions is the opposite "
    "one; or neighbours in the list",
)
_ORDER = Parameter(
    "order",
    1,
    1,
    3,
    words={name: i for i, name in enumerate(DIFFERENCES, 1)},
    subject="The order",
    label="difference",
    tip="first: this frame less the one before; central: the next less the one before; second: how the "
    "change changes",
)


@dataclass(frozen=True, eq=False)
class SecondKind:
    """One way to make the filters of a second layer.

    Parameters
    ----------
    name, title, group
        To choose it by, in a list, and its heading there.
    description
        What it does, a sentence.
    parameters
        What it takes, for first-layer volumes of these names.
    build
        Makes the weights from checked values, for volumes of these names.
    """

    name: str
    title: str
    group: str
    description: str
    parameters: Callable[[Names], tuple[Parameter, ...]]
    build: Callable[[Values, Names], Design]

    @property
    def random(self) -> bool:
        """Whether a new seed gives new filters."""
        return any(parameter.name == "seed" for parameter in self.parameters(("",)))


@cache
def second_kinds() -> tuple[SecondKind, ...]:
    """Return all kinds, the default first, those of a group together."""
    grey = (kind for kind in bank_kinds() if all(p.name != "channels" for p in kind.parameters))
    return (*_OWN, *(_of_one_picture(kind) for kind in grey))


def second_kind(name: str) -> SecondKind:
    """Return a kind by its name.

    Raises
    ------
    FilterError
        If there is none of that name.
    """
    for kind in second_kinds():
        if kind.name == name:
            return kind
    names = [kind.name for kind in second_kinds()]
    raise FilterError(f"There is no second layer {name!r}; choose {', '.join(names)}.{nearest(name, names)}")


def second_values(kind: SecondKind, channels: Names, given: Mapping[str, Any]) -> dict[str, Value]:
    """Return all parameters of a kind, checked, defaults filled in.

    Raises
    ------
    FilterError
        If a name is not known or a value is out of range: a channel that is not there, say.
    """
    known = {parameter.name: parameter for parameter in kind.parameters(channels)}
    try:
        return checked_all(kind.title, known, given, {})
    except UsageError as error:
        raise FilterError(str(error)) from error


def make_second(name: str, channels: Names, /, **parameters: Any) -> FilterBank:
    """Make the filters of a second layer.

    Parameters
    ----------
    name
        One of `second_kinds`.
    channels
        The names of the C first-layer volumes, in order.
    **parameters
        What the kind takes.

    Returns
    -------
    N filters (N, kT, kH, kW, C) without bias.

    Raises
    ------
    FilterError
        If a name is not known, a value is out of range, or the channels are too few.
    """
    kind = second_kind(name)
    values = second_values(kind, channels, parameters)
    design = kind.build(values, channels)
    names = design.names or None
    made = FilterBank.from_weights(
        design.weights, names=names, kind=name, parameters=values, warnings=design.warnings
    )
    assert made.channels == len(channels)
    return made


# Mixing


def _mean(_values: Values, channels: Names) -> Design:
    count = len(channels)
    return Design(np.full((1, 1, 1, 1, count), 1 / count), ("mean of all",))


def _difference(values: Values, channels: Names) -> Design:
    _need_two(channels)
    a, b = values["first"] - 1, values["second"] - 1
    if a == b:
        raise FilterError("Choose two different channels: a channel less itself is 0 everywhere.")
    return _differences([(a, b)], channels)


def _pairs(values: Values, channels: Names) -> Design:
    _need_two(channels)
    half = len(channels) // 2
    apart = values["pairing"] == _HALF
    return _differences([(i, i + half) if apart else (2 * i, 2 * i + 1) for i in range(half)], channels)


def _differences(pairs: Sequence[tuple[int, int]], channels: Names) -> Design:
    weights = np.zeros((len(pairs), 1, 1, 1, len(channels)))
    for row, (a, b) in zip(weights, pairs, strict=True):
        row[..., a], row[..., b] = 1.0, -1.0
    return Design(weights, tuple(f"{channels[a]} − {channels[b]}" for a, b in pairs))


def _need_two(channels: Names) -> None:
    if len(channels) < 2:
        raise FilterError("A difference of channels needs at least 2, and the first layer has only 1 filter.")


def _change(values: Values, channels: Names) -> Design:
    """Return for each channel its difference in time."""
    count = len(channels)
    if count > MAX_FILTERS:
        raise FilterError(f"A bank has at most {MAX_FILTERS} filters, so not one for {channel_count(count)}.")
    course = DIFFERENCES[_ORDER.word_of(values["order"])]
    weights = np.zeros((count, len(course), 1, 1, count))
    for channel in range(count):
        weights[channel, :, 0, 0, channel] = course
    return Design(weights, tuple(f"change of {name}" for name in channels))


# Random


def _random(bank: str) -> Callable[[Values, Names], Design]:
    def build(values: Values, channels: Names) -> Design:
        return Design(make_bank(bank, **values, channels=len(channels)).weights.astype(np.float64))

    return build


def _random_parameters(_channels: Names) -> tuple[Parameter, ...]:
    return (_COUNT, size_parameter((3, 3, 3)), SEED)


# One picture


def _channel_words(channels: Names) -> dict[str, int]:
    """Return a word for each channel, from 1: "filter 3", or "3 right" where it has a name of its own."""
    return {
        name if name == f"filter {i}" else f"{i} {name}": i
        for i, name in enumerate(channels, 1)
    }  # fmt: skip


def _channel_parameter(name: str, default: int, channels: Names, label: str) -> Parameter:
    count = len(channels)
    words = _channel_words(channels)
    tip = "Which of the first layer's volumes"
    return Parameter(
        name, min(default, count), 1, count, words=words, subject="The channel", label=label, tip=tip
    )


def _of_one_picture(kind: BankKind) -> SecondKind:
    """Return a grey bank as a second layer that looks at one channel, or at the mean of all."""

    def parameters(channels: Names) -> tuple[Parameter, ...]:
        picture = Parameter(
            "channel",
            0,
            0,
            len(channels),
            words={"mean of all": 0, **_channel_words(channels)},
            subject="The channel",
            label="picture",
            tip="What the bank sees in place of a clip: a volume of the first layer, or the mean of all",
        )
        return (picture, *kind.parameters)

    def build(values: Values, channels: Names) -> Design:
        own = {key: value for key, value in values.items() if key != "channel"}
        design, count = kind.build(own), len(channels)
        check_bank_shape((*design.weights.shape[:4], count))  # before it is made
        shares = np.zeros(count)
        if values["channel"]:
            shares[values["channel"] - 1] = 1.0
        else:
            shares[:] = 1 / count
        return Design(design.weights * shares, design.names, warnings=design.warnings)

    description = f"{kind.description[:1].upper()}{kind.description[1:]}, over the first layer’s volumes."
    return SecondKind(kind.name, kind.title, SINGLE, description, parameters, build)


_COUNT = Parameter("filters", 6, FILTERS.low, FILTERS.high, subject=FILTERS.subject, label=FILTERS.label)
_OWN = (
    SecondKind(
        "zero-mean",
        "random, zero-mean",
        RANDOM,
        "Random weights over all channels, each kernel with sum 0 and norm 1: it answers to contrasts "
        "between channels, places and times, not to how much there is.",
        _random_parameters,
        _random("zero-mean"),
    ),
    SecondKind(
        "He",
        "random, He",
        RANDOM,
        "Random weights as networks with ReLU start (He et al., ICCV 2015): the scale of the responses stays "
        "about the same from layer to layer.",
        _random_parameters,
        _random("He"),
    ),
    SecondKind(
        "mean",
        "mean of all channels",
        MIXING,
        "1×1×1: all channels become one picture, so it is bright where many first-layer filters answer.",
        lambda _channels: (),
        _mean,
    ),
    SecondKind(
        "difference",
        "one channel less another",
        MIXING,
        "1×1×1: positive where the one first-layer filter answers more than the other.",
        lambda channels: (
            _channel_parameter("first", 1, channels, "channel"),
            _channel_parameter("second", 2, channels, "less"),
        ),
        _difference,
    ),
    SecondKind(
        "pairs",
        "opponent pairs",
        MIXING,
        "1×1×1: of two and two channels the difference; with rectified opposite directions, which one wins.",
        lambda _channels: (_PAIRING,),
        _pairs,
    ),
    SecondKind(
        "change",
        "change of each channel",
        MIXING,
        "A difference in time for every channel: where a first-layer response begins or ends.",
        lambda _channels: (_ORDER,),
        _change,
    ),
)
