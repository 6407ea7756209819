"""Videos: PyAV for exact times, rotation and real errors; OpenCV where PyAV cannot open a file.

A video from a stranger may be a playlist in disguise that makes the reader fetch addresses or other
files. So it is opened by its absolute path, with the only protocol ``file`` and a list of the container
formats that hold the frames themselves; playlists and scripts (HLS, DASH, concat, SDP, …) are not on it.
"""

from collections.abc import Generator, Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from core.errors import SourceError
from core.limits import MAX_FILE_FRAMES, MAX_FRAME_PIXELS
from core.playback import NS_PER_S
from core.sources.base import TimedFrame
from core.sources.files import FileSource, check_pixels, kind_of, regular_file
from core.sources.timing import FileClock, exact_ns
from core.sources.video_fallback import opencv_frames

if TYPE_CHECKING:
    from av.container import InputContainer
    from av.video.frame import VideoFrame
    from av.video.stream import VideoStream

CONTAINERS = (
    "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,avi,asf,flv,ogg,mpeg,mpegts,mpegvideo,m4v,h261,h263,h264,hevc,obu,"
    "ivf,nut,mxf,dv,gif,mjpeg,rm,vc1,amv,yuv4mpegpipe"
)
DEFAULT_RATE = Fraction(25)
# Colours of a stream that does not tell its matrix: BT.709 from HD on, as in players; else BT.601.
_UNTOLD, _BT709, _HD_SIDE = 2, 1, 720
# A header may count frames that carry no picture, and its duration is a rounded one: less than this share
# missing is not called damage.
_TOLERATED_FRAMES = 0.01
_TOLERATED_SECONDS = 0.05


class _UnopenedError(Exception):
    """PyAV does not know the file; OpenCV may."""


@dataclass(slots=True)
class _Reading:
    """What one pass over the file met."""

    decoded: int = 0
    errors: int = 0
    resized: int = 0
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class _Header:
    """What a file says about itself: frames counted (0: not told), nominal rate, seconds (0: not told)."""

    counted: int
    rate: Fraction
    seconds: float

    @property
    def length(self) -> int:
        """Frames, counted or estimated from the duration; 0 where the header does not tell."""
        return self.counted or round(self.seconds * self.rate)


class VideoFileSource(FileSource):
    """The first video stream of a file.

    Parameters
    ----------
    path
        The file; nothing is opened before `frames` runs.
    """

    def __init__(self, path: Path | str) -> None:
        super().__init__(path)
        self._estimate = False

    @property
    def length_is_estimate(self) -> bool:
        """Whether the last `length` came from the duration, because the header does not count frames."""
        return self._estimate

    def length(self) -> int | None:
        """Return how many frames the header speaks of, or None where it does not tell (cheap, no decoding).

        Raises
        ------
        SourceError
            If the file cannot be opened.
        """
        try:
            with _opened(regular_file(self.path)) as container:
                header = _header(container, _video_stream(container, self.name))
        except _UnopenedError:
            return None
        self._estimate = not header.counted
        return header.length or None

    def frames(self) -> Generator[TimedFrame, None, None]:
        """Open, deliver every frame in order, release.

        Raises
        ------
        SourceError
            No such file, not a video, no video stream, damaged beyond use, over a limit.
        """
        for frame in self.selected():
            if frame is not None:
                yield frame

    def selected(self, start: int = 0, step: int = 1) -> Generator[TimedFrame | None, None, None]:
        """Deliver frames `start`, `start + step`, …, and None for each one that is passed over.

        Frames passed over are decoded (the later ones need them) but not converted to RGB.

        Raises
        ------
        SourceError
            As `frames`.
        """
        self._notes = ()
        path = regular_file(self.path)
        try:
            yield from self._by_av(path, start, step)
        except _UnopenedError as problem:
            # Never for content that OpenCV could take for a playlist: it knows no list of formats.
            if kind_of(path) != "video":
                raise SourceError(f"{self.name} is not a video that can be read.") from problem
            yield from self._by_opencv(path, start, step)

    def _by_opencv(self, path: Path, start: int, step: int) -> Generator[TimedFrame | None, None, None]:
        index = -1
        for index, frame in enumerate(opencv_frames(path, self.name)):
            yield frame if _wanted(index, start, step) else None
        if index < 0:
            raise SourceError(f"{self.name} is damaged: it cannot be opened as a video.")

    def _by_av(self, path: Path, start: int, step: int) -> Generator[TimedFrame | None, None, None]:
        with _opened(path) as container:
            stream = _video_stream(container, self.name)
            header = _header(container, stream)
            clock = FileClock(round(NS_PER_S / header.rate))
            reading, turn = _Reading(), _Turn()
            shape: tuple[int, int] | None = None
            begin = 0
            for frame in _decoded(container, stream, reading):
                stamp = clock.stamp(exact_ns(frame.pts, frame.time_base))
                begin = begin if reading.decoded else stamp
                lasting = exact_ns(frame.duration, frame.time_base) or round(NS_PER_S / header.rate)
                reading.seconds = (stamp - begin + lasting) / NS_PER_S
                shape = shape or (frame.width, frame.height)
                reading.resized += (frame.width, frame.height) != shape
                wanted = _wanted(reading.decoded, start, step)
                reading.decoded += 1
                yield TimedFrame(_upright(frame, shape, turn), stamp) if wanted else None
                if reading.decoded >= MAX_FILE_FRAMES:
                    break
        if not reading.decoded:
            raise _UnopenedError("not one frame could be decoded")
        self._notes = _notes(reading, header)


def _wanted(index: int, start: int, step: int) -> bool:
    return index >= start and (index - start) % step == 0


def _opened(path: Path) -> "InputContainer":
    """Open a container that holds its own frames, and nothing else."""
    import av

    options = {"protocol_whitelist": "file", "format_whitelist": CONTAINERS}
    try:
        return av.open(str(path), "r", container_options=options)
    except (av.FFmpegError, UnicodeError) as error:
        raise _UnopenedError(str(error)) from error


def _video_stream(container: "InputContainer", name: str) -> "VideoStream":
    """Return the stream to show, its size checked before anything is decoded."""
    if not container.streams.video:
        raise SourceError(f"{name} holds no pictures (no video stream).")
    stream = container.streams.best("video") or container.streams.video[0]
    context: Any = stream.codec_context
    if context is None:
        raise _UnopenedError("no decoder")
    if context.width or context.height:
        check_pixels(name, context.width, context.height)
    # The stream may contradict its header later: the decoder then refuses by itself.
    context.options = {**context.options, "max_pixels": str(MAX_FRAME_PIXELS)}
    return stream  # type: ignore[return-value]


def _header(container: "InputContainer", stream: "VideoStream") -> _Header:
    rate = stream.average_rate or stream.guessed_rate or DEFAULT_RATE
    seconds = 0.0
    if stream.duration and stream.time_base:
        seconds = float(stream.duration * stream.time_base)
    elif container.duration and not container.streams.audio:
        seconds = container.duration / 1e6
    return _Header(max(int(stream.frames), 0), rate if rate > 0 else DEFAULT_RATE, seconds)


def _decoded(container: "InputContainer", stream: "VideoStream", reading: _Reading) -> Iterator["VideoFrame"]:
    """Yield frames, going on behind damaged packets."""
    import av

    packets = container.demux(stream)
    while True:
        try:
            packet = next(packets, None)
            frames = packet.decode() if packet is not None else []
        except av.EOFError:
            return
        except av.FFmpegError:
            reading.errors += 1
            if reading.errors > MAX_FILE_FRAMES:
                return
            continue
        if packet is None:
            return
        for frame in frames:
            reading.errors += bool(frame.is_corrupt)
            yield frame


class _Turn:
    """How the frames of a video are to be turned: the display matrix of the newest one, None without.

    WORKAROUND: in PyAV 18.1 a frame that was asked for its side data lives until the next garbage collection
    of Python, and hundreds of them may come before it. So only a frame whose angle is new is asked.
    """

    def __init__(self) -> None:
        self._angle: int | None = None
        self._matrix: NDArray[np.int32] | None = None

    def of(self, frame: "VideoFrame") -> NDArray[np.int32] | None:
        """Return the (3, 3) matrix of a frame."""
        from av.sidedata.sidedata import Type

        if frame.rotation != self._angle:
            self._angle = frame.rotation
            # By key: iterating gives the data up to PyAV 18 and the keys from 19 on.
            side_data: Any = frame.side_data
            turn = side_data.get(Type.DISPLAYMATRIX)
            self._matrix = None
            if turn is not None:
                self._matrix = np.frombuffer(bytes(turn), np.int32)[:9].reshape(3, 3)
        return self._matrix


def _upright(frame: "VideoFrame", shape: tuple[int, int], turn: _Turn) -> NDArray[np.uint8]:
    """Return the frame as fresh (H, W, 3) RGB, turned and mirrored as the file asks."""
    colors: dict[str, Any] = {}
    if frame.colorspace == _UNTOLD and not frame.format.is_rgb and min(frame.width, frame.height) >= _HD_SIDE:
        colors["src_colorspace"] = _BT709
    picture = frame.to_ndarray(format="rgb24", width=shape[0], height=shape[1], **colors)
    matrix = turn.of(frame)
    if matrix is not None:
        picture = _transformed(picture, matrix)
    # A copy that nothing of FFmpeg's memory stands behind.
    return np.array(picture, dtype=np.uint8, order="C", copy=True)


def _transformed(picture: NDArray[Any], matrix: NDArray[np.int32]) -> NDArray[Any]:
    """Apply a display matrix: x' = a x + c y, y' = b x + d y, to the nearest quarter turn and mirroring."""
    (a, b), (c, d) = matrix[0, :2].tolist(), matrix[1, :2].tolist()
    if abs(c) > abs(a):
        picture, flip_x, flip_y = picture.transpose(1, 0, 2), c < 0, b < 0
    else:
        flip_x, flip_y = a < 0, d < 0
    return picture[:: -1 if flip_y else 1, :: -1 if flip_x else 1]


def _notes(reading: _Reading, header: _Header) -> tuple[str, ...]:
    notes = []
    if promised := _promised(reading, header):
        notes.append(f"{reading.decoded} of {promised} frames; the rest of the file is damaged.")
    elif reading.errors:
        notes.append(f"{reading.decoded} frames, of which {reading.errors} are damaged.")
    if reading.resized:
        notes.append(f"{reading.resized} frames change their size; they are scaled to that of the first one.")
    if reading.decoded >= MAX_FILE_FRAMES:
        notes.append(f"Only the first {MAX_FILE_FRAMES} frames are used.")
    return tuple(notes)


def _promised(reading: _Reading, header: _Header) -> str:
    """Return how many frames there should have been, where they are fewer; "" where all are there."""
    if header.counted:
        missing = header.counted - reading.decoded
        damaged = missing > 0 and (reading.errors or missing > _TOLERATED_FRAMES * header.counted)
        return str(header.counted) if damaged else ""
    # Without a count only the time tells: frames of a variable rate cannot be counted from it.
    missing_s = header.seconds - reading.seconds
    tolerated = max(_TOLERATED_SECONDS * header.seconds, float(3 / header.rate))
    if missing_s <= tolerated or not reading.seconds:
        return ""
    return f"about {round(reading.decoded * header.seconds / reading.seconds)}"
