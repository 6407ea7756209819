import numpy as np
import pytest

from core.errors import FilterError
from core.filters.builtin import make_bank
from tests.core.filters.dtft import dsi, power


@pytest.mark.parametrize(
    ("filters", "kernel", "channels"),
    [(8, (5, 5, 5), 3), (64, (4, 4, 4), 1), (1, (1, 1, 1), 1), (8, (2, 2, 2), 1)],
)
def test_orthonormal_filters_are_at_right_angles_with_norm_1(filters, kernel, channels):
    rows = make_bank("orthonormal", filters=filters, kernel=kernel, channels=channels).weights
    rows = rows.reshape(filters, -1).astype(np.float64)
    assert np.allclose(rows @ rows.T, np.eye(filters), atol=1e-6)


def test_orthonormal_is_gram_and_schmidt_whatever_signs_lapack_chooses():
    bank = make_bank("orthonormal", filters=6, kernel=(2, 3, 2), seed=9, channels=1)
    drawn = np.random.RandomState(9).randn(6, 12)
    rows = []
    for row in drawn:
        for before in rows:
            row = row - before * (row @ before)
        rows.append(row / np.linalg.norm(row))
    assert np.allclose(bank.weights.reshape(6, 12), rows, atol=1e-6)


def test_small_orthonormal_banks_begin_large_ones():
    many = make_bank("orthonormal", filters=40, kernel=(3, 4, 4), seed=2).weights
    assert np.allclose(
        many[:3], make_bank("orthonormal", filters=3, kernel=(3, 4, 4), seed=2).weights, atol=1e-6
    )


def test_there_are_no_more_right_angles_than_weights():
    with pytest.raises(FilterError, match=r"^9 filters of 8 weights .* at most 8\.$"):
        make_bank("orthonormal", filters=9, kernel=(2, 2, 2), channels=1)


@pytest.mark.parametrize("channels", [1, 3])
def test_separable_filters_have_rank_1_sum_0_norm_1_and_see_no_direction(channels):
    bank = make_bank("separable", filters=5, kernel=(4, 5, 6), seed=4, channels=channels)
    rng = np.random.RandomState(0)
    for one in bank:
        values = np.linalg.svd(one.weights.reshape(4, -1).astype(np.float64), compute_uv=False)
        assert values[1] < 1e-7 * values[0]
        assert abs(one.total) < 1e-6
        assert one.norm == pytest.approx(1, abs=1e-6)
        ft, fy, fx = rng.uniform(-0.5, 0.5, (3, 20))
        assert np.allclose(power(one.weights, ft, fy, fx), power(one.weights, -ft, fy, fx), atol=1e-6)
        assert abs(dsi(one.weights)) < 1e-5


def test_dsi_of_a_product_is_0_to_the_last_place_before_rounding():
    t, plane = np.random.RandomState(1).randn(5), np.random.RandomState(2).randn(5, 5)
    assert abs(dsi(np.einsum("i,jk->ijk", t, plane))) < 1e-12


def test_a_separable_kernel_of_one_pixel_balances_time_instead():
    assert abs(make_bank("separable", kernel=(4, 1, 1), channels=1)[0].total) < 1e-6
    with pytest.raises(FilterError, match="at least two weights"):
        make_bank("separable", kernel=(1, 1, 1), channels=1)
