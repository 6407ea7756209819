"""How the engine grows: with frames, filters and threads; how soon it answers, stops, and what it takes."""

import contextlib
import gc
import os
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from statistics import median

import psutil

from contest.cases import Case
from contest.crew import Worker, crew, race

FILM = Case((16, 112, 112, 3), 8, (5, 5, 5))
BANK = Case((16, 240, 320, 3), 64, (5, 5, 5))
PAIRS = (
    Case((16, 240, 320, 3), 8, (3, 3, 3)),
    Case((16, 240, 320, 3), 16, (5, 5, 5)),
    Case((16, 112, 112, 3), 64, (3, 7, 7)),
)
Row = tuple[str, str]


def rows(rounds: int) -> Iterator[Row]:
    """Yield (what, figure), each as soon as it has been measured."""
    yield from _frames(rounds)
    yield from _filters(rounds)
    yield from _threads(rounds)
    yield from _streams(rounds)
    yield from _soon(rounds)
    yield from _cancelling(rounds)
    yield from _memory()


def paired(above: list[float], below: list[float]) -> float:
    """Return the median of the rounds' ratios."""
    return median(a / b for a, b in zip(above, below, strict=False))


def _frames(rounds: int) -> Iterator[Row]:
    cases = {frames: replace(FILM, shape=(frames, *FILM.shape[1:])) for frames in (16, 100, 1000)}
    costs = _costs({str(n): case for n, case in cases.items()}, max(rounds // 2, 3), lambda c: c.products)
    yield from _growth("cost of an output voxel, 112x112x3 F8 5x5x5, frames", costs, "16")


def _filters(rounds: int) -> Iterator[Row]:
    cases = {str(n): replace(BANK, filters=n) for n in (1, 2, 4, 8, 16, 32, 64)}
    costs = _costs(cases, max(rounds // 2, 3), lambda c: c.products)
    yield from _growth("cost of a filter, 16x240x320x3 5x5x5, filters", costs, "64")


def _costs(cases: dict[str, Case], rounds: int, size: Callable[[Case], int]) -> dict[str, list[float]]:
    """Return the nanoseconds per unit of size of every round."""
    with crew() as workers:
        for name, case in cases.items():
            workers[name] = Worker().prepare("ours", case, rounds)
        times = race(workers, rounds)
    return {name: [ms * 1e6 / size(cases[name]) for ms in spent] for name, spent in times.items()}


def _growth(what: str, costs: dict[str, list[float]], base: str) -> Iterator[Row]:
    cells = [f"{name}: {paired(spent, costs[base]):.2f}" for name, spent in costs.items()]
    yield f"{what} (that of {base} is 1)", ", ".join(cells)


def _threads(rounds: int) -> Iterator[Row]:
    for case in PAIRS:
        with crew() as workers:
            workers["one"] = Worker(cores=1).prepare("ours", case, rounds)
            workers["all"] = Worker().prepare("ours", case, rounds)
            assert workers["one"].ask(_workers) == 1, "the engine does not ask os.cpu_count"
            times = race(workers, rounds)
            count = workers["all"].ask(_workers)
        yield f"1 thread : {count} threads, {case.title}", f"{paired(times['one'], times['all']):.2f}"


def _streams(rounds: int) -> Iterator[Row]:
    for case in PAIRS:
        with crew() as workers:
            workers["clip"] = Worker().prepare("ours", case, rounds)
            workers["live"] = Worker().prepare("ours", replace(case, live=True), rounds)
            times = {"clip": [], "live": []}
            for _ in range(rounds):
                times["clip"].append(workers["clip"].time() / case.output[0])
                times["live"].append(workers["live"].time(case.output[0]))
        yield (
            f"one frame of a stream : one of a clip, {case.title}",
            f"{paired(times['live'], times['clip']):.2f} ({median(times['live']):.1f} ms)",
        )


def _soon(rounds: int) -> Iterator[Row]:
    for case in (PAIRS[0], BANK):
        firsts, alls, warm = [], [], []
        for _ in range(min(rounds, 5)):
            with crew() as workers:
                workers["ours"] = worker = Worker()
                first, last = worker.ask(_one_run, case)
                firsts.append(first)
                alls.append(last)
                warm += [worker.ask(_one_run, case) for _ in range(3)]
        yield (
            f"first volume, all volumes, {case.title}",
            f"{median(f for f, _ in warm):.0f}, {median(a for _, a in warm):.0f} ms; "
            f"the first time in a process {median(firsts):.0f}, {median(alls):.0f} ms",
        )


def _cancelling(rounds: int) -> Iterator[Row]:
    for case in (PAIRS[0], BANK, replace(FILM, shape=(1000, *FILM.shape[1:]))):
        with crew() as workers:
            workers["ours"] = Worker()
            waits = workers["ours"].ask(_cancelled, case, 4 * rounds)
        yield (
            f"from the wish to cancel to the end of all threads, {case.title}",
            f"median {median(waits):.1f} ms, longest {max(waits):.1f} ms",
        )


def _memory() -> Iterator[Row]:
    for case in (*PAIRS, BANK, replace(FILM, shape=(1000, *FILM.shape[1:]))):
        with crew() as workers:
            workers["ours"] = Worker()
            peak = workers["ours"].ask(_peak, case)
        yield (
            f"peak memory beyond the result, {case.title}",
            f"{(peak - case.output_bytes) / 1e6:.0f} MB (the result: {case.output_bytes / 1e6:.0f} MB)",
        )


# ---- in the contestant's process ----------------------------------------------------------------------


def _workers() -> int:
    from core.convolution.team import workers

    return workers()


def _one_run(case: Case) -> tuple[float, float]:
    """Return the milliseconds until the first and until the last volume."""
    from core.convolution.engine import convolve_bank

    clip, bank = case.clip(), case.bank()
    begin = time.perf_counter()
    kept, times = [], []
    for volume in convolve_bank(clip, bank, case.settings):
        kept.append(volume)
        times.append((time.perf_counter() - begin) * 1e3)
    return times[0], times[-1]


def _cancelled(case: Case, count: int) -> list[float]:
    """Return the milliseconds from wishes, at moments spread over the whole work, to the closed generator.

    A wish is seen when the generator next yields, as by the window and the command line.
    """
    from core.convolution.engine import convolve_steps

    clip, bank = case.clip(), case.bank()
    _one_run(case)
    _, usual = _one_run(case)
    waits = []
    for number in range(count):
        wish = time.perf_counter() + usual / 1e3 * number / count
        steps = convolve_steps(clip, bank, case.settings)
        kept = []
        for step in steps:
            kept.append(step)
            if time.perf_counter() >= wish:
                steps.close()
                waits.append((time.perf_counter() - wish) * 1e3)
                break
    return waits


def _peak(case: Case) -> int:
    """Return by how many bytes a run raises the process's memory at most, libraries and compiling apart."""
    from core.convolution.engine import convolve_bank

    small = replace(case, shape=(2 * case.kernel[0], 48, 64, case.shape[3]))
    list(convolve_bank(small.clip(), small.bank(), case.settings))
    clip, bank = case.clip(), case.bank()
    gc.collect()
    before = psutil.Process().memory_info().rss
    with _watching() as peak:
        kept = list(convolve_bank(clip, bank, case.settings))
    assert len(kept) == case.filters
    return peak() - before


@contextlib.contextmanager
def _watching() -> Iterator[Callable[[], int]]:
    """Watch this process's resident memory: by the kernel's own high-water mark, or every millisecond."""
    status = Path("/proc/self/status")
    try:
        Path("/proc/self/clear_refs").write_text("5")  # the mark begins anew
    except OSError:
        with _sampled() as peak:
            yield peak
        return
    marks: list[int] = []
    yield lambda: marks[0]
    line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
    marks.append(int(line.split()[1]) * 1024)


@contextlib.contextmanager
def _sampled() -> Iterator[Callable[[], int]]:
    process, ended, seen = psutil.Process(os.getpid()), threading.Event(), [0]

    def watch() -> None:
        while not ended.wait(0.001):
            seen.append(process.memory_info().rss)

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        yield lambda: max(seen)
    finally:
        ended.set()
        watcher.join()
