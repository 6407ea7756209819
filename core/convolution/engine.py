"""The fast way to all feature volumes of a clip, proven equal to `core.convolution.definition`.

A request is checked before anything is computed: does the kernel fit into the clip, do the volumes fit
into memory? Then filters are computed in groups: within a group all filters share the work of laying
receptive fields out, and its volumes appear together; several groups make the first volumes of a large
bank appear early. Everything is float32. The work is shared among
threads (`core.convolution.team`) that are joined before the generator ends or is closed.
"""

import math
from collections.abc import Iterator
from contextlib import closing

import numpy as np

from core.clip import Clip
from core.convolution.columns import ColumnsMethod
from core.convolution.geometry import AxisMap, axis_maps
from core.convolution.layout import Floats, Layout
from core.convolution.planes import PlanesMethod, suits
from core.convolution.request import DEFAULT, check_budget, check_fit, clip_shape, required_bytes
from core.convolution.team import shared, workers
from core.filters.bank import FilterBank
from core.progress import Progress
from core.settings import ConvolutionSettings
from core.volume import FeatureVolume

__all__ = ["check_budget", "check_fit", "convolve_bank", "convolve_steps", "required_bytes"]

# Multiplications that one group of filters should take: some tenths of a second, so that the first
# volumes of a large request appear soon. With fewer than eight filters, laying columns out costs too much.
_GROUP_PRODUCTS, _GROUP_AT_LEAST = 8e9, 8


def convolve_bank(
    clip: Clip, bank: FilterBank, settings: ConvolutionSettings = DEFAULT
) -> Iterator[FeatureVolume]:
    """Compute one feature volume for each kernel, in order.

    Parameters
    ----------
    clip
        What the filters see: value / 255, float32.
    bank
        N filters; adapted to the clip's channels (`FilterBank.for_channels`).
    settings
        Padding and border, stride, dilation, activation.

    Raises
    ------
    FilterError
        At once, if the kernel is larger than the clip (valid padding) or the channels do not fit.
    BudgetError
        At once, if the volumes would not fit into the memory that is free.
    """
    steps = convolve_steps(clip, bank, settings)
    return (step for step in steps if isinstance(step, FeatureVolume))


def convolve_steps(
    clip: Clip, bank: FilterBank, settings: ConvolutionSettings = DEFAULT
) -> Iterator[Progress | FeatureVolume]:
    """Do the work of `convolve_bank` with `Progress` in between, so that it can be cancelled soon.

    Extremes and percentile samples of each volume are computed before it is yielded: whoever shows it
    pays nothing for them.
    """
    check_fit(clip, bank, settings)
    check_budget(clip, bank, settings)
    return _steps(clip, bank.for_channels(clip.channels), settings)


def _steps(clip: Clip, bank: FilterBank, settings: ConvolutionSettings) -> Iterator[Progress | FeatureVolume]:
    layout = Layout.of(clip_shape(clip), bank.kernel_size, clip.channels, settings)
    axes = axis_maps(clip_shape(clip), bank.kernel_size, settings)
    method = method_for(len(bank), layout)
    voxels = math.prod(layout.output)
    done = 0
    group = _group_size(len(bank), layout.rows * voxels)
    for first in range(0, len(bank), group):
        weights, bias = bank.weights[first : first + group], bank.bias[first : first + group]
        out = np.empty((len(weights), *layout.output), np.float32)
        with closing(shared(method.jobs(clip.frames, weights, bias, out))) as work:
            for finished in work:
                done += finished * len(weights)
                yield Progress(done, voxels * len(bank), "convolving")
        for n, data in enumerate(out, first):
            yield _volume(data, n, bank.names[n], axes)


def method_for(filters: int, layout: Layout) -> ColumnsMethod | PlanesMethod:
    """Return the way that is faster for so many filters."""
    return (PlanesMethod if suits(filters, layout) else ColumnsMethod)(layout, workers())


def _group_size(filters: int, products: int) -> int:
    """Return how many filters are computed together if each takes so many multiplications."""
    wanted = min(max(int(_GROUP_PRODUCTS / max(products, 1)), _GROUP_AT_LEAST), filters)
    return -(-filters // -(-filters // wanted))


def _volume(data: Floats, index: int, name: str, axes: tuple[AxisMap, AxisMap, AxisMap]) -> FeatureVolume:
    data.setflags(write=False)
    volume = FeatureVolume(data, index, name, axes)
    # Cached here, in the worker: the window's thread only reads them.
    _ = volume.minimum, volume.maximum, volume.magnitudes
    return volume
