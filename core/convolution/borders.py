"""Which voxel stands for one that lies outside: border modes as index arithmetic, one axis at a time."""

import numpy as np
from numpy.typing import NDArray

from core.settings import Border

OUTSIDE = -1


def source_indices(first: int, count: int, n: int, border: Border) -> NDArray[np.intp]:
    """Return for the positions first … first + count - 1 the index in 0 … n - 1 that stands for each.

    Parameters
    ----------
    first, count
        Positions along one axis; they may lie outside 0 … n - 1 on either side.
    n
        Length of the axis, at least 1.
    border
        ``"zero"`` gives `OUTSIDE` there, ``"replicate"`` the nearest index, ``"reflect"`` the mirror
        image about the edge voxel, which is not repeated: … 2 1 | 0 1 2 … and back and forth where the
        position is further away than the axis is long. The only voxel of an axis of length 1 repeats.
    """
    positions = np.arange(first, first + count, dtype=np.intp)
    if border == "replicate" or (n == 1 and border == "reflect"):
        return np.clip(positions, 0, n - 1)
    if border == "reflect":
        within = positions % (2 * (n - 1))
        return np.minimum(within, 2 * (n - 1) - within)
    return np.where((positions >= 0) & (positions < n), positions, OUTSIDE)
