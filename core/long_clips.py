"""Clips of any length: frames and feature volumes lie on the disk, memory holds a few frames of each.

The steps are those of a short clip, and so are the numbers, to the last bit: frames are read one by one and
brought to the working size, a few output frames at a time are computed by the engine's own `Method`, and
the writers look at one frame after another. What they look at is mapped from a `Spool`, which lets go of it
after each step (`Spool.during`). Each function is a generator that belongs to the thread that iterates.
"""

from collections.abc import Callable, Generator, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from core.clip import Clip
from core.convolution.frames import seen_by, sees_grey
from core.convolution.geometry import axis_maps, output_shape, span
from core.convolution.layout import Floats, Layout
from core.convolution.request import check_fit, check_stream, clip_shape
from core.export.content import check_film
from core.export.job import ExportJob
from core.filters.bank import FilterBank
from core.limits import MIN_CLIP_FRAMES
from core.progress import Progress
from core.settings import ConvolutionSettings, ExportSettings, Triple, WorkingSize
from core.sources.base import FrameSource
from core.sources.load import ClipSelection, load_clip
from core.sources.rooms import DiskRoom, Room
from core.spool import Spool, check_disk
from core.volume import FeatureVolume, Measures

# Responses that are computed at a time and then written, in bytes; one frame of each filter at least.
_PIECE = 8 * 2**20
_CHANNELS = 3  # of every source


@dataclass(frozen=True)
class Plan:
    """What is to be made of a clip, known before anything of it is read.

    Parameters
    ----------
    bank, convolution
        The filters and how they are applied.
    animation
        What animations show.
    outputs
        The files that will be written.
    """

    bank: FilterBank
    convolution: ConvolutionSettings
    animation: ExportSettings
    outputs: tuple[Path, ...]

    def outlined(self, shape: Triple) -> ExportJob:
        """Return the job for a clip (T, H, W) as far as sizes go: its arrays take no memory."""
        clip = Clip(np.broadcast_to(np.uint8(0), (*shape, _CHANNELS)), (0,))
        kernel = self.bank.kernel_size
        data = np.broadcast_to(np.float32(0), output_shape(shape, kernel, self.convolution))
        axes = axis_maps(shape, kernel, self.convolution)
        volumes = tuple(FeatureVolume(data, n, name, axes) for n, name in enumerate(self.bank.names))
        return ExportJob(clip, self.bank, volumes, self.convolution, export=self.animation)


def load_long_clip(
    source: FrameSource,
    selection: ClipSelection,
    size: WorkingSize,
    spool: Spool,
    check: Callable[[Triple], None],
) -> Iterator[Progress | Clip]:
    """Read a clip of any length onto the disk, at the working size.

    Parameters
    ----------
    source, selection
        As for `core.sources.load.load_clip`.
    size
        The box that each frame is fitted into as it comes.
    spool
        What owns the frames; the clip is valid until it is closed.
    check
        Asked with the shape (T, H, W) that the clip will have, as soon as its first frame is there, so that
        nobody reads for an hour in vain. Raises what speaks against it. Where nobody knows how many
        frames will come, T is the fewest.

    Raises
    ------
    SourceError, UsageError
        As `load_clip`.
    ExportError
        If the disk refuses.
    """

    def room_for(count: int | None, width: int, height: int) -> Room:
        width, height = size.fit(width, height)
        check((count or MIN_CLIP_FRAMES, height, width))
        return DiskRoom(spool, width, height)

    return load_clip(source, selection, room_for)


def check_long(shape: Triple, plan: Plan, spool: Spool, *, loaded: bool) -> None:
    """Refuse what could not be finished: too large for a disk, or frames too large for memory or a file.

    Parameters
    ----------
    shape
        (T, H, W) of the clip at the working size.
    plan
        What is to be made of it.
    spool
        What takes frames and volumes.
    loaded
        Whether the clip itself is already on the disk.

    Raises
    ------
    BudgetError
        With what is needed, what is there, and what to change.
    FilterError
        If the kernel is larger than a frame.
    ExportError
        If an animation would have too many pixels.
    """
    frames, height, width = shape
    bank = plan.bank.for_channels(_CHANNELS)
    check_stream(height, width, _CHANNELS, bank, plan.convolution)
    outlined = plan.outlined(shape)
    clip, volumes = outlined.clip.frames.nbytes, sum(volume.data.nbytes for volume in outlined.volumes)
    needs = {spool.folder: volumes + (0 if loaded else clip)}
    for path in plan.outputs:
        if path.suffix.lower() == ".npz":  # only of arrays is it known how large they become
            folder = path.resolve().parent  # where a link leads
            needs[folder] = needs.get(folder, 0) + clip + volumes
        elif volumes:
            check_film(outlined)
    check_disk(needs, f"{frames} frames of {width}x{height} and what {len(bank)} filters make of them")


def convolve_long_clip(
    clip: Clip, bank: FilterBank, convolution: ConvolutionSettings, spool: Spool
) -> Generator[Progress | FeatureVolume, None, None]:
    """Compute the feature volume of each filter on the disk; all of them are yielded at the end.

    Parameters
    ----------
    clip
        At the working size; its frames may lie in `spool`.
    bank
        For any number of channels; it is adapted to the clip's.
    convolution
        How the filters are applied. Whatever the padding in time, the volumes are those of the engine.
    spool
        What owns the volumes; they are valid until it is closed.

    Raises
    ------
    FilterError
        If a kernel does not fit into the clip, or its channels do not.
    BudgetError
        If memory cannot hold one frame of each volume.
    ExportError
        If the disk refuses.
    """
    check_fit(clip, bank, convolution)
    check_stream(clip.height, clip.width, clip.channels, bank, convolution)
    shape = clip_shape(clip)
    channels = bank.channels if sees_grey(bank, clip.channels) else clip.channels
    layout = Layout.of(shape, bank.kernel_size, channels, convolution)
    voxels = int(np.prod(layout.output, dtype=np.int64))
    frame = voxels // layout.output[0]
    measures = [Measures(voxels) for _ in bank.names]
    file, done = spool.file(), 0
    with closing(_pieces(clip, bank, layout)) as pieces:
        for piece in pieces:
            spool.release()
            if isinstance(piece, int):
                done += piece * len(bank)
                yield Progress(done, voxels * len(bank), "convolving")
                continue
            first, responses = piece
            for n, part in enumerate(responses):
                measures[n].add(part)
                file.write(4 * (n * voxels + first * frame), part)
    data = file.array((len(bank), *layout.output), np.float32)
    axes = axis_maps(shape, bank.kernel_size, convolution)
    for n, (volume, name) in enumerate(zip(data, bank.names, strict=True)):
        yield FeatureVolume(volume, n, name, axes).measured(measures[n])


def _pieces(clip: Clip, bank: FilterBank, layout: Layout) -> Generator[int | tuple[int, Floats], None, None]:
    """Yield how many voxels of one filter have been computed since, and the pieces that they end in.

    A piece is the position of its first output frame and (N, n, H', W') responses, valid until the next.
    """
    from core.convolution.backends import method_for
    from core.convolution.engine import memory_told
    from core.convolution.team import shared, workers

    times, height, width = layout.output
    at_once = min(max(_PIECE // (4 * len(bank) * height * width), 1), times)
    reach = span(layout.kernel[0], layout.settings.dilation[0])
    with memory_told():
        frames, adapted = seen_by(bank, clip.frames, kept=at_once * layout.settings.stride[0] + reach)
        method = method_for(layout, adapted.weights, adapted.bias, workers())
        memory = np.empty(len(bank) * at_once * height * width, np.float32)
    for first in range(0, times, at_once):
        some = range(first, min(first + at_once, times))
        shape = (len(bank), len(some), height, width)
        responses = memory[: int(np.prod(shape))].reshape(shape)
        with memory_told(), closing(shared(method.jobs(frames, some, responses))) as work:
            yield from work
        yield first, responses
