"""The newest frames of an endless stream: one thread pushes, others poll.

Nothing can pile up: what nobody fetched in time is dropped, oldest first. Each frame has a sequence
number, so a reader asks for "everything after the one I had" and can see from a gap what it missed.
"""

import threading
from collections import deque

from core.sources.base import TimedFrame

DEFAULT_CAPACITY = 64
# 64 frames of 640x480 take 59 MB; of a 4K camera they would take 1.6 GB, so the bytes count as well.
MAX_BYTES = 128 * 2**20


class FrameRing:
    """Hold the newest `capacity` frames; every method may be called from any thread.

    Parameters
    ----------
    capacity
        Frames kept, at least 1; fewer where they are so large that they exceed `max_bytes`.
    max_bytes
        What all frames may take together; the newest two stay in any case.
    """

    def __init__(self, capacity: int = DEFAULT_CAPACITY, max_bytes: int = MAX_BYTES) -> None:
        if capacity < 1:
            raise ValueError(f"a ring holds at least one frame, not {capacity}")
        self._capacity = capacity
        self._max_bytes = max_bytes
        self._frames: deque[tuple[int, TimedFrame]] = deque()
        self._bytes = 0
        self._count = 0
        self._arrived = threading.Condition()

    def push(self, frame: TimedFrame) -> int:
        """Add a frame and return its sequence number, counted from 1."""
        with self._arrived:
            self._count += 1
            self._frames.append((self._count, frame))
            self._bytes += frame.frame.nbytes
            while len(self._frames) > self._capacity or self._crowded:
                self._bytes -= self._frames.popleft()[1].frame.nbytes
            self._arrived.notify_all()
            return self._count

    def latest(self) -> tuple[int, TimedFrame] | None:
        """Return the newest frame and its sequence number, or None if there is none."""
        with self._arrived:
            return self._frames[-1] if self._frames else None

    def since(self, number: int) -> list[tuple[int, TimedFrame]]:
        """Return the frames after sequence number `number` that are still here, oldest first."""
        with self._arrived:
            return [item for item in self._frames if item[0] > number]

    def wait_beyond(self, number: int, timeout_s: float) -> bool:
        """Wait until a frame after `number` is here; False if none came in time."""
        with self._arrived:
            return self._arrived.wait_for(
                lambda: bool(self._frames) and self._frames[-1][0] > number, timeout_s
            )

    def clear(self) -> None:
        """Forget all frames; sequence numbers go on where they were."""
        with self._arrived:
            self._frames.clear()
            self._bytes = 0

    @property
    def _crowded(self) -> bool:
        return self._bytes > self._max_bytes and len(self._frames) > 2
