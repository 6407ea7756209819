"""The turned box: which faces are seen, where they lie, and that they show exactly their planes' data."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.convolution.geometry import AxisMap
from core.display.cube import Box, Cube, Face, Turn
from core.display.sections import Extent
from core.display.slices import section
from core.settings import Triple

TURNS = st.builds(Turn, st.floats(0, 360), st.floats(-89, 89))
SHAPES = st.tuples(st.integers(1, 6), st.integers(1, 6), st.integers(1, 6))
PLAIN = (AxisMap(),) * 3
FEW = settings(max_examples=25, deadline=None)


def room(shape: Triple) -> Box:
    t, y, x = (Extent.of(n) for n in shape)
    return t, y, x


def cube(shape: Triple, turn: Turn, depths: Triple = (0, 0, 0)) -> Cube:
    return Cube(shape, PLAIN, room(shape), turn, depths)


def scaled(box: Cube, vector: tuple[float, ...]) -> np.ndarray:
    return np.array([part * scale for part, scale in zip(vector, box.scales, strict=True)])


@FEW
@given(TURNS)
def test_turning_keeps_lengths_and_angles(turn: Turn) -> None:
    axes = np.array([turn.seen(unit) for unit in ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0))])
    assert np.allclose(axes @ axes.T, np.eye(3), atol=1e-12)


@FEW
@given(TURNS, SHAPES)
def test_what_the_eye_loses_of_a_length_is_its_depth(turn: Turn, shape: Triple) -> None:
    """Orthographic: the projection and the depth together are the edge, for all twelve edges."""
    box = cube(shape, turn)
    lengths = sorted(n * s for n, s in zip(shape, box.scales, strict=True) for _ in range(4))
    found = []
    for axis in range(3):
        unit = [0.0, 0.0, 0.0]
        unit[axis] = shape[axis] * box.scales[axis]
        depth = turn.seen((unit[0], unit[1], unit[2]))[2]
        for start, end in box.edges(box.room)[4 * axis : 4 * axis + 4]:
            found.append(math.hypot(end[0] - start[0], end[1] - start[1], depth))
    assert np.allclose(sorted(found), lengths, atol=1e-9)


@FEW
@given(TURNS, SHAPES)
def test_every_corner_stays_in_the_circle_that_is_kept_free(turn: Turn, shape: Triple) -> None:
    box = cube(shape, turn)
    corners = [corner for edge in box.edges(box.room) for corner in edge]
    assert max(math.hypot(*corner) for corner in corners) <= box.radius + 1e-9
    assert max(abs(corner[0]) for corner in corners) <= box.breadth + 1e-9
    t, _, x = (n * s for n, s in zip(shape, box.scales, strict=True))
    widest = cube(shape, Turn(math.degrees(math.atan2(t, x)), turn.elevation))
    reach = max(corner[0] for edge in widest.edges(box.room) for corner in edge)
    assert math.isclose(reach, box.breadth), "turned so that a diagonal lies across, it is as broad as that"


@FEW
@given(TURNS, SHAPES)
def test_the_visible_faces_are_those_whose_outward_normals_point_to_the_viewer(
    turn: Turn, shape: Triple
) -> None:
    seen = {(face.axis, face.high) for face in cube(shape, turn).faces()}
    for axis in range(3):
        for high in (False, True):
            normal = [0.0, 0.0, 0.0]
            normal[axis] = 1.0 if high else -1.0
            away = turn.seen((normal[0], normal[1], normal[2]))[2]
            if abs(away) > 1e-5:
                assert ((axis, high) in seen) == (away < 0)


@FEW
@given(TURNS, SHAPES)
def test_together_the_faces_cover_the_outline_once(turn: Turn, shape: Triple) -> None:
    """The projected areas of the visible faces add up to that of the hull of the projected corners."""
    box = cube(shape, turn)
    areas = sum(area_of(face) for face in box.faces())
    corners = np.array([corner for edge in box.edges(box.room) for corner in edge])
    assert math.isclose(areas, hull_area(corners), rel_tol=1e-6, abs_tol=1e-6)


def hull_area(points: np.ndarray) -> float:
    """Area of a convex hull: half the sum over directions, by its support in many small steps of angle."""
    order = sorted(set(map(tuple, np.round(points, 12).tolist())))

    def chain(path: list[tuple[float, float]]) -> list[tuple[float, float]]:
        kept: list[tuple[float, float]] = []
        for p in path:
            while (
                len(kept) > 1
                and (
                    (kept[-1][0] - kept[-2][0]) * (p[1] - kept[-2][1])
                    - (kept[-1][1] - kept[-2][1]) * (p[0] - kept[-2][0])
                )
                <= 0
            ):
                kept.pop()
            kept.append(p)
        return kept[:-1]

    hull = np.array(chain(order) + chain(order[::-1]))
    x, y = hull[:, 0], hull[:, 1]
    return 0.5 * abs(float(x @ np.roll(y, -1) - y @ np.roll(x, -1)))


@FEW
@given(TURNS, SHAPES, st.data())
def test_each_face_shows_exactly_the_data_at_its_plane(
    turn: Turn, shape: Triple, data: st.DataObject
) -> None:
    depths = data.draw(st.tuples(*(st.integers(0, n - 1) for n in shape)))
    volume = np.arange(math.prod(shape)).reshape(shape)
    box = cube(shape, turn, depths)
    for face in box.faces():
        assert face.index == (shape[face.axis] - 1 - depths[face.axis] if face.high else depths[face.axis])
        picture = section(volume, face.plane, face.index)
        for row in range(face.first[0], face.last[0] + 1):
            for column in range(face.first[1], face.last[1] + 1):
                middle = tuple(
                    corner + (column - face.first[1] + 0.5) * across + (row - face.first[0] + 0.5) * down
                    for corner, across, down in zip(face.corner, face.across, face.down, strict=True)
                )
                voxel = face.voxel((middle[0], middle[1]))
                assert voxel is not None and volume[voxel] == picture[row, column]
                # The place on the screen is that of the voxel's outer side in space.
                place = [float(v) for v in voxel]
                place[face.axis] += 0.5 if face.high else -0.5
                assert np.allclose(middle, box.project((place[0], place[1], place[2])), atol=1e-9)


def test_slicing_moves_the_visible_faces_inwards_and_only_them() -> None:
    shape = (6, 5, 4)
    whole = cube(shape, Turn(30, 20))
    assert whole.sides() == (False, False, True), "frame 0, the top and the right side are seen"
    assert whole.indices() == (0, 0, 3)
    cut = cube(shape, Turn(30, 20), (2, 1, 1))
    assert cut.indices() == (2, 1, 2)
    front = next(face for face in cut.faces() if face.axis == 0)
    assert (front.first, front.last) == ((1, 0), (4, 2)), "rows from 1 on, columns up to 2 are left"
    # Later frames lie further back: up and to the right of the earlier ones.
    later, earlier = cut.project((5, 2, 2)), cut.project((0, 2, 2))
    assert later[0] > earlier[0] and later[1] < earlier[1]


@FEW
@given(TURNS, SHAPES, st.data())
def test_a_notch_shows_the_sections_through_a_voxel_where_the_nearest_corner_was(
    turn: Turn, shape: Triple, data: st.DataObject
) -> None:
    depths = data.draw(st.tuples(*(st.integers(0, n - 1) for n in shape)))
    voxel = data.draw(st.tuples(*(st.integers(0, n - 1) for n in shape)))
    box = cube(shape, turn, depths)
    shown, sides = box.indices(), box.sides()
    away = [i - v if high else v - i for v, i, high in zip(voxel, shown, sides, strict=True)]
    inner = box.notch(voxel)
    if min(away) < 1:
        assert inner == (), "nothing of the corner is nearer than the voxel along every axis"
        return
    assert {face.axis for face in inner} == {face.axis for face in box.faces()}
    gone = Cube(shape, PLAIN, room(shape), turn).edges(
        tuple(
            Extent(v + 0.5, i + 0.5) if high else Extent(i - 0.5, v - 0.5)
            for v, i, high in zip(voxel, shown, sides, strict=True)
        )
    )
    corners = np.array([corner for edge in gone for corner in edge])
    areas = sum(area_of(face) for face in inner)
    assert math.isclose(areas, hull_area(corners), rel_tol=1e-6, abs_tol=1e-6), "it covers what is gone"
    volume = np.arange(math.prod(shape)).reshape(shape)
    for face in inner:
        assert face.index == voxel[face.axis]
        picture = section(volume, face.plane, face.index)
        centre = tuple(sum(corner[i] for corner in face.corners()) / 4 for i in range(2))
        found = face.voxel((centre[0] + 1e-9, centre[1] + 1e-9))
        if found is not None:
            assert volume[found] == picture[found[face.plane.down], found[face.plane.across]]
            assert found[face.axis] == voxel[face.axis]


def area_of(face: Face) -> float:
    (ax, ay), (dx, dy) = face.across, face.down
    return abs(ax * dy - ay * dx) * face.size[0] * face.size[1]


@pytest.mark.parametrize("turn", [Turn(0, 0), Turn(90, 0), Turn(180, 0), Turn(0, 89), Turn(270, 0)])
def test_seen_from_the_edge_a_face_is_left_out(turn: Turn) -> None:
    faces = cube((3, 4, 5), turn).faces()
    assert 1 <= len(faces) <= 2
    assert all(math.hypot(*face.across) > 1e-3 or math.hypot(*face.down) > 1e-3 for face in faces)


def test_the_tilt_stops_above_and_below_and_the_turn_goes_round() -> None:
    assert Turn(350, 80).by(20, 30) == Turn(10, 89)
    assert Turn(10, -80).by(-20, -30) == Turn(350, -89)


def test_a_volume_lies_where_its_outputs_are_in_the_clip() -> None:
    axes = (AxisMap(1.0), AxisMap(1.5), AxisMap(2.0, 2))
    box = Cube((4, 3, 2), axes, room((6, 6, 7)), Turn(0, 0))
    assert box.box == (Extent(0.5, 4.5), Extent(1.0, 4.0), Extent(1.0, 5.0))
    (front,) = box.faces()
    assert np.allclose(front.corner, box.project((0.5, 1.0, 1.0)))
    assert np.allclose(front.corners()[2], box.project((0.5, 4.0, 5.0)))
    # One voxel of the volume is as wide as two pixels of the clip.
    assert math.isclose(front.across[0], 2 * box.scales[2])


def test_few_frames_make_a_slab_and_many_a_cube() -> None:
    thin, thick = cube((1, 20, 20), Turn()), cube((40, 20, 20), Turn())
    assert thin.scales[0] == pytest.approx(0.1) and 40 * thick.scales[0] == pytest.approx(1.0)
    assert max(20 * s for s in thick.scales[1:]) == pytest.approx(1.0)


@FEW
@given(TURNS)
def test_the_lettered_edges_are_on_the_outline(turn: Turn) -> None:
    box = cube((5, 5, 5), turn)
    corners = np.array([corner for edge in box.edges(box.room) for corner in edge])
    for axis in range(3):
        start, end = box.outer_edge(axis)
        assert any(np.allclose((start, end), edge, atol=1e-9) for edge in box.edges(box.room))
        along = np.subtract(end, start)
        if math.hypot(*along) > 1e-3 and len(box.faces()) == 3:
            across = (corners - start) @ np.array([-along[1], along[0]])
            assert across.min() >= -1e-6 or across.max() <= 1e-6, "all of the box lies on one side of it"


@FEW
@given(TURNS)
def test_the_near_edges_meet_in_the_corner_next_to_the_viewer(turn: Turn) -> None:
    box = cube((4, 5, 6), turn)
    corners = {}
    for t in (-0.5, 3.5):
        for y in (-0.5, 4.5):
            for x in (-0.5, 5.5):
                corners[box.project((t, y, x))] = turn.seen(tuple(scaled(box, (t, y, x))))[2]
    nearest = min(corners.values())
    for start, end in box.near_edges(box.room):
        depths = [value for place, value in corners.items() if np.allclose(place, start, atol=1e-9)]
        depths += [value for place, value in corners.items() if np.allclose(place, end, atol=1e-9)]
        assert min(depths) <= nearest + 1e-9


def test_the_cursor_lies_on_each_face_where_its_row_and_its_column_are() -> None:
    axes = (AxisMap(1.0), AxisMap(1.5), AxisMap(2.0, 2))
    box = Cube((4, 5, 6), axes, room((6, 8, 14)), Turn(30, 20), (1, 0, 2))
    position = (3.0, 2.5, 6.0)
    for face in box.faces():
        edge = axes[face.axis].to_input(face.index) + axes[face.axis].stride * (0.5 if face.high else -0.5)
        on = list(position)
        on[face.axis] = edge
        middle = np.array(box.project((on[0], on[1], on[2])))
        lines = box.cross(face, position)
        assert len(lines) == 2
        for start, end in lines:
            along = np.subtract(end, start)
            offset = (middle - start) @ np.array([-along[1], along[0]])
            assert abs(offset) < 1e-9, "the line goes through the cursor's place on the face"
            assert 0 <= (middle - start) @ along <= along @ along
    front = next(face for face in box.faces() if face.axis == 0)
    assert len(box.cross(front, (3.0, 2.5, 13.0))) == 1, "that column has been cut away"


def test_the_face_under_the_mouse() -> None:
    box = cube((4, 4, 4), Turn(30, 20))
    for face in box.faces():
        middle = tuple(sum(corner[i] for corner in face.corners()) / 4 for i in range(2))
        found = box.face_at((middle[0], middle[1]))
        assert found is not None and found.axis == face.axis
    assert box.face_at((2.0, 2.0)) is None
