"""The capture thread: it owns a camera from open to release and fills a ring with its frames.

States: OPENING -> RUNNING -> LOST -> RUNNING …, and STOPPED at the end. After LOST it tries again by
itself, first after 0.1 s and then ever more slowly, up to every 2 s. Nobody is called back: whoever
wants to know polls `CaptureLoop.status`, a frozen value, and reads the ring.
"""

import logging
import threading
import time
from collections import deque
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, replace
from enum import StrEnum

from core.errors import CameraError, CameraFault, WavecubeError
from core.playback import NS_PER_S
from core.ring import FrameRing
from core.sources import camera_faults as faults
from core.sources.base import FrameSource, TimedFrame

FIRST_BACK_OFF_S = 0.1
LONGEST_BACK_OFF_S = 2.0
SLOW_AFTER_S = 3.0
NEWS_NS = 5 * NS_PER_S
JOIN_S = 30.0
_RATE_FRAMES = 30

_log = logging.getLogger(__name__)


class CaptureState(StrEnum):
    """Where a capture loop is in its life."""

    OPENING = "opening"
    RUNNING = "running"
    LOST = "lost"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True)
class CaptureStatus:
    """What a person should see of a camera.

    Parameters
    ----------
    state
        Where the loop is.
    fault
        What is wrong: always when LOST; NEW_SIZE while RUNNING for 5 s after a change of size; SLOW while
        OPENING takes long; else None.
    sentence
        The fault, or what is going on, for a person; "" when all is well.
    width, height
        Of the newest frame; 0 before the first.
    fps
        Measured from the newest frames' times; 0 before the second.
    """

    state: CaptureState
    fault: CameraFault | None = None
    sentence: str = ""
    width: int = 0
    height: int = 0
    fps: float = 0.0


class CaptureLoop:
    """Run one source in one thread until stopped.

    Parameters
    ----------
    source
        Iterated, and so opened and released, by the capture thread only.
    ring
        Where its frames go; sequence numbers go on after a reconnection.
    wait
        Waits so many seconds between attempts and returns True if the loop should end meanwhile;
        by default the loop's own event. Tests hand in one that does not wait.
    clock_ns
        A monotonic clock, to tell how long opening takes.
    """

    def __init__(
        self,
        source: FrameSource,
        ring: FrameRing,
        *,
        wait: Callable[[float], bool] | None = None,
        clock_ns: Callable[[], int] = time.perf_counter_ns,
    ) -> None:
        self._source = source
        self._ring = ring
        self._stopping = threading.Event()
        self._wait = wait or self._stopping.wait
        self._clock_ns = clock_ns
        self._opening_since_ns = clock_ns()
        # Also before `start`: another camera may have to leave first, and the person sees it opening.
        self._status = CaptureStatus(CaptureState.OPENING, sentence=f"Opening {source.name}…")
        self._times: deque[int] = deque(maxlen=_RATE_FRAMES)
        self._news: tuple[int, CameraError] | None = None
        self._back_off_s = FIRST_BACK_OFF_S
        self._thread: threading.Thread | None = None

    @property
    def source(self) -> FrameSource:
        """What it runs."""
        return self._source

    @property
    def status(self) -> CaptureStatus:
        """How the camera is now; from any thread."""
        status = self._status
        waited_s = (self._clock_ns() - self._opening_since_ns) / NS_PER_S
        if status.state is CaptureState.OPENING and waited_s > SLOW_AFTER_S:
            sentence = f"{self._source.name} takes long to open; some cameras need up to 20 s."
            return replace(status, fault=CameraFault.SLOW, sentence=sentence)
        return status

    @property
    def alive(self) -> bool:
        """Whether the thread is still there: after `ask_to_stop` it ends by itself within a timeout."""
        return self._thread is not None and self._thread.is_alive()

    def start(self) -> None:
        """Start the thread.

        Raises
        ------
        RuntimeError
            If it was started before: a loop runs once.
        """
        if self._thread is not None:
            raise RuntimeError("a capture loop runs only once")
        self._opening_since_ns = self._clock_ns()
        # A driver that never returns must not keep the program from ending: hence a daemon.
        self._thread = threading.Thread(target=self._run, name=f"capture {self._source.name}", daemon=True)
        self._thread.start()

    def ask_to_stop(self) -> None:
        """Let the thread end at its next frame or timeout, without waiting for it."""
        self._stopping.set()

    def stop(self, timeout_s: float = JOIN_S) -> bool:
        """End the thread and wait for it; the camera is released then.

        Takes one frame as a rule, and one open or read timeout of the source at worst; `timeout_s` is
        for a driver that hangs. Returns whether the thread has ended. May be called repeatedly.
        """
        self._stopping.set()
        if self._thread is not None:
            self._thread.join(timeout_s)
        else:
            self._status = CaptureStatus(CaptureState.STOPPED)
        return not self.alive

    def _run(self) -> None:
        try:
            while not self._stopping.is_set():
                self._follow_once()
                if self._stopping.is_set() or self._wait(self._back_off_s):
                    break
                self._back_off_s = min(2 * self._back_off_s, LONGEST_BACK_OFF_S)
        finally:
            self._status = CaptureStatus(CaptureState.STOPPED)

    def _follow_once(self) -> None:
        """Open the source and follow it until it ends, fails or the loop is stopped."""
        try:
            with closing(self._source.frames()) as frames:
                for frame in frames:
                    if self._stopping.is_set():
                        return
                    self._take(frame)
            error: WavecubeError = faults.unplugged(self._source.name)
        except WavecubeError as failure:
            error = failure
        except Exception as defect:
            _log.exception("the capture thread met a defect")
            text = f"{self._source.name} failed for an unexpected reason ({type(defect).__name__})."
            error = CameraError(CameraFault.UNPLUGGED, text)
        self._lose(error)

    def _take(self, frame: TimedFrame) -> None:
        height, width = frame.frame.shape[:2]
        old = (self._status.width, self._status.height)
        if old not in ((0, 0), (width, height)):
            change = faults.new_size(self._source.name, old, (width, height))
            self._news = (frame.timestamp_ns + NEWS_NS, change)
        if self._news is not None and frame.timestamp_ns > self._news[0]:
            self._news = None
        self._times.append(frame.timestamp_ns)
        self._back_off_s = FIRST_BACK_OFF_S
        # The ring first: who sees RUNNING finds a frame.
        self._ring.push(frame)
        news = self._news[1] if self._news is not None else None
        self._status = CaptureStatus(
            CaptureState.RUNNING,
            news.fault if news is not None else None,
            str(news) if news is not None else "",
            width,
            height,
            self._rate(),
        )

    def _rate(self) -> float:
        if len(self._times) < 2:
            return 0.0
        return (len(self._times) - 1) * NS_PER_S / max(self._times[-1] - self._times[0], 1)

    def _lose(self, error: WavecubeError) -> None:
        self._times.clear()
        self._news = None
        fault = error.fault if isinstance(error, CameraError) else CameraFault.MISSING
        self._status = replace(
            self._status, state=CaptureState.LOST, fault=fault, sentence=str(error), fps=0.0
        )
