"""Live filters: the newest frames of a camera through the filters, one new feature map per filter.

One thread takes frames from the ring in order, brings them to the working size and pushes them into the
`ViewStream`; whoever shows them polls `LiveConvolver.latest`. Where the machine cannot keep up, the
thread skips to the newest frames: what is seen is late by a frame or two, never more and more.
"""

import logging
import threading
import time
from collections import deque
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.clip import Clip
from core.combine import Tiles, ViewStream
from core.convolution.geometry import axis_maps
from core.display.contrast import Limits, is_signed, limits_for
from core.errors import WavecubeError
from core.filters.bank import FilterBank
from core.filters.views import View
from core.limits import DEFAULT_CLIP_FRAMES
from core.ring import FrameRing
from core.settings import ContrastSettings, ConvolutionSettings, WorkingSize
from core.sources.base import TimedFrame
from core.volume import FeatureVolume

log = logging.getLogger(__name__)

_IDLE_S = 0.05
_RATE_FRAMES = 20
# The scale follows louder responses soon and quieter ones slowly: colours do not pump.
_RELEASE = 0.9
_LIMITS_EVERY = 4


@dataclass(frozen=True, eq=False)
class LiveFrame:
    """What the filters answer to the newest frame.

    Parameters
    ----------
    number
        Sequence number of the frame in the ring.
    clip
        The newest frames at the working size, up to 16, oldest first: the last one is the frame.
    volumes
        One volume of one frame per filter, or per tile of the view; () while the filters still wait for
        enough frames.
    limits
        Contrast limits of each volume.
    fps
        Frames answered per second, over the last frames.
    """

    number: int
    clip: Clip
    volumes: tuple[FeatureVolume, ...]
    limits: tuple[Limits, ...]
    fps: float


class LiveConvolver:
    """Runs the filters on a camera's ring; owns one thread from `start` to `stop`.

    Parameters
    ----------
    ring
        Filled by the capture thread.
    bank, convolution, size
        What to compute, and at which working size.
    contrast
        How limits are found.
    mirrored
        Whether frames are mirrored left to right first, as the preview is.
    view
        What is shown of the bank, if not its responses.
    """

    def __init__(
        self,
        ring: FrameRing,
        bank: FilterBank,
        convolution: ConvolutionSettings,
        size: WorkingSize,
        contrast: ContrastSettings,
        mirrored: bool,
        view: View | None = None,
    ) -> None:
        self._ring, self._bank, self._convolution = ring, bank, convolution
        self._size, self._contrast, self._mirrored = size, contrast, mirrored
        self._view = view
        self._latest: LiveFrame | None = None
        self._failure = ""
        self._limits: tuple[Limits, ...] = ()
        self._answers = 0
        self._times: deque[float] = deque(maxlen=_RATE_FRAMES)
        self._recent: deque[tuple[int, NDArray[np.uint8]]] = deque(maxlen=DEFAULT_CLIP_FRAMES)
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="live-filters", daemon=False)

    def start(self) -> None:
        """Begin; once only."""
        self._thread.start()

    def stop(self) -> None:
        """End and join: at most one frame's work."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join()

    def latest(self) -> LiveFrame | None:
        """Return the newest answer, or None before the first; any thread."""
        return self._latest

    @property
    def failure(self) -> str:
        """A sentence, if the filters could not be run; any thread."""
        return self._failure

    def set_contrast(self, contrast: ContrastSettings) -> None:
        """Find limits in another way from the next frame on; any thread."""
        self._contrast = contrast
        self._limits = ()

    def _run(self) -> None:
        try:
            with ViewStream(self._bank, self._view, self._convolution) as stream:
                self._follow(stream)
        except WavecubeError as error:
            self._failure = str(error)
        except Exception:
            log.exception("live filters failed")
            self._failure = (
                "The live filters stopped for a reason that we did not foresee; switch them on again."
            )

    def _follow(self, stream: ViewStream) -> None:
        newest = self._ring.latest()
        seen = newest[0] - 1 if newest else -1
        lag = max(4, 2 * self._bank.kernel_size[0])
        while not self._stop.is_set():
            # Woken by the next frame; the time-out only lets a stop through.
            self._ring.wait_beyond(seen, _IDLE_S)
            for number, timed in self._ring.since(seen)[-lag:]:
                if self._stop.is_set():
                    return
                seen = number
                self._answer(number, timed, stream)

    def _answer(self, number: int, timed: TimedFrame, stream: ViewStream) -> None:
        pixels = timed.frame[:, ::-1] if self._mirrored else timed.frame
        small = Clip.from_frames(pixels[np.newaxis]).resized(self._size).frames[0]
        tiles = stream.push(small)
        if self._recent and self._recent[-1][1].shape != small.shape:
            self._recent.clear()
        self._recent.append((timed.timestamp_ns, small))
        clip = Clip.from_frames(
            [picture for _, picture in self._recent],
            timestamps_ns=[time_ns for time_ns, _ in self._recent],
            name="live",
        )
        self._times.append(time.monotonic())
        span = self._times[-1] - self._times[0]
        fps = (len(self._times) - 1) / span if span > 0 else 0.0
        volumes = () if tiles is None else self._volumes(tiles, clip)
        limits = self._settled(volumes) if volumes else ()
        self._latest = LiveFrame(number, clip, volumes, limits, fps)

    def _volumes(self, tiles: Tiles, clip: Clip) -> tuple[FeatureVolume, ...]:
        shape = (self._bank.kernel_size[0], clip.height, clip.width)
        axes = axis_maps(shape, self._bank.kernel_size, self._convolution)
        angles = None if tiles.angles is None else tiles.angles[np.newaxis]
        names = self._bank.names if self._view is None else self._view.names
        made = []
        for index, name in enumerate(names):
            data = tiles.data[index : index + 1]
            data.setflags(write=False)
            made.append(FeatureVolume(data, index, name, axes, angles))
        return tuple(made)

    def _settled(self, volumes: tuple[FeatureVolume, ...]) -> tuple[Limits, ...]:
        """Return limits that rise soon and fall slowly; finding them takes sorting: every fourth frame."""
        self._answers += 1
        if len(self._limits) == len(volumes) and self._answers % _LIMITS_EVERY:
            return self._limits
        wanted = limits_for(volumes, self._contrast, is_signed(self._convolution.activation, self._view))
        if len(self._limits) == len(wanted) and self._contrast.mode != "manual":
            wanted = tuple(
                now if now.high >= old.high * _RELEASE else Limits(old.low * _RELEASE, old.high * _RELEASE)
                for now, old in zip(wanted, self._limits, strict=True)
            )
        self._limits = wanted
        return wanted
