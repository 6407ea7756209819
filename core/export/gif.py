"""The GIF writer: the mosaic, the input or one feature volume, exact and in step.

Every film frame becomes one GIF frame, also where it equals the one before; a film that has an index for what
stays as it was (`Film.unchanged`) writes only what changes. The colours of features are
the colour table's, to the bit; only a colour input is reduced to the colours that are left.
"""

from collections.abc import Iterator
from pathlib import Path

from core.export.content import film_steps
from core.export.gif_container import (
    SHORTEST_DELAY,
    frame_delays,
    write_change,
    write_frame,
    write_head,
    write_tail,
)
from core.export.job import Job
from core.progress import Progress


def write_gif(job: Job, path: Path) -> Iterator[Progress]:
    """Write a job's animation; the last progress carries `gif_note`.

    Raises
    ------
    ExportError
        If the picture would be too large, or the asked feature volume is not there.
    OSError
        If the file cannot be written.
    """
    film = yield from film_steps(job)
    delays = frame_delays(len(film.order), job.export.fps)
    with path.open("wb") as file:
        size = (film.width, film.height)
        write_head(file, size, film.table, loop=job.export.loop, comment=job.comment)
        before = None
        for done, (frame, delay) in enumerate(zip(film.order, delays, strict=True)):
            yield Progress(done, len(delays), "writing frame")
            picture = film.picture(frame)
            if film.unchanged is None or before is None:
                write_frame(file, picture, delay)
            else:
                write_change(file, before, picture, delay, film.unchanged)
            before = picture
        write_tail(file)
    yield Progress(len(delays), len(delays), gif_note(job.export.fps))


def gif_note(fps: float) -> str:
    """Return what a person should know about how a GIF plays at this rate, as a sentence, or ""."""
    fastest = 100 // SHORTEST_DELAY
    if fps <= fastest:
        return ""
    return f"A GIF shows at most {fastest} frames per second, so it plays at {fastest} instead of {fps:g}."
