"""Contrast limits: one scale for the whole clip, symmetric where data are signed."""

import numpy as np
import pytest
from numpy.typing import NDArray

from core.display.contrast import Limits, clipped_share, is_signed, limits_for, table_for
from core.display.wheel import wheel_table
from core.filters.views import View
from core.settings import ContrastSettings
from core.volume import FeatureVolume


def volume(data: NDArray[np.float32] | list[float], index: int = 0) -> FeatureVolume:
    array = np.asarray(data, np.float32)
    return FeatureVolume(array.reshape(1, 1, -1) if array.ndim == 1 else array, index)


@pytest.fixture
def three(rng: np.random.Generator) -> list[FeatureVolume]:
    return [volume(rng.normal(0, s, (5, 20, 30)).astype(np.float32), i) for i, s in enumerate((1, 3, 0.1))]


def test_signed_limits_are_symmetric_and_others_start_at_zero(three: list[FeatureVolume]) -> None:
    for limits in limits_for(three, ContrastSettings(), True):
        assert limits.low == -limits.high < 0 and limits.signed
    for limits in limits_for(three, ContrastSettings(), False):
        assert limits.low == 0 < limits.high and not limits.signed


def test_what_is_shown_has_a_sign_after_no_activation_or_where_a_view_says_so() -> None:
    assert is_signed("none")
    assert not any(is_signed(activation) for activation in ("relu", "abs", "square"))
    assert is_signed("relu", View("opponent", "Opponent", ("a",), signed=True))
    assert not is_signed("none", View("energy", "Energy", ("a",)))


def test_the_percentile_is_the_rank_in_the_absolute_responses(three: list[FeatureVolume]) -> None:
    settings = ContrastSettings(percentile=95, shared=False)
    for v, limits in zip(three, limits_for(three, settings, True), strict=True):
        assert np.mean(np.abs(v.data) <= limits.high) == pytest.approx(0.95, abs=0.001)
        expected = np.percentile(np.abs(v.data), 95, method="inverted_cdf")
        assert limits.high == pytest.approx(expected, rel=1e-6)


def test_shared_limits_are_those_of_all_responses_together(three: list[FeatureVolume]) -> None:
    limits = limits_for(three, ContrastSettings(percentile=90), True)
    everything = np.abs(np.concatenate([v.data.ravel() for v in three]))
    assert len(set(limits)) == 1
    assert limits[0].high == pytest.approx(np.percentile(everything, 90, method="inverted_cdf"), rel=1e-6)


def test_shared_limits_of_one_volume_are_its_own(three: list[FeatureVolume]) -> None:
    for percentile in (50.0, 99.5, 99.99, 100.0):
        shared = limits_for(three[:1], ContrastSettings(percentile=percentile), True)
        assert shared == limits_for(three[:1], ContrastSettings(percentile=percentile, shared=False), True)


def test_hundred_percent_is_the_true_maximum_even_where_the_sample_misses_it() -> None:
    data = np.zeros(200_000, np.float32)
    data[1] = -7.5
    assert -7.5 not in -volume(data).magnitudes
    assert limits_for([volume(data)], ContrastSettings(percentile=100), True) == (Limits(-7.5, 7.5),)
    assert clipped_share(volume(data), Limits(-7.5, 7.5)) == 0


def test_zeros_get_a_scale_without_a_division_by_zero() -> None:
    for settings in (ContrastSettings(), ContrastSettings(percentile=100), ContrastSettings(shared=False)):
        assert limits_for([volume([0, 0, 0])], settings, True) == (Limits(-1, 1),)
        assert limits_for([volume([0, 0, 0])], settings, False) == (Limits(0, 1),)


def test_sparse_responses_are_scaled_by_their_maximum() -> None:
    sparse = volume([0.0] * 999 + [4.0])
    assert limits_for([sparse], ContrastSettings(percentile=99), False) == (Limits(0, 4),)


@pytest.mark.parametrize("tiny", [1e-45, 1e-38, 1e-31, 4e-9])
def test_what_rounding_leaves_of_nothing_does_not_fill_the_scale(tiny: float) -> None:
    (limits,) = limits_for([volume([tiny, -tiny])], ContrastSettings(percentile=100), True)
    assert limits == Limits(-1.0, 1.0)


def test_manual_limits_hold_for_all(three: list[FeatureVolume]) -> None:
    settings = ContrastSettings(mode="manual", manual_limit=0.25, shared=False)
    assert limits_for(three, settings, True) == (Limits(-0.25, 0.25),) * 3
    assert limits_for(three, settings, False) == (Limits(0, 0.25),) * 3


def test_no_volumes_have_no_limits() -> None:
    assert limits_for([], ContrastSettings(), True) == ()


def test_the_clipped_share_counts_both_ends_and_is_never_silently_zero() -> None:
    assert clipped_share(volume([-3, -1, 0, 2]), Limits(-1, 1)) == 0.5
    assert clipped_share(volume([-1, 1]), Limits(-1, 1)) == 0
    data = np.zeros(200_000, np.float32)
    data[1] = 9  # not in the sample
    assert 0 < clipped_share(volume(data), Limits(-1, 1)) <= 1e-5


def test_the_limit_at_a_percentile_clips_what_it_says(three: list[FeatureVolume]) -> None:
    settings = ContrastSettings(percentile=98, shared=False)
    for v, limits in zip(three, limits_for(three, settings, True), strict=True):
        assert clipped_share(v, limits) == pytest.approx(0.02, abs=0.001)


def test_the_table_follows_the_sign_and_directions_have_their_own() -> None:
    settings = ContrastSettings(diverging="berlin", sequential="magma")
    assert table_for(settings, True).name == "berlin"
    assert table_for(settings, False).name == "magma"
    assert table_for(settings, False, directions=True) is wheel_table()
