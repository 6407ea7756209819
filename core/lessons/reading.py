"""From a file to a lesson. Files may come from anybody: they are data, measured, and checked key by key.

Every mistake becomes one sentence with the file's name, the step and the key::

    wave.toml, step 3, select: it is a whole number from 1 to 8, not 9.

What a step sets stays for those that follow, so a step writes only what changes. Some things go with what
they are about: a new clip begins at its first frame, a new bank with its responses and its first filter, a
new page without options; nothing stays pinned where other responses are.
"""

import re
import tomllib
from collections.abc import Generator, Mapping
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import Any, cast

from core.combine import find_view
from core.convolution.geometry import output_shape
from core.convolution.request import check_frames, check_pixels
from core.errors import FilterError, LessonError, WavecubeError
from core.filters.bank import FilterBank
from core.filters.views import RESPONSES
from core.lessons.lesson import ATTEMPTS, PAGES, Attempt, Lesson, Page, Preset, Step
from core.lessons.named import clip_input, lesson_bank, stimulus_shape
from core.lessons.table import Table, kind_of
from core.limits import MAX_CLIP_FRAMES, MAX_LESSON_FILE_BYTES, MAX_LESSON_STEPS, megabytes
from core.playback import MAX_FPS, MIN_FPS
from core.progress import Progress, returned
from core.settings import ACTIVATIONS, BORDERS, MAX_STEP, PADDINGS, ConvolutionSettings, Triple

SUFFIX = ".toml"
LESSON_KEYS = ("title", "summary", "minutes", "waits_for", "steps")
STEP_KEYS = (
    "text", "clip", "bank", "show", "select", "page", "page_options", "frame", "play", "fps", "pin",
    "convolution", "anchor", "try",
)  # fmt: skip
CONVOLUTION_KEYS = ("padding", "border", "stride", "dilation", "activation")
LONGEST_TITLE, LONGEST_SUMMARY, LONGEST_TEXT, LONGEST_NAME = 60, 160, 500, 300
MAX_PIN = 8191  # no side of a clip is longer
_ANCHOR = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,63}")


def read_lesson(path: Path) -> Lesson:
    """Read a lesson, as `reading_lesson` does, in one go."""
    return returned(reading_lesson(path))


def reading_lesson(path: Path) -> Generator[Progress, None, Lesson]:
    """Read a lesson and check all that can be checked without opening its clips; it is what is returned.

    Banks are made (and dropped), which may take seconds where somebody means harm: never in the window's
    thread.

    Raises
    ------
    LessonError
        If it cannot be read, or anything in it is wrong.
    """
    name = path.name
    table = Table(_toml(path), name, LESSON_KEYS, "a lesson")
    table.need("title", "summary", "minutes")
    waits_for = table.text("waits_for", LONGEST_SUMMARY) if "waits_for" in table else ""
    steps = table.get("steps", [])
    if not isinstance(steps, list):
        table.refuse("steps", f"each begins with [[steps]]; this is {kind_of(steps)}.")
    if not steps and not waits_for:
        raise LessonError(f"{name}: there is no [[steps]]; a lesson has at least one.")
    if len(steps) > MAX_LESSON_STEPS:
        raise LessonError(f"{name}: there are {len(steps)} steps; a lesson has at most {MAX_LESSON_STEPS}.")
    lesson = Lesson(
        path=path,
        title=table.text("title", LONGEST_TITLE),
        summary=table.text("summary", LONGEST_SUMMARY),
        minutes=table.whole("minutes", 1, 90),
        steps=(),
        waits_for=waits_for,
    )
    return replace(lesson, steps=(yield from _Steps(path).read(steps)))


def _toml(path: Path) -> dict[str, Any]:
    name = path.name
    try:
        if not path.is_file():
            raise LessonError(f"There is no lesson {path}.")
        with path.open("rb") as file:
            data = file.read(MAX_LESSON_FILE_BYTES + 1)
    except OSError as error:
        raise LessonError(f"{path} may not be read.") from error
    if len(data) > MAX_LESSON_FILE_BYTES:
        limit = megabytes(MAX_LESSON_FILE_BYTES)
        raise LessonError(f"{name} is too large: a lesson has at most {limit}.")
    try:
        return tomllib.loads(data.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise LessonError(f"{name} is not TOML: it is not written in UTF-8.") from error
    except RecursionError as error:
        raise LessonError(f"{name} is not TOML that is read here: it has too many brackets.") from error
    except ValueError as error:  # and numbers of thousands of digits
        raise LessonError(f"{name} is not TOML: {str(error).rstrip('.')}.") from error


class _Steps:
    """Reads steps in their order; each begins with what the one before left."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._preset: Preset | None = None
        self._bank: tuple[str, FilterBank] | None = None

    def read(self, steps: list[Any]) -> Generator[Progress, None, tuple[Step, ...]]:
        read = []
        for number, values in enumerate(steps, start=1):
            yield Progress(number - 1, len(steps), "reading the lesson")
            table = Table(values, f"{self._path.name}, step {number}", STEP_KEYS, "a step")
            if "try" in table and number < len(steps):
                table.refuse("try", "only the last step has something to try.")
            read.append(self._step(table))
        return tuple(read)

    def _step(self, table: Table) -> Step:
        table.need("text")
        if self._preset is None:
            table.need("clip", "bank")
        text = table.text("text", LONGEST_TEXT)
        self._preset = self._read_preset(table, self._preset or Preset("", ""))
        anchor = table.text("anchor", 64) if "anchor" in table else ""
        if anchor and not _ANCHOR.fullmatch(anchor):
            table.refuse("anchor", "it is the name of a part of the window: letters, digits and _.")
        attempt = cast("Attempt", table.choice("try", ATTEMPTS)) if "try" in table else None
        return Step(text, self._preset, anchor, attempt)

    def _read_preset(self, table: Table, preset: Preset) -> Preset:
        if "clip" in table:
            clip = self._named(table, "clip")
            preset = replace(preset, clip=clip, frame=0, pin=None)
        if "bank" in table:
            bank = self._named(table, "bank")
            preset = replace(preset, bank=bank, show=RESPONSES, select=0, pin=None)
        if "convolution" in table:
            settings = _convolution(table, preset.convolution)
            preset = replace(preset, convolution=settings, pin=None)
        preset = self._read_view(table, preset)
        preset = _read_page(table, preset)
        return self._read_times(table, preset)

    def _named(self, table: Table, key: str) -> str:
        """Return what a clip or a bank is called, if there is such a thing."""
        text = table.text(key, LONGEST_NAME)
        try:
            if key == "bank":
                self._bank = text, lesson_bank(text, self._path.parent)
            else:
                clip_input(text, self._path.parent)
        except WavecubeError as error:
            table.refuse(key, str(error))
        return text

    def _read_view(self, table: Table, preset: Preset) -> Preset:
        assert self._bank is not None
        bank = self._bank[1]
        if "show" in table:
            try:
                view = find_view(bank, table.text("show", LONGEST_NAME))
            except WavecubeError as error:
                table.refuse("show", str(error))
            preset = replace(preset, show=RESPONSES if view is None else view.key, select=0)
        if "select" in table:
            shown = find_view(bank, preset.show)
            tiles = len(bank) if shown is None else len(shown.names)
            preset = replace(preset, select=table.whole("select", 1, tiles) - 1)
        return preset

    def _read_times(self, table: Table, preset: Preset) -> Preset:
        if "frame" in table:
            preset = replace(preset, frame=table.whole("frame", 1, MAX_CLIP_FRAMES) - 1, play=False)
        if "pin" in table:
            pin = table.triple("pin", 0, MAX_PIN) if table["pin"] != [] else None
            preset = replace(preset, pin=pin, play=preset.play and pin is None)
        if "play" in table:
            preset = replace(preset, play=table.flag("play"))
        if "fps" in table:
            preset = replace(preset, fps=table.number("fps", MIN_FPS, MAX_FPS))
        shape = stimulus_shape(preset.clip)
        if shape is not None:
            assert self._bank is not None
            check_places(table.where, preset, self._bank[1], shape)
        return preset


def check_places(where: str, preset: Preset, bank: FilterBank, shape: Triple) -> None:
    """Refuse a step whose frame, kernel or pinned response the clip does not have.

    Parameters
    ----------
    where
        The file and the step: how a sentence begins.
    preset, bank
        Of the step.
    shape
        (T, H, W) of its clip as the filters see it.

    Raises
    ------
    LessonError
        With both numbers.
    """
    if preset.frame >= shape[0]:
        raise LessonError(
            f"{where}, frame: it is a whole number from 1 to {shape[0]}, not {preset.frame + 1}."
        )
    try:
        check_frames(shape[0], bank, preset.convolution)
        check_pixels(shape[1], shape[2], bank, preset.convolution)
    except FilterError as error:
        raise LessonError(f"{where}, bank: {error}") from error
    made = output_shape(shape, bank.kernel_size, preset.convolution)
    if preset.pin is not None and not all(at < n for at, n in zip(preset.pin, made, strict=True)):
        raise LessonError(f"{where}, pin: there is no response {list(preset.pin)} among {list(made)}.")


def _convolution(table: Table, before: ConvolutionSettings) -> ConvolutionSettings:
    """Return the settings with what a step changes of them."""
    where = f"{table.where}, convolution"
    given = Table(table["convolution"], where, CONVOLUTION_KEYS, "convolution")
    changes: dict[str, Any] = {}
    for key, choices in (("padding", PADDINGS), ("border", BORDERS), ("activation", ACTIVATIONS)):
        if key in given:
            explicit = key == "padding" and isinstance(given[key], list)
            changes[key] = given.triple(key, 0, MAX_STEP) if explicit else given.choice(key, choices)
    for key in ("stride", "dilation"):
        if key in given:
            changes[key] = given.triple(key, 1, MAX_STEP)
    return replace(before, **changes)


def _read_page(table: Table, preset: Preset) -> Preset:
    if "page" in table:
        page = cast("Page", table.choice("page", PAGES))
        preset = replace(preset, page=page, page_options=MappingProxyType({}))
    if "page_options" in table:
        options = table["page_options"]
        if not isinstance(options, Mapping):
            table.refuse("page_options", f"it is a table, not {kind_of(options)}.")
        preset = replace(preset, page_options=MappingProxyType(dict(options)))
    return preset
