"""What commands say: one line of progress that rewrites itself, and tables of filter banks."""

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
    from core.filters.bank import FilterBank
    from core.spool import Spool

Result = TypeVar("Result")

_FIRST_WEIGHTS = 5


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


def bank_list() -> Iterator[str]:
    """Yield the lines that tell which banks there are."""
    from core.filters.builtin import bank_kind, bank_names

    names = bank_names()
    width = max(map(len, names))
    for number, name in enumerate(names):
        default = " (default)" if number == 0 else ""
        yield f"{name:<{width}}  {bank_kind(name).description}{default}"
    yield ""
    yield "parameters: --filters N (default 8), --kernel TxHxW (default 5x5x5), --seed S (default 0)"
    yield "a file:     .npz with weights (N,kT,kH,kW,C) and optional bias (N,) and names"


def bank_table(bank: "FilterBank") -> Iterator[str]:
    """Yield the lines that describe a bank and each of its kernels."""
    count, *sides, channels = bank.weights.shape
    size = "x".join(map(str, sides))
    seed = f", seed {bank.parameters['seed']}" if "seed" in bank.parameters else ""
    filters = "1 filter" if count == 1 else f"{count} filters"
    sees = {1: "grey", 3: "RGB"}.get(channels, f"{channels} channels")
    yield plain(f"{bank.kind}: {filters}, {size} (TxHxW) on {sees}{seed}")
    width = max(4, *(len(plain(name)) for name in bank.names))
    yield ""
    yield f"{'':>3}  {'name':<{width}} {'sum':>11} {'norm':>11} {'bias':>11}  first weights"
    for number, name in enumerate(bank.names):
        kernel = bank[number]
        first = " ".join(f"{value:+.4f}" for value in kernel.weights.flat[:_FIRST_WEIGHTS])
        dots = " …" if kernel.weights.size > _FIRST_WEIGHTS else ""
        figures = " ".join(f"{value:>+11.4g}" for value in (kernel.total, kernel.norm, kernel.bias))
        yield f"{number + 1:>3}  {plain(name):<{width}} {figures}  {first}{dots}"


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
