"""The fast way to all feature volumes of a clip, proven equal to `core.convolution.definition`.

A request is checked before anything is computed: does the kernel fit into the clip, do the volumes fit
into memory? Then filters are computed in groups: within a group all filters share the work of laying
receptive fields out, and its volumes appear together; several groups make the first volumes of a large
bank appear early. Everything is float32 and runs in the thread that consumes the generator.
"""

from collections.abc import Iterator
from time import perf_counter

import numpy as np

from core.clip import Clip
from core.convolution.columns import TILE_BYTES, Layout, convolve_columns
from core.convolution.geometry import AxisMap, axis_maps, output_shape, span
from core.errors import BudgetError, FilterError
from core.filters.bank import FilterBank
from core.limits import FREE_MEMORY_SHARE, free_memory, megabytes
from core.progress import Progress
from core.settings import ConvolutionSettings, Triple
from core.volume import FeatureVolume

DEFAULT = ConvolutionSettings()
# Cancelling takes effect at a yield, so there is one at least this often (the window promises 50 ms).
YIELD_SECONDS = 0.01
# Enough filters to hide the cost of laying the columns out, few enough to see the first ones soon.
GROUP = 16


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


def required_bytes(clip: Clip, bank: FilterBank, settings: ConvolutionSettings = DEFAULT) -> int:
    """Return the bytes that a convolution takes at its peak, the clip itself not counted."""
    voxels = int(np.prod(_output(clip, bank, settings)))
    volumes = len(bank) * 4 * voxels
    samples = len(bank) * 4 * min(voxels, 1 << 15)
    # The tile's columns, its pixels, and the permuted weights: small, but not for 16x16x16 kernels.
    weights = bank.weights.nbytes // bank.channels * clip.channels
    return volumes + samples + 2 * TILE_BYTES + weights * (bank.kernel_size[0] + 1)


def check_budget(clip: Clip, bank: FilterBank, settings: ConvolutionSettings = DEFAULT) -> None:
    """Refuse what would not fit into memory.

    Raises
    ------
    BudgetError
        With what is needed, what is there, and what to change.
    """
    needed, usable = required_bytes(clip, bank, settings), int(free_memory() * FREE_MEMORY_SHARE)
    if needed > usable:
        t, h, w = _output(clip, bank, settings)
        raise BudgetError(
            f"{len(bank)} feature volumes of {t} frames {w}x{h} need {megabytes(needed)} of memory, "
            f"but only {megabytes(usable)} can be used; choose fewer filters or a smaller working size."
        )


def check_fit(clip: Clip, bank: FilterBank, settings: ConvolutionSettings = DEFAULT) -> None:
    """Refuse a kernel that is larger than the clip, where only whole receptive fields count.

    Raises
    ------
    FilterError
        With both sizes and what to change.
    """
    if settings.padding == "same":
        return
    kt, kh, kw = (span(k, d) for k, d in zip(bank.kernel_size, settings.dilation, strict=True))
    if kt > len(clip):
        raise FilterError(
            f"The kernel spans {kt} frames but the clip has only {len(clip)}; "
            f"choose a shorter kernel, padding same or a longer clip."
        )
    if kh > clip.height or kw > clip.width:
        raise FilterError(
            f"The kernel spans {kw}x{kh} pixels but the frames are only {clip.width}x{clip.height}; "
            f"choose a smaller kernel, padding same or a larger clip."
        )


def _steps(clip: Clip, bank: FilterBank, settings: ConvolutionSettings) -> Iterator[Progress | FeatureVolume]:
    layout = Layout.of(_shape(clip), bank.kernel_size, clip.channels, settings)
    axes = axis_maps(_shape(clip), bank.kernel_size, settings)
    voxels = int(np.prod(layout.output))
    done, last = 0, perf_counter()
    for first in range(0, len(bank), GROUP):
        weights, bias = bank.weights[first : first + GROUP], bank.bias[first : first + GROUP]
        out = np.empty((len(weights), *layout.output), np.float32)
        for finished in convolve_columns(clip.frames, weights, bias, layout, out):
            done += finished * len(weights)
            if perf_counter() - last > YIELD_SECONDS:
                yield Progress(done, voxels * len(bank), "convolving")
                last = perf_counter()
        for n, data in enumerate(out, first):
            yield _volume(data, n, bank.names[n], axes)
        last = perf_counter()


def _volume(data: np.ndarray, index: int, name: str, axes: tuple[AxisMap, AxisMap, AxisMap]) -> FeatureVolume:
    data.setflags(write=False)
    volume = FeatureVolume(data, index, name, axes)
    # Cached here, in the worker: the window's thread only reads them.
    _ = volume.minimum, volume.maximum, volume.magnitudes
    return volume


def _shape(clip: Clip) -> Triple:
    return len(clip), clip.height, clip.width


def _output(clip: Clip, bank: FilterBank, settings: ConvolutionSettings) -> Triple:
    return output_shape(_shape(clip), bank.kernel_size, settings)
