"""APNG: every colour, every frame, exact times; judged by two decoders and by our own reader."""

import io
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from PIL import Image

from core.clip import Clip
from core.display.colormap import color_table
from core.display.contrast import limits_for
from core.display.render import colorize, quantise
from core.errors import ExportError
from core.export.apng import frame_time, write_apng
from core.export.content import film_steps
from core.export.job import ExportJob
from core.filters.bank import FilterBank
from core.progress import Progress, returned, run
from core.settings import ExportSettings
from core.sources.load import ClipSelection, load_clip
from core.sources.opening import open_source
from core.volume import FeatureVolume
from tests.core.export.decoders import by_ffmpeg, by_pillow


@pytest.fixture
def job(small_clip: Clip, rng: np.random.Generator) -> ExportJob:
    data = rng.normal(size=(2, 9, 11, 14)).astype(np.float32)
    volumes = tuple(FeatureVolume(v, i) for i, v in enumerate(data))
    return ExportJob(small_clip, FilterBank.from_weights(rng.normal(size=(2, 1, 1, 1, 3))), volumes)


def saved(job: ExportJob, path: Path, **settings: object) -> Path:
    export = ExportSettings(**settings)  # type: ignore[arg-type]
    whole = ExportJob(job.clip, job.bank, job.volumes, job.convolution, job.contrast, export)
    steps = list(write_apng(whole, path))
    assert all(isinstance(step, Progress) for step in steps) and steps[-1].fraction == 1
    return path


def by_ourselves(path: Path) -> np.ndarray:
    return np.stack([timed.frame for timed in open_source(str(path)).frames()])


DECODERS = {"pillow": by_pillow, "ffmpeg": by_ffmpeg, "ourselves": by_ourselves}


@pytest.mark.parametrize("decoder", DECODERS)
@pytest.mark.parametrize("scale", [1, 3])
def test_the_input_keeps_all_its_colours(job: ExportJob, tmp_path: Path, decoder: str, scale: int) -> None:
    path = saved(job, tmp_path / "a.png", content="input", scale=scale)
    expected = job.clip.frames.repeat(scale, axis=1).repeat(scale, axis=2)
    assert np.array_equal(DECODERS[decoder](path), expected)


@pytest.mark.parametrize("decoder", DECODERS)
def test_feature_pixels_are_the_tables_colours(job: ExportJob, tmp_path: Path, decoder: str) -> None:
    path = saved(job, tmp_path / "a.png", content="feature", feature=1)
    limits = limits_for(job.volumes, job.contrast, True)[1]
    expected = colorize(quantise(job.volumes[1].data, limits), color_table("vik"))
    assert np.array_equal(DECODERS[decoder](path), expected)


def test_the_mosaic_is_that_of_a_gif(job: ExportJob, tmp_path: Path) -> None:
    film = returned(film_steps(job))
    expected = np.stack([film.table[film.picture(t)] for t in film.order])
    assert np.array_equal(by_pillow(saved(job, tmp_path / "a.png")), expected)


@pytest.mark.parametrize("decoder", DECODERS)
def test_equal_frames_stay_frames(tmp_path: Path, decoder: str) -> None:
    still = Clip.from_frames(np.full((16, 6, 8, 1), 77, np.uint8))
    path = saved(ExportJob(still), tmp_path / "a.png", content="input")
    assert np.array_equal(DECODERS[decoder](path), np.full((16, 6, 8, 3), 77))


@pytest.mark.parametrize("shape", [(2, 1, 1, 3), (3, 5, 3, 1), (3, 3, 2, 3), (4, 2, 4, 1), (2, 1, 700, 3)])
def test_small_and_narrow_pictures(tmp_path: Path, rng: np.random.Generator, shape: tuple[int, ...]) -> None:
    clip = Clip.from_frames(rng.integers(0, 256, shape, dtype=np.uint8))
    path = saved(ExportJob(clip), tmp_path / "a.png", content="input")
    assert np.array_equal(by_pillow(path), np.broadcast_to(clip.frames, (*shape[:3], 3)))


@pytest.mark.parametrize("fps", [1.0, 12.0, 15.0, 29.97, 30.0, 59.94, 60.0])
def test_times_are_exact(job: ExportJob, tmp_path: Path, fps: float) -> None:
    path = saved(job, tmp_path / "a.png", content="input", fps=fps)
    times = [timed.timestamp_ns for timed in open_source(str(path)).frames()]
    assert np.abs(np.array(times) - np.arange(len(times)) * 1e9 / fps).max() < 10
    with av.open(str(path)) as container:
        seconds = [float(frame.pts * frame.time_base) for frame in container.decode(video=0)]
    assert np.allclose(np.diff(seconds), 1 / fps, atol=1e-4)


def test_usual_rates_are_fractions() -> None:
    assert [frame_time(fps) for fps in (1, 12, 30, 60)] == [
        1,
        Fraction(1, 12),
        Fraction(1, 30),
        Fraction(1, 60),
    ]
    assert abs(frame_time(29.8734) - 1 / Fraction("29.8734")) < Fraction(1, 10**8)


@pytest.mark.parametrize(("loop", "times"), [(True, 0), (False, 1)])
def test_loop_and_ping_pong(job: ExportJob, tmp_path: Path, loop: bool, times: int) -> None:
    path = saved(job, tmp_path / "a.png", content="input", loop=loop, ping_pong=True)
    with Image.open(path) as film:
        assert film.info["loop"] == times
    expected = job.clip.frames[[*range(9), *range(7, 0, -1)]]
    assert np.array_equal(by_pillow(path), expected)


def test_a_recording_comes_back_as_it_was(job: ExportJob, tmp_path: Path) -> None:
    path = saved(job, tmp_path / "a.png", content="input", fps=job.clip.fps)
    again = run(load_clip(open_source(str(path)), ClipSelection(frames=len(job.clip))))
    assert np.array_equal(again.frames, job.clip.frames)
    assert again.fps == pytest.approx(job.clip.fps, abs=1e-3)
    assert again.note == ""


def test_readers_without_animation_show_the_first_frame(job: ExportJob, tmp_path: Path) -> None:
    content = saved(job, tmp_path / "a.png", content="input").read_bytes()
    with Image.open(io.BytesIO(content)) as picture:
        assert np.array_equal(np.asarray(picture.convert("RGB")), job.clip.frames[0])


def test_a_picture_that_is_too_large_is_refused(tmp_path: Path) -> None:
    clip = Clip.from_frames(np.zeros((2, 2000, 2000, 1), np.uint8))
    with pytest.raises(ExportError, match="16000 x 16000"):
        saved(ExportJob(clip), tmp_path / "a.png", content="input", scale=8)
