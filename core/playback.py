"""Clock arithmetic of playback, without a timer: time goes in, a frame comes out.

The frame follows from the time that has passed, never from the number of ticks: a slow paint drops
frames, it does not slow the film.
"""

from dataclasses import dataclass, replace
from enum import StrEnum

NS_PER_S = 1_000_000_000
MIN_FPS, MAX_FPS = 1.0, 60.0


class LoopMode(StrEnum):
    """What happens at the end of the clip."""

    ONCE = "once"
    LOOP = "loop"
    PING_PONG = "ping-pong"


def period(count: int, mode: LoopMode) -> int:
    """Return after how many steps the film is where it began (its length, for "once")."""
    return max(2 * count - 2, 1) if mode is LoopMode.PING_PONG else count


def frame_after(steps: int, count: int, mode: LoopMode) -> int:
    """Return the frame that is shown `steps` steps after frame 0.

    Parameters
    ----------
    steps
        At least 0. With ping-pong, steps beyond count - 1 run backwards; end frames are not repeated.
    count
        Frames in the clip, at least 1.
    """
    if mode is LoopMode.ONCE:
        return min(steps, count - 1)
    step = steps % period(count, mode)
    return step if step < count else 2 * (count - 1) - step


def order(count: int, ping_pong: bool) -> tuple[int, ...]:
    """Return the frames of one round, as an animation file needs them."""
    mode = LoopMode.PING_PONG if ping_pong else LoopMode.LOOP
    return tuple(frame_after(i, count, mode) for i in range(period(count, mode)))


@dataclass(frozen=True, slots=True)
class Playhead:
    """Where the film is: a value; every change makes a new one.

    Parameters
    ----------
    count
        Frames in the clip, at least 1.
    fps
        Frames per second, 1 to 60.
    mode
        What happens at the end.
    anchor_ns, anchor_step
        At time `anchor_ns` the film was at step `anchor_step`.
    playing
        Whether time moves it.
    """

    count: int = 1
    fps: float = 12.0
    mode: LoopMode = LoopMode.LOOP
    anchor_ns: int = 0
    anchor_step: int = 0
    playing: bool = False

    def step_at(self, now_ns: int) -> int:
        """Return how many steps the film has gone by `now_ns`."""
        if not self.playing:
            return self.anchor_step
        # Whole nanoseconds and one division: no drift, however long the film runs.
        elapsed = max(now_ns - self.anchor_ns, 0)
        return self.anchor_step + int(elapsed * self.fps // NS_PER_S)

    def frame_at(self, now_ns: int) -> int:
        """Return the clip frame that belongs on the screen."""
        return frame_after(self.step_at(now_ns), self.count, self.mode)

    def finished(self, now_ns: int) -> bool:
        """Tell whether a film that plays once has reached its end."""
        return self.mode is LoopMode.ONCE and self.step_at(now_ns) >= self.count - 1

    def due_ns(self, now_ns: int) -> int:
        """Return the time at which the next frame is due, after `now_ns`."""
        next_step = self.step_at(now_ns) + 1 - self.anchor_step
        return self.anchor_ns + -int(-next_step * NS_PER_S // self.fps)

    def played(self, now_ns: int) -> "Playhead":
        """Return it playing from the frame it shows; from the start if it had reached the end."""
        step = 0 if self.finished(now_ns) else self.step_at(now_ns)
        return replace(self, anchor_ns=now_ns, anchor_step=step, playing=True)

    def paused(self, now_ns: int) -> "Playhead":
        """Return it standing at the frame it shows."""
        return replace(self, anchor_ns=now_ns, anchor_step=self.step_at(now_ns), playing=False)

    def moved(self, frame: int, now_ns: int) -> "Playhead":
        """Return it at another frame (clamped), playing or not as before."""
        return replace(self, anchor_ns=now_ns, anchor_step=min(max(frame, 0), self.count - 1))

    def with_fps(self, fps: float, now_ns: int) -> "Playhead":
        """Return it at another rate; the frame on the screen does not jump."""
        rate = min(max(fps, MIN_FPS), MAX_FPS)
        return replace(self, fps=rate, anchor_ns=now_ns, anchor_step=self.step_at(now_ns))

    def with_mode(self, mode: LoopMode, now_ns: int) -> "Playhead":
        """Return it in another loop mode; the frame on the screen does not jump."""
        return replace(self, mode=mode, anchor_ns=now_ns, anchor_step=self.frame_at(now_ns))

    def with_count(self, count: int, now_ns: int) -> "Playhead":
        """Return it for a clip of another length; the frame is clamped."""
        frame = min(self.frame_at(now_ns), count - 1)
        return replace(self, count=count, anchor_ns=now_ns, anchor_step=frame)
