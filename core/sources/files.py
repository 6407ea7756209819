"""What all sources of files share: a file before anything decodes it, its kind, sentences when it fails."""

from collections.abc import Sequence
from pathlib import Path
from typing import Literal

from core.errors import SourceError
from core.limits import MAX_FRAME_PIXELS

Kind = Literal["picture", "video", "unknown"]

_HEAD_BYTES = 64
_PICTURE_MAGIC = (
    b"GIF87a", b"GIF89a", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"BM", b"II*\x00", b"MM\x00*",
    b"P5", b"P6", b"\x00\x00\x00\x0cjP  ",
)  # fmt: skip
_PICTURE_BRANDS = (b"avif", b"avis")
_VIDEO_MAGIC = (
    b"\x1a\x45\xdf\xa3",  # Matroska, WebM
    b"OggS",
    b"FLV\x01",
    b"\x30\x26\xb2\x75\x8e\x66\xcf\x11",  # ASF, WMV
    b"\x00\x00\x01\xba",  # MPEG program stream
    b"\x00\x00\x01\xb3",  # MPEG video
    b"DKIF",  # IVF
    b"YUV4MPEG2 ",
)
_MP4_BOXES = (b"ftyp", b"moov", b"mdat", b"wide", b"free", b"skip")


class FileSource:
    """What a source of frames is that reads a file or a folder (see `core.sources.base.FrameSource`).

    Parameters
    ----------
    path
        The file or folder; nothing is opened before `frames` runs.
    name
        A short title instead of the last part of the path.
    """

    def __init__(self, path: Path | str, name: str | None = None) -> None:
        self.path = Path(path)
        self._name = name
        self._notes: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The given title, or the last part of the path."""
        return self._name or self.path.name or str(self.path)

    @property
    def live(self) -> bool:
        """False: a file ends."""
        return False

    @property
    def notes(self) -> tuple[str, ...]:
        """What the last reading met: damage, changed sizes, what was left out; () before it."""
        return self._notes


def regular_file(path: Path) -> Path:
    """Return the absolute path of a file that exists, holds bytes and may be read.

    Raises
    ------
    SourceError
        One sentence: no such file, a folder, not an ordinary file, empty, not allowed.
    """
    whole = Path(path).absolute()
    try:
        if whole.is_dir():
            raise SourceError(f"{path} is a folder, not a file.")
        if whole.is_symlink() and not whole.exists():
            raise SourceError(f"{path} is a link to a file that is not there.")
        if not whole.exists():
            raise SourceError(f"There is no file {path}.")
        # A pipe or a device would block for ever.
        if not whole.is_file():
            raise SourceError(f"{path} is not an ordinary file.")
        if whole.stat().st_size == 0:
            raise SourceError(f"{path} is empty (0 bytes).")
        with whole.open("rb") as file:
            file.read(1)
    except (OSError, ValueError) as error:
        raise SourceError(f"{path} cannot be read: {_reason(error)}.") from error
    return whole


def kind_of(path: Path) -> Kind:
    """Tell from the first bytes, not from the suffix, what a file holds.

    Raises
    ------
    OSError
        If it cannot be read.
    """
    with Path(path).open("rb") as file:
        head = file.read(_HEAD_BYTES)
    if head[4:8] == b"ftyp":
        return "picture" if head[8:12] in _PICTURE_BRANDS else "video"
    if head[:4] == b"RIFF":
        return {b"WEBP": "picture", b"AVI ": "video"}.get(head[8:12], "unknown")  # type: ignore[return-value]
    if head.startswith(_PICTURE_MAGIC):
        return "picture"
    if head.startswith(_VIDEO_MAGIC) or head[4:8] in _MP4_BOXES:
        return "video"
    return "unknown"


def check_pixels(name: str, width: int, height: int) -> None:
    """Refuse a frame larger than the limit, with the numbers.

    Raises
    ------
    SourceError
        If width x height is above `MAX_FRAME_PIXELS` or not a size at all.
    """
    if width < 1 or height < 1:
        raise SourceError(f"{name} says that it is {width}x{height} pixels: it is damaged.")
    if width * height > MAX_FRAME_PIXELS:
        raise SourceError(
            f"{name} is {width}x{height} pixels, {width * height / 1e6:.0f} million; "
            f"the limit is {MAX_FRAME_PIXELS / 1e6:.0f} million."
        )


def listed(names: Sequence[str], most: int = 3) -> str:
    """Return names as people read them: ``"a, b, c and 4 more"``."""
    shown = list(names[:most])
    rest = len(names) - len(shown)
    if rest:
        return f"{', '.join(shown)} and {rest} more"
    return " and ".join([", ".join(shown[:-1]), shown[-1]] if len(shown) > 1 else shown)


def _reason(error: Exception) -> str:
    if isinstance(error, PermissionError):
        return "permission denied"
    return (getattr(error, "strerror", None) or str(error)).lower()
