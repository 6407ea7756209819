"""Three courses over one axis: what goes in, what the kernel weighs, and what comes out."""

import numpy as np
import pytest

from core.analysis.inspect_tile import account
from core.analysis.inspector import inspect
from core.analysis.pixel_time import middle_tap, pixel_in_time
from core.combine import find_view
from core.convolution.engine import convolve_bank
from core.filters.builtin import make_bank
from core.settings import ConvolutionSettings
from tests.core.analysis.inspecting import marked_clip
from tests.core.convolution.judges import random_bank


@pytest.mark.parametrize("kernel", [(3, 3, 3), (2, 4, 5)])
def test_the_courses_are_those_of_the_pixel_under_the_middle(kernel):
    clip, bank, how = marked_clip(), random_bank(1, kernel), ConvolutionSettings()
    (volume,) = convolve_bank(clip, bank, how)
    found = inspect(clip, bank[0], how, (1, 2, 1))
    j, k = middle_tap(found)
    assert (j, k) == ((kernel[1] - 1) // 2, (kernel[2] - 1) // 2)
    courses = pixel_in_time(clip, found, volume)
    y, x = 2 + j, 1 + k
    assert courses.place == (y, x)
    assert courses.inputs[1] == tuple((t, v / 255) for t, v in enumerate(clip.frames[:, y, x, 1].tolist()))
    assert courses.weights[2] == tuple((1 + i, float(w)) for i, w in enumerate(bank.weights[0, :, j, k, 2]))
    assert [value for _, value in courses.outputs] == volume.data[:, 2, 1].tolist()
    # Each output is drawn at the middle of the frames that it sees.
    assert [at for at, _ in courses.outputs] == [t + (kernel[0] - 1) / 2 for t in range(len(volume))]
    assert courses.centre == 1 + (kernel[0] - 1) / 2


def test_any_tap_can_be_followed_also_one_in_padding():
    clip, bank = marked_clip(), random_bank(1, (3, 3, 3))
    how = ConvolutionSettings("same", border="reflect")
    (volume,) = convolve_bank(clip, bank, how)
    found = inspect(clip, bank[0], how, (0, 0, 0))
    courses = pixel_in_time(clip, found, volume, (0, 2))
    assert courses.tap == (0, 2)
    assert courses.place == (1, 1), "row -1 is reflected"
    assert [at for at, _ in courses.weights[0]] == [-1, 0, 1]

    nothing = ConvolutionSettings("same", border="zero")
    courses = pixel_in_time(clip, inspect(clip, bank[0], nothing, (0, 0, 0)), volume, (0, 2))
    assert courses.place is None
    assert courses.inputs == ()


def test_a_second_stage_sees_the_responses_of_the_first():
    clip, bank, how = marked_clip(), make_bank("2plus1d", kernel=(3, 3, 3)), ConvolutionSettings()
    view = find_view(bank, "relu")
    (volume,) = convolve_bank(clip, random_bank(1, (3, 3, 3)), how)
    second = account(clip, bank, view, 0, how, (2, 1, 1), 0.0).parts[0].inspection
    courses = pixel_in_time(clip, second, volume)
    assert courses.place is None
    assert courses.inputs[0] == tuple(zip((2, 3, 4), second.patch.values[:, 0, 0, 0].tolist(), strict=True))
    assert (
        len(courses.inputs) == len(courses.weights) == len(np.unique([n.split(" ·")[0] for n in bank.names]))
    )
