"""Picture files to RGB: orientation, transparency, 16 bits and grey done right, limits checked first.

Pillow is used directly, not through imageio (whose plugin for these formats it is): the limits must be
checked between the header and the pixels, and the times of animations come in another unit per format.
"""

import importlib
import logging
import re
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from core.cv import cv2
from core.errors import SourceError
from core.limits import MAX_FRAME_PIXELS
from core.sources.files import check_pixels

if TYPE_CHECKING:
    from PIL import Image

# Formats that are only pixels; not those that run an interpreter (EPS) or open other files.
FORMATS = ("GIF", "PNG", "WEBP", "JPEG", "BMP", "DIB", "TIFF", "PPM", "AVIF", "JPEG2000", "TGA", "ICO")
PICTURE_SUFFIXES = (
    ".png", ".jpg", ".jpeg", ".jfif", ".bmp", ".gif", ".apng", ".webp", ".tif", ".tiff", ".avif", ".jp2",
    ".ppm", ".pgm", ".pbm", ".pnm", ".tga", ".ico",
)  # fmt: skip
_PLUGINS = {b"RIFF": "WebPImagePlugin", b"GIF8": "GifImagePlugin", b"\x89PNG": "PngImagePlugin"}
_ORIENTATION = 0x0112  # the EXIF tag
# What shows through transparent pixels: paper, as in a browser.
GROUND = (255, 255, 255)
# Around a picture that does not fill its frame: the middle of the range, the weakest edge on average.
MARGIN = (128, 128, 128)


class NotAPictureError(SourceError):
    """The content is of no known picture format."""


@contextmanager
def opened(path: Path, name: str) -> Iterator["Image.Image"]:
    """Open a picture file and check the size in its header; no pixel is decoded yet.

    Parameters
    ----------
    path
        The file.
    name
        What to call it in sentences.

    Raises
    ------
    NotAPictureError
        If the content is of no known format.
    SourceError
        If it is too large or damaged, here or while the body of the ``with`` decodes it.
    """
    from PIL import Image, UnidentifiedImageError

    # Pillow's own check comes with fewer numbers than ours, so it is the wider net, for what lies inside
    # of files; it only warns between one and two times its limit, and a warning stops nobody.
    warnings.filterwarnings("error", category=Image.DecompressionBombWarning)
    Image.MAX_IMAGE_PIXELS = 2 * MAX_FRAME_PIXELS
    # Remarks on damaged EXIF and TIFF tags: what matters of them reaches people as our sentence.
    warnings.filterwarnings("ignore", category=UserWarning, module=r"PIL\.")
    logging.getLogger("PIL").setLevel(logging.CRITICAL)
    try:
        with _identified(path) as image:
            check_pixels(name, *image.size)
            yield image
    except UnidentifiedImageError as error:
        raise NotAPictureError(f"{name} is not a picture that can be read.") from error
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        many = re.search(r"(\d+) pixels", str(error))
        pixels = f"{int(many[1]) / 1e6:.0f} million pixels" if many else "too many pixels"
        limit = f"{MAX_FRAME_PIXELS / 1e6:.0f} million"
        raise SourceError(f"{name} has {pixels}; the limit is {limit}.") from error
    except MemoryError as error:
        raise SourceError(f"{name} does not fit into the memory that is free.") from error
    except SourceError:
        raise
    # Decoders fail in a dozen ways on damaged data (OSError, SyntaxError, struct.error, RuntimeError, …);
    # every one means the same to a person.
    except Exception as error:
        raise SourceError(f"{name} is damaged: it cannot be read to its end.") from error


def _identified(path: Path) -> "Image.Image":
    """Open a picture of one of `FORMATS`, with as few of Pillow's plugins loaded as possible."""
    from PIL import Image, UnidentifiedImageError

    with path.open("rb") as file:
        head = file.read(4)
    # All plugins take 0.2 s, which the start of the program has not to spare for its sample.
    steps: list[Callable[[], object]] = [Image.preinit, Image.init]
    if head in _PLUGINS:
        steps.insert(0, lambda: importlib.import_module(f"PIL.{_PLUGINS[head]}"))
    for load_plugins in steps:
        load_plugins()
        with suppress(UnidentifiedImageError):
            return Image.open(path, formats=[known for known in FORMATS if known in Image.OPEN])
    raise UnidentifiedImageError(str(path))


def read_picture(path: Path, name: str) -> NDArray[np.uint8]:
    """Return the (first) picture of a file as (H, W, 3) RGB, upright as its camera says.

    Raises
    ------
    SourceError
        As `opened`.
    """
    with opened(path, name) as image:
        return rgb(image)


def rgb(image: "Image.Image") -> NDArray[np.uint8]:
    """Decode the current frame of an opened picture to fresh (H, W, 3) uint8 RGB.

    Transparent pixels show `GROUND`; deeper integers are divided down to 8 bits (65535 -> 255), floats
    in [0, 1] are multiplied by 255; EXIF orientation is applied.
    """
    from PIL import ImageOps

    image.load()
    # Only where it is turned: `exif_transpose` copies every picture, and 64 million pixels are not cheap.
    turned = image.getexif().get(_ORIENTATION, 1) != 1
    upright = ImageOps.exif_transpose(image) if turned else image
    if upright.mode.startswith(("I", "F")):
        grey = _eight_bits(np.asarray(upright))
        return np.repeat(grey[..., np.newaxis], 3, axis=2)
    if upright.has_transparency_data:
        return _on_ground(np.asarray(upright.convert("RGBA")))
    plain = upright if upright.mode == "RGB" else upright.convert("RGB")
    return np.array(plain, dtype=np.uint8, order="C", copy=True)


def fitted(picture: NDArray[np.uint8], width: int, height: int) -> NDArray[np.uint8]:
    """Return a picture fitted into a frame of another size: centred, never stretched, `MARGIN` around it."""
    scale = min(width / picture.shape[1], height / picture.shape[0])
    inner = max(1, round(picture.shape[1] * scale)), max(1, round(picture.shape[0] * scale))
    method = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    frame = np.full((height, width, 3), MARGIN, np.uint8)
    left, top = (width - inner[0]) // 2, (height - inner[1]) // 2
    frame[top : top + inner[1], left : left + inner[0]] = cv2.resize(picture, inner, interpolation=method)
    return frame


def _eight_bits(values: NDArray[np.generic]) -> NDArray[np.uint8]:
    """Return grey values of any depth as uint8."""
    numbers = np.nan_to_num(values.astype(np.float64), nan=0.0, posinf=np.inf, neginf=0.0)
    top = float(numbers.max(initial=0.0))
    if values.dtype.kind == "f":
        full = 1.0 if top <= 1.0 else 255.0 if top <= 255.0 else min(top, 1e300)
    else:
        full = 65535.0 if top <= 65535.0 else float(2**31 - 1)
    return np.rint(np.clip(numbers / full, 0.0, 1.0) * 255.0).astype(np.uint8)


def _on_ground(rgba: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Compose straight alpha on `GROUND`; opaque pixels keep their exact value."""
    alpha = rgba[..., 3:].astype(np.uint16)
    ground = np.array(GROUND, np.uint16)
    # In strips of whole integers: value * alpha + ground * (255 - alpha), rounded.
    mixed = (rgba[..., :3] * alpha + ground * (255 - alpha) + 127) // 255
    return mixed.astype(np.uint8)
