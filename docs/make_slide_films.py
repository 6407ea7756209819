"""Make the films of README.md in which a kernel slides over the bundled clip; the window exports the same.

Run it from the top of the project: ``uv run docs/make_slide_films.py``; it needs no window and writes to
docs/pictures/: slide-time.gif and slide.gif, small enough for a page.

The clip is made so small that the pixels under the kernel can be seen, and that every output is visited.
"""

import sys
from collections.abc import Callable, Sequence
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
from core.settings import ContrastSettings, ConvolutionSettings, ExportSettings, Triple, WorkingSize
from core.sources.load import load_clip
from core.sources.opening import open_source

SIZE = (720, 405)
BANK, FILTER = "sobel", "d/dt"  # what changes in time: where the hand comes and where it goes
# All 16 frames; at this output (y, x) the hand goes away and comes back.
TIME_CLIP, PLACE = WorkingSize(40, 30), (20, 22)
# Six frames in the middle of the wave: the hand is fast there, and all outputs are seen in 16 seconds.
SPACE_CLIP, FRAMES = WorkingSize(32, 24), (2, 7)
TOUR, HOLD = 240, 20  # pictures of the way, and of the last step


def main() -> None:
    """Write both films."""
    clip = run(load_clip(open_source("sample:wave")))
    assert isinstance(clip, Clip)
    slide = _slide(clip.resized(TIME_CLIP), lambda shape: time_scan(shape, PLACE))
    _save("slide-time.gif", slide, [*range(slide.scan.count), slide.scan.count - 1], fps=1.5)
    slide = _slide(clip.trimmed(*FRAMES).resized(SPACE_CLIP), lambda shape: space_scan(shape, Route.ALL))
    _save("slide.gif", slide, [*slide.scan.tour(TOUR), *[slide.scan.count - 1] * HOLD], fps=15.0)


def _slide(clip: Clip, order: Callable[[Triple], Scan]) -> Slide:
    """Return the filter sliding over a clip."""
    bank = make_bank(BANK)
    index = bank.names.index(FILTER)
    volume = list(convolve_bank(clip, bank))[index]
    frames, height, width = volume.data.shape
    kernel = applied_kernel(bank, index, clip.channels)
    return Slide(clip, kernel, ConvolutionSettings(), volume, order((frames, height, width)))


def _save(name: str, slide: Slide, steps: Sequence[int], fps: float) -> None:
    contrast = ContrastSettings()
    limits = limits_for([slide.volume], contrast, True)[0]
    look = SlideLook(limits, table_for(contrast, True), color_table(contrast.diverging))
    film = slide_film(slide, look, SIZE, steps)
    run(write(FilmJob(film, ExportSettings(fps=fps)), PICTURES / name))


if __name__ == "__main__":
    main()
