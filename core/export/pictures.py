"""The pictures of an animation for files that are not bound to 256 colours: APNG and video.

The input alone keeps every one of its colours and a film that is drawn in colour has all of its own; a mosaic
or a feature volume has the indices and the table of its GIF.
"""

from collections.abc import Callable, Generator
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from core.display.film import enlarged
from core.export.content import check_colors, check_film, check_size, film_steps
from core.export.job import ExportJob, FilmJob, Job
from core.playback import order
from core.progress import Progress

_LONGEST = 0xFFFF  # of the two whole numbers that a frame's time is a fraction of


@dataclass(frozen=True, eq=False)
class Pictures:
    """What a file holds: its size and its frames, one at a time.

    Parameters
    ----------
    width, height
        Of every picture, in pixels.
    order
        Which frame each picture shows, in the order of the film.
    picture
        Makes a frame: (H, W) uint8 indices where there is a table; else (H, W) greys or (H, W, 3) RGB.
    table
        The (K, 3) uint8 colours of the indices, or None.
    """

    width: int
    height: int
    order: tuple[int, ...]
    picture: Callable[[int], NDArray[np.uint8]]
    table: NDArray[np.uint8] | None = None

    def rgb(self, frame: int) -> NDArray[np.uint8]:
        """Return a frame as (H, W, 3) uint8, whatever it is made of."""
        made = self.picture(frame)
        if self.table is not None:
            return self.table[made]
        return made if made.ndim == 3 else np.repeat(made[..., np.newaxis], 3, axis=2)


def frame_time(fps: float) -> Fraction:
    """Return how long a frame stands, in seconds: the nearest fraction of whole numbers up to 65535."""
    return (1 / Fraction(fps)).limit_denominator(_LONGEST)


def picture_steps(job: Job) -> Generator[Progress, None, Pictures]:
    """Find the pictures that a job asks for, with all the colours that they have.

    Raises
    ------
    ExportError
        At the first step, if they cannot be made; the sentence has the numbers.
    """
    if isinstance(job, FilmJob):
        check_film(job)
        yield Progress(0, 0, "drawing")
        return Pictures(job.film.width, job.film.height, job.film.order, job.film.picture)
    if job.export.content == "feature" or (job.export.content == "mosaic" and job.volumes):
        film = yield from film_steps(job)
        return Pictures(film.width, film.height, film.order, film.picture, film.table)
    return _input(job)


def _input(job: ExportJob) -> Pictures:
    wanted, clip = job.export, job.clip
    check_colors(clip)
    width, height = clip.width * wanted.scale, clip.height * wanted.scale
    check_size(width, height)

    def picture(t: int) -> NDArray[np.uint8]:
        return enlarged(clip.frames[t, ..., 0] if clip.channels == 1 else clip.frames[t], wanted.scale)

    return Pictures(width, height, order(len(clip), wanted.ping_pong), picture)
