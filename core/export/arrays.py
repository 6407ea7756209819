"""The .npz writer: every number behind the picture, for numpy and everything that reads numpy.

Entries: ``clip`` (T, H, W, C) uint8, ``timestamps_ns`` (T,) int64, ``fps``, ``settings`` (a JSON text);
with filters also ``weights`` (N, kT, kH, kW, C) float32, ``bias`` (N,) float32, ``names`` (N,) text and
``volumes`` (N, T', H', W') float32. Where a view was chosen, volumes and names are those of its K tiles,
``filters`` (N,) are the names of the filters, and directions have ``angles`` (T', H', W') float32 in degrees
(0 right, 90 down) beside their lengths. ``numpy.load(path, allow_pickle=False)`` reads all of them.

Arrays go to the disk piece by piece, so nothing is held twice in memory, and as they are: deflating
responses takes 25 times as long and saves 9 %.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any
from zipfile import ZIP_STORED, ZipFile

import numpy as np
from numpy.typing import NDArray

from core.errors import ExportError
from core.export.job import ExportJob, FilmJob, Job
from core.filters.bank import FilterBank
from core.progress import Progress

_PIECE = 4 * 2**20


def write_arrays(job: Job, path: Path) -> Iterator[Progress]:
    """Write a job as an .npz archive.

    Raises
    ------
    ExportError
        Beforehand, where not all filters of the bank have answered yet, or the job is a drawn film.
    OSError
        If the file cannot be written.
    """
    if isinstance(job, FilmJob):
        raise ExportError("A film that is drawn has no arrays; save it as .gif, .png or .mp4.")
    entries = _entries(job)
    total = sum(part.nbytes for _, parts in entries for part in parts)
    done = 0
    yield Progress(0, total, "writing arrays")
    with ZipFile(path, "w", ZIP_STORED) as archive:
        for name, parts in entries:
            stacked = len(parts) > 1 or name == "volumes"
            shape = (len(parts), *parts[0].shape) if stacked else parts[0].shape
            with archive.open(f"{name}.npy", "w", force_zip64=True) as file:
                header = {"descr": parts[0].dtype.str, "fortran_order": False, "shape": shape}
                np.lib.format.write_array_header_1_0(file, header)
                for piece in _pieces(parts):
                    file.write(piece)
                    done += len(piece)
                    yield Progress(done, total, "writing arrays")


def _entries(job: ExportJob) -> list[tuple[str, Sequence[NDArray[Any]]]]:
    """Return the name and the parts of each entry; several parts are stacked along a new first axis."""
    entries: list[tuple[str, Sequence[NDArray[Any]]]] = [
        ("clip", [job.clip.frames]),
        ("timestamps_ns", [np.asarray(job.clip.timestamps_ns, np.int64)]),
        ("fps", [np.asarray(job.clip.fps, np.float64)]),
        ("settings", [np.asarray(_settings(job))]),
    ]
    if job.bank is not None:
        entries += [
            ("weights", [job.bank.weights]),
            ("bias", [job.bank.bias]),
            ("names", [np.asarray(_names(job, job.bank), np.str_)]),
        ]
        if job.view is not None:
            entries.append(("filters", [np.asarray(job.bank.names, np.str_)]))
        count = len(_names(job, job.bank))
        if len(job.volumes) != count:
            answered = f"{len(job.volumes)} of {count} filters have answered"
            raise ExportError(f"The arrays are not complete yet: {answered}.")
    if job.volumes and job.volumes[0].angles is not None:
        entries.append(("angles", [job.volumes[0].angles]))
    if job.volumes:
        entries.append(("volumes", [v.data for v in sorted(job.volumes, key=lambda v: v.index)]))
    return entries


def _names(job: ExportJob, bank: FilterBank) -> tuple[str, ...]:
    """Return what the volumes are called."""
    return bank.names if job.view is None else job.view.names


def _pieces(parts: Sequence[NDArray[Any]]) -> Iterator[memoryview]:
    """Yield the bytes of arrays in pieces, so that cancelling never waits for a whole volume."""
    for part in parts:
        flat = np.ascontiguousarray(part).reshape(-1).view(np.uint8).data
        for start in range(0, len(flat), _PIECE):
            yield flat[start : start + _PIECE]


def _settings(job: ExportJob) -> str:
    """Return what the arrays cannot say, as JSON."""
    facts: dict[str, Any] = {"clip": job.clip.name, "note": job.clip.note}
    if job.bank is not None:
        bank = {"kind": job.bank.kind, "parameters": dict(job.bank.parameters)}
        facts |= {"bank": bank, "convolution": asdict(job.convolution)}
    if job.view is not None:
        facts["view"] = job.view.key
    if job.volumes:
        axes = [{"offset": axis.offset, "stride": axis.stride} for axis in job.volumes[0].axes]
        facts["axes_tyx"] = axes
    return json.dumps(facts, default=str)
