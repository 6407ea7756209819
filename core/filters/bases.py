"""Bases: sets of products that together keep everything, each alone blind to direction.

DCT-II, c_k(i) = sqrt((1 or 2) / N) cos(pi (2i + 1) k / (2N)), and Walsh-Hadamard, +1 and -1 only, both in the
order of sign changes (k of them); N = 4::

    k   cosine                       Walsh-Hadamard
    0   .50  .50  .50  .50           + + + +
    1   .65  .27 -.27 -.65           + + - -
    2   .50 -.50 -.50  .50           + - - +
    3   .27 -.65  .65 -.27           + - + -

A kernel is c_a(t) c_b(y) c_c(x), named "t1 y0 x2"; all but t0 y0 x0 have sum 0. Such a product answers to
both directions alike. The sum and the difference of *two* products do not::

    [c_k(x) c_k(t) +- c_(k+1)(x) c_(k+1)(t)] / sqrt(2)         one sign for each direction

so the second product is what sees direction: the arrow in the name says which. The selectivity at the peak is
.967 for N = 5 and 7 (k = 1) and .994 for N = 8 (k = 2); a little off the peak it changes quickly, because the
opposite direction has a zero nearby.

Ahmed, Natarajan & Rao, IEEE Trans. Computers C-23:90-93 (1974); Walsh, Am. J. Math. 45:5-24 (1923).
"""

from itertools import product

import numpy as np

from core.errors import FilterError
from core.filters.kinds import FILTERS, BankKind, Design, Values, Weights, size_parameter
from core.filters.parts import outer, stacked
from core.limits import MAX_FILTERS
from core.parameters import Parameter, Size

GROUP = "Bases"
LARGEST = 8
_COUNT = Parameter(
    "filters",
    16,
    1,
    MAX_FILTERS,
    subject=FILTERS.subject,
    label=FILTERS.label,
    tip="At most how many: the smoothest first",
)


def cosines(count: int) -> Weights:
    """Return the orthonormal DCT-II (k, tap) of `count` taps."""
    k = np.arange(count)[:, None]
    waves = np.cos(np.pi * (2 * np.arange(count) + 1) * k / (2 * count)) * np.sqrt(2 / count)
    waves[0] = np.sqrt(1 / count)
    return np.asarray(waves)


def walsh(count: int) -> Weights:
    """Return the Walsh-Hadamard matrix (k, tap) of 2, 4, 8, … taps, +-1; row k has k sign changes."""
    rows: Weights = np.ones((1, 1), np.float64)
    while len(rows) < count:
        rows = np.block([[rows, rows], [rows, -rows]])
    changes = (np.diff(rows, axis=1) != 0).sum(axis=1)
    return np.asarray(rows[np.argsort(changes)])


def zigzag(size: Size) -> list[Size]:
    """Return all (a, b, c) below a size, the lowest sum first, and among equal sums the most even first."""
    places = product(range(size[0]), range(size[1]), range(size[2]))
    return sorted(places, key=lambda place: (sum(place), max(place), place[::-1]))


def _products(parts: list[Weights], count: int) -> Design:
    """Return the first products of one row of each part."""
    t, y, x = parts
    places = zigzag((len(t), len(y), len(x)))[:count]
    kernels = [outer(t[a], y[b], x[c]) for a, b, c in places]
    return Design(stacked(kernels), tuple(f"t{a} y{b} x{c}" for a, b, c in places))


def _direction_pairs(size: Size, count: int) -> Design:
    """Return differences and sums of neighbouring products, along x and along y, the coarsest first."""
    frames, rows, columns = size
    kernels, names = [], []
    for k in range(1, min(frames, max(rows, columns)) - 1):
        for side, axis, arrows in ((columns, 2, "→←"), (rows, 1, "↓↑")):
            if k + 1 < side:
                even = cosines(rows if axis == 2 else columns)[0]
                for sign, arrow in zip((1, -1), arrows, strict=True):
                    section = direction_section(frames, side, k, sign)
                    kernels.append(np.moveaxis(section[:, :, None] * even, 1, axis))
                    names.append(f"{arrow} k{k}{'+' if sign > 0 else '−'}{k + 1}")
    if not kernels:
        shape = "x".join(map(str, size))
        raise FilterError(
            f"Direction pairs need 3 frames and 3 rows or columns at least; a kernel of {shape} has fewer."
        )
    return Design(stacked(kernels[:count]), tuple(names[:count]))


def direction_section(frames: int, side: int, k: int, sign: int) -> Weights:
    """Return [c_k(t) c_k(s) + sign c_(k+1)(t) c_(k+1)(s)] / sqrt(2), (frames, side), norm 1."""
    t, s = cosines(frames), cosines(side)
    return np.asarray((np.outer(t[k], s[k]) + sign * np.outer(t[k + 1], s[k + 1])) / np.sqrt(2))


def _dct(values: Values) -> Design:
    if values["show"]:
        return _direction_pairs(values["kernel"], values["filters"])
    return _products([cosines(side) for side in values["kernel"]], values["filters"])


def _walsh(values: Values) -> Design:
    return _products([walsh(values["size"])] * 3, values["filters"])


KINDS = (
    BankKind(
        name="dct",
        title="3-D cosines (DCT)",
        group=GROUP,
        description="waves in time and space that together keep everything; two of them see direction",
        answers="One rhythm in time with one wave in the frame; in pairs, to one direction of motion.",
        blind="Each product alone: the direction of motion. All but t0 y0 x0: brightness.",
        hint="Wave at the products, then choose pairs: two blind kernels, added, see direction.",
        parameters=(
            Parameter(
                "show",
                0,
                0,
                1,
                words={"products": 0, "pairs": 1},
                subject="What is shown",
                tip="The products themselves, or sums and differences of two that prefer a direction",
            ),
            _COUNT,
            size_parameter((5, 5, 5), most=LARGEST),
        ),
        build=_dct,
        source="Ahmed, Natarajan & Rao, IEEE Trans. Computers C-23:90-93, 1974",
        stimulus="stimulus:drifting-texture",
    ),
    BankKind(
        name="walsh-hadamard",
        title="Walsh-Hadamard",
        group=GROUP,
        description="products of +1 and −1 only: every pattern of halves, quarters and eighths",
        answers="Coarse to fine blocks in time and in the frame; sums without any multiplication.",
        blind="The direction of motion, each of them. All but t0 y0 x0: brightness.",
        hint="Step through the kernel as a movie: t1 changes sign once, and the answer is new minus old.",
        parameters=(
            _COUNT,
            Parameter(
                "size",
                4,
                2,
                8,
                words={"2": 2, "4": 4, "8": 8},
                subject="The size",
                tip="Frames, rows and columns of each kernel",
            ),
        ),
        build=_walsh,
        source="Walsh, American J. Mathematics 45:5-24, 1923",
        stimulus="stimulus:drifting-texture",
    ),
)
