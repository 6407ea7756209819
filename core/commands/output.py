"""What commands say: one line of progress that rewrites itself, and lines on stdout."""

import contextlib
import os
import sys
from collections.abc import Generator, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, TextIO, TypeVar

from core import progress
from core.progress import Progress

if TYPE_CHECKING:
    from core.export.job import ExportJob
    from core.spool import Spool

Result = TypeVar("Result")


class ProgressLine:
    """Progress on stderr: a line that rewrites itself on a terminal, only sentences elsewhere.

    Parameters
    ----------
    quiet
        Say nothing at all.
    stream
        Where to; stderr if not given.

    Notes
    -----
    A reader that went away (``2>&1 | head``) ends the talking, not the work.
    """

    def __init__(self, quiet: bool = False, stream: TextIO | None = None) -> None:
        chosen = sys.stderr if stream is None else stream
        # Programs without a console (pythonw) have no stderr at all.
        self._stream: TextIO | None = None if quiet else chosen
        self._rewrites = bool(self._stream and self._stream.isatty())
        self._shown = ""

    def __enter__(self) -> "ProgressLine":
        return self

    def __exit__(self, *_: object) -> None:
        self.clear()

    def show(self, progress: Progress) -> None:
        """Rewrite the line, where there is a terminal to rewrite it on."""
        if self._rewrites:
            share = f" {progress.fraction:4.0%}" if progress.total else ""
            self._rewrite(f"{plain(progress.text) or 'working'}{share}")

    def results(self, work: Iterator[Progress | Result]) -> Iterator[Result]:
        """Yield what work makes, and show its progress; work is closed whatever happens."""
        try:
            for step in work:
                if isinstance(step, Progress):
                    self.show(step)
                else:
                    yield step
        finally:
            # Ctrl-C may arrive here and not in the work: files and cameras are let go of all the same.
            if isinstance(work, Generator):
                work.close()

    def last(self, work: Iterator[Progress | Result]) -> Result:
        """Return the last thing that work makes, and show its progress."""
        return progress.run(self.results(work))

    def say(self, sentence: str) -> None:
        """Print a line that stays."""
        self.clear()
        self._write(f"{plain(sentence)}\n")

    def clear(self) -> None:
        """Take the progress line away."""
        if self._shown:
            self._rewrite("")

    def _rewrite(self, text: str) -> None:
        if text != self._shown:
            # Blanks over what was there: every terminal understands them.
            self._write(f"\r{text}{' ' * (len(self._shown) - len(text))}" + ("" if text else "\r"))
            self._shown = text

    def _write(self, text: str) -> None:
        if self._stream is not None:
            try:
                self._stream.write(text)
                self._stream.flush()
            except (OSError, ValueError):
                self._stream = None
                self._rewrites = False


def save(job: "ExportJob", outputs: Sequence[Path], line: ProgressLine, spool: "Spool | None" = None) -> None:
    """Write a job, which may lie in a spool, to all outputs, and name each file when it is complete."""
    from core.export.gif import gif_note
    from core.pipeline import export

    work = export(job, outputs)
    for path in line.results(work if spool is None else spool.during(work)):
        note = gif_note(job.export.fps) if path.suffix.lower() == ".gif" else ""
        line.say(f"Saved {path}")
        if note:
            line.say(note)


def plain(text: str) -> str:
    """Return text in which nothing can steer a terminal: names may come from strangers' files."""
    return "".join(c if c.isprintable() else "?" for c in text)


def print_lines(lines: Iterator[str]) -> None:
    """Print to stdout; a reader that has seen enough (``| head``) is no failure."""
    stream = sys.stdout
    try:
        for line in lines:
            stream.write(f"{line}\n")
        stream.flush()
    except BrokenPipeError:
        # The interpreter flushes once more at exit and would complain then.
        with contextlib.suppress(OSError, ValueError), Path(os.devnull).open("w") as nowhere:
            os.dup2(nowhere.fileno(), stream.fileno())
