"""Columns side by side: what was changed, its kernel, its clip, its response, and a number beneath."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QPainter, QPaintEvent, QPalette, QResizeEvent
from PySide6.QtWidgets import QGridLayout, QLabel, QSizePolicy, QWidget

from core.display.colormap import KERNEL_TABLE, color_table
from core.display.kernels import KernelPlanes
from gui.films import Film, PictureCache
from gui.qimage import from_indices
from gui.widgets.controls import describe, make_label, tabular
from gui.widgets.kernel_view import KernelView, Picture
from gui.widgets.marks import Mark
from gui.widgets.viewer import Viewer

# Kernels: the largest side of a weight; how high all rows are, and how high where there is much room.
LARGEST_WEIGHT, LOW_STRIP, TALL_STRIP = 14.0, 66.0, 180.0
BAR = 7
SPACE = 4
WAITING = "computing…"
ROWS = 8
INPUT, RESPONSE, FOOT = 3, 4, 2 * ROWS
# The foot keeps this height before columns stand in two rows, and those must make pictures so much larger.
FOOT_HEIGHT, WORTH = 170, 1.15
# Pictures take the height that they can use at their width; what is left belongs to the foot.
FIRST, REST = 1000, 1


@dataclass(frozen=True, eq=False)
class ColumnHead:
    """What a column says before anything is computed.

    Parameters
    ----------
    key
        Unique.
    title, note
        A few words each.
    planes
        Its kernel, or None where all columns have the same.
    """

    key: str
    title: str
    note: str
    planes: KernelPlanes | None = None


class LevelBar(QWidget):
    """A bar as long as a share of the largest in its row."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._share: float | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    @property
    def share(self) -> float | None:
        """The length, 0 to 1, or None for no bar."""
        return self._share

    def set_share(self, share: float | None) -> None:
        """Show another length."""
        if share != self._share:
            self._share = share
            self.update()

    def sizeHint(self) -> QSize:
        """Ask for a line."""
        return QSize(60, BAR)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the ground and the bar, which is always to be seen unless it is 0."""
        if self._share is None:
            return
        painter = QPainter(self)
        ground = QRectF(self.rect())
        painter.fillRect(ground, self.palette().color(QPalette.ColorRole.Mid))
        length = max(self._share * ground.width(), 1.0 if self._share > 0 else 0.0)
        painter.fillRect(
            QRectF(0, 0, length, ground.height()), self.palette().color(QPalette.ColorRole.Highlight)
        )
        painter.end()


class Column:
    """The widgets of one column; `CompareColumns` lays them out."""

    def __init__(self, cache: PictureCache, head: ColumnHead) -> None:
        self.head = head
        self.title = make_label(head.title)
        font = self.title.font()
        font.setBold(True)
        self.title.setFont(font)
        self.title.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.note = make_label(head.note, "hint", wrap=True)
        self.note.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        self.strip = KernelView(LARGEST_WEIGHT, LOW_STRIP)
        self.input = Viewer(cache)
        self.response = Viewer(cache)
        self.level = LevelBar()
        self.number = _line()
        self.place = _line()
        self.place.setProperty("role", "value")
        for name, viewer in (("input", self.input), ("response", self.response)):
            viewer.setObjectName(f"compare_{name}_{head.key.replace(' ', '_')}")
            viewer.setAccessibleName(f"{head.title}: {name}")
        self.response.set_hint(f"{head.title}: {head.note}. Point to read a response, click to stay at it.")
        self.input.set_hint(f"{head.title}: what the filter sees.")
        self.response.set_message(WAITING)
        self.show_kernel(head.planes)

    def widgets(self) -> tuple[QWidget, ...]:
        """Return the rows, from the top."""
        return (
            self.title, self.note, self.strip, self.input, self.response, self.level, self.number, self.place,
        )  # fmt: skip

    def rest_height(self, width: int) -> int:
        """Return how high all is but the pictures, in a column of a width."""
        parts = [part for part in self.widgets() if not isinstance(part, Viewer) and not part.isHidden()]
        wrapped = [part.heightForWidth(width) if part.hasHeightForWidth() else -1 for part in parts]
        heights = (
            high if high > 0 else part.sizeHint().height() for part, high in zip(parts, wrapped, strict=True)
        )
        return sum(heights) + SPACE * (len(self.widgets()) - 1)

    def show_kernel(self, planes: KernelPlanes | None) -> None:
        """Show a kernel as a strip of its frames, a row for each channel."""
        show_strip(self.strip, planes)
        describe(
            self.strip, f"Kernel of {self.head.title}", "Its frames side by side, the earliest at the left"
        )

    def restate(self, head: ColumnHead) -> None:
        """Say something else in the same place."""
        self.head = head
        self.title.setText(head.title)
        self.note.setText(head.note)
        self.show_kernel(head.planes)


def show_strip(strip: KernelView, planes: KernelPlanes | None) -> None:
    """Fill a strip with a kernel's channels, or empty it; the mean of colours is left out."""
    if planes is None:
        strip.show_pictures([], [], [])
        return
    table = color_table(KERNEL_TABLE)
    frames = planes.weights.shape[1]
    names = planes.names[:-1] if len(planes.names) > 1 else planes.names
    shown = range(len(names)) if len(names) <= 3 else (len(planes.names) - 1,)
    grid = [[Picture(p, t, from_indices(planes.indices(p, t), table)) for t in range(frames)] for p in shown]
    strip.show_pictures(grid, list(names) if len(grid) > 1 else [], [])


def _line() -> QLabel:
    label = make_label("")
    label.setFont(tabular(label.font()))
    label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.NoTextInteraction)
    return label


class CompareColumns(QWidget):
    """Columns of films that play in step, with one shared cursor.

    Signals
    -------
    hovered(object)
        (y, x) in the working clip under the mouse, or None.
    pointed(object), picked(object)
        The response (t, y, x) under the mouse, or None; where it was clicked.
    """

    hovered = Signal(object)
    pointed = Signal(object)
    picked = Signal(object)

    def __init__(self, cache: PictureCache, foot: QWidget, parent: QWidget | None = None) -> None:
        """Make columns that share `foot`, a widget beneath all of them."""
        super().__init__(parent)
        self._cache = cache
        self._foot = foot
        self._columns: dict[str, Column] = {}
        self._frame = 0
        self._across = 0
        self._pictures = 1
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(10)
        self._grid.setVerticalSpacing(SPACE)
        self._grid.setRowStretch(FOOT, REST)

    @property
    def columns(self) -> dict[str, Column]:
        """The columns by their keys, from the left."""
        return self._columns

    def set_heads(self, heads: Sequence[ColumnHead], *, kernels: bool, inputs: bool) -> None:
        """Show these columns; those that are there already keep their films.

        Parameters
        ----------
        kernels, inputs
            Whether each column shows its kernel, and its clip.
        """
        if [head.key for head in heads] != list(self._columns):
            self._rebuild(heads)
        for head in heads:
            column = self._columns[head.key]
            column.restate(head)
            column.strip.setVisible(kernels)
            column.input.setVisible(inputs)
        self._pictures = 2 if inputs else 1
        self._fit_pictures()

    @property
    def across(self) -> int:
        """How many columns stand side by side; the others under them."""
        return self._across

    def _rebuild(self, heads: Sequence[ColumnHead]) -> None:
        for column in self._columns.values():
            for viewer in (column.input, column.response):
                viewer.set_film(None)
            for widget in column.widgets():
                self._grid.removeWidget(widget)
                widget.hide()
                widget.deleteLater()
        for index in range(self._across):
            self._grid.setColumnStretch(index, 0)
        self._columns = {head.key: Column(self._cache, head) for head in heads}
        self._across = 0
        self._arrange(len(heads))
        for column in self._columns.values():
            for viewer in (column.input, column.response):
                viewer.set_clip_frame(self._frame)
                viewer.hovered.connect(self.hovered)
            column.response.pointed.connect(self.pointed)
            column.response.picked.connect(self.picked)

    def _arrange(self, across: int) -> None:
        """Put so many columns side by side, in one row of them or two, over the foot."""
        if across == self._across:
            return
        for index in range(max(self._across, across)):
            self._grid.setColumnStretch(index, int(index < across))
        self._across = across
        for index, column in enumerate(self._columns.values()):
            below, beside = divmod(index, max(across, 1))
            for row, widget in enumerate(column.widgets()):
                self._grid.removeWidget(widget)
                self._grid.addWidget(widget, below * ROWS + row, beside)
        self._grid.removeWidget(self._foot)
        self._grid.addWidget(self._foot, FOOT, 0, 1, max(across, 1))

    def set_input(self, key: str, film: Film | None) -> None:
        """Show a column's clip."""
        self._columns[key].input.set_film(film)
        self._fit_pictures()

    def set_response(self, key: str, film: Film | None, message: str = "") -> None:
        """Show a column's response, or why there is none."""
        viewer = self._columns[key].response
        viewer.set_message(message)
        viewer.set_film(film)
        self._fit_pictures()

    def set_number(self, key: str, text: str, tip: str = "", level: float | None = None) -> None:
        """Show the number beneath a column, and a bar of its share of the largest."""
        column = self._columns[key]
        column.number.setText(text)
        column.number.setToolTip(tip)
        column.level.set_share(level)
        column.level.setVisible(level is not None)
        column.level.setToolTip(tip)

    def set_places(self, texts: dict[str, str]) -> None:
        """Show the response at the place that is looked at, under each column."""
        for key, column in self._columns.items():
            column.place.setText(texts.get(key, ""))

    def set_arrow(self, key: str, direction: float | None, text: str = "") -> None:
        """Draw where a column's filter prefers motion to."""
        self._columns[key].response.set_arrow(direction, text)

    def set_stale(self, keys: Sequence[str], stale: bool) -> None:
        """Fade what is about to be replaced."""
        for key in keys:
            if key in self._columns:
                self._columns[key].response.set_message(WAITING)
                self._columns[key].response.set_stale(stale)

    def set_marks(self, responses: dict[str, tuple[Mark, ...]], inputs: dict[str, tuple[Mark, ...]]) -> None:
        """Draw boxes over responses and clips."""
        for key, column in self._columns.items():
            column.response.set_marks(responses.get(key, ()))
            column.input.set_marks(inputs.get(key, ()))

    def _aspect(self, viewers: Sequence[Viewer]) -> float:
        """Return height / width of the highest film; those without one are as high as the others."""
        sizes = [viewer.film.size for viewer in viewers if viewer.film is not None]
        return max((size.height() / size.width() for size in sizes), default=0.75)

    def _room(self, across: int) -> tuple[int, int]:
        """Return how wide and how high a picture may be, with so many columns side by side."""
        rows = -(-len(self._columns) // across)
        width = (self.width() - (across - 1) * self._grid.horizontalSpacing()) // across
        rest = max(column.rest_height(width) for column in self._columns.values())
        high = (self.height() - FOOT_HEIGHT - (SPACE + rest) * rows) // (rows * self._pictures)
        return width, high

    def _fit_pictures(self) -> None:
        """Let no picture be higher than it can use, and give each the room that there is."""
        if not self._columns:
            return
        columns = self._columns.values()
        for column in columns:
            column.strip.set_tallest(LOW_STRIP)
        aspect = self._aspect([column.response for column in columns])
        count = len(columns)
        widths = {
            across: min(wide, high / aspect)
            for across in {count, -(-count // 2)}
            for wide, high in (self._room(across),)
        }
        across = min(widths, key=lambda each: (-(widths[each] > WORTH * widths[count]), -each))
        self._arrange(across)
        wide, high = self._room(across)
        spare = (high - round(wide * aspect)) * self._pictures
        if across == count and spare > 0:
            for column in columns:
                column.strip.set_tallest(min(LOW_STRIP + spare / 2, TALL_STRIP))
        for row in (0, ROWS):
            used = row < ROWS * -(-count // across)
            self._grid.setRowStretch(row + RESPONSE, FIRST * used)
            self._grid.setRowStretch(row + INPUT, FIRST * used * (self._pictures > 1))
        for viewers in ([each.input for each in columns], [each.response for each in columns]):
            most = round((wide - 4) * self._aspect(viewers)) + 4
            if across < count:
                most = min(most, high)
            for viewer in viewers:
                viewer.setMaximumHeight(max(most, 48))

    @Slot(int)
    def set_clip_frame(self, frame: int) -> None:
        """Follow the playhead: each film shows its own frame of that number."""
        self._frame = frame
        for column in self._columns.values():
            column.input.set_clip_frame(frame)
            column.response.set_clip_frame(frame)

    @Slot(object)
    def set_cross(self, position: tuple[float, float] | None) -> None:
        """Draw the shared cursor in all films but the one under the mouse."""
        for column in self._columns.values():
            for viewer in (column.input, column.response):
                viewer.set_cross(None if viewer.underMouse() else position)

    # Qt overrides

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Give the pictures the height of their new width."""
        super().resizeEvent(event)
        self._fit_pictures()
