"""Work shared among threads: one for each core, all joined before the generator ends.

Two cores could also be used by the matrix library. But it splits every single product, and its threads
wait for each other thousands of times a second, spinning: as soon as anything else runs (another
program, a window that plays a film), each waits for the one that was interrupted. On a busy machine that
took up to twenty times as long (docs/performance.md). So the library gets one thread, and the pieces that
are shared here are large and independent: NumPy and OpenCV release the interpreter lock inside them.
"""

import ctypes
import os
import sys
import threading
from collections import deque
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import suppress
from functools import cache
from pathlib import Path
from queue import SimpleQueue
from time import monotonic

import numpy as np

# A report is where the work can be cancelled: the window promises to react within 50 ms.
REPORT_SECONDS = 0.01
_MAX_WORKERS = 8

Job = Callable[[], Iterator[int]]


def workers() -> int:
    """Return how many threads share the work."""
    return min(os.cpu_count() or 1, _MAX_WORKERS)


class Team:
    """Threads that work with the one that calls them; for whoever shares work many times a second.

    Belongs to one thread, which closes it; a team that is forgotten ends its threads when it is deleted.

    Parameters
    ----------
    size
        How many threads work, the calling one included; each other is made when it is first needed.
    """

    def __init__(self, size: int) -> None:
        self._size = max(size, 1)
        self._inbox: SimpleQueue[Callable[[], None] | None] = SimpleQueue()
        self._helpers: list[threading.Thread] = []

    def shared(self, jobs: Sequence[Job]) -> Generator[int, None, None]:
        """Run jobs here and in the threads; yield every 10 ms, and at the end, how much has been done since.

        Parameters
        ----------
        jobs
            Independent pieces of work, begun in order: they yield how much each short step has finished.

        Notes
        -----
        Closing the generator stops every job after its present step and waits for that. What a job raises
        is raised here, when the others have stopped. The calling thread steps back (`step_back`), unless it
        is the main thread.
        """
        if not jobs:
            return
        single_threaded_products()
        if threading.current_thread() is not threading.main_thread():
            step_back()
        work = _Work(jobs)
        helpers = min(self._size, len(jobs)) - 1
        for _ in range(helpers):
            self._help(work.help)
        try:
            yield from work.own()
            yield from work.rest(helpers)
        finally:
            work.stop.set()
            work.wait_for(helpers)

    def close(self) -> None:
        """Join all threads."""
        for _ in self._helpers:
            self._inbox.put(None)
        for helper in self._helpers:
            helper.join()
        self._helpers.clear()

    def __del__(self) -> None:
        for _ in self._helpers:
            self._inbox.put(None)

    def _help(self, task: Callable[[], None]) -> None:
        """Give a task to the helpers; there are as many as tasks at a time."""
        if len(self._helpers) < self._size - 1:
            name = f"convolve_{len(self._helpers)}"
            helper = threading.Thread(target=_serve, args=(self._inbox,), name=name, daemon=True)
            helper.start()
            self._helpers.append(helper)
        self._inbox.put(task)


def _serve(inbox: "SimpleQueue[Callable[[], None] | None]") -> None:
    """Do one task after another until there is none any more."""
    step_back()
    while (task := inbox.get()) is not None:
        task()
        del task  # and what it holds, before the next one comes


class _Work:
    """Jobs that several threads take one after another."""

    def __init__(self, jobs: Sequence[Job]) -> None:
        self.stop = threading.Event()
        self._jobs = deque(jobs)
        self._finished: list[int] = []
        self._failures: list[BaseException] = []
        self._ended = threading.Semaphore(0)
        self._seen = 0

    def own(self) -> Generator[int, None, None]:
        """Take jobs in the calling thread; yield every 10 ms how much everybody has done since."""
        reported = monotonic()
        while job := self._next():
            for amount in job():
                self._finished.append(amount)
                if monotonic() - reported >= REPORT_SECONDS:
                    yield self._report()
                    reported = monotonic()

    def help(self) -> None:
        """Take jobs in another thread."""
        try:
            while job := self._next():
                for amount in job():
                    self._finished.append(amount)
                    if self.stop.is_set():
                        break
        except BaseException as failure:  # raised again by the thread that wants the result
            self._failures.append(failure)
            self.stop.set()
        finally:
            self._ended.release()

    def rest(self, helpers: int) -> Generator[int, None, None]:
        """Wait for the others; yield every 10 ms and at the end how much everybody has done since."""
        while self._seen < helpers:
            if self._ended.acquire(timeout=REPORT_SECONDS):
                self._seen += 1
            else:
                yield self._report()
        if self._failures:
            raise self._failures[0]
        yield self._report()

    def wait_for(self, helpers: int) -> None:
        """Return when nobody works any more."""
        while self._seen < helpers:
            self._ended.acquire()
            self._seen += 1

    def _next(self) -> Job | None:
        if self.stop.is_set():
            return None
        try:
            return self._jobs.popleft()
        except IndexError:
            return None

    def _report(self) -> int:
        count = len(self._finished)
        total = sum(self._finished[:count])
        del self._finished[:count]
        return total


def shared(jobs: Sequence[Job]) -> Generator[int, None, None]:
    """Do the work of `Team.shared` with threads of its own, which are joined before the generator ends."""
    team = Team(min(workers(), len(jobs)))
    try:
        yield from team.shared(jobs)
    finally:
        team.close()


def step_back() -> None:
    """Let the window, the camera and other programs go before the calling thread, where that is possible.

    On Linux each thread has a priority of its own; elsewhere it would concern the whole process.
    """
    if sys.platform == "linux":
        with suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), 4)


@cache
def single_threaded_products() -> bool:
    """Make NumPy's OpenBLAS use one thread from now on; False where another library does the products.

    Notes
    -----
    WORKAROUND: NumPy has no function for it, and the environment variable is read only while NumPy is
    imported. https://github.com/numpy/numpy/issues/11826
    """
    package = Path(np.__file__).parent
    folders = (package.parent / "numpy.libs", package / ".dylibs")
    for file in (file for folder in folders for file in folder.glob("*openblas*")):
        with suppress(OSError):
            library = ctypes.CDLL(str(file))
            for prefix in ("scipy_openblas", "openblas"):
                for suffix in ("64_", ""):
                    function = getattr(library, f"{prefix}_set_num_threads{suffix}", None)
                    if function is not None:
                        function(1)
                        return True
    return False
