"""The engine against SciPy, whatever way it goes."""

import numpy as np
import pytest
from scipy import ndimage, signal

from core.settings import ConvolutionSettings
from tests.core.convolution.judges import EVERY_WAY, engine, noise, random_bank, tolerance, using

pytestmark = EVERY_WAY


@pytest.mark.parametrize("filters", [1, 5])
@pytest.mark.parametrize("kernel", [(5, 5, 5), (2, 7, 4), (16, 1, 1), (1, 16, 16)])
def test_scipy_agrees_on_larger_clips(way, filters, kernel):
    clip, bank = noise((18, 40, 50, 3)), random_bank(filters, kernel)
    video = clip.as_float().astype(np.float64)
    with using(way):
        answers = engine(clip, bank)
    for answer, kernel_of in zip(answers, bank, strict=True):
        expected = sum(
            signal.correlate(video[..., c], kernel_of.weights[..., c].astype(float), mode="valid")
            for c in range(3)
        )
        assert np.abs(answer - expected - kernel_of.bias).max() <= tolerance(bank)


@pytest.mark.parametrize(
    ("border", "mode"), [("zero", "constant"), ("replicate", "nearest"), ("reflect", "mirror")]
)
def test_scipy_agrees_on_same_borders(way, border, mode):
    clip, bank = noise((9, 20, 30, 1)), random_bank(4, (5, 3, 7), channels=1)
    video = clip.as_float()[..., 0].astype(np.float64)
    with using(way):
        answers = engine(clip, bank, ConvolutionSettings("same", border=border))
    for answer, kernel in zip(answers, bank, strict=True):
        expected = ndimage.correlate(video, kernel.weights[..., 0].astype(float), mode=mode)
        assert np.abs(answer - expected - kernel.bias).max() <= tolerance(bank)
