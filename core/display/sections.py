"""Where input, feature volume and kernel lie over one another, one axis at a time.

Everything is measured in *clip coordinates*: frames, rows and columns of the clip that the filters see,
whole numbers at the middles of its voxels. The middle of output o lies where its `AxisMap` says; tap i of
the kernel that makes output o lies d (i - (k - 1) / 2) from there, d the dilation.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

from core.convolution.geometry import AxisMap
from core.settings import Triple

Position = tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class Extent:
    """From the outer edge of the first voxel to that of the last one, in clip coordinates."""

    low: float
    high: float

    @classmethod
    def of(cls, length: int, axis: AxisMap = AxisMap()) -> Self:  # noqa: B008 -- a frozen value
        """Return what `length` voxels cover that lie as an `AxisMap` says; each is as wide as the stride."""
        half = axis.stride / 2
        return cls(axis.to_input(0) - half, axis.to_input(length - 1) + half)

    @property
    def length(self) -> float:
        """Clip voxels from edge to edge."""
        return self.high - self.low

    def contains(self, position: float) -> bool:
        """Whether a position lies within, edges included."""
        return self.low <= position <= self.high

    def joined(self, other: "Extent") -> "Extent":
        """Return the least extent that covers both."""
        return Extent(min(self.low, other.low), max(self.high, other.high))

    def share(self, position: float) -> float:
        """Return where a position is: 0 at the low edge, 1 at the high one."""
        return (position - self.low) / self.length

    def at(self, share: float) -> float:
        """Return the position at a share of the way: the inverse of `share`."""
        return self.low + share * self.length

    def clamped(self, position: float) -> float:
        """Return the nearest position within."""
        return min(max(position, self.low), self.high)


@dataclass(frozen=True, slots=True)
class AxisPlaces:
    """One axis of the input, of a feature volume and of the kernel between them.

    Parameters
    ----------
    inputs, outputs, taps
        How long each is; 0 outputs while there is no volume.
    axis
        Where the outputs lie among the inputs.
    dilation
        Inputs from one tap to the next.
    """

    inputs: int
    outputs: int
    taps: int
    axis: AxisMap
    dilation: int = 1

    @property
    def input_extent(self) -> Extent:
        """What the clip covers."""
        return Extent.of(self.inputs)

    @property
    def output_extent(self) -> Extent | None:
        """What the volume covers, each output as wide as the stride; None without outputs."""
        return Extent.of(self.outputs, self.axis) if self.outputs else None

    @property
    def extent(self) -> Extent:
        """What both cover."""
        outputs = self.output_extent
        return self.input_extent if outputs is None else self.input_extent.joined(outputs)

    def input_at(self, position: float) -> int | None:
        """Return the input that a position lies on; halves count to the next, as in `AxisMap`."""
        nearest = math.floor(position + 0.5)
        return nearest if 0 <= nearest < self.inputs else None

    def output_at(self, position: float) -> int | None:
        """Return the output whose voxel a position lies on."""
        if not self.outputs:
            return None
        index, inside = self.axis.to_output(position, self.outputs)
        return index if inside else None

    def nearest_output(self, position: float) -> int:
        """Return the output nearest to a position; there is at least one."""
        return self.axis.to_output(position, self.outputs)[0]

    def tap_at(self, position: float, output: int) -> float:
        """Return which tap of the kernel that makes an output lies on a position; halves lie between two."""
        return (position - self.axis.to_input(output)) / self.dilation + (self.taps - 1) / 2

    def tap_position(self, tap: float, output: int) -> float:
        """Return where a tap lies: the inverse of `tap_at`; outside the clip it is padding."""
        return self.axis.to_input(output) + (tap - (self.taps - 1) / 2) * self.dilation

    def nearest_tap(self, tap: float) -> int:
        """Return the whole tap nearest to a place on the kernel, kept on it; halves count to the next."""
        return min(max(math.floor(tap + 0.5), 0), self.taps - 1)

    def seen(self, output: int) -> tuple[Extent, ...]:
        """Return what an output sees, in one piece, or tap by tap where it steps over inputs."""
        if self.dilation == 1:
            return (self.field(output),)
        places = (self.tap_position(tap, output) for tap in range(self.taps))
        return tuple(Extent(place - 0.5, place + 0.5) for place in places)

    def field(self, output: int) -> Extent:
        """Return what an output sees: from the outer edge of its first tap's voxel to that of its last."""
        first, last = self.tap_position(0, output), self.tap_position(self.taps - 1, output)
        return Extent(first - 0.5, last + 0.5)


@dataclass(frozen=True, slots=True)
class Places:
    """The three axes together."""

    t: AxisPlaces
    y: AxisPlaces
    x: AxisPlaces

    @classmethod
    def of(
        cls,
        clip: Triple,
        kernel: Triple,
        volume: Triple | None = None,
        axes: Sequence[AxisMap] = (AxisMap(),) * 3,
        dilation: Triple = (1, 1, 1),
    ) -> Self:
        """Return the places for shapes (t, y, x) of clip, kernel and volume, if there is one."""
        outputs = (0, 0, 0) if volume is None else volume
        t, y, x = (AxisPlaces(clip[a], outputs[a], kernel[a], axes[a], dilation[a]) for a in range(3))
        return cls(t, y, x)

    @property
    def axes(self) -> tuple[AxisPlaces, AxisPlaces, AxisPlaces]:
        """The three axes in the order of every array."""
        return self.t, self.y, self.x

    @property
    def clip_shape(self) -> Triple:
        """(T, H, W) of the clip."""
        return self.t.inputs, self.y.inputs, self.x.inputs

    @property
    def middle_tap(self) -> Position:
        """The middle of the kernel; of an even one between two taps."""
        return (self.t.taps - 1) / 2, (self.y.taps - 1) / 2, (self.x.taps - 1) / 2

    def input_at(self, position: Position) -> Triple | None:
        """Return the voxel of the clip at a position, or None outside it."""
        t, y, x = (axis.input_at(place) for axis, place in zip(self.axes, position, strict=True))
        return None if t is None or y is None or x is None else (t, y, x)

    def output_at(self, position: Position) -> Triple | None:
        """Return the output at a position, or None where there is no response."""
        t, y, x = (axis.output_at(place) for axis, place in zip(self.axes, position, strict=True))
        return None if t is None or y is None or x is None else (t, y, x)

    def nearest_output(self, position: Position) -> Triple | None:
        """Return the output nearest to a position; None if the volume has no outputs."""
        if not all(axis.outputs for axis in self.axes):
            return None
        t, y, x = (axis.nearest_output(place) for axis, place in zip(self.axes, position, strict=True))
        return t, y, x

    def centre(self, output: Triple) -> Position:
        """Return where an output lies in the clip."""
        t, y, x = (axis.axis.to_input(place) for axis, place in zip(self.axes, output, strict=True))
        return t, y, x

    def home(self, output: Triple) -> Position:
        """Return the voxel of the clip that an output is shown over: the lower of two beside its centre."""
        t, y, x = (float(axis.axis.frame_of(o)) for axis, o in zip(self.axes, output, strict=True))
        return self.clamped((t, y, x))

    def rounded(self, position: Position) -> Position:
        """Return the voxel of the clip that a position lies on, or the nearest one."""
        t, y, x = (float(math.floor(place + 0.5)) for place in position)
        return self.clamped((t, y, x))

    def nearest_tap(self, tap: Position) -> Triple:
        """Return the whole taps nearest to a place on the kernel."""
        t, y, x = (axis.nearest_tap(place) for axis, place in zip(self.axes, tap, strict=True))
        return t, y, x

    def clamped(self, position: Position) -> Position:
        """Return the nearest voxel's middle in the clip: a cursor that fits another clip, too."""
        t, y, x = (
            float(min(max(place, 0.0), axis.inputs - 1.0))
            for axis, place in zip(self.axes, position, strict=True)
        )
        return t, y, x

    def field(self, output: Triple) -> tuple[Extent, Extent, Extent]:
        """Return the box that an output sees."""
        t, y, x = (axis.field(place) for axis, place in zip(self.axes, output, strict=True))
        return t, y, x

    def tap_at(self, position: Position, output: Triple) -> Position:
        """Return the place on the kernel that lies on a position while it makes an output."""
        t, y, x = (axis.tap_at(place, o) for axis, place, o in zip(self.axes, position, output, strict=True))
        return t, y, x

    def tap_position(self, tap: Position, output: Triple) -> Position:
        """Return where a place on the kernel lies in the clip."""
        t, y, x = (axis.tap_position(place, o) for axis, place, o in zip(self.axes, tap, output, strict=True))
        return t, y, x


def time_window(whole: Extent, most: float, centre: float, before: Extent | None = None) -> Extent:
    """Return the part of a long time axis that is shown.

    Parameters
    ----------
    whole
        All of it.
    most
        How many frames there is room for; at least 1 is shown.
    centre
        The time that has to be seen.
    before
        What was shown; it stays while the time is well inside, so that pictures do not slide all the time.
    """
    if most >= whole.length:
        return whole
    length = max(float(math.floor(most)), 1.0)
    margin = min(1.0, (length - 1) / 2)
    if before is not None and before.length == length and whole.low <= before.low <= whole.high - length:
        near_ends = (
            before.low if before.low == whole.low else before.low + margin,
            before.high if before.high == whole.high else before.high - margin,
        )
        if near_ends[0] <= centre <= near_ends[1]:
            return before
    first = math.floor(centre - (length - 1) / 2 + 0.5) - 0.5  # whole frames
    low = min(max(first, whole.low), whole.high - length)
    return Extent(low, low + length)
