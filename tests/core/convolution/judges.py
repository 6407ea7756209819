"""What the tests of convolution share: clips, banks, ways to compute, and the rounding that is allowed."""

from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
import pytest
from hypothesis import strategies as st

from core.clip import Clip
from core.convolution.backends import VARIABLE, method_for, usable_names
from core.convolution.definition import convolve, values
from core.convolution.engine import convolve_bank
from core.convolution.layout import Layout
from core.convolution.team import shared
from core.filters.bank import FilterBank
from core.settings import ACTIVATIONS, BORDERS, PADDINGS, ConvolutionSettings

DEFAULT = ConvolutionSettings()
EVERY_WAY = pytest.mark.parametrize("way", usable_names())

STEPS = st.tuples(*[st.integers(1, 3)] * 3)
SETTINGS = st.builds(
    ConvolutionSettings,
    padding=st.sampled_from(PADDINGS) | st.tuples(*[st.integers(0, 5)] * 3),
    stride=STEPS,
    dilation=STEPS,
    activation=st.sampled_from(ACTIVATIONS),
    border=st.sampled_from(BORDERS),
)


@contextmanager
def using(way: str) -> Iterator[None]:
    """Make the engine compute in one way."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(VARIABLE, way)
        yield


def noise(shape: tuple[int, int, int, int], seed: int = 1) -> Clip:
    return Clip.from_frames(np.random.default_rng(seed).integers(0, 256, shape, dtype=np.uint8))


def float_frames(shape: tuple[int, int, int, int], seed: int = 1) -> np.ndarray:
    """Return T frames (C, H, W) float32 of either sign, as a first layer's volumes are."""
    t, h, w, c = shape
    return np.random.default_rng(seed).standard_normal((t, c, h, w)).astype(np.float32)


def random_bank(filters: int, kernel: tuple[int, int, int], channels: int = 3, seed: int = 2) -> FilterBank:
    rng = np.random.default_rng(seed)
    return FilterBank.from_weights(
        rng.standard_normal((filters, *kernel, channels)), bias=rng.standard_normal(filters)
    )


def engine(clip: Clip, bank: FilterBank, settings: ConvolutionSettings = DEFAULT) -> np.ndarray:
    """Return all volumes as (N, T', H', W')."""
    return np.stack([volume.data for volume in convolve_bank(clip, bank, settings)])


def computed(
    way: str, frames: np.ndarray, bank: FilterBank, settings: ConvolutionSettings = DEFAULT, threads: int = 2
) -> np.ndarray:
    """Return what one way's method answers to T frames (H, W, C) uint8 or (C, H, W) float32."""
    layout = layout_of(frames, bank, settings)
    out = np.full((len(bank), *layout.output), np.nan, np.float32)
    method = method_for(layout, bank.weights, bank.bias, threads, way)
    assert sum(shared(method.jobs(frames, range(layout.output[0]), out))) == out[0].size
    return out


def layout_of(frames: np.ndarray, bank: FilterBank, settings: ConvolutionSettings) -> Layout:
    t, h, w, c = seen(frames).shape
    return Layout.of((t, h, w), bank.kernel_size, c, settings)


def seen(frames: np.ndarray) -> np.ndarray:
    """Return what the filters see as (T, H, W, C) float64."""
    return values(frames if frames.dtype == np.uint8 else frames.transpose(0, 2, 3, 1))


def judged(
    frames: np.ndarray, bank: FilterBank, settings: ConvolutionSettings = DEFAULT
) -> tuple[np.ndarray, np.ndarray]:
    """Return the definition's answer and the error that is allowed, voxel by voxel: 1e-5 sum|terms|."""
    video = seen(frames)
    plain = ConvolutionSettings(settings.padding, settings.stride, settings.dilation, "none", settings.border)
    allowed = 1e-5 * convolve(np.abs(video), np.abs(bank.weights), np.abs(bank.bias), plain)
    answer = convolve(video, bank.weights, bank.bias, settings)
    if settings.activation == "square":  # (s + e)² - s² = e (2 s + e)
        allowed = allowed * (2 * np.sqrt(answer) + allowed) + np.float32(1e-7) * answer
    return answer, allowed + 1e-37


def tolerance(bank: FilterBank) -> float:
    """Return 1e-5 of the largest sum of absolute terms that a clip in [0, 1] can give."""
    terms = np.abs(bank.weights, dtype=np.float64).sum(axis=(1, 2, 3, 4)) + np.abs(bank.bias)
    return 1e-5 * float(terms.max())
