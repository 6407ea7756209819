"""The input frames that a response sees, side by side, each with the box of the receptive field."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QBrush, QFontMetricsF, QMouseEvent, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QSizePolicy, QWidget

from gui.films import Film, PictureCache
from gui.widgets.controls import describe
from gui.widgets.figure import small
from gui.widgets.marks import Mark, paint_marks

GAP = 6.0
TIP = (
    "The frames of the clip that the kernel lies on, with the box of what it sees. Click on one to show it. "
    "Hatched: outside the clip."
)


@dataclass(frozen=True, slots=True)
class StripFrame:
    """One frame under the kernel.

    Parameters
    ----------
    frame
        The clip's own frame that is shown, or None where padding counts 0.
    title
        What stands under it.
    padded
        Whether it lies outside the clip.
    """

    frame: int | None
    title: str
    padded: bool = False


class FrameStrip(QWidget):
    """Whole frames, small, in as many rows as make them largest.

    Signals
    -------
    frame_requested(int)
        The person clicked on a frame of the clip.
    """

    frame_requested = Signal(int)

    def __init__(self, cache: PictureCache, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._cache = cache
        self._film: Film | None = None
        self._frames: Sequence[StripFrame] = ()
        self._marks: tuple[Mark, ...] = ()
        self._playhead = 0
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setObjectName("frame_strip")
        describe(self, "Frames under the kernel", TIP)

    @property
    def frames(self) -> Sequence[StripFrame]:
        """What is shown."""
        return self._frames

    @property
    def marks(self) -> tuple[Mark, ...]:
        """The boxes, drawn on every frame."""
        return self._marks

    def set_film(self, film: Film | None) -> None:
        """Take frames from another film; without one there are none."""
        if film is not self._film:
            if self._film is not None:
                self._cache.forget(self._film)
            self._film = film
            if film is None:
                self._frames, self._marks = (), ()
            self.update()

    def set_frames(self, frames: Sequence[StripFrame], marks: tuple[Mark, ...]) -> None:
        """Show other frames, or boxes elsewhere."""
        self._frames, self._marks = frames, marks
        self.setAccessibleDescription(", ".join(frame.title for frame in frames))
        self.update()

    def set_clip_frame(self, frame: int) -> None:
        """Underline the frame that the playhead shows."""
        if frame != self._playhead:
            self._playhead = frame
            self.update()

    # Geometry

    def _grid(self) -> tuple[int, QSize]:
        """Return how many stand in a row, and the size of each picture."""
        assert self._film is not None
        size, count = self._film.size, len(self._frames)
        line = QFontMetricsF(small(self.font())).height() + 2
        best, columns = QSize(1, 1), 1
        for across in range(1, count + 1):
            rows = -(-count // across)
            room = QSize(
                max(int((self.width() - GAP * (across - 1)) / across), 1),
                max(int((self.height() - GAP * (rows - 1)) / rows - line), 1),
            )
            fitted = size.scaled(room, Qt.AspectRatioMode.KeepAspectRatio)
            if fitted.width() > best.width():
                best, columns = fitted, across
        return columns, best

    def picture_rects(self) -> list[QRectF]:
        """Return where each frame is."""
        if self._film is None or not self._frames:
            return []
        columns, size = self._grid()
        line = QFontMetricsF(small(self.font())).height() + 2
        return [
            QRectF(
                (n % columns) * (size.width() + GAP),
                (n // columns) * (size.height() + line + GAP),
                max(size.width(), 1),
                max(size.height(), 1),
            )
            for n in range(len(self._frames))
        ]

    # Qt overrides

    def sizeHint(self) -> QSize:
        """Return a size at which a few frames can be told apart."""
        return QSize(360, 120)

    def minimumSizeHint(self) -> QSize:
        """Say how small it may get."""
        return QSize(80, 50)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Go to the frame that was clicked."""
        for rect, each in zip(self.picture_rects(), self._frames, strict=True):
            if rect.contains(event.position()) and each.frame is not None:
                self.frame_requested.emit(each.frame)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the frames, what is outside the clip, and the boxes."""
        painter = QPainter(self)
        painter.setFont(small(self.font()))
        for rect, each in zip(self.picture_rects(), self._frames, strict=True):
            self._paint_frame(painter, rect, each)
        painter.end()

    def _paint_frame(self, painter: QPainter, rect: QRectF, each: StripFrame) -> None:
        assert self._film is not None
        palette, ratio = self.palette(), self.devicePixelRatioF()
        painter.fillRect(rect, palette.color(QPalette.ColorRole.Shadow))
        if each.frame is not None:
            size = (rect.size() * ratio).toSize()
            painter.drawImage(rect, self._cache.picture(self._film, each.frame, size))
        if each.padded:
            hatch = QBrush(palette.color(QPalette.ColorRole.PlaceholderText), Qt.BrushStyle.BDiagPattern)
            painter.fillRect(rect, hatch)
        paint_marks(painter, rect, self._film.size, self._marks, 0)
        line = QFontMetricsF(painter.font())
        current = each.frame == self._playhead and not each.padded
        role = QPalette.ColorRole.WindowText if current else QPalette.ColorRole.PlaceholderText
        painter.setPen(palette.color(role))
        title = line.elidedText(each.title, Qt.TextElideMode.ElideRight, rect.width() + GAP)
        painter.drawText(QPointF(rect.left(), rect.bottom() + line.ascent() + 1), title)
        if current:
            bar = QRectF(rect.left(), rect.bottom() - 2, rect.width(), 3)
            painter.fillRect(bar, palette.color(QPalette.ColorRole.Highlight))
