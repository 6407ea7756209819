"""What is particular to the ways that need NumPy and OpenCV only: tiles, and the choice between them."""

import numpy as np

from core.convolution.columns import tiles
from core.convolution.layout import Layout
from core.convolution.planes import suits
from core.settings import ConvolutionSettings


def test_tiles_cover_a_frame_once():
    for size, budget in [((3, 50, 64), 1 << 20), ((3, 50, 64), 1 << 14), ((1, 3, 500), 1), ((2, 1, 1), 1)]:
        layout = Layout.of(size, (1, 1, 1), 3, ConvolutionSettings())
        seen = np.zeros(size[1:], int)
        for tile in tiles(layout, 1, budget):
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
