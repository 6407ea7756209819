"""Which inputs one output sees, and which outputs one input reaches, one axis at a time.

With stride s, dilation d and `pad_before` b, tap i of output o lies on the input position
``o s - b + i d``. A position outside the axis is padding: it stands for another input (the border modes
"replicate" and "reflect") or for zero. The axes do not know of each other, so a receptive field is three
short lists, and so is what one input reaches (its projective field).
"""

from dataclasses import dataclass

import numpy as np

from core.convolution.borders import OUTSIDE, source_indices
from core.convolution.geometry import inside, output_shape, pad_before, span
from core.settings import ConvolutionSettings, Triple


@dataclass(frozen=True, slots=True)
class AxisField:
    """What one output sees along one axis, tap by tap.

    Parameters
    ----------
    positions
        Where each tap lies; below 0 or beyond the axis in padding.
    sources
        The input whose value counts there: the position itself inside; outside what the border mode takes,
        or None where it takes zero.
    """

    positions: tuple[int, ...]
    sources: tuple[int | None, ...]

    @property
    def first(self) -> int:
        """The position of the first tap."""
        return self.positions[0]

    @property
    def last(self) -> int:
        """The position of the last tap."""
        return self.positions[-1]

    @property
    def padded(self) -> tuple[bool, ...]:
        """Whether each tap lies outside the axis."""
        return tuple(source != place for place, source in zip(self.positions, self.sources, strict=True))


@dataclass(frozen=True, slots=True)
class Field:
    """The receptive field of one output: what it sees along t, y and x.

    Its inputs are all combinations of the three; a voxel is padding where one of its axes says so.
    """

    t: AxisField
    y: AxisField
    x: AxisField

    @property
    def axes(self) -> tuple[AxisField, AxisField, AxisField]:
        """The three axes in the order of every array."""
        return self.t, self.y, self.x


def receptive_field(voxel: Triple, shape: Triple, kernel: Triple, settings: ConvolutionSettings) -> Field:
    """Return what an output sees of a clip.

    Parameters
    ----------
    voxel
        (t, y, x) of the output.
    shape, kernel
        (T, H, W) of the clip, (kT, kH, kW) of the kernel.

    Raises
    ------
    IndexError
        If there is no such output.
    """
    made = output_shape(shape, kernel, settings)
    if not inside(voxel, made):
        raise IndexError(f"there is no output {voxel} among {made}")
    t, y, x = (_axis_field(axis, voxel[axis], shape[axis], kernel[axis], settings) for axis in range(3))
    return Field(t, y, x)


def _axis_field(axis: int, output: int, n: int, kernel: int, settings: ConvolutionSettings) -> AxisField:
    stride, dilation = settings.stride[axis], settings.dilation[axis]
    first = output * stride - pad_before(n, kernel, stride, dilation, settings.padding_of(axis))
    covered = span(kernel, dilation)
    sources = source_indices(first, covered, n, settings.border)[::dilation].tolist()
    return AxisField(
        tuple(range(first, first + covered, dilation)),
        tuple(None if source == OUTSIDE else source for source in sources),
    )


@dataclass(frozen=True, slots=True)
class Reached:
    """Along one axis: the outputs that see an input, and through which taps.

    Parameters
    ----------
    outputs
        In increasing order; none where strides and dilations step over the input.
    taps
        For each output the taps that lie on the input, or on padding that stands for it.
    """

    outputs: tuple[int, ...]
    taps: tuple[tuple[int, ...], ...]


def reached(
    source: Triple, shape: Triple, kernel: Triple, settings: ConvolutionSettings
) -> tuple[Reached, Reached, Reached]:
    """Return the outputs that an input reaches: all combinations of what is reached along t, y and x.

    Parameters
    ----------
    source
        (t, y, x) of the input.
    shape, kernel
        (T, H, W) of the clip, (kT, kH, kW) of the kernel.

    Raises
    ------
    IndexError
        If there is no such input.
    """
    if not inside(source, shape):
        raise IndexError(f"there is no input {source} among {shape}")
    made = output_shape(shape, kernel, settings)
    t, y, x = (_axis_reached(a, source[a], shape[a], kernel[a], made[a], settings) for a in range(3))
    return t, y, x


def _axis_reached(
    axis: int, source: int, n: int, kernel: int, outputs: int, settings: ConvolutionSettings
) -> Reached:
    stride, dilation = settings.stride[axis], settings.dilation[axis]
    before = pad_before(n, kernel, stride, dilation, settings.padding_of(axis))
    covered = max(outputs - 1, 0) * stride + span(kernel, dilation)
    stands = source_indices(-before, covered, n, settings.border)
    places = np.arange(outputs)[:, None] * stride + np.arange(kernel) * dilation
    hits = stands[places] == source  # (outputs, taps)
    found = np.flatnonzero(hits.any(axis=1)).tolist()
    return Reached(tuple(found), tuple(tuple(np.flatnonzero(hits[output]).tolist()) for output in found))
