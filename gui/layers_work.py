"""The computation behind the page of two layers: what is asked, what is there, what has to be done anew."""

import secrets
from collections.abc import Iterator
from dataclasses import dataclass, replace

from PySide6.QtCore import QElapsedTimer, QObject, Signal, Slot

from core.analysis.channels import ChannelTerms, channel_terms
from core.clip import Clip
from core.convolution.receptive import Stack
from core.convolution.two_layers import Channels, FirstLayer, TwoLayers, stack_of
from core.filters.bank import FilterBank
from core.filters.second import make_second
from core.progress import Progress
from core.settings import ConvolutionSettings, Triple
from core.volume import FeatureVolume
from gui.session import SILENT_MS, Session
from gui.tasks import LatestTask
from gui.widgets.layers_form import LayersChoice

RESPONSES, CHANNELS, SECOND = 1, 2, 3  # levels of the stack

CANCELLED = "Cancelled: change something, or come back to this page."

Volumes = tuple[FeatureVolume, ...]


@dataclass(frozen=True, slots=True)
class _Job:
    """What the worker does: a value, so it needs no locks."""

    choice: LayersChoice
    first: FilterBank
    second: FilterBank | None
    sliding: ConvolutionSettings
    responses: Volumes
    channels: Volumes

    def work(
        self, clip: Clip | None
    ) -> Iterator[FilterBank | Progress | FirstLayer | Channels | FeatureVolume]:
        """Yield the second bank where it is not known yet, and for a clip all that `TwoLayers` yields."""
        choice, second = self.choice, self.second
        if second is None:
            # Here, because the largest banks take half a second.
            second = make_second(choice.kind, self.first.names, **choice.values)
            yield second
        if clip is not None:
            yield from TwoLayers(
                clip,
                self.first,
                self.sliding,
                second,
                choice.then,
                choice.activation,
                choice.pooling,
                self.responses,
                self.channels,
            ).work()


class LayersWork(QObject):
    """Computes two layers of what is open, while it is looked at; GUI thread.

    Signals
    -------
    question_changed()
        Another answer begins: `bank`, `stack` and `problem` are new, `volumes` are gone.
    channels_changed()
        `responses` and `channels` are there, or gone.
    volume_added(int)
        The volume of that filter of the second layer is there.
    finished()
        All of them are.
    progress_changed(object)
        A `Progress` of what takes longer; None when it is over.
    """

    question_changed = Signal()
    channels_changed = Signal()
    volume_added = Signal(int)
    finished = Signal()
    progress_changed = Signal(object)

    def __init__(self, session: Session, parent: QObject) -> None:
        super().__init__(parent)
        self._session = session
        self._choice = self._answered = LayersChoice()
        self._active = False
        self._pending = True
        self._forgotten = self._session_starts = self._whole = False
        self.bank: FilterBank | None = None
        self.stack: Stack | None = None
        self.problem = ""
        self.responses: Volumes = ()
        self.channels: Volumes = ()
        self.volumes: list[FeatureVolume] = []
        self._began = QElapsedTimer()
        self._task = LatestTask("layers", self)
        self._task.result_ready.connect(self._on_result_ready)
        self._task.progress_changed.connect(self._on_progress)
        self._task.finished.connect(self._on_finished)
        self._task.failed.connect(self._on_failed)
        for changed in (
            session.clip_changed,
            session.bank_changed,
            session.convolution_changed,
            session.working_size_changed,
            session.view_changed,
        ):
            changed.connect(self._on_session_changed)
        session.computing_started.connect(self._on_session_started)
        session.computing_finished.connect(self._on_session_finished)
        session.computing_failed.connect(self._on_session_failed)

    @property
    def choice(self) -> LayersChoice:
        """What is asked."""
        return self._choice

    @property
    def answered(self) -> LayersChoice:
        """The question that `bank`, `stack` and `volumes` answer: an older one for some milliseconds."""
        return self._answered

    @property
    def busy(self) -> bool:
        """Whether something is being computed for this page."""
        return self._task.busy

    @property
    def complete(self) -> bool:
        """Whether all volumes of the second layer are there."""
        return self.bank is not None and not self.busy and len(self.volumes) == len(self.bank)

    def terms(self, filter_: int, voxel: Triple | None) -> ChannelTerms | None:
        """Return what the channels add to a response of the second layer, where all of that is there."""
        if voxel is None or self.bank is None or not self.channels or filter_ >= len(self.volumes):
            return None
        stored = self.volumes[filter_].data[voxel].item()
        return channel_terms(self.channels, self.bank[filter_], voxel, self._answered.then, stored)

    def set_choice(self, choice: LayersChoice) -> None:
        """Ask something else; what is still true is kept."""
        if choice == self._choice:
            return
        between = (choice.activation, choice.pooling) != (self._choice.activation, self._choice.pooling)
        self._choice = choice
        if between:
            self.channels = ()
        if not self._forgotten:  # else the session is about to tell what there is now
            self._ask()

    def redraw(self) -> None:
        """Draw other random filters."""
        if "seed" in self._choice.values:
            values = {**self._choice.values, "seed": secrets.randbelow(1_000_000)}
            self.set_choice(replace(self._choice, values=values))

    def set_active(self, active: bool) -> None:
        """Work while somebody looks, and only then."""
        self._active = active
        if active and self._pending:
            self._ask()
        elif not active and self._task.busy:
            self._stop()
            self._pending = True

    @Slot()
    def cancel(self) -> None:
        """Stop: until something is changed, or the page visited again, there are no responses."""
        if self._active and not self.complete:
            self._stop()
            self.volumes = []
            self.problem = CANCELLED
            self._pending = True
            self.question_changed.emit()

    def shutdown(self) -> None:
        """Stop and wait for the worker."""
        self._task.shutdown()

    # Working

    def _stop(self) -> None:
        self._task.cancel()
        self.progress_changed.emit(None)

    def _ask(self) -> None:
        """Have the second bank made, and computed what follows; while nobody looks, only forget."""
        self._task.cancel()
        self._pending = not self._active
        self._forgotten = False
        if self._active:
            self._begin(None)
        else:
            self._forget_answer()
            self.question_changed.emit()

    def _begin(self, bank: FilterBank | None) -> None:
        """Start the worker, with a second bank that is known already or without."""
        session, clip = self._session, self._session.working_clip
        ready = clip is not None and not session.computing and not self._session_starts
        linear = session.view is None and session.convolution.activation == "none"
        if ready and session.complete and linear and self.responses != session.volumes:
            self.responses, self.channels = session.volumes, ()
            self.channels_changed.emit()
        job = _Job(self._choice, session.bank, bank, session.convolution, self.responses, self.channels)
        self._whole = ready
        self._began.start()
        self._task.start(lambda: job.work(clip if ready else None))

    def _forget_answer(self) -> None:
        self.volumes = []
        self.bank, self.stack, self.problem = None, None, ""

    def _take_bank(self, bank: FilterBank) -> None:
        """Replace the whole answer: a new second bank is there, and so are the shapes."""
        self._forget_answer()
        self.bank, self._answered = bank, self._choice
        clip = self._session.clip
        if clip is not None:
            shape = clip.shape_at(self._session.working_size)
            first = self._session.bank.kernel_size, self._session.convolution
            self.stack = stack_of(shape, first, self._choice.pooling, (bank.kernel_size, self._choice.then))
        self.question_changed.emit()

    # Slots

    @Slot()
    def _on_session_changed(self) -> None:
        """Forget what was computed from something else; what is new is known in a moment."""
        self._stop()
        self._forget_answer()
        self.responses = self.channels = ()
        self._pending = self._forgotten = True
        self.channels_changed.emit()

    @Slot()
    def _on_session_started(self) -> None:
        """Have the second bank made, so that weights and shapes are seen; the rest waits for the session."""
        self._on_session_changed()
        self._session_starts = True  # it is not computing yet
        self._ask()
        self._session_starts = False

    @Slot()
    def _on_session_finished(self) -> None:
        if self._active:
            self._begin(self.bank if self._answered is self._choice else None)

    @Slot(str)
    def _on_session_failed(self, sentence: str) -> None:
        self._on_session_changed()
        self._forgotten = False
        self.problem = sentence
        self.question_changed.emit()

    @Slot(object)
    def _on_result_ready(self, result: object) -> None:
        if isinstance(result, FilterBank):
            self._take_bank(result)
        elif isinstance(result, FirstLayer):
            self.responses = result.volumes
            self.channels_changed.emit()
        elif isinstance(result, Channels):
            self.channels = result.volumes
            self.channels_changed.emit()
        elif isinstance(result, FeatureVolume):
            self.volumes.append(result)
            self.volume_added.emit(len(self.volumes) - 1)

    @Slot(object)
    def _on_progress(self, progress: Progress) -> None:
        if self._began.hasExpired(SILENT_MS):
            self.progress_changed.emit(progress)

    @Slot()
    def _on_finished(self) -> None:
        self.progress_changed.emit(None)
        if self._whole:
            self.finished.emit()

    @Slot(str)
    def _on_failed(self, sentence: str) -> None:
        if self._answered is not self._choice:  # there is not even a bank
            self._forget_answer()
            self._answered = self._choice
        self.volumes = []
        self.problem = sentence
        self.progress_changed.emit(None)
        self.question_changed.emit()
