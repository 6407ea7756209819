"""The cube on the screen: faces show the data, mouse and keys turn and slice it."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from core.clip import Clip
from core.display.cube import Turn
from core.display.sections import Extent
from gui.cuts import ClipCuts
from gui.widgets.cube_panel import CubePanel
from gui.widgets.cube_view import CubeView

SHAPE = (6, 5, 4)
ROOM = (Extent.of(6), Extent.of(5), Extent.of(4))


@pytest.fixture
def clip() -> Clip:
    """Every voxel has a colour of its own: red is t, green y, blue x."""
    frames = np.zeros((*SHAPE, 3), np.uint8)
    t, y, x = np.indices(SHAPE)
    frames[..., 0], frames[..., 1], frames[..., 2] = 40 * t, 50 * y, 60 * x
    return Clip.from_frames(frames)


@pytest.fixture
def view(qtbot: QtBot, clip: Clip) -> CubeView:
    made = CubeView()
    qtbot.addWidget(made)
    made.resize(360, 360)
    made.set_cuts(ClipCuts(clip), ROOM)
    return made


@pytest.fixture
def panel(qtbot: QtBot, clip: Clip) -> CubePanel:
    made = CubePanel()
    qtbot.addWidget(made)
    made.resize(260, 600)
    made.set_cuts(ClipCuts(clip), ROOM)
    return made


def seen_faces(view: CubeView, clip: Clip) -> set[int]:
    """Compare the middle of every visible voxel with its colour; return the axes of the faces seen."""
    cube = view.cube
    assert cube is not None
    image, scale = view.grab().toImage(), view._scale(cube)
    for face in cube.faces():
        height, width = face.size
        for row in range(height):
            for column in range(width):
                flat = tuple(
                    corner + (column + 0.5) * across + (row + 0.5) * down
                    for corner, across, down in zip(face.corner, face.across, face.down, strict=True)
                )
                point = view._point((flat[0], flat[1]), scale)
                voxel = face.voxel((flat[0], flat[1]))
                assert voxel is not None
                colour = image.pixelColor(point.toPoint())
                found = np.array([colour.red(), colour.green(), colour.blue()], int)
                assert np.abs(found - clip.frames[voxel]).max() <= 12, (face.axis, voxel)
    return {face.axis for face in cube.faces()}


@pytest.mark.parametrize("turn", [(0.0, 0.0), (100.0, -60.0), (200.0, 20.0)])
def test_every_visible_voxel_is_painted_in_its_colour(
    view: CubeView, clip: Clip, turn: tuple[float, float]
) -> None:
    view._turn_by(*turn)
    assert seen_faces(view, clip) == {0, 1, 2}


def test_sliced_it_shows_the_data_inside(view: CubeView, clip: Clip) -> None:
    view.set_depths((2, 1, 1))
    cube = view.cube
    assert cube is not None and cube.indices() == (2, 1, 2)
    assert seen_faces(view, clip) == {0, 1, 2}


def test_dragging_turns_it_so_that_the_front_follows_the_mouse(view: CubeView) -> None:
    before = view.turn
    QTest.mousePress(view, Qt.MouseButton.LeftButton, pos=QPoint(180, 180))
    QTest.mouseMove(view, QPoint(200, 190))
    QTest.mouseRelease(view, Qt.MouseButton.LeftButton, pos=QPoint(200, 190))
    assert view.turn == before.by(-10.0, 5.0)
    QTest.mouseMove(view, QPoint(100, 100))
    assert view.turn == before.by(-10.0, 5.0), "let go"
    # What is in front moves to the right, what is behind to the left.
    assert view.turn.seen((-1.0, 0.0, 0.0))[0] > before.seen((-1.0, 0.0, 0.0))[0]


def wheel(view: CubeView, point: QPointF, notches: int) -> None:
    event = QWheelEvent(
        point, point, QPoint(), QPoint(0, 120 * notches), Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    view.wheelEvent(event)


def test_the_wheel_pushes_the_face_under_the_mouse_inwards(view: CubeView) -> None:
    cube = view.cube
    assert cube is not None
    for face in cube.faces():
        corners = face.corners()
        middle = (sum(c[0] for c in corners) / 4, sum(c[1] for c in corners) / 4)
        wheel(view, view._point(middle, view._scale(cube)), 1)
        changed = view.cube
        assert changed is not None
        assert changed.depths == tuple(int(axis == face.axis) for axis in range(3))
        view.set_depths((0, 0, 0))
    wheel(view, QPointF(2, 2), 99)
    assert view.cube is not None and view.cube.depths == (5, 0, 0), "beside it time, and never through it"
    wheel(view, QPointF(2, 2), -99)
    assert view.cube is not None and view.cube.depths == (0, 0, 0)


def test_with_the_keyboard(view: CubeView) -> None:
    QTest.keyClick(view, Qt.Key.Key_Left)
    QTest.keyClick(view, Qt.Key.Key_Down)
    assert view.turn == Turn().by(6.0, 6.0)
    QTest.keyClick(view, Qt.Key.Key_PageDown)
    assert view.cube is not None and view.cube.depths == (1, 0, 0)
    QTest.mouseDClick(view, Qt.MouseButton.LeftButton)
    assert view.turn == Turn() and view.cube is not None and view.cube.depths == (0, 0, 0)


def test_sliders_cut_and_say_where(panel: CubePanel) -> None:
    assert [place.text() for place in panel.places] == ["frame 0", "row 0", "column 3"]
    QTest.keyClick(panel.sliders[0], Qt.Key.Key_Right)
    panel.sliders[2].frame_requested.emit(2)
    assert panel.cube.cube is not None and panel.cube.cube.depths[0] == 1
    assert [place.text() for place in panel.places][0::2] == ["frame 1", "column 1"]
    panel.cube.push(1, 3)
    assert panel.sliders[1].value() == 3 and panel.places[1].text() == "row 3"
    panel.reset_button.click()
    assert [slider.value() for slider in panel.sliders] == [0, 0, 0]


def test_turned_round_the_other_side_is_cut(panel: CubePanel) -> None:
    panel.sliders[0].frame_requested.emit(1)
    panel.sliders[0].set_frame(1)
    panel.cube._turn_by(180.0, 0.0)
    assert panel.places[0].text() == "frame 4", "the last frame but one: the last one has been cut away"


def test_cut_at_the_cursor_it_opens_the_corner_and_follows(panel: CubePanel) -> None:
    panel.set_cursor((3.0, 2.0, 1.0), None, (3, 2, 1))
    panel.follow_box.click()
    assert panel.cube.notch == (3, 2, 1)
    assert [place.text() for place in panel.places] == ["frame 3", "row 2", "column 1"]
    cube = panel.cube.cube
    assert cube is not None and {face.index for face in cube.notch((3, 2, 1))} == {3, 2, 1}
    panel.set_cursor((4.0, 2.0, 1.0), None, (4, 2, 1))
    assert panel.cube.notch == (4, 2, 1)
    panel.grab()
    panel.cube.push(0, 1)
    assert not panel.follow_box.isChecked() and panel.cube.notch is None


def test_without_a_volume_it_says_so(panel: CubePanel) -> None:
    panel.set_cuts(None, None, "no clip yet")
    panel.set_cursor(None, None, None)
    panel.cube.push(0, 1)
    QTest.keyClick(panel.cube, Qt.Key.Key_PageDown)
    wheel(panel.cube, QPointF(20, 20), 1)
    panel.grab()
    assert [place.text() for place in panel.places] == ["–", "–", "–"]
    assert not any(slider.isEnabled() for slider in panel.sliders)
