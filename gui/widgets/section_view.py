"""One section of a clip, a feature volume or a kernel: a picture with axes, a cursor, boxes and a ruler."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QImage, QMouseEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QWidget

from core.display.ruler import Point, Ruler
from core.display.sections import Extent
from core.display.slices import Plane
from gui.cuts import Cuts
from gui.widgets import section_paint as paint
from gui.widgets.marks import MarkKind, paint_box
from gui.widgets.ruler_handle import RulerHandle

Window = tuple[Extent, Extent]  # down, across
Box = tuple[Extent, Extent, MarkKind]

LEFT = 30  # room for the numbers beside the picture
NEAR = 6.0  # px: so near the mouse has hold of the ruler


class SectionView(QWidget):
    """Shows one section; it measures down and across in the coordinates of its window.

    Signals
    -------
    pointed(object)
        (down, across) under the mouse, or None.
    picked(object)
        The same on a left click.
    ruler_moved(object)
        The `Ruler` as a person wants it.
    """

    pointed = Signal(object)
    picked = Signal(object)
    ruler_moved = Signal(object)

    def __init__(self, plane: Plane, what: str, parent: QWidget | None = None) -> None:
        """Make a view; `what` it cuts is part of its name: "input", "kernel"."""
        super().__init__(parent)
        self.plane = plane
        self._cuts: Cuts | None = None
        self._index: int | None = None
        self._title, self._message, self._missing = plane.label, "", ""
        self._window: Window = (Extent(0, 1), Extent(0, 1))
        self._limits: Window = self._window
        self._cursor: Point | None = None
        self._boxes: tuple[Box, ...] = ()
        self._ruler: Ruler | None = None
        self._playhead: float | None = None
        self._made: tuple[tuple[object, ...], QImage] | None = None
        self._pushed: Point | None = None
        self._size: tuple[float, float] | None = None
        self._ends: tuple[RulerHandle, ...] = ()
        self.setMouseTracking(True)
        self.setAccessibleName(f"{plane.label} section of the {what}")

    # What is shown

    @property
    def index(self) -> int | None:
        """The frame, row or column that is cut, of the volume's own."""
        return self._index if self._cuts is not None else None

    @property
    def title(self) -> str:
        """The line over the picture."""
        return self._title

    @property
    def message(self) -> str:
        """What is said instead of a picture, if there is none."""
        if self._cuts is None:
            return self._message
        return self._missing if self._index is None else ""

    @property
    def seen(self) -> Window:
        """What is seen, (down, across)."""
        return self._window

    @property
    def limits(self) -> Window:
        """Where a ruler may lie, (down, across)."""
        return self._limits

    @property
    def boxes(self) -> tuple[Box, ...]:
        """The boxes over the picture."""
        return self._boxes

    @property
    def ruler(self) -> Ruler | None:
        """The ruler on the picture."""
        return self._ruler

    @property
    def ends(self) -> tuple[RulerHandle, ...]:
        """The two ends of a ruler that can be moved."""
        return self._ends

    def set_cuts(self, cuts: Cuts | None, message: str = "") -> None:
        """Cut something else, or say why there is nothing."""
        self._cuts, self._message = cuts, message
        if cuts is None:
            self._made = None
        self.update()

    def set_index(self, index: int | None, title: str, missing: str = "") -> None:
        """Cut elsewhere; None where there is nothing to cut, with the reason."""
        if (index, title, missing) != (self._index, self._title, self._missing):
            self._index, self._title, self._missing = index, title, missing
            self.update()

    def set_window(self, down: Extent, across: Extent, limits: Window | None = None) -> None:
        """Show this part; a ruler may be laid within the limits, which may be wider."""
        if (down, across) != self._window or (limits or (down, across)) != self._limits:
            self._window, self._limits = (down, across), limits or (down, across)
            self._place_ends()
            self.update()

    def set_picture_size(self, width: float, height: float) -> None:
        """Show the window at this size, in logical pixels; the rest of the view stays free."""
        if (width, height) != self._size:
            self._size = (width, height)
            self._place_ends()
            self.update()

    def set_cursor(self, place: Point | None) -> None:
        """Draw the lines of the shared cursor at (down, across), or none."""
        if place != self._cursor:
            self._cursor = place
            self.update()

    def set_boxes(self, boxes: Sequence[Box]) -> None:
        """Draw boxes (down, across, kind)."""
        if tuple(boxes) != self._boxes:
            self._boxes = tuple(boxes)
            self.update()

    def set_playhead(self, time: float | None) -> None:
        """Mark the time of the playhead beside the picture, or none."""
        if time != self._playhead:
            self._playhead = time
            self.update(0, 0, LEFT, self.height())

    def offer_ruler(self, by_key: bool) -> None:
        """Let the ruler's ends be moved here; one of several views gives the keyboard to them."""
        ends = tuple(RulerHandle(f"{name} end of the ruler", self) for name in ("first", "second"))
        for index, end in enumerate(ends):
            end.dragged.connect(self._on_first_dragged if index == 0 else self._on_second_dragged)
            end.stepped.connect(self._on_first_stepped if index == 0 else self._on_second_stepped)
            if not by_key:
                end.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self._ends = ends

    def set_ruler(self, ruler: Ruler | None) -> None:
        """Lay a ruler on the picture, or take it away."""
        if ruler != self._ruler:
            self._ruler = ruler
            self._place_ends()
            self.update()

    # Geometry

    def picture_rect(self) -> QRectF:
        """Return where the window is shown: between title and numbers."""
        top, bottom = paint.margins(self.font())
        room = (self.width() - LEFT, self.height() - top - bottom)
        width, height = (min(wanted, most) for wanted, most in zip(self._size or room, room, strict=True))
        return QRectF(LEFT, top, max(width, 1), max(height, 1))

    def point(self, place: Point) -> QPointF:
        """Return where a place (down, across) is on the widget."""
        rect, (down, across) = self.picture_rect(), self._window
        return QPointF(
            rect.left() + across.share(place[1]) * rect.width(),
            rect.top() + down.share(place[0]) * rect.height(),
        )

    def place(self, point: QPointF) -> Point:
        """Return the place (down, across) at a point of the widget; outside the picture, too."""
        rect, (down, across) = self.picture_rect(), self._window
        return (
            down.at((point.y() - rect.top()) / rect.height()),
            across.at((point.x() - rect.left()) / rect.width()),
        )

    def _area(self, down: Extent, across: Extent) -> QRectF:
        return QRectF(self.point((down.low, across.low)), self.point((down.high, across.high)))

    def _covered(self) -> QRectF | None:
        """Return where the picture of the section is, also what of it is out of sight."""
        if self._cuts is None or self._index is None:
            return None
        plane, cuts = self.plane, self._cuts
        return self._area(
            Extent.of(cuts.shape[plane.down], cuts.axes[plane.down]),
            Extent.of(cuts.shape[plane.across], cuts.axes[plane.across]),
        )

    def _picture(self, size: QSize) -> QImage:
        assert self._cuts is not None and self._index is not None
        key = (self._cuts, self._index, size.width(), size.height())
        if self._made is None or self._made[0] != key:
            self._made = (key, self._cuts.picture(self.plane, self._index, size))
        return self._made[1]

    def _place_ends(self) -> None:
        """Put the ruler's ends where they belong; out of sight they cannot be held."""
        sight = self.picture_rect().adjusted(-1, -1, 1, 1)
        for index, end in enumerate(self._ends):
            centre = self.point(self._ruler.end(index)) if self._ruler is not None else None
            end.put(centre if centre is not None and sight.contains(centre) else None)

    def _on_ruler(self, point: QPointF) -> bool:
        """Whether the mouse has hold of the ruler between its ends."""
        if self._ruler is None or not self._ends:
            return False
        return paint.distance(point, self.point(self._ruler.first), self.point(self._ruler.second)) <= NEAR

    # Slots: the ruler

    def _move_end(self, index: int, place: Point) -> None:
        if self._ruler is not None:
            self.ruler_moved.emit(self._ruler.moved(index, place, self._limits))

    def _step_end(self, index: int, frames: int, pixels: int) -> None:
        if self._ruler is not None:
            time, place = self._ruler.end(index)
            self._move_end(index, (time + frames, place + pixels))

    @Slot(object)
    def _on_first_dragged(self, point: QPointF) -> None:
        self._move_end(0, self.place(point))

    @Slot(object)
    def _on_second_dragged(self, point: QPointF) -> None:
        self._move_end(1, self.place(point))

    @Slot(int, int)
    def _on_first_stepped(self, frames: int, pixels: int) -> None:
        self._step_end(0, frames, pixels)

    @Slot(int, int)
    def _on_second_stepped(self, frames: int, pixels: int) -> None:
        self._step_end(1, frames, pixels)

    # Qt overrides

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the ruler's ends on it."""
        super().resizeEvent(event)
        self._place_ends()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take hold of the ruler, or pick a place."""
        if event.button() is not Qt.MouseButton.LeftButton:
            event.ignore()
        elif self._on_ruler(event.position()):
            self._pushed = self.place(event.position())
        elif self._cuts is not None and self.picture_rect().contains(event.position()):
            self.picked.emit(self.place(event.position()))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Push the ruler, or tell what is under the mouse."""
        place = self.place(event.position())
        if self._pushed is not None and self._ruler is not None:
            by = (place[0] - self._pushed[0], place[1] - self._pushed[1])
            self._pushed = place
            self.ruler_moved.emit(self._ruler.shifted(by, self._limits))
            return
        held = self._on_ruler(event.position())
        self.setCursor(Qt.CursorShape.OpenHandCursor if held else Qt.CursorShape.CrossCursor)
        inside = self._cuts is not None and self.picture_rect().contains(event.position())
        self.pointed.emit(place if inside else None)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Let go."""
        self._pushed = None
        event.accept()

    def leaveEvent(self, event: QEvent) -> None:
        """Tell that nothing is under the mouse."""
        self.pointed.emit(None)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint title, numbers, picture, and what lies over it."""
        painter = QPainter(self)
        rect = self.picture_rect()
        frame = paint.Frame(rect, self._window, self.font(), self.palette())
        paint.paint_title(painter, frame, self._title, self.plane, self.width())
        if self._cuts is not None or self._cursor is not None:
            paint.paint_numbers(painter, frame, self._playhead if self.plane.timed else None)
        covered = self._covered()
        if covered is None or not covered.adjusted(-0.5, -0.5, 0.5, 0.5).contains(rect):
            paint.paint_nothing(painter, frame, self.message)
        painter.save()
        painter.setClipRect(rect)
        if covered is not None:
            ratio = self.devicePixelRatioF()
            size = QSize(max(round(covered.width() * ratio), 1), max(round(covered.height() * ratio), 1))
            painter.drawImage(covered, self._picture(size))
        if self._cursor is not None and not self.message:
            paint.paint_lines(painter, rect, self.point(self._cursor))
        for down, across, kind in self._boxes:
            paint_box(painter, self._area(down, across), kind)
        if self._ruler is not None:
            paint.paint_ruler(
                painter, self.point(self._ruler.first), self.point(self._ruler.second), bool(self._ends)
            )
        painter.restore()
        painter.end()
