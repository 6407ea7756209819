"""The newest kT frames of a stream, kept so that a peer's library gets them without copying them again.

======== ================================================ ==========================================
window   keeps                                            the peer computes
======== ================================================ ==========================================
frames   kT frames of uint8, one after the other          a 3-D convolution with one output frame
planes   kT C float planes, one after the other           a 2-D convolution over kT C channels
pixels   kT C floats for each pixel, the newest frame in  the same, "channels last", with the
         place of the oldest                              weights turned to fit
======== ================================================ ==========================================
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from contest.cases import Case, Problem, flat
from contest.libraries import Compiled

# So many windows long is the memory that a window slides along before it starts again at the front.
_LENGTH = 16


class _Sliding:
    """Frames of one kind in a long array, so that the newest ones are always neighbours."""

    def __init__(self, frames: int, shape: tuple[int, ...], dtype: type) -> None:
        self._memory = np.zeros((_LENGTH * frames, *shape), dtype)
        self._frames, self._end = frames, frames

    def place(self) -> NDArray[np.generic]:
        """Return where the newest frame goes."""
        if self._end == len(self._memory):
            self._memory[: self._frames - 1] = self._memory[self._end - self._frames + 1 :]
            self._end = self._frames - 1
        self._end += 1
        place: NDArray[np.generic] = self._memory[self._end - 1]
        return place

    def window(self) -> NDArray[np.generic]:
        """Return the newest frames (kT, ...): a view."""
        return self._memory[self._end - self._frames : self._end]


class FrameWindow:
    """See the table above; `push` answers to one new frame (H, W, C) uint8."""

    def __init__(self, case: Case, make: Callable[..., Compiled]) -> None:
        self.compiled = make(Problem.of(case, frames=case.kernel[0]), "frames")
        self._newest = _Sliding(case.kernel[0], case.shape[1:], np.uint8)

    def push(self, frame: NDArray[np.uint8]) -> object:
        self._newest.place()[...] = frame
        return self.compiled(self._newest.window()[None])


class PlaneWindow:
    """See the table above; `push` answers to one new frame (H, W, C) uint8."""

    def __init__(self, case: Case, make: Callable[..., Compiled]) -> None:
        self.compiled = make(flat(Problem.of(case)), "planes")
        _, height, width, channels = case.shape
        self._newest = _Sliding(case.kernel[0], (channels, height, width), np.float32)
        self._shape = (1, case.kernel[0] * channels, height, width)

    def push(self, frame: NDArray[np.uint8]) -> object:
        np.copyto(self._newest.place(), frame.transpose(2, 0, 1))
        return self.compiled(self._newest.window().reshape(self._shape))


class PixelRing:
    """See the table above; `push` answers to one new frame (H, W, C) uint8."""

    def __init__(self, case: Case, make: Callable[..., Compiled]) -> None:
        problem = flat(Problem.of(case))
        self.compiled = make(problem, "pixels")
        _, height, width, channels = case.shape
        self._taps, self._seen = case.kernel[0], 0
        self._ring = np.zeros((1, height, width, self._taps, channels), np.float32)
        by_tap = problem.weights.reshape(len(problem.weights), self._taps, channels, *case.kernel[1:])
        # After frame n the place i holds frame n - (n - i) mod kT, so it meets this tap:
        orders = [
            [self._taps - 1 - (n - i) % self._taps for i in range(self._taps)] for n in range(self._taps)
        ]
        # Kept, because a library may read the weights where they are.
        self._turned = [np.ascontiguousarray(by_tap[:, o]).reshape(problem.weights.shape) for o in orders]
        self._weights = [self.compiled.prepared(turned) for turned in self._turned]

    def push(self, frame: NDArray[np.uint8]) -> object:
        place = self._seen % self._taps
        self._seen += 1
        np.copyto(self._ring[0, :, :, place], frame)
        return self.compiled(self._ring.reshape(*self._ring.shape[:3], -1), self._weights[place])
