"""Recording at 30 frames per second: how even, how complete (pytest -m benchmark -s tests/benchmarks)."""

import multiprocessing
from multiprocessing.connection import Connection

import numpy as np
import pytest

from core.clip import Clip
from core.progress import run
from core.recording import record_clip
from core.settings import RecordSettings
from core.sources.camera import CameraSource
from tests.mjpeg_server import MjpegServer, picture, read_counter

ROUND = 64
pytestmark = pytest.mark.benchmark


def serve(pipe: Connection) -> None:
    pictures = [picture(number, (640, 480)) for number in range(ROUND)]
    with MjpegServer(fps=30, pictures=pictures) as server:
        for index in range(ROUND):
            server._coded(index)  # coded beforehand, so that the sender is punctual
        pipe.send(server.url)
        pipe.recv()
        pipe.send(server.sent_ns)


@pytest.fixture
def camera():
    """Have a camera in a process of its own, as a real one does not share our interpreter."""
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe()
    process = context.Process(target=serve, args=(there,))
    process.start()
    yield here
    process.join()
    here.close()
    there.close()


def percentiles(intervals_ms: np.ndarray) -> str:
    median, p99 = np.percentile(np.abs(intervals_ms - 1000 / 30), [50, 99])
    return f"median {median:.2f} ms, p99 {p99:.2f} ms"


def test_record_jitter(camera: Connection) -> None:
    url = camera.recv()
    intervals: list[float] = []
    dropped = 0
    for _ in range(4):
        clip: Clip = run(record_clip(CameraSource(url), RecordSettings(64, countdown_s=0, mirrored=False)))
        counters = np.array([read_counter(frame) for frame in clip.frames])
        dropped += int(((np.diff(counters) - 1) % ROUND).sum())
        intervals += clip.intervals_ms.tolist()
    camera.send("done")
    sent_ms = np.diff(camera.recv()) / 1e6
    sender = percentiles(sent_ms[sent_ms < 200])  # without the pauses between recordings
    print(f"\n640x480 at 30 fps, 256 frames: jitter {percentiles(np.array(intervals))}; dropped {dropped}")
    print(f"of which the sender's own (the machine's other work shows here): {sender}")
