"""A camera for tests: motion JPEG over HTTP on 127.0.0.1, with faults to order.

    with MjpegServer(fps=60) as server:          # or scene="stall", after=5, …
        cv2.VideoCapture(server.url, …)          # the real thing: what a phone or an IP camera does
        server.unplug(); server.replug()         # or server.show("frozen"): from the next frame on

Every picture carries its number (16 black or white blocks along the top edge), red to the left and blue
to the right, so a test knows which frame it got and which way round: see `read_counter`. Numbers go up
by one for each picture sent, over all connections. Leaving the ``with`` block joins every thread.
"""

import socket
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import cache

import numpy as np
from numpy.typing import NDArray

from core.cv import cv2

SCENES = (
    "normal", "unplug", "stall", "never-answers", "404", "corrupt", "truncated", "garbage", "new-size",
    "frozen", "dark",
)  # fmt: skip
BITS = 16
_OK = b"HTTP/1.0 200 OK\r\nContent-Type: multipart/x-mixed-replace; boundary=frame\r\n\r\n"
_NOT_FOUND = b"HTTP/1.0 404 Not Found\r\nContent-Length: 0\r\n\r\n"


def picture(counter: int, size: tuple[int, int] = (160, 120)) -> NDArray[np.uint8]:
    """Draw frame number `counter`: (H, W, 3) uint8 RGB; `size` is (width, height)."""
    width, height = size
    frame = np.empty((height, width, 3), np.uint8)
    frame[:, : width // 2], frame[:, width // 2 :] = (200, 40, 40), (40, 40, 200)
    frame[:, :, 1] += (np.arange(width) * 5 % 64).astype(np.uint8)
    for bit, (left, right) in enumerate(_blocks(width)):
        frame[: height // 4, left:right] = 255 if counter >> bit & 1 else 0
    return frame


def read_counter(frame: NDArray[np.uint8]) -> int:
    """Return the number in a picture, whichever way round it is."""
    upright = frame[:, ::-1] if is_mirrored(frame) else frame
    band = upright[2 : frame.shape[0] // 4 - 2].mean(axis=(0, 2))
    blocks = [band[left + 1 : right - 1].mean() > 127 for left, right in _blocks(frame.shape[1])]
    return sum(int(bright) << bit for bit, bright in enumerate(blocks))


def is_mirrored(frame: NDArray[np.uint8]) -> bool:
    """Tell whether red, which is sent to the left, is to the right; the frame is RGB."""
    floor = frame[frame.shape[0] // 2 :, : frame.shape[1] // 2]
    return bool(floor[..., 2].mean() > floor[..., 0].mean())


def _blocks(width: int) -> list[tuple[int, int]]:
    return [(width * i // BITS, width * (i + 1) // BITS) for i in range(BITS)]


class MjpegServer:
    """Serve a scene until closed.

    Parameters
    ----------
    scene
        One of `SCENES`; faults begin after `after` good pictures, "dark" ends after them, and
        "never-answers" and "404" begin at once. After "unplug" the camera is away until `replug`.
    fps, size
        Pictures per second; (width, height).
    pictures
        RGB frames to send round and round instead of the numbered ones.
    delay_s
        Extra seconds before picture number k is sent: a scripted jitter.
    """

    def __init__(
        self,
        scene: str = "normal",
        fps: float = 30.0,
        size: tuple[int, int] = (160, 120),
        after: int = 10,
        pictures: Sequence[NDArray[np.uint8]] = (),
        delay_s: Callable[[int], float] = lambda number: 0.0,
    ) -> None:
        assert scene in SCENES
        self.scene, self.fps, self.size, self.after = scene, fps, size, after
        self.pictures, self.delay_s = pictures, delay_s
        self.sent = 0
        self.sent_ns: list[int] = []  # when each picture was sent, on the clock of `time.perf_counter_ns`
        self.connections = 0
        self._closed = threading.Event()
        self._changed = threading.Condition()
        self._open: set[socket.socket] = set()
        self._threads: list[threading.Thread] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}/video"

    def __enter__(self) -> "MjpegServer":
        self._spawn(self._accept)
        return self

    def __exit__(self, *_: object) -> None:
        self._closed.set()
        # A connection of our own wakes accept() on every platform; closing the listener does not.
        with suppress(OSError):
            socket.create_connection(self._listener.getsockname(), 1).close()
        self._threads[0].join()  # from now on no connection can appear behind our back
        self._hang_up()
        for thread in self._threads[1:]:
            thread.join()
        self._listener.close()

    @property
    def connected(self) -> bool:
        """Whether a client is connected now."""
        return bool(self._open)

    def show(self, scene: str) -> None:
        """Change the scene of running and coming connections, from the next picture on."""
        assert scene in SCENES
        self.scene, self.after = scene, self.sent if scene == "dark" else 0

    def unplug(self) -> None:
        """Close every connection and hang up on new ones."""
        self.show("unplug")
        self._hang_up()

    def replug(self, scene: str = "normal") -> None:
        """Answer again."""
        self.show(scene)

    def wait_until(self, condition: Callable[[], bool], timeout_s: float = 10.0) -> None:
        """Wait until `condition` holds after a picture or a connection: ``lambda: server.sent >= 5``."""
        with self._changed:
            assert self._changed.wait_for(condition, timeout_s), f"not within {timeout_s} s"

    def _spawn(self, work: Callable[..., None], *arguments: object) -> None:
        thread = threading.Thread(target=work, args=arguments, name="mjpeg-server")
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        while True:
            connection, _ = self._listener.accept()
            if self._closed.is_set():
                connection.close()
                return
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._open.add(connection)
            with self._changed:
                self.connections += 1
                self._changed.notify_all()
            self._spawn(self._serve, connection)

    def _hang_up(self) -> None:
        for connection in list(self._open):
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    def _serve(self, connection: socket.socket) -> None:
        with suppress(OSError), connection:
            if self._answer(connection):
                self._stream(connection)
        self._open.discard(connection)

    def _answer(self, connection: socket.socket) -> bool:
        """Read the request and say whether a stream follows."""
        request = b""
        while b"\r\n\r\n" not in request:
            if not (part := connection.recv(4096)):
                return False
            request += part
        if self.scene == "404":
            connection.sendall(_NOT_FOUND)
        elif self.scene == "never-answers":
            connection.recv(1)  # returns when one of us hangs up
        elif not self._away:
            connection.sendall(_OK)
            return True
        return False

    @property
    def _away(self) -> bool:
        return self.scene == "unplug" and self.sent >= self.after

    def _stream(self, connection: socket.socket) -> None:
        due = time.monotonic()
        while True:
            data = self._jpeg(self.sent)
            pause = due + self.delay_s(self.sent) - time.monotonic()
            if self._closed.wait(max(pause, 0)) or self._away:
                return
            if self.scene == "stall" and self.sent >= self.after:
                connection.recv(1)
                return
            self.sent_ns.append(time.perf_counter_ns())
            head = f"--frame\r\nContent-Type: image/jpeg\r\nContent-Length: {len(data)}\r\n\r\n"
            connection.sendall(head.encode() + data + b"\r\n")
            with self._changed:
                self.sent += 1
                self._changed.notify_all()
            due += 1 / self.fps

    def _jpeg(self, number: int) -> bytes:
        fault = self.scene if (number >= self.after) != (self.scene == "dark") else "normal"
        if fault == "garbage":
            return b"this is not a picture" * 50
        if fault == "frozen":
            number = self.after
        if self.pictures and fault in ("normal", "frozen"):
            return self._coded(number % len(self.pictures))
        frame = self.pictures[number % len(self.pictures)] if self.pictures else None
        if frame is None:
            half = (self.size[0] // 2, self.size[1] // 2)
            frame = picture(number, half if fault == "new-size" else self.size)
        if fault == "dark":
            frame = np.full_like(frame, 3 * (number % 4))
        data = _jpeg_of(frame)
        if fault == "truncated":
            return data[: len(data) // 2]
        if fault == "corrupt":
            middle = len(data) * 2 // 3
            return data[:middle] + bytes(np.random.default_rng(number).bytes(80)) + data[middle + 80 :]
        return data

    @cache  # noqa: B019 (a server lives as long as its test)
    def _coded(self, index: int) -> bytes:
        return _jpeg_of(self.pictures[index])


def _jpeg_of(frame: NDArray[np.uint8]) -> bytes:
    return cv2.imencode(".jpg", np.ascontiguousarray(frame[..., ::-1]))[1].tobytes()


def wait_for(condition: Callable[[], bool], timeout_s: float = 10.0) -> None:
    """Poll until `condition` holds; for things that cannot be waited on, such as a status."""
    deadline, tick = time.monotonic() + timeout_s, threading.Event()
    while not condition():
        assert time.monotonic() < deadline, f"not within {timeout_s} s"
        tick.wait(0.002)
