"""Shape arithmetic of sliding kernels, one axis at a time.

With n inputs, kernel size k, stride s and dilation d, the kernel spans e = d (k - 1) + 1 inputs.

====== ====================== =================================== ==============================
mode   output length          first input of output i             centre of output i (`AxisMap`)
====== ====================== =================================== ==============================
valid  (n - e) // s + 1       i s                                 d (k - 1) / 2 + i s
same   ceil(n / s)            i s - before                        d (k - 1) / 2 - before + i s
p      (n + 2 p - e) // s + 1 i s - p                             d (k - 1) / 2 - p + i s
====== ====================== =================================== ==============================

where before = max((length - 1) s + e - n, 0) // 2 and p is explicit: so many outside inputs on either
side. An even kernel has its centre between two inputs.
"""

import math
from dataclasses import dataclass

from core.settings import AxisPadding, ConvolutionSettings, Triple


@dataclass(frozen=True, slots=True)
class AxisMap:
    """Where the outputs of one axis lie among its inputs.

    Parameters
    ----------
    offset
        Input position of output 0; halves occur for even kernels.
    stride
        Inputs from one output to the next.
    """

    offset: float = 0.0
    stride: int = 1

    def to_input(self, output: int) -> float:
        """Return the input position at which an output is centred."""
        return self.offset + output * self.stride

    def frame_of(self, output: int) -> int:
        """Return the input at which `to_output` finds an output first: the lower of two beside its centre."""
        return max(math.ceil(self.to_input(output) - 0.5), 0)

    def to_output(self, position: float, length: int) -> tuple[int, bool]:
        """Return the output nearest to an input position, and whether it really covers that position.

        Parameters
        ----------
        position
            Input position, for example the clip frame of the playhead.
        length
            Number of outputs, at least 1.

        Returns
        -------
        index, inside
            The nearest output, clamped to 0 … length - 1, and False where it had to be clamped. Halves
            are rounded up, so that neighbouring positions never share an output at stride 1.
        """
        nearest = math.floor((position - self.offset) / self.stride + 0.5)
        index = min(max(nearest, 0), length - 1)
        return index, index == nearest

    def behind(self, first: "AxisMap") -> "AxisMap":
        """Return where the outputs lie among the inputs of `first`, whose outputs are this map's inputs."""
        return AxisMap(first.to_input(0) + self.offset * first.stride, first.stride * self.stride)


def span(kernel: int, dilation: int) -> int:
    """Return how many inputs a kernel of `kernel` taps covers along one axis."""
    return dilation * (kernel - 1) + 1


def output_length(n: int, kernel: int, stride: int, dilation: int, padding: AxisPadding) -> int:
    """Return the number of outputs along one axis; 0 where the kernel does not fit."""
    if padding == "same":
        return -(-n // stride)
    outside = 0 if padding == "valid" else 2 * int(padding)
    return max((n + outside - span(kernel, dilation)) // stride + 1, 0)


def pad_before(n: int, kernel: int, stride: int, dilation: int, padding: AxisPadding) -> int:
    """Return how many outside inputs lie before the first one."""
    if padding == "valid":
        return 0
    if padding != "same":
        return int(padding)
    length = output_length(n, kernel, stride, dilation, padding)
    return max((length - 1) * stride + span(kernel, dilation) - n, 0) // 2


def axis_map(n: int, kernel: int, stride: int, dilation: int, padding: AxisPadding) -> AxisMap:
    """Return where the outputs of one axis lie among its inputs."""
    offset = dilation * (kernel - 1) / 2 - pad_before(n, kernel, stride, dilation, padding)
    return AxisMap(offset, stride)


def output_shape(shape: Triple, kernel: Triple, settings: ConvolutionSettings) -> Triple:
    """Return (T', H', W') of a feature volume for a clip of (T, H, W)."""
    t, y, x = (
        output_length(n, k, s, d, settings.padding_of(axis))
        for axis, (n, k, s, d) in enumerate(
            zip(shape, kernel, settings.stride, settings.dilation, strict=True)
        )
    )
    return t, y, x


def axis_maps(
    shape: Triple, kernel: Triple, settings: ConvolutionSettings
) -> tuple[AxisMap, AxisMap, AxisMap]:
    """Return the maps of t, y and x for a clip of (T, H, W)."""
    t, y, x = (
        axis_map(n, k, s, d, settings.padding_of(axis))
        for axis, (n, k, s, d) in enumerate(
            zip(shape, kernel, settings.stride, settings.dilation, strict=True)
        )
    )
    return t, y, x


def inside(place: Triple, shape: Triple) -> bool:
    """Tell whether there is a voxel (t, y, x) in a volume of (T, H, W)."""
    return all(0 <= at < n for at, n in zip(place, shape, strict=True))


def clamped(place: Triple, shape: Triple) -> Triple:
    """Return the voxel of a volume of (T, H, W) that is nearest to a place (t, y, x)."""
    t, y, x = (min(max(at, 0), n - 1) for at, n in zip(place, shape, strict=True))
    return t, y, x
