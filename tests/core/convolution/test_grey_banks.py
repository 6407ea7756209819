"""A grey bank on an RGB clip: the mean of the channels is taken once, and the answer is the definition's."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.convolution.definition import convolve
from core.convolution.engine import convolve_bank, required_bytes
from core.convolution.frames import grey_frame
from core.convolution.streaming import StreamingConvolver
from core.long_clips import convolve_long_clip
from core.settings import ConvolutionSettings
from core.spool import Spool
from core.volume import FeatureVolume
from tests.core.convolution.judges import EVERY_WAY, SETTINGS, engine, judged, noise, random_bank, using


@EVERY_WAY
@settings(deadline=None, max_examples=8)
@given(how=SETTINGS, kernel=st.tuples(*[st.integers(1, 4)] * 3), seed=st.integers(0, 9))
def test_it_is_the_definition_with_each_weight_spread_over_the_channels(way, how, kernel, seed):
    clip, bank = noise((11, 12, 13, 3), seed), random_bank(3, kernel, 1, seed)
    expected, allowed = judged(clip.frames, bank.for_channels(3), how)
    with using(way):
        answer = engine(clip, bank, how)
    assert (np.abs(answer - expected) <= allowed).all()


@pytest.mark.parametrize("how", [ConvolutionSettings(), ConvolutionSettings("same", stride=(2, 1, 2))])
def test_streams_and_long_clips_give_the_same_bits(how, tmp_path):
    clip, bank = noise((9, 10, 21, 3)), random_bank(4, (3, 3, 3), 1)
    expected = engine(clip, bank, how)
    with Spool(tmp_path) as spool:
        steps = convolve_long_clip(clip, bank, how, spool)
        long = [step.data for step in steps if isinstance(step, FeatureVolume)]
        assert np.array_equal(np.stack(long), expected)
    if how.padding == "valid":
        with StreamingConvolver(bank, how) as stream:
            answers = [stream.push(frame) for frame in clip.frames]
        assert np.array_equal(np.stack([a for a in answers if a is not None], axis=1), expected)


def test_a_grey_clip_is_taken_as_it_is():
    clip, bank = noise((5, 9, 9, 1)), random_bank(2, (2, 3, 3), 1)
    assert np.allclose(engine(clip, bank), convolve(clip, bank.weights, bank.bias), atol=1e-5)


def test_the_mean_is_rounded_once():
    frame = noise((1, 7, 5, 3)).frames[0]
    mean = frame.mean(axis=2, dtype=np.float64) / 255
    assert grey_frame(frame).shape == (1, 7, 5)
    assert np.abs(grey_frame(frame)[0] - mean).max() <= 2**-23
    assert grey_frame(np.full((2, 2, 3), 255, np.uint8)).tolist() == [[[1.0, 1.0], [1.0, 1.0]]]


def test_the_budget_counts_what_the_filters_see():
    clip = noise((5, 9, 9, 3))
    assert required_bytes(clip, random_bank(2, (1, 1, 1), 1)) == (
        required_bytes(clip, random_bank(2, (1, 1, 1), 3)) + 4 * 5 * 9 * 9
    )
    assert len(list(convolve_bank(clip, random_bank(2, (1, 1, 1), 1)))) == 2
