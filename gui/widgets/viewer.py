"""A viewer: one film, fitted into the widget, following the playhead it is told."""

from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QFontMetrics,
    QImage,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPalette,
    QResizeEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from gui.films import Film, PictureCache
from gui.widgets.marks import Mark, paint_marks
from gui.widgets.no_frame import no_frame_picture
from gui.widgets.overlays import paint_arrow, paint_border, paint_cross, paint_message

CAPTION_GAP = 4


class Viewer(QWidget):
    """Shows one film at the clip frame it is told, or says why there is nothing to see.

    Signals
    -------
    hovered(object)
        Position under the mouse as (y, x) in working-clip pixels, or None when it leaves.
    value_changed(str)
        Text for the value under the cursor, "" when the cursor is elsewhere.
    clicked(), enlarged()
        Single and double click (Return works too).
    pointed(object), picked(object)
        The film's own voxel (t, y, x) under the mouse, or None; where it was clicked.
    resized()
        Its picture may be elsewhere now.
    """

    hovered = Signal(object)
    value_changed = Signal(str)
    clicked = Signal()
    enlarged = Signal()
    pointed = Signal(object)
    picked = Signal(object)
    resized = Signal()

    def __init__(self, cache: PictureCache, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._cache = cache
        self._film: Film | None = None
        self._caption = ""
        self._message = ""
        self._frame = 0
        self._stale = False
        self._selected = False
        self._mouse: QPointF | None = None
        self._cross: tuple[float, float] | None = None
        self._arrow: tuple[float, str] | None = None
        self._marks: tuple[Mark, ...] = ()
        self._hint = ""
        # Worked out when size, film or font change: a playing film asks for them 60 times a second.
        self._rect: QRectF | None = None
        self._ratio = 1.0
        self._blank: tuple[object, QImage] | None = None
        self._shown = (0, False)
        self._head_height: int | None = None
        self._head_text = self._head_end = ""
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)

    @property
    def film(self) -> Film | None:
        """What is shown."""
        return self._film

    @property
    def caption(self) -> str:
        """The line over the picture."""
        return self._caption

    @property
    def message(self) -> str:
        """What is said instead of a picture."""
        return self._message

    @property
    def shown_frame(self) -> tuple[int, bool]:
        """The film's own frame on the screen, and whether the film really has one for the playhead."""
        return self._shown

    def set_film(self, film: Film | None) -> None:
        """Show another film; the old one's pictures are dropped."""
        if self._film is not None and self._film is not film:
            self._cache.forget(self._film)
        old, self._film = self._film, film
        self._stale = False
        if old is None or film is None or old.size != film.size:
            self._rect = None
        self._find_shown()
        self.update()
        self._tell_value()

    def _find_shown(self) -> None:
        self._shown = self._film.at(self._frame) if self._film is not None else (0, False)

    def set_caption(self, text: str) -> None:
        """Set the line over the picture."""
        self._caption = text
        self._forget_geometry()
        self.setAccessibleName(text)
        self._tell_arrow()
        self.update()

    def set_message(self, text: str) -> None:
        """Say something where there is no picture ("computing…")."""
        self._message = text
        self.update()

    def set_clip_frame(self, frame: int) -> None:
        """Follow the playhead."""
        if frame == self._frame:
            return
        before = self._shown
        self._frame = frame
        self._find_shown()
        if self._shown != before:
            self.update(self._repainted())
            self._tell_value()

    def set_stale(self, stale: bool) -> None:
        """Fade what is shown: a newer result is on its way."""
        if stale != self._stale:
            self._stale = stale
            self.update()

    def set_selected(self, selected: bool) -> None:
        """Mark the viewer as the one the filter panel is about."""
        if selected != self._selected:
            self._selected = selected
            self.update()

    def set_hint(self, text: str) -> None:
        """Set what the tooltip says after the name, which may be cut off over the picture, and the arrow."""
        self._hint = text
        self._tell_arrow()

    def set_arrow(self, direction: float | None, text: str = "") -> None:
        """Draw a small arrow in the corner of the picture, or none.

        Parameters
        ----------
        direction
            Degrees on the screen: 0 right, 90 down.
        text
            The speed ("1.2 px/frame"): beside the caption where there is room, and in the tooltip.
        """
        arrow = (direction, text) if direction is not None else None
        if arrow != self._arrow:
            self._arrow = arrow
            self._forget_geometry()
            self._tell_arrow()
            self.update()

    @property
    def arrow(self) -> tuple[float, str] | None:
        """Direction in degrees and text of the arrow, if there is one."""
        return self._arrow

    def _tell_arrow(self) -> None:
        sentence = ""
        if self._arrow is not None:
            direction, text = self._arrow
            sentence = f"Prefers motion towards {round(direction) % 360}° (0° is right, 90° down)"
            sentence += f", {text}." if text else "."
        self.setAccessibleDescription(sentence)
        self.setToolTip("\n".join(part for part in (self._caption, sentence, self._hint) if part))

    def set_cross(self, position: tuple[float, float] | None) -> None:
        """Draw the shared cursor at (y, x) of the working clip, or none."""
        if position != self._cross:
            self._cross = position
            self.update(self._repainted())

    def set_marks(self, marks: tuple[Mark, ...]) -> None:
        """Draw boxes, in the film's own voxels, over the picture."""
        if marks != self._marks:
            self._marks = marks
            self.update(self._repainted())

    # Geometry

    def caption_height(self) -> int:
        """Return the height of the line over the picture."""
        if self._head_height is None:
            metrics = QFontMetrics(self.font())
            self._head_height = metrics.height() + CAPTION_GAP if self._caption else 0
            mode = Qt.TextElideMode.ElideRight
            room = self.width() - 12
            self._head_text = metrics.elidedText(self._caption, mode, room)
            speed = self._arrow[1] if self._arrow is not None else ""
            both = metrics.horizontalAdvance(f"{self._caption}   {speed}")
            self._head_end = speed if both <= room else ""
        return self._head_height

    def _forget_geometry(self) -> None:
        self._rect = None
        self._head_height = None

    def _repainted(self) -> QRect:
        """Return what changes from frame to frame."""
        return self.picture_rect().toAlignedRect()

    def _picture_area(self) -> QRectF:
        """Return where pictures may be: the widget less border and caption."""
        top = self.caption_height()
        return QRectF(self.rect()).adjusted(2, 2 + top, -2, -2)

    def picture_rect(self) -> QRectF:
        """Return where the picture is, in device-exact logical pixels; never stretched."""
        if self._rect is None:
            self._rect = self._find_rect()
        return self._rect

    def _find_rect(self) -> QRectF:
        area = self._picture_area()
        if self._film is None or area.width() < 1 or area.height() < 1:
            return area
        ratio = self.devicePixelRatioF()
        room = QSize(int(area.width() * ratio), int(area.height() * ratio))
        size = self._film.size.scaled(room, Qt.AspectRatioMode.KeepAspectRatio)
        left = round((area.left() * ratio) + (room.width() - size.width()) / 2)
        top = round((area.top() * ratio) + (room.height() - size.height()) / 2)
        return QRectF(left / ratio, top / ratio, max(size.width(), 1) / ratio, max(size.height(), 1) / ratio)

    def _voxel_under(self, point: QPointF) -> tuple[int, int] | None:
        """Return (y, x) of the film's voxel at a point of the widget."""
        if self._film is None:
            return None
        rect = self.picture_rect()
        if not rect.contains(point):
            return None
        size = self._film.size
        x = int((point.x() - rect.left()) * size.width() / rect.width())
        y = int((point.y() - rect.top()) * size.height() / rect.height())
        return min(max(y, 0), size.height() - 1), min(max(x, 0), size.width() - 1)

    def place_under_mouse(self) -> tuple[int, int, int] | None:
        """Return the film's own voxel (t, y, x) under the mouse, or None where there is none."""
        voxel = self._voxel_under(self._mouse) if self._mouse is not None else None
        frame, inside = self.shown_frame
        return (frame, *voxel) if voxel is not None and inside else None

    def value_text(self) -> str:
        """Return "(t,y,x) = value" under the mouse, or "" where there is none."""
        place = self.place_under_mouse()
        return self._film.value_text(*place) if self._film is not None and place is not None else ""

    def _tell_value(self) -> None:
        if self._mouse is not None:
            self.value_changed.emit(self.value_text())
            self.pointed.emit(self.place_under_mouse())

    # Qt overrides

    def sizeHint(self) -> QSize:
        """Return a size at which a frame can be read."""
        return QSize(320, 240 + self.caption_height())

    def minimumSizeHint(self) -> QSize:
        """Return the smallest size that still shows something."""
        return QSize(64, 48)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Find the places for caption and picture anew."""
        self._forget_geometry()
        super().resizeEvent(event)
        self.resized.emit()

    def changeEvent(self, event: QEvent) -> None:
        """Follow another font or another screen."""
        self._forget_geometry()
        super().changeEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Tell the value and the place under the mouse."""
        self._mouse = event.position()
        voxel = self._voxel_under(self._mouse)
        if voxel is None or self._film is None:
            self.hovered.emit(None)
        else:
            self.hovered.emit(self._film.to_working(*voxel))
        self._tell_value()

    def leaveEvent(self, event: QEvent) -> None:
        """Forget the mouse."""
        self._mouse = None
        self.hovered.emit(None)
        self.value_changed.emit("")
        self.pointed.emit(None)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Select on the left button."""
        if event.button() is Qt.MouseButton.LeftButton:
            self.clicked.emit()
            self._mouse = event.position()
            if (place := self.place_under_mouse()) is not None:
                self.picked.emit(place)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """End the click here: nobody below should take it for one of his own."""
        event.accept()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Enlarge, or go back."""
        if event.button() is Qt.MouseButton.LeftButton:
            self.enlarged.emit()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Leave the menu to whoever arranges the viewers."""
        self.clicked.emit()
        event.ignore()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint caption, picture, what is missing, and the cursor."""
        if self.devicePixelRatioF() != self._ratio:  # moved to another screen
            self._ratio = self.devicePixelRatioF()
            self._forget_geometry()
        painter = QPainter(self)
        if not self.picture_rect().toAlignedRect().contains(event.rect()) or not self._covered():
            painter.fillRect(event.rect(), self.palette().color(QPalette.ColorRole.Shadow))
            if self._caption:
                self._paint_caption(painter)
            if self._selected:
                paint_border(painter, self.rect(), self.palette().color(QPalette.ColorRole.Highlight))
        if not self.picture_rect().isEmpty():  # else there is room for the caption at most
            self._paint_picture(painter)
        painter.end()

    def _covered(self) -> bool:
        """Whether a whole, opaque picture will be painted."""
        return self._film is not None and not self._stale and self.shown_frame[1]

    def _paint_caption(self, painter: QPainter) -> None:
        painter.setPen(self.palette().color(QPalette.ColorRole.WindowText))
        box = QRect(6, 2, self.width() - 12, self.caption_height() - 2)
        painter.drawText(
            box, int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft), self._head_text
        )
        if self._head_end:
            painter.setPen(self.palette().color(QPalette.ColorRole.PlaceholderText))
            painter.drawText(
                box, int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight), self._head_end
            )

    def _paint_picture(self, painter: QPainter) -> None:
        rect = self.picture_rect()
        if self._film is None:
            paint_message(painter, rect, self.palette(), self._message)
            return
        frame, inside = self.shown_frame
        if not inside:
            self._paint_no_frame(painter, rect)
            return
        ratio = self.devicePixelRatioF()
        size = QSize(round(rect.width() * ratio), round(rect.height() * ratio))
        image = self._cache.picture(self._film, frame, size)
        if self._stale:
            painter.setOpacity(0.35)
        painter.drawImage(rect, image)
        painter.setOpacity(1.0)
        if self._stale and self._message:
            paint_message(painter, rect, self.palette(), self._message)
        if self._arrow is not None:
            paint_arrow(painter, rect, self._arrow[0])
        paint_marks(painter, rect, self._film.size, self._marks, frame)
        self._paint_cross(painter, rect)

    def _paint_no_frame(self, painter: QPainter, rect: QRectF) -> None:
        assert self._film is not None
        font, palette, reason = self.font(), self.palette(), self._film.absence
        key = (rect.size().toTuple(), self._ratio, palette.cacheKey(), font.key(), reason)
        if self._blank is None or self._blank[0] != key:
            picture = no_frame_picture(rect.size(), self._ratio, font, palette, reason)
            self._blank = (key, picture)
        painter.drawImage(rect.topLeft(), self._blank[1])

    def _paint_cross(self, painter: QPainter, rect: QRectF) -> None:
        if self._cross is None or self._film is None:
            return
        size = self._film.size
        y, x = (place + 0.5 for place in self._film.from_working(*self._cross))
        if not (0 <= y <= size.height() and 0 <= x <= size.width()):
            return
        centre = QPointF(
            rect.left() + x * rect.width() / size.width(), rect.top() + y * rect.height() / size.height()
        )
        paint_cross(painter, centre)
