"""Random dots: who moves with whom, and that chance comes from the seed alone."""

import numpy as np
import pytest

from core.errors import UsageError
from core.sources.dots import GROUP, DotField
from core.sources.synthetic import StimulusSource, make_stimulus


def places(field: DotField, t: int) -> np.ndarray:
    """Return all centres in frame t, (N, 2) as (x, y)."""
    return np.concatenate([np.stack(pair, axis=1) for pair in field.positions(t)])


def steps(field: DotField, t: int) -> np.ndarray:
    """Return how far each dot moves from frame t to the next, the short way round."""
    size = np.array([field.width, field.height])
    return (places(field, t + 1) - places(field, t) + size / 2) % size - size / 2


@pytest.mark.parametrize("coherence", [0, 0.25, 0.6, 1])
def test_exactly_the_share_moves_along(coherence: float) -> None:
    source = StimulusSource(
        "dots", coherence=coherence, velocity=1.5, direction="up", width=120, height=90, density=0.1
    )
    field = DotField.of(source.values)
    moved = steps(field, 7)
    assert len(moved) == round(0.1 * 120 * 90 / (np.pi / 4 * 9))
    together = np.isclose(moved, (0, -1.5), atol=1e-9).all(axis=1)
    assert together.sum() == round(coherence * len(moved))
    assert np.allclose(np.hypot(*moved.T), 1.5)
    if coherence < 1:
        assert np.allclose(moved[~together].sum(axis=0), 0, atol=1e-9)  # the rest goes nowhere


def test_all_dots_together_roll_the_frame() -> None:
    for direction, shift in (("right", (0, 2)), ("down", (2, 0)), ("left", (0, -2)), ("up", (-2, 0))):
        frames = make_stimulus(
            "dots", coherence=1, velocity=2, direction=direction, width=60, height=44, frames=6
        ).frames
        for t in range(5):
            assert np.array_equal(frames[t + 1], np.roll(frames[t], shift, (0, 1)))


def test_seed_decides_all() -> None:
    films = [make_stimulus("dots", seed=seed, width=40, height=30).frames for seed in (1, 1, 2)]
    assert np.array_equal(films[0], films[1])
    assert not np.array_equal(films[0], films[2])


def test_a_dot_lives_as_long_as_was_asked_for() -> None:
    field = DotField(200, 150, 3000, 3000, 1.0, 0.0, 4, 5)
    reborn = [~np.isclose(steps(field, t), (1, 0), atol=1e-9).all(axis=1) for t in range(8)]
    # A quarter of them in every frame, each of them once in four frames.
    assert np.array_equal(sum(reborn[:4]), np.ones(3000))
    assert all(np.array_equal(reborn[t], reborn[t + 4]) for t in range(4))
    assert all(600 < each.sum() < 900 for each in reborn)


def test_more_dots_than_one_group() -> None:
    field = DotField(300, 200, GROUP + 10, GROUP + 5, 1.0, 90.0, 0, 0)
    moved = steps(field, 3)
    assert np.isclose(moved, (0, 1), atol=1e-9).all(axis=1).sum() == GROUP + 5
    assert len(np.unique(places(field, 0), axis=0)) == GROUP + 10


def test_a_dot_is_as_wide_and_bright_as_asked() -> None:
    bright = make_stimulus("dots", density=0.0001, dot_size=9, width=40, height=40, frames=1).frames[
        0, :, :, 0
    ]
    assert bright.sum() / 255 == pytest.approx(np.pi / 4 * 81, rel=0.03)
    dark = make_stimulus(
        "dots", density=0.0001, dot_size=9, width=40, height=40, frames=1, polarity="dark"
    ).frames[0, :, :, 0]
    assert np.array_equal(dark, 255 - bright)


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("coherence=1.2", "coherence is a number from 0 to 1, not 1.2."),
        ("lifetime=-1", "lifetime is a whole number from 0 to 100000 frames, not -1."),
        ("size=3", "'size'"),
    ],
)
def test_sentences(query: str, sentence: str) -> None:
    with pytest.raises(UsageError) as caught:
        StimulusSource.from_text(f"dots?{query}")
    assert sentence in str(caught.value)
