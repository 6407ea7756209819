"""The camera in the window: its timer polls the ring, feeds the recorder and hands out the preview.

Opening and releasing a camera can take seconds, so both happen in a helper thread, one after the other:
an old camera has always left before the next one is opened. The capture thread itself belongs to
`core.capture.CaptureLoop`.
"""

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QImage

from core.capture import CaptureLoop, CaptureState, CaptureStatus
from core.clip import Clip
from core.recorder import Recorder, RecorderState, RecorderStatus
from core.ring import FrameRing
from core.settings import RecordSettings
from core.sources.camera_list import CameraInfo
from gui import qimage

POLL_MS = 15
RING_FRAMES = 90
# A camera that has shown this many frames has settled its exposure.
WARM_FRAMES = 10

Target = CameraInfo | str | int


class CameraFeed(QObject):
    """The chosen camera, its preview and its recordings; lives in the GUI thread.

    Signals
    -------
    status_changed(object)
        A `CaptureStatus`, or None when no camera is chosen.
    preview_changed(object)
        The newest frame as QImage (mirrored as set), or None when there is none.
    recorder_changed(object)
        A `RecorderStatus`.
    clip_recorded(object)
        A complete `Clip`.
    """

    status_changed = Signal(object)
    preview_changed = Signal(object)
    recorder_changed = Signal(object)
    clip_recorded = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._target: Target | None = None
        self._loop: CaptureLoop | None = None
        self._ring = FrameRing(RING_FRAMES)
        self._status: CaptureStatus | None = None
        self._seen = -1
        self._frames = 0
        self._mirrored = True
        self._recorder = Recorder(RecordSettings())
        self._recorder_status = self._recorder.status
        self._helper = ThreadPoolExecutor(max_workers=1, thread_name_prefix="camera-helper")
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(POLL_MS)
        self._timer.timeout.connect(self.poll)

    @property
    def target(self) -> Target | None:
        """The chosen camera."""
        return self._target

    @property
    def ring(self) -> FrameRing:
        """Where the newest frames are."""
        return self._ring

    @property
    def running(self) -> bool:
        """Whether frames are coming."""
        return self._status is not None and self._status.state is CaptureState.RUNNING

    @property
    def recording(self) -> bool:
        """Whether a recording (its countdown included) is under way."""
        return self._recorder_status.active

    @property
    def mirrored(self) -> bool:
        """Whether preview and recordings are mirrored left to right."""
        return self._mirrored

    def choose(self, target: Target | None) -> None:
        """Open a camera, or none; the one before is released first."""
        self.cancel_recording()
        old, self._loop = self._loop, None
        if old is not None:
            old.ask_to_stop()
        self._target = target
        self._status = None
        self._ring = FrameRing(RING_FRAMES)
        self._seen, self._frames = -1, 0
        if target is not None:
            from core.sources.camera import CameraSource

            self._loop = CaptureLoop(CameraSource(target), self._ring)
            self._timer.start()
        else:
            self._timer.stop()
        self._helper.submit(_exchange, old, self._loop)
        self.preview_changed.emit(None)
        self.status_changed.emit(self._loop.status if self._loop else None)

    def set_mirrored(self, mirrored: bool) -> None:
        """Mirror preview and recordings, or not."""
        self._mirrored = mirrored

    def record(self, settings: RecordSettings) -> None:
        """Start countdown and recording; without frames from a camera nothing happens."""
        if self._loop is None:
            return
        self._recorder = Recorder(replace(settings, mirrored=self._mirrored))
        name = time.strftime("recording %H.%M.%S")
        self._recorder.start(time.monotonic_ns(), warm=self._frames >= WARM_FRAMES, name=name)
        self._tell_recorder()

    @Slot()
    def cancel_recording(self) -> None:
        """Give a recording up; the clip on the screen stays."""
        if self.recording:
            self._recorder.cancel()
            self._tell_recorder()

    def shutdown(self) -> None:
        """Release the camera and wait for every thread."""
        self._timer.stop()
        self.cancel_recording()
        old, self._loop = self._loop, None
        if old is not None:
            old.ask_to_stop()
        self._helper.submit(_exchange, old, None)
        self._helper.shutdown(wait=True)

    @Slot()
    def poll(self) -> None:
        """Take what is new: status, frames, the recorder's countdown."""
        if self._loop is None:
            return
        status = self._loop.status
        if status != self._status:
            self._status = status
            self.status_changed.emit(status)
        if status.state is CaptureState.LOST:
            self._frames = 0  # when it is back, its exposure has to settle again
        fresh = self._ring.since(self._seen)
        now = time.monotonic_ns()
        if self.recording:
            self._advance_recording(now, fresh, status)
        if fresh:
            self._seen = fresh[-1][0]
            self._frames += len(fresh)
            self.preview_changed.emit(self._picture())

    def _picture(self) -> QImage | None:
        newest = self._ring.latest()
        return qimage.from_rgb(newest[1].frame, self._mirrored) if newest else None

    def _advance_recording(self, now: int, fresh: list, status: CaptureStatus) -> None:  # type: ignore[type-arg]
        self._recorder.tick(now)
        for _, timed in fresh:
            self._recorder.offer(timed)
        # Last, so that a recording whose last frame has just arrived is complete.
        if self._recorder.status.active and status.state in (CaptureState.LOST, CaptureState.STOPPED):
            self._recorder.fail(status.sentence, status.fault)
        self._tell_recorder()

    def _tell_recorder(self) -> None:
        status: RecorderStatus = self._recorder.status
        if status == self._recorder_status:
            return
        self._recorder_status = status
        self.recorder_changed.emit(status)
        clip: Clip | None = self._recorder.clip
        if status.state is RecorderState.DONE and clip is not None:
            self.clip_recorded.emit(clip)


def _exchange(old: CaptureLoop | None, new: CaptureLoop | None) -> None:
    """Let one camera leave, then open the next; helper thread."""
    if old is not None:
        old.stop()
    if new is not None:
        new.start()
