"""Whether a camera is still well, from what its reads return; time is an argument.

Measured: after unplugging, ``read()`` returns False for ever while ``isOpened()`` stays True, and some
drivers repeat the last picture for ever.
"""

from collections import deque

import numpy as np
from numpy.typing import NDArray

from core.playback import NS_PER_S
from core.sources import camera_faults as faults

MISSES_TO_BE_LOST = 3
SILENT_S = 2.0
FROZEN_S = 3.0
FROZEN_FRAMES = 5
# Too many damaged frames: this share of those of the last two seconds, and at least this many.
DAMAGED_SHARE = 0.2
DAMAGED_FRAMES = 5


class CameraWatch:
    """Follow one opened camera; each method raises the CameraError that its news amounts to.

    Parameters
    ----------
    name
        Of the camera, for sentences.
    now_ns
        When it was opened.
    patient
        Whether a camera that has not sent its first frame yet may miss reads for `silent_s` (devices do
        while they start; an address that misses one has ended).
    silent_s
        After how long without a frame a missed read means silence rather than a closed connection.
    """

    def __init__(self, name: str, now_ns: int, *, patient: bool = False, silent_s: float = SILENT_S) -> None:
        self._name = name
        self._patient = patient
        self._silent_s = silent_s
        self._misses = 0
        self._started = False
        self._last_good_ns = now_ns
        self._results: deque[tuple[int, bool]] = deque()
        self._previous: NDArray[np.uint8] | None = None
        self._same_since_ns = now_ns
        self._same_count = 0
        self.damaged_count = 0

    @property
    def starting(self) -> bool:
        """Whether missed reads are still forgiven; give the camera a moment before the next."""
        return self._patient and not self._started

    def missed(self, now_ns: int) -> None:
        """Note a read that returned nothing."""
        self._misses += 1
        quiet_s = (now_ns - self._last_good_ns) / NS_PER_S
        if self.starting:
            if quiet_s >= self._silent_s:
                raise faults.busy(self._name)
        elif quiet_s >= self._silent_s:
            raise faults.silent(self._name, quiet_s)
        elif self._misses >= MISSES_TO_BE_LOST:
            raise faults.unplugged(self._name)

    def damaged(self, now_ns: int) -> None:
        """Note a frame that cannot be used."""
        self._misses = 0
        self.damaged_count += 1
        self._judge(now_ns, good=False)

    def good(self, content: NDArray[np.uint8], now_ns: int) -> None:
        """Note a usable frame; `content` is its pixels or its coded bytes."""
        self._misses = 0
        self._started = True
        self._last_good_ns = now_ns
        self._judge(now_ns, good=True)
        if self._previous is None or not _identical(content, self._previous):
            self._previous, self._same_since_ns, self._same_count = content, now_ns, 0
            return
        self._same_count += 1
        still_s = (now_ns - self._same_since_ns) / NS_PER_S
        if still_s > FROZEN_S and self._same_count >= FROZEN_FRAMES:
            raise faults.frozen(self._name, still_s)

    def _judge(self, now_ns: int, good: bool) -> None:
        self._results.append((now_ns, good))
        while now_ns - self._results[0][0] > SILENT_S * NS_PER_S:
            self._results.popleft()
        bad = sum(not good for _, good in self._results)
        none_for_long = not good and now_ns - self._last_good_ns >= SILENT_S * NS_PER_S
        often = bad >= DAMAGED_FRAMES and bad >= DAMAGED_SHARE * len(self._results)
        # The first second after a single bad burst is not judged: two seconds of evidence are.
        long_enough = now_ns - self._results[0][0] >= 0.75 * SILENT_S * NS_PER_S
        if none_for_long or (often and long_enough and not good):
            raise faults.damaged(self._name)


def _identical(one: NDArray[np.uint8], other: NDArray[np.uint8]) -> bool:
    """Compare bit for bit; living cameras differ already in the sparse first look (sensor noise)."""
    if one.shape != other.shape or not np.array_equal(one[::16], other[::16]):
        return False
    return np.array_equal(one, other)
