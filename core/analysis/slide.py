"""The kernel slides: in which order it visits the outputs, and what it finds at each of them.

A scan is an order of outputs. "x, then y, then t" is the order of the loops of the definition, innermost
first: along a row, then the next row, then the next frame. "Time only" stays at one place (y, x) and moves
through the frames. A whole scan of a real clip would take hours to watch, so a route may pass outputs over;
how many is always told.
"""

import math
from collections.abc import Generator
from contextlib import closing
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from itertools import pairwise
from typing import cast

import numpy as np

from core.analysis.inspector import Inspection, inspect
from core.clip import Clip
from core.convolution.field import Field, receptive_field
from core.filters.bank import FilterBank
from core.filters.kernel import Kernel
from core.progress import Progress
from core.settings import ConvolutionSettings, Triple
from core.volume import FeatureVolume

# Pictures of a film that goes faster and faster: shares for its first row, the rest of that output frame, and
# the next frame; what is left is for all others.
_TOUR = (0.15, 0.4, 0.2)
# Steps that can be watched to the end: a minute and a half at thirty per second.
WATCHABLE = 2700
MOST_EVERY = 64


class Order(StrEnum):
    """What the kernel moves along."""

    SPACE_THEN_TIME = "x, then y, then t"
    TIME_ONLY = "time only"


class Route(StrEnum):
    """Which outputs of each frame a scan of x, y and t visits."""

    GRID = "a coarse grid"
    ROW = "one row"
    ALL = "every output"


@dataclass(frozen=True, slots=True)
class Scan:
    """The outputs that the kernel visits, one at each step; x runs fastest, t slowest.

    Make scans with `space_scan` and `time_scan`.

    Parameters
    ----------
    shape
        (T', H', W') of the feature volume.
    order, route
        What was asked for; the route of a scan in time is one place.
    ts, ys, xs
        The frames, rows and columns that are visited, none of them empty.
    """

    shape: Triple
    order: Order
    route: Route
    ts: range
    ys: range
    xs: range

    @property
    def count(self) -> int:
        """Steps in all."""
        return len(self.ts) * len(self.ys) * len(self.xs)

    @property
    def per_frame(self) -> int:
        """Steps from one output frame to the next."""
        return len(self.ys) * len(self.xs)

    @property
    def outputs(self) -> int:
        """Responses that the volume has."""
        return math.prod(self.shape)

    @property
    def skipped(self) -> int:
        """Responses that are never visited."""
        return self.outputs - self.count

    def place(self, step: int) -> Triple:
        """Return which of its frames, rows and columns a step visits, counted among those visited.

        Raises
        ------
        IndexError
            If there is no such step.
        """
        if not 0 <= step < self.count:
            raise IndexError(f"there is no step {step} among {self.count}")
        frame, within = divmod(step, self.per_frame)
        return frame, *divmod(within, len(self.xs))

    def voxel(self, step: int) -> Triple:
        """Return (t, y, x) of the output at a step."""
        t, y, x = self.place(step)
        return self.ts[t], self.ys[y], self.xs[x]

    def step_of(self, voxel: Triple) -> int:
        """Return the step that visits an output, or the nearest one that is visited."""
        t, y, x = (_nearest(axis, at) for axis, at in zip((self.ts, self.ys, self.xs), voxel, strict=True))
        return (t * len(self.ys) + y) * len(self.xs) + x

    def film_steps(self, frame: int | None = None, every: int = 1) -> range:
        """Return every n-th step of the whole scan, or of one of its frames (t of the output)."""
        if frame is None:
            return range(0, self.count, every)
        first = self.ts.index(frame) * self.per_frame
        return range(first, first + self.per_frame, every)

    def tour(self, pictures: int) -> tuple[int, ...]:
        """Return at most so many steps (10 or more), in order, that show x first, then y, then t.

        The first row is gone along slowly, the first frame a few outputs at a time, then faster; the last
        step is among them. A scan with fewer steps is shown whole, and one in time evenly.
        """
        if self.count <= pictures:
            return tuple(range(self.count))
        rest = pictures - 1  # beside the first step
        ends, shares = [0, self.count], [rest]
        if self.order is Order.SPACE_THEN_TIME:
            ends = [
                0,
                *sorted({len(self.xs), self.per_frame, min(2 * self.per_frame, self.count), self.count}),
            ]
            shares = [max(round(share * rest), 1) for share in _TOUR[: len(ends) - 2]]
            shares.append(rest - sum(shares))
        steps = {0: None}  # in order, each once
        for (first, last), share in zip(pairwise(ends), shares, strict=True):
            count = min(share, last - first)
            steps |= dict.fromkeys(first + (i + 1) * (last - first) // count - 1 for i in range(count))
        return tuple(steps)

    def told(self) -> tuple[str, str]:
        """Return in a few words which outputs are visited, and how many."""
        count = f"{_counted(self.count)} of {_counted(self.outputs)} outputs"
        every = "every" if self.xs.step == 1 else f"every {_ordinal(self.xs.step)}"
        if self.order is Order.TIME_ONLY:
            return f"every output at y = {self.ys[0]}, x = {self.xs[0]}", count
        if self.route is Route.ROW:
            return f"{every} output of row y = {self.ys[0]}", count
        return f"{every} output" if not self.skipped else f"{every} row and column", count


def space_scan(shape: Triple, route: Route = Route.GRID, *, every: int = 1, row: int | None = None) -> Scan:
    """Return the scan of x, then y, then t.

    Parameters
    ----------
    shape
        (T', H', W') of the feature volume, at least 1 each.
    route
        Every output; every n-th row and column; or one row.
    every
        n; of a row every n-th output. No meaning for every output.
    row
        Which row; None is the middle one.
    """
    frames, height, width = shape
    step = 1 if route is Route.ALL else max(every, 1)
    xs = _every(width, step)
    if route is Route.ROW:
        at = height // 2 if row is None else min(max(row, 0), height - 1)
        ys = range(at, at + 1)
    else:
        ys = _every(height, step)
    return Scan(shape, Order.SPACE_THEN_TIME, route, range(frames), ys, xs)


def time_scan(shape: Triple, place: tuple[int, int]) -> Scan:
    """Return the scan in time at a place (y, x) of the volume, clamped."""
    frames, height, width = shape
    y, x = min(max(place[0], 0), height - 1), min(max(place[1], 0), width - 1)
    return Scan(shape, Order.TIME_ONLY, Route.ALL, range(frames), range(y, y + 1), range(x, x + 1))


def watchable_every(shape: Triple, route: Route = Route.GRID) -> int:
    """Return the smallest n for which a scan of every n-th output takes at most `WATCHABLE` steps.

    Never more than `MOST_EVERY`: the coarsest grid that is offered.
    """
    for every in range(1, MOST_EVERY):
        if space_scan(shape, route, every=every).count <= WATCHABLE:
            return every
    return MOST_EVERY


@dataclass(frozen=True, eq=False)
class Slide:
    """All that is needed to show a kernel sliding over a clip.

    Parameters
    ----------
    clip
        As the filters saw it, at the working size.
    kernel
        With the clip's channels.
    convolution
        How it slides.
    volume
        What it answered: responses after the activation, not the tile of a view.
    scan
        In which order.
    """

    clip: Clip
    kernel: Kernel
    convolution: ConvolutionSettings
    volume: FeatureVolume
    scan: Scan

    @property
    def kernel_size(self) -> Triple:
        """(kT, kH, kW)."""
        t, y, x, _ = self.kernel.weights.shape
        return t, y, x

    @property
    def clip_shape(self) -> Triple:
        """(T, H, W)."""
        return len(self.clip), self.clip.height, self.clip.width

    def field(self, step: int) -> Field:
        """Return what the kernel lies on at a step."""
        return receptive_field(self.scan.voxel(step), self.clip_shape, self.kernel_size, self.convolution)

    def value(self, step: int) -> float:
        """Return the stored response at a step."""
        return float(self.volume.data[self.scan.voxel(step)])

    def inspection(self, step: int) -> Inspection:
        """Return the response at a step, taken apart into products."""
        voxel = self.scan.voxel(step)
        stored = float(self.volume.data[voxel])
        return inspect(self.clip, self.kernel, self.convolution, voxel, stored)

    def centre(self, t: int) -> float:
        """Return the frame of the clip on which the kernel is centred for an output frame; maybe a half."""
        return self.volume.axes[0].to_input(t)

    @cached_property
    def trace(self) -> tuple[tuple[float, float], ...]:
        """For a scan in time: (frame of the kernel's centre, stored response) for every step."""
        y, x = self.scan.ys[0], self.scan.xs[0]
        return tuple((self.centre(t), float(self.volume.data[t, y, x])) for t in self.scan.ts)


def own_responses(
    clip: Clip, kernel: Kernel, convolution: ConvolutionSettings
) -> Generator[Progress | FeatureVolume, None, None]:
    """Yield the responses of one kernel, with extremes and samples measured; a worker's work.

    Raises
    ------
    BudgetError, FilterError
        As `core.convolution.engine.convolve_steps`.
    """
    from core.convolution.engine import convolve_steps

    bank = FilterBank.from_weights(kernel.weights[np.newaxis], [kernel.bias], [kernel.name])
    work = cast("Generator[Progress | FeatureVolume, None, None]", convolve_steps(clip, bank, convolution))
    with closing(work) as steps:
        for step in steps:
            if isinstance(step, FeatureVolume):
                _ = step.minimum, step.maximum, step.magnitudes
            yield step


def _every(length: int, step: int) -> range:
    """Return every n-th index, as far from one end as from the other."""
    count = -(-length // step)
    return range((length - 1 - (count - 1) * step) // 2, length, step)


def _nearest(axis: range, at: int) -> int:
    """Return the number of the visited index nearest to another one; of two the lower."""
    number = -(-(2 * (at - axis[0]) - axis.step) // (2 * axis.step))
    return min(max(number, 0), len(axis) - 1)


def _counted(number: int) -> str:
    """Return a whole number as people read it."""
    return f"{number:,}".replace(",", " ")


def _ordinal(number: int) -> str:
    if number == 2:
        return "second"
    ending = {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th") if number % 100 // 10 != 1 else "th"
    return f"{number}{ending}"
