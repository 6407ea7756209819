"""When a frame was taken."""

from typing import Any

from core.cv import cv2

# A driver's time older than this is not on our clock.
_OLDEST_NS = 500_000_000


class FrameClock:
    """Give each frame of one opened camera its time, strictly increasing.

    The moment at which our thread gets to look at the clock comes late when another thread is busy. Linux
    stamps each frame in the driver, on the same monotonic clock; that time is used as long as it is
    plausible, and our own from the first frame on for which it is not.

    Parameters
    ----------
    trusts_driver
        Whether the backend (V4L2) reports such times as CAP_PROP_POS_MSEC.
    """

    def __init__(self, trusts_driver: bool) -> None:
        self._trusts_driver = trusts_driver
        self._last_ns = -1

    def stamp(self, camera: Any, now_ns: int) -> int:
        """Return the time of the frame that was just grabbed, at `now_ns` of our clock."""
        time_ns = now_ns
        if self._trusts_driver:
            driver_ns = round(camera.get(cv2.CAP_PROP_POS_MSEC) * 1e6)
            newer = self._last_ns < driver_ns <= now_ns
            self._trusts_driver = newer and now_ns - driver_ns < _OLDEST_NS
            time_ns = driver_ns if self._trusts_driver else now_ns
        self._last_ns = max(time_ns, self._last_ns + 1)
        return self._last_ns
