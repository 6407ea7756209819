"""One text, one source: files, folders, the sample, stimuli, camera addresses.

``video.mp4``, ``~/wave/``, ``file:///C:/wave.gif``, ``sample:wave``, ``stimulus:NAME?key=value&…``,
``http://…``, ``rtsp://…``. Files are told apart by their first bytes; a suffix is only a hint.
"""

import errno
import re
from pathlib import Path
from urllib.parse import unquote, urlsplit

from core.errors import SourceError, UsageError
from core.parameters import nearest
from core.paths import resource
from core.sources.base import CAMERA_SCHEMES, FrameSource
from core.sources.files import kind_of, regular_file
from core.sources.images import AnimationSource, PictureFolderSource
from core.sources.pictures import PICTURE_SUFFIXES
from core.sources.synthetic import StimulusSource
from core.sources.video_file import VideoFileSource

VIDEO_SUFFIXES = (
    ".mp4", ".m4v", ".mov", ".mkv", ".webm", ".avi", ".mpg", ".mpeg", ".ts", ".mts", ".m2ts", ".wmv", ".asf",
    ".flv", ".ogv", ".3gp", ".ivf", ".mxf", ".dv", ".y4m",
)  # fmt: skip
SUPPORTED_SUFFIXES = (*VIDEO_SUFFIXES, *PICTURE_SUFFIXES)
SAMPLES = {"wave": "sample_wave.webp"}
# Those of `core.sources.camera`, which would load OpenCV (a test holds them equal).

# At least two letters: "C:\wave.mp4" is a path.
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]+):(.*)", re.DOTALL)


def open_source(text: str) -> FrameSource:
    """Return the source that a text names; nothing but a file's first bytes is read.

    Parameters
    ----------
    text
        INPUT of the command line, or what was dropped on the window.

    Raises
    ------
    UsageError
        An empty text, an unknown scheme, sample or stimulus (with the nearest valid one).
    SourceError
        No such file, an empty file, neither video nor picture.
    """
    text = text.strip()
    if not text:
        raise UsageError("No input was named.")
    if "\0" in text:
        raise UsageError("A path holds no null character.")
    match = _SCHEME.fullmatch(text)
    if match is None:
        return _from_path(Path(text))
    scheme, rest = match[1].lower(), match[2]
    if scheme == "sample":
        return _sample(rest)
    if scheme == "stimulus":
        return StimulusSource.from_text(rest)
    if scheme == "file":
        return _from_path(_file_address(text))
    if scheme in CAMERA_SCHEMES:
        return _camera(text)
    # A file may have a colon in its name, where the system allows it.
    if "//" not in rest and Path(text).expanduser().exists():
        return _from_path(Path(text))
    known = ("sample", "stimulus", "file", *CAMERA_SCHEMES)
    raise UsageError(
        f"{scheme}: is no kind of input: it is a file, a folder, sample:wave, stimulus:NAME or an address "
        f"(http, https, rtsp).{nearest(scheme, known)}"
    )


def file_dialog_filter() -> str:
    """Return the name filters of an open dialog, in Qt's notation."""

    def patterns(suffixes: tuple[str, ...]) -> str:
        return " ".join(f"*{suffix}" for suffix in suffixes)

    kinds = (
        ("Videos and pictures", SUPPORTED_SUFFIXES),
        ("Videos", VIDEO_SUFFIXES),
        ("Pictures and animations", PICTURE_SUFFIXES),
    )
    return ";;".join([*(f"{title} ({patterns(suffixes)})" for title, suffixes in kinds), "All files (*)"])


def _sample(name: str) -> FrameSource:
    plain = name.strip().lower()
    if plain not in SAMPLES:
        names = ", ".join(f"sample:{sample}" for sample in SAMPLES)
        raise UsageError(f"There is no sample {name!r}: there is {names}.{nearest(plain, SAMPLES)}")
    return AnimationSource(resource(SAMPLES[plain]), name=plain)


def _camera(address: str) -> FrameSource:
    from core.sources.camera import CameraSource

    if not urlsplit(address).netloc:
        raise UsageError(f"{address} is no whole address: a host is missing.")
    return CameraSource(address)


def _file_address(text: str) -> Path:
    from urllib.request import url2pathname  # brings half of the network library with it

    parts = urlsplit(text)
    # A share on Windows: file://server/share/wave.gif.
    host = "" if parts.netloc in ("", "localhost") else f"//{parts.netloc}"
    # "?" and "#" are no parts of a file's address, but people paste names that contain them.
    rest = text.partition(":")[2]
    path = rest[2 + len(parts.netloc) :] if rest.startswith("//") else rest
    return Path(unquote(host) + url2pathname(path))


def _from_path(path: Path) -> FrameSource:
    try:
        path = path.expanduser()
        if path.is_dir():
            return PictureFolderSource(path)
    except (OSError, RuntimeError, ValueError) as error:
        if getattr(error, "errno", None) == errno.ENAMETOOLONG:
            raise SourceError(f"{str(path)[:40]}… is too long for a path.") from error
        raise SourceError(f"{path} cannot be read as a path.") from error
    whole = regular_file(path)
    kind = kind_of(whole)
    if kind == "unknown" and whole.suffix.lower() == ".npz":
        raise SourceError(f"{path.name} is no clip; if it holds filters, open it as a bank.")
    if kind == "unknown":
        kind = "picture" if whole.suffix.lower() in PICTURE_SUFFIXES else "video"
    return AnimationSource(path) if kind == "picture" else VideoFileSource(path)
