"""Make the pictures of docs/explaining.md: every page of the real window, as a person would set it.

Run it from the top of the project: ``uv run docs/make_explaining_pictures.py``; it draws without a display
and writes to docs/explaining/. With names it makes only those pictures: ``… inspector layers``.
"""

import io
import sys
from collections.abc import Callable
from typing import Any

from make_pictures import ROOT, wait_until  # sets what must be set before Qt is imported
from PIL import Image
from PySide6.QtCore import QBuffer, QPoint
from PySide6.QtTest import QTest

from core.lessons.reading import read_lesson
from core.paths import resource
from gui.app import build_application
from gui.main_window import MainWindow
from gui.widgets.filter_panel import BankRequest

PICTURES = ROOT / "docs" / "explaining"
SIZE = (1280, 800)
FINGERS = (5, 96, 150)  # a response (t, y, x) on the sample: fingers pass here


class Stage:
    """The window, and how each picture is set."""

    def __init__(self, window: MainWindow) -> None:
        self.window = window

    def begin(
        self, clip: str = "sample:wave", bank: str = "zero-mean", theme: str = "light", **values: Any
    ) -> None:
        """Open a clip with a bank on the page of the volumes, and stop the film."""
        window = self.window
        window.explain.show("volumes")
        window.set_theme(theme)
        window.session.set_view("responses")
        window.filters.make(BankRequest(bank, values))
        window.files.open(clip)
        wait_until(lambda: not window.files.opener.busy and window.session.complete)
        window.display.select(0)
        window.workspace.input_panel.set_cross(None)
        window.driver.pause()
        window.driver.seek(7)

    def page(self, key: str, voxel: tuple[int, int, int] | None = FINGERS, **options: Any) -> Any:
        """Go to a page, pin a response, and set the page's own options."""
        window = self.window
        window.explain.show(key)
        if voxel is not None:
            window.explain.probe.pin(voxel)
            window.explain.probe.show_frame()
        page = window.explain.page(key)
        if options:
            page.apply_preset(options)
        self.settle(page)
        return page

    def settle(self, page: Any) -> None:
        """Let workers come to their end, and the window paint."""
        QTest.qWait(300)
        wait_until(lambda: not getattr(page, "busy", False))
        QTest.qWait(900)

    def save(self, name: str) -> None:
        """Write the window as a picture."""
        buffer = QBuffer()
        buffer.open(QBuffer.OpenModeFlag.WriteOnly)
        self.window.grab().save(buffer, "PNG")
        picture = Image.open(io.BytesIO(buffer.data().data())).convert("RGB")
        picture.save(PICTURES / f"{name}.webp", quality=90, method=6)


def pointing(stage: Stage) -> None:
    """Point at a response: its receptive field on the input."""
    stage.begin()
    viewer = stage.window.workspace.feature_grid.viewers[0]
    QTest.mouseMove(viewer, viewer.picture_rect().center().toPoint() + QPoint(-8, -6))
    QTest.qWait(300)
    stage.save("pointing")
    viewer.leaveEvent(None)


def inspector(stage: Stage) -> None:
    """Take one response apart, term by term."""
    stage.begin()
    stage.page("inspector", folded=False, numbers=False, reverse=False)
    stage.save("inspector")


def numbers(stage: Stage) -> None:
    """Show a small kernel with its numbers in the cells."""
    stage.begin(bank="sobel")
    stage.page("inspector", folded=True, numbers=True, reverse=False)
    stage.save("numbers")


def energy(stage: Stage) -> None:
    """Show an energy, and a response that it is made of."""
    stage.begin("stimulus:drifting-grating?frequency=1/5&velocity=1", "gabor", theme="dark")
    stage.window.session.set_view("energy")
    wait_until(lambda: stage.window.session.complete)
    stage.page("inspector", (4, 60, 80), folded=False, numbers=False, reverse=False)
    stage.save("energy")
    stage.window.session.set_view("responses")


def reverse(stage: Stage) -> None:
    """Show what one input reaches."""
    stage.begin()
    page = stage.page("inspector", folded=False, numbers=False, reverse=True)
    stage.window.explain.probe.look_at_source((7, 98, 152))
    stage.settle(page)
    stage.save("reverse")
    page.apply_preset({})


def sections(stage: Stage) -> None:
    """Lay the ruler on a bar of known speed in nine sections."""
    stage.begin("stimulus:moving-bar?velocity=2", "gabor", speed=2.0, frequency=0.15)
    page = stage.page("sections", (5, 60, 150), ruler=True)
    page.ruler.lay_along_preferred()
    stage.settle(page)
    stage.save("sections")
    page.apply_preset({})


def cube(stage: Stage) -> None:
    """Cut the cube open at the cursor."""
    stage.begin(theme="dark")
    page = stage.page("sections", cube="input", cut=True)
    stage.save("cube")
    page.apply_preset({})


def slide(stage: Stage) -> None:
    """Slide the kernel through time at one place."""
    stage.begin(bank="sobel")
    page = stage.page("slide", order="time")
    page.driver.seek(8)
    stage.settle(page)
    stage.save("slide")
    page.apply_preset({})


def compare(stage: Stage) -> None:
    """Show the four comparisons."""
    stage.begin()
    stage.page("compare", comparison="dimensions")
    stage.save("compare-dimensions")
    stage.page("compare", comparison="time")
    stage.save("compare-time")
    stage.begin("stimulus:drifting-grating?frequency=1/5&velocity=1", "gabor")
    stage.window.display.select(1)
    stage.page("compare", (5, 60, 80), comparison="flips")
    stage.save("compare-flips")
    stage.window.display.select(0)
    stage.page("compare", (5, 60, 80), comparison="after")
    stage.save("compare-after")


def layers(stage: Stage) -> None:
    """Pin a response of the second layer: what it sees, and what it is made of."""
    stage.begin()
    page = stage.page("layers", None)
    wait_until(lambda: not page.work.busy)
    page.probe.pin((4, 48, 76))
    stage.settle(page)
    stage.save("layers")
    page.probe.release()


def lesson(stage: Stage) -> None:
    """Show a step of a lesson."""
    stage.begin()
    lessons = stage.window.explain.lessons()
    lessons.start(read_lesson(resource("lessons") / "06-speed-is-slope.toml"))
    lessons.go(1)
    QTest.qWait(600)
    wait_until(lambda: stage.window.session.complete)
    stage.window.driver.pause()
    QTest.qWait(600)
    stage.save("lesson")
    lessons.stop()
    lessons.give_back()
    wait_until(lambda: stage.window.session.complete)


ALL: dict[str, Callable[[Stage], None]] = {
    each.__name__: each
    for each in (
        pointing, inspector, numbers, energy, reverse, sections, cube, slide, compare, layers, lesson,
    )
}  # fmt: skip


def main(names: list[str]) -> int:
    """Write the pictures with these names, or all of them."""
    unknown = sorted(set(names) - set(ALL))
    if unknown:
        sys.stderr.write(f"There is no picture {', '.join(unknown)}; choose {', '.join(ALL)}.\n")
        return 2
    PICTURES.mkdir(exist_ok=True)
    window = build_application(["sample:wave"])
    window.resize(*SIZE)
    window.show()
    wait_until(lambda: window.session.complete)
    for name in names or ALL:
        ALL[name](Stage(window))
    window.close()
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
