"""Two convolutions with a ReLU between: how settings are shared out, progress, frames made on demand."""

import numpy as np
import pytest

from core.clip import Clip
from core.convolution.definition import convolve
from core.convolution.geometry import axis_maps, output_shape
from core.convolution.stages import Staged, convolve_stages, rectified_frames, temporal_layout
from core.filters.bank import FilterBank
from core.filters.views import Stages
from core.progress import Progress
from core.settings import ConvolutionSettings
from core.volume import FeatureVolume


def staged(rng: np.random.Generator, how: ConvolutionSettings, channels: int = 3) -> Staged:
    spatial = rng.normal(size=(4, 1, 3, 2, channels)).astype(np.float32)
    temporal = rng.normal(size=(2, 3, 1, 1, 4)).astype(np.float32)
    bank = FilterBank.from_weights(np.ones((2, 3, 3, 2, channels)), [1, -1], ["one", "two"])
    return Staged.of(Stages(spatial, temporal), bank, how)


def test_each_stage_gets_its_axes(rng: np.random.Generator) -> None:
    how = ConvolutionSettings((3, 2, 1), (4, 3, 2), (2, 3, 4), "abs", "reflect")
    both = staged(rng, how)
    assert both.first == ConvolutionSettings((0, 2, 1), (1, 3, 2), (1, 3, 4), "relu", "reflect")
    assert both.second == ConvolutionSettings((3, 0, 0), (4, 1, 1), (2, 1, 1), "none", "reflect")
    assert both.temporal.names == ("one", "two") and both.temporal.bias.tolist() == [1, -1]


@pytest.mark.parametrize(
    "how",
    [
        ConvolutionSettings(),
        ConvolutionSettings("same", stride=(3, 2, 1), dilation=(1, 2, 2), border="replicate"),
        ConvolutionSettings((2, 0, 1), dilation=(2, 1, 1)),
    ],
    ids=str,
)
@pytest.mark.parametrize("channels", [1, 3])
def test_sizes_and_places_are_those_of_whole_kernels(
    small_clip: Clip, rng: np.random.Generator, how: ConvolutionSettings, channels: int
) -> None:
    both = staged(rng, how, channels)
    made = [step for step in convolve_stages(small_clip, both) if isinstance(step, FeatureVolume)]
    shape = (len(small_clip), small_clip.height, small_clip.width)
    for volume, name in zip(made, ("one", "two"), strict=True):
        assert volume.name == name
        assert (
            volume.data.shape
            == output_shape(shape, (3, 3, 2), how)
            == temporal_layout(small_clip, both).output
        )
        assert volume.axes == axis_maps(shape, (3, 3, 2), how)


def test_frames_between_are_made_on_demand_in_any_order(small_clip: Clip, rng: np.random.Generator) -> None:
    both = staged(rng, ConvolutionSettings())
    frames = rectified_frames(small_clip.frames, both, kept=2)
    pixels = small_clip.as_float()
    for position in (3, 4, 1, 8, 0):
        expected = [
            np.maximum(convolve(pixels[position : position + 1], k)[0], 0) for k in both.spatial.weights
        ]
        np.testing.assert_allclose(frames[position], expected, atol=1e-5)


def test_progress_runs_once_through_both_and_closing_ends_it(
    small_clip: Clip, rng: np.random.Generator
) -> None:
    both = staged(rng, ConvolutionSettings())
    steps = [step for step in convolve_stages(small_clip, both) if isinstance(step, Progress)]
    shares = [step.fraction for step in steps]
    assert shares == sorted(shares) and shares[-1] == 1 and 0.5 in shares
    work = convolve_stages(small_clip, both)
    next(work)
    work.close()  # type: ignore[attr-defined]
