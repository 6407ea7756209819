"""Spectrum, tuning curves and badges: what is under the mouse is what the numbers say."""

import math

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, QRectF
from PySide6.QtGui import QHelpEvent
from PySide6.QtWidgets import QToolTip

from core.analysis.profile import Badge, profile
from core.analysis.spectrum import Cut, motion_cut, spatial_cut
from core.analysis.tuning import Curve, tuning
from core.filters.kernel import Kernel
from gui.widgets.badges import BadgeRow
from gui.widgets.figure import ticks
from gui.widgets.filter_figures import NumbersTable, SpectrumSection, TuningSection, direction_text
from gui.widgets.spectrum_view import MOTION_TIP, SpectrumPair, SpectrumView
from gui.widgets.tuning_view import CurveView, PolarView


def drifting(speed=1.0, size=9, frequency=0.2):
    """Return a Gabor that likes motion to the right."""
    t, y, x = np.meshgrid(*[np.arange(size) - size // 2] * 3, indexing="ij")
    window = np.exp(-(t**2 + y**2 + x**2) / 8)
    wave = np.cos(2 * np.pi * frequency * (x - speed * t))
    return Kernel((window * wave)[..., None].astype(np.float32))


@pytest.fixture
def cut():
    power = np.zeros((4, 8), np.float32)
    power[1, 6] = 1.0
    power[3, 0] = 0.25
    return Cut(power, -0.5, 0.5, -0.5, 0.5, "fs (cycles/px)", "ft (cycles/frame)", (0.3125, 0.125))


@pytest.fixture
def view(qtbot, cut):
    made = SpectrumView("a", "b")
    qtbot.addWidget(made)
    made.resize(200, made.heightForWidth(200))
    made.set_cut(cut)
    return made


def test_the_frequency_under_the_mouse_and_its_power(view, cut):
    assert view.reading(view.point_of(0.3125, 0.125)) == "fs +0.31  ft +0.12  power 1.00"
    assert view.reading(view.point_of(-0.45, -0.45)) == "fs −0.45  ft −0.45  power 0.25"
    assert view.reading(view.point_of(0.0, 0.0)).endswith("power 0.00")
    assert view.reading(QPointF(0, 0)) == ""


def test_up_is_up_and_down_is_down(view):
    middle = view.point_of(0, 0)
    assert view.point_of(0, 0.4).y() < middle.y()  # ft grows upwards
    down = Cut(np.zeros((4, 4), np.float32), -0.5, 0.5, 0.5, -0.5, "fx", "fy", None)
    view.set_cut(down)
    assert view.point_of(0, 0.4).y() > middle.y()  # fy as on the screen
    assert view.point_of(0.4, 0).x() > middle.x()


def test_the_picture_is_bright_where_the_power_is_and_the_ring_marks_the_peak(view, cut):
    view.set_cut(Cut(cut.power, -0.5, 0.5, -0.5, 0.5, "fs", "ft", None))
    plain = view.grab().toImage()
    place = view.point_of(0.3125, 0.125).toPoint()
    assert plain.pixelColor(place).lightness() > 180
    assert plain.pixelColor(view.point_of(0.3, -0.3).toPoint()).lightness() < 40
    view.set_cut(cut)
    assert view.grab().toImage() != plain


def test_the_spectrum_of_a_filter_for_motion_lies_on_one_diagonal(qtbot):
    pair = SpectrumPair()
    qtbot.addWidget(pair)
    pair.resize(260, pair.heightForWidth(260))
    pair.show()
    kernel = drifting()
    found = profile(kernel)
    pair.set_cuts(spatial_cut(kernel, found), motion_cut(kernel, found))
    told = []
    pair.value_changed.connect(told.append)
    fs, ft = found.spatial, found.frequency[0]
    qtbot.mouseMove(pair.motion, pair.motion.point_of(fs, ft).toPoint())
    assert float(told[-1].rpartition(" ")[2]) > 0.9
    qtbot.mouseMove(pair.motion, pair.motion.point_of(fs, -ft).toPoint())
    assert float(told[-1].rpartition(" ")[2]) < 0.1
    assert "diagonal" in MOTION_TIP
    assert pair.motion.toolTip() == MOTION_TIP


@pytest.mark.parametrize(("width", "beside"), [(166, False), (226, True), (370, True)])
def test_both_pictures_use_the_width_of_the_column(qtbot, width, beside):
    pair = SpectrumPair()
    qtbot.addWidget(pair)
    pair.resize(width, pair.heightForWidth(width))
    pair.show()
    first, second = pair.spatial.geometry(), pair.motion.geometry()
    assert (first.right() < second.left()) is beside
    assert not first.intersects(second)
    assert pair.rect().contains(first)
    assert pair.rect().contains(second)
    pair.close()


def test_the_peak_of_the_polar_plot_points_where_the_motion_goes(qtbot):
    view = PolarView("directions")
    qtbot.addWidget(view)
    view.resize(200, 200)
    kernel = drifting()
    view.set_curve(tuning(kernel, profile(kernel)).direction)
    right = view.point_of(0.0, view._top)
    assert right.x() > view.centre().x()
    assert right.y() == pytest.approx(view.centre().y())
    down = view.point_of(90.0, 1.0)
    assert down.y() > view.centre().y()
    angle, _, value = view.reading(right).partition(": response ")
    assert angle == "0°"
    assert float(value) == pytest.approx(view._top, rel=0.01)
    left = view.reading(view.point_of(180.0, view._top))
    assert left.startswith("180°")
    assert float(left.rpartition(" ")[2]) < 0.05 * view._top
    assert view.reading(QPointF(0, 0)) == ""


def test_a_polar_plot_without_a_peak_says_so(qtbot):
    view = PolarView("directions")
    qtbot.addWidget(view)
    view.resize(180, 180)
    angles = tuple(float(a) for a in range(0, 361, 3))
    view.set_curve(Curve(angles, (1.0,) * len(angles), None))
    assert view.grab().toImage() != PolarView("x").grab().toImage()
    assert view.reading(view.point_of(45, 1.0)) == "45°: response 1"


def test_a_curve_tells_the_sample_under_the_mouse(qtbot):
    view = CurveView("speed", "tip", "speed", "px/frame")
    qtbot.addWidget(view)
    view.resize(230, view.heightForWidth(230))
    view.show()
    told = []
    view.value_changed.connect(told.append)
    view.set_curve(Curve((-2.0, -1.0, 0.0, 1.0, 2.0), (0.0, 0.1, 1.0, 4.0, 2.0), 1.0))
    assert view.reading(view.point_of(1.1, 0.0)) == "speed 1 px/frame: response 4"
    assert view.reading(view.point_of(-1.6, 0.0)) == "speed −2 px/frame: response 0"
    qtbot.mouseMove(view, view.point_of(2.0, 2.0).toPoint())
    assert told[-1] == "speed 2 px/frame: response 2"
    view.set_curve(Curve((), (), None))  # a filter without a speed
    assert told[-1] == ""
    view.grab()


def test_sections_tell_the_reading_under_their_pictures(qtbot):
    spectrum, curves = SpectrumSection(), TuningSection()
    for section in (spectrum, curves):
        qtbot.addWidget(section)
        section.resize(240, 600)
    spectrum.pair.value_changed.emit("fx 1")
    curves.speed.value_changed.emit("speed 1")
    assert (spectrum.value_label.text(), curves.value_label.text()) == ("fx 1", "speed 1")
    spectrum.pair.value_changed.emit("")
    assert "Point" in spectrum.value_label.text()


def test_numbers_of_a_profile(qtbot):
    table = NumbersTable()
    qtbot.addWidget(table)
    kernel = drifting()
    table.set_kernel(kernel)
    table.set_profile(None)
    assert table.values["DSI"].text() == "–"
    table.set_profile(profile(kernel))
    assert table.values["direction"].text() == "→ 0°"
    assert float(table.values["DSI"].text()) > 0.9
    assert float(table.values["speed"].text().split()[0]) == pytest.approx(1.0, abs=0.15)
    assert float(table.values["spatial"].text().split()[0]) == pytest.approx(0.2, abs=0.03)
    assert all(value.toolTip() for value in table.values.values())


@pytest.mark.parametrize(("angle", "text"), [(0, "→ 0°"), (90, "↓ 90°"), (181, "← 181°"), (359.7, "→ 0°")])
def test_directions_in_words(angle, text):
    assert direction_text(angle) == text


@pytest.mark.parametrize(("low", "high", "most"), [(-0.5, 0.5, 3), (0, 15, 6), (-2.1, 2.1, 5), (0, 1e-4, 4)])
def test_ticks_are_round_few_and_inside(low, high, most):
    found = ticks(low, high, most)
    assert 2 <= len(found) <= most
    assert all(low - 1e-9 <= tick <= high + 1e-9 for tick in found)
    step = found[1] - found[0]
    leading = step / 10 ** math.floor(math.log10(step) + 1e-9)
    assert round(leading, 6) in {1, 2, 5}
    assert ticks(1, 1, 5) == ()


@pytest.fixture
def badges(qtbot):
    row = BadgeRow()
    qtbot.addWidget(row)
    row.set_badges([Badge("ignores brightness", "sum 0"), Badge("2-D filter", "one frame"), Badge("c", "d")])
    return row


@pytest.mark.parametrize("width", [60, 160, 400])
def test_badges_stay_in_the_column_and_apart(badges, width):
    places = badges.places(width)
    assert len(places) == 3
    inside = QRectF(0, 0, width, badges.heightForWidth(width))
    for i, place in enumerate(places):
        assert inside.contains(place)
        assert not any(place.intersects(other) for other in places[i + 1 :])


def test_a_badge_says_why(badges, monkeypatch):
    badges.resize(400, badges.heightForWidth(400))
    said = []
    monkeypatch.setattr(QToolTip, "showText", lambda _place, text, _widget: said.append(text))
    inside = badges.places(400)[1].center().toPoint()
    badges.event(QHelpEvent(QHelpEvent.Type.ToolTip, inside, QPoint()))
    assert said == ["2-D filter: one frame"]
    assert "sum 0" in badges.accessibleDescription()
