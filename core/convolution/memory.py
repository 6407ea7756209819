"""Memory for answers, taken up again when nobody looks at the old ones any more.

Fresh memory is slow: the system clears every page when it is first written to, which takes as long as
computing the answers of a small kernel. Who asks for new filters again and again, or for the next frame
of a stream, gets the memory of the answers that were thrown away before. Nothing is ever overwritten that
is still in use: memory comes back when the last array that looks at it is gone.
"""

import math
import threading
from collections import OrderedDict
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

# Memory that nobody uses is kept up to this much, and up to the second where new memory is taken besides.
KEPT_BYTES, KEPT_BESIDE_BYTES = 256 * 2**20, 32 * 2**20
# Below this the system's own allocator is as good.
_SMALLEST = 2**18


class _Lease:
    """What an array looks at; gives its memory back when the array and all its views are gone."""

    def __init__(self, store: "Store", memory: Floats) -> None:
        self._store, self._memory = store, memory
        self.__array_interface__: dict[str, Any] = memory.__array_interface__

    def __del__(self) -> None:
        self._store.give_back(self._memory)


class Store:
    """Memory that waits to be used again; any thread."""

    def __init__(self) -> None:
        # Arrays go wherever and whenever: also while this very thread is in here.
        self._lock = threading.RLock()
        self._kept: OrderedDict[int, Floats] = OrderedDict()  # by identity, the oldest first

    @property
    def kept_bytes(self) -> int:
        """How much memory nobody uses."""
        return sum(memory.nbytes for memory in list(self._kept.values()))

    def empty(self, shape: tuple[int, ...]) -> Floats:
        """Return an array of float32 whose values are anything.

        Raises
        ------
        MemoryError
            If the system has no more.
        """
        size = math.prod(shape)
        if 4 * size < _SMALLEST:
            return np.empty(shape, np.float32)
        memory = self._taken(size)
        if memory is None:
            self._keep_at_most(KEPT_BESIDE_BYTES)
            memory = np.empty(size, np.float32)
        return np.asarray(_Lease(self, memory)).reshape(shape)

    def give_back(self, memory: Floats) -> None:
        """Take memory that nobody looks at."""
        with self._lock:
            self._kept[id(memory)] = memory
            self._keep_at_most(KEPT_BYTES)

    def _taken(self, size: int) -> Floats | None:
        with self._lock:
            # The newest first: it may still be in the cache. Others may come back while we look.
            for place, memory in reversed(list(self._kept.items())):
                if memory.size == size and self._kept.pop(place, None) is not None:
                    return memory
        return None

    def _keep_at_most(self, count: int) -> None:
        with self._lock:
            while self._kept and self.kept_bytes > count:
                self._kept.popitem(last=False)  # what has waited longest


store = Store()
