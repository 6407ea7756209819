"""Films that are drawn: a GIF of them holds only what changes, and decoders still see whole pictures."""

from collections.abc import Callable, Generator
from pathlib import Path

import imageio.v3 as iio
import numpy as np
import pytest

from core.display.film import ColorFilm
from core.display.palette import Palette, clip_palette
from core.errors import ExportError
from core.export.formats import FilmJob, write
from core.progress import Progress, run
from core.settings import ExportSettings
from tests.core.export.decoders import by_ffmpeg, by_pillow
from tests.core.export.gif_spec import read_gif

DECODERS: dict[str, Callable[[Path], np.ndarray]] = {
    "spec": lambda path: np.stack(read_gif(path.read_bytes()).frames),
    "pillow": by_pillow,
    "imageio": lambda path: np.asarray(iio.imread(path, mode="RGB")),
    "ffmpeg": by_ffmpeg,
}
ORDER = (0, 1, 2, 2, 3, 0)


@pytest.fixture
def pictures(rng: np.random.Generator) -> np.ndarray:
    """Four pictures of 24x18 in 200 colours: patches move over a ground that stays."""
    colors = rng.integers(0, 256, (200, 3), dtype=np.uint8)
    indices = np.repeat(rng.integers(0, 200, (1, 18, 24)), 4, axis=0)
    indices[1, 3:7, 5:9] = rng.integers(0, 200, (4, 4))
    indices[2, 10:12, 20:23] = rng.integers(0, 200, (2, 3))
    indices[3, 0, 0] = (indices[2, 0, 0] + 1) % 200
    return colors[indices]


@pytest.fixture
def job(pictures: np.ndarray) -> FilmJob:
    def palette() -> Generator[Progress, None, Palette]:
        yield Progress(0, 0, "choosing colours")
        return clip_palette(pictures, 255)

    film = ColorFilm(24, 18, ORDER, lambda number: pictures[number], palette)
    return FilmJob(film, ExportSettings(fps=10), "Wavecube: a test")


@pytest.mark.parametrize("decoder", DECODERS)
def test_whole_pictures_come_back_also_equal_ones(
    job: FilmJob, pictures: np.ndarray, tmp_path: Path, decoder: str
) -> None:
    path = run(write(job, tmp_path / "a.gif"))
    assert isinstance(path, Path)
    assert np.array_equal(DECODERS[decoder](path), pictures[list(ORDER)])


def test_only_what_changes_is_written(job: FilmJob, pictures: np.ndarray, tmp_path: Path) -> None:
    run(write(job, tmp_path / "a.gif"))
    gif = read_gif((tmp_path / "a.gif").read_bytes())
    assert gif.parts[0] == (0, 0, 24, 18) and gif.parts[1] == (5, 3, 4, 4)
    assert gif.parts[3] == (0, 0, 1, 1), "equal pictures: one pixel that stays as it was"
    colors = len(np.unique(pictures.reshape(-1, 3), axis=0))
    assert gif.transparent[0] is None and set(gif.transparent[1:]) == {colors}
    assert set(gif.disposals) == {1} and gif.delays == [10] * 6 and gif.comment == "Wavecube: a test"


def test_an_apng_has_the_same_pictures(job: FilmJob, pictures: np.ndarray, tmp_path: Path) -> None:
    run(write(job, tmp_path / "a.png"))
    assert np.array_equal(by_pillow(tmp_path / "a.png"), pictures[list(ORDER)])


def test_a_drawn_film_has_no_arrays(job: FilmJob, tmp_path: Path) -> None:
    with pytest.raises(ExportError, match=r"has no arrays; save it as \.gif, \.png or \.mp4\.$"):
        run(write(job, tmp_path / "a.npz"))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("kind", [".gif", ".png", ".mp4"])
def test_a_film_of_too_many_pixels_is_refused(job: FilmJob, tmp_path: Path, kind: str) -> None:
    large = ColorFilm(70_000, 10, (0,), job.film.picture, job.film.palette)
    with pytest.raises(ExportError, match="would be 70000 x 10 pixels"):
        run(write(FilmJob(large), tmp_path / f"a{kind}"))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("kind", [".gif", ".png", ".mp4"])
def test_cancelled_it_leaves_no_file(job: FilmJob, tmp_path: Path, kind: str) -> None:
    work = write(job, tmp_path / f"a{kind}")
    while next(work).text != "writing frame":  # type: ignore[union-attr]
        pass
    next(work)
    work.close()  # type: ignore[attr-defined]
    assert list(tmp_path.iterdir()) == []
