"""Drawing in colour without a window: boxes, lines, letters, hatches and pictures on an RGB array.

Coordinates are pixels, x to the right and y down. What leaves the canvas is cut off.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from core.cv import cv2
from core.display.lettering import elided, mask_corner, text_mask

Pixels = NDArray[np.uint8]
Color: TypeAlias = tuple[int, int, int]
Point: TypeAlias = tuple[float, float]


class Box(NamedTuple):
    """A rectangle: its upper left corner and its size."""

    x: int
    y: int
    width: int
    height: int

    @property
    def right(self) -> int:
        """The first column beyond it."""
        return self.x + self.width

    @property
    def bottom(self) -> int:
        """The first row below it."""
        return self.y + self.height

    @property
    def middle(self) -> tuple[int, int]:
        """(x, y) of its centre."""
        return self.x + self.width // 2, self.y + self.height // 2

    def share(self, x: float, y: float) -> Point | None:
        """Return how far (x, y) lies in it, across and down in [0, 1), or None outside."""
        across, down = (x - self.x) / max(self.width, 1), (y - self.y) / max(self.height, 1)
        return (across, down) if 0 <= across < 1 and 0 <= down < 1 else None

    def inner(self, width: int, height: int) -> "Box":
        """Return a box of that size in the middle of this one."""
        return Box(self.x + (self.width - width) // 2, self.y + (self.height - height) // 2, width, height)

    def fitted(self, aspect: float) -> "Box":
        """Return the largest box with height / width = aspect in the middle of this one, 1 x 1 at least."""
        width = max(min(self.width, int(self.height / aspect)), 1)
        return self.inner(width, max(min(round(width * aspect), self.height), 1))


@dataclass(frozen=True, slots=True)
class Inks:
    """The colours of everything that is not data.

    Parameters
    ----------
    ground, ink, quiet
        Paper, letters, and letters that may stay in the background.
    line, empty
        Thin lines, and the ground of what is still to come.
    hatch
        Lines over what lies outside the clip.
    accent
        What leads the eye through the picture.
    wrong
        What must not be.
    """

    ground: Color
    ink: Color
    quiet: Color
    line: Color
    empty: Color
    hatch: Color
    accent: Color
    wrong: Color


LIGHT = Inks(
    (250, 250, 248), (28, 33, 39), (89, 99, 110), (190, 196, 204), (230, 233, 237), (150, 156, 164),
    (11, 122, 117), (179, 38, 30),
)  # fmt: skip
DARK = Inks(
    (29, 32, 37), (231, 233, 236), (161, 170, 180), (84, 92, 102), (44, 49, 56), (112, 120, 130),
    (63, 193, 180), (255, 138, 128),
)  # fmt: skip
# Bright with a dark rim: seen on every colour of every table and on every video.
MARK, RIM = (255, 214, 10), (0, 0, 0)


class Canvas:
    """An RGB picture that is being drawn; one thread at a time.

    Parameters
    ----------
    pixels
        (H, W, 3) uint8, drawn upon.
    """

    def __init__(self, pixels: Pixels) -> None:
        self.pixels = pixels

    def fill(self, box: Box, color: Color) -> None:
        """Fill a rectangle."""
        self._part(box)[...] = color

    def outline(self, box: Box, color: Color, thick: int = 1) -> None:
        """Draw a frame whose outer edge is the box."""
        x, y, width, height = box
        self.fill(Box(x, y, width, thick), color)
        self.fill(Box(x, box.bottom - thick, width, thick), color)
        self.fill(Box(x, y, thick, height), color)
        self.fill(Box(box.right - thick, y, thick, height), color)

    def mark(self, box: Box, thick: int, color: Color = MARK) -> None:
        """Draw a frame around a box that is seen on everything."""
        outer = thick + 2
        self.outline(_grown(box, outer), RIM, outer)
        self.outline(_grown(box, outer - 1), color, thick)

    def line(self, points: Sequence[Point], color: Color, thick: int = 1) -> None:
        """Draw a line through points, smoothed."""
        places = np.round(np.asarray(points, np.float64) * 16).astype(np.int32)
        cv2.polylines(self.pixels, [places], False, color, thick, cv2.LINE_AA, 4)

    def sign(self, kind: str, at: tuple[int, int], size: int, color: Color) -> None:
        """Draw "+", "×", "=" or "→" around a point, as large as letters of that size: fonts lack some."""
        x, y = at
        r, thick = 0.26 * size, max(round(size / 13), 1)
        strokes: dict[str, tuple[tuple[Point, ...], ...]] = {
            "+": (((x - r, y), (x + r, y)), ((x, y - r), (x, y + r))),
            "×": (((x - r, y - r), (x + r, y + r)), ((x - r, y + r), (x + r, y - r))),
            "=": (((x - r, y - r / 2), (x + r, y - r / 2)), ((x - r, y + r / 2), (x + r, y + r / 2))),
            "→": (((x - 2 * r, y), (x + 2 * r, y)), ((x + r, y - r), (x + 2 * r, y), (x + r, y + r))),
        }
        for points in strokes[kind]:
            self.line(points, color, thick)

    def dot(self, at: Point, radius: float, color: Color) -> None:
        """Draw a disc, smoothed."""
        centre = round(at[0] * 16), round(at[1] * 16)
        cv2.circle(self.pixels, centre, round(radius * 16), color, -1, cv2.LINE_AA, 4)

    def picture(self, corner: tuple[int, int], picture: Pixels) -> None:
        """Put an (H, W, 3) picture down; its upper left corner lies at (x, y)."""
        x, y = corner
        height, width = picture.shape[:2]
        box = Box(x, y, width, height)
        part = self._part(box)
        top, left = max(-y, 0), max(-x, 0)
        part[...] = picture[top : top + part.shape[0], left : left + part.shape[1]]

    def hatch(self, box: Box, color: Color, period: int) -> None:
        """Draw slanted lines over a box."""
        part = self._part(box)
        rows, columns = np.ogrid[: part.shape[0], : part.shape[1]]
        part[(rows + columns) % period == 0] = color

    def text(
        self,
        at: tuple[int, int],
        text: str,
        size: int,
        color: Color,
        anchor: str = "lm",
        width: int | None = None,
    ) -> None:
        """Write a line of text; see `core.display.lettering.write_text`. `width` shortens it with "…"."""
        if width is not None:
            text = elided(text, size, width)
        if not text:
            return
        mask = text_mask(text, size)
        left, top = mask_corner(mask.shape[1], *at, size, anchor)
        box = Box(left, top, mask.shape[1], mask.shape[0])
        part = self._part(box)
        if part.size:
            rows, columns = max(-top, 0), max(-left, 0)
            seen = mask[rows : rows + part.shape[0], columns : columns + part.shape[1], np.newaxis]
            share = seen.astype(np.float32) * np.float32(1 / 255)
            part[...] = (part + (np.asarray(color, np.float32) - part) * share + np.float32(0.5)).astype(
                np.uint8
            )

    def _part(self, box: Box) -> Pixels:
        height, width = self.pixels.shape[:2]
        x0, y0 = min(max(box.x, 0), width), min(max(box.y, 0), height)
        x1, y1 = min(max(box.right, x0), width), min(max(box.bottom, y0), height)
        return self.pixels[y0:y1, x0:x1]


def mixed(one: Color, other: Color) -> Color:
    """Return the colour in the middle of two."""
    red, green, blue = ((a + b) // 2 for a, b in zip(one, other, strict=True))
    return red, green, blue


def _grown(box: Box, by: int) -> Box:
    return Box(box.x - by, box.y - by, box.width + 2 * by, box.height + 2 * by)
