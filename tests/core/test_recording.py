import threading
import time
from collections.abc import Iterator
from itertools import count

import numpy as np
import pytest

from core.clip import Clip
from core.errors import CameraError, CameraFault, SourceError
from core.progress import Progress, run
from core.recording import record_clip
from core.settings import RecordSettings
from core.sources import camera_faults as faults
from core.sources.base import TimedFrame
from core.sources.camera import CameraSource
from tests.mjpeg_server import MjpegServer, is_mirrored, read_counter


@pytest.fixture(autouse=True)
def no_capture_thread_is_left():
    yield
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("capture")]


def settings(**changes) -> RecordSettings:
    return RecordSettings(**{"countdown_s": 0, "mirrored": False, **changes})


def source(server: MjpegServer, timeout_ms: int = 5000) -> CameraSource:
    return CameraSource(server.url, open_timeout_ms=timeout_ms, read_timeout_ms=timeout_ms)


def recorded(server: MjpegServer, **changes) -> Clip:
    return run(record_clip(source(server), settings(**changes)))


@pytest.mark.parametrize("number", [2, 16, 64])
def test_exactly_so_many_frames_in_order(number):
    with MjpegServer(fps=200) as server:
        clip = recorded(server, frames=number)
    counters = [read_counter(frame) for frame in clip.frames]
    assert counters == list(range(counters[0], counters[0] + number))
    assert counters[0] >= 4, "warm-up frames are discarded"
    assert clip.frames.shape == (number, 120, 160, 3)


def test_every_frame_has_its_own_time():
    with MjpegServer(fps=100, delay_s=lambda number: 0.15 if number == 15 else 0) as server:
        clip = recorded(server, frames=16)
    late = next(k for k, frame in enumerate(clip.frames) if read_counter(frame) == 15)
    assert clip.intervals_ms[late - 1] == clip.intervals_ms.max() > 100
    assert "missing in between" in clip.note


@pytest.mark.parametrize("mirrored", [False, True])
def test_mirrored_or_not(mirrored):
    with MjpegServer(fps=200) as server:
        clip = recorded(server, frames=4, mirrored=mirrored)
    assert {is_mirrored(frame) for frame in clip.frames} == {mirrored}


def test_a_lower_rate_takes_evenly_chosen_frames():
    with MjpegServer(fps=80) as server:
        clip = recorded(server, frames=8, fps=20)
    counters = [read_counter(frame) for frame in clip.frames]
    assert len(set(counters)) == 8
    assert counters == sorted(counters)
    assert 3 <= np.diff(counters).mean() <= 5


def test_dark_frames_of_the_start_are_not_recorded():
    with MjpegServer("dark", fps=200, after=8) as server:
        clip = recorded(server, frames=4)
    assert min(read_counter(frame) for frame in clip.frames) >= 8


def test_progress_counts_up_to_the_end():
    with MjpegServer(fps=200) as server:
        *steps, clip = record_clip(source(server), settings(frames=8))
    assert all(isinstance(step, Progress) for step in steps)
    assert isinstance(clip, Clip)
    assert steps[0].text.startswith("opening ")
    assert [step.done for step in steps] == sorted(step.done for step in steps)
    assert (steps[-1].done, steps[-1].total) == (8, 8)


def test_the_countdown_is_told():
    """A clock that runs a hundred times as fast: three seconds pass in thirty milliseconds."""
    with MjpegServer(fps=200) as server:
        work = record_clip(
            source(server), settings(frames=2, countdown_s=3), clock_ns=lambda: time.perf_counter_ns() * 100
        )
        texts = [step.text for step in work if isinstance(step, Progress)]
    assert any("recording begins in" in text for text in texts)


@pytest.mark.parametrize(
    ("scene", "after", "fault"),
    [
        ("404", 0, CameraFault.MISSING),
        ("never-answers", 0, CameraFault.SLOW),
        ("unplug", 9, CameraFault.UNPLUGGED),
        ("stall", 9, CameraFault.UNPLUGGED),
        ("garbage", 9, CameraFault.DAMAGED),
        ("new-size", 20, CameraFault.NEW_SIZE),
    ],
)
def test_a_camera_that_fails_ends_it_with_its_sentence(scene, after, fault, monkeypatch):
    monkeypatch.setattr("core.sources.camera_watch.SILENT_S", 0.4)
    with MjpegServer(scene, fps=100, after=after) as server, pytest.raises(CameraError) as caught:
        run(record_clip(source(server, timeout_ms=400), settings(frames=64)))
    assert caught.value.fault is fault


def test_closing_the_generator_releases_the_camera():
    with MjpegServer(fps=100) as server:
        work = record_clip(source(server), settings(frames=64))
        assert next(step for step in work if step.done > 2).total == 64
        work.close()


class HangingSource:
    """Opens when told to: a driver that takes its time."""

    name, live, notes = "slow driver", True, ()

    def __init__(self, end: Exception | None = None) -> None:
        self.go_on = threading.Event()
        self.end = end

    def frames(self) -> Iterator[TimedFrame]:
        self.go_on.wait(10)
        if self.end:
            raise self.end
        yield TimedFrame(np.zeros((2, 2, 3), np.uint8), 0)


def test_a_driver_that_does_not_open_in_time_is_slow():
    hanging = HangingSource()
    late = threading.Event()

    def clock_ns() -> int:
        if late.is_set():
            hanging.go_on.set()  # it answers just too late, so that its thread can end
            return 31 * 10**9
        return 0

    work = record_clip(hanging, settings(), open_timeout_s=30, clock_ns=clock_ns)
    assert "opening" in next(work).text
    late.set()
    with pytest.raises(CameraError, match="within 30 s") as caught:
        next(work)
    assert caught.value.fault is CameraFault.SLOW


def test_a_failure_to_open_is_not_tried_again():
    hanging = HangingSource(faults.refused("C"))
    hanging.go_on.set()
    with pytest.raises(CameraError) as caught:
        run(record_clip(hanging, settings()))
    assert caught.value.fault is CameraFault.REFUSED


def test_too_large_a_recording_is_no_fault_of_the_camera():
    class Huge(HangingSource):
        def frames(self):
            for k in count():
                yield TimedFrame(np.broadcast_to(np.uint8(100), (4000, 4000, 3)), k)

    with pytest.raises(SourceError, match=r"would take 3\.1 GB") as caught:
        run(record_clip(Huge(), settings(frames=64)))
    assert not isinstance(caught.value, CameraError)
