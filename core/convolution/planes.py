"""Convolution plane by plane: every frame of the kernel and every channel is one 2-D filter of OpenCV.

For a few filters, laying receptive fields out as columns costs more than it saves: the sums are so
few that copying dominates. `cv2.filter2D` reads the plane where it is. It correlates, as we do, but its
default border is a reflection and its default anchor the middle: both are given explicitly, the borders
are put around the plane beforehand, and only outputs with a whole receptive field are kept.
"""

from collections import OrderedDict
from collections.abc import Iterator
from functools import partial

import numpy as np

from core.convolution.borders import OUTSIDE
from core.convolution.columns import Frames, Pixels, finish, time_order
from core.convolution.layout import Floats, Layout
from core.convolution.team import Job
from core.cv import cv2

# Measured (docs/performance.md): with more filters than this the columns win.
MAX_FILTERS = 3
# From 11x11 on, OpenCV goes through the Fourier transform, with other errors and other costs.
_MAX_SIDE = 10


def suits(filters: int, layout: Layout) -> bool:
    """Tell whether this way is possible and, by measurement, the faster one."""
    dense = layout.settings.stride[1:] == (1, 1) and layout.settings.dilation[1:] == (1, 1)
    return dense and filters <= MAX_FILTERS and max(layout.kernel[1:]) <= _MAX_SIDE


class PlanesMethod:
    """The whole convolution as independent jobs, a run of output frames for each thread.

    Parameters
    ----------
    layout
        The geometry.
    threads
        How many jobs run at the same time.
    """

    def __init__(self, layout: Layout, threads: int = 1) -> None:
        self._layout = layout
        self._threads = threads

    def jobs(self, frames: Frames, weights: Floats, bias: Floats, out: Floats) -> list[Job]:
        """Return jobs that compute all responses of a few filters: see `ColumnsMethod.jobs`."""
        order = time_order(self._layout)
        each = -(-len(order) // self._threads)
        runs = [order[first : first + each] for first in range(0, len(order), each)]
        return [partial(_convolve_frames, run, self._layout, frames, weights, bias, out) for run in runs]


def _convolve_frames(
    outputs: list[int], layout: Layout, frames: Frames, weights: Floats, bias: Floats, out: Floats
) -> Iterator[int]:
    _, height, width = layout.output
    pixels = Pixels(layout, layout.inputs(1, 0, height), layout.inputs(2, 0, width))
    newest: OrderedDict[int, Floats] = OrderedDict()
    for t in outputs:
        sums = out[:, t]
        sums[...] = 0.0
        for tap, position in enumerate(layout.frames_of(t)):
            source = layout.frame_at(position)
            if source == OUTSIDE:
                continue
            if source not in newest:
                newest[source] = pixels.take(frames[source]).copy()
            newest.move_to_end(source)
            _add(newest[source], weights[:, tap], sums)
            yield 0
        while len(newest) > layout.kernel[0]:
            newest.popitem(last=False)
        finish(sums, bias, layout.settings)
        yield height * width


def _add(planes: Floats, kernels: Floats, sums: Floats) -> None:
    """Add what one frame (C, rows, columns) contributes through one tap (N, kH, kW, C) to (N, H', W')."""
    height, width = sums.shape[1:]
    for kernel, total in zip(kernels, sums, strict=True):
        for plane, flat in zip(planes, kernel.transpose(2, 0, 1), strict=True):
            answer = cv2.filter2D(
                plane,
                cv2.CV_32F,
                np.ascontiguousarray(flat),
                anchor=(0, 0),
                borderType=cv2.BORDER_CONSTANT,
            )
            total += answer[:height, :width]
