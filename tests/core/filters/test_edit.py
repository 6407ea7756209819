"""Changing weights by hand: what each change must do, by its properties and by a moving texture."""

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.signal import correlate

from core.convolution.definition import convolve
from core.errors import FilterError
from core.filters import edit
from core.filters.bank import FilterBank
from core.filters.edit_bank import resized_bank
from core.filters.operations import OPERATIONS, operation
from core.settings import ConvolutionSettings

Floats = NDArray[np.float64]
SIDES = st.tuples(st.integers(1, 5), st.integers(1, 5), st.integers(1, 5), st.sampled_from([1, 3]))


def noise(shape: tuple[int, ...], seed: int = 1) -> Floats:
    return np.random.default_rng(seed).standard_normal(shape)


def directed() -> Floats:
    """A wave in a window that moves with one pixel per frame to the right: (5, 7, 7, 1)."""
    t, y, x = np.meshgrid(np.arange(-2, 3), np.arange(-3, 4), np.arange(-3, 4), indexing="ij")
    window = np.exp(-(t**2) / 4 - (x**2 + y**2) / 6)
    return (window * np.cos(2 * np.pi * (x - t) / 5))[..., np.newaxis]


def answer(weights: Floats, direction: tuple[int, int]) -> float:
    """Return the mean squared response to a texture that is rolled by (dy, dx) each frame."""
    texture = noise((24, 24), seed=7)
    dy, dx = direction
    film = np.stack([np.roll(texture, (dy * t, dx * t), (0, 1)) for t in range(9)])
    return float(np.square(correlate(film, weights.sum(axis=3), "valid")).mean())


RIGHT, DOWN, LEFT, UP = (0, 1), (1, 0), (0, -1), (-1, 0)


def preferred(weights: Floats) -> tuple[int, int]:
    answers = {direction: answer(weights, direction) for direction in (RIGHT, DOWN, LEFT, UP)}
    best, second = sorted(answers.values(), reverse=True)[:2]
    assert best > 1.5 * second
    return max(answers, key=lambda direction: answers[direction])


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("mirror-x", LEFT),
        ("mirror-y", RIGHT),
        ("flip-time", LEFT),
        ("flip-all", RIGHT),
        ("rotate-right", DOWN),
        ("rotate-left", UP),
        ("negate", RIGHT),
        ("zero-mean", RIGHT),
        ("norm", RIGHT),
    ],
)
def test_what_happens_to_the_preferred_direction(name: str, expected: tuple[int, int]) -> None:
    weights = directed()
    assert preferred(weights) == RIGHT
    assert preferred(operation(name).change(weights)) == expected


def test_up_and_down_change_places_in_a_vertical_filter() -> None:
    down = edit.rotated(directed())
    assert preferred(down) == DOWN
    assert preferred(edit.mirrored_up_down(down)) == UP
    assert preferred(edit.mirrored_left_right(down)) == DOWN


@pytest.mark.parametrize(
    "twice",
    [edit.mirrored_left_right, edit.mirrored_up_down, edit.time_reversed, edit.flipped, edit.negated],
)
@settings(max_examples=20, deadline=None)
@given(shape=SIDES)
def test_twice_is_nothing(twice: Callable[[Floats], Floats], shape: tuple[int, ...]) -> None:
    weights = noise(shape)
    assert np.array_equal(twice(twice(weights)), weights)


@settings(max_examples=20, deadline=None)
@given(shape=SIDES)
def test_four_quarter_turns_are_nothing_and_three_are_one_back(shape: tuple[int, ...]) -> None:
    weights = noise(shape)
    turned = edit.rotated(weights)
    assert turned.shape == (shape[0], shape[2], shape[1], shape[3])
    assert np.array_equal(edit.rotated(edit.rotated(edit.rotated(turned))), weights)
    assert np.array_equal(edit.rotated(weights, 3), edit.rotated(weights, -1))
    assert np.array_equal(edit.rotated(weights, 2), edit.mirrored_up_down(edit.mirrored_left_right(weights)))


def test_clockwise_as_seen_on_the_screen() -> None:
    frame = np.array([[1.0, 2.0], [3.0, 4.0]]).reshape(1, 2, 2, 1)
    assert edit.rotated(frame)[0, ..., 0].tolist() == [[3, 1], [4, 2]]


@settings(max_examples=20, deadline=None)
@given(shape=SIDES)
def test_sums_and_norms(shape: tuple[int, ...]) -> None:
    weights = noise(shape)
    assert edit.zero_mean(weights).sum() == pytest.approx(0, abs=1e-9)
    assert edit.zero_mean_frames(weights).sum(axis=(1, 2)) == pytest.approx(0, abs=1e-9)
    assert edit.zero_sum_in_time(weights).sum(axis=0) == pytest.approx(0, abs=1e-9)
    assert np.square(edit.normalised(weights)).sum() == pytest.approx(1)
    assert np.abs(edit.normalised_sum(weights)).sum() == pytest.approx(1)
    assert edit.normalised(weights) * np.linalg.norm(weights) == pytest.approx(weights)


def test_what_a_filter_ignores_after_its_mean_was_taken_out() -> None:
    weights = noise((3, 4, 4, 3))
    flicker = np.broadcast_to(noise((6, 1, 1, 3)), (6, 4, 4, 3))
    still = np.broadcast_to(noise((1, 6, 6, 3)), (3, 6, 6, 3))
    assert np.abs(correlate(flicker, edit.zero_mean_frames(weights), "valid")).max() < 1e-12
    assert np.abs(correlate(still, edit.zero_sum_in_time(weights), "valid")).max() < 1e-12
    assert np.abs(correlate(flicker, edit.zero_mean(weights), "valid")).max() > 0.1


@pytest.mark.parametrize("change", [edit.normalised, edit.normalised_sum])
def test_zeros_have_no_size(change: Callable[[Floats], Floats]) -> None:
    with pytest.raises(FilterError, match="All weights are 0"):
        change(np.zeros((2, 2, 2, 1)))


def test_shift_moves_and_loses_what_leaves() -> None:
    weights = noise((3, 4, 5, 1))
    there = edit.shifted(weights, (1, -1, 2))
    assert np.array_equal(there[1:, :-1, 2:], weights[:-1, 1:, :-2])
    assert not there[0].any() and not there[:, -1].any() and not there[:, :, :2].any()
    assert not edit.shifted(weights, (9, 0, 0)).any()
    assert np.array_equal(edit.shifted(weights, (0, 0, 0)), weights)


@pytest.mark.parametrize(("name", "late"), [("earlier", 1), ("later", -1)])
def test_a_shift_in_time_is_a_delay_of_the_answer(name: str, late: int) -> None:
    weights = np.zeros((5, 1, 1, 1))
    weights[2, 0, 0, 0] = 1
    film = noise((12, 1, 1, 1))
    before = correlate(film, weights, "valid").ravel()
    after = correlate(film, operation(name).change(weights), "valid").ravel()
    moved = slice(1, None) if late > 0 else slice(None, -1)
    fixed = slice(None, -1) if late > 0 else slice(1, None)
    assert np.array_equal(after[moved], before[fixed])


def test_one_weight_in_one_channel_or_in_all() -> None:
    weights = noise((2, 3, 3, 3))
    one = edit.with_weight(weights, (1, 0, 2), 5.0, 1)
    assert one[1, 0, 2].tolist() == [weights[1, 0, 2, 0], 5.0, weights[1, 0, 2, 2]]
    assert np.count_nonzero(one != weights) == 1
    assert np.count_nonzero(edit.with_weight(weights, (0, 0, 0), 5.0) == 5.0) == 3


def test_frames() -> None:
    weights = noise((3, 2, 4, 3))
    table = noise((2, 4), seed=3)
    assert np.array_equal(edit.with_part(weights, 1, table, (0, 0), 2)[1, ..., 2], table)
    assert np.array_equal(edit.with_part(weights, 1, table, (0, 0), 2)[..., :2], weights[..., :2])
    assert np.array_equal(edit.with_part(weights, 1, table, (0, 0))[1], np.stack([table] * 3, axis=-1))
    assert np.array_equal(edit.frame_repeated(weights, 2), np.stack([weights[2]] * 3))
    assert not edit.frame_cleared(weights, 0)[0].any()
    assert np.array_equal(edit.frame_cleared(weights, 0, 1)[..., ::2], weights[..., ::2])
    with pytest.raises(FilterError, match="4 x 2 numbers"):
        edit.with_part(weights, 0, table.T, (0, 0))


def test_a_part_goes_where_it_fits_and_nowhere_else() -> None:
    weights = np.zeros((1, 3, 4, 1))
    pasted = edit.with_part(weights, 0, np.ones((2, 2)), (1, 2))
    assert pasted[0, 1:, 2:, 0].tolist() == [[1, 1], [1, 1]] and pasted.sum() == 4
    assert edit.with_part(weights, 0, np.ones((3, 4)), (2, 3)).sum() == 12  # a whole frame, from any cell
    with pytest.raises(FilterError, match=r"2 x 2 numbers .* at row 2, column 2 .* 3 x 4"):
        edit.with_part(weights, 0, np.ones((2, 2)), (2, 2))


@pytest.mark.parametrize("size", [(5, 6, 7), (1, 2, 3), (4, 3, 8), (3, 4, 5)])
def test_resizing_keeps_responses_in_place(size: tuple[int, int, int]) -> None:
    """Padding with zeros changes no response; cutting off leaves those of the inner weights."""
    film = noise((5, 6, 7, 1))
    same = ConvolutionSettings(padding="same")
    inner = np.zeros((3, 4, 5, 1))
    keep = tuple(slice((k - 1) // 2, (k - 1) // 2 + 1) for k in inner.shape[:3])
    inner[keep] = 2.0
    bank = FilterBank.from_weights(inner[np.newaxis])
    other = resized_bank(bank, size)
    assert other.kernel_size == size
    first, second = (convolve(film, each.weights[0], None, same) for each in (bank, other))
    assert np.array_equal(first, second)


def test_growing_and_shrinking_back_is_nothing() -> None:
    weights = noise((3, 4, 5, 3))
    assert np.array_equal(edit.resized(edit.resized(weights, (6, 9, 8)), (3, 4, 5)), weights)


@pytest.mark.parametrize("each", OPERATIONS, ids=lambda each: each.name)
def test_operations_leave_what_they_are_given_and_keep_its_size(each: object) -> None:
    weights = noise((3, 4, 4, 3)).astype(np.float32)
    weights.setflags(write=False)
    kept = weights.copy()
    changed = each.change(weights)  # type: ignore[attr-defined]
    assert changed.shape == weights.shape and changed.dtype == np.float64
    assert np.array_equal(weights, kept) and not np.array_equal(changed, kept)
    changed[0, 0, 0, 0] = 9.0  # of its own, writable


def test_operations_have_texts_and_names_of_their_own() -> None:
    assert len({each.name for each in OPERATIONS}) == len(OPERATIONS)
    assert all(each.tip.endswith(".") and each.title and each.group for each in OPERATIONS)


def test_the_middle_frame_stays_and_of_two_the_earlier() -> None:
    for frames, middle in ((1, 0), (2, 0), (3, 1), (4, 1), (5, 2), (16, 7)):
        weights = noise((frames, 2, 3, 3))
        kept = edit.middle_frame_only(weights)
        assert edit.middle_frame(weights) == middle
        assert np.array_equal(kept[middle], weights[middle])
        assert np.count_nonzero(kept) == 18


@settings(max_examples=20, deadline=None)
@given(shape=SIDES, seed=st.integers(0, 99))
def test_inflated_and_what_it_lacks_are_the_whole(shape: tuple[int, ...], seed: int) -> None:
    weights = noise((*shape, 3), seed)
    flat, mean, rest = (
        weights.sum(axis=0, keepdims=True),
        edit.inflated(weights),
        edit.zero_sum_in_time(weights),
    )
    assert mean.shape == weights.shape
    assert np.allclose(mean + rest, weights, atol=1e-12)
    assert np.allclose(mean.sum(axis=0), flat[0], atol=1e-12)
    assert all(np.array_equal(frame, mean[0]) for frame in mean)
    # Both parts are at right angles: their powers add up to that of the whole.
    powers = [float(np.square(part).sum()) for part in (mean, rest, weights)]
    assert powers[0] + powers[1] == pytest.approx(powers[2])
