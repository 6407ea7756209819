"""The fast way to all feature volumes of a clip, proven equal to `core.convolution.definition`.

A request is checked before anything is computed: does the kernel fit into the clip, do the volumes fit
into memory? Then filters are computed in groups: within a group all filters share the work of laying
receptive fields out, and its volumes appear together; several groups make the first volumes of a large
bank appear early. Everything is float32. Who computes is chosen by `core.convolution.backends`; the work
is shared among threads (`core.convolution.team`) that are joined before the generator ends or is closed.
"""

import math
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager

from core.clip import Clip
from core.convolution.backends import method_for
from core.convolution.frames import seen_by
from core.convolution.geometry import AxisMap, axis_maps
from core.convolution.layout import Floats, Frames, Layout
from core.convolution.memory import store
from core.convolution.request import DEFAULT, check_budget, check_fit, clip_shape, required_bytes
from core.convolution.team import shared, workers
from core.cv import cv2
from core.errors import BudgetError
from core.filters.bank import FilterBank
from core.progress import Progress
from core.settings import ConvolutionSettings, Triple
from core.volume import FeatureVolume

__all__ = [
    "check_budget",
    "check_fit",
    "convolve_bank",
    "convolve_frames",
    "convolve_steps",
    "required_bytes",
]

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
        N filters; adapted to the clip's channels (`FilterBank.for_channels`): a grey bank sees their mean.
    settings
        Padding and border, stride, dilation, activation.

    Raises
    ------
    FilterError
        At once, if the kernel is larger than the clip (valid padding) or the channels do not fit.
    BudgetError
        At once, if the volumes would not fit into the memory that is free; while iterating, if the
        system refuses it all the same.
    """
    steps = convolve_steps(clip, bank, settings)
    return (step for step in steps if isinstance(step, FeatureVolume))


def convolve_steps(
    clip: Clip, bank: FilterBank, settings: ConvolutionSettings = DEFAULT
) -> Iterator[Progress | FeatureVolume]:
    """Do the work of `convolve_bank` with `Progress` in between, so that it can be cancelled soon."""
    check_fit(clip, bank, settings)
    check_budget(clip, bank, settings)
    shape = clip_shape(clip)
    axes = axis_maps(shape, bank.kernel_size, settings)
    frames, adapted = seen_by(bank, clip.frames, kept=len(clip))
    return convolve_frames(frames, shape, adapted.weights, adapted.bias, bank.names, settings, axes)


def convolve_frames(
    frames: Frames,
    shape: Triple,
    weights: Floats,
    bias: Floats,
    names: Sequence[str],
    settings: ConvolutionSettings,
    axes: tuple[AxisMap, AxisMap, AxisMap],
) -> Iterator[Progress | FeatureVolume]:
    """Compute one feature volume for each kernel from frames of any kind; nothing is checked here.

    Parameters
    ----------
    frames
        T frames, (H, W, C) uint8 or (C, H, W) float32.
    shape
        (T, H, W).
    weights, bias
        (N, kT, kH, kW, C) and (N,) float32.
    names
        N names for the volumes.
    settings
        Padding and border, stride, dilation, activation.
    axes
        Where the outputs lie among the inputs; the volumes carry them on.

    Raises
    ------
    BudgetError
        While iterating, if the system has not enough memory.
    """
    layout = Layout.of(shape, (weights.shape[1], *weights.shape[2:4]), weights.shape[4], settings)
    voxels, count = math.prod(layout.output), len(weights)
    done, group = 0, _group_size(count, layout.rows * voxels)
    for first in range(0, count, group):
        some = slice(first, first + group)
        with memory_told():
            method = method_for(layout, weights[some], bias[some], workers())
            out = store.empty((len(bias[some]), *layout.output))
            with closing(shared(method.jobs(frames, range(layout.output[0]), out))) as work:
                for finished in work:
                    done += finished * len(out)
                    yield Progress(done, voxels * count, "convolving")
        out.setflags(write=False)
        for n, data in enumerate(out, first):
            yield FeatureVolume(data, n, names[n], axes)


@contextmanager
def memory_told() -> Iterator[None]:
    """Say in a sentence that the system has no more memory.

    Raises
    ------
    BudgetError
        In place of any error that means it.
    """
    try:
        yield
    except MemoryError as error:
        raise BudgetError(_NO_MEMORY) from error
    except cv2.error as error:
        if error.code != cv2.Error.StsNoMem:
            raise
        raise BudgetError(_NO_MEMORY) from error


_NO_MEMORY = (
    "There is not enough memory for this convolution; choose fewer filters or a smaller working size, "
    "or close other programs."
)


def _group_size(filters: int, products: int) -> int:
    """Return how many filters are computed together if each takes so many multiplications."""
    wanted = min(max(int(_GROUP_PRODUCTS / max(products, 1)), _GROUP_AT_LEAST), filters)
    return -(-filters // -(-filters // wanted))
