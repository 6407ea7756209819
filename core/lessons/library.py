"""Which lessons there are: those that come with the program, and a person's own in a folder."""

from collections.abc import Generator
from dataclasses import dataclass
from pathlib import Path

from core.errors import LessonError
from core.lessons.lesson import Lesson
from core.lessons.reading import SUFFIX, reading_lesson
from core.paths import resource
from core.progress import Progress

MOST_OWN = 200


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the list of lessons.

    Parameters
    ----------
    path
        Its file.
    lesson
        What was read, or None where it could not be.
    problem
        The sentence that says why not, or "".
    own
        Whether it is the person's, not one that came with the program.
    """

    path: Path
    lesson: Lesson | None
    problem: str = ""
    own: bool = False


def bundled_folder() -> Path:
    """Return where the lessons are that come with the program."""
    return resource("lessons")


def read_entry(path: Path, *, own: bool = True) -> Generator[Progress | Entry, None, None]:
    """Yield one lesson; a file that is none becomes an entry that says why."""
    try:
        lesson = yield from reading_lesson(path)
    except LessonError as error:
        yield Entry(path, None, str(error), own)
    else:
        yield Entry(path, lesson, own=own)


def read_library(own: Path) -> Generator[Progress | Entry, None, None]:
    """Yield all lessons, one by one, in the order of their files' names: ours first, then a person's own.

    Parameters
    ----------
    own
        The person's folder; it need not exist.
    """
    for path in lesson_files(bundled_folder()):
        yield from read_entry(path, own=False)
    for path in lesson_files(own)[:MOST_OWN]:
        yield from read_entry(path)


def lesson_files(folder: Path) -> list[Path]:
    """Return the lessons' files in a folder, 2 before 10; none where the folder cannot be read."""
    from natsort import natsorted, ns

    try:
        found = [path for path in folder.iterdir() if path.suffix.lower() == SUFFIX]
    except OSError:
        return []
    return natsorted(found, key=lambda path: path.name, alg=ns.IGNORECASE)
