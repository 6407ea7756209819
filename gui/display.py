"""From the session to the screen: which film every viewer shows, what the legend says, who is selected."""

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from core.settings import ContrastSettings
from gui.films import VolumeFilm
from gui.playback import PlaybackDriver
from gui.session import Session
from gui.workspace import Workspace

# A computation that is done sooner leaves the old pictures alone: no flicker.
STALE_AFTER_MS = 300


class Display(QObject):
    """Keeps viewers, legend and transport true to session and playhead; GUI thread.

    Signals
    -------
    selection_changed(int)
        Another tile is the selected one, or the same one of another bank.
    """

    selection_changed = Signal(int)

    def __init__(self, session: Session, driver: PlaybackDriver, workspace: Workspace) -> None:
        super().__init__(workspace)
        self._session, self._driver, self._workspace = session, driver, workspace
        self._selected = 0
        self._live = False
        self._stale_timer = QTimer(self)
        self._stale_timer.setSingleShot(True)
        self._stale_timer.setInterval(STALE_AFTER_MS)
        self._stale_timer.timeout.connect(self._on_stale)
        self._connect_session()
        self._connect_widgets()
        self._on_bank_changed()
        self._on_scale_changed()

    @property
    def selected(self) -> int:
        """The selected tile: a filter, or what a view makes of some (`Session.members`)."""
        return self._selected

    def set_live(self, live: bool) -> None:
        """Leave the feature viewers to the live filters, or take them back."""
        self._live = live
        if live:
            self._stale_timer.stop()

    def refresh(self) -> None:
        """Show everything anew, as after live filters."""
        self._on_clip_changed()
        self._workspace.input_panel.set_clip_frame(self._driver.frame)
        self._on_scale_changed()

    def _connect_session(self) -> None:
        session = self._session
        session.clip_changed.connect(self._on_clip_changed)
        session.bank_changed.connect(self._on_bank_changed)
        session.view_changed.connect(self._on_bank_changed)
        session.convolution_changed.connect(self._on_shapes_changed)
        session.working_size_changed.connect(self._on_shapes_changed)
        session.computing_started.connect(self._on_computing_started)
        session.volume_added.connect(self._on_volume_added)
        session.scale_changed.connect(self._on_scale_changed)
        session.computing_finished.connect(self._on_computing_finished)
        session.computing_failed.connect(self._on_computing_failed)

    def _connect_widgets(self) -> None:
        w, driver = self._workspace, self._driver
        for widget in (w.input_panel, w.feature_grid):
            driver.frame_changed.connect(widget.set_clip_frame)
            widget.hovered.connect(self._on_hovered)
        w.feature_grid.value_changed.connect(w.show_value)
        driver.frame_changed.connect(w.kernel_panel.set_frame)
        driver.frame_changed.connect(w.transport.set_frame)
        driver.playing_changed.connect(w.transport.set_playing)
        driver.achieved_changed.connect(w.transport.set_achieved)
        w.transport.play_toggled.connect(driver.toggle)
        w.transport.step_requested.connect(driver.step)
        w.transport.first_requested.connect(driver.first)
        w.transport.last_requested.connect(driver.last)
        w.transport.frame_requested.connect(driver.seek)
        w.transport.fps_changed.connect(driver.set_fps)
        w.transport.loop_mode_changed.connect(driver.set_mode)
        w.input_panel.frame_requested.connect(driver.seek)
        w.feature_grid.selected.connect(self.select)
        w.contrast_bar.contrast_changed.connect(self._on_contrast_wanted)

    @Slot(int)
    def select(self, index: int) -> None:
        """Make a tile the selected one; numbers beyond all are ignored."""
        if 0 <= index < len(self._session.tile_names):
            self._selected = index
            self._workspace.feature_grid.select(index)
            self._show_legend()
            self.selection_changed.emit(index)

    def shutdown(self) -> None:
        """Stop waiting for volumes."""
        self._stale_timer.stop()

    def show_waiting(self, text: str) -> None:
        """Say what is going on while there is no clip yet."""
        self._workspace.input_panel.viewer.set_message(text)
        self._workspace.feature_grid.clear_films("waiting for the clip")

    def toggle_enlarged(self) -> None:
        """Let the selected viewer fill the area, or show all again."""
        grid = self._workspace.feature_grid
        grid.enlarge(self._selected if grid.enlarged is None else None)

    # What the session tells

    @Slot()
    def _on_clip_changed(self) -> None:
        clip = self._session.clip
        if clip is None:
            return
        working = self._session.working_size.fit(clip.width, clip.height)
        self._workspace.input_panel.set_clip(clip, working)
        self._driver.set_count(len(clip))
        self._workspace.transport.set_count(len(clip))
        self._workspace.transport.set_frame(self._driver.frame)
        self._on_shapes_changed()

    @Slot()
    def _on_bank_changed(self) -> None:
        names = self._session.tile_names
        self._workspace.feature_grid.set_names(names)
        self.select(min(self._selected, len(names) - 1))
        self._on_shapes_changed()

    @Slot()
    def _on_shapes_changed(self) -> None:
        self._show_contrast()
        clip = self._session.clip
        valid = self._session.valid_frames()
        if clip is None or valid is None or valid == (0, len(clip) - 1):
            self._workspace.transport.set_valid_range(None)
        else:
            self._workspace.transport.set_valid_range(*valid)
        if clip is not None and not self._live:
            working = self._session.working_size.fit(clip.width, clip.height)
            self._workspace.input_panel.set_working_size(working)

    @Slot()
    def _on_computing_started(self) -> None:
        self._stale_timer.start()

    @Slot()
    def _on_stale(self) -> None:
        self._workspace.feature_grid.set_stale("computing…", len(self._session.volumes))

    @Slot(int)
    def _on_volume_added(self, index: int) -> None:
        self._show_volume(index)
        if index == 0:
            self._show_facts()
            self._show_legend()

    @Slot()
    def _on_scale_changed(self) -> None:
        session = self._session
        self._show_contrast()
        if not self._live:
            for index in range(len(session.volumes)):
                self._show_volume(index)
            self._show_legend()

    @Slot()
    def _on_computing_finished(self) -> None:
        self._stale_timer.stop()
        self._show_facts()
        self._show_legend()

    @Slot(str)
    def _on_computing_failed(self, sentence: str) -> None:
        self._stale_timer.stop()
        self._workspace.feature_grid.clear_films("no response")
        self._workspace.features_facts.set_text(sentence)  # the message bar may be closed
        self._workspace.legend.set_scale(None, None)

    def _show_contrast(self) -> None:
        session = self._session
        self._workspace.contrast_bar.set_contrast(session.contrast, session.signed, session.directions)

    def _show_volume(self, index: int) -> None:
        session = self._session
        film = VolumeFilm(session.volumes[index], session.limits(index), session.table)
        self._workspace.feature_grid.set_film(index, film)

    def _show_facts(self) -> None:
        session = self._session
        if session.volumes:
            length, height, width = session.volumes[0].data.shape
            text = f"{len(session.tile_names)} × {length} frames, {width}×{height}"
            self._workspace.features_facts.set_text(text)

    def _show_legend(self) -> None:
        session = self._session
        count = len(session.volumes)
        if count == 0 or self._live:
            return
        index = min(self._selected, count - 1)
        own = not session.contrast.shared and session.contrast.mode != "manual"
        clipped = session.clipped(index) if own else session.clipped_overall()
        self._workspace.legend.set_scale(session.limits(index), session.table, clipped)

    @Slot(object)
    def _on_hovered(self, position: tuple[float, float] | None) -> None:
        self._workspace.input_panel.set_cross(position)
        self._workspace.feature_grid.set_cross(position)

    @Slot(object)
    def _on_contrast_wanted(self, settings: ContrastSettings) -> None:
        before = self._session.contrast
        if settings.mode == "manual" and before.mode != "manual" and self._session.volumes:
            # Manual starts where the picture is: nothing jumps until the person turns the number.
            high = self._session.limits(min(self._selected, len(self._session.volumes) - 1)).high
            settings = ContrastSettings(
                mode="manual",
                percentile=settings.percentile,
                shared=settings.shared,
                manual_limit=max(round(high, 4), 0.0001),
                diverging=settings.diverging,
                sequential=settings.sequential,
            )
        self._session.set_contrast(settings)
        self._show_contrast()
