"""Make the films of README.md in which a kernel slides over the bundled clip; the window exports the same.

Run it from the top of the project: ``uv run docs/make_slide_films.py``; it needs no window and writes to
docs/pictures/: slide-time.gif and slide.gif, small enough for a page.
"""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PICTURES = ROOT / "docs" / "pictures"
sys.path.insert(0, str(ROOT))

from core.analysis.inspector import applied_kernel
from core.analysis.slide import Route, Scan, Slide, space_scan, time_scan
from core.clip import Clip
from core.convolution.engine import convolve_bank
from core.display.colormap import color_table
from core.display.contrast import limits_for, table_for
from core.display.slide_film import SlideLook, slide_film
from core.export.formats import FilmJob, write
from core.filters.builtin import make_bank
from core.progress import run
from core.settings import ContrastSettings, ConvolutionSettings, ExportSettings, WorkingSize
from core.sources.load import load_clip
from core.sources.opening import open_source

SIZE = (640, 360)
BANK, FILTER = "sobel", "d/dt"  # what changes in time: where the hand comes and where it goes
PLACE = (86, 150)  # (y, x) of the output: the fingers pass here


def main() -> None:
    """Write both films."""
    clip = run(load_clip(open_source("sample:wave")))
    assert isinstance(clip, Clip)
    clip = clip.resized(WorkingSize(320, 240))
    bank, contrast = make_bank(BANK), ContrastSettings()
    index = bank.names.index(FILTER)
    volume = list(convolve_bank(clip, bank))[index]
    limits = limits_for([volume], contrast, True)[0]
    look = SlideLook(limits, table_for(contrast, True), color_table(contrast.diverging))
    kernel = applied_kernel(bank, index, clip.channels)

    def save(name: str, scan: Scan, steps: range, fps: float) -> None:
        slide = Slide(clip, kernel, ConvolutionSettings(), volume, scan)
        film = slide_film(slide, look, SIZE, steps)
        run(write(FilmJob(film, ExportSettings(fps=fps)), PICTURES / name))

    frames, height, width = volume.data.shape
    in_time = time_scan((frames, height, width), PLACE)
    save("slide-time.gif", in_time, range(in_time.count), 1.5)
    in_space = space_scan((frames, height, width), Route.GRID, every=16)
    save("slide.gif", in_space, in_space.film_steps(every=15), 12.0)


if __name__ == "__main__":
    main()
