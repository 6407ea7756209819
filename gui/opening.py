"""Opening clips in the background: files, folders, samples, stimuli."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from core.clip import Clip
from core.progress import Progress
from gui.tasks import LatestTask

if TYPE_CHECKING:
    from core.sources.load import ClipSelection


def is_address(text: str) -> bool:
    """Tell whether a text is the address of a camera rather than a file."""
    from core.sources.opening import CAMERA_SCHEMES

    scheme, found, _ = text.partition("://")
    return bool(found) and scheme.lower() in CAMERA_SCHEMES


@dataclass(frozen=True, slots=True)
class Opening:
    """A clip that was opened: from where, which frames of how many."""

    text: str
    clip: Clip
    selection: "ClipSelection"
    length: int | None


class Opener(QObject):
    """Turns what a person names into a clip; the newest wish wins.

    Signals
    -------
    opened(object)
        An `Opening`.
    failed(str)
        A sentence; what was open stays open.
    progress_changed(object)
        A `Progress`.
    busy_changed(bool)
        Whether something is being opened.
    """

    opened = Signal(object)
    failed = Signal(str)
    progress_changed = Signal(object)
    busy_changed = Signal(bool)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._task = LatestTask("opening", self)
        self._task.result_ready.connect(self.opened)
        self._task.progress_changed.connect(self.progress_changed)
        self._task.busy_changed.connect(self.busy_changed)
        self._task.failed.connect(self._on_failed)

    def open(self, text: str, selection: "ClipSelection | None" = None) -> None:
        """Open an INPUT (see ``main.py --help``)."""
        self._task.start(lambda: _open(text, selection))

    @property
    def busy(self) -> bool:
        """Whether something is being opened."""
        return self._task.busy

    @Slot()
    def cancel(self) -> None:
        """Give up opening."""
        self._task.cancel()

    def shutdown(self) -> None:
        """Give up and wait for the thread."""
        self._task.shutdown()

    @Slot(object)
    def _on_failed(self, error: Exception) -> None:
        self.failed.emit(str(error))


def _open(text: str, selection: "ClipSelection | None") -> Iterator[Progress | Opening]:
    """Worker thread: read the clip and find out how much more there is."""
    from core.sources.load import ClipSelection, length_of, load_clip
    from core.sources.opening import open_source

    chosen = selection or ClipSelection()
    source = open_source(text)
    total = length_of(source)
    for step in load_clip(source, chosen):
        yield step if isinstance(step, Progress) else Opening(text, step, chosen, total)
