"""Picture files to RGB: orientation, transparency, 16 bits and grey done right, limits checked first.

imageio reads the frames and their times. Pillow, on which imageio's plugin stands, is asked directly for two
things only: which format a header has, because imageio does not tell and would try every format of
Pillow's (PostScript with its interpreter among them); and limits on what a header may claim.
"""

import importlib
import logging
import re
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from core.cv import cv2
from core.errors import SourceError
from core.limits import MAX_FRAME_PIXELS
from core.sources.files import check_pixels

if TYPE_CHECKING:
    from PIL.ImageFile import ImageFile

# Formats that are only pixels; not those that run an interpreter (EPS) or open other files.
FORMATS = ("GIF", "PNG", "WEBP", "JPEG", "BMP", "DIB", "TIFF", "PPM", "AVIF", "JPEG2000", "TGA", "ICO")
PICTURE_SUFFIXES = (
    ".png", ".jpg", ".jpeg", ".jfif", ".bmp", ".gif", ".apng", ".webp", ".tif", ".tiff", ".avif", ".jp2",
    ".ppm", ".pgm", ".pbm", ".pnm", ".tga", ".ico",
)  # fmt: skip
_PLUGINS = {b"RIFF": "WebPImagePlugin", b"GIF8": "GifImagePlugin", b"\x89PNG": "PngImagePlugin"}
# What shows through transparent pixels: paper, as in a browser.
GROUND = (255, 255, 255)
# Around a picture that does not fill its frame: the middle of the range, the weakest edge on average.
MARGIN = (128, 128, 128)


class NotAPictureError(SourceError):
    """The content is of no known picture format."""


class PictureFile:
    """An open picture file that decodes one frame at a time; belongs to the thread that opened it.

    Parameters
    ----------
    reader
        imageio's plugin for Pillow, open.
    name
        What to call the file in sentences.
    format
        Pillow's name of the format, one of `FORMATS` or a kin of theirs ("MPO").
    cover
        Whether the first picture is only for readers that know no animation (APNG).
    """

    def __init__(self, reader: Any, name: str, format: str, cover: bool) -> None:
        self._reader = reader
        self._name = name
        self.format = format
        self.cover = cover
        self._gif_frames = reader.iter(mode="RGBA", writeable_output=False)

    def count(self) -> int:
        """Return how many pictures there are, without decoding them; raises anything where damaged."""
        return self._reader.properties(index=...).n_images or 1

    def rgb(self, index: int = 0) -> NDArray[np.uint8]:
        """Decode one picture to fresh (H, W, 3) uint8 RGB, its size checked first.

        Transparent pixels show `GROUND`; deeper integers are divided down to 8 bits (65535 -> 255), floats
        in [0, 1] are multiplied by 255; EXIF orientation is applied. The pictures of an animation build
        upon each other: ask for them in order.
        """
        header = self._reader.properties(index=index)
        height, width, *channels = header.shape
        check_pixels(self._name, width, height)
        if header.dtype.kind in "iuf" and header.dtype.itemsize > 1:
            grey = _eight_bits(self._decoded(index))
            return self._upright(np.repeat(grey[..., np.newaxis], 3, axis=2), index)
        if self._see_through(index, channels):
            return self._upright(_on_ground(self._decoded(index, "RGBA")), index)
        return self._upright(self._decoded(index, "RGB"), index)

    def duration_ms(self, index: int) -> float | None:
        """Return how long a picture lasts that has just been decoded, or None where the file is silent."""
        duration = self._reader.metadata(index=index).get("duration")
        return duration if isinstance(duration, int | float) else None

    def _decoded(self, index: int, mode: str | None = None) -> NDArray[Any]:
        """Return the pixels of one picture, in a mode of Pillow's or as they are in the file.

        GIFs are iterated over: ``read`` switches Pillow to another way of unpacking them, and a frame may
        then show the colours of the table of the frame before. Of 300 random animations (tables, transparency
        and disposal frame by frame) 76 came out wrong, compared with FFmpeg (imageio 2.38.1, Pillow 13.0).
        """
        return next(self._gif_frames) if self.format == "GIF" else self._reader.read(index=index, mode=mode)

    def _see_through(self, index: int, channels: Sequence[int]) -> bool:
        """Tell whether a picture may have transparent pixels; of later frames it shows only in decoding."""
        if index > 0 or self.format == "GIF" or channels in ([2], [4]):
            return True
        return "transparency" in self._reader.metadata(index=index)

    def _upright(self, picture: NDArray[np.uint8], index: int) -> NDArray[np.uint8]:
        """Turn and mirror a decoded picture as EXIF says.

        imageio could (``rotate=True``), but it mirrors the colours instead of the columns where the file is
        grey or has a palette: orientations 2, 4, 5 and 7 came out wrong (imageio 2.38.1).
        """
        # After decoding: Pillow turns TIFFs by itself and then forgets the tag.
        orientation = self._reader.metadata(index=index, exclude_applied=False).get("Orientation", 1)
        if orientation not in range(2, 9):
            return picture
        flip_rows, flip_columns = orientation in (3, 4, 7, 8), orientation in (2, 3, 6, 7)
        turned = picture.transpose(1, 0, 2) if orientation >= 5 else picture
        return np.ascontiguousarray(turned[:: -1 if flip_rows else 1, :: -1 if flip_columns else 1])


@contextmanager
def opened(path: Path, name: str) -> Iterator[PictureFile]:
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
    import imageio.v3 as iio
    from PIL import Image, UnidentifiedImageError

    _set_pillow_up()
    try:
        with path.open("rb") as file:
            header = _identified(file)
            check_pixels(name, *header.size)
            # The file and not its path: imageio would take "a.zip" or "~" in a path for something else.
            with iio.imopen(file, "r", plugin="pillow") as reader:
                cover = bool(header.info.get("default_image"))
                yield PictureFile(reader, name, header.format or "", cover)
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


def _set_pillow_up() -> None:
    """Set what Pillow keeps for the whole process; called often, for others may have changed it."""
    from PIL import GifImagePlugin, Image

    # imageio's ``read`` changes it, whoever calls it: see `PictureFile`.
    GifImagePlugin.LOADING_STRATEGY = GifImagePlugin.LoadingStrategy.RGB_AFTER_FIRST
    # Pillow's own check comes with fewer numbers than ours, so it is the wider net, for what lies inside
    # of files; it only warns between one and two times its limit, and a warning stops nobody.
    warnings.filterwarnings("error", category=Image.DecompressionBombWarning)
    Image.MAX_IMAGE_PIXELS = 2 * MAX_FRAME_PIXELS
    # Remarks on damaged EXIF and TIFF tags: what matters of them reaches people as our sentence.
    warnings.filterwarnings("ignore", category=UserWarning, module=r"PIL\.")
    logging.getLogger("PIL").setLevel(logging.CRITICAL)


def _identified(file: BinaryIO) -> "ImageFile":
    """Read the header of a picture of one of `FORMATS`, loading as few of Pillow's plugins as possible."""
    from PIL import Image, UnidentifiedImageError

    head = file.read(4)
    # All plugins take 0.2 s, which the start of the program has not to spare for its sample.
    steps: list[Callable[[], object]] = [Image.preinit, Image.init]
    if head in _PLUGINS:
        steps.insert(0, lambda: importlib.import_module(f"PIL.{_PLUGINS[head]}"))
    for load_plugins in steps:
        load_plugins()
        with suppress(UnidentifiedImageError):
            return Image.open(file, formats=[known for known in FORMATS if known in Image.OPEN])
    raise UnidentifiedImageError(file.name)


def read_picture(path: Path, name: str) -> NDArray[np.uint8]:
    """Return the (first) picture of a file as (H, W, 3) RGB, upright as its camera says.

    Raises
    ------
    SourceError
        As `opened`.
    """
    with opened(path, name) as file:
        return file.rgb()


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
    if rgba[..., 3].min() == 255:
        return np.asarray(cv2.cvtColor(rgba, cv2.COLOR_RGBA2RGB), np.uint8)
    alpha = rgba[..., 3:].astype(np.uint16)
    ground = np.array(GROUND, np.uint16)
    # In strips of whole integers: value * alpha + ground * (255 - alpha), rounded.
    mixed = (rgba[..., :3] * alpha + ground * (255 - alpha) + 127) // 255
    return mixed.astype(np.uint8)
