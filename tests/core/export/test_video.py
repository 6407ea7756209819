"""MP4: every frame at its time, colours as near as H.264 brings them, and a file that says what it holds."""

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from core.clip import Clip
from core.display.colormap import color_table
from core.display.contrast import limits_for
from core.display.film import ColorFilm
from core.display.render import colorize, quantise
from core.errors import ExportError
from core.export import video
from core.export.formats import ExportJob, FilmJob, write
from core.export.video import write_mp4
from core.progress import Progress, run
from core.settings import ExportSettings
from core.volume import FeatureVolume
from tests.core.export.decoders import by_ffmpeg


def psnr(a: np.ndarray, b: np.ndarray) -> float:
    return float(10 * np.log10(255**2 / np.mean((a.astype(np.float64) - b) ** 2)))


def smooth(shape: tuple[int, int, int]) -> np.ndarray:
    """Return (T, H, W, 3) of slow waves of strong colours: what encoders are good at, so errors are ours."""
    t, y, x = np.indices(shape)
    waves = [127 + 80 * np.sin(t / 5 + y / 29 * a + x / 31 * b) for a, b in ((1, 0), (0, 1), (1, -1))]
    return np.stack(waves, axis=-1).astype(np.uint8)


@pytest.fixture
def job() -> ExportJob:
    return ExportJob(Clip.from_frames(smooth((9, 48, 64))))


def saved(job: ExportJob | FilmJob, path: Path, **settings: object) -> Path:
    steps = list(write_mp4(replace(job, export=replace(job.export, **settings)), path))
    assert all(isinstance(step, Progress) for step in steps) and steps[-1].fraction == 1
    return path


@pytest.mark.parametrize(("count", "fps"), [(1, 12.0), (2, 29.97), (9, 60.0), (5, 1.0), (7, 23.976)])
def test_every_frame_has_its_exact_time_and_the_last_its_length(
    tmp_path: Path, count: int, fps: float
) -> None:
    path = saved(ExportJob(Clip.from_frames(smooth((count, 16, 16)))), tmp_path / "a.mp4", fps=fps)
    one = 1 / Fraction(str(fps))
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        times = [frame.pts * frame.time_base for frame in container.decode(stream)]
        assert times == [i * one for i in range(count)]
        assert stream.duration * stream.time_base == count * one
        assert stream.frames == count and stream.average_rate == 1 / one


@pytest.mark.parametrize("channels", [1, 3])
def test_the_inputs_colours_come_back(tmp_path: Path, channels: int) -> None:
    clip = Clip.from_frames(smooth((9, 48, 64))[..., :channels])
    shown = by_ffmpeg(saved(ExportJob(clip), tmp_path / "a.mp4"))
    assert psnr(shown, np.repeat(clip.frames, 4 - channels, axis=3)) > 42


def test_the_file_says_which_colours_these_are_and_a_browser_need_not_wait(
    job: ExportJob, tmp_path: Path
) -> None:
    path = saved(job, tmp_path / "a.mp4")
    with av.open(str(path)) as container:
        codec = container.streams.video[0].codec_context
        told = codec.color_range, codec.colorspace, codec.color_primaries, codec.color_trc
        assert told == (1, 1, 1, 1)  # limited range; BT.709 three times (ITU-T H.273)
        assert codec.name == "h264" and codec.pix_fmt == "yuv420p" and codec.profile == "High"
        assert container.metadata["comment"] == "Wavecube"
    content = path.read_bytes()
    assert content.index(b"moov") < content.index(b"mdat")


@pytest.mark.parametrize("shape", [(33, 47), (1, 1), (2, 5), (16, 31)])
def test_odd_sides_repeat_the_last_row_or_column(tmp_path: Path, shape: tuple[int, int]) -> None:
    frames = smooth((4, *shape))
    shown = by_ffmpeg(saved(ExportJob(Clip.from_frames(frames)), tmp_path / "a.mp4"))
    height, width = shape
    assert shown.shape == (4, height + height % 2, width + width % 2, 3)
    assert psnr(shown[:, :height, :width], frames) > 38
    assert (
        psnr(shown[:, -1, :width], frames[:, -1]) > 30 and psnr(shown[:, :height, -1], frames[:, :, -1]) > 30
    )


def test_a_feature_volume_in_voxels_of_four_pixels_keeps_its_colours(tmp_path: Path) -> None:
    t, y, x = np.indices((6, 20, 30))
    volume = FeatureVolume(np.sin(t / 2 + y / 9 + x / 11).astype(np.float32))
    job = ExportJob(Clip.from_frames(smooth((6, 20, 30))), volumes=(volume,))
    shown = by_ffmpeg(saved(job, tmp_path / "a.mp4", content="feature", scale=2))
    limits = limits_for(job.volumes, job.contrast, True)[0]
    exact = colorize(quantise(volume.data, limits), color_table("vik")).repeat(2, axis=1).repeat(2, axis=2)
    assert psnr(shown, exact) > 36
    zero = np.abs(volume.data).repeat(2, axis=1).repeat(2, axis=2) < 0.01
    assert np.abs(shown[zero].astype(int) - exact[zero]).mean() < 4, "0 stays neutral"


def test_a_mosaic_has_the_frames_of_its_gif(tmp_path: Path, rng: np.random.Generator) -> None:
    volume = FeatureVolume(rng.normal(size=(9, 48, 64)).astype(np.float32))
    job = ExportJob(Clip.from_frames(smooth((9, 48, 64))), volumes=(volume,))
    film, gif = tmp_path / "a.mp4", tmp_path / "a.gif"
    for path in (film, gif):
        run(write(replace(job, export=ExportSettings(ping_pong=True)), path))
    video_frames, gif_frames = by_ffmpeg(film), by_ffmpeg(gif)
    height, width = gif_frames.shape[1:3]
    assert len(video_frames) == len(gif_frames) == 16
    assert psnr(video_frames[:, :height, :width], gif_frames) > 25


def test_a_drawn_film_keeps_its_order(tmp_path: Path) -> None:
    def picture(number: int) -> np.ndarray:
        return np.full((32, 32, 3), 40 * number, np.uint8)

    def palette() -> Iterator[Progress]:
        yield Progress(0, 0)
        raise AssertionError("a video needs no palette")

    film = ColorFilm(32, 32, (4, 0, 2), picture, palette)  # type: ignore[arg-type]
    shown = by_ffmpeg(saved(FilmJob(film, comment="a test"), tmp_path / "a.mp4"))
    assert np.abs(shown.astype(int) - np.array([160, 0, 80]).reshape(3, 1, 1, 1)).max() <= 2


def test_without_the_encoder_one_sentence_says_so(
    job: ExportJob, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(video, "CODEC", "libnothing")
    with pytest.raises(ExportError, match=r"no H\.264 encoder, .* choose \.gif or \.png\.$"):
        run(write(job, tmp_path / "a.mp4"))
    assert list(tmp_path.iterdir()) == []


def test_what_no_video_can_hold_is_refused_with_the_numbers(tmp_path: Path) -> None:
    film = ColorFilm(16386, 2, (0,), lambda _: np.zeros((2, 16386, 3), np.uint8), lambda: iter(()))  # type: ignore
    with pytest.raises(ExportError, match=r"at most 16384 pixels in a row, not 16386 x 2"):
        run(write(FilmJob(film), tmp_path / "a.mp4"))


def test_what_the_encoder_refuses_is_one_sentence(
    job: ExportJob, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(video, "_QUALITY", "no number")
    with pytest.raises(ExportError, match=r"^The video could not be encoded: .*\.$"):
        run(write(job, tmp_path / "a.mp4"))
    assert list(tmp_path.iterdir()) == []
