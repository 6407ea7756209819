"""Random banks: what networks start from, and what the first experiment used.

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
from collections.abc import Callable

import numpy as np

from core.errors import FilterError
from core.filters.bank import check_bank_shape
from core.filters.kinds import FILTERS, KERNEL, SEED, BankKind, Design, Values, Weights
from core.limits import MAX_CHANNELS
from core.parameters import Parameter

GROUP = "Random"
CHANNELS = Parameter("channels", 3, 1, MAX_CHANNELS, subject="The number of channels", hidden=True)


def drawn(values: Values) -> Weights:
    """Return standard normal numbers (N, kT, kH, kW, C) for checked values."""
    shape = (values["filters"], *values["kernel"], values["channels"])
    check_bank_shape(shape)  # before anything is drawn
    return np.random.RandomState(values["seed"]).randn(*shape)


def zero_mean(weights: Weights) -> Weights:
    """Give every kernel the sum 0 and the norm 1, in place."""
    if weights[0].size < 2:
        raise FilterError("A zero-mean kernel needs at least two weights: 1x1x1 on one channel has only one.")
    for kernel in weights:
        kernel -= math.fsum(kernel.flat) / kernel.size
        kernel /= math.sqrt(math.fsum((kernel * kernel).flat))
    return weights


def _raw(weights: Weights) -> Weights:
    return weights * 0.5


def _he(weights: Weights) -> Weights:
    return weights * math.sqrt(2.0 / weights[0].size)


def _build(shape: Callable[[Weights], Weights]) -> Callable[[Values], Design]:
    return lambda values: Design(shape(drawn(values)))


def _kind(
    name: str, description: str, shape: Callable[[Weights], Weights], answers: str, blind: str, hint: str
) -> BankKind:
    parameters = (FILTERS, KERNEL, SEED, CHANNELS)
    return BankKind(name, name, GROUP, description, answers, blind, hint, parameters, _build(shape))


KINDS = (
    _kind(
        "zero-mean",
        "random, every kernel with sum 0 and norm 1: blind to plain brightness",
        zero_mean,
        "Edges, texture and motion of every kind, each filter a little differently.",
        "Even surfaces, however bright.",
        "Press N a few times: all look alike, and none means anything in particular.",
    ),
    _kind(
        "raw",
        "random, 0.5 N(0, 1): the original experiment (seed 5, 1 filter, 5x5x5)",
        _raw,
        "Mostly the mean brightness: the sum of its weights is rarely near 0.",
        "Nothing in particular.",
        "Compare it with zero-mean: the picture shines through until the sum is taken away.",
    ),
    _kind(
        "He",
        "random, N(0, 2 / number of weights): how networks with ReLU start",
        _he,
        "Mostly the mean brightness, at the scale that a deep network needs.",
        "Nothing in particular.",
        "Choose ReLU as activation: this is what an untrained first layer says about your wave.",
    ),
)
