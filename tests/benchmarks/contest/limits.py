"""What the machine could do at best in the same minute: multiply and add, and write new memory.

The limit of a case is the time for its multiplications and additions at the speed of a large matrix product
(float32) plus the time to write its result into memory that is new. Everything else is avoidable.
"""

import os
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from numpy.typing import NDArray

from contest.cases import Case
from contest.peers import ClipRunner, Runner

SIDE = 1536
FLOPS = 2 * SIDE**3
_CORES = os.cpu_count() or 1


def _factors() -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    a, b = np.random.default_rng(0).random((2, SIDE, SIDE), dtype=np.float32)
    return a, b


def product_by_library(case: Case, rounds: int) -> Runner:
    """Return one product, shared among cores by NumPy's matrix library."""
    a, b = _factors()
    out = np.empty_like(a)
    return ClipRunner(lambda: np.matmul(a, b, out=out), lambda _: out)


def product_by_threads(case: Case, rounds: int) -> Runner:
    """Return one product as bands, one for each of our own threads."""
    from core.convolution.team import single_threaded_products

    single_threaded_products()
    a, b = _factors()
    out = np.empty_like(a)
    bands = [(np.array_split(a, _CORES)[i], np.array_split(out, _CORES)[i]) for i in range(_CORES)]
    pool = ThreadPoolExecutor(_CORES)
    return ClipRunner(
        lambda: list(pool.map(lambda band: np.matmul(band[0], b, out=band[1]), bands)), lambda _: out
    )


def fill(case: Case, rounds: int) -> Runner:
    """Return the writing of a new array of the result's size, the kernel's page faults included."""
    pool = ThreadPoolExecutor(_CORES)

    def call() -> NDArray[np.float32]:
        out = np.empty(case.output_bytes // 4, np.float32)
        list(pool.map(lambda part: part.fill(1.0), np.array_split(out, _CORES)))
        return out

    return ClipRunner(call, lambda out: out)


MAKERS = {"product by library": product_by_library, "product by threads": product_by_threads, "fill": fill}


def limit(case: Case, times: dict[str, list[float]]) -> list[float]:
    """Return the limit of each round in milliseconds."""
    rows = zip(*(times[name] for name in MAKERS), strict=True)
    return [2 * case.products / FLOPS * min(library, threads) + filled for library, threads, filled in rows]
