"""What a bank of weights accepts, and the numbers in the sentence where it does not."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import FilterError
from core.filters.bank import FilterBank, channel_count
from core.limits import MAX_CHANNELS

SHAPE = (3, 2, 3, 4, 5)


def refused(weights: object, bias: object = None, names: list[str] | None = None) -> str:
    with pytest.raises(FilterError) as failure:
        FilterBank.from_weights(weights, bias, names)  # type: ignore[arg-type]
    sentence = str(failure.value)
    assert sentence.endswith(".")
    assert "\n" not in sentence
    return sentence


@pytest.mark.parametrize("channels", [1, 2, 3, 4, 64, 200, MAX_CHANNELS])
def test_any_number_of_channels_is_a_bank(channels):
    weights = np.arange(2 * 2 * channels, dtype=np.float32).reshape(2, 1, 2, 1, channels)
    bank = FilterBank.from_weights(weights)
    assert bank.channels == channels
    assert np.array_equal(bank.weights, weights)
    assert bank.for_channels(channels) is bank


def test_grey_and_rgb_stand_in_for_each_other():
    weights = np.random.default_rng(1).standard_normal((2, 2, 3, 3, 3)).astype(np.float32)
    rgb = FilterBank.from_weights(weights, bias=[1, 2], names=["a", "b"])
    grey = rgb.for_channels(1)
    assert np.allclose(grey.weights[..., 0], weights.sum(axis=4), atol=1e-6)
    assert np.allclose(grey.for_channels(3).weights, weights.mean(axis=4, keepdims=True), atol=1e-6)
    assert (grey.bias.tolist(), grey.names) == ([1, 2], ("a", "b"))


@pytest.mark.parametrize(("own", "clip"), [(3, 64), (1, 64), (64, 1), (64, 3), (2, 1), (2, 3), (3, 2)])
def test_other_channels_are_refused_with_both_numbers(own, clip):
    bank = FilterBank.from_weights(np.ones((1, 1, 1, 1, own)))
    with pytest.raises(FilterError) as failure:
        bank.for_channels(clip)
    assert str(failure.value) == (
        f"Filters for {channel_count(own)} do not fit a clip of {channel_count(clip)}."
    )


@pytest.mark.parametrize(
    ("shape", "words"),
    [
        ((2, 3, 3, 3), "five axes (N, kT, kH, kW, C), not 4: (2, 3, 3, 3)"),
        ((65, 1, 1, 1, 1), "1 to 64 filters, not 65"),
        ((0, 1, 1, 1, 1), "1 to 64 filters, not 0"),
        ((1, 3, 17, 3, 1), "1 to 16 taps along each axis, not 3x17x3"),
        ((1, 3, 0, 3, 1), "1 to 16 taps along each axis, not 3x0x3"),
        ((1, 1, 1, 1, 0), "1 to 1024 channels, not 0"),
        ((1, 1, 1, 1, 1025), "1 to 1024 channels, not 1025"),
        ((64, 16, 16, 16, 17), "at most 4194304 weights, not 4456448"),
    ],
)
def test_shapes_are_refused_with_the_number_and_what_is_allowed(shape, words):
    # A view of one number: what is refused by its shape is never copied.
    assert words in refused(np.broadcast_to(np.float32(0), shape))


@pytest.mark.parametrize(("bias", "shape"), [([1, 2], "(2,)"), (5, "()"), ([[1], [2], [3]], "(3, 1)")])
def test_a_bias_that_does_not_fit_is_told_with_both_shapes(bias, shape):
    assert refused(np.zeros(SHAPE), bias) == f"3 filters need a bias of shape (3,), not {shape}."


def test_names_that_do_not_fit_are_counted():
    assert refused(np.zeros(SHAPE), None, ["one"]) == "3 filters need 3 names, not 1."


@given(
    place=st.tuples(*[st.integers(0, n - 1) for n in SHAPE]), value=st.sampled_from(["nan", "inf", "-inf"])
)
def test_a_weight_that_is_no_number_is_named_with_filter_place_and_value(place, value):
    weights = np.zeros(SHAPE, np.float64)
    weights[place] = float(value)
    told = f"has the weight {value} at (t, y, x, channel) = {place[1:]}, counted from 0; only finite numbers"
    assert refused(weights).startswith(f"Filter {place[0] + 1} {told}")
    names = ["Kante", "left → right", "c"]
    assert refused(weights.astype(np.float32), None, names).startswith(f"Filter {names[place[0]]!r} {told}")


@pytest.mark.parametrize("value", ["nan", "inf", "-inf"])
def test_a_bias_that_is_no_number_is_named(value):
    bias = [0.0, 0.0, float(value)]
    sentence = f"has the bias {value}; only finite numbers can be used."
    assert refused(np.zeros(SHAPE), bias) == f"Filter 3 {sentence}"
    assert refused(np.zeros(SHAPE), bias, ["a", "b", "c"]) == f"Filter 'c' {sentence}"


def test_numbers_beyond_float32_are_told_as_they_were_given():
    weights = np.zeros(SHAPE)
    weights[1, 0, 2, 3, 4] = -1e300
    assert refused(weights) == (
        "Filter 2 has the weight -1e+300 at (t, y, x, channel) = (0, 2, 3, 4), counted from 0; "
        "only numbers up to 3.4e+38 can be used."
    )


@pytest.mark.parametrize("weights", [np.zeros(SHAPE, complex), np.full(SHAPE, "a"), [[1], [1, 2]], None])
def test_what_is_not_an_array_of_real_numbers(weights):
    assert "real numbers" in refused(weights)
    assert "bias" in refused(np.zeros(SHAPE), ["a", "b", "c"])
