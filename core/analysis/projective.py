"""The reverse of a receptive field: what one input voxel adds to which outputs (its projective field).

An input adds value * weight to an output, with the weight of the tap that lies on it there. Seen from the
input the kernel is therefore *flipped*: the earliest output sees it with the last tap. Where a border mode
repeats an input in the padding, an output may see it through several taps; their weights add up.
"""

from dataclasses import dataclass
from functools import cached_property
from itertools import groupby

import numpy as np
from numpy.typing import NDArray

from core.clip import Clip
from core.convolution.field import Reached, reached
from core.filters.kernel import Kernel
from core.settings import ConvolutionSettings, Triple

Numbers = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Projection:
    """Everything one input voxel reaches.

    Parameters
    ----------
    source
        (t, y, x) of the input.
    raw
        (C,) uint8: its values, 0 … 255.
    t, y, x
        The outputs that see it, along each axis; all combinations of the three see it.
    weights
        (nT, nY, nX, C) float64: what each of its values is multiplied with on the way to each output.
    """

    source: Triple
    raw: NDArray[np.uint8]
    t: Reached
    y: Reached
    x: Reached
    weights: Numbers

    @property
    def count(self) -> int:
        """How many outputs see the input."""
        return len(self.t.outputs) * len(self.y.outputs) * len(self.x.outputs)

    @cached_property
    def values(self) -> Numbers:
        """(C,): value / 255."""
        return self.raw / 255.0

    @cached_property
    def shares(self) -> Numbers:
        """(nT, nY, nX, C): what the input adds to each sum."""
        return self.weights * self.values

    def boxes(self) -> tuple[tuple[tuple[int, int], tuple[int, int]], ...]:
        """Return the outputs of every frame in `t.outputs` as boxes (first (y, x), last (y, x)).

        One box where they lie side by side; several where stride or dilation leaves outputs out.
        """
        rows, columns = _runs(self.y.outputs), _runs(self.x.outputs)
        return tuple(((top, left), (bottom, right)) for top, bottom in rows for left, right in columns)


def project(clip: Clip, kernel: Kernel, settings: ConvolutionSettings, source: Triple) -> Projection:
    """Return what an input voxel reaches.

    Parameters
    ----------
    clip
        As the filters see it.
    kernel
        With the clip's channels.
    settings
        How it slides.
    source
        (t, y, x) of the input.

    Raises
    ------
    IndexError
        If there is no such input.
    """
    kt, kh, kw, _ = kernel.weights.shape
    t, y, x = reached(source, (len(clip), clip.height, clip.width), (kt, kh, kw), settings)
    seen = kernel.weights.astype(np.float64)
    for axis, found in enumerate((t, y, x)):
        seen = _through(seen, axis, found.taps)
    return Projection(source, clip.frames[source], t, y, x, seen)


def _through(weights: Numbers, axis: int, taps: tuple[tuple[int, ...], ...]) -> Numbers:
    """Return the sums of the weights of some taps along an axis, for each group of taps."""
    chosen = np.zeros((len(taps), weights.shape[axis]))
    for row, some in zip(chosen, taps, strict=True):
        row[list(some)] = 1.0
    return np.moveaxis(np.tensordot(chosen, weights, axes=(1, axis)), 0, axis)


def _runs(outputs: tuple[int, ...]) -> tuple[tuple[int, int], ...]:
    """Return the first and the last of each run of neighbours."""
    runs = (list(run) for _, run in groupby(enumerate(outputs), key=lambda each: each[1] - each[0]))
    return tuple((run[0][1], run[-1][1]) for run in runs)
