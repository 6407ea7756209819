from collections.abc import Generator
from itertools import islice
from pathlib import Path

import numpy as np
import pytest

from core.clip import Clip
from core.errors import SourceError, UsageError
from core.progress import Progress, run
from core.sources.base import TimedFrame
from core.sources.load import ClipSelection, length_of, load_clip
from core.sources.synthetic import StimulusSource
from core.sources.video_file import VideoFileSource
from tests.core.sources.making_media import numbered_frames, write_pictures, write_video


class Counter:
    """A source that counts what is read from it, and whether it was closed."""

    name = "counter"
    notes: tuple[str, ...] = ()

    def __init__(self, frames: int, live: bool = False, width: int = 8, height: int = 6) -> None:
        self.total, self.live, self.size = frames, live, (height, width, 3)
        self.delivered = 0
        self.closed = False

    def frames(self) -> Generator[TimedFrame, None, None]:
        try:
            for index in range(self.total):
                self.delivered += 1
                yield TimedFrame(np.full(self.size, index, np.uint8), 1_000_000 * (7 + index * index + index))
        finally:
            self.closed = True


def values(clip: Clip) -> list[int]:
    return clip.frames[:, 0, 0, 0].tolist()


@pytest.mark.parametrize(
    ("selection", "expected"),
    [
        (ClipSelection(4), [0, 1, 2, 3]),
        (ClipSelection(3, start=5), [5, 6, 7]),
        (ClipSelection(4, start=1, step=3), [1, 4, 7, 10]),
    ],
)
def test_selection(selection: ClipSelection, expected: list[int]) -> None:
    source = Counter(20)
    clip = run(load_clip(source, selection))
    assert values(clip) == expected
    assert source.closed
    assert source.delivered == selection.reach + 1  # one more, to know whether there is more
    times = [1_000_000 * (i * i + i) for i in expected]
    assert clip.timestamps_ns == tuple(t - times[0] for t in times)
    assert not clip.frames.flags.writeable and clip.frames.flags.c_contiguous


def test_video_gives_the_same_selection_as_its_frames(tmp_path: Path) -> None:
    source = VideoFileSource(write_video(tmp_path / "a.mkv", numbered_frames(20)))
    clip = run(load_clip(source, ClipSelection(5, start=3, step=2)))
    expected = list(islice(source.frames(), 3, 12, 2))
    assert np.array_equal(clip.frames, np.stack([t.frame for t in expected]))
    assert clip.timestamps_ns == tuple(t.timestamp_ns - expected[0].timestamp_ns for t in expected)


def test_progress_goes_from_none_to_all() -> None:
    steps = [step for step in load_clip(Counter(9), ClipSelection(4, step=2)) if isinstance(step, Progress)]
    assert [step.done for step in steps] == [0, 1, 1, 2, 2, 3, 3, 4]
    assert {step.total for step in steps} == {4}


def test_cancelling_closes_the_source() -> None:
    source = Counter(1000)
    loading = load_clip(source, ClipSelection(4, start=900))
    for _ in range(10):
        next(loading)
    loading.close()
    assert source.closed
    assert source.delivered < 20


def test_notes_tell_the_extent() -> None:
    def note(total: int, selection: ClipSelection) -> str:
        return run(load_clip(Counter(total), selection)).note

    assert note(16, ClipSelection()) == ""
    assert note(14, ClipSelection()) == "The clip has 14 frames instead of 16: counter has no more."
    assert note(17, ClipSelection()) == "The clip is frames 1 to 16, not the last ones."
    assert note(99, ClipSelection(4, 10, 2)) == "The clip is frames 11 to 17 (one in 2), not the last ones."


def test_ten_thousand_frames(tmp_path: Path) -> None:
    source = VideoFileSource(write_video(tmp_path / "a.avi", np.zeros((10_000, 8, 16, 3), np.uint8), "mpeg4"))
    assert length_of(source) == 10_000
    assert run(load_clip(source)).note == "The clip is frames 1 to 16 of 10000."


def test_live_source_is_read_no_further_than_needed() -> None:
    source = Counter(99, live=True)
    clip = run(load_clip(source, ClipSelection(5)))
    assert (len(clip), source.delivered, clip.note) == (5, 5, "")
    assert length_of(source) is None


def test_single_picture_is_repeated() -> None:
    clip = run(load_clip(Counter(1), ClipSelection(6)))
    assert len(clip) == 6
    assert clip.fps == 10
    assert clip.note == "counter is a single picture, repeated 6 times: nothing moves."
    assert float(np.abs(np.diff(clip.as_float(), axis=0)).max()) == 0


@pytest.mark.parametrize(
    ("total", "selection", "sentence"),
    [
        (0, ClipSelection(), "counter has no frames."),
        (5, ClipSelection(2, start=8), "counter has only 5 frames; the clip was to start at frame 9."),
        (
            5,
            ClipSelection(2, start=4),
            "counter has 5 frames; starting at frame 5 with a step of 1 leaves only one, and a clip needs 2.",
        ),
        (
            5,
            ClipSelection(2, step=9),
            "counter has 5 frames; starting at frame 1 with a step of 9 leaves only one, and a clip needs 2.",
        ),
        (1, ClipSelection(2, start=3), "counter has only 1 frame; the clip was to start at frame 4."),
    ],
)
def test_too_short(total: int, selection: ClipSelection, sentence: str) -> None:
    with pytest.raises(SourceError) as caught:
        run(load_clip(Counter(total), selection))
    assert str(caught.value) == sentence


@pytest.mark.parametrize(
    "wrong", [{"frames": 1}, {"frames": 10**6}, {"start": -1}, {"step": 0}, {"step": 1001}]
)
def test_selection_out_of_range(wrong: dict[str, int]) -> None:
    with pytest.raises(UsageError, match=rf"not {next(iter(wrong.values()))}\.$"):
        ClipSelection(**wrong)


def test_byte_budget_makes_frames_smaller(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.sources.rooms.MAX_CLIP_BYTES", 4 * 100 * 50 * 3 // 4)
    source = Counter(4, width=100, height=50)
    clip = run(load_clip(source, ClipSelection(4)))
    assert clip.frames.shape == (4, 25, 50, 3)
    assert values(clip) == [0, 1, 2, 3]
    assert clip.note.startswith("Frames are reduced from 100x50 to 50x25 pixels: 4 of them would take")


def test_change_of_size_in_mid_film() -> None:
    class Changing(Counter):
        def frames(self) -> Generator[TimedFrame, None, None]:
            for timed in super().frames():
                yield TimedFrame(timed.frame[: 4 + timed.frame[0, 0, 0] // 2], timed.timestamp_ns)

    with pytest.raises(SourceError, match=r"^counter changes its size from 8x4 to 8x5 pixels\.$"):
        run(load_clip(Changing(9)))


def test_source_notes_come_first(tmp_path: Path) -> None:
    folder = write_pictures(tmp_path / "a", numbered_frames(3))
    (folder / "x.txt").write_text("x")
    from core.sources.images import PictureFolderSource

    assert run(load_clip(PictureFolderSource(folder))).note == (
        "1 file is left out, no pictures: x.txt. The clip has 3 frames instead of 16: a has no more."
    )


def test_length_from_a_duration_is_called_about(tmp_path: Path) -> None:
    source = VideoFileSource(write_video(tmp_path / "a.mkv", numbered_frames(40)))
    assert run(load_clip(source)).note == "The clip is frames 1 to 16 of about 40."


def test_a_stimulus_of_chosen_length_needs_no_note() -> None:
    eight = StimulusSource("flicker", frames=8, width=8, height=8)
    chosen = run(load_clip(eight))
    assert (len(chosen), chosen.note) == (8, "")
    assert "8 frames instead of 20" in run(load_clip(eight, ClipSelection(frames=20))).note
