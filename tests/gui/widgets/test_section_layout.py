"""Everything fits, frames can be told apart, and weights are squares."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gui.widgets.section_layout import LEAST_COLUMN, LEAST_ROW, column_width, find_scales, wanted_width

SIDES = st.tuples(st.floats(1, 64), st.floats(1, 480), st.floats(1, 640))
KERNELS = st.tuples(*[st.integers(1, 16)] * 3)


@settings(max_examples=40, deadline=None)
@given(
    width=st.floats(330, 1500), height=st.floats(150, 1100), sides=SIDES, kernel=KERNELS, whole=st.booleans()
)
def test_all_pictures_fit_into_the_room(
    width: float,
    height: float,
    sides: tuple[float, float, float],
    kernel: tuple[int, int, int],
    whole: bool,
) -> None:
    scales = find_scales(width, height, sides, kernel, whole)
    _, rows, columns = sides
    assert scales.pixel > 0 and 2 * scales.row + scales.kernel_row <= height + 1e-6
    across = 2 * column_width(columns * scales.pixel) + column_width(rows * scales.pixel)
    assert across <= width + 1e-6
    assert rows * scales.pixel <= scales.row + 1e-6 and scales.frames * scales.frame <= scales.row + 1e-6
    if scales.tap > 1:
        kt, kh, kw = kernel
        assert max(kt, kh) * scales.tap <= scales.kernel_row + 1e-6
        assert kw * scales.tap <= column_width(columns * scales.pixel) + 1e-6


@settings(max_examples=40, deadline=None)
@given(height=st.floats(400, 1100), sides=SIDES)
def test_frames_can_be_told_apart_unless_all_are_wanted(
    height: float, sides: tuple[float, float, float]
) -> None:
    shown = find_scales(900, height, sides, (3, 3, 3), whole=False)
    assert shown.frame >= LEAST_ROW and shown.frame == int(shown.frame)
    every = find_scales(900, height, sides, (3, 3, 3), whole=True)
    assert every.frames == pytest.approx(sides[0])
    if sides[0] * LEAST_ROW <= shown.row:
        assert every == shown, "there is room for all anyway"


def test_the_width_that_is_asked_for_uses_the_height_up() -> None:
    sides = (16.0, 240.0, 320.0)
    width = wanted_width(500, sides)
    fitted, wider = (find_scales(w, 500, sides, (5, 5, 5), False) for w in (width, width + 200))
    assert fitted.pixel == pytest.approx(wider.pixel) and fitted.pixel * 240 == pytest.approx(fitted.row)
    assert wanted_width(500, (4.0, 3.0, 2.0)) >= 3 * LEAST_COLUMN
