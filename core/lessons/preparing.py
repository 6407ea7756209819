"""A step's clip and bank, made where it may take a while: in a worker."""

from collections.abc import Generator
from dataclasses import dataclass

from core.errors import LessonError, WavecubeError
from core.filters.bank import FilterBank
from core.lessons.lesson import OWN_CLIP, Lesson
from core.lessons.named import OpenedClip, lesson_bank, open_clip
from core.lessons.reading import check_places
from core.progress import Progress
from core.settings import WorkingSize


@dataclass(frozen=True, eq=False)
class Prepared:
    """What a step needs, ready to be shown.

    Parameters
    ----------
    number
        The step, from 0.
    opened
        Its clip; None for the person's own, or where nothing was asked for.
    bank
        Its filters; None where nothing was asked for.
    """

    number: int
    opened: OpenedClip | None
    bank: FilterBank | None


def prepare(
    lesson: Lesson, number: int, *, clip: bool = True, bank: bool = True
) -> Generator[Progress | Prepared, None, None]:
    """Read a step's clip and make its bank.

    Parameters
    ----------
    number
        The step, from 0.
    clip, bank
        Whether they are wanted: what is there already need not be made again.

    Raises
    ------
    LessonError
        If one of them cannot be had (the sentence names the file, the step and the key), or the clip has
        not the frame or the response that the step names.
    """
    preset = lesson.steps[number].preset
    where = f"{lesson.path.name}, step {number + 1}"
    opened: OpenedClip | None = None
    key = "bank"
    try:
        made = lesson_bank(preset.bank, lesson.folder) if bank else None
        key = "clip"
        if clip and preset.clip != OWN_CLIP:
            for step in open_clip(preset.clip, lesson.folder):
                if isinstance(step, OpenedClip):
                    opened = step
                else:
                    yield step
    except WavecubeError as error:
        raise LessonError(f"{where}, {key}: {error}") from error
    if opened is not None and made is not None:
        width, height = WorkingSize().fit(opened.clip.width, opened.clip.height)
        check_places(where, preset, made, (len(opened.clip), height, width))
    yield Prepared(number, opened, made)
