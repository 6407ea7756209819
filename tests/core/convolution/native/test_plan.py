"""Blocks, programs and the order of weights: what the inner loop is told to do."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.convolution.layout import Layout
from core.convolution.native.kernel_ir import END_SUMS, END_TOTALS, FLUSH
from core.convolution.native.plan import CHUNK, columns, entries, passes
from core.settings import ConvolutionSettings


def layout(kernel=(3, 3, 3), channels=3, size=(16, 60, 80), **how):
    return Layout.of(size, kernel, channels, ConvolutionSettings(**how))


@given(
    length=st.integers(1, 400),
    width=st.sampled_from([4, 8, 16]),
    lanes=st.integers(1, 4),
    registers=st.sampled_from([16, 32]),
)
def test_blocks_cover_every_column_and_reach_beyond_none(length, width, lanes, registers):
    blocks = columns(length, width, lanes, registers)
    covered = np.zeros(max(length, width), int)
    for vectors, places in blocks.items():
        assert lanes * vectors + min(lanes, vectors) + 1 <= registers
        for place in places:
            covered[place : place + vectors * width] += 1
            assert place >= 0
            assert place + vectors * width <= max(length, width)
    assert covered[:length].all()


@pytest.mark.parametrize("filters", [1, 2, 3, 4, 5, 6, 7, 8, 9, 13, 64])
def test_every_filter_is_computed_once(filters):
    seen = np.zeros((filters, 78), int)
    for one in passes(layout(), filters, 8):
        for place in one.places:
            here = seen[one.first : one.first + one.filters * one.blocks]
            here[:, place : place + 8 * one.vectors] = 1
    assert seen.all()


@pytest.mark.parametrize("rows", [1, 2, 3])
@pytest.mark.parametrize("kernel", [(3, 3, 3), (5, 5, 5), (1, 16, 16), (4, 2, 7)])
@pytest.mark.parametrize("how", [{}, {"stride": (1, 2, 2)}, {"dilation": (1, 3, 2)}])
def test_every_row_of_answers_meets_every_weight_once(rows, kernel, how):
    one = entries(layout(kernel, **how), rows)
    met = np.zeros((rows, kernel[0], 3, *kernel[1:]), int)
    for tap, channel, i, j, row in one.order:
        met[row, tap, channel, i, j] += 1
    assert (met == 1).all()


@pytest.mark.parametrize(("kernel", "flushes"), [((3, 3, 3), 0), ((5, 5, 5), 2), ((16, 16, 16), 95)])
def test_no_sum_is_long_and_many_sums_are_added_in_double_precision(kernel, flushes):
    one = entries(layout(kernel, size=(20, 60, 80)), 1)
    sums, longest = 0, 0
    for operation, count in one.program:
        sums = 0 if operation == FLUSH else sums + count
        longest = max(longest, sums)
    assert longest <= CHUNK
    assert (one.program[:, 0] == FLUSH).sum() == flushes
    assert one.program[-1, 0] == (END_TOTALS if flushes else END_SUMS)
    assert one.wide == (flushes > 31)
    # What is left of 1e-5 when every product of both kinds of sums is off by half a unit.
    assert (longest + (0 if one.wide else flushes + 1)) * 2.0**-24 < 1e-5


def test_weights_lie_in_the_order_of_the_program():
    weights = np.arange(5 * 2 * 2 * 3 * 3, dtype=np.float32).reshape(5, 2, 2, 3, 3)
    for one in passes(layout((2, 2, 3)), 5, 8):
        packed = one.packed(weights)
        assert packed.shape == (one.blocks, 36, one.filters)
        for n, (tap, channel, i, j, _) in enumerate(one.entries.order):
            expected = weights[one.first : one.first + one.filters, tap, i, j, channel]
            assert np.array_equal(packed[0, n], expected)
