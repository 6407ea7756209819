"""The table of products: where cells are, what is painted in them, how one is pointed at."""

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QImage, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from core.analysis.inspector import inspect
from core.clip import Clip
from core.display.colormap import color_table
from core.display.inspection import InspectionSheet, weight_block
from core.display.sheet import CellPlace
from core.filters.kernel import Kernel
from core.settings import ConvolutionSettings
from gui.widgets.figure import small
from gui.widgets.term_layout import LEAST, READABLE, Letters, lay_out
from gui.widgets.term_table import TermTable
from tests.core.convolution.judges import noise, random_bank

LETTERS = Letters(line=12, label=100, total=70, subtotal=50, number=40)


def sheet(
    kernel: tuple[int, int, int] = (3, 2, 3),
    channels: int = 3,
    voxel: tuple[int, int, int] = (0, 0, 0),
    how: ConvolutionSettings = ConvolutionSettings(),  # noqa: B008 -- a frozen value
) -> InspectionSheet:
    """Return the sheet of a response of noise."""
    size = (kernel[0] + 2, kernel[1] + 3, kernel[2] + 3, channels)
    found = inspect(noise(size), random_bank(1, kernel, channels=channels)[0], how, voxel)
    return InspectionSheet(found, weight_block(found.kernel, folded=False), color_table("vik"))


@pytest.fixture
def table(qtbot: QtBot) -> TermTable:
    made = TermTable()
    qtbot.addWidget(made)
    made.resize(760, 420)
    made.set_sheet(sheet())
    made.show()
    return made


def painted(table: TermTable) -> QImage:
    return table.viewport().grab().toImage()


def pixel(image: QImage, point: QPointF) -> tuple[int, int, int]:
    ratio = image.devicePixelRatio()
    colour = image.pixelColor(int(point.x() * ratio), int(point.y() * ratio))
    return colour.red(), colour.green(), colour.blue()


# Geometry


@pytest.mark.parametrize("shape", [(1, 1, 1, 1), (3, 3, 3, 3), (7, 3, 7, 7), (16, 3, 16, 16), (2, 5, 1, 1)])
@pytest.mark.parametrize("room", [(640.0, 330.0), (1200.0, 700.0)])
def test_cells_are_as_large_as_fit_and_lie_apart(shape, room):
    layout = lay_out(shape, 3, room, LETTERS)
    assert layout.width <= room[0] or layout.side == LEAST
    assert layout.height + layout.header <= room[1] or layout.side <= READABLE
    rects = [
        layout.slot_rect(block, row, plane)
        for row in range(shape[0])
        for block in range(3)
        for plane in range(shape[1])
    ]
    assert not any(one.intersects(two) for n, one in enumerate(rects) for two in rects[n + 1 :])
    for rect in rects:
        assert rect.left() >= LETTERS.label
        assert rect.right() <= layout.total_left


def test_every_cell_is_found_again_at_its_place():
    layout = lay_out((2, 3, 2, 4), 3, (640.0, 330.0), LETTERS)
    for place in [
        CellPlace(r, p, y, x) for r in range(2) for p in range(3) for y in range(2) for x in range(4)
    ]:
        for block in range(3):
            assert layout.cell_at(layout.cell_rect(block, place).center()) == place
    assert layout.cell_at(QPointF(5, 5)) is None
    assert layout.cell_at(QPointF(300, -3)) is None


def test_numbers_make_cells_large_enough_whatever_has_to_scroll():
    small = lay_out((7, 3, 7, 7), 3, (640.0, 330.0), LETTERS)
    large = lay_out((7, 3, 7, 7), 3, (640.0, 330.0), LETTERS, numbers=True)
    assert not small.numbers
    assert large.numbers
    assert large.width > 640


# The widget


def test_each_cell_has_the_colour_of_its_number(table):
    shown, image = table.sheet, painted(table)
    for number, block in enumerate(shown.blocks):
        for place in (CellPlace(0, 0, 0, 0), CellPlace(2, 1, 1, 2), CellPlace(1, 2, 0, 1)):
            corner = table.cell_rects(place)[number].topLeft() + QPointF(3, 3)  # beside the digits
            level = block.levels(place.row, place.plane)[place.y][place.x]
            assert pixel(image, corner) == tuple(block.table.rgb[level].tolist())


def test_folded_input_is_shown_in_its_own_colours(table):
    found = table.sheet.inspection
    table.set_sheet(InspectionSheet(found, weight_block(found.kernel, folded=True), color_table("vik")))
    corner = table.cell_rects(CellPlace(1, 0, 1, 2))[0].topLeft() + QPointF(3, 3)
    assert pixel(painted(table), corner) == tuple(found.patch.raw[1, 1, 2].tolist())


def test_padding_is_hatched(table):
    how = ConvolutionSettings("same")
    table.set_sheet(sheet((3, 3, 3), how=how))  # the first frame, row and column lie outside
    image, rect = painted(table), table.cell_rects(CellPlace(1, 0, 0, 1))[0].adjusted(2, 2, -2, -2)
    along = {pixel(image, QPointF(rect.left() + n, rect.center().y())) for n in range(int(rect.width()))}
    assert len(along) > 1, "zero is black; hatched it is not black alone"
    inside = table.cell_rects(CellPlace(1, 0, 1, 1))[0]
    near = {pixel(image, inside.topLeft() + QPointF(3, 3 + n)) for n in range(3)}
    assert len(near) == 1


def test_pointing_marks_the_same_cell_in_all_three(table, qtbot):
    place, before = CellPlace(1, 2, 1, 0), painted(table)
    with qtbot.waitSignal(table.cell_changed) as told:
        move_mouse(table, table.cell_rects(place)[1].center())
    assert told.args == [place]
    after = painted(table)
    for rect in table.cell_rects(place):
        assert pixel(after, rect.topLeft()) != pixel(before, rect.topLeft())
    with qtbot.waitSignal(table.cell_changed) as told:
        QApplication.sendEvent(table, QEvent(QEvent.Type.Leave))
    assert told.args == [None]


def move_mouse(table: TermTable, point: QPointF) -> None:
    none, view = Qt.MouseButton.NoButton, table.viewport()
    event = QMouseEvent(
        QEvent.Type.MouseMove, point, view.mapToGlobal(point), none, none, Qt.KeyboardModifier.NoModifier
    )
    QApplication.sendEvent(view, event)


def test_the_keyboard_goes_from_cell_to_cell_over_planes_and_rows(table):
    table.move_cell(0, 1)
    assert table.cell == CellPlace(0, 0, 0, 0)
    for _ in range(3):
        table.move_cell(0, 1)
    assert table.cell == CellPlace(0, 1, 0, 0), "after three columns comes the next channel"
    table.move_cell(1, 0)
    table.move_cell(1, 0)
    assert table.cell == CellPlace(1, 1, 0, 0), "after two rows comes the next frame"
    table.move_cell(-100, -100)
    assert table.cell == CellPlace(0, 0, 0, 0)


def test_keys_with_alt_are_its_own_and_no_others(table):
    for modifiers, taken in (
        (Qt.KeyboardModifier.AltModifier, True),
        (Qt.KeyboardModifier.NoModifier, False),
    ):
        event = QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_Right, modifiers)
        assert table.takes_key(event) is taken
    event = QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_Down, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(table, event)
    assert not event.isAccepted(), "the arrow keys move the response: the scroll area must not eat them"


def test_a_large_kernel_scrolls_to_the_cell_that_is_pointed_at(table):
    table.set_sheet(sheet((16, 16, 16)))
    assert table.verticalScrollBar().maximum() > 0
    table.set_cell(CellPlace(15, 2, 15, 15), reveal=True)
    (_, _, rect) = table.cell_rects(table.cell)
    assert table.viewport().rect().contains(rect.toAlignedRect())


def test_the_cell_stays_where_it_can(table):
    told = []
    table.set_cell(CellPlace(2, 2, 1, 2))
    table.cell_changed.connect(told.append)
    table.set_sheet(sheet(voxel=(1, 1, 1)))
    assert told == [CellPlace(2, 2, 1, 2)], "the same cell has other numbers"
    table.set_sheet(sheet((1, 1, 1), channels=1))
    assert told[-1] is None
    assert table.cell is None


def test_there_is_no_cell_beyond_the_table(table):
    table.set_cell(CellPlace(0, 0, 0, 1))
    table.set_cell(CellPlace(3, 0, 0, 0), reveal=True)
    assert table.cell is None
    table.set_sheet(None, "nothing")
    table.set_cell(CellPlace(0, 0, 0, 0), reveal=True)
    assert table.cell is None


def test_without_a_sheet_it_says_why(table):
    table.set_sheet(None, "nothing")
    said = painted(table)
    table.set_sheet(None, "")
    assert painted(table) != said
    assert table._cell_under(QPointF(200, 200)) is None


def test_the_weights_are_not_made_anew_while_only_the_place_changes(table):
    kernel = random_bank(1, (3, 2, 3))[0]
    block = weight_block(kernel, folded=False)
    clip = noise((5, 6, 7, 3))
    images = []
    for voxel in ((0, 0, 0), (1, 1, 1)):
        found = inspect(clip, kernel, ConvolutionSettings(), voxel)
        table.set_sheet(InspectionSheet(found, block, color_table("vik")))
        painted(table)
        images.append(table._images[id(block)][1])
    assert images[0] is images[1]
    assert len(table._images) == 3, "pictures of the place before are forgotten"


def test_dark_and_light_letters_are_read_on_every_cell(table):
    white = Clip.from_frames(np.full((1, 1, 2, 1), 255, np.uint8))
    kernel = Kernel(np.array([1.0, -1.0], np.float32).reshape(1, 1, 2, 1))
    found = inspect(white, kernel, ConvolutionSettings(), (0, 0, 0))
    table.set_sheet(InspectionSheet(found, weight_block(kernel, folded=False), color_table("vik")))
    image = painted(table)
    # Dark letters on a white input; white ones on the dark ends of weights and products.
    for rect in table.cell_rects(CellPlace(0, 0, 0, 0)):
        inner = rect.adjusted(2, 2, -2, -2)
        shades = [
            QColor(*pixel(image, QPointF(x, y))).lightness()
            for x in np.arange(inner.left(), inner.right())
            for y in np.arange(inner.top(), inner.bottom())
        ]
        assert max(shades) > 200
        assert min(shades) < 60


def test_scroll_bars_come_and_go_without_end_at_no_size(table, qtbot):
    counted: list[int] = []
    arrange = table._arrange
    table._arrange = lambda: (counted.append(1), arrange())
    table.set_sheet(sheet((5, 5, 5), channels=3))
    for width in range(500, 700, 23):
        for height in range(260, 420, 17):
            counted.clear()
            table.resize(width, height)
            QApplication.sendPostedEvents()
            assert len(counted) <= 4
            bar = table.verticalScrollBar()
            shown, layout = table.viewport().height(), table._layout
            assert bar.maximum() == max(round(layout.height + layout.header) - shown, 0)
            assert (table.viewport().width() < table.maximumViewportSize().width()) == (bar.maximum() > 0)


@pytest.mark.parametrize("weight", [0.042, 0.00042, 3.0])
def test_sums_and_labels_have_the_room_they_need(table, weight):
    clip = noise((6, 6, 6, 3))
    kernel = Kernel(np.full((3, 3, 3, 3), -weight, np.float32))
    found = inspect(clip, kernel, ConvolutionSettings(), (1, 1, 1))
    table.set_sheet(InspectionSheet(found, weight_block(kernel, folded=False), color_table("vik")))
    layout, shown = table._layout, table.sheet
    plain = small(table.font())
    bold = QFont(plain)
    bold.setBold(True)
    for text in (text for row in shown.blocks[-1].sums for text in row):
        assert QFontMetricsF(plain).horizontalAdvance(text) <= layout.slots[-1]
    for text in (*shown.totals, shown.footer[2]):
        assert QFontMetricsF(bold).horizontalAdvance(f"= {text}") <= layout.letters.total
    for title, _ in shown.labels:
        assert QFontMetricsF(bold).horizontalAdvance(title) + 4 <= layout.block_left(0)
