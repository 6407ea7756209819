"""Badges say what is true, and nothing else."""

import numpy as np
import pytest

from core.analysis.badges import ROUNDING, arrow, badges, format_speed
from core.analysis.profile import profile
from core.filters.bank import FilterBank
from tests.core.analysis.gabors import EIGHT, gabor, kernel

BRIGHTNESS, STILLS = "ignores brightness", "ignores still pictures"
SEPARABLE, FLAT, BLIND = "separable: cannot tell left from right", "2-D filter", "blind to direction"


def texts(weights, channel=None):
    return [badge.text for badge in profile(kernel(weights), channel).badges]


def product(over_time, over_x):
    return np.multiply.outer(over_time, np.array(over_x, float)[None, :])


@pytest.mark.parametrize(
    ("weights", "expected"),
    [
        (np.zeros((3, 3, 3)), ["all zero"]),
        (np.ones((3, 3, 3)), [SEPARABLE, "follows brightness"]),
        (np.ones((1, 3, 3)), [FLAT, "follows brightness"]),
        (product([1], [1, -1]), [FLAT, BRIGHTNESS]),
        (product([0, 1, 0], [1, -1]), [FLAT, BRIGHTNESS]),
        (product([1, -1], [1, 2, 1]), [SEPARABLE, STILLS, BRIGHTNESS]),
        (product([1, 2, 1], [1, -1]), [SEPARABLE, BRIGHTNESS]),
        (product([1, 2, 1], [1, 1, -1]), [SEPARABLE]),
        (product([1, 2, 1], [1, 0, -1]) + product([1, 0, 1], [-1, 0, 1]) / 3, [SEPARABLE, BRIGHTNESS]),
        (product([1, 2, 1], [1, -2, 1]) + product([1, 0, 1], [1, 1, 1]), [BLIND]),
    ],
    ids=["zero", "blur", "2-D blur", "2-D edge", "one frame", "d/dt", "d/dx", "unbalanced", "sum", "rank 2"],
)
def test_every_badge_of_a_plain_kernel(weights, expected):
    assert texts(weights) == expected


def test_every_badge_explains_itself_in_a_sentence():
    shown = [
        gabor(0),
        kernel(np.zeros((2, 2, 2))),
        kernel(np.ones((1, 2, 2))),
        kernel(product([1, -1], [1, -1])),
    ]
    for badge in (badge for one in shown for badge in profile(one).badges):
        assert badge.why[0].isupper() and badge.why.endswith(".") and badge.why != badge.text


def test_rounding_to_float32_hides_no_badge(rng):
    """Made in float64, rounded once, and a second time for RGB: what is 0 by design is told to be 0."""
    for size in ((3, 3, 3), (9, 9, 9), (16, 16, 16)):
        noise = rng.normal(size=(20, *size, 1))
        zero_sum = noise - noise.mean(axis=(1, 2, 3, 4), keepdims=True)
        for weights, badge in ((zero_sum, BRIGHTNESS), (noise - noise.mean(axis=1, keepdims=True), STILLS)):
            bank = FilterBank.from_weights(weights).for_channels(3)
            assert all(badge in [b.text for b in profile(k).badges] for k in (bank[0], bank[7], bank[19]))


@pytest.mark.parametrize("share", [3 * ROUNDING, 1e-4, 0.1])
def test_a_sum_beyond_rounding_is_no_zero(share, rng):
    weights = rng.normal(size=(5, 5, 5, 1))
    weights -= weights.mean(axis=0)
    assert {BRIGHTNESS, STILLS} <= {b.text for b in badges(weights[None], _facts())}
    weights += share * np.abs(weights).mean()
    assert not {BRIGHTNESS, STILLS} & {b.text for b in badges(weights[None], _facts())}


def test_a_still_picture_beside_a_flicker_of_another_pixel():
    """The sum of all weights is 0, that of each pixel is not."""
    assert texts(product([1, 1], [1, -1])) == [SEPARABLE, BRIGHTNESS]
    assert STILLS in texts(product([1, -1], [1, 5]))


@pytest.mark.parametrize(("direction", "sign"), list(zip(EIGHT, "→↘↓↙←↖↑↗", strict=True)))
def test_arrows(direction, sign):
    assert arrow(direction) == arrow(direction + 20) == arrow(direction - 20) == sign
    badge = profile(gabor(direction + 8, 0.2, 0.24)).badges[0]
    assert badge.text == f"direction selective, {sign} 1.2 px/frame"
    assert f"{direction + 8}°" in badge.why


@pytest.mark.parametrize(
    ("speed", "text"),
    [(0.0312, "0.03"), (0.2, "0.2"), (1.249, "1.2"), (9.96, "10"), (12.4, "12"), (140, "140")],
)
def test_speeds_have_two_digits_at_most(speed, text):
    assert format_speed(speed) == text


def test_colour_badges(rng):
    grey = rng.normal(size=(3, 3, 3, 1))
    assert "colour only" in texts(np.concatenate([grey, -grey], axis=3))
    assert "colour-opponent" in texts(np.concatenate([grey, -0.8 * grey], axis=3))
    noise = rng.normal(size=(5, 5, 5, 3))
    assert not {"colour only", "colour-opponent"} & set(texts(noise))
    assert not {"colour only", "colour-opponent"} & set(texts(noise, 1))


def test_a_direction_that_texture_does_not_confirm_is_not_printed():
    """One favourite grating drifts right; most of what the filter answers to drifts left."""
    weights = 1.3 * gabor(0, 0.1, 0.1, size=(9, 15, 15), sigma=4, tau=3).weights
    for direction, f in ((135, 0.3), (160, 0.3), (180, 0.3), (200, 0.3), (225, 0.3)):
        weights = weights + gabor(direction, f, 0.3, size=(9, 15, 15), sigma=3, tau=2).weights
    found = profile(kernel(weights))
    assert found.dsi > 1 / 3 and found.texture_dsi < 0.1
    assert found.direction is None
    assert found.badges[0].text == "direction of single gratings only"


def _facts():
    from core.analysis.badges import Facts

    return Facts(False, None, None, 0.0, 0.0, 1.0, 0.5, 0.0)
