"""Clips made from one clip: what is in them, and what filters must answer to them."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from core.analysis import probes
from core.clip import Clip
from core.convolution.definition import convolve
from core.convolution.engine import convolve_bank
from core.convolution.geometry import output_shape
from core.errors import FilterError
from core.filters import edit
from core.filters.bank import FilterBank
from core.filters.builtin import make_bank
from core.filters.kernel import Kernel
from core.progress import Progress
from core.settings import ConvolutionSettings
from core.sources.synthetic import make_stimulus

PLAIN = ConvolutionSettings()
SIDES = st.tuples(st.integers(1, 4), st.integers(1, 3), st.integers(1, 3))


def noise(frames=7, seed=0, channels=1):
    rng = np.random.default_rng(seed)
    times = np.cumsum(rng.integers(10, 90, frames)) * 1_000_000
    pictures = rng.integers(0, 256, (frames, 6, 7, channels), dtype=np.uint8)
    return Clip.from_frames(pictures, timestamps_ns=[int(t) for t in times], name="noise")


def weights(size, seed=0, channels=1):
    return np.random.default_rng(seed).normal(size=(*size, channels))


def fresh(clip):
    """Every probe is a whole clip: read-only, with times that start at 0 and increase."""
    assert not clip.frames.flags.writeable
    assert clip.frames.flags.c_contiguous
    assert clip.timestamps_ns[0] == 0
    assert all(later > earlier for earlier, later in pairwise(clip.timestamps_ns))
    assert len(clip.timestamps_ns) == len(clip)
    return clip


def test_frames_and_times_of_the_probes():
    clip = Clip.from_frames(noise().frames[:4], timestamps_ns=(0, 10, 40, 60), name="c")
    back = fresh(probes.reversed_clip(clip))
    assert np.array_equal(back.frames, clip.frames[::-1])
    assert back.timestamps_ns == (0, 20, 50, 60)  # the long pause stays between the second and the third
    still = fresh(probes.frozen_clip(clip))
    assert all(np.array_equal(frame, clip.frames[0]) for frame in still.frames)
    assert still.timestamps_ns == clip.timestamps_ns
    slow = fresh(probes.half_speed_clip(clip))
    assert np.array_equal(slow.frames[::2], clip.frames)
    assert np.array_equal(slow.frames[1::2], clip.frames)
    assert slow.timestamps_ns == (0, 10, 20, 50, 80, 100, 120, 140)
    fast = fresh(probes.every_second_frame(clip))
    assert np.array_equal(fast.frames, clip.frames[::2])
    assert fast.timestamps_ns == (0, 10)
    assert [each.name for each in (back, slow)] == ["c, reversed", "c, half speed"]


def test_even_times_keep_their_rate():
    clip = Clip.from_frames(noise(9).frames, fps=25)
    for made in (
        probes.reversed_clip(clip),
        probes.half_speed_clip(clip),
        probes.every_second_frame(clip),
        probes.shuffled_clip(clip),
    ):
        assert fresh(made).fps == pytest.approx(25)


def test_a_single_frame_is_enough():
    clip = noise(1)
    lengths = {
        probes.reversed_clip: 1,
        probes.frozen_clip: 1,
        probes.shuffled_clip: 1,
        probes.half_speed_clip: 2,
        probes.every_second_frame: 1,
    }
    for make, length in lengths.items():
        assert len(fresh(make(clip))) == length
    assert probes.stands_still(clip)


@settings(max_examples=30, deadline=None)
@given(count=st.integers(2, 20), seed=st.integers(0, 2**32 - 1))
def test_shuffled_is_another_order_the_same_for_a_seed(count, seed):
    order = probes.shuffled_order(count, seed)
    assert sorted(order) == list(range(count))
    assert order != tuple(range(count))
    assert order == probes.shuffled_order(count, seed)


def test_shuffled_uses_its_order():
    clip = noise(6)
    made = fresh(probes.shuffled_clip(clip, 3))
    assert np.array_equal(made.frames, clip.frames[list(probes.shuffled_order(6, 3))])
    assert made.timestamps_ns == clip.timestamps_ns
    assert len({probes.shuffled_order(6, seed) for seed in range(8)}) > 4


@settings(max_examples=25, deadline=None)
@given(
    size=SIDES,
    gap=st.integers(1, 2),
    padding=st.sampled_from(["valid", (1, 1, 0)]),
    border=st.sampled_from(["zero", "reflect"]),
    seed=st.integers(0, 99),
)
def test_reversed_is_the_time_flipped_kernel_read_backwards(size, gap, padding, border, seed):
    how = ConvolutionSettings(padding=padding, dilation=(gap, 1, 1), border=border)
    clip, kernel = noise(seed=seed), weights(size, seed)
    ahead = convolve(probes.reversed_clip(clip), kernel, 0.5, how)
    back = convolve(clip, edit.time_reversed(kernel), 0.5, how)[::-1]
    assert np.allclose(ahead, back, atol=1e-12)


@settings(max_examples=15, deadline=None)
@given(size=SIDES, seed=st.integers(0, 99))
def test_frozen_is_constant_in_time_and_2d(size, seed):
    clip, kernel = noise(seed=seed, channels=3), weights(size, seed, 3)
    made = convolve(probes.frozen_clip(clip), kernel)
    assert np.allclose(made, made[:1], atol=1e-12)
    flat = convolve(clip.trimmed(0, 0), kernel.sum(axis=0, keepdims=True))
    assert np.allclose(made[0], flat[0], atol=1e-12)
    assert np.allclose(convolve(probes.frozen_clip(clip), edit.zero_sum_in_time(kernel)), 0, atol=1e-12)


@settings(max_examples=15, deadline=None)
@given(size=SIDES, seed=st.integers(0, 99))
def test_slower_and_faster_clips_are_dilated_kernels(size, seed):
    clip, kernel = noise(9, seed=seed), weights(size, seed)
    doubled = ConvolutionSettings(dilation=(2, 1, 1))
    slow = convolve(probes.half_speed_clip(clip), kernel, None, doubled)
    assert np.allclose(slow[::2], convolve(clip, kernel), atol=1e-12)
    strided = ConvolutionSettings(dilation=(2, 1, 1), stride=(2, 1, 1))
    fast = convolve(probes.every_second_frame(clip), kernel)
    assert np.allclose(fast, convolve(clip, kernel, None, strided), atol=1e-12)


def test_energy_is_the_mean_square(rng):
    clip, bank = noise(), make_bank("zero-mean", filters=1, kernel=(3, 3, 3), channels=1)
    (volume,) = convolve_bank(clip, bank)
    assert probes.energy(volume) == pytest.approx(np.square(convolve(clip, bank.weights[0])).mean(), rel=1e-5)


def index_of(clip, kernel, how=PLAIN):
    bank = FilterBank.from_weights(np.asarray(kernel)[None])
    found = [step for step in probes.static_indices(clip, bank, how) if not isinstance(step, Progress)]
    assert [number for number, _ in found] == [0]
    return found[0][1]


def test_static_index_of_filters_that_are_known():
    moving = make_stimulus("drifting-grating", frames=16, width=32, height=24, frequency=1 / 8, velocity=1)
    picture = np.zeros((1, 1, 3, 3))
    picture[0, 0, :, :] = [[-1], [0], [1]]
    difference = np.array([-1.0, 1.0]).reshape(2, 1, 1, 1) * np.ones(3)
    blur = np.full((8, 1, 1, 3), 1.0) * np.array([1, -1, 0])[None, None, None]
    # A picture filter answers to each frame of a drifting grating with the same energy.
    static = index_of(moving, picture)
    assert static.value == pytest.approx(1, abs=0.1)
    assert static.sentence.startswith("Static")
    dynamic = index_of(moving, difference)
    assert dynamic.value == 0
    assert dynamic.sentence.startswith("Dynamic")
    # Grey pictures have no colour: nothing to answer, nothing to compare.
    assert index_of(moving, blur).value is None
    assert "0/0" in index_of(moving, blur).sentence


def test_blurring_over_time_makes_the_index_large():
    moving = make_stimulus("drifting-grating", frames=16, width=32, height=24, frequency=1 / 8, velocity=1)
    # Eight frames are a whole cycle of each pixel: their mean is even grey. Six leave a little of the wave.
    edge = np.array([-1.0, 0, 0, 0, 1]).reshape(1, 1, 5, 1)
    found = index_of(moving, np.repeat(edge, 6, axis=0))
    assert found.value is not None
    assert found.value > 5
    assert found.sentence.startswith("More than static")


def test_a_clip_that_stands_still_has_index_1_for_all_that_answers():
    still = make_stimulus("still-texture", frames=7, width=24, height=20)
    assert probes.stands_still(still)
    bank = make_bank("zero-mean", filters=4, kernel=(3, 3, 3), seed=2)
    for padding in ("valid", "same"):
        how = ConvolutionSettings(padding=padding)
        found = [step for step in probes.static_indices(still, bank, how) if not isinstance(step, Progress)]
        assert [number for number, _ in found] == [0, 1, 2, 3]
        assert [index.value for _, index in found] == [1, 1, 1, 1]
        assert all("stands still" in index.sentence for _, index in found)
    # What ignores stills has no answer but rounding, which is none.
    rest = edit.zero_sum_in_time(bank.weights[0])
    assert index_of(still, rest).value is None


def test_square_activation_moves_the_least_energy():
    kernel = Kernel(np.full((1, 1, 1, 1), 3.0, np.float32))
    linear = probes.least_energy(kernel, PLAIN)
    assert linear == pytest.approx(9e-12)
    squared = probes.least_energy(kernel, ConvolutionSettings(activation="square"))
    assert squared == pytest.approx(linear**2)


@pytest.mark.parametrize(
    ("original", "frozen", "value"),
    [(4.0, 1.0, 0.25), (1.0, 1e-20, 0.0), (1e-20, 1.0, None), (float("inf"), 1.0, None), (0.0, 0.0, None)],
)
def test_static_index_of_energies(original, frozen, value):
    found = probes.static_index(original, frozen, 1e-12)
    assert (found.value, found.energy) == (value, original)


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (0.3, "30 % of the energy is left"),
        (0.9, "90 % of the energy"),
        (1.7, "170 % of the energy"),
        (40.0, "40 times the energy"),
    ],
)
def test_sentences_have_the_number(value, words):
    assert words in probes.StaticIndex(value).sentence


def test_a_dark_first_frame_does_not_make_a_2d_filter_need_change():
    """The index is small for another reason; the sentence must leave it open."""
    frames = np.full((6, 3, 3, 1), 250, np.uint8)
    frames[0] = 5
    blur = FilterBank.from_weights(np.full((1, 3, 1, 1, 1), 1 / 3))
    steps = probes.static_indices(Clip.from_frames(frames), blur, PLAIN)
    [(_, index)] = [step for step in steps if isinstance(step, tuple)]
    assert index.value < probes.DYNAMIC
    assert "or the first frame has little to answer to" in index.sentence


@given(
    length=st.integers(4, 9),
    kernel=st.integers(1, 4),
    stride=st.integers(1, 3),
    dilation=st.integers(1, 2),
    padding=st.sampled_from(["valid", "same", (1, 0, 0), (2, 0, 0)]),
)
@settings(max_examples=60, deadline=None)
def test_mirrored_is_where_reversing_the_clip_reverses_the_answer(length, kernel, stride, dilation, padding):
    how = ConvolutionSettings(padding, (stride, 1, 1), (dilation, 1, 1))
    assume(output_shape((length, 1, 1), (kernel, 1, 1), how)[0])
    draw = np.random.default_rng(3)
    clip = draw.normal(size=(length, 1, 1, 1))
    taps = draw.normal(size=(kernel, 1, 1, 1))
    back = convolve(clip[::-1], taps, 0.0, how)
    flipped = convolve(clip, taps[::-1], 0.0, how)[::-1]
    assert probes.mirrored_in_time(length, kernel, how) == np.allclose(back, flipped)


@pytest.mark.parametrize(
    ("kernel", "padding", "border", "zeros"),
    [
        (3, "valid", "zero", False),
        (3, "same", "zero", True),
        (1, "same", "zero", False),
        (3, "same", "replicate", False),
        (3, (1, 0, 0), "zero", True),
        (3, (0, 2, 2), "zero", False),
    ],
)
def test_zeros_around_a_clip_are_known(kernel, padding, border, zeros):
    assert probes.zeros_around(kernel, ConvolutionSettings(padding, border=border)) is zeros


def test_a_kernel_longer_than_the_clip_is_told():
    with pytest.raises(FilterError, match="spans 9 frames"):
        list(probes.static_indices(noise(), FilterBank.from_weights(np.ones((1, 9, 1, 1, 1))), PLAIN))
