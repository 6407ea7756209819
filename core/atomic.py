"""Saving without loss: a file is either the old one or the complete new one, whatever happens.

The new content goes to a temporary file in the same folder, is forced to the disk and then takes the
old file's place in one step (`os.replace`). A plain write that is killed leaves a torn file; this never
does. What a killed process leaves behind (``.NAME.PID-N.part``) is removed by the next save there.
"""

import os
import sys
from collections.abc import Generator, Iterator
from contextlib import contextmanager, suppress
from itertools import count
from pathlib import Path
from typing import TypeVar

from core.errors import ExportError

Step = TypeVar("Step")

# Two threads may save the same file (a cancelled export ends while the next one begins).
_numbers = count(1)
_alive: set[Path] = set()

# Bytes of a file name that common file systems allow, less those that the temporary name adds.
_NAME_BYTES = 255 - len("..4194304-999999.part")
# Bytes of a file after which the disk is asked to begin with them.
_AHEAD = 64 * 2**20


@contextmanager
def replacing(target: Path) -> Iterator[Path]:
    """Hand out a path to write to; on success it becomes `target`, on any failure it is removed.

    A link is followed: the file that it points to is replaced, the link stays. An existing file keeps its
    permissions.

    Raises
    ------
    ExportError
        If the folder is missing or cannot be written, the disk is full, or the target is a folder.
    """
    target = Path(target)
    if target.is_dir():
        raise ExportError(f"{target} is a folder, not a file.")
    try:
        place = Path(os.path.realpath(target))
        _sweep(place)
        part = _part(place)
        _alive.add(part)
        try:
            yield part
            _force_to_disk(part)
            _keep_permissions(place, part)
            part.replace(place)
            _force_to_disk(place.parent)
        finally:
            _alive.discard(part)
            with suppress(OSError):
                part.unlink(missing_ok=True)
    except OSError as error:
        raise ExportError(f"{target} was not saved: {_reason(error, target)}.") from error


def written_ahead(work: Iterator[Step], path: Path) -> Iterator[Step]:
    """Yield what work yields that writes a file, and let the disk begin with it meanwhile.

    Forcing a file to the disk cannot be interrupted. So little should be left to do then, also for a file of
    many gigabytes that is cancelled at its last byte. Does nothing where the system takes no such advice.
    """
    begun = 0
    try:
        for step in work:
            if hasattr(os, "posix_fadvise") and (size := _size(path)) - begun >= _AHEAD:
                begun = size
                with suppress(OSError), path.open("rb") as file:
                    os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
            yield step
    finally:
        if isinstance(work, Generator):
            work.close()


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0


def _part(place: Path) -> Path:
    return place.with_name(f".{_stem(place)}.{os.getpid()}-{next(_numbers)}.part")


def _stem(place: Path) -> str:
    """Return as much of a file's name as leaves room for what is added to it."""
    return os.fsencode(place.name)[:_NAME_BYTES].decode(sys.getfilesystemencoding(), errors="ignore")


def _force_to_disk(path: Path) -> None:
    """Wait until a file's content, or a folder's list of names, is on the disk."""
    if path.is_dir():
        # Windows cannot open folders, some network file systems cannot force them.
        with suppress(OSError):
            folder = os.open(path, os.O_RDONLY)
            try:
                os.fsync(folder)
            finally:
                os.close(folder)
        return
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def _keep_permissions(old: Path, new: Path) -> None:
    with suppress(OSError):
        new.chmod(old.stat().st_mode & 0o777)


def _sweep(place: Path) -> None:
    """Remove what killed processes left of earlier saves of the same file."""
    for stale in place.parent.glob(f".{_escaped(_stem(place))}.*-*.part"):
        owner = stale.name.split(".")[-2].partition("-")[0]
        if owner.isdigit() and stale not in _alive and not _is_another_process(int(owner)):
            with suppress(OSError):
                stale.unlink()


def _is_another_process(pid: int) -> bool:
    """Tell whether a process other than this one has the number (our own, if killed, may be ours again)."""
    import psutil  # 60 ms that a start without saving need not pay

    return pid != os.getpid() and psutil.pid_exists(pid)


def _escaped(name: str) -> str:
    """Return a name with the characters that mean something to glob taken literally."""
    return "".join(f"[{c}]" if c in "*?[" else c for c in name)


def _reason(error: OSError, target: Path) -> str:
    if isinstance(error, FileNotFoundError | NotADirectoryError) and not target.parent.is_dir():
        return f"there is no folder {target.parent}"
    if isinstance(error, PermissionError):
        return f"the folder {target.parent} or the file is not writable"
    return (error.strerror or str(error) or "the disk refused").lower()
