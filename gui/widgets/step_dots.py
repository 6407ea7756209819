"""Where one is among the steps of a lesson: a row of dots; the current one is a full disc, larger."""

from PySide6.QtCore import QPointF, QSize, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

PITCH = 18
MOST = 12  # more are no longer counted at a glance: the number beside them says it


class StepDots(QWidget):
    """Shows a step among all; a click goes to one.

    Signals
    -------
    chosen(int)
        The step that was clicked, from 0.
    """

    chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._count = self._current = 0
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setToolTip("Click to go to a step (Page Up and Page Down go to the neighbours)")
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def set_steps(self, count: int, current: int) -> None:
        """Show the step numbered `current`, from 0, among so many."""
        self._count, self._current = count, current
        self.setAccessibleName(f"Step {current + 1} of {count}")
        self.setVisible(1 < count <= MOST)
        self.updateGeometry()
        self.update()

    def centre(self, step: int) -> QPointF:
        """Return where a step's dot is."""
        return QPointF(PITCH * (step + 0.5), self.height() / 2)

    # Qt overrides

    def sizeHint(self) -> QSize:
        """Return room for all dots."""
        return QSize(PITCH * self._count, 20)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Go to the step under the mouse."""
        step = int(event.position().x() // PITCH)
        if event.button() is Qt.MouseButton.LeftButton and 0 <= step < self._count:
            self.chosen.emit(step)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint a ring for each step, a small disc for those behind, a large one for the current."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        accent = self.palette().color(QPalette.ColorRole.Highlight)
        quiet = self.palette().color(QPalette.ColorRole.PlaceholderText)
        for step in range(self._count):
            behind = step < self._current
            painter.setPen(QPen(accent if step <= self._current else quiet, 1.5))
            painter.setBrush(accent if step <= self._current else Qt.BrushStyle.NoBrush)
            radius = 5.5 if step == self._current else 2.0 if behind else 3.5
            painter.drawEllipse(self.centre(step), radius, radius)
        painter.end()
