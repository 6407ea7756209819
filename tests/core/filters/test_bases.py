import numpy as np
import pytest
from scipy.fft import dct

from core.errors import FilterError
from core.filters.bases import cosines, direction_section, walsh, zigzag
from core.filters.builtin import make_bank
from tests.core.filters.dtft import dsi, moving_texture, responses


@pytest.mark.parametrize("count", [1, 2, 3, 5, 8])
def test_cosines_are_scipys_and_orthonormal(count):
    assert np.allclose(cosines(count), dct(np.eye(count), axis=0, norm="ortho"), atol=1e-12)
    assert np.allclose(cosines(count) @ cosines(count).T, np.eye(count), atol=1e-12)


@pytest.mark.parametrize("kernel", [(4, 4, 4), (1, 8, 8), (2, 3, 5)])
def test_all_products_are_an_orthonormal_basis_and_only_the_first_has_a_sum(kernel):
    bank = make_bank("dct", kernel=kernel, filters=64)
    rows = bank.weights.reshape(len(bank), -1).astype(np.float64)
    assert len(bank) == np.prod(kernel)
    assert np.allclose(rows @ rows.T, np.eye(len(bank)), atol=1e-6)
    assert bank.names[0] == "t0 y0 x0"
    assert np.allclose(rows.sum(axis=1)[1:], 0, atol=1e-5)


def test_products_see_no_direction():
    assert all(abs(dsi(one.weights)) < 1e-5 for one in make_bank("dct", filters=12))
    t, x = cosines(5)[1], cosines(5)[2]
    assert abs(dsi(np.einsum("i,j,k->ijk", t, x, x))) < 1e-12


def test_names_tell_what_they_are():
    bank = make_bank("dct", kernel=(4, 4, 4), filters=64)
    place = bank.names.index("t1 y0 x2")
    expected = np.einsum("i,j,k->ijk", cosines(4)[1], cosines(4)[0], cosines(4)[2])
    assert np.allclose(bank.weights[place, ..., 0], expected, atol=1e-7)


def test_the_smoothest_come_first():
    order = zigzag((3, 3, 3))
    assert order[:4] == [(0, 0, 0), (1, 0, 0), (0, 1, 0), (0, 0, 1)]
    assert [sum(place) for place in order] == sorted(sum(place) for place in order)
    assert len(set(order)) == 27


# At the exact peak; grids that miss it read .90 to .999, as the opposite direction has a zero nearby.
@pytest.mark.parametrize(("count", "k", "expected"), [(5, 1, 0.9665), (7, 1, 0.9665), (8, 2, 0.9942)])
def test_the_sum_and_the_difference_of_two_blind_products_see_opposite_directions(count, k, expected):
    t = cosines(count)
    for part in (k, k + 1):
        assert abs(dsi(np.outer(t[part], t[part])[:, None, :])) < 1e-12
    for sign in (1, -1):
        assert dsi(direction_section(count, count, k, sign)[:, None, :]) == pytest.approx(expected, abs=2e-3)


def test_pairs_prefer_the_arrow_in_their_name():
    bank = make_bank("dct", show="pairs", filters=64)
    assert len(bank) == 12
    # A texture that stays the same across its motion, as these kernels average there.
    along = {"→": (1, 0), "←": (-1, 0), "↓": (0, 1), "↑": (0, -1)}
    energy = {}
    for arrow, (vx, vy) in along.items():
        clip = moving_texture(vx, vy)
        clip = clip.mean(axis=1 if vx else 2, keepdims=True) * np.ones_like(clip)
        energy[arrow] = (responses(bank.weights, clip) ** 2).mean(axis=(1, 2, 3))
    opposite = dict(zip("→←↓↑", "←→↑↓", strict=True))
    for i, name in enumerate(bank.names):
        assert energy[name[0]][i] > 1.8 * energy[opposite[name[0]]][i], name
        assert dsi(bank.weights[i]) > 0.9
        assert bank[i].norm == pytest.approx(1, abs=1e-6)
        assert bank[i].total == pytest.approx(0, abs=1e-6)


def test_pairs_need_room():
    with pytest.raises(FilterError, match=r"3 frames .* 2x5x5 has fewer\.$"):
        make_bank("dct", show="pairs", kernel=(2, 5, 5))
    assert {name[0] for name in make_bank("dct", show="pairs", kernel=(5, 1, 5)).names} == {"→", "←"}
    assert {name[0] for name in make_bank("dct", show="pairs", kernel=(3, 3, 1)).names} == {"↓", "↑"}


@pytest.mark.parametrize("count", [2, 4, 8])
def test_walsh_hadamard_is_orthogonal_and_ordered_by_sign_changes(count):
    rows = walsh(count)
    assert np.array_equal(rows @ rows.T, count * np.eye(count))
    assert [(np.diff(row) != 0).sum() for row in rows] == list(range(count))


@pytest.mark.parametrize("size", [2, 4, 8])
def test_walsh_hadamard_kernels_are_plus_and_minus_1(size):
    bank = make_bank("walsh-hadamard", size=size, filters=64)
    rows = bank.weights.reshape(len(bank), -1)
    assert set(np.unique(rows)) == {-1.0, 1.0}
    assert np.array_equal(rows @ rows.T, size**3 * np.eye(len(bank)))
    assert len(bank) == min(size**3, 64)
    with pytest.raises(FilterError, match="2, 4 or 8, not 3"):
        make_bank("walsh-hadamard", size=3)
