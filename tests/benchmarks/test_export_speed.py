"""What a person waits for after *Export*; the figures of the docstrings come from here."""

import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageSequence

from core.clip import Clip
from core.convolution.engine import convolve_bank
from core.display.contrast import Limits, limits_for
from core.display.palette import clip_palette
from core.display.render import quantise
from core.export.formats import ExportJob, write
from core.filters.builtin import make_bank
from core.progress import run
from core.settings import ContrastSettings, ExportSettings, WorkingSize

pytestmark = pytest.mark.benchmark
ROUNDS = 7


def median_ms(work: Callable[[], object], rounds: int = ROUNDS) -> float:
    times = []
    for _ in range(rounds):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return sorted(times)[rounds // 2] * 1e3


def psnr(a: np.ndarray, b: np.ndarray) -> float:
    return float(10 * np.log10(255**2 / np.mean((a.astype(np.float64) - b) ** 2)))


@pytest.fixture(scope="module")
def job() -> ExportJob:
    """16 real frames, 320x240, and the answers of 8 random filters."""
    folder = Path(__file__).resolve().parents[3] / "shared" / "data" / "wave"
    if not folder.is_dir():
        pytest.skip("the 16 real webcam frames are not on this machine")
    paths = [folder / f"frame{i}.jpg" for i in range(1, 17)]
    clip = Clip.from_frames([np.asarray(Image.open(path)) for path in paths], name="wave")
    clip = clip.resized(WorkingSize())
    bank = make_bank("zero-mean")
    return ExportJob(clip, bank, tuple(convolve_bank(clip, bank)))


@pytest.mark.parametrize("content", ["feature", "input", "mosaic"])
def test_gif(job: ExportJob, tmp_path: Path, content: str) -> None:
    export = ExportSettings(content=content)  # type: ignore[arg-type]
    made = ExportJob(job.clip, job.bank, job.volumes, export=export)
    path = tmp_path / "film.gif"
    ms = median_ms(lambda: run(write(made, path)))
    print(f"\nGIF {content:8} {ms:6.0f} ms {path.stat().st_size / 1000:7.0f} kB", end="")
    if content == "input":
        with Image.open(path) as film:
            shown = np.stack([np.asarray(frame.convert("RGB")) for frame in ImageSequence.Iterator(film)])
        print(f"  PSNR {psnr(shown, job.clip.frames):.1f} dB")


def test_npz(job: ExportJob, tmp_path: Path) -> None:
    path = tmp_path / "arrays.npz"
    ms = median_ms(lambda: run(write(job, path)))
    print(f"\nnpz          {ms:6.0f} ms {path.stat().st_size / 1000:7.0f} kB")


@pytest.mark.parametrize("colors", [256, 113])
def test_palette(job: ExportJob, colors: int) -> None:
    palette = clip_palette(job.clip.frames, colors)
    shown = np.stack([palette.rgb[palette.indices(frame)] for frame in job.clip.frames])
    ms = median_ms(lambda: clip_palette(job.clip.frames, colors))
    print(f"\n{colors} colours: {ms:.0f} ms, PSNR {psnr(shown, job.clip.frames):.1f} dB")


def test_rendering_64_viewers(job: ExportJob) -> None:
    frame, out = job.volumes[0].data[0], np.empty(job.volumes[0].data.shape[1:], np.uint8)
    ms = median_ms(lambda: quantise(frame, Limits(-1, 1), out), 500)
    volumes = job.volumes * 8
    limits_ms = median_ms(lambda: limits_for(volumes, ContrastSettings(), True))
    print(f"\nquantise 320x240: {ms * 1000:.0f} us (64 at 60 fps: {ms * 64 * 60 / 10:.0f} % of one core); "
          f"limits of 64 volumes: {limits_ms:.1f} ms")  # fmt: skip
