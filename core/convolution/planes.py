"""Convolution plane by plane: every frame of the kernel and every channel is one 2-D filter of OpenCV.

For a few filters, laying receptive fields out as columns costs more than it saves: the sums are so
few that copying dominates. `cv2.filter2D` reads the plane where it is. It correlates, as we do, but its
default border is a reflection and its default anchor the middle: both are given explicitly, the borders
are put around the plane beforehand, and only outputs with a whole receptive field are kept.
"""

from collections import OrderedDict
from collections.abc import Iterator, Sequence
from functools import partial

import numpy as np

from core.convolution.borders import OUTSIDE
from core.convolution.columns import finish
from core.convolution.geometry import span
from core.convolution.layout import Floats, Frames, Layout
from core.convolution.pixels import Pixels, Run
from core.convolution.team import Job
from core.cv import cv2

# Measured: with more filters than this the columns win; with more than one, where planes of the kernel
# have fewer than 16 weights.
MAX_FILTERS, _SMALL_PLANE = 3, 16
# From 11x11 on, OpenCV goes through the Fourier transform, with other errors and other costs.
_MAX_SIDE = 10
# One plane after another is added: with more of them float32 would drift.
_MAX_PLANES = 64
# What all bands keep as planes from one output frame to the next; more of it is made again.
_KEPT_BYTES = 32 * 2**20
_ROWS_AT_LEAST = 16


def possible(layout: Layout) -> bool:
    """Tell whether OpenCV can do it, with rounding that we allow."""
    dense = layout.settings.stride[1:] == (1, 1) and layout.settings.dilation[1:] == (1, 1)
    few = layout.kernel[0] * layout.channels <= _MAX_PLANES
    return dense and few and max(layout.kernel[1:]) <= _MAX_SIDE


def suits(filters: int, layout: Layout) -> bool:
    """Tell whether this way is possible and, by measurement, faster than columns."""
    small = layout.kernel[1] * layout.kernel[2] < _SMALL_PLANE
    return possible(layout) and filters <= (1 if small else MAX_FILTERS)


class PlanesMethod:
    """A `Method`: one job for each band of rows.

    Parameters
    ----------
    layout
        The geometry; `possible`.
    weights, bias
        (N, kT, kH, kW, C) and (N,) float32.
    threads
        How many jobs may run at the same time.
    """

    def __init__(self, layout: Layout, weights: Floats, bias: Floats, threads: int = 1) -> None:
        self._layout, self._bias = layout, bias
        # (kT, N, C, kH, kW): each kernel plane contiguous.
        self._weights = np.ascontiguousarray(weights.transpose(1, 0, 4, 2, 3))
        height = layout.output[1]
        each = -(-height // max(min(threads, height // _ROWS_AT_LEAST), 1))
        starts = range(0, height, each)
        kept = _KEPT_BYTES // len(starts)
        self._bands = [_Band(layout, y, min(each, height - y), kept) for y in starts]

    def jobs(self, frames: Frames, times: Sequence[int], out: Floats) -> list[Job]:
        """Return a job for each band of rows: see `Method.jobs`."""
        order = self._layout.in_order(times)
        return [partial(self._run, band, order, frames, out) for band in self._bands]

    def _run(self, band: "_Band", order: list[tuple[int, int]], frames: Frames, out: Floats) -> Iterator[int]:
        layout = self._layout
        for place, time in order:
            sums = np.zeros((len(self._bias), band.rows, layout.output[2]), np.float32)
            for tap, position in enumerate(layout.frames_of(time)):
                source = layout.frame_at(position)
                if source != OUTSIDE:
                    _add(band.planes(source, frames), self._weights[tap], sums)
                    yield 0
            finish(sums, self._bias, layout.settings, out[:, place, band.y : band.y + band.rows])
            yield sums[0].size


class _Band:
    """A run of output rows and, as planes, the newest frames that it looked at."""

    def __init__(self, layout: Layout, y: int, rows: int, kept_bytes: int) -> None:
        self.y, self.rows = y, rows
        self._pixels = Pixels(
            layout.channels, Run.of(layout, 1, y, rows), Run.of(layout, 2, 0, layout.output[2])
        )
        reach = span(layout.kernel[0], layout.settings.dilation[0])
        self._most = max(min(reach, kept_bytes // self._pixels.planes.nbytes), 1)
        self._newest: OrderedDict[int, Floats] = OrderedDict()

    def planes(self, source: int, frames: Frames) -> Floats:
        """Return one frame's planes (C, rows, columns)."""
        if source not in self._newest:
            if len(self._newest) >= self._most:
                self._newest.popitem(last=False)
            self._newest[source] = self._pixels.take(frames[source]).copy()
        self._newest.move_to_end(source)
        return self._newest[source]


def _add(planes: Floats, kernels: Floats, sums: Floats) -> None:
    """Add what one frame (C, rows, columns) contributes through one tap (N, C, kH, kW) to (N, H', W')."""
    height, width = sums.shape[1:]
    for kernel, total in zip(kernels, sums, strict=True):
        for plane, flat in zip(planes, kernel, strict=True):
            answer = cv2.filter2D(plane, cv2.CV_32F, flat, anchor=(0, 0), borderType=cv2.BORDER_CONSTANT)
            total += answer[:height, :width]
