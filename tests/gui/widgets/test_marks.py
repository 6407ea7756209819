"""Boxes stand over the voxels that they are about, whatever the size of picture and widget."""

import pytest
from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QColor, QImage, QPainter

from gui.widgets.marks import COLOURS, Mark, MarkKind, cut_marks, frame_runs, paint_marks

RECT = QRectF(10, 20, 160, 120)
SIZE = QSize(16, 12)


def painted(mark: Mark, frame: int = 0) -> list[tuple[int, int]]:
    """Return where the bright colour of a mark is, as (y, x)."""
    image = QImage(200, 160, QImage.Format.Format_RGB32)
    image.fill(QColor(120, 120, 120))
    painter = QPainter(image)
    paint_marks(painter, RECT, SIZE, (mark,), frame)
    painter.end()
    wanted = COLOURS[mark.kind].rgb()
    return [(y, x) for y in range(160) for x in range(200) if image.pixel(x, y) == wanted]


def test_a_box_goes_around_whole_voxels() -> None:
    places = painted(Mark((2, 3), (4, 7)))
    rows, columns = [y for y, _ in places], [x for _, x in places]
    assert min(rows) == pytest.approx(20 + 2 * 10, abs=1)
    assert max(rows) == pytest.approx(20 + 5 * 10, abs=1)
    assert min(columns) == pytest.approx(10 + 3 * 10, abs=1)
    assert max(columns) == pytest.approx(10 + 8 * 10, abs=1)


def test_it_is_drawn_only_on_its_frames() -> None:
    mark = Mark((2, 3), (4, 7), frozenset({1, 2}))
    assert painted(mark, 1)
    assert not painted(mark, 3)


def test_what_lies_in_padding_is_cut_off_at_the_picture() -> None:
    places = painted(Mark((-3, -3), (1, 1)))
    assert places
    assert all(y >= 19 and x >= 9 for y, x in places)
    assert not painted(Mark((-9, -9), (-5, -5)))


def test_kinds_differ_in_form_and_not_in_colour_alone() -> None:
    forms = {kind: tuple(painted(Mark((2, 3), (7, 9), kind=kind))) for kind in MarkKind}
    forms.pop(MarkKind.VOXEL)  # the size of a voxel tells it from a field
    assert all(forms.values())
    assert len(set(forms.values())) == len(forms)


def test_one_voxel_of_a_large_picture_can_be_seen() -> None:
    image_places = painted(Mark((0.5, 0.5), (0.5, 0.5), kind=MarkKind.VOXEL))
    assert len(image_places) >= 20


def test_scaling_keeps_the_edges() -> None:
    mark = Mark((2, 3), (4, 7)).scaled(2, 4)
    assert (mark.first, mark.last) == ((4, 12), (9, 31))


def test_runs_of_frames() -> None:
    assert frame_runs({1, 2, 3, 6, 8, 9}) == [(1, 3), (6, 6), (8, 9)]
    assert frame_runs(()) == []


def test_a_cut_through_the_box_shows_it_in_time() -> None:
    box = Mark((2, 3), (4, 7), frozenset({5, 6, 8}))
    across = cut_marks([box], 0, 3, 16)
    assert [(m.first, m.last) for m in across] == [((5, 3), (6, 7)), ((8, 3), (8, 7))]
    down = cut_marks([box], 1, 7, 16)
    assert [(m.first, m.last) for m in down] == [((5, 2), (6, 4)), ((8, 2), (8, 4))]
    assert cut_marks([box], 0, 5, 16) == ()
    assert [(m.first, m.last) for m in cut_marks([Mark((0, 0), (1, 1))], 0, 0, 9)] == [((0, 0), (8, 1))]
