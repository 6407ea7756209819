"""The parts of the page of two layers: strips of weights, rows, the diagram, the narrow legend."""

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF
from PySide6.QtGui import QFontMetrics, QHelpEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QToolTip, QWidget
from pytestqt.qtbot import QtBot

from core.display.colormap import KERNEL_TABLE, color_table
from core.display.contrast import Limits
from core.display.kernels import kernel_planes
from core.filters.kernel import Kernel
from core.volume import FeatureVolume
from gui.films import PictureCache, VolumeFilm
from gui.widgets.channel_row import ChannelRow, RowColumns
from gui.widgets.channel_rows import ChannelRows
from gui.widgets.figure import small
from gui.widgets.flow_bar import FlowBar, FlowNode
from gui.widgets.weight_scale import ColorScale
from gui.widgets.weight_strip import LARGEST, WeightStrip


def kernel(frames: int = 3, side: int = 4, channels: int = 3) -> Kernel:
    weights = np.random.default_rng(2).standard_normal((frames, side, side, channels))
    return Kernel(weights.astype(np.float32))


@pytest.mark.parametrize(
    ("frames", "side", "size"), [(3, 3, (120, 48)), (16, 16, (100, 60)), (1, 1, (90, 90))]
)
def test_all_frames_have_room_and_none_lies_on_another(
    qtbot: QtBot, frames: int, side: int, size: tuple[int, int]
) -> None:
    strip = WeightStrip()
    qtbot.addWidget(strip)
    strip.resize(*size)
    strip.set_plane(kernel_planes(kernel(frames, side)), 1)
    rects = [strip.frame_rect(t) for t in range(frames)]
    assert all(strip.rect().toRectF().contains(rect) for rect in rects)
    assert not any(a.intersects(b) for i, a in enumerate(rects) for b in rects[:i])
    assert all(0 < rect.width() <= LARGEST * side for rect in rects)


def test_a_strip_shows_its_plane_and_reads_the_weight_under_the_mouse(qtbot: QtBot) -> None:
    planes = kernel_planes(kernel())
    strip = WeightStrip()
    qtbot.addWidget(strip)
    strip.resize(180, 60)
    strip.set_plane(planes, 2)
    strip.show()
    said: list[str] = []
    strip.value_changed.connect(said.append)
    rect = strip.frame_rect(1)
    place = QPointF(rect.left() + rect.width() * 2.5 / 4, rect.top() + rect.height() * 0.5 / 4)
    QTest.mouseMove(strip, place.toPoint())
    assert said[-1].startswith("weight (1, 0, 2) = ")
    value = float(said[-1].split("= ")[1].replace("−", "-"))
    assert value == pytest.approx(planes.weight(2, 1, 0, 2), rel=1e-3)
    shown = strip.grab().toImage().pixelColor(place.toPoint()).getRgb()[:3]
    assert shown == tuple(color_table(KERNEL_TABLE).rgb[planes.indices(2, 1)[0, 2]].tolist())
    QTest.mouseMove(strip, QPoint(1, 1))
    assert said[-1] == ""


@pytest.mark.parametrize("width", [300, 390, 640])
def test_the_parts_of_a_row_stand_side_by_side(qtbot: QtBot, width: int) -> None:
    columns = RowColumns.of(width)
    assert 0 < columns.tile < columns.second < columns.weights < columns.share < width - 60
    assert columns.second > columns.tile and columns.weights > columns.second + columns.tile


def films(values: list[float]) -> dict[int, VolumeFilm]:
    table = color_table("vik")
    return {
        i: VolumeFilm(FeatureVolume(np.full((2, 6, 8), value, np.float32), i), Limits(-1, 1), table)
        for i, value in enumerate(values)
    }


def test_rows_show_their_own_channel_whatever_the_order(qtbot: QtBot) -> None:
    rows = ChannelRows(PictureCache())
    qtbot.addWidget(rows)
    rows.resize(420, 300)
    rows.show()
    before, after = films([0.1, 0.2, 0.3]), films([0.4, 0.5, 0.6])
    planes = kernel_planes(kernel())
    rows.show_channels((2, 0), ("filter 1", "up", "down"), (1.0, 2.0, 3.0), planes)
    rows.set_films(before, after, "")
    assert [row.name for row in rows.rows] == ["3  down", "filter 1"]
    assert [(row.response.film, row.after.film) for row in rows.rows] == [
        (before[2], after[2]),
        (before[0], after[0]),
    ]
    said: list[str] = []
    rows.value_changed.connect(said.append)
    viewer = rows.rows[0].after
    QTest.mouseMove(viewer, viewer.picture_rect().center().toPoint())
    assert said[-1].startswith("3  down  (0, ") and said[-1].endswith("= +0.6")
    rows.show_channels((1,), ("filter 1", "up", "down"), (1.0, 2.0, 3.0), planes)
    assert [row.after.film for row in rows.rows] == [after[1]]
    height = rows.rows[0].height()
    flat = VolumeFilm(FeatureVolume(np.zeros((2, 2, 8), np.float32)), Limits(-1, 1), color_table("vik"))
    rows.set_films(before, {1: flat}, "")  # pooled along y: the row keeps the height of the response
    assert rows.rows[0].height() == height and rows.rows[0].after.film is flat
    rows.set_films({}, {}, "computing")
    assert rows.rows[0].after.film is None and rows.rows[0].after.message == "computing"


def test_shares_are_told_apart_without_colour(qtbot: QtBot) -> None:
    """Above 0 to the right and filled, below 0 to the left and hatched, with their signs."""
    parent = QWidget()
    qtbot.addWidget(parent)
    row = ChannelRow(PictureCache(), parent)
    row.resize(420, 80)
    row.describe(0, "filter 1", 1.0)

    def inked(share: float | None) -> tuple[int, int]:
        """Return how many pixels of the accent lie left and right of the middle of the share's place."""
        row.set_share(share, 1.0)
        image, accent = row.grab().toImage(), row.palette().highlight().color().rgb()
        columns = RowColumns.of(row.width() + 12)
        first, middle, last = (round(columns.share + part) for part in (4, 34, 64))
        left = right = 0
        for y in range(image.height()):
            left += sum(image.pixel(x, y) == accent for x in range(first, middle - 1))
            right += sum(image.pixel(x, y) == accent for x in range(middle + 2, min(last, image.width())))
        return left, right

    assert inked(None) == (0, 0)
    assert inked(1.0)[0] == 0 and inked(1.0)[1] > 100
    assert 0 < inked(-1.0)[0] < inked(1.0)[1] and inked(-1.0)[1] == 0
    assert 0 < inked(0.5)[1] < inked(1.0)[1]


def test_the_diagram_tells_what_is_under_the_mouse(qtbot: QtBot) -> None:
    bar = FlowBar(2)
    qtbot.addWidget(bar)
    bar.resize(600, bar.sizeHint().height())
    nodes = (FlowNode("A", ("1", "2"), tip="the first"), FlowNode("B", ("3",), "op", "the second"))
    bar.set_nodes(nodes)
    bar.grab()  # places are not known yet
    bar.set_places(((0, 200), (300, 300)))
    assert bar.accessibleDescription() == "A 1 2, op → B 3"
    for x, words in ((100, "the first"), (450, "the second")):
        QApplication.sendEvent(
            bar, QHelpEvent(QEvent.Type.ToolTip, QPoint(x, 40), bar.mapToGlobal(QPoint(x, 40)))
        )
        assert QToolTip.text() == words
    QToolTip.hideText()
    ink = bar.grab().toImage()
    ground = ink.pixel(2, ink.height() - 2)
    assert any(ink.pixel(280, y) != ground for y in range(ink.height()))  # the arrow between both


def test_a_narrow_scale_leaves_its_middle_out(qtbot: QtBot) -> None:
    scale = ColorScale("vik", "scale", "")
    qtbot.addWidget(scale)
    scale.set_limit(0.333)

    def ink(width: int) -> int:
        scale.resize(width, scale.sizeHint().height())
        image = scale.grab().toImage()
        ground = image.pixel(image.width() // 2, 9)
        middle = range(width // 2 - 2, width // 2 + 3)
        return sum(image.pixel(x, y) != ground for x in middle for y in range(10, image.height()))

    metrics = QFontMetrics(small(scale.font()))
    ends = max(metrics.horizontalAdvance(text) for text in ("−0.333", "+0.333")) + 4
    enough = 2 * ends + metrics.horizontalAdvance("0")
    assert ink(enough) > 0 and ink(enough - 1) == 0
