"""Live filters: the newest frames of a ring, answered by the stream's own arithmetic."""

from collections.abc import Iterator

import numpy as np
import pytest

from core.clip import Clip
from core.combine import find_view, view_steps
from core.convolution.definition import convolve
from core.convolution.streaming import StreamingConvolver
from core.filters.bank import FilterBank
from core.filters.builtin import make_bank
from core.live import LiveConvolver, LiveFrame
from core.ring import FrameRing
from core.settings import ContrastSettings, ConvolutionSettings, WorkingSize
from core.sources.base import TimedFrame
from core.volume import FeatureVolume
from tests.mjpeg_server import wait_for
from tests.motion_banks import motion_bank, rolled

BANK = make_bank("zero-mean", filters=3, kernel=(3, 3, 3), seed=2)


@pytest.fixture
def frames(rng: np.random.Generator) -> np.ndarray:
    return rng.integers(0, 256, (24, 20, 28, 3), dtype=np.uint8)


@pytest.fixture
def started() -> Iterator[list[LiveConvolver]]:
    running: list[LiveConvolver] = []
    yield running
    for live in running:
        live.stop()


def run(
    started: list[LiveConvolver],
    ring: FrameRing,
    *,
    bank: FilterBank = BANK,
    how: ConvolutionSettings = ConvolutionSettings(),  # noqa: B008 -- a frozen value
    mirrored: bool = False,
) -> LiveConvolver:
    live = LiveConvolver(ring, bank, how, WorkingSize(14, 14), ContrastSettings(), mirrored)
    started.append(live)
    live.start()
    return live


def feed(ring: FrameRing, live: LiveConvolver, frames: np.ndarray) -> LiveFrame:
    """Push frames one by one, each when the one before has been answered."""
    before = ring.latest()
    first = before[1].timestamp_ns if before else 0
    for index, frame in enumerate(frames):
        number = ring.push(TimedFrame(frame, first + (index + 1) * 10**7))
        wait_for(lambda number=number: (answer := live.latest()) is not None and answer.number >= number)
    newest = live.latest()
    assert newest is not None
    return newest


@pytest.mark.parametrize("mirrored", [False, True])
def test_answers_are_the_stream_s_at_the_working_size(
    started: list[LiveConvolver], frames: np.ndarray, mirrored: bool
) -> None:
    ring = FrameRing(30)
    newest = feed(ring, run(started, ring, mirrored=mirrored), frames)
    seen = frames[:, :, ::-1] if mirrored else frames
    small = Clip.from_frames(seen).resized(WorkingSize(14, 14))
    stream = StreamingConvolver(BANK)
    expected = [stream.push(frame) for frame in small.frames][-1]
    assert expected is not None
    assert [volume.name for volume in newest.volumes] == list(BANK.names)
    for volume, response in zip(newest.volumes, expected, strict=True):
        assert np.allclose(volume.data, response[np.newaxis], atol=1e-5)
    assert np.array_equal(newest.clip.frames, small.frames[-16:])


def test_explicit_padding_is_put_around_each_frame_and_never_in_time(
    started: list[LiveConvolver], frames: np.ndarray
) -> None:
    ring = FrameRing(30)
    how = ConvolutionSettings((5, 2, 3), border="replicate")
    live = run(started, ring, how=how)
    assert feed(ring, live, frames[:2]).volumes == ()
    newest = feed(ring, live, frames[2:4])
    small = Clip.from_frames(frames[1:4]).resized(WorkingSize(14, 14))
    expected = convolve(small, BANK.weights, settings=ConvolutionSettings((0, 2, 3), border="replicate"))
    for volume, response in zip(newest.volumes, expected, strict=True):
        assert volume.data.shape == (1, 12, 18)
        assert np.allclose(volume.data, response, atol=1e-5)
        assert [axis.offset for axis in volume.axes[1:]] == [-1.0, -2.0]


def test_without_enough_frames_there_is_a_picture_but_no_volume(
    started: list[LiveConvolver], frames: np.ndarray
) -> None:
    ring = FrameRing(30)
    newest = feed(ring, run(started, ring), frames[:2])
    assert newest.volumes == ()
    assert len(newest.clip) == 2


def test_the_scale_falls_slowly_and_holds_0_in_the_middle(
    started: list[LiveConvolver], frames: np.ndarray
) -> None:
    ring = FrameRing(60)
    live = run(started, ring)
    loud = feed(ring, live, frames).limits[0]
    quiet = feed(ring, live, frames // 16 + 100).limits[0]
    assert loud.low == -loud.high
    assert 0 < quiet.high < loud.high
    assert quiet.high > loud.high / 4


def test_a_camera_that_changes_its_size_goes_on(started: list[LiveConvolver], frames: np.ndarray) -> None:
    ring = FrameRing(60)
    live = run(started, ring)
    feed(ring, live, frames[:6])
    newest = feed(ring, live, frames[:5, :10])
    assert newest.clip.frames.shape == (5, 5, 14, 3)
    assert len(newest.volumes) == 3


def test_what_cannot_be_computed_is_a_sentence(started: list[LiveConvolver], frames: np.ndarray) -> None:
    ring = FrameRing(30)
    live = run(started, ring, bank=make_bank("zero-mean", filters=1, kernel=(1, 16, 16), seed=0))
    ring.push(TimedFrame(frames[0], 1))
    wait_for(lambda: bool(live.failure))
    assert "16x16" in live.failure


@pytest.mark.parametrize("key", ["energy", "direction", "shares"])
def test_tiles_of_a_view_are_those_of_the_clip(started: list[LiveConvolver], key: str) -> None:
    bank, clip, ring = motion_bank(), rolled(0, frames=9, side=14), FrameRing(30)
    view = find_view(bank, key)
    assert view is not None
    colour = clip.frames.repeat(3, axis=3)
    how = ConvolutionSettings(activation="square")
    live = LiveConvolver(ring, bank, how, WorkingSize(14, 14), ContrastSettings(), False, view)
    started.append(live)
    live.start()
    newest = feed(ring, live, colour)
    steps = view_steps(Clip.from_frames(colour), bank, view, how)
    whole = [step for step in steps if isinstance(step, FeatureVolume)]
    assert [(v.index, v.name) for v in newest.volumes] == [(v.index, v.name) for v in whole]
    for volume, expected, limits in zip(newest.volumes, whole, newest.limits, strict=True):
        assert np.array_equal(volume.data[0], expected.data[-1])
        assert limits.low == 0 < limits.high
        if expected.angles is not None:
            assert volume.angles is not None and np.array_equal(volume.angles[0], expected.angles[-1])
