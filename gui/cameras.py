"""The source and record panels, wired to the camera: choosing, preview, recording, what goes wrong."""

from collections.abc import Iterator

from PySide6.QtCore import QObject, QTimer, Signal, Slot
from PySide6.QtGui import QImage

from core.capture import CaptureState, CaptureStatus
from core.clip import Clip
from core.recorder import RecorderState, RecorderStatus
from core.settings import RecordSettings
from core.sources.camera_list import CameraInfo, list_cameras
from gui.live import CameraFeed, Target
from gui.permission import ask_for_camera
from gui.session import Session
from gui.state import State
from gui.tasks import LatestTask
from gui.widgets.message_bar import MessageBar
from gui.widgets.record_panel import RecordPanel
from gui.widgets.source_panel import SourcePanel

LIST_EVERY_MS = 2000


class Cameras(QObject):
    """Everything between a person and the camera; GUI thread.

    Signals
    -------
    recording_changed(bool)
        Countdown or recording began or ended.
    camera_changed(bool)
        A camera is chosen, or none.
    recorded(object)
        A complete `Clip`; the session has it.
    mirrored_changed(bool)
        Preview and recordings are mirrored, or not.
    """

    recording_changed = Signal(bool)
    camera_changed = Signal(bool)
    recorded = Signal(object)
    mirrored_changed = Signal(bool)

    def __init__(
        self, session: Session, source: SourcePanel, record: RecordPanel, bar: MessageBar, state: State
    ) -> None:
        super().__init__(source)
        self._session, self._source, self._record = session, source, record
        self._bar, self._state = bar, state
        self._was_recording = False
        self._wanted: Target | None = None
        self._lost = False
        self._failure = ""
        self._said = ""
        self._settings = state.load("record", RecordSettings())
        self.feed = CameraFeed(self)
        self._lister = LatestTask("camera-list", self)
        self._list_timer = QTimer(self)
        self._list_timer.setInterval(LIST_EVERY_MS)
        self._list_timer.timeout.connect(self.list_cameras)
        self._lister.result_ready.connect(self._on_cameras_listed)
        self._connect_panels()
        self._connect_feed()
        self._show_settings()

    def _connect_panels(self) -> None:
        source, record = self._source, self._record
        source.set_addresses(self._state.texts("addresses"))
        source.camera_chosen.connect(self.choose)
        source.picker_opened.connect(self._on_picker_opened)
        source.picker_closed.connect(self._list_timer.stop)
        source.mirrored_changed.connect(self.set_mirrored)
        record.record_requested.connect(self.record)
        record.retake_requested.connect(self.record)
        record.cancel_requested.connect(self.feed.cancel_recording)
        record.settings_changed.connect(self._on_settings_changed)
        record.trim_requested.connect(self._session.trim)
        record.untrim_requested.connect(self._session.untrim)
        record.working_size_changed.connect(self._session.set_working_size)
        record.set_available(False, "Choose a camera first")

    def _connect_feed(self) -> None:
        self.feed.preview_changed.connect(self._on_preview_changed)
        self.feed.status_changed.connect(self._on_status_changed)
        self.feed.recorder_changed.connect(self._on_recorder_changed)
        self.feed.clip_recorded.connect(self._on_clip_recorded)
        self._session.clip_changed.connect(self._on_clip_changed)
        self._session.working_size_changed.connect(self._on_clip_changed)

    @property
    def settings(self) -> RecordSettings:
        """How recordings are made."""
        return self._settings

    @Slot()
    def list_cameras(self) -> None:
        """Look for cameras in the background."""
        if not self._lister.busy:
            self._lister.start(_listed)

    @Slot(object)
    def choose(self, target: Target | None) -> None:
        """Open a camera, an address, or none."""
        if isinstance(target, str):
            self._source.set_addresses(self._state.add_recent("addresses", target))
        self._wanted = target
        if target is None or isinstance(target, str):
            self.feed.choose(target)
        else:
            # The answer may come when something else has been chosen long since.
            ask_for_camera(self, lambda: self.feed.choose(target) if self._wanted is target else None)
        if isinstance(target, int):
            self._source.set_selected_target(CameraInfo(f"camera {target}", target, 0, None, None, ""))
        else:
            self._source.set_selected_target(target)
        self.camera_changed.emit(target is not None)

    @Slot()
    def record(self) -> None:
        """Record; without a camera, say how to get one."""
        if self.feed.recording:
            self.feed.cancel_recording()
        elif self.feed.target is None:
            self._bar.show_message("info", "Choose a camera on the left first; then R records a clip.")
            self._source.camera_combo.setFocus()
        else:
            self.feed.record(self._settings)

    @Slot(bool)
    def set_mirrored(self, mirrored: bool) -> None:
        """Mirror preview and recordings, or not."""
        if mirrored != self._settings.mirrored:
            s = self._settings
            self._on_settings_changed(RecordSettings(s.frames, s.fps, s.countdown_s, mirrored))

    def shutdown(self) -> None:
        """Release the camera and wait for every thread."""
        self._list_timer.stop()
        self.feed.shutdown()
        self._lister.shutdown()

    def _show_settings(self) -> None:
        self._record.set_settings(self._settings)
        self._source.set_mirrored(self._settings.mirrored)
        self.feed.set_mirrored(self._settings.mirrored)

    @Slot()
    def _on_picker_opened(self) -> None:
        self.list_cameras()
        self._list_timer.start()

    @Slot(object)
    def _on_cameras_listed(self, cameras: tuple[CameraInfo, ...]) -> None:
        self._source.set_cameras(cameras)

    @Slot(object)
    def _on_settings_changed(self, settings: RecordSettings) -> None:
        self._settings = settings
        self._state.save("record", settings)
        self._show_settings()
        self.mirrored_changed.emit(settings.mirrored)

    @Slot(object)
    def _on_preview_changed(self, image: QImage | None) -> None:
        self._source.set_image(image)

    @Slot(object)
    def _on_status_changed(self, status: CaptureStatus | None) -> None:
        source = self._source
        if status is None:
            source.set_message("")
            self._record.set_available(False, "Choose a camera first")
            return
        running = status.state is CaptureState.RUNNING
        if running:
            source.set_message("")
            self._welcome_back()
        elif status.state is CaptureState.LOST:
            self._lost = True
        self._record.set_available(running, "" if running else "Waiting for the camera")
        if status.state is CaptureState.OPENING:
            source.set_message(status.sentence or "Opening the camera…")
        elif not running:
            source.set_message(status.sentence)
        elif status.sentence and status.sentence != self._said:
            # Once: the status comes with every frame, and a failed recording has more to say.
            self._bar.show_message("warning", status.sentence)
        self._said = status.sentence

    def _welcome_back(self) -> None:
        """Take back what was said about a recording that a lost camera ended."""
        if self._lost and self._failure:
            self._record.set_status(RecorderStatus(RecorderState.IDLE))
            if self._bar.text == self._failure:
                self._bar.show_message("info", "The camera is back: record again.")
            self._failure = ""
        self._lost = False

    @Slot(object)
    def _on_recorder_changed(self, status: RecorderStatus) -> None:
        self._record.set_status(status)
        self._source.set_status(status)
        if status.active != self._was_recording:
            self._was_recording = status.active
            self.recording_changed.emit(status.active)
        if status.state is RecorderState.FAILED:
            self._failure = status.sentence
            self._bar.show_message("error", status.sentence)

    @Slot(object)
    def _on_clip_recorded(self, clip: Clip) -> None:
        self._bar.close_message()  # it was about something else
        self._session.set_clip(clip)
        self.recorded.emit(clip)
        self._record.set_retake_available(True)
        if clip.note:
            self._bar.show_message("warning", clip.note)

    @Slot()
    def _on_clip_changed(self) -> None:
        clip = self._session.clip
        if clip is None:
            return
        text = f"{len(clip)} frames, {clip.fps:.1f} fps, jitter {clip.jitter_ms:.1f} ms"
        self._record.set_clip_info(text, len(clip))
        self._record.set_trimmed(self._session.trimmed)
        size = self._session.working_size
        width, height = size.fit(clip.width, clip.height)
        self._record.set_working_size(size, f"→ {width}×{height}")


def _listed() -> Iterator[tuple[CameraInfo, ...]]:
    """Worker thread: look for cameras."""
    yield list_cameras()
