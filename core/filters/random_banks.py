"""Random banks: what networks start from, and what the first experiment used.

=========== ================================================================================
kind        weights of one kernel (kT, kH, kW, C)
=========== ================================================================================
zero-mean   N(0, 1), its mean subtracted, divided by its L2 norm: sum 0, norm 1
raw         0.5 N(0, 1): the original experiment, which used seed 5 and one 5x5x5 kernel on RGB
He          N(0, 2 / (C kT kH kW)): how video networks with ReLU start (He et al., ICCV 2015)
orthonormal N(0, 1), each kernel at right angles to all before it, norm 1: Q of a QR decomposition
separable   t(i) p(j, k, c) of two such draws, p with sum 0, both with norm 1: rank 1 in time
=========== ================================================================================

All draw from ``numpy.random.RandomState(seed).randn``, kernel after kernel, so the first kernels of a
large bank are those of a small one. NumPy promises never to change that stream; sums are taken with
`math.fsum`, which is exact: the same seed, count and size give the same float32 weights on every machine.
Only the orthonormal ones may differ in their last binary place where another LAPACK rounds otherwise; its
choice of signs is undone.
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


def orthonormal(weights: Weights) -> Weights:
    """Return kernels of norm 1 at right angles to one another, each made from those drawn up to it."""
    rows = weights.reshape(len(weights), -1)
    count, size = rows.shape
    if count > size:
        raise FilterError(
            f"{count} filters of {size} weights cannot all be orthonormal: there are at most {size}."
        )
    q, r = np.linalg.qr(rows.T)
    # LAPACK leaves the signs open; with a positive diagonal the result is unique (Gram and Schmidt's).
    return np.asarray((q * np.where(np.diagonal(r) < 0, -1.0, 1.0)).T.reshape(weights.shape))


def _separable(values: Values) -> Design:
    """Make outer products t(i) p(j, k, c), of sum 0 through p, or through t where p is a single weight."""
    count, (frames, rows, columns), channels = values["filters"], values["kernel"], values["channels"]
    check_bank_shape((count, frames, rows, columns, channels))
    numbers = np.random.RandomState(values["seed"]).randn(count, frames + rows * columns * channels)
    t, p = numbers[:, :frames].copy(), numbers[:, frames:].copy()
    balanced, other = (p, t) if p.shape[1] > 1 else (t, p)
    zero_mean(balanced)
    other /= np.array([[math.sqrt(math.fsum((row * row).flat))] for row in other])
    return Design(np.einsum("ni,njkc->nijkc", t, p.reshape(count, rows, columns, channels)))


def _build(shape: Callable[[Weights], Weights]) -> Callable[[Values], Design]:
    return lambda values: Design(shape(drawn(values)))


def _kind(
    name: str, description: str, build: Callable[[Values], Design], answers: str, blind: str, hint: str
) -> BankKind:
    parameters = (FILTERS, KERNEL, SEED, CHANNELS)
    texture = "stimulus:drifting-texture"
    return BankKind(name, name, GROUP, description, answers, blind, hint, parameters, build, stimulus=texture)


KINDS = (
    _kind(
        "zero-mean",
        "random, every kernel with sum 0 and norm 1: blind to plain brightness",
        _build(zero_mean),
        "Edges, texture and motion of every kind, each filter a little differently.",
        "Even surfaces, however bright.",
        "Press N a few times: all look alike, and none means anything in particular.",
    ),
    _kind(
        "raw",
        "random, 0.5 N(0, 1): the original experiment (seed 5, 1 filter, 5x5x5)",
        _build(_raw),
        "Mostly the mean brightness: the sum of its weights is rarely near 0.",
        "Nothing in particular.",
        "Compare it with zero-mean: the picture shines through until the sum is taken away.",
    ),
    _kind(
        "He",
        "random, N(0, 2 / number of weights): how networks with ReLU start",
        _build(_he),
        "Mostly the mean brightness, at the scale that a deep network needs.",
        "Nothing in particular.",
        "Choose ReLU as activation: this is what an untrained first layer says about your wave.",
    ),
    _kind(
        "orthonormal",
        "random, all at right angles to one another, norm 1: no filter repeats another",
        _build(orthonormal),
        "Everything once: what one filter tells, no sum of the others can tell.",
        "Nothing together; each alone is as vague as a raw random filter.",
        "Shrink the kernel until a sentence says that there is no room for one more right angle.",
    ),
    _kind(
        "separable",
        "random, one picture times one course in time: cannot tell left from right",
        _separable,
        "Flicker and texture, each filter with its own picture and its own rhythm.",
        "The direction of motion, whatever the picture: a product of time and space has none.",
        "Compare its tuning with zero-mean: both directions are always answered alike here.",
    ),
)
