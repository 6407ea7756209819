"""What the tests of convolution share: clips, banks and the tolerance that rounding is allowed."""

import numpy as np

from core.clip import Clip
from core.convolution.engine import convolve_bank
from core.filters.bank import FilterBank
from core.settings import ConvolutionSettings

DEFAULT = ConvolutionSettings()


def noise(shape: tuple[int, int, int, int], seed: int = 1) -> Clip:
    return Clip.from_frames(np.random.default_rng(seed).integers(0, 256, shape, dtype=np.uint8))


def random_bank(filters: int, kernel: tuple[int, int, int], channels: int = 3, seed: int = 2) -> FilterBank:
    rng = np.random.default_rng(seed)
    return FilterBank.from_weights(
        rng.standard_normal((filters, *kernel, channels)), bias=rng.standard_normal(filters)
    )


def engine(clip: Clip, bank: FilterBank, settings: ConvolutionSettings = DEFAULT) -> np.ndarray:
    """Return all volumes as (N, T', H', W')."""
    return np.stack([volume.data for volume in convolve_bank(clip, bank, settings)])


def tolerance(bank: FilterBank) -> float:
    """Return 1e-5 of the largest sum of absolute terms that a clip in [0, 1] can give."""
    terms = np.abs(bank.weights, dtype=np.float64).sum(axis=(1, 2, 3, 4)) + np.abs(bank.bias)
    return 1e-5 * float(terms.max())
