"""A viewer shows its film in proportion, says what is missing, and stays alive for hours."""

import gc
import sys
from collections.abc import Iterator

import numpy as np
import pytest
from PySide6.QtCore import QObject, QPoint, QSize, Qt, Signal
from pytestqt.qtbot import QtBot

from core.clip import Clip
from core.display.colormap import color_table
from core.display.contrast import Limits
from core.volume import FeatureVolume
from gui.films import ClipFilm, PictureCache, VolumeFilm
from gui.widgets.feature_grid import MIN_CELL, FeatureGrid, arrange
from gui.widgets.legend import Legend
from gui.widgets.slice_view import Cut, SliceView
from gui.widgets.viewer import Viewer


@pytest.fixture
def viewer(qtbot: QtBot) -> Iterator[Viewer]:
    made = Viewer(PictureCache())
    qtbot.addWidget(made)
    made.resize(300, 200)
    yield made
    made.close()


def volume_film(count: int = 3, height: int = 6, width: int = 8) -> VolumeFilm:
    data = np.linspace(-1, 1, count * height * width, dtype=np.float32).reshape(count, height, width)
    return VolumeFilm(FeatureVolume(data), Limits(-1, 1), color_table("vik"))


@pytest.mark.parametrize("size", [QSize(300, 200), QSize(100, 400), QSize(640, 90)])
def test_pictures_keep_their_proportions_and_stay_inside(viewer: Viewer, size: QSize) -> None:
    viewer.set_film(volume_film())
    viewer.resize(size)
    rect = viewer.picture_rect()
    assert rect.width() / rect.height() == pytest.approx(8 / 6, rel=0.03)
    assert viewer.rect().toRectF().contains(rect)


def test_without_a_film_it_says_why(viewer: Viewer) -> None:
    empty = viewer.grab().toImage()
    viewer.set_message("waiting for the clip")
    assert viewer.grab().toImage() != empty


def test_a_time_without_a_frame_is_neither_repeated_nor_black(viewer: Viewer) -> None:
    film = volume_film()
    viewer.set_film(film)
    viewer.set_clip_frame(2)
    last = viewer.grab().toImage()
    viewer.set_clip_frame(3)
    missing = viewer.grab().toImage()
    assert viewer.shown_frame == (2, False)
    assert missing != last
    colours = {missing.pixel(x, y) for x in range(0, 300, 3) for y in range(0, 200, 3)}
    assert len(colours) > 2
    assert viewer.value_text() == ""


def test_what_is_out_of_date_is_faded(viewer: Viewer) -> None:
    viewer.set_film(volume_film())
    fresh = viewer.grab().toImage()
    viewer.set_stale(True)
    assert viewer.grab().toImage() != fresh
    viewer.set_film(volume_film())
    assert viewer.grab().toImage() == fresh


def test_the_cursor_is_told_in_working_pixels(viewer: Viewer, qtbot: QtBot, small_clip: Clip) -> None:
    viewer.set_film(ClipFilm(small_clip, 0.5, 0.5))
    viewer.show()
    places: list[object] = []
    viewer.hovered.connect(places.append)
    rect = viewer.picture_rect()
    qtbot.mouseMove(viewer, rect.topLeft().toPoint() + QPoint(1, 1))
    assert places[-1] == (-0.25, -0.25)
    qtbot.mouseMove(viewer, QPoint(1, viewer.height() // 2))
    assert places[-1] is None


def test_ten_thousand_signals_and_repaints_cost_no_reference(viewer: Viewer, qtbot: QtBot) -> None:
    """PySide6 6.12 on Python below 3.12 loses a reference per call here and aborts the process."""

    class Emitter(QObject):
        told = Signal(bool)

    emitter = Emitter()
    seen: list[bool] = []
    emitter.told.connect(seen.append)
    viewer.set_film(volume_film())
    viewer.show()
    gc.collect()
    before = sys.getrefcount(None)
    for turn in range(10_000):
        emitter.told.emit(True)
        viewer.update()
        if turn % 10 == 0:
            viewer.set_clip_frame(turn // 10 % 3)
            viewer.repaint()
    assert len(seen) == 10_000
    assert sys.getrefcount(None) > before - 1000


@pytest.mark.parametrize("count", [1, 2, 3, 5, 8, 16, 33, 64])
@pytest.mark.parametrize("room", [QSize(480, 560), QSize(900, 900), QSize(1600, 700)])
def test_cells_fit_without_overlapping_or_stay_readable(count: int, room: QSize) -> None:
    columns, width, height = arrange(count, room, 4 / 3, 16)
    rows = -(-count // columns)
    assert columns * rows >= count
    assert columns * width <= room.width()
    assert rows * height <= room.height() or width >= MIN_CELL - 1
    assert (width - 4) / (height - 20) == pytest.approx(4 / 3, rel=0.05)


def test_the_grid_scrolls_to_what_does_not_fit(qtbot: QtBot) -> None:
    grid = FeatureGrid(PictureCache())
    qtbot.addWidget(grid)
    grid.resize(300, 240)
    grid.show()
    grid.set_names([f"filter {i + 1}" for i in range(64)])
    assert grid.verticalScrollBar().maximum() > 0
    assert min(viewer.width() for viewer in grid.viewers) >= MIN_CELL - 12
    grid.set_names(["filter 1"])
    assert grid.verticalScrollBar().maximum() == 0
    grid.close()


def test_a_viewer_without_room_for_a_picture_asks_for_none(qtbot: QtBot, loud_clip: Clip) -> None:
    viewer = Viewer(PictureCache())
    qtbot.addWidget(viewer)
    viewer.set_caption("up")
    viewer.set_film(ClipFilm(loud_clip))
    for frame in (0, 99):  # the film has no such frame
        viewer.set_clip_frame(frame)
        viewer.resize(80, viewer.caption_height() + 4)
        assert viewer.picture_rect().height() < 1
        viewer.grab()
    assert len(viewer._cache._pictures) == 0


def test_a_viewer_under_the_mouse_goes_with_its_name(qtbot: QtBot, loud_clip: Clip) -> None:
    grid = FeatureGrid(PictureCache())
    qtbot.addWidget(grid)
    grid.resize(300, 240)
    grid.set_names(["up"])
    grid.show()
    grid.set_film(0, ClipFilm(loud_clip))
    told: list[str] = []
    grid.value_changed.connect(told.append)
    (viewer,) = grid.viewers
    qtbot.mouseMove(viewer, viewer.picture_rect().center().toPoint())
    grid.set_names(())
    assert told[0].startswith("up  (0, ")
    assert told[-1] == ""
    grid.close()


def test_selecting_with_the_mouse_and_enlarging_with_return(qtbot: QtBot) -> None:
    grid = FeatureGrid(PictureCache())
    qtbot.addWidget(grid)
    grid.resize(600, 400)
    grid.set_names(["a", "b", "c"])
    grid.show()
    with qtbot.waitSignal(grid.selected) as caught:
        qtbot.mouseClick(grid.viewers[2], Qt.MouseButton.LeftButton)
    assert caught.args == [2]
    grid.select(2)
    qtbot.keyClick(grid, Qt.Key.Key_Return)
    assert grid.enlarged == 2
    grid.select(0)
    assert grid.enlarged == 0
    qtbot.keyClick(grid, Qt.Key.Key_Return)
    assert grid.enlarged is None
    grid.close()


def test_the_legend_explains_the_scale(qtbot: QtBot) -> None:
    legend = Legend()
    qtbot.addWidget(legend)
    legend.resize(400, 40)
    empty = legend.grab().toImage()
    legend.set_scale(Limits(-0.5, 0.5), color_table("vik"), clipped=0.005)
    assert legend.grab().toImage() != empty
    assert "0.50%" in legend.toolTip()
    strip = legend.grab().toImage()
    left, middle, right = (strip.pixelColor(x, 6) for x in (26, 200, 374))
    assert left.blue() > left.red()
    assert right.red() > right.blue()
    assert min(middle.red(), middle.green(), middle.blue()) > 200


def test_the_ends_of_a_scale_have_their_labels_before_the_numbers_between(qtbot: QtBot) -> None:
    legend = Legend()
    qtbot.addWidget(legend)
    legend.resize(385, 40)
    table = color_table("vik")

    def ink_at_the_ends(limit: float) -> list[bool]:
        legend.set_scale(Limits(-limit, limit), table, clipped=0.005)
        image = legend.grab().toImage()
        ground = image.pixelColor(0, 0)
        rows = range(20, image.height())
        width = image.width()
        ends = (range(14), range(width - 14, width))
        return [any(image.pixelColor(x, y) != ground for x in end for y in rows) for end in ends]

    # 0.1 of ±0.129 is where the label of the end is.
    assert ink_at_the_ends(0.129) == ink_at_the_ends(0.638) == [True, True]


def test_a_slice_is_the_row_over_time_and_a_click_goes_there(qtbot: QtBot, loud_clip: Clip) -> None:
    view = SliceView(Cut.X)
    qtbot.addWidget(view)
    view.resize(240, 160 + 40)
    view.set_clip(loud_clip)
    view.show()
    image = view.grab().toImage()
    top = view._picture_rect().top()
    step = (view.height() - top) / 8
    levels = [image.pixelColor(60, int(top + (i + 0.5) * step)).red() for i in range(8)]
    assert levels == [30 * i for i in range(8)]
    with qtbot.waitSignal(view.frame_requested) as caught:
        qtbot.mouseClick(view, Qt.MouseButton.LeftButton, pos=QPoint(20, int(top + 5.5 * step)))
    assert caught.args == [5]
    view.close()


def test_an_arrow_is_seen_on_black_and_on_white_and_points_where_it_says(viewer: Viewer) -> None:
    shape = (1, 60, 80, 3)
    for grey in (0, 255):
        clip = Clip.from_frames(np.full(shape, grey, np.uint8), fps=10)
        viewer.set_film(ClipFilm(clip))
        viewer.set_arrow(None)
        plain = viewer.grab().toImage()
        rect = viewer.picture_rect()
        for direction, (dx, dy) in {0.0: (1, 0), 90.0: (0, 1), 180.0: (-1, 0), 270.0: (0, -1)}.items():
            viewer.set_arrow(direction, "1.2 px/frame")
            drawn = viewer.grab().toImage()
            corner = [
                (x, y)
                for x in range(int(rect.center().x()), int(rect.right()))
                for y in range(int(rect.top()), int(rect.center().y()))
            ]
            inside = [(x, y) for x, y in corner if drawn.pixel(x, y) != plain.pixel(x, y)]
            assert inside
            middle = [sum(place[axis] for place in inside) / len(inside) for axis in (0, 1)]
            bright = [(x, y) for x, y in inside if drawn.pixelColor(x, y).lightness() > 200]
            dark = [(x, y) for x, y in inside if drawn.pixelColor(x, y).lightness() < 90]
            assert bright or dark
            # The head is the broad part: across the direction, most white is ahead of the middle.
            core = [(x, y) for x, y in bright if (x - middle[0]) ** 2 + (y - middle[1]) ** 2 < 40]
            ahead = sum((x - middle[0]) * dx + (y - middle[1]) * dy for x, y in core)
            if grey == 0:
                assert ahead > 0
    viewer.set_caption("16  a name too long for its tile")
    assert viewer.toolTip().splitlines()[0] == viewer.caption
    assert "270°" in viewer.toolTip()
    assert "1.2 px/frame" in viewer.accessibleDescription()
    viewer.set_arrow(None)
    assert viewer.arrow is None
    viewer.set_caption("")
    assert viewer.grab().toImage() == plain


def test_the_tiles_stand_in_any_order_and_keep_their_numbers(qtbot: QtBot) -> None:
    grid = FeatureGrid(PictureCache())
    qtbot.addWidget(grid)
    grid.resize(400, 320)
    grid.show()
    grid.set_names(["right", "left", "up", "down"])
    names = [viewer.objectName() for viewer in grid.viewers]
    captions = [viewer.caption for viewer in grid.viewers]
    places = [viewer.pos() for viewer in grid.viewers]
    grid.set_order((2, 0, 3, 1))
    assert [grid.viewers[i].pos() for i in (2, 0, 3, 1)] == places
    assert [viewer.objectName() for viewer in grid.viewers] == names
    assert [viewer.caption for viewer in grid.viewers] == captions
    grid.select(0)
    with qtbot.waitSignal(grid.selected) as chosen:
        qtbot.keyClick(grid, Qt.Key.Key_Down)
    assert chosen.args == [3]
    with qtbot.waitSignal(grid.selected) as chosen:
        qtbot.keyClick(grid, Qt.Key.Key_Up)
    assert chosen.args == [2]
    for wrong in ((0, 1), (0, 0, 1, 2), (1, 2, 3, 4)):
        with pytest.raises(ValueError, match="no order"):
            grid.set_order(wrong)
    grid.set_names(["one", "two"])
    assert grid.order == (0, 1)
    grid.close()
