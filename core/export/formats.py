"""One table suffix -> writer, used by the dialog, the command line and the tests."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from core.atomic import replacing, written_ahead
from core.errors import UsageError
from core.export.apng import write_apng
from core.export.arrays import write_arrays
from core.export.gif import write_gif
from core.export.job import ExportJob, FilmJob, Job
from core.export.video import write_mp4
from core.progress import Progress

__all__ = ["ExportJob", "FilmJob", "Job", "Writer", "save_dialog_filter", "suffixes", "write", "writer_for"]


@dataclass(frozen=True, slots=True)
class Writer:
    """One kind of file.

    Parameters
    ----------
    suffix
        In lower case, with the dot.
    title
        What the dialog calls it.
    write
        Writes a job to a path that may be overwritten, yielding progress.
    """

    suffix: str
    title: str
    write: Callable[[Job, Path], Iterator[Progress]]


_WRITERS = {
    writer.suffix: writer
    for writer in (
        Writer(".gif", "GIF animation", write_gif),
        Writer(".npz", "numpy arrays", write_arrays),
        Writer(".png", "APNG animation", write_apng),
        Writer(".mp4", "MP4 video", write_mp4),
    )
}


def suffixes() -> tuple[str, ...]:
    """Return the suffixes that can be written, the default first."""
    return tuple(_WRITERS)


def save_dialog_filter(kinds: Sequence[str] | None = None) -> str:
    """Return the file kinds in the words of Qt's save dialog: those of some suffixes, or all."""
    chosen = tuple(_WRITERS) if kinds is None else kinds
    return ";;".join(f"{_WRITERS[suffix].title} (*{suffix})" for suffix in chosen)


def writer_for(path: Path | str) -> Writer:
    """Return the writer for a file name.

    Raises
    ------
    UsageError
        If the suffix is not known; the sentence lists those that are.
    """
    name = Path(path)
    try:
        return _WRITERS[name.suffix.lower()]
    except KeyError:
        kinds = " or ".join(_WRITERS)
        raise UsageError(f"A file to write ends in {kinds}, not {name.suffix or name.name!r}.") from None


def write(job: Job, path: Path | str) -> Iterator[Progress | Path]:
    """Write a job to a file, yielding progress and at last the path.

    The file appears, or takes the old one's place, only when it is complete: closing the generator,
    a failure or a killed process leave the old one as it was.

    Raises
    ------
    UsageError
        If the suffix is not known.
    ExportError
        If it cannot be written; the sentence says why.
    """
    target = Path(path)
    writer = writer_for(target)
    with replacing(target) as part:
        yield from written_ahead(writer.write(job, part), part)
    yield target
