"""What one response of a deep layer sees of the clip, through all layers below it.

Along one axis layer l has the kernel size k, the stride s and the dilation d. From one of its responses to
the next it moves j inputs on (the jump), and each response spans r inputs (the receptive field)::

    r_0 = 1, j_0 = 1        r_l = r_(l-1) + (k - 1) d j_(l-1)        j_l = j_(l-1) s

(Araujo, Norris and Sim, Computing receptive fields of convolutional neural networks, Distill 2019.) The
formula tells how far a field reaches; which inputs in it really count, and where padding stands for what,
`core.convolution.field` tells layer by layer, and `Stack` puts the layers together. Pooling is a layer like
any other. The axes do not know of each other, so a field is three short lists.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from core.convolution.field import Field, receptive_field
from core.convolution.geometry import inside, output_shape, pad_before
from core.settings import ConvolutionSettings, Triple


@dataclass(frozen=True, slots=True)
class Step:
    """How one layer looks at the one below it: a convolution, or a pooling seen as one.

    Parameters
    ----------
    kernel
        (kT, kH, kW).
    settings
        Stride, dilation, padding and border; the activation does not matter.
    """

    kernel: Triple
    settings: ConvolutionSettings


@dataclass(frozen=True, slots=True)
class Reach:
    """What a response sees of a layer below, along one axis.

    Parameters
    ----------
    first, last
        The ends of its receptive field, as the formula has it: in padding they lie outside the axis.
    sources
        The inputs that count, in increasing order: without those that strides and dilations step over, with
        those that stand for padding; none where it sees nothing but zeros.
    """

    first: int
    last: int
    sources: tuple[int, ...]

    @property
    def size(self) -> int:
        """Inputs from one end to the other."""
        return self.last - self.first + 1


@dataclass(frozen=True, slots=True)
class DeepField:
    """What a response sees of a layer below: all combinations of what it sees along t, y and x."""

    t: Reach
    y: Reach
    x: Reach

    @property
    def axes(self) -> tuple[Reach, Reach, Reach]:
        """The three axes in the order of every array."""
        return self.t, self.y, self.x


class Stack:
    """The geometry of layers on top of each other; level 0 is the clip, level l the output of step l.

    Parameters
    ----------
    shape
        (T, H, W) of the clip.
    steps
        From the clip upwards.
    """

    def __init__(self, shape: Triple, steps: Sequence[Step]) -> None:
        self.steps = tuple(steps)
        shapes = [shape]
        for step in self.steps:
            # Nothing is left for a layer above one that has no outputs.
            shapes.append(
                (0, 0, 0) if 0 in shapes[-1] else output_shape(shapes[-1], step.kernel, step.settings)
            )
        self.shapes = tuple(shapes)

    def jump(self, level: int) -> Triple:
        """Return how many inputs of the clip a response of a level is from the next, along t, y and x."""
        return self._reckoned(level)[1]

    def receptive_field(self, level: int) -> Triple:
        """Return how many inputs of the clip a response of a level spans along t, y and x."""
        return self._reckoned(level)[0]

    def _reckoned(self, level: int) -> tuple[Triple, Triple]:
        """Return (r, j) of a level by the formula."""
        fields, jumps = (1, 1, 1), (1, 1, 1)
        for step in self.steps[:level]:
            taps = zip(fields, step.kernel, step.settings.dilation, jumps, strict=True)
            t, y, x = (r + (k - 1) * d * j for r, k, d, j in taps)
            fields = (t, y, x)
            t, y, x = (j * s for j, s in zip(jumps, step.settings.stride, strict=True))
            jumps = (t, y, x)
        return fields, jumps

    def field(self, voxel: Triple, level: int, down_to: int = 0) -> DeepField:
        """Return what a response of a level sees of a level below.

        Parameters
        ----------
        voxel
            (t, y, x) of the response.
        level, down_to
            Of the response, and of what is seen; `down_to` is less than `level`.

        Raises
        ------
        IndexError
            If there is no such response.
        """
        if not inside(voxel, self.shapes[level]):
            raise IndexError(f"there is no response {voxel} among {self.shapes[level]}")
        t, y, x = (self._reach(axis, voxel[axis], level, down_to) for axis in range(3))
        return DeepField(t, y, x)

    def _reach(self, axis: int, output: int, level: int, down_to: int) -> Reach:
        first = last = output
        sources: set[int] = {output}
        for below in range(level - 1, down_to - 1, -1):
            step, n = self.steps[below], self.shapes[below][axis]
            stride, dilation = step.settings.stride[axis], step.settings.dilation[axis]
            before = pad_before(n, step.kernel[axis], stride, dilation, step.settings.padding_of(axis))
            first = first * stride - before
            last = last * stride - before + dilation * (step.kernel[axis] - 1)
            sources = {source for place in sources for source in self._sources(axis, place, below)}
        return Reach(first, last, tuple(sorted(sources)))

    def _sources(self, axis: int, output: int, below: int) -> set[int]:
        """Return the inputs of one step that one of its outputs takes, along one axis."""
        step, voxel = self.steps[below], [0, 0, 0]
        voxel[axis] = output
        t, y, x = voxel
        field: Field = receptive_field((t, y, x), self.shapes[below], step.kernel, step.settings)
        return {source for source in field.axes[axis].sources if source is not None}
