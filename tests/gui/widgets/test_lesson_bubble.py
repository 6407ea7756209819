"""The bubble stands beside what it is about, follows it, and is away where that is not to be seen."""

import pytest
from PySide6.QtCore import QCoreApplication, QRect
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication, QLabel, QScrollArea, QStackedWidget, QVBoxLayout, QWidget

from gui.widgets.controls import Section
from gui.widgets.lesson_bubble import LessonBubble, seen_part
from gui.widgets.placing import Side

TEXT = "The next frame minus this one. What stays the same is 0."


class Stage:
    """A host of 800 x 600 with two pages; on the first there is a target in a scroll area."""

    def __init__(self) -> None:
        self.host = QWidget()
        self.host.resize(800, 600)
        self.pages = QStackedWidget(self.host)
        self.pages.setGeometry(0, 0, 800, 560)
        self.area = QScrollArea()
        content = QWidget()
        content.resize(760, 2000)
        self.target = self.named(content, "picture", QRect(300, 150, 200, 150))
        self.low = self.named(content, "low", QRect(300, 1700, 200, 150))
        self.area.setWidget(content)
        self.pages.addWidget(self.area)
        self.pages.addWidget(QWidget())
        self.bubble = LessonBubble(self.host, self.pages)

    @staticmethod
    def named(parent: QWidget, name: str, place: QRect) -> QLabel:
        label = QLabel(name, parent)
        label.setObjectName(name)
        label.setGeometry(place)
        return label


@pytest.fixture
def stage(qtbot):
    made = Stage()
    qtbot.addWidget(made.host)
    made.host.show()
    return made


def settle(qtbot, stage):
    """Wait until nothing is to be placed any more."""
    QCoreApplication.sendPostedEvents()
    qtbot.waitUntil(lambda: not stage.bubble._timer.isActive())


def check(stage, name="picture"):
    """The bubble is inside, beside the target, and points at its edge."""
    place = stage.bubble.place
    target = seen_part(stage.bubble.target, stage.host)
    assert stage.bubble.isVisible() and stage.bubble.target.objectName() == name
    assert stage.pages.geometry().contains(stage.bubble.geometry())
    assert not stage.bubble.geometry().intersects(target)
    assert target.adjusted(-1, -1, 1, 1).contains(place.tip)
    assert stage.bubble.geometry().contains(place.body)
    label = stage.bubble.text_label
    assert label.heightForWidth(label.width()) <= label.height()  # nothing of the text is cut off


def test_it_points_at_its_target_and_says_all(stage, qtbot):
    with qtbot.waitSignal(stage.bubble.placed) as told:
        stage.bubble.point(TEXT, "picture")
    assert told.args == [True]
    settle(qtbot, stage)
    check(stage)
    assert stage.bubble.text_label.text() == TEXT
    body = stage.bubble.place.body.translated(-stage.bubble.pos())
    picture = stage.bubble.grab().toImage()
    ground = stage.bubble.palette().button().color()
    assert QColor(picture.pixel(body.left() + 6, body.bottom() - 6)) == ground


@pytest.mark.parametrize("size", [(800, 600), (520, 420), (1400, 900)])
def test_it_follows_another_size(stage, qtbot, size):
    stage.bubble.point(TEXT, "picture")
    stage.host.resize(*size)
    stage.pages.resize(size[0], size[1] - 40)
    settle(qtbot, stage)
    check(stage)


def test_it_follows_scrolling_and_a_target_that_moves(stage, qtbot):
    stage.bubble.point(TEXT, "picture")
    settle(qtbot, stage)
    before = stage.bubble.place
    stage.area.verticalScrollBar().setValue(60)
    settle(qtbot, stage)
    check(stage)
    assert stage.bubble.place.tip.y() == before.tip.y() - 60
    stage.target.move(20, 300)
    settle(qtbot, stage)
    check(stage)
    stage.area.verticalScrollBar().setValue(1500)
    with qtbot.waitSignal(stage.bubble.placed) as told:
        settle(qtbot, stage)
        stage.bubble.refresh()
    assert told.args == [False] and not stage.bubble.isVisible()


def test_it_goes_with_its_page_and_comes_again(stage, qtbot):
    stage.bubble.point(TEXT, "picture")
    settle(qtbot, stage)
    stage.pages.setCurrentIndex(1)
    settle(qtbot, stage)
    assert not stage.bubble.isVisible() and stage.bubble.place is None
    stage.pages.setCurrentIndex(0)
    settle(qtbot, stage)
    check(stage)


def test_what_lies_below_is_scrolled_to(stage, qtbot):
    stage.bubble.point(TEXT, "low")
    settle(qtbot, stage)
    check(stage, "low")
    assert stage.area.verticalScrollBar().value() > 1000


def test_what_is_folded_away_is_unfolded(stage, qtbot):
    column = QWidget()
    layout = QVBoxLayout(column)
    inside = QLabel("1\n2\n3")
    inside.setObjectName("numbers")
    layout.addSpacing(900)
    layout.addWidget(Section("Numbers", inside))
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setWidget(column)
    stage.pages.insertWidget(0, area)
    stage.pages.setCurrentIndex(0)
    stage.bubble.point(TEXT, "numbers")
    settle(qtbot, stage)
    check(stage, "numbers")


def test_a_target_that_fills_the_area_or_is_not_there_leaves_no_place(stage, qtbot):
    for name, place in (("picture", QRect(0, 0, 760, 800)), ("absent", None)):
        if place is not None:
            stage.target.setGeometry(place)
        with qtbot.waitSignal(stage.bubble.placed) as told:
            stage.bubble.point(TEXT, name)
        assert told.args == [False] and not stage.bubble.isVisible()


def test_a_target_that_is_deleted_is_forgotten(stage, qtbot):
    stage.bubble.point(TEXT, "picture")
    settle(qtbot, stage)
    stage.target.setParent(None)
    stage.target.deleteLater()
    QApplication.sendPostedEvents(None, 52)  # DeferredDelete
    settle(qtbot, stage)
    stage.bubble.refresh()
    assert not stage.bubble.isVisible()
    stage.target = stage.named(stage.area.widget(), "picture", QRect(300, 150, 200, 150))
    stage.target.show()
    stage.bubble.refresh()
    check(stage)


def test_a_target_that_is_made_later_is_found(stage, qtbot):
    stage.bubble.point(TEXT, "later")
    assert not stage.bubble.isVisible()
    stage.bubble._look_timer.setInterval(0)
    later = stage.named(stage.area.widget(), "later", QRect(300, 350, 200, 100))
    later.show()
    qtbot.waitUntil(stage.bubble.isVisible)
    check(stage, "later")
    stage.bubble.point(TEXT, "absent")
    stage.bubble._look_timer.setInterval(0)
    qtbot.waitUntil(lambda: not stage.bubble._look_timer.isActive() and not stage.bubble._looks)


def test_it_leaves_pictures_free(stage, qtbot):
    right = stage.named(stage.area.widget(), "other", QRect(500, 0, 260, 500))
    right.show()
    stage.bubble._pictures = lambda: [stage.target, right]
    stage.bubble.point(TEXT, "picture")
    settle(qtbot, stage)
    assert stage.bubble.place.side is not Side.RIGHT
    assert not stage.bubble.geometry().intersects(seen_part(right, stage.host))


def test_it_can_be_put_away(stage, qtbot):
    stage.bubble.point(TEXT, "picture")
    with qtbot.waitSignal(stage.bubble.dismissed):
        stage.bubble.close_button.click()
    stage.bubble.clear()
    assert not stage.bubble.isVisible()
