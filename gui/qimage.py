"""Arrays to pictures: the only file of the window that knows numpy.

A QImage made over an array shows later writes to that array, and needs it alive. Every function here
returns a QImage that owns its pixels.
"""

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QImage

from core.display.colormap import ColorTable
from core.display.legend import legend_indices
from core.display.wheel import wheel_disc as disc_indices


def from_rgb(pixels: NDArray[np.uint8], mirrored: bool = False) -> QImage:
    """Return a picture of (H, W, 3) or (H, W, 1) uint8 pixels, mirrored left to right on demand."""
    height, width, channels = pixels.shape
    kind = QImage.Format.Format_RGB888 if channels == 3 else QImage.Format.Format_Grayscale8
    # By numpy: QImage's own way has another name in every few versions of Qt.
    data = np.ascontiguousarray(pixels[:, ::-1] if mirrored else pixels)
    image = QImage(data.data, width, height, data.strides[0], kind)
    return image.convertToFormat(QImage.Format.Format_RGB32)


def from_indices(indices: NDArray[np.uint8], table: ColorTable) -> QImage:
    """Return a picture of (H, W) colour-table indices."""
    height, width = indices.shape
    # One look-up writes 32-bit pixels directly: playback then only copies.
    pixels = np.take(_words(table), indices)
    return QImage(pixels.data, width, height, width * 4, QImage.Format.Format_RGB32).copy()


def fitted(image: QImage, size: QSize, smooth: bool) -> QImage:
    """Return a picture scaled to exactly `size`, blurred between pixels or not."""
    if image.size() == size:
        return image
    method = (
        Qt.TransformationMode.SmoothTransformation if smooth else Qt.TransformationMode.FastTransformation
    )
    return image.scaled(size, Qt.AspectRatioMode.IgnoreAspectRatio, method)


def fitted_axes(image: QImage, size: QSize) -> QImage:
    """Return a picture scaled to `size`: an axis that shrinks is averaged, one that grows gets hard edges."""
    least = QSize(min(image.width(), size.width()), min(image.height(), size.height()))
    return fitted(fitted(image, least, smooth=True), size, smooth=False)


def legend_strip(length: int, table: ColorTable) -> QImage:
    """Return the colour table as a strip of `length` x 1 pixels, from low to high."""
    return from_indices(legend_indices(length).reshape(1, length), table)


def wheel_disc(diameter: int, table: ColorTable) -> QImage:
    """Return the colours of directions as a square of `diameter` pixels; the disc is its inscribed circle."""
    return from_indices(disc_indices(diameter)[0], table)


_tables: dict[str, NDArray[np.uint32]] = {}


def _words(table: ColorTable) -> NDArray[np.uint32]:
    """Return the table as 0xffRRGGBB words."""
    if table.name not in _tables:
        rgb = table.rgb.astype(np.uint32)
        words = (0xFF << 24) | (rgb[:, 0] << 16) | (rgb[:, 1] << 8) | rgb[:, 2]
        _tables[table.name] = words.astype(np.uint32)
    return _tables[table.name]
