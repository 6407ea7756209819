"""Filters of a second layer: what they answer to channels that are known."""

import numpy as np
import pytest

from core.convolution.definition import convolve
from core.errors import FilterError
from core.filters.builtin import bank_kinds, make_bank
from core.filters.second import make_second, second_kind, second_kinds, second_values

FOUR = ("filter 1", "filter 2", "right", "left")


def channels(count: int, shape: tuple[int, int, int] = (6, 5, 7), seed: int = 4) -> np.ndarray:
    """Return (T, H, W, C) of noise."""
    return np.random.default_rng(seed).standard_normal((*shape, count))


def answer(video: np.ndarray, name: str, names: tuple[str, ...] = FOUR, **values: object) -> np.ndarray:
    return convolve(video, make_second(name, names, **values).weights)


def test_the_mean_of_all_channels():
    video = channels(4)
    assert np.allclose(answer(video, "mean")[0], video.mean(axis=3), atol=1e-6)


def test_one_channel_less_another():
    video = channels(4)
    made = make_second("difference", FOUR, first=3, second=1)
    assert made.names == ("right − filter 1",)
    assert np.allclose(convolve(video, made.weights)[0], video[..., 2] - video[..., 0], atol=1e-6)


@pytest.mark.parametrize(("pairing", "pairs"), [(1, [(0, 1), (2, 3), (4, 5)]), (2, [(0, 3), (1, 4), (2, 5)])])
def test_opponent_pairs(pairing, pairs):
    names = tuple("abcdefg")  # the seventh has no partner
    video = channels(7)
    made = make_second("pairs", names, pairing=pairing)
    assert made.names == tuple(f"{names[a]} − {names[b]}" for a, b in pairs)
    for row, (a, b) in zip(convolve(video, made.weights), pairs, strict=True):
        assert np.allclose(row, video[..., a] - video[..., b], atol=1e-6)


def test_the_change_of_each_channel():
    video = channels(4)
    made = make_second("change", FOUR, order="first")
    assert len(made) == 4 and made.names[2] == "change of right"
    for n, row in enumerate(convolve(video, made.weights)):
        assert np.allclose(row, np.diff(video[..., n], axis=0), atol=1e-6)
    central = answer(video, "change", order="central")
    assert np.allclose(central[1], (video[2:, ..., 1] - video[:-2, ..., 1]) / 2, atol=1e-6)


@pytest.mark.parametrize("count", [1, 2, 64])
def test_random_kernels_span_all_channels(count):
    names = tuple(f"filter {i + 1}" for i in range(count))
    made = make_second("zero-mean", names, filters=3, kernel=(2, 3, 4), seed=7)
    assert made.weights.shape == (3, 2, 3, 4, count)
    sums = made.weights.sum(axis=(1, 2, 3, 4), dtype=np.float64)
    assert np.allclose(sums, 0, atol=1e-5)
    assert np.allclose(np.square(made.weights, dtype=np.float64).sum(axis=(1, 2, 3, 4)), 1, atol=1e-5)
    assert not np.array_equal(
        made.weights, make_second("zero-mean", names, filters=3, kernel=(2, 3, 4), seed=8).weights
    )
    assert np.array_equal(
        made.weights, make_second("zero-mean", names, filters=3, kernel=(2, 3, 4), seed=7).weights
    )


def test_he_keeps_the_scale_of_rectified_noise():
    """The reason for the 2 in N(0, 2 / n): half of what comes in is 0."""
    names = tuple(f"filter {i + 1}" for i in range(32))
    made = make_second("He", names, filters=16, kernel=(3, 3, 3), seed=1)
    before = np.maximum(channels(32, (8, 9, 9)), 0)
    after = convolve(before, made.weights)
    assert np.square(after).mean() == pytest.approx(2 * np.square(before).mean(), rel=0.25)


GREY = [kind for kind in bank_kinds() if make_bank(kind.name).channels == 1]


@pytest.mark.parametrize("kind", [kind for kind in GREY if kind.name in ("sobel", "gabor", "inflated")])
def test_a_bank_looks_at_one_picture(kind):
    bank = make_bank(kind.name)
    shape = tuple(k + 1 for k in bank.kernel_size)
    video = channels(4, shape)
    for channel, picture in ((0, video.mean(axis=3)), (3, video[..., 2])):
        made = make_second(kind.name, FOUR, channel=channel)
        assert made.names == bank.names
        expected = convolve(picture[..., None], bank.weights)
        assert np.allclose(convolve(video, made.weights), expected, atol=1e-5)


def test_every_grey_bank_is_offered_and_made():
    own = {"zero-mean", "He", "mean", "difference", "pairs", "change"}
    assert {kind.name for kind in second_kinds()} == own | {kind.name for kind in GREY}
    for kind in second_kinds():
        made = make_second(kind.name, FOUR)
        assert made.channels == 4 and made.kind == kind.name and not made.bias.any()
        assert made.parameters == second_values(kind, FOUR, {})
        assert kind.description.endswith(".")
        assert kind.random == (kind.name in ("zero-mean", "He"))


def test_channels_are_called_by_their_names():
    channel = second_kind("sobel").parameters(FOUR)[0]
    assert list(channel.words) == ["mean of all", "filter 1", "filter 2", "3 right", "4 left"]
    assert make_second("sobel", FOUR, channel="4 left").parameters["channel"] == 4
    # Names that are alike, or look like another's number, stay apart.
    names = ("filter 2", "filter 2", "a", "a")
    words = second_kind("difference").parameters(names)[0].words
    assert list(words.values()) == [1, 2, 3, 4]


@pytest.mark.parametrize(
    ("name", "names", "values", "words"),
    [
        ("nonsense", FOUR, {}, "no second layer 'nonsense'"),
        ("difference", FOUR, {"first": 2, "second": 2}, "two different channels"),
        ("difference", ("one",), {}, "at least 2, and the first layer has only 1 filter"),
        ("pairs", ("one",), {}, "at least 2"),
        ("difference", FOUR, {"first": 5}, "The channel is filter 1, filter 2, 3 right or 4 left, not 5"),
        ("zero-mean", ("one",), {"kernel": 1}, "at least two weights"),
        ("zero-mean", FOUR, {"filters": 65}, "from 1 to 64"),
        ("zero-mean", FOUR, {"colour": 1}, "has no parameter 'colour'"),
        ("change", tuple("a" * 65), {}, "at most 64 filters, so not one for 65 channels"),
        ("zero-mean", tuple("a" * 64), {"filters": 64, "kernel": 16}, "at most 4194304 weights"),
        ("heeger", tuple("a" * 64), {"channel": 0}, None),
    ],
)
def test_what_cannot_be_made_is_a_sentence(name, names, values, words):
    if words is None:
        assert make_second(name, names, **values).channels == len(names)
        return
    with pytest.raises(FilterError, match=words) as failure:
        make_second(name, names, **values)
    assert str(failure.value).endswith(".") or "Did you mean" in str(failure.value)
