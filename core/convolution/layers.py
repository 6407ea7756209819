"""A further layer: the feature volumes of one convolution are the channels of the next.

The activation between the two is that of the first one's settings. The volumes are not copied: those that
lie evenly in one array (what the engine makes of one group of filters) are looked at as frames (C, H, W)
where they are; of others one frame is put together when it is asked for. A volume of the further layer
says where its voxels lie among the frames of the *clip*, through both layers.
"""

from collections import OrderedDict
from collections.abc import Iterator, Sequence
from threading import Lock

import numpy as np
from numpy.lib.stride_tricks import as_strided

from core.convolution.engine import convolve_frames
from core.convolution.geometry import axis_maps, span
from core.convolution.layout import Floats
from core.convolution.request import DEFAULT, check_frames, check_memory, check_pixels
from core.errors import FilterError
from core.filters.bank import FilterBank, channel_count
from core.progress import Progress
from core.settings import ConvolutionSettings, Triple
from core.volume import FeatureVolume

# Frames that are put together are kept for the kernel's next places as long as they take no more than this.
KEPT_BYTES = 24 * 2**20


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
    arrays = [volume.data for volume in volumes]
    together = frames_in_place(arrays)
    reach = span(bank.kernel_size[0], settings.dilation[0])
    gathered = GatheredFrames(arrays, bank.kernel_size[0], reach)
    # Both we and the way to compute may keep the frames that an output frame looks at.
    check_memory(shape, bank, settings, 0 if together is not None else 2 * gathered.most_bytes)
    t, y, x = (
        second.behind(first)
        for second, first in zip(axis_maps(shape, bank.kernel_size, settings), volumes[0].axes, strict=True)
    )
    return convolve_frames(
        gathered if together is None else together,
        shape,
        bank.weights,
        bank.bias,
        bank.names,
        settings,
        (t, y, x),
        at_once=1 if together is None else None,
    )


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


class GatheredFrames:
    """Frames (C, H, W) float32 put together from C arrays (T, H, W) when they are asked for; any thread.

    Parameters
    ----------
    arrays
        Of one shape.
    at_least, at_most
        How many frames are kept: as many as `KEPT_BYTES` take, but at least and at most these.
    """

    def __init__(self, arrays: Sequence[Floats], at_least: int, at_most: int) -> None:
        self._arrays = tuple(arrays)
        frame_bytes = 4 * len(arrays) * int(np.prod(arrays[0].shape[1:]))
        self._most = max(min(KEPT_BYTES // max(frame_bytes, 1), at_most), at_least)
        self._kept: OrderedDict[int, Floats] = OrderedDict()
        self._lock = Lock()
        self.most_bytes = self._most * frame_bytes

    def __getitem__(self, position: int, /) -> Floats:
        """Return one frame, read-only."""
        # Threads ask for the same frames at about the same time: whoever comes second waits and gets it.
        with self._lock:
            if position not in self._kept:
                if len(self._kept) >= self._most:
                    self._kept.popitem(last=False)
                frame = np.stack([array[position] for array in self._arrays], dtype=np.float32)
                frame.setflags(write=False)
                self._kept[position] = frame
            self._kept.move_to_end(position)
            return self._kept[position]


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
