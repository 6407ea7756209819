from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from core.cv import cv2
from core.errors import SourceError
from core.progress import run
from core.sources.images import PictureFolderSource
from core.sources.load import load_clip
from tests.core.sources.making_media import numbered_frames, write_pictures


def read(folder: Path) -> tuple[list[np.ndarray], tuple[str, ...]]:
    source = PictureFolderSource(folder)
    return [timed.frame for timed in source.frames()], source.notes


def test_natural_order(tmp_path: Path) -> None:
    frames = numbered_frames(12)
    pictures, notes = read(write_pictures(tmp_path / "a", frames))
    assert np.array_equal(np.stack(pictures), frames)
    assert notes == ()


def test_natural_order_of_the_real_frames(real_wave: Path) -> None:
    clip = run(load_clip(PictureFolderSource(real_wave)))
    assert clip.frames.shape == (16, 480, 640, 3)
    for index in range(16):
        theirs = cv2.imread(str(real_wave / f"frame{index + 1}.jpg"))[..., ::-1]
        assert np.abs(clip.frames[index].astype(int) - theirs).max() <= 4


def test_ten_pictures_a_second(tmp_path: Path) -> None:
    source = PictureFolderSource(write_pictures(tmp_path / "a", numbered_frames(3)))
    assert [t.timestamp_ns for t in source.frames()] == [0, 100_000_000, 200_000_000]


def test_other_files_are_left_out_with_a_note(tmp_path: Path) -> None:
    folder = write_pictures(tmp_path / "a", numbered_frames(3))
    (folder / "notes.txt").write_text("hello")
    (folder / "deeper.png").mkdir()
    (folder / ".DS_Store").write_bytes(b"x")
    (folder / "Thumbs.db").write_bytes(b"x")
    Image.fromarray(numbered_frames(1)[0]).save(folder / "._frame1.png", format="png")
    pictures, notes = read(folder)
    assert len(pictures) == 3
    assert notes == ("3 files are left out, no pictures: ._frame1.png, deeper.png and notes.txt.",)


def test_unreadable_pictures_leave_a_gap_in_time(tmp_path: Path) -> None:
    folder = write_pictures(tmp_path / "a", numbered_frames(4))
    (folder / "frame2.png").write_text("I am no picture")
    (folder / "frame9.png").symlink_to(folder / "gone.png")
    (folder / "frame10.jpg").write_bytes(b"")
    source = PictureFolderSource(folder)
    assert [t.timestamp_ns // 100_000_000 for t in source.frames()] == [0, 2, 3]
    assert source.notes == (
        "3 files are left out, damaged or no picture: frame2.png, frame9.png and frame10.jpg.",
    )


def test_mixed_sizes_are_fitted_into_the_first(tmp_path: Path) -> None:
    folder = write_pictures(tmp_path / "a", numbered_frames(3))
    Image.new("RGB", (64, 24), (9, 9, 9)).save(folder / "frame4.png")
    pictures, notes = read(folder)
    assert {p.shape for p in pictures} == {(24, 32, 3)}
    assert pictures[3][:6].tolist() == np.full((6, 32, 3), 128).tolist()
    assert pictures[3][6:18].tolist() == np.full((12, 32, 3), 9).tolist()
    assert notes == ("Fitted into the first picture's 32x24 without stretching: frame4.png (64x24).",)


def sentence(folder: Path) -> str:
    with pytest.raises(SourceError) as caught:
        read(folder)
    return str(caught.value)


def test_sentences(tmp_path: Path) -> None:
    assert sentence(tmp_path / "none").startswith("There is no folder")
    assert sentence(tmp_path) == f"The folder {tmp_path.name} holds no pictures."
    (tmp_path / "a.txt").write_text("x")
    assert sentence(tmp_path) == f"The folder {tmp_path.name} holds no pictures."
    assert sentence(tmp_path / "a.txt").endswith("is a file, not a folder.")
    (tmp_path / "b.png").write_text("x")
    assert sentence(tmp_path) == "b.png is not a picture that can be read."


def test_one_picture_is_a_still_film(tmp_path: Path) -> None:
    clip = run(load_clip(PictureFolderSource(write_pictures(tmp_path / "a", numbered_frames(1)))))
    assert len(clip) == 16
    assert (clip.frames == clip.frames[0]).all()
    assert clip.note == "a is a single picture, repeated 16 times: nothing moves."
