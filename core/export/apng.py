"""The APNG writer: what a GIF loses of a recording is kept, and Wavecube and every browser read it again.

The input alone keeps every one of its colours; a mosaic or a feature volume has the pixels of its GIF. What a
GIF cannot do, this can: rates above 50 frames per second, and frames that last exactly 1/30 s. Recordings
become twice as large.

imageio could write the whole file, but it takes equal neighbours for one frame (16 became 1), rounds times to
milliseconds, and begins to write when the last frame is there, so nothing could be cancelled (2.38.1). So it
encodes each frame, and the container around them is made here, as the PNG specification (third edition,
2025, 11.3.6) has it: acTL counts the frames, an fcTL before each of them gives its time, and all frames but
the first are in fdAT chunks instead of IDAT.
"""

import struct
import zlib
from collections.abc import Generator, Iterator
from itertools import count
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core.export.content import film_steps
from core.export.job import ExportJob, FilmJob, Job
from core.export.pictures import Pictures, frame_time, picture_steps
from core.progress import Progress

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_GREY, _RGB, _TABLE = 0, 2, 3
# Of zlib: more takes three times as long and saves nothing, less adds a tenth (frames of a webcam).
_EFFORT = 4


def write_apng(job: Job, path: Path) -> Iterator[Progress]:
    """Write a job's animation.

    Raises
    ------
    ExportError
        If the picture would be too large, or the asked feature volume is not there.
    OSError
        If the file cannot be written.
    """
    pictures, color, table = yield from _pictures(job)
    delay = frame_time(job.export.fps)
    frames = len(pictures.order)
    with path.open("wb") as file:
        header = struct.pack(">IIBBBBB", pictures.width, pictures.height, 8, color, 0, 0, 0)
        file.write(_SIGNATURE + _chunk(b"IHDR", header))
        file.write(_chunk(b"acTL", struct.pack(">II", frames, 0 if job.export.loop else 1)))
        if table:
            file.write(_chunk(b"PLTE", table))
        numbers = count()
        for done, frame in enumerate(pictures.order):
            yield Progress(done, frames, "writing frame")
            place = (next(numbers), pictures.width, pictures.height, 0, 0)
            file.write(_chunk(b"fcTL", struct.pack(">IIIIIHHBB", *place, *delay.as_integer_ratio(), 0, 0)))
            data = _encoded(pictures.picture(frame))
            if done:
                file.write(_chunk(b"fdAT", struct.pack(">I", next(numbers)) + data))
            else:
                file.write(_chunk(b"IDAT", data))
        file.write(_chunk(b"IEND", b""))
    yield Progress(frames, frames, "writing frame")


def _pictures(job: Job) -> Generator[Progress, None, tuple[Pictures, int, bytes]]:
    """Return the pictures, how their pixels are meant, and the table as bytes (b"" without one).

    A film that is drawn in colour takes the table of its GIF: as RGB its file would be four times as large.
    """
    if isinstance(job, FilmJob):
        film = yield from film_steps(job)
        pictures = Pictures(film.width, film.height, film.order, film.picture, film.table)
    else:
        pictures = yield from picture_steps(job)
    if pictures.table is not None:
        return pictures, _TABLE, pictures.table.tobytes()
    return pictures, _GREY if isinstance(job, ExportJob) and job.clip.channels == 1 else _RGB, b""


def _encoded(picture: NDArray[np.uint8]) -> bytes:
    """Return what stands in the IDAT chunks of one picture; indices are written as if they were greys."""
    import imageio.v3 as iio

    content = iio.imwrite(
        "<bytes>", picture, plugin="pillow", extension=".png", is_batch=False, compress_level=_EFFORT
    )
    data, at = b"", len(_SIGNATURE)
    while at < len(content):
        length, kind = struct.unpack_from(">I4s", content, at)
        data += content[at + 8 : at + 8 + length] if kind == b"IDAT" else b""
        at += 12 + length
    return data


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
