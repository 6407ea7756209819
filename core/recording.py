"""Record one clip without a window: capture thread, ring and recorder put together."""

import time
from collections.abc import Callable, Iterator
from dataclasses import replace

from core.capture import CaptureLoop, CaptureState
from core.clip import Clip
from core.errors import CameraError, CameraFault, SourceError
from core.progress import Progress
from core.recorder import Recorder, RecorderState, RecorderStatus
from core.ring import FrameRing
from core.settings import RecordSettings
from core.sources import camera_faults as faults
from core.sources.base import FrameSource

OPEN_TIMEOUT_S = 30.0  # some Windows drivers need 20 s
_POLL_S = 0.05
_HUNG_DRIVER_S = 10.0


def record_clip(
    source: FrameSource,
    settings: RecordSettings,
    *,
    open_timeout_s: float = OPEN_TIMEOUT_S,
    clock_ns: Callable[[], int] = time.perf_counter_ns,
) -> Iterator[Progress | Clip]:
    """Open a camera, count down, warm up, record, release.

    Yields `Progress` at least 20 times a second and ends with the clip. Closing the generator (or
    Ctrl-C) releases the camera.

    Raises
    ------
    CameraError
        If the camera cannot be opened, or fails before the clip is complete: nobody is there who could
        plug it in again, so it does not wait for its return.
    SourceError
        If the clip would be too large.
    """
    ring = FrameRing()
    loop = CaptureLoop(source, ring, clock_ns=clock_ns)
    loop.start()
    try:
        yield from _until_running(loop, ring, open_timeout_s, clock_ns)
        recorder = Recorder(settings)
        yield from _until_done(recorder, loop, ring, clock_ns)
    finally:
        loop.stop(_HUNG_DRIVER_S)
    assert recorder.clip is not None
    notes = (recorder.clip.note, *source.notes)
    yield replace(recorder.clip, note=" ".join(note for note in notes if note))


def _until_running(
    loop: CaptureLoop, ring: FrameRing, timeout_s: float, clock_ns: Callable[[], int]
) -> Iterator[Progress | Clip]:
    deadline_ns = clock_ns() + round(timeout_s * 1e9)
    while (status := loop.status).state is not CaptureState.RUNNING:
        if status.state is CaptureState.LOST:
            raise CameraError(status.fault or CameraFault.MISSING, status.sentence)
        if clock_ns() > deadline_ns:
            raise faults.slow(loop.source.name, timeout_s)
        yield Progress(0, 0, f"opening {loop.source.name}")
        ring.wait_beyond(0, _POLL_S)


def _until_done(
    recorder: Recorder, loop: CaptureLoop, ring: FrameRing, clock_ns: Callable[[], int]
) -> Iterator[Progress | Clip]:
    seen = 0
    recorder.start(clock_ns())
    while recorder.status.active:
        yield _progress(recorder.status)
        ring.wait_beyond(seen, _POLL_S)
        # Asked before the ring: frames that came before a loss still count.
        status = loop.status
        recorder.tick(clock_ns())
        for number, frame in ring.since(seen):
            seen = number
            recorder.offer(frame)
        if status.state is CaptureState.LOST:
            recorder.fail(status.sentence, status.fault)
    end = recorder.status
    if end.state is not RecorderState.DONE:
        raise CameraError(end.fault, end.sentence) if end.fault else SourceError(end.sentence)
    yield _progress(end)


def _progress(status: RecorderStatus) -> Progress:
    if status.state is RecorderState.COUNTDOWN:
        return Progress(0, status.total, f"recording begins in {status.remaining_s}")
    text = "the camera adjusts" if status.state is RecorderState.WARMING else "recording"
    return Progress(status.captured, status.total, text)
