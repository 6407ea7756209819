"""The one playback timer: it turns the clock into `frame_changed`, and nothing else moves a picture."""

import time
from collections.abc import Callable

from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot

from core.playback import NS_PER_S, LoopMode, Playhead


class PlaybackDriver(QObject):
    """Owns the playhead; lives in the GUI thread.

    The timer always waits for the next time a frame is due. Where painting takes longer than a frame
    lasts, the wait ends at a later frame, always the same number later: frames drop evenly and the film
    keeps its speed.

    Signals
    -------
    frame_changed(int)
        The clip frame that belongs on the screen.
    playing_changed(bool)
        Time moves the playhead, or not.
    achieved_changed(object)
        Frames really shown per second over the last second, or None while standing still.
    settings_changed()
        Rate, loop mode or length changed.
    """

    frame_changed = Signal(int)
    playing_changed = Signal(bool)
    achieved_changed = Signal(object)
    settings_changed = Signal()

    def __init__(self, parent: QObject | None = None, clock: Callable[[], int] = time.monotonic_ns) -> None:
        super().__init__(parent)
        self._clock = clock
        self._head = Playhead()
        self._frame = 0
        self._shown: list[int] = []
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.tick)

    @property
    def frame(self) -> int:
        """The clip frame on the screen."""
        return self._frame

    @property
    def head(self) -> Playhead:
        """Rate, loop mode, length and whether it plays."""
        return self._head

    def set_count(self, count: int) -> None:
        """Adapt to a clip of another length."""
        self._become(self._head.with_count(max(count, 1), self._clock()))

    def set_fps(self, fps: float) -> None:
        """Change the rate; the frame on the screen does not jump."""
        self._shown.clear()
        self._become(self._head.with_fps(fps, self._clock()))

    def set_mode(self, mode: LoopMode) -> None:
        """Change what happens at the end."""
        self._become(self._head.with_mode(mode, self._clock()))

    def play(self) -> None:
        """Let time move the playhead."""
        if not self._head.playing:
            self._shown.clear()
            self._become(self._head.played(self._clock()))
            self.playing_changed.emit(True)

    def pause(self) -> None:
        """Stand still at the frame on the screen."""
        if self._head.playing:
            self._head = self._head.paused(self._clock()).moved(self._frame, self._clock())
            self._timer.stop()
            self.achieved_changed.emit(None)
            self.playing_changed.emit(False)

    @Slot()
    def toggle(self) -> None:
        """Play, or pause."""
        if self._head.playing:
            self.pause()
        else:
            self.play()

    @Slot(int)
    def seek(self, frame: int) -> None:
        """Go to a frame, playing on if it plays."""
        self._become(self._head.moved(frame, self._clock()))

    @Slot(int)
    def step(self, by: int) -> None:
        """Pause and go one frame on or back, round the end unless the film plays once."""
        self.pause()
        target = self._frame + by
        if self._head.mode is not LoopMode.ONCE:
            target %= self._head.count
        self.seek(target)

    @Slot()
    def first(self) -> None:
        """Go to the first frame."""
        self.seek(0)

    @Slot()
    def last(self) -> None:
        """Pause at the last frame."""
        self.pause()
        self.seek(self._head.count - 1)

    @Slot()
    def tick(self) -> None:
        """Show the frame that belongs to now and wait for the next."""
        now = self._clock()
        self._show(self._head.frame_at(now))
        if not self._head.playing:
            return
        self._shown.append(now)
        self._report()
        if self._head.finished(now):
            self.pause()
        else:
            self._timer.start(max(-((now - self._head.due_ns(now)) // 1_000_000), 0))

    def _become(self, head: Playhead) -> None:
        self._head = head
        self.settings_changed.emit()
        self.tick()

    def _show(self, frame: int) -> None:
        if frame != self._frame:
            self._frame = frame
            self.frame_changed.emit(frame)

    def _report(self) -> None:
        """Tell the achieved rate, twice a second."""
        span = self._shown[-1] - self._shown[0]
        if span >= NS_PER_S // 2 and len(self._shown) > 2:
            self.achieved_changed.emit((len(self._shown) - 1) * NS_PER_S / span)
            last = self._shown[-1]
            self._shown.clear()
            self._shown.append(last)
