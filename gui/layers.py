"""The page that stacks a second bank on the first, and shows what one of its responses sees.

Pointing at a response of layer 2 draws its field on the input, in both slices through time, on the first
layer's responses and on the channels that come out of activation and pooling. A click pins it; then every
row says what its channel adds to it.
"""

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Slot
from PySide6.QtGui import QKeyEvent

from core.analysis.channels import channel_norms, ranked_channels
from core.display.contrast import Limits, clipped_share, limits_for, table_for
from core.display.kernels import kernel_planes
from core.progress import Progress
from core.settings import ContrastSettings
from core.volume import FeatureVolume
from gui import layers_text
from gui.display import STALE_AFTER_MS
from gui.films import Film, PictureCache, VolumeFilm
from gui.layers_marks import LayersMarks
from gui.layers_probe import LayersProbe
from gui.layers_work import LayersWork, Volumes
from gui.page import Page
from gui.parts import Parts
from gui.widgets.controls import set_property
from gui.widgets.layers_view import LayersView, second_name

CACHE_BYTES = 128 * 2**20
MOST_ROWS = 8
_COMPUTING, _WAITING, _NO_RESPONSE = "computing", "waiting for the clip", "no response"
EMPTY_SUM = "Point at a response of layer 2: what each channel adds to it appears in its row."


class LayersPage(Page):
    """Keeps the page true to session, playhead and what is pointed at; GUI thread."""

    own_marks = True

    def __init__(self, parts: Parts) -> None:
        super().__init__(parts)
        self.view = LayersView(PictureCache(CACHE_BYTES))
        self.widget = self.view
        self.work = LayersWork(parts.session, self)
        self.probe = LayersProbe(self.work, parts.driver, self)
        self.marks = LayersMarks(parts, self.work, self.probe, self.view)
        self._shown = self._recolour = False
        self._selected = 0
        self._limits: Limits | None = None
        self._films: list[dict[int, Film]] = [{}, {}]
        self._stale_timer = QTimer(self)
        self._stale_timer.setSingleShot(True)
        self._stale_timer.setInterval(STALE_AFTER_MS)
        self._stale_timer.timeout.connect(self._on_stale)
        self.view.form.set_channels(parts.session.bank.names)
        self.work.set_choice(self.view.form.choice)
        self._connect()

    @property
    def selected(self) -> int:
        """The second layer's filter whose weights stand in the rows."""
        return self._selected

    def set_shown(self, shown: bool) -> None:
        """Work and follow the playhead while the page is in front."""
        if shown:
            self._shown = True
            if self._recolour:
                self._on_contrast_changed()
            self.marks.set_shown(True)
            self._on_frame_changed(self._parts.driver.frame)
            self.work.set_active(True)
            self._show_marks()
        else:
            self.work.set_active(False)
            self.probe.forget()
            self._stale_timer.stop()
            self._shown = False
            self.marks.set_shown(False)

    def shutdown(self) -> None:
        """Wait for the worker."""
        self._stale_timer.stop()
        self.work.shutdown()

    def select(self, index: int) -> None:
        """Show the weights of another filter of the second layer."""
        if self.work.bank is not None and 0 <= index < len(self.work.bank):
            self._selected = index
            self.view.grid.select(index)
            self._show_rows()
            self._show_terms()
            self._show_legend()

    def takes_key(self, event: QKeyEvent) -> bool:
        """Whether a key is about the response that is looked at, or shows all volumes again."""
        if self.probe.takes_key(event, self._selected):
            return True
        if event.key() != Qt.Key.Key_Escape or self.view.grid.enlarged is None:
            return False
        if event.type() == QEvent.Type.KeyPress:
            self.view.grid.enlarge(None)
        return True

    def _connect(self) -> None:
        view, work, parts = self.view, self.work, self._parts
        view.form.choice_changed.connect(self._on_choice_changed)
        view.form.regenerate_requested.connect(self._on_regenerate_requested)
        view.all_button.toggled.connect(self._on_all_toggled)
        view.grid.selected.connect(self.select)
        view.grid.pointed.connect(self.probe.hover)
        view.grid.picked.connect(self.probe.pin)
        self.probe.changed.connect(self._show_marks)
        view.rows.channel_clicked.connect(self._on_channel_clicked)
        for part in (view.grid, view.rows):
            part.value_changed.connect(view.show_value)
            part.hovered.connect(self._on_hovered)
            part.installEventFilter(self)
        work.question_changed.connect(self._on_question_changed)
        work.channels_changed.connect(self._on_channels_changed)
        work.volume_added.connect(self._on_volume_added)
        work.finished.connect(self._on_finished)
        work.progress_changed.connect(self._on_progress_changed)
        parts.session.bank_changed.connect(self._on_bank_changed)
        parts.session.contrast_changed.connect(self._on_contrast_changed)
        parts.driver.frame_changed.connect(self._on_frame_changed)
        parts.display.selection_changed.connect(self._on_selection_changed)
        parts.workspace.input_panel.hovered.connect(self._on_input_hovered)
        parts.workspace.transport.cancel_requested.connect(self._on_cancel_requested)

    # Showing

    def _show_flow(self) -> None:
        work, session = self.work, self._parts.session
        clip = session.clip
        if clip is None or work.stack is None or work.bank is None:
            self.view.flow.set_nodes(())
            self._show_sentence("")
            return
        self.view.flow.set_nodes(
            layers_text.flow_nodes(work.stack, clip.channels, session.bank, work.bank, work.answered)
        )
        self._show_sentence(layers_text.field_sentence(work.stack))

    def _show_sentence(self, sentence: str) -> None:
        """Show what a response sees, or why there is none: the settings may be hidden."""
        set_property(self.view.field_label, "role", "error" if self.work.problem else "hint")
        self.view.field_label.setText(self.work.problem or sentence)

    def _show_rows(self) -> None:
        """Show the weights of the selected filter, and the channels in their order."""
        bank, names = self.work.bank, self._parts.session.bank.names
        if bank is None:
            self.view.rows.show_channels((), (), (), None)
            self.view.all_button.hide()
            return
        kernel = bank[self._selected]
        norms = channel_norms(kernel)
        order = ranked_channels(norms)
        strongest = [channel for channel in order[:MOST_ROWS] if norms[channel] > 0] or order[:1]
        shown = order if self.view.all_button.isChecked() else strongest
        self.view.rows.show_channels(shown, names, norms, kernel_planes(kernel))
        self.view.scales.weights.set_limit(kernel.limit)
        self.view.head.set_filter(second_name(self._selected, kernel.name))
        self.view.fit()
        self.view.set_all(len(order), len(strongest))
        self._on_selection_changed(self._parts.display.selected)
        self._show_marks()

    def _show_films(self) -> None:
        """Show the channels before and after activation and pooling; old ones stay until new ones come."""
        work, view = self.work, self.view
        waiting = _WAITING if self._parts.session.clip is None else _COMPUTING
        columns = (
            (work.responses, True, view.scales.response),
            (work.channels, work.answered.activation == "none", view.scales.after),
        )
        for index, (volumes, signed, scale) in enumerate(columns):
            if not volumes and self._shown and not work.problem:
                self._stale_timer.start()
                continue
            table, limits = table_for(self._contrast, signed), self._limits_for(volumes, signed)
            self._films[index] = {i: VolumeFilm(v, limits[i], table) for i, v in enumerate(volumes)}
            ends = limits[0] if limits else None
            view.scales.set_scale(scale, ends, table, _clipped(volumes, limits))
        view.rows.set_films(self._films[0], self._films[1], _NO_RESPONSE if work.problem else waiting)
        view.fit()

    def _show_volumes(self) -> None:
        """Show the second layer's volumes that are there, on one scale."""
        volumes, signed = self.work.volumes, self.work.answered.then.activation == "none"
        limits, table = limits_for(volumes, self._contrast, signed), table_for(self._contrast, signed)
        self._limits = limits[0] if limits else None
        for index, volume in enumerate(volumes):
            self.view.grid.set_film(index, VolumeFilm(volume, limits[index], table))
        self._show_legend()

    def _show_legend(self) -> None:
        signed = self.work.answered.then.activation == "none"
        table = table_for(self._contrast, signed) if self._limits is not None else None
        limits = [self._limits] * len(self.work.volumes) if self._limits is not None else []
        self.view.legend.set_scale(self._limits, table, _clipped(self.work.volumes, limits))

    def _limits_for(self, volumes: Volumes, signed: bool) -> tuple[Limits, ...]:
        """Return the limits of volumes; those of the window's own are known already, if it has one scale."""
        session = self._parts.session
        if volumes and session.contrast == self._contrast and session.complete and volumes == session.volumes:
            return (session.limits(0),) * len(volumes)
        return limits_for(volumes, self._contrast, signed)

    @property
    def _contrast(self) -> ContrastSettings:
        """One scale for each layer, found from its responses: a number typed in is meant for the first."""
        return replace(self._parts.session.contrast, shared=True, mode="percentile")

    # What is looked at

    @Slot()
    def _show_marks(self) -> None:
        """Draw what the response sees, layer by layer."""
        self.marks.draw()
        voxel, pinned = self.probe.voxel, self.probe.pinned
        self.view.set_rest(layers_text.pinned_text(voxel) if pinned and voxel is not None else "")
        self._show_terms()
        self._mark_weights()

    def _show_terms(self) -> None:
        """Say what each channel adds to the response that is looked at."""
        terms = self.work.terms(self._selected, self.probe.voxel)
        self.view.rows.set_shares(None if terms is None else terms.channels)
        rows = len(self.view.rows.rows)
        activation = self.work.answered.then.activation
        text = EMPTY_SUM if terms is None else layers_text.sum_sentence(terms, rows, activation)
        self.view.sum_label.setText(text)
        role = "hint" if terms is None else "value" if terms.agrees else "error"
        set_property(self.view.sum_label, "role", role)

    def _mark_weights(self) -> None:
        """Frame the kernel's frame that lies on the channels' frame on the screen, for a pinned response."""
        work, voxel, marked = self.work, self.probe.voxel, None
        if self.probe.pinned and voxel is not None and work.stack is not None and work.channels:
            frame, inside = work.channels[0].at(self._parts.driver.frame)
            taps = layers_text.taps_on(work.stack, voxel, frame)
            marked = taps[0] if inside and taps else None
        self.view.rows.set_marked_weights(marked)

    # Slots

    @Slot()
    def _on_choice_changed(self) -> None:
        self.work.set_choice(self.view.form.choice)

    @Slot()
    def _on_regenerate_requested(self) -> None:
        self.work.redraw()
        self.view.form.set_choice(self.work.choice)

    @Slot(bool)
    def _on_all_toggled(self, _all: bool) -> None:
        self._show_rows()
        self._show_terms()

    @Slot()
    def _on_bank_changed(self) -> None:
        self.view.form.set_channels(self._parts.session.bank.names)
        self.work.set_choice(self.view.form.choice)

    @Slot()
    def _on_question_changed(self) -> None:
        """Another second bank, or other shapes: pictures fade if the new ones take long."""
        work, view = self.work, self.view
        view.form.set_refusal(work.problem)
        names = work.bank.names if work.bank is not None else ()
        self._selected = min(self._selected, max(len(names) - 1, 0))
        view.grid.set_names(names)
        if work.problem:
            view.grid.clear_films(_NO_RESPONSE)
            self._limits = None
            self._show_legend()
            self._show_films()
        elif self._parts.session.clip is None:
            view.grid.clear_films(_WAITING)
        elif names:
            view.grid.select(self._selected)
            for viewer in view.grid.viewers:
                viewer.set_message(_COMPUTING)
            self._stale_timer.start()
        self.probe.settle()
        self._show_flow()
        self._show_rows()

    @Slot()
    def _on_channels_changed(self) -> None:
        self._show_films()
        self._show_terms()

    @Slot(int)
    def _on_volume_added(self, index: int) -> None:
        """Show what is there; the common scale is found anew at 1, 2, 4, 8 … volumes and at the end."""
        count = index + 1
        if count & index == 0:
            self._show_volumes()
        elif self._limits is not None:
            signed = self.work.answered.then.activation == "none"
            film = VolumeFilm(self.work.volumes[index], self._limits, table_for(self._contrast, signed))
            self.view.grid.set_film(index, film)
        if index == self._selected:
            self._show_terms()

    @Slot()
    def _on_finished(self) -> None:
        self._stale_timer.stop()
        self._show_volumes()
        self._show_marks()

    @Slot(object)
    def _on_progress_changed(self, progress: Progress | None) -> None:
        if not self._shown:
            return
        transport = self._parts.workspace.transport
        if progress is not None:
            transport.set_busy(progress.text, progress.fraction)
        elif not self._parts.session.computing:
            transport.set_busy(None)

    @Slot()
    def _on_stale(self) -> None:
        self.view.grid.set_stale(_COMPUTING, len(self.work.volumes))
        self.view.rows.set_stale(_COMPUTING, bool(self.work.responses), bool(self.work.channels))

    @Slot()
    def _on_cancel_requested(self) -> None:
        self.work.cancel()

    @Slot()
    def _on_contrast_changed(self) -> None:
        self._recolour = not self._shown  # scales are found in all volumes: not for a hidden page
        if self._shown:
            self._show_films()
            self._show_volumes()

    @Slot(int)
    def _on_frame_changed(self, frame: int) -> None:
        if self._shown:
            self.view.rows.set_clip_frame(frame)
            self.view.grid.set_clip_frame(frame)
            self._mark_weights()

    @Slot(int)
    def _on_selection_changed(self, tile: int) -> None:
        self.view.rows.set_selected(tile if self._parts.session.view is None else None)

    @Slot(int)
    def _on_channel_clicked(self, channel: int) -> None:
        if self._parts.session.view is None:
            self._parts.display.select(channel)

    @Slot(object)
    def _on_hovered(self, position: tuple[float, float] | None) -> None:
        self._parts.workspace.input_panel.set_cross(position)
        self._on_input_hovered(position)

    @Slot(object)
    def _on_input_hovered(self, position: tuple[float, float] | None) -> None:
        if self._shown:
            self.view.rows.set_cross(position)
            self.view.grid.set_cross(position)

    # Qt overrides

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Take our keys before grid and rows scroll with them."""
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent) and self.takes_key(event):
            return True
        return super().eventFilter(watched, event)


def _clipped(volumes: Sequence[FeatureVolume], limits: Sequence[Limits]) -> float:
    """Return the largest share of a volume beyond its limits."""
    return max((clipped_share(v, ends) for v, ends in zip(volumes, limits, strict=True)), default=0.0)
