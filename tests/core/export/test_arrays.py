"""The .npz file: what is in it, and that nothing is held twice."""

import json
import tracemalloc
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from core.clip import Clip
from core.convolution.geometry import AxisMap
from core.errors import ExportError
from core.export.arrays import write_arrays
from core.export.job import ExportJob
from core.filters.bank import FilterBank
from core.filters.files import load_bank
from core.filters.views import View
from core.progress import Progress
from core.settings import ConvolutionSettings
from core.volume import FeatureVolume


@pytest.fixture
def job(small_clip: Clip, rng: np.random.Generator) -> ExportJob:
    data = rng.normal(size=(3, 7, 9, 12)).astype(np.float32)
    axes = (AxisMap(1), AxisMap(1), AxisMap(1, 2))
    volumes = tuple(FeatureVolume(v, i, f"f{i}", axes) for i, v in enumerate(data))
    names = ["left", "Größe", "手"]
    bank = FilterBank.from_weights(
        rng.normal(size=(3, 3, 3, 3, 3)),
        [1, 2, 3],
        names,
        kind="raw",
        parameters={"seed": 5, "kernel": (3, 3, 3)},
    )
    return ExportJob(small_clip, bank, volumes, ConvolutionSettings(activation="relu", stride=(1, 1, 2)))


def saved(job: ExportJob, path: Path) -> dict[str, np.ndarray]:
    steps = list(write_arrays(job, path))
    assert all(isinstance(step, Progress) for step in steps) and steps[-1].fraction == 1
    with np.load(path, allow_pickle=False) as archive:
        return dict(archive)


def test_everything_is_in_it_to_the_bit(job: ExportJob, tmp_path: Path) -> None:
    arrays = saved(job, tmp_path / "a.npz")
    assert job.bank is not None
    assert np.array_equal(arrays["clip"], job.clip.frames) and arrays["clip"].dtype == np.uint8
    assert np.array_equal(arrays["weights"], job.bank.weights) and arrays["weights"].dtype == np.float32
    assert np.array_equal(arrays["bias"], job.bank.bias) and arrays["bias"].dtype == np.float32
    assert np.array_equal(arrays["volumes"], np.stack([v.data for v in job.volumes]))
    assert arrays["volumes"].dtype == np.float32
    assert tuple(arrays["names"]) == job.bank.names and arrays["names"].dtype.kind == "U"
    assert tuple(arrays["timestamps_ns"]) == job.clip.timestamps_ns
    assert float(arrays["fps"]) == job.clip.fps
    settings = json.loads(str(arrays["settings"]))
    assert settings["bank"] == {"kind": "raw", "parameters": {"seed": 5, "kernel": [3, 3, 3]}}
    assert settings["convolution"]["activation"] == "relu"
    assert settings["axes_tyx"][2] == {"offset": 1, "stride": 2}


def test_volumes_are_in_the_order_of_the_bank_and_views_are_fine(job: ExportJob, tmp_path: Path) -> None:
    data = np.arange(3 * 4 * 5 * 6, dtype=np.float32).reshape(3, 4, 5, 6)
    volumes = tuple(FeatureVolume(data[i][:, ::2, ::-1], i) for i in (2, 0, 1))
    arrays = saved(ExportJob(job.clip, job.bank, volumes), tmp_path / "a.npz")
    assert np.array_equal(arrays["volumes"], data[:, :, ::2, ::-1])


def test_one_filter_keeps_its_axis(job: ExportJob, tmp_path: Path) -> None:
    assert job.bank is not None
    bank = FilterBank.from_weights(job.bank.weights[:1])
    arrays = saved(ExportJob(job.clip, bank, job.volumes[:1]), tmp_path / "a.npz")
    assert arrays["volumes"].shape == (1, 7, 9, 12) and arrays["weights"].shape == (1, 3, 3, 3, 3)


def test_a_clip_alone_has_no_filters(small_clip: Clip, tmp_path: Path) -> None:
    arrays = saved(ExportJob(small_clip), tmp_path / "a.npz")
    assert set(arrays) == {"clip", "timestamps_ns", "fps", "settings"}


def test_a_bank_that_has_not_answered_yet_is_refused(job: ExportJob, tmp_path: Path) -> None:
    with pytest.raises(ExportError, match=r"2 of 3 filters have answered\."):
        list(write_arrays(ExportJob(job.clip, job.bank, job.volumes[:2]), tmp_path / "a.npz"))


def test_the_volumes_are_not_copied(small_clip: Clip, tmp_path: Path) -> None:
    volumes = tuple(FeatureVolume(np.zeros((8, 256, 512), np.float32), i) for i in range(4))
    bank = FilterBank.from_weights(np.ones((4, 1, 1, 1, 3)))
    job = ExportJob(small_clip, bank, volumes)
    tracemalloc.start()
    list(write_arrays(job, tmp_path / "a.npz"))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < volumes[0].data.nbytes / 2


def test_closing_it_between_pieces_ends_it(job: ExportJob, tmp_path: Path) -> None:
    work = write_arrays(job, tmp_path / "a.npz")
    assert [next(work).done for _ in range(2)] == [0, job.clip.frames.nbytes]
    work.close()


def test_what_a_view_shows_takes_the_place_of_the_responses(job: ExportJob, tmp_path: Path) -> None:
    view = View("direction", "Direction", ("direction",), directions=(0.0, 90.0))
    angles = np.full_like(job.volumes[0].data, 45)
    tile = FeatureVolume(job.volumes[0].data, 0, "direction", job.volumes[0].axes, angles)
    arrays = saved(replace(job, volumes=(tile,), view=view), tmp_path / "a.npz")
    assert arrays["names"].tolist() == ["direction"]
    assert np.array_equal(arrays["volumes"], [tile.data]) and np.array_equal(arrays["angles"], angles)
    assert json.loads(str(arrays["settings"]))["view"] == "direction"
    assert job.bank is not None
    bank = load_bank(tmp_path / "a.npz")
    assert bank.names == job.bank.names and np.array_equal(bank.weights, job.bank.weights)
    with pytest.raises(ExportError, match="0 of 1"):
        saved(replace(job, volumes=(), view=view), tmp_path / "b.npz")
