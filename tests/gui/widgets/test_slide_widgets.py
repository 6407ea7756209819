"""The widgets of the slide: what is painted, what a click means, what the dialog promises."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor, QPalette
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from core.analysis.slide import Scan, Slide, space_scan, time_scan
from core.clip import Clip
from core.convolution.engine import convolve_bank
from core.display.canvas import DARK, LIGHT, Box
from core.display.colormap import color_table
from core.display.contrast import Limits
from core.display.slide_film import SlideLook, SlidePicture
from core.filters.bank import FilterBank
from core.settings import ConvolutionSettings
from gui.widgets.slide_export import PICTURES, SlideExportDialog
from gui.widgets.slide_panel import SlidePanel
from gui.widgets.slide_view import SlideView

LOOK = SlideLook(Limits(-1.0, 1.0), color_table("vik"), color_table("vik"))


def make_slide(scan: Scan | None = None) -> Slide:
    clip = Clip.from_frames(np.random.default_rng(3).integers(0, 256, (6, 14, 18, 3), dtype=np.uint8))
    bank = FilterBank.from_weights(np.random.default_rng(4).normal(size=(1, 3, 3, 3, 3)) / 27)
    (volume,) = convolve_bank(clip, bank)
    return Slide(clip, bank[0], ConvolutionSettings(), volume, scan or space_scan((4, 12, 16), every=2))


@pytest.fixture
def view(qtbot: QtBot) -> SlideView:
    made = SlideView()
    qtbot.addWidget(made)
    made.resize(960, 540)
    return made


def centre(box: Box, across: float, down: float) -> QPoint:
    return QPoint(int(box.x + across * box.width), int(box.y + down * box.height))


def test_it_paints_the_core_s_picture_pixel_for_pixel(view: SlideView) -> None:
    slide = make_slide()
    view.set_slide(slide, LOOK, 5)
    image = view.grab().toImage()
    picture = SlidePicture(slide, LOOK, 960, 540)
    for step in (5, 70):
        view.set_step(step)
        image = view.grab().toImage()
        exact = picture.draw(step)
        for x, y in ((3, 3), (700, 200), (500, 300), (200, 420), (300, 60)):
            assert image.pixelColor(x, y) == QColor(*map(int, exact[y, x]))


def test_it_follows_theme_and_size(view: SlideView) -> None:
    view.set_slide(make_slide(), LOOK, 0)
    assert view.grab().toImage().pixelColor(2, 2) == QColor(*LIGHT.ground)
    palette = QPalette(view.palette())
    palette.setColor(QPalette.ColorRole.Window, QColor(20, 20, 20))
    view.setPalette(palette)
    assert view.grab().toImage().pixelColor(2, 2) == QColor(*DARK.ground)
    view.resize(1200, 700)
    view.grab()
    assert view.image is not None and (view.image.width(), view.image.height()) == (1200, 700)


def test_a_sentence_stands_where_nothing_slides(view: SlideView) -> None:
    view.set_slide(make_slide(), LOOK, 3)
    view.grab()
    view.set_message("There is no clip yet.")
    view.grab()
    assert view.image is None and view.slide is None
    assert view.accessibleDescription() == "There is no clip yet."
    QTest.mouseClick(view, Qt.MouseButton.LeftButton, pos=QPoint(700, 200))


def test_clicks_on_map_and_lane_name_their_step(view: SlideView) -> None:
    slide = make_slide()
    view.set_slide(slide, LOOK, 2 * slide.scan.per_frame + 5)
    view.grab()
    assert view._picture is not None
    picked: list[int] = []
    view.step_picked.connect(picked.append)
    box, layout = view._picture._output._box, view._picture._scene.layout
    QTest.mouseClick(view, Qt.MouseButton.LeftButton, pos=centre(box, 3.5 / 8, 4.5 / 6))
    assert [slide.scan.place(step) for step in picked] == [(2, 4, 3)]
    lane = QPoint(round(layout.time_x(slide.centre(1))), layout.lane.middle[1])
    QTest.mouseClick(view, Qt.MouseButton.LeftButton, pos=lane)
    assert picked[-1] == slide.scan.per_frame + 5
    QTest.mouseClick(view, Qt.MouseButton.RightButton, pos=lane)
    QTest.mouseClick(view, Qt.MouseButton.LeftButton, pos=QPoint(3, 3))
    assert len(picked) == 2


@pytest.mark.parametrize("in_time", [True, False])
def test_clicks_on_large_frames_name_their_place(view: SlideView, in_time: bool, qtbot: QtBot) -> None:
    slide = make_slide(time_scan((4, 12, 16), (3, 3)) if in_time else None)
    view.set_slide(slide, LOOK, 1)
    view.grab()
    assert view._picture is not None
    sums = view._picture._sums
    box = view._picture._output._box if in_time else sums._frame_box(sums._layout.columns[1])
    places: list[tuple[float, float]] = []
    view.place_picked.connect(places.append)
    with qtbot.waitExposed(view):
        view.show()
    QTest.mouseMove(view, centre(box, 0.5, 0.5))
    assert view.cursor().shape() is Qt.CursorShape.PointingHandCursor
    QTest.mouseClick(view, Qt.MouseButton.LeftButton, pos=centre(box, 10.5 / 18, 3.5 / 14))
    ((y, x),) = places
    assert abs(y - 3) < 0.6 and abs(x - 10) < 0.6


def test_every_control_of_the_panel_has_a_name_and_a_tip(qtbot: QtBot) -> None:
    panel = SlidePanel()
    qtbot.addWidget(panel)
    transport = panel.transport
    controls = (
        panel.order_combo, panel.route_combo, panel.every_spin, panel.filter_combo, panel.export_button,
        transport.first_button, transport.back_button, transport.play_button, transport.forward_button,
        transport.last_button, transport.slider, transport.speed_spin,
    )  # fmt: skip
    for control in controls:
        assert control.objectName().startswith("slide_")
        assert control.accessibleName() and control.toolTip()
        assert control.focusPolicy() & Qt.FocusPolicy.TabFocus
    assert panel.apart_box.toolTip() and panel.apart_box.text()


def test_after_a_choice_from_a_list_the_keys_go_to_the_picture(qtbot: QtBot) -> None:
    panel = SlidePanel()
    qtbot.addWidget(panel)
    panel.show()
    panel.order_combo.setFocus()
    panel.order_combo.showPopup()
    panel.order_combo.hidePopup()
    assert panel.focusWidget() is panel.view, "Space would open the list again, and not play"


def test_nothing_to_play_with_a_single_step(qtbot: QtBot) -> None:
    panel = SlidePanel()
    qtbot.addWidget(panel)
    asked: list[int] = []
    panel.transport.step_requested.connect(asked.append)
    panel.transport.forward_button.click()
    panel.transport.set_count(3)
    panel.transport.forward_button.click()
    panel.transport.back_button.click()
    assert asked == [1, -1]


def test_the_dialog_tells_size_and_length_and_keeps_films_short(qtbot: QtBot) -> None:
    scan = space_scan((12, 240, 320), every=20)
    dialog = SlideExportDialog(scan, 3, 30.0)
    qtbot.addWidget(dialog)
    film = dialog.film()
    assert film.steps == scan.tour(PICTURES) and film.fps == 15 and dialog.every_spin.isHidden()
    count = len(film.steps)
    assert dialog.result_label.text() == f"960×540 pixels, {count} pictures, {count / 15:.1f} s"
    assert dialog.note_label.text().startswith(f"{scan.count - count} steps get no picture")
    dialog.part_combo.setCurrentIndex(1)
    dialog.fps_spin.setValue(30)
    film = dialog.film()
    assert film.size == (960, 540) and film.fps == 30 and film.loop and not dialog.every_spin.isHidden()
    assert len(film.steps) <= PICTURES < 2 * len(film.steps)
    count = len(film.steps)
    assert dialog.result_label.text() == f"960×540 pixels, {count} pictures, {count / 30:.1f} s"
    assert dialog.note_label.text().startswith(f"{scan.count - count} steps get no picture")
    dialog.part_combo.setCurrentIndex(2)
    assert dialog.film().steps == scan.film_steps(3) and dialog.note_label.text() == ""
    dialog.every_spin.setValue(10)
    dialog.size_combo.setCurrentIndex(0)
    dialog.fps_spin.setValue(60)
    assert dialog.film().steps == scan.film_steps(3, 10) and dialog.film().size == (640, 360)
    assert "50 frames per second" in dialog.note_label.text()


def test_a_scan_in_time_is_shown_whole(qtbot: QtBot) -> None:
    scan = time_scan((12, 240, 320), (5, 5))
    dialog = SlideExportDialog(scan, 3, 2.0)
    qtbot.addWidget(dialog)
    assert dialog.part_combo.count() == 1 and dialog.film().steps == range(12) and dialog.film().fps == 2
    assert dialog.result_label.text() == "960×540 pixels, 12 pictures, 6.0 s"
