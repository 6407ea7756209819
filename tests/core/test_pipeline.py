"""The pipeline: clip + bank -> volumes -> files, as generators that can be closed."""

import os
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from core import pipeline
from core.clip import Clip
from core.convolution.definition import convolve
from core.errors import BudgetError, ExportError, FilterError, UsageError
from core.export import formats
from core.export.formats import ExportJob
from core.filters.builtin import make_bank
from core.progress import Progress, run
from core.settings import ConvolutionSettings, WorkingSize
from core.volume import FeatureVolume

SMALL = WorkingSize(14, 14)


@pytest.fixture
def job(small_clip: Clip) -> ExportJob:
    bank = make_bank("zero-mean", filters=2, kernel=(3, 3, 3))
    steps = pipeline.convolve_clip(small_clip, bank, ConvolutionSettings(), SMALL)
    volumes = tuple(step for step in steps if isinstance(step, FeatureVolume))
    return ExportJob(small_clip, bank, volumes)


def test_convolve_clip_is_the_definition_on_the_working_clip(small_clip: Clip) -> None:
    bank = make_bank("raw", filters=3, kernel=(2, 3, 3), seed=4)
    size = WorkingSize(8, 8)
    settings = ConvolutionSettings(padding="same", stride=(2, 1, 1))
    made = [
        s for s in pipeline.convolve_clip(small_clip, bank, settings, size) if isinstance(s, FeatureVolume)
    ]
    small = pipeline.working_clip(small_clip, size)
    assert (small.width, small.height) == (8, 6)
    assert [volume.index for volume in made] == [0, 1, 2]
    for volume, weights in zip(made, bank.weights, strict=True):
        expected = convolve(small.as_float(), weights, 0.0, settings)
        np.testing.assert_allclose(volume.data, expected, atol=1e-4)


def test_what_viewers_ask_for_is_computed_before_the_volume_is_handed_over(small_clip: Clip) -> None:
    steps = pipeline.convolve_clip(small_clip, make_bank("raw", filters=2), ConvolutionSettings(), SMALL)
    for volume in (step for step in steps if isinstance(step, FeatureVolume)):
        assert {"minimum", "maximum", "magnitudes"} <= set(vars(volume))


def test_a_grey_bank_answers_a_colour_clip(small_clip: Clip) -> None:
    bank = make_bank("raw", filters=1, kernel=(3, 3, 3), channels=1)
    volume = run(pipeline.convolve_clip(small_clip, bank, ConvolutionSettings(), SMALL))
    assert isinstance(volume, FeatureVolume)
    grey = small_clip.as_float().mean(axis=3, keepdims=True)
    np.testing.assert_allclose(volume.data, convolve(grey, bank.weights[0]), atol=1e-4)


def test_a_kernel_larger_than_the_clip_is_refused(small_clip: Clip) -> None:
    bank = make_bank("raw", filters=1, kernel=(16, 3, 3))
    with pytest.raises(FilterError, match=r"\.$"):
        run(pipeline.convolve_clip(small_clip, bank, ConvolutionSettings(), SMALL))


def test_what_does_not_fit_into_memory_is_refused(small_clip: Clip, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("psutil.virtual_memory", lambda: SimpleNamespace(available=1000))
    with pytest.raises(BudgetError):
        run(pipeline.convolve_clip(small_clip, make_bank("raw"), ConvolutionSettings(), SMALL))


def test_a_working_size_that_would_fill_the_memory_is_refused(small_clip: Clip) -> None:
    with pytest.raises(BudgetError, match=r"9 frames of 8192x6437 take 1\.4 GB, the limit is 537 MB"):
        pipeline.working_clip(small_clip, WorkingSize(8192, 8192, enlarge=True))
    assert pipeline.working_clip(small_clip, WorkingSize()) is small_clip


def test_export_writes_every_file_and_counts_once_through(job: ExportJob, tmp_path: Path) -> None:
    paths = [tmp_path / "a.gif", tmp_path / "b.npz"]
    steps = list(pipeline.export(job, paths))
    assert [step for step in steps if isinstance(step, Path)] == paths
    fractions = [step.fraction for step in steps if isinstance(step, Progress)]
    assert fractions == sorted(fractions)
    assert fractions[-1] <= 1.0
    assert {path.name for path in tmp_path.iterdir()} == {"a.gif", "b.npz"}


def test_closing_an_export_leaves_the_old_file(job: ExportJob, tmp_path: Path) -> None:
    target = tmp_path / "a.gif"
    target.write_bytes(b"old")
    work = pipeline.export(job, [target])
    next(work)
    work.close()
    assert target.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [target]


def test_closing_an_export_closes_its_writer(
    job: ExportJob, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed = []

    def write(job: ExportJob, path: Path) -> Iterator[Progress | Path]:
        try:
            yield Progress(0, 1)
            yield path
        finally:
            closed.append(path)

    monkeypatch.setattr(formats, "write", write)
    work = pipeline.export(job, [tmp_path / "a.gif"])
    next(work)
    work.close()
    assert closed == [tmp_path / "a.gif"]


def test_outputs_are_checked_before_any_is_written(job: ExportJob, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="gif"):
        list(pipeline.export(job, [tmp_path / "a.gif", tmp_path / "b.xyz"]))
    assert list(tmp_path.iterdir()) == []


def test_outputs_that_cannot_be_written_are_refused(tmp_path: Path) -> None:
    (tmp_path / "folder.gif").mkdir()
    for path, sentence in {
        tmp_path / "missing" / "a.gif": "no folder",
        tmp_path / "folder.gif": "is a folder",
    }.items():
        with pytest.raises(ExportError, match=sentence):
            pipeline.check_outputs([path])
    with pytest.raises(UsageError, match="twice"):
        pipeline.check_outputs([tmp_path / "a.gif", tmp_path / "." / "a.gif"])


def test_a_folder_that_is_not_writable_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # Asked of os.access, because root may write everywhere.
    monkeypatch.setattr(os, "access", lambda path, mode: False)
    with pytest.raises(ExportError, match="not writable"):
        pipeline.check_outputs([tmp_path / "a.gif"])
