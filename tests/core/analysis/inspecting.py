"""What the tests of the inspector share: geometries that hypothesis draws, and their clips and banks."""

from dataclasses import dataclass

import numpy as np
from hypothesis import assume
from hypothesis import strategies as st

from core.analysis.inspector import Inspection, applied_kernel, inspect
from core.clip import Clip
from core.convolution.geometry import output_shape
from core.filters.bank import FilterBank
from core.settings import ConvolutionSettings
from tests.core.convolution.judges import SETTINGS, noise, random_bank


@dataclass(frozen=True, eq=False)
class Case:
    """One output voxel of one bank on one clip."""

    clip: Clip
    bank: FilterBank
    settings: ConvolutionSettings
    voxel: tuple[int, int, int]

    def inspection(self, stored: float | None = None) -> Inspection:
        kernel = applied_kernel(self.bank, 0, self.clip.channels)
        return inspect(self.clip, kernel, self.settings, self.voxel, stored)


@st.composite
def cases(draw: st.DrawFn, settings: st.SearchStrategy[ConvolutionSettings] = SETTINGS) -> Case:
    """Draw clips, kernels of odd and even size, RGB and grey on RGB and grey, any geometry and any voxel."""
    shape = draw(st.tuples(st.integers(1, 6), st.integers(1, 7), st.integers(1, 7)))
    kernel = draw(st.tuples(*[st.integers(1, 4)] * 3))
    how = draw(settings)
    made = output_shape(shape, kernel, how)
    assume(all(made))
    voxel = draw(st.tuples(*(st.integers(0, n - 1) for n in made)))
    channels, seed = draw(st.sampled_from((1, 3))), draw(st.integers(0, 99))
    bank = random_bank(1, kernel, channels=draw(st.sampled_from((1, 3))), seed=seed)
    return Case(noise((*shape, channels), seed=seed), bank, how, voxel)


def marked_clip() -> Clip:
    """Return 5 frames of 6x7 in which every number says where it stands."""
    t, y, x = np.ogrid[:5, :6, :7]
    values = (40 * t + 6 * y + x).astype(np.uint8)
    return Clip.from_frames(np.stack([values, values + 1, values + 2], axis=-1))
