"""The picture of a kernel that slides, as large as there is room; `core.display.slide_film` draws it."""

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QImage, QMouseEvent, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QSizePolicy, QWidget

from core.analysis.slide import Slide
from core.display.canvas import DARK, LIGHT, Inks
from core.display.slide_film import SlideLook, SlidePicture
from core.display.slide_layout import LEAST
from gui.qimage import from_rgb
from gui.widgets.overlays import paint_message


class SlideView(QWidget):
    """Shows one step of a slide, or a sentence; sharp at every scale of the screen, light and dark.

    Signals:
        step_picked: a click on an output: on the map, or on the output over time.
        place_picked: a click on a large frame; a place (y, x) of the clip.
    """

    step_picked = Signal(int)
    place_picked = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._slide: Slide | None = None
        self._look: SlideLook | None = None
        self._message = ""
        self._step = 0
        self._picture: SlidePicture | None = None
        self._image: QImage | None = None
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName("sliding kernel")
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setMouseTracking(True)

    @property
    def slide(self) -> Slide | None:
        """What is shown, if anything."""
        return self._slide

    @property
    def step(self) -> int:
        """Which step of it."""
        return self._step

    @property
    def image(self) -> QImage | None:
        """The picture of the step as it was painted last."""
        return self._image

    def set_slide(self, slide: Slide, look: SlideLook, step: int) -> None:
        """Show another slide."""
        self._slide, self._look, self._step, self._message = slide, look, step, ""
        self._forget()

    def set_message(self, message: str) -> None:
        """Show a sentence instead."""
        self._slide, self._look, self._message = None, None, message
        self.setAccessibleDescription(message)
        self._forget()

    @Slot(int)
    def set_step(self, step: int) -> None:
        """Show another step."""
        if step != self._step:
            self._step, self._image = step, None
            self.update()

    def _forget(self) -> None:
        self._picture = self._image = None
        self.update()

    def _drawn(self) -> QImage | None:
        """Return the picture of the step for the size of the widget, drawn now if need be."""
        if self._slide is None or self._look is None:
            return None
        ratio = self.devicePixelRatioF()
        size = round(self.width() * ratio), round(self.height() * ratio)
        size = max(size[0], LEAST[0]), max(size[1], LEAST[1])
        if self._picture is None or self._picture.size != size:
            self._picture = SlidePicture(self._slide, self._look.on(self._inks()), *size)
            self._image = None
        if self._image is None:
            self._image = from_rgb(self._picture.draw(self._step))
        return self._image

    def _inks(self) -> Inks:
        """Return paper and letters that fit the theme."""
        dark = self.palette().color(QPalette.ColorRole.Window).lightness() < 128
        return DARK if dark else LIGHT

    def _pixel(self, at: QPointF) -> tuple[float, float]:
        """Return the pixel of the picture at a point of the widget."""
        width, height = self._picture.size if self._picture is not None else (1, 1)
        return at.x() / max(self.width(), 1) * width, at.y() / max(self.height(), 1) * height

    # Qt overrides

    def sizeHint(self) -> QSize:
        """Ask for the size at which the picture is drawn for slides."""
        return QSize(960, 540)

    def minimumSizeHint(self) -> QSize:
        """Say how small it may get."""
        return QSize(LEAST[0], LEAST[1])

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the picture, smaller than it was drawn only where the widget is smaller than can be read."""
        painter = QPainter(self)
        image = self._drawn()
        if image is None:
            painter.fillRect(self.rect(), self.palette().color(QPalette.ColorRole.Shadow))
            paint_message(painter, QRectF(self.rect()), self.palette(), self._message)
        else:
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            painter.drawImage(QRectF(self.rect()), image)
        painter.end()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Show a hand where a click goes somewhere."""
        picture, (x, y) = self._picture, self._pixel(event.position())
        goes = picture is not None and (
            picture.step_at(x, y, self._step) is not None or picture.place_at(x, y) is not None
        )
        self.setCursor(Qt.CursorShape.PointingHandCursor if goes else Qt.CursorShape.ArrowCursor)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Go to what was clicked."""
        picture, (x, y) = self._picture, self._pixel(event.position())
        if picture is None or event.button() is not Qt.MouseButton.LeftButton:
            event.ignore()
            return
        step, place = picture.step_at(x, y, self._step), picture.place_at(x, y)
        if step is not None:
            self.step_picked.emit(step)
        elif place is not None:
            self.place_picked.emit(place)

    def changeEvent(self, event: QEvent) -> None:
        """Follow another theme."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.StyleChange):
            self._forget()
