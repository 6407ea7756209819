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
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import suppress
from functools import cache
from pathlib import Path
from threading import Event

import numpy as np

# A report is where the work can be cancelled: the window promises to react within 50 ms.
REPORT_SECONDS = 0.01
_MAX_WORKERS = 8

Job = Callable[[], Iterator[int]]


def workers() -> int:
    """Return how many threads share the work."""
    return min(os.cpu_count() or 1, _MAX_WORKERS)


class Team:
    """Threads that wait for work; for whoever shares work many times a second.

    Making threads for each piece takes half a millisecond, as much as the piece itself may take. Belongs
    to one thread, which closes it; a team that is forgotten ends its threads when it is deleted.

    Parameters
    ----------
    size
        How many threads; each is made when it is first needed.
    """

    def __init__(self, size: int) -> None:
        self._pool = ThreadPoolExecutor(max(size, 1), thread_name_prefix="convolve", initializer=step_back)

    def shared(self, jobs: Sequence[Job]) -> Generator[int, None, None]:
        """Run jobs in the threads; yield every 10 ms, and at the end, how much has been finished since.

        Parameters
        ----------
        jobs
            Independent pieces of work, begun in order: they yield how much each short step has finished.

        Notes
        -----
        Closing the generator stops every job after its present step and waits for that. What a job raises
        is raised here.
        """
        single_threaded_products()
        finished: list[int] = []
        stop = Event()

        def run(job: Job) -> None:
            for amount in job():
                finished.append(amount)
                if stop.is_set():
                    return

        begun = [self._pool.submit(run, job) for job in jobs]
        pending = set(begun)
        try:
            while pending:
                ended, pending = wait(pending, timeout=REPORT_SECONDS)
                for future in ended:
                    future.result()
                count = len(finished)
                yield sum(finished[:count])
                del finished[:count]
        finally:
            stop.set()
            wait([future for future in begun if not future.cancel()])

    def close(self) -> None:
        """Join all threads."""
        self._pool.shutdown(wait=True, cancel_futures=True)


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
