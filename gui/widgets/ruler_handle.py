"""An end of a ruler that can be taken hold of, with the mouse or with the keyboard."""

from PySide6.QtCore import QEvent, QPoint, QPointF, Qt, Signal
from PySide6.QtGui import QColor, QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import QWidget

from gui.widgets.controls import describe

SIZE = 19  # odd: a pixel is in the middle
RADIUS = 5.5
LARGE_STEP = 10
_KEYS = {
    Qt.Key.Key_Left: (0, -1),
    Qt.Key.Key_Right: (0, 1),
    Qt.Key.Key_Up: (-1, 0),
    Qt.Key.Key_Down: (1, 0),
}


class RulerHandle(QWidget):
    """A ring over a picture; it only says where it was pulled, its owner puts it there.

    Signals
    -------
    dragged(object)
        The place of the mouse, as a QPointF of the parent.
    stepped(int, int)
        Arrow keys: so many frames down and pixels to the right; with Shift ten.
    """

    dragged = Signal(object)
    stepped = Signal(int, int)

    def __init__(self, name: str, parent: QWidget) -> None:
        super().__init__(parent)
        self._held: QPointF | None = None
        self.setFixedSize(SIZE, SIZE)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.SizeAllCursor)
        describe(self, name, "Drag this end of the ruler; or use the arrow keys, with Shift ten at a time.")
        self.hide()

    def put(self, centre: QPointF | None) -> None:
        """Stand at a place of the parent, or nowhere."""
        self.setVisible(centre is not None)
        if centre is not None:
            self.move(centre.toPoint() - QPoint(SIZE // 2, SIZE // 2))

    # Qt overrides

    def event(self, event: QEvent) -> bool:
        """Keep the arrow keys, which otherwise step the film or the pinned response."""
        if isinstance(event, QKeyEvent) and event.type() is QEvent.Type.ShortcutOverride and _step(event):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Ask for a step."""
        step = _step(event)
        if step is None:
            super().keyPressEvent(event)
            return
        self.stepped.emit(*step)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take hold; where exactly does not matter later."""
        if event.button() is Qt.MouseButton.LeftButton:
            self._held = event.position() - QPointF(SIZE / 2, SIZE / 2)
        event.accept()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Ask to be moved."""
        if self._held is not None:
            self.dragged.emit(QPointF(self.mapToParent(event.position())) - self._held)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Let go."""
        self._held = None
        event.accept()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Look taken."""
        self.update()
        super().focusInEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Look free."""
        self.update()
        super().focusOutEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint a ring that is seen on every picture; filled where it has the keyboard."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        middle = QPointF(SIZE / 2, SIZE / 2)
        painter.setPen(QPen(QColor(0, 0, 0, 220), 4.5))
        painter.setBrush(QColor(0, 0, 0, 140))
        painter.drawEllipse(middle, RADIUS, RADIUS)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(QColor(255, 255, 255), 2.0))
        if self.hasFocus():
            painter.setBrush(self.palette().color(QPalette.ColorRole.Highlight))
        painter.drawEllipse(middle, RADIUS, RADIUS)
        painter.end()


def _step(event: QKeyEvent) -> tuple[int, int] | None:
    """Return the step that a key asks for: frames down, pixels to the right."""
    step = _KEYS.get(Qt.Key(event.key()))
    shift = Qt.KeyboardModifier.ShiftModifier
    if step is None or event.modifiers() & ~(shift | Qt.KeyboardModifier.KeypadModifier):
        return None
    factor = LARGE_STEP if event.modifiers() & shift else 1
    return step[0] * factor, step[1] * factor
