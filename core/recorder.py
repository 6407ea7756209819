"""Recording as a state machine that owns neither thread nor clock: time and frames come as arguments.

    IDLE -start-> COUNTDOWN -> WARMING -> RECORDING -> DONE
                      └─ cancel -> CANCELLED, fail or a change of size -> FAILED; start works again from each

During the countdown and WARMING frames only show whether the exposure has settled; they are discarded.
Everything belongs to one thread (the one that polls the ring).
"""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from core.clip import Clip
from core.errors import CameraFault
from core.limits import MAX_CLIP_BYTES, megabytes
from core.playback import NS_PER_S
from core.settings import RecordSettings
from core.sources.base import TimedFrame

WARM_UP_FRAMES = 10
WARM_UP_NS = NS_PER_S
_STEADY_FRAMES = 4
_STEADY_GREY_LEVELS = 3.0
_DARK_GREY_LEVEL = 8.0
_SLOWER_THAN_WANTED = 0.9


class RecorderState(StrEnum):
    """Where a recording is."""

    IDLE = "idle"
    COUNTDOWN = "countdown"
    WARMING = "warming"
    RECORDING = "recording"
    DONE = "done"
    CANCELLED = "cancelled"
    FAILED = "failed"


_ACTIVE = (RecorderState.COUNTDOWN, RecorderState.WARMING, RecorderState.RECORDING)


@dataclass(frozen=True, slots=True)
class RecorderStatus:
    """What a person should see of a recording.

    Parameters
    ----------
    state
        Where it is.
    remaining_s
        Whole seconds left of the countdown: 3, 2, 1.
    captured, total
        Frames recorded and wanted.
    sentence
        Why it failed or was cancelled; "" otherwise.
    fault
        The camera's fault behind a failure, where it is one.
    """

    state: RecorderState
    remaining_s: int = 0
    captured: int = 0
    total: int = 0
    sentence: str = ""
    fault: CameraFault | None = None

    @property
    def active(self) -> bool:
        """Whether a recording is under way."""
        return self.state in _ACTIVE


class Recorder:
    """Make one clip after another from the frames that it is offered.

    Parameters
    ----------
    settings
        How many frames, which rate, which countdown, mirrored or not.
    """

    def __init__(self, settings: RecordSettings) -> None:
        self._settings = settings
        self._status = RecorderStatus(RecorderState.IDLE, total=settings.frames)
        self._clip: Clip | None = None
        self._name = "recording"
        self._begin(0, warm=False)

    @property
    def settings(self) -> RecordSettings:
        """What it was made with."""
        return self._settings

    @property
    def status(self) -> RecorderStatus:
        """Where it is now."""
        return self._status

    @property
    def clip(self) -> Clip | None:
        """The recording, once the state is DONE; None before and after a failure."""
        return self._clip

    def start(self, now_ns: int, *, warm: bool = False, name: str = "recording") -> None:
        """Begin with the countdown; a recording under way is thrown away.

        Parameters
        ----------
        now_ns
            The time on the clock that `tick` gets.
        warm
            Whether the camera has been running long enough for its exposure to be settled.
        name
            The clip's name.
        """
        self._clip = None
        self._name = name
        self._begin(now_ns, warm)
        self._status = RecorderStatus(RecorderState.COUNTDOWN, total=self._settings.frames)
        self.tick(now_ns)

    def tick(self, now_ns: int) -> None:
        """Let time pass: count down."""
        if self._status.state is not RecorderState.COUNTDOWN:
            return
        left_ns = self._start_ns + self._settings.countdown_s * NS_PER_S - now_ns
        if left_ns > 0:
            self._status = replace(self._status, remaining_s=-(-left_ns // NS_PER_S))
            return
        state = RecorderState.RECORDING if self._warm_up.finished else RecorderState.WARMING
        self._status = replace(self._status, state=state, remaining_s=0)

    def offer(self, frame: TimedFrame) -> None:
        """Show it the camera's next frame; every frame, in order."""
        match self._status.state:
            case RecorderState.COUNTDOWN:
                self._warm_up.see(frame)
            case RecorderState.WARMING:
                self._warm_up.see(frame)
                if self._warm_up.finished:
                    self._status = replace(self._status, state=RecorderState.RECORDING)
            case RecorderState.RECORDING:
                for chosen in self._picker.pick(frame):
                    if self._status.state is RecorderState.RECORDING:
                        self._record(chosen)

    def fail(self, sentence: str, fault: CameraFault | None = None) -> None:
        """Give up, for example because the camera is lost; without effect unless one is under way."""
        if self._status.active:
            self._end(RecorderState.FAILED, sentence, fault)

    def cancel(self) -> None:
        """Stop because the person wants it; without effect unless one is under way."""
        if self._status.active:
            self._end(RecorderState.CANCELLED, "The recording was cancelled.", None)

    def _begin(self, now_ns: int, warm: bool) -> None:
        self._start_ns = now_ns
        self._warm_up = _WarmUp(warm)
        self._picker = FramePicker(self._settings.fps)
        self._stack: NDArray[np.uint8] | None = None
        self._times: list[int] = []
        self._still = True

    def _end(self, state: RecorderState, sentence: str, fault: CameraFault | None) -> None:
        self._status = replace(self._status, state=state, remaining_s=0, sentence=sentence, fault=fault)
        self._stack, self._times = None, []

    def _record(self, frame: TimedFrame) -> None:
        picture = frame.frame
        if self._stack is None:
            needed = self._settings.frames * picture.nbytes
            if needed > MAX_CLIP_BYTES:
                self.fail(
                    f"{self._settings.frames} frames of {_size(picture)} would take {megabytes(needed)}, "
                    f"more than {megabytes(MAX_CLIP_BYTES)}: record fewer frames or a smaller picture."
                )
                return
            # Filled frame by frame: copying all at the end would hold up the window.
            self._stack = np.empty((self._settings.frames, *picture.shape), np.uint8)
        if picture.shape != self._stack.shape[1:]:
            self.fail(
                f"The recording stopped: the camera changed its picture from {_size(self._stack[0])} to "
                f"{_size(picture)}; record again.",
                CameraFault.NEW_SIZE,
            )
            return
        place = len(self._times)
        self._stack[place] = picture[:, ::-1] if self._settings.mirrored else picture
        self._still = self._still and np.array_equal(self._stack[place], self._stack[0])
        self._times.append(frame.timestamp_ns)
        self._status = replace(self._status, captured=len(self._times))
        if len(self._times) == self._settings.frames:
            self._finish(self._stack)

    def _finish(self, stack: NDArray[np.uint8]) -> None:
        stack.setflags(write=False)
        times = tuple(time - self._times[0] for time in self._times)
        clip = Clip(stack, times, self._name)
        self._clip = replace(clip, note=" ".join(_notes(clip, self._settings.fps, self._still)))
        self._status = replace(self._status, state=RecorderState.DONE)
        self._stack = None


class FramePicker:
    """Choose frames at an even rate from a stream of another rate, by their times.

    Each ideal time gets the frame nearest to it, no frame is chosen twice, and after a gap (or from a
    camera that is slower than wanted) the ideal times begin anew at the late frame, without a burst.

    Parameters
    ----------
    fps
        The wanted rate, or None for every frame.
    """

    def __init__(self, fps: float | None) -> None:
        self._period_ns = None if fps is None else NS_PER_S / fps
        self._ideal_ns: float | None = None
        self._candidate: TimedFrame | None = None

    def pick(self, frame: TimedFrame) -> Sequence[TimedFrame]:
        """Return the frames (none, one or two) that are chosen now that `frame` is known."""
        if self._period_ns is None:
            return (frame,)
        if self._ideal_ns is None:
            self._ideal_ns = frame.timestamp_ns + self._period_ns
            return (frame,)
        chosen: list[TimedFrame] = []
        earlier, self._candidate = self._candidate, frame
        while self._candidate is not None and frame.timestamp_ns >= self._ideal_ns:
            before_ns = self._ideal_ns - earlier.timestamp_ns if earlier is not None else float("inf")
            late_ns = frame.timestamp_ns - self._ideal_ns
            if earlier is not None and before_ns <= late_ns:
                chosen.append(earlier)
                self._ideal_ns += self._period_ns
            else:
                chosen.append(frame)
                self._candidate = None
                behind = late_ns > self._period_ns / 2
                self._ideal_ns = (frame.timestamp_ns if behind else self._ideal_ns) + self._period_ns
            earlier = None
        return chosen


class _WarmUp:
    """Whether a camera's exposure has settled: brightness steady and not black, or waited long enough."""

    def __init__(self, warm: bool) -> None:
        self._warm = warm
        self._means: deque[float] = deque(maxlen=_STEADY_FRAMES)
        self._seen = 0
        self._first_ns = 0
        self._last_ns = 0

    def see(self, frame: TimedFrame) -> None:
        self._first_ns = self._first_ns if self._seen else frame.timestamp_ns
        self._last_ns = frame.timestamp_ns
        self._seen += 1
        self._means.append(float(frame.frame[::8, ::8].mean()))

    @property
    def finished(self) -> bool:
        waited = self._seen >= WARM_UP_FRAMES or self._last_ns - self._first_ns >= WARM_UP_NS
        return self._warm or waited or self._steady

    @property
    def _steady(self) -> bool:
        if len(self._means) < _STEADY_FRAMES or self._means[-1] < _DARK_GREY_LEVEL:
            return False
        return max(self._means) - min(self._means) <= _STEADY_GREY_LEVELS


def _notes(clip: Clip, wanted_fps: float | None, still: bool) -> list[str]:
    """Tell of a camera that stands still or is slower than wanted, and of frames missing in the middle."""
    notes = []
    if still:
        notes.append(f"All {len(clip)} frames are the same picture: the camera seems to be frozen.")
    if wanted_fps is not None and clip.fps < _SLOWER_THAN_WANTED * wanted_fps:
        notes.append(f"The camera delivered {clip.fps:.1f} frames per second, not {wanted_fps:g}.")
    usual_ms = float(np.median(clip.intervals_ms))
    missing = int(np.sum(np.maximum(np.rint(clip.intervals_ms / usual_ms) - 1, 0)))
    if missing and wanted_fps is None:
        notes.append(f"About {missing} frame{'s are' if missing > 1 else ' is'} missing in between.")
    return notes


def _size(picture: NDArray[np.uint8]) -> str:
    return f"{picture.shape[1]}x{picture.shape[0]}"
