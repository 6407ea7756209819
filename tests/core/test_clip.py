"""A clip is checked once, frozen, and knows its own time."""

import numpy as np
import pytest

from core.clip import Clip
from core.filters.bank import FilterBank
from core.settings import WorkingSize
from core.volume import FeatureVolume


def test_frames_are_copied_and_read_only(rng: np.random.Generator) -> None:
    frames = rng.integers(0, 256, (3, 4, 5, 3), dtype=np.uint8)
    clip = Clip.from_frames(frames)
    before = clip.frames.copy()
    frames[:] = 0
    assert np.array_equal(clip.frames, before)
    with pytest.raises(ValueError, match="read-only"):
        clip.frames[0, 0, 0, 0] = 1


def test_grey_frames_get_a_channel_axis() -> None:
    assert Clip.from_frames(np.zeros((2, 4, 5), np.uint8)).frames.shape == (2, 4, 5, 1)
    assert Clip.from_frames([np.zeros((4, 5, 1), np.uint8)] * 2).channels == 1


@pytest.mark.parametrize("channels", [2, 4, 5, 13, 600])
def test_other_numbers_of_channels_are_kept_and_resized(rng: np.random.Generator, channels: int) -> None:
    frames = rng.integers(0, 256, (2, 8, 12, channels), dtype=np.uint8)
    clip = Clip.from_frames(frames)
    assert clip.channels == channels
    assert np.array_equal(clip.frames, frames)
    for size in (WorkingSize(6, 6), WorkingSize(24, 24, enlarge=True)):
        small = clip.resized(size)
        one = Clip.from_frames(np.ascontiguousarray(frames[..., -1:])).resized(size)
        difference = small.frames[..., -1:].astype(int) - one.frames
        assert np.abs(difference).max() <= 1  # OpenCV rounds halves as it likes


@pytest.mark.parametrize(
    ("frames", "text"),
    [
        ([], "at least one"),
        (np.zeros((2, 4, 5, 3)), "uint8, not float64"),
        (np.zeros((2, 1, 1, 1025), np.uint8), "at most 1024 channels, not 1025"),
        (np.zeros((2, 4), np.uint8), r"\(2, 4\)"),
        ([np.zeros((4, 5, 3), np.uint8), np.zeros((5, 4, 3), np.uint8)], "one shape"),
        (np.zeros((2, 0, 5, 3), np.uint8), r"\(2, 0, 5, 3\)"),
    ],
)
def test_what_is_not_a_clip_is_refused_with_the_numbers(frames: object, text: str) -> None:
    with pytest.raises(ValueError, match=text):
        Clip.from_frames(frames)  # type: ignore[arg-type]


def test_rate_and_jitter_come_from_the_timestamps() -> None:
    frames = np.zeros((4, 2, 2, 3), np.uint8)
    assert Clip.from_frames(frames, fps=30).fps == pytest.approx(30)
    clip = Clip.from_frames(frames, timestamps_ns=[100, 100 + 10**8, 100 + 3 * 10**8, 100 + 4 * 10**8])
    assert clip.timestamps_ns[0] == 0
    assert clip.fps == pytest.approx(7.5)
    assert clip.intervals_ms.tolist() == [100, 200, 100]
    assert clip.jitter_ms == pytest.approx(np.std([100, 200, 100]))


@pytest.mark.parametrize("times", [[0, 1], [0, 5, 5], [0, 9, 3]])
def test_times_must_fit_and_increase(times: list[int]) -> None:
    with pytest.raises(ValueError, match="timestamps"):
        Clip.from_frames(np.zeros((3, 2, 2, 3), np.uint8), timestamps_ns=times)


def test_as_float_is_value_over_255(small_clip: Clip) -> None:
    values = small_clip.as_float()
    assert values.dtype == np.float32
    assert np.array_equal(np.round(values * 255).astype(np.uint8), small_clip.frames)
    assert values.max() <= 1


def test_trimming_keeps_the_real_times(small_clip: Clip) -> None:
    part = small_clip.trimmed(2, 5)
    assert len(part) == 4
    assert part.timestamps_ns[0] == 0
    assert np.array_equal(part.frames, small_clip.frames[2:6])
    assert part.fps == pytest.approx(small_clip.fps)
    with pytest.raises(ValueError, match="5 to 9"):
        small_clip.trimmed(5, 9)


def test_resizing_keeps_proportions_means_and_times() -> None:
    frames = np.full((3, 480, 640, 3), 77, np.uint8)
    small = Clip.from_frames(frames, fps=12).resized(WorkingSize())
    assert small.frames.shape == (3, 240, 320, 3)
    assert np.all(small.frames == 77)
    assert small.fps == pytest.approx(12)
    assert not small.frames.flags.writeable


def test_a_clip_that_fits_stays_as_it_is(small_clip: Clip) -> None:
    assert small_clip.resized(WorkingSize()) is small_clip


@pytest.mark.parametrize(
    ("size", "given", "fitted"),
    [
        (WorkingSize(), (640, 480), (320, 240)),
        (WorkingSize(), (1080, 1920), (180, 320)),
        (WorkingSize(), (100, 50), (100, 50)),
        (WorkingSize(64, 48, enlarge=True), (32, 24), (64, 48)),
        (WorkingSize(100, 100), (4000, 3), (100, 1)),
    ],
)
def test_a_size_is_a_box_and_nothing_is_stretched(
    size: WorkingSize, given: tuple[int, int], fitted: tuple[int, int]
) -> None:
    assert size.fit(*given) == fitted
    assert size.fit(*fitted) == fitted


def test_values_introduce_themselves_in_one_line(small_clip: Clip) -> None:
    assert repr(small_clip) == "<Clip 'clip': (9, 11, 14, 3) uint8, 25 fps>"
    bank = FilterBank.from_weights(np.zeros((2, 3, 4, 5, 3)))
    assert repr(bank) == "<FilterBank 'weights': (2, 3, 4, 5, 3) float32, {}>"
    assert repr(bank[1]) == "<Kernel 'filter 2': (3, 4, 5, 3) float32>"
    assert (
        repr(FeatureVolume(np.zeros((2, 3, 4), np.float32)))
        == "<FeatureVolume 0 'filter': (2, 3, 4) float32>"
    )
