import pytest

from core.cv import cv2
from core.sources.camera_time import FrameClock

MS = 1_000_000


class Driver:
    def __init__(self, *times_ms: float) -> None:
        self.times_ms = iter(times_ms)

    def get(self, key: int) -> float:
        assert key == cv2.CAP_PROP_POS_MSEC
        return next(self.times_ms)


def stamps(driver: Driver, now_ms: list[int], trusts: bool = True) -> list[float]:
    clock = FrameClock(trusts)
    return [clock.stamp(driver, now * MS) / MS for now in now_ms]


def test_the_drivers_time_is_free_of_our_delays():
    assert stamps(Driver(1000, 1033.5, 1066.25), [1005, 1050, 1067]) == [1000, 1033.5, 1066.25]


def test_without_trust_the_driver_is_not_asked():
    assert stamps(Driver(), [1005, 1050], trusts=False) == [1005, 1050]


@pytest.mark.parametrize("strange_ms", [0.0, 1.7e12, 1000, 999, 100, -1])
def test_one_strange_time_ends_the_trust_for_good(strange_ms):
    """Zero, seconds since 1970, a repeated, an earlier and an old time, an error code."""
    assert stamps(Driver(1000, strange_ms, 1066), [1005, 1050, 1067]) == [1000, 1050, 1067]


def test_times_always_increase():
    clock = FrameClock(False)
    assert [clock.stamp(None, 7) for _ in range(3)] == [7, 8, 9]
