"""What sections are cut from: values that give a picture of any frame, row or column of theirs.

The input, a feature volume and a kernel look different and are measured alike, so one widget shows the
sections of all three.
"""

from dataclasses import dataclass
from typing import Protocol

from PySide6.QtCore import QSize
from PySide6.QtGui import QImage

from core.clip import Clip
from core.convolution.geometry import AxisMap
from core.display.colormap import KERNEL_TABLE, ColorTable, color_table
from core.display.contrast import Limits
from core.display.kernels import KernelPlanes
from core.display.legend import format_response
from core.display.render import render_section
from core.display.slices import Plane, section
from core.display.wheel import direction_word
from core.settings import Triple
from core.volume import FeatureVolume
from gui import qimage

Axes = tuple[AxisMap, AxisMap, AxisMap]
_OWN = (AxisMap(), AxisMap(), AxisMap())


class Cuts(Protocol):
    """What a view needs to know of what it cuts."""

    @property
    def shape(self) -> Triple:
        """Frames, rows and columns."""

    @property
    def axes(self) -> Axes:
        """Where its voxels lie among those that it is measured in."""

    def picture(self, plane: Plane, index: int, size: QSize) -> QImage:
        """Return one of its sections at exactly `size` device pixels."""

    def value_text(self, voxel: Triple) -> str:
        """Return the number, or the numbers, at (t, y, x)."""


@dataclass(frozen=True, eq=False)
class ClipCuts:
    """The clip as the filters see it, in its own colours."""

    clip: Clip
    axes: Axes = _OWN

    @property
    def shape(self) -> Triple:
        """Frames, rows and columns."""
        return len(self.clip), self.clip.height, self.clip.width

    def picture(self, plane: Plane, index: int, size: QSize) -> QImage:
        """Return a section: averaged where it shrinks, hard edges where it grows."""
        return qimage.fitted_axes(qimage.from_rgb(section(self.clip.frames, plane, index)), size)

    def value_text(self, voxel: Triple) -> str:
        """Return the colour, 0 to 255."""
        values = ", ".join(str(int(v)) for v in self.clip.frames[voxel])
        return f"{'RGB ' if self.clip.channels == 3 else ''}{values}"


@dataclass(frozen=True, eq=False)
class VolumeCuts:
    """A feature volume through a colour table, as all its viewers show it."""

    volume: FeatureVolume
    limits: Limits
    table: ColorTable

    @property
    def shape(self) -> Triple:
        """Frames, rows and columns."""
        t, y, x = self.volume.data.shape
        return t, y, x

    @property
    def axes(self) -> Axes:
        """Where the responses lie in the clip."""
        return self.volume.axes

    def picture(self, plane: Plane, index: int, size: QSize) -> QImage:
        """Return a section: responses averaged where it shrinks, hard edges where it grows."""
        indices = render_section(self.volume, plane, index, self.limits, (size.width(), size.height()))
        return qimage.fitted(qimage.from_indices(indices, self.table), size, smooth=False)

    def value_text(self, voxel: Triple) -> str:
        """Return a response, or the length of an arrow and where it points."""
        value = float(self.volume.data[voxel])
        if self.volume.angles is None:
            return f"{'+' if value > 0 else ''}{format_response(value, 4)}"
        angle = float(self.volume.angles[voxel])
        return f"{value:.4g} to {angle:.0f}° ({direction_word(angle)})"


@dataclass(frozen=True, eq=False)
class KernelCuts:
    """One plane of a kernel in the kernels' own colours; it is measured in taps."""

    planes: KernelPlanes
    plane: int
    axes: Axes = _OWN

    @property
    def shape(self) -> Triple:
        """Frames, rows and columns."""
        _, t, y, x = self.planes.weights.shape
        return t, y, x

    def picture(self, plane: Plane, index: int, size: QSize) -> QImage:
        """Return a section: every weight a square with hard edges."""
        indices = self.planes.section_indices(self.plane, plane, index)
        return qimage.fitted(qimage.from_indices(indices, color_table(KERNEL_TABLE)), size, smooth=False)

    def value_text(self, voxel: Triple) -> str:
        """Return a weight."""
        weight = self.planes.weight(self.plane, *voxel)
        return f"{'+' if weight > 0 else ''}{format_response(weight, 4)}"
