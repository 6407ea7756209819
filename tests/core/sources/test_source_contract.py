"""What every finite source promises, asked of all of them."""

from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import numpy as np
import psutil
import pytest

from core.sources.base import FrameSource
from core.sources.load import length_of
from core.sources.opening import open_source
from tests.core.sources.making_media import (
    few_colours,
    numbered_frames,
    write_animation,
    write_pictures,
    write_video,
)

Maker = Callable[[Path], str]

MAKERS: dict[str, Maker] = {
    "mp4": lambda p: str(write_video(p / "a.mp4", numbered_frames(), "mpeg4")),
    "mkv": lambda p: str(write_video(p / "a.mkv", numbered_frames())),
    "avi": lambda p: str(write_video(p / "a.avi", numbered_frames(), "mpeg4")),
    "folder": lambda p: str(write_pictures(p / "many", numbered_frames())),
    "gif": lambda p: str(write_animation(p / "a.gif", few_colours(), [40] * 5)),
    "apng": lambda p: str(write_animation(p / "a.png", numbered_frames(), [40] * 6)),
    "webp": lambda p: str(write_animation(p / "a.webp", numbered_frames(), [40] * 6)),
    "picture": lambda p: str(write_pictures(p / "one", numbered_frames(1)) / "frame1.png"),
    "sample": lambda _: "sample:wave",
    "stimulus": lambda _: "stimulus:moving-bar?width=40&height=30&frames=5",
}


@pytest.fixture(params=MAKERS)
def source(request: pytest.FixtureRequest, tmp_path: Path) -> FrameSource:
    return open_source(MAKERS[request.param](tmp_path))


def open_files(folder: Path) -> list[str]:
    return [f.path for f in psutil.Process().open_files() if Path(f.path).is_relative_to(folder.resolve())]


def test_is_a_finite_source_with_a_name(source: FrameSource) -> None:
    assert isinstance(source, FrameSource)
    assert source.name and "/" not in source.name
    assert source.live is False
    assert source.notes == ()


def test_frames_are_rgb_of_one_size_and_times_increase(source: FrameSource) -> None:
    timed = list(source.frames())
    assert {t.frame.dtype for t in timed} == {np.dtype(np.uint8)}
    assert len({t.frame.shape for t in timed}) == 1
    assert timed[0].frame.ndim == 3 and timed[0].frame.shape[2] == 3
    assert all(isinstance(t.timestamp_ns, int) for t in timed)
    assert all(early.timestamp_ns < late.timestamp_ns for early, late in pairwise(timed))
    assert source.notes == ()


def test_frames_belong_to_the_receiver(source: FrameSource) -> None:
    kept = [t.frame for t in source.frames()]
    copies = [frame.copy() for frame in kept]
    kept[0][...] = 0
    assert all(frame.flags.c_contiguous and frame.flags.writeable for frame in kept)
    assert all(np.array_equal(a, b) for a, b in zip(kept[1:], copies[1:], strict=True))


def test_length_is_the_number_of_frames(source: FrameSource) -> None:
    assert length_of(source) == len(list(source.frames()))


def test_it_can_be_read_again(source: FrameSource) -> None:
    first, again = list(source.frames()), list(source.frames())
    assert [t.timestamp_ns for t in first] == [t.timestamp_ns for t in again]
    assert all(np.array_equal(a.frame, b.frame) for a, b in zip(first, again, strict=True))


@pytest.mark.parametrize("read", [1, 2])
def test_closing_early_releases_everything(source: FrameSource, tmp_path: Path, read: int) -> None:
    frames = source.frames()
    for _ in range(read):
        next(frames, None)
    frames.close()
    assert open_files(tmp_path) == []


def test_reading_to_the_end_releases_everything(source: FrameSource, tmp_path: Path) -> None:
    assert list(source.frames())
    length_of(source)
    assert open_files(tmp_path) == []
