"""Colour tables: published, exact in the middle, readable for every kind of colour vision."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from cmap import Colormap
from numpy.typing import NDArray

from core.display import colormap
from core.display.colormap import (
    KERNEL_TABLE,
    LEVELS,
    MIDDLE,
    color_table,
    diverging_names,
    published_names,
    sequential_names,
    table_label,
)
from core.errors import UsageError
from core.settings import ContrastSettings

# Machado, Oliveira & Fernandes, IEEE TVCG 15 (2009), severity 1.0; for linear RGB.
VISION = {
    "normal": np.eye(3),
    "protanopia": np.array(
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]
    ),
    "deuteranopia": np.array(
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]
    ),
    "tritanopia": np.array(
        [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]]
    ),
}


def seen_as_lab(rgb: NDArray[np.uint8], vision: str) -> NDArray[np.float64]:
    """Return CIE L*a*b* (D65) of sRGB colours as an eye with the given vision sees them."""
    value = rgb / 255.0
    linear = np.where(value <= 0.04045, value / 12.92, ((value + 0.055) / 1.055) ** 2.4)
    linear = np.clip(linear @ VISION[vision].T, 0, 1)
    to_xyz = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
    xyz = linear @ to_xyz.T / to_xyz.sum(axis=1)
    f = np.where(xyz > (6 / 29) ** 3, np.cbrt(xyz), xyz / (3 * (6 / 29) ** 2) + 4 / 29)
    return np.stack([116 * f[:, 1] - 16, 500 * (f[:, 0] - f[:, 1]), 200 * (f[:, 1] - f[:, 2])], axis=1)


def test_white_and_grey_have_the_known_lightness() -> None:
    lab = seen_as_lab(np.array([[255, 255, 255], [119, 119, 119]], np.uint8), "normal")
    assert np.allclose(lab, [[100, 0, 0], [50.0, 0, 0]], atol=0.1)


def test_there_is_a_choice_and_the_defaults_are_in_it() -> None:
    assert diverging_names()[0] == ContrastSettings().diverging == "vik"
    assert sequential_names()[0] == ContrastSettings().sequential == "cividis"
    assert len(diverging_names()) >= 4
    assert len(sequential_names()) >= 4
    assert KERNEL_TABLE not in diverging_names()


@pytest.mark.parametrize("name", [*diverging_names(), *sequential_names(), KERNEL_TABLE])
def test_every_table_is_127_read_only_colours(name: str) -> None:
    table = color_table(name)
    assert table is color_table(name)
    assert table.rgb.shape == (LEVELS, 3) == (127, 3)
    assert table.rgb.dtype == np.uint8
    assert not table.rgb.flags.writeable
    assert table.diverging is (name not in sequential_names())
    assert table.label == table_label(name) and table.label.startswith(f"{name}: ")


@pytest.mark.parametrize("vision", VISION)
@pytest.mark.parametrize("name", [*diverging_names(), KERNEL_TABLE])
def test_the_two_arms_of_a_diverging_table_differ_for_every_eye(name: str, vision: str) -> None:
    lab = seen_as_lab(color_table(name).rgb, vision)
    negative, positive = lab[:MIDDLE][::-1], lab[MIDDLE + 1 :]
    apart = np.linalg.norm(negative - positive, axis=1)
    # Two colours 2.3 apart can just be told apart side by side; 10 is plain at a glance.
    assert apart[MIDDLE // 4 :].min() > 10, f"the arms come as near as {apart[MIDDLE // 4 :].min():.1f}"


@pytest.mark.parametrize("vision", VISION)
@pytest.mark.parametrize("name", [*diverging_names(), KERNEL_TABLE])
def test_lightness_of_a_diverging_table_turns_once_at_zero(name: str, vision: str) -> None:
    lightness = seen_as_lab(color_table(name).rgb, vision)[:, 0]
    away = lightness if lightness[MIDDLE] < lightness[0] else -lightness
    # Rounding to 8 bits and a flat middle leave ripples of a fraction of a just visible step.
    assert (np.diff(away[MIDDLE:]) > -1.0).all() and (np.diff(away[: MIDDLE + 1]) < 1.0).all()
    assert abs(int(np.argmin(away)) - MIDDLE) <= 4
    assert min(away[0], away[-1]) - away[MIDDLE] > 40


@pytest.mark.parametrize("name", [*diverging_names(), KERNEL_TABLE])
def test_zero_is_neutral(name: str) -> None:
    _, a, b = seen_as_lab(color_table(name).rgb[MIDDLE : MIDDLE + 1], "normal")[0]
    assert np.hypot(a, b) < 8


@pytest.mark.parametrize("vision", VISION)
@pytest.mark.parametrize("name", sequential_names())
def test_lightness_of_a_sequential_table_only_rises(name: str, vision: str) -> None:
    lightness = seen_as_lab(color_table(name).rgb, vision)[:, 0]
    assert (np.diff(lightness) > -0.35).all()
    assert (np.diff(lightness[::6]) > 0).all()
    assert lightness[-1] - lightness[0] > 60


@pytest.mark.parametrize("name", diverging_names())
def test_cold_is_negative_and_warm_is_positive(name: str) -> None:
    negative, positive = color_table(name).rgb[LEVELS // 4], color_table(name).rgb[-LEVELS // 4]
    assert int(negative[2]) - int(negative[0]) > int(positive[2]) - int(positive[0])


def test_kernels_never_look_like_responses() -> None:
    kernel = seen_as_lab(color_table(KERNEL_TABLE).rgb, "normal")
    response = seen_as_lab(color_table("vik").rgb, "normal")
    apart = np.linalg.norm(kernel - response, axis=1)
    assert np.delete(apart, np.s_[MIDDLE - 20 : MIDDLE + 21]).min() > 15


def test_an_unknown_name_lists_the_known_ones() -> None:
    with pytest.raises(UsageError, match=r"'jet'; there are vik, .*cividis.*\."):
        color_table("jet")


def test_the_bundled_tables_are_the_published_maps() -> None:
    for name, (full_name, backwards) in published_names().items():
        rgba = np.asarray(Colormap(full_name).lut(LEVELS))[:: -1 if backwards else 1]
        assert np.array_equal(color_table(name).rgb, np.round(rgba[:, :3] * 255)), name


def test_the_catalogue_of_maps_is_not_needed_at_run_time() -> None:
    script = f"import sys, {colormap.__name__} as c; c.color_table('vik'); sys.exit('cmap' in sys.modules)"
    root = Path(__file__).parents[3]
    assert subprocess.run([sys.executable, "-c", script], check=False, cwd=root).returncode == 0
