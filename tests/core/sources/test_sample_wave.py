"""The bundled clip: what its script draws, and like a real recording in what filters see."""

import runpy
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from core.clip import Clip
from core.paths import resource
from core.progress import run
from core.settings import WorkingSize
from core.sources.load import load_clip
from core.sources.opening import open_source


@pytest.fixture(scope="module")
def sample() -> Clip:
    return run(load_clip(open_source("sample:wave")))


def luminance(clip: Clip) -> np.ndarray:
    return clip.as_float() @ np.array([0.299, 0.587, 0.114], np.float32)


def character(clip: Clip) -> dict[str, float]:
    """Return what filters notice: contrast, share of change, fall of the spectrum, random answers."""
    light = luminance(clip)
    change = np.diff(light, axis=0)
    window = np.hanning(light.shape[1])[:, None] * np.hanning(light.shape[2])
    power = np.abs(np.fft.fft2((light[0] - light[0].mean()) * window)) ** 2
    radius = np.hypot(np.fft.fftfreq(light.shape[1])[:, None], np.fft.fftfreq(light.shape[2]))
    edges = np.geomspace(0.01, 0.45, 12)
    bands = [power[(radius >= a) & (radius < b)].mean() for a, b in pairwise(edges)]
    return {
        "mean": float(light.mean()),
        "spread": float(light.std()),
        "share of change": float((change**2).mean() / (2 * light.var())),
        "noise": float(np.median(np.abs(change))),
        "moving": float((np.abs(change) > 0.05).mean()),
        "slope": -float(np.polyfit(np.log(edges[:-1]), np.log(bands), 1)[0]),
        "answer": _answer(clip),
    }


def _answer(clip: Clip) -> float:
    """Return the spread of a random zero-mean unit-norm 5x5x5 RGB filter, over every other position."""
    windows = np.lib.stride_tricks.sliding_window_view(clip.as_float(), (5, 5, 5), (0, 1, 2))[::3, ::3, ::3]
    weights = np.random.RandomState(0).randn(4, 3, 5, 5, 5).astype(np.float32)
    weights -= weights.mean(axis=(1, 2, 3, 4), keepdims=True)
    weights /= np.sqrt((weights**2).sum(axis=(1, 2, 3, 4), keepdims=True))
    return float(np.einsum("tyxcijk,ncijk->ntyx", windows, weights, optimize=True).std(axis=(1, 2, 3)).mean())


def test_sample_is_sixteen_frames_of_320x240(sample: Clip) -> None:
    assert sample.frames.shape == (16, 240, 320, 3)
    assert sample.fps == pytest.approx(15, abs=0.05)
    assert sample.name == "wave"
    assert sample.note == ""
    assert resource("sample_wave.webp").stat().st_size < 1_000_000


@pytest.mark.slow  # draws the whole clip again
def test_sample_is_what_the_script_draws(sample: Clip) -> None:
    script = runpy.run_path(str(resource("make_sample_wave.py")))
    drawn = script["make_frames"](2)
    error = (drawn.astype(float) - sample.frames[:2]) ** 2
    assert 10 * np.log10(255**2 / error.mean()) > 33


def test_sample_moves_and_nearly_loops(sample: Clip) -> None:
    light = luminance(sample)
    steps = np.abs(np.diff(light, axis=0)).mean(axis=(1, 2))
    back = np.abs(light[-1] - light[0]).mean()
    assert steps.min() > 0.008
    assert back < 1.5 * steps.max()


def test_sample_is_like_the_real_recording(sample: Clip, real_wave: Path) -> None:
    real = character(run(load_clip(open_source(str(real_wave)))).resized(WorkingSize(320, 320)))
    ours = character(sample)
    ratios = {key: ours[key] / real[key] for key in real}
    assert all(0.5 < ratio < 2 for ratio in ratios.values()), ratios
