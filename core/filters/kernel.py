"""One filter: a weight array with a name."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, eq=False, repr=False)
class Kernel:
    """The weights of one filter.

    Parameters
    ----------
    weights
        (kT, kH, kW, C) float32, read-only; +t forward in time, +y down, +x right.
    bias
        Added to every response.
    name
        For people.
    """

    weights: NDArray[np.float32]
    bias: float = 0.0
    name: str = "filter"

    def __repr__(self) -> str:
        return f"<Kernel {self.name!r}: {self.weights.shape} float32>"

    @cached_property
    def total(self) -> float:
        """The sum of all weights: the answer to a clip that is 1 everywhere (bias aside)."""
        return float(self.weights.sum(dtype=np.float64))

    @cached_property
    def norm(self) -> float:
        """The Euclidean (L2) norm of the weights."""
        return float(np.sqrt(np.square(self.weights, dtype=np.float64).sum()))

    @cached_property
    def limit(self) -> float:
        """The largest absolute weight: the end of the kernel's colour scale (1 for an all-zero kernel)."""
        return float(np.abs(self.weights).max()) or 1.0
