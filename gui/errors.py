"""What nobody foresaw: logged whole, told to the person in one sentence, once at a time.

A defect must neither end the program nor bury the person under boxes: the newest one is kept for
Help > Report a problem, and one box shows it; while that is open, further ones only go to the log.
"""

import logging
import platform
import sys
import threading
import traceback
from collections import deque
from types import TracebackType

from PySide6.QtCore import QObject, QtMsgType, Signal, qInstallMessageHandler

log = logging.getLogger(__name__)
_QT_LEVELS = {
    QtMsgType.QtDebugMsg: logging.DEBUG,
    QtMsgType.QtInfoMsg: logging.INFO,
    QtMsgType.QtWarningMsg: logging.WARNING,
    QtMsgType.QtCriticalMsg: logging.ERROR,
    QtMsgType.QtFatalMsg: logging.CRITICAL,
}


class ProblemLog(logging.Handler):
    """The last log records with tracebacks, for a report."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.records: deque[str] = deque(maxlen=20)
        self.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))

    def emit(self, record: logging.LogRecord) -> None:
        """Keep a record."""
        self.records.append(self.format(record))

    def report(self) -> str:
        """Return what a person can send us."""
        head = f"Python {platform.python_version()} on {platform.platform()}"
        return "\n\n".join([head, *self.records]) if self.records else f"{head}\n\nNo problem was noted."


class CrashReporter(QObject):
    """Catches what would otherwise end in a traceback.

    Signals
    -------
    crashed(str)
        One sentence; may come from any thread.
    """

    crashed = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.problems = ProblemLog()
        self._hooks = (sys.excepthook, threading.excepthook)
        self._busy = False

    def install(self) -> None:
        """Take over the hooks of the process."""
        logging.getLogger().addHandler(self.problems)
        sys.excepthook = self._on_exception
        threading.excepthook = self._on_thread_exception
        qInstallMessageHandler(_log_qt_message)

    def uninstall(self) -> None:
        """Give the hooks back."""
        logging.getLogger().removeHandler(self.problems)
        sys.excepthook, threading.excepthook = self._hooks
        qInstallMessageHandler(None)

    def _on_exception(
        self, kind: type[BaseException], error: BaseException, trace: TracebackType | None
    ) -> None:
        if issubclass(kind, KeyboardInterrupt):
            sys.__excepthook__(kind, error, trace)
            return
        if self._busy:
            return  # telling about a failure failed: that must not go round and round
        self._busy = True
        try:
            self._tell(kind, error, trace)
        finally:
            self._busy = False

    def _tell(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        text = "".join(traceback.format_exception(kind, error, trace))
        log.error("unexpected: %s", text)
        self.crashed.emit(
            f"Something went wrong that we did not foresee ({kind.__name__}); nothing was lost."
        )

    def _on_thread_exception(self, arguments: threading.ExceptHookArgs) -> None:
        if arguments.exc_value is not None:
            self._on_exception(arguments.exc_type, arguments.exc_value, arguments.exc_traceback)


def _log_qt_message(kind: QtMsgType, context: object, message: str) -> None:
    logging.getLogger("qt").log(_QT_LEVELS.get(kind, logging.WARNING), "%s", message)
