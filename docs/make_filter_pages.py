"""Make docs/filters.md and its pictures from the banks themselves: every text, every weight, every response.

Run it from the top of the project: ``uv run docs/make_filter_pages.py``; it needs no display. With names it
makes only the pictures of those banks: ``uv run docs/make_filter_pages.py gabor dct``.
"""

import sys
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PICTURES = ROOT / "docs" / "filters"
sys.path.insert(0, str(ROOT))

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from core.clip import Clip
from core.display.colormap import KERNEL_TABLE, color_table
from core.display.contrast import limits_for
from core.display.kernels import kernel_planes
from core.export.content import film_steps
from core.export.job import ExportJob
from core.filters.bank import FilterBank
from core.filters.builtin import bank_kinds, make_bank
from core.filters.kinds import BankKind
from core.filters.views import View
from core.pipeline import convolve_clip, working_clip
from core.progress import returned, run
from core.settings import ContrastSettings, ConvolutionSettings, WorkingSize
from core.sources.load import load_clip
from core.sources.opening import open_source
from core.volume import FeatureVolume

Pixels = NDArray[np.uint8]
MOST_KERNELS = 9
LARGEST_SQUARE, TALLEST = 24, 380
# One scale for all where it shows all: a filter that sees the mean drowns those that do not.
DROWNED = 4
WIDTH = 1180
GAP, TITLE = 20, 24
PAPER, INK, EDGE = (255, 255, 255), (60, 66, 74), (207, 212, 218)
BLANK, LINE = 254, 255
SAME = ConvolutionSettings("same", border="replicate")


def load(text: str, size: tuple[int, int]) -> Clip:
    """Return an INPUT at a working size."""
    return working_clip(run(load_clip(open_source(text))), WorkingSize(*size))


def kernels(bank: FilterBank) -> Pixels:
    """Draw the first kernels, one row each, time to the right."""
    frames, height, width = bank.kernel_size
    count = min(len(bank), MOST_KERNELS)
    side = max(2, min(LARGEST_SQUARE, 480 // (frames * (width + 1)), TALLEST // (count * (height + 1))))
    rows = []
    for index in range(count):
        planes = kernel_planes(bank[index])
        parts = [planes.indices(len(planes.names) - 1, t) for t in range(frames)]
        rows.append(np.concatenate([framed(part, side) for part in parts], axis=1))
    colors = np.full((256, 3), PAPER, np.uint8)
    table = color_table(KERNEL_TABLE).rgb
    colors[: len(table)], colors[LINE] = table, EDGE
    return colors[np.concatenate(rows)]


def framed(indices: NDArray[np.uint8], side: int) -> NDArray[np.uint8]:
    """Return one kernel frame with squares of a size, a line around it and paper at the right and below."""
    squares = indices.repeat(side, axis=0).repeat(side, axis=1)
    return np.pad(np.pad(squares, 1, constant_values=LINE), ((0, 5), (0, 5)), constant_values=BLANK)


def mosaic(clip: Clip, bank: FilterBank, view: View | None) -> Pixels:
    """Draw the mosaic of a clip in its middle, as an export has it."""
    steps = convolve_clip(clip, bank, SAME, WorkingSize(clip.width, clip.height), view)
    volumes = tuple(step for step in steps if isinstance(step, FeatureVolume))
    film = returned(film_steps(ExportJob(clip, bank, volumes, SAME, scale_for(volumes, view), view=view)))
    return film.table[film.picture(len(clip) // 2)]


def scale_for(volumes: tuple[FeatureVolume, ...], view: View | None) -> ContrastSettings:
    """Return one scale for all responses, or one for each where the largest would drown the others."""
    own = ContrastSettings(shared=False)
    ends = sorted(limits.high for limits in limits_for(volumes, own, True))
    drowned = view is None and ends[-1] > DROWNED * ends[len(ends) // 2]
    return own if drowned else ContrastSettings()


def flow(parts: list[tuple[str, Pixels]]) -> Image.Image:
    """Put titled pictures beside each other, and on as below as they need."""
    font = ImageFont.load_default(15)
    places, x, y, low = [], 0, 0, 0
    for title, part in parts:
        shown = fitted(Image.fromarray(part))
        width = max(shown.width, int(font.getlength(title)))
        if x and x + width > WIDTH:
            x, y = 0, low + GAP
        places.append((x, y, title, shown))
        x, low = x + width + GAP, max(low, y + TITLE + shown.height)
    page = Image.new("RGB", (WIDTH, low), PAPER)
    draw = ImageDraw.Draw(page)
    for x, y, title, shown in places:
        draw.text((x, y + 2), title, fill=INK, font=font)
        page.paste(shown, (x, y + TITLE))
    return page


def fitted(picture: Image.Image) -> Image.Image:
    """Return a picture no wider than the page."""
    if picture.width <= WIDTH:
        return picture
    return picture.resize((WIDTH, picture.height * WIDTH // picture.width))


def picture(kind: BankKind) -> Image.Image:
    """Draw a bank: its kernels, its answers to the wave and to its best stimulus, and its views of both."""
    bank = make_bank(kind.name)
    size = (160, 120) if len(bank) <= 9 else (112, 84) if len(bank) <= 20 else (80, 60)
    more = "" if len(bank) <= MOST_KERNELS else f" (the first {MOST_KERNELS} of {len(bank)})"
    parts = [(f"kernels{more}, time to the right", kernels(bank))]
    clips = {text: load(small(text, size), size) for text in ("sample:wave", kind.stimulus)}
    for text, clip in clips.items():
        short = text.removeprefix("stimulus:")
        parts.append((f"responses: {short}", mosaic(clip, bank, None)))
        parts += [(f"{view.title}: {short}", mosaic(clip, bank, view)) for view in bank.views]
    return flow(parts)


def small(stimulus: str, size: tuple[int, int]) -> str:
    """Return a stimulus at a size; a sample as it is."""
    if not stimulus.startswith("stimulus:"):
        return stimulus
    return f"{stimulus}{'&' if '?' in stimulus else '?'}width={size[0]}&height={size[1]}"


def page() -> Iterator[str]:
    """Yield the lines of docs/filters.md."""
    yield "# The filter banks\n"
    yield (
        "Every bank, what it answers to and what it is blind to. Texts and pictures are made by "
        "`uv run docs/make_filter_pages.py` from the program itself: kernels purple (negative) to green "
        "(positive), responses blue (negative) to red (positive), on one scale for all frames and filters, "
        "or on one for each filter (*a*) where a filter that sees the mean would drown the others. The "
        "middle frame is shown, of `sample:wave` and of the stimulus that the bank is best seen on.\n"
    )
    yield (
        "In the window: *Filters > Banks*, or the list *Bank*. On the command line: "
        '`main.py export sample:wave wave.gif --bank "gabor?directions=4"`, `main.py banks gabor`.\n'
    )
    for group, kinds in groupby(bank_kinds(), lambda kind: kind.group):
        yield f"## {group}\n"
        for kind in kinds:
            yield from section(kind)


def section(kind: BankKind) -> Iterator[str]:
    """Yield what is to be said of a bank."""
    yield f"### {kind.title}\n"
    yield f"`{kind.name}`: {kind.description}.\n"
    yield f"* **Answers to:** {kind.answers}\n* **Blind to:** {kind.blind}\n* **Try:** {kind.hint}"
    yield f"* **Best seen on:** `{kind.stimulus}`"
    if kind.source:
        yield f"* **Source:** {kind.source}"
    yield ""
    shown = [parameter for parameter in kind.parameters if not parameter.hidden]
    if shown:
        yield "| parameter | default | range | meaning |\n| --- | --- | --- | --- |"
    for parameter in shown:
        low_high = f"{parameter.low:.3g} – {parameter.high:.3g} {parameter.unit}".rstrip()
        if isinstance(parameter.low, int) and isinstance(parameter.high, int):
            low_high = f"{parameter.low} – {parameter.high} {parameter.unit}".rstrip()
        values = " · ".join(parameter.words) if parameter.is_choice else low_high
        default = parameter.word_of(parameter.default)
        yield f"| `{parameter.name}` | {default} | {values} | {parameter.tip} |"
    for view in make_bank(kind.name).views:
        yield f"\nView *{view.title}* (`--show {view.key}`): {view.explanation}"
    yield f"\n![{kind.title}](filters/{kind.name}.webp)\n"


def main(names: list[str]) -> None:
    """Write the page, and the pictures of all banks or of some."""
    PICTURES.mkdir(exist_ok=True)
    for kind in bank_kinds():
        if not names or kind.name in names:
            picture(kind).save(PICTURES / f"{kind.name}.webp", quality=80, method=6)
    (ROOT / "docs" / "filters.md").write_text("\n".join(page()) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
