"""The picture of a kernel that slides over a clip, step by step; and the film of all of them.

One definition of the picture serves the window, which shows one step after another at its own size, and the
files: 960x540 and more for slides, smaller for a page. It is drawn without a window.
"""

import re
from collections.abc import Generator, Sequence

import numpy as np

from core.analysis.slide import Order, Slide
from core.display.canvas import LIGHT, MARK, RIM, Box, Canvas, Pixels
from core.display.colormap import KERNEL_TABLE, ColorTable, color_table
from core.display.contrast import Limits, clipped_share
from core.display.film import ColorFilm
from core.display.legend import legend_indices, legend_ticks
from core.display.lettering import text_width
from core.display.palette import Palette, palette_steps
from core.display.slide_look import Scene, SlideLook
from core.display.slide_output import OutputZone
from core.display.slide_sum import SumZone
from core.display.slide_time import TimeZone
from core.progress import Progress

_NUMBERED = re.compile(r"filter \d+")  # a name that tells nothing
# Of a film, so many pictures are looked at to choose its 255 colours.
_SAMPLES = 12
_COLORS = 255
_SHADES = 33  # of each table; odd, so that one of them is the colour of 0


class SlidePicture:
    """Draws any step of a slide at one size; one thread at a time.

    Parameters
    ----------
    slide, look
        What is shown, and how.
    width, height
        Of the picture, in pixels; at least `core.display.slide_layout.LEAST`.
    """

    def __init__(self, slide: Slide, look: SlideLook, width: int, height: int) -> None:
        self._scene = scene = Scene.of(slide, look, width, height)
        self._time = TimeZone(scene)
        self._sums = SumZone(scene, self._time)
        self._output = OutputZone(scene, self._time)
        self._paper = np.empty((scene.layout.height, scene.layout.width, 3), np.uint8)
        self._paper[...] = np.full((scene.layout.width, 3), look.inks.ground, np.uint8)  # row by row: quick
        self._draw_paper(Canvas(self._paper))

    @property
    def size(self) -> tuple[int, int]:
        """(width, height) in pixels."""
        return self._scene.layout.width, self._scene.layout.height

    def step_at(self, x: float, y: float, step: int) -> int | None:
        """Return the step whose output is drawn at a pixel of the picture of `step`, or None."""
        found = self._output.step_at(x, y, step)
        return self._time.step_at(x, y, step) if found is None else found

    def place_at(self, x: float, y: float) -> tuple[float, float] | None:
        """Return the place (y, x) of the clip that is drawn at a pixel of a large frame, or None."""
        found = self._output.place_at(x, y)
        return self._sums.place_at(x, y) if found is None else found

    def draw(self, step: int) -> Pixels:
        """Return (height, width, 3) uint8 RGB of a step, freshly made.

        Raises
        ------
        IndexError
            If there is no such step.
        """
        slide, layout, inks = self._scene.slide, self._scene.layout, self._scene.look.inks
        found = slide.inspection(step)
        canvas = Canvas(self._paper.copy())
        t, y, x = slide.scan.voxel(step)
        text = f"output (t, y, x) = ({t}, {y}, {x}),  step {step + 1} of {slide.scan.count}"
        canvas.text((layout.header.right, layout.header.middle[1]), text, layout.small, inks.quiet, "rm")
        self._time.draw(canvas, step)
        self._sums.draw(canvas, step, found)
        self._output.draw(canvas, step)
        return canvas.pixels

    def _draw_paper(self, canvas: Canvas) -> None:
        """Draw what is the same at every step: title, labels, frames, weights, legends."""
        slide, layout, inks = self._scene.slide, self._scene.layout, self._scene.look.inks
        count = slide.scan.count
        widest = text_width(
            f"output (t, y, x) = ({count}, {count}, {count}),  step 0 of {count}", layout.small
        )
        room = layout.header.width - widest - 2 * layout.font
        at = layout.header.x, layout.header.middle[1]
        canvas.text(at, title(slide), layout.font, inks.ink, width=room)
        for zone in (self._time, self._sums, self._output):
            zone.paper(canvas)
        self._draw_legends(canvas)

    def _draw_legends(self, canvas: Canvas) -> None:
        scene, footer = self._scene, self._scene.layout.footer
        clipped = clipped_share(scene.slide.volume, scene.look.limits) > 0
        legends = (
            ("weights", scene.weight_table, scene.term_limits, False),
            ("products", scene.look.products, scene.term_limits, False),
            ("output", scene.look.table, scene.look.limits, clipped),
        )
        wide = footer.width // len(legends)
        for number, (name, table, limits, beyond) in enumerate(legends):
            self._draw_legend(canvas, footer.x + number * wide, wide, name, table, limits, beyond)

    def _draw_legend(
        self, canvas: Canvas, x: int, wide: int, name: str, table: ColorTable, limits: Limits, clipped: bool
    ) -> None:
        layout, inks = self._scene.layout, self._scene.look.inks
        footer, small = layout.footer, layout.small
        left = x + text_width("products", layout.font) + layout.font // 2
        # Odd, so that the colour of 0 is in the middle.
        strip = Box(left, footer.y + small // 4, (x + wide - 2 * layout.font - left) | 1, small)
        canvas.text((x, strip.middle[1]), name, layout.font, inks.ink)
        row = table.rgb[legend_indices(strip.width)]
        canvas.picture((strip.x, strip.y), np.repeat(row[np.newaxis], strip.height, axis=0))
        canvas.outline(Box(strip.x - 1, strip.y - 1, strip.width + 2, strip.height + 2), inks.line)
        for position, label in legend_ticks(limits, clipped=clipped):
            at = strip.x + round(position * (strip.width - 1))
            canvas.line(((at, strip.bottom), (at, strip.bottom + small // 4)), inks.quiet)
            anchor = {0.0: "lm", 1.0: "rm"}.get(position, "mm")
            canvas.text((at, footer.bottom - small // 2), label, small, inks.quiet, anchor)


def title(slide: Slide) -> str:
    """Return what the film shows, for the person who meets it first, and how the kernel is applied."""
    t, y, x = slide.kernel_size
    moves = "through time" if slide.scan.order is Order.TIME_ONLY else "over x, then y, then t"
    named = "" if _NUMBERED.fullmatch(slide.kernel.name) else f"{slide.kernel.name}: "
    applied = slide.convolution
    padding = (
        applied.padding if isinstance(applied.padding, str) else "padding {},{},{}".format(*applied.padding)
    )
    how = [
        *(["stride {},{},{}".format(*applied.stride)] if max(applied.stride) > 1 else []),
        *(["dilation {},{},{}".format(*applied.dilation)] if max(applied.dilation) > 1 else []),
        *([padding] if padding != "valid" else []),
    ]
    return f"{named}{'a' if named else 'A'} {t}×{y}×{x} kernel slides {moves}" + "".join(
        f", {h}" for h in how
    )


def slide_film(slide: Slide, look: SlideLook, size: tuple[int, int], steps: Sequence[int]) -> ColorFilm:
    """Return the film of some steps, each of them one picture.

    Parameters
    ----------
    size
        (width, height) in pixels.
    steps
        Which ones, in the order of the film.
    """
    picture = SlidePicture(slide, look, *size)

    def palette() -> Generator[Progress, None, Palette]:
        chosen = [
            steps[i * (len(steps) - 1) // max(_SAMPLES - 1, 1)] for i in range(min(_SAMPLES, len(steps)))
        ]
        pictures = []
        for step in dict.fromkeys(chosen):
            yield Progress(0, 0, "choosing colours")
            pictures.append(picture.draw(step))
        fixed = _fixed_colors(look)
        found = yield from palette_steps(np.stack(pictures), _COLORS - len(fixed))
        return Palette(np.concatenate([fixed, found.rgb]))

    return ColorFilm(*picture.size, tuple(steps), picture.draw, palette)


def _fixed_colors(look: SlideLook) -> Pixels:
    """Return the colours that every film has as they are: of paper and letters, and for even legends."""
    inks = look.inks
    plain = np.array([inks.ground, inks.ink, inks.accent, MARK, RIM], np.uint8)
    tables = {table.name: table for table in (look.products, look.table, color_table(KERNEL_TABLE))}
    return np.concatenate([plain, *(table.rgb[legend_indices(_SHADES)] for table in tables.values())])


__all__ = ["LIGHT", "SlideLook", "SlidePicture", "slide_film", "title"]
