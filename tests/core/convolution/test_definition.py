"""The definition against numbers worked out by hand, and against what it is said to be."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.lib.stride_tricks import sliding_window_view

from core.convolution.definition import convolve, pad, values
from core.settings import BORDERS, ConvolutionSettings
from tests.core.convolution.judges import engine, noise, random_bank


def test_one_response_by_hand():
    clip = np.array([[[1.0, 2.0], [3.0, 4.0]], [[5.0, 6.0], [7.0, 8.0]]])[..., np.newaxis]
    weights = np.array([[[1.0, 0.0], [0.0, 10.0]], [[0.0, 100.0], [1000.0, 0.0]]])[..., np.newaxis]
    assert convolve(clip, weights, 0.5).tolist() == [[[1 + 40 + 600 + 7000 + 0.5]]]


def test_it_is_the_triple_loop_of_the_first_experiment(real_wave: Path):
    from PIL import Image

    names = [f"frame{i}.jpg" for i in range(1, 17)]
    frames = [Image.open(real_wave / name).resize((20, 15), Image.Resampling.BOX) for name in names]
    stack = np.stack([np.asarray(frame) for frame in frames])
    weights = np.random.RandomState(5).randn(5, 5, 5, 3) * 0.5
    expected = np.zeros((12, 11, 16))
    for t in range(12):
        for y in range(11):
            for x in range(16):
                expected[t, y, x] = np.sum(stack[t : t + 5, y : y + 5, x : x + 5] * weights)

    # The experiment summed values of 0 to 255; here the clip is in [0, 1]: 255 times less, no bias.
    assert np.allclose(convolve(stack, weights) * 255, expected, rtol=1e-12, atol=1e-9)
    assert np.allclose(convolve(stack.astype(float), weights), expected, rtol=1e-12)

    from core.clip import Clip
    from core.filters.builtin import make_bank

    bank = make_bank("raw", seed=5, filters=1, kernel=(5, 5, 5))
    assert np.array_equal(bank.weights[0], weights.astype(np.float32))
    answer = engine(Clip.from_frames(stack), bank)[0]
    assert np.abs(answer * 255 - expected).max() < 1e-5 * 255 * np.abs(weights).sum()


def test_clips_and_arrays_enter_alike():
    clip, weights = noise((3, 4, 5, 3)), np.ones((2, 2, 2, 3))
    as_numbers = convolve(clip.frames / 255.0, weights)
    assert np.array_equal(convolve(clip, weights), as_numbers)
    assert np.array_equal(convolve(clip.frames, weights), as_numbers)
    assert values(clip).max() <= 1.0


def test_a_bank_of_weights_gives_one_volume_each():
    clip, bank = noise((4, 5, 6, 3)), random_bank(3, (2, 3, 2))
    volumes = convolve(clip, bank.weights, bank.bias)
    assert volumes.shape == (3, 3, 3, 5)
    for volume, kernel in zip(volumes, bank, strict=True):
        assert np.array_equal(volume, convolve(clip, kernel.weights, kernel.bias))


@pytest.mark.parametrize(("bias", "added"), [(None, 0.0), (0.5, 0.5), ([0.5], 0.5), (np.float32(0.5), 0.5)])
def test_the_bias_of_one_kernel_is_a_number_or_nothing(bias, added):
    clip, weights = noise((2, 3, 3, 3)), np.ones((1, 2, 2, 3))
    assert np.allclose(convolve(clip, weights, bias), convolve(clip, weights) + added, atol=1e-12)
    both = convolve(clip, np.stack([weights, weights]), bias)
    assert np.allclose(both, convolve(clip, weights) + added, atol=1e-12)


@pytest.mark.parametrize(
    ("border", "around"),
    [
        ("zero", [0, 0, 1, 2, 3, 0, 0]),
        ("replicate", [1, 1, 1, 2, 3, 3, 3]),
        ("reflect", [3, 2, 1, 2, 3, 2, 1]),
    ],
)
def test_borders_by_hand(border, around):
    clip = np.array([1.0, 2.0, 3.0]).reshape(1, 1, 3, 1)
    padded = pad(clip, (1, 1, 5, 1), ConvolutionSettings("same", border=border))
    assert padded.ravel().tolist() == around


def test_reflection_goes_back_and_forth_and_a_single_voxel_repeats():
    settings = ConvolutionSettings("same", border="reflect")
    two = np.array([1.0, 2.0]).reshape(1, 1, 2, 1)
    assert pad(two, (1, 1, 7, 1), settings).ravel().tolist() == [2, 1, 2, 1, 2, 1, 2, 1]
    assert pad(two[:, :, :1], (1, 1, 5, 1), settings).ravel().tolist() == [1] * 5


@settings(max_examples=60, deadline=None)
@given(
    shape=st.tuples(*[st.integers(1, 6)] * 3, st.integers(1, 5)),
    kernel=st.tuples(*[st.integers(1, 4)] * 3),
    padding=st.tuples(*[st.integers(0, 7)] * 3),
    stride=st.tuples(*[st.integers(1, 3)] * 3),
    dilation=st.tuples(*[st.integers(1, 3)] * 3),
    border=st.sampled_from(BORDERS),
)
def test_explicit_padding_is_that_of_numpy(shape, kernel, padding, stride, dilation, border):
    rng = np.random.default_rng(1)
    clip, weights = rng.standard_normal(shape), rng.standard_normal((*kernel, shape[3]))
    answer = convolve(clip, weights, 0.25, ConvolutionSettings(padding, stride, dilation, border=border))

    mode = {"zero": "constant", "replicate": "edge", "reflect": "reflect"}[border]
    padded = np.pad(clip, [(p, p) for p in (*padding, 0)], mode=mode)
    holes = np.zeros([d * (k - 1) + 1 for k, d in zip(kernel, dilation, strict=True)] + [shape[3]])
    holes[tuple(slice(None, None, d) for d in dilation)] = weights
    if any(n < k for n, k in zip(padded.shape, holes.shape, strict=True)):
        assert answer.size == 0
        return
    places = sliding_window_view(padded, holes.shape)[(*(slice(None, None, s) for s in stride), 0)]
    assert answer.shape == places.shape[:3]
    assert np.allclose(answer, np.einsum("...tyxc,tyxc->...", places, holes) + 0.25, atol=1e-12)


def test_explicit_padding_by_hand():
    clip, ones = np.ones((2, 1, 1, 1)), np.ones((2, 1, 1, 1))
    answer = convolve(clip, ones, None, ConvolutionSettings((3, 0, 0)))
    assert answer.ravel().tolist() == [0, 0, 1, 2, 1, 0, 0]


def test_activations():
    clip = np.array([-2.0, 3.0]).reshape(1, 1, 2, 1)
    one = np.ones((1, 1, 1, 1))
    answers = {
        kind: convolve(clip, one, 1.0, ConvolutionSettings(activation=kind)).ravel().tolist()
        for kind in ("none", "relu", "abs", "square")
    }
    assert answers == {"none": [-1, 4], "relu": [0, 4], "abs": [1, 4], "square": [1, 16]}


@pytest.mark.parametrize(
    ("clip", "weights"), [((3, 3, 3, 3), (2, 2, 2, 1)), ((3, 3, 3), (2, 2, 2, 1)), ((4,), (2,))]
)
def test_shapes_that_disagree_are_told(clip, weights):
    with pytest.raises(ValueError, match="a kernel") as failure:
        convolve(np.zeros(clip), np.zeros(weights), None, ConvolutionSettings("same"))
    assert str(failure.value).endswith(f"not {clip} and {weights}")


def test_a_kernel_that_does_not_fit_gives_nothing():
    assert convolve(np.zeros((3, 3, 3, 1)), np.zeros((4, 2, 2, 1))).shape == (0, 2, 2)
