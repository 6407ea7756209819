"""The palette of a colour clip: exact where it can be, close where it cannot, one for the whole clip."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from core.display.palette import clip_palette


def decoded(frames: np.ndarray, colors: int) -> np.ndarray:
    palette = clip_palette(frames, colors)
    assert palette.rgb.shape[0] <= colors and palette.rgb.dtype == np.uint8
    return np.stack([palette.rgb[palette.indices(frame)] for frame in frames])


def psnr(a: np.ndarray, b: np.ndarray) -> float:
    return float(10 * np.log10(255**2 / np.mean((a.astype(np.float64) - b) ** 2)))


@pytest.mark.parametrize("count", [1, 2, 113])
def test_few_colours_are_kept_to_the_bit(rng: np.random.Generator, count: int) -> None:
    colors = rng.integers(0, 256, (count, 3), dtype=np.uint8)
    frames = colors[rng.integers(0, count, (4, 9, 12))]
    assert np.array_equal(decoded(frames, 113), frames)


@pytest.mark.parametrize("channels", [1, 3])
def test_greys_are_exact_with_a_full_table_and_near_with_less(channels: int) -> None:
    greys = np.arange(256, dtype=np.uint8).reshape(1, 16, 16, 1).repeat(channels, axis=3)
    assert np.array_equal(decoded(greys, 256), greys.repeat(3 // channels, axis=3))
    assert np.abs(decoded(greys, 113).astype(int) - greys).max() <= 2


def test_a_colour_that_the_palette_never_saw_gets_its_nearest() -> None:
    frames = np.zeros((1, 4, 100, 3), np.uint8)
    frames[0] = np.random.default_rng(1).integers(0, 128, (4, 100, 3))
    palette = clip_palette(frames, 16)
    stranger = np.full((1, 1, 3), 255, np.uint8)
    distances = np.square(palette.rgb.astype(int) - 255).sum(axis=1)
    assert palette.indices(stranger)[0, 0] == distances.argmin()


def test_every_pixel_gets_about_its_nearest_colour(rng: np.random.Generator) -> None:
    frames = rng.integers(0, 256, (1, 30, 40, 3), dtype=np.uint8)
    palette = clip_palette(frames, 64)
    distances = np.square(frames[0][:, :, None].astype(int) - palette.rgb.astype(int)).sum(axis=-1)
    chosen = np.take_along_axis(distances, palette.indices(frames[0])[..., None].astype(int), axis=-1)[..., 0]
    # Bins are 4 values wide: at most half a bin of error on the way to either colour.
    assert (np.sqrt(chosen) <= np.sqrt(distances.min(axis=-1)) + 2 * np.sqrt(3) * 2).all()


def test_it_beats_pillow_on_real_frames(real_wave: Path) -> None:
    pictures = [Image.open(path).resize((160, 120)) for path in sorted(real_wave.glob("*.jpg"))[:4]]
    frames = np.stack([np.asarray(picture) for picture in pictures])
    pillow = [picture.quantize(256, dither=Image.Dither.NONE).convert("RGB") for picture in pictures]
    assert psnr(decoded(frames, 256), frames) > psnr(np.stack([np.asarray(p) for p in pillow]), frames) + 1


def test_still_parts_do_not_shimmer(rng: np.random.Generator) -> None:
    frames = np.repeat(rng.integers(0, 256, (1, 20, 30, 3), dtype=np.uint8), 3, axis=0)
    frames[1, :10] = rng.integers(0, 256, (10, 30, 3), dtype=np.uint8)
    shown = decoded(frames, 64)
    assert np.array_equal(shown[0], shown[2])
    assert np.array_equal(shown[0, 10:], shown[1, 10:])
