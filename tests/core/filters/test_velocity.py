import math
from itertools import pairwise

import numpy as np
import pytest

from core.errors import FilterError
from core.filters.builtin import make_bank
from tests.core.filters.dtft import dsi, moving_texture, peak, responses

EIGHT = {
    "→": (1, 0),
    "↘": (1, 1),
    "↓": (0, 1),
    "↙": (-1, 1),
    "←": (-1, 0),
    "↖": (-1, -1),
    "↑": (0, -1),
    "↗": (1, -1),
}


@pytest.fixture(scope="module")
def eight():
    return make_bank("velocity-adapted", directions=8)


@pytest.mark.parametrize("order", [1, 2, 3])
def test_sums_are_0_in_every_frame_and_norms_1(order):
    for one in make_bank("velocity-adapted", directions=5, direction=13, order=order, kernel=(6, 8, 9)):
        assert np.allclose(one.weights.sum(axis=(1, 2)), 0, atol=1e-6)
        assert one.norm == pytest.approx(1, abs=1e-6)


def test_a_moving_texture_is_answered_along_its_arrow(eight):
    assert eight.names == tuple(EIGHT)
    energies = {
        name: (responses(eight.weights, moving_texture(*velocity)) ** 2).mean(axis=(1, 2, 3))
        for name, velocity in EIGHT.items()
    }
    for i, name in enumerate(EIGHT):
        strength = energies[name]
        assert strength[i] > 2 * strength[(i + 4) % 8]
        # Added as arrows, the eight energies point where the texture moves.
        arrow = sum(e * np.exp(1j * np.pi * k / 4) for k, e in enumerate(strength))
        assert abs(np.angle(arrow * np.exp(-1j * np.pi * i / 4))) < math.radians(15)


@pytest.mark.parametrize("order", [1, 2, 3])
@pytest.mark.parametrize(("speed", "direction"), [(0.5, 0), (1.0, 45), (1.0, 90), (1.3, 200), (1.0, 300)])
def test_the_spectrum_peaks_on_the_plane_of_its_velocity(order, speed, direction):
    values = {"speed": speed, "direction": direction, "order": order, "kernel": (9, 13, 13)}
    bank = make_bank("velocity-adapted", directions=1, **values)
    ft, fy, fx = peak(bank.weights[0])
    angle = math.radians(direction)
    plane = -speed * (fx * math.cos(angle) + fy * math.sin(angle))
    assert ft == pytest.approx(plane, abs=1 / 32)
    # Along the motion: nothing of the frequency lies across it.
    assert fx * math.sin(angle) - fy * math.cos(angle) == pytest.approx(0, abs=1 / 32)


def test_direction_selectivity_grows_with_speed_times_tau_over_sigma():
    size = (11, 15, 15)
    for name, low_to_high in (("speed", (0, 0.3, 0.6, 1.0)), ("tau", (0.5, 0.8, 1.2, 1.8))):
        fixed = {"speed": 0.5, "tau": 1.2} | {"order": 1, "sigma": 1.5, "directions": 1, "kernel": size}
        found = [dsi(make_bank("velocity-adapted", **fixed | {name: v}).weights[0]) for v in low_to_high]
        assert all(b > a + 0.02 for a, b in pairwise(found)), (name, found)
    by_sigma = [
        dsi(make_bank("velocity-adapted", speed=0.5, directions=1, order=1, kernel=size, sigma=s).weights[0])
        for s in (1.0, 1.5, 2.0)
    ]
    assert by_sigma == sorted(by_sigma, reverse=True)


def test_at_speed_0_it_is_a_product_without_direction():
    bank = make_bank("velocity-adapted", speed=0)
    assert all(abs(dsi(one.weights)) < 1e-5 for one in bank)
    assert "alike" in bank.warnings[-1]


@pytest.mark.parametrize(
    ("values", "word"),
    [
        ({"sigma": 3, "speed": 2}, "sigma 3"),
        ({"tau": 3, "speed": 0.6}, "tau 3"),
        ({"across": 3}, "across 3"),
        ({"speed": 3}, "leaves a kernel of 9 pixels"),
        ({"speed": 3}, "other way"),
        ({"speed": 0.2}, "alike"),
    ],
)
def test_what_does_not_fit_is_told(values, word):
    assert make_bank("velocity-adapted").warnings == ()
    assert any(word in sentence for sentence in make_bank("velocity-adapted", **values).warnings)


def test_views_compare_opposite_directions(eight):
    assert [view.key for view in eight.views] == ["energy", "opponent", "direction"]
    assert [view.key for view in make_bank("velocity-adapted", directions=3).views] == ["energy", "direction"]
    assert [view.key for view in make_bank("velocity-adapted", directions=1).views] == ["energy"]
    opponent = eight.views[1]
    assert opponent.names == ("→ − ←", "↘ − ↖", "↓ − ↑", "↙ − ↗")
    r = responses(eight.weights, moving_texture(-1, 0))
    tile = sum(p.weight * (r[p.first] * r[p.second]).mean() for p in opponent.products[0])
    assert tile < 0
    assert eight.views[2].directions == tuple(range(0, 360, 45))


@pytest.mark.parametrize("direction", ["down", "90", 90.0, 90])
def test_directions_have_words(direction):
    assert make_bank("velocity-adapted", direction=direction).names == ("↓", "←", "↑", "→")
    with pytest.raises(FilterError, match="degrees"):
        make_bank("velocity-adapted", direction="sideways")
