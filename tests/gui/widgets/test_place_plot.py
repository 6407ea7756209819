"""The plot of one place: lines that are told apart without colours, readings, and clicks that go there."""

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt

from core.analysis.traces import Trace
from gui.widgets.place_plot import Line, PlaceCurve, PlacePlot

FRAMES = (2.0, 3.0, 4.0)


@pytest.fixture
def plot(qtbot):
    made = PlacePlot()
    qtbot.addWidget(made)
    made.resize(400, 150)
    made.set_count(10)
    curves = (
        PlaceCurve("r", Trace((-1.0, 0.0, 1.0), FRAMES), Line.SOLID),
        PlaceCurve("energy", Trace((1.0, 1.0, 1.0), FRAMES), Line.THICK),
    )
    made.set_curves(curves, 1.0)
    return made


def test_a_click_asks_for_the_frame_under_it(plot, qtbot):
    for frame in (0, 4, 9):
        with qtbot.waitSignal(plot.frame_requested) as asked:
            place = QPoint(round(plot.x_of(frame)), 70)
            qtbot.mouseClick(plot, Qt.MouseButton.LeftButton, pos=place)
        assert asked.args == [frame]


def test_the_reading_has_all_lines_at_the_nearest_moment(plot):
    assert plot.reading(QPointF(plot.x_of(3.9), 60)) == "frame 5: r 1, energy 1"
    assert plot.reading(QPointF(plot.x_of(0), 60)) == "frame 3: r −1, energy 1"
    plot.set_curves((), 1.0, message="nothing")
    assert plot.reading(QPointF(50, 60)) == ""


def test_zero_is_in_the_middle_of_signed_curves_and_below_others(plot):
    rect = plot.plot_rect()
    assert plot.point_of(3, 0.0).y() == pytest.approx(rect.center().y())
    assert rect.top() < plot.point_of(3, 1.0).y() < plot.point_of(3, -1.0).y() < rect.bottom()
    plot.set_curves(plot.curves, 1.0, signed=False)
    assert plot.point_of(3, 0.0).y() == pytest.approx(rect.bottom())


def test_lines_differ_without_colours(plot):
    pens = {line: plot._pen(line) for line in Line}
    assert len({(pen.widthF(), pen.style()) for pen in pens.values()}) == len(Line)


def test_it_paints_with_and_without_lines(plot):
    before = plot.grab().toImage()
    plot.set_frame(3)
    moved = plot.grab().toImage()
    assert moved != before
    plot.set_curves((), 0.0, message="Point at a response")
    assert plot.grab().toImage() != moved
