"""Pooling: of a block of responses only the largest, or their mean, goes on.

::

    max   out(t, y, x) = max  in(t pT + i, y pH + j, x pW + k)     i < pT, j < pH, k < pW
    mean  the same with the mean

Blocks lie side by side: the step is the block's size, as networks have it. Where the last block is not
whole, it is left out, so n inputs give n // p outputs; that is the geometry of a valid convolution with a
kernel and a stride of that size, and it is reckoned as one (`Pooling.sliding`).
"""

from dataclasses import dataclass
from itertools import product
from typing import Literal, get_args

import numpy as np

from core.convolution.geometry import axis_maps, output_shape
from core.convolution.layout import Floats
from core.errors import FilterError, UsageError
from core.settings import ConvolutionSettings, Triple
from core.volume import FeatureVolume

PoolingKind = Literal["max", "mean"]
POOLING_KINDS: tuple[PoolingKind, ...] = get_args(PoolingKind)
MAX_POOL = 3


@dataclass(frozen=True, slots=True)
class Pooling:
    """Which blocks are pooled, and how.

    Parameters
    ----------
    kind
        ``"max"`` or ``"mean"``.
    size
        The block along (t, y, x), each 1 to 3; 1 leaves an axis as it is.
    """

    kind: PoolingKind = "max"
    size: Triple = (1, 2, 2)

    def __post_init__(self) -> None:
        if self.kind not in POOLING_KINDS:
            raise UsageError(f"Pooling is {' or '.join(POOLING_KINDS)}, not {self.kind!r}.")
        good = len(self.size) == 3 and all(isinstance(n, int) and 1 <= n <= MAX_POOL for n in self.size)
        if not good:
            raise UsageError(f"A pooled block has 1 to {MAX_POOL} voxels along each axis, not {self.size}.")

    @property
    def idle(self) -> bool:
        """Whether nothing changes: blocks of one voxel."""
        return self.size == (1, 1, 1)

    @property
    def sliding(self) -> ConvolutionSettings:
        """How a convolution slides that has these blocks as its receptive fields (kernel `size`)."""
        return ConvolutionSettings(stride=self.size)

    def output_shape(self, shape: Triple) -> Triple:
        """Return (T', H', W') of (T, H, W); 0 where no block fits."""
        return output_shape(shape, self.size, self.sliding)


def pooled(data: Floats, pooling: Pooling, out: Floats | None = None) -> Floats:
    """Return a volume (T, H, W) after pooling, (T', H', W') float32.

    Parameters
    ----------
    data
        The responses; not changed.
    pooling
        Kind and size of the blocks.
    out
        (T', H', W') float32 to write into; None makes a new array.
    """
    t, h, w = shape = pooling.output_shape((data.shape[0], data.shape[1], data.shape[2]))
    st, sy, sx = pooling.size
    whole = data[: t * st, : h * sy, : w * sx]
    found = np.empty(shape, np.float32) if out is None else out
    # One pass for each place in a block, over all blocks at once.
    first, *others = (whole[i::st, j::sy, k::sx] for i, j, k in product(range(st), range(sy), range(sx)))
    found[...] = first
    with np.errstate(over="ignore", invalid="ignore"):  # responses beyond float32 are infinite already
        for part in others:
            if pooling.kind == "max":
                np.maximum(found, part, out=found)
            else:
                found += part
        if pooling.kind == "mean":
            found *= np.float32(1 / (st * sy * sx))
    return found


def pooled_volume(
    volume: FeatureVolume, data: Floats, pooling: Pooling, out: Floats | None = None
) -> FeatureVolume:
    """Return a volume like another one, of other responses that are pooled first.

    Parameters
    ----------
    volume
        Gives index, name and places.
    data
        (T, H, W) float32: its responses, or what an activation made of them.
    """
    pooled_axes = axis_maps(_shape(volume), pooling.size, pooling.sliding)
    t, y, x = (outer.behind(inner) for outer, inner in zip(pooled_axes, volume.axes, strict=True))
    made = pooled(data, pooling, out)
    made.setflags(write=False)
    return FeatureVolume(made, volume.index, volume.name, (t, y, x))


def check_pooling(shape: Triple, pooling: Pooling) -> None:
    """Refuse blocks that are larger than the volumes.

    Raises
    ------
    FilterError
        With both sizes.
    """
    if 0 in pooling.output_shape(shape):
        size, room = ("×".join(map(str, numbers)) for numbers in (pooling.size, shape))
        raise FilterError(
            f"Pooling {size} (t×y×x) does not fit: the first layer has only {room} responses; "
            "choose smaller blocks."
        )


def _shape(volume: FeatureVolume) -> Triple:
    t, h, w = volume.data.shape
    return t, h, w
