"""What a person can set, as frozen values: safe to hand to any thread, compared with ``==``."""

from collections.abc import Iterable
from dataclasses import dataclass
from numbers import Integral
from typing import Literal, get_args

from core.errors import UsageError
from core.limits import DEFAULT_CLIP_FRAMES, MAX_CLIP_FRAMES, MIN_CLIP_FRAMES

Triple = tuple[int, int, int]
PaddingName = Literal["valid", "same"]
Padding = PaddingName | Triple
AxisPadding = PaddingName | int
Border = Literal["zero", "replicate", "reflect"]
Activation = Literal["none", "relu", "abs", "square"]

PADDINGS: tuple[PaddingName, ...] = get_args(PaddingName)
BORDERS: tuple[Border, ...] = get_args(Border)
ACTIVATIONS: tuple[Activation, ...] = get_args(Activation)
COUNTDOWNS = (0, 3, 5, 10)
MAX_STEP = 64  # of stride, dilation and explicit padding


def _require(condition: bool, sentence: str) -> None:
    if not condition:
        raise UsageError(sentence)


def _triple(name: str, given: object, least: int) -> Triple:
    """Return three numbers as plain ints, so that equal settings are equal and every one can be hashed."""
    steps = [given] * 3 if isinstance(given, Integral) else list(given) if isinstance(given, Iterable) else []
    whole = [int(step) for step in steps if isinstance(step, Integral) and least <= int(step) <= MAX_STEP]
    _require(
        len(steps) == len(whole) == 3,
        f"{name} takes three whole numbers T,H,W from {least} to {MAX_STEP}, not {given!r}.",
    )
    return whole[0], whole[1], whole[2]


@dataclass(frozen=True, slots=True)
class ConvolutionSettings:
    """How the filters slide over the clip.

    Parameters
    ----------
    padding
        ``"valid"``: only whole receptive fields; ``"same"``: as many outputs as inputs (at stride 1);
        or explicit: how many voxels (t, y, x) are assumed on either side of the clip, each 0 to 64.
    stride, dilation
        Steps (t, y, x), each 1 to 64; kept as three ints, whatever sequence or single number they come as.
    activation
        Applied to bias + correlation: none, ReLU, absolute value or square.
    border
        What padding assumes outside the clip: zeros, the nearest voxel, or a reflection that does
        not repeat the edge voxel. In time as in space.
    """

    padding: Padding = "valid"
    stride: Triple = (1, 1, 1)
    dilation: Triple = (1, 1, 1)
    activation: Activation = "none"
    border: Border = "zero"

    def __post_init__(self) -> None:
        if isinstance(self.padding, str):
            _require(
                self.padding in PADDINGS,
                f"padding is {', '.join(PADDINGS)} or three whole numbers T,H,W, not {self.padding!r}.",
            )
        else:
            object.__setattr__(self, "padding", _triple("padding", self.padding, 0))
        _require(
            self.border in BORDERS, f"The border mode is one of {', '.join(BORDERS)}, not {self.border!r}."
        )
        _require(
            self.activation in ACTIVATIONS,
            f"The activation is one of {', '.join(ACTIVATIONS)}, not {self.activation!r}.",
        )
        for name in ("stride", "dilation"):
            object.__setattr__(self, name, _triple(name, getattr(self, name), 1))

    def padding_of(self, axis: int) -> AxisPadding:
        """Return the padding of t (0), y (1) or x (2): a name, or how many voxels on either side."""
        return self.padding if isinstance(self.padding, str) else self.padding[axis]


@dataclass(frozen=True, slots=True)
class WorkingSize:
    """The box that the clip is fitted into before it is convolved; its proportions never change.

    Parameters
    ----------
    width, height
        The box in pixels.
    enlarge
        Whether a clip smaller than the box grows to it.
    """

    width: int = 320
    height: int = 320
    enlarge: bool = False

    def __post_init__(self) -> None:
        good = all(isinstance(n, int) and 1 <= n <= 8192 for n in (self.width, self.height))
        _require(good, f"A size is WxH with sides from 1 to 8192, not {self.width}x{self.height}.")

    def fit(self, width: int, height: int) -> tuple[int, int]:
        """Return (width, height) of a picture of the given size fitted into the box."""
        scale = min(self.width / width, self.height / height)
        if scale >= 1.0 and not self.enlarge:
            return width, height
        return max(1, round(width * scale)), max(1, round(height * scale))


@dataclass(frozen=True, slots=True)
class RecordSettings:
    """How a recording from a camera is made.

    Parameters
    ----------
    frames
        Frames in the clip, 2 to 64.
    fps
        Frames per second, or None for whatever the camera delivers.
    countdown_s
        Seconds counted down before the first frame.
    mirrored
        Whether preview and recording are mirrored left to right.
    """

    frames: int = DEFAULT_CLIP_FRAMES
    fps: float | None = None
    countdown_s: int = 3
    mirrored: bool = True

    def __post_init__(self) -> None:
        low, high = MIN_CLIP_FRAMES, MAX_CLIP_FRAMES
        _require(low <= self.frames <= high, f"A clip has {low} to {high} frames, not {self.frames}.")
        _require(
            self.fps is None or 0.1 <= self.fps <= 240,
            f"A frame rate is 0.1 to 240 per second, not {self.fps}.",
        )
        _require(0 <= self.countdown_s <= 60, f"A countdown takes 0 to 60 s, not {self.countdown_s}.")


@dataclass(frozen=True, slots=True)
class ContrastSettings:
    """How responses become colours; limits are symmetric about 0 for signed data.

    Parameters
    ----------
    mode
        ``"percentile"`` of the absolute responses of the whole clip, or ``"manual"``.
    percentile
        50 to 100; 100 is the largest absolute response.
    shared
        One scale for all filters (True) or one for each.
    manual_limit
        The response at the end of the colour table when ``mode`` is manual, above 0.
    diverging, sequential
        Names from `core.display.colormap`: for signed data, and for data that is never negative.
    """

    mode: Literal["percentile", "manual"] = "percentile"
    percentile: float = 99.5
    shared: bool = True
    manual_limit: float = 1.0
    diverging: str = "vik"
    sequential: str = "cividis"

    def __post_init__(self) -> None:
        _require(50.0 <= self.percentile <= 100.0, f"The percentile is 50 to 100, not {self.percentile}.")
        good = 0.0 < self.manual_limit < float("inf")
        _require(good, f"The contrast limit is a number above 0, not {self.manual_limit}.")


@dataclass(frozen=True, slots=True)
class ExportSettings:
    """What goes into an animation and how it plays.

    Parameters
    ----------
    content
        ``"mosaic"`` (input and every feature volume, in step), ``"input"`` or ``"feature"``.
    feature
        Index of the feature volume when ``content`` is ``"feature"``.
    fps
        Frames per second, 1 to 60.
    scale
        Whole-number enlargement, 1 to 8: each voxel becomes scale x scale equal pixels.
    loop
        Whether the animation plays for ever (True) or once.
    ping_pong
        Whether it runs forwards and then backwards (the two end frames are not repeated).
    captions
        Whether the mosaic carries names and the colour legend.
    """

    content: Literal["mosaic", "input", "feature"] = "mosaic"
    feature: int = 0
    fps: float = 12.0
    scale: int = 1
    loop: bool = True
    ping_pong: bool = False
    captions: bool = True

    def __post_init__(self) -> None:
        _require(1.0 <= self.fps <= 60.0, f"An animation plays at 1 to 60 frames per second, not {self.fps}.")
        _require(1 <= self.scale <= 8, f"An animation is enlarged 1 to 8 times, not {self.scale}.")
        _require(self.feature >= 0, f"Feature volumes are counted from 0, not {self.feature}.")
