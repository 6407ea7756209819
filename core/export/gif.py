"""The GIF writer: the mosaic, the input or one feature volume, exact and in step.

Every film frame becomes one GIF frame, also where it equals the one before. The colours of features are
the colour table's, to the bit; only a colour input is reduced to the colours that are left.
"""

from collections.abc import Iterator
from pathlib import Path

from core.display.contrast import limits_for, table_for
from core.display.film import Film, feature_film, input_film
from core.display.montage import mosaic_film, mosaic_layout
from core.errors import ExportError
from core.export.gif_container import (
    MAX_SIDE,
    SHORTEST_DELAY,
    frame_delays,
    write_frame,
    write_head,
    write_tail,
)
from core.export.job import ExportJob
from core.limits import MAX_FRAME_PIXELS
from core.progress import Progress


def write_gif(job: ExportJob, path: Path) -> Iterator[Progress]:
    """Write a job's animation; the last progress carries `gif_note`.

    Raises
    ------
    ExportError
        If the picture would be too large, or the asked feature volume is not there.
    OSError
        If the file cannot be written.
    """
    yield Progress(0, 0, "choosing colours")
    film = film_of(job)
    delays = frame_delays(len(film.order), job.export.fps)
    with path.open("wb") as file:
        size = (film.width, film.height)
        write_head(file, size, film.table, loop=job.export.loop, comment=_comment(job))
        for done, (frame, delay) in enumerate(zip(film.order, delays, strict=True)):
            yield Progress(done, len(delays), "writing frame")
            write_frame(file, film.picture(frame), delay)
        write_tail(file)
    yield Progress(len(delays), len(delays), gif_note(job.export.fps))


def film_of(job: ExportJob) -> Film:
    """Return the film that a job's settings ask for.

    A mosaic without feature volumes is the input alone.

    Raises
    ------
    ExportError
        If it cannot be made; the sentence has the numbers.
    """
    wanted = job.export
    activation = job.convolution.activation
    if wanted.content == "feature":
        if wanted.feature >= len(job.volumes):
            count = len(job.volumes)
            raise ExportError(f"There is no feature volume {wanted.feature + 1}: there are {count}.")
        volume = job.volumes[wanted.feature]
        limits = limits_for(job.volumes, job.contrast, activation)[wanted.feature]
        check_size(volume.data.shape[2] * wanted.scale, volume.data.shape[1] * wanted.scale)
        return feature_film(volume, limits, table_for(job.contrast, activation), wanted)
    if wanted.content == "input" or not job.volumes:
        check_size(job.clip.width * wanted.scale, job.clip.height * wanted.scale)
        return input_film(job.clip, wanted)
    layout = mosaic_layout(job.clip, job.volumes, wanted)
    check_size(layout.width, layout.height)
    return mosaic_film(job.clip, job.volumes, job.contrast, activation, wanted)


def gif_note(fps: float) -> str:
    """Return what a person should know about how a GIF plays at this rate, as a sentence, or ""."""
    fastest = 100 // SHORTEST_DELAY
    if fps <= fastest:
        return ""
    return f"A GIF shows at most {fastest} frames per second, so it plays at {fastest} instead of {fps:g}."


def check_size(width: int, height: int) -> None:
    """Refuse an animation of more pixels than the limit.

    Raises
    ------
    ExportError
        With the numbers and what to change.
    """
    if max(width, height) > MAX_SIDE or width * height > MAX_FRAME_PIXELS:
        raise ExportError(
            f"The animation would be {width} x {height} pixels; choose a smaller scale or fewer filters."
        )


def _comment(job: ExportJob) -> str:
    if job.bank is None or job.export.content == "input":
        return "Wavecube"
    size = "x".join(map(str, job.bank.kernel_size))
    seed = job.bank.parameters.get("seed")
    return f"Wavecube: {job.bank.kind} {size}" + ("" if seed is None else f", seed {seed}")
