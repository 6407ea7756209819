"""The main window: it owns the parts and wires them; what they do stands in their own files.

What the first picture of the window does not need (dialogs, cameras, engine, writers) is imported when it
is first used: the window is there in half the time.
"""

from collections.abc import Callable

from PySide6.QtCore import QEvent, Qt, QTimer, Slot
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QGuiApplication, QKeySequence, QShortcut
from PySide6.QtWidgets import QApplication, QMainWindow

from core.clip import Clip
from core.display.colormap import diverging_names
from core.errors import WavecubeError
from core.filters.builtin import bank_kinds
from core.progress import Progress
from core.settings import ExportSettings
from gui import remember
from gui.actions import Actions
from gui.analysis import Analysis
from gui.cameras import Cameras
from gui.columns import Columns
from gui.display import Display
from gui.errors import ProblemLog
from gui.explain import Explain
from gui.files import Files
from gui.films import PictureCache
from gui.filters import Filters
from gui.help import Help
from gui.kernel_editor import KernelEditor
from gui.live_filters import LiveFilters
from gui.menus import Menus
from gui.opening import Opening
from gui.parts import Parts
from gui.playback import PlaybackDriver
from gui.probe import Probe
from gui.session import Session
from gui.state import State
from gui.stimuli import Stimuli
from gui.theme import ThemeMode, apply_theme
from gui.views import Views
from gui.workspace import Workspace


class MainWindow(QMainWindow):
    """The window of Wavecube; `session` holds what is open."""

    def __init__(self, state: State) -> None:
        super().__init__()
        self._state = state
        self._at_start: tuple[str, str | None] | None = None
        self._closing = False
        self.session = Session(remember.remembered_bank(state), self)
        remember.restore_session(state, self.session)
        self.driver = PlaybackDriver(self)
        remember.restore_playback(state, self.driver)
        self.workspace = w = Workspace(PictureCache())
        self.setCentralWidget(w)
        w.feature_grid.setFocus()
        self.named_actions = Actions(self)
        self.help = Help(self, self.named_actions, w.message_bar)
        self.display = Display(self.session, self.driver, w)
        self.analysis = Analysis(self.session, self.driver, self.display, w, self.named_actions, state)
        self.filters = Filters(self.session, w.filter_panel, self)
        self.views = Views(self.session, w)
        self.kernel_editor = KernelEditor(
            self.session, self.display, w.kernel_panel, self.named_actions, self
        )
        self.files = Files(self.session, state, w.message_bar, self)
        self.stimuli = Stimuli(self.files, self)
        self.cameras = Cameras(self.session, w.source_panel, w.record_panel, w.message_bar, state)
        self.live = LiveFilters(self.session, self.cameras.feed, self.driver, self.display, w)
        self.columns = Columns(state, w, self.named_actions)
        self.explain = self._make_explain()
        self._build_menus()
        self._connect_actions()
        self._connect_view_actions()
        self._connect_session()
        self._connect_parts()
        self._restore_geometry()
        self.setAcceptDrops(True)
        self._show_title()

    def open_at_start(self, text: str, camera: str | None) -> None:
        """Open an INPUT, and a camera on demand, as soon as the event loop runs."""
        self._at_start = (text, camera)
        QTimer.singleShot(0, self, self._on_started)

    def set_problems(self, problems: ProblemLog) -> None:
        """Keep what Help > Report a problem copies."""
        self.help.problems = problems

    def set_theme(self, mode: str) -> None:
        """Dress the application and remember it."""
        self._state.remember("theme", mode)
        self._dress(ThemeMode(mode))

    # Building

    def _make_explain(self) -> Explain:
        session, driver, display = self.session, self.driver, self.display
        probe = Probe(session, driver, display)
        actions, files = self.named_actions, self.files
        return Explain(
            Parts(session, driver, display, self.workspace, actions, self._state, probe, files, self)
        )

    def _build_menus(self) -> None:
        self.menus = Menus(self, self.named_actions)
        self.menus.fill_samples(self.files.open)
        self.menus.fill_recent(self.files.recent, self.files.open)
        self.menus.add_banks(bank_kinds(), lambda: self.session.bank.kind, self.filters.choose)
        self.menus.add_theme(remember.theme_mode(self._state), self.set_theme)
        self.menus.add_tables(self._choose_table)
        self._loop_entries = self.menus.add_loop_modes(self.driver.head.mode, self.driver.set_mode)

    def _connect_actions(self) -> None:
        files, driver, cameras, filters = self.files, self.driver, self.cameras, self.filters
        slots: dict[str, Callable[[], object]] = {
            "open": files.ask_open,
            "open_folder": files.ask_open_folder,
            "open_address": self._ask_address,
            "stimulus": self.stimuli.choose,
            "choose_frames": self._ask_frames,
            "export_gif": lambda: files.ask_export(),
            "export_data": lambda: files.ask_path(ExportSettings(), ".npz"),
            "quit": self.close,
            "record": cameras.record,
            "retake": cameras.record,
            "regenerate": filters.regenerate,
            "undo": self.session.undo_stack.undo,
            "redo": self.session.undo_stack.redo,
            "original": filters.original,
            "open_bank": filters.ask_open,
            "save_bank": filters.ask_save,
            "enlarge": self.display.toggle_enlarged,
            "play": driver.toggle,
            "next": lambda: driver.step(1),
            "previous": lambda: driver.step(-1),
            "first": driver.first,
            "last": driver.last,
            "faster": lambda: driver.set_fps(driver.head.fps * 1.25),
            "slower": lambda: driver.set_fps(driver.head.fps * 0.8),
            "shortcuts": self.help.show_shortcuts,
            "report": self.help.copy_report,
            "about": self.help.show_about,
        }
        for name, slot in slots.items():
            # ``triggered`` carries a flag that these have no use for.
            self.named_actions[name].triggered.connect(lambda _checked=False, slot=slot: slot())

    def _connect_view_actions(self) -> None:
        a = self.named_actions
        a["live"].toggled.connect(self._on_live_toggled)
        a["mirror"].setChecked(self.cameras.settings.mirrored)
        a["mirror"].toggled.connect(self.cameras.set_mirrored)
        a["full_screen"].toggled.connect(self._on_full_screen_toggled)
        for digit in range(1, 10):
            shortcut = QShortcut(QKeySequence(str(digit)), self)
            shortcut.activated.connect(lambda index=digit - 1: self.display.select(index))
        QShortcut(QKeySequence(Qt.Key.Key_Escape), self).activated.connect(self._on_escape)
        for name in ("undo", "redo", "choose_frames", "retake", "live"):
            a[name].setEnabled(False)

    def _connect_session(self) -> None:
        a, session = self.named_actions, self.session
        session.clip_changed.connect(self._show_title)
        session.progress_changed.connect(self._on_progress_changed)
        session.computing_started.connect(self._show_busy)
        session.computing_finished.connect(self._show_busy)
        session.computing_failed.connect(self._show_busy)
        session.undo_stack.canUndoChanged.connect(a["undo"].setEnabled)
        session.undo_stack.canRedoChanged.connect(a["redo"].setEnabled)

    def _connect_parts(self) -> None:
        a, w, files, cameras = self.named_actions, self.workspace, self.files, self.cameras
        w.source_panel.open_requested.connect(files.ask_open)
        w.source_panel.source_requested.connect(files.open)
        w.source_panel.stimulus_requested.connect(self.stimuli.choose)
        # Not the slot itself: Qt for Python calls a slot of C++ without the flag.
        w.live_button.clicked.connect(lambda on: a["live"].setChecked(on))
        w.transport.cancel_requested.connect(self._on_cancel_requested)
        files.address_chosen.connect(cameras.choose)
        files.clip_opened.connect(self._on_clip_opened)
        files.recent_changed.connect(self._on_recent_changed)
        files.told.connect(w.transport.set_status)
        self.filters.failed.connect(files.show_failure)
        w.filter_panel.stimulus_requested.connect(self.stimuli.show_best)
        self.filters.told.connect(w.transport.set_status)
        for part in (files.opener, files.exporter):
            part.progress_changed.connect(self._on_progress_changed)
            part.busy_changed.connect(self._show_busy)
        cameras.recording_changed.connect(w.set_recording)
        cameras.recorded.connect(self._on_recorded)
        cameras.camera_changed.connect(self._on_camera_changed)
        cameras.mirrored_changed.connect(a["mirror"].setChecked)
        cameras.mirrored_changed.connect(self.live.restart)
        self.live.active_changed.connect(self._on_live_changed)
        self.live.failed.connect(files.show_error)
        self.driver.playing_changed.connect(a["play"].setChecked)
        self.driver.settings_changed.connect(self._on_playback_settings_changed)
        self._on_playback_settings_changed()
        QGuiApplication.styleHints().colorSchemeChanged.connect(self._on_color_scheme_changed)

    def _restore_geometry(self) -> None:
        self.setMinimumSize(900, 480)
        self.resize(*remember.first_size())
        self.restoreGeometry(self._state.blob("geometry"))
        self.columns.restore(self.width())

    def _dress(self, mode: ThemeMode) -> None:
        app = QApplication.instance()
        if isinstance(app, QApplication):
            apply_theme(app, mode)

    # Files and cameras

    @Slot()
    def _on_started(self) -> None:
        if self._at_start is None or self._closing:
            return
        (text, camera), self._at_start = self._at_start, None
        self.display.show_waiting("Opening the clip…")
        self.files.open(text)
        if camera is not None:
            from core.sources.camera import resolve_camera

            try:
                self.cameras.choose(resolve_camera(camera))
            except WavecubeError as error:
                self.files.show_error(str(error))

    @Slot(object)
    def _on_clip_opened(self, opening: Opening) -> None:
        self.live.stop()
        longer = opening.length is not None and opening.length > len(opening.clip)
        self.named_actions["choose_frames"].setEnabled(longer)
        if longer and opening.clip.note:
            self.files.show_info(opening.clip.note, "Choose frames…", self._ask_frames)
        self.driver.seek(0)
        self.driver.play()

    @Slot(object)
    def _on_recorded(self, clip: Clip) -> None:
        self.live.stop()
        self.named_actions["choose_frames"].setEnabled(False)
        self.named_actions["retake"].setEnabled(True)
        self.driver.seek(0)
        self.driver.play()
        text = f"Recorded {len(clip)} frames at {clip.fps:.1f} fps, jitter {clip.jitter_ms:.1f} ms."
        self.workspace.transport.set_status(text)

    @Slot(bool)
    def _on_camera_changed(self, chosen: bool) -> None:
        self.named_actions["live"].setEnabled(chosen)
        self.workspace.live_button.setEnabled(chosen)
        if chosen:
            self.live.restart()
        else:
            self.live.stop()

    @Slot(bool)
    def _on_live_toggled(self, on: bool) -> None:
        if on:
            self.live.start()
        else:
            self.live.stop()

    @Slot(bool)
    def _on_live_changed(self, active: bool) -> None:
        for name in ("play", "next", "previous", "first", "last"):
            self.named_actions[name].setEnabled(not active)  # the clip is not on the screen
        self.workspace.transport.set_film_available(not active)
        self.explain.set_available(not active)
        self.named_actions["live"].setChecked(active)
        self.workspace.live_button.setChecked(active)
        self._show_busy()

    def _ask_address(self) -> None:
        self.named_actions["show_left"].setChecked(True)
        self.workspace.source_panel.ask_address()

    def _ask_frames(self) -> None:
        from gui.widgets.frames_dialog import FramesDialog

        opening = self.files.opening
        if opening is None:
            return
        dialog = FramesDialog(opening.length, opening.selection, self)
        if dialog.exec():
            self.files.choose_frames(dialog.selection())
        dialog.deleteLater()

    @Slot()
    def _on_recent_changed(self) -> None:
        self.menus.fill_recent(self.files.recent, self.files.open)

    # What is going on

    @Slot(object)
    def _on_progress_changed(self, progress: Progress) -> None:
        self.workspace.transport.set_busy(progress.text or "working…", progress.fraction)

    @Slot()
    def _show_busy(self) -> None:
        busy = self.session.computing or self.files.exporter.busy or self.files.opener.busy
        if not busy:
            self.workspace.transport.set_busy(None)

    @Slot()
    def _on_cancel_requested(self) -> None:
        self.files.opener.cancel()
        self.files.exporter.cancel()
        self.session.cancel()
        self._show_busy()
        self.workspace.transport.set_status("Cancelled.")

    @Slot()
    def _on_escape(self) -> None:
        if self.cameras.feed.recording:
            self.cameras.feed.cancel_recording()
        elif self.workspace.feature_grid.enlarged is not None:
            self.workspace.feature_grid.enlarge(None)
        elif self.isFullScreen():
            self.named_actions["full_screen"].setChecked(False)
        elif not self.explain.escape():
            self.workspace.message_bar.close_message()
            self.workspace.feature_grid.setFocus()  # from a number that was typed back to the film

    @Slot()
    def _on_playback_settings_changed(self) -> None:
        head = self.driver.head
        self.workspace.transport.set_fps(head.fps)
        self.workspace.transport.set_loop_mode(head.mode)
        self._loop_entries[head.mode].setChecked(True)

    # View and help

    @Slot()
    def _show_title(self) -> None:
        clip = self.session.clip
        self.setWindowTitle(f"{clip.name} – Wavecube" if clip else "Wavecube")

    @Slot(bool)
    def _on_full_screen_toggled(self, on: bool) -> None:
        if on != self.isFullScreen():
            self.setWindowState(self.windowState() ^ Qt.WindowState.WindowFullScreen)

    @Slot()
    def _on_color_scheme_changed(self) -> None:
        self._dress(remember.theme_mode(self._state))

    def _choose_table(self, name: str) -> None:
        kind = "diverging" if name in diverging_names() else "sequential"
        self.session.change_contrast(**{kind: name})

    # Qt overrides

    def changeEvent(self, event: QEvent) -> None:
        """Follow a full screen that was restored, or that the desktop asked for."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.WindowStateChange:
            self.named_actions["full_screen"].setChecked(self.isFullScreen())

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Welcome files, folders and addresses."""
        if event.mimeData().hasUrls():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Open what was dropped: the first of several."""
        urls = event.mimeData().urls()
        if urls:
            event.acceptProposedAction()
            self.files.open(urls[0].toLocalFile() if urls[0].isLocalFile() else urls[0].toString())
            if len(urls) > 1:
                text = f"Opened the first of {len(urls)}; drop their folder to make one clip of pictures."
                self.workspace.transport.set_status(text)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Remember, release the camera, and wait for every thread."""
        if not self._closing:
            self._closing = True
            self.explain.shutdown()
            self._state.remember_blob("geometry", self.saveGeometry())
            self.columns.remember()
            remember.remember(self._state, self.session, self.driver)
            self._state.flush()
            self.hide()  # a camera that does not answer may keep us for seconds
            self.kernel_editor.close()
            self.live.stop()
            self.driver.pause()  # after live filters, which let the film play on
            for part in (self.stimuli, self.cameras, self.files, self.analysis, self.session, self.display):
                part.shutdown()
            self.workspace.message_bar.close_message()  # it may wait to close by itself
        super().closeEvent(event)
