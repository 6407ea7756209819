"""In which memory frames are staged."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.convolution.geometry import span
from core.convolution.layout import OUTSIDE, Layout
from core.convolution.native.plan import Pass


@dataclass(frozen=True)
class Geometry:
    """Sizes of staged rows, the same for all strips.

    Parameters
    ----------
    phases
        Planes of one channel: one for each pixel of a stride.
    pitch
        Floats from one row of a plane to the next: odd lines of cache, so that rows do not collide there.
    slots
        Frames that a strip holds.
    inside
        Pixels of a row that lie side by side in frame and plane: the first of them in the plane, how
        many, the first of them in the frame.
    others, sources
        The other pixels of a row of the plane, and which column of the frame (or `OUTSIDE`) each is.
    """

    phases: int
    pitch: int
    slots: int
    inside: tuple[int, int, int]
    others: NDArray[np.intp]
    sources: NDArray[np.intp]

    @classmethod
    def of(cls, layout: Layout, vector: int, shared_out: Sequence[Pass], slots: int) -> "Geometry":
        """Work the sizes out."""
        phases = layout.settings.stride[2]
        reach = layout.settings.dilation[2] * (layout.kernel[2] - 1) // phases
        last = max(int(one.places.max()) + one.vectors * vector for one in shared_out)
        lines = -(-(last + reach) // 16) | 1
        wanted = layout.inputs(2, 0, layout.output[2])
        begin = count = 0
        if phases == 1:
            # The longest run of neighbours; beside it lies only what the border mode made.
            breaks = np.flatnonzero((np.diff(wanted) != 1) | (wanted[:-1] == OUTSIDE)) + 1
            edges = np.array([0, *breaks, len(wanted)])
            longest = int(np.argmax(np.diff(edges)))
            begin, count = int(edges[longest]), int(np.diff(edges)[longest])
        inside = (begin, count, int(wanted[begin]))
        if inside[2] == OUTSIDE:
            inside = (0, 0, 0)
        others = np.delete(np.arange(len(wanted)), slice(begin, begin + inside[1]))
        return cls(phases, lines * 16, slots, inside, others, wanted[others])

    def strip_bytes(self, layout: Layout, rows: int) -> int:
        """Return what the staged frames of a strip take."""
        reach = span(layout.kernel[1], layout.settings.dilation[1])
        staged = (rows - 1) * layout.settings.stride[1] + reach
        return 4 * self.slots * layout.channels * self.phases * staged * self.pitch
