"""The plot over time: a click goes where it points, and nothing is drawn where a volume has no frame."""

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent

from core.analysis.traces import MEASURES, Trace
from gui.traces import MEASURES as OFFERED
from gui.widgets.trace_view import TracePanel, TraceView


@pytest.fixture
def view(qtbot):
    made = TraceView()
    qtbot.addWidget(made)
    made.resize(300, 78)
    made.set_count(16)
    made.set_traces({0: Trace((1.0, 3.0, 2.0), (2.0, 3.0, 4.0)), 1: Trace((9.0,) * 3, (2.0, 3.0, 4.0))})
    return made


def at(view, frame):
    return QPoint(round(view.x_of(frame)), round(view.plot_rect().center().y()))


@pytest.mark.parametrize("frame", [0, 3, 7, 15])
def test_a_click_asks_for_the_frame_under_it(view, qtbot, frame):
    with qtbot.waitSignal(view.frame_requested) as asked:
        qtbot.mouseClick(view, Qt.MouseButton.LeftButton, pos=at(view, frame))
    assert asked.args == [frame]


def test_dragging_asks_for_every_frame_on_the_way(view, qtbot):
    asked = []
    view.frame_requested.connect(asked.append)
    view.frame_requested.connect(view.set_frame)
    qtbot.mousePress(view, Qt.MouseButton.LeftButton, pos=at(view, 2))
    for frame in (3, 4):
        place = QPointF(at(view, frame))
        button = Qt.MouseButton.LeftButton
        move = QMouseEvent(
            QEvent.Type.MouseMove, place, place, button, button, Qt.KeyboardModifier.NoModifier
        )
        view.mouseMoveEvent(move)
    assert asked == [2, 3, 4]


def test_the_reading_is_the_nearest_value_with_the_transports_number(view):
    assert view.reading(QPointF(view.x_of(3.2), 30)) == "frame 4: 3"
    assert view.reading(QPointF(view.x_of(15), 30)) == "frame 5: 2"
    view.set_selected(1)
    assert view.reading(QPointF(view.x_of(3), 30)).endswith(": 9")
    view.set_selected(7)
    assert view.reading(QPointF(view.x_of(3), 30)) == ""


def test_nothing_is_drawn_where_the_volume_has_no_frame(view):
    view.set_frame(15)
    image = view.grab().toImage()
    ground = image.pixelColor(at(view, 13))
    rect = view.plot_rect().toRect()
    for frame in (1, 6, 10):
        x = round(view.x_of(frame))
        column = {image.pixelColor(x, y).rgb() for y in range(rect.top() + 2, rect.bottom() - 2)}
        assert column == {ground.rgb()}
    line = view.point_of(3.0, 3.0).toPoint()
    assert image.pixelColor(line.x(), line.y() + 1) != ground


def test_the_playhead_follows_and_repaints_only_itself(view):
    before = view.grab().toImage()
    view.set_frame(10)
    after = view.grab().toImage()
    x = round(view.x_of(10))
    assert after != before
    changed = {
        column
        for column in range(after.width())
        if any(after.pixel(column, y) != before.pixel(column, y) for y in range(0, after.height(), 5))
    }
    assert changed
    assert all(min(abs(column - x), abs(column - view.x_of(0))) < 4 for column in changed)


def test_others_share_the_scale(view):
    alone = view.point_of(3, 3.0).y()
    view.set_others(True)
    assert view.point_of(3, 9.0).y() == pytest.approx(alone)
    assert view.point_of(3, 3.0).y() > alone


def test_without_traces_it_says_why_and_page_keys_go_to_the_ends(view, qtbot):
    with qtbot.waitSignal(view.frame_requested) as asked:
        qtbot.keyClick(view, Qt.Key.Key_PageUp)
    assert asked.args == [2]
    with qtbot.waitSignal(view.frame_requested) as asked:
        qtbot.keyClick(view, Qt.Key.Key_PageDown)
    assert asked.args == [4]
    filled = view.grab().toImage()
    view.set_traces({}, "computing…")
    assert view.grab().toImage() != filled
    assert view.trace is None


def test_the_panel_offers_the_measures_that_there_are(qtbot):
    panel = TracePanel()
    qtbot.addWidget(panel)
    assert tuple(MEASURES) == OFFERED
    panel.set_measures(OFFERED, "max")
    assert panel.measure_combo.currentText() == "max"
    for widget in (panel.view, panel.measure_combo, panel.strongest_button, panel.others_button):
        assert widget.accessibleName()
        assert widget.focusPolicy() & Qt.FocusPolicy.TabFocus
