"""Recording at 30 frames per second: how even, how complete (pytest -m benchmark -s tests/benchmarks)."""

import multiprocessing
from multiprocessing.synchronize import Event
from pathlib import Path

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


def serve(urls: "multiprocessing.Queue[str]", done: Event) -> None:
    pictures = [picture(number, (640, 480)) for number in range(ROUND)]
    with MjpegServer(fps=30, pictures=pictures) as server:
        for index in range(ROUND):
            server._coded(index)  # coded beforehand, so that the sender is punctual
        urls.put(server.url)
        done.wait(120)


@pytest.fixture
def camera_url():
    """Have a camera in a process of its own, as a real one does not share our interpreter."""
    context = multiprocessing.get_context("spawn")
    urls, done = context.Queue(), context.Event()
    process = context.Process(target=serve, args=(urls, done))
    process.start()
    yield urls.get(timeout=30)
    done.set()
    process.join()
    urls.close()
    urls.join_thread()


def test_record_jitter(camera_url: str, tmp_path: Path) -> None:
    deviations: list[float] = []
    dropped = 0
    for _ in range(4):
        clip: Clip = run(
            record_clip(CameraSource(camera_url), RecordSettings(64, countdown_s=0, mirrored=False))
        )
        counters = np.array([read_counter(frame) for frame in clip.frames])
        dropped += int(((np.diff(counters) - 1) % ROUND).sum())
        deviations += np.abs(clip.intervals_ms - 1000 / 30).tolist()
    median, p99 = np.percentile(deviations, [50, 99])
    print(
        f"\n640x480 at 30 fps, 256 frames: jitter median {median:.2f} ms, p99 {p99:.2f} ms, dropped {dropped}"
    )
