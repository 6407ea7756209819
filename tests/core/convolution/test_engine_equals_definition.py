"""The engine against the definition, over everything that can be set, and against SciPy when larger."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import ndimage, signal

from core.convolution.columns import ColumnsMethod, Layout, tiles
from core.convolution.definition import convolve
from core.convolution.geometry import output_shape
from core.convolution.planes import PlanesMethod, suits
from core.settings import ACTIVATIONS, BORDERS, PADDINGS, ConvolutionSettings
from tests.core.convolution.judges import engine, noise, random_bank, tolerance

SIDE = st.integers(1, 4)
STEPS = st.tuples(*[st.integers(1, 3)] * 3)
SETTINGS = st.builds(
    ConvolutionSettings,
    padding=st.sampled_from(PADDINGS),
    stride=STEPS,
    dilation=STEPS,
    activation=st.sampled_from(ACTIVATIONS),
    border=st.sampled_from(BORDERS),
)


@settings(max_examples=150, deadline=None)
@given(
    shape=st.tuples(*[st.integers(1, 7)] * 3),
    kernel=st.tuples(SIDE, SIDE, SIDE),
    channels=st.sampled_from([1, 3]),
    filters=st.integers(1, 5),
    how=SETTINGS,
    seed=st.integers(0, 2**31),
)
def test_every_way_is_the_definition(shape, kernel, channels, filters, how, seed):
    if 0 in output_shape(shape, kernel, how):
        return
    clip, bank = noise((*shape, channels), seed), random_bank(filters, kernel, channels, seed)
    expected = convolve(clip, bank.weights, bank.bias, how)
    allowed = tolerance(bank) * (2 * np.abs(bank.weights).sum() if how.activation == "square" else 1)

    assert np.abs(engine(clip, bank, how) - expected).max() <= allowed

    layout = Layout.of(shape, kernel, channels, how)
    dense = how.stride[1:] == how.dilation[1:] == (1, 1)
    # Tiles of a few voxels meet every border and every corner.
    methods = [ColumnsMethod(layout, 1, 4 * layout.rows), *([PlanesMethod(layout)] if dense else [])]
    for method in methods:
        out = np.full(expected.shape, np.nan, np.float32)
        jobs = method.jobs(clip.frames, bank.weights, bank.bias, out)
        steps = sum(amount for job in jobs for amount in job())
        assert steps == out[0].size
        assert np.abs(out - expected).max() <= allowed


@pytest.mark.parametrize("filters", [1, 5])
@pytest.mark.parametrize("kernel", [(5, 5, 5), (2, 7, 4), (16, 1, 1), (1, 16, 16)])
def test_scipy_agrees_on_larger_clips(filters, kernel):
    clip, bank = noise((18, 40, 50, 3)), random_bank(filters, kernel)
    video = clip.as_float().astype(np.float64)
    for answer, kernel_of in zip(engine(clip, bank), bank, strict=True):
        expected = sum(
            signal.correlate(video[..., c], kernel_of.weights[..., c].astype(float), mode="valid")
            for c in range(3)
        )
        assert np.abs(answer - expected - kernel_of.bias).max() <= tolerance(bank)


@pytest.mark.parametrize(
    ("border", "mode"), [("zero", "constant"), ("replicate", "nearest"), ("reflect", "mirror")]
)
def test_scipy_agrees_on_same_borders(border, mode):
    clip, bank = noise((9, 20, 30, 1)), random_bank(4, (5, 3, 7), channels=1)
    video = clip.as_float()[..., 0].astype(np.float64)
    answers = engine(clip, bank, ConvolutionSettings("same", border=border))
    for answer, kernel in zip(answers, bank, strict=True):
        expected = ndimage.correlate(video, kernel.weights[..., 0].astype(float), mode=mode)
        assert np.abs(answer - expected - kernel.bias).max() <= tolerance(bank)


def test_tiles_cover_a_frame_once():
    for size, budget in [((3, 50, 64), 1 << 20), ((3, 50, 64), 1 << 14), ((1, 3, 500), 1), ((2, 1, 1), 1)]:
        layout = Layout.of(size, (1, 1, 1), 3, ConvolutionSettings())
        seen = np.zeros(size[1:], int)
        for tile in tiles(layout, budget):
            seen[tile.y0 : tile.y1, tile.x0 : tile.x1] += 1
        assert (seen == 1).all()


def test_few_filters_go_plane_by_plane_only_where_that_is_possible():
    def goes(filters, **how):
        kernel = how.pop("kernel", (5, 5, 5))
        return suits(filters, Layout.of((16, 64, 64), kernel, 3, ConvolutionSettings(**how)))

    assert goes(1)
    assert goes(1, stride=(2, 1, 1), dilation=(3, 1, 1))
    assert not goes(8)
    assert not goes(1, stride=(1, 2, 1))
    assert not goes(1, dilation=(1, 1, 2))
    assert not goes(1, kernel=(3, 16, 16))
