"""Stimuli against their formulas, and their directions against how textures really move."""

import itertools
import tracemalloc

import numpy as np
import pytest
from scipy.ndimage import gaussian_filter

from core.clip import Clip
from core.commands.parser import command_parser
from core.errors import UsageError
from core.sources.gratings import pattern_velocity
from core.sources.opening import open_source
from core.sources.stimuli import STIMULI
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


def at(name: str, t: int, **values: float | str) -> np.ndarray:
    """Return the luminance of frame t before it is rounded."""
    source = StimulusSource(name, **values)
    stimulus = next(each for each in STIMULI if each.name == name)
    return stimulus.prepare(source.values)(t)


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
        ("flicker?contrast=1.5", ("contrast is a number from 0 to 1, not 1.5.",)),
        ("flicker?contrast=nan", ("not nan.",)),
        ("flicker?contrast=", ("not empty.",)),
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
            assert parameter.is_choice or parameter.tip
            assert parameter.unit or parameter.name in {"contrast", "seed", "coherence", "density"}


@pytest.mark.parametrize("name", stimulus_names())
@pytest.mark.parametrize(("width", "height"), [(1, 1), (1, 7), (9, 1), (33, 21), (32, 22)])
def test_any_size_and_speed(name: str, width: int, height: int) -> None:
    fast = {
        p.name: p.high
        for p in stimulus_parameters(name)
        if p.name.startswith(("velocity", "vx", "vy", "slope"))
    }
    for values in ({}, fast):
        source = StimulusSource(name, frames=3, width=width, height=height, **values)
        frames = [timed.frame for timed in source.frames()]
        assert {frame.shape for frame in frames} == {(height, width, 3)}
        light = [at(name, t, width=width, height=height, frames=3, **values) for t in range(3)]
        assert all(np.isfinite(each).all() for each in light)
        assert all(each.min() >= -1e-9 and each.max() <= 1 + 1e-9 for each in light)


@pytest.mark.parametrize("name", stimulus_names())
def test_every_frame_is_known_by_its_number(name: str) -> None:
    source = StimulusSource(name, frames=100_000, width=20, height=14)
    films = list(itertools.islice(source.frames(), 6))
    late = StimulusSource(name, frames=100_000, width=20, height=14)
    assert late.frame(99_999).shape == (14, 20, 3)
    for t in (5, 2, 0):
        assert np.array_equal(films[t].frame, late.frame(t))
    picked = list(itertools.islice(late.selected(1, 3), 6))
    assert [each is None for each in picked] == [True, False, True, True, False, True]
    assert picked[4] is not None
    assert np.array_equal(picked[4].frame, films[4].frame)
    assert picked[4].timestamp_ns == films[4].timestamp_ns


@pytest.mark.parametrize("name", stimulus_names())
def test_a_long_film_keeps_no_frames(name: str) -> None:
    frames = StimulusSource(name, frames=100_000, width=64, height=64).frames()
    next(frames)
    tracemalloc.start()
    try:
        for _ in itertools.islice(frames, 40):
            pass
        kept, _peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert kept < 8 * 64 * 64 * 3  # a few frames at most, of the forty


@pytest.mark.parametrize("name", stimulus_names())
def test_address_makes_the_same_film(name: str) -> None:
    other = {
        p.name: (p.default if p.is_choice else min(p.high, p.default + 1))
        if p.whole
        else p.default * 0.7 + 1 / 70
        for p in stimulus_parameters(name)
    }
    source = StimulusSource(name, **{**other, "width": 24, "height": 18})
    again = open_source(source.address)
    assert isinstance(again, StimulusSource)
    assert again.values == source.values
    assert StimulusSource(name).address == f"stimulus:{name}"


def test_address_writes_words_and_every_digit() -> None:
    source = StimulusSource("moving-bar", direction=180, polarity="dark", velocity=2.0, bar_width=1 / 3)
    assert source.address == (
        "stimulus:moving-bar?bar_width=0.3333333333333333&velocity=2&direction=left&polarity=dark"
    )
    assert StimulusSource("dots", seed=4_294_967_295).address == "stimulus:dots?seed=4294967295"


def test_grating_has_one_frequency_and_its_velocity() -> None:
    """f = 4/32 to the right and down, ft = -(fx vx + fy vy)."""
    clip = grey(
        make_stimulus(
            "drifting-grating", width=32, height=32, frames=16, frequency=4 / 32 * 2**0.5,
            direction=45, velocity=0.5 * 2**0.5,
        )
    )  # fmt: skip
    power = np.abs(np.fft.fftn(clip - clip.mean()))
    t, y, x = np.unravel_index(power.argmax(), power.shape)
    fx, fy, ft = (np.fft.fftfreq(n)[i] for n, i in ((32, x), (32, y), (16, t)))
    assert (abs(fx), fx) == (4 / 32, fy)
    assert ft == -(fx * 0.5 + fy * 0.5)
    assert np.partition(power.ravel(), -3)[-3] < power.max() / 100


def test_counter_phase_is_the_mean_of_right_and_left() -> None:
    values = {"frequency": 0.07, "velocity": 1.3, "direction": 20, "phase": 33, "width": 31, "height": 23}
    back = {**values, "velocity": -1.3}
    for t in range(5):
        right, left = at("drifting-grating", t, **values), at("drifting-grating", t, **back)
        assert np.array_equal(at("counter-phase", t, **values), (right + left) / 2)
    power = np.abs(np.fft.fft2(grey(make_stimulus("counter-phase", width=20, height=1, frames=10))[:, 0]))
    assert power[2, 2] == pytest.approx(power[-2, 2], rel=1e-3)


def test_plaid_moves_as_one_pattern() -> None:
    velocity = pattern_velocity(-45, 2**0.5, 45, 2**0.5)
    assert velocity is not None
    assert np.allclose(velocity, (2, 0))
    # Six degrees apart, both up and right: yet the pattern goes elsewhere, and only it fits both.
    vx, vy = pattern_velocity(-60, 1, -66, 2) or (0.0, 0.0)
    for angle, speed in ((-60, 1), (-66, 2)):
        assert vx * np.cos(np.deg2rad(angle)) + vy * np.sin(np.deg2rad(angle)) == pytest.approx(speed)
    assert pattern_velocity(30, 1, 210, 1) is None
    frames = grey(
        make_stimulus("plaid", width=61, height=51, frequency=0.06, velocity_1=2**0.5, velocity_2=2**0.5)
    )
    assert np.abs(np.roll(frames[3], 2, 1)[:, 3:] - frames[4][:, 3:]).max() <= 1
    assert moved_by(frames[3], frames[4], 5) == (2, 0)


@pytest.mark.parametrize(("vx", "vy"), [(2, -1), (0.5, 0), (-0.25, 1.5), (1.25, 0)])
def test_texture_moves_by_fractions_too(vx: float, vy: float) -> None:
    values = {"width": 40, "height": 30, "seed": 4, "vx": vx, "vy": vy, "contrast": 0.5}
    start, later = at("drifting-texture", 0, **values), at("drifting-texture", 4, **values)
    assert np.allclose(later, np.roll(start, (round(4 * vy), round(4 * vx)), (0, 1)), atol=1e-12)
    # In between: every frequency keeps its size and turns by f . v.
    between = np.fft.fft2(at("drifting-texture", 1, **values))
    before = np.fft.fft2(start)
    for y, x in ((1, 0), (2, 3), (-1, 2), (0, 1)):
        turn = np.exp(-2j * np.pi * (vx * x / 40 + vy * y / 30))
        assert between[y, x] == pytest.approx(before[y, x] * turn, abs=1e-9)


@pytest.mark.parametrize(("grain", "width", "height"), [(0, 9, 8), (1.5, 40, 31), (3, 25, 20)])
def test_texture_is_noise_through_a_gaussian(grain: float, width: int, height: int) -> None:
    noise = np.random.RandomState(8).standard_normal((height, width))
    smooth = gaussian_filter(noise, grain, mode="wrap", truncate=7) if grain else noise
    expected = np.clip(0.5 + (smooth - smooth.mean()) / (6 * smooth.std()), 0, 1)
    texture = at("still-texture", 0, width=width, height=height, grain=grain, seed=8)
    assert np.allclose(texture, expected, atol=1e-5)


@pytest.mark.parametrize("side", [5, 16])
def test_a_grain_coarser_than_the_frame_is_smooth_too(side: int) -> None:
    texture = at("still-texture", 0, width=side, height=side, grain=64)
    assert texture.std() > 0.1
    power = np.abs(np.fft.fft2(texture - texture.mean())) ** 2
    longest = power[0, [1, -1]].sum() + power[[1, -1], 0].sum()
    assert longest > 0.999 * power.sum() > 0


def test_reverse_phi_is_the_moving_texture_turned_negative() -> None:
    values = {"width": 40, "height": 30, "seed": 2, "vx": 3, "vy": -1}
    for t in range(5):
        before, after = at("reverse-phi", t, **values), at("reverse-phi", t + 1, **values)
        assert np.allclose(after, 1 - np.roll(before, (-1, 3), (0, 1)), atol=1e-12)
    frames = grey(make_stimulus("reverse-phi", **values))
    moving = grey(make_stimulus("drifting-texture", **values))
    assert np.array_equal(frames[::2], moving[::2])
    assert np.array_equal(frames[1::2], 255 - moving[1::2])


@pytest.mark.parametrize("direction", ["right", "left", "up", "down"])
def test_fluted_square_lacks_its_fundamental(direction: str) -> None:
    values = {"width": 64, "height": 64, "direction": direction}
    frames = np.stack([at("fluted-square", t, **values) for t in range(4)]) - 0.5
    line = frames[:, 0, :] if direction in {"right", "left"} else frames[:, :, 0]
    spectrum = np.fft.fft(line) / 64
    orders = np.flatnonzero(np.abs(spectrum[0]) > 1e-12)
    assert set(orders[orders < 32].tolist()) == {2 * k for k in range(3, 16, 2)}  # 1/32: index 2 is f itself
    third, fifth = spectrum[0, 6], spectrum[0, 10]
    assert abs(third) / abs(fifth) == pytest.approx(5 / 3)
    assert np.abs(frames).max() <= 0.5 + 1e-12
    # A quarter of a wave along the direction; the third harmonic turns by a quarter the other way.
    sign = 1 if direction in {"right", "down"} else -1
    assert np.array_equal(np.round(line[1], 9), np.round(np.roll(line[0], sign * 8), 9))
    assert spectrum[1, 6] / spectrum[0, 6] == pytest.approx(np.exp(2j * np.pi * sign / 4))


def test_apparent_motion_holds_every_nth_place() -> None:
    values = {"width": 50, "height": 6, "frames": 13, "velocity": 1.5, "direction": "left"}
    smooth = make_stimulus("moving-bar", **values).frames
    held = make_stimulus("apparent-motion", **values, every=4).frames
    for t in range(13):
        assert np.array_equal(held[t], smooth[t // 4 * 4])
    assert not np.array_equal(held[3], held[4])
    assert np.array_equal(make_stimulus("apparent-motion", **values, n=1).frames, smooth)


def test_ramps_have_one_slope() -> None:
    in_time = grey(make_stimulus("temporal-ramp", width=3, height=2, slope=5, start=10)).astype(int)
    assert (in_time == 10 + 5 * np.arange(16)[:, None, None]).all()
    assert grey(make_stimulus("temporal-ramp", frames=30, width=1, height=1, slope=-20, start=90)).min() == 0
    for direction, (dx, dy) in {"right": (1, 0), "left": (-1, 0), "down": (0, 1), "up": (0, -1)}.items():
        for width, height in ((41, 30), (40, 31)):
            frames = grey(
                make_stimulus("spatial-ramp", width=width, height=height, slope=3, direction=direction)
            )
            assert (frames == frames[0]).all()
            assert (np.diff(frames[0], axis=1) == 3 * dx).all()
            assert (np.diff(frames[0], axis=0) == 3 * dy).all()
            assert frames[0, height // 2, width // 2] == 128
    tilted = at("spatial-ramp", 0, width=20, height=20, slope=2, direction=30) * 255
    assert np.allclose(np.diff(tilted, axis=1), 2 * np.cos(np.pi / 6))
    assert np.allclose(np.diff(tilted, axis=0), 1)


def test_known_answers_speak_of_the_chosen_numbers() -> None:
    def known(name: str, **values: float | str) -> str:
        return StimulusSource(name, **values).known

    assert "0.2 cycles/frame, moving 2 px/frame to the right" in known("drifting-grating")
    assert "by 0.4 waves, backwards" in known("drifting-grating", velocity=6)
    assert "nothing is seen to move" in known("drifting-grating", velocity=10)
    assert "2.83 px/frame to the right" in known("plaid")
    assert "no velocity of its own" in known("plaid", direction_1=45)
    assert "motion energy answers the other way: to the left" in known("reverse-phi")
    assert "answers to the left" in known("fluted-square")
    assert "answers to the right" in known("fluted-square", jump=-0.25)
    assert "both jump to the right" in known("fluted-square", jump=0.1)
    assert "until it is white after frame 6" in known("temporal-ramp", slope=40, start=40)
    assert "272 of 543 dots" in known("dots")
    assert "None of 543 dots" in known("dots", coherence=0)
    for name in stimulus_names():
        source = StimulusSource(name)
        assert source.known.endswith(".") and source.text.endswith((".", "?"))
        assert "-0 " not in source.known


def test_help_lists_every_stimulus() -> None:
    for command in ("", "export"):
        words = command_parser(command).format_help().replace(",", " ").split()
        assert set(stimulus_names()) <= set(words)


@pytest.mark.parametrize(
    ("text", "direction"),
    [
        ("drifting-texture?vx=2", 1), ("drifting-texture?vx=-2", -1),
        ("reverse-phi?vx=2", -1), ("reverse-phi?vx=-2", 1),
        ("fluted-square?frequency=1/32", -1), ("fluted-square?frequency=1/32&direction=left", 1),
        ("counter-phase?frequency=1/8&velocity=2", 0), ("flicker?frequency=1/8", 0),
        ("still-texture?seed=1", 0),
    ],
)  # fmt: skip
def test_energy_is_where_the_known_answer_says(text: str, direction: int) -> None:
    """Whatever moves to the right has ft = -fx v: its energy lies where fx and ft differ in sign."""
    source = StimulusSource.from_text(f"{text}&frames=16&width=32&height=32")
    film = np.stack([timed.frame[..., 0] for timed in source.frames()]).astype(float)
    power = np.abs(np.fft.fftn(film - film.mean())) ** 2
    side = -np.sign(np.fft.fftfreq(16)[:, None, None] * np.fft.fftfreq(32)[None, None, :])
    side[8] = side[:, :, 16] = 0  # half a cycle has no direction
    share = float((power * side).sum() / power.sum())
    assert share == pytest.approx(0, abs=1e-3) if direction == 0 else share * direction > 0.3
