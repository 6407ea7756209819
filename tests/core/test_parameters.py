"""Parameters: what is read back is what was written, and what is refused is told in plain numbers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import UsageError
from core.filters.kinds import KERNEL, SEED
from core.parameters import Parameter, query_text, split_query

FREQUENCY = Parameter("frequency", 1 / 6, 1 / 7, 0.4, "cycles/frame")
sides = st.integers(1, 16)


@given(
    st.floats(FREQUENCY.low, FREQUENCY.high),
    st.tuples(sides, sides, sides),
    st.integers(0, 2**32 - 1),
)
def test_a_query_gives_back_the_very_same_values(
    frequency: float, size: tuple[int, int, int], seed: int
) -> None:
    values = {"frequency": frequency, "kernel": size, "seed": seed}
    name, pairs = split_query(query_text("gabor", values), "A bank")
    assert name == "gabor"
    assert {p.name: p.checked(pairs[p.name]) for p in (FREQUENCY, KERNEL, SEED)} == values


def test_a_bank_without_values_is_only_its_name() -> None:
    assert query_text("sobel", {}) == "sobel"


@pytest.mark.parametrize(
    ("parameter", "text", "sentence"),
    [
        (FREQUENCY, "1/8", "frequency is a number from 0.142857 to 0.4 cycles/frame, not 1/8."),
        (FREQUENCY, "", "frequency is a number from 0.142857 to 0.4 cycles/frame, not empty."),
        (SEED, " nan ", "The seed is a whole number from 0 to 4294967295, not nan."),
        (KERNEL, "0x5x5", "Each side of a kernel is a whole number from 1 to 16, not 0."),
        (KERNEL, "5xx5", "Each side of a kernel is a whole number from 1 to 16, not empty."),
    ],
)
def test_limits_and_bad_texts_are_told_in_plain_numbers(
    parameter: Parameter, text: str, sentence: str
) -> None:
    with pytest.raises(UsageError) as error:
        parameter.checked(text)
    assert str(error.value) == sentence


def test_the_word_of_a_large_whole_number_has_all_its_digits() -> None:
    assert SEED.word_of(2**32 - 1) == "4294967295"
