"""A further layer: the definition twice, hundreds of channels, places in the clip, nothing copied."""

import threading
import tracemalloc
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.clip import Clip
from core.convolution import layers, request
from core.convolution.definition import convolve
from core.convolution.engine import convolve_bank
from core.convolution.geometry import AxisMap, output_shape
from core.convolution.layers import convolve_volumes, frames_in_place, gathered_frames, pieces
from core.convolution.layout import Layout
from core.errors import BudgetError, FilterError
from core.filters.bank import FilterBank
from core.progress import Progress
from core.settings import ACTIVATIONS, ConvolutionSettings
from core.volume import FeatureVolume
from tests.core.convolution.judges import (
    DEFAULT,
    EVERY_WAY,
    SETTINGS,
    judged,
    noise,
    random_bank,
    using,
)


def made(count: int, shape: tuple[int, int, int], seed: int = 1) -> list[FeatureVolume]:
    """Return volumes of noise that lie in one array."""
    data = np.random.default_rng(seed).standard_normal((count, *shape)).astype(np.float32)
    return [FeatureVolume(array, n, f"volume {n + 1}") for n, array in enumerate(data)]


def apart(volumes: Sequence[FeatureVolume]) -> list[FeatureVolume]:
    """Return the same volumes, each in an array of its own."""
    return [FeatureVolume(v.data.copy(), v.index, v.name, v.axes) for v in volumes]


def layer(
    volumes: Sequence[FeatureVolume], bank: FilterBank, how: ConvolutionSettings = DEFAULT
) -> list[FeatureVolume]:
    return [step for step in convolve_volumes(volumes, bank, how) if isinstance(step, FeatureVolume)]


def answer(
    volumes: Sequence[FeatureVolume], bank: FilterBank, how: ConvolutionSettings = DEFAULT
) -> np.ndarray:
    return np.stack([volume.data for volume in layer(volumes, bank, how)])


def as_frames(volumes: Sequence[FeatureVolume]) -> np.ndarray:
    """Return volumes as T frames (C, H, W)."""
    return np.stack([volume.data for volume in volumes], axis=1)


# numbers


@EVERY_WAY
@settings(max_examples=15, deadline=None)
@given(
    shape=st.tuples(*[st.integers(1, 7)] * 3),
    kernel=st.tuples(*[st.integers(1, 3)] * 3),
    channels=st.integers(1, 6),
    filters=st.sampled_from([1, 3, 9]),
    how=SETTINGS,
    together=st.booleans(),
    seed=st.integers(0, 2**31),
)
def test_it_is_the_definition_with_volumes_as_channels(
    way, shape, kernel, channels, filters, how, together, seed
):
    if 0 in output_shape(shape, kernel, how):
        return
    volumes, bank = made(channels, shape, seed), random_bank(filters, kernel, channels, seed)
    expected, allowed = judged(as_frames(volumes), bank, how)
    with using(way):
        found = answer(volumes if together else apart(volumes), bank, how)
    assert (np.abs(found - expected) <= allowed).all()


@EVERY_WAY
def test_two_layers_are_the_definition_twice(way):
    clip, first, second = noise((9, 14, 15, 3)), random_bank(6, (3, 4, 3)), random_bank(4, (2, 3, 3), 6)
    how = ConvolutionSettings("same", stride=(1, 2, 1), activation="relu", border="replicate")
    then = ConvolutionSettings((1, 0, 2), dilation=(2, 1, 1), activation="abs", border="reflect")
    with using(way):
        volumes = list(convolve_bank(clip, first, how))
        found = answer(volumes, second, then)
    middle = convolve(clip, first.weights, first.bias, how)
    expected = convolve(np.moveaxis(middle, 0, -1), second.weights, second.bias, then)
    # Each layer may be wrong by 1e-5 of its sum of absolute terms, and hands its error on.
    plain = ConvolutionSettings("same", stride=(1, 2, 1), border="replicate")
    loose = ConvolutionSettings((1, 0, 2), dilation=(2, 1, 1), border="reflect")
    error = 1e-5 * convolve(clip, np.abs(first.weights), np.abs(first.bias), plain)
    terms = convolve(np.moveaxis(np.abs(middle), 0, -1), np.abs(second.weights), np.abs(second.bias), loose)
    allowed = 1e-5 * terms + convolve(np.moveaxis(error, 0, -1), np.abs(second.weights), None, loose)
    assert found.shape == expected.shape
    assert (np.abs(found - expected) <= allowed).all()


@EVERY_WAY
@pytest.mark.parametrize("split", [False, True])
def test_two_hundred_channels(way, split):
    volumes, bank = made(200, (5, 9, 11)), random_bank(3, (3, 3, 3), 200)
    given_ = [*volumes[:120], *apart(volumes[120:])] if split else volumes
    expected, allowed = judged(as_frames(volumes), bank)
    with using(way):
        assert (np.abs(answer(given_, bank) - expected) <= allowed).all()


@EVERY_WAY
@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_sums_of_many_pieces_are_the_definition_too(way, activation, monkeypatch):
    monkeypatch.setattr(layers, "PIECE_BYTES", 3 * 5 * 4 * 9 * 10)  # three channels at a time
    monkeypatch.setattr(layers, "PART_BYTES", 2 * 4 * 4 * 9 * 10)  # and about two output frames
    volumes, bank = made(8, (7, 9, 10)), random_bank(4, (3, 2, 3), 8)
    some = [*volumes[:5], *apart(volumes[5:])]
    how = ConvolutionSettings("same", (2, 1, 1), (2, 1, 2), activation, "reflect")
    layout = Layout.of((7, 9, 10), bank.kernel_size, 8, how)
    assert pieces(layout) == [slice(0, 2), slice(2, 5), slice(5, 8)]
    expected, allowed = judged(as_frames(volumes), bank, how)
    with using(way):
        assert (np.abs(answer(some, bank, how) - expected) <= allowed).all()


def test_the_order_of_the_channels_is_that_of_the_volumes():
    volumes, bank = made(4, (3, 6, 6)), random_bank(2, (2, 2, 2), 4)
    flipped = FilterBank.from_weights(bank.weights[..., ::-1], bank.bias)
    assert np.allclose(answer(volumes[::-1], flipped), answer(volumes, bank), atol=1e-5)


# places in the clip


@settings(max_examples=15, deadline=None)
@given(
    kernels=st.tuples(*[st.tuples(*[st.integers(1, 3)] * 3)] * 2),
    strides=st.tuples(*[st.tuples(*[st.integers(1, 2)] * 3)] * 2),
    padding=st.sampled_from(["valid", "same", (1, 0, 2)]),
    place=st.tuples(st.integers(0, 8), st.integers(0, 9), st.integers(0, 10)),
)
def test_an_impulse_is_found_where_the_axes_say(kernels, strides, padding, place):
    """What an impulse of the clip reaches is centred within half a receptive field of it, and all that is."""
    frames = np.zeros((9, 10, 11, 1), np.uint8)
    frames[place] = 255
    ones = [FilterBank.from_weights(np.ones((1, *kernel, 1))) for kernel in kernels]
    first = ConvolutionSettings(padding, stride=strides[0])
    then = ConvolutionSettings(padding, stride=strides[1])
    (volume,) = layer(list(convolve_bank(Clip.from_frames(frames), ones[0], first)), ones[1], then)
    # The first kernel spans its own taps; the second one's taps are strides of the first apart.
    fields = [k + s * (j - 1) for k, s, j in zip(kernels[0], strides[0], kernels[1], strict=True)]
    dense = all(s <= k for s, k in zip(strides[0], kernels[0], strict=True))
    for voxel in np.ndindex(volume.data.shape):
        places = zip(volume.axes, voxel, place, fields, strict=True)
        reached = all(abs(axis.to_input(i) - p) <= (field - 1) / 2 for axis, i, p, field in places)
        if volume.data[voxel] > 0:
            assert reached
        elif dense and padding == "valid":  # else it may have been cut off between the layers
            assert not reached


def test_the_offsets_of_two_layers_by_hand():
    volumes = list(convolve_bank(noise((16, 24, 32, 3)), random_bank(2, (5, 5, 4)), DEFAULT))
    (far,) = layer(volumes, random_bank(1, (3, 3, 3), 2), ConvolutionSettings(stride=(1, 2, 3)))
    assert far.axes == (AxisMap(3.0, 1), AxisMap(3.0, 2), AxisMap(2.5, 3))
    strided = [FeatureVolume(v.data, v.index, v.name, (AxisMap(2, 3), *v.axes[1:])) for v in volumes]
    (far,) = layer(strided, random_bank(1, (3, 3, 3), 2))
    assert far.axes[0] == AxisMap(5.0, 3)
    assert far.at(5) == (0, True)
    assert far.at(8) == (1, True)


def test_volumes_are_numbered_and_named_after_the_new_bank():
    bank = FilterBank.from_weights(np.ones((2, 1, 1, 1, 3)), names=["a", "b"])
    steps = list(convolve_volumes(made(3, (2, 3, 4)), bank))
    assert [(v.index, v.name) for v in steps if isinstance(v, FeatureVolume)] == [(0, "a"), (1, "b")]
    last = [step for step in steps if isinstance(step, Progress)][-1]
    assert last.fraction == 1.0
    assert all(not v.data.flags.writeable for v in steps if isinstance(v, FeatureVolume))


# nothing is copied


def test_volumes_of_one_group_are_seen_where_they_are():
    clip, bank = noise((7, 9, 10, 3)), random_bank(6, (3, 3, 3))
    volumes = list(convolve_bank(clip, bank))
    frames = frames_in_place([volume.data for volume in volumes])
    assert frames is not None
    assert frames.shape == (5, 6, 7, 8)
    assert np.shares_memory(frames, volumes[3].data)
    assert np.array_equal(frames, as_frames(volumes))
    assert not frames.flags.writeable


@pytest.mark.parametrize(
    ("pick", "there"),
    [
        (lambda data: [*data], True),
        (lambda data: [*data[::2]], True),
        (lambda data: [*data[::-1]], True),
        (lambda data: [data[1], data[1]], True),
        (lambda data: [*data[:, 1:3, ::2, 1:]], True),
        (lambda data: [data[0]], True),
        (lambda data: [data[0].copy()], True),
        (lambda data: [data[0], data[1], data[3]], False),
        (lambda data: [data[0], data[1].copy()], False),
        (lambda data: [*data.astype(np.float64)], False),
        (lambda data: [data[0, ::2], data[1, 2:]], False),
    ],
)
def test_only_what_lies_evenly_in_one_array_is(pick, there):
    arrays = pick(np.random.default_rng(1).standard_normal((5, 4, 6, 7)).astype(np.float32))
    frames = frames_in_place(arrays)
    assert (frames is not None) == there
    if frames is not None:
        assert np.array_equal(frames, np.stack(arrays, axis=1))


def test_two_threads_put_each_frame_together_once():
    volumes = made(40, (6, 30, 30))
    frames = gathered_frames([v.data for v in volumes], 6)
    barrier = threading.Barrier(4)

    def look(_: int) -> list[np.ndarray]:
        barrier.wait()
        return [frames[t] for t in range(6)]

    with ThreadPoolExecutor(4) as pool:
        seen = list(pool.map(look, range(4)))
    for t in range(6):
        assert np.array_equal(seen[0][t], as_frames(volumes)[t])
        assert all(found[t] is seen[0][t] for found in seen)
        assert not seen[0][t].flags.writeable


def test_few_frames_are_kept():
    arrays = [v.data for v in made(3, (9, 4, 5))]
    frames = gathered_frames(arrays, 3)
    first = frames[0]
    assert frames[0] is first
    for t in (1, 2, 3):
        assert np.array_equal(frames[t], np.stack([array[t] for array in arrays]))
    assert len(frames._kept) == 3
    assert frames[0] is not first


@EVERY_WAY
def test_a_frame_is_put_together_once(way, monkeypatch):
    """However many jobs an answer is made of: they look at the same frames at about the same time."""
    monkeypatch.setattr(layers, "PART_BYTES", 1)
    volumes, bank = apart(made(7, (10, 40, 50))), random_bank(4, (3, 3, 3), 7)
    stacked: list[int] = []
    stack = np.stack

    def counting(arrays: list[np.ndarray], **how: object) -> np.ndarray:
        stacked.append(len(arrays))
        return stack(arrays, **how)

    monkeypatch.setattr(layers.np, "stack", counting)
    with using(way):
        steps = convolve_volumes(volumes, bank, ConvolutionSettings(dilation=(2, 1, 1)))
        assert sum(isinstance(step, FeatureVolume) for step in steps) == 4
    assert stacked == [7] * 10


@EVERY_WAY
def test_memory_beside_the_answer_stays_within_the_workspace(way):
    """NumPy's part of it, for several times as many channels as fit."""
    volumes, bank = apart(made(300, (4, 60, 80))), random_bank(3, (3, 3, 3), 300)
    with using(way):
        layer(made(2, (3, 5, 6)), random_bank(1, (2, 2, 2), 2))  # loads what is loaded once
        tracemalloc.start()
        try:
            answers = layer(volumes, bank)
            peak = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
    assert peak - sum(volume.data.nbytes for volume in answers) < request.WORKSPACE_BYTES


# refusals


@pytest.mark.parametrize(
    ("volumes", "channels", "words"),
    [
        ([], 1, "at least 1 feature volume, not 0"),
        (made(3, (4, 5, 6)), 2, "Filters for 2 channels do not fit 3 feature volumes"),
        (made(1, (4, 5, 6)), 3, "Filters for 3 channels do not fit 1 feature volume"),
        (made(3, (4, 5, 6)), 1, "Filters for 1 channel do not fit 3 feature volumes"),
        (
            [*made(1, (4, 5, 6)), *made(2, (4, 5, 7))[1:]],
            2,
            r"'volume 1' and 'volume 2' have different sizes, 4x5x6 and 4x5x7 \(TxHxW\)",
        ),
        (
            [
                FeatureVolume(np.zeros((3, 4, 5), np.float32), 0, "a"),
                FeatureVolume(
                    np.zeros((3, 4, 5), np.float32), 1, "b", (AxisMap(1.5, 2), AxisMap(), AxisMap())
                ),
            ],
            2,
            r"clip, \(0, 0, 0\) in steps of \(1, 1, 1\) and \(1.5, 0, 0\) in steps of \(2, 1, 1\)\.",
        ),
    ],
)
def test_volumes_that_do_not_fit_are_refused_at_once_with_both_numbers(volumes, channels, words):
    with pytest.raises(FilterError, match=words) as failure:
        convolve_volumes(volumes, random_bank(1, (1, 1, 1), channels))
    assert str(failure.value).endswith(".")


@pytest.mark.parametrize(
    ("kernel", "how", "words"),
    [
        ((5, 1, 1), DEFAULT, "spans 5 frames but the volumes have only 4"),
        (
            (3, 1, 1),
            ConvolutionSettings((1, 0, 0), dilation=(4, 1, 1)),
            "spans 9 frames .* only 6 with its padding",
        ),
        ((1, 6, 2), DEFAULT, "spans 2x6 pixels but the frames have only 6x5"),
    ],
)
def test_a_kernel_larger_than_the_volumes_is_refused_at_once(kernel, how, words):
    with pytest.raises(FilterError, match=words):
        convolve_volumes(made(2, (4, 5, 6)), random_bank(1, kernel, 2), how)


def test_what_does_not_fit_into_memory_is_refused_at_once(monkeypatch):
    volumes, bank = made(4, (6, 8, 9)), random_bank(2, (3, 3, 3), 4)
    needed = 2 * 4 * 4 * 6 * 7 + request.WORKSPACE_BYTES
    monkeypatch.setattr(request, "FREE_MEMORY_SHARE", 1.0)
    monkeypatch.setattr(request, "free_memory", lambda: needed)
    assert len(layer(volumes, bank)) == 2
    monkeypatch.setattr(request, "free_memory", lambda: needed - 1)
    with pytest.raises(BudgetError, match=r"2 feature volumes of 4 frames 7x6 need \d+ MB"):
        convolve_volumes(volumes, bank)


@pytest.mark.parametrize("together", [True, False])
def test_memory_that_the_system_refuses_is_a_sentence(together, monkeypatch):
    def refused(*_: object) -> None:
        raise MemoryError

    for module in ("engine", "layers"):
        monkeypatch.setattr(f"core.convolution.{module}.method_for", refused)
    volumes = made(2, (3, 4, 5))
    with pytest.raises(BudgetError, match="not enough memory"):
        list(convolve_volumes(volumes if together else apart(volumes), random_bank(1, (1, 1, 1), 2)))


@pytest.mark.parametrize("together", [True, False])
def test_a_closed_layer_leaves_no_thread(together):
    volumes = made(8, (12, 90, 120))
    work = convolve_volumes(volumes if together else apart(volumes), random_bank(16, (3, 5, 5), 8))
    next(work)
    work.close()  # type: ignore[attr-defined]
    assert list(work) == []
    assert not any(thread.name.startswith("convolve") for thread in threading.enumerate())
