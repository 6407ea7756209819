"""A stimulus that plays while it is being adjusted: each frame is computed when it is due."""

import time
from collections.abc import Callable
from math import sqrt

from PySide6.QtCore import QRectF, QSize, QSizeF, Qt, QTimer, Slot
from PySide6.QtGui import QHideEvent, QImage, QPainter, QPaintEvent, QPalette, QShowEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from core.playback import Playhead
from core.sources.synthetic import StimulusSource
from gui.qimage import from_rgb

MOST_PIXELS = 320 * 240  # a frame is computed in a few milliseconds; of a larger one a part is shown
SHORTEST_MS = 15


class StimulusPreview(QWidget):
    """Plays a stimulus in a loop, at its own rate, as long as it is to be seen."""

    def __init__(self, parent: QWidget | None = None, clock: Callable[[], int] = time.monotonic_ns) -> None:
        super().__init__(parent)
        self._clock = clock
        self._head = Playhead()
        self._source: StimulusSource | None = None
        self._frame = -1
        self._image: QImage | None = None
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.tick)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName("Preview of the stimulus")

    @property
    def playing(self) -> bool:
        """Whether the timer waits for the next frame."""
        return self._timer.isActive()

    @property
    def frame(self) -> int:
        """The frame that is shown."""
        return self._frame

    @property
    def image(self) -> QImage | None:
        """The picture that is shown."""
        return self._image

    @property
    def source(self) -> StimulusSource | None:
        """What is played: the stimulus, or a smaller one like it."""
        return self._source

    def set_source(self, source: StimulusSource) -> None:
        """Play another stimulus; the film goes on at the frame where it is."""
        now = self._clock()
        values = source.values
        width, height = part_of(int(values["width"]), int(values["height"]))
        self._source = StimulusSource(source.name, **{**values, "width": width, "height": height})
        count = int(values["frames"])
        self._head = Playhead(count, values["fps"], anchor_ns=now, anchor_step=max(self._frame, 0) % count)
        self._frame = -1
        if self.isVisible():
            self._head = self._head.played(now)
            self.tick()

    @Slot()
    def tick(self) -> None:
        """Show the frame that belongs to now and wait for the next."""
        now = self._clock()
        frame = self._head.frame_at(now)
        if self._source is not None and frame != self._frame:
            self._frame = frame
            self._image = from_rgb(self._source.frame(frame))
            self.update()
        if self._head.playing and self._head.count > 1:
            spent = (self._clock() - now) // 1_000_000
            wait = -((now - self._head.due_ns(now)) // 1_000_000) - spent
            # At most half of the time is spent on it: the form stays quick, the film drops frames.
            self._timer.start(max(wait, spent, SHORTEST_MS))

    def picture_rect(self) -> QRectF:
        """Return where the picture is: each pixel enlarged a whole number of times, or all made smaller."""
        area = QRectF(self.rect())
        if self._image is None:
            return area
        ratio = self.devicePixelRatioF()
        size = QSizeF(self._image.size()) / ratio
        times = int(min(area.width() / size.width(), area.height() / size.height()))
        size = size * times if times else size.scaled(area.size(), Qt.AspectRatioMode.KeepAspectRatio)
        left = round((area.width() - size.width()) / 2 * ratio) / ratio
        top = round((area.height() - size.height()) / 2 * ratio) / ratio
        return QRectF(left, top, max(size.width(), 1.0), max(size.height(), 1.0))

    # Qt overrides

    def sizeHint(self) -> QSize:
        """Ask for the usual size of a stimulus."""
        return QSize(320, 240)

    def minimumSizeHint(self) -> QSize:
        """Say how small it may get."""
        return QSize(160, 120)

    def showEvent(self, event: QShowEvent) -> None:
        """Play."""
        super().showEvent(event)
        self._head = self._head.played(self._clock())
        self.tick()

    def hideEvent(self, event: QHideEvent) -> None:
        """Compute nothing that nobody sees."""
        self._timer.stop()
        self._head = self._head.paused(self._clock())
        super().hideEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the picture; pixels that are enlarged stay sharp."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), self.palette().color(QPalette.ColorRole.Shadow))
        if self._image is not None:
            rect = self.picture_rect()
            smaller = rect.width() * self.devicePixelRatioF() < self._image.width()
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, smaller)
            painter.drawImage(rect, self._image)
        painter.end()


def part_of(width: int, height: int) -> tuple[int, int]:
    """Return the size of the part of a frame that is shown, in its proportions."""
    shrink = min(sqrt(MOST_PIXELS / (width * height)), 1.0)
    return max(int(width * shrink), 1), max(int(height * shrink), 1)
