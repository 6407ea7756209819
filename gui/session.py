"""What is open: the one mutable owner of the window's values.

Everything it holds is frozen; "changing" swaps a value, tells, and starts what follows from it. Lives in
the GUI thread.
"""

from dataclasses import replace
from typing import Any

from PySide6.QtCore import QElapsedTimer, QObject, Signal, Slot
from PySide6.QtGui import QUndoCommand, QUndoStack

from core.clip import Clip
from core.convolution.geometry import axis_maps, output_shape
from core.display.colormap import ColorTable
from core.display.contrast import Limits, clipped_share, is_signed, limits_for, table_for
from core.filters.bank import FilterBank
from core.filters.views import RESPONSES, View
from core.progress import Progress
from core.settings import ContrastSettings, ConvolutionSettings, WorkingSize
from core.volume import FeatureVolume
from gui.request import Request
from gui.tasks import LatestTask

# Of the largest banks (64 kernels 16x16x16 on RGB) these are 300 MB.
UNDO_STEPS = 100

# What is done sooner shows no progress: painting it would take time from the work, and only flicker.
SILENT_MS = 200


class Session(QObject):
    """Clip, bank, settings and the feature volumes that follow from them.

    Signals
    -------
    clip_changed(), bank_changed(), convolution_changed(), working_size_changed()
        The value of that name was swapped. Another bank may show something else.
    view_changed()
        Something else is shown of the same bank.
    computing_started()
        The volumes on the screen are out of date.
    volume_added(int)
        The feature volume of that filter or tile is there.
    contrast_changed()
        The contrast settings were swapped.
    scale_changed()
        Contrast limits or colour table changed: every volume looks different.
    computing_finished()
        All volumes are there.
    computing_failed(str)
        A sentence for the person; no volumes.
    progress_changed(object)
        A `Progress` of a computation that takes longer than `SILENT_MS`.
    """

    clip_changed = Signal()
    bank_changed = Signal()
    view_changed = Signal()
    convolution_changed = Signal()
    working_size_changed = Signal()
    computing_started = Signal()
    volume_added = Signal(int)
    contrast_changed = Signal()
    scale_changed = Signal()
    computing_finished = Signal()
    computing_failed = Signal(str)
    progress_changed = Signal(object)

    def __init__(self, bank: FilterBank, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._clip: Clip | None = None
        self._untrimmed: Clip | None = None
        self._working: Clip | None = None
        self._bank = bank
        self._convolution = ConvolutionSettings()
        self._size = WorkingSize()
        self._contrast = ContrastSettings()
        self._view_key = RESPONSES
        self._volumes: list[FeatureVolume] = []
        self._limits: tuple[Limits, ...] = ()
        self._look: tuple[tuple[Limits, ...], str] = ((), "")
        self._held = False
        self.undo_stack = QUndoStack(self)
        self.undo_stack.setUndoLimit(UNDO_STEPS)
        self._task = LatestTask("convolution", self)
        self._task.result_ready.connect(self._on_result_ready)
        self._began = QElapsedTimer()
        self._task.progress_changed.connect(self._on_progress)
        self._task.finished.connect(self._on_finished)
        self._task.failed.connect(self._on_failed)

    # Values

    @property
    def clip(self) -> Clip | None:
        """The clip at the size it came in."""
        return self._clip

    @property
    def working_clip(self) -> Clip | None:
        """The clip at the size that the filters see, or None while it is made."""
        return self._working

    @property
    def bank(self) -> FilterBank:
        """The filters."""
        return self._bank

    @property
    def volumes(self) -> tuple[FeatureVolume, ...]:
        """The feature volumes that are there, in the order of their filters, or the view's tiles."""
        return tuple(self._volumes)

    @property
    def view(self) -> View | None:
        """What is shown of the bank; None for its responses, also where it has not what was chosen."""
        return next((view for view in self._bank.views if view.key == self._view_key), None)

    @property
    def view_key(self) -> str:
        """The key of what is shown of the bank."""
        return RESPONSES if self.view is None else self.view.key

    @property
    def tile_names(self) -> tuple[str, ...]:
        """What the volumes are called, also those that are still to come."""
        return self._bank.names if self.view is None else self.view.names

    def members(self, tile: int) -> tuple[int, ...]:
        """Return the filters that a tile is made of."""
        return (tile,) if self.view is None else self.view.members(tile)

    @property
    def signed(self) -> bool:
        """Whether what is shown can be negative."""
        return is_signed(self._convolution.activation, self.view)

    @property
    def directions(self) -> bool:
        """Whether directions are shown."""
        return self.view is not None and bool(self.view.directions)

    @property
    def convolution(self) -> ConvolutionSettings:
        """How the filters slide."""
        return self._convolution

    @property
    def working_size(self) -> WorkingSize:
        """The box that the clip is fitted into before it is convolved."""
        return self._size

    @property
    def contrast(self) -> ContrastSettings:
        """How responses become colours."""
        return self._contrast

    @property
    def table(self) -> ColorTable:
        """The colour table of the responses."""
        return table_for(self._contrast, self.signed, self.directions)

    @property
    def computing(self) -> bool:
        """Whether volumes are still to come."""
        return self._task.busy

    @property
    def complete(self) -> bool:
        """Whether every filter's volume is there, or every tile of the view."""
        count = len(self.tile_names)
        return self._clip is not None and not self.computing and len(self._volumes) == count

    def limits(self, index: int) -> Limits:
        """Return the contrast limits of a volume that is there."""
        return self._limits[index]

    def clipped(self, index: int) -> float:
        """Return the share of a volume's responses beyond its limits."""
        return clipped_share(self._volumes[index], self._limits[index])

    def clipped_overall(self) -> float:
        """Return the largest such share of all volumes."""
        return max((self.clipped(i) for i in range(len(self._volumes))), default=0.0)

    def valid_frames(self) -> tuple[int, int] | None:
        """Return the first and last clip frame for which the volumes have frames, if any."""
        if self._clip is None:
            return None
        shape = (len(self._clip), self._clip.height, self._clip.width)
        length = output_shape(shape, self._bank.kernel_size, self._convolution)[0]
        if length < 1:
            return None
        axis = axis_maps(shape, self._bank.kernel_size, self._convolution)[0]
        inside = [i for i in range(len(self._clip)) if axis.to_output(i, length)[1]]
        return (inside[0], inside[-1]) if inside else None

    # Changes

    def set_clip(self, clip: Clip, untrimmed: Clip | None = None) -> None:
        """Open another clip; `untrimmed` is what it was cut from, where that can be brought back."""
        self._swap_clip(clip, untrimmed)

    @property
    def trimmed(self) -> bool:
        """Whether frames were cut off that can be brought back."""
        return self._untrimmed is not None

    @property
    def untrimmed(self) -> Clip | None:
        """The clip with the frames that were cut off, or None where none were."""
        return self._untrimmed

    def trim(self, first: int, last: int) -> None:
        """Keep the frames from first to last, both included; `untrim` brings the others back."""
        if self._clip is not None and (first > 0 or last < len(self._clip) - 1):
            whole = self._untrimmed or self._clip
            shorter = self._clip.trimmed(first, last)
            self._swap_clip(shorter, whole)

    def untrim(self) -> None:
        """Bring back all frames that were cut off."""
        if self._untrimmed is not None:
            self.set_clip(self._untrimmed)

    def set_bank(self, bank: FilterBank, text: str = "change filters", merge: int | None = None) -> None:
        """Use other filters; undo brings the old ones back.

        Changes in a row with the same number in `merge` are one step: what is typed into one cell, say. A
        step that ends with the bank it began with is none.
        """
        self.undo_stack.push(_BankCommand(self, bank, text, merge))

    def apply_bank(self, bank: FilterBank) -> None:
        """Use other filters without a way back: for undo itself."""
        self._bank = bank
        self._drop_volumes()
        self.bank_changed.emit()
        self._recompute()

    def set_view(self, key: str) -> None:
        """Show something else of the bank; a bank that has it not shows its responses, until one has it."""
        before, self._view_key = self.view, key
        if self.view is not before:
            self._drop_volumes()
            self.view_changed.emit()
            self._recompute()

    def set_convolution(self, settings: ConvolutionSettings) -> None:
        """Let the filters slide in another way."""
        if settings != self._convolution:
            self._convolution = settings
            self._drop_volumes()
            self.convolution_changed.emit()
            self._recompute()

    def set_working_size(self, size: WorkingSize) -> None:
        """Compute at another size."""
        if size != self._size:
            self._size = size
            self.working_size_changed.emit()
            self._recompute()

    def set_contrast(self, settings: ContrastSettings) -> None:
        """Show the same responses in other colours."""
        if settings != self._contrast:
            self._contrast = settings
            self.contrast_changed.emit()
            self._rescale()

    def change_contrast(self, **changes: Any) -> None:
        """Change some of the contrast settings."""
        self.set_contrast(replace(self._contrast, **changes))

    def hold(self, held: bool) -> None:
        """Stop computing (live filters take the screen), or catch up."""
        self._held = held
        if held:
            self._task.cancel()
        else:
            self._recompute()

    @Slot()
    def cancel(self) -> None:
        """Stop computing; the volumes that are there stay."""
        self._task.cancel()

    def shutdown(self) -> None:
        """Stop computing and wait for the worker."""
        self._task.shutdown()

    def _swap_clip(self, clip: Clip, untrimmed: Clip | None = None) -> None:
        self._clip = clip
        self._untrimmed = untrimmed
        self._working = None
        self._drop_volumes()
        self.clip_changed.emit()
        self._recompute()

    def _drop_volumes(self) -> None:
        """Forget answers to an old question: nobody may show them as answers to the new one."""
        self._task.cancel()
        self._volumes = []
        self._limits = ()
        self._look = ((), "")

    def _recompute(self) -> None:
        self._drop_volumes()
        if self._clip is None or self._held:
            return
        self.computing_started.emit()
        request = Request(self._clip, self._bank, self._convolution, self._size, self.view)
        self._began.start()
        self._task.start(request.work)

    def _rescale(self) -> None:
        limits = limits_for(self._volumes, self._contrast, self.signed)
        look = (limits, self.table.name)
        if look != self._look:
            self._limits, self._look = limits, look
            self.scale_changed.emit()

    # Slots

    @Slot(object)
    def _on_progress(self, progress: Progress) -> None:
        if self._began.hasExpired(SILENT_MS):
            self.progress_changed.emit(progress)

    @Slot(object)
    def _on_result_ready(self, result: object) -> None:
        if isinstance(result, Clip):
            self._working = result
        elif isinstance(result, FeatureVolume):
            self._add_volume(result)

    def _add_volume(self, volume: FeatureVolume) -> None:
        """Take a volume in; the common scale is found anew at 1, 2, 4, 8 … volumes and at the end.

        Every new scale repaints all viewers: doing that for each of 64 arrivals would block the window.
        """
        self._volumes.append(volume)
        count = len(self._volumes)
        if self._contrast.shared and self._limits:
            self._limits += (self._limits[-1],)
        else:
            self._limits += limits_for([volume], self._contrast, self.signed)
        self.volume_added.emit(count - 1)
        if self._contrast.shared and count > 1 and count & (count - 1) == 0:
            self._rescale()

    @Slot()
    def _on_finished(self) -> None:
        if self._contrast.shared:
            self._rescale()
        self.computing_finished.emit()

    @Slot(str)
    def _on_failed(self, sentence: str) -> None:
        self._drop_volumes()
        self.computing_failed.emit(sentence)


class _BankCommand(QUndoCommand):
    """Swapping the bank, both ways."""

    def __init__(self, session: Session, bank: FilterBank, text: str, merge: int | None = None) -> None:
        super().__init__(text)
        self._session, self._new, self._old = session, bank, session.bank
        self._merge = merge

    def redo(self) -> None:
        self._session.apply_bank(self._new)

    def undo(self) -> None:
        self._session.apply_bank(self._old)

    def id(self) -> int:
        """Return a number that commands to be merged share; -1 stays alone."""
        return -1 if self._merge is None else 1

    def mergeWith(self, other: QUndoCommand) -> bool:  # noqa: N802
        """Take in the command that was just carried out."""
        if not isinstance(other, _BankCommand) or other._merge != self._merge:
            return False
        self._new = other._new
        self.setObsolete(self._new is self._old)
        return True
