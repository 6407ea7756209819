"""The GIF89a container around Pillow's LZW encoder.

Pillow's own writer (and so imageio's) merges equal neighbours into one frame and may sort or shrink colour
tables. Here every picture becomes one full frame, and index i is colour i.
"""

import struct
from itertools import pairwise
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

# A player that is asked for less waits 10 hundredths instead: all browsers do.
SHORTEST_DELAY = 2
MAX_SIDE = 0xFFFF
_BITS = 8  # of the LZW code, whatever the table's length: Pillow's encoder knows no other


def frame_delays(count: int, fps: float) -> tuple[int, ...]:
    """Return how long each frame stands, in hundredths of a second.

    The film's time is rounded, not each frame's: the sum is within half a hundredth of count / fps.
    Above 50 frames per second all frames stand for 2 hundredths (see `SHORTEST_DELAY`).
    """
    rate = min(fps, 100 / SHORTEST_DELAY)
    ends = [round(100 * i / rate) for i in range(count + 1)]
    return tuple(end - start for start, end in pairwise(ends))


def write_head(
    file: BinaryIO, size: tuple[int, int], table: NDArray[np.uint8], *, loop: bool, comment: str = ""
) -> None:
    """Write everything before the first frame.

    Parameters
    ----------
    file
        Open for writing, at its start.
    size
        (width, height), each at most 65535.
    table
        (K, 3) uint8 with 1 to 256 colours.
    loop
        For ever, or once.
    comment
        ASCII, at most 255 characters; what is longer is cut.
    """
    bits = max((len(table) - 1).bit_length(), 1)
    colors = np.zeros((1 << bits, 3), np.uint8)
    colors[: len(table)] = table
    file.write(b"GIF89a" + struct.pack("<HHBBB", *size, 0x80 | 0x70 | (bits - 1), 0, 0))
    file.write(colors.tobytes())
    if loop:
        file.write(b"\x21\xff\x0bNETSCAPE2.0\x03\x01\x00\x00\x00")
    text = comment.encode("ascii", "replace")[:255]
    if text:
        file.write(b"\x21\xfe" + bytes([len(text)]) + text + b"\x00")


def write_frame(
    file: BinaryIO,
    indices: NDArray[np.uint8],
    delay: int,
    corner: tuple[int, int] = (0, 0),
    unchanged: int | None = None,
) -> None:
    """Write one frame; the pictures before it stay where it does not lie over them.

    Parameters
    ----------
    indices
        (H, W) uint8.
    delay
        How long it stands, in hundredths of a second.
    corner
        (x, y) of its upper left corner in the picture.
    unchanged
        The index where what was there before stays, or None.
    """
    from PIL import Image

    height, width = indices.shape
    picture = Image.fromarray(np.ascontiguousarray(indices))
    flags = 1 << 2 | (unchanged is not None)
    file.write(struct.pack("<BBBBHBB", 0x21, 0xF9, 4, flags, delay, unchanged or 0, 0))
    file.write(struct.pack("<BHHHHB", 0x2C, *corner, width, height, 0))
    file.write(bytes([_BITS]) + picture.tobytes("gif", "L", _BITS, 0) + b"\x00")


def write_change(
    file: BinaryIO, before: NDArray[np.uint8], after: NDArray[np.uint8], delay: int, unchanged: int
) -> None:
    """Write what leads from one picture to the next, as one frame also where they are equal.

    Parameters
    ----------
    before, after
        (H, W) uint8 indices of whole pictures, neither of which has the index `unchanged`.
    """
    changed = before != after
    rows, columns = np.flatnonzero(changed.any(axis=1)), np.flatnonzero(changed.any(axis=0))
    top, bottom = (rows[0], rows[-1] + 1) if len(rows) else (0, 1)
    left, right = (columns[0], columns[-1] + 1) if len(columns) else (0, 1)
    part = np.s_[top:bottom, left:right]
    write_frame(
        file,
        np.where(changed[part], after[part], np.uint8(unchanged)),
        delay,
        (int(left), int(top)),
        unchanged,
    )


def write_tail(file: BinaryIO) -> None:
    """Write the end mark."""
    file.write(b"\x3b")
