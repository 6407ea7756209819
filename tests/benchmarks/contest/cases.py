"""What is convolved: the cases of the benchmark, their exact answers, and what they ask of a machine."""

import math
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from core.clip import Clip
from core.convolution.definition import pad, values
from core.convolution.geometry import output_shape, pad_before, span
from core.filters.bank import FilterBank
from core.filters.builtin import make_bank
from core.settings import ConvolutionSettings

REAL_FRAMES = Path(__file__).resolve().parents[4] / "shared" / "data" / "wave"


@dataclass(frozen=True)
class Case:
    """One convolution; small, because every contestant's process makes the frames and the bank itself.

    Parameters
    ----------
    shape
        (T, H, W, C) of the clip.
    filters, kernel
        F zero-mean filters of (kT, kH, kW).
    settings
        Padding, stride and dilation.
    live
        One new frame in, the newest output frame out.
    real
        The real frames of `REAL_FRAMES` instead of noise.
    absolute
        With the absolute values of all weights: on clips, which are never negative, sum|terms|.
    """

    shape: tuple[int, int, int, int]
    filters: int
    kernel: tuple[int, int, int]
    settings: ConvolutionSettings = field(default=ConvolutionSettings())
    live: bool = False
    real: bool = False
    absolute: bool = False

    @property
    def title(self) -> str:
        size = "x".join(map(str, self.shape[self.live :]))
        words = [f"{size} F{self.filters} {'x'.join(map(str, self.kernel))}"]
        words = (["live"] if self.live else []) + words + (["real frames"] if self.real else [])
        if self.settings.padding != "valid":
            words.append(f"{self.settings.padding}")
        for name in ("stride", "dilation"):
            if (steps := getattr(self.settings, name)) != (1, 1, 1):
                words.append(f"{name} {','.join(map(str, steps))}")
        return " ".join(words)

    def frames(self) -> NDArray[np.uint8]:
        """Return (T, H, W, C)."""
        if not self.real:
            return np.random.default_rng(0).integers(0, 256, self.shape, dtype=np.uint8)
        paths = [REAL_FRAMES / f"frame{i}.jpg" for i in range(1, self.shape[0] + 1)]
        frames = np.stack([np.asarray(Image.open(path).convert("RGB")) for path in paths])
        assert frames.shape == self.shape, f"the real frames are {frames.shape}, not {self.shape}"
        return frames

    def clip(self) -> Clip:
        return Clip.from_frames(self.frames())

    def bank(self) -> FilterBank:
        bank = make_bank(filters=self.filters, kernel=self.kernel, channels=self.shape[3])
        return FilterBank.from_weights(np.abs(bank.weights)) if self.absolute else bank

    @property
    def output(self) -> tuple[int, int, int]:
        """(T', H', W'); a live step has T' = 1."""
        t, y, x = output_shape(self.shape[:3], self.kernel, self.settings)
        return (1 if self.live else t), y, x

    @property
    def products(self) -> int:
        return self.filters * math.prod(self.output) * math.prod(self.kernel) * self.shape[3]

    @property
    def output_bytes(self) -> int:
        return 4 * self.filters * math.prod(self.output)

    @property
    def pads(self) -> tuple[tuple[int, int], ...]:
        """Zeros before and after the clip along t, y and x."""
        both = []
        for axis, (n, k, s, d) in enumerate(
            zip(self.shape[:3], self.kernel, self.settings.stride, self.settings.dilation, strict=True)
        ):
            before = pad_before(n, k, s, d, self.settings.padding_of(axis))
            outputs = output_shape(self.shape[:3], self.kernel, self.settings)[axis]
            both.append((before, max((outputs - 1) * s + span(k, d) - n - before, 0)))
        return tuple(both)


@dataclass(frozen=True)
class Truth:
    """Some hundred voxels of a case in float64, by the definition.

    Parameters
    ----------
    places
        (4, n): filter, t, y, x.
    expected, magnitudes
        n responses, and the sums of the absolute values of their terms.
    """

    places: NDArray[np.intp]
    expected: NDArray[np.float64]
    magnitudes: NDArray[np.float64]

    @classmethod
    def of(cls, case: Case, count: int = 400) -> "Truth":
        rng = np.random.default_rng(1)
        places = np.stack([rng.integers(0, n, count) for n in (case.filters, *case.output)])
        bank, settings = case.bank(), case.settings
        video = pad(values(case.frames()), (*case.kernel, case.shape[3]), settings)
        skipped = len(video) - span(case.kernel[0], settings.dilation[0]) if case.live else 0
        expected, magnitudes = [], []
        for n, *at in places.T:
            first = [i * s for i, s in zip(at, settings.stride, strict=True)]
            first[0] += skipped
            box = tuple(
                slice(i, i + span(k, d), d)
                for i, k, d in zip(first, case.kernel, settings.dilation, strict=True)
            )
            terms = video[box] * bank.weights[n].astype(np.float64)
            expected.append(terms.sum())
            magnitudes.append(np.abs(terms).sum())
        return cls(places, np.array(expected), np.array(magnitudes))

    def error(self, volumes: NDArray[np.float32]) -> float:
        """Return the largest difference as a part of sum|terms|; volumes are (F, T', H', W')."""
        return float(np.max(np.abs(volumes[tuple(self.places)] - self.expected) / self.magnitudes))


@dataclass(frozen=True)
class Problem:
    """A convolution as libraries want it: channels first, weights that already contain the 1/255.

    Parameters
    ----------
    weights
        (F, C, *kernel) float32, three or two kernel axes.
    size
        Input lengths, as many as kernel axes.
    pads, stride, dilation
        For each of these axes.
    """

    weights: NDArray[np.float32]
    size: tuple[int, ...]
    pads: tuple[tuple[int, int], ...]
    stride: tuple[int, ...]
    dilation: tuple[int, ...]

    @classmethod
    def of(cls, case: Case, frames: int | None = None) -> "Problem":
        """Return the whole clip's problem, or that of so many frames."""
        weights = np.ascontiguousarray(case.bank().weights.transpose(0, 4, 1, 2, 3)) / np.float32(255)
        size = (frames or case.shape[0], *case.shape[1:3])
        return cls(weights, size, case.pads, case.settings.stride, case.settings.dilation)

    @property
    def axes(self) -> int:
        return len(self.size)

    @property
    def channels(self) -> int:
        return int(self.weights.shape[1])

    @cached_property
    def output(self) -> tuple[int, ...]:
        """(F, *lengths of the result)."""
        rows = zip(self.size, self.weights.shape[2:], self.pads, self.stride, self.dilation, strict=True)
        return (len(self.weights), *((n + sum(p) - span(k, d)) // s + 1 for n, k, p, s, d in rows))


def flat(problem: Problem) -> Problem:
    """Return the 2-D convolution over kT C channels that makes one output frame: channel t C + c."""
    f, c, kt, kh, kw = problem.weights.shape
    weights = np.ascontiguousarray(problem.weights.transpose(0, 2, 1, 3, 4)).reshape(f, kt * c, kh, kw)
    return Problem(weights, problem.size[1:], problem.pads[1:], problem.stride[1:], problem.dilation[1:])


_STRIDED = ConvolutionSettings(padding="same", stride=(1, 2, 2))
_DILATED = ConvolutionSettings(dilation=(2, 2, 2))

CLIPS = (
    Case((16, 256, 256, 3), 1, (5, 5, 5)),
    Case((16, 240, 320, 3), 8, (3, 3, 3)),
    Case((16, 240, 320, 1), 8, (3, 3, 3)),
    Case((16, 240, 320, 3), 16, (5, 5, 5)),
    Case((16, 112, 112, 3), 64, (3, 7, 7)),
    Case((16, 480, 640, 3), 8, (3, 3, 3)),
    Case((16, 112, 112, 3), 64, (3, 7, 7), _STRIDED),
    Case((16, 240, 320, 3), 8, (3, 3, 3), _DILATED),
    Case((16, 480, 640, 3), 8, (5, 5, 5), real=True),
    Case((16, 240, 320, 3), 8, (5, 5, 5)),
)
LIVE = (
    Case((16, 240, 320, 3), 8, (3, 3, 3), live=True),
    Case((16, 240, 320, 3), 16, (5, 5, 5), live=True),
    Case((16, 240, 320, 3), 64, (3, 7, 7), live=True),
)
