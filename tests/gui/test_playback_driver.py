"""One timer; the frame follows from time, never from the number of ticks."""

import pytest
from pytestqt.qtbot import QtBot

from core.playback import LoopMode
from gui.playback import NS_PER_S, PlaybackDriver


class Clock:
    """Time that moves only when told."""

    def __init__(self) -> None:
        self.now = 10**12

    def __call__(self) -> int:
        return self.now

    def advance(self, seconds: float) -> None:
        self.now += round(seconds * NS_PER_S)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def driver(qtbot: QtBot, clock: Clock) -> PlaybackDriver:
    made = PlaybackDriver(clock=clock)
    made.set_count(16)
    made.set_fps(10)
    return made


def shown(driver: PlaybackDriver) -> list[int]:
    frames: list[int] = []
    driver.frame_changed.connect(frames.append)
    return frames


def test_every_frame_is_shown_in_order(driver: PlaybackDriver, clock: Clock) -> None:
    frames = shown(driver)
    driver.play()
    for _ in range(17):
        clock.advance(0.1)
        driver.tick()
    driver.pause()
    assert frames == [*range(1, 16), 0, 1]


def test_a_slow_screen_drops_frames_evenly_and_keeps_the_speed(driver: PlaybackDriver, clock: Clock) -> None:
    frames = shown(driver)
    driver.set_fps(60)
    driver.play()
    for _ in range(5):
        clock.advance(3 / 60 + 1e-6)
        driver.tick()
    driver.pause()
    assert frames == [3, 6, 9, 12, 15]


def test_the_achieved_rate_is_what_was_shown(driver: PlaybackDriver, clock: Clock) -> None:
    rates: list[float] = []
    driver.achieved_changed.connect(lambda rate: rates.append(rate) if rate else None)
    driver.set_fps(60)
    driver.play()
    for _ in range(40):
        clock.advance(1 / 20)
        driver.tick()
    driver.pause()
    assert rates[-1] == pytest.approx(20, rel=1e-3)


def test_stepping_pauses_and_goes_round(driver: PlaybackDriver) -> None:
    driver.play()
    driver.step(-1)
    assert not driver.head.playing
    assert driver.frame == 15
    driver.step(1)
    assert driver.frame == 0


def test_once_stops_at_the_end_and_plays_again_from_the_start(driver: PlaybackDriver, clock: Clock) -> None:
    driver.set_mode(LoopMode.ONCE)
    driver.play()
    clock.advance(5)
    driver.tick()
    assert driver.frame == 15
    assert not driver.head.playing
    driver.play()
    assert driver.frame == 0
    driver.pause()


def test_scrubbing_goes_on_playing_from_there(driver: PlaybackDriver, clock: Clock) -> None:
    driver.play()
    driver.seek(8)
    clock.advance(0.21)
    driver.tick()
    assert driver.frame == 10
    driver.pause()


def test_pausing_stays_on_the_frame_that_is_seen(driver: PlaybackDriver, clock: Clock) -> None:
    driver.play()
    clock.advance(0.35)
    driver.tick()
    clock.advance(0.15)
    driver.pause()
    assert driver.frame == 3
    assert driver.head.frame_at(clock.now) == 3


def test_a_real_timer_moves_it(qtbot: QtBot) -> None:
    driver = PlaybackDriver()
    driver.set_count(4)
    driver.set_fps(60)
    frames = shown(driver)
    with qtbot.waitSignals([driver.frame_changed] * 4):
        driver.play()
    driver.pause()
    assert len(frames) >= 4
