"""Stimuli against their formulas, and their directions against how textures really move."""

import numpy as np
import pytest

from core.clip import Clip
from core.errors import UsageError
from core.sources.synthetic import StimulusSource, make_stimulus, stimulus_names, stimulus_parameters


def grey(clip: Clip) -> np.ndarray:
    assert (clip.frames == clip.frames[..., :1]).all()
    return clip.frames[..., 0].astype(float)


def moved_by(before: np.ndarray, after: np.ndarray, reach: int) -> tuple[int, int]:
    """Return the (dx, dy) by which `after` is best explained as a shifted `before`."""

    def error(dx: int, dy: int) -> float:
        y, x = slice(reach, -reach), slice(reach, -reach)
        return float(np.abs(np.roll(before, (dy, dx), (0, 1))[y, x] - after[y, x]).mean())

    shifts = [(dx, dy) for dx in range(-reach, reach + 1) for dy in range(-reach, reach + 1)]
    return min(shifts, key=lambda s: error(*s))


@pytest.mark.parametrize("name", stimulus_names())
def test_defaults(name: str) -> None:
    clip = make_stimulus(name, width=64, height=48)
    assert clip.frames.shape == (16, 48, 64, 3)
    assert clip.fps == 30
    assert clip.name == name
    assert np.array_equal(clip.frames, make_stimulus(name, width=64, height=48).frames)


def test_drifting_grating_is_its_formula() -> None:
    clip = make_stimulus(
        "drifting-grating",
        frames=5,
        width=21,
        height=15,
        frequency=0.07,
        velocity=1.5,
        direction=30,
        contrast=0.8,
        phase=40,
    )
    for t, y, x in ((0, 0, 0), (1, 7, 10), (4, 14, 3), (2, 2, 20)):
        along = (x - 10) * np.cos(np.pi / 6) + (y - 7) * np.sin(np.pi / 6)
        wave = np.cos(2 * np.pi * 0.07 * (along - 1.5 * t) + np.deg2rad(40))
        assert clip.frames[t, y, x, 0] == round(255 * (0.5 + 0.4 * wave))


def test_flicker_is_its_formula() -> None:
    clip = make_stimulus("flicker", width=4, height=3, frequency="1/8", contrast=0.5)
    expected = np.rint(255 * (0.5 + 0.25 * np.cos(2 * np.pi * np.arange(16) / 8)))
    assert np.array_equal(grey(clip), np.broadcast_to(expected[:, None, None], (16, 3, 4)))


@pytest.mark.parametrize(
    ("direction", "step"),
    [
        ("right", (3, 0)), ("left", (-3, 0)), ("down", (0, 3)), ("up", (0, -3)),
        (0, (3, 0)), (90, (0, 3)), (180, (-3, 0)), (270, (0, -3)), (-90, (0, -3)),
    ],
)  # fmt: skip
@pytest.mark.parametrize("name", ["drifting-grating", "moving-bar"])
def test_direction_moves_as_a_texture_does(name: str, direction: str | float, step: tuple[int, int]) -> None:
    more = {"frequency": 0.05} if name == "drifting-grating" else {"bar_width": 9}
    frames = grey(make_stimulus(name, width=61, height=51, velocity=3, direction=direction, **more))
    along = 0 if step[0] else 1
    assert moved_by(frames[7], frames[8], 6)[along] == step[along]


def test_diagonal_direction() -> None:
    frames = grey(
        make_stimulus(
            "drifting-grating", width=60, height=60, velocity=2 * 2**0.5, direction=45, frequency=0.06
        )
    )
    assert np.abs(np.roll(frames[3], (2, 2), (0, 1))[4:, 4:] - frames[4][4:, 4:]).max() <= 1


def test_drifting_texture_is_rolled_exactly() -> None:
    frames = grey(make_stimulus("drifting-texture", width=40, height=30, vx=2, vy=-1, seed=4))
    assert moved_by(frames[0], frames[1], 4) == (2, -1)
    for t in range(16):
        assert np.array_equal(frames[t], np.roll(frames[0], (-t, 2 * t), (0, 1)))
    still = grey(make_stimulus("still-texture", width=40, height=30, seed=4))
    assert np.array_equal(frames[0], still[0])


def test_still_texture_stands_still_and_has_a_seed() -> None:
    first, second = (grey(make_stimulus("still-texture", width=90, height=70, seed=s)) for s in (1, 2))
    assert (first == first[0]).all()
    assert abs(float(np.corrcoef(first[0].ravel(), second[0].ravel())[0, 1])) < 0.2
    assert 30 < first[0].std() < 60
    assert abs(first[0].mean() - 127.5) < 1


@pytest.mark.parametrize(
    ("polarity", "inside", "outside"), [("bright", 255, 0), ("dark", 0, 255), (-1, 0, 255)]
)
def test_bar(polarity: str | int, inside: int, outside: int) -> None:
    clip = make_stimulus(
        "moving-bar", frames=9, width=41, height=5, bar_width=5, velocity=3, polarity=polarity
    )
    for t in range(9):
        centre = 20 + 3 * (t - 4)
        expected = np.where(np.abs(np.arange(41) - centre) <= 2, inside, outside)
        assert (grey(clip)[t] == expected).all()


def test_bar_of_partial_width_keeps_its_light() -> None:
    frames = grey(make_stimulus("moving-bar", width=60, height=3, bar_width=3.4, velocity=1.3))
    assert np.abs(frames.sum(axis=2) / 255 - 3.4).max() < 0.02


def test_impulse_is_one_voxel() -> None:
    frames = grey(make_stimulus("impulse", frames=7, width=9, height=5))
    assert np.argwhere(frames).tolist() == [[3, 2, 4]]
    assert frames.max() == 255


def test_names_in_any_case_and_with_underscores() -> None:
    for name in ("Moving_Bar", "MOVING-BAR", " moving bar "):
        assert StimulusSource(name).name == "moving-bar"


def test_text_and_keywords_mean_the_same() -> None:
    text = StimulusSource.from_text(
        "Drifting_Grating?frequency=1/8&Speed=-2.5&direction=down&frames=4&width=30&height=20"
    )
    words = StimulusSource(
        "drifting-grating", frequency=0.125, velocity=-2.5, direction=90, frames=4, width=30, height=20
    )
    assert text.values == words.values


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("moving-baar", ("'moving-baar'", *stimulus_names(), "Did you mean moving-bar?")),
        ("", ("needs a name", *stimulus_names())),
        ("flicker?frequenzy=1", ("'frequenzy'", "frequency, contrast, phase", "Did you mean frequency?")),
        ("flicker?contrast=1.5", ("contrast is a number from 0.0 to 1.0, not 1.5.",)),
        ("flicker?contrast=nan", ("not nan.",)),
        ("flicker?contrast=", ("not .",)),
        ("flicker?contrast", ("key=value, not 'contrast'.",)),
        ("flicker?frames=2.5", ("frames is a whole number from 1 to 100000", "not 2.5.")),
        ("flicker?frames=1e999999999", ("not 1e999999999.",)),
        ("flicker?frequency=1/0", ("not 1/0.",)),
        ("moving-bar?polarity=0", ("bright or dark", "not 0.")),
        ("moving-bar?direction=sideways", ("right, down, left, up", "not sideways.")),
        ("flicker?width=8000&height=8000", ("16 frames of 8000x8000 take 3.1 GB", "537 MB")),
    ],
)
def test_sentences(text: str, parts: tuple[str, ...]) -> None:
    with pytest.raises(UsageError) as caught:
        StimulusSource.from_text(text)
    for part in parts:
        assert part in str(caught.value)
    assert str(caught.value)[-1] in ".?"


def test_keywords_are_checked_like_texts() -> None:
    with pytest.raises(UsageError, match="not None"):
        make_stimulus("flicker", contrast=None)


def test_length_follows_the_wish_unless_it_was_fixed() -> None:
    assert StimulusSource("flicker").covering(40).length() == 40
    assert StimulusSource("flicker", frames=7).covering(40).length() == 7


def test_parameters_are_described() -> None:
    for name in stimulus_names():
        own = [parameter.name for parameter in stimulus_parameters(name)]
        assert own[-4:] == ["frames", "width", "height", "fps"]
        for parameter in stimulus_parameters(name):
            assert parameter.low <= parameter.default <= parameter.high
