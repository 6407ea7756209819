"""The live preview: the camera's picture, or a word about why there is none."""

from PySide6.QtCore import QRect, QRectF, QSize, QSizeF, Qt
from PySide6.QtGui import QColor, QFont, QImage, QPainter, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from core.recorder import RecorderState, RecorderStatus
from gui.theme import colours
from gui.widgets.icons import paint_icon

NO_CAMERA = "No camera chosen.\nPick one above to see yourself here, then press Record."
IDLE = RecorderStatus(RecorderState.IDLE)
EMPTY_HEIGHT = 100
# At 1280 x 800 everything down to the button for new filters is to be seen beside a camera's picture.
TALLEST = 172
MARGIN = 8.0
TEXT_FLAGS = Qt.AlignmentFlag.AlignCenter.value | Qt.TextFlag.TextWordWrap.value


class PreviewView(QWidget):
    """Shows the newest frame with its proportions, and over it countdown, recording and trouble."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._image: QImage | None = None
        self._message = NO_CAMERA
        self._status = IDLE
        policy = QSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.setAccessibleName("Live preview")
        self.setToolTip("What the camera sees now; a recording is exactly this")

    @property
    def image(self) -> QImage | None:
        """The frame that is shown."""
        return self._image

    @property
    def message(self) -> str:
        """The sentence that is shown, or ""."""
        return self._message

    @property
    def status(self) -> RecorderStatus:
        """The recording that is shown over the picture."""
        return self._status

    def set_image(self, image: QImage | None) -> None:
        """Show a frame; None goes back to the message."""
        before = self._aspect()
        self._image = image if image is not None and not image.isNull() else None
        if self._aspect() != before:
            self.updateGeometry()
        self.update()

    def set_message(self, text: str) -> None:
        """Show a sentence: instead of a picture, or below one that has stopped. "" takes it away."""
        if text != self._message:
            self._message = text
            self.setAccessibleDescription(text)
            self.update()

    def set_status(self, status: RecorderStatus) -> None:
        """Show the countdown or the progress of a recording over the picture."""
        if status != self._status:
            self._status = status
            self.update()

    def picture_rect(self) -> QRectF:
        """Return where the picture is: as large as fits, never stretched."""
        if self._image is None:
            return QRectF(self.rect())
        size = QSizeF(self._image.size()).scaled(QSizeF(self.size()), Qt.AspectRatioMode.KeepAspectRatio)
        rect = QRectF(0, 0, size.width(), size.height())
        rect.moveCenter(QRectF(self.rect()).center())
        return rect

    def _aspect(self) -> float | None:
        return self._image.height() / self._image.width() if self._image is not None else None

    # Painting

    def _paint_message(self, painter: QPainter) -> None:
        """Paint the sentence where there is no picture."""
        palette = self.palette()
        color = palette.color(QPalette.ColorRole.PlaceholderText)
        text = self._message or NO_CAMERA
        box = QRectF(self.rect()).adjusted(MARGIN, MARGIN, -MARGIN, -MARGIN)
        needed = _text_height(painter, box.width(), text)
        icon = 26.0
        top = box.center().y() - (icon + 6 + needed) / 2
        paint_icon(painter, "camera", QRectF(box.left(), top, box.width(), icon), color)
        painter.setPen(color)
        painter.drawText(QRectF(box.left(), top + icon + 6, box.width(), needed), TEXT_FLAGS, text)

    def _paint_strip(self, painter: QPainter, rect: QRectF) -> None:
        """Paint the sentence over a picture that no longer lives, which fades."""
        painter.fillRect(rect, QColor(0, 0, 0, 120))
        room = rect.adjusted(MARGIN, MARGIN, -MARGIN, -MARGIN)
        needed = _text_height(painter, room.width(), self._message)
        strip = QRectF(rect.left(), rect.bottom() - needed - 2 * MARGIN, rect.width(), needed + 2 * MARGIN)
        painter.fillRect(strip, QColor(0, 0, 0, 170))
        painter.setPen(QColor(255, 255, 255))
        painter.drawText(strip.adjusted(MARGIN, 0, -MARGIN, 0), TEXT_FLAGS, self._message)

    def _paint_countdown(self, painter: QPainter, rect: QRectF) -> None:
        """Paint the seconds that are left, large, readable over any picture."""
        side = min(rect.width(), rect.height()) * 0.6
        disc = QRectF(0, 0, side, side)
        disc.moveCenter(rect.center())
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(0, 0, 0, 140))
        painter.drawEllipse(disc)
        font = QFont(self.font())
        font.setPixelSize(max(int(side * 0.62), 8))
        font.setBold(True)
        painter.setFont(font)
        painter.setPen(QColor(255, 255, 255))
        painter.drawText(disc, int(Qt.AlignmentFlag.AlignCenter), str(self._status.remaining_s))
        painter.setFont(self.font())

    def _paint_recording(self, painter: QPainter, rect: QRectF) -> None:
        """Paint the red frame and dot, and how much of the clip is there."""
        red = QColor(colours().record)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(red, 3.0))
        painter.drawRect(rect.adjusted(1.5, 1.5, -1.5, -1.5))
        status = self._status
        warming = status.state is RecorderState.WARMING
        text = "getting ready" if warming else f"REC {status.captured} of {status.total}"
        metrics = painter.fontMetrics()
        plate = QRectF(
            rect.left() + 8, rect.top() + 8, metrics.horizontalAdvance(text) + 32, metrics.height() + 8
        )
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(0, 0, 0, 160))
        painter.drawRoundedRect(plate, 4, 4)
        painter.setBrush(red)
        painter.drawEllipse(QRectF(plate.left() + 8, plate.center().y() - 5, 10, 10))
        painter.setPen(QColor(255, 255, 255))
        painter.drawText(plate.adjusted(24, 0, 0, 0), int(Qt.AlignmentFlag.AlignVCenter), text)
        share = status.captured / status.total if status.total else 0.0
        bar = QRectF(rect.left(), rect.bottom() - 6, rect.width(), 6)
        painter.fillRect(bar, QColor(0, 0, 0, 160))
        painter.fillRect(QRectF(bar.left(), bar.top(), bar.width() * share, bar.height()), red)

    # Qt overrides

    def hasHeightForWidth(self) -> bool:
        """Tell that the height follows from the width."""
        return True

    def heightForWidth(self, width: int) -> int:
        """Return the height of the picture at a width; without one, enough for a sentence."""
        aspect = self._aspect()
        return EMPTY_HEIGHT if aspect is None else min(max(round(width * aspect), 40), TALLEST)

    def sizeHint(self) -> QSize:
        """Ask for the width of a panel."""
        return QSize(226, self.heightForWidth(226))

    def minimumSizeHint(self) -> QSize:
        """Say how small it may get."""
        return QSize(80, 60)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint ground, picture, and what lies over it."""
        painter = QPainter(self)
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        ground = self.palette().color(QPalette.ColorRole.Shadow)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(ground)
        painter.drawRoundedRect(QRectF(self.rect()), 4, 4)
        rect = self.picture_rect()
        if self._image is None:
            self._paint_message(painter)
        else:
            painter.drawImage(rect, self._image)
            if self._message:
                self._paint_strip(painter, rect)
        if self._status.state is RecorderState.COUNTDOWN:
            self._paint_countdown(painter, rect)
        elif self._status.state in (RecorderState.WARMING, RecorderState.RECORDING):
            self._paint_recording(painter, rect)
        painter.end()


def _text_height(painter: QPainter, width: float, text: str) -> float:
    """Return the height of a text that is wrapped at a width."""
    room = QRect(0, 0, max(int(width), 1), 4000)
    return float(painter.fontMetrics().boundingRect(room, TEXT_FLAGS, text).height()) + 1.0
