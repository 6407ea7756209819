"""The space-time cube on the screen: turned and sliced with the mouse, a map of where the cursor is."""

from collections import OrderedDict

from PySide6.QtCore import QEvent, QLineF, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPalette,
    QPen,
    QTransform,
    QWheelEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from core.display.cube import Box, Cube, Face, Flat, Turn
from core.display.sections import Position
from core.display.slices import AXES
from core.settings import Triple
from gui.cuts import Cuts
from gui.widgets.controls import describe
from gui.widgets.marks import COLOURS, RIM, MarkKind
from gui.widgets.overlays import paint_message
from gui.widgets.step_keys import modifiers_of

DEGREES = 0.5  # for each pixel of the mouse
KEY_DEGREES = 6.0
MARGIN = 16.0  # for the letters
NOTCH = 120
_KEPT = 48  # pictures of faces
# Voxels stay sharp when they are drawn slanted: pictures of few of them are made about so large.
_SHARP = 256
_TURNS = {
    Qt.Key.Key_Left: (KEY_DEGREES, 0.0),
    Qt.Key.Key_Right: (-KEY_DEGREES, 0.0),
    Qt.Key.Key_Up: (0.0, -KEY_DEGREES),
    Qt.Key.Key_Down: (0.0, KEY_DEGREES),
}
_SLICES = {Qt.Key.Key_PageUp: -1, Qt.Key.Key_PageDown: 1}
TIP = (
    "The whole clip as a block: x to the right, y down, time into the depth. Drag to turn it. The wheel over "
    "a face pushes it inwards: it shows the data of the new plane. Double click puts everything back. With "
    "the keyboard: arrows turn, Page Down and Page Up slice in time."
)


class CubeView(QWidget):
    """Three faces of a volume, drawn from its data.

    Signals
    -------
    depths_changed(object)
        A person cut so many frames, rows and columns away.
    turned()
        A person turned it, so other sides may be cut.
    """

    depths_changed = Signal(object)
    turned = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._cuts: Cuts | None = None
        self._room: Box | None = None
        self._turn = Turn()
        self._depths: Triple = (0, 0, 0)
        self._notch: Triple | None = None
        self._cursor: Position | None = None
        self._field: Box | None = None
        self._message = ""
        self._grabbed: QPointF | None = None
        self._wheel = 0
        self._pictures: OrderedDict[tuple[object, ...], QImage] = OrderedDict()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setCursor(Qt.CursorShape.OpenHandCursor)
        describe(self, "space-time cube", TIP)
        self.setObjectName("cube_view")

    # What is shown

    @property
    def cube(self) -> Cube | None:
        """The box as it stands."""
        if self._cuts is None or self._room is None:
            return None
        return Cube(self._cuts.shape, self._cuts.axes, self._room, self._turn, self._depths)

    @property
    def turn(self) -> Turn:
        """How it is turned."""
        return self._turn

    def set_cuts(self, cuts: Cuts | None, room: Box | None, message: str = "") -> None:
        """Show another volume in the clip's box `room`, or say why there is none."""
        if cuts is not self._cuts:
            self._pictures.clear()
        self._cuts, self._room, self._message = cuts, room, message
        self.update()

    def set_cursor(self, cursor: Position | None, field: Box | None) -> None:
        """Draw where the cursor is, in clip coordinates, and what the response there sees."""
        if (cursor, field) != (self._cursor, self._field):
            self._cursor, self._field = cursor, field
            self.update()

    @property
    def notch(self) -> Triple | None:
        """The voxel that the corner next to the viewer is opened to."""
        return self._notch

    def set_depths(self, depths: Triple, notch: Triple | None = None) -> None:
        """Cut so many frames, rows and columns away; and open the corner next to the viewer to a voxel."""
        if (depths, notch) != (self._depths, self._notch):
            self._depths, self._notch = depths, notch
            self.update()

    def reset(self) -> None:
        """Turn it back and make it whole."""
        self._turn = Turn()
        self._slice((0, 0, 0))
        self.turned.emit()
        self.update()

    def _turn_by(self, azimuth: float, elevation: float) -> None:
        self._turn = self._turn.by(azimuth, elevation)
        self.turned.emit()
        self.update()

    def _slice(self, depths: Triple) -> None:
        self._depths, self._notch = depths, None
        self.depths_changed.emit(depths)
        self.update()

    def push(self, axis: int, by: int) -> None:
        """Push the face of an axis inwards (or outwards), one voxel or more."""
        cube = self.cube
        if cube is None:
            return
        depths = list(cube.depths)
        depths[axis] = min(max(depths[axis] + by, 0), cube.shape[axis] - 1)
        self._slice((depths[0], depths[1], depths[2]))

    # Geometry

    def _scale(self, cube: Cube) -> float:
        """Return the logical pixels of the length 1; the same however it is turned."""
        across, down = (max(side / 2 - MARGIN, 1.0) for side in (self.width(), self.height()))
        return min(across / cube.breadth, down / cube.radius)

    def _point(self, flat: Flat, scale: float) -> QPointF:
        return QPointF(self.width() / 2 + flat[0] * scale, self.height() / 2 + flat[1] * scale)

    def face_under(self, point: QPointF) -> Face | None:
        """Return the face at a point of the widget."""
        cube = self.cube
        if cube is None:
            return None
        scale = self._scale(cube)
        centre = QPointF(self.width() / 2, self.height() / 2)
        place = (point - centre) / scale
        return cube.face_at((place.x(), place.y()))

    # Qt overrides

    def sizeHint(self) -> QSize:
        """Ask for a square."""
        return QSize(240, 240)

    def minimumSizeHint(self) -> QSize:
        """Say how small it may get."""
        return QSize(120, 120)

    def event(self, event: QEvent) -> bool:
        """Keep the keys that turn and slice, which otherwise step the film."""
        if isinstance(event, QKeyEvent) and event.type() is QEvent.Type.ShortcutOverride and _is_own(event):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Turn with the arrows, slice in time with Page Up and Page Down."""
        key = Qt.Key(event.key())
        if not _is_own(event):
            super().keyPressEvent(event)
        elif key in _TURNS:
            self._turn_by(*_TURNS[key])
        else:
            self.push(0, _SLICES[key])

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take hold."""
        if event.button() is Qt.MouseButton.LeftButton:
            self._grabbed = event.position()
            self.setCursor(Qt.CursorShape.ClosedHandCursor)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Turn: what is in front follows the mouse."""
        if self._grabbed is not None:
            by = event.position() - self._grabbed
            self._grabbed = event.position()
            self._turn_by(-by.x() * DEGREES, by.y() * DEGREES)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Let go."""
        self._grabbed = None
        self.setCursor(Qt.CursorShape.OpenHandCursor)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Put everything back."""
        if event.button() is Qt.MouseButton.LeftButton:
            self.reset()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Push the face under the mouse inwards, or pull it out; beside the cube the one of time."""
        self._wheel += event.angleDelta().y()
        steps = int(self._wheel / NOTCH)
        if steps:
            self._wheel -= steps * NOTCH
            face = self.face_under(event.position())
            self.push(face.axis if face is not None else 0, steps)
        event.accept()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the clip's wire frame, the faces, the cursor on them, and the box that the response sees."""
        painter = QPainter(self)
        cube = self.cube
        if cube is None:
            paint_message(painter, QRectF(self.rect()), self.palette(), self._message)
            painter.end()
            return
        scale = self._scale(cube)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        wire = QPen(self.palette().color(QPalette.ColorRole.Dark), 1.0)
        painter.setPen(wire)
        painter.drawLines(self._lines(cube.edges(cube.room), scale))
        for face in cube.faces():
            self._paint_face(painter, face, scale)
            self._paint_cursor(painter, cube, face, scale)
        for face in cube.notch(self._notch) if self._notch is not None else ():
            self._paint_face(painter, face, scale)
        painter.setPen(wire)
        painter.drawLines(self._lines(cube.near_edges(cube.room), scale))
        if self._field is not None:
            box = self._lines(cube.edges(self._field), scale)
            for colour, width in ((RIM, 3.2), (COLOURS[MarkKind.FIELD], 1.5)):
                painter.setPen(QPen(colour, width))
                painter.drawLines(box)
        self._paint_letters(painter, cube, scale)
        if self.hasFocus():
            painter.setPen(QPen(self.palette().color(QPalette.ColorRole.Highlight), 1.0))
            painter.drawRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5))
        painter.end()

    def _lines(self, lines: tuple[tuple[Flat, Flat], ...], scale: float) -> list[QLineF]:
        return [QLineF(self._point(start, scale), self._point(end, scale)) for start, end in lines]

    def _paint_face(self, painter: QPainter, face: Face, scale: float) -> None:
        """Paint a section onto its parallelogram: orthographic, so an affine map is exact."""
        image = self._picture(face)
        assert self._cuts is not None
        plane, shape = face.plane, self._cuts.shape
        across, down = image.width() / shape[plane.across], image.height() / shape[plane.down]
        (height, width), corner = face.size, self._point(face.corner, scale)
        (ax, ay), (dx, dy) = face.across, face.down
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.setTransform(
            QTransform(ax * scale, ay * scale, dx * scale, dy * scale, corner.x(), corner.y()), True
        )
        part = QRectF(face.first[1] * across, face.first[0] * down, width * across, height * down)
        painter.drawImage(QRectF(0, 0, width, height), image, part)
        painter.restore()
        corners = [self._point(place, scale) for place in face.corners()]
        painter.setPen(QPen(QColor(0, 0, 0, 150), 1.2))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPolygon(corners)

    def _picture(self, face: Face) -> QImage:
        """Return the section of a face, every voxel a pixel or a block of some."""
        assert self._cuts is not None
        key = (face.axis, face.index)
        if key not in self._pictures:
            shape, plane = self._cuts.shape, face.plane
            across, down = (n * max(_SHARP // n, 1) for n in (shape[plane.across], shape[plane.down]))
            size = QSize(across, down)
            self._pictures[key] = self._cuts.picture(plane, face.index, size)
            if len(self._pictures) > _KEPT:
                self._pictures.popitem(last=False)
        return self._pictures[key]

    def _paint_cursor(self, painter: QPainter, cube: Cube, face: Face, scale: float) -> None:
        """Paint on a face the two lines of the cursor, as the section of the grid has them."""
        if self._cursor is None:
            return
        lines = self._lines(cube.cross(face, self._cursor), scale)
        for colour, width in ((QColor(0, 0, 0, 120), 3.0), (QColor(255, 255, 255, 210), 1.2)):
            painter.setPen(QPen(colour, width))
            painter.drawLines(lines)

    def _paint_letters(self, painter: QPainter, cube: Cube, scale: float) -> None:
        """Letter the three axes on the outline, each with an arrow to its high end."""
        painter.setPen(self.palette().color(QPalette.ColorRole.PlaceholderText))
        middle = QPointF(self.width() / 2, self.height() / 2)
        for axis, letter in enumerate(AXES):
            start, end = (self._point(flat, scale) for flat in cube.outer_edge(axis))
            line = QLineF(start, end)
            if line.length() < 24:
                continue
            centre = line.center()
            out = line.normalVector().unitVector()
            normal = QPointF(out.dx(), out.dy())
            if QPointF.dotProduct(normal, centre - middle) < 0:
                normal = -normal
            step = QPointF(line.dx(), line.dy()) / line.length()
            at = centre + normal * 9
            box = QRectF(0, 0, 16, 16)
            box.moveCenter(at - step * 8)
            painter.drawText(box, int(Qt.AlignmentFlag.AlignCenter), letter)
            tip = at + step * 12
            side = QPointF(-step.y(), step.x())
            painter.drawLine(at, tip)
            for sign in (1, -1):
                painter.drawLine(tip, tip - step * 4 + side * (3 * sign))


def _is_own(event: QKeyEvent) -> bool:
    """Whether a key turns or slices."""
    return not modifiers_of(event) and event.key() in (_TURNS | _SLICES)
