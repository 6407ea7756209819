"""Combining responses: against float64 by the formulas, and by what moving textures must show."""

import math

import numpy as np
import pytest

from core.clip import Clip
from core.combine import Combiner, ViewStream, combine, find_view, tile_bytes, view_steps
from core.convolution.definition import convolve
from core.convolution.engine import convolve_bank
from core.errors import BudgetError, FilterError, UsageError
from core.filters.bank import FilterBank
from core.filters.views import Product, Stages, View, pair_energy
from core.progress import Progress
from core.settings import ConvolutionSettings
from core.volume import FeatureVolume
from tests.motion_banks import motion_bank, rolled

SLIDING = [
    ConvolutionSettings(),
    ConvolutionSettings("same", border="replicate"),
    ConvolutionSettings("same", stride=(2, 2, 1), border="reflect"),
    ConvolutionSettings((1, 2, 0), stride=(1, 1, 2), dilation=(2, 1, 1)),
]


@pytest.fixture(scope="module")
def bank() -> FilterBank:
    return motion_bank()


def tiles(
    clip: Clip, bank: FilterBank, key: str, how: ConvolutionSettings | None = None
) -> list[FeatureVolume]:
    view = find_view(bank, key)
    assert view is not None
    steps = view_steps(clip, bank, view, how or ConvolutionSettings())
    return [step for step in steps if isinstance(step, FeatureVolume)]


def test_energy_is_the_sum_of_squares_to_the_accuracy_of_float32(rng: np.random.Generator) -> None:
    responses = rng.normal(size=(4, 3, 9, 11)).astype(np.float32)
    view = View("energy", "Energy", ("a", "b"), (pair_energy(0, 2), pair_energy(3, 1)))
    exact = responses.astype(np.float64) ** 2
    made = combine(view, responses)
    assert made.angles is None and made.data.dtype == np.float32
    np.testing.assert_allclose(made.data, [exact[0] + exact[2], exact[3] + exact[1]], rtol=3e-7)


def test_products_of_two_responses_and_weights(rng: np.random.Generator) -> None:
    r = rng.normal(size=(3, 2, 4, 5)).astype(np.float32)
    view = View("x", "X", ("a",), ((Product(0, 1, 2.5), Product(2, 0, -1)),), signed=True)
    exact = r.astype(np.float64)
    expected = 2.5 * exact[0] * exact[1] - exact[2] * exact[0]
    np.testing.assert_allclose(combine(view, r).data[0], expected, atol=1e-5)


def test_pooling_averages_over_the_picture_and_not_over_time(rng: np.random.Generator) -> None:
    from scipy.ndimage import gaussian_filter

    r = rng.normal(size=(1, 3, 20, 24)).astype(np.float32)
    view = View("e", "E", ("a",), ((Product(0, 0),),), pooling=1.5)
    expected = gaussian_filter(r[0].astype(np.float64) ** 2, (0, 1.5, 1.5), mode="nearest", truncate=4)
    np.testing.assert_allclose(combine(view, r).data[0], expected, atol=2e-3)
    ones = combine(view, np.ones_like(r)).data
    np.testing.assert_allclose(ones, 1, rtol=1e-6)


def test_shares_add_up_to_1_in_every_voxel(rng: np.random.Generator) -> None:
    r = rng.normal(size=(3, 4, 8, 9)).astype(np.float32)
    r[:, 1, :4] = 0
    view = View(
        "shares",
        "Shares",
        ("a", "b", "c", "no structure"),
        tuple((Product(i, i),) for i in range(3)),
        pooling=1.0,
        floor=0.01,
    )
    made = combine(view, r).data
    assert made.shape == (4, 4, 8, 9) and made.min() >= 0
    np.testing.assert_allclose(made.sum(axis=0, dtype=np.float64), 1, atol=3e-7)
    means = [
        combine(View("e", "E", ("a",), ((Product(i, i),),), pooling=1.0), r).data.mean() for i in range(3)
    ]
    plain = combine(View("e", "E", ("a", "b", "c"), view.products, pooling=1.0), r).data.astype(np.float64)
    expected = plain / (plain.sum(axis=0) + 0.01 * max(means))
    np.testing.assert_allclose(made[:3], expected, atol=1e-6)
    assert np.array_equal(combine(view, np.zeros_like(r)).data[:, 0, 0, 0], [0, 0, 0, 1])


def test_directions_are_added_as_arrows() -> None:
    r = np.zeros((3, 1, 1, 2), np.float32)
    r[0], r[1] = 1.0, 2.0
    r[2, ..., 1] = 3.0
    products = tuple((Product(i, i),) for i in range(3))
    made = combine(View("d", "D", ("direction",), products, directions=(0, 90, 180)), r)
    assert made.data.shape == (1, 1, 1, 2) and made.angles is not None
    np.testing.assert_allclose(made.data[0, 0, 0], [math.hypot(1, 4), math.hypot(1 - 9, 4)], rtol=1e-6)
    angles = [math.degrees(math.atan2(4, 1)), math.degrees(math.atan2(4, -8))]
    np.testing.assert_allclose(made.angles[0, 0], angles, rtol=1e-6)


def test_angles_never_reach_360() -> None:
    r = np.array([1.0, 1e-8], np.float32).reshape(2, 1, 1, 1)
    products = ((Product(0, 0),), (Product(1, 0),))
    made = combine(View("d", "D", ("direction",), products, directions=(0, 270)), r)
    assert made.angles is not None and 0 <= made.angles.item() < 360


@pytest.mark.parametrize("direction", range(0, 360, 45))
def test_a_moving_texture_shows_its_direction(bank: FilterBank, direction: int) -> None:
    clip = rolled(direction, side=48)
    (volume,) = tiles(clip, bank, "direction")
    assert volume.angles is not None
    weights = volume.data.astype(np.float64)
    mean = np.degrees(np.angle((weights * np.exp(1j * np.radians(volume.angles))).sum())) % 360
    assert abs((mean - direction + 180) % 360 - 180) < 10


def test_counter_phase_has_no_opponent_energy(bank: FilterBank) -> None:
    t, _, x = np.indices((12, 24, 24))
    wave = np.cos(2 * np.pi * x / 6) * np.cos(2 * np.pi * t / 6)
    clip = Clip.from_frames(np.round(127.5 + 120 * wave).astype(np.uint8)[..., np.newaxis])
    energy = float(tiles(clip, bank, "energy")[0].data.mean())
    (difference,) = tiles(clip, bank, "opponent")
    assert energy > 0.01
    assert abs(float(difference.data.mean())) < 4e-3 * energy  # a pixel is rounded by up to 1/240 of the wave


@pytest.mark.parametrize("how", SLIDING, ids=str)
def test_tiles_lie_where_the_responses_lie(small_clip: Clip, how: ConvolutionSettings) -> None:
    small = FilterBank.from_weights(
        np.random.default_rng(1).normal(size=(2, 3, 3, 3, 1)),
        views=(View("energy", "Energy", ("pair",), (pair_energy(0, 1),)),),
    )
    linear = list(convolve_bank(small_clip, small, how))
    loud = ConvolutionSettings(how.padding, how.stride, how.dilation, "relu", how.border)
    (tile,) = tiles(small_clip, small, "energy", loud)
    assert (tile.axes, tile.index, tile.name) == (linear[0].axes, 0, "pair")
    np.testing.assert_allclose(tile.data, linear[0].data ** 2 + linear[1].data ** 2, rtol=1e-6)


def test_progress_never_goes_back_and_the_work_can_be_closed(bank: FilterBank) -> None:
    view = find_view(bank, "energy")
    assert view is not None
    steps = view_steps(rolled(0), bank, view, ConvolutionSettings())
    shares = [step.fraction for step in steps if isinstance(step, Progress)]
    assert shares == sorted(shares) and shares[-1] == 1
    work = view_steps(rolled(0), bank, view, ConvolutionSettings())
    next(work)
    work.close()


def test_what_does_not_fit_is_refused(bank: FilterBank, monkeypatch: pytest.MonkeyPatch) -> None:
    view = find_view(bank, "shares")
    assert view is not None
    with pytest.raises(FilterError, match="kernel"):
        next(view_steps(rolled(0).trimmed(0, 3), bank, view, ConvolutionSettings()))
    from core.convolution.request import required_bytes

    # Enough for the responses, not for the tiles beside them.
    enough = required_bytes(rolled(0), bank) + tile_bytes(view, (6, 24, 24)) // 4
    monkeypatch.setattr("core.convolution.request.free_memory", lambda: enough)
    monkeypatch.setattr("core.convolution.request.FREE_MEMORY_SHARE", 1.0)
    with pytest.raises(BudgetError):
        next(view_steps(rolled(0), bank, view, ConvolutionSettings()))


def test_a_view_is_found_by_its_key_in_any_case(bank: FilterBank) -> None:
    assert find_view(bank, "responses") is None
    assert find_view(bank, "Energy") is bank.views[0]
    with pytest.raises(UsageError, match=r"responses, energy, opponent, direction, shares\.$"):
        find_view(bank, "colour")


# (2+1)D with its ReLU


def staged_bank(rng: np.random.Generator, *, positive: bool) -> FilterBank:
    """Two filters whose kernels are the products of both stages."""
    spatial, temporal = rng.normal(size=(3, 1, 3, 3, 1)), rng.normal(size=(2, 3, 1, 1, 3))
    spatial = np.abs(spatial) if positive else spatial
    whole = np.einsum("ntm,mhwc->nthwc", temporal[:, :, 0, 0], spatial[:, 0])
    stages = Stages(spatial.astype(np.float32), temporal.astype(np.float32))
    view = View("relu", "With ReLU", ("a", "b"), signed=True, stages=stages)
    return FilterBank.from_weights(whole, [0.25, -0.5], ["a", "b"], views=[view])


@pytest.mark.parametrize("how", SLIDING, ids=str)
def test_a_relu_that_never_cuts_leaves_the_linear_product(
    small_clip: Clip, rng: np.random.Generator, how: ConvolutionSettings
) -> None:
    bank = staged_bank(rng, positive=True)
    linear = list(convolve_bank(small_clip, bank, how))
    made = tiles(small_clip, bank, "relu", how)
    assert [tile.name for tile in made] == ["a", "b"]
    for tile, whole in zip(made, linear, strict=True):
        assert tile.axes == whole.axes
        np.testing.assert_allclose(tile.data, whole.data, atol=2e-5)


def test_a_relu_that_cuts_is_the_definition_s(small_clip: Clip, rng: np.random.Generator) -> None:
    bank = staged_bank(rng, positive=False)
    stages = bank.views[0].stages
    assert stages is not None
    pixels = small_clip.as_float().astype(np.float64).mean(axis=3, keepdims=True)
    between = [np.maximum(convolve(pixels, kernel), 0) for kernel in stages.spatial]
    volumes = np.stack(between, axis=-1)
    made = tiles(small_clip, bank, "relu")
    for tile, kernel, bias in zip(made, stages.temporal, bank.bias, strict=True):
        np.testing.assert_allclose(tile.data, convolve(volumes, kernel, bias), atol=2e-5)
    linear = next(iter(convolve_bank(small_clip, bank)))
    assert np.abs(linear.data - made[0].data).max() > 0.1


# Live


@pytest.mark.parametrize("key", ["energy", "opponent", "direction", "responses"])
def test_a_stream_gives_the_frames_of_the_clip(bank: FilterBank, key: str) -> None:
    clip, view = rolled(45), find_view(bank, key)
    whole = tiles(clip, bank, key) if view else list(convolve_bank(clip, bank))
    with ViewStream(bank, view, ConvolutionSettings()) as stream:
        answers = [answer for frame in clip.frames if (answer := stream.push(frame)) is not None]
    assert len(answers) == len(whole[0])
    for t, answer in enumerate(answers):
        assert np.array_equal(answer.data, [tile.data[t] for tile in whole])
        if whole[0].angles is not None:
            assert answer.angles is not None and np.array_equal(answer.angles, whole[0].angles[t])


def test_the_floor_of_a_stream_follows_the_frames_seen_so_far(bank: FilterBank) -> None:
    clip, view = rolled(180), find_view(bank, "shares")
    assert view is not None
    whole = tiles(clip, bank, "shares")
    with ViewStream(bank, view, ConvolutionSettings()) as stream:
        answers = [answer for frame in clip.frames if (answer := stream.push(frame)) is not None]
        np.testing.assert_allclose(answers[0].data.sum(axis=0), 1, atol=1e-6)
        assert np.array_equal(answers[-1].data, [tile.data[-1] for tile in whole])
        for frame in clip.frames[:, :20]:
            answer = stream.push(frame)
        assert answer is not None and answer.data.shape[1:] == (12, 16)


def test_a_stream_of_stages_gives_the_frames_of_the_clip(small_clip: Clip, rng: np.random.Generator) -> None:
    bank = staged_bank(rng, positive=False)
    how = ConvolutionSettings((0, 1, 2), stride=(2, 1, 2))
    whole = tiles(small_clip, bank, "relu", how)
    with ViewStream(bank, bank.views[0], how) as stream:
        answers = [answer for frame in small_clip.frames if (answer := stream.push(frame)) is not None]
        assert len(answers) == len(whole[0])
        for t, answer in enumerate(answers):
            np.testing.assert_allclose(answer.data, [tile.data[t] for tile in whole], atol=1e-5)
        # Frames of another size start a new stream: no answer mixes both.
        waits = [stream.push(frame) is None for frame in small_clip.frames[:3, :9]]
    assert waits == [True, True, False]


def test_sums_of_huge_responses_are_infinite_without_a_word() -> None:
    combiner = Combiner(View("e", "E", ("a",), (pair_energy(0, 0),)))
    huge = np.full((2, 2), 1e30, np.float32)
    assert np.isinf(combiner.sums([huge])).all()


def test_what_huge_sums_leave_unknown_is_no_number_without_a_word() -> None:
    huge = np.full((2, 1, 2, 2), 1e30, np.float32)
    products = ((Product(0, 0),), (Product(1, 1),))
    opposite = combine(View("d", "D", ("direction",), products, directions=(0, 180)), huge)
    assert np.isnan(opposite.data).all()
    assert np.isnan(combine(View("s", "S", ("a", "b", "rest"), products, floor=0.01), huge).data).all()


def test_a_direction_takes_no_room_for_what_it_is_made_of(bank: FilterBank) -> None:
    view = find_view(bank, "direction")
    assert view is not None and len(view.products) == 8
    assert tile_bytes(view, (6, 24, 24)) == 2 * 4 * 6 * 24 * 24
    (tile,) = tiles(rolled(0), bank, "direction")
    whole = tile.data.base
    assert isinstance(whole, np.ndarray) and whole.nbytes == tile.data.nbytes


def test_what_rounding_leaves_of_a_still_picture_is_no_motion(
    bank: FilterBank, rng: np.random.Generator
) -> None:
    still = np.repeat(rng.integers(0, 256, (1, 24, 24, 1), np.uint8), 10, axis=0)
    clip = Clip.from_frames(np.repeat(still, 3, axis=3), fps=10)
    for key in ("opponent", "direction"):
        assert not any(tile.data.any() for tile in tiles(clip, bank, key))
