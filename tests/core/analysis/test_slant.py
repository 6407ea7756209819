"""The velocity under a ruler, found in the data, and no velocity where there is none."""

import numpy as np
import pytest

from core.analysis.slant import HALF_WIDTH, LEAST_FRAMES, _agreement, find_slant
from core.display.ruler import Ruler
from core.display.slices import Plane, section
from core.sources.synthetic import make_stimulus

UPRIGHT = Ruler((2.0, 60.0), (13.0, 60.0))


def moving(rng: np.random.Generator, velocity: float, frames: int = 16, length: int = 120) -> np.ndarray:
    """(T, N) smooth noise that moves; samples between pixels by interpolation."""
    texture = np.convolve(rng.normal(size=4 * length), np.hanning(7), "same")
    places = np.arange(length) + 1.5 * length - velocity * np.arange(frames)[:, None]
    return np.interp(places, np.arange(4 * length), texture)


@pytest.mark.parametrize("velocity", [-6.0, -1.37, 0.0, 0.3, 1.0, 2.5, 7.5])
def test_moving_texture_is_followed(velocity: float, rng: np.random.Generator) -> None:
    found = find_slant(moving(rng, velocity), UPRIGHT)
    assert found is not None and found.enough
    assert found.velocity == pytest.approx(velocity, abs=0.03) and found.certainty > 0.9


def test_fast_motion_is_found_where_the_ruler_is_laid_along_it(rng: np.random.Generator) -> None:
    picture = moving(rng, 11.0, frames=6, length=160)
    found = find_slant(picture, Ruler((0.0, 70.0), (5.0, 120.0)))
    assert found is not None and found.enough and found.velocity == pytest.approx(11.0, abs=0.05)


def test_noise_is_moving_to_nowhere() -> None:
    for seed in range(12):
        picture = np.random.default_rng(seed).normal(size=(16, 120))
        found = find_slant(picture, UPRIGHT)
        assert found is not None and not found.enough and found.certainty < 0.3


def test_the_agreement_is_the_mean_correlation_over_pairs_of_frames(rng: np.random.Generator) -> None:
    near = slice(60 - HALF_WIDTH, 60 + HALF_WIDTH + 1)
    rows = rng.normal(size=(5, 120)) + rng.normal(size=120)
    rows = (rows - rows[:, near].mean(axis=1, keepdims=True)) / rows[:, near].std(axis=1, keepdims=True)
    pairs = np.corrcoef(rows[:, near])[np.triu_indices(5, 1)]
    agreed = _agreement(rows, np.arange(5.0) - 2, 60.0, np.array([0.0]))
    assert agreed[0] == pytest.approx(pairs.mean())


def test_what_leaves_the_line_is_rough_or_has_no_speed_but_is_never_sure_and_wrong() -> None:
    clip = make_stimulus("drifting-texture", frames=16, width=160, height=120, vx=-2, vy=1)
    told = {"sure": 0, "rough": 0, "none": 0}
    for row in range(10, 110, 5):
        found = find_slant(section(clip.frames, Plane.XT, row), Ruler((4.0, 84.0), (12.0, 76.0)))
        assert found is not None
        if found.enough and not found.rough:
            assert found.velocity == pytest.approx(-2, rel=0.25)
        told["none" if not found.enough else "rough" if found.rough else "sure"] += 1
    assert told["none"] and told["rough"]


def test_certainty_falls_as_noise_grows(rng: np.random.Generator) -> None:
    clean = moving(rng, 1.5)
    noise = rng.normal(size=clean.shape) * clean.std()
    certainties = []
    for share in (0.0, 0.5, 1.0):
        found = find_slant(clean + share * noise, UPRIGHT)
        assert found is not None and found.velocity == pytest.approx(1.5, abs=0.1)
        certainties.append(found.certainty)
    # The mean correlation of frames with noise of the same variance is a half.
    assert certainties[0] > 0.95 and certainties[0] > certainties[1] > certainties[2]
    assert certainties[2] == pytest.approx(0.5, abs=0.15)


def test_an_even_area_and_flicker_have_no_velocity(rng: np.random.Generator) -> None:
    assert find_slant(np.full((16, 120), 0.3), UPRIGHT) is None
    flicker = np.repeat(rng.normal(size=(16, 1)), 120, axis=1)
    assert find_slant(flicker, UPRIGHT) is None


def test_stripes_that_agree_at_many_speeds_take_the_one_nearest_to_the_ruler() -> None:
    """A grating of period 8 looks the same at v and v + 8: the wagon wheel."""
    x, t = np.arange(200), np.arange(10)[:, None]
    picture = np.cos(2 * np.pi * (x - 2.0 * t) / 8)
    for laid, expected in ((1.5, 2.0), (-5.0, -6.0), (9.0, 10.0)):
        ruler = Ruler((1.0, 100.0 - 4 * laid), (9.0, 100.0 + 4 * laid))
        found = find_slant(picture, ruler)
        assert found is not None and found.velocity == pytest.approx(expected, abs=0.02)
        assert found.certainty == pytest.approx(1.0, abs=0.05)


@pytest.mark.parametrize("velocity", [0.5, -0.5, 1.5, -0.25])
def test_a_hard_edge_that_moves_by_parts_of_a_pixel_reads_its_true_speed(velocity: float) -> None:
    clip = make_stimulus("moving-bar", velocity=velocity, frames=16)
    middle = clip.width / 2
    found = find_slant(section(clip.frames, Plane.XT, 0), Ruler((4.0, middle), (12.0, middle)))
    assert found is not None and found.velocity == pytest.approx(velocity, abs=0.003)


@pytest.mark.parametrize("plane", [Plane.XT, Plane.YT])
def test_in_the_sections_of_a_clip(plane: Plane) -> None:
    across, down = (1, 0) if plane is Plane.XT else (0, -1)
    clip = make_stimulus("drifting-texture", frames=12, width=96, height=96, vx=across, vy=down)
    found = find_slant(section(clip.frames, plane, 40), Ruler((0.0, 48.0), (11.0, 48.0)))
    assert found is not None and found.enough
    assert found.velocity == pytest.approx(1.0 if plane is Plane.XT else -1.0, abs=0.05)


def test_where_there_is_too_little_to_see_there_is_no_answer(rng: np.random.Generator) -> None:
    picture = moving(rng, 1.0)
    short = Ruler((3.0, 60.0), (3.0 + LEAST_FRAMES - 2, 60.0))
    assert find_slant(picture, short) is None
    assert find_slant(picture[:1], UPRIGHT) is None
    assert find_slant(picture[:, :6], Ruler((2.0, 3.0), (13.0, 3.0))) is None, "no room beside the ruler"
    assert find_slant(picture[:, :1], Ruler((2.0, 0.0), (13.0, 0.0))) is None
    level = Ruler((4.0, 10.0), (4.0, 90.0))
    assert find_slant(picture, level) is None
