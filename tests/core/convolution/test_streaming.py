import threading

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.convolution import columns, request
from core.convolution.backends import method_for
from core.convolution.geometry import output_shape
from core.convolution.layout import Layout
from core.convolution.streaming import StreamingConvolver
from core.convolution.team import shared
from core.errors import BudgetError, FilterError
from core.settings import ConvolutionSettings
from tests.core.convolution.judges import (
    EVERY_WAY,
    SETTINGS,
    computed,
    engine,
    float_frames,
    layout_of,
    noise,
    random_bank,
    using,
)


def pushed(stream: StreamingConvolver, frames: np.ndarray) -> list[np.ndarray]:
    return [answer for frame in frames if (answer := stream.push(frame)) is not None]


def inside_in_time(layout: Layout) -> list[int]:
    """Return the output frames whose receptive field lies inside the clip, on every stride's grid."""
    fields = {t: layout.frames_of(t) for t in range(layout.output[0])}
    return [t for t, field in fields.items() if field[0] >= 0 and field[-1] < layout.clip[0]]


@EVERY_WAY
@settings(max_examples=25, deadline=None)
@given(
    shape=st.tuples(st.integers(6, 12), st.integers(1, 9), st.integers(1, 10)),
    kernel=st.tuples(*[st.integers(1, 4)] * 3),
    channels=st.integers(1, 4),
    filters=st.sampled_from([1, 2, 5]),
    how=SETTINGS,
)
def test_a_stream_gives_the_frames_of_the_engine_bit_for_bit(way, shape, kernel, channels, filters, how):
    clip, bank = noise((*shape, channels)), random_bank(filters, kernel, channels)
    if 0 in output_shape(shape, kernel, how) or layout_of(clip.frames, bank, how).before[0] % how.stride[0]:
        return
    with using(way):
        batch = engine(clip, bank, how)
        answers = pushed(StreamingConvolver(bank, how), clip.frames)
    inside = inside_in_time(layout_of(clip.frames, bank, how))
    assert len(answers) >= len(inside)
    for answer, t in zip(answers, inside, strict=False):
        assert np.array_equal(answer, batch[:, t])


@EVERY_WAY
@settings(max_examples=15, deadline=None)
@given(
    shape=st.tuples(st.integers(1, 12), st.integers(1, 9), st.integers(1, 10)),
    kernel=st.tuples(*[st.integers(1, 4)] * 3),
    kind=st.sampled_from(["uint8", "float32"]),
    how=SETTINGS,
    pieces=st.lists(st.integers(1, 4), min_size=12, max_size=12),
)
def test_a_clip_in_pieces_gives_the_same_bits(way, shape, kernel, kind, how, pieces):
    if 0 in output_shape(shape, kernel, how):
        return
    frames = noise((*shape, 2)).frames if kind == "uint8" else float_frames((*shape, 2))
    bank = random_bank(3, kernel, 2)
    layout = layout_of(frames, bank, how)
    method = method_for(layout, bank.weights, bank.bias, 2, way)
    whole = computed(way, frames, bank, how)
    t = 0
    for piece in pieces:
        times = range(layout.output[0])[t : t + piece]
        out = np.full((3, len(times), *layout.output[1:]), np.nan, np.float32)
        for _ in shared(method.jobs(frames, times, out) if times else []):
            pass
        assert np.array_equal(out, whole[:, t : t + piece])
        t += piece


@EVERY_WAY
@pytest.mark.parametrize("filters", [1, 6])
@pytest.mark.parametrize("kept", [0, columns.KEPT_BYTES])
def test_frames_of_many_tiles_are_the_same_bits(way, filters, kept, monkeypatch):
    monkeypatch.setattr(columns, "KEPT_BYTES", kept)
    clip, bank = noise((9, 120, 130, 3)), random_bank(filters, (4, 5, 3))
    with using(way):
        answers = pushed(StreamingConvolver(bank), clip.frames)
        assert np.array_equal(np.stack(answers, axis=1), engine(clip, bank))


def test_the_first_answer_comes_with_the_last_frame_of_the_field():
    stream = StreamingConvolver(random_bank(2, (3, 1, 1)), ConvolutionSettings(dilation=(2, 1, 1)))
    came = [stream.push(frame) is not None for frame in noise((7, 2, 2, 3)).frames]
    assert came == [False] * 4 + [True] * 3
    assert stream.delay == 2.0


@EVERY_WAY
def test_frames_of_another_size_start_again(way):
    bank = random_bank(4, (3, 2, 2))
    stream = StreamingConvolver(bank)
    with using(way):
        for clip in noise((4, 5, 6, 3)), noise((5, 8, 9, 3)), noise((4, 8, 9, 1)):
            assert np.array_equal(np.stack(pushed(stream, clip.frames), 1), engine(clip, bank))


@EVERY_WAY
def test_answers_and_frames_belong_to_the_caller(way):
    clip, bank = noise((4, 5, 6, 3)), random_bank(4, (2, 2, 2))
    stream, frame = StreamingConvolver(bank), np.empty((5, 6, 3), np.uint8)
    answers = []
    with using(way):
        for source in clip.frames:
            frame[...] = source
            answers.append(stream.push(frame))
            frame[...] = 0
        assert np.array_equal(np.stack(answers[1:], 1), engine(clip, bank))
    answers[1][...] = 0.0


@EVERY_WAY
def test_memory_is_bounded_for_ever(way):
    """Only the frames that answers still need are held; counted, because the ways' own memory is fixed."""
    how = ConvolutionSettings(stride=(3, 1, 1), dilation=(2, 1, 1))
    with using(way):
        stream = StreamingConvolver(random_bank(2, (4, 2, 2)), how)
        for frame in noise((60, 5, 6, 3)).frames:
            stream.push(frame)
            assert len(stream._frames) <= 7


@EVERY_WAY
def test_closing_joins_the_threads(way):
    with using(way), StreamingConvolver(random_bank(2, (2, 2, 2))) as stream:
        assert len(pushed(stream, noise((4, 5, 6, 3)).frames)) == 3
        # OpenVINO shares the work out itself.
        helped = any(thread.name.startswith("convolve") for thread in threading.enumerate())
        assert helped == (way != "openvino")
    assert not any(thread.name.startswith("convolve") for thread in threading.enumerate())


def test_what_cannot_be_is_refused_with_a_sentence(monkeypatch):
    frame = np.zeros((6, 8, 3), np.uint8)
    with pytest.raises(FilterError, match="spans 9x2 pixels but the frames have only 8x6"):
        StreamingConvolver(random_bank(1, (1, 2, 9))).push(frame)
    monkeypatch.setattr(request, "free_memory", lambda: 1000)
    with pytest.raises(BudgetError, match="of memory"):
        StreamingConvolver(random_bank(1, (1, 2, 2))).push(frame)
    with pytest.raises(ValueError, match="uint8"):
        StreamingConvolver(random_bank(1, (1, 2, 2))).push(frame.astype(np.float64))
