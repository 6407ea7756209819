import threading
from collections.abc import Iterator

import numpy as np
import pytest

from core.capture import CaptureLoop, CaptureState
from core.errors import CameraFault
from core.ring import FrameRing
from core.sources import camera_faults as faults
from core.sources.base import TimedFrame
from core.sources.camera import CameraSource
from tests.mjpeg_server import MjpegServer, read_counter, wait_for

MS = 1_000_000


class ScriptedSource:
    """Each opening plays the next script: sizes of frames 33 ms apart, and how it ends."""

    name, live, notes = "scripted", True, ()

    def __init__(self, *scripts: tuple[list[int], Exception | None]) -> None:
        self.scripts = list(scripts)
        self.now_ns = 0
        self.opened = threading.Event()
        self.go_on = threading.Event()
        self.go_on.set()
        self.threads: set[int] = set()

    def frames(self) -> Iterator[TimedFrame]:
        self.threads.add(threading.get_ident())
        self.opened.set()
        assert self.go_on.wait(10)
        sizes, end = self.scripts.pop(0) if self.scripts else ([], faults.missing("scripted"))
        try:
            for size in sizes:
                self.now_ns += 33 * MS
                yield TimedFrame(np.zeros((size, 2 * size, 3), np.uint8), self.now_ns)
            if end is not None:
                raise end
        finally:
            self.threads.add(threading.get_ident())


class Waits:
    """Remembers how long the loop would have waited, and ends it after so many times."""

    def __init__(self, count: int) -> None:
        self.seconds: list[float] = []
        self.count = count
        self.statuses: list[object] = []
        self.loop: CaptureLoop | None = None

    def __call__(self, seconds: float) -> bool:
        self.seconds.append(round(seconds, 3))
        self.statuses.append(self.loop.status)
        return len(self.seconds) >= self.count


def played(source: ScriptedSource, attempts: int) -> tuple[Waits, FrameRing]:
    ring, waits = FrameRing(1000), Waits(attempts)
    waits.loop = CaptureLoop(source, ring, wait=waits)
    waits.loop.start()
    wait_for(lambda: not waits.loop.alive)
    assert waits.loop.stop()
    return waits, ring


@pytest.fixture
def running():
    """Start loops on servers and stop them whatever happens."""
    loops = []

    def run(server: MjpegServer, timeout_ms: int = 5000) -> tuple[CaptureLoop, FrameRing]:
        source = CameraSource(server.url, open_timeout_ms=timeout_ms, read_timeout_ms=timeout_ms)
        ring = FrameRing(1000)
        loop = CaptureLoop(source, ring)
        loops.append(loop)
        loop.start()
        return loop, ring

    yield run
    assert all(loop.stop() for loop in loops)
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("capture")]


def test_frames_of_a_real_stream_arrive_in_order(running):
    with MjpegServer(fps=100) as server:
        loop, ring = running(server)
        assert ring.wait_beyond(19, 10)
        wait_for(lambda: loop.status.fps > 0)
        status = loop.status
        assert loop.stop()
    assert (status.state, status.fault, status.sentence) == (CaptureState.RUNNING, None, "")
    assert (status.width, status.height) == (160, 120)
    counters = [read_counter(timed.frame) for _, timed in ring.since(0)]
    assert counters == list(range(len(counters)))
    assert loop.status.state is CaptureState.STOPPED


def test_the_rate_is_measured_from_the_times():
    source = ScriptedSource(([4] * 50, None))
    waits, _ = played(source, 1)
    assert waits.statuses[0].fps == 0.0, "a lost camera has no rate"
    ring = FrameRing()
    loop = CaptureLoop(source, ring)
    for k in range(40):
        loop._take(TimedFrame(np.zeros((2, 2, 3), np.uint8), k * 40 * MS))
    assert loop.status.fps == pytest.approx(25)


def test_attempts_come_ever_more_slowly_and_start_anew_after_a_frame():
    lost = faults.missing("C")
    source = ScriptedSource(*[([], lost)] * 6, ([4], faults.unplugged("C")), ([], lost), ([], lost))
    waits, _ = played(source, 9)
    assert waits.seconds == [0.1, 0.2, 0.4, 0.8, 1.6, 2.0, 0.1, 0.2, 0.4]


def test_every_loss_is_in_the_status():
    ends = [faults.busy("C"), faults.refused("C"), faults.frozen("C", 3), faults.damaged("C")]
    waits, _ = played(ScriptedSource(*[([4], end) for end in ends]), 4)
    assert [status.fault for status in waits.statuses] == [end.fault for end in ends]
    assert [status.sentence for status in waits.statuses] == [str(end) for end in ends]
    assert {status.state for status in waits.statuses} == {CaptureState.LOST}
    assert all((status.width, status.height) == (8, 4) for status in waits.statuses)


def test_numbers_go_on_after_a_reconnection():
    _, ring = played(ScriptedSource(([4] * 3, faults.unplugged("C")), ([4] * 2, None)), 2)
    assert [number for number, _ in ring.since(0)] == [1, 2, 3, 4, 5]


def test_a_source_that_just_ends_counts_as_unplugged():
    waits, _ = played(ScriptedSource(([4], None)), 1)
    assert waits.statuses[0].fault is CameraFault.UNPLUGGED


def test_a_defect_is_told_and_the_loop_goes_on(caplog):
    waits, ring = played(ScriptedSource(([4], ZeroDivisionError("x")), ([4], None)), 2)
    assert "unexpected reason (ZeroDivisionError)" in waits.statuses[0].sentence
    assert len(ring.since(0)) == 2
    assert "Traceback" in caplog.text
    caplog.clear()


def test_a_change_of_size_is_told_for_five_seconds_while_frames_go_on():
    loop = CaptureLoop(ScriptedSource(), FrameRing())
    told = []
    for k in range(200):
        size = 4 if k < 10 else 8
        loop._take(TimedFrame(np.zeros((size, size, 3), np.uint8), k * 33 * MS))
        told.append(loop.status)
    assert {status.state for status in told} == {CaptureState.RUNNING}
    news = [k for k, status in enumerate(told) if status.fault is CameraFault.NEW_SIZE]
    assert news == list(range(10, 10 + len(news)))
    assert len(news) * 33 == pytest.approx(5000, abs=40)
    assert "from 4x4 to 8x8" in told[10].sentence
    assert told[-1].sentence == ""


def test_a_camera_that_takes_long_to_open_is_told():
    source = ScriptedSource(([4], None))
    source.go_on.clear()
    now = [0]
    waits = Waits(1)
    loop = waits.loop = CaptureLoop(source, FrameRing(), wait=waits, clock_ns=lambda: now[0])
    loop.start()
    assert source.opened.wait(10)
    assert (loop.status.state, loop.status.fault) == (CaptureState.OPENING, None)
    assert "Opening scripted" in loop.status.sentence
    now[0] = 4000 * MS
    assert (loop.status.state, loop.status.fault) == (CaptureState.OPENING, CameraFault.SLOW)
    assert "takes long" in loop.status.sentence
    source.go_on.set()
    assert loop.stop()


def test_one_thread_opens_and_releases():
    source = ScriptedSource(*[([4] * 5, faults.unplugged("C"))] * 3)
    played(source, 3)
    assert len(source.threads) == 1
    assert threading.get_ident() not in source.threads


def test_unplugged_and_back(running):
    with MjpegServer(fps=100) as server:
        loop, ring = running(server)
        assert ring.wait_beyond(5, 10)
        server.unplug()
        wait_for(lambda: loop.status.state is CaptureState.LOST)
        assert loop.status.sentence.endswith(".")
        before, last = ring.latest()
        server.replug()
        wait_for(lambda: loop.status.state is CaptureState.RUNNING)
        assert ring.wait_beyond(before + 3, 10)
        times = [timed.timestamp_ns for _, timed in ring.since(0)]
        assert times == sorted(set(times))
        assert [number for number, _ in ring.since(0)] == list(range(1, len(times) + 1))
        assert read_counter(ring.latest()[1].frame) > read_counter(last.frame)


@pytest.mark.parametrize("scene", ["stall", "never-answers", "404", "unplug"])
def test_it_stops_whatever_the_camera_does(running, scene):
    with MjpegServer(scene, fps=200, after=0) as server:
        loop, _ = running(server, timeout_ms=400)
        server.wait_until(lambda: server.connections > 0)
        assert loop.stop(timeout_s=5)
        assert not loop.alive


def test_asking_to_stop_does_not_wait(running):
    with MjpegServer("never-answers") as server:
        loop, _ = running(server, timeout_ms=1000)
        server.wait_until(lambda: server.connections > 0)
        loop.ask_to_stop()
        assert loop.alive, "the open timeout has not passed yet"
        assert loop.stop()
        assert loop.status.state is CaptureState.STOPPED


def test_stopping_twice_or_before_the_start_is_harmless():
    loop = CaptureLoop(ScriptedSource(), FrameRing())
    assert loop.stop()
    assert loop.stop()
    assert loop.status.state is CaptureState.STOPPED


def test_a_loop_runs_once():
    source = ScriptedSource()
    loop = CaptureLoop(source, FrameRing())
    loop.start()
    with pytest.raises(RuntimeError, match="only once"):
        loop.start()
    assert loop.stop()
