"""A section on the screen: places and points, what is painted, the mouse, and the ruler in hand."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from core.clip import Clip
from core.convolution.geometry import AxisMap
from core.display.colormap import color_table
from core.display.contrast import Limits
from core.display.ruler import Ruler
from core.display.sections import Extent
from core.display.slices import Plane
from core.volume import FeatureVolume
from gui.cuts import ClipCuts, VolumeCuts
from gui.widgets.section_view import SectionView

TIME, ACROSS = Extent.of(8), Extent.of(24)


@pytest.fixture
def view(qtbot: QtBot, loud_clip: Clip) -> SectionView:
    made = SectionView(Plane.XT, "input")
    qtbot.addWidget(made)
    made.resize(270, 200)
    made.set_window(TIME, ACROSS)
    made.set_cuts(ClipCuts(loud_clip))
    made.set_index(5, "x–t at y = 5")
    made.offer_ruler(by_key=True)
    made.show()
    return made


def colour_at(view: SectionView, place: tuple[float, float]) -> tuple[int, int, int]:
    colour = view.grab().toImage().pixelColor(view.point(place).toPoint())
    return colour.red(), colour.green(), colour.blue()


def test_places_and_points_are_inverse(view: SectionView) -> None:
    for place in ((0.0, 0.0), (3.5, 20.25), (7.5, -0.5)):
        assert view.place(view.point(place)) == pytest.approx(place)
    rect = view.picture_rect()
    assert view.place(rect.topLeft()) == pytest.approx((-0.5, -0.5))
    assert view.place(QPointF(rect.right(), rect.bottom())) == pytest.approx((7.5, 23.5))


def test_every_voxel_is_painted_at_its_place(view: SectionView, loud_clip: Clip) -> None:
    for t in range(8):
        for x in (0, 11, 12, 23):
            assert colour_at(view, (t, x)) == tuple(loud_clip.frames[t, 5, x])


def test_a_volume_is_painted_where_its_responses_lie_and_hatched_beside(view: SectionView) -> None:
    data = np.full((4, 3, 5), 1.0, np.float32)
    volume = FeatureVolume(data, axes=(AxisMap(2.0), AxisMap(1.0), AxisMap(4.0, 3)))
    table = color_table("vik")
    view.set_cuts(VolumeCuts(volume, Limits(-1, 1), table))
    view.set_index(1, "x–t over y = 2")
    full = tuple(int(v) for v in table.rgb[-1])
    # Four frames from clip frame 2 on, five columns of three pixels around 4, 7, … 16.
    for place in ((2, 4), (5, 16), (1.6, 2.6), (5.4, 17.4)):
        assert colour_at(view, place) == full
    for place in ((1.3, 4), (5.7, 4), (3, 2.3), (3, 17.8)):
        assert colour_at(view, place) != full


def test_where_there_is_nothing_it_says_why(view: SectionView) -> None:
    assert view.message == ""
    view.set_index(None, "x–t over y = 0", "no response over y = 0")
    assert view.message == "no response over y = 0"
    view.grab()
    view.set_cuts(None, "computing…")
    assert view.message == "computing…"
    view.grab()


def test_the_mouse_points_and_picks_in_its_coordinates(view: SectionView, qtbot: QtBot) -> None:
    at = view.point((4.0, 10.0)).toPoint()
    with qtbot.waitSignal(view.pointed) as pointed:
        QTest.mouseMove(view, at)
    assert pointed.args is not None and pointed.args[0] == pytest.approx((4.0, 10.0), abs=0.1)
    with qtbot.waitSignal(view.picked) as picked:
        QTest.mouseClick(view, Qt.MouseButton.LeftButton, pos=at)
    assert picked.args == pointed.args
    with qtbot.waitSignal(view.pointed) as left:
        QTest.mouseMove(view, QPoint(2, 2))
    assert left.args == [None]


def test_the_ends_of_the_ruler_are_pulled_with_the_mouse(view: SectionView, qtbot: QtBot) -> None:
    ruler = Ruler((1.0, 4.0), (6.0, 14.0))
    view.set_ruler(ruler)
    first, second = view.ends
    assert first.geometry().center() == view.point((1.0, 4.0)).toPoint()
    by = view.point((3.0, 4.0)) - view.point((1.0, 4.0))
    middle = first.rect().center()
    QTest.mousePress(first, Qt.MouseButton.LeftButton, pos=middle)
    with qtbot.waitSignal(view.ruler_moved) as moved:
        QTest.mouseMove(first, middle + by.toPoint())
    assert moved.args is not None
    wanted = moved.args[0]
    assert wanted.second == ruler.second and wanted.first == pytest.approx((3.0, 4.0), abs=0.2)
    QTest.mouseRelease(first, Qt.MouseButton.LeftButton)
    view.set_ruler(wanted)
    assert first.geometry().center() == view.point(wanted.first).toPoint(), "its owner put it there"
    assert second.geometry().center() == view.point(ruler.second).toPoint()


def test_the_whole_ruler_is_pushed_and_keeps_its_slope(view: SectionView, qtbot: QtBot) -> None:
    ruler = Ruler((2.0, 6.0), (5.0, 12.0))
    view.set_ruler(ruler)
    picked = []
    view.picked.connect(picked.append)
    at = view.point(ruler.middle).toPoint()
    QTest.mousePress(view, Qt.MouseButton.LeftButton, pos=at)
    with qtbot.waitSignal(view.ruler_moved) as moved:
        QTest.mouseMove(view, at + QPoint(30, 0))
    assert moved.args is not None
    assert moved.args[0].velocity == pytest.approx(2.0) and moved.args[0].first[1] > 8.0
    QTest.mouseRelease(view, Qt.MouseButton.LeftButton, pos=at)
    assert picked == [], "what holds the ruler picks no place under it"


def test_the_end_that_has_the_keyboard_moves_with_the_arrow_keys(view: SectionView) -> None:
    wanted: list[Ruler] = []
    view.ruler_moved.connect(wanted.append)
    view.ruler_moved.connect(view.set_ruler)
    view.set_ruler(Ruler((2.0, 6.0), (5.0, 12.0)))
    QTest.keyClick(view.ends[1], Qt.Key.Key_Right)
    QTest.keyClick(view.ends[1], Qt.Key.Key_Down)
    assert wanted[-1] == Ruler((2.0, 6.0), (6.0, 13.0))
    QTest.keyClick(view.ends[0], Qt.Key.Key_Left, Qt.KeyboardModifier.ShiftModifier)
    assert wanted[-1].first == (2.0, -0.5), "kept on the picture"
    QTest.keyClick(view.ends[0], Qt.Key.Key_X)
    assert len(wanted) == 3, "other keys are left to others"
    assert all(end.accessibleName() and end.focusPolicy() & Qt.FocusPolicy.TabFocus for end in view.ends)


def test_an_end_out_of_sight_cannot_be_held(view: SectionView) -> None:
    view.set_window(Extent(1.5, 5.5), ACROSS, (TIME, ACROSS))
    view.set_ruler(Ruler((0.0, 6.0), (5.0, 12.0)))
    assert [end.isHidden() for end in view.ends] == [True, False]
    view.set_ruler(None)
    assert all(end.isHidden() for end in view.ends)
