from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import CameraFault
from core.recorder import FramePicker, Recorder, RecorderState
from core.settings import RecordSettings
from core.sources.base import TimedFrame

MS = 1_000_000
S = 1_000_000_000


def frame(number: int, time_ns: int, level: int = 100, size: tuple[int, int] = (16, 12)) -> TimedFrame:
    """A picture whose second row carries its number, at a brightness of `level`."""
    picture = np.full((size[1], size[0], 3), level, np.uint8)
    picture[1] = number
    return TimedFrame(picture, time_ns)


def numbers(clip) -> list[int]:
    return clip.frames[:, 1, 0, 0].tolist()


def recorder(
    frames: int = 4, fps: float | None = None, countdown_s: int = 0, mirrored: bool = False
) -> Recorder:
    return Recorder(RecordSettings(frames, fps, countdown_s, mirrored))


def feed(it: Recorder, times_ns, first: int = 0) -> None:
    for number, time_ns in enumerate(times_ns, first):
        it.offer(frame(number % 256, int(time_ns)))


def test_it_begins_idle_and_ignores_frames():
    it = recorder()
    feed(it, [0, 1, 2])
    it.tick(5 * S)
    it.cancel()
    it.fail("no")
    assert (it.status.state, it.status.active, it.clip) == (RecorderState.IDLE, False, None)


@pytest.mark.parametrize("seconds", [3, 5, 10])
def test_the_countdown_counts_every_second(seconds):
    it = recorder(countdown_s=seconds)
    it.start(7 * S, warm=True)
    shown = []
    for now in range(7 * S, (7 + seconds) * S, 100 * MS):
        it.tick(now)
        assert it.status.state is RecorderState.COUNTDOWN
        shown.append(it.status.remaining_s)
    assert shown == [n for n in range(seconds, 0, -1) for _ in range(10)]
    it.tick((7 + seconds) * S)
    assert (it.status.state, it.status.remaining_s) == (RecorderState.RECORDING, 0)


def test_without_countdown_a_warm_camera_records_at_once():
    it = recorder(frames=4)
    it.start(0, warm=True)
    assert it.status.state is RecorderState.RECORDING
    feed(it, np.arange(9) * 33 * MS)
    assert it.status.state is RecorderState.DONE
    assert (it.status.captured, it.status.total) == (4, 4)
    assert numbers(it.clip) == [0, 1, 2, 3]
    assert it.clip.timestamps_ns == (0, 33 * MS, 66 * MS, 99 * MS)
    assert not it.clip.frames.flags.writeable
    assert it.clip.name == "recording"


def test_frames_during_the_countdown_are_not_recorded_but_warm_the_camera():
    it = recorder(countdown_s=3)
    it.start(0)
    feed(it, range(0, 3 * S, 100 * MS))
    it.tick(3 * S)
    assert it.status.state is RecorderState.RECORDING
    feed(it, [3 * S, 4 * S, 5 * S, 6 * S], first=100)
    assert numbers(it.clip) == [100, 101, 102, 103]


def levels(it: Recorder, values, step_ns: int = 33 * MS) -> int:
    """Offer frames of these brightnesses and return how many were discarded."""
    for k, level in enumerate(values):
        if it.status.state is not RecorderState.WARMING:
            return k
        it.offer(frame(k, k * step_ns, level))
    return len(values)


@pytest.mark.parametrize(
    ("values", "discarded"),
    [
        ([100] * 30, 4),  # steady from the start
        ([0, 0, 0, 0, 0, 40, 80, 100, 100, 100, 100, 100, 100], 10),  # black is not steady
        ([10, 30, 60, 100, 101, 100, 101, 100], 7),  # it settles
        (list(range(0, 200, 10)), 10),  # never settles: ten frames
    ],
)
def test_the_first_frames_are_discarded_until_the_exposure_settles(values, discarded):
    it = recorder()
    it.start(0)
    assert it.status.state is RecorderState.WARMING
    assert levels(it, values) == discarded


def test_a_slow_camera_warms_up_for_a_second_at_most():
    it = recorder()
    it.start(0)
    assert levels(it, range(0, 250, 25), step_ns=500 * MS) == 3


@pytest.mark.parametrize("mirrored", [False, True])
def test_what_is_seen_is_recorded(mirrored, rng):
    it = recorder(frames=2, mirrored=mirrored)
    it.start(0, warm=True)
    pictures = rng.integers(0, 256, (2, 12, 16, 3), np.uint8)
    for k, picture in enumerate(pictures):
        it.offer(TimedFrame(picture, k * S))
    assert np.array_equal(it.clip.frames, pictures[:, :, ::-1] if mirrored else pictures)


def test_a_new_size_stops_the_recording_with_its_own_sentence():
    it = recorder()
    it.start(0, warm=True)
    it.offer(frame(0, 0))
    it.offer(frame(1, MS, size=(8, 6)))
    status = it.status
    assert (status.state, status.fault, it.clip) == (RecorderState.FAILED, CameraFault.NEW_SIZE, None)
    assert "from 16x12 to 8x6" in status.sentence
    feed(it, [2 * MS, 3 * MS, 4 * MS, 5 * MS])
    assert it.status == status


def test_a_new_size_before_the_first_recorded_frame_is_harmless():
    it = recorder(frames=2)
    it.start(0)
    it.offer(frame(0, 0))
    for k in range(1, 9):
        it.offer(frame(k, k * MS, size=(8, 6)))
    assert it.status.state is RecorderState.DONE


@pytest.mark.parametrize("state", [RecorderState.COUNTDOWN, RecorderState.WARMING, RecorderState.RECORDING])
def test_cancel_and_failure_end_it_and_it_starts_again(state):
    for end, expected, words in [
        (lambda it: it.cancel(), RecorderState.CANCELLED, "cancelled"),
        (lambda it: it.fail("The camera C was unplugged."), RecorderState.FAILED, "unplugged"),
    ]:
        it = recorder(countdown_s=3 if state is RecorderState.COUNTDOWN else 0)
        it.start(0, warm=state is RecorderState.RECORDING)
        it.offer(frame(0, 0))
        assert it.status.state is state
        assert it.status.active
        end(it)
        assert it.status.state is expected
        assert words in it.status.sentence
        assert it.clip is None
        it.start(10 * S, warm=True)
        it.tick(20 * S)
        feed(it, range(20 * S, 21 * S, 100 * MS), first=50)
        assert numbers(it.clip) == [50, 51, 52, 53]
        assert it.status.sentence == ""


def test_cancelling_a_finished_recording_keeps_it():
    it = recorder(frames=2)
    it.start(0, warm=True)
    feed(it, [0, 1])
    clip = it.clip
    it.cancel()
    it.fail("too late")
    assert it.status.state is RecorderState.DONE
    assert it.clip is clip
    it.start(5, name="second")
    assert it.clip is None
    assert numbers(clip) == [0, 1], "what was handed out stays"


def test_a_recording_beyond_the_budget_is_refused_with_the_numbers():
    it = recorder(frames=64)
    it.start(0, warm=True)
    huge = np.broadcast_to(np.uint8(0), (2160, 3840, 3))
    it.offer(TimedFrame(huge, 0))
    assert it.status.state is RecorderState.FAILED
    assert "64 frames of 3840x2160 would take 1.6 GB" in it.status.sentence


def test_a_camera_that_repeats_one_picture_is_told():
    it = recorder(frames=3)
    for levels, words in (((100, 100, 100), "frozen"), ((100, 100, 101), ""), ((100, 101, 100), "")):
        it.start(0, warm=True)
        for number, level in enumerate(levels):
            it.offer(frame(0, number * 33 * MS, level))
        assert it.status.state is RecorderState.DONE
        assert words in it.clip.note
        assert bool(it.clip.note) == bool(words)


def test_a_camera_that_is_slower_than_wanted_gives_every_frame_and_a_note():
    it = recorder(frames=5, fps=30)
    it.start(0, warm=True)
    feed(it, np.arange(9) * S / 15)
    assert numbers(it.clip) == [0, 1, 2, 3, 4]
    assert it.clip.fps == pytest.approx(15, abs=0.01)
    assert it.clip.note == "The camera delivered 15.0 frames per second, not 30."


def test_missing_frames_are_told():
    it = recorder(frames=5)
    it.start(0, warm=True)
    feed(it, np.array([0, 33, 66, 200, 233]) * MS)
    assert it.clip.note == "About 3 frames are missing in between."


def picked(times_ns, fps: float | None) -> list[int]:
    picker = FramePicker(fps)
    return [
        kept.frame[1, 0, 0].item() for k, t in enumerate(times_ns) for kept in picker.pick(frame(k, int(t)))
    ]


@pytest.mark.parametrize(
    ("camera", "wanted", "expected"),
    [
        (30, None, [0, 1, 2, 3, 4, 5]),
        (30, 30, [0, 1, 2, 3, 4, 5]),
        (30, 15, [0, 2, 4, 6, 8]),
        (30, 10, [0, 3, 6, 9, 12]),
        (60, 10, [0, 6, 12, 18, 24]),
        (20, 30, [0, 1, 2, 3, 4, 5]),
        (25, 30, [0, 1, 2, 3, 4, 5]),
    ],
)
def test_frames_are_chosen_evenly(camera, wanted, expected):
    times = np.round(np.arange(60) * S / camera)
    assert picked(times, wanted)[: len(expected)] == expected


def test_jitter_does_not_disturb_the_choice(rng):
    times = np.arange(90) * S / 30 + rng.uniform(-8, 8, 90) * MS
    kept = picked(times, 10)
    chosen = times[kept]
    ideal = chosen[0] + np.arange(len(kept)) * S / 10
    assert np.abs(chosen - ideal).max() <= 0.5 * S / 30 + 8 * MS


def test_after_a_gap_there_is_no_burst():
    times = np.concatenate([np.arange(10), np.arange(25, 60)]) * S / 30
    chosen = times[picked(times, 10)]
    assert np.diff(chosen).min() >= 0.09 * S


@given(
    st.lists(st.integers(1, 200), min_size=2, max_size=80),
    st.one_of(st.none(), st.floats(0.5, 120)),
)
def test_no_frame_is_chosen_twice_and_order_is_kept(gaps_ms, fps):
    times = np.cumsum(gaps_ms) * MS
    kept = picked(times, fps)
    assert kept[0] == 0
    assert all(later > earlier for earlier, later in pairwise(kept))


@given(st.lists(st.floats(-0.2, 0.2), min_size=80, max_size=80), st.sampled_from([2, 3, 4, 6]))
def test_each_chosen_frame_is_the_nearest_to_its_ideal_time(jitter, factor):
    """Second implementation: with all frames known, take the nearest to each ideal time."""
    period = S / 60
    times = (np.arange(80) + np.asarray(jitter)) * period
    kept = picked(times, 60 / factor)
    ideal = times[0].astype(int) + np.arange(len(kept)) * period * factor
    nearest = [np.abs(times.astype(int) - t).min() for t in ideal]
    assert np.abs(times.astype(int)[kept] - ideal) == pytest.approx(nearest, abs=1)
