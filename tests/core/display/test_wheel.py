"""The wheel of directions: a table like the others, and the way from an arrow to its colour and back."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.display.colormap import LEVELS, table_label
from core.display.contrast import Limits
from core.display.render import render_frame
from core.display.wheel import (
    HUES,
    STRENGTHS,
    direction_word,
    index_angle,
    wheel_disc,
    wheel_indices,
    wheel_table,
)
from core.volume import FeatureVolume

STEP = 360 / HUES


def apart(one: float, other: float) -> float:
    return abs((one - other + 180) % 360 - 180)


def arrow(length: float, angle: float, longest: float = 1.0) -> int:
    return int(
        wheel_indices(np.full((1, 1), length, np.float32), np.full((1, 1), angle, np.float32), longest)[0, 0]
    )


def lab(rgb: np.ndarray) -> np.ndarray:
    """Return CIELAB of (…, 3) linear RGB: another space than the one that the table was made in."""
    to_xyz = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
    f = np.cbrt(np.maximum(rgb @ to_xyz.T / [0.9505, 1.0, 1.089], 1e-6))
    return np.stack(
        [116 * f[..., 1] - 16, 500 * (f[..., 0] - f[..., 1]), 200 * (f[..., 1] - f[..., 2])], axis=-1
    )


def linear(rgb: np.ndarray) -> np.ndarray:
    part = rgb / 255
    return np.where(part <= 0.04045, part / 12.92, ((part + 0.055) / 1.055) ** 2.4)


def full(angle: float) -> np.ndarray:
    return linear(wheel_table().rgb[arrow(1.0, angle)].astype(float))


def test_the_table_has_127_different_colours_and_0_is_neutral() -> None:
    table = wheel_table()
    assert table.rgb.shape == (LEVELS, 3) == (1 + HUES * STRENGTHS, 3) and table.rgb.dtype == np.uint8
    assert len(np.unique(table.rgb, axis=0)) == LEVELS
    assert np.ptp(table.rgb[0].astype(int)) <= 1
    assert wheel_table() is table and not table.diverging
    assert "wheel" in table_label(table.name)


def test_strengths_are_ever_lighter_and_evenly_apart() -> None:
    lightness = lab(linear(wheel_table().rgb.astype(float)))[..., 0]
    for hue in range(HUES):
        steps = np.diff([lightness[0], *lightness[1 + hue * STRENGTHS : 1 + (hue + 1) * STRENGTHS]])
        assert steps.min() > 4 and steps.max() < 2 * steps.min()


@given(angle=st.floats(0, 359.99), length=st.floats(0.1, 5))
def test_an_angle_comes_back_within_half_a_hue(angle: float, length: float) -> None:
    back = index_angle(arrow(length, angle))
    assert back is not None and apart(back, angle) <= STEP / 2 + 1e-3


def test_no_length_is_neutral_whatever_the_angle() -> None:
    assert {arrow(0.0, angle) for angle in range(0, 360, 15)} == {0}
    assert index_angle(0) is None
    assert arrow(float("nan"), 10.0) == 0


def test_length_is_strength_up_to_the_limit() -> None:
    strengths = [(arrow(k / STRENGTHS, 90.0) - 1) % STRENGTHS + 1 for k in range(1, STRENGTHS + 1)]
    assert strengths == list(range(1, STRENGTHS + 1))
    assert arrow(3e38, 90.0, 1e-20) == arrow(1.0, 90.0)


@pytest.mark.parametrize("direction", range(0, 360, 45))
def test_a_little_noise_does_not_change_the_hue_of_a_main_direction(direction: int) -> None:
    assert len({arrow(1.0, (direction + noise) % 360) for noise in (-2, 0, 2)}) == 1


def test_main_directions_stay_apart_for_eyes_without_red_or_green_cones() -> None:
    # Viénot, Brettel & Mollon, Color Res. Appl. 24 (1999): dichromats' view of linear RGB.
    red_blind = np.array([[0.1124, 0.8876, 0], [0.1124, 0.8876, 0], [0.0040, -0.0040, 1]])
    green_blind = np.array([[0.2928, 0.7072, 0], [0.2928, 0.7072, 0], [-0.0223, 0.0223, 1]])
    for seen in (np.eye(3), red_blind, green_blind):
        colors = {angle: lab(np.clip(seen @ full(angle), 0, 1)) for angle in (0, 90, 180, 270)}
        assert np.linalg.norm(colors[0] - colors[180]) > 60
        assert np.linalg.norm(colors[90] - colors[270]) > 10


def test_the_disc_shows_each_direction_where_it_points() -> None:
    indices, inside = wheel_disc(65)
    assert indices.shape == inside.shape == (65, 65)
    assert indices[32, 32] == 0 and inside[32, 0] and not inside[0, 0]
    for angle, (y, x) in {0: (32, 62), 90: (62, 32), 180: (32, 2), 270: (2, 32)}.items():
        shown = index_angle(int(indices[y, x]))
        assert shown is not None and apart(shown, angle) <= STEP / 2
    assert 0.7 < inside.mean() < 0.8


def test_a_frame_of_directions_is_rendered_and_averaged_as_arrows() -> None:
    lengths = np.ones((1, 4, 4), np.float32)
    angles = np.zeros((1, 4, 4), np.float32)
    angles[0, :, 2:] = 180
    volume = FeatureVolume(lengths, angles=angles)
    whole = render_frame(volume, 0, Limits(0, 1))
    assert whole[0].tolist() == [arrow(1, 0)] * 2 + [arrow(1, 180)] * 2
    assert render_frame(volume, 0, Limits(0, 1), (2, 2)).tolist() == [[arrow(1, 0), arrow(1, 180)]] * 2
    assert render_frame(volume, 0, Limits(0, 1), (1, 1)).tolist() == [[0]]  # they cancel


def test_directions_in_words() -> None:
    words = [direction_word(angle) for angle in (0, 44, 92, 200, 269, 315, 350)]
    assert words == ["right", "down right", "down", "left", "up", "up right", "right"]
