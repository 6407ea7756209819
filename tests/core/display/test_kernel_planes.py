"""The planes of a kernel: nothing is clipped, nothing is mixed up."""

import numpy as np
import pytest

from core.display.kernels import kernel_planes
from core.display.slices import Plane
from core.filters.builtin import make_bank
from core.filters.kernel import Kernel


def test_planes_are_the_channels_and_their_mean():
    kernel = make_bank("raw", filters=1, kernel=(2, 3, 4), seed=3)[0]
    planes = kernel_planes(kernel)
    assert planes.names == ("R", "G", "B", "mean")
    assert planes.weights.shape == (4, 2, 3, 4)
    for channel in range(3):
        np.testing.assert_array_equal(planes.weights[channel], kernel.weights[..., channel])
    expected = kernel.weights.astype(np.float64).mean(axis=-1)
    np.testing.assert_allclose(planes.weights[3], expected, atol=1e-7)
    assert planes.weight(1, 1, 2, 3) == kernel.weights[1, 2, 3, 1]


def test_a_grey_kernel_has_one_plane():
    planes = kernel_planes(make_bank("raw", filters=1, kernel=(1, 2, 2), seed=3, channels=1)[0])
    assert planes.names == ("grey",)
    assert planes.weights.shape == (1, 1, 2, 2)


@pytest.mark.parametrize("channels", [2, 64])
def test_other_channels_have_numbers(channels):
    kernel = make_bank("raw", filters=1, kernel=(1, 2, 2), seed=3, channels=channels)[0]
    planes = kernel_planes(kernel)
    assert planes.names == (*(str(i + 1) for i in range(channels)), "mean")
    np.testing.assert_array_equal(planes.weights[channels - 1], kernel.weights[..., -1])


@pytest.mark.parametrize("seed", range(5))
def test_no_plane_leaves_the_scale_and_zero_is_the_middle(seed):
    kernel = make_bank("raw", filters=1, seed=seed)[0]
    planes = kernel_planes(kernel)
    assert np.abs(planes.weights).max() <= planes.limits.high * (1 + 1e-6)
    flat = Kernel(np.zeros((1, 2, 2, 3), np.float32))
    assert (kernel_planes(flat).indices(3, 0) == 63).all()


def test_the_largest_weight_has_the_last_colour():
    weights = np.zeros((1, 1, 3, 1), np.float32)
    weights[0, 0, :, 0] = -2, 0, 2
    assert kernel_planes(Kernel(weights)).indices(0, 0).tolist() == [[0, 63, 126]]


def test_planes_are_read_only():
    planes = kernel_planes(make_bank("raw", filters=1)[0])
    with pytest.raises(ValueError, match="read-only"):
        planes.weights[0] = 1


def test_sections_are_rows_and_columns_over_time_in_the_kernel_s_scale():
    kernel = make_bank("raw", filters=1, kernel=(2, 3, 4), seed=3)[0]
    planes = kernel_planes(kernel)
    rows, columns = planes.row_indices(1, 2), planes.column_indices(1, 3)
    assert rows.shape == (2, 4) and columns.shape == (2, 3)
    for t in range(2):
        np.testing.assert_array_equal(rows[t], planes.indices(1, t)[2])
        np.testing.assert_array_equal(columns[t], planes.indices(1, t)[:, 3])
    for plane, index, expected in (
        (Plane.XY, 1, planes.indices(1, 1)),
        (Plane.XT, 2, rows),
        (Plane.YT, 3, columns),
    ):
        np.testing.assert_array_equal(planes.section_indices(1, plane, index), expected)
    np.testing.assert_array_equal(planes.row_indices(1, 99), rows)
    np.testing.assert_array_equal(planes.column_indices(1, -5), planes.column_indices(1, 0))


def test_sections_start_where_most_is_to_be_seen():
    weights = np.zeros((2, 5, 4, 1), np.float32)
    weights[1, 3, 0] = -2
    weights[0, 1, 2] = 1
    assert kernel_planes(Kernel(weights)).strongest_lines(0) == (3, 0)
    assert kernel_planes(Kernel(np.ones((2, 5, 3, 1), np.float32))).strongest_lines(0) == (2, 1)
