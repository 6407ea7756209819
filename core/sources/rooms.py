"""Where the frames of a clip go while they are read: into memory, or onto the disk."""

from math import sqrt
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from core.clip import fitted_frame
from core.limits import FREE_MEMORY_SHARE, MAX_CLIP_BYTES, free_memory, megabytes
from core.spool import Spool


class Room(Protocol):
    """Takes frames of one size, one after another; its own frames may have another size."""

    @property
    def notes(self) -> list[str]:
        """What a person should know about the size of its frames, as sentences."""

    def put(self, index: int, frame: NDArray[np.uint8]) -> None:
        """Take frame number `index`, (H, W, 3) uint8; it may be overwritten afterwards."""

    def frames(self, count: int) -> NDArray[np.uint8]:
        """Return the first `count` frames, (count, H', W', 3) uint8, read-only; called once, at the end."""


class MemoryRoom:
    """Frames in memory; made smaller where all of them would be over the byte budget.

    Parameters
    ----------
    count
        How many frames there may be.
    width, height
        Their size.
    """

    def __init__(self, count: int, width: int, height: int) -> None:
        self.notes: list[str] = []
        budget = min(MAX_CLIP_BYTES, int(free_memory() * FREE_MEMORY_SHARE))
        needed = count * height * width * 3
        if needed > budget:
            scale = sqrt(budget / needed)
            small = max(1, int(width * scale)), max(1, int(height * scale))
            self.notes.append(
                f"Frames are reduced from {width}x{height} to {small[0]}x{small[1]} pixels: "
                f"{count} of them would take {megabytes(needed)}, the limit is {megabytes(budget)}."
            )
            width, height = small
        self._stack: NDArray[np.uint8] = np.empty((count, height, width, 3), np.uint8)

    def put(self, index: int, frame: NDArray[np.uint8]) -> None:
        """Take one frame."""
        target = self._stack[index]
        target[...] = fitted_frame(frame, target.shape[1], target.shape[0])

    def frames(self, count: int) -> NDArray[np.uint8]:
        """Return the first `count` frames."""
        # Not through `Clip.from_frames`: it would copy what may be half a gigabyte.
        self._stack.setflags(write=False)
        return self._stack[:count]


class DiskRoom:
    """Frames on the disk, any number of them.

    Parameters
    ----------
    spool
        What owns the disk space; the frames are valid until it is closed.
    width, height
        The size that frames are brought to.
    """

    def __init__(self, spool: Spool, width: int, height: int) -> None:
        self.notes: list[str] = []
        self._file = spool.file()
        self._shape = (height, width, 3)

    def put(self, index: int, frame: NDArray[np.uint8]) -> None:
        """Take one frame."""
        small = np.ascontiguousarray(fitted_frame(frame, self._shape[1], self._shape[0]))
        self._file.write(index * small.nbytes, small)

    def frames(self, count: int) -> NDArray[np.uint8]:
        """Return the first `count` frames."""
        return self._file.array((count, *self._shape), np.uint8)
