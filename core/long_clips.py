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
from core.combine import Combiner
from core.convolution.frames import seen_by
from core.convolution.geometry import AxisMap, axis_maps, output_shape, span
from core.convolution.layout import Floats, Frames, Layout
from core.convolution.request import check_fit, check_stream, clip_shape
from core.convolution.stages import Staged, linear, rectified_frames, temporal_layout
from core.export.content import check_film
from core.export.job import ExportJob
from core.filters.bank import FilterBank
from core.filters.views import View
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
    view
        What is shown of the bank, if not its responses.
    """

    bank: FilterBank
    convolution: ConvolutionSettings
    animation: ExportSettings
    outputs: tuple[Path, ...]
    view: View | None = None

    def outlined(self, shape: Triple) -> ExportJob:
        """Return the job for a clip (T, H, W) as far as sizes go: its arrays take no memory."""
        clip = Clip(np.broadcast_to(np.uint8(0), (*shape, _CHANNELS)), (0,))
        kernel = self.bank.kernel_size
        data = np.broadcast_to(np.float32(0), output_shape(shape, kernel, self.convolution))
        axes = axis_maps(shape, kernel, self.convolution)
        names = self.bank.names if self.view is None else self.view.names
        angles = data if self.view is not None and self.view.directions else None
        volumes = tuple(FeatureVolume(data, n, name, axes, angles) for n, name in enumerate(names))
        return ExportJob(clip, self.bank, volumes, self.convolution, export=self.animation, view=self.view)

    def disk_bytes(self, volume: int) -> tuple[int, int]:
        """Return the bytes of all results, and of all that is kept for them, if a volume takes so many."""
        if self.view is None:
            return len(self.bank) * volume, len(self.bank) * volume
        results = (len(self.view.names) + bool(self.view.directions)) * volume
        return results, results + (len(self.view.products) if self.view.floor is not None else 0) * volume


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
    clip = outlined.clip.frames.nbytes
    volumes, kept = plan.disk_bytes(outlined.volumes[0].data.nbytes)
    needs = {spool.folder: kept + (0 if loaded else clip)}
    for path in plan.outputs:
        if path.suffix.lower() == ".npz":  # only of arrays is it known how large they become
            folder = path.resolve().parent  # where a link leads
            needs[folder] = needs.get(folder, 0) + clip + volumes
        elif volumes:
            check_film(outlined)
    check_disk(needs, f"{frames} frames of {width}x{height} and what {len(bank)} filters make of them")


def convolve_long_clip(
    clip: Clip, bank: FilterBank, convolution: ConvolutionSettings, spool: Spool, view: View | None = None
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
    view
        One of the bank's: its tiles take the place of the responses.

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
    asked = _Asked.of(clip, bank, convolution, view)
    results = _Results(spool, asked.layout.output, bank, view)
    total, done = int(np.prod(asked.layout.output, dtype=np.int64)), 0
    with closing(_pieces(asked)) as pieces:
        for piece in pieces:
            spool.release()
            if isinstance(piece, int):
                done += piece
                yield Progress(done, total, "convolving")
            else:
                results.add(*piece)
    for t in results.rest():
        spool.release()
        yield Progress(t, asked.layout.output[0], "combining")
    yield from results.volumes(axis_maps(clip_shape(clip), bank.kernel_size, convolution))


@dataclass(frozen=True, eq=False)
class _Asked:
    """The convolution whose output frames are the answers: that of the bank, or the second of two stages.

    Parameters
    ----------
    layout, bank
        Its geometry and its weights for the frames that `frames` makes.
    frames
        Makes its input, given how many frames may be held at a time.
    """

    layout: Layout
    bank: FilterBank
    frames: Callable[[int], Frames]

    @classmethod
    def of(
        cls, clip: Clip, bank: FilterBank, convolution: ConvolutionSettings, view: View | None
    ) -> "_Asked":
        if view is not None and view.stages is not None:
            staged = Staged.of(view.stages, bank, convolution)
            layout = temporal_layout(clip, staged)
            return cls(layout, staged.temporal, lambda kept: rectified_frames(clip.frames, staged, kept))
        adapted = seen_by(bank, clip.frames, kept=1)[1]
        settings = convolution if view is None else linear(convolution)
        layout = Layout.of(clip_shape(clip), bank.kernel_size, adapted.channels, settings)
        return cls(layout, adapted, lambda kept: seen_by(bank, clip.frames, kept)[0])


def _pieces(asked: _Asked) -> Generator[int | tuple[int, Floats], None, None]:
    """Yield how many voxels of one filter have been computed since, and the pieces that they end in.

    A piece is the position of its first output frame and (N, n, H', W') responses, valid until the next.
    """
    from core.convolution.backends import method_for
    from core.convolution.engine import memory_told
    from core.convolution.team import shared, workers

    layout, bank = asked.layout, asked.bank
    times, height, width = layout.output
    at_once = min(max(_PIECE // (4 * len(bank) * height * width), 1), times)
    reach = span(layout.kernel[0], layout.settings.dilation[0])
    with memory_told():
        frames = asked.frames(at_once * layout.settings.stride[0] + reach)
        method = method_for(layout, bank.weights, bank.bias, workers())
        memory = np.empty(len(bank) * at_once * height * width, np.float32)
    for first in range(0, times, at_once):
        some = range(first, min(first + at_once, times))
        shape = (len(bank), len(some), height, width)
        responses = memory[: int(np.prod(shape))].reshape(shape)
        with memory_told(), closing(shared(method.jobs(frames, some, responses))) as work:
            yield from work
        yield first, responses


class _Kept:
    """K arrays (T, H, W) one behind the other in a file, written some frames at a time, in order."""

    def __init__(self, spool: Spool, count: int, output: Triple, *, measured: bool = False) -> None:
        self._file = spool.file()
        self._shape = (count, *output)
        voxels = int(np.prod(output, dtype=np.int64))
        self._volume, self._frame = 4 * voxels, 4 * voxels // output[0]
        self.measures = [Measures(voxels) for _ in range(count if measured else 0)]

    def add(self, first: int, frames: Floats) -> None:
        """Write (K, n, H, W) from frame `first` on."""
        for n, part in enumerate(frames):
            self._file.write(n * self._volume + first * self._frame, part)
        for measure, part in zip(self.measures, frames, strict=False):
            measure.add(part)

    def array(self) -> Floats:
        """Return all, (K, T, H, W); once."""
        made: Floats = self._file.array(self._shape, np.float32)
        return made


class _Results:
    """What becomes of the responses: kept as they are, or combined frame by frame."""

    def __init__(self, spool: Spool, output: Triple, bank: FilterBank, view: View | None) -> None:
        self._names = bank.names if view is None else view.names
        self._count = output[0]
        self._kept = _Kept(spool, len(self._names), output, measured=True)
        self._combiner = None if view is None or view.stages is not None else Combiner(view)
        self._angles = _Kept(spool, 1, output) if view is not None and view.directions else None
        # The floor is that of the whole clip, so sums wait for its end.
        waits = view is not None and view.floor is not None
        self._sums = _Kept(spool, len(view.products), output) if view is not None and waits else None

    def add(self, first: int, responses: Floats) -> None:
        """Take the (N, n, H, W) responses of the next frames."""
        if self._combiner is None:
            self._kept.add(first, responses)
            return
        for t in range(responses.shape[1]):
            sums = self._combiner.sums(list(responses[:, t]))
            if self._sums is None:
                self._combine(first + t, sums)
            else:
                self._sums.add(first + t, sums[:, np.newaxis])

    def rest(self) -> Iterator[int]:
        """Combine the sums that had to wait; yield how many frames are done."""
        if self._sums is not None:
            sums = self._sums.array()
            for t in range(self._count):
                self._combine(t, sums[:, t])
                yield t + 1

    def volumes(self, axes: tuple[AxisMap, AxisMap, AxisMap]) -> Iterator[FeatureVolume]:
        """Yield all volumes; once."""
        angles = None if self._angles is None else self._angles.array()[0]
        everything = zip(self._kept.array(), self._names, self._kept.measures, strict=True)
        for n, (data, name, measure) in enumerate(everything):
            yield FeatureVolume(data, n, name, axes, angles).measured(measure)

    def _combine(self, t: int, sums: Floats) -> None:
        assert self._combiner is not None
        tiles = self._combiner.tiles(sums)
        self._kept.add(t, tiles.data[:, np.newaxis])
        if self._angles is not None and tiles.angles is not None:
            self._angles.add(t, tiles.angles[np.newaxis, np.newaxis])
