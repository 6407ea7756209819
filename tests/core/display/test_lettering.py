"""Text in pictures."""

import numpy as np
import pytest

from core.display.lettering import (
    SIGNS,
    _built_in,
    _has_glyph,
    _prepared,
    elided,
    text_mask,
    text_width,
    write_text,
)


def written(text: str, anchor: str = "lm", x: int = 60) -> np.ndarray:
    canvas = np.full((40, 120), 10, np.uint8)
    write_text(canvas, x, 20, text, 14, (10, 25), anchor=anchor)
    return canvas


@pytest.mark.parametrize(
    "text", ["filter 12", "≤ −0.53", "≥ 0.53", "frame 7 of 16", "5×5×5", "frames 3 – 14", "a…"]
)
def test_every_letter_of_ours_is_drawn(text: str) -> None:
    readable, font = _prepared(text, 14)
    assert font is _built_in(14)
    assert all(letter in SIGNS or _has_glyph(font, letter) for letter in readable.replace(" ", ""))


def covered(sign: str, size: int) -> np.ndarray:
    mask = text_mask(sign, size)
    rows, columns = np.nonzero(mask > 127)
    return mask[rows.min() : rows.max() + 1, columns.min() : columns.max() + 1]


@pytest.mark.parametrize("size", [10, 11, 13, 17, 24, 34])
def test_a_minus_is_a_stroke_as_wide_as_a_digit_and_level_with_a_plus(size: int) -> None:
    minus, plus, hyphen = (np.argwhere(text_mask(sign, size) > 127) for sign in "−+-")
    assert (covered("−", size) == 255).all()  # sharp: no row is partly covered
    assert text_width("−1", size) == pytest.approx(text_width("0", size) + text_width("1", size), abs=1)
    assert np.ptp(minus[:, 1]) > 1.5 * np.ptp(hyphen[:, 1])
    assert abs(minus[:, 0].mean() - plus[:, 0].mean()) <= 1


def test_at_most_is_less_than_with_a_stroke_below_and_times_leans_both_ways() -> None:
    for sign, letter in (("≤", "<"), ("≥", ">")):
        drawn, plain = covered(sign, 24), covered(letter, 24)
        assert drawn.shape[0] > plain.shape[0] and (drawn[-1] == 255).all()
        assert not (plain[-1] == 255).all()
    times = covered("×", 24).astype(int)
    assert abs(times - times[:, ::-1]).max() <= 40
    assert times[len(times) // 2, times.shape[1] // 2] > 200 > 100 > times[0, times.shape[1] // 2]


def test_text_is_shades_between_ground_and_ink() -> None:
    canvas = written("frame")
    assert canvas.min() == 10 and 22 <= canvas.max() <= 25
    assert len(np.unique(canvas)) > 5


def test_anchors_put_the_text_left_around_and_right() -> None:
    spans = {}
    for anchor in ("lm", "mm", "rm"):
        columns = np.flatnonzero((written("0000", anchor) > 10).any(axis=0))
        spans[anchor] = (columns[0], columns[-1])
    assert spans["lm"][0] in range(60, 63) and spans["rm"][1] in range(57, 61)
    assert abs(sum(spans["mm"]) / 2 - 60) <= 2


def test_text_is_cut_at_the_border_and_leaves_what_is_under_its_ground_alone() -> None:
    for x in (-20, 115, 500):
        written("frame 7 of 16", x=x)
    canvas = np.full((40, 120), 5, np.uint8)
    write_text(canvas, 20, 20, "x", 14, (10, 25))
    assert (canvas[:, :15] == 5).all() and (canvas[:5] == 5).all()


def test_too_long_texts_end_in_three_dots_and_fit() -> None:
    name = "edge moving left at 2 px/frame"
    for width in (0, 5, 20, 60, 120, 1000):
        short = elided(name, 12, width)
        assert text_width(short, 12) <= width
        assert short in ("", name) or short.endswith("…")
    assert elided(name, 12, 1000) == name


@pytest.mark.parametrize("text", ["Größe", "фильтр", "手", "line\nbreak", "", "\x00", "🖐"])
def test_strange_names_are_drawn_somehow(text: str) -> None:
    written(text)
    assert elided(text, 12, 50) is not None
