import numpy as np
import pytest

from core.filters.builtin import make_bank
from core.filters.periodic import temporal_pair
from tests.core.filters.dtft import dsi, power
from tests.core.filters.motion_clips import means, moving, respond, view


@pytest.mark.parametrize("frequency", [1 / 7, 1 / 6, 0.2, 0.25, 0.4])
def test_a_pair_as_the_toolbox_has_it(frequency):
    tau = 0.5 / frequency
    pair = temporal_pair(frequency)
    assert pair.shape[1] == 2 * int(np.ceil(2 * tau - 1e-9)) + 1 <= 15
    assert np.abs(pair.sum(axis=1)).max() < 1e-15
    assert np.abs(pair).sum(axis=1) == pytest.approx([1, 1])
    assert np.array_equal(pair[0], pair[0, ::-1])
    assert pair[1] == pytest.approx(-pair[1, ::-1])
    middle = pair.shape[1] // 2
    assert pair[0, middle] < 0 < pair[1, middle - 1]  # minus cosine, minus sine


@pytest.mark.parametrize("frequency", [1 / 6, 0.25])
def test_the_energy_is_largest_near_its_frequency(frequency):
    bank = make_bank("periodic", frequency=frequency)
    f = np.linspace(0, 0.5, 251)
    energy = sum(power(kernel, f, 0, 0) for kernel in bank.weights)
    assert energy[0] < 1e-12
    assert f[energy.argmax()] == pytest.approx(frequency, abs=0.02)


def test_flicker_lights_up_whichever_way_in_time_and_stillness_does_not():
    bank = make_bank("periodic")
    energy = view(bank, "energy")
    t = np.arange(13)[:, None, None]
    flicker, slow = (np.broadcast_to(np.cos(2 * np.pi * f * t + 0.4), (13, 32, 32)) for f in (1 / 6, 1 / 30))
    assert means(energy, respond(bank, flicker))[0] > 5 * means(energy, respond(bank, slow))[0]
    still = np.repeat(moving(0, 1.0, 1), 13, axis=0)
    assert means(energy, respond(bank, still))[0] < 1e-10


def test_it_is_blind_to_direction():
    bank = make_bank("periodic")
    assert [view.key for view in bank.views] == ["energy"]
    for kernel in bank.weights:
        assert abs(dsi(kernel, (1 / 6, 0.05, 0.05))) < 1e-5
        assert np.linalg.matrix_rank(kernel.reshape(13, -1), tol=1e-6) == 1
    energies = [
        means(view(bank, "energy"), respond(bank, moving(angle, 1.0, 13)))[0] for angle in (0, 90, 180, 270)
    ]
    assert energies[0] == pytest.approx(energies[2], rel=1e-5)
    assert energies[1] == pytest.approx(energies[3], rel=1e-5)
