from itertools import pairwise

import numpy as np
import pytest

from core.filters.builtin import make_bank
from core.filters.oriented_energy import FLOOR, plane_axes, plane_normals
from tests.core.filters.dtft import power
from tests.core.filters.motion_clips import means, moving, respond, view

SIX = ("→", "←", "↓", "↑", "static", "flicker")


@pytest.fixture(scope="module")
def bank():
    return make_bank("derpanis-wildes")


def shares(bank, clip):
    """Return the seven shares of a clip, averaged before they are divided."""
    six = means(view(bank, "shares"), respond(bank, clip))
    floor = FLOOR * six.max()
    return dict(zip(view(bank, "shares").names, np.append(six, floor) / (six.sum() + floor), strict=True))


def test_six_energies_of_four_filters_and_the_floor_are_seven_tiles(bank):
    shown = view(bank, "shares")
    assert shown.names == (*SIX, "no structure")
    assert [len(products) for products in shown.products] == [4] * 6
    assert sorted(term.first for products in shown.products for term in products) == list(range(24))
    assert (shown.floor, shown.pooling) == (0.01, 1.0)


def test_four_sixth_powers_of_cosines_add_up_to_the_same_whatever_the_angle():
    phi = np.linspace(0, 2 * np.pi, 1000)[:, None]
    assert np.abs((np.cos(phi - np.pi * np.arange(4) / 4) ** 6).sum(axis=1) - 1.25).max() < 1e-14


@pytest.mark.parametrize("normal", [*plane_normals(1.0), *plane_normals(2.5)])
def test_four_axes_fill_a_plane_evenly(normal):
    axes = plane_axes(normal)
    assert np.abs(axes @ normal).max() < 1e-14
    assert np.linalg.norm(axes, axis=1) == pytest.approx(1)
    steps = [abs(one @ other) for one, other in pairwise(axes)]
    assert steps == pytest.approx([np.sqrt(0.5)] * 3)


def test_no_orientation_within_a_plane_is_preferred(bank):
    for index, normal in enumerate(plane_normals(1.0)):
        axes = plane_axes(normal)
        turns = np.linspace(0, np.pi, 9)[:, None]
        frequencies = 0.19 * (np.cos(turns) * axes[0] + np.sin(turns) * axes[2])  # (x, y, t)
        fx, fy, ft = frequencies.T
        energy = sum(power(kernel, ft, fy, fx) for kernel in bank.weights[4 * index : 4 * index + 4])
        assert energy == pytest.approx(np.full(9, energy.mean()), rel=0.01)


@pytest.mark.parametrize(("direction", "own"), [(0, "→"), (180, "←"), (90, "↓"), (270, "↑")])
def test_a_pattern_that_drifts_has_the_largest_share_in_its_own_channel(bank, direction, own):
    seven = shares(bank, moving(direction, 1.0, 13))
    assert max(seven, key=seven.__getitem__) == own
    others = sorted(seven.values())
    assert others[-1] > 1.5 * others[-2]
    assert sum(seven.values()) == pytest.approx(1, abs=1e-12)


@pytest.mark.parametrize("speed", [0.5, 2.0])
def test_another_speed_has_its_own_planes(speed):
    seven = shares(make_bank("derpanis-wildes", speed=speed), moving(0, speed, 13))
    assert max(seven, key=seven.__getitem__) == "→"


def test_a_still_clip_is_static_and_a_flickering_one_flicker(bank):
    still = shares(bank, np.repeat(moving(0, 1.0, 1), 13, axis=0))
    assert max(still, key=still.__getitem__) == "static"
    wave = np.cos(2 * np.pi * 0.19 * np.arange(13))
    flicker = shares(bank, np.broadcast_to(wave[:, None, None], (13, 32, 32)))
    assert max(flicker, key=flicker.__getitem__) == "flicker"
    assert flicker["flicker"] > 0.6


def test_still_stripes_from_corner_to_corner_are_static_and_flicker_alike_as_the_text_says(bank):
    y, x = np.mgrid[:32, :32]
    for sign, shared in ((1, False), (-1, True)):
        stripes = np.broadcast_to(np.cos(2 * np.pi * (4 / 32) * (x + sign * y)), (13, 32, 32))
        seven = shares(bank, stripes)
        ratio = seven["flicker"] / seven["static"]
        assert ratio == pytest.approx(1, abs=0.02) if shared else ratio < 0.01


def test_shares_do_not_depend_on_contrast(bank):
    clip = moving(0, 1.0, 13)
    assert shares(bank, clip) == pytest.approx(shares(bank, 0.05 * clip), rel=1e-9)
