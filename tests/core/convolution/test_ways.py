"""Every way to compute against the definition, voxel by voxel, over everything that can be set."""

import threading
from itertools import islice

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.convolution.backends import method_for
from core.convolution.engine import convolve_steps
from core.convolution.geometry import output_shape
from core.filters.bank import FilterBank
from core.settings import ConvolutionSettings
from tests.core.convolution.judges import (
    EVERY_WAY,
    SETTINGS,
    computed,
    float_frames,
    judged,
    layout_of,
    noise,
    random_bank,
    using,
)

pytestmark = EVERY_WAY


def frames_of(kind: str, shape: tuple[int, int, int, int], seed: int) -> np.ndarray:
    return noise(shape, seed).frames if kind == "uint8" else float_frames(shape, seed)


@settings(max_examples=30, deadline=None)
@given(
    shape=st.tuples(*[st.integers(1, 7)] * 3),
    kernel=st.tuples(*[st.integers(1, 4)] * 3),
    channels=st.integers(1, 5),
    filters=st.sampled_from([1, 2, 3, 5, 9]),
    kind=st.sampled_from(["uint8", "float32"]),
    how=SETTINGS,
    threads=st.integers(1, 3),
    seed=st.integers(0, 2**31),
)
def test_it_is_the_definition(way, shape, kernel, channels, filters, kind, how, threads, seed):
    if 0 in output_shape(shape, kernel, how):
        return
    frames, bank = frames_of(kind, (*shape, channels), seed), random_bank(filters, kernel, channels, seed)
    expected, allowed = judged(frames, bank, how)
    answer = computed(way, frames, bank, how, threads)
    assert (np.abs(answer - expected) <= allowed).all()


@pytest.mark.parametrize("axis", [0, 1, 2])
@pytest.mark.parametrize("side", range(5, 17))
def test_every_side_up_to_16(way, axis, side):
    kernel = tuple(side if a == axis else 2 for a in range(3))
    shape = tuple(k + 2 + (a == 2) for a, k in enumerate(kernel))
    frames, bank = noise((*shape, 3)).frames, random_bank(2, kernel)
    how = ConvolutionSettings("same" if (side + axis) % 2 else "valid", border="reflect")
    expected, allowed = judged(frames, bank, how)
    assert (np.abs(computed(way, frames, bank, how) - expected) <= allowed).all()


@pytest.mark.parametrize("filters", [1, 5])
def test_sums_of_thousands_of_equal_terms_do_not_drift(way, filters):
    kernel, sign = (16, 16, 16), np.linspace(-0.9, 1.1, filters)
    weights = np.broadcast_to(sign.reshape(-1, 1, 1, 1, 1), (filters, *kernel, 3))
    frames, bank = np.full((17, 18, 19, 3), 255, np.uint8), FilterBank.from_weights(weights)
    answer = computed(way, frames, bank)
    expected = bank.weights.astype(np.float64).sum(axis=(1, 2, 3, 4)).reshape(-1, 1, 1, 1)
    assert (np.abs(answer - expected) <= 1e-5 * np.abs(expected)).all()


@pytest.mark.parametrize("filters", [1, 4])
def test_hundreds_of_channels(way, filters):
    frames, bank = np.abs(float_frames((3, 6, 7, 300))), random_bank(filters, (2, 3, 3), 300)
    bank = FilterBank.from_weights(np.abs(bank.weights), bank.bias)
    for how in (ConvolutionSettings(), ConvolutionSettings((1, 0, 2), stride=(1, 2, 2))):
        expected, allowed = judged(frames, bank, how)
        assert (np.abs(computed(way, frames, bank, how) - expected) <= allowed).all()


@pytest.mark.parametrize("filters", [1, 3, 8])
@pytest.mark.parametrize("kind", ["uint8", "float32"])
def test_an_impulse_shows_the_kernel_flipped_exactly(way, filters, kind):
    bank = FilterBank.from_weights(random_bank(filters, (3, 4, 5)).weights)
    frames = np.zeros((9, 3, 11, 13), np.float32)
    frames[4, 1, 5, 6] = 1.0
    if kind == "uint8":
        frames = (frames.transpose(0, 2, 3, 1) * 255).astype(np.uint8)
    answer = computed(way, frames, bank)
    # Output (t, y, x) sees the impulse with the weight at (4 - t, 5 - y, 6 - x).
    box = answer[:, 2:5, 2:6, 2:7]
    assert np.array_equal(box, bank.weights[:, ::-1, ::-1, ::-1, 1])
    assert np.count_nonzero(answer) == np.count_nonzero(box)


@pytest.mark.parametrize("shape", [(6, 70, 90, 3), (5, 33, 200, 1), (4, 200, 21, 2)])
@pytest.mark.parametrize("filters", [1, 7, 20])
def test_frames_of_several_tiles(way, shape, filters):
    """Against the same way on a part of the frame, where tiles fall elsewhere, and the definition."""
    frames, bank = noise(shape).frames, random_bank(filters, (3, 5, 4), shape[3])
    whole = computed(way, frames, bank)
    part = np.ascontiguousarray(frames[:, 11:, 7:])
    tolerance = 1e-5 * np.abs(bank.weights).sum(axis=(1, 2, 3, 4)).max()
    assert np.abs(whole[:, :, 11:, 7:] - computed(way, part, bank)).max() <= tolerance
    corner = np.ascontiguousarray(frames[:, -7:, -9:])
    expected, allowed = judged(corner, bank)
    assert (np.abs(whole[:, :, -3:, -6:] - expected) <= allowed).all()


@pytest.mark.parametrize(("filters", "kernel"), [(1, (4, 10, 10)), (64, (16, 16, 16)), (64, (5, 5, 5))])
def test_no_step_of_a_large_request_is_long(way, filters, kernel):
    """Threads stop after their present step: 50 ms at 10 billion products a second and thread are 5e8."""
    if way == "openvino" and kernel == (16, 16, 16):
        return  # never chosen there, and compiling takes long
    frames, bank = noise((20, 300, 400, 3)).frames, random_bank(filters, kernel)
    layout = layout_of(frames, bank, ConvolutionSettings())
    out = np.empty((filters, *layout.output), np.float32)
    jobs = method_for(layout, bank.weights, bank.bias, 2, way).jobs(frames, range(5), out)
    steps = jobs[0]()
    voxels = list(islice(steps, 5))
    steps.close()
    assert max(voxels) * bank.weights.size < 5e8 * (2 if len(jobs) == 1 else 1)


def test_a_closed_generator_computes_nothing_more_and_leaves_no_thread(way):
    with using(way):
        work = convolve_steps(noise((16, 120, 160, 3)), random_bank(16, (5, 5, 5)))
        next(work)
        work.close()
    assert list(work) == []
    assert not any(thread.name.startswith("convolve") for thread in threading.enumerate())
