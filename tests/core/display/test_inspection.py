"""What the table shows is what was computed, cell by cell, and says where each number comes from."""

import numpy as np
import pytest

from core.analysis.inspector import Inspection, inspect
from core.clip import Clip
from core.display.colormap import MIDDLE, color_table
from core.display.inspection import InspectionSheet, weight_block
from core.display.numbers import fixed
from core.display.sheet import CellPlace
from core.filters.kernel import Kernel
from core.settings import ConvolutionSettings
from tests.core.analysis.inspecting import marked_clip
from tests.core.convolution.judges import noise, random_bank

VIK = color_table("vik")
PLACES = [(i, c, j, k) for i in range(2) for c in range(3) for j in range(2) for k in range(3)]


def sheet_of(found: Inspection, folded: bool = False) -> InspectionSheet:
    return InspectionSheet(found, weight_block(found.kernel, folded), VIK)


@pytest.fixture
def found() -> Inspection:
    return inspect(marked_clip(), random_bank(1, (2, 2, 3))[0], ConvolutionSettings(), (1, 2, 3))


def test_cells_are_the_terms(found):
    blocks = sheet_of(found).blocks
    assert [block.shape for block in blocks] == [(2, 3, 2, 3)] * 3
    assert [block.names for block in blocks] == [("R", "G", "B")] * 3
    for i, c, j, k in PLACES:
        term = found.term(i, j, k, c)
        assert tuple(block.values[i, c, j, k] for block in blocks) == (term.value, term.weight, term.product)
        assert blocks[0].raw_texts(i, c)[j][k] == str(term.raw)
        assert blocks[2].texts(i, c)[j][k] == fixed(term.product, blocks[2].decimals)


def test_pictures_hold_each_cell_where_the_widget_looks_for_it(found):
    # Row i of plane c begins at (c * rows + i) * cells down; levels are what letters are chosen by.
    for block in sheet_of(found).blocks:
        picture = block.indices()
        for i, c, j, k in PLACES:
            assert picture[(c * 2 + i) * 2 + j, k] == block.levels(i, c)[j][k]


def test_colours_have_one_scale_whatever_the_place(found):
    other = inspect(marked_clip(), found.kernel, ConvolutionSettings(), (0, 0, 0))
    for one, two in zip(sheet_of(found).blocks, sheet_of(other).blocks, strict=True):
        assert one.limits == two.limits
    values, weights, products = sheet_of(found).blocks
    assert (values.limits.low, values.limits.high) == (0.0, 1.0)
    assert weights.limits == products.limits
    assert weights.limits.high == -weights.limits.low == np.abs(found.weights).max()
    assert weights.table.name != products.table.name


def test_zero_has_the_neutral_colour():
    black = inspect(
        Clip.from_frames(np.zeros((1, 1, 2, 3), np.uint8)),
        Kernel(np.ones((1, 1, 2, 3), np.float32)),
        ConvolutionSettings(),
        (0, 0, 0),
    )
    assert set(sheet_of(black).blocks[2].indices().ravel()) == {MIDDLE}


def test_subtotals_stand_under_planes_and_beside_rows(found):
    sheet = sheet_of(found)
    decimals = sheet.weights.decimals + 1
    assert sheet.blocks[2].sums[1][2] == fixed(found.channel_subtotals[1, 2], decimals)
    assert sheet.totals == [fixed(value, decimals) for value in found.subtotals]
    title, texts, total = sheet.footer
    assert title == "all frames"
    assert list(texts) == [fixed(v, decimals) for v in found.channel_subtotals.sum(axis=0)]
    assert float(total.removeprefix("~").strip().replace("−", "-")) == pytest.approx(found.total, rel=1e-3)


def test_folded_a_plane_is_the_sum_of_the_channels(found):
    sheet = sheet_of(found, folded=True)
    values, weights, products = sheet.blocks
    assert [block.shape for block in sheet.blocks] == [(2, 1, 2, 3)] * 3
    assert np.array_equal(values.colours, found.patch.raw)
    assert values.picture().shape == (4, 3, 3)
    assert np.allclose(weights.values[:, 0], found.weights.sum(axis=3))
    assert np.allclose(products.values[:, 0], found.products.sum(axis=3))
    assert (weights.title, products.title) == ("weights, summed", "products, summed")
    assert sheet.footer[1] == [fixed(found.total, sheet.weights.decimals + 1)]


def test_grey_clips_have_one_plane_without_a_name():
    grey = inspect(
        noise((2, 3, 3, 1)), random_bank(1, (2, 2, 2), channels=1)[0], ConvolutionSettings(), (0, 1, 1)
    )
    sheet = sheet_of(grey)
    assert [block.names for block in sheet.blocks] == [("",)] * 3
    assert not sheet_of(grey, folded=True).folded
    assert sheet.blocks[0].colours is None


def test_a_cell_says_its_place_and_all_digits(found):
    where, numbers = sheet_of(found).describe(CellPlace(1, 2, 0, 1))
    # Output (1, 2, 3), tap (1, 0, 1): frame 2 (the third), row 2, column 4; blue is 2 more than the mark.
    assert where == "frame 3 (t 2), y 2, x 4, B   ·   kernel frame 2, row 1, column 2"
    term = found.term(1, 0, 1, 2)
    raw = 80 + 12 + 4 + 2
    weight = str(found.kernel.weights[1, 0, 1, 2])
    said = f"raw {raw} → {raw / 255!r} × {weight} = {term.product!r}".replace("-", "−")
    assert numbers == said


def test_a_folded_cell_says_all_channels(found):
    where, numbers = sheet_of(found, folded=True).describe(CellPlace(0, 0, 1, 2))
    assert where == "frame 2 (t 1), y 3, x 5   ·   kernel frame 1, row 2, column 3"
    total = float(numbers.rsplit("=", 1)[1].replace("−", "-"))
    assert total == pytest.approx(found.products[0, 1, 2].sum())
    assert numbers.count("×") == 3


@pytest.mark.parametrize(
    ("border", "label", "counts"),
    [("zero", "padding: 0", "counts 0"), ("replicate", "padding: as 1", "counts as (0, 0, 1)")],
)
def test_padding_is_hatched_and_says_what_counts(border, label, counts):
    how = ConvolutionSettings("same", border=border)
    found = inspect(marked_clip(), random_bank(1, (3, 3, 3))[0], how, (0, 0, 2))
    sheet = sheet_of(found)
    assert sheet.labels[0] == (label, "kernel frame 1 of 3")
    assert sheet.labels[1][0] == "frame 1"
    assert sheet.hatched(0) == [[True] * 3] * 3
    assert sheet.hatched(1) == [[True] * 3, [False] * 3, [False] * 3]
    where, _ = sheet.describe(CellPlace(1, 0, 0, 0))
    assert where.startswith(f"outside the clip (t 0, y −1, x 1): {counts}, R")
    inside = inspect(marked_clip(), random_bank(1, (3, 3, 3))[0], how, (2, 2, 2))
    assert sheet_of(inside).hatched(0) is None
