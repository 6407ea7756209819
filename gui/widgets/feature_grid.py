"""One to sixty-four feature viewers in a grid that stays readable, one of them enlarged on demand."""

from collections.abc import Sequence

from PySide6.QtCore import QPoint, QRect, QSize, Qt, Signal, Slot
from PySide6.QtGui import QContextMenuEvent, QGuiApplication, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QWidget

from gui.films import Film, PictureCache
from gui.widgets.marks import Mark
from gui.widgets.viewer import Viewer

GAP = 6
# Below this width neither the picture nor its name can be read: the grid scrolls instead.
MIN_CELL = 72
HINT = "Click to select, double-click to enlarge, Shift+click to see how a response is computed."


def arrange(count: int, room: QSize, aspect: float, caption: int) -> tuple[int, int, int]:
    """Return (columns, cell width, cell height) that show `count` cells as large as they fit.

    Parameters
    ----------
    count
        Cells, at least 1.
    room
        Where they should fit without scrolling.
    aspect
        Width / height of the pictures.
    caption
        Height of the line over each picture.
    """
    best = (1, 0, 0)
    for columns in range(1, count + 1):
        rows = -(-count // columns)
        width = (room.width() - GAP * (columns + 1)) // columns
        height = (room.height() - GAP * (rows + 1)) // rows
        width = min(width, int((height - caption - 4) * aspect) + 4)
        if width > best[1]:
            best = (columns, width, int((width - 4) / aspect) + caption + 4)
    if best[1] >= MIN_CELL:
        return best
    columns = max((room.width() - GAP) // (MIN_CELL + GAP), 1)
    width = max((room.width() - GAP * (columns + 1)) // columns, 40)
    return columns, width, int((width - 4) / aspect) + caption + 4


class FeatureGrid(QScrollArea):
    """The feature viewers ``feature_viewer_0`` …, in the order of their filters or in another one.

    A filter keeps its number, the one in its caption and the key that selects it, wherever it stands.

    Signals
    -------
    selected(int)
        A viewer was clicked or reached with the keyboard.
    value_changed(str)
        Filter name and value under the cursor, or "".
    hovered(object)
        (y, x) in the working clip under the mouse, or None.
    menu_requested(int, QPoint)
        Context menu of a viewer at a global position.
    pointed(object)
        The voxel (t, y, x) of a volume under the mouse, or None.
    explain_requested(object)
        Such a voxel was clicked with Shift: why is it what it is?
    """

    selected = Signal(int)
    value_changed = Signal(str)
    hovered = Signal(object)
    menu_requested = Signal(int, QPoint)
    pointed = Signal(object)
    explain_requested = Signal(object)

    def __init__(self, cache: PictureCache, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._cache = cache
        self._canvas = QWidget()
        self._viewers: list[Viewer] = []
        self._names: tuple[str, ...] = ()
        self._order: tuple[int, ...] = ()
        self._enlarged: int | None = None
        self._selected = 0
        self._aspect = 4 / 3
        self._frame = 0
        self._cross: tuple[float, float] | None = None
        self._marks: tuple[Mark, ...] = ()
        self.setWidget(self._canvas)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMinimumSize(220, 160)

    @property
    def viewers(self) -> tuple[Viewer, ...]:
        """The viewers in use."""
        return tuple(self._viewers)

    @property
    def enlarged(self) -> int | None:
        """The viewer that fills the area, if any."""
        return self._enlarged

    @property
    def order(self) -> tuple[int, ...]:
        """The filter at each place, from the upper left along the rows."""
        return self._order

    def set_order(self, indices: Sequence[int]) -> None:
        """Give the viewers other places; `indices` has the filter for each place.

        Raises
        ------
        ValueError
            If it is not a permutation of the filters.
        """
        order = tuple(indices)
        if sorted(order) != list(range(len(self._viewers))):
            raise ValueError(f"{order} is no order of {len(self._viewers)} viewers")
        if order != self._order:
            self._order = order
            self._arrange()
            if self._enlarged is None and self._viewers:
                self.ensureWidgetVisible(self._viewers[self._selected], GAP, GAP)

    def set_names(self, names: Sequence[str]) -> None:
        """Have one viewer for each filter; those that stay keep their picture until a new one comes."""
        self._names = tuple(names)
        while len(self._viewers) > len(names):
            viewer = self._viewers.pop()
            viewer.set_film(None)
            viewer.hide()
            viewer.deleteLater()
        while len(self._viewers) < len(names):
            self._add_viewer()
        if len(self._order) != len(names):
            self._order = tuple(range(len(names)))
        for index, (viewer, name) in enumerate(zip(self._viewers, names, strict=True)):
            viewer.set_caption(self.caption_of(index, name))
        if self._enlarged is not None and self._enlarged >= len(names):
            self.enlarge(None)
        self.select(min(self._selected, max(len(names) - 1, 0)))
        self._arrange()

    def caption_of(self, index: int, name: str) -> str:
        """Return what stands over a viewer: its number, which is also its key, and its name."""
        return name if name == f"filter {index + 1}" else f"{index + 1}  {name}"

    def set_film(self, index: int, film: Film | None) -> None:
        """Show a feature volume."""
        self._viewers[index].set_film(film)
        if film is not None and film.size.height() > 0:
            aspect = film.size.width() / film.size.height()
            if abs(aspect - self._aspect) > 1e-3:
                self._aspect = aspect
                self._arrange()

    def set_stale(self, message: str, start: int = 0) -> None:
        """Fade all viewers from `start` on: newer results are on their way."""
        for viewer in self._viewers[start:]:
            viewer.set_message(message)
            viewer.set_stale(True)

    def clear_films(self, message: str) -> None:
        """Show nothing, and say why."""
        for viewer in self._viewers:
            viewer.set_film(None)
            viewer.set_message(message)

    def select(self, index: int) -> None:
        """Mark one viewer; the others are unmarked."""
        moved, self._selected = index != self._selected, index
        for i, viewer in enumerate(self._viewers):
            viewer.set_selected(i == index)
        if self._enlarged is not None and self._enlarged != index and index < len(self._viewers):
            self.enlarge(index)
        elif moved and self._enlarged is None and index < len(self._viewers):
            self.ensureWidgetVisible(self._viewers[index], GAP, GAP)

    def enlarge(self, index: int | None) -> None:
        """Let one viewer fill the area, or show all again (None)."""
        if index == self._enlarged:
            return
        self._enlarged = index
        self._arrange()

    @Slot(int)
    def set_clip_frame(self, frame: int) -> None:
        """Follow the playhead."""
        self._frame = frame
        for viewer in self._viewers:
            viewer.set_clip_frame(frame)

    def set_marks(self, marks: tuple[Mark, ...]) -> None:
        """Draw boxes in every viewer: all volumes have the same voxels."""
        self._marks = marks
        for viewer in self._viewers:
            viewer.set_marks(marks)

    def set_cross(self, position: tuple[float, float] | None) -> None:
        """Draw the shared cursor in every viewer but the one under the mouse."""
        self._cross = position
        for viewer in self._viewers:
            viewer.set_cross(None if viewer.underMouse() else position)

    def _add_viewer(self) -> None:
        viewer = Viewer(self._cache, self._canvas)
        index = len(self._viewers)
        viewer.setObjectName(f"feature_viewer_{index}")
        viewer.set_hint(HINT)
        viewer.set_clip_frame(self._frame)
        viewer.set_selected(False)
        viewer.set_marks(self._marks)
        viewer.clicked.connect(self._on_clicked)
        viewer.enlarged.connect(self._on_enlarged)
        viewer.value_changed.connect(self._on_value_changed)
        viewer.hovered.connect(self.hovered)
        viewer.pointed.connect(self.pointed)
        viewer.picked.connect(self._on_picked)
        self._viewers.append(viewer)

    def _arrange(self) -> None:
        """Give every viewer its place."""
        room = self.maximumViewportSize()
        if not self._viewers or room.width() < 10:
            return
        if self._enlarged is not None:
            places = {self._enlarged: QRect(0, 0, room.width(), room.height())}
            self._canvas.resize(room)
        else:
            places = self._grid_places(room)
        for index, viewer in enumerate(self._viewers):
            if index in places:
                viewer.setGeometry(places[index])
            viewer.setVisible(index in places)

    def _grid_places(self, room: QSize) -> dict[int, QRect]:
        count = len(self._viewers)
        caption = self._viewers[0].caption_height()
        columns, width, height = arrange(count, room, self._aspect, caption)
        rows = -(-count // columns)
        needed = rows * (height + GAP) + GAP
        if needed > room.height():
            room = QSize(room.width() - self.verticalScrollBar().sizeHint().width(), room.height())
            columns, width, height = arrange(count, room, self._aspect, caption)
            rows = -(-count // columns)
            needed = rows * (height + GAP) + GAP
        self._canvas.resize(room.width(), max(needed, room.height()))
        left = max((room.width() - columns * (width + GAP) - GAP) // 2, 0)
        return {
            index: QRect(
                left + GAP + i % columns * (width + GAP), GAP + i // columns * (height + GAP), width, height
            )
            for i, index in enumerate(self._order)
        }

    def _index_of_sender(self) -> int:
        viewer = self.sender()
        return next((i for i, own in enumerate(self._viewers) if own is viewer), 0)

    @Slot()
    def _on_clicked(self) -> None:
        self.setFocus(Qt.FocusReason.MouseFocusReason)
        self.selected.emit(self._index_of_sender())

    @Slot(object)
    def _on_picked(self, place: tuple[int, int, int]) -> None:
        if QGuiApplication.keyboardModifiers() & Qt.KeyboardModifier.ShiftModifier:
            self.explain_requested.emit(place)

    @Slot()
    def _on_enlarged(self) -> None:
        self.enlarge(None if self._enlarged is not None else self._index_of_sender())

    @Slot(str)
    def _on_value_changed(self, text: str) -> None:
        # A viewer that goes says its last word, "", when its name is gone already.
        self.value_changed.emit(f"{self._names[self._index_of_sender()]}  {text}" if text else "")

    # Qt overrides

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fill the new room."""
        super().resizeEvent(event)
        self._arrange()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Select with Up and Down, enlarge the selected viewer with Return, go back with Escape."""
        step = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}.get(Qt.Key(event.key()), 0)
        if step and self._viewers:
            place = self._order.index(self._selected) + step
            self.selected.emit(self._order[min(max(place, 0), len(self._order) - 1)])
            return
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self._viewers:
            self.enlarge(None if self._enlarged is not None else self._selected)
        elif event.key() == Qt.Key.Key_Escape and self._enlarged is not None:
            self.enlarge(None)
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Ask for the menu of the viewer under the mouse."""
        if self._viewers:
            self.menu_requested.emit(self._selected, event.globalPos())
