"""Cuts through time: the row or column under the cursor, with time running down."""

from enum import StrEnum

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetrics, QImage, QMouseEvent, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QSizePolicy, QWidget

from core.clip import Clip
from core.display.slices import time_slice_x, time_slice_y
from gui import qimage
from gui.widgets.marks import Mark, paint_marks


class Cut(StrEnum):
    """Which axis stays beside time."""

    X = "x"
    Y = "y"


class SliceView(QWidget):
    """The x–t or y–t slice of the clip at the cursor; a slanted line in it is a motion, its slope a speed.

    Signals
    -------
    frame_requested(int)
        The person clicked at a time.
    """

    frame_requested = Signal(int)

    def __init__(self, cut: Cut, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._cut = cut
        self._clip: Clip | None = None
        self._line = 0
        self._frame = 0
        self._inset = 0.0
        self._marks: tuple[Mark, ...] = ()
        self._made: tuple[tuple[int, int, int, int], QImage] | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMaximumHeight(280)
        other = "row" if cut is Cut.X else "column"
        self.setToolTip(
            f"{cut}–t slice: one {other} of the picture at every time, time runs down. "
            "A slanted line is a motion; its slope is the speed. Click to go to a frame."
        )
        self.setAccessibleName(f"{cut}–t slice")

    @property
    def line(self) -> int:
        """The row or column that is cut."""
        return self._line

    @property
    def inset(self) -> float:
        """The logical pixels that are free at both sides."""
        return self._inset

    def set_clip(self, clip: Clip | None) -> None:
        """Cut another clip, through its middle at first."""
        same_size = (
            clip is not None and self._clip is not None and clip.frames.shape == self._clip.frames.shape
        )
        self._clip = clip
        self._made = None
        if clip is not None and not same_size:
            self._line = (clip.height if self._cut is Cut.X else clip.width) // 2
        self.update()

    def set_line(self, line: int) -> None:
        """Cut at another row (x–t) or column (y–t) of the clip."""
        if line != self._line:
            self._line = line
            self.update()

    def set_clip_frame(self, frame: int) -> None:
        """Mark the playhead's time."""
        if frame != self._frame:
            self._frame = frame
            self.update()

    def set_marks(self, marks: tuple[Mark, ...]) -> None:
        """Draw boxes whose corners are (t, x) or (t, y)."""
        if marks != self._marks:
            self._marks = marks
            self.update()

    def set_inset(self, inset: float) -> None:
        """Leave so many logical pixels free at both sides: x stands under x of the picture above."""
        if inset != self._inset:
            self._inset = inset
            self.update()

    def _picture_rect(self) -> QRectF:
        top = QFontMetrics(self.font()).height() + 2
        return QRectF(self._inset, top, max(self.width() - 2 * self._inset, 1), max(self.height() - top, 1))

    def _slice(self, size: QSize) -> QImage:
        """Return the cut at a size; it stays the same while the film plays."""
        assert self._clip is not None
        key = (id(self._clip), self._line, size.width(), size.height())
        if self._made is None or self._made[0] != key:
            cut = time_slice_x if self._cut is Cut.X else time_slice_y
            picture = qimage.from_rgb(cut(self._clip.frames, self._line))
            self._made = (key, qimage.fitted(picture, size, smooth=False))
        return self._made[1]

    # Qt overrides

    def sizeHint(self) -> QSize:
        """Return room for a caption and sixteen rows that can be told apart."""
        return QSize(160, QFontMetrics(self.font()).height() + 2 + 64)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Go to the time that was clicked."""
        if self._clip is not None:
            rect = self._picture_rect()
            share = (event.position().y() - rect.top()) / rect.height()
            self.frame_requested.emit(min(max(int(share * len(self._clip)), 0), len(self._clip) - 1))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """End the click here."""
        event.accept()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint caption, slice and the playhead's line."""
        painter = QPainter(self)
        rect = self._picture_rect()
        painter.fillRect(rect, self.palette().color(QPalette.ColorRole.Shadow))
        if self._clip is None:
            return
        painter.setPen(self.palette().color(QPalette.ColorRole.PlaceholderText))
        fixed = "y" if self._cut is Cut.X else "x"
        title, axes = f"{self._cut}–t at {fixed} = {self._line}", f"{self._cut} →  t ↓"
        metrics = QFontMetrics(self.font())
        painter.drawText(QPointF(0, metrics.ascent()), title)
        if metrics.horizontalAdvance(f"{title}   {axes}") < self.width():
            painter.drawText(QRectF(0, 0, self.width(), rect.top()), int(Qt.AlignmentFlag.AlignRight), axes)
        ratio = self.devicePixelRatioF()
        size = QSize(round(rect.width() * ratio), round(rect.height() * ratio))
        painter.drawImage(rect, self._slice(size))
        height = rect.height() / len(self._clip)
        row = QRectF(rect.left(), rect.top() + self._frame * height, rect.width(), height)
        for colour, inset in ((QColor(0, 0, 0, 200), 0.0), (QColor(255, 255, 255, 230), 1.0)):
            _paint_frame(painter, row.adjusted(inset, inset, -inset, -inset), colour)
        beside = self._clip.width if self._cut is Cut.X else self._clip.height
        paint_marks(painter, rect, QSize(beside, len(self._clip)), self._marks, 0)
        painter.end()


def _paint_frame(painter: QPainter, box: QRectF, colour: QColor) -> None:
    """Paint a frame one pixel wide: four strips are many times quicker than a pen with alpha."""
    painter.fillRect(QRectF(box.left(), box.top(), box.width(), 1), colour)
    painter.fillRect(QRectF(box.left(), box.bottom() - 1, box.width(), 1), colour)
    painter.fillRect(QRectF(box.left(), box.top() + 1, 1, box.height() - 2), colour)
    painter.fillRect(QRectF(box.right() - 1, box.top() + 1, 1, box.height() - 2), colour)
