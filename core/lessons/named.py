"""What a lesson names: clips and banks that come with the program, or files beside the lesson's own.

A lesson may come from a stranger. So it reaches no camera, no address, and no file outside the folder it
lies in, whatever ``..``, drives or links its text tries.
"""

import re
from collections.abc import Generator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath, PureWindowsPath

from core.clip import Clip
from core.errors import FilterError, LessonError
from core.filters.bank import FilterBank
from core.filters.builtin import bank_kind, bank_names, make_bank, parse_bank
from core.filters.files import load_bank
from core.lessons.lesson import OWN_CLIP
from core.limits import MAX_CLIP_FRAMES, MIN_CLIP_FRAMES
from core.parameters import nearest
from core.progress import Progress
from core.settings import Triple, WorkingSize
from core.sources.load import ClipSelection, length_of, load_clip
from core.sources.opening import open_source
from core.sources.synthetic import StimulusSource

_BUNDLED = ("sample", "stimulus")
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]+):")


@dataclass(frozen=True, eq=False)
class OpenedClip:
    """A clip of a lesson.

    Parameters
    ----------
    text
        The INPUT that it came from.
    clip
        Its frames.
    selection
        Which they are of all.
    length
        How many there are, where the source can tell.
    """

    text: str
    clip: Clip
    selection: ClipSelection
    length: int | None


def clip_input(text: str, folder: Path) -> str:
    """Return the INPUT that a lesson names as one that `core.sources.opening.open_source` takes.

    Raises
    ------
    LessonError
        If it is an address, or a path out of the folder.
    UsageError, SourceError
        If there is no such sample, stimulus or file.
    """
    if text == OWN_CLIP:
        return text
    scheme = _SCHEME.match(text)
    if scheme is None:
        given = str(inside(text, folder))
    elif scheme[1].lower() in _BUNDLED:
        given = text
    else:
        raise LessonError(
            f"{text!r} cannot be used: a lesson's clip is sample:…, stimulus:…, {OWN_CLIP}, or a file in "
            "the lesson's own folder."
        )
    open_source(given)
    return given


def lesson_bank(text: str, folder: Path) -> FilterBank:
    """Return the bank that a lesson names.

    Raises
    ------
    LessonError
        If it is a path out of the folder.
    FilterError, UsageError
        If there is no such bank or file, or a parameter is not good.
    """
    name, values = parse_bank(text)
    try:
        kind = bank_kind(name)
    except FilterError:
        if not text.lower().endswith(".npz"):
            close = nearest(name.strip().lower(), bank_names())
            raise FilterError(
                f"There is no filter bank {name!r}: main.py banks lists the names, and a file ends in "
                f".npz.{close}"
            ) from None
        return load_bank(inside(text, folder))
    return make_bank(kind.name, **values)


def inside(text: str, folder: Path) -> Path:
    """Return the file that a relative path names, which lies in the folder or deeper.

    Raises
    ------
    LessonError
        If it is not relative or leaves the folder, by ``..`` or by a link.
    """
    posix, windows = PurePosixPath(text), PureWindowsPath(text)
    out = posix.is_absolute() or windows.anchor or ".." in posix.parts or ".." in windows.parts
    if out or text.startswith("~") or "\0" in text:
        raise LessonError(f"{text!r} is no path within the lesson's own folder.")
    path = folder / text
    try:
        home, real = folder.resolve(), path.resolve()
    except (OSError, RuntimeError) as error:
        raise LessonError(f"{text!r} cannot be read as a path.") from error
    if not real.is_relative_to(home):
        raise LessonError(f"{text!r} is a link out of the lesson's own folder.")
    return path


def stimulus_shape(text: str) -> Triple | None:
    """Return (T, H, W) of a stimulus at the working size that lessons have; None for any other clip."""
    scheme, _, rest = text.partition(":")
    if scheme.lower() != "stimulus":
        return None
    source = StimulusSource.from_text(rest)
    values = source.values
    frames = int(values["frames"])
    # A single frame becomes a still film; a long one is cut.
    count = min(frames, MAX_CLIP_FRAMES) if frames >= MIN_CLIP_FRAMES else ClipSelection().frames
    width, height = WorkingSize().fit(int(values["width"]), int(values["height"]))
    return count, height, width


def open_clip(text: str, folder: Path) -> Generator[Progress | OpenedClip, None, None]:
    """Read a lesson's clip: a stimulus with all of its frames, a file with as many as a clip usually has.

    Raises
    ------
    LessonError, UsageError, SourceError
        As `clip_input`, and while reading.
    """
    given = clip_input(text, folder)
    source = open_source(given)
    total = length_of(source)
    selection = ClipSelection()
    if isinstance(source, StimulusSource) and total is not None and total >= MIN_CLIP_FRAMES:
        selection = ClipSelection(min(total, MAX_CLIP_FRAMES))
    for step in load_clip(source, selection):
        yield OpenedClip(given, step, selection, total) if isinstance(step, Clip) else step
