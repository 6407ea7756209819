import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.convolution import request
from core.convolution.streaming import StreamingConvolver
from core.errors import BudgetError, FilterError
from core.settings import BORDERS, ConvolutionSettings
from tests.core.convolution.judges import engine, noise, random_bank, tolerance


def pushed(stream: StreamingConvolver, frames: np.ndarray) -> list[np.ndarray]:
    return [answer for frame in frames if (answer := stream.push(frame)) is not None]


@settings(max_examples=60, deadline=None)
@given(
    rolling=st.booleans(),
    kernel=st.tuples(*[st.integers(1, 4)] * 3),
    filters=st.sampled_from([1, 5]),
    stride=st.tuples(*[st.integers(1, 3)] * 3),
    dilation=st.tuples(*[st.integers(1, 2)] * 3),
    activation=st.sampled_from(["none", "abs"]),
)
def test_a_stream_gives_the_frames_of_the_engine(rolling, kernel, filters, stride, dilation, activation):
    clip, bank = noise((12, 9, 10, 3)), random_bank(filters, kernel)
    how = ConvolutionSettings(stride=stride, dilation=dilation, activation=activation)
    with pytest.MonkeyPatch.context() as patch:
        if not rolling:
            patch.setattr(request, "ROLLING_BYTES", 0)
        answers = pushed(StreamingConvolver(bank, how), clip.frames)
    assert np.abs(np.stack(answers, axis=1) - engine(clip, bank, how)).max() <= tolerance(bank)


@pytest.mark.parametrize("border", BORDERS)
@pytest.mark.parametrize("filters", [1, 5])
@pytest.mark.parametrize("rolling", [0, request.ROLLING_BYTES])
def test_same_pads_in_space_and_never_in_time(border, filters, rolling, monkeypatch):
    monkeypatch.setattr(request, "ROLLING_BYTES", rolling)
    clip, bank = noise((9, 8, 7, 3)), random_bank(filters, (5, 4, 3))
    how = ConvolutionSettings("same", border=border)
    answers = np.stack(pushed(StreamingConvolver(bank, how), clip.frames), axis=1)
    assert answers.shape == (filters, 5, 8, 7)
    inside = engine(clip, bank, how)[:, 2:-2]
    assert np.abs(answers - inside).max() <= tolerance(bank)


def test_the_first_answer_comes_with_the_last_frame_of_the_field():
    stream = StreamingConvolver(random_bank(2, (3, 1, 1)), ConvolutionSettings(dilation=(2, 1, 1)))
    came = [stream.push(frame) is not None for frame in noise((7, 2, 2, 3)).frames]
    assert came == [False] * 4 + [True] * 3
    assert stream.delay == 2.0


def test_frames_of_another_size_start_again():
    bank = random_bank(4, (3, 2, 2))
    stream = StreamingConvolver(bank)
    small, large, grey = noise((4, 5, 6, 3)), noise((5, 8, 9, 3)), noise((4, 8, 9, 1))
    assert len(pushed(stream, small.frames)) == 2
    assert np.allclose(np.stack(pushed(stream, large.frames), 1), engine(large, bank), atol=tolerance(bank))
    assert np.allclose(np.stack(pushed(stream, grey.frames), 1), engine(grey, bank), atol=tolerance(bank))


def test_answers_and_frames_belong_to_the_caller():
    clip, bank = noise((4, 5, 6, 3)), random_bank(4, (2, 2, 2))
    stream, frame = StreamingConvolver(bank), np.empty((5, 6, 3), np.uint8)
    answers = []
    for source in clip.frames:
        frame[...] = source
        answers.append(stream.push(frame))
        frame[...] = 0
    assert np.allclose(np.stack(answers[1:], 1), engine(clip, bank), atol=tolerance(bank))
    answers[1][...] = 0.0


def test_what_cannot_be_is_refused_with_a_sentence(monkeypatch):
    frame = np.zeros((6, 8, 3), np.uint8)
    with pytest.raises(FilterError, match="spans 9x2 pixels but the frames have only 8x6"):
        StreamingConvolver(random_bank(1, (1, 2, 9))).push(frame)
    monkeypatch.setattr(request, "free_memory", lambda: 1000)
    with pytest.raises(BudgetError, match="of memory"):
        StreamingConvolver(random_bank(1, (1, 2, 2))).push(frame)
    with pytest.raises(ValueError, match="uint8"):
        StreamingConvolver(random_bank(1, (1, 2, 2))).push(frame.astype(np.float32))
