"""From a clip and a bank to feature volumes, and from those to files: the same for window and commands.

Everything long here is a generator of `core.progress.Progress` and results; closing one cancels its work
and releases what it holds. The functions keep no state and belong to whichever thread iterates.
"""

import os
from collections.abc import Generator, Sequence
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, cast

from core.clip import Clip
from core.errors import BudgetError, ExportError, UsageError
from core.filters.bank import FilterBank
from core.filters.views import View
from core.limits import MAX_CLIP_BYTES, megabytes
from core.progress import Progress
from core.settings import ConvolutionSettings, WorkingSize
from core.volume import FeatureVolume

if TYPE_CHECKING:
    from core.export.formats import Job

# One file of an export counts as this many steps, whatever its writer counts in.
_STEPS_PER_FILE = 1000


def working_clip(clip: Clip, size: WorkingSize) -> Clip:
    """Return the clip as the filters see it: fitted into the working size, proportions kept.

    Raises
    ------
    BudgetError
        If the enlarged clip would be too large.
    """
    width, height = size.fit(clip.width, clip.height)
    needed = len(clip) * width * height * clip.channels
    if needed > max(MAX_CLIP_BYTES, clip.frames.nbytes):
        raise BudgetError(
            f"{len(clip)} frames of {width}x{height} take {megabytes(needed)}, "
            f"the limit is {megabytes(MAX_CLIP_BYTES)}; choose a smaller size or fewer frames."
        )
    return clip.resized(size)


def convolve_clip(
    clip: Clip,
    bank: FilterBank,
    convolution: ConvolutionSettings,
    size: WorkingSize,
    view: View | None = None,
) -> Generator[Progress | FeatureVolume, None, None]:
    """Yield the feature volume of each filter, in order, as soon as it is there; or the tiles of a view.

    Extremes and percentile samples of a volume are computed before it is yielded: whoever shows it pays
    nothing for them.

    Parameters
    ----------
    clip
        In any size; it is brought to the working size first.
    bank
        For any number of channels; it is adapted to the clip's.
    size
        The box that the clip is fitted into.
    view
        One of the bank's: its tiles are combined when all responses are there.

    Raises
    ------
    BudgetError
        While iterating, before any arithmetic: too large for the memory that is free.
    FilterError
        If a kernel does not fit into the clip, or its channels do not.
    """
    small = working_clip(clip, size)
    if view is None:
        from core.convolution.engine import convolve_steps

        work = convolve_steps(small, bank, convolution)
    else:
        from core.combine import view_steps

        work = view_steps(small, bank, view, convolution)
    with closing(cast("Generator[Progress | FeatureVolume, None, None]", work)) as steps:
        for step in steps:
            if isinstance(step, FeatureVolume):
                # Cached here, in the worker: the window's thread only reads them.
                _ = step.minimum, step.maximum, step.magnitudes
            yield step


def check_outputs(paths: Sequence[Path]) -> None:
    """Refuse what could not be saved later, before any work is done.

    Raises
    ------
    UsageError
        If nobody writes files of that kind, or a file is named twice.
    ExportError
        If the folder is missing or not writable, or the name is that of a folder.
    """
    from core.export.formats import writer_for

    seen: set[Path] = set()
    for path in paths:
        if path.is_dir():
            raise ExportError(f"{path} is a folder, not a file.")
        writer_for(path)
        resolved = path.resolve()
        if resolved in seen:
            raise UsageError(f"{path} is named twice.")
        seen.add(resolved)
        folder = path.absolute().parent
        if not folder.is_dir():
            raise ExportError(f"{path} cannot be saved: there is no folder {folder}.")
        if not os.access(folder, os.W_OK | os.X_OK):
            raise ExportError(f"{path} cannot be saved: the folder {folder} is not writable.")


def export(job: "Job", paths: Sequence[Path]) -> Generator[Progress | Path, None, None]:
    """Write one or several files; yield each path when its file is complete.

    Parameters
    ----------
    job
        What to write; the clip of an `ExportJob` is the one that its volumes were computed from
        (`working_clip`).
    paths
        Where to; the suffix chooses the writer. Progress counts over all of them.

    Raises
    ------
    UsageError, ExportError
        See `check_outputs`; and while writing, when the disk is full, say. Each file is then either the
        old one or the complete new one.
    """
    from core.export.formats import write

    check_outputs(paths)
    total = _STEPS_PER_FILE * len(paths)
    for number, path in enumerate(paths):
        with closing(cast("Generator[Progress | Path, None, None]", write(job, path))) as steps:
            for step in steps:
                if isinstance(step, Progress):
                    done = round((number + step.fraction) * _STEPS_PER_FILE)
                    yield Progress(done, total, step.text or f"writing {path.name}")
                else:
                    yield step
