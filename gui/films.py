"""What a viewer shows: a film is a value that gives pictures and numbers for its own frames.

A viewer asks by clip frame; the film knows through its `AxisMap` which of its frames that is, and
whether it has one at all. Pictures come at the size they are painted at, once, and are kept in one
cache for the whole window: while a film plays, painting is only copying.
"""

from collections import OrderedDict
from dataclasses import dataclass
from typing import Protocol

from PySide6.QtCore import QSize
from PySide6.QtGui import QImage

from core.clip import Clip
from core.display.colormap import ColorTable
from core.display.contrast import Limits
from core.display.render import render_frame
from core.display.wheel import direction_word
from core.volume import FeatureVolume
from gui import qimage

OUTSIDE = "the kernel\nwould reach outside the clip"
ENDED = "the clip\nis at its end"


class Film(Protocol):
    """What a viewer needs to know of a clip or a feature volume."""

    @property
    def absence(self) -> str:
        """Why there is no frame where there is none."""

    def at(self, clip_frame: int) -> tuple[int, bool]:
        """Return its own frame for a clip frame, and whether it really has one."""

    @property
    def length(self) -> int:
        """How many frames it has."""

    @property
    def size(self) -> QSize:
        """Width and height of its frames in voxels."""

    def picture(self, frame: int, size: QSize) -> QImage:
        """Return one of its own frames at exactly `size` device pixels."""

    def value_text(self, frame: int, y: int, x: int) -> str:
        """Return "(t,y,x) = value" for a voxel of its own."""

    def to_working(self, y: float, x: float) -> tuple[float, float]:
        """Return the place of one of its voxels in the working clip."""

    def from_working(self, y: float, x: float) -> tuple[float, float]:
        """Return the voxel (not whole) at a place of the working clip."""


@dataclass(frozen=True, eq=False)
class ClipFilm:
    """The input, in its own colours.

    Parameters
    ----------
    clip
        The clip at the camera's size.
    scale_y, scale_x
        Working pixels per clip pixel (the filters see the working size).
    """

    clip: Clip
    scale_y: float = 1.0
    scale_x: float = 1.0

    @property
    def absence(self) -> str:
        """Why there is no frame where there is none."""
        return ENDED

    def at(self, clip_frame: int) -> tuple[int, bool]:
        """Return the frame itself: the clip is its own measure."""
        return min(clip_frame, len(self.clip) - 1), clip_frame < len(self.clip)

    @property
    def length(self) -> int:
        """Frames in the clip."""
        return len(self.clip)

    @property
    def size(self) -> QSize:
        """Pixels of a frame."""
        return QSize(self.clip.width, self.clip.height)

    def picture(self, frame: int, size: QSize) -> QImage:
        """Return a frame, smoothed where its size changes."""
        return qimage.fitted(qimage.from_rgb(self.clip.frames[frame]), size, smooth=True)

    def value_text(self, frame: int, y: int, x: int) -> str:
        """Return the colour of a pixel, 0 to 255."""
        values = ", ".join(str(int(v)) for v in self.clip.frames[frame, y, x])
        return f"({frame}, {y}, {x}) = {'RGB ' if self.clip.channels == 3 else ''}{values}"

    def to_working(self, y: float, x: float) -> tuple[float, float]:
        """Return the place of a clip pixel in the working clip: pixel centres onto pixel centres."""
        return (y + 0.5) * self.scale_y - 0.5, (x + 0.5) * self.scale_x - 0.5

    def from_working(self, y: float, x: float) -> tuple[float, float]:
        """Return the clip pixel at a place of the working clip."""
        return (y + 0.5) / self.scale_y - 0.5, (x + 0.5) / self.scale_x - 0.5


@dataclass(frozen=True, eq=False)
class VolumeFilm:
    """A feature volume through a colour table.

    Parameters
    ----------
    volume
        The responses.
    limits
        The responses at the ends of the table.
    table
        The colours.
    absence
        Why there is no frame where there is none.
    """

    volume: FeatureVolume
    limits: Limits
    table: ColorTable
    absence: str = OUTSIDE

    def at(self, clip_frame: int) -> tuple[int, bool]:
        """Return the frame that answers for a clip frame."""
        return self.volume.at(clip_frame)

    @property
    def length(self) -> int:
        """Frames in the volume."""
        return len(self.volume)

    @property
    def size(self) -> QSize:
        """Voxels of a frame."""
        _, height, width = self.volume.data.shape
        return QSize(width, height)

    def picture(self, frame: int, size: QSize) -> QImage:
        """Return a feature map: averaged when it shrinks, square voxels when it grows."""
        own = self.size
        smaller = size.width() < own.width() or size.height() < own.height()
        target = (size.width(), size.height()) if smaller else None
        indices = render_frame(self.volume, frame, self.limits, size=target)
        return qimage.fitted(qimage.from_indices(indices, self.table), size, smooth=False)

    def value_text(self, frame: int, y: int, x: int) -> str:
        """Return a response, or the length of an arrow and where it points."""
        value = float(self.volume.data[frame, y, x])
        if self.volume.angles is None:
            return f"({frame}, {y}, {x}) = {value:+.4g}"
        angle = float(self.volume.angles[frame, y, x])
        return f"({frame}, {y}, {x}) = {value:.4g} to {angle:.0f}° ({direction_word(angle)})"

    def to_working(self, y: float, x: float) -> tuple[float, float]:
        """Return where a response is centred in the working clip."""
        _, rows, columns = self.volume.axes
        return rows.offset + y * rows.stride, columns.offset + x * columns.stride

    def from_working(self, y: float, x: float) -> tuple[float, float]:
        """Return the response (not whole) centred at a place of the working clip."""
        _, rows, columns = self.volume.axes
        return (y - rows.offset) / rows.stride, (x - columns.offset) / columns.stride


# Film (its id), frame, width, height.
Key = tuple[int, int, int, int]


class PictureCache:
    """Pictures that were painted before, newest kept, within a budget of bytes; GUI thread only."""

    def __init__(self, budget: int = 384 * 2**20) -> None:
        self._budget = budget
        self._bytes = 0
        self._pictures: OrderedDict[Key, tuple[Film, QImage]] = OrderedDict()
        self._keys: dict[int, set[Key]] = {}  # of each film: looking through all is slow with 64 viewers

    def picture(self, film: Film, frame: int, size: QSize) -> QImage:
        """Return a film's frame at a size, from the cache or freshly made."""
        key = (id(film), frame, size.width(), size.height())
        found = self._pictures.get(key)
        if found is not None:
            self._pictures.move_to_end(key)
            return found[1]
        image = film.picture(frame, size)
        # The film is kept with its picture: its id cannot be given to another film meanwhile.
        self._pictures[key] = (film, image)
        self._keys.setdefault(key[0], set()).add(key)
        self._bytes += image.sizeInBytes()
        while self._bytes > self._budget and len(self._pictures) > 1:
            oldest, (_, old) = self._pictures.popitem(last=False)
            keys = self._keys[oldest[0]]
            keys.discard(oldest)
            if not keys:
                del self._keys[oldest[0]]
            self._bytes -= old.sizeInBytes()
        return image

    def forget(self, film: Film) -> None:
        """Drop all pictures of a film that is no longer shown."""
        for key in self._keys.pop(id(film), ()):
            _, image = self._pictures.pop(key)
            self._bytes -= image.sizeInBytes()
