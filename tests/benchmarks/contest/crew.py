"""Every contestant in a process of its own, timed in turn by one director.

So no library's waiting threads, allocator or thread settings can help or hinder another one, and a
contestant's environment (``WAVECUBE_ENGINE``, large pages) is its own. Only one works at a time.
"""

import os
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from contest.cases import Case

# Threads of OpenMP and others spin for some milliseconds after their work; then all is quiet.
SETTLE_SECONDS = 0.02


class Worker:
    """One process with one contestant; `ask` runs a function there.

    Parameters
    ----------
    environment
        Variables that differ from this process's.
    cores
        How many processors its `os.cpu_count` tells of, None for the truth.
    """

    def __init__(self, environment: Mapping[str, str] | None = None, cores: int | None = None) -> None:
        self.note = ""
        self._pool = ProcessPoolExecutor(1, mp_context=get_context("spawn"))
        with _environment({"WAVECUBE_ENGINE": None, **(environment or {})}):
            self.ask(_pretend_cores, cores)

    def ask(self, function: Callable[..., Any], *arguments: Any) -> Any:
        """Return what a module's function answers in the process, or raise what it raises."""
        return self._pool.submit(function, *arguments).result()

    def prepare(self, name: str, case: Case, rounds: int) -> Self:
        """Make a contestant of `contest.peers` or `contest.limits` ready."""
        self.note = self.ask(_prepare, name, case, rounds)
        return self

    def time(self, repeat: int = 1) -> float:
        """Return the milliseconds of one call, the mean of some in a row."""
        time.sleep(SETTLE_SECONDS)
        milliseconds: float = self.ask(_time, repeat)
        return milliseconds

    def volumes(self) -> NDArray[np.float32]:
        """Return what the contestant delivers, (F, T', H', W')."""
        array: NDArray[np.float32] = self.ask(_volumes)
        return array

    def close(self) -> None:
        self._pool.shutdown()


@contextmanager
def crew() -> Iterator[dict[str, Worker]]:
    """Give an empty crew; all who have joined it are sent home at the end."""
    workers: dict[str, Worker] = {}
    try:
        yield workers
    finally:
        for worker in workers.values():
            worker.close()


def race(workers: Mapping[str, Worker], rounds: int, repeat: int = 1, few: int = 3) -> dict[str, list[float]]:
    """Return the milliseconds of every round; each begins with another contestant, every second backwards.

    SciPy, which takes seconds, takes part in the first few rounds only.
    """
    names, times = list(workers), {name: [] for name in workers}
    for number in range(rounds):
        start = number % len(names)
        order = names[start:] + names[:start]
        for name in order if number % 2 else reversed(order):
            if name != "scipy" or number < few:
                times[name].append(workers[name].time(repeat))
    return times


@contextmanager
def _environment(wanted: Mapping[str, str | None]) -> Iterator[None]:
    before = {name: os.environ.get(name) for name in wanted}
    _set(wanted)
    try:
        yield
    finally:
        _set(before)


def _set(variables: Mapping[str, str | None]) -> None:
    for name, value in variables.items():
        if value is None:
            os.environ.pop(name, None)
        else:
            os.environ[name] = value


# ---- in the contestant's process ----------------------------------------------------------------------

_here: dict[str, Any] = {}


def _pretend_cores(cores: int | None) -> None:
    if cores is not None:
        os.cpu_count = lambda: cores


def _prepare(name: str, case: Case, rounds: int) -> str:
    from contest import limits, peers

    runner = (peers.MAKERS | limits.MAKERS)[name](case, rounds)
    for _ in range(2 * case.kernel[0] if case.live else 2):
        runner.call()
    _here["runner"] = runner
    note: str = runner.note
    return note


def _time(repeat: int) -> float:
    call = _here["runner"].call
    begin = time.perf_counter()
    for _ in range(repeat):
        # The last result is let go only when the next one is there, as by a person who looks at it.
        _here["result"] = call()
    return (time.perf_counter() - begin) / repeat * 1e3


def _volumes() -> NDArray[np.float32]:
    array: NDArray[np.float32] = _here["runner"].delivered()
    return array
