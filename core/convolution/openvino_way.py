"""Convolution by OpenVINO: for each output frame a 2-D convolution over kT C channels.

A frame is worked through in bands of rows: what one inference touches stays in the cache, and memory is
bounded. The newest kT frames lie one after another in a buffer of float planes, so that a window onto it
is the input, and nothing is copied but the one new frame::

    buffer   | frame 0 | frame 1 | frame 2 | frame 3 | frame 4 |   …      C planes each, with borders
    time 0   |<--------- kT = 3 ---------->|
    time 1             |<----------------------------->|

Weights are an input of the model, so that other weights need no compiling. Long sums are split into
several convolutions whose answers are added two by two: OpenVINO adds a sum's terms one after another,
and in float32 thousands of equal terms would drift further than we allow.
"""

import math
import sys
import threading
from collections.abc import Iterator, Sequence
from functools import lru_cache, partial
from typing import Any

import numpy as np

from core.convolution.columns import finish
from core.convolution.layout import ENDLESS, OUTSIDE, Floats, Frames, Layout
from core.convolution.pixels import Pixels, Run
from core.convolution.team import Job


def _quietly_imported() -> Any:
    """Import OpenVINO without its tools for model files, which take 0.3 s and report their use to Intel.

    WORKAROUND: ``import openvino`` imports ``openvino.tools.ovc``, which starts a thread and sends a
    "general_import" event. It does without where that import fails.
    https://docs.openvino.ai/2025/about-openvino/additional-resources/telemetry.html
    """
    unwanted = "openvino.tools.ovc"
    there = unwanted in sys.modules
    if not there:
        sys.modules[unwanted] = None  # type: ignore[assignment]
    try:
        import openvino
        import openvino.opset13
    finally:
        if not there:
            del sys.modules[unwanted]
    return openvino


ov = _quietly_imported()

# The longest sum of one convolution: 441 equal terms drift by 1e-5 of their sum at most, less than 9e-6
# wherever we measured.
MAX_ROWS = 441
# Products of one inference: some tens of milliseconds, because it cannot be interrupted.
STEP_PRODUCTS = 1e9
# What one inference reads and writes, with the copies that OpenVINO makes of it.
_BAND_BYTES = 8 * 2**20
_ROWS_AT_LEAST = 32
# Frames beside the newest kT, for which nothing needs to be moved.
_SPARE_SLOTS = 8
# What a stream keeps from one frame to the next, if all of its windows fit; else it copies more.
_KEPT_BYTES = 32 * 2**20
_compiling = threading.Lock()


def suits(filters: int, layout: Layout) -> bool:
    """Tell whether this way is, by measurement, faster than those of NumPy and OpenCV."""
    rows, _ = _bands(layout, filters)
    large = layout.rows >= 24 and layout.kernel[1] * layout.kernel[2] >= 4
    return filters >= 3 and large and _window_bytes(layout, rows) <= _KEPT_BYTES


class OpenVinoMethod:
    """A `Method`: one job, because OpenVINO has threads of its own; band by band of rows.

    Parameters
    ----------
    layout
        The geometry.
    weights, bias
        (N, kT, kH, kW, C) and (N,) float32.
    threads
        How many threads OpenVINO may use.
    """

    def __init__(self, layout: Layout, weights: Floats, bias: Floats, threads: int = 1) -> None:
        self._layout, self._bias = layout, bias
        # (N, kT C, kH, kW): channels in the order of the window.
        planes = np.array(weights.transpose(0, 1, 4, 2, 3), order="C")  # OpenVINO wants to own them
        planes = planes.reshape(len(weights), -1, *layout.kernel[1:])
        self._rows, self._starts = _bands(layout, len(weights))
        most = max(int(STEP_PRODUCTS / (layout.rows * self._rows * layout.output[2])), 1)
        each = -(-len(weights) // -(-len(weights) // most))
        self._groups = [
            _Group(layout, self._rows, slice(first, first + each), planes[first : first + each], threads)
            for first in range(0, len(weights), each)
        ]
        self._windows: dict[tuple[int, int], _Window] = {}

    def jobs(self, frames: Frames, times: Sequence[int], out: Floats) -> list[Job]:
        """Return one job: see `Method.jobs`."""
        return [partial(self._run, self._layout.in_order(times), frames, out)]

    def _run(self, order: list[tuple[int, int]], frames: Frames, out: Floats) -> Iterator[int]:
        finished, width = 0, self._layout.output[2]
        for start in self._starts:
            # The last band may lie upon some rows of the one before: all are of one shape.
            new = (start + self._rows - finished) * width
            finished = start + self._rows
            here = slice(start, finished)
            for place, time in order:
                planes = self._window(start, time).turn_to(self._layout.frames_of(time), frames)
                for group in self._groups:
                    sums, target = group.convolve(planes), out[group.filters, place, here]
                    finish(sums, self._bias[group.filters], self._layout.settings, target)
                    yield 0
                yield new

    def _window(self, start: int, time: int) -> "_Window":
        """Return where the newest frames lie: a stream has a window for each band and phase of dilation."""
        layout, key = self._layout, (0, 0)
        if layout.clip[0] == ENDLESS:
            dilation = layout.settings.dilation[0]
            if _window_bytes(layout, self._rows) * len(self._starts) * dilation <= _KEPT_BYTES:
                key = start, layout.frames_of(time)[0] % dilation
        window = self._windows.get(key)
        if window is None:
            window = self._windows[key] = _Window(layout, self._rows)
        window.move_to(start)
        return window


def _bands(layout: Layout, filters: int) -> tuple[int, list[int]]:
    """Return how many rows a band has, and the first row of each."""
    _, height, width = layout.output
    row = 4 * width * (3 * layout.kernel[0] * layout.channels + 3 * filters)
    count = -(-height // min(max(_BAND_BYTES // row, _ROWS_AT_LEAST), height))
    rows = -(-height // count)
    return rows, [min(rows * band, height - rows) for band in range(count)]


class _Window:
    """The newest frames at distances of one dilation, as planes that lie one after another.

    Parameters
    ----------
    layout
        The geometry.
    rows
        Of a band of the output; `move_to` says of which one.
    """

    def __init__(self, layout: Layout, rows: int) -> None:
        self._layout, self._rows = layout, rows
        self._planes = np.zeros(self.shape(layout, rows), np.float32)
        # Slots from _first on hold the frames at _positions, one dilation apart.
        self._first = 0
        self._positions: list[int] = []
        self._start = -1
        self._inside = slice(0)

    @staticmethod
    def shape(layout: Layout, rows: int) -> tuple[int, int, int, int]:
        """Return (slots, C, rows, columns) of the pixels that a band looks at."""
        height = len(layout.inputs(1, 0, rows))
        width = len(layout.inputs(2, 0, layout.output[2]))
        return layout.kernel[0] + _SPARE_SLOTS, layout.channels, height, width

    def move_to(self, start: int) -> None:
        """Look at the band from a row on; nothing is held any more, if it is another one."""
        if start == self._start:
            return
        layout = self._layout
        rows, columns = Run.of(layout, 1, start, self._rows), Run.of(layout, 2, 0, layout.output[2])
        if rows.inside != self._inside:
            self._planes[...] = 0.0  # what is outside the frames stays so
        self._pixels = Pixels(layout.channels, rows, columns)
        self._start, self._inside = start, rows.inside
        self._first, self._positions = 0, []

    def turn_to(self, positions: list[int], frames: Frames) -> Floats:
        """Return the planes (1, kT C, rows, columns) of kT frames: a view onto the buffer."""
        self._forget_before(positions[0])
        if self._positions and self._positions[0] != positions[0]:
            self._positions = []  # of another phase, or a jump
        if self._first + len(positions) > len(self._planes):
            held = self._planes[self._first : self._first + len(self._positions)]
            self._planes[: len(held)] = held  # NumPy copies first where the two overlap
            self._first = 0
        for position in positions[len(self._positions) :]:
            slot = self._planes[self._first + len(self._positions)]
            source = self._layout.frame_at(position)
            if source == OUTSIDE:
                slot[...] = 0.0
            else:
                self._pixels.take(frames[source], slot)
            self._positions.append(position)
        planes = self._planes[self._first : self._first + len(positions)]
        return planes.reshape(1, -1, *planes.shape[2:])

    def _forget_before(self, position: int) -> None:
        old = sum(held < position for held in self._positions)
        self._first += old
        del self._positions[:old]
        if not self._positions:
            self._first = 0


def _window_bytes(layout: Layout, rows: int) -> int:
    return 4 * math.prod(_Window.shape(layout, rows))


class _Group:
    """Some filters: a compiled model with their weights."""

    def __init__(self, layout: Layout, rows: int, filters: slice, weights: Floats, threads: int) -> None:
        self.filters = filters
        width = layout.output[2]
        padded = len(layout.inputs(1, 0, rows)), len(layout.inputs(2, 0, width))
        settings = layout.settings
        with _compiling:
            model = _compiled(weights.shape, padded, settings.stride[1:], settings.dilation[1:], threads)
        self._request = model.create_infer_request()
        self._sums = np.empty((1, len(weights), rows, width), np.float32)
        self._weights = weights
        self._request.set_input_tensor(1, ov.Tensor(self._weights, shared_memory=True))
        self._request.set_output_tensor(ov.Tensor(self._sums, shared_memory=True))

    def convolve(self, planes: Floats) -> Floats:
        """Return the sums (N, H', W') for planes (1, kT C, …, …); the next call overwrites them."""
        self._request.set_input_tensor(0, ov.Tensor(planes, shared_memory=True))
        try:
            self._request.infer()
        except RuntimeError as error:
            if "alloc" in str(error):
                raise MemoryError("OpenVINO has not enough memory") from error
            raise
        answer: Floats = self._sums[0]
        return answer


@lru_cache(maxsize=8)
def _compiled(
    weights: tuple[int, ...],
    padded: tuple[int, int],
    stride: tuple[int, int],
    dilation: tuple[int, int],
    threads: int,
) -> Any:
    """Return the compiled model for a shape; it is kept. `_compiling` lets one thread in at a time."""
    from openvino import opset13 as op

    filters, channels, *side = weights
    pixels = op.parameter([1, channels, *padded], np.float32)
    kernels = op.parameter([filters, channels, *side], np.float32)
    each = max(MAX_ROWS // (side[0] * side[1]), 1)
    parts = -(-channels // each)
    sizes = [channels * (i + 1) // parts - channels * i // parts for i in range(parts)]
    some_pixels = op.variadic_split(pixels, 1, sizes).outputs() if parts > 1 else [pixels]
    some_kernels = op.variadic_split(kernels, 1, sizes).outputs() if parts > 1 else [kernels]
    sums = [
        op.convolution(x, w, list(stride), [0, 0], [0, 0], list(dilation))
        for x, w in zip(some_pixels, some_kernels, strict=True)
    ]
    while len(sums) > 1:
        odd = sums[len(sums) // 2 * 2 :]
        sums = [op.add(a, b) for a, b in zip(sums[::2], sums[1::2], strict=False)] + odd
    # No bfloat16, which processors with AMX would choose; latency: all threads on one request.
    wanted = {
        "INFERENCE_PRECISION_HINT": "f32",
        "PERFORMANCE_HINT": "LATENCY",
        "INFERENCE_NUM_THREADS": threads,
    }
    return _core().compile_model(ov.Model([sums[0]], [pixels, kernels]), "CPU", wanted)


@lru_cache(maxsize=1)
def _core() -> Any:
    return ov.Core()
