"""Words in pictures: anti-aliased text as indices into a ramp of greys.

Pillow's built-in font is the same on every machine but knows little beyond ASCII. The signs that numbers need
(minus, times, at most, at least) are drawn between its letters, as thick as they are; a text with other
letters that it lacks (a filter named in Greek) is drawn with a font of the system, where there is one.
"""

import re
from collections.abc import Iterator
from functools import cache, lru_cache
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from PIL import Image
    from PIL.ImageFont import FreeTypeFont, ImageFont

    Font: TypeAlias = FreeTypeFont | ImageFont

_RELATIVES = str.maketrans({"’": "'"})
SIGNS = "−–×≤≥"  # drawn here
_SIGN = re.compile(f"([{SIGNS}])")
_FINER = 8  # a slanted stroke is drawn so many times larger, then averaged
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
    return round(sum(_advance(run, font, size) for run in _runs(readable, font, size)))


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
    mask = Image.new("L", (text_width(text, size) + 4, 2 * size))
    x = 2.0
    for run in _runs(readable, font, size):
        if run in SIGNS and font is _built_in(size):
            mask.paste(255, (round(x), 0), _drawn_sign(run, size))
        else:
            ImageDraw.Draw(mask).text((x, size), run, fill=255, font=font, anchor="lm")
        x += _advance(run, font, size)
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
    if _covers(_built_in(size), _SIGN.sub("", readable)):
        return readable, _built_in(size)
    for font in _system_fonts(size):
        if _covers(font, text):
            return text, font
    return readable, _built_in(size)


def _runs(text: str, font: "Font", size: int) -> Iterator[str]:
    """Yield what is written in one go: signs that are drawn stand alone."""
    yield from filter(None, _SIGN.split(text) if font is _built_in(size) else [text])


def _advance(run: str, font: "Font", size: int) -> float:
    """Return how far it is from the beginning of a run to what follows."""
    if run in SIGNS and font is _built_in(size):
        return _drawn_sign(run, size).width
    return float(font.getlength(run))


@cache
def _drawn_sign(sign: str, size: int) -> "Image.Image":
    """Return how much of each pixel a sign covers, as wide as a digit and 2 `size` high."""
    from PIL import Image, ImageDraw

    width = round(_built_in(size).getlength("0"))
    (dash_top, dash_bottom), (plus_top, plus_bottom) = _rows("-", size, _FINER), _rows("+", size)
    # Level strokes fill whole pixels: sharp at every size.
    # The letters' own are moved by hinting, so the plus is measured as it is drawn.
    thick, middle = max(round(dash_bottom - dash_top), 1), (plus_top + plus_bottom) / 2
    left, right = max(width // 10, 1), width - max(width // 10, 1) - 1
    mask = Image.new("L", (width, 2 * size))
    if sign in "−–":
        top = round(middle - thick / 2)
        ImageDraw.Draw(mask).rectangle((left, top, right, top + thick - 1), 255)
    elif sign == "×":
        mask = Image.new("L", (width * _FINER, 2 * size * _FINER))
        x, y, reach = width * _FINER / 2, middle * _FINER, 0.36 * width * _FINER
        for slope in (-1, 1):
            ends = (x - reach, y - slope * reach, x + reach, y + slope * reach)
            ImageDraw.Draw(mask).line(ends, 255, round(max(dash_bottom - dash_top, 0.9) * _FINER))
        mask = mask.resize((width, 2 * size), Image.Resampling.BOX)
    else:
        letter = "<" if sign == "≤" else ">"
        top = round(_rows(letter, size)[1]) + 1
        at = round((width - _built_in(size).getlength(letter)) / 2), size - thick
        ImageDraw.Draw(mask).text(at, letter, 255, _built_in(size), "lm")
        ImageDraw.Draw(mask).rectangle((left, top, right, top + thick - 1), 255)
    return mask


@cache
def _rows(letter: str, size: int, finer: int = 1) -> tuple[float, float]:
    """Return between which rows of a line (2 `size` high) a letter lies, measured so many times larger."""
    from PIL import Image, ImageDraw

    mask = Image.new("L", (2 * size * finer, 2 * size * finer))
    ImageDraw.Draw(mask).text((0, size * finer), letter, 255, _built_in(size * finer), "lm")
    rows = np.flatnonzero((np.asarray(mask) > 127).any(axis=1))
    return rows[0] / finer, (rows[-1] + 1) / finer


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
