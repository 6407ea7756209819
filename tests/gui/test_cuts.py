"""What sections are cut from: every picture shows the data of its plane in the colours of the page."""

import numpy as np
import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QImage

from core.clip import Clip
from core.convolution.geometry import AxisMap
from core.display.colormap import KERNEL_TABLE, color_table
from core.display.contrast import Limits
from core.display.kernels import kernel_planes
from core.display.render import colorize, quantise
from core.display.slices import Plane, section
from core.display.wheel import wheel_table
from core.filters.kernel import Kernel
from core.volume import FeatureVolume
from gui.cuts import ClipCuts, KernelCuts, VolumeCuts

LIMITS = Limits(-2.0, 2.0)


def pixels(image: QImage) -> np.ndarray:
    made = image.convertToFormat(QImage.Format.Format_RGB888)
    rows = np.frombuffer(made.constBits(), np.uint8).reshape(made.height(), made.bytesPerLine())
    return rows[:, : 3 * made.width()].reshape(made.height(), made.width(), 3).copy()


@pytest.fixture
def volume(rng: np.random.Generator) -> FeatureVolume:
    data = rng.normal(size=(4, 5, 6)).astype(np.float32)
    return FeatureVolume(data, 0, "f", (AxisMap(1.0), AxisMap(2.0), AxisMap(2.0, 2)))


@pytest.mark.parametrize("plane", Plane)
@pytest.mark.parametrize("index", [0, 3])
def test_each_voxel_of_a_section_has_its_colour(
    plane: Plane, index: int, volume: FeatureVolume, small_clip: Clip, rng: np.random.Generator
) -> None:
    kernel = Kernel(rng.normal(size=(4, 5, 6, 3)).astype(np.float32))
    planes = kernel_planes(kernel)
    green = section(kernel.weights[..., 1], plane, index)
    table = color_table("vik")
    expected = {
        ClipCuts(small_clip): section(small_clip.frames, plane, index),
        VolumeCuts(volume, LIMITS, table): colorize(
            quantise(section(volume.data, plane, index), LIMITS), table
        ),
        KernelCuts(planes, 1): colorize(quantise(green, planes.limits), color_table(KERNEL_TABLE)),
    }
    for cuts, colours in expected.items():
        height, width = cuts.shape[plane.down], cuts.shape[plane.across]
        assert np.array_equal(pixels(cuts.picture(plane, index, QSize(width, height))), colours)
        large = pixels(cuts.picture(plane, index, QSize(3 * width, 2 * height)))
        assert np.array_equal(large[::2, ::3], colours), "voxels grow with hard edges"


def test_what_shrinks_is_averaged_in_numbers_and_what_grows_beside_it_is_not(
    rng: np.random.Generator,
) -> None:
    data = rng.normal(size=(3, 4, 40)).astype(np.float32)
    cuts = VolumeCuts(FeatureVolume(data), LIMITS, color_table("vik"))
    found = pixels(cuts.picture(Plane.XT, 1, QSize(10, 9)))
    averaged = data[:, 1].reshape(3, 10, 4).mean(axis=2)
    expected = colorize(quantise(averaged, LIMITS), color_table("vik"))
    assert np.array_equal(found[1::3], expected)
    frames = np.zeros((2, 3, 40, 1), np.uint8)
    frames[0, 1] = 200
    picture = pixels(ClipCuts(Clip.from_frames(frames)).picture(Plane.XT, 1, QSize(10, 8)))
    assert (picture[:4] == 200).all() and (picture[4:] == 0).all(), "frames are never blurred into each other"


def test_directions_are_cut_as_arrows() -> None:
    data = np.ones((2, 3, 4), np.float32)
    angles = np.zeros((2, 3, 4), np.float32)
    angles[1] = 90.0
    cuts = VolumeCuts(FeatureVolume(data, angles=angles), Limits(0, 1), wheel_table())
    found = pixels(cuts.picture(Plane.XT, 0, QSize(4, 2)))
    assert (found[0] == found[0, 0]).all() and not np.array_equal(found[0, 0], found[1, 0])
    assert cuts.value_text((1, 0, 0)) == "1 to 90° (down)"


def test_numbers_under_the_cursor(volume: FeatureVolume, small_clip: Clip) -> None:
    red, green, blue = small_clip.frames[1, 2, 3]
    assert ClipCuts(small_clip).value_text((1, 2, 3)) == f"RGB {red}, {green}, {blue}"
    weights = np.array([[[[0.25], [-0.5]]]], np.float32)
    cuts = KernelCuts(kernel_planes(Kernel(weights)), 0)
    assert (cuts.value_text((0, 0, 0)), cuts.value_text((0, 0, 1))) == ("+0.25", "−0.5")
    low = np.full((1, 1, 1), -0.75, np.float32)
    assert VolumeCuts(FeatureVolume(low), LIMITS, color_table("vik")).value_text((0, 0, 0)) == "−0.75"
    assert VolumeCuts(volume, LIMITS, color_table("vik")).axes is volume.axes
