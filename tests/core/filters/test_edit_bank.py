"""Edited banks: what is kept, what is told, what is refused."""

import json
from pathlib import Path

import numpy as np
import pytest

from core.errors import FilterError
from core.filters.bank import FilterBank
from core.filters.builtin import make_bank
from core.filters.edit_bank import (
    new_bank,
    origin_title,
    resized_bank,
    with_copy,
    with_kernel,
    without,
)
from core.filters.files import load_bank, save_bank
from core.filters.views import Stages, View, pair_energy
from tests.motion_banks import opponent


def named(count: int = 4, views: tuple[View, ...] = ()) -> FilterBank:
    weights = np.random.default_rng(2).standard_normal((count, 3, 4, 5, 1))
    return FilterBank.from_weights(
        weights,
        np.arange(count),
        [f"w{i}" for i in range(count)],
        kind="sobel",
        parameters={"size": 3},
        views=views,
        warnings=("coarse",),
    )


def test_only_one_filter_changes() -> None:
    bank = named()
    changed = with_kernel(bank, 2, np.ones((3, 4, 5, 1)))
    assert (changed.weights[2] == 1).all()
    assert np.array_equal(changed.weights[[0, 1, 3]], bank.weights[[0, 1, 3]])
    assert np.array_equal(changed.bias, bank.bias)
    assert changed.names == ("w0", "w1", "w2 (edited)", "w3")
    assert changed.kind == "edited" and changed.warnings == ()
    assert changed.parameters["origin"] == "sobel"
    assert changed.parameters["origin_parameters"] == {"size": 3}
    assert not changed.weights.flags.writeable


def test_equal_weights_are_no_change() -> None:
    bank = named()
    assert with_kernel(bank, 2, bank.weights[2].astype(np.float64)) is bank


def test_the_name_says_it_once_and_the_origin_stays() -> None:
    bank = named()
    for index in (2, 2, 0):
        bank = with_kernel(bank, index, bank.weights[index] * 2)
    assert bank.names == ("w0 (edited)", "w1", "w2 (edited)", "w3")
    assert bank.parameters["origin"] == "sobel" and bank.parameters["edited"] == (0, 2)
    json.dumps(dict(bank.parameters))  # goes into exports


def test_numbers_are_no_names() -> None:
    bank = make_bank("raw", filters=3, kernel=2)
    bank = with_kernel(bank, 1, bank.weights[1] * 2)
    assert bank.names == ("filter 1", "edited", "filter 3")
    assert with_kernel(bank, 1, -bank.weights[1]).names == bank.names
    assert without(bank, 0).names == ("edited", "filter 2")
    assert with_copy(bank, 0).names == ("filter 1", "edited", "filter 3", "filter 4")


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf, 1e300])
def test_what_is_not_finite_is_refused(bad: float) -> None:
    weights = np.zeros((3, 4, 5, 1))
    weights[1, 2, 3, 0] = bad
    for bank in (named(), named(1)):
        with pytest.raises(FilterError, match=r"Filter 'w0 \(edited\)' has the weight .*\(1, 2, 3, 0\)"):
            with_kernel(bank, 0, weights)


def test_another_size_needs_a_bank_of_one() -> None:
    turned = np.zeros((3, 5, 4, 1))
    assert with_kernel(named(1), 0, turned).kernel_size == (3, 5, 4)
    with pytest.raises(FilterError, match="3x5x4 cannot stand beside 3x4x5"):
        with_kernel(named(2), 0, turned)


def views() -> tuple[View, ...]:
    stages = Stages(np.zeros((1, 1, 2, 2, 1), np.float32), np.zeros((4, 2, 1, 1, 1), np.float32))
    return (
        View("energy", "energy", ("a", "b"), (pair_energy(0, 1), pair_energy(2, 3))),
        View("right", "last pair", ("a",), (opponent(((2, 3), -1.0)),), signed=True),
        View("relu", "two stages", ("a", "b", "c", "d"), stages=stages),
    )


def test_recipes_stay_and_stages_with_weights_of_their_own_go() -> None:
    bank = named(views=views())
    changed = with_kernel(bank, 0, -bank.weights[0])
    assert [view.key for view in changed.views] == ["energy", "right"]
    assert with_copy(bank, 0).views == changed.views


def test_removing_a_filter_counts_the_views_anew() -> None:
    bank = without(named(views=views()), 1)
    assert [view.key for view in bank.views] == ["right"]
    assert bank.views[0].members(0) == (1, 2) and bank.views[0].products[0][0].weight == -1.0
    assert bank.names == ("w0", "w2", "w3") and bank.bias.tolist() == [0, 2, 3]
    assert [view.key for view in without(named(views=views()), 3).views] == []


def test_the_only_filter_stays_and_64_are_enough() -> None:
    with pytest.raises(FilterError, match="only filter"):
        without(named(1), 0)
    with pytest.raises(FilterError, match="1 to 64 filters, not 65"):
        with_copy(new_bank(64, (1, 1, 1)), 0)


def test_copies_have_names_of_their_own() -> None:
    bank = with_copy(with_copy(named(2), 1), 1)
    assert bank.names == ("w0", "w1", "w1 copy", "w1 copy 2")
    assert np.array_equal(bank.weights[3], bank.weights[1]) and bank.bias.tolist() == [0, 1, 1, 1]


def test_resizing_is_checked() -> None:
    assert resized_bank(named(2), (1, 9, 2)).weights.shape == (2, 1, 9, 2, 1)
    for size in ((0, 1, 1), (17, 1, 1)):
        with pytest.raises(FilterError, match="1 to 16 taps"):
            resized_bank(named(), size)


def test_new_banks() -> None:
    assert not new_bank(3, (2, 3, 4), 3).weights.any()
    bank = new_bank(2, (3, 4, 5), 3, pass_through=True)
    assert bank.weights[1, 1, 1, 2].sum() == pytest.approx(1) and np.count_nonzero(bank.weights) == 6
    assert bank.kind == "edited" and origin_title(bank) == "new"
    with pytest.raises(FilterError, match="not 0"):
        new_bank(0, (1, 1, 1))


def test_where_it_came_from_in_words(tmp_path: Path) -> None:
    bank = make_bank("zero-mean", filters=1, kernel=2)
    assert origin_title(bank) == ""
    assert origin_title(with_kernel(bank, 0, -bank.weights[0])) == "zero-mean"
    save_bank(tmp_path / "mine.npz", bank)
    loaded = load_bank(tmp_path / "mine.npz")
    assert origin_title(with_kernel(loaded, 0, -loaded.weights[0])) == "mine.npz"


def test_an_edited_bank_is_saved_and_read(tmp_path: Path) -> None:
    bank = with_kernel(named(), 1, np.full((3, 4, 5, 1), 0.25))
    save_bank(tmp_path / "bank.npz", bank)
    again = load_bank(tmp_path / "bank.npz")
    assert np.array_equal(again.weights, bank.weights) and again.names == bank.names
