"""A camera as a source of frames: a webcam, or the address of an IP camera or phone.

The thread that iterates `CameraSource.frames` opens the camera, reads it and releases it, and nobody
else touches it: ``release()`` from another thread while ``read()`` blocks hangs (measured 3 of 3 times).

Motion JPEG from an address is fetched undecoded and decoded here: FFmpeg conceals damaged pictures and
OpenCV scales a changed picture back to the old size without a word; both must be told to the person.
"""

import sys
import time
from collections.abc import Callable, Generator
from contextlib import suppress
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.cv import cv2
from core.errors import CameraError, CameraFault, UsageError
from core.sources import camera_faults as faults
from core.sources.base import CAMERA_SCHEMES as SCHEMES
from core.sources.base import TimedFrame, is_address
from core.sources.camera_list import CameraInfo, backends, list_cameras, same_camera
from core.sources.camera_time import FrameClock
from core.sources.camera_watch import SILENT_S, CameraWatch
from core.sources.jpeg import JpegDecoder

Target = CameraInfo | str | int
Decoder = Callable[[NDArray[np.uint8]], NDArray[np.uint8] | None]
OPEN_TIMEOUT_MS = 5000
READ_TIMEOUT_MS = 2000
DEFAULT_SIZE = (640, 480)
DEFAULT_RATE = 30.0
_MJPG = cv2.VideoWriter.fourcc(*"MJPG")
_BREATHER_S = 0.05


class CameraSource:
    """Frames of one camera, for ever, not mirrored.

    Parameters
    ----------
    target
        A camera from `list_cameras`, its index or its name, or an address (``http://…``, ``rtsp://…``).
    open_timeout_ms, read_timeout_ms
        How long an address may take to answer and to send the next frame. Drivers of plugged-in cameras
        have their own limits (2 s on Linux).
    size, fps
        What a plugged-in camera is asked for; it gives what it can.
    capture, pause
        What opens it, and what waits between first attempts; tests hand in their own.
    clock_ns
        The time of a frame: `time.perf_counter_ns` is the monotonic clock, and on Windows finer than
        `time.monotonic_ns` (16 ms before Python 3.13).
    """

    live = True

    def __init__(
        self,
        target: Target,
        *,
        open_timeout_ms: int = OPEN_TIMEOUT_MS,
        read_timeout_ms: int = READ_TIMEOUT_MS,
        size: tuple[int, int] = DEFAULT_SIZE,
        fps: float = DEFAULT_RATE,
        capture: Callable[..., Any] = cv2.VideoCapture,
        pause: Callable[[float], None] = time.sleep,
        clock_ns: Callable[[], int] = time.perf_counter_ns,
    ) -> None:
        self._target = target
        self._open_timeout_ms = open_timeout_ms
        self._read_timeout_ms = read_timeout_ms
        self._size = size
        self._fps = fps
        self._capture = capture
        self._pause = pause
        self._clock_ns = clock_ns
        self._damaged = 0

    @property
    def target(self) -> Target:
        """What it was made from."""
        return self._target

    @property
    def name(self) -> str:
        """The camera's name, or its address without a password."""
        if isinstance(self._target, CameraInfo):
            return self._target.name
        if isinstance(self._target, int):
            return f"{self._target}"
        return faults.place(self._target) if is_address(self._target) else self._target

    @property
    def notes(self) -> tuple[str, ...]:
        """Tell of damaged frames that were left out."""
        if not self._damaged:
            return ()
        frames = "1 damaged frame was" if self._damaged == 1 else f"{self._damaged} damaged frames were"
        return (f"{frames} left out.",)

    def frames(self) -> Generator[TimedFrame, None, None]:
        """Open, deliver each whole frame with the time it was fetched, release.

        Frames of a new size are passed on. Times increase strictly, also over several openings.

        Raises
        ------
        CameraError
            Missing, busy, refused, slow, unplugged, damaged or frozen: while iterating, never before.
        """
        self._damaged = 0
        address = isinstance(self._target, str) and is_address(self._target)
        # Made before opening: loading its library takes 0.1 s, in which frames would queue up.
        decoder = JpegDecoder() if address else None
        camera = self._open()
        try:
            coded = decoder is not None and _fetches_coded(camera)
            yield from self._read(camera, decoder.decode if decoder and coded else _as_rgb, address)
        finally:
            camera.release()

    def _read(self, camera: Any, decode: Decoder, address: bool) -> Generator[TimedFrame, None, None]:
        clock = FrameClock(trusts_driver=not address and backends() == (cv2.CAP_V4L2,))
        # A little less than the timeout: the read that it ends must count as silence.
        silent_s = min(SILENT_S, 0.9 * self._read_timeout_ms / 1000) if address else SILENT_S
        watch = CameraWatch(self.name, self._clock_ns(), patient=not address, silent_s=silent_s)
        while True:
            arrived = camera.grab()
            now_ns = self._clock_ns()  # before decoding, which takes longer for some pictures
            content = _content(camera) if arrived else None
            if not arrived:
                watch.missed(now_ns)
                if watch.starting:
                    self._pause(_BREATHER_S)
                continue
            frame = None if content is None else decode(content)
            if content is None or frame is None:
                watch.damaged(now_ns)
                self._damaged = watch.damaged_count
                continue
            watch.good(content, now_ns)
            frame.setflags(write=False)
            yield TimedFrame(frame, clock.stamp(camera, now_ns))

    def _open(self) -> Any:
        if isinstance(self._target, str) and is_address(self._target):
            return self._open_address(self._target)
        reason: CameraError | None = None
        for place in self._places():
            reason = faults.why_no_device(self.name, place.path)
            if reason is None:
                camera = self._capture(place.index, place.backend)
                if camera.isOpened():
                    self._ask(camera)
                    return camera
                camera.release()
                reason = self._why_not_opened(place)
        raise reason or faults.missing(self.name)

    def _open_address(self, url: str) -> Any:
        began_ns = self._clock_ns()
        limits = [
            cv2.CAP_PROP_OPEN_TIMEOUT_MSEC, self._open_timeout_ms,
            cv2.CAP_PROP_READ_TIMEOUT_MSEC, self._read_timeout_ms,
        ]  # fmt: skip
        camera = self._capture(url, cv2.CAP_FFMPEG, limits)
        if camera.isOpened():
            return camera
        camera.release()
        took_ms = (self._clock_ns() - began_ns) / 1e6
        if took_ms >= 0.95 * self._open_timeout_ms:
            raise faults.slow(self.name, self._open_timeout_ms / 1000)
        raise faults.why_no_stream(url)

    def _places(self) -> tuple[CameraInfo, ...]:
        """Return where the camera is now; looked up afresh, as indices change with every plugging."""
        if isinstance(self._target, CameraInfo):
            return same_camera(self._target)
        if isinstance(self._target, str):
            found = resolve_camera(self._target)
            return same_camera(found) if isinstance(found, CameraInfo) else ()
        path = f"/dev/video{self._target}" if sys.platform.startswith("linux") else ""
        return tuple(CameraInfo(self.name, self._target, backend, path=path) for backend in backends())

    def _ask(self, camera: Any) -> None:
        """Ask for format, size and rate, in the order that drivers need; what comes is measured."""
        camera.set(cv2.CAP_PROP_FOURCC, _MJPG)
        camera.set(cv2.CAP_PROP_FRAME_WIDTH, self._size[0])
        camera.set(cv2.CAP_PROP_FRAME_HEIGHT, self._size[1])
        camera.set(cv2.CAP_PROP_FPS, self._fps)

    def _why_not_opened(self, place: CameraInfo) -> CameraError:
        if sys.platform == "darwin":
            return faults.refused(self.name)  # cameras are shared there: only the permission stops us
        # Without a device node to look at, an index that nobody listed is a camera that is not there.
        if not place.path and not any(camera.index == place.index for camera in list_cameras()):
            return faults.missing(self.name)
        return faults.busy(self.name)


def resolve_camera(text: str) -> Target:
    """Return what INDEX, NAME or URL on the command line means.

    A name may be shortened and its case does not matter, as long as only one camera fits.

    Raises
    ------
    UsageError
        If a name fits several cameras, or an address has an unknown scheme.
    CameraError
        If no camera has that name.
    """
    wanted = text.strip()
    if is_address(wanted):
        return wanted
    if "://" in wanted:
        schemes = ", ".join(f"{scheme}://" for scheme in SCHEMES)
        raise UsageError(f"A camera's address begins with {schemes}, not with {wanted.partition(':')[0]}://.")
    cameras = list_cameras()
    if wanted.isdecimal():
        return next((camera for camera in cameras if camera.index == int(wanted)), int(wanted))
    names = [camera for camera in cameras if wanted and wanted.casefold() in camera.name.casefold()]
    exact = [c for c in cameras if wanted.casefold() in (c.name.casefold(), c.path.casefold()) and wanted]
    fitting = exact or names
    if len(fitting) > 1:
        listed = ", ".join(f"{camera.index} {camera.name}" for camera in fitting)
        raise UsageError(f'"{wanted}" fits several cameras: choose one by its number ({listed}).')
    if not fitting:
        listed = ", ".join(camera.name for camera in cameras) or "none"
        raise CameraError(CameraFault.MISSING, f'There is no camera "{wanted}"; found: {listed}.')
    return fitting[0]


def _fetches_coded(camera: Any) -> bool:
    """Switch a motion JPEG stream to undecoded pictures; False for every other kind."""
    return int(camera.get(cv2.CAP_PROP_FOURCC)) == _MJPG and bool(camera.set(cv2.CAP_PROP_FORMAT, -1))


def _content(camera: Any) -> NDArray[np.uint8] | None:
    with suppress(cv2.error):
        fetched, content = camera.retrieve()
        if fetched and content is not None and content.size and content.dtype == np.uint8:
            return np.asarray(content, np.uint8)
    return None


def _as_rgb(picture: NDArray[np.uint8]) -> NDArray[np.uint8] | None:
    """Return an (H, W, 3) RGB frame of its own, or None for what is no picture."""
    if picture.ndim not in (2, 3) or min(picture.shape) == 0:
        return None
    channels = 1 if picture.ndim == 2 else picture.shape[2]
    if channels not in (1, 3):
        return None
    order = cv2.COLOR_GRAY2RGB if channels == 1 else cv2.COLOR_BGR2RGB
    return np.asarray(cv2.cvtColor(picture, order), np.uint8)
