"""A film of indexed pictures: what every animation is before a writer turns it into a file."""

from collections.abc import Callable, Generator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.clip import Clip
from core.cv import cv2
from core.display.colormap import ColorTable
from core.display.contrast import Limits
from core.display.palette import Palette, clip_palette
from core.display.render import render_frame
from core.playback import order
from core.progress import Progress
from core.settings import ExportSettings
from core.volume import FeatureVolume

Indices = NDArray[np.uint8]
ALL_COLORS = 256


@dataclass(frozen=True, eq=False)
class Film:
    """Pictures of one size that share one colour table, made one at a time.

    Parameters
    ----------
    width, height
        Pixels of every picture.
    table
        (K, 3) uint8, K <= 256: the colour of each index.
    order
        Which frame each picture shows, in the order of the film.
    picture
        Makes the (height, width) uint8 indices of a frame; called by one thread at a time.
    unchanged
        An index that no picture has: a GIF may say with it that a pixel stays as it was.
    """

    width: int
    height: int
    table: NDArray[np.uint8]
    order: tuple[int, ...]
    picture: Callable[[int], Indices]
    unchanged: int | None = None


@dataclass(frozen=True, eq=False)
class ColorFilm:
    """Pictures of one size in any colours, made one at a time.

    Parameters
    ----------
    width, height
        Pixels of every picture.
    order
        Which frame each picture shows, in the order of the film.
    picture
        Makes the (height, width, 3) uint8 RGB of a frame; called by one thread at a time.
    palette
        Finds, step by step, the at most 255 colours that stand for all where a file has no more.
    """

    width: int
    height: int
    order: tuple[int, ...]
    picture: Callable[[int], Indices]
    palette: Callable[[], Generator[Progress, None, Palette]]


def indexed_steps(film: ColorFilm) -> Generator[Progress, None, Film]:
    """Return a colour film in a table of its palette; one more index stands for what stays as it was."""
    palette = yield from film.palette()
    table = np.concatenate([palette.rgb, palette.rgb[:1]])

    def picture(frame: int) -> Indices:
        return palette.indices(film.picture(frame))

    return Film(film.width, film.height, table, film.order, picture, len(palette.rgb))


def input_film(clip: Clip, export: ExportSettings, palette: Palette | None = None) -> Film:
    """Return the clip alone in 256 colours of its own (`palette`, if known), exact where it has no more."""
    colors = palette or clip_palette(clip.frames, ALL_COLORS)

    def picture(t: int) -> Indices:
        return enlarged(colors.indices(clip.frames[t]), export.scale)

    size = clip.width * export.scale, clip.height * export.scale
    return Film(*size, colors.rgb, order(len(clip), export.ping_pong), picture)


def feature_film(volume: FeatureVolume, limits: Limits, table: ColorTable, export: ExportSettings) -> Film:
    """Return the frames of one feature volume, every pixel exactly a colour of the table."""

    def picture(t: int) -> Indices:
        return enlarged(render_frame(volume, t, limits), export.scale)

    _, height, width = volume.data.shape
    size = width * export.scale, height * export.scale
    return Film(*size, table.rgb, order(len(volume), export.ping_pong), picture)


def enlarged(picture: Indices, across: int, down: int | None = None) -> Indices:
    """Return a picture, (H, W) or (H, W, 3), with each pixel as across x down (or square) equal pixels."""
    height, width = picture.shape[:2]
    size = width * across, height * (across if down is None else down)
    if size == (width, height):
        return picture
    return np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_NEAREST), dtype=np.uint8)
