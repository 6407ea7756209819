"""The clip: the frames that everything else looks at, each with its own time."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise
from typing import Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from core.cv import cv2
from core.limits import MAX_CHANNELS
from core.playback import NS_PER_S
from core.settings import Triple, WorkingSize

DEFAULT_FPS = 30.0


@dataclass(frozen=True, eq=False, repr=False)
class Clip:
    """A short film, read-only and safe to hand to any thread.

    Parameters
    ----------
    frames
        (T, H, W, C) uint8, C-contiguous and read-only; C = 3 (RGB) or 1 (grey) where it came from a file
        or a camera. Filters take any number of channels; only those two are pictures.
    timestamps_ns
        T strictly increasing times in nanoseconds; the first is 0.
    name
        A short title for people.
    note
        What a person should know about it ("14 of 16 frames; the file is damaged"), or "".

    Notes
    -----
    Make clips with `from_frames`, which checks and freezes; clips are compared by identity.
    """

    frames: NDArray[np.uint8]
    timestamps_ns: tuple[int, ...]
    name: str = "clip"
    note: str = ""

    @classmethod
    def from_frames(
        cls,
        frames: Sequence[ArrayLike] | NDArray[np.uint8],
        fps: float = DEFAULT_FPS,
        *,
        timestamps_ns: Sequence[int] | None = None,
        name: str = "clip",
        note: str = "",
    ) -> Self:
        """Check, copy and freeze frames.

        Parameters
        ----------
        frames
            (T, H, W, C) or (T, H, W) uint8, or a sequence of such pictures.
        fps
            Frames per second, used where `timestamps_ns` is not given.
        timestamps_ns
            One time per frame in nanoseconds, strictly increasing; shifted so that the first is 0.

        Raises
        ------
        ValueError
            If the frames disagree in size, are not uint8, or the times do not fit; the text has the numbers.
        """
        stack = _stacked(frames)
        if timestamps_ns is None:
            if not 0 < fps < float("inf"):
                raise ValueError(f"the frame rate must be a positive number, not {fps}")
            times = tuple(round(i * NS_PER_S / fps) for i in range(len(stack)))
        else:
            times = tuple(int(t) - int(timestamps_ns[0]) for t in timestamps_ns)
        if len(times) != len(stack):
            raise ValueError(f"{len(stack)} frames but {len(times)} timestamps")
        if any(later <= earlier for earlier, later in pairwise(times)):
            raise ValueError("timestamps must increase from frame to frame")
        return cls(stack, times, name, note)

    def __len__(self) -> int:
        return len(self.frames)

    def __repr__(self) -> str:
        return f"<Clip {self.name!r}: {self.frames.shape} uint8, {self.fps:.4g} fps>"

    @property
    def width(self) -> int:
        """Pixels in a row."""
        return int(self.frames.shape[2])

    @property
    def height(self) -> int:
        """Rows in a frame."""
        return int(self.frames.shape[1])

    @property
    def channels(self) -> int:
        """Numbers at each place: 3 for RGB, 1 for grey."""
        return int(self.frames.shape[3])

    @cached_property
    def intervals_ms(self) -> NDArray[np.float64]:
        """The T-1 times between neighbouring frames, in milliseconds."""
        return np.diff(np.asarray(self.timestamps_ns, dtype=np.float64)) / 1e6

    @property
    def fps(self) -> float:
        """The real frame rate, from the first and the last timestamp (30 for a single frame)."""
        if len(self) < 2:
            return DEFAULT_FPS
        return round((len(self) - 1) * NS_PER_S / self.timestamps_ns[-1], 4)

    @property
    def jitter_ms(self) -> float:
        """Standard deviation of the times between frames, in milliseconds."""
        return float(np.std(self.intervals_ms)) if len(self) > 2 else 0.0

    def as_float(self) -> NDArray[np.float32]:
        """Return (T, H, W, C) float32 in [0, 1]: value / 255, what every filter sees."""
        return self.frames.astype(np.float32) / np.float32(255.0)

    def trimmed(self, first: int, last: int) -> Self:
        """Return the frames from `first` to `last`, both included, with times that start at 0.

        Raises
        ------
        ValueError
            If the range is empty or leaves the clip.
        """
        if not 0 <= first <= last < len(self):
            raise ValueError(f"frames {first} to {last} are not a range of {len(self)} frames")
        start = self.timestamps_ns[first]
        times = tuple(t - start for t in self.timestamps_ns[first : last + 1])
        return replace(self, frames=self.frames[first : last + 1], timestamps_ns=times)

    def shape_at(self, size: WorkingSize) -> Triple:
        """Return (T, H, W) of what `resized` makes, without making it."""
        width, height = size.fit(self.width, self.height)
        return len(self), height, width

    def resized(self, size: WorkingSize) -> Self:
        """Return the clip fitted into a box with its proportions kept (area average when shrinking)."""
        width, height = size.fit(self.width, self.height)
        if (width, height) == (self.width, self.height):
            return self
        small = np.empty((len(self), height, width, self.channels), np.uint8)
        for source, target in zip(self.frames, small, strict=True):
            target[...] = fitted_frame(source, width, height)
        small.setflags(write=False)
        return replace(self, frames=small)


def fitted_frame(frame: NDArray[np.uint8], width: int, height: int) -> NDArray[np.uint8]:
    """Return a frame (H, W, C) in another size: area average when shrinking; itself if it has the size."""
    if frame.shape[:2] == (height, width):
        return frame
    method = cv2.INTER_AREA if width <= frame.shape[1] else cv2.INTER_LINEAR
    # OpenCV shrinks up to four channels at a time, and wants them side by side.
    pieces = [np.ascontiguousarray(frame[..., c : c + 4]) for c in range(0, frame.shape[2], 4)]
    fitted = [
        cv2.resize(piece, (width, height), interpolation=method).reshape(height, width, -1)
        for piece in pieces
    ]
    return np.asarray(fitted[0] if len(fitted) == 1 else np.concatenate(fitted, axis=2), np.uint8)


def _stacked(frames: Sequence[ArrayLike] | NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return a fresh read-only (T, H, W, C) array."""
    pictures = [np.asarray(frame) for frame in frames]
    if not pictures:
        raise ValueError("a clip needs at least one frame")
    shapes = {picture.shape for picture in pictures}
    if len(shapes) > 1:
        raise ValueError(f"frames of one clip have one shape, not {sorted(shapes)}")
    kinds = {str(picture.dtype) for picture in pictures}
    if kinds != {"uint8"}:
        raise ValueError(f"frames are uint8, not {', '.join(sorted(kinds))}")
    stack = np.stack(pictures)
    if stack.ndim == 3:
        stack = stack[..., np.newaxis]
    if stack.ndim != 4 or 0 in stack.shape:
        raise ValueError(f"a clip is (T, H, W, C) or (T, H, W), not {stack.shape}")
    if stack.shape[3] > MAX_CHANNELS:
        raise ValueError(f"a clip has at most {MAX_CHANNELS} channels, not {stack.shape[3]}")
    stack = np.ascontiguousarray(stack)
    stack.setflags(write=False)
    return stack
