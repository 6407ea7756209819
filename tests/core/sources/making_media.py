"""Small media files with known content, for the tests of sources."""

from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray
from PIL import Image


def numbered_frames(count: int = 6, width: int = 32, height: int = 24) -> NDArray[np.uint8]:
    """Return frames of which no two are equal, no two channels, and no turned or mirrored one."""
    y, x = np.mgrid[:height, :width]
    base = np.stack([x * 5 % 256, y * 7 % 256, (x + 2 * y) * 3 % 256], axis=-1)
    frames = np.stack([(base + 11 * i) % 256 for i in range(count)]).astype(np.uint8)
    frames[:, : height // 3, : width // 4] = (250, 20, 20)
    return frames


def write_video(
    path: Path,
    frames: NDArray[np.uint8],
    codec: str = "ffv1",
    rate: int = 30,
    times_ms: Sequence[int] | None = None,
    rotation: int | None = None,
    matrix: Sequence[int] | None = None,
    options: dict[str, str] | None = None,
) -> Path:
    """Write RGB frames; ffv1 keeps every value (as bgr0)."""
    with av.open(str(path), "w", options=options or {}) as container:
        stream = container.add_stream(codec, rate=rate)
        stream.width, stream.height = frames.shape[2], frames.shape[1]
        stream.pix_fmt = "bgr0" if codec == "ffv1" else "yuv420p"
        if times_ms is not None:
            stream.codec_context.time_base = Fraction(1, 1000)
        if rotation is not None:
            stream.set_display_rotation(rotation)
        for index, picture in enumerate(frames):
            frame = av.VideoFrame.from_ndarray(picture, format="rgb24")
            frame.pts = index if times_ms is None else times_ms[index]
            frame.time_base = Fraction(1, rate) if times_ms is None else Fraction(1, 1000)
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
    return path


def write_animation(path: Path, frames: Sequence[NDArray[np.uint8]], durations: Sequence[int]) -> Path:
    """Write a GIF, APNG or WebP (lossless) with a duration in ms for each frame."""
    pictures = [Image.fromarray(frame) for frame in frames]
    more = {"lossless": True} if path.suffix == ".webp" else {}
    pictures[0].save(
        path, save_all=True, append_images=pictures[1:], duration=list(durations), loop=0, **more
    )
    return path


def few_colours(count: int = 5, width: int = 32, height: int = 24) -> NDArray[np.uint8]:
    """Return frames of a handful of colours, which a GIF keeps exactly."""
    frames = np.full((count, height, width, 3), (30, 60, 90), np.uint8)
    for index in range(count):
        frames[index, 4:12, 3 * index : 3 * index + 8] = (200, 180, 10)
        frames[index, 18:20] = (0, 255, 40 * index)
    return frames


def write_pictures(folder: Path, frames: Sequence[NDArray[np.uint8]], pattern: str = "frame{}.png") -> Path:
    """Write frame1.png, frame2.png, …"""
    folder.mkdir(exist_ok=True)
    for index, frame in enumerate(frames, start=1):
        Image.fromarray(frame).save(folder / pattern.format(index))
    return folder


def bare_gif(width: int, height: int, frames: int) -> bytes:
    """Return a tiny GIF that claims a size and a number of 1x1 frames."""
    size = width.to_bytes(2, "little") + height.to_bytes(2, "little")
    head = b"GIF89a" + size + b"\x80\x00\x00" + b"\x00\x00\x00\xff\xff\xff"
    frame = (
        b"\x21\xf9\x04\x00\x0a\x00\x00\x00"
        + b"\x2c\x00\x00\x00\x00\x01\x00\x01\x00\x00"
        + b"\x02\x02\x44\x01\x00"
    )
    return head + frame * frames + b"\x3b"
