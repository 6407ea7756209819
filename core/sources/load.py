"""From a source of any length to a clip: which frames, how many, and how large."""

from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass
from math import sqrt
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.clip import Clip
from core.cv import cv2
from core.errors import SourceError, UsageError
from core.limits import (
    DEFAULT_CLIP_FRAMES,
    FREE_MEMORY_SHARE,
    MAX_CLIP_BYTES,
    MAX_CLIP_FRAMES,
    MAX_FILE_FRAMES,
    MIN_CLIP_FRAMES,
    free_memory,
    megabytes,
)
from core.playback import NS_PER_S
from core.progress import Progress
from core.sources.base import FrameSource, TimedFrame
from core.sources.images import PICTURES_PER_SECOND

MAX_STEP = 1000


@dataclass(frozen=True, slots=True)
class ClipSelection:
    """Which frames of a longer source become the clip.

    Parameters
    ----------
    frames
        How many, 2 to 64.
    start
        The first one, counted from 0.
    step
        1 takes every frame, 2 every second one, …; real times are kept.
    """

    frames: int = DEFAULT_CLIP_FRAMES
    start: int = 0
    step: int = 1

    def __post_init__(self) -> None:
        low, high = MIN_CLIP_FRAMES, MAX_CLIP_FRAMES
        if not low <= self.frames <= high:
            raise UsageError(f"A clip has {low} to {high} frames, not {self.frames}.")
        if not 0 <= self.start < MAX_FILE_FRAMES:
            raise UsageError(f"A clip starts at frame 0 to {MAX_FILE_FRAMES - 1}, not {self.start}.")
        if not 1 <= self.step <= MAX_STEP:
            raise UsageError(f"The step between frames is 1 to {MAX_STEP}, not {self.step}.")

    @property
    def reach(self) -> int:
        """How many frames a source must have for the whole selection."""
        return self.start + (self.frames - 1) * self.step + 1


def length_of(source: FrameSource) -> int | None:
    """Return how many frames a source has, where it can tell cheaply; None otherwise (and for cameras).

    Raises
    ------
    SourceError
        If the source cannot be opened.
    """
    length: Callable[[], int | None] | None = getattr(source, "length", None)
    return length() if length is not None else None


def load_clip(
    source: FrameSource,
    selection: ClipSelection = ClipSelection(),
) -> Iterator[Progress | Clip]:
    """Read frames one by one, stop as early as possible, and make the clip.

    A source with a single picture becomes a still film: the picture repeated. A clip over the byte budget
    is made smaller while it is read. Both are told in ``Clip.note``, as is everything the source noted.

    Raises
    ------
    SourceError
        Nothing to read, or fewer than two frames from the start of the selection on.
    """
    # A closed form has as many frames as one asks for.
    covering: Callable[[int], FrameSource] | None = getattr(source, "covering", None)
    source = covering(selection.reach) if covering is not None else source
    gathered = _Gathered(source.name, selection.frames)
    seen, more = 0, False
    yield Progress(0, selection.frames, "reading frames")
    reading = _chosen(source, selection)
    try:
        for frame in reading:
            if gathered.full:
                more = True
                break
            seen += 1
            if frame is not None:
                gathered.add(frame)
            yield Progress(gathered.count, selection.frames, "reading frames")
            if gathered.full and source.live:
                break
    finally:
        reading.close()
    if gathered.count < MIN_CLIP_FRAMES:
        _make_still(gathered, seen, selection)
    notes = [*source.notes, *gathered.notes, *_extent(source, selection, gathered.count, seen, more)]
    yield gathered.clip(" ".join(notes))


class _Gathered:
    """The frames so far, in one array whose size is settled by the first of them."""

    def __init__(self, name: str, wanted: int) -> None:
        self.name = name
        self.notes: list[str] = []
        self.count = 0
        self._wanted = wanted
        self._shape: tuple[int, ...] = ()
        self._stack: NDArray[np.uint8] = np.empty((0, 0, 0, 3), np.uint8)
        self._times: list[int] = []

    @property
    def full(self) -> bool:
        return self.count == self._wanted

    def add(self, timed: TimedFrame) -> None:
        """Take one frame, scaled to the clip's size.

        Raises
        ------
        SourceError
            If it has another size than the first one.
        """
        picture = timed.frame
        if not self.count:
            self._shape = picture.shape
            self._stack = self._room(picture.shape[1], picture.shape[0])
        if picture.shape != self._shape:
            (height, width), (old_height, old_width) = picture.shape[:2], self._shape[:2]
            raise SourceError(
                f"{self.name} changes its size from {old_width}x{old_height} to {width}x{height} pixels."
            )
        target = self._stack[self.count]
        if target.shape != picture.shape:
            size = target.shape[1], target.shape[0]
            target[...] = cv2.resize(picture, size, interpolation=cv2.INTER_AREA)
        else:
            target[...] = picture
        self._times.append(timed.timestamp_ns)
        self.count += 1

    def repeat(self) -> None:
        """Fill up with copies of the only frame."""
        self._stack[1:] = self._stack[0]
        self._times = [i * NS_PER_S // PICTURES_PER_SECOND for i in range(self._wanted)]
        self.count = self._wanted

    def clip(self, note: str) -> Clip:
        """Hand the frames over; nothing may be added afterwards."""
        # Not through `Clip.from_frames`: it would copy what may be half a gigabyte.
        stack = self._stack[: self.count]
        stack.setflags(write=False)
        self._stack.setflags(write=False)
        times = tuple(time - self._times[0] for time in self._times)
        return Clip(stack, times, self.name, note)

    def _room(self, width: int, height: int) -> NDArray[np.uint8]:
        """Return an empty stack within the byte budget, for frames of the given size or smaller."""
        budget = min(MAX_CLIP_BYTES, int(free_memory() * FREE_MEMORY_SHARE))
        needed = self._wanted * height * width * 3
        if needed > budget:
            scale = sqrt(budget / needed)
            small = max(1, int(width * scale)), max(1, int(height * scale))
            self.notes.append(
                f"Frames are reduced from {width}x{height} to {small[0]}x{small[1]} pixels: "
                f"{self._wanted} of them would take {megabytes(needed)}, the limit is {megabytes(budget)}."
            )
            width, height = small
        return np.empty((self._wanted, height, width, 3), np.uint8)


def _chosen(source: FrameSource, selection: ClipSelection) -> Generator[TimedFrame | None, Any, None]:
    """Yield the selected frames, and None for each one passed over (where cancelling works)."""
    selected = getattr(source, "selected", None)
    if selected is not None:
        yield from selected(selection.start, selection.step)
        return
    frames = source.frames()
    try:
        for index, frame in enumerate(frames):
            past = index - selection.start
            yield frame if past >= 0 and past % selection.step == 0 else None
    finally:
        frames.close()


def _make_still(gathered: _Gathered, seen: int, selection: ClipSelection) -> None:
    """Repeat the only picture of a source; refuse what is too short for another reason."""
    name = gathered.name
    if seen == 1 and gathered.count == 1:
        gathered.repeat()
        gathered.notes.append(
            f"{name} is a single picture, repeated {selection.frames} times: nothing moves."
        )
    elif seen == 0:
        raise SourceError(f"{name} has no frames.")
    elif gathered.count == 0:
        raise SourceError(
            f"{name} has only {_frames(seen)}; the clip was to start at frame {selection.start + 1}."
        )
    else:
        raise SourceError(
            f"{name} has {_frames(seen)}; starting at frame {selection.start + 1} with a step of "
            f"{selection.step} leaves only one, and a clip needs {MIN_CLIP_FRAMES}."
        )


def _extent(
    source: FrameSource, selection: ClipSelection, count: int, seen: int, more: bool
) -> Iterator[str]:
    """Yield what to say where clip and source differ in length."""
    if source.live:
        return
    if count < selection.frames:
        chosen = getattr(source, "length_is_chosen", False)
        if chosen and selection.frames == DEFAULT_CLIP_FRAMES:
            return  # whoever asked for so many frames need not be told
        yield f"The clip has {_frames(count)} instead of {selection.frames}: {source.name} has no more."
    elif more:
        first, last = selection.start + 1, selection.reach
        every = f" (one in {selection.step})" if selection.step > 1 else ""
        try:
            total = length_of(source)
        except SourceError:
            total = None
        # A header that counts too few is no better than none.
        about = "about " if getattr(source, "length_is_estimate", False) else ""
        rest = f" of {about}{total}" if total and total > seen else ""
        yield f"The clip is frames {first} to {last}{every}{rest}{'' if rest else ', not the last ones'}."


def _frames(count: int) -> str:
    return "1 frame" if count == 1 else f"{count} frames"
