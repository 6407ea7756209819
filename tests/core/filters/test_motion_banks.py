import numpy as np
import pytest

from core.errors import FilterError
from core.filters.builtin import bank_kind, bank_kinds, make_bank, parse_bank
from core.filters.views import Product
from core.sources.synthetic import StimulusSource
from tests.core.filters.motion_clips import (
    ARROWS,
    apart,
    means,
    moving,
    named_direction,
    pointed,
    respond,
    view,
)

MOTION = tuple(kind.name for kind in bank_kinds() if kind.group == "Motion")
NAMES = (
    "g2h2",
    "g3",
    "derpanis-wildes",
    "adelson-bergen",
    "reichardt",
    "gabor",
    "heeger",
    "simoncelli-heeger",
    "periodic",
)
# Filters each of which alone prefers one direction; the speed is in the name or the bank's own.
DIRECTED = {
    "g2h2": 1.0,
    "g3": 1.0,
    "adelson-bergen": 1.6,
    "gabor": 1.0,
    "heeger": 1.0,
    "simoncelli-heeger": None,
}
SPEEDS = {**dict.fromkeys(NAMES, 1.0), "adelson-bergen": 1.6}
WITH_DIRECTION = tuple(name for name in NAMES if name != "periodic")


@pytest.fixture(scope="module")
def banks():
    return {name: make_bank(name) for name in NAMES}


@pytest.fixture(scope="module")
def clips():
    made = {}

    def clip(direction, speed):
        key = (round(direction % 360, 3), speed)
        if key not in made:
            made[key] = moving(direction, speed, 9 if speed % 1 else 13)  # no bank of such a speed needs more
        return made[key]

    return clip


def test_all_are_there_and_stand_together():
    assert sorted(MOTION) == sorted(NAMES)
    groups = [kind.group for kind in bank_kinds()]
    assert groups.count("Motion") == len(NAMES)
    assert (
        len({i - groups.index("Motion") for i, g in enumerate(groups) if g == "Motion"} ^ set(range(9))) == 0
    )


@pytest.mark.parametrize("name", NAMES)
def test_texts_stimulus_and_parameters_are_complete(name):
    kind = bank_kind(name)
    assert all((kind.title, kind.description, kind.answers, kind.blind, kind.hint, kind.source))
    assert all(text.endswith((".", "?")) for text in (kind.answers, kind.blind, kind.hint))
    assert all(parameter.tip for parameter in kind.parameters)
    scheme, _, stimulus = kind.stimulus.partition(":")
    assert scheme == "stimulus"
    assert StimulusSource.from_text(stimulus).values


@pytest.mark.parametrize("name", NAMES)
def test_every_filter_is_blind_to_brightness_small_and_named(banks, name):
    bank = banks[name]
    assert bank.warnings == ()
    assert len(bank) <= 64
    assert max(bank.kernel_size) <= 16
    assert len(set(bank.names)) == len(bank)
    assert all(len(title) <= 15 for title in bank.names)
    sums = bank.weights.sum(axis=(1, 2, 3, 4), dtype=np.float64)
    # Each weight is rounded to float32 once.
    assert np.all(np.abs(sums) <= 2**-25 * np.abs(bank.weights).sum(axis=(1, 2, 3, 4)) + 1e-7)


@pytest.mark.parametrize("name", NAMES)
def test_views_speak_of_filters_that_there_are(banks, name):
    bank = banks[name]
    assert len({each.key for each in bank.views}) == len(bank.views) > 0
    for each in bank.views:
        assert each.explanation
        assert each.title
        extra = 1 if each.floor is not None else 0
        tiles = 1 if each.directions else len(each.products) + extra
        assert len(each.names) == tiles
        assert not each.directions or len(each.directions) == len(each.products)
        used = [term for products in each.products for term in products]
        assert all(isinstance(term, Product) for term in used)
        assert all(0 <= index < len(bank) for term in used for index in (term.first, term.second))
        assert each.signed == (each.key == "opponent")


@pytest.mark.parametrize("name", DIRECTED)
def test_every_directed_filter_answers_most_to_noise_rolled_its_way(banks, clips, name):
    bank = banks[name]
    for index, title in enumerate(bank.names):
        direction = named_direction(title)
        if direction is None:
            assert title.startswith("still")
            continue
        speed = DIRECTED[name] or float(title.split()[1])
        answers = [
            np.square(respond(bank, clips(direction + turn, speed), slice(index, index + 1))).mean()
            for turn in range(0, 360, 45)
        ]
        assert np.argmax(answers) == 0, (title, answers)
        assert answers[0] > 1.3 * answers[4], (title, answers)


@pytest.mark.parametrize("name", WITH_DIRECTION)
def test_energies_opponents_and_wheel_point_where_noise_is_rolled_to(banks, clips, name):
    bank = banks[name]
    for direction in ARROWS.values():
        responses = respond(bank, clips(direction, SPEEDS[name]))
        assert apart(pointed(view(bank, "direction"), responses), direction) < 8
        right, down = means(view(bank, "opponent"), responses)
        scale = np.hypot(right, down)
        assert right / scale == pytest.approx(np.cos(np.deg2rad(direction)), abs=0.15)
        assert down / scale == pytest.approx(np.sin(np.deg2rad(direction)), abs=0.15)
        if name != "reichardt":
            energy = view(bank, "energy")
            towards = [named_direction(title) for title in energy.names]
            moved = [i for i, angle in enumerate(towards) if angle is not None]
            best = max(moved, key=means(energy, responses).__getitem__)
            assert apart(towards[best], direction) <= 45


@pytest.mark.parametrize("name", ["g2h2", "g3", "gabor", "heeger"])
def test_of_eight_energies_that_of_the_rolled_direction_is_the_largest(banks, clips, name):
    bank = banks[name]
    energy = view(bank, "energy")
    eight = [i for i, title in enumerate(energy.names) if named_direction(title) is not None]
    for direction in ARROWS.values():
        values = means(energy, respond(bank, clips(direction, SPEEDS[name])))[eight]
        assert named_direction(energy.names[eight[int(np.argmax(values))]]) == direction


@pytest.mark.parametrize(
    "name", ["g2h2", "g3", "derpanis-wildes", "gabor", "heeger", "adelson-bergen", "reichardt"]
)
def test_plain_noise_rolled_by_whole_pixels_is_told_left_from_right(banks, name):
    noise = np.random.RandomState(7).randn(32, 32)
    bank = banks[name]
    for (vx, vy), axis in (((1, 0), 0), ((-1, 0), 0), ((0, 1), 1), ((0, -1), 1)):
        clip = np.stack([np.roll(noise, (vy * t, vx * t), axis=(0, 1)) for t in range(13)])
        value = means(view(bank, "opponent"), respond(bank, clip))[axis]
        assert np.sign(value) == vx + vy


@pytest.mark.parametrize("name", NAMES)
def test_a_still_picture_has_no_opponent_energy_and_a_reversed_clip_the_opposite(banks, name):
    bank = banks[name]
    count = bank.kernel_size[0]
    noise = np.random.RandomState(5).randn(32, 32)
    forward = np.stack([np.roll(noise, (t, 2 * t), axis=(0, 1)) for t in range(count)])
    if name == "periodic":
        assert np.abs(respond(bank, np.repeat(forward[:1], count, axis=0))).max() < 1e-6  # blind to it all
        return
    opponents = view(bank, "opponent")
    ahead, back = (means(opponents, respond(bank, clip)) for clip in (forward, forward[::-1]))
    assert back == pytest.approx(-ahead, rel=1e-5)
    still = means(opponents, respond(bank, np.repeat(forward[:1], count, axis=0)))
    assert np.all(np.abs(still) < 1e-5 * np.abs(ahead).max())


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("gabor?frequency=0.4&speed=2", "0.8 cycles per frame; above 0.5"),
        ("gabor?directions=3", "The number of directions is 2, 4, 8 or 16, not 3"),
        ("gabor?sigma=nan", "sigma is a number from 0.5 to 5 px, not nan"),
        ("gabor?kernel=2x9x9", "3 to 16, not 2"),
        ("g2h2?taps=6", "taps is 5, 7"),
        ("adelson-bergen?fast=5&slow=4", "slow order has to be above the fast one, not 4 and 5"),
        ("adelson-bergen?parts=mixed", "parts is oriented or separable, not mixed"),
        ("heeger?size=9", "no parameter 'size'"),
        ("periodic?frequency=0.5", "frequency is a number from"),
    ],
)
def test_what_does_not_go_together_is_told_in_one_sentence(text, words):
    name, pairs = parse_bank(text)
    with pytest.raises(FilterError, match=words) as failure:
        make_bank(name, **pairs)
    assert str(failure.value).endswith(".")
    assert "\n" not in str(failure.value)


def extremes(kind):
    """Yield parameter and value for both ends of every range and every choice."""
    for parameter in kind.parameters:
        ends = (parameter.low, parameter.high)
        values = parameter.words or ([(end,) * 3 for end in ends] if parameter.is_size else ends)
        yield from ((parameter.name, value) for value in values)


@pytest.mark.parametrize("name", NAMES)
def test_both_ends_of_every_range_make_a_bank_or_a_sentence(name):
    for parameter, value in extremes(bank_kind(name)):
        try:
            bank = make_bank(name, **{parameter: value})
        except FilterError as error:
            assert (name, parameter) in {
                ("gabor", "speed"),
                ("adelson-bergen", "fast"),
                ("adelson-bergen", "slow"),
            }
            assert str(error).endswith(".")
            continue
        assert max(bank.kernel_size) <= 16
        assert len(set(bank.names)) == len(bank) <= 64
        norms = np.linalg.norm(bank.weights.reshape(len(bank), -1), axis=1)
        assert norms.min() > 0.01 * norms.max() > 0, (parameter, value)
        sums = bank.weights.sum(axis=(1, 2, 3, 4), dtype=np.float64)
        assert np.abs(sums).max() < 1e-6, (parameter, value)
        assert all(sentence.endswith(".") and "\n" not in sentence for sentence in bank.warnings)
