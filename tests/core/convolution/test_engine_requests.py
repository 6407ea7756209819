"""What the engine promises beside the numbers: order, refusals, progress, cancelling, memory."""

import re
import threading
import tracemalloc

import numpy as np
import pytest

from core.convolution import engine as engine_module
from core.convolution import request
from core.convolution.engine import check_budget, convolve_bank, convolve_steps, required_bytes
from core.convolution.geometry import axis_maps
from core.convolution.streaming import StreamingConvolver
from core.errors import BudgetError, FilterError
from core.progress import Progress
from core.settings import ConvolutionSettings
from core.volume import FeatureVolume
from tests.core.convolution.judges import EVERY_WAY, engine, judged, noise, random_bank, tolerance, using


def test_volumes_come_in_order_with_their_names_and_places(small_clip):
    bank, settings = random_bank(5, (3, 4, 5)), ConvolutionSettings("same", stride=(1, 2, 1))
    volumes = list(convolve_bank(small_clip, bank, settings))
    assert [v.index for v in volumes] == [0, 1, 2, 3, 4]
    assert tuple(v.name for v in volumes) == bank.names
    for volume in volumes:
        assert volume.axes == axis_maps((9, 11, 14), (3, 4, 5), settings)
        assert volume.data.shape == (9, 6, 14)
        assert volume.data.dtype == np.float32
        assert volume.data.flags.c_contiguous
        assert not volume.data.flags.writeable


@pytest.mark.parametrize(
    ("kernel", "settings", "words"),
    [
        ((5, 3, 3), ConvolutionSettings(dilation=(3, 1, 1)), "spans 13 frames but the clip has only 9"),
        ((3, 12, 3), ConvolutionSettings(), "spans 3x12 pixels but the frames have only 14x11"),
        ((3, 3, 8), ConvolutionSettings(dilation=(1, 1, 2)), "spans 15x3 pixels"),
        (
            (16, 3, 3),
            ConvolutionSettings((3, 0, 0)),
            "spans 16 frames but the clip has only 15 with its padding",
        ),
        (
            (3, 16, 3),
            ConvolutionSettings((9, 2, 1)),
            "spans 3x16 pixels but the frames have only 16x15 with their padding",
        ),
        ((3, 12, 3), ConvolutionSettings((3, 0, 0)), "spans 3x12 pixels but the frames have only 14x11;"),
    ],
)
def test_a_kernel_that_does_not_fit_is_refused_at_once_with_both_sizes(small_clip, kernel, settings, words):
    bank = random_bank(1, kernel)
    with pytest.raises(FilterError, match=words) as failure:
        convolve_bank(small_clip, bank, settings)
    assert str(failure.value).endswith(".")
    same = ConvolutionSettings("same", dilation=settings.dilation)
    assert next(convolve_bank(small_clip, bank, same)).data.shape == (9, 11, 14)


def test_explicit_padding_lets_a_larger_kernel_in(small_clip):
    bank = random_bank(1, (15, 15, 16))
    (volume,) = convolve_bank(small_clip, bank, ConvolutionSettings((3, 2, 1)))
    assert volume.data.shape == (1, 1, 1)
    assert [axis.offset for axis in volume.axes] == [4.0, 5.0, 6.5]


@pytest.mark.parametrize("channels", [1, 3, 4, 64])
def test_channels_that_disagree_are_refused_at_once_with_both_numbers(channels):
    clip = noise((3, 5, 6, channels))
    words = f"Filters for 2 channels do not fit a clip of {channels} channel"
    with pytest.raises(FilterError, match=words):
        convolve_bank(clip, random_bank(1, (1, 1, 1), channels=2))


@EVERY_WAY
@pytest.mark.parametrize("channels", [2, 4, 17, 65, 600])
def test_a_clip_of_any_number_of_channels_is_convolved(way, channels):
    clip, bank = noise((3, 7, 8, channels)), random_bank(2, (2, 3, 3), channels)
    expected, allowed = judged(clip.frames, bank)
    with using(way):
        assert (np.abs(engine(clip, bank) - expected) <= allowed).all()
        stream = StreamingConvolver(bank)
        assert stream.push(clip.frames[0]) is None
        assert np.array_equal(stream.push(clip.frames[1]), engine(clip, bank)[:, 0])


@pytest.mark.parametrize(
    ("frame", "kernel", "how", "words"),
    [
        ((6, 8, 2), (1, 1, 1), "valid", "Filters for 3 channels do not fit a clip of 2 channels"),
        ((6, 8, 3), (9, 2, 9), "valid", "spans 9x2 pixels but the frames have only 8x6;"),
        (
            (6, 8, 3),
            (1, 9, 2),
            (5, 1, 1),
            "spans 2x9 pixels but the frames have only 10x8 with their padding",
        ),
    ],
)
def test_a_stream_refuses_frames_with_both_numbers(frame, kernel, how, words):
    stream = StreamingConvolver(random_bank(1, kernel), ConvolutionSettings(how))
    with pytest.raises(FilterError, match=words):
        stream.push(np.zeros(frame, np.uint8))


@pytest.mark.parametrize("shape", [(6, 8), (1, 6, 8, 3)])
def test_a_stream_refuses_what_is_no_frame(shape):
    with pytest.raises(ValueError, match=re.escape(f"not {shape} uint8")):
        StreamingConvolver(random_bank(1, (1, 1, 1))).push(np.zeros(shape, np.uint8))


def test_explicit_padding_of_a_stream_is_that_of_y_and_x():
    clip, bank = noise((7, 6, 8, 3)), random_bank(5, (3, 3, 4))
    how = ConvolutionSettings((2, 1, 3), border="reflect")
    stream = StreamingConvolver(bank, how)
    answers = [answer for frame in clip.frames if (answer := stream.push(frame)) is not None]
    padded = engine(clip, bank, how)
    assert padded.shape == (5, 9, 6, 11)
    assert np.array_equal(np.stack(answers, axis=1), padded[:, 2:-2])
    assert np.array_equal(
        np.stack(answers, axis=1), engine(clip, bank, ConvolutionSettings((0, 1, 3), border="reflect"))
    )


def test_what_does_not_fit_into_memory_is_refused_at_once_with_the_numbers(small_clip, monkeypatch):
    bank = random_bank(8, (3, 3, 3))
    needed = required_bytes(small_clip, bank)
    monkeypatch.setattr(request, "free_memory", lambda: int(needed / request.FREE_MEMORY_SHARE) + 2)
    check_budget(small_clip, bank)
    monkeypatch.setattr(request, "free_memory", lambda: int(needed / request.FREE_MEMORY_SHARE) - 2)
    with pytest.raises(
        BudgetError, match=r"8 feature volumes of 7 frames 12x9 need \d+ MB .* \d+ MB .*fewer"
    ):
        convolve_steps(small_clip, bank)


@pytest.mark.parametrize("filters", [1, 8])
def test_the_peak_of_memory_stays_below_what_was_announced(filters):
    clip, bank = noise((12, 90, 120, 3)), random_bank(filters, (5, 5, 5))
    settings = ConvolutionSettings("same", border="reflect", activation="relu")
    tracemalloc.start()
    try:
        volumes = list(convolve_bank(clip, bank, settings))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert sum(v.data.nbytes for v in volumes) < peak <= required_bytes(clip, bank, settings)


def test_there_is_progress_up_to_the_end_and_results_in_between(monkeypatch):
    monkeypatch.setattr(engine_module, "_GROUP_PRODUCTS", 1)
    clip, bank = noise((8, 30, 40, 3)), random_bank(20, (3, 3, 3))
    steps = list(convolve_steps(clip, bank))
    progress = [step.fraction for step in steps if isinstance(step, Progress)]
    assert progress == sorted(progress)
    assert progress[-1] == 1.0
    # Three groups: the first volumes are there before the last ones are begun.
    kinds = "".join("." if isinstance(step, Progress) else "V" for step in steps)
    assert [len(run) for run in kinds.split(".") if run] == [7, 7, 6]
    volumes = np.stack([step.data for step in steps if isinstance(step, FeatureVolume)])
    monkeypatch.undo()
    assert np.allclose(volumes, engine(clip, bank), rtol=0, atol=tolerance(bank))


def test_a_closed_generator_computes_nothing_more_and_leaves_no_thread():
    work = convolve_steps(noise((16, 120, 160, 3)), random_bank(64, (5, 5, 5)))
    next(work)
    assert any(thread.name.startswith("convolve") for thread in threading.enumerate())
    work.close()
    assert list(work) == []
    assert not any(thread.name.startswith("convolve") for thread in threading.enumerate())
