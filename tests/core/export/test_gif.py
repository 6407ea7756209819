"""GIF: exact colours, every frame, exact time; judged by four decoders."""

import io
from itertools import pairwise
from pathlib import Path

import av
import imageio.v3 as iio
import numpy as np
import pytest
from PIL import Image, ImageSequence

from core.clip import Clip
from core.convolution.geometry import AxisMap, axis_maps
from core.display.colormap import color_table
from core.display.contrast import limits_for
from core.display.render import colorize, quantise
from core.errors import ExportError
from core.export.content import film_steps
from core.export.gif import gif_note, write_gif
from core.export.gif_container import frame_delays, write_frame, write_head, write_tail
from core.export.job import ExportJob
from core.filters.bank import FilterBank
from core.progress import Progress, returned
from core.settings import ContrastSettings, ConvolutionSettings, ExportSettings
from core.volume import FeatureVolume
from tests.core.export.decoders import by_ffmpeg, by_pillow
from tests.core.export.gif_spec import read_gif


@pytest.fixture
def job(small_clip: Clip, rng: np.random.Generator) -> ExportJob:
    """Nine frames of 14x11, two 3x3x3 filters, valid: 7 feature frames of 12x9."""
    axes = axis_maps((9, 11, 14), (3, 3, 3), ConvolutionSettings())
    data = rng.normal(size=(2, 7, 9, 12)).astype(np.float32)
    volumes = tuple(FeatureVolume(v, i, f"filter {i + 1}", axes) for i, v in enumerate(data))
    bank = FilterBank.from_weights(rng.normal(size=(2, 3, 3, 3, 3)), kind="raw", parameters={"seed": 5})
    return ExportJob(small_clip, bank, volumes)


def with_export(job: ExportJob, **settings: object) -> ExportJob:
    export = ExportSettings(**settings)  # type: ignore[arg-type]
    return ExportJob(job.clip, job.bank, job.volumes, job.convolution, job.contrast, export)


def saved(job: ExportJob, path: Path, **settings: object) -> Path:
    steps = list(write_gif(with_export(job, **settings), path))
    assert all(isinstance(step, Progress) for step in steps) and steps[-1].fraction == 1
    return path


DECODERS = {
    "spec": lambda path: np.stack(read_gif(path.read_bytes()).frames),
    "pillow": by_pillow,
    "imageio": lambda path: np.asarray(iio.imread(path, mode="RGB")),
    "ffmpeg": by_ffmpeg,
}


@pytest.mark.parametrize("decoder", DECODERS)
@pytest.mark.parametrize("scale", [1, 3])
def test_feature_pixels_are_the_tables_colours(
    job: ExportJob, tmp_path: Path, decoder: str, scale: int
) -> None:
    path = saved(job, tmp_path / "f.gif", content="feature", feature=1, scale=scale)
    limits = limits_for(job.volumes, job.contrast, True)[1]
    colors = colorize(quantise(job.volumes[1].data, limits), color_table("vik"))
    expected = colors.repeat(scale, axis=1).repeat(scale, axis=2)
    assert np.array_equal(DECODERS[decoder](path), expected)


@pytest.mark.parametrize("decoder", DECODERS)
def test_equal_frames_are_all_kept(tmp_path: Path, decoder: str) -> None:
    clip = Clip.from_frames(np.full((16, 6, 8, 3), 77, np.uint8))
    volume = FeatureVolume(np.zeros((16, 6, 8), np.float32))
    for content in ("input", "feature", "mosaic"):
        path = saved(
            ExportJob(clip, volumes=(volume,)), tmp_path / f"{content}.gif", content=content, captions=False
        )
        assert len(DECODERS[decoder](path)) == 16


@pytest.mark.parametrize("decoder", DECODERS)
def test_a_clip_of_few_colours_is_exact(tmp_path: Path, rng: np.random.Generator, decoder: str) -> None:
    colors = rng.integers(0, 256, (200, 3), dtype=np.uint8)
    clip = Clip.from_frames(colors[rng.integers(0, 200, (3, 10, 13))])
    path = saved(ExportJob(clip), tmp_path / "input.gif", scale=2)
    assert np.array_equal(DECODERS[decoder](path), clip.frames.repeat(2, axis=1).repeat(2, axis=2))


def test_a_grey_clip_is_exact(tmp_path: Path, rng: np.random.Generator) -> None:
    clip = Clip.from_frames(rng.integers(0, 256, (3, 10, 13, 1), dtype=np.uint8))
    frames = by_pillow(saved(ExportJob(clip), tmp_path / "grey.gif"))
    assert np.array_equal(frames, clip.frames.repeat(3, axis=3))


@pytest.mark.parametrize("count", [1, 2, 16, 63, 127])
@pytest.mark.parametrize("fps", [1, 3, 7, 12, 15, 23.976, 24, 25, 29.97, 30, 33.4, 48, 50])
def test_the_films_time_is_exact_to_ten_ms_and_no_delay_too_short(count: int, fps: float) -> None:
    delays = frame_delays(count, fps)
    assert len(delays) == count and min(delays) >= 2
    assert abs(sum(delays) / 100 - count / fps) <= 0.005 + 1e-9
    for done in range(1, count):
        assert abs(sum(delays[:done]) / 100 - done / fps) <= 0.005 + 1e-9
    assert max(delays) - min(delays) <= 1


@pytest.mark.parametrize("fps", [51, 60])
def test_rates_that_players_would_slow_down_are_played_at_50_and_a_note_says_so(
    job: ExportJob, tmp_path: Path, fps: float
) -> None:
    assert frame_delays(16, fps) == (2,) * 16
    *_, last = write_gif(with_export(job, fps=fps), tmp_path / "fast.gif")
    assert last.text == gif_note(fps) != ""
    assert "50 frames per second" in last.text and last.text.endswith(".")
    assert gif_note(50) == ""


def test_decoders_read_the_same_time(job: ExportJob, tmp_path: Path) -> None:
    path = saved(job, tmp_path / "t.gif", fps=30)
    delays = frame_delays(9, 30)
    assert tuple(read_gif(path.read_bytes()).delays) == delays
    with Image.open(path) as film:
        assert [frame.info["duration"] for frame in ImageSequence.Iterator(film)] == [10 * d for d in delays]
    with av.open(str(path)) as container:
        times = [float(frame.time) for frame in container.decode(video=0)]
    assert np.allclose(np.diff(times), np.array(delays[:-1]) / 100)


def test_it_loops_for_ever_or_plays_once(job: ExportJob, tmp_path: Path) -> None:
    assert read_gif(saved(job, tmp_path / "a.gif", loop=True).read_bytes()).loop == 0
    assert read_gif(saved(job, tmp_path / "b.gif", loop=False).read_bytes()).loop is None
    with Image.open(tmp_path / "a.gif") as film:
        assert film.info["loop"] == 0
    with Image.open(tmp_path / "b.gif") as film:
        assert "loop" not in film.info


def test_ping_pong_runs_back_without_repeating_the_ends(job: ExportJob, tmp_path: Path) -> None:
    there = by_pillow(saved(job, tmp_path / "a.gif", content="feature"))
    back = by_pillow(saved(job, tmp_path / "b.gif", content="feature", ping_pong=True))
    assert np.array_equal(back, np.concatenate([there, there[-2:0:-1]]))


def test_content_decides_what_is_in_it(job: ExportJob, tmp_path: Path) -> None:
    assert by_pillow(saved(job, tmp_path / "i.gif", content="input")).shape == (9, 11, 14, 3)
    assert by_pillow(saved(job, tmp_path / "f.gif", content="feature")).shape == (7, 9, 12, 3)
    alone = ExportJob(job.clip)
    assert by_pillow(saved(alone, tmp_path / "m.gif", content="mosaic")).shape == (9, 11, 14, 3)


@pytest.mark.parametrize("feature", [2, 64])
def test_a_feature_that_is_not_there_is_named(job: ExportJob, tmp_path: Path, feature: int) -> None:
    with pytest.raises(ExportError, match=rf"no feature volume {feature + 1}: there are 2\."):
        saved(job, tmp_path / "f.gif", content="feature", feature=feature)


def test_an_animation_too_large_is_refused_before_anything_is_made() -> None:
    clip = Clip.from_frames(np.zeros((2, 8, 9000, 1), np.uint8))
    with pytest.raises(ExportError, match=r"72000 x 64 pixels; choose a smaller scale"):
        returned(film_steps(ExportJob(clip, export=ExportSettings(content="input", scale=8))))
    volumes = tuple(FeatureVolume(np.zeros((2, 8, 9000), np.float32), i) for i in range(64))
    with pytest.raises(ExportError, match="choose a smaller scale or fewer filters"):
        returned(film_steps(ExportJob(clip, volumes=volumes, export=ExportSettings(scale=8))))


def test_the_comment_says_how_the_features_were_made(job: ExportJob, tmp_path: Path) -> None:
    gif = read_gif(saved(job, tmp_path / "c.gif").read_bytes())
    assert gif.comment == "Wavecube: raw 3x3x3, seed 5"
    assert set(gif.disposals) == {1}


def test_its_frames_are_whole(job: ExportJob, tmp_path: Path) -> None:
    gif = read_gif(saved(job, tmp_path / "c.gif").read_bytes())
    assert set(gif.parts) == {(0, 0, *gif.size)} and set(gif.transparent) == {None}


@pytest.mark.parametrize("colors", [1, 2, 3, 127, 128, 255, 256])
@pytest.mark.parametrize("size", [(1, 1), (1, 40), (97, 61)])
def test_any_table_and_size_survive_the_container(
    rng: np.random.Generator, colors: int, size: tuple[int, int]
) -> None:
    table = rng.integers(0, 256, (colors, 3), dtype=np.uint8)
    pictures = rng.integers(0, colors, (2, *size), dtype=np.uint8)
    file = io.BytesIO()
    write_head(file, (size[1], size[0]), table, loop=True, comment="é" * 300)
    for picture in pictures:
        write_frame(file, picture, 7)
    write_tail(file)
    gif = read_gif(file.getvalue())
    assert np.array_equal(gif.frames, table[pictures])
    assert len(gif.comment) == 255


def test_long_runs_and_noise_survive_the_lzw_table(rng: np.random.Generator) -> None:
    noise = rng.integers(0, 256, (120, 160), dtype=np.uint8)
    for picture in (noise, np.zeros_like(noise), np.arange(120 * 160, dtype=np.uint8).reshape(120, 160)):
        file = io.BytesIO()
        grey = np.arange(256, dtype=np.uint8).repeat(3).reshape(-1, 3)
        write_head(file, (160, 120), grey, loop=False)
        write_frame(file, picture, 2)
        write_tail(file)
        assert np.array_equal(read_gif(file.getvalue()).frames[0][..., 0], picture)


def test_settings_change_the_colours(job: ExportJob, tmp_path: Path) -> None:
    positive = tuple(FeatureVolume(np.abs(v.data), v.index, v.name, v.axes) for v in job.volumes)
    contrast = ContrastSettings(sequential="magma", percentile=100, shared=False)
    made = ExportJob(job.clip, job.bank, positive, ConvolutionSettings(activation="abs"), contrast)
    frames = by_pillow(saved(made, tmp_path / "abs.gif", content="feature"))
    table = color_table("magma")
    peak = np.unravel_index(positive[0].data.argmax(), positive[0].data.shape)
    assert np.array_equal(frames[peak], table.rgb[126])
    assert not (set(map(tuple, frames.reshape(-1, 3))) - set(map(tuple, table.rgb)))


def test_a_strided_volume_stays_in_step(small_clip: Clip, tmp_path: Path) -> None:
    data = np.linspace(-1, 1, 5, dtype=np.float32).repeat(6).reshape(5, 2, 3)
    volume = FeatureVolume(data, axes=(AxisMap(0, 2), AxisMap(), AxisMap()))
    contrast = ContrastSettings(percentile=100)
    job = ExportJob(small_clip, volumes=(volume,), contrast=contrast)
    frames = by_pillow(saved(job, tmp_path / "s.gif", captions=False))
    film = returned(film_steps(with_export(job, captions=False)))
    shown = [np.unique(film.picture(t)[film.picture(t) < 127]) for t in range(9)]
    assert len(frames) == 9 and all(len(s) == 1 for s in shown)
    steps = [int(s[0]) for s in shown]
    assert all(later >= earlier for earlier, later in pairwise(steps)) and len(set(steps)) == 5
