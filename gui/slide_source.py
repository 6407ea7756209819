"""What slides: the selected filter, its responses and their colours, ready or still to come.

Of a plain bank the responses are there: those of the selected tile. A tile that a view combines from several
filters is no response; then one of those filters slides, and its responses are computed in a worker.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal, Slot

from core.analysis.inspector import applied_kernel
from core.analysis.slide import Scan, Slide, own_responses
from core.clip import Clip
from core.convolution.stages import linear
from core.display.colormap import color_table
from core.display.contrast import limits_for, table_for
from core.display.slide_film import SlideLook
from core.errors import WavecubeError
from core.filters.bank import FilterBank
from core.filters.kernel import Kernel
from core.progress import Progress
from core.settings import ConvolutionSettings, Triple
from core.volume import FeatureVolume
from gui.display import Display
from gui.session import Session
from gui.tasks import LatestTask

COMPUTING = "The responses are being computed…"
PICTURES = (1, 3)  # channels


@dataclass(frozen=True, eq=False)
class Ready:
    """All of a slide but its scan; see `core.analysis.slide.Slide`."""

    clip: Clip
    kernel: Kernel
    convolution: ConvolutionSettings
    volume: FeatureVolume
    look: SlideLook

    @property
    def shape(self) -> Triple:
        """(T', H', W') of the responses."""
        t, y, x = self.volume.data.shape
        return t, y, x

    def slide(self, scan: Scan) -> Slide:
        """Return the slide in the order of a scan."""
        return Slide(self.clip, self.kernel, self.convolution, self.volume, scan)


# Whose responses were computed here, and what they are.
Own = tuple[Clip, FilterBank, int, ConvolutionSettings, FeatureVolume]


class SlideSource(QObject):
    """Follows session and selection while it is told to; GUI thread.

    Signals
    -------
    changed()
        Something else slides, or nothing does; `ready`, `message` and `names` say what.
    """

    changed = Signal()

    def __init__(self, session: Session, display: Display, parent: QObject) -> None:
        super().__init__(parent)
        self._session, self._display = session, display
        self._active = False
        self._member = 0
        self._own: Own | None = None
        self._failure = ""
        self.ready: Ready | None = None
        self.message = ""
        self._task = LatestTask("slide", self)
        self._task.result_ready.connect(self._on_result_ready)
        self._task.failed.connect(self._on_failed)
        for changed in (
            session.clip_changed,
            session.working_size_changed,
            session.convolution_changed,
            session.bank_changed,
            session.view_changed,
        ):
            changed.connect(self._on_question_changed)
        session.volume_added.connect(self._on_volume_added)
        session.scale_changed.connect(self.refresh)
        session.computing_finished.connect(self._on_computing_finished)
        session.computing_failed.connect(self._on_failed)
        display.selection_changed.connect(self._on_selection_changed)

    @property
    def names(self) -> tuple[str, ...]:
        """The filters that the selected tile is made of."""
        members = self._session.members(self._display.selected)
        return tuple(self._session.bank.names[i] for i in members if i < len(self._session.bank))

    @property
    def note(self) -> str:
        """What has to be said of what slides, where it is not what the tile shows; else ""."""
        if self.ready is None or self._session.view is None:
            return ""
        return f"{self.ready.kernel.name}, which the tile is made of: "

    @property
    def member(self) -> int:
        """Which of them slides."""
        return min(self._member, max(len(self.names) - 1, 0))

    def choose(self, member: int) -> None:
        """Let another of the tile's filters slide."""
        if member != self._member:
            self._member, self._failure = member, ""
            self.refresh()

    def set_active(self, active: bool) -> None:
        """Follow what happens, or rest."""
        self._active = active
        if active:
            self.refresh()
        else:
            self._task.cancel()

    def shutdown(self) -> None:
        """Wait for the worker."""
        self._task.shutdown()

    @Slot()
    def refresh(self) -> None:
        """Find out what slides now."""
        if not self._active:
            return
        self.ready, self.message = None, ""
        try:
            self._find()
        except WavecubeError as error:
            self.message = str(error)
        self.changed.emit()

    def _find(self) -> None:
        session, tile = self._session, self._display.selected
        clip = session.working_clip
        if session.clip is None:
            self.message = "There is no clip yet: open one, or record one."
        elif clip is None or (session.view is None and tile >= len(session.volumes)):
            self.message = self._failure or COMPUTING
        elif clip.channels not in PICTURES:
            self.message = f"A clip of {clip.channels} channels is no picture (1 is grey, 3 are RGB)."
        elif session.view is None:
            look = SlideLook(session.limits(tile), session.table, color_table(session.contrast.diverging))
            kernel = applied_kernel(session.bank, tile, clip.channels)
            self.ready = Ready(clip, kernel, session.convolution, session.volumes[tile], look)
        else:
            self._find_own(clip)

    def _find_own(self, clip: Clip) -> None:
        """Take the responses of one of a tile's filters, computed before, or have them computed."""
        session = self._session
        index = session.members(self._display.selected)[self.member]
        convolution = linear(session.convolution)
        kernel = applied_kernel(session.bank, index, clip.channels)
        question = (clip, session.bank, index, convolution)
        if self._own is not None and _same(self._own[:4], question):
            volume = self._own[4]
            limits = limits_for([volume], session.contrast, True)[0]
            tables = table_for(session.contrast, True), color_table(session.contrast.diverging)
            self.ready = Ready(clip, kernel, convolution, volume, SlideLook(limits, *tables))
            return
        self.message = self._failure or COMPUTING
        if not self._failure:
            self._task.start(lambda: _work(question, kernel))

    @Slot(object)
    def _on_result_ready(self, own: Own) -> None:
        self._own = own
        self.refresh()

    @Slot(str)
    def _on_failed(self, sentence: str) -> None:
        self._failure = sentence
        self.refresh()

    @Slot()
    def _on_question_changed(self) -> None:
        """Forget what is an answer to an old question."""
        self._task.cancel()
        self._own, self._failure = None, ""
        if self._active:
            self.refresh()
        else:
            self.ready, self.message = None, ""
            self.changed.emit()

    @Slot(int)
    def _on_selection_changed(self, _index: int) -> None:
        self._task.cancel()
        self._member, self._failure = 0, ""
        self.refresh()

    @Slot(int)
    def _on_volume_added(self, index: int) -> None:
        if self.ready is None and (self._session.view is not None or index == self._display.selected):
            self.refresh()

    @Slot()
    def _on_computing_finished(self) -> None:
        if self.ready is None:
            self.refresh()


def _same(one: tuple[object, ...], other: tuple[object, ...]) -> bool:
    """Tell whether two questions are one: clips and banks are compared by identity."""
    return all(
        a is b if isinstance(a, Clip | FilterBank) else a == b for a, b in zip(one, other, strict=True)
    )


def _work(
    question: tuple[Clip, FilterBank, int, ConvolutionSettings], kernel: Kernel
) -> Iterator[Progress | Own]:
    """Yield the answer to a question; runs in the worker thread."""
    for step in own_responses(question[0], kernel, question[3]):
        yield (*question, step) if isinstance(step, FeatureVolume) else step
