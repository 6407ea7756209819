"""What an animation shows: the mosaic, the input or one feature volume, as a film of indexed pictures."""

from collections.abc import Generator

from core.clip import Clip
from core.display.contrast import is_signed, limits_for, table_for
from core.display.film import ALL_COLORS, Film, feature_film, indexed_steps, input_film
from core.display.montage import INPUT_COLORS, mosaic_film, mosaic_layout
from core.display.palette import Palette, palette_steps
from core.errors import ExportError
from core.export.gif_container import MAX_SIDE
from core.export.job import ExportJob, FilmJob, Job
from core.limits import MAX_FRAME_PIXELS
from core.progress import Progress


def film_steps(job: Job) -> Generator[Progress, None, Film]:
    """Find the film that a job's settings ask for; the colours of the input may take a while.

    A mosaic without feature volumes is the input alone.

    Raises
    ------
    ExportError
        At the first step, if it cannot be made; the sentence has the numbers.
    """
    yield Progress(0, 0, "choosing colours")
    check_film(job)
    if isinstance(job, FilmJob):
        return (yield from indexed_steps(job.film))
    if _shows(job) == "feature":
        return _film(job, None)
    colors = INPUT_COLORS if _shows(job) == "mosaic" else ALL_COLORS
    return _film(job, (yield from palette_steps(job.clip.frames, colors)))


def _shows(job: ExportJob) -> str:
    return job.export.content if job.volumes or job.export.content == "feature" else "input"


def _film(job: ExportJob, palette: Palette | None) -> Film:
    wanted, signed = job.export, is_signed(job.convolution.activation, job.view)
    if _shows(job) == "feature":
        limits = limits_for(job.volumes, job.contrast, signed)[wanted.feature]
        table = table_for(job.contrast, signed, job.volumes[wanted.feature].angles is not None)
        return feature_film(job.volumes[wanted.feature], limits, table, wanted)
    if _shows(job) == "input":
        return input_film(job.clip, wanted, palette)
    quantity = "response"
    if job.view is not None and job.view.stages is None:
        quantity = job.view.title.lower()
    return mosaic_film(job.clip, job.volumes, job.contrast, signed, wanted, palette, quantity)


def check_film(job: Job) -> None:
    """Refuse a film that cannot be made, by the sizes of what it shows.

    Raises
    ------
    ExportError
        If it would have too many pixels, the asked feature volume is not there, or the clip is no picture.
    """
    if isinstance(job, FilmJob):
        check_size(job.film.width, job.film.height)
        return
    wanted = job.export
    if _shows(job) != "feature":
        check_colors(job.clip)
    if _shows(job) == "feature":
        if wanted.feature >= len(job.volumes):
            count = len(job.volumes)
            raise ExportError(f"There is no feature volume {wanted.feature + 1}: there are {count}.")
        _, height, width = job.volumes[wanted.feature].data.shape
        check_size(width * wanted.scale, height * wanted.scale)
    elif _shows(job) == "input":
        check_size(job.clip.width * wanted.scale, job.clip.height * wanted.scale)
    else:
        layout = mosaic_layout(job.clip, job.volumes, wanted)
        check_size(layout.width, layout.height)


def check_colors(clip: Clip) -> None:
    """Refuse to show a clip that is neither grey nor RGB.

    Raises
    ------
    ExportError
        With the number of its channels, and what can be done.
    """
    if clip.channels not in (1, 3):
        raise ExportError(
            f"A clip of {clip.channels} channels is no picture (1 is grey, 3 are RGB); save it as .npz."
        )


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
