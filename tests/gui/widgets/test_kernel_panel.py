"""The kernel panel shows every weight where it belongs."""

import numpy as np
import pytest
from PySide6.QtCore import QCoreApplication, QPoint, Qt
from PySide6.QtWidgets import QScrollArea, QWidget

from core.analysis.profile import profile
from core.display.colormap import KERNEL_TABLE, color_table
from core.filters.builtin import make_bank
from core.filters.kernel import Kernel
from gui.widgets.kernel_panel import SECTIONS, KernelPanel


@pytest.fixture
def panel(qtbot):
    panel = KernelPanel()
    qtbot.addWidget(panel)
    panel.resize(280, 1200)
    panel.show()
    return panel


@pytest.fixture
def kernel():
    return make_bank("zero-mean", filters=3, kernel=(5, 4, 3), seed=2)[2]


def show(panel, kernel, index=0):
    """Show a kernel, and have the panel laid out at once as it is on the screen."""
    panel.set_kernel(kernel, index)
    QCoreApplication.sendPostedEvents()


def center(view, row, column, y, x):
    rect = view.picture_rect(row, column)
    side = rect.width() / view._cell_size()[0]
    return QPoint(round(rect.left() + (x + 0.5) * side), round(rect.top() + (y + 0.5) * side))


def test_without_a_filter_it_says_how_to_get_one(panel):
    assert panel.empty_label.isVisible()
    assert not panel.strip_view.isVisible()


def test_it_names_the_filter_and_its_numbers(panel, kernel):
    panel.set_kernel(kernel, 2)
    assert panel.title_label.text() == "FILTER 3"
    assert "5 × 4 × 3" in panel.name_label.text()
    assert panel.numbers.values["sum"].text() == "0"
    assert panel.numbers.values["norm"].text() == "1"
    panel.set_kernel(None)
    assert panel.empty_label.isVisible()
    assert panel.title_label.text() == "FILTER"


def test_the_movie_follows_the_playhead_round_and_round(panel, kernel):
    panel.set_kernel(kernel, 0)
    for clip_frame in (0, 4, 5, 13):
        panel.set_frame(clip_frame)
        assert panel.kernel_frame == clip_frame % 5
        assert panel.caption_label.text() == f"kernel frame {clip_frame % 5 + 1} of 5"


def test_the_colours_on_the_screen_are_those_of_the_table(panel):
    weights = np.zeros((2, 2, 2, 3), np.float32)
    weights[0, 0, 1] = 1.0
    weights[0, 1, 0] = -1.0
    show(panel, Kernel(weights))
    shown = panel.movie_view.grab().toImage()
    table = color_table(KERNEL_TABLE).rgb
    for (y, x), index in (((0, 1), 126), ((1, 0), 0), ((0, 0), 63), ((1, 1), 63)):
        color = shown.pixelColor(center(panel.movie_view, 0, 0, y, x))
        assert (color.red(), color.green(), color.blue()) == tuple(table[index])


@pytest.mark.parametrize(("row", "t", "y", "x"), [(0, 0, 0, 0), (1, 4, 3, 2), (2, 2, 1, 0)])
def test_the_weight_under_the_mouse_is_told(panel, qtbot, kernel, row, t, y, x):
    show(panel, kernel)
    qtbot.mouseMove(panel.strip_view, center(panel.strip_view, row, t, y, x))
    place, _, value = panel.value_label.text().partition(" = ")
    assert place == f"({t},{y},{x},{'RGB'[row]})"
    assert float(value.replace("−", "-")) == pytest.approx(kernel.weights[t, y, x, row], rel=1e-3)


def test_leaving_the_view_takes_the_value_away(panel, kernel):
    show(panel, kernel)
    view = panel.movie_view
    view.cell_hovered.emit(view.cell_at(view.picture_rect(0, 0).center()))
    assert "mean" in panel.value_label.text()
    view.cell_hovered.emit(None)
    assert "=" not in panel.value_label.text()


def test_channels_side_by_side(panel, kernel):
    panel.set_kernel(kernel, 0)
    panel.mode_combo.setCurrentIndex(1)
    view = panel.movie_view
    planes = [view.cell_at(view.picture_rect(0, column).center()).plane for column in range(3)]
    assert planes == [0, 1, 2]


def test_a_grey_kernel_has_no_channels_to_choose(panel):
    panel.set_kernel(make_bank("zero-mean", filters=1, channels=1)[0], 0)
    assert not panel.mode_combo.isVisible()


@pytest.mark.parametrize("size", [(1, 1, 1), (16, 16, 16), (16, 1, 16), (1, 16, 1)])
def test_every_size_of_kernel_fits_into_the_panel(panel, size):
    panel.set_kernel(make_bank("raw", filters=1, kernel=size)[0], 0)
    QCoreApplication.sendPostedEvents()
    for view, columns in ((panel.movie_view, 1), (panel.strip_view, size[0])):
        last = view.picture_rect(len(view._grid) - 1, columns - 1)
        assert last.right() <= view.width() + 1
        assert last.bottom() <= view.heightForWidth(view.width()) + 1


def test_the_chosen_channel_is_the_one_of_movie_sections_and_figures(panel, kernel, qtbot):
    panel.set_kernel(kernel, 0)
    assert panel.channel is None
    combo = panel.mode_combo
    texts = [combo.itemText(i) for i in range(combo.count())]
    assert texts == ["mean of R, G, B", "R, G, B side by side", "R only", "G only", "B only"]
    with qtbot.waitSignal(panel.figures_wanted):
        combo.setCurrentIndex(3)
    assert panel.channel == 1
    assert panel.movie_view.cell_at(panel.movie_view.picture_rect(0, 0).center()).plane == 1
    panel.set_kernel(make_bank("zero-mean", filters=1, channels=1)[0], 0)
    assert panel.channel is None


def test_sections_cut_the_row_and_column_under_the_mouse_and_stay_after_a_click(panel, kernel, qtbot):
    panel.set_opened(("kernel", "sections"))
    show(panel, kernel)
    qtbot.mouseMove(panel.strip_view, center(panel.strip_view, 0, 1, 3, 2))
    assert panel.cuts.place == (3, 2)
    view = panel.cuts.views[0]
    told = view.cell_at(view.picture_rect(0, 0).center())  # row = time, column = x
    view.cell_hovered.emit(told)
    assert panel.value_label.text().startswith(f"({told.y},3,{told.x},mean)")
    value = float(panel.value_label.text().partition(" = ")[2].replace("−", "-"))
    assert value == pytest.approx(float(kernel.weights[told.y, 3, told.x].mean()), abs=1e-4)
    view = panel.cuts.views[1]
    told = view.cell_at(view.picture_rect(0, 0).center())
    view.cell_hovered.emit(told)
    assert panel.value_label.text().startswith(f"({told.y},{told.x},2,mean)")
    panel.movie_view.cell_hovered.emit(None)
    assert panel.cuts.place != (3, 2)
    qtbot.mouseClick(panel.strip_view, Qt.MouseButton.LeftButton, pos=center(panel.strip_view, 0, 1, 3, 2))
    panel.movie_view.cell_hovered.emit(None)
    assert panel.cuts.place == (3, 2)


def test_time_runs_down_in_the_sections(panel):
    weights = np.zeros((3, 3, 5, 1), np.float32)
    weights[2, 1, 4] = 1.0
    panel.set_opened(("sections",))
    show(panel, Kernel(weights))
    assert panel.cuts.place == (1, 4)
    green = color_table(KERNEL_TABLE).rgb[126]
    for view, column in zip(panel.cuts.views, (4, 1), strict=True):
        shown = view._grid[0][0].image.pixelColor(column, 2)
        assert (shown.red(), shown.green(), shown.blue()) == tuple(green)
    assert "y = 1" in panel.cuts.labels[0].text()


def test_parts_fold_and_tell(panel, kernel, qtbot):
    panel.set_kernel(kernel, 0)
    assert panel.opened == ("kernel", "spectrum", "numbers")
    assert not panel.tuning.isVisible()
    with qtbot.waitSignals([panel.opened_changed, panel.figures_wanted]):
        qtbot.mouseClick(panel.sections["tuning"].button, Qt.MouseButton.LeftButton)
    assert panel.tuning.isVisible()
    panel.set_opened(("numbers",))
    assert panel.opened == ("numbers",)
    assert not panel.movie_view.isVisible()


def test_a_tile_of_several_filters_says_so(panel, kernel):
    panel.set_kernel(kernel, 4, "The tile is made of filters 5 and 6.")
    assert panel.members_label.isVisible()
    panel.set_kernel(kernel, 4)
    assert not panel.members_label.isVisible()


@pytest.mark.parametrize("width", [190, 250, 320, 400])
def test_everything_fits_into_the_column_at_any_width(qtbot, kernel, width):
    panel = KernelPanel()
    area = QScrollArea()
    qtbot.addWidget(area)
    area.setWidget(panel)
    area.setWidgetResizable(True)
    area.resize(width, 700)
    area.show()
    panel.set_opened(SECTIONS)
    panel.set_kernel(kernel, 0)
    panel.set_profile(profile(kernel))
    qtbot.waitUntil(lambda: panel.width() == area.viewport().width())
    QCoreApplication.sendPostedEvents()
    pair = panel.spectrum.pair
    assert pair.height() >= pair.heightForWidth(pair.width())
    for widget in panel.findChildren(QWidget):
        if widget.isVisible():
            assert widget.mapTo(panel, QPoint(widget.width(), 0)).x() <= panel.width(), widget
    area.close()
