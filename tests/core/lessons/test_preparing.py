"""A step's clip and bank: the whole film of a stimulus, and what is wrong in one sentence."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from core.errors import LessonError
from core.lessons.lesson import Lesson
from core.lessons.preparing import Prepared, prepare
from core.lessons.reading import read_lesson
from core.progress import Progress

HEAD = 'title = "Mine"\nsummary = "My own."\nminutes = 1\n[[steps]]\ntext = "Look."\n'


def lesson(folder: Path, lines: str) -> Lesson:
    path = folder / "mine.toml"
    path.write_text(HEAD + lines, encoding="utf-8")
    return read_lesson(path)


def prepared(made: Lesson) -> Prepared:
    steps = list(prepare(made, 0))
    assert all(isinstance(step, Progress) for step in steps[:-1])
    assert isinstance(steps[-1], Prepared)
    return steps[-1]


@pytest.mark.parametrize(
    ("asked", "frames"), [("?frames=40", 40), ("", 16), ("?frames=200", 64), ("?frames=1", 16)]
)
def test_a_stimulus_comes_with_all_of_its_frames(tmp_path: Path, asked: str, frames: int) -> None:
    size = f"{'&' if asked else '?'}width=20&height=16"
    made = prepared(lesson(tmp_path, f'clip = "stimulus:flicker{asked}{size}"\nbank = "sobel"\n'))
    assert made.opened is not None and len(made.opened.clip) == frames
    assert made.bank is not None and made.bank.kind == "sobel"


def test_files_are_found_beside_the_lesson(tmp_path: Path) -> None:
    (tmp_path / "film").mkdir()
    for number in range(4):
        Image.new("RGB", (12, 10), (number * 60, 0, 0)).save(tmp_path / "film" / f"{number}.png")
    made = prepared(lesson(tmp_path, 'clip = "film"\nbank = "temporal-difference?order=first"\n'))
    assert made.opened is not None
    assert made.opened.clip.frames[:, 0, 0, 0].tolist() == [0, 60, 120, 180]
    assert Path(made.opened.text) == tmp_path / "film"


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        ("frame = 9", "step 1, frame: it is a whole number from 1 to 4, not 9."),
        ("pin = [3, 0, 0]", "step 1, pin: there is no response [3, 0, 0] among [2, 8, 10]."),
        (
            'bank = "zero-mean?kernel=5x3x3"',
            "step 1, bank: The kernel spans 5 frames but the clip has only 4",
        ),
    ],
)
def test_what_a_film_has_not_is_told_when_it_is_read(tmp_path: Path, lines: str, words: str) -> None:
    frames = np.random.default_rng(1).integers(0, 256, (4, 10, 12, 3), dtype=np.uint8)
    pictures = [Image.fromarray(frame) for frame in frames]
    pictures[0].save(tmp_path / "film.gif", save_all=True, append_images=pictures[1:], duration=100, loop=0)
    bank = "" if "bank" in lines else 'bank = "sobel"\n'
    made = lesson(tmp_path, f'clip = "film.gif"\n{bank}{lines}\n')
    with pytest.raises(LessonError) as caught:
        list(prepare(made, 0))
    assert words in str(caught.value)


def test_what_is_gone_since_is_told(tmp_path: Path) -> None:
    Image.new("RGB", (12, 10)).save(tmp_path / "film.png")
    made = lesson(tmp_path, 'clip = "film.png"\nbank = "sobel"\n')
    (tmp_path / "film.png").unlink()
    with pytest.raises(LessonError, match=r"mine\.toml, step 1, clip: There is no file"):
        list(prepare(made, 0))
