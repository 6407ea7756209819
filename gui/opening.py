"""Opening clips in the background: files, folders, samples, stimuli."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from core.clip import Clip
from core.progress import Progress
from gui.tasks import LatestTask

if TYPE_CHECKING:
    from core.sources.load import ClipSelection


@dataclass(frozen=True, slots=True)
class Opening:
    """A clip that was opened: from where, which frames of how many."""

    text: str
    clip: Clip
    selection: "ClipSelection"
    length: int | None


class Opener(LatestTask):
    """Turns what a person names into a clip; the newest wish wins, what was open stays open till then.

    Signals
    -------
    opened(object)
        An `Opening`.
    """

    opened = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__("opening", parent)
        self.result_ready.connect(self.opened)

    def open(self, text: str, selection: "ClipSelection | None" = None) -> None:
        """Open an INPUT (see ``main.py --help``)."""
        self.start(lambda: _open(text, selection))


def _open(text: str, selection: "ClipSelection | None") -> Iterator[Progress | Opening]:
    """Worker thread: read the clip and find out how much more there is."""
    from core.sources.load import ClipSelection, length_of, load_clip
    from core.sources.opening import open_source

    chosen = selection or ClipSelection()
    source = open_source(text)
    total = length_of(source)
    for step in load_clip(source, chosen):
        yield step if isinstance(step, Progress) else Opening(text, step, chosen, total)
