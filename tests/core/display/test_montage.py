"""The mosaic: every cell exact and in step, nothing over anything else."""

import itertools

import numpy as np
import pytest

from core.clip import Clip
from core.convolution.geometry import AxisMap, axis_maps
from core.display.colormap import LEVELS, color_table
from core.display.contrast import limits_for
from core.display.montage import (
    GROUND,
    INK,
    INPUT_BASE,
    INPUT_COLORS,
    Layout,
    layout_for,
    mosaic_film,
    mosaic_layout,
)
from core.display.render import quantise
from core.display.wheel import index_angle, wheel_indices, wheel_table
from core.settings import ContrastSettings, ConvolutionSettings, ExportSettings
from core.volume import FeatureVolume

CONTRAST = ContrastSettings()


@pytest.fixture
def clip(rng: np.random.Generator) -> Clip:
    return Clip.from_frames(rng.integers(0, 100, (9, 60, 80, 1), dtype=np.uint8), name="wave")


def volumes_of(count: int, rng: np.random.Generator, spread: float = 1.0) -> tuple[FeatureVolume, ...]:
    """Valid 5x5x5 responses to a clip of 9x60x80."""
    axes = axis_maps((9, 60, 80), (5, 5, 5), ConvolutionSettings())
    data = rng.normal(0, spread, (count, 5, 56, 76)).astype(np.float32)
    return tuple(FeatureVolume(v, i, f"filter {i + 1}", axes) for i, v in enumerate(data))


def cell(layout: Layout, picture: np.ndarray, place: int, size: tuple[int, int]) -> np.ndarray:
    x, y = layout.corner(place)
    x, y = x + (layout.cell[0] - size[0]) // 2, y + (layout.cell[1] - size[1]) // 2
    return picture[y : y + size[1], x : x + size[0]]


@pytest.mark.parametrize("captions", [True, False])
@pytest.mark.parametrize("size", [(1, 1), (28, 21), (76, 100), (320, 240), (1280, 300)])
def test_cells_stay_inside_and_apart(size: tuple[int, int], captions: bool) -> None:
    for count in (*range(1, 20), 33, 64, 65):
        layout = layout_for(count, size, captions)
        corners = [layout.corner(place) for place in range(count)]
        for x, y in corners:
            assert x >= layout.gap and x + size[0] + layout.gap <= layout.width
            assert y >= layout.gap + layout.caption
            assert y + size[1] + layout.gap + layout.footer <= layout.height
        for (x, y), (u, v) in itertools.combinations(corners, 2):
            assert abs(x - u) >= size[0] + layout.gap or abs(y - v) >= size[1] + layout.caption + layout.gap
        assert layout.columns * layout.rows - count < layout.columns


def test_grids_are_between_upright_and_wide() -> None:
    assert [layout_for(n, (320, 240), True).columns for n in (1, 2, 4, 9)] == [1, 2, 2, 3]
    for count in range(4, 66):
        layout = layout_for(count, (320, 240), True)
        assert 0.8 < layout.grid_width / (layout.rows * 240) < 3


@pytest.mark.parametrize("scale", [1, 3])
@pytest.mark.parametrize("captions", [True, False])
def test_every_voxel_is_a_square_of_its_exact_index(
    clip: Clip, rng: np.random.Generator, scale: int, captions: bool
) -> None:
    volumes = volumes_of(3, rng)
    export = ExportSettings(scale=scale, captions=captions)
    film = mosaic_film(clip, volumes, CONTRAST, True, export)
    layout = mosaic_layout(clip, volumes, export)
    limits = limits_for(volumes, CONTRAST, True)
    for t in range(2, 7):  # clip frame t is volume frame t - 2
        picture = film.picture(t)
        assert picture.shape == (film.height, film.width) == (layout.height, layout.width)
        for place, (volume, ends) in enumerate(zip(volumes, limits, strict=True), start=1):
            expected = quantise(volume.data[t - 2], ends).repeat(scale, axis=0).repeat(scale, axis=1)
            assert np.array_equal(cell(layout, picture, place, (76 * scale, 56 * scale)), expected)
    assert np.array_equal(film.table[:LEVELS], color_table("vik").rgb)


def test_the_input_has_colours_of_its_own(rng: np.random.Generator) -> None:
    clip = Clip.from_frames(rng.integers(0, 256, (5, 60, 80, 3), dtype=np.uint8))
    volumes = volumes_of(1, rng)
    film = mosaic_film(clip, volumes, CONTRAST, True, ExportSettings(scale=2))
    shown = cell(mosaic_layout(clip, volumes, ExportSettings(scale=2)), film.picture(4), 0, (160, 120))
    assert shown.min() >= INPUT_BASE and len(film.table) <= 256
    error = film.table[shown[::2, ::2]].astype(int) - clip.frames[4]
    assert np.sqrt(np.square(error).mean()) < 30  # noise is the hardest; real frames lie near 3
    assert np.array_equal(shown, shown[::2, ::2].repeat(2, axis=0).repeat(2, axis=1))


def test_an_input_of_few_colours_is_exact_beside_exact_features(rng: np.random.Generator) -> None:
    colors = rng.integers(0, 256, (INPUT_COLORS, 3), dtype=np.uint8)
    clip = Clip.from_frames(colors[rng.integers(0, INPUT_COLORS, (9, 60, 80))])
    volumes = volumes_of(2, rng)
    film = mosaic_film(clip, volumes, CONTRAST, True, ExportSettings())
    shown = cell(mosaic_layout(clip, volumes, ExportSettings()), film.picture(3), 0, (80, 60))
    assert np.array_equal(film.table[shown], clip.frames[3])


@pytest.mark.parametrize("scale", [1, 4])
def test_a_volume_without_a_frame_shows_plainly_that_it_has_none(
    clip: Clip, rng: np.random.Generator, scale: int
) -> None:
    volumes = volumes_of(1, rng)
    export = ExportSettings(scale=scale)
    film, layout = mosaic_film(clip, volumes, CONTRAST, True, export), mosaic_layout(clip, volumes, export)
    blanks = [cell(layout, film.picture(t), 1, (76 * scale, 56 * scale)) for t in (0, 1, 7, 8)]
    for blank in blanks:
        assert blank.min() > GROUND and blank.max() <= INK, "neither a response nor black nor bare ground"
        assert np.array_equal(blank, blanks[0])
    # The words need room: there is ink only in a large cell.
    assert (blanks[0].max() > INK - 4) == (scale == 4)


def test_the_counter_and_only_the_counter_changes_beside_the_pictures(rng: np.random.Generator) -> None:
    clip = Clip.from_frames(np.zeros((9, 60, 80, 3), np.uint8))
    volumes = (FeatureVolume(np.zeros((9, 60, 80), np.float32)),)
    film = mosaic_film(clip, volumes, CONTRAST, True, ExportSettings())
    layout = mosaic_layout(clip, volumes, ExportSettings())
    pictures = [film.picture(t) for t in range(9)]
    for first, second in itertools.combinations(pictures, 2):
        rows, columns = np.nonzero(first != second)
        assert len(rows) and rows.min() >= layout.height - layout.footer
        assert columns.max() < layout.width // 2


def test_the_legend_shows_the_whole_table_and_its_ends(clip: Clip, rng: np.random.Generator) -> None:
    volumes = volumes_of(4, rng)
    for percentile, pointed in ((90.0, True), (100.0, False)):
        contrast = ContrastSettings(percentile=percentile)
        film = mosaic_film(clip, volumes, contrast, True, ExportSettings())
        layout = mosaic_layout(clip, volumes, ExportSettings())
        footer = film.picture(4)[layout.height - layout.footer :]
        used = np.unique(footer[footer < LEVELS])
        assert {0, 63, 126} <= set(used.tolist()) and len(used) > 100
        first, last = np.flatnonzero((footer < LEVELS).any(axis=0))[[0, -1]]
        thickness = (footer[:, [first, (first + last) // 2]] < LEVELS).sum(axis=0)
        assert (thickness[0] < thickness[1] - 2) == pointed


def test_scales_of_their_own_are_written_beside_the_names(clip: Clip, rng: np.random.Generator) -> None:
    volumes = (*volumes_of(1, rng), *volumes_of(1, rng, spread=5))
    ink = []
    for shared in (True, False):
        film = mosaic_film(clip, volumes, ContrastSettings(shared=shared), True, ExportSettings(scale=2))
        layout = mosaic_layout(clip, volumes, ExportSettings(scale=2))
        x, y = layout.corner(1)
        caption = film.picture(4)[y - layout.caption : y, x + layout.cell[0] // 2 : x + layout.cell[0]]
        ink.append(int((caption > GROUND).sum()))
    assert ink[0] == 0 < ink[1]


def test_names_are_written_and_cut_to_their_cell(rng: np.random.Generator, clip: Clip) -> None:
    (volume,) = volumes_of(1, rng)
    named = FeatureVolume(
        volume.data, 0, "an edge that moves to the left at two pixels per frame", volume.axes
    )
    film = mosaic_film(clip, (named,), CONTRAST, True, ExportSettings())
    layout = mosaic_layout(clip, (named,), ExportSettings())
    x, y = layout.corner(1)
    caption = film.picture(4)[y - layout.caption : y - 1]
    assert (caption[:, x : x + 76] > GROUND).any()
    assert (caption[:, x + layout.cell[0] :] == GROUND).all()


def test_order_and_stride_follow_the_clip(clip: Clip) -> None:
    data = np.arange(5, dtype=np.float32).reshape(5, 1, 1) - 2
    volume = FeatureVolume(data, axes=(AxisMap(0, 2), AxisMap(), AxisMap()))
    contrast = ContrastSettings(percentile=100)
    film = mosaic_film(clip, (volume,), contrast, True, ExportSettings(ping_pong=True, captions=False))
    assert film.order == (*range(9), *range(7, 0, -1))
    layout = mosaic_layout(clip, (volume,), ExportSettings(captions=False))
    shown = [int(cell(layout, film.picture(t), 1, (1, 1))[0, 0]) for t in range(9)]
    assert shown == [0, 32, 32, 63, 63, 94, 94, 126, 126]


@pytest.mark.parametrize("name", ["", "手" * 40, "x" * 500])
def test_any_name_and_the_smallest_clip_work(name: str) -> None:
    clip = Clip.from_frames(np.zeros((2, 1, 1, 1), np.uint8), name=name)
    volumes = tuple(FeatureVolume(np.zeros((1, 1, 1), np.float32), i, name) for i in range(3))
    film = mosaic_film(clip, volumes, ContrastSettings(shared=False), False, ExportSettings())
    assert film.picture(1).max() < len(film.table)


def test_a_strided_voxel_covers_the_pixels_it_stands_for(clip: Clip, rng: np.random.Generator) -> None:
    axes = (AxisMap(), AxisMap(0, 2), AxisMap(0, 4))
    volume = FeatureVolume(rng.normal(size=(9, 30, 20)).astype(np.float32), axes=axes)
    export = ExportSettings(scale=3)
    layout, film = (
        mosaic_layout(clip, (volume,), export),
        mosaic_film(clip, (volume,), CONTRAST, True, export),
    )
    (limits,) = limits_for((volume,), CONTRAST, True)
    assert layout.cell == (240, 180)
    expected = quantise(volume.data[5], limits).repeat(6, axis=0).repeat(12, axis=1)
    assert np.array_equal(cell(layout, film.picture(5), 1, (240, 180)), expected)


@pytest.mark.parametrize("scale", [1, 4])
def test_directions_always_have_their_wheel(clip: Clip, rng: np.random.Generator, scale: int) -> None:
    lengths = rng.random(size=(5, 56, 76)).astype(np.float32)
    angles = rng.uniform(0, 360, size=lengths.shape).astype(np.float32)
    volumes = (FeatureVolume(lengths, 0, "direction", volumes_of(1, rng)[0].axes, angles),)
    export = ExportSettings(scale=scale)
    film, layout = mosaic_film(clip, volumes, CONTRAST, False, export), mosaic_layout(clip, volumes, export)
    assert np.array_equal(film.table[:LEVELS], wheel_table().rgb) and len(film.table) <= 256
    picture = film.picture(4)
    (limits,) = limits_for(volumes, CONTRAST, False)
    shown = wheel_indices(lengths[2], angles[2], limits.high).repeat(scale, axis=0).repeat(scale, axis=1)
    assert np.array_equal(cell(layout, picture, 1, (76 * scale, 56 * scale)), shown)
    footer = picture[layout.height - layout.footer :]
    rows, columns = np.nonzero(footer < LEVELS)
    radius = (int(rows.max()) - int(rows.min())) // 2
    assert radius >= 20 and columns.max() - columns.min() == 2 * radius
    y, x = (int(axis.min()) + radius for axis in (rows, columns))
    for angle, (dy, dx) in {0: (0, 1), 90: (1, 0), 180: (0, -1), 270: (-1, 0)}.items():
        found = index_angle(int(footer[y + dy * (radius - 2), x + dx * (radius - 2)]))
        assert found is not None and abs((found - angle + 180) % 360 - 180) <= 10
    # A word beyond each side of the disc.
    gap, line = radius + layout.font // 2, layout.font
    for word in (
        footer[y - line : y + line, x + gap :],
        footer[y - line : y + line, : x - gap],
        footer[: y - radius, x - 2 * line : x + 2 * line],
        footer[y + radius + 1 :, x - 2 * line : x + 2 * line],
    ):
        assert word.max() == INK


def test_without_captions_directions_take_no_more_room(clip: Clip, rng: np.random.Generator) -> None:
    plain = volumes_of(1, rng)
    directed = (FeatureVolume(plain[0].data, angles=plain[0].data),)
    export = ExportSettings(captions=False)
    assert mosaic_layout(clip, directed, export).height == mosaic_layout(clip, plain, export).height
