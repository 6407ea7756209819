"""Text in pictures."""

import numpy as np
import pytest

from core.display.lettering import _built_in, _has_glyph, _prepared, elided, text_width, write_text


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
    assert all(_has_glyph(font, letter) for letter in readable.replace(" ", ""))


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
