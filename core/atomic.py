"""Saving without loss: a file is either the old one or the complete new one, whatever happens.

The new content goes to a temporary file in the same folder, is forced to the disk and then takes the
old file's place in one step (`os.replace`). A plain write that is killed leaves a torn file; this never
does. What a killed process leaves behind (``.NAME.PID.part``) is removed by the next save there.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil

from core.errors import ExportError


@contextmanager
def replacing(target: Path) -> Iterator[Path]:
    """Hand out a path to write to; on success it becomes `target`, on any failure it is removed.

    Raises
    ------
    ExportError
        If the folder is missing or cannot be written, the disk is full, or the target is a folder.
    """
    target = Path(target)
    if target.is_dir():
        raise ExportError(f"{target} is a folder, not a file.")
    part = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        _sweep(target)
        try:
            yield part
            _force_to_disk(part)
            part.replace(target)
        finally:
            with suppress(OSError):
                part.unlink(missing_ok=True)
    except OSError as error:
        raise ExportError(f"{target} was not saved: {_reason(error, target)}.") from error


def _force_to_disk(path: Path) -> None:
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def _sweep(target: Path) -> None:
    """Remove what killed processes left of earlier saves of the same file."""
    for stale in target.parent.glob(f".{_escaped(target.name)}.*.part"):
        owner = stale.name.split(".")[-2]
        if owner.isdigit() and int(owner) != os.getpid() and not psutil.pid_exists(int(owner)):
            with suppress(OSError):
                stale.unlink()


def _escaped(name: str) -> str:
    """Return a name with the characters that mean something to glob taken literally."""
    return "".join(f"[{c}]" if c in "*?[" else c for c in name)


def _reason(error: OSError, target: Path) -> str:
    if isinstance(error, FileNotFoundError):
        return f"there is no folder {target.parent}"
    if isinstance(error, PermissionError):
        return f"the folder {target.parent} or the file is not writable"
    return (error.strerror or str(error) or "the disk refused").lower()
