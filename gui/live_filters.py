"""Live filters on the screen: a timer polls the newest answers and hands them to the viewers."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from core.clip import Clip
from gui.display import Display
from gui.films import ClipFilm, VolumeFilm
from gui.live import CameraFeed
from gui.playback import PlaybackDriver
from gui.session import Session
from gui.workspace import Workspace

if TYPE_CHECKING:
    from core.live import LiveConvolver, LiveFrame

POLL_MS = 16


class LiveVolumeFilm(VolumeFilm):
    """The newest feature map: it answers for every position of the playhead."""

    def at(self, clip_frame: int) -> tuple[int, bool]:
        """Return the only frame."""
        return 0, True


@dataclass(frozen=True, eq=False)
class LiveClipFilm(ClipFilm):
    """The newest frames of the camera, as the filters see them."""

    def at(self, clip_frame: int) -> tuple[int, bool]:
        """Return the newest frame."""
        return len(self.clip) - 1, True


class LiveFilters(QObject):
    """Runs the session's filters on the camera while it is on; GUI thread.

    Signals
    -------
    active_changed(bool)
        Live filters went on or off.
    failed(str)
        A sentence; they are off.
    """

    active_changed = Signal(bool)
    failed = Signal(str)

    def __init__(
        self,
        session: Session,
        feed: CameraFeed,
        driver: PlaybackDriver,
        display: Display,
        workspace: Workspace,
    ) -> None:
        super().__init__(workspace)
        self._driver = driver
        self._was_playing = False
        self._session, self._feed, self._display, self._workspace = session, feed, display, workspace
        self._worker: LiveConvolver | None = None
        self._shown = -1
        self._timer = QTimer(self)
        self._timer.setInterval(POLL_MS)
        self._timer.timeout.connect(self.poll)
        session.bank_changed.connect(self._on_settings_changed)
        session.view_changed.connect(self._on_settings_changed)
        session.convolution_changed.connect(self._on_settings_changed)
        session.working_size_changed.connect(self._on_settings_changed)
        session.contrast_changed.connect(self._on_contrast_changed)

    @property
    def active(self) -> bool:
        """Whether the viewers show the camera now."""
        return self._timer.isActive()

    def start(self) -> None:
        """Let the filters run on the camera; the clip waits."""
        if self.active or self._feed.target is None:
            return
        self._was_playing = self._driver.head.playing
        self._driver.pause()
        self._session.hold(True)
        self._display.set_live(True)
        self._begin()
        self._timer.start()
        self.active_changed.emit(True)

    def stop(self) -> None:
        """Go back to the clip."""
        if not self.active:
            return
        self._timer.stop()
        self._end()
        self._display.set_live(False)
        self._display.refresh()
        self._session.hold(False)
        if self._was_playing:
            self._driver.play()
        self.active_changed.emit(False)

    def restart(self) -> None:
        """Follow another camera or another mirror setting."""
        if self.active:
            self._end()
            self._begin()

    @Slot()
    def poll(self) -> None:
        """Show the newest answer, if there is one."""
        if self._worker is None:
            return
        if self._worker.failure:
            sentence = self._worker.failure
            self.stop()
            self.failed.emit(sentence)
            return
        frame = self._worker.latest()
        if frame is not None and frame.number != self._shown:
            self._shown = frame.number
            self._show(frame)

    def _begin(self) -> None:
        from core.live import LiveConvolver

        session = self._session
        self._shown = -1
        self._worker = LiveConvolver(
            self._feed.ring,
            session.bank,
            session.convolution,
            session.working_size,
            session.contrast,
            self._feed.mirrored,
            session.view,
        )
        self._worker.start()
        self._workspace.feature_grid.set_stale("waiting for frames…")

    def _end(self) -> None:
        if self._worker is not None:
            self._worker.stop()
            self._worker = None

    def _show(self, frame: "LiveFrame") -> None:
        w = self._workspace
        w.input_panel.show_live(LiveClipFilm(frame.clip), _facts(frame.clip, frame.fps))
        for volume, limits in zip(frame.volumes, frame.limits, strict=True):
            film = LiveVolumeFilm(volume, limits, self._session.table)
            w.feature_grid.set_film(volume.index, film)
        if frame.volumes:
            index = min(self._display.selected, len(frame.volumes) - 1)
            w.legend.set_scale(frame.limits[index], self._session.table)
            w.features_facts.set_text(f"{len(frame.volumes)} live, {frame.fps:.0f} fps")

    @Slot()
    def _on_settings_changed(self) -> None:
        self.restart()

    @Slot()
    def _on_contrast_changed(self) -> None:
        if self._worker is not None:
            self._worker.set_contrast(self._session.contrast)


def _facts(clip: Clip, fps: float) -> str:
    return f"live, {fps:.0f} fps, {clip.width}×{clip.height}"
