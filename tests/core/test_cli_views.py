"""``export --show``: what is combined from a bank, into files."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from core.commands import export
from core.display.wheel import wheel_table
from tests.core.cli_calls import STIMULUS, call, sentence
from tests.motion_banks import motion_bank

pytestmark = pytest.mark.usefixtures("in_tmp")


@pytest.fixture(autouse=True)
def pairs(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every export uses a small bank of pairs."""
    bank = replace(motion_bank(side=5, frames=3), kind="pairs")
    monkeypatch.setattr(export, "chosen_bank", lambda *_: bank)


def test_energy_is_made_of_the_responses(capsys: pytest.CaptureFixture[str]) -> None:
    assert call("export", STIMULUS, "r.npz", "--quiet") == 0
    assert call("export", STIMULUS, "e.npz", "--show", "Energy", "--activation", "relu") == 0
    said = capsys.readouterr().err
    assert "Activation relu does not apply: energy" in said and "8 feature volumes of 14 frames" in said
    with np.load("r.npz") as responses, np.load("e.npz") as energy:
        r = responses["volumes"].astype(np.float64)
        np.testing.assert_allclose(energy["volumes"], r[0::2] ** 2 + r[1::2] ** 2, rtol=1e-5, atol=1e-9)
        assert energy["names"][0] == "right" and energy["filters"].tolist() == responses["names"].tolist()


@pytest.mark.parametrize("frames", ["16", "65"])
def test_directions_have_their_wheel_in_the_picture(frames: str) -> None:
    words = ("--show", "direction", "--frames", frames, "--quiet")
    assert call("export", STIMULUS, "d.gif", "d.npz", *words) == 0
    with np.load("d.npz") as arrays:
        assert arrays["angles"].shape == arrays["volumes"].shape[1:]
        assert arrays["angles"].min() >= 0 and arrays["angles"].max() < 360
    with Image.open("d.gif") as gif:
        first = np.asarray(gif.convert("RGB")).reshape(-1, 3)
    rim = wheel_table().rgb[7::7]
    shown = {tuple(color) for color in np.unique(first, axis=0).tolist()}
    assert {tuple(color) for color in rim.tolist()} <= shown  # 18 hues, in the legend


def test_a_key_that_the_bank_has_not_is_answered_with_those_that_it_has(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert call("export", STIMULUS, "x.gif", "--show", "colour") == 2
    said = sentence(capsys)
    assert "'colour'" in said and "responses, energy, opponent, direction, shares." in said
    assert not Path("x.gif").exists()


def test_colour_maps_follow_what_is_shown(capsys: pytest.CaptureFixture[str]) -> None:
    words = ("export", STIMULUS, "x.gif", "--quiet")
    assert call(*words, "--show", "opponent", "--activation", "abs", "--colormap", "berlin") == 0
    assert call(*words, "--show", "energy", "--colormap", "magma") == 0
    assert call(*words, "--show", "energy", "--colormap", "berlin") == 2
    assert call(*words, "--show", "direction", "--colormap", "magma") == 2
    assert "colours of its own" in capsys.readouterr().err
