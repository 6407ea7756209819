"""From a source of any length to a clip: which frames, how many, and how large."""

from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from core.clip import Clip
from core.errors import SourceError, UsageError
from core.limits import DEFAULT_CLIP_FRAMES, MAX_CLIP_FRAMES, MAX_FILE_FRAMES, MIN_CLIP_FRAMES
from core.playback import NS_PER_S
from core.progress import Progress
from core.sources.base import FrameSource, TimedFrame
from core.sources.images import PICTURES_PER_SECOND
from core.sources.rooms import MemoryRoom, Room

MAX_STEP = 1000


@dataclass(frozen=True, slots=True)
class ClipSelection:
    """Which frames of a longer source become the clip.

    Parameters
    ----------
    frames
        How many, 2 to 100 000; above 64 the clip is too long for memory (`is_long`).
    start
        The first one, counted from 0.
    step
        1 takes every frame, 2 every second one, …; real times are kept.
    to_the_end
        All that there are, up to `frames`: see `all_frames`.
    """

    frames: int = DEFAULT_CLIP_FRAMES
    start: int = 0
    step: int = 1
    to_the_end: bool = False

    def __post_init__(self) -> None:
        low, high = MIN_CLIP_FRAMES, MAX_FILE_FRAMES
        if not low <= self.frames <= high:
            raise UsageError(f"A clip has {low} to {high} frames, not {self.frames}.")
        if not 0 <= self.start < MAX_FILE_FRAMES:
            raise UsageError(f"A clip starts at frame 0 to {MAX_FILE_FRAMES - 1}, not {self.start}.")
        if not 1 <= self.step <= MAX_STEP:
            raise UsageError(f"The step between frames is 1 to {MAX_STEP}, not {self.step}.")

    @classmethod
    def all_frames(cls, start: int = 0, step: int = 1) -> Self:
        """Return the selection of all frames from `start` on, however many there are."""
        return cls(MAX_FILE_FRAMES, start, step, to_the_end=True)

    @property
    def is_long(self) -> bool:
        """Whether the clip may have more frames than memory is planned for."""
        return self.frames > MAX_CLIP_FRAMES

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
    room_for: Callable[[int | None, int, int], Room] | None = None,
) -> Iterator[Progress | Clip]:
    """Read frames one by one, stop as early as possible, and make the clip.

    A source with a single picture becomes a still film: the picture repeated. A clip over the byte budget
    is made smaller while it is read. Both are told in ``Clip.note``, as is everything the source noted.

    Parameters
    ----------
    source
        Where the frames are.
    selection
        Which of them.
    room_for
        Makes the place for (expected number of frames or None, width, height), as soon as the first frame
        is there; memory if not given.

    Raises
    ------
    SourceError
        Nothing to read, or fewer than two frames from the start of the selection on.
    UsageError
        If a source without an end is to be read to its end, or memory is to take a long clip.
    """
    if room_for is None and selection.is_long:
        raise UsageError(f"A clip in memory has up to {MAX_CLIP_FRAMES} frames, not {selection.frames}.")
    if selection.to_the_end:
        _check_end(source)
    else:
        # A closed form has as many frames as one asks for.
        covering: Callable[[int], FrameSource] | None = getattr(source, "covering", None)
        source = covering(selection.reach) if covering is not None else source
    expected = _expected(source, selection) if selection.is_long else selection.frames
    gathered = _Gathered(source.name, expected, room_for or _memory)
    seen, more = 0, False
    yield gathered.progress
    reading = _chosen(source, selection)
    try:
        for frame in reading:
            if gathered.count == selection.frames:
                more = True
                break
            seen += 1
            if frame is not None:
                gathered.add(frame)
            yield gathered.progress
            if gathered.count == selection.frames and source.live:
                break
    finally:
        reading.close()
    if gathered.count < MIN_CLIP_FRAMES:
        yield from _make_still(gathered, seen, selection)
    notes = [*source.notes, *gathered.notes, *_extent(source, selection, gathered.count, seen, more)]
    yield gathered.clip(" ".join(notes))


class _Gathered:
    """The frames so far; their size is settled by the first of them."""

    def __init__(
        self, name: str, expected: int | None, room_for: Callable[[int | None, int, int], Room]
    ) -> None:
        self.name = name
        self.count = 0
        self._remarks: list[str] = []
        self._expected = expected
        self._room_for = room_for
        self._room: Room | None = None
        self._first: NDArray[np.uint8] = np.empty((0, 0, 3), np.uint8)
        self._times: list[int] = []

    @property
    def notes(self) -> list[str]:
        return [*(self._room.notes if self._room is not None else ()), *self._remarks]

    @property
    def progress(self) -> Progress:
        if self._expected is None:
            return Progress(self.count, 0, f"reading frame {self.count + 1}")
        return Progress(self.count, self._expected, "reading frames")

    def add(self, timed: TimedFrame) -> None:
        """Take one frame, scaled to the clip's size.

        Raises
        ------
        SourceError
            If it has another size than the first one.
        """
        picture = timed.frame
        (height, width), (old_height, old_width) = picture.shape[:2], self._first.shape[:2]
        if self._room is None:
            self._first = picture
            self._room = self._room_for(self._expected, width, height)
        elif (height, width) != (old_height, old_width):
            raise SourceError(
                f"{self.name} changes its size from {old_width}x{old_height} to {width}x{height} pixels."
            )
        self._room.put(self.count, picture)
        self._times.append(timed.timestamp_ns)
        self.count += 1

    def repeat(self, times: int) -> Iterator[Progress]:
        """Fill up with copies of the only frame."""
        for i in range(1, times):
            self.add(TimedFrame(self._first, self._times[0] + i * NS_PER_S // PICTURES_PER_SECOND))
            yield self.progress
        self._remarks.append(f"{self.name} is a single picture, repeated {times} times: nothing moves.")

    def clip(self, note: str) -> Clip:
        """Hand the frames over; nothing may be added afterwards."""
        assert self._room is not None
        times = tuple(time - self._times[0] for time in self._times)
        return Clip(self._room.frames(self.count), times, self.name, note)


def _memory(count: int | None, width: int, height: int) -> Room:
    return MemoryRoom(count or MAX_CLIP_FRAMES, width, height)


def _check_end(source: FrameSource) -> None:
    chosen = getattr(source, "length_is_chosen", True)
    if source.live or not chosen:
        raise UsageError(f"{source.name} has no last frame: say how many frames to take.")


def _expected(source: FrameSource, selection: ClipSelection) -> int | None:
    """Return how many frames a long selection will give, as far as the source tells; None: nobody knows."""
    try:
        total = length_of(source)
    except SourceError:
        total = None  # reading it will tell why
    there = len(range(selection.start, total, selection.step)) if total else 0
    if there >= MIN_CLIP_FRAMES:
        return min(selection.frames, there)
    return None if selection.to_the_end else selection.frames


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


def _make_still(gathered: _Gathered, seen: int, selection: ClipSelection) -> Iterator[Progress]:
    """Repeat the only picture of a source; refuse what is too short for another reason."""
    name = gathered.name
    if seen == 1 and gathered.count == 1:
        if selection.to_the_end:
            raise SourceError(f"{name} is a single picture; say how many times it is to be repeated.")
        yield from gathered.repeat(selection.frames)
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
    if source.live or selection.to_the_end:
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
