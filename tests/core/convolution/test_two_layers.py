"""Both layers, activation and pooling between, against the definition; what is taken over; refusals."""

import threading
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from core.convolution import request
from core.convolution.definition import activate, convolve
from core.convolution.engine import convolve_bank
from core.convolution.geometry import output_shape
from core.convolution.pooling import POOLING_KINDS, Pooling, pooled
from core.convolution.two_layers import Channels, FirstLayer, TwoLayers
from core.errors import BudgetError, FilterError
from core.filters.bank import FilterBank
from core.filters.second import make_second
from core.progress import Progress
from core.settings import ACTIVATIONS, ConvolutionSettings
from core.volume import FeatureVolume
from tests.core.convolution.judges import noise, random_bank

CLIP = noise((8, 16, 18, 3))
FIRST = random_bank(5, (3, 3, 3))
SECOND = random_bank(4, (2, 3, 3), 5, seed=9)
PLAIN = ConvolutionSettings()


def request_for(**changes: object) -> TwoLayers:
    return replace(TwoLayers(CLIP, FIRST, PLAIN, SECOND), **changes)


def made(wanted: TwoLayers) -> tuple[list[FeatureVolume], list[object]]:
    """Return the second layer's volumes, and all that is no progress."""
    steps = [step for step in wanted.work() if not isinstance(step, Progress)]
    return [step for step in steps if isinstance(step, FeatureVolume)], steps


def stacked(volumes: object) -> np.ndarray:
    return np.stack([volume.data for volume in volumes])  # type: ignore[attr-defined]


def by_definition(wanted: TwoLayers) -> tuple[np.ndarray, np.ndarray]:
    """Return the channels (N1, …) and the second layer (N2, …)."""
    linear = convolve(wanted.clip, wanted.first.weights, wanted.first.bias, wanted.linear)
    after = activate(linear, ConvolutionSettings(activation=wanted.activation))
    small = np.stack([pooled(volume, wanted.pooling) for volume in after])
    deep = convolve(np.moveaxis(small, 0, -1), wanted.second.weights, wanted.second.bias, wanted.then)
    return small, deep


@settings(max_examples=15, deadline=None)
@given(
    kind=st.sampled_from(POOLING_KINDS),
    size=st.tuples(*[st.integers(1, 3)] * 3),
    activation=st.sampled_from(ACTIVATIONS),
    sliding=st.builds(
        ConvolutionSettings,
        padding=st.sampled_from(["valid", "same"]),
        stride=st.tuples(*[st.integers(1, 2)] * 3),
        activation=st.sampled_from(ACTIVATIONS),  # of the window: not looked at
    ),
    then=st.builds(
        ConvolutionSettings,
        padding=st.sampled_from(["valid", "same", (1, 0, 1)]),
        dilation=st.tuples(*[st.integers(1, 2)] * 3),
        activation=st.sampled_from(ACTIVATIONS),
    ),
    reused=st.booleans(),
)
def test_it_is_the_definition_layer_by_layer(kind, size, activation, sliding, then, reused):
    wanted = request_for(sliding=sliding, then=then, activation=activation, pooling=Pooling(kind, size))
    assume(all(0 not in shape for shape in wanted.stack.shapes))
    if reused:
        wanted = replace(wanted, responses=tuple(convolve_bank(CLIP, FIRST, wanted.linear)))
    channels, deep = by_definition(wanted)
    volumes, steps = made(wanted)
    assert [type(step) for step in steps[: 2 - reused]] == [FirstLayer, Channels][reused:]
    between = steps[1 - reused]
    assert isinstance(between, Channels)
    assert np.allclose(stacked(between.volumes), channels, rtol=1e-4, atol=1e-4)
    scale = max(float(np.abs(deep).max()), 1.0)
    assert stacked(volumes).shape == deep.shape == (4, *wanted.stack.shapes[3])
    assert np.allclose(stacked(volumes), deep, rtol=1e-4, atol=1e-4 * scale)


def test_volumes_lie_where_their_fields_are_centred():
    wanted = request_for(
        sliding=ConvolutionSettings("same", stride=(1, 2, 1)), then=ConvolutionSettings(stride=(1, 1, 2))
    )
    (volume, *_), steps = made(wanted)
    assert isinstance(steps[1], Channels)
    for level, one in ((2, steps[1].volumes[0]), (3, volume)):
        for voxel in ((0, 0, 0), (2, 1, 1)):
            field = wanted.stack.field(voxel, level)
            for axis, place, reach in zip(one.axes, voxel, field.axes, strict=True):
                assert axis.to_input(place) == (reach.first + reach.last) / 2


def test_what_was_computed_before_is_taken_over():
    wanted = request_for()
    first, steps = made(wanted)
    assert isinstance(steps[0], FirstLayer) and isinstance(steps[1], Channels)
    again, rest = made(replace(wanted, responses=steps[0].volumes))
    assert [type(step) for step in rest[:2]] == [Channels, FeatureVolume]
    assert np.array_equal(stacked(again), stacked(first))
    other = make_second("mean", FIRST.names)
    only, rest = made(replace(wanted, second=other, channels=steps[1].volumes))
    assert [type(step) for step in rest] == [FeatureVolume]
    assert np.allclose(only[0].data, stacked(steps[1].volumes).mean(axis=0), atol=1e-5)


def test_nothing_is_copied_where_nothing_changes():
    responses = tuple(convolve_bank(CLIP, FIRST))
    _, steps = made(request_for(responses=responses, activation="none", pooling=Pooling("max", (1, 1, 1))))
    assert isinstance(steps[0], Channels)
    assert steps[0].volumes == responses


def test_responses_that_were_given_are_not_changed():
    responses = tuple(convolve_bank(CLIP, FIRST))
    before = stacked(responses)
    for pooling in (Pooling("max", (1, 1, 1)), Pooling("mean", (1, 2, 2))):
        made(request_for(responses=responses, pooling=pooling))
    assert np.array_equal(stacked(responses), before) and before.min() < 0


def test_all_volumes_are_read_only_named_and_measured():
    volumes, steps = made(request_for(second=make_second("difference", FIRST.names, first=2, second=4)))
    assert [(v.index, v.name) for v in volumes] == [(0, "filter 2 − filter 4")]
    assert isinstance(steps[0], FirstLayer) and isinstance(steps[1], Channels)
    assert [v.name for v in steps[1].volumes] == list(FIRST.names)
    for volume in (*steps[0].volumes, *steps[1].volumes, *volumes):
        assert not volume.data.flags.writeable
        assert {"minimum", "maximum", "magnitudes"} <= set(vars(volume))


def test_a_grey_bank_sees_an_rgb_clip_as_in_the_window():
    grey = random_bank(3, (2, 2, 2), 1)
    second = make_second("mean", grey.names)
    volumes, _ = made(request_for(first=grey, second=second, activation="abs"))
    linear = convolve(CLIP, grey.for_channels(3).weights, grey.bias)
    expected = np.stack([pooled(np.abs(volume), Pooling()) for volume in linear]).mean(axis=0)
    assert np.allclose(volumes[0].data, expected, atol=1e-4)


@pytest.mark.parametrize("given_", [False, True])
def test_progress_goes_from_0_to_1_through_all_parts(given_):
    wanted = request_for()
    if given_:
        wanted = replace(wanted, responses=tuple(convolve_bank(CLIP, FIRST)))
    steps = [step for step in wanted.work() if isinstance(step, Progress)]
    fractions = [step.fraction for step in steps]
    assert fractions == sorted(fractions) and fractions[-1] == 1.0 and len(set(fractions)) > 5
    texts = list(dict.fromkeys(step.text for step in steps))
    assert texts == ["layer 1", "activation and pooling", "layer 2"][given_:]


def test_closing_leaves_no_thread():
    wanted = request_for(clip=noise((10, 80, 90, 3)))
    work = wanted.work()
    next(work)
    work.close()  # type: ignore[attr-defined]
    assert not any(thread.name.startswith("convolve") for thread in threading.enumerate())


# refusals


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"first": random_bank(5, (9, 3, 3))}, "spans 9 frames but the clip has only 8"),
        ({"second": random_bank(2, (1, 1, 1), 4)}, "for 4 channels, the first layer makes 5 feature volumes"),
        (
            {"first": random_bank(1, (3, 3, 3))},
            "for 5 channels, the first layer makes 1 feature volume.",
        ),
        (
            {"pooling": Pooling("max", (3, 2, 2))},
            r"The second kernel spans 3×3×3 \(t×y×x\), but after pooling 3×2×2 the first layer leaves only "
            "2×7×8; choose a smaller kernel, smaller pooling, or padding same.",
        ),
        (
            {"pooling": Pooling("max", (1, 1, 1)), "then": ConvolutionSettings(dilation=(4, 1, 1))},
            r"The second kernel spans 9×3×3 \(t×y×x\), but the first layer leaves only 6×14×16; choose a "
            "smaller kernel, or padding same.",
        ),
        (
            {"first": random_bank(5, (7, 3, 3)), "pooling": Pooling("mean", (3, 1, 1))},
            r"Pooling 3×1×1 \(t×y×x\) does not fit: the first layer has only 2×14×16 responses",
        ),
    ],
)
def test_what_does_not_fit_is_refused_with_the_numbers(changes, words):
    wanted = request_for(**{"second": random_bank(2, (3, 3, 3), 5), **changes})
    with pytest.raises(FilterError, match=words):
        wanted.check()
    with pytest.raises(FilterError, match=words):  # before anything is computed
        next(wanted.work())


def test_a_kernel_that_fits_with_padding_is_not_refused():
    wanted = request_for(pooling=Pooling("max", (3, 3, 3)), then=ConvolutionSettings("same"))
    assert wanted.stack.shapes[2:] == ((2, 4, 5), (2, 4, 5))
    volumes, _ = made(wanted)
    assert volumes[0].data.shape == (2, 4, 5)


def test_memory_counts_all_that_is_made(monkeypatch):
    wanted = request_for()
    layers = wanted.stack.shapes
    sizes = [4 * count * int(np.prod(shape)) for count, shape in zip((5, 5, 4), layers[1:], strict=True)]
    monkeypatch.setattr(request, "FREE_MEMORY_SHARE", 1.0)

    def fits(needed: int, wanted: TwoLayers) -> bool:
        monkeypatch.setattr(request, "free_memory", lambda: needed + request.WORKSPACE_BYTES)
        try:
            wanted.check()
        except BudgetError as error:
            assert "4 feature volumes" in str(error)
            return False
        return True

    assert fits(sum(sizes), wanted) and not fits(sum(sizes) - 1, wanted)
    responses = tuple(convolve_bank(CLIP, FIRST))
    known = replace(wanted, responses=responses)
    assert fits(sum(sizes[1:]), known) and not fits(sum(sizes[1:]) - 1, known)
    monkeypatch.setattr(request, "free_memory", lambda: 2**40)
    channels = next(step for step in known.work() if isinstance(step, Channels))
    ready = replace(wanted, channels=channels.volumes)
    assert fits(sizes[2], ready) and not fits(sizes[2] - 1, ready)


def test_memory_that_the_system_refuses_is_a_sentence(monkeypatch):
    def refused(*_: object) -> None:
        raise MemoryError

    monkeypatch.setattr("core.convolution.two_layers.store.empty", refused)
    with pytest.raises(BudgetError, match="not enough memory"):
        list(request_for().work())


def test_shapes_are_those_of_the_arithmetic():
    wanted = request_for(then=ConvolutionSettings(stride=(2, 1, 1)))
    assert wanted.stack.shapes[1] == output_shape((8, 16, 18), (3, 3, 3), PLAIN)
    one = FilterBank.from_weights(np.ones((1, 1, 1, 1, 5)))
    volumes, _ = made(replace(wanted, second=one))
    assert volumes[0].data.shape == (3, 7, 8)
