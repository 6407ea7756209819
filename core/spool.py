"""Arrays that are too large for memory: files without a name, beside what is being made of them.

A long clip and its feature volumes are written there piece by piece and then looked at as ordinary
read-only arrays: the system reads what is touched. The files never have a name (on Windows: the system
deletes them with their last handle), so nothing is left of them, however the process ends.

They lie in the folder of the result, where there is a disk; the folder for temporary files is memory on
many machines.
"""

import mmap
import shutil
import tempfile
from collections.abc import Generator, Iterator
from contextlib import suppress
from pathlib import Path
from typing import IO, Any, Self, TypeVar

import numpy as np
from numpy.typing import DTypeLike, NDArray

from core.errors import BudgetError, ExportError
from core.limits import megabytes

Step = TypeVar("Step")


class SpoolFile:
    """One array on the disk: written first, in any order, then seen as a whole. See `Spool.file`."""

    def __init__(self, file: IO[bytes], folder: Path) -> None:
        self._file = file
        self._folder = folder
        self._map: mmap.mmap | None = None

    def write(self, offset: int, part: NDArray[Any]) -> None:
        """Write a part of the array, C-contiguous, from byte `offset` on.

        Raises
        ------
        ExportError
            If the disk is full, or refuses for another reason.
        """
        rest = part.reshape(-1).view(np.uint8).data
        try:
            self._file.seek(offset)
            while rest:
                rest = rest[self._file.write(rest) :]
        except OSError as error:
            raise ExportError(_refusal(error, self._folder)) from error

    def array(self, shape: tuple[int, ...], dtype: DTypeLike) -> NDArray[Any]:
        """Return what has been written; read-only, valid until the spool is closed. Once for each file."""
        try:
            self._map = mmap.mmap(self._file.fileno(), 0, access=mmap.ACCESS_READ)
        except OSError as error:
            raise ExportError(_refusal(error, self._folder)) from error
        return np.frombuffer(self._map, dtype, int(np.prod(shape))).reshape(shape)

    def release(self) -> None:
        """Let go of the memory that what was looked at takes; it is read again when it is looked at again."""
        # Windows has no such request; there the system trims the pages of files by itself.
        if self._map is not None and hasattr(mmap, "MADV_DONTNEED"):
            self._map.madvise(mmap.MADV_DONTNEED)

    def close(self) -> None:
        """Give the disk space back. Arrays that are still held keep it until they go."""
        with suppress(BufferError, OSError):
            if self._map is not None:
                self._map.close()
        self._map = None
        with suppress(OSError):
            self._file.close()


class Spool:
    """The files of one long piece of work; a context manager that leaves nothing behind.

    Parameters
    ----------
    folder
        Where the disk space is taken.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._files: list[SpoolFile] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def folder(self) -> Path:
        """Where the disk space is taken."""
        return self._folder

    def file(self) -> SpoolFile:
        """Return a new file, which belongs to the spool.

        Raises
        ------
        ExportError
            If the folder cannot hold it.
        """
        try:
            # Without a buffer, so that what is written is what is seen.
            file: Any = tempfile.TemporaryFile(buffering=0, dir=self._folder)  # noqa: SIM115
        except OSError as error:
            raise ExportError(_refusal(error, self._folder)) from error
        self._files.append(SpoolFile(file, self._folder))
        return self._files[-1]

    def during(self, work: Iterator[Step]) -> Generator[Step, None, None]:
        """Yield what work yields and release after each step what it has looked at; work is closed."""
        try:
            for step in work:
                self.release()
                yield step
        finally:
            if isinstance(work, Generator):
                work.close()

    def release(self) -> None:
        """Let go of the memory that what was looked at takes."""
        for file in self._files:
            file.release()

    def close(self) -> None:
        """Give the disk space back."""
        while self._files:
            self._files.pop().close()


def check_disk(needs: dict[Path, int], what: str) -> None:
    """Refuse what would not fit onto the disks.

    Parameters
    ----------
    needs
        Bytes that each folder will have to take; folders of one disk are added up.
    what
        What needs them, as the beginning of a sentence ("3000 frames of 320x240").

    Raises
    ------
    BudgetError
        With what is needed, what is there, and what to change.
    """
    disks: dict[int, tuple[Path, int]] = {}
    for folder, needed in needs.items():
        try:
            disk = folder.stat().st_dev
        except OSError:
            continue  # told by whoever writes there
        disks[disk] = disks[disk][0] if disk in disks else folder, disks.get(disk, (folder, 0))[1] + needed
    for folder, needed in disks.values():
        free = shutil.disk_usage(folder).free
        if needed > free:
            raise BudgetError(
                f"{what} need {megabytes(needed)} on the disk of {folder}, where {megabytes(free)} are free; "
                "choose fewer frames, fewer filters or a smaller --resize."
            )


def _refusal(error: OSError, folder: Path) -> str:
    reason = (error.strerror or str(error) or "the disk refused").lower()
    return f"The frames and feature volumes of a long clip cannot be kept in {folder}: {reason}."
