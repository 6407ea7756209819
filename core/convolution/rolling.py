"""A stream's convolution by rolling sums: every frame is multiplied once, with all of the kernel's frames.

An answer is a sum over the kT frames of its receptive field, so it can be built up while they come: a
new frame is laid out as columns once (C kH kW rows), multiplied by the weights of all kT taps of all N
filters in one product, and its kT parts are added to the kT answers that are under way. The other way,
laying all kT frames out again for each answer, copies kT times as much.
"""

from collections.abc import Iterator
from dataclasses import replace
from functools import partial

import numpy as np
from numpy.typing import NDArray

from core.convolution.columns import Columns, Tile, finish, tiles
from core.convolution.layout import Floats, Layout
from core.convolution.team import shared, workers
from core.settings import ConvolutionSettings


class RollingSums:
    """The answers of a stream that are under way; belongs to the thread that calls `push`.

    Parameters
    ----------
    layout
        The geometry of one answer: one output frame in t (its stride and dilation in t are 1).
    weights, bias
        (N, kT, kH, kW, C) and (N,) float32, for the channels of the frames.
    settings
        Stride and dilation in t, and the activation.
    """

    def __init__(self, layout: Layout, weights: Floats, bias: Floats, settings: ConvolutionSettings) -> None:
        taps, height, width = layout.kernel
        self._bias, self._settings = bias, settings
        self._taps, self._gap, self._stride = taps, settings.dilation[0], settings.stride[0]
        self._seen = 0
        flat = replace(layout, clip=(1, *layout.clip[1:]), kernel=(1, height, width))
        # (taps, filters, rows of one frame), in the order in which Columns lays a frame out.
        self._weights = np.ascontiguousarray(
            weights.transpose(1, 0, 4, 2, 3).reshape(taps, len(weights), flat.slot_rows)
        )
        self._tiles = tiles(flat, at_least=2 * workers())
        largest = max(tile.size for tile in self._tiles)
        # A job takes one and puts it back; list.pop and list.append are atomic.
        self._spare = [Columns(flat, largest) for _ in range(min(workers(), len(self._tiles)))]
        # Answer a lives in place a modulo their number.
        self._under_way = np.empty((self.reach, len(weights), *layout.output[1:]), np.float32)

    @property
    def reach(self) -> int:
        """How many frames one answer spans."""
        return self._gap * (self._taps - 1) + 1

    @staticmethod
    def required_bytes(layout: Layout, filters: int, dilation: int) -> int:
        """Return what the answers under way take."""
        _, height, width = layout.output
        return 4 * filters * height * width * (dilation * (layout.kernel[0] - 1) + 1)

    def push(self, frame: NDArray[np.uint8]) -> Floats | None:
        """Take the next frame (H, W, C) and return the answer (N, H', W') that it completes, if any."""
        # Tap i of the kernel lies on this frame in the answer that began i gaps ago.
        begun = {tap: self._seen - tap * self._gap for tap in range(self._taps)}
        wanted = {tap: a for tap, a in begun.items() if a >= 0 and a % self._stride == 0}
        if wanted:
            matrix = self._weights[list(wanted)].reshape(-1, self._weights.shape[2])
            for _ in shared([partial(self._add, tile, frame, matrix, wanted) for tile in self._tiles]):
                pass
        self._seen += 1
        complete = wanted.get(self._taps - 1)
        if complete is None:
            return None
        # The place is written anew, never added to, when its next answer begins.
        answer = self._under_way[complete % self.reach].copy()
        return finish(answer, self._bias, self._settings)

    def _add(
        self, tile: Tile, frame: NDArray[np.uint8], matrix: Floats, wanted: dict[int, int]
    ) -> Iterator[int]:
        columns = self._spare.pop()
        try:
            columns.move_to(tile)
            columns.fill(0, frame)
            filters = self._weights.shape[1]
            parts = (matrix @ columns.matrix).reshape(len(wanted), filters, tile.y1 - tile.y0, -1)
        finally:
            self._spare.append(columns)
        for part, (tap, begun) in zip(parts, wanted.items(), strict=True):
            here = self._under_way[begun % self.reach, :, tile.y0 : tile.y1, tile.x0 : tile.x1]
            if tap == 0:
                here[...] = part
            else:
                here += part
        yield tile.size
