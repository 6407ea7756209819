"""Films give pictures at the size they are painted at, and numbers of their own."""

import numpy as np
import pytest
from PySide6.QtCore import QSize

from core.clip import Clip
from core.convolution.geometry import AxisMap
from core.display.colormap import color_table
from core.display.contrast import Limits
from core.volume import FeatureVolume
from gui import qimage
from gui.films import ClipFilm, PictureCache, VolumeFilm


@pytest.fixture
def film(rng: np.random.Generator) -> VolumeFilm:
    data = rng.normal(size=(4, 6, 8)).astype(np.float32)
    axes = (AxisMap(2.0, 1), AxisMap(1.0, 2), AxisMap(0.5, 1))
    return VolumeFilm(FeatureVolume(data, 0, "f", axes), Limits(-2.0, 2.0), color_table("vik"))


def test_a_qimage_owns_its_pixels(rng: np.random.Generator) -> None:
    pixels = rng.integers(0, 256, (5, 7, 3), dtype=np.uint8)
    image = qimage.from_rgb(pixels)
    first = image.pixelColor(3, 2).getRgb()[:3]
    assert first == tuple(pixels[2, 3])
    pixels[:] = 0
    assert image.pixelColor(3, 2).getRgb()[:3] == first
    indices = np.full((3, 5), 126, np.uint8)
    coloured = qimage.from_indices(indices, color_table("vik"))
    indices[:] = 0
    assert coloured.pixelColor(4, 2).getRgb()[:3] == tuple(color_table("vik").rgb[126])


def test_mirroring_swaps_left_and_right_only(rng: np.random.Generator) -> None:
    pixels = rng.integers(0, 256, (4, 6, 3), dtype=np.uint8)
    image = qimage.from_rgb(pixels, mirrored=True)
    assert image.pixelColor(0, 1).getRgb()[:3] == tuple(pixels[1, 5])


def test_enlarged_voxels_are_squares_of_one_colour(film: VolumeFilm) -> None:
    image = film.picture(1, QSize(80, 60))
    small = film.picture(1, QSize(8, 6))
    for y in range(6):
        for x in range(8):
            colours = {image.pixel(x * 10 + dx, y * 10 + dy) for dx in (0, 5, 9) for dy in (0, 5, 9)}
            assert colours == {small.pixel(x, y)}


def test_numbers_are_the_volumes(film: VolumeFilm) -> None:
    text = film.value_text(3, 4, 5)
    assert text.startswith("(3, 4, 5) = ")
    assert float(text.rpartition("= ")[2]) == pytest.approx(float(film.volume.data[3, 4, 5]), rel=1e-3)


def test_places_go_there_and_back(film: VolumeFilm, small_clip: Clip) -> None:
    assert film.to_working(2, 3) == (5.0, 3.5)
    assert film.from_working(5.0, 3.5) == (2.0, 3.0)
    clip_film = ClipFilm(small_clip, 0.5, 0.25)
    assert clip_film.from_working(*clip_film.to_working(4, 9)) == pytest.approx((4, 9))
    # The middle of the picture is the middle at every size.
    assert clip_film.to_working(5, 6.5) == pytest.approx((2.25, 1.25))


def test_frames_beyond_the_volume_are_told(film: VolumeFilm) -> None:
    assert [film.at(i) for i in (0, 2, 5, 6)] == [(0, False), (0, True), (3, True), (3, False)]


def test_the_cache_makes_a_picture_once_and_forgets_films(film: VolumeFilm) -> None:
    cache = PictureCache()
    first = cache.picture(film, 0, QSize(8, 6))
    assert cache.picture(film, 0, QSize(8, 6)) is first
    assert cache.picture(film, 0, QSize(16, 12)) is not first
    cache.forget(film)
    assert cache.picture(film, 0, QSize(8, 6)) is not first


def test_the_cache_keeps_to_its_budget(film: VolumeFilm) -> None:
    size = QSize(100, 100)
    cache = PictureCache(budget=3 * 100 * 100 * 4)
    pictures = [cache.picture(film, frame, size) for frame in range(4)]
    assert cache.picture(film, 3, size) is pictures[3]
    assert cache.picture(film, 0, size) is not pictures[0]
