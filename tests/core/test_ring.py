import threading

import numpy as np
import pytest

from core.ring import FrameRing
from core.sources.base import TimedFrame


def frame(value: int, side: int = 4) -> TimedFrame:
    return TimedFrame(np.full((side, side, 3), value, np.uint8), value)


def numbers(ring: FrameRing, since: int = 0) -> list[int]:
    return [number for number, _ in ring.since(since)]


def test_an_empty_ring_has_no_frame():
    ring = FrameRing(3)
    assert ring.latest() is None
    assert ring.since(0) == []
    assert not ring.wait_beyond(0, 0)


def test_it_keeps_the_newest_in_order():
    ring = FrameRing(3)
    assert [ring.push(frame(k)) for k in range(5)] == [1, 2, 3, 4, 5]
    assert numbers(ring) == [3, 4, 5]
    assert numbers(ring, since=4) == [5]
    assert numbers(ring, since=5) == []
    number, newest = ring.latest()
    assert (number, newest.timestamp_ns) == (5, 4)


def test_clearing_keeps_the_count():
    ring = FrameRing(3)
    ring.push(frame(0))
    ring.clear()
    assert ring.latest() is None
    assert ring.push(frame(1)) == 2


def test_large_frames_are_kept_in_smaller_number_but_never_fewer_than_two():
    ring = FrameRing(10, max_bytes=3 * 4 * 4 * 3)
    for k in range(6):
        ring.push(frame(k))
    assert numbers(ring) == [4, 5, 6]
    for k in range(3):
        ring.push(frame(k, side=100))
    assert numbers(ring) == [8, 9]


def test_a_ring_without_room_is_refused():
    with pytest.raises(ValueError, match="at least one frame, not 0"):
        FrameRing(0)


def test_a_reader_in_another_thread_meets_every_frame_once_and_in_order():
    ring = FrameRing(1000)
    seen: list[int] = []

    def read() -> None:
        while len(seen) < 500 and ring.wait_beyond(seen[-1] if seen else 0, 10):
            seen.extend(numbers(ring, seen[-1] if seen else 0))

    reader = threading.Thread(target=read)
    reader.start()
    for k in range(500):
        ring.push(frame(k % 256))
    reader.join()
    assert seen == list(range(1, 501))
