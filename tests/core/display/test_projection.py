"""What an input reaches, as a table: flipped weights, what is added, and where."""

import numpy as np
import pytest

from core.analysis.projective import Projection, project
from core.display.colormap import color_table
from core.display.projection import ProjectionSheet
from core.display.sheet import CellPlace
from core.filters.kernel import Kernel
from core.settings import ConvolutionSettings
from tests.core.convolution.judges import noise, random_bank

VIK = color_table("vik")


@pytest.fixture
def kernel() -> Kernel:
    return random_bank(1, (3, 2, 2))[0]


@pytest.fixture
def found(kernel: Kernel) -> Projection:
    return project(noise((6, 7, 8, 3)), kernel, ConvolutionSettings(), (3, 4, 5))


def test_rows_are_output_frames_with_the_kernel_flipped(found, kernel):
    sheet = ProjectionSheet(found, kernel, VIK)
    weights, shares = sheet.blocks
    assert weights.shape == shares.shape == (3, 3, 2, 2)
    assert np.array_equal(weights.values, kernel.weights[::-1, ::-1, ::-1].transpose(0, 3, 1, 2))
    assert np.allclose(shares.values, weights.values * found.values[None, :, None, None])
    assert sheet.labels == [
        ("output frame 2", "kernel frame 3"),
        ("output frame 3", "kernel frame 2"),
        ("output frame 4", "kernel frame 1"),
    ]
    assert len(sheet.totals) == len(sheet.blocks[1].sums) == 3
    assert sheet.hatched(0) is None


def test_a_cell_says_which_output_and_what_is_added(found, kernel):
    where, numbers = ProjectionSheet(found, kernel, VIK).describe(CellPlace(0, 1, 1, 0))
    assert where == "output (1, 4, 4), G"
    weight = kernel.weights[2, 0, 1, 1]
    total = float(found.raw[1]) / 255 * float(weight)
    said = f"raw {found.raw[1]} → {float(found.values[1])!r} × {weight!s} = {total!r}"
    assert numbers == said.replace("-", "−")
    _, folded = ProjectionSheet(found, kernel, VIK, folded=True).describe(CellPlace(0, 0, 1, 0))
    added = float(folded.rsplit("=", 1)[1].replace("−", "-"))
    assert added == pytest.approx(found.shares[0, 1, 0].sum())


def test_taps_that_fall_together_in_the_border_are_no_single_weights(kernel):
    how = ConvolutionSettings("same", border="replicate")
    found = project(noise((6, 7, 8, 3)), kernel, how, (0, 6, 7))
    sheet = ProjectionSheet(found, kernel, VIK)
    assert not sheet.blocks[0].single
    assert sheet.labels[0] == ("output frame 1", "kernel frame 1, 2")
    assert sheet.blocks[0].limits.high >= np.abs(found.weights).max()


def test_folded_planes_are_sums(found, kernel):
    weights, shares = ProjectionSheet(found, kernel, VIK, folded=True).blocks
    assert weights.shape == (3, 1, 2, 2)
    assert np.allclose(weights.values[:, 0], found.weights.sum(axis=3))
    assert np.allclose(shares.values[:, 0], found.shares.sum(axis=3))
