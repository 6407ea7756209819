"""Folders of pictures, animations (GIF, APNG, WebP) and single pictures."""

from collections.abc import Generator
from fractions import Fraction
from pathlib import Path

from core.errors import SourceError
from core.limits import MAX_FILE_FRAMES
from core.playback import NS_PER_S
from core.sources.base import TimedFrame
from core.sources.files import FileSource, listed, regular_file
from core.sources.pictures import PICTURE_SUFFIXES, PictureFile, fitted, opened, read_picture

# Pictures in a folder carry no time: 10 per second, slow enough to see each of them.
PICTURES_PER_SECOND = 10
# What browsers show an animation frame for whose duration is 0 or missing.
DEFAULT_DURATION_MS = 100
# Formats whose further pictures are frames; in others (phone JPEGs) they are depth maps or thumbnails.
_ANIMATED = ("GIF", "PNG", "WEBP", "AVIF", "TIFF")


class PictureFolderSource(FileSource):
    """The pictures of one folder in natural order (2 before 10), as a film of 10 frames per second.

    Pictures of another size than the first one are fitted into its size without stretching, and a note
    says so. Other files, hidden pictures, subfolders and pictures that cannot be read are left out with
    a note; an unreadable picture leaves a gap in time.
    """

    def length(self) -> int | None:
        """Return how many pictures there are, by their suffixes.

        Raises
        ------
        SourceError
            If the folder cannot be read.
        """
        return len(self._listing()[0])

    def frames(self) -> Generator[TimedFrame, None, None]:
        """Deliver one frame per picture.

        Raises
        ------
        SourceError
            No such folder, no pictures in it, none that can be read, over a limit.
        """
        self._notes = ()
        pictures, others = self._listing()
        if not pictures:
            raise SourceError(f"The folder {self.name} holds no pictures.")
        notes = [f"{_files(others)} left out, no pictures: {listed(others)}."] if others else []
        self._notes = tuple(notes)
        unreadable: list[str] = []
        resized: list[str] = []
        first: tuple[int, int] | None = None
        for index, path in enumerate(pictures[:MAX_FILE_FRAMES]):
            try:
                picture = read_picture(regular_file(path), path.name)
            except SourceError:
                unreadable.append(path.name)
                if len(unreadable) == len(pictures):
                    raise
            else:
                size = picture.shape[1], picture.shape[0]
                first = first or size
                if size != first:
                    resized.append(f"{path.name} ({size[0]}x{size[1]})")
                    picture = fitted(picture, *first)
                self._notes = (*notes, *_folder_notes(unreadable, resized, first))
                yield TimedFrame(picture, index * NS_PER_S // PICTURES_PER_SECOND)
        self._notes = (*notes, *_folder_notes(unreadable, resized, first))

    def _listing(self) -> tuple[list[Path], list[str]]:
        """Return the pictures in natural order and the names of what else a person put there."""
        from natsort import natsorted, ns

        try:
            entries = natsorted(self.path.absolute().iterdir(), key=lambda p: p.name, alg=ns.IGNORECASE)
        except FileNotFoundError as error:
            raise SourceError(f"There is no folder {self.path}.") from error
        except NotADirectoryError as error:
            raise SourceError(f"{self.path} is a file, not a folder.") from error
        except OSError as error:
            raise SourceError(f"The folder {self.path} cannot be read.") from error
        suitable = [e for e in entries if e.suffix.lower() in PICTURE_SUFFIXES and not e.is_dir()]
        pictures = [e for e in suitable if not e.name.startswith(".")]
        taken = set(pictures)
        others = [
            e.name for e in entries if e not in taken and (e.suffix.lower() in PICTURE_SUFFIXES or _own(e))
        ]
        return pictures, others


class AnimationSource(FileSource):
    """A GIF, APNG or WebP animation with its own times, or a single picture of any format as one frame.

    Each frame lasts what the file says; a duration of 0 counts as 100 ms, as in browsers. Disposal and
    blending are applied, transparent pixels show white.
    """

    def length(self) -> int | None:
        """Return how many frames the file has, without decoding them; None where it is damaged.

        Raises
        ------
        SourceError
            If it is not a picture, damaged or over a limit.
        """
        with opened(regular_file(self.path), self.name) as file:
            first, end = _frame_range(file)
            return end - first if end is not None else None

    def frames(self) -> Generator[TimedFrame, None, None]:
        """Deliver the frames; between two of them the reading can be cancelled.

        Raises
        ------
        SourceError
            No such file, not a picture, damaged beyond use, over a limit.
        """
        self._notes = ()
        path = regular_file(self.path)
        done, total = 0, ""
        shape: tuple[int, int] | None = None
        elapsed = Fraction(0)
        try:
            with opened(path, self.name) as file:
                first, end = _frame_range(file)
                total = f" of {end - first}" if end is not None else ""
                for index in range(first, end if end is not None else MAX_FILE_FRAMES):
                    picture = file.rgb(index)
                    shape = shape or (picture.shape[1], picture.shape[0])
                    if (picture.shape[1], picture.shape[0]) != shape:
                        picture = fitted(picture, *shape)
                        self._notes = ("Frames of another size are fitted into that of the first one.",)
                    start, elapsed = elapsed, elapsed + _duration_ms(file, index)
                    done += 1
                    yield TimedFrame(picture, round(start * 1_000_000))
        except SourceError:
            if not done:
                raise
            self._notes = (*self._notes, f"{done}{total} frames; the rest of the file is damaged.")


def _frame_range(file: PictureFile) -> tuple[int, int | None]:
    """Return the first frame and the one behind the last (None: damaged), counted without decoding."""
    if file.format not in _ANIMATED:
        return 0, 1
    try:
        count = file.count()
    # Whatever the decoder trips over while it walks through the file, the frames before it are good.
    except Exception:
        return 0, None
    # An APNG may begin with a picture for readers that know no animation.
    first = 1 if count > 1 and file.cover else 0
    return first, min(count, first + MAX_FILE_FRAMES)


def _duration_ms(file: PictureFile, index: int) -> Fraction:
    """Return how long the frame that was just decoded lasts; above 0."""
    duration = file.duration_ms(index)
    if duration is None or not 0 < duration < 1e9:
        return Fraction(DEFAULT_DURATION_MS)
    # APNG durations are thirds and sevenths of a second in binary: back to the fraction they stand for.
    return Fraction(duration).limit_denominator(1000)


def _own(entry: Path) -> bool:
    """Tell whether a person put it there (not the file manager)."""
    return not entry.name.startswith(".") and entry.name.lower() not in ("thumbs.db", "desktop.ini")


def _files(names: list[str]) -> str:
    return "1 file is" if len(names) == 1 else f"{len(names)} files are"


def _folder_notes(unreadable: list[str], resized: list[str], first: tuple[int, int] | None) -> list[str]:
    notes = []
    if unreadable:
        notes.append(f"{_files(unreadable)} left out, damaged or no picture: {listed(unreadable)}.")
    if resized and first:
        size = f"{first[0]}x{first[1]}"
        notes.append(f"Fitted into the first picture's {size} without stretching: {listed(resized)}.")
    return notes
