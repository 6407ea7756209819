"""The list of lessons: ours first, then a person's own, and what is wrong with some."""

from pathlib import Path

from core.lessons.library import Entry, bundled_folder, lesson_files, read_entry, read_library
from core.progress import Progress, run

GOOD = """
title = "Mine"
summary = "My own."
minutes = 1

[[steps]]
text = "Look."
clip = "own"
bank = "sobel"
"""


def entries_in(folder: Path) -> list[Entry]:
    return [step for step in read_library(folder) if isinstance(step, Entry)]


def test_own_lessons_come_after_ours_in_natural_order(tmp_path: Path) -> None:
    for name in ("10.toml", "9.TOML", "notes.txt"):
        (tmp_path / name).write_text(GOOD, encoding="utf-8")
    (tmp_path / "bad.toml").write_text("title = 3", encoding="utf-8")
    entries = entries_in(tmp_path)
    ours = lesson_files(bundled_folder())
    assert [entry.path for entry in entries[: len(ours)]] == ours
    assert all(entry.lesson is not None and not entry.own for entry in entries[: len(ours)])
    own = entries[len(ours) :]
    assert [entry.path.name for entry in own] == ["9.TOML", "10.toml", "bad.toml"]
    assert all(entry.own for entry in own)
    assert own[-1].lesson is None and "must be given" in own[-1].problem


def test_a_folder_that_is_not_there_has_no_lessons(tmp_path: Path) -> None:
    assert lesson_files(tmp_path / "absent") == []
    assert [entry for entry in entries_in(tmp_path / "absent") if entry.own] == []


def test_a_file_that_is_no_lesson_is_an_entry_that_says_why(tmp_path: Path) -> None:
    entry = run(read_entry(tmp_path / "absent.toml"))
    assert entry.lesson is None and "There is no lesson" in entry.problem


def test_reading_can_be_given_up_before_every_step(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(GOOD + '[[steps]]\ntext = "b"\n' * 3, encoding="utf-8")
    work = read_entry(path)
    steps = [next(work) for _ in range(4)]
    assert [step.done for step in steps if isinstance(step, Progress)] == [0, 1, 2, 3]
    work.close()
