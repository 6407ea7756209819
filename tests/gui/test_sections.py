"""The page of sections in the window: one cursor, the probe, playhead and keys, and what the ruler says."""

from collections.abc import Callable

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from core.analysis.profile import profile
from core.clip import Clip
from core.display.ruler import Ruler, stripe_velocity
from core.display.slices import Plane
from core.filters.bank import FilterBank
from core.filters.builtin import make_bank
from core.settings import ConvolutionSettings
from gui.main_window import MainWindow
from gui.sections import SectionsPage
from gui.widgets.section_grid import Row

NOISE = "stimulus:still-texture?frames=9&width=40&height=32"
GRATING = "stimulus:drifting-grating?frames=12&width=96&height=48&velocity=1.5&frequency=0.05"


def opened(
    open_window: Callable[..., MainWindow], qtbot: QtBot, text: str = NOISE
) -> tuple[MainWindow, SectionsPage]:
    window = open_window(text)
    window.resize(1280, 800)
    with qtbot.waitSignal(window.session.computing_finished):
        pass
    window.driver.pause()
    window.driver.seek(4)
    window.explain.show("sections")
    page = window.explain.page("sections")
    assert isinstance(page, SectionsPage)
    return window, page


def compute(window: MainWindow, qtbot: QtBot, change: Callable[[], object]) -> None:
    with qtbot.waitSignal(window.session.computing_finished):
        change()


def move(page: SectionsPage, row: Row, plane: Plane, place: tuple[float, float]) -> None:
    view = page.widget.grid.views[row, plane]
    QTest.mouseMove(view, view.point(place).toPoint())


def click(page: SectionsPage, row: Row, plane: Plane, place: tuple[float, float]) -> None:
    view = page.widget.grid.views[row, plane]
    QTest.mouseClick(view, Qt.MouseButton.LeftButton, pos=view.point(place).toPoint())


def test_the_mouse_moves_one_cursor_through_all_sections(
    open_window: Callable[..., MainWindow], qtbot: QtBot
) -> None:
    window, page = opened(open_window, qtbot)
    views, probe = page.widget.grid.views, window.explain.probe
    assert probe.voxel is not None and page.output == probe.voxel, "it begins at a response"
    move(page, Row.INPUT, Plane.XY, (20, 30))
    assert page.cursor == (4.0, 20.0, 30.0) and probe.voxel == (2, 18, 28)
    assert page.tap == (2.0, 2.0, 2.0)
    assert [views[Row.INPUT, plane].index for plane in Plane] == [4, 20, 30]
    assert [views[Row.VOLUME, plane].index for plane in Plane] == [2, 18, 28]
    move(page, Row.INPUT, Plane.XT, (6, 12))
    assert page.cursor == (6.0, 20.0, 12.0) and window.driver.frame == 6, "the film goes to that time"
    move(page, Row.VOLUME, Plane.YT, (5, 9))
    assert page.output == probe.voxel == (3, 7, 10) and page.cursor == (5.0, 9.0, 12.0)
    text = page.widget.value.text
    response = window.session.volumes[0].data[3, 7, 10]
    assert (
        "cursor t 5, y 9, x 12" in text and f"{abs(response):.4g}"[:5] in text and "weight (2, 2, 2)" in text
    )
    # Where the kernel would reach outside there is no response, and no box.
    move(page, Row.INPUT, Plane.XY, (1, 30))
    assert page.output is None and probe.voxel is None and views[Row.INPUT, Plane.XY].boxes == ()
    assert views[Row.VOLUME, Plane.XT].message.startswith("no response over y = 1")
    # The input beside the page moves it, too.
    window.workspace.input_panel.hovered.emit((11.2, 17.9))
    assert page.cursor == (5.0, 11.0, 18.0)
    window.explain.show("volumes")
    window.workspace.input_panel.hovered.emit((5.0, 5.0))
    assert page.cursor == (5.0, 11.0, 18.0), "hidden it does nothing"
    assert all(cuts is None for cuts in page.rows.cuts.values()), "and keeps nothing large"


def test_a_click_pins_and_keys_move_what_is_pinned(
    open_window: Callable[..., MainWindow], qtbot: QtBot
) -> None:
    window, page = opened(open_window, qtbot)
    probe = window.explain.probe
    click(page, Row.INPUT, Plane.XY, (20, 30))
    assert probe.pinned and probe.voxel == (2, 18, 28)
    move(page, Row.INPUT, Plane.XY, (10, 10))
    assert page.cursor == (4.0, 20.0, 30.0), "it stays"
    QTest.keyClick(page.widget, Qt.Key.Key_Right)
    QTest.keyClick(page.widget, Qt.Key.Key_BracketRight)
    assert page.output == (3, 18, 29) and page.cursor == (5.0, 20.0, 31.0) and window.driver.frame == 5
    window.driver.seek(8)
    assert page.cursor[0] == 5.0, "the film may go on"
    probe.release()
    click(page, Row.INPUT, Plane.XY, (0, 39))
    assert probe.voxel is not None and probe.voxel[1:] == (0, 35), "the nearest response"
    probe.release()
    window.driver.seek(6)
    assert page.cursor == (6.0, 2.0, 37.0) and page.output == (4, 0, 35), (
        "the cursor goes with the film again"
    )


@pytest.mark.parametrize("plane", [Plane.XT, Plane.YT])
def test_an_end_of_the_ruler_follows_the_mouse_until_it_is_let_go(
    open_window: Callable[..., MainWindow], qtbot: QtBot, plane: Plane
) -> None:
    window, page = opened(open_window, qtbot, GRATING)
    page.ruler.toggle()
    page.widget.bar.plane_combo.setCurrentIndex([Plane.XT, Plane.YT].index(plane))
    page.ruler.refresh()
    view, ruler, whole = page.widget.grid.views[Row.INPUT, plane], page.ruler.ruler, window.windowHandle()
    assert ruler is not None and whole is not None
    QTest.mouseMove(whole, QPoint(1, 1))  # before it comes all has found its place
    start, step = view.mapTo(window, view.point(ruler.first).toPoint()), QPoint(6, 0)
    # Through the window, as a real mouse: a widget that is hidden for a moment loses it.
    QTest.mousePress(whole, Qt.MouseButton.LeftButton, pos=start)
    for i in (1, 2, 3):
        QTest.mouseMove(whole, start + i * step)
    QTest.mouseRelease(whole, Qt.MouseButton.LeftButton, pos=start + 3 * step)
    QTest.mouseMove(whole, QPoint(1, 1))  # no tool tip comes while a slow machine tests on
    assert page.ruler.ruler is not None
    across = view.point(page.ruler.ruler.first).x() - view.point(ruler.first).x()
    assert across == pytest.approx(18, abs=1.5)
    assert page.ruler.ruler.second == ruler.second


def test_the_ruler_reads_the_speed_of_a_grating(open_window: Callable[..., MainWindow], qtbot: QtBot) -> None:
    window, page = opened(open_window, qtbot, GRATING)
    QTest.keyClick(page.widget, Qt.Key.Key_U)
    assert page.widget.bar.ruler_button.isChecked()
    assert page.widget.bar.readout.text == "→ 1 px/frame = 30 px/s"
    views = page.widget.grid.views
    assert views[Row.INPUT, Plane.XT].ruler == views[Row.VOLUME, Plane.XT].ruler == page.ruler.ruler
    # Along a crest: half a wave on, the same brightness.
    views[Row.INPUT, Plane.XT].ruler_moved.emit(Ruler((0.0, 40.0), (8.0, 52.0)))
    assert page.widget.bar.readout.text == "→ 1.5 px/frame = 45 px/s"
    page.widget.grid.ruler_moved.emit(Ruler((2.0, 40.0), (10.0, 48.0)))
    page.widget.bar.fit_button.click()
    qtbot.waitUntil(lambda: "Found" in page.widget.bar.words.text)
    found = page.ruler.ruler
    assert found is not None and found.velocity == pytest.approx(1.5, abs=0.02)
    assert found.middle == pytest.approx((6.0, 44.0))
    page.widget.bar.plane_combo.setCurrentIndex(1)
    page.widget.bar.plane_combo.activated.emit(1)
    assert views[Row.INPUT, Plane.XT].ruler is None and views[Row.INPUT, Plane.YT].ruler is not None
    page.ruler.fit()
    qtbot.waitUntil(lambda: "Nothing to follow" in page.widget.bar.words.text)
    QTest.keyClick(page.widget, Qt.Key.Key_U)
    assert page.ruler.ruler is None and views[Row.INPUT, Plane.YT].ruler is None
    assert page.widget.bar.readout.text == ""
    window.explain.show("volumes")


def test_it_is_laid_along_the_speed_that_the_filter_prefers(
    open_window: Callable[..., MainWindow], qtbot: QtBot
) -> None:
    window, page = opened(open_window, qtbot)
    button = page.widget.bar.preferred_button
    moving = make_bank("gabor", kernel=(5, 7, 7)).weights[:1]
    blurring = np.ones_like(moving)
    bank = FilterBank.from_weights(np.concatenate([moving, blurring]))
    prefers = stripe_velocity(profile(bank[0]).frequency, Plane.XT)
    compute(window, qtbot, lambda: window.session.set_bank(bank))
    qtbot.waitUntil(button.isEnabled)
    button.click()
    ruler = page.ruler.ruler
    assert ruler is not None and ruler.velocity == pytest.approx(prefers)
    # Taps three pixels and two frames apart: the same filter prefers three halves of that.
    slide = ConvolutionSettings(padding="same", dilation=(2, 1, 3))
    compute(window, qtbot, lambda: window.session.set_convolution(slide))
    qtbot.waitUntil(button.isEnabled)
    button.click()
    fast = page.ruler.ruler
    assert fast is not None and fast.velocity == pytest.approx(1.5 * prefers)
    on_kernel = page.widget.grid.views[Row.KERNEL, Plane.XT].ruler
    assert on_kernel is not None and on_kernel.velocity == pytest.approx(prefers), "as its weights have it"
    window.display.select(1)
    qtbot.waitUntil(lambda: not page.ruler.busy)
    assert not button.isEnabled() and "no single direction" in button.toolTip()


def test_clip_bank_and_settings_may_change_while_it_is_open(
    open_window: Callable[..., MainWindow], qtbot: QtBot
) -> None:
    window, page = opened(open_window, qtbot)
    views, session = page.widget.grid.views, window.session
    page.ruler.toggle()
    click(page, Row.INPUT, Plane.XY, (20, 30))
    compute(window, qtbot, lambda: session.set_bank(make_bank("zero-mean", filters=3, kernel=(4, 2, 6))))
    assert views[Row.KERNEL, Plane.XT].seen[0].length == 4
    window.display.select(2)
    assert "FEATURE VOLUME 3" in page.widget.grid.heads[Row.VOLUME].text  # type: ignore[attr-defined]
    slide = ConvolutionSettings(padding="same", stride=(2, 3, 2))
    compute(window, qtbot, lambda: session.set_convolution(slide))
    assert page.output is not None
    assert all(o < n for o, n in zip(page.output, session.volumes[2].data.shape, strict=True))
    window.explain.probe.release()
    window.driver.seek(4)
    places = page.rows.places
    assert places is not None
    at = places.centre((2, 4, 5))
    move(page, Row.VOLUME, Plane.XY, (at[1] + 1.2, at[2] + 0.4))
    assert page.output == (2, 4, 5) and page.cursor == places.home((2, 4, 5)), "wide voxels have one middle"
    grey = Clip.from_frames(np.full((5, 9, 12, 1), 80, np.uint8))
    compute(window, qtbot, lambda: session.set_clip(grey))
    assert views[Row.INPUT, Plane.XT].seen[1].length >= 12 and "input 80" in page.widget.value.text
    ruler = page.ruler.ruler
    assert ruler is not None and max(ruler.first[1], ruler.second[1]) <= 12.5, "laid anew on what there is"
    still = Clip.from_frames(np.zeros((1, 4, 4, 3), np.uint8))
    with qtbot.waitSignals([session.computing_failed], raising=False, timeout=20):
        session.set_clip(still)
    qtbot.waitUntil(lambda: not session.computing)
    session.set_convolution(ConvolutionSettings())
    qtbot.waitUntil(lambda: not session.computing)
    assert session.volumes == () and page.output is None
    assert "does not fit" in views[Row.VOLUME, Plane.XT].message
    page.widget.grab()


def test_views_offer_the_filters_that_a_tile_is_made_of(
    open_window: Callable[..., MainWindow], qtbot: QtBot
) -> None:
    window, page = opened(open_window, qtbot)
    session, head = window.session, page.widget.kernel_head
    compute(window, qtbot, lambda: session.set_bank(make_bank("gabor", kernel=(3, 5, 5))))
    assert not head.filter_combo.isVisible()
    compute(window, qtbot, lambda: session.set_view("energy"))
    assert head.filter_combo.isVisible() and head.filter_combo.count() == 2
    head.filter_combo.setCurrentIndex(1)
    head.filter_combo.activated.emit(1)
    assert head.title.text.startswith("KERNEL 2")
    assert page.widget.cube.legend.toolTip(), "the colours are explained"
    page.widget.cube.volume_button.click()
    cube = page.widget.cube.cube.cube
    assert cube is not None and cube.shape == session.volumes[0].data.shape


def test_everything_is_reached_with_the_keyboard_and_has_a_name(
    open_window: Callable[..., MainWindow], qtbot: QtBot
) -> None:
    _, page = opened(open_window, qtbot)
    panel = page.widget
    page.ruler.toggle()
    reached = set()
    widget = panel.nextInFocusChain()
    while widget is not panel:
        if (
            widget.isVisibleTo(panel)
            and panel.isAncestorOf(widget)
            and widget.focusPolicy() & Qt.FocusPolicy.TabFocus
        ):
            reached.add(widget)
            assert widget.accessibleName() and widget.toolTip(), widget.objectName()
        widget = widget.nextInFocusChain()
    bar, cube = panel.bar, panel.cube
    wanted = {
        bar.ruler_button, bar.plane_combo, bar.fit_button, cube.cube, cube.follow_box, cube.reset_button,
        cube.input_button, cube.volume_button, *cube.sliders, panel.kernel_head.channel_combo,
        *panel.grid.views[Row.INPUT, Plane.XT].ends,
    }  # fmt: skip
    assert wanted <= reached
