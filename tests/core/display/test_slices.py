"""Cuts through time are views, and a moving edge becomes a line whose slope is its speed."""

import numpy as np

from core.display.slices import time_slice_x, time_slice_y


def test_slices_are_views_of_the_right_plane(rng: np.random.Generator) -> None:
    for shape in ((4, 5, 6), (4, 5, 6, 3)):
        array = rng.normal(size=shape)
        across, down = time_slice_x(array, 2), time_slice_y(array, 3)
        assert np.array_equal(across, array[:, 2]) and np.shares_memory(across, array)
        assert np.array_equal(down, array[:, :, 3]) and np.shares_memory(down, array)


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
