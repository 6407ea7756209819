"""Numbers as people write them, and those that are refused with a sentence."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import FilterError
from core.filters.edit_text import (
    is_unfinished,
    parse_table,
    parse_weight,
    table_text,
    weight_text,
)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0.5", 0.5),
        ("-0.5", -0.5),
        ("\u22120.5", -0.5),  # as the program itself writes it
        (" +2 ", 2),
        (".25", 0.25),
        ("3.", 3),
        ("1/8", 0.125),
        ("-1 / 3", -1 / 3),
        ("1e-3", 0.001),
        ("2E2", 200),
        ("0,5", 0.5),
        ("1e6", 1e6),
    ],
)
def test_numbers(text: str, value: float) -> None:
    assert parse_weight(text) == pytest.approx(value, rel=1e-15)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "the field is empty"),
        ("   ", "the field is empty"),
        ("nan", "not 'nan'"),
        ("NaN", "not 'NaN'"),
        ("inf", "the largest is 1000000"),
        ("-Infinity", "the largest is 1000000"),
        ("abc", "not 'abc'"),
        ("0x10", "not '0x10'"),
        ("1_000", "not '1_000'"),
        ("٣", "not '٣'"),
        ("1,000.5", "not '1,000.5'"),
        ("1/2/3", "not '1/2/3'"),
        ("1/0", "divided by 0"),
        ("1e7", "1e7 does not"),
        ("1e999", "1e999 does not"),
        ("1e300/1e-300", "does not"),
        ("-", "not '-'"),
        ("9" * 500, "…"),
        ("5 apples", "not '5 apples'"),
    ],
)
def test_refusals_are_sentences(text: str, why: str) -> None:
    with pytest.raises(FilterError) as refusal:
        parse_weight(text)
    sentence = str(refusal.value)
    assert why in sentence and sentence.startswith("A weight") and sentence.endswith(".")
    assert len(sentence) < 120


@pytest.mark.parametrize("text", ["-", "+", ".", "-.", "1/", "1/-", "2e", "2e-", "1/2e", "\u2212"])
def test_unfinished(text: str) -> None:
    assert is_unfinished(text)


@pytest.mark.parametrize("text", ["", " ", "x", "1", "-1", "1/2", "--", "1//", "e5", "nan"])
def test_finished_or_wrong(text: str) -> None:
    assert not is_unfinished(text)


@given(st.floats(-1e6, 1e6, width=32))
def test_a_weight_comes_back_exactly(value: float) -> None:
    assert np.float32(parse_weight(weight_text(value))) == np.float32(value)


def test_short_texts() -> None:
    assert [weight_text(v) for v in (0.0, 1.0, -2.0, 0.1, 0.125)] == ["0", "1", "-2", "0.1", "0.125"]


@pytest.mark.parametrize(
    "text",
    [
        "1\t2\t3\n4\t5\t6",
        "1\t2\t3\r\n4\t5\t6\r\n",
        "1,2,3\n4,5,6",
        "1, 2, 3\n4, 5, 6\n\n",
        "1 2 3\n 4  5 6",
        "1;2;3\n4;5;6",
        "1,0\t2,0\t3\n4\t10/2\t6e0",
    ],
)
def test_tables(text: str) -> None:
    assert parse_table(text).tolist() == [[1, 2, 3], [4, 5, 6]]


def test_a_frame_goes_through_the_clipboard_unchanged() -> None:
    frame = np.random.default_rng(5).standard_normal((16, 16)).astype(np.float32)
    assert np.array_equal(parse_table(table_text(frame)).astype(np.float32), frame)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "no text to paste"),
        ("\n \n", "no text to paste"),
        ("1 2\n3", "Row 2 of the table has 1 numbers, the first row 2"),
        ("1\t2\n3\t", "row 2, column 2 .* empty"),
        ("1 2\n3 nan", "row 2, column 2 .* not 'nan'"),
        ("1 inf", "row 1, column 2"),
        ("Dear all, please", "row 1, column 1 .* not 'Dear'"),
        ("\n".join(["1"] * 17), "at most 16 x 16"),
        (" ".join(["1"] * 17), "at most 16 x 16"),
        ("1 " * 10_000_000, "at most 16 x 16"),
    ],
)
def test_tables_that_are_none(text: str, why: str) -> None:
    with pytest.raises(FilterError, match=why):
        parse_table(text)
