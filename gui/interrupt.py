"""Ctrl-C in the terminal closes the window as its own button does.

Qt's event loop never returns to Python while nothing happens, so Python's signal handler would wait for
the next event. The C-level handler writes a byte to a socket pair; a notifier turns it into an event.
"""

import signal
import socket
from types import FrameType
from typing import Any

from PySide6.QtCore import QObject, QSocketNotifier, Signal, Slot


class InterruptWatch(QObject):
    """Watches for SIGINT (and SIGTERM where there is one) from `install` to `uninstall`; main thread.

    Signals
    -------
    interrupted()
        The person asked the program to end.
    """

    interrupted = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._ours, self._theirs = socket.socketpair()
        self._ours.setblocking(False)
        self._theirs.setblocking(False)
        self._notifier = QSocketNotifier(self._ours.fileno(), QSocketNotifier.Type.Read, self)
        self._notifier.activated.connect(self._on_activated)
        self._before: dict[int, Any] = {}
        self._wakeup = -1

    def install(self) -> None:
        """Take the signals over."""
        self._wakeup = signal.set_wakeup_fd(self._theirs.fileno(), warn_on_full_buffer=False)
        for number in (signal.SIGINT, signal.SIGTERM):
            self._before[number] = signal.signal(number, _note)

    def uninstall(self) -> None:
        """Give the signals back."""
        for number, handler in self._before.items():
            signal.signal(number, handler)
        signal.set_wakeup_fd(self._wakeup)
        self._notifier.setEnabled(False)
        self._ours.close()
        self._theirs.close()

    @Slot()
    def _on_activated(self) -> None:
        self._ours.recv(64)
        self.interrupted.emit()


def _note(number: int, frame: FrameType | None) -> None:
    """Do nothing: the byte in the socket is the message."""
