import hashlib

import numpy as np
import pytest

from core.errors import FilterError
from core.filters.builtin import bank_names, kernel_size, make_bank

FIRST = [0.2206137, -0.1654351, 1.2153856]  # the first voxel's weights in the original experiment


def test_names_and_default():
    assert bank_names()[:3] == ("zero-mean", "raw", "He")
    bank = make_bank()
    assert bank.kind == "zero-mean"
    assert bank.weights.shape == (8, 5, 5, 5, 3)
    assert dict(bank.parameters) == {"filters": 8, "kernel": (5, 5, 5), "seed": 0, "channels": 3}


def test_raw_is_the_first_experiment_and_larger_banks_begin_with_it():
    expected = (np.random.RandomState(5).randn(5, 5, 5, 3) * 0.5).astype(np.float32)
    assert np.array_equal(make_bank("raw", seed=5, filters=1).weights[0], expected)
    assert np.array_equal(make_bank("raw", seed=5, filters=9).weights[0], expected)
    assert expected[0, 0, 0].tolist() == pytest.approx(FIRST, abs=1e-6)


@pytest.mark.parametrize("name", ["zero-mean", "raw", "He", "separable"])
def test_small_banks_begin_large_ones(name):
    many = make_bank(name, filters=6, kernel=(3, 2, 5), seed=11)
    few = make_bank(name, filters=2, kernel=(3, 2, 5), seed=11)
    assert np.array_equal(many.weights[:2], few.weights)
    assert not np.array_equal(few.weights, make_bank(name, filters=2, kernel=(3, 2, 5), seed=12).weights)


@pytest.mark.parametrize("kernel", [(5, 5, 5), (1, 1, 1), (2, 3, 1), (16, 16, 16)])
def test_zero_mean_kernels_have_sum_0_and_norm_1_but_for_rounding(kernel):
    bank = make_bank(filters=3, kernel=kernel, seed=3)
    for one in bank:
        assert abs(one.total) <= one.weights.size * 2**-25
        assert one.norm == pytest.approx(1.0, abs=1e-6)


def test_he_has_its_variance():
    weights = make_bank("He", filters=64, kernel=(5, 5, 5), seed=1).weights
    assert weights.var() == pytest.approx(2 / 375, rel=0.03)


def test_a_bank_can_be_made_again_from_its_parameters():
    bank = make_bank("he", filters=3, kernel="3x4x5", seed="77", channels=1)
    again = make_bank(bank.kind, **bank.parameters)
    assert np.array_equal(bank.weights, again.weights)
    assert bank.weights.shape == (3, 3, 4, 5, 1)


@pytest.mark.parametrize("size", [(3, 3, 3), [3, 3, 3], "3x3x3", "3", 3, np.int64(3)])
def test_a_kernel_size_is_three_numbers_or_one_for_a_cube(size):
    assert kernel_size(size) == (3, 3, 3)
    assert make_bank("raw", n=1, kernel_size=size).kernel_size == (3, 3, 3)


@pytest.mark.parametrize(
    ("name", "digest"),
    [
        ("zero-mean", "8f6cae8e19f9ecba"),
        ("raw", "27489b98c0f83d3b"),
        ("He", "d6851434558bf1b8"),
        ("separable", "3160690a58929d13"),
    ],
)
def test_weights_are_the_same_on_every_machine(name, digest):
    weights = make_bank(name, filters=2, kernel=(3, 3, 3), seed=2024).weights
    assert hashlib.sha256(weights.astype("<f4").tobytes()).hexdigest()[:16] == digest


def test_names_and_parameters_are_lenient_where_it_is_harmless():
    expected = make_bank("zero-mean", filters=2, kernel=(3, 3, 3)).weights
    for made in (
        make_bank("ZERO-Mean ", count=2, size="3x3x3"),
        make_bank(filters="2", kernel=[3, 3, 3]),
        make_bank(filters=np.int64(2), kernel=(3.0, 3, 3)),
    ):
        assert np.array_equal(made.weights, expected)
    assert kernel_size("2×3,4") == (2, 3, 4)


@pytest.mark.parametrize(
    ("name", "parameters", "words"),
    [
        ("gauss", {}, "no filter bank 'gauss'; choose zero-mean, raw, He"),
        ("raw", {"filters": 0}, "1 to 64"),
        ("raw", {"filters": 65}, "1 to 64"),
        ("raw", {"filters": 2.5}, "whole number"),
        ("raw", {"filters": True}, "whole number"),
        ("raw", {"filters": "many"}, "whole number"),
        ("raw", {"filters": None}, "whole number"),
        ("raw", {"kernel": (5, 5)}, "TxHxW"),
        ("raw", {"kernel": "5x5"}, "TxHxW"),
        ("raw", {"kernel": 5.5}, "TxHxW"),
        ("raw", {"kernel": (0, 5, 5)}, "1 to 16"),
        ("raw", {"kernel": (5, 17, 5)}, "1 to 16"),
        ("raw", {"seed": -1}, "0 to 4294967295"),
        ("raw", {"seed": 2**32}, "0 to 4294967295"),
        ("raw", {"seed": float("inf")}, "whole number"),
        ("raw", {"channels": 0}, "from 1 to 1024, not 0"),
        ("raw", {"channels": 1025}, "from 1 to 1024, not 1025"),
        ("raw", {"filters": 64, "kernel": 16, "channels": 1024}, "at most 4194304 weights, not 268435456"),
        ("raw", {"sigma": 2}, "has no parameter 'sigma': it takes filters"),
        ("raw", {"filters": 2, "count": 2}, "both given"),
        ("zero-mean", {"kernel": (1, 1, 1), "channels": 1}, "at least two weights"),
    ],
)
def test_what_cannot_be_made_is_told_in_one_sentence(name, parameters, words):
    with pytest.raises(FilterError, match=words) as failure:
        make_bank(name, **parameters)
    assert str(failure.value).endswith(".")


@pytest.mark.parametrize("channels", [2, 200])
def test_a_bank_for_a_further_layer_has_as_many_channels_as_that_needs(channels):
    bank = make_bank(filters=2, kernel=(2, 3, 3), channels=channels)
    assert bank.weights.shape == (2, 2, 3, 3, channels)
    assert bank.parameters["channels"] == channels
    assert bank[0].norm == pytest.approx(1, abs=1e-6)


@pytest.mark.parametrize("name", ["raw", "He"])
def test_a_single_weight_is_allowed_where_it_has_a_meaning(name):
    assert make_bank(name, filters=1, kernel=(1, 1, 1), channels=1).weights.size == 1
