"""The text of a lesson's step in a bubble that points at what it is about, and never covers it."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, QObject, QPoint, QPointF, QRect, QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QFont, QPainter, QPainterPath, QPaintEvent, QPalette, QPen, QPolygonF
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractScrollArea,
    QAbstractSlider,
    QAbstractSpinBox,
    QComboBox,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QScrollArea,
    QSizePolicy,
    QTabBar,
    QWidget,
)
from shiboken6 import isValid

from gui.widgets.controls import ElidedLabel, Section, make_label
from gui.widgets.icons import IconButton
from gui.widgets.lesson_bar import TEXT_SCALE
from gui.widgets.placing import Place, Side, find_place
from gui.widgets.term_table import TermTable
from gui.widgets.viewer import Viewer

WIDTHS = (340, 280, 220)
PADDING = 10
RADIUS = 8.0
HALF_POINTER = 9.0
# A target of which less is to be seen is as good as hidden.
LEAST_SEEN = 0.3
# A page may make its parts when they are computed: so often, and that far apart, they are looked for.
LOOKS, LOOK_MS = 20, 250
# So often a new target is scrolled to: when it is laid out, and when what it stands in has grown for it.
PASSES = 2
_CONTROLS = (
    QLabel,
    QAbstractButton,
    QComboBox,
    QAbstractSpinBox,
    QAbstractSlider,
    QLineEdit,
    QTabBar,
    ElidedLabel,
)
_MOVING = {
    QEvent.Type.Move,
    QEvent.Type.Resize,
    QEvent.Type.Show,
    QEvent.Type.Hide,
    QEvent.Type.ParentChange,
    QEvent.Type.LayoutRequest,
}


def seen_part(widget: QWidget, host: QWidget) -> QRect:
    """Return what can be seen of a widget, in the coordinates of one that it stands in; empty for nothing.

    Of a viewer, which fits a picture into itself, it is the picture; of a table its rows and columns.
    """
    rect = widget.rect()
    if isinstance(widget, Viewer):
        rect = widget.picture_rect().toAlignedRect()
    elif isinstance(widget, TermTable):
        rect = widget.content_rect()
    while widget is not host:
        parent = widget.parentWidget()
        if not widget.isVisible() or parent is None:
            return QRect()
        rect = rect.translated(widget.pos()) & parent.rect()
        widget = parent
    return rect


def painted_parts(root: QWidget) -> tuple[list[QWidget], list[QWidget]]:
    """Return what can be seen in a widget: what is painted there, and the controls and texts around it."""
    painted: list[QWidget] = []
    controls: list[QWidget] = []
    for widget in root.findChildren(QWidget):
        if not widget.isVisible() or any(
            isinstance(child, QWidget) and child.isVisible() for child in widget.children()
        ):
            continue
        if isinstance(widget, _CONTROLS):
            controls.append(widget)
        elif type(widget) is not QWidget or isinstance(widget.parent(), QAbstractScrollArea):
            painted.append(widget)  # others are only there to take up room
    return painted, controls


class LessonBubble(QWidget):
    """Stands beside a part of the window, follows it, and is away where it would have to cover it.

    Parameters
    ----------
    host
        The widget that both bubble and target stand in.
    area
        The widget within it that the bubble may be over.
    pictures
        Gives the widgets that the bubble should leave free where it can.
    others
        Gives those that it had better leave free, too.

    Signals
    -------
    placed(bool)
        It is to be seen now, or not: the text has to stand elsewhere.
    dismissed()
        The person does not want it.
    """

    placed = Signal(bool)
    dismissed = Signal()

    def __init__(
        self,
        host: QWidget,
        area: QWidget,
        pictures: Callable[[], Sequence[QWidget]] = tuple,
        others: Callable[[], Sequence[QWidget]] = tuple,
    ) -> None:
        super().__init__(host)
        self.setObjectName("lesson_bubble")
        self._host, self._area = host, area
        self._pictures, self._others = pictures, others
        self._anchor = ""
        self._chain: list[QWidget] = []
        self._place: Place | None = None
        self._bringing = 0
        self.text_label = make_label("", wrap=True)
        self.text_label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)
        larger = QFont(self.text_label.font())
        larger.setPointSizeF(larger.pointSizeF() * TEXT_SCALE)
        self.text_label.setFont(larger)
        self.close_button = IconButton(
            "close", "Put the text into the bar", "Put the text into the bar below"
        )
        self.close_button.setObjectName("lesson_bubble_button")
        self.close_button.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # the bar has the same for the keyboard
        self._row = QHBoxLayout(self)
        self._row.setSpacing(4)
        self._row.addWidget(self.text_label, 1)
        self._row.addWidget(self.close_button, 0, Qt.AlignmentFlag.AlignTop)
        # One placing for all that moves at once.
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(0)
        self._timer.timeout.connect(self._on_moved)
        self._looks = 0
        self._look_timer = QTimer(self)
        self._look_timer.setSingleShot(True)
        self._look_timer.setInterval(LOOK_MS)
        self._look_timer.timeout.connect(self._on_look)
        self.close_button.clicked.connect(self.dismissed)
        self.hide()

    @property
    def place(self) -> Place | None:
        """Where it is, or None while it is away."""
        return self._place

    @property
    def target(self) -> QWidget | None:
        """What it points at: of several of that name the one that is to be seen."""
        if not self._anchor:
            return None
        found = self._host.findChildren(QWidget, self._anchor)
        return next((widget for widget in found if widget.isVisible()), found[0] if found else None)

    def point(self, text: str, anchor: str) -> None:
        """Say something about the part of the window with an object name; it is brought into view."""
        self.text_label.setText(text)
        self._anchor = anchor
        target = self.target
        if target is not None:
            _unfold(target)
        self._looks = LOOKS
        self._bringing = PASSES
        self._timer.start()
        self.refresh()

    def clear(self) -> None:
        """Say nothing."""
        self._anchor = ""
        self._bringing = self._looks = 0
        self.refresh()

    @Slot()
    def refresh(self) -> None:
        """Find the place anew, now."""
        target = self.target
        if target is None and self._looks:
            self._look_timer.start()
        else:
            self._look_timer.stop()
        self._watch(target)
        place = self._find(target) if target is not None else None
        self._place = place
        if place is None:
            self.hide()
        else:
            self._take(place)
            self.show()
            self.raise_()
        self.placed.emit(place is not None)

    def _find(self, target: QWidget) -> Place | None:
        seen = seen_part(target, self._host)
        whole = target.width() * target.height()
        least = 0 if isinstance(target, Viewer) else LEAST_SEEN * whole
        if seen.isEmpty() or seen.width() * seen.height() < least:
            return None
        pictures, others = (
            [
                seen_part(widget, self._host)
                for widget in given()
                if widget is not target and not target.isAncestorOf(widget)
            ]
            for given in (self._pictures, self._others)
        )
        area = seen_part(self._area, self._host)
        return find_place(area.adjusted(4, 4, -4, -4), seen, self._sizes(), pictures, others)

    def _sizes(self) -> list[QSize]:
        button = self.close_button.sizeHint()
        sizes = []
        for width in WIDTHS:
            room = width - 2 * PADDING - self._row.spacing() - button.width()
            height = max(self.text_label.heightForWidth(room), button.height())
            sizes.append(QSize(width, height + 2 * PADDING))
        return sizes

    def _take(self, place: Place) -> None:
        body = place.body
        whole = body.united(QRect(place.tip, QSize(1, 1)))
        self._row.setContentsMargins(
            PADDING + body.left() - whole.left(),
            PADDING + body.top() - whole.top(),
            PADDING + whole.right() - body.right(),
            PADDING + whole.bottom() - body.bottom(),
        )
        self.setGeometry(whole)
        self.update()

    def _watch(self, target: QWidget | None) -> None:
        """Hear of everything that moves the target: itself and whatever it stands in."""
        chain = []
        widget = target
        while widget is not None:
            chain.append(widget)
            widget = None if widget is self._host else widget.parentWidget()
        if target is None:
            chain = [self._host]
        if chain != self._chain:
            for old in self._chain:
                if isValid(old):
                    old.removeEventFilter(self)
            for new in chain:
                new.installEventFilter(self)
            self._chain = chain

    @Slot()
    def _on_moved(self) -> None:
        """Follow; at first also scroll to the target, whose place a layout may still change."""
        target = self.target
        if self._bringing and target is not None:
            self._bringing -= 1
            _scroll_to(target)
        self.refresh()

    @Slot()
    def _on_look(self) -> None:
        """Look for a target that was not there yet."""
        self._looks -= 1
        if self.target is not None:
            self._timer.start()
        self.refresh()

    # Qt overrides

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Follow what moves the target."""
        if event.type() in _MOVING and self._anchor:
            self._timer.start()
        return False

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint a card with a pointer."""
        if self._place is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(self.palette().color(QPalette.ColorRole.Highlight), 2.0))
        painter.setBrush(self.palette().color(QPalette.ColorRole.Button))
        painter.drawPath(_outline(self._place, self.pos()))
        painter.end()


def _unfold(target: QWidget) -> None:
    """Open the parts of a panel that it is folded away in."""
    around = target.parentWidget()
    while around is not None:
        if isinstance(around, Section):
            around.set_opened(True)
        around = around.parentWidget()


def _scroll_to(target: QWidget) -> None:
    around = target.parentWidget()
    while around is not None:
        if isinstance(around, QScrollArea):
            around.ensureWidgetVisible(target)
        around = around.parentWidget()


def _outline(place: Place, origin: QPoint) -> QPainterPath:
    """Return the bubble's edge in its own coordinates."""
    body = QRect(place.body.topLeft() - origin, place.body.size())
    box = QPainterPath()
    box.addRoundedRect(body.adjusted(1, 1, -1, -1).toRectF(), RADIUS, RADIUS)
    tip = QPointF(place.tip - origin)
    # The pointer begins a little inside, so that both become one shape.
    if place.side in (Side.LEFT, Side.RIGHT):
        x = body.right() - 3.0 if place.side is Side.LEFT else body.left() + 3.0
        feet = [QPointF(x, tip.y() - HALF_POINTER), QPointF(x, tip.y() + HALF_POINTER)]
    else:
        y = body.bottom() - 3.0 if place.side is Side.ABOVE else body.top() + 3.0
        feet = [QPointF(tip.x() - HALF_POINTER, y), QPointF(tip.x() + HALF_POINTER, y)]
    pointer = QPainterPath()
    pointer.addPolygon(QPolygonF([feet[0], tip, feet[1]]))
    pointer.closeSubpath()
    return box.united(pointer)
