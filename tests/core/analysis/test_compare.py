"""One filter beside variations of itself: the properties that the columns are there to show."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.analysis import compare
from core.analysis.compare import Answer
from core.analysis.energies import energy_recipe
from core.analysis.probes import frozen_clip, least_energy
from core.clip import Clip
from core.convolution.definition import convolve
from core.filters import edit
from core.filters.bank import FilterBank
from core.filters.builtin import make_bank
from core.filters.kernel import Kernel
from core.settings import ACTIVATIONS, ConvolutionSettings
from core.sources.synthetic import make_stimulus
from tests.motion_banks import motion_bank, rolled

PLAIN = ConvolutionSettings()


def random_kernel(size=(3, 3, 3), channels=3, seed=0, bias=0.0):
    bank = make_bank("raw", filters=1, kernel=size, channels=channels, seed=seed)
    return Kernel(bank.weights[0], bias, "random")


def found(steps):
    """Return the answers by their keys, in order."""
    return {step.key: step for step in steps if isinstance(step, Answer)}


def by_key(variants):
    return {variant.key: variant for variant in variants}


# Less of time


@settings(max_examples=20, deadline=None)
@given(
    frames=st.sampled_from([1, 2, 4, 8]),
    side=st.integers(1, 3),
    channels=st.sampled_from([1, 3]),
    seed=st.integers(0, 99),
)
def test_on_a_still_clip_inflation_equals_its_2d_origin_exactly(frames, side, channels, seed):
    """Whole numbers and a power of two of frames: nothing is rounded, so equal means equal."""
    rng = np.random.default_rng(seed)
    weights = rng.integers(-9, 10, (frames, side, side, channels)).astype(float)
    picture = rng.integers(0, 9, (1, 5, 6, channels)).astype(float)
    still = np.repeat(picture, frames + 2, axis=0)
    origin = convolve(picture, weights.sum(axis=0, keepdims=True))
    inflated = convolve(still, edit.inflated(weights))
    assert inflated.shape[0] == 3
    for frame in inflated:
        assert np.array_equal(frame, origin[0])
    # So does the whole filter, and the difference is nothing at all.
    assert np.array_equal(convolve(still, weights), inflated)
    assert not convolve(still, edit.zero_sum_in_time(weights)).any()


@settings(max_examples=8, deadline=None)
@given(size=st.tuples(st.integers(1, 5), st.integers(1, 4), st.integers(1, 4)), seed=st.integers(0, 99))
def test_the_same_by_the_engine(size, seed):
    still = frozen_clip(rolled(45, frames=6, side=9))
    kernel = random_kernel(size, 1, seed)
    made = found(compare.dimension_answers(compare.dimension_variants(still, kernel), PLAIN))
    origin = convolve(still.trimmed(0, 0), kernel.weights.sum(axis=0, keepdims=True))[0]
    room = 1e-5 * float(np.abs(kernel.weights).sum())
    for frame in (*made["inflated"].volume.data, *made["full"].volume.data):
        assert np.abs(frame - origin).max() <= room
    assert np.abs(made["difference"].volume.data).max() <= room
    assert made["difference"].energy <= least_energy(kernel, PLAIN)


@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("size", [(3, 3, 3), (4, 2, 3), (1, 1, 1)])
def test_columns_of_dimensions_are_what_the_definition_says(activation, size, small_clip):
    how = ConvolutionSettings("same", (1, 2, 1), (1, 1, 2), activation, "replicate")
    kernel = random_kernel(size, seed=4, bias=0.3)
    variants = compare.dimension_variants(small_clip, kernel, activation)
    assert ("each" in variants[-1].note) == (activation != "none")
    made = found(compare.dimension_answers(variants, how))
    assert list(made) == [variant.key for variant in variants] == ["middle", "inflated", "full", "difference"]
    parts = {"middle": edit.middle_frame_only, "inflated": edit.inflated, "full": lambda w: w}
    wanted = {key: convolve(small_clip, change(kernel.weights), 0.3, how) for key, change in parts.items()}
    wanted["difference"] = wanted["full"] - wanted["inflated"]
    for key, volume in wanted.items():
        answer = made[key]
        assert answer.volume.data.dtype == np.float32
        assert not answer.volume.data.flags.writeable
        assert np.allclose(answer.volume.data, volume, rtol=1e-4, atol=1e-4)
        assert answer.energy == pytest.approx(np.square(volume).mean(), rel=1e-3, abs=1e-9)
        assert answer.mean == pytest.approx(volume.mean(), rel=1e-3, abs=1e-5)
        assert answer.volume.axes == made["full"].volume.axes


def test_the_difference_is_the_response_of_the_difference(small_clip):
    kernel = random_kernel((5, 3, 3), bias=2.0)
    variants = by_key(compare.dimension_variants(small_clip, kernel))
    full, inflated, rest = (variants[key].kernel for key in ("full", "inflated", "difference"))
    assert np.allclose(full.weights - inflated.weights, rest.weights, atol=1e-6)
    assert (full.bias, inflated.bias, rest.bias) == (2.0, 2.0, 0.0)
    made = found(compare.dimension_answers(tuple(variants.values()), PLAIN))
    subtracted = made["full"].volume.data - made["inflated"].volume.data
    assert np.allclose(made["difference"].volume.data, subtracted, atol=1e-5)
    assert made["difference"].energy > 0.01 * made["full"].energy


def test_the_middle_frame_is_named():
    clip = rolled(0, frames=6, side=8)
    notes = {n: compare.dimension_variants(clip, random_kernel((n, 3, 3), 1))[0].note for n in (1, 4, 5)}
    assert notes[5] == "Frame 3 of 5; the others are 0"
    assert notes[4] == "Frame 2 of 4, of two middle ones; the others are 0"
    assert notes[1] == "Frame 1 of 1; nothing is left out"


# Other clips


def test_time_probes_answer_as_the_definition_says():
    clip, kernel = rolled(0, frames=9, side=12), random_kernel((3, 3, 3), 1, 5)
    variants = compare.time_variants(clip, kernel, seed=4)
    made = found(compare.answers(variants, PLAIN))
    assert [len(variant.clip) for variant in variants] == [9, 9, 9, 9, 18, 5]
    for variant in variants:
        assert np.allclose(made[variant.key].volume.data, convolve(variant.clip, kernel.weights), atol=1e-5)
    flipped = convolve(clip, edit.time_reversed(kernel.weights))[::-1]
    assert np.allclose(made["reversed"].volume.data, flipped, atol=1e-5)
    assert np.ptp(made["frozen"].volume.data, axis=0).max() < 1e-5


def test_a_clip_that_is_too_short_is_told_and_the_others_go_on():
    clip = rolled(0, frames=6, side=12)
    made = found(compare.answers(compare.time_variants(clip, random_kernel((5, 3, 3), 1)), PLAIN))
    assert len(made) == 6
    assert made["every second"].volume is None
    assert "spans 5 frames" in made["every second"].refused
    assert all(answer.volume is not None for key, answer in made.items() if key != "every second")


def test_filters_for_other_channels_are_told():
    clip, kernel = rolled(0, frames=4, side=8), random_kernel((1, 3, 3), channels=2)
    for steps in (
        compare.dimension_answers(compare.dimension_variants(clip, kernel), PLAIN),
        compare.dimension_answers(
            compare.dimension_variants(clip, kernel), ConvolutionSettings(activation="relu")
        ),
        compare.flip_answers(compare.flip_variants(clip, kernel), PLAIN),
        compare.after_answers(
            compare.after_variants(clip, kernel, None), FilterBank.from_weights([kernel.weights]), None, PLAIN
        ),
    ):
        made = found(steps)
        assert len(made) > 2
        assert all(answer.volume is None and answer.refused for answer in made.values())


# Turned round


def test_odd_filters_change_their_sign_and_even_ones_nothing():
    bank = make_bank("gabor", directions=4)
    clip = rolled(0, frames=9, side=20)
    for index, sign in ((0, 1.0), (1, -1.0)):
        kernel = bank[index]
        assert compare.parity(kernel) == pytest.approx(sign, abs=1e-5)
        made = found(compare.flip_answers(compare.flip_variants(clip, kernel), PLAIN))
        plain, turned = (made[key].volume.data for key in ("correlation", "convolution"))
        assert np.abs(plain).max() > 0.01
        assert np.allclose(turned, sign * plain, atol=1e-5)
    noise = make_bank("zero-mean", filters=1, kernel=(5, 5, 5))[0]
    assert abs(compare.parity(noise)) < 0.3
    assert compare.parity(Kernel(np.zeros((1, 2, 2, 1), np.float32))) == 0.0


def test_convolution_is_that_of_mathematics():
    from scipy.signal import convolve as mathematics

    clip, kernel = rolled(0, frames=6, side=10), random_kernel((3, 2, 3), 1, 8)
    made = found(compare.flip_answers(compare.flip_variants(clip, kernel), PLAIN))
    wanted = mathematics(clip.as_float()[..., 0], kernel.weights[..., 0], "valid")
    assert np.allclose(made["convolution"].volume.data, wanted, atol=1e-4)


@pytest.mark.parametrize("towards", [0, 90])
def test_a_moving_texture_tells_which_flip_reverses(towards):
    """Energies of a quadrature pair, measured on textures that move: nothing is reasoned."""
    bank, back = motion_bank(), towards + 180
    pair = bank.weights[2 * (towards // 45) : 2 * (towards // 45) + 2]

    def energy(clip, change):
        turned = [convolve(clip, change(weights)) for weights in pair]
        return float(np.square(turned).sum(axis=0).mean())

    clips = {angle: rolled(angle, frames=9, side=16) for angle in (towards, back)}
    clips[back] = Clip.from_frames(clips[towards].frames[::-1])  # the same texture, moving back
    for change, stays in ((lambda w: w, True), (edit.flipped, True), (edit.time_reversed, False)):
        ahead, behind = energy(clips[towards], change), energy(clips[back], change)
        assert (ahead > 3 * behind) if stays else (behind > 3 * ahead)


def test_profiles_say_where_each_flip_looks():
    kernel = make_bank("gabor", directions=4)[0]
    clip = rolled(0, frames=7, side=12)
    made = found(compare.flip_answers(compare.flip_variants(clip, kernel), PLAIN))
    directions = [answer.profile.direction for answer in made.values()]
    assert directions == pytest.approx([0, 0, 180], abs=2)
    assert made["convolution"].profile.dsi == pytest.approx(made["correlation"].profile.dsi)


# What comes after


def after(clip, bank, index, how=PLAIN):
    recipe = energy_recipe(bank, index)
    variants = compare.after_variants(clip, bank[index], recipe)
    return variants, found(compare.after_answers(variants, bank, recipe, how))


def test_rectifiers_are_the_engines_activations(small_clip):
    bank = make_bank("zero-mean", filters=2, kernel=(3, 3, 3), seed=3)
    how = ConvolutionSettings("same", (2, 1, 1), activation="square")
    variants, made = after(small_clip, bank, 1, how)
    names = {"raw": "none", "relu": "relu", "abs": "abs", "square": "square"}
    for key, activation in names.items():
        same = ConvolutionSettings("same", (2, 1, 1), activation=activation)
        assert np.allclose(
            made[key].volume.data, convolve(small_clip, bank.weights[1], None, same), atol=1e-5
        )
    assert [variant.squared for variant in variants] == [False, False, False, True, True]
    assert made["energy"].volume is None
    assert made["energy"].refused
    assert "partner" not in made


def test_energy_of_a_pair_is_steady_where_the_response_swings():
    """Adelson & Bergen's point, on a grating that drifts by a whole number of cycles."""
    bank = make_bank("gabor", directions=4)
    liked = bank.parameters
    clip = make_stimulus(
        "drifting-grating",
        frames=27,
        width=24,
        height=20,
        frequency=liked["frequency"],
        velocity=liked["speed"],
    )
    variants, made = after(clip, bank, 0)
    even, odd = (convolve(clip, np.repeat(bank.weights[i] / 3, 3, axis=3)) for i in (0, 1))
    assert np.allclose(made["energy"].volume.data, even**2 + odd**2, atol=1e-5)
    assert np.allclose(made["partner"].volume.data, odd, atol=1e-5)
    raw = compare.trace_at(made["raw"].volume, 5, 6)
    root = compare.trace_at(made["energy"].volume, 5, 6, root=True)
    assert raw.frames == root.frames == tuple(float(t) for t in range(3, 24))
    # r swings through 0 to both sides, as far as the root of the energy, which stays.
    assert min(raw.values) < -0.9 * max(raw.values)
    assert 0.75 * max(root.values) < max(raw.values) <= max(root.values) * (1 + 1e-6)
    assert max(root.values) < 1.1 * min(root.values)
    square = compare.trace_at(made["square"].volume, 5, 6)
    assert min(square.values) < 0.2 * max(square.values)
    assert variants[-1].note == "even² + odd²: filters 1 and 2"


# Numbers


def test_values_and_traces_are_those_of_the_volume(small_clip):
    kernel = random_kernel()
    variants = compare.dimension_variants(small_clip, kernel)
    volume = found(compare.dimension_answers(variants, PLAIN))["full"].volume
    assert compare.value_at(volume, (2, 3, 4)) == float(volume.data[2, 3, 4])
    assert compare.value_at(volume, (len(volume), 0, 0)) is None
    assert compare.value_at(volume, (0, -1, 0)) is None
    assert compare.trace_at(volume, 99, 0) is None
    trace = compare.trace_at(volume, 3, 4)
    assert trace.values == tuple(float(v) for v in volume.data[:, 3, 4])
    assert trace.frames == tuple(float(t + 1) for t in range(len(volume)))
