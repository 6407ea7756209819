"""What is particular to the ways that need NumPy and OpenCV only: tiles, and the choice between them."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.convolution import columns
from core.convolution.columns import ColumnsMethod, tiles
from core.convolution.geometry import output_shape
from core.convolution.layout import Layout
from core.convolution.planes import suits
from core.convolution.team import shared
from core.settings import ConvolutionSettings
from tests.core.convolution.judges import SETTINGS, judged, layout_of, noise, random_bank


@pytest.mark.parametrize("threads", [1, 2, 8])
@pytest.mark.parametrize("budget", [1 << 20, 1 << 14, 1])
@pytest.mark.parametrize("size", [(3, 50, 64), (1, 3, 500), (2, 1, 1)])
def test_tiles_cover_a_frame_once(size, budget, threads, monkeypatch):
    monkeypatch.setattr(columns, "TILE_BYTES", budget)
    layout = Layout.of(size, (1, 1, 1), 3, ConvolutionSettings())
    seen = np.zeros(size[1:], int)
    for tile in tiles(layout, 4, threads):
        seen[tile.y0 : tile.y1, tile.x0 : tile.x1] += 1
    assert (seen == 1).all()


@settings(max_examples=30, deadline=None)
@given(
    shape=st.tuples(*[st.integers(1, 7)] * 3),
    kernel=st.tuples(*[st.integers(1, 4)] * 3),
    how=SETTINGS,
    voxels=st.integers(1, 3),
    rows=st.sampled_from([2, 5, 384]),
)
def test_tiles_of_a_few_voxels_and_sums_of_a_few_rows_are_the_definition(shape, kernel, how, voxels, rows):
    if 0 in output_shape(shape, kernel, how):
        return
    frames, bank = noise((*shape, 2)).frames, random_bank(3, kernel, 2)
    layout = layout_of(frames, bank, how)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(columns, "TILE_BYTES", 1)
        patch.setattr(columns, "SHORT_ROW", voxels)
        patch.setattr(columns, "PART_ROWS", rows)
        method = ColumnsMethod(layout, bank.weights, bank.bias, 2)
        out = np.full((3, *layout.output), np.nan, np.float32)
        for _ in shared(method.jobs(frames, range(layout.output[0]), out)):
            pass
    expected, allowed = judged(frames, bank, how)
    assert (np.abs(out - expected) <= allowed).all()


def test_few_filters_go_plane_by_plane_only_where_that_is_possible():
    def goes(filters, **how):
        kernel = how.pop("kernel", (5, 5, 5))
        return suits(filters, Layout.of((16, 64, 64), kernel, 3, ConvolutionSettings(**how)))

    assert goes(1)
    assert goes(1, kernel=(3, 3, 3))
    assert goes(3)
    assert goes(1, stride=(2, 1, 1), dilation=(3, 1, 1))
    assert not goes(3, kernel=(3, 3, 3))
    assert not goes(8)
    assert not goes(1, stride=(1, 2, 1))
    assert not goes(1, dilation=(1, 1, 2))
    assert not goes(1, kernel=(3, 16, 16))
