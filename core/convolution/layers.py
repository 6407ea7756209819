"""A further layer: the feature volumes of one convolution are the channels of the next.

The activation between the two is that of the first one's settings. The volumes are not copied: those that
lie evenly in one array (what the engine makes of one group of filters) are looked at as frames (C, H, W)
where they are. Where not all of them do, a convolution is computed for some channels at a time and the
sums are added: then frames of some channels are put together when they are asked for, and memory stays
bounded with hundreds of channels. A volume of the further layer says where its voxels lie among the frames
of the *clip*, through both layers.
"""

from collections.abc import Generator, Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from itertools import pairwise

import numpy as np
from numpy.lib.stride_tricks import as_strided

from core.convolution.backends import method_for
from core.convolution.columns import finish
from core.convolution.engine import convolve_frames, memory_told
from core.convolution.frames import MadeFrames
from core.convolution.geometry import AxisMap, axis_maps, span
from core.convolution.layout import Floats, Frames, Layout
from core.convolution.request import DEFAULT, check_frames, check_memory, check_pixels
from core.convolution.team import shared, workers
from core.errors import FilterError
from core.filters.bank import FilterBank, channel_count
from core.progress import Progress
from core.settings import ConvolutionSettings, Triple
from core.volume import FeatureVolume

# The frames of one receptive field, for as many channels as are computed together: we may hold them once
# and the way to compute once more.
PIECE_BYTES = 12 * 2**20
# What one piece adds to the sums at a time.
PART_BYTES = 4 * 2**20

Axes = tuple[AxisMap, AxisMap, AxisMap]


def convolve_volumes(
    volumes: Sequence[FeatureVolume], bank: FilterBank, settings: ConvolutionSettings = DEFAULT
) -> Iterator[Progress | FeatureVolume]:
    """Compute one feature volume for each kernel from the volumes of the layer before.

    Parameters
    ----------
    volumes
        C volumes of one size that lie over the same places of the clip: channel c is the c-th of them.
    bank
        N filters for C channels.
    settings
        How these filters slide over the volumes, and their activation.

    Returns
    -------
    Progress, and N volumes in order, each as soon as it is there. Their `axes` count frames, rows and
    columns of the clip.

    Raises
    ------
    FilterError
        At once, with the two numbers that disagree, if the volumes do not fit each other or the bank.
    BudgetError
        At once, if the new volumes would not fit into the memory that is free; while iterating, if the
        system refuses it all the same.
    """
    shape = _common_shape(volumes)
    if bank.channels != len(volumes):
        count = "1 feature volume" if len(volumes) == 1 else f"{len(volumes)} feature volumes"
        raise FilterError(f"Filters for {channel_count(bank.channels)} do not fit {count}.")
    check_frames(shape[0], bank, settings, "the volumes have")
    check_pixels(shape[1], shape[2], bank, settings)
    check_memory(shape, bank, settings)
    t, y, x = (
        second.behind(first)
        for second, first in zip(axis_maps(shape, bank.kernel_size, settings), volumes[0].axes, strict=True)
    )
    arrays = [volume.data for volume in volumes]
    frames = frames_in_place(arrays)
    if frames is None:
        layout = Layout.of(shape, bank.kernel_size, bank.channels, settings)
        return _convolve_pieces(arrays, layout, bank, (t, y, x))
    weights, bias, names = bank.weights, bank.bias, bank.names
    return convolve_frames(frames, shape, weights, bias, names, settings, (t, y, x))


def pieces(layout: Layout) -> list[slice]:
    """Return runs of channels, about equal, whose frames are small enough for `PIECE_BYTES`."""
    _, height, width = layout.clip
    reach = span(layout.kernel[0], layout.settings.dilation[0])
    most = max(PIECE_BYTES // (4 * height * width * reach), 1)
    count = -(-layout.channels // most)
    edges = [layout.channels * n // count for n in range(count + 1)]
    return [slice(first, last) for first, last in pairwise(edges)]


def _convolve_pieces(
    arrays: Sequence[Floats], layout: Layout, bank: FilterBank, axes: Axes
) -> Iterator[Progress | FeatureVolume]:
    """Compute all volumes as sums over the pieces; bias and activation come at the end."""
    made = pieces(layout)
    total, done = len(made) * layout.output[0], 0
    with memory_told():
        out = np.zeros((len(bank), *layout.output), np.float32)
        for channels in made:
            weights = np.ascontiguousarray(bank.weights[..., channels])
            with closing(_add(arrays[channels], weights, layout, out)) as work:
                for finished in work:
                    done += finished
                    yield Progress(done, total, "convolving")
        for t in range(out.shape[1]):
            finish(out[:, t], bank.bias, layout.settings, out[:, t])
            yield Progress(done, total, "convolving")
    out.setflags(write=False)
    for n, data in enumerate(out):
        yield FeatureVolume(data, n, bank.names[n], axes)


def _add(
    arrays: Sequence[Floats], weights: Floats, layout: Layout, out: Floats
) -> Generator[int, None, None]:
    """Add what some channels contribute to all output frames; yield how many have been finished."""
    own = replace(layout, channels=len(arrays), settings=replace(layout.settings, activation="none"))
    method = method_for(own, weights, np.zeros(len(weights), np.float32), workers())
    frames: Frames | None = frames_in_place(arrays)
    if frames is None:
        frames = gathered_frames(arrays, span(layout.kernel[0], layout.settings.dilation[0]))
    at_once = max(PART_BYTES // out[:, 0].nbytes, 1)
    for first in range(0, out.shape[1], at_once):
        times = range(out.shape[1])[first : first + at_once]
        part = np.empty((len(out), len(times), *out.shape[2:]), np.float32)
        with closing(shared(method.jobs(frames, times, part))) as work:
            for _ in work:
                yield 0
        out[:, times.start : times.stop] += part
        yield len(times)


def frames_in_place(arrays: Sequence[Floats]) -> Floats | None:
    """Return arrays (T, H, W) as frames (T, C, H, W) without a copy, if they lie evenly in one array."""
    first = arrays[0]
    starts = [array.__array_interface__["data"][0] for array in arrays]
    step = starts[1] - starts[0] if len(arrays) > 1 else 0
    if any(
        array.dtype != np.float32
        or array.strides != first.strides
        or (array is not first and (array.base is None or array.base is not first.base))
        or start != starts[0] + place * step
        for place, (array, start) in enumerate(zip(arrays, starts, strict=True))
    ):
        return None
    along_t, along_y, along_x = first.strides
    count, height, width = first.shape
    return as_strided(
        first,
        shape=(count, len(arrays), height, width),
        strides=(along_t, step, along_y, along_x),
        writeable=False,
    )


def gathered_frames(arrays: Sequence[Floats], kept: int) -> MadeFrames:
    """Return frames (C, H, W) put together from C arrays (T, H, W) of one shape, `kept` of them at a time."""
    return MadeFrames(
        lambda position: np.stack([array[position] for array in arrays], dtype=np.float32), kept
    )


def _common_shape(volumes: Sequence[FeatureVolume]) -> Triple:
    """Return (T, H, W) of volumes that fit each other; refuse others."""
    if not volumes:
        raise FilterError("A further layer needs at least 1 feature volume, not 0.")
    first = volumes[0]
    for other in volumes:
        if other.data.shape != first.data.shape:
            sizes = " and ".join("x".join(map(str, v.data.shape)) for v in (first, other))
            raise FilterError(
                f"The volumes {first.name!r} and {other.name!r} have different sizes, {sizes} (TxHxW)."
            )
        if other.axes != first.axes:
            places = " and ".join(_places(volume) for volume in (first, other))
            raise FilterError(
                f"The volumes {first.name!r} and {other.name!r} lie over different places of the clip, "
                f"{places}."
            )
    t, h, w = first.data.shape
    return t, h, w


def _places(volume: FeatureVolume) -> str:
    """Return where a volume begins in the clip, and in which steps it goes on."""
    begin = ", ".join(f"{axis.offset:g}" for axis in volume.axes)
    return f"({begin}) in steps of ({', '.join(str(axis.stride) for axis in volume.axes)})"
