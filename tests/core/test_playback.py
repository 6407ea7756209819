"""Time goes in, a frame comes out."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.playback import NS_PER_S, LoopMode, Playhead, frame_after, order, period


def test_loop_begins_again() -> None:
    assert [frame_after(i, 4, LoopMode.LOOP) for i in range(9)] == [0, 1, 2, 3, 0, 1, 2, 3, 0]


def test_once_stays_at_the_end() -> None:
    assert [frame_after(i, 3, LoopMode.ONCE) for i in range(5)] == [0, 1, 2, 2, 2]


def test_ping_pong_does_not_repeat_its_ends() -> None:
    assert [frame_after(i, 4, LoopMode.PING_PONG) for i in range(8)] == [0, 1, 2, 3, 2, 1, 0, 1]
    assert order(4, ping_pong=True) == (0, 1, 2, 3, 2, 1)
    assert order(4, ping_pong=False) == (0, 1, 2, 3)


@pytest.mark.parametrize("mode", LoopMode)
def test_a_single_frame_is_always_shown(mode: LoopMode) -> None:
    assert {frame_after(i, 1, mode) for i in range(5)} == {0}
    assert period(1, mode) == 1


@given(
    fps=st.floats(1, 60), steps=st.integers(0, 10_000), late=st.floats(0, 0.999), start=st.integers(0, 2**60)
)
def test_the_film_keeps_its_speed_for_hours(fps: float, steps: int, late: float, start: int) -> None:
    head = Playhead(count=16, fps=fps, anchor_ns=start, playing=True)
    # The first whole nanosecond of a step, and some time into it.
    begin = -(-steps * NS_PER_S // 1) / fps
    now = start + int(begin) + 1 + int(late * 0.99 * NS_PER_S / fps)
    assert head.step_at(now) == steps


@given(fps=st.floats(1, 60), elapsed=st.integers(0, 10**12))
def test_due_is_the_first_moment_of_the_next_frame(fps: float, elapsed: int) -> None:
    head = Playhead(count=16, fps=fps, anchor_ns=5, playing=True)
    now = 5 + elapsed
    due = head.due_ns(now)
    assert due > now - 1
    assert head.step_at(due + 1) == head.step_at(now) + 1


def test_changing_the_rate_does_not_move_the_frame() -> None:
    head = Playhead(count=16, fps=10, playing=True)
    now = NS_PER_S // 2
    assert head.frame_at(now) == 5
    faster = head.with_fps(60, now)
    assert faster.frame_at(now) == 5
    assert faster.frame_at(now + NS_PER_S // 10) == 11


def test_rates_are_kept_within_bounds() -> None:
    assert Playhead().with_fps(1000, 0).fps == 60
    assert Playhead().with_fps(0, 0).fps == 1


def test_changing_the_mode_on_the_way_back_does_not_jump() -> None:
    head = Playhead(count=4, fps=1, mode=LoopMode.PING_PONG, playing=True)
    now = 4 * NS_PER_S + 1
    assert head.frame_at(now) == 2
    assert head.with_mode(LoopMode.LOOP, now).frame_at(now) == 2


def test_playing_once_more_starts_at_the_beginning() -> None:
    head = Playhead(count=4, fps=1, mode=LoopMode.ONCE, playing=True)
    end = 10 * NS_PER_S
    assert head.finished(end)
    assert head.paused(end).frame_at(end) == 3
    assert head.paused(end).played(end).frame_at(end) == 0


def test_a_shorter_clip_keeps_the_frame_inside() -> None:
    head = Playhead(count=16, fps=1).moved(15, 0)
    assert head.with_count(4, 0).frame_at(0) == 3
    assert head.moved(99, 0).frame_at(0) == 15
    assert head.moved(-3, 0).frame_at(0) == 0
