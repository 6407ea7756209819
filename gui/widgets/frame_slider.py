"""The slider of the transport bar: one tick per frame, and a click goes where it points."""

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import QSizePolicy, QSlider, QWidget

KNOB = 7.0  # radius in pixels
GROOVE = 4.0
# Ticks closer than this are a grey band, not ticks.
CLOSEST_TICKS = 4.0


class FrameSlider(QSlider):
    """Position in the clip, painted by itself in the palette's colours.

    Signals:
        frame_requested: a person moved it to this frame (never emitted when code sets the value).
    """

    frame_requested = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self._valid: tuple[int, int] | None = None
        self._dragging = False
        self.setRange(0, 0)
        self.setPageStep(4)
        self.setTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.actionTriggered.connect(self._on_action_triggered)

    @property
    def valid_range(self) -> tuple[int, int] | None:
        """First and last frame for which every feature volume has a frame, or None."""
        return self._valid

    def set_count(self, count: int) -> None:
        """Set the number of frames."""
        self.setRange(0, max(count, 1) - 1)
        self.update()

    def set_frame(self, frame: int) -> None:
        """Show a frame; no signal."""
        self.setValue(frame)

    def set_valid_range(self, valid: tuple[int, int] | None) -> None:
        """Mark the frames outside of this range (both ends included) as having no feature frame."""
        if valid != self._valid:
            self._valid = valid
            self.update()

    def position_of(self, frame: float) -> float:
        """Return the x of a frame in widget coordinates."""
        span = max(self.maximum() - self.minimum(), 1)
        width = self.width() - 2 * KNOB - 2
        return KNOB + 1 + (frame - self.minimum()) / span * width

    def frame_at(self, x: float) -> int:
        """Return the frame nearest to an x in widget coordinates."""
        span = self.maximum() - self.minimum()
        width = max(self.width() - 2 * KNOB - 2, 1.0)
        nearest = round((x - KNOB - 1) / width * span) + self.minimum()
        return min(max(nearest, self.minimum()), self.maximum())

    def _go_to(self, frame: int) -> None:
        if frame != self.value():
            self.setValue(frame)
            self.frame_requested.emit(frame)

    @Slot(int)
    def _on_action_triggered(self, _action: int) -> None:
        # Keys and accessibility tools: Qt has the new place in sliderPosition before it sets the value.
        place = self.sliderPosition()
        if place != self.value():
            self.frame_requested.emit(place)

    def sizeHint(self) -> QSize:
        """Ask for room that 16 frames can be told apart in."""
        return QSize(240, 24)

    def minimumSizeHint(self) -> QSize:
        """Say how small it may get."""
        return QSize(90, 24)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Go to the place that was clicked and start to scrub."""
        if event.button() is Qt.MouseButton.LeftButton:
            self._dragging = True
            self.setSliderDown(True)
            self._go_to(self.frame_at(event.position().x()))
            event.accept()
        else:
            event.ignore()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Scrub."""
        if self._dragging:
            self._go_to(self.frame_at(event.position().x()))
            event.accept()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Stop scrubbing."""
        if event.button() is Qt.MouseButton.LeftButton:
            self._dragging = False
            self.setSliderDown(False)
            event.accept()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint groove, missing frames, ticks and knob."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        group = QPalette.ColorGroup.Active if self.isEnabled() else QPalette.ColorGroup.Disabled
        palette = self.palette()
        text = palette.color(group, QPalette.ColorRole.WindowText)
        accent = palette.color(group, QPalette.ColorRole.Highlight) if self.isEnabled() else text
        middle = self.height() / 2 - 2
        self._paint_groove(painter, middle, text, accent)
        self._paint_ticks(painter, middle + GROOVE / 2 + 3, text)
        painter.setPen(QPen(accent, 2.0 if self.hasFocus() else 1.4))
        painter.setBrush(accent if self._dragging else palette.color(group, QPalette.ColorRole.Base))
        painter.drawEllipse(QPointF(self.position_of(self.value()), middle), KNOB - 1, KNOB - 1)
        painter.end()

    def _paint_groove(self, painter: QPainter, middle: float, text: QColor, accent: QColor) -> None:
        left, right = KNOB + 1, self.width() - KNOB - 1
        faint, fainter = QColor(text), QColor(text)
        faint.setAlphaF(0.30)
        fainter.setAlphaF(0.14)
        painter.setPen(Qt.PenStyle.NoPen)
        groove = QRectF(left, middle - GROOVE / 2, max(right - left, 1.0), GROOVE)
        painter.setBrush(fainter if self._valid else faint)
        painter.drawRoundedRect(groove, 2, 2)
        if self._valid:
            first, last = (self.position_of(frame) for frame in self._valid)
            painter.setBrush(faint)
            painter.drawRoundedRect(QRectF(first, groove.top(), max(last - first, 1.0), GROOVE), 2, 2)
        played = QRectF(left, groove.top(), self.position_of(self.value()) - left, GROOVE)
        painter.setBrush(accent)
        painter.drawRoundedRect(played, 2, 2)

    def _paint_ticks(self, painter: QPainter, top: float, text: QColor) -> None:
        count = self.maximum() - self.minimum()
        if count < 1 or (self.position_of(1) - self.position_of(0)) < CLOSEST_TICKS:
            return
        for frame in range(self.minimum(), self.maximum() + 1):
            inside = self._valid is None or self._valid[0] <= frame <= self._valid[1]
            color = QColor(text)
            color.setAlphaF(0.55 if inside else 0.25)
            painter.setPen(QPen(color, 1.0))
            x = self.position_of(frame)
            painter.drawLine(QPointF(x, top + 3), QPointF(x, top + (7 if inside else 4)))
