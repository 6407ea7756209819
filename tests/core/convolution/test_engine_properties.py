"""What every convolution must do, whatever computes it."""

import numpy as np
import pytest

from core.clip import Clip
from core.filters.bank import FilterBank
from core.settings import ConvolutionSettings
from tests.core.convolution.judges import engine, noise, random_bank, tolerance

FEW_AND_MANY = pytest.mark.parametrize("filters", [1, 6])


def still(value: int, shape: tuple[int, int, int, int] = (7, 12, 13, 3)) -> Clip:
    return Clip.from_frames(np.full(shape, value, np.uint8))


def without_bias(bank: FilterBank) -> FilterBank:
    return FilterBank.from_weights(bank.weights)


@FEW_AND_MANY
def test_an_impulse_shows_the_kernel_flipped_exactly(filters):
    frames = np.zeros((9, 11, 13, 3), np.uint8)
    frames[4, 5, 6, 1] = 255
    bank = without_bias(random_bank(filters, (3, 4, 5)))
    answer = engine(Clip.from_frames(frames), bank)
    # Output (t, y, x) sees the impulse with the weight at (4 - t, 5 - y, 6 - x).
    box = answer[:, 2:5, 2:6, 2:7]
    assert np.array_equal(box, bank.weights[:, ::-1, ::-1, ::-1, 1])
    assert np.count_nonzero(answer) == np.count_nonzero(box)


@FEW_AND_MANY
def test_a_constant_clip_gives_the_gain(filters):
    bank = random_bank(filters, (3, 5, 4))
    answer = engine(still(51), bank)
    gain = bank.weights.sum(axis=(1, 2, 3, 4), dtype=np.float64) * 0.2 + bank.bias
    assert np.abs(answer - gain[:, None, None, None]).max() <= tolerance(bank)


@FEW_AND_MANY
@pytest.mark.parametrize("axis", [1, 2, 3])
def test_a_shifted_clip_gives_a_shifted_answer(filters, axis):
    clip, bank = noise((9, 14, 15, 3)), random_bank(filters, (3, 4, 2))
    shifted = Clip.from_frames(np.roll(clip.frames, 1, axis - 1))
    before, after = engine(clip, bank), engine(shifted, bank)
    first, last = [slice(None)] * 4, [slice(None)] * 4
    first[axis], last[axis] = slice(None, -1), slice(1, None)
    assert np.allclose(before[tuple(first)], after[tuple(last)], rtol=0, atol=tolerance(bank))


@FEW_AND_MANY
def test_sums_of_clips_and_of_kernels_add(filters):
    rng = np.random.default_rng(3)
    one, two = (rng.integers(0, 128, (6, 9, 10, 3), dtype=np.uint8) for _ in range(2))
    bank, other = (without_bias(random_bank(filters, (3, 3, 3), seed=s)) for s in (4, 5))
    clips = [engine(Clip.from_frames(frames), bank) for frames in (one, two, one + two)]
    assert np.abs(clips[0] + clips[1] - clips[2]).max() <= 3 * tolerance(bank)

    both = FilterBank.from_weights(bank.weights + 2 * other.weights)
    clip = Clip.from_frames(one)
    total = engine(clip, bank) + 2 * engine(clip, other)
    assert np.abs(total - engine(clip, both)).max() <= 3 * tolerance(both)


@FEW_AND_MANY
def test_stride_keeps_every_nth_answer(filters):
    clip, bank = noise((11, 17, 19, 3)), random_bank(filters, (3, 3, 3))
    every = engine(clip, bank)
    some = engine(clip, bank, ConvolutionSettings(stride=(2, 3, 4)))
    assert np.allclose(some, every[:, ::2, ::3, ::4], rtol=0, atol=tolerance(bank))


@FEW_AND_MANY
def test_dilation_is_a_kernel_with_holes(filters):
    clip, bank = noise((11, 17, 19, 3)), random_bank(filters, (3, 2, 4))
    holes = np.zeros((filters, 5, 4, 7, 3), np.float32)
    holes[:, ::2, ::3, ::2] = bank.weights
    answer = engine(clip, bank, ConvolutionSettings(dilation=(2, 3, 2)))
    assert np.allclose(
        answer, engine(clip, FilterBank.from_weights(holes, bank.bias)), rtol=0, atol=tolerance(bank)
    )


def test_a_reversed_clip_under_a_reversed_kernel_gives_the_answer_reversed():
    clip, bank = noise((8, 9, 10, 3)), random_bank(4, (3, 2, 5))
    backwards = Clip.from_frames(clip.frames[::-1, ::-1, ::-1])
    flipped = FilterBank.from_weights(bank.weights[:, ::-1, ::-1, ::-1], bank.bias)
    assert np.allclose(
        engine(backwards, flipped)[:, ::-1, ::-1, ::-1], engine(clip, bank), rtol=0, atol=tolerance(bank)
    )


def test_grey_and_rgb_banks_fit_grey_and_rgb_clips():
    grey, bank = noise((4, 6, 7, 1)), random_bank(5, (2, 3, 3))
    rgb = Clip.from_frames(np.repeat(grey.frames, 3, axis=3))
    assert np.allclose(engine(grey, bank), engine(rgb, bank), rtol=0, atol=2 * tolerance(bank))
    narrow = random_bank(5, (2, 3, 3), channels=1)
    assert np.allclose(engine(grey, narrow), engine(rgb, narrow), rtol=0, atol=2 * tolerance(narrow))
