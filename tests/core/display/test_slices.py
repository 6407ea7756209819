"""Cuts are views of the right plane, and a moving edge becomes a line whose slope is its speed."""

import numpy as np
import pytest

from core.display.slices import Plane, section, time_slice_x, time_slice_y


def test_slices_are_views_of_the_right_plane(rng: np.random.Generator) -> None:
    for shape in ((4, 5, 6), (4, 5, 6, 3)):
        array = rng.normal(size=shape)
        across, down = time_slice_x(array, 2), time_slice_y(array, 3)
        assert np.array_equal(across, array[:, 2]) and np.shares_memory(across, array)
        assert np.array_equal(down, array[:, :, 3]) and np.shares_memory(down, array)


def test_a_section_is_the_plane_at_its_place_on_the_fixed_axis(rng: np.random.Generator) -> None:
    for shape in ((4, 5, 6), (4, 5, 6, 3)):
        array = rng.normal(size=shape)
        for plane, expected in ((Plane.XY, array[3]), (Plane.XT, array[:, 3]), (Plane.YT, array[:, :, 3])):
            found = section(array, plane, 3)
            assert np.array_equal(found, expected) and np.shares_memory(found, array)


@pytest.mark.parametrize("plane", Plane)
def test_a_plane_knows_its_axes(plane: Plane) -> None:
    shape = (4, 5, 6)
    assert sorted((plane.fixed, plane.down, plane.across)) == [0, 1, 2]
    assert section(np.zeros(shape), plane, 0).shape == (shape[plane.down], shape[plane.across])
    assert plane.timed == (plane.down == 0)
    assert "tyx"[plane.across] == plane.label[0] and "tyx"[plane.down] == plane.label[2]


def test_a_cursor_outside_is_kept_on_the_picture(rng: np.random.Generator) -> None:
    array = rng.normal(size=(4, 5, 6))
    assert np.array_equal(time_slice_x(array, 99), array[:, 4])
    assert np.array_equal(time_slice_y(array, -1), array[:, :, 0])


def test_slope_is_speed() -> None:
    frames = np.zeros((6, 4, 20))
    for t in range(6):
        frames[t, :, 3 + 2 * t] = 1
    positions = time_slice_x(frames, 1).argmax(axis=1)
    assert np.diff(positions).tolist() == [2] * 5
