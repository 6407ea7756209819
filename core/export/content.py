"""What an animation shows: the mosaic, the input or one feature volume, as a film of indexed pictures."""

from core.display.contrast import limits_for, table_for
from core.display.film import Film, feature_film, input_film
from core.display.montage import mosaic_film, mosaic_layout
from core.errors import ExportError
from core.export.gif_container import MAX_SIDE
from core.export.job import ExportJob
from core.limits import MAX_FRAME_PIXELS


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
