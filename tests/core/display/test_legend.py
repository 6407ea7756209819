"""The legend's labels: neat, symmetric, honest about clipping."""

from itertools import pairwise

import numpy as np
import pytest

from core.display.contrast import Limits
from core.display.legend import format_response, legend_indices, legend_ticks


def test_the_strip_runs_evenly_over_the_whole_table() -> None:
    assert legend_indices(127).tolist() == list(range(127))
    strip = legend_indices(500)
    assert (strip[0], strip[-1]) == (0, 126)
    assert (np.diff(strip.astype(int)) >= 0).all()
    counts = np.bincount(strip)[1:-1]
    assert counts.max() - counts.min() <= 1


def test_the_ends_and_zero_are_labelled() -> None:
    assert legend_ticks(Limits(-0.5, 0.5)) == [(0.0, "−0.5"), (0.5, "0"), (1.0, "0.5")]
    assert legend_ticks(Limits(0, 0.5)) == [(0.0, "0"), (1.0, "0.5")]


def test_clipping_is_marked_only_where_it_can_happen() -> None:
    assert [label for _, label in legend_ticks(Limits(-2, 2), clipped=True)] == ["≤ −2", "0", "≥ 2"]
    assert [label for _, label in legend_ticks(Limits(0, 2), clipped=True)] == ["0", "≥ 2"]


def test_a_letter_can_stand_for_several_scales() -> None:
    labels = [label for _, label in legend_ticks(Limits(-2, 2), clipped=True, symbol="a")]
    assert labels == ["≤ −a", "0", "≥ a"]


@pytest.mark.parametrize("high", [1e-9, 0.00073, 0.053, 0.53, 1, 1.9, 2, 4.99, 5, 9.99, 10, 2300, 7e8])
@pytest.mark.parametrize("signed", [True, False])
def test_inner_labels_are_round_ordered_and_at_their_place(high: float, signed: bool) -> None:
    limits = Limits(-high if signed else 0.0, high)
    ticks = legend_ticks(limits, inner=True)
    positions = [position for position, _ in ticks]
    assert (positions[0], positions[-1]) == (0.0, 1.0)
    assert all(later - earlier > 0.08 for earlier, later in pairwise(positions))
    assert len(ticks) >= (5 if signed else 3)
    for position, label in ticks[1:-1]:
        value = float(label.replace("−", "-"))
        assert limits.low + position * (limits.high - limits.low) == pytest.approx(value, abs=1e-9 * high)
        assert label.lstrip("−").replace("0", "").replace(".", "")[:1] in {"1", "2", "4", "5", ""}


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0"), (-0.0, "0"), (1, "1"), (-0.5, "−0.5"), (0.1234, "0.123"), (12.345, "12.3"), (100, "100"),
        (99999, "99999"), (123456, "1.23e5"), (-0.0001234, "−1.23e−4"), (0.001, "0.001"), (1e-30, "1e−30"),
        (float("inf"), "inf"), (float("-inf"), "−inf"), (0.9999, "1"),
    ],
)  # fmt: skip
def test_numbers_read_well(value: float, text: str) -> None:
    assert format_response(value) == text
