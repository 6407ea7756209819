"""What was rounded says so."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.display.numbers import all_digits, decimals_for, fixed, rounded

SINGLES = st.floats(width=32, allow_nan=False, allow_infinity=False)


def read(text: str) -> float:
    return float(text.removeprefix("~").strip().replace("−", "-"))


@given(value=st.floats(allow_nan=False, allow_infinity=False))
def test_a_number_without_the_mark_is_all_of_it(value):
    for text in (rounded(value), fixed(value, 3)):
        assert text.startswith("~") == (read(text) != value)
    assert read(all_digits(value)) == value


@given(value=SINGLES)
def test_all_of_a_float32_is_what_reads_back_as_it(value):
    text = rounded(value, 5, single=True)
    with np.errstate(over="ignore"):
        assert text.startswith("~") == (np.float32(read(text)) != np.float32(value))
    assert np.float32(read(all_digits(value, single=True))) == np.float32(value)


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.1, "0.1"), (-0.25, "−0.25"), (1 / 3, "~0.333"), (0.0, "0"), (-1 / 3, "~\u2009−0.333")],
)
def test_numbers_read_as_people_write_them(value, text):
    assert rounded(value, 3) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.123, "~0.12"),
        (-0.5, "−0.5"),
        (0.001, "~0"),
        (-0.001, "~0"),
        (0.0, "0"),
        (12.0, "12"),
        (100.0, "100"),
    ],
)
def test_columns_have_as_many_decimals_as_their_scale_asks_for(value, text):
    assert fixed(value, 2) == text


def test_a_float32_that_is_written_short_is_not_rounded():
    tenth = float(np.float32(0.1))
    assert fixed(tenth, 2, single=True) == "0.1"
    assert fixed(tenth, 2) == "~0.1"
    assert all_digits(tenth, single=True) == "0.1"


@pytest.mark.parametrize(
    ("limit", "decimals"),
    [(0.31, 2), (1.0, 2), (0.031, 3), (3.1, 1), (31.0, 0), (4000.0, 0), (1e-9, 6), (0.0, 2)],
)
def test_decimals_follow_the_scale(limit, decimals):
    assert decimals_for(limit) == decimals


def test_what_is_no_number_is_said():
    assert rounded(math.inf) == "inf"
    assert fixed(-math.inf, 2) == "−inf"
    assert rounded(math.nan) == fixed(math.nan, 2) == "nan"
