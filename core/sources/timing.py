"""Timestamps of files, made strictly increasing without touching those that already are."""

from fractions import Fraction

from core.playback import NS_PER_S


class FileClock:
    """Turns the times written in a file into times that always increase.

    Parameters
    ----------
    interval_ns
        The nominal time between two frames, for frames without a time of their own.

    Notes
    -----
    Exact times pass unchanged. A frame without a time comes one interval after its predecessor, one with
    the same time half an interval after it; a time that falls back (joined recordings start at 0 again)
    shifts all that follow.
    """

    def __init__(self, interval_ns: int) -> None:
        self._interval = max(int(interval_ns), 2)
        self._shift = 0
        self._last: int | None = None

    def stamp(self, time_ns: int | None) -> int:
        """Return the time of the next frame in nanoseconds."""
        last = self._last
        if last is None:
            stamp = time_ns or 0
        elif time_ns is None:
            stamp = last + self._interval
        else:
            stamp = time_ns + self._shift
            if stamp < last - self._interval:
                self._shift += last + self._interval - stamp
                stamp = last + self._interval
            elif stamp <= last:
                stamp = last + self._interval // 2
        self._last = stamp
        return stamp


def exact_ns(ticks: int | None, time_base: Fraction | None) -> int | None:
    """Return ticks of a time base in nanoseconds, rounded once; None where either is missing."""
    if ticks is None or not time_base:
        return None
    return round(ticks * time_base * NS_PER_S)
