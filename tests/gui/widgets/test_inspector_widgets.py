"""Bars and list of what matters, the bottom line, the frames under the kernel, and a pixel in time."""

from collections.abc import Sequence

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QImage, QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from core.clip import Clip
from core.display.colormap import color_table
from core.display.sheet import CellPlace
from gui.films import ClipFilm, PictureCache
from gui.theme import ThemeMode, apply_theme, colours
from gui.widgets.equation import Equation, Part, Verdict
from gui.widgets.frame_strip import FrameStrip, StripFrame
from gui.widgets.letters import ends
from gui.widgets.marks import COLOURS, Mark, MarkKind
from gui.widgets.pixel_time_view import PixelTimeView, Plot
from gui.widgets.terms_view import BalanceView, Bar, TermLine, TermsView

VIK = color_table("vik")


def shown(qtbot: QtBot, widget: QWidget, width: int, height: int) -> QWidget:
    qtbot.addWidget(widget)
    widget.resize(width, height)
    widget.show()
    return widget


def grabbed(widget: QWidget) -> QImage:
    return widget.grab().toImage()


def count(image: QImage, rgb: tuple[int, ...], y: int | None = None) -> int:
    """Return how many pixels have a colour, in one row or in all."""
    rows = range(image.height()) if y is None else (y,)
    return sum(image.pixelColor(x, row).getRgb()[:3] == rgb for row in rows for x in range(image.width()))


def lines(number: int) -> Sequence[TermLine]:
    return [
        TermLine(f"frame {n}", f"{n} × 1", 1 / (n + 1), n % 2 == 0, CellPlace(n, 0, 0, 0))
        for n in range(number)
    ]


# Bars and list


def test_bars_are_as_long_as_their_shares_and_have_the_colours_of_both_signs(qtbot):
    view = shown(qtbot, BalanceView(), 200, 60)
    view.set_bars((Bar("+ 3 products", "1", 1.0), Bar("− 2 products", "−0.5", 0.5)), VIK)
    image = grabbed(view)
    low, high = (colour.getRgb()[:3] for colour in ends(VIK))
    longest = [max(count(image, colour, y) for y in range(image.height())) for colour in (high, low)]
    assert longest == [200, 100]
    assert "+ 3 products: 1" in view.accessibleDescription()


def test_the_term_under_the_mouse_or_the_keys_is_told(qtbot):
    view = shown(qtbot, TermsView(), 220, 400)
    view.set_lines(lines(4), VIK)
    told: list[object] = []
    view.cell_chosen.connect(told.append)
    high = view._line_height()
    QTest.mouseMove(view, QPointF(20, 2.5 * high).toPoint())
    assert told == [CellPlace(2, 0, 0, 0)]
    QTest.mouseMove(view, QPointF(20, 6 * high).toPoint())
    assert told[-1] is None
    down = QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_Down, Qt.KeyboardModifier.NoModifier)
    for expected in (0, 1, 2, 3, 3):
        assert view.takes_key(down)
        assert view.current == expected
    view.set_lines(lines(2), VIK)
    assert view.current is None
    up = QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_Up, Qt.KeyboardModifier.NoModifier)
    view.takes_key(up)
    assert view.current == 1
    view.set_lines([], VIK)
    assert not view.takes_key(up), "with nothing to go through the keys are for others"


# The bottom line


@pytest.mark.parametrize("mode", [ThemeMode.LIGHT, ThemeMode.DARK])
def test_what_does_not_agree_is_red_and_said(qtbot, qapp, mode):
    apply_theme(qapp, mode)
    line = shown(qtbot, Equation(), 500, 80)
    parts = (Part("", "sum of 3 products", "~0.1"), Part("+", "bias", "0"))
    red = tuple(int(colours().error[n : n + 2], 16) for n in (1, 3, 5))
    line.set_line(parts, Verdict(True, "It agrees."), "0.1000001")
    assert count(grabbed(line), red) == 0
    line.set_line(parts, Verdict(False, "It does NOT agree."), "0.1000001")
    assert count(grabbed(line), red) > 20
    assert "It does NOT agree." in line.accessibleDescription()
    assert line.toolTip() == "0.1000001"


def test_a_long_line_is_written_smaller_until_it_fits(qtbot):
    line = shown(qtbot, Equation(), 900, 80)
    parts = tuple(Part("=", "words", "~−0.123456789") for _ in range(5))
    line.set_line(parts, Verdict(None, ""), "")
    wide = line._fitting().pointSizeF()
    line.resize(400, 80)
    assert line._fitting().pointSizeF() < wide


# The frames under the kernel


@pytest.fixture
def strip(qtbot: QtBot) -> FrameStrip:
    frames = np.zeros((4, 12, 16, 3), np.uint8)
    frames[:] = np.array([10, 80, 150, 220])[:, None, None, None]
    made = shown(qtbot, FrameStrip(PictureCache()), 400, 130)
    assert isinstance(made, FrameStrip)
    made.set_film(ClipFilm(Clip.from_frames(frames)))
    return made


def test_every_frame_has_its_picture_and_its_box(strip):
    box = Mark((2, 2), (9, 9), None, MarkKind.FIELD)
    strip.set_frames([StripFrame(n, f"frame {n + 1}") for n in (1, 2, 3)], (box,))
    image, rects = grabbed(strip), strip.picture_rects()
    assert len(rects) == 3
    for rect, grey in zip(rects, (80, 150, 220), strict=True):
        assert image.pixelColor(rect.center().toPoint()).red() == grey
        assert abs(rect.width() / rect.height() - 16 / 12) < 0.05, "never stretched"
        assert strip.rect().contains(rect.toAlignedRect())
    assert count(image, COLOURS[MarkKind.FIELD].getRgb()[:3]) > 60


@pytest.mark.parametrize("number", [1, 3, 7, 16])
def test_frames_never_overlap(strip, number):
    strip.set_frames([StripFrame(n % 4, f"frame {n + 1}") for n in range(number)], ())
    rects = strip.picture_rects()
    assert not any(one.intersects(two) for n, one in enumerate(rects) for two in rects[n + 1 :])
    assert all(strip.rect().contains(rect.toAlignedRect()) for rect in rects)


def test_padding_is_hatched_and_cannot_be_gone_to(strip, qtbot):
    strip.set_frames([StripFrame(None, "padding: 0", True), StripFrame(0, "frame 1")], ())
    image, (outside, inside) = grabbed(strip), strip.picture_rects()
    along = {image.pixelColor(int(outside.left()) + n, int(outside.center().y())).name() for n in range(30)}
    assert len(along) > 1
    with qtbot.waitSignal(strip.frame_requested) as told:
        QTest.mouseClick(strip, Qt.MouseButton.LeftButton, pos=outside.center().toPoint())
        QTest.mouseClick(strip, Qt.MouseButton.LeftButton, pos=inside.center().toPoint())
    assert told.args == [0]


# A pixel in time


@pytest.fixture
def courses(qtbot: QtBot) -> PixelTimeView:
    made = shown(qtbot, PixelTimeView(), 320, 240)
    assert isinstance(made, PixelTimeView)
    made.set_plots(
        [
            Plot("input", ([(t, 0.5) for t in range(8)],), 0.0, 1.0),
            Plot("weights", ([(t, w) for t, w in ((2, -1.0), (3, 1.0))],), -1.0, 1.0, stems=True),
            Plot("output", ([(t + 0.5, 0.25) for t in range(7)],), -1.0, 1.0, point=2.5),
        ],
        8,
        (2, 3),
    )
    return made


def test_plots_share_one_axis_of_frames(courses):
    tops = [courses.plot_rect(n).top() for n in range(3)]
    assert tops == sorted(tops)
    assert len({(courses.plot_rect(n).left(), courses.plot_rect(n).width()) for n in range(3)}) == 1
    assert [courses.frame_at(courses.x_of(frame)) for frame in range(8)] == list(range(8))
    rect = courses.plot_rect(2)
    assert rect.bottom() <= courses.height()
    # The frames under the kernel are shaded in all three.
    image = grabbed(courses)
    for number in range(3):
        y = int(courses.plot_rect(number).bottom()) - 2
        shaded, plain = (image.pixelColor(int(courses.x_of(frame)) + 6, y) for frame in (2, 5))
        assert shaded != plain


def test_a_click_goes_to_its_frame_and_the_playhead_follows(courses, qtbot):
    before = grabbed(courses)
    with qtbot.waitSignal(courses.frame_requested) as told:
        point = QPointF(courses.x_of(6), courses.plot_rect(1).center().y()).toPoint()
        QTest.mouseClick(courses, Qt.MouseButton.LeftButton, pos=point)
    assert told.args == [6]
    courses.set_clip_frame(6)
    x, y = int(courses.x_of(6)), int(courses.plot_rect(2).top()) + 4
    assert grabbed(courses).pixelColor(x, y) != before.pixelColor(x, y)


def test_values_beyond_a_scale_stay_on_the_plot(courses):
    plot = Plot("output", ([(0, 99.0)],), -1.0, 1.0)
    rect = courses.plot_rect(2)
    assert rect.top() - 8 <= courses._y_of(plot, rect, 99.0) <= rect.bottom()
