"""Lists of native calls."""

from collections.abc import Iterable, Sequence
from ctypes import Array, addressof, c_int64

import numpy as np
from numpy.typing import NDArray

from core.convolution.native.compiled import driver

Longs = NDArray[np.int64]
# The addresses of a function and of its job.
Call = tuple[int, int]
Listed = Array[c_int64]


def list_of(calls: Sequence[Call]) -> Listed:
    """Return calls as native code reads them; their jobs must live as long as they are run."""
    return (c_int64 * (2 * len(calls) + 1))(len(calls), *(address for call in calls for address in call))


def run(listed: Listed) -> None:
    """Run native calls one after another, without the interpreter's lock."""
    driver()(addressof(listed))


def job(fields: dict[str, int], **values: int) -> Longs:
    """Return a job whose fields are 0 where they are not given."""
    made = np.zeros(len(fields), np.int64)
    for name, value in values.items():
        made[fields[name]] = value
    return made


def calls_of(codes: Iterable[int], jobs: Longs) -> list[Call]:
    """Return a call for each job (n, fields), with its function's address."""
    begin, step = jobs.ctypes.data, jobs.strides[0]
    return [(code, begin + n * step) for code, n in zip(codes, range(len(jobs)), strict=False)]
