"""Background work, with one rule: the latest request wins.

`LatestTask` runs a core generator in a worker thread. Each ``yield`` is a result or a `Progress` and
the place where cancelling works. A new start cancels the old work; whatever an old ticket still sends is
dropped here, in one place, so no receiver ever has to ask whether an answer is stale.
"""

import logging
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from threading import Event
from typing import Any

from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot

from core.errors import WavecubeError
from core.progress import Progress

log = logging.getLogger(__name__)

BREATH_MS = 10
UNEXPECTED = "Something went wrong that we did not foresee; Help > Report a problem has the details."


@dataclass(frozen=True, slots=True)
class _Ticket:
    number: int
    cancelled: Event = field(default_factory=Event)


class LatestTask(QObject):
    """One kind of background work, of which only the newest request counts.

    Signals
    -------
    result_ready(object)
        Something the generator made.
    progress_changed(object)
        A `Progress`.
    finished()
        The newest work came to its end.
    failed(str)
        It raised; one sentence for the person.
    busy_changed(bool)
        Work began or nothing is running any more.
    """

    result_ready = Signal(object)
    progress_changed = Signal(object)
    finished = Signal()
    failed = Signal(str)
    busy_changed = Signal(bool)
    _stepped = Signal(object, object)
    _ended = Signal(object, object)

    def __init__(self, name: str, parent: QObject | None = None) -> None:
        super().__init__(parent)
        # One thread: an old job has left before the new one takes memory.
        self._pool = ThreadPoolExecutor(max_workers=1, thread_name_prefix=name)
        self._ticket: _Ticket | None = None
        self._count = 0
        self._closed = False
        # WORKAROUND: some waits in C++ (QTest.qWait, modal loops of a platform) keep Python's lock, and the
        # worker would stand still meanwhile. Entering a Python slot hands the lock over.
        self._breath = QTimer(self)
        self._breath.setInterval(BREATH_MS)
        self._breath.timeout.connect(self._on_breath)
        self._stepped.connect(self._on_stepped, Qt.ConnectionType.QueuedConnection)
        self._ended.connect(self._on_ended, Qt.ConnectionType.QueuedConnection)

    @property
    def busy(self) -> bool:
        """Whether the newest request is still being worked on."""
        return self._ticket is not None

    def start(self, make_work: Callable[[], Iterator[Any]]) -> None:
        """Cancel what runs and begin anew; `make_work` is called in the worker thread.

        After `shutdown` nothing begins: the window closes, and late events change that no more.
        """
        if self._closed:
            return
        was_busy = self.busy
        self._revoke()
        self._count += 1
        self._ticket = _Ticket(self._count)
        self._pool.submit(self._run, self._ticket, make_work)
        self._breath.start()
        if not was_busy:
            self.busy_changed.emit(True)

    def cancel(self) -> None:
        """Stop caring at once; the worker notices at its next yield."""
        if self._revoke():
            self.busy_changed.emit(False)

    def shutdown(self) -> None:
        """Cancel and wait until the thread has gone; the task cannot be started again."""
        self._closed = True
        self._revoke()
        self._pool.shutdown(wait=True, cancel_futures=True)

    def _revoke(self) -> bool:
        if self._ticket is None:
            return False
        self._ticket.cancelled.set()
        self._ticket = None
        self._breath.stop()
        return True

    def _run(self, ticket: _Ticket, make_work: Callable[[], Iterator[Any]]) -> None:
        """Worker thread: run the generator to its end, to a failure, or until the ticket is revoked."""
        failure: Exception | None = None
        try:
            if not ticket.cancelled.is_set():
                self._follow(ticket, make_work())
        except WavecubeError as error:
            failure = error
        except MemoryError:
            failure = WavecubeError(
                "The memory of this machine is used up: use a smaller size or fewer filters."
            )
        except Exception as error:
            log.exception("background work failed")
            failure = WavecubeError(UNEXPECTED)
            failure.__cause__ = error
        self._ended.emit(ticket, failure)

    def _follow(self, ticket: _Ticket, work: Iterator[Any]) -> None:
        """Worker thread: pass on what the work makes; close it in this thread, whatever happens."""
        try:
            for step in work:
                if ticket.cancelled.is_set():
                    return
                self._stepped.emit(ticket, step)
        finally:
            close = getattr(work, "close", None)  # a generator; plain iterators have nothing to release
            if close is not None:
                close()

    @Slot()
    def _on_breath(self) -> None:
        """Be Python for a moment: see the constructor."""

    @Slot(object, object)
    def _on_stepped(self, ticket: _Ticket, step: object) -> None:
        if ticket is not self._ticket:
            return
        if isinstance(step, Progress):
            self.progress_changed.emit(step)
        else:
            self.result_ready.emit(step)

    @Slot(object, object)
    def _on_ended(self, ticket: _Ticket, failure: Exception | None) -> None:
        if ticket is not self._ticket:
            return
        self._ticket = None
        self._breath.stop()
        self.busy_changed.emit(False)
        if failure is None:
            self.finished.emit()
        else:
            self.failed.emit(str(failure))
