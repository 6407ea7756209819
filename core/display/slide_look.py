"""How a sliding kernel looks: colours, scales and numbers that all parts of the picture share."""

import math
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from core.analysis.slide import Slide
from core.cv import cv2
from core.display.canvas import LIGHT, Box, Color, Inks, Pixels
from core.display.colormap import KERNEL_TABLE, ColorTable, color_table
from core.display.contrast import Limits
from core.display.legend import MINUS, format_response
from core.display.render import colorize, quantise
from core.display.slide_layout import SlideLayout, one_for_all, slide_layout
from core.settings import Activation

_WHOLE = 3  # pixels of a cell from which on all cells are equally large
_LINED = 7  # pixels of a cell from which on lines between the cells are drawn

ACTIVATION_WORDS: dict[Activation, str] = {"relu": "ReLU", "abs": "magnitude", "square": "square"}


@dataclass(frozen=True, eq=False)
class SlideLook:
    """What a person chose.

    Parameters
    ----------
    limits, table
        Scale and colours of the responses, as everywhere else.
    products
        A diverging table: a product may be negative also where no response is.
    inks
        Paper and letters.
    apart
        Whether the channels stand side by side where there is room for it.
    """

    limits: Limits
    table: ColorTable
    products: ColorTable
    inks: Inks = LIGHT
    apart: bool = True

    def on(self, inks: Inks) -> "SlideLook":
        """Return the same on other paper."""
        return replace(self, inks=inks)

    def arranged(self, apart: bool) -> "SlideLook":
        """Return the same with channels apart, or folded together."""
        return replace(self, apart=apart)


@dataclass(frozen=True, eq=False)
class Scene:
    """A slide in a picture of a certain size: what every part of the picture is drawn from."""

    slide: Slide
    look: SlideLook
    layout: SlideLayout

    @classmethod
    def of(cls, slide: Slide, look: SlideLook, width: int, height: int) -> "Scene":
        """Return the scene of a picture of width x height pixels."""
        return cls(slide, look, slide_layout(slide, width, height, apart=look.apart))

    @property
    def weight_table(self) -> ColorTable:
        """The colours of weights."""
        return color_table(KERNEL_TABLE)

    @cached_property
    def grey(self) -> bool:
        """Whether the kernel sees a single number at each place: a grey clip, or the mean of its channels."""
        return one_for_all(self.slide)

    @cached_property
    def term_limits(self) -> Limits:
        """The scale of weights and products: inputs are in [0, 1], so no product exceeds its weight.

        Where channels are folded together it is the largest sum of magnitudes over the channels.
        """
        sizes = np.abs(self.slide.kernel.weights.astype(np.float64))
        largest = float((sizes if self.layout.planes > 1 else sizes.sum(axis=3)).max())
        return Limits(-largest, largest) if largest > 0 else Limits(-1.0, 1.0)

    @cached_property
    def decimals(self) -> int:
        """How many decimals sums have: three digits of the largest response on the scale."""
        return steady_decimals(self.look.limits.high)

    def term_colors(self, numbers: NDArray[np.float64], table: ColorTable) -> Pixels:
        """Return (H, W, 3) colours of (H, W) weights or products."""
        shares = (numbers / self.term_limits.high).astype(np.float32)
        return colorize(quantise(shares, Limits(-1.0, 1.0)), table)

    def response_colors(self, responses: NDArray[np.float32]) -> Pixels:
        """Return (H, W, 3) colours of (H, W) responses."""
        return colorize(quantise(responses, self.look.limits), self.look.table)

    def response_color(self, response: float) -> Color:
        """Return the colour of one response."""
        red, green, blue = self.response_colors(np.full((1, 1), response, np.float32))[0, 0]
        return int(red), int(green), int(blue)

    def folded(self, numbers: NDArray[np.float64]) -> list[NDArray[np.float64]]:
        """Return the planes (kH, kW) that stand side by side, of (kH, kW, C) weights or products."""
        if self.layout.planes == 1:
            return [numbers.sum(axis=-1)]
        return [numbers[..., c] for c in range(self.layout.planes)]


def steady_decimals(limit: float, digits: int = 3) -> int:
    """Return the decimals at which numbers up to a limit have so many digits, or -1 for powers of ten."""
    if not 1e-4 <= limit < 1e5:
        return -1
    return max(digits - 1 - math.floor(math.log10(limit)), 0)


def steady(value: float, decimals: int) -> str:
    """Return a number that always takes the same room: in a film it must not jump."""
    if decimals < 0 or not math.isfinite(value):
        return format_response(value)
    text = f"{value:.{decimals}f}"
    return (text[1:] if float(text) == 0 and text[0] == "-" else text).replace("-", MINUS)


def zoomed(picture: Pixels, width: int, height: int) -> Pixels:
    """Return (H, W, 3) pixels in another size: averaged where it shrinks, else with sharp pixels."""
    small = width < picture.shape[1] or height < picture.shape[0]
    method = cv2.INTER_AREA if small else cv2.INTER_NEAREST
    return np.asarray(cv2.resize(picture, (width, height), interpolation=method), np.uint8)


def closely(picture: Pixels, box: Box, grid: Color) -> tuple[Box, Pixels]:
    """Return where few pixels lie when they fill a box, each as large as the others, and what they look like.

    Each becomes a whole number of pixels across and down, with lines between them where they are large. Small
    ones fill the box as they can, more than fit are averaged.
    """
    height, width = picture.shape[:2]
    size = min(box.width // width, box.height // height)
    if size < _WHOLE:
        place = box.fitted(height / width)
        return place, zoomed(picture, place.width, place.height)
    large = picture.repeat(size, axis=0).repeat(size, axis=1)
    if size >= _LINED:
        large[::size] = grid
        large[:, ::size] = grid
    return box.inner(width * size, height * size), large


def as_rgb(frame: Pixels) -> Pixels:
    """Return a frame (H, W, 1 or 3) in three channels."""
    return frame if frame.shape[2] == 3 else np.repeat(frame, 3, axis=2)
