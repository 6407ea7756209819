"""What is combined from a bank's linear responses: energies, their differences, directions and shares.

A `View` is a recipe; this is its arithmetic, the same for clips, for clips that lie on a disk and for the
newest frame of a camera. It works frame by frame::

    responses (N,H,W) --products, pooling--> sums (S,H,W) --shares or directions--> tiles (K,H,W)

All of it is float32 on *linear* responses: an activation of the settings applies to nothing here, because
energy is defined on linear responses (Adelson & Bergen, JOSA A 2(2), 1985).
"""

from collections.abc import Generator, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from typing import Self, cast

import numpy as np
from numpy.typing import NDArray

from core.clip import Clip
from core.convolution.engine import convolve_steps, memory_told
from core.convolution.geometry import AxisMap, output_shape
from core.convolution.request import check_fit, check_memory, clip_shape
from core.convolution.stages import Staged, StreamingStages, convolve_stages, linear
from core.convolution.streaming import StreamingConvolver
from core.cv import cv2
from core.errors import UsageError
from core.filters.bank import FilterBank
from core.filters.views import RESPONSES, View
from core.progress import Progress, run
from core.settings import ConvolutionSettings, Triple
from core.volume import FeatureVolume

Floats = NDArray[np.float32]
# Of the whole work in thousandths, what the responses take before anything is combined.
_CONVOLVING, _ALL = 850, 1000
# What opposite energies leave by rounding where nothing moves is less than this share of the largest so far.
ROUNDING = 1e-5


@dataclass(frozen=True, eq=False)
class Tiles:
    """What a view shows.

    Parameters
    ----------
    data
        (K, T, H, W) float32, or (K, H, W) for one frame; for directions one tile, its lengths.
    angles
        For directions: (T, H, W) or (H, W) float32, degrees on the screen from 0 to below 360; else None.
    """

    data: Floats
    angles: Floats | None = None


def find_view(bank: FilterBank, key: str) -> View | None:
    """Return a bank's view by its key in any case, or None for the responses themselves.

    Raises
    ------
    UsageError
        If the bank has no such view; the sentence lists those that it has.
    """
    wanted = key.strip().casefold()
    if wanted == RESPONSES:
        return None
    for view in bank.views:
        if view.key.casefold() == wanted:
            return view
    keys = ", ".join([RESPONSES, *(view.key for view in bank.views)])
    raise UsageError(f"The bank {bank.kind} cannot show {key!r}: choose {keys}.")


class Combiner:
    """The arithmetic of one view, frame by frame; one thread at a time.

    Shares are measured against the largest mean: it is that of the frames that `sums` has met so far.

    Parameters
    ----------
    view
        With products (`Stages` are convolutions: `core.convolution.stages`).
    """

    def __init__(self, view: View) -> None:
        self._view = view
        self._totals = np.zeros(len(view.products))
        self._met = 0
        self._largest = 0.0
        degrees = np.radians(np.asarray(view.directions, np.float64))
        self._across, self._down = np.cos(degrees), np.sin(degrees)

    @property
    def floor(self) -> float:
        """What is added to the sum of all where shares are taken."""
        largest = float(self._totals.max()) / self._met if self._met else 0.0
        return (self._view.floor or 0.0) * largest

    def sums(self, frames: Sequence[Floats]) -> Floats:
        """Return the (S, H, W) pooled sums of products of one frame's responses, N of (H, W)."""
        out = np.zeros((len(self._view.products), *frames[0].shape), np.float32)
        # Responses beyond 1e19 have no energy in float32: it becomes infinite.
        with np.errstate(over="ignore", invalid="ignore"):
            for total, terms in zip(out, self._view.products, strict=True):
                cancelling = any(term.weight < 0 for term in terms)
                for term in terms:
                    product = np.multiply(frames[term.first], frames[term.second])
                    if term.weight != 1.0:
                        product *= np.float32(term.weight)
                    total += product
                    if cancelling:
                        self._largest = max(self._largest, _largest(product))
                if self._view.pooling > 0:
                    total[...] = _pooled(total, self._view.pooling)
                if cancelling:
                    _clear_rounding(total, self._largest)
            if self._view.floor is not None:
                self._totals += out.mean(axis=(1, 2), dtype=np.float64)
                self._met += 1
        return out

    def tiles(self, sums: Floats) -> Tiles:
        """Return the tiles of one frame from its sums."""
        # Of infinite sums neither shares nor the difference of opposite arrows are known.
        with np.errstate(over="ignore", invalid="ignore"):
            if self._view.directions:
                return self._arrows(sums)
            if self._view.floor is not None:
                return Tiles(self._shares(sums))
        return Tiles(sums)

    def _arrows(self, sums: Floats) -> Tiles:
        across, down = _weighted(sums, self._across), _weighted(sums, self._down)
        angles = np.arctan2(down, across)
        angles *= np.float32(180 / np.pi)
        np.add(angles, np.float32(360), out=angles, where=angles < 0)
        # A tiny negative angle is rounded up to the whole circle.
        np.copyto(angles, np.float32(0), where=angles >= 360)
        lengths = np.hypot(across, down)
        self._largest = max(self._largest, _largest(sums))
        _clear_rounding(lengths, self._largest)
        return Tiles(lengths[np.newaxis], angles)

    def _shares(self, sums: Floats) -> Floats:
        """Divide by the sum of all and the floor; where there is nothing at all, everything is floor."""
        floor = np.float32(self.floor)
        whole = sums.sum(axis=0) + floor
        nothing = whole <= 0
        whole[nothing] = 1
        rest = np.where(nothing, np.float32(1), floor / whole)
        tiles = np.concatenate([sums / whole, rest[np.newaxis]])
        return tiles[: len(self._view.names)]


def combine(view: View, responses: NDArray[np.float32]) -> Tiles:
    """Combine the linear responses of a clip.

    Parameters
    ----------
    view
        With products.
    responses
        (N, T, H, W).
    """
    return run(_combined(view, list(responses)))


def _combined(view: View, responses: Sequence[Floats]) -> Generator[Progress | Tiles, None, None]:
    """Yield `Progress`, and at last the tiles; memory holds only these."""
    combiner, shape = Combiner(view), responses[0].shape
    with memory_told():
        data = np.empty((_arrays(view), *shape), np.float32)
        angles = np.empty(shape, np.float32) if view.directions else None

    def keep(t: int, tiles: Tiles) -> None:
        data[: len(tiles.data), t] = tiles.data
        if angles is not None:
            angles[t] = tiles.angles

    # The floor is that of the whole clip: sums wait for its end, where their tiles will be.
    waits, count = view.floor is not None, shape[0]
    steps = 2 * count if waits else count
    for t in range(count):
        sums = combiner.sums([response[t] for response in responses])
        keep(t, Tiles(sums) if waits else combiner.tiles(sums))
        yield Progress(t + 1, steps, "combining")
    for t in range(steps - count):
        keep(t, combiner.tiles(data[: len(view.products), t]))
        yield Progress(count + t + 1, steps, "combining")
    yield Tiles(data[: len(view.names)], angles)


def _arrays(view: View) -> int:
    """Return how many volumes of a view are held at a time."""
    return len(view.names) if view.floor is None else max(len(view.names), len(view.products))


def view_steps(
    clip: Clip, bank: FilterBank, view: View, settings: ConvolutionSettings
) -> Generator[Progress | FeatureVolume, None, None]:
    """Yield the tiles of a view in order, as feature volumes, with `Progress` before.

    Parameters
    ----------
    clip
        At the working size.
    bank, view
        The bank and one of its views.
    settings
        How the filters slide; the activation is not looked at.

    Raises
    ------
    FilterError, BudgetError
        While iterating, as `core.convolution.engine.convolve_bank`; responses and tiles have to fit into
        memory together.
    """
    settings, shape = linear(settings), clip_shape(clip)
    check_fit(clip, bank, settings)
    check_memory(shape, bank, settings, tile_bytes(view, output_shape(shape, bank.kernel_size, settings)))
    if view.stages is not None:
        staged = Staged.of(view.stages, bank, settings)
        yield from _renamed(convolve_stages(clip, staged), view)
        return
    volumes: list[FeatureVolume] = []
    work = cast("Generator[Progress | FeatureVolume, None, None]", convolve_steps(clip, bank, settings))
    with closing(work) as steps:
        for step in steps:
            if isinstance(step, FeatureVolume):
                volumes.append(step)
            else:
                yield Progress(round(_CONVOLVING * step.fraction), _ALL, step.text)
    axes, tiles = volumes[0].axes, None
    for part in _combined(view, [volume.data for volume in volumes]):
        if isinstance(part, Tiles):
            tiles = part
        else:
            yield Progress(_CONVOLVING + round((_ALL - _CONVOLVING) * part.fraction), _ALL, part.text)
    volumes.clear()  # before anybody holds the tiles for long
    assert tiles is not None
    yield from tile_volumes(view, tiles.data, tiles.angles, axes)


def _renamed(
    steps: Iterator[Progress | FeatureVolume], view: View
) -> Generator[Progress | FeatureVolume, None, None]:
    with closing(cast("Generator[Progress | FeatureVolume, None, None]", steps)) as work:
        for step in work:
            yield replace(step, name=view.names[step.index]) if isinstance(step, FeatureVolume) else step


def tile_volumes(
    view: View, data: Floats, angles: Floats | None, axes: tuple[AxisMap, AxisMap, AxisMap]
) -> Generator[FeatureVolume, None, None]:
    """Yield (K, T, H, W) tiles as feature volumes; the arrays become read-only."""
    for array in (data, angles):
        if array is not None:
            array.setflags(write=False)
    for number, (tile, name) in enumerate(zip(data, view.names, strict=True)):
        yield FeatureVolume(tile, number, name, axes, angles)


def tile_bytes(view: View, output: Triple) -> int:
    """Return the bytes that a view takes beside the responses, for volumes of (T', H', W')."""
    t, h, w = output
    arrays = _arrays(view) + bool(view.directions)
    if view.stages is not None:
        arrays = len(view.stages.spatial)  # what lies between both convolutions
    return 4 * arrays * t * h * w


class ViewStream:
    """The tiles of a view for the newest frame of a stream.

    Belongs to the thread that calls `push` and `close`; a context manager closes, too.

    Parameters
    ----------
    bank
        The filters.
    view
        One of its views, or None for the responses themselves.
    settings
        How the filters slide; with a view the activation is not looked at.
    """

    def __init__(self, bank: FilterBank, view: View | None, settings: ConvolutionSettings) -> None:
        self._view = view
        self._combiner: Combiner | None = None
        self._shape: tuple[int, ...] = ()
        self._stream: StreamingConvolver | StreamingStages
        if view is None:
            self._stream = StreamingConvolver(bank, settings)
        elif view.stages is None:
            self._stream = StreamingConvolver(bank, linear(settings))
        else:
            self._stream = StreamingStages(Staged.of(view.stages, bank, settings))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def push(self, frame: NDArray[np.uint8]) -> Tiles | None:
        """Take the next frame (H, W, C); return the tiles (K, H', W') of the newest answer, or None.

        Raises
        ------
        FilterError, BudgetError
            As `StreamingConvolver.push`.
        """
        maps = self._stream.push(frame)
        if maps is None:
            return None
        if self._view is None or self._view.stages is not None:
            return Tiles(maps)
        if self._combiner is None or maps.shape != self._shape:
            self._combiner, self._shape = Combiner(self._view), maps.shape
        return self._combiner.tiles(self._combiner.sums(list(maps)))

    def close(self) -> None:
        """Join the threads that computed the answers."""
        self._stream.close()


def _weighted(sums: Floats, weights: NDArray[np.float64]) -> Floats:
    """Return the sum of (S, H, W) maps, each times its weight; a matrix product is slower for so few rows."""
    total = np.zeros(sums.shape[1:], np.float32)
    for part, weight in zip(sums, weights, strict=True):
        if abs(weight) > 1e-9:
            total += part * np.float32(weight)
    return total


def _largest(values: Floats) -> float:
    """Return the largest magnitude."""
    return max(float(values.max()), -float(values.min()))


def _clear_rounding(values: Floats, largest: float) -> None:
    """Set to 0, in place, what is left of equal energies: on a scale of its own it would look like motion."""
    if 0 < largest < np.inf:
        values[np.abs(values) <= np.float32(ROUNDING * largest)] = 0


def _pooled(values: Floats, sigma: float) -> Floats:
    """Return a Gaussian average over y and x; at the border the nearest values go on."""
    blurred = cv2.GaussianBlur(values, (0, 0), sigma, borderType=cv2.BORDER_REPLICATE)
    return np.asarray(blurred, dtype=np.float32)
