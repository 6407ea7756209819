"""Words in pictures: anti-aliased text as indices into a ramp of greys.

Pillow's built-in font is the same on every machine but knows little beyond ASCII: signs of ours are
replaced by their nearest relatives, and a text that still has unknown letters (a filter named in Greek) is
drawn with a font of the system, where there is one.
"""

from functools import cache, lru_cache
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from PIL.ImageFont import FreeTypeFont, ImageFont

    Font: TypeAlias = FreeTypeFont | ImageFont

_RELATIVES = str.maketrans({"−": "-", "–": "-", "×": "x", "≤": "<", "≥": ">", "’": "'"})
_SYSTEM_FONTS = (
    "DejaVuSans.ttf",
    "NotoSans-Regular.ttf",
    "LiberationSans-Regular.ttf",
    "segoeui.ttf",
    "arial.ttf",
    "Arial Unicode.ttf",
    "Helvetica.ttc",
)
_UNKNOWN = "\ufffe"  # no font has a glyph for it, so it shows the box that stands for what is missing


def text_width(text: str, size: int) -> int:
    """Return how many pixels a line of text takes."""
    readable, font = _prepared(text, size)
    return round(font.getlength(readable))


def line_height(size: int) -> int:
    """Return the pixels from one line to the next."""
    return round(size * 1.35)


def elided(text: str, size: int, width: int) -> str:
    """Return the text, cut with "…" where it is wider than `width` pixels; "" where nothing fits."""
    if text_width(text, size) <= width:
        return text
    for length in range(len(text) - 1, 0, -1):
        shorter = text[:length].rstrip() + "…"
        if text_width(shorter, size) <= width:
            return shorter
    return ""


def write_text(
    canvas: NDArray[np.uint8],
    x: int,
    y: int,
    text: str,
    size: int,
    ramp: tuple[int, int],
    *,
    anchor: str = "lm",
) -> None:
    """Write a line of text onto indices; what leaves the canvas is cut off.

    Parameters
    ----------
    canvas
        (H, W) uint8; its indices under the text belong to the ramp.
    x, y
        Where the anchor lies, in pixels.
    size
        Height of the letters in pixels.
    ramp
        The indices of the ground and of the ink; those between are the shades between.
    anchor
        Pillow's two letters: l, m, r for left, middle, right and m for the middle of the line.
    """
    if not text:
        return
    mask = text_mask(text, size)
    left, top = mask_corner(mask.shape[1], x, y, size, anchor)
    ground, ink = ramp
    shades = ground + np.round(mask.astype(np.float32) * ((ink - ground) / 255)).astype(np.int64)
    _stamp(canvas, left, top, shades.astype(np.uint8), ground)


@lru_cache(maxsize=4096)
def text_mask(text: str, size: int) -> NDArray[np.uint8]:
    """Return how much of each pixel a line of text covers, 0 to 255: (2 size, width + 4), read-only.

    The last few thousand are kept: numbers in films come again and again.
    """
    from PIL import Image, ImageDraw

    readable, font = _prepared(text, size)
    mask = Image.new("L", (round(font.getlength(readable)) + 4, 2 * size))
    ImageDraw.Draw(mask).text((2, size), readable, fill=255, font=font, anchor="lm")
    covered = np.array(mask)
    covered.setflags(write=False)
    return covered


def mask_corner(width: int, x: int, y: int, size: int, anchor: str) -> tuple[int, int]:
    """Return the upper left corner of a mask of that width whose text is anchored at (x, y)."""
    return x - 2 - {"l": 0, "m": (width - 4) // 2, "r": width - 4}[anchor[0]], y - size


def _stamp(canvas: NDArray[np.uint8], left: int, top: int, shades: NDArray[np.uint8], ground: int) -> None:
    """Put what is darker than the ground onto the canvas, cut at its borders."""
    height, width = canvas.shape
    x0, y0 = max(left, 0), max(top, 0)
    x1, y1 = min(left + shades.shape[1], width), min(top + shades.shape[0], height)
    if x0 < x1 and y0 < y1:
        seen = shades[y0 - top : y1 - top, x0 - left : x1 - left]
        np.copyto(canvas[y0:y1, x0:x1], seen, where=seen > ground)


def _prepared(text: str, size: int) -> tuple[str, "Font"]:
    """Return the text as it will be drawn and the font that knows its letters."""
    readable = " ".join(text.translate(_RELATIVES).split())
    if _covers(_built_in(size), readable):
        return readable, _built_in(size)
    for font in _system_fonts(size):
        if _covers(font, text):
            return text, font
    return readable, _built_in(size)


@cache
def _built_in(size: int) -> "Font":
    from PIL import ImageFont

    return ImageFont.load_default(size)


@cache
def _system_fonts(size: int) -> tuple["Font", ...]:
    from PIL import ImageFont

    found = []
    for name in _SYSTEM_FONTS:
        try:
            found.append(ImageFont.truetype(name, size))
        except OSError:
            continue
    return tuple(found)


def _covers(font: "Font", text: str) -> bool:
    return all(_has_glyph(font, letter) for letter in set(text) if not letter.isspace())


@cache
def _has_glyph(font: "Font", letter: str) -> bool:
    return bytes(font.getmask(letter)) != bytes(font.getmask(_UNKNOWN))
