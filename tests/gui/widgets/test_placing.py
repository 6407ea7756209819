"""A bubble stands beside its target, inside the area, and covers neither."""

from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QRect, QSize

from gui.widgets.placing import CORNER, POINTER, Side, find_place

AREA = QRect(0, 0, 1000, 700)
SIZES = (QSize(340, 90), QSize(220, 140))


def rects(least: int = 1):
    sides = st.integers(least, 900)
    return st.builds(QRect, st.integers(-50, 1000), st.integers(-50, 700), sides, sides)


@given(rects(40), st.lists(rects(), max_size=4))
def test_it_never_covers_its_target_and_never_leaves_the_area(target, pictures) -> None:
    place = find_place(AREA, target, SIZES, pictures)
    if place is None:
        return
    assert AREA.contains(place.body) and place.body.size() in SIZES
    assert not place.body.intersects(target)
    # The pointer ends on the target's edge, just outside, and begins at the bubble's side.
    assert not target.contains(place.tip)
    assert target.adjusted(-1, -1, 1, 1).contains(place.tip)
    body, tip = place.body, place.tip
    if place.side in (Side.LEFT, Side.RIGHT):
        assert body.top() + CORNER <= tip.y() <= body.bottom() - CORNER
        gap = body.left() - tip.x() if place.side is Side.RIGHT else tip.x() - body.right()
    else:
        assert body.left() + CORNER <= tip.x() <= body.right() - CORNER
        gap = body.top() - tip.y() if place.side is Side.BELOW else tip.y() - body.bottom()
    assert 0 < gap <= POINTER + 1


def test_it_leaves_pictures_free_where_it_can() -> None:
    target = QRect(400, 250, 200, 150)
    beside = QRect(600, 0, 400, 700)
    assert find_place(AREA, target, SIZES).side is Side.RIGHT
    assert find_place(AREA, target, SIZES, [beside]).side is Side.LEFT
    both = [beside, QRect(0, 0, 400, 700)]
    place = find_place(AREA, target, SIZES, both)
    # Over the picture there is room for 200 px of the width: the narrow bubble covers less than the wide one.
    assert place.side in (Side.ABOVE, Side.BELOW)


def test_there_is_none_for_a_target_that_fills_the_area_or_lies_outside() -> None:
    assert find_place(AREA, QRect(10, 10, 980, 680), SIZES) is None
    assert find_place(AREA, QRect(2000, 10, 50, 50), SIZES) is None
    assert find_place(QRect(0, 0, 300, 80), QRect(10, 10, 20, 20), SIZES) is None


def test_it_stays_inside_beside_a_target_in_the_corner() -> None:
    place = find_place(AREA, QRect(940, 640, 60, 60), SIZES)
    assert place is not None and AREA.contains(place.body)


def test_it_covers_controls_rather_than_pictures_and_nothing_rather_than_controls() -> None:
    target = QRect(400, 250, 200, 150)
    right, left = QRect(600, 0, 400, 700), QRect(0, 0, 400, 700)
    assert find_place(AREA, target, SIZES, [right], [left]).side in (Side.ABOVE, Side.BELOW)
    everything = [QRect(0, 0, 1000, 250), QRect(0, 400, 1000, 300), right]
    place = find_place(AREA, target, SIZES, everything, [left])
    assert place.side is Side.LEFT
    # Beside it only the narrow bubble covers nothing.
    place = find_place(AREA, target, SIZES, [], [QRect(840, 0, 160, 700), left, *everything[:2]])
    assert (place.side, place.body.width()) == (Side.RIGHT, 220)
