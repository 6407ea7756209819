"""What a lesson is: frozen values, made by `core.lessons.reading` from a file of anybody's."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal, get_args

from core.filters.views import RESPONSES
from core.settings import ConvolutionSettings, Triple

Page = Literal["volumes", "inspector", "sections", "slide", "compare", "layers"]
Attempt = Literal["record", "new filters"]

PAGES: tuple[Page, ...] = get_args(Page)
ATTEMPTS: tuple[Attempt, ...] = get_args(Attempt)
# The person's own clip: what was open when the lesson began, or was recorded or opened since.
OWN_CLIP = "own"
DEFAULT_FPS = 12.0


@dataclass(frozen=True, slots=True)
class Preset:
    """All that a step sets: complete, so that a step looks the same from whichever side it is reached.

    Parameters
    ----------
    clip
        An INPUT: ``sample:…``, ``stimulus:…``, a path relative to the lesson's folder, or `OWN_CLIP`.
    bank
        ``NAME?key=value&…``, or a path of an ``.npz`` relative to the lesson's folder.
    show
        The key of a view of that bank; "responses" for none.
    select
        The selected tile, from 0.
    page
        The page of the window that is in front.
    frame
        The clip frame, from 0, at which the film stands or from which it plays.
    play
        Whether the film plays.
    fps
        At so many frames per second.
    pin
        (t, y, x) of the response that is pinned, from 0, or None.
    convolution
        How the filters slide.
    page_options
        For the page alone; it knows what they mean.
    """

    clip: str
    bank: str
    show: str = RESPONSES
    select: int = 0
    page: Page = "volumes"
    frame: int = 0
    play: bool = True
    fps: float = DEFAULT_FPS
    pin: Triple | None = None
    convolution: ConvolutionSettings = field(default_factory=ConvolutionSettings)
    page_options: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to see.

    Parameters
    ----------
    text
        One to four short sentences.
    preset
        What is on the screen meanwhile.
    anchor
        The Qt object name of what the text points at, or "".
    attempt
        What the person is asked to do: record a wave, draw new filters; None for only looking.
    """

    text: str
    preset: Preset
    anchor: str = ""
    attempt: Attempt | None = None


@dataclass(frozen=True, slots=True)
class Lesson:
    """A lesson.

    Parameters
    ----------
    path
        The file it came from; what it names lies in the same folder.
    title, summary
        For the list; the summary is one line.
    minutes
        How long it takes.
    steps
        At least one, unless it waits for something.
    waits_for
        What the program cannot do yet that this lesson is about, or "".
    """

    path: Path
    title: str
    summary: str
    minutes: int
    steps: tuple[Step, ...]
    waits_for: str = ""

    @property
    def key(self) -> str:
        """What it is remembered by: the file's name without its suffix."""
        return self.path.stem

    @property
    def folder(self) -> Path:
        """Where the files lie that it names."""
        return self.path.parent
