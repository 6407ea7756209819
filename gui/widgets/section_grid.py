"""Nine sections: input, feature volume and kernel, each as x–y, x–t and y–t, with one cursor."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from PySide6.QtCore import QSize, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QWidget

from core.display.ruler import Ruler
from core.display.sections import Extent, Places, Position, time_window
from core.display.slices import AXES, Plane
from core.settings import Triple
from gui.cuts import Cuts
from gui.widgets import section_paint
from gui.widgets.controls import ElidedLabel
from gui.widgets.marks import MarkKind
from gui.widgets.section_layout import Scales, column_width, find_scales, wanted_width
from gui.widgets.section_view import LEFT, Box, SectionView

GAP = 10
HEADS = {"input": 22, "volume": 22, "kernel": 28}
BELOW = 4
_TIPS = {
    Plane.XY: "One frame. Move the mouse: all sections follow. Click to stay there, Esc lets go.",
    Plane.XT: "One row at every time, time runs down. Upright stripes stand still, slanted ones move: their "
    "slope is the speed. U lays a ruler on it.",
    Plane.YT: "One column at every time, y to the right, time runs down. Slanted stripes move up or down.",
}


_KERNEL_TIP = (
    "The kernel, every weight a square. Point at a weight: the sections of the input show the voxel that it "
    "lies on. With the keyboard: Alt with an arrow, [ or ]."
)


class Row(StrEnum):
    """What a row of the grid cuts."""

    INPUT = "input"
    VOLUME = "volume"
    KERNEL = "kernel"


_WHAT = {Row.INPUT: "input", Row.VOLUME: "feature volume", Row.KERNEL: "kernel"}


@dataclass(frozen=True, slots=True)
class Pointed:
    """A place under the mouse.

    Parameters
    ----------
    row, plane
        Which section.
    position
        (t, y, x) in clip coordinates, or on the kernel in taps; the axis that the plane stands upright on is
        that of the cursor.
    """

    row: Row
    plane: Plane
    position: Position


class SectionGrid(QWidget):
    """Small multiples that share cursor and scales.

    Signals
    -------
    pointed(object)
        A `Pointed`, or None when the mouse leaves.
    picked(object)
        The same on a click.
    ruler_moved(object)
        The `Ruler` as a person wants it; it lies on the plane of `set_ruler`.
    """

    pointed = Signal(object)
    picked = Signal(object)
    ruler_moved = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.views: dict[tuple[Row, Plane], SectionView] = {}
        self.heads: dict[Row, QWidget] = {}
        self._places: Places | None = None
        self._whole = False
        self._window: Extent | None = None
        self._cursor: Position = (0.0, 0.0, 0.0)
        self._output: Triple | None = None
        self._tap: Position = (0.0, 0.0, 0.0)
        self._scales: Scales | None = None
        for row in Row:
            head = ElidedLabel()
            head.setParent(self)
            head.setProperty("role", "title")
            self.heads[row] = head
            for plane in Plane:
                self._add_view(row, plane)

    def _add_view(self, row: Row, plane: Plane) -> None:
        view = SectionView(plane, _WHAT[row], self)
        view.setObjectName(f"section_{row}_{plane}")
        view.setToolTip(_TIPS[plane] if row is not Row.KERNEL else _KERNEL_TIP)
        view.pointed.connect(lambda place: self.pointed.emit(self._at(row, plane, place)))
        view.picked.connect(lambda place: self.picked.emit(self._at(row, plane, place)))
        view.ruler_moved.connect(self.ruler_moved)
        if row is not Row.KERNEL and plane.timed:
            view.offer_ruler(by_key=row is Row.INPUT)
        self.views[row, plane] = view

    # What is shown

    def set_head(self, row: Row, head: QWidget) -> None:
        """Put another heading over a row."""
        self.heads[row].deleteLater()
        head.setParent(self)
        self.heads[row] = head
        self._arrange()

    def set_heading(self, row: Row, text: str) -> None:
        """Say what a row cuts."""
        head = self.heads[row]
        if isinstance(head, ElidedLabel):
            head.set_text(text)

    def set_cuts(self, row: Row, cuts: Cuts | None, message: str = "") -> None:
        """Cut something else in a row, or say why there is nothing."""
        for plane in Plane:
            self.views[row, plane].set_cuts(cuts, message)

    def set_places(self, places: Places | None) -> None:
        """Measure other shapes."""
        if places != self._places:
            self._places, self._window = places, None
            self._arrange()

    def set_whole(self, whole: bool) -> None:
        """Show all frames of a long clip, or as many as can be told apart."""
        self._whole, self._window = whole, None
        self._arrange()

    @property
    def shortened(self) -> bool:
        """Whether not all frames are seen."""
        return self._window is not None and self._places is not None and self._window != self._places.t.extent

    @property
    def time_window(self) -> Extent | None:
        """The frames that are seen."""
        return self._window

    def set_cursor(self, cursor: Position, output: Triple | None, tap: Position) -> None:
        """Move the cursor.

        Parameters
        ----------
        cursor
            In clip coordinates: where the input is cut.
        output
            The response that is looked at, or None where there is none at the cursor.
        tap
            Where the kernel is cut, in taps.
        """
        self._cursor, self._output, self._tap = cursor, output, tap
        self._show_window()
        self._show_cursor()

    def set_ruler(self, plane: Plane, ruler: Ruler | None) -> None:
        """Lay a ruler on a section through time of input and volume, and its slope on the kernel's.

        No other section has one then. Ends that stay are not hidden in between: Qt would let go of the mouse.
        """
        for (row, shown), view in self.views.items():
            on = ruler if shown is plane else None
            view.set_ruler(self._on_kernel(shown, on) if row is Row.KERNEL else on)

    def set_playhead(self, frame: int) -> None:
        """Mark the frame that the film shows."""
        for (row, _), view in self.views.items():
            view.set_playhead(None if row is Row.KERNEL else float(frame))

    def window_of(self, plane: Plane) -> tuple[Extent, Extent]:
        """Return what is seen of input and volume, (down, across)."""
        return self.views[Row.INPUT, plane].seen

    def limits_of(self, plane: Plane) -> tuple[Extent, Extent]:
        """Return what there is of input and volume, (down, across), also what is out of sight."""
        return self.views[Row.INPUT, plane].limits

    def input_index(self, plane: Plane) -> int | None:
        """Return the frame, row or column at which the input is cut."""
        return self.views[Row.INPUT, plane].index

    # Geometry

    def _sides(self) -> tuple[float, float, float]:
        assert self._places is not None
        t, y, x = (axis.extent.length for axis in self._places.axes)
        return t, y, x

    def _around(self) -> float:
        """Return the height of all titles, numbers and headings."""
        top, bottom = section_paint.margins(self.font())
        return sum(HEADS.values()) + 3 * (top + bottom) + 2 * BELOW

    def wanted_width(self, height: int) -> int:
        """Return the width that is enough at a height."""
        if self._places is None:
            return 480
        return round(wanted_width(max(height - self._around(), 1.0), self._sides()) + 3 * LEFT + 2 * GAP + 4)

    def _arrange(self) -> None:
        """Give every picture its place and its size."""
        if self._places is None or self.width() < 1:
            self._arrange_empty()
            return
        room = (self.width() - 3 * LEFT - 2 * GAP - 4.0, self.height() - self._around())
        kernel = tuple(axis.taps for axis in self._places.axes)
        self._scales = scales = find_scales(
            *room, self._sides(), (kernel[0], kernel[1], kernel[2]), self._whole
        )
        top, bottom = section_paint.margins(self.font())
        y = 0.0
        for row in Row:
            self.heads[row].setGeometry(0, round(y), self.width(), HEADS[row])
            y += HEADS[row]
            high = scales.kernel_row if row is Row.KERNEL else scales.row
            left = 0.0
            for plane in Plane:
                column = column_width(self._sides()[plane.across] * scales.pixel)
                across, down = self._size(row, plane)
                # Room to the right of a narrow picture is for the end of its title.
                width = LEFT + max(across, column)
                view = self.views[row, plane]
                high_enough = math.ceil(top + min(down, high) + bottom)
                view.setGeometry(round(left), round(y), math.ceil(width), high_enough)
                view.set_picture_size(across, min(down, high))
                left += LEFT + column + GAP
            y += top + high + bottom + BELOW
        self._show_window()
        self._show_cursor()

    def _arrange_empty(self) -> None:
        """Three rows of three equal fields: there is nothing to measure yet."""
        self._scales = None
        width, height = self.width() // 3, max(self.height() // 3, 1)
        for r, row in enumerate(Row):
            head = HEADS[row]
            self.heads[row].setGeometry(0, r * height, self.width(), head)
            for c, plane in enumerate(Plane):
                view = self.views[row, plane]
                view.setGeometry(c * width, r * height + head, width - GAP, height - head - BELOW)
                view.set_picture_size(width, height)

    def _size(self, row: Row, plane: Plane) -> tuple[float, float]:
        """Return the width and the height of a picture on the screen."""
        assert self._places is not None and self._scales is not None
        scales = self._scales
        if row is Row.KERNEL:
            taps = [axis.taps * scales.tap for axis in self._places.axes]
            return taps[plane.across], taps[plane.down]
        frames = scales.frames * scales.frame if plane.timed else 0.0
        down = frames or self._sides()[plane.down] * scales.pixel
        return self._sides()[plane.across] * scales.pixel, down

    def _show_window(self) -> None:
        """Show the cursor's time, and as much around it as there is room for."""
        if self._places is None or self._scales is None:
            return
        axes = self._places.axes
        self._window = time_window(
            self._places.t.extent, self._scales.frames + 1e-9, self._cursor[0], self._window
        )
        seen = (self._window, axes[1].extent, axes[2].extent)
        for (row, plane), view in self.views.items():
            if row is Row.KERNEL:
                taps = [Extent.of(axis.taps) for axis in axes]
                view.set_window(taps[plane.down], taps[plane.across])
            else:
                limits = (axes[plane.down].extent, axes[plane.across].extent)
                view.set_window(seen[plane.down], seen[plane.across], limits)

    # Cursor

    def _at(self, row: Row, plane: Plane, place: tuple[float, float] | None) -> Pointed | None:
        if place is None or self._places is None:
            return None
        position = list(self._position(row))
        position[plane.down], position[plane.across] = place
        return Pointed(row, plane, (position[0], position[1], position[2]))

    def _position(self, row: Row) -> Position:
        """Return where a row is cut, in its own coordinates."""
        if row is Row.KERNEL:
            return self._tap
        if row is Row.VOLUME and self._output is not None and self._places is not None:
            return self._places.centre(self._output)
        return self._cursor

    def _show_cursor(self) -> None:
        if self._places is None:
            return
        for (row, plane), view in self.views.items():
            position = self._position(row)
            view.set_cursor((position[plane.down], position[plane.across]))
            self._cut(row, view, position[plane.fixed])
            view.set_boxes(tuple(self._boxes(row, plane)))

    def _cut(self, row: Row, view: SectionView, position: float) -> None:
        """Cut a view where the cursor is, and say where that is."""
        assert self._places is not None
        fixed = view.plane.fixed
        axis, letter, label = self._places.axes[fixed], AXES[fixed], view.plane.label
        if row is Row.KERNEL:
            tap = axis.nearest_tap(position)
            view.set_index(tap, f"{label} at {letter} = {tap}")
        elif row is Row.INPUT:
            view.set_index(axis.input_at(position), f"{label} at {letter} = {_number(position)}")
        else:
            index = self._output[fixed] if self._output is not None else axis.output_at(position)
            place = f"over {letter} = {_number(position)}"
            missing = f"no response {place}:\nthe kernel would reach outside" if index is None else ""
            view.set_index(index, f"{label} {place}", missing)

    def _boxes(self, row: Row, plane: Plane) -> Sequence[Box]:
        """Return what the response that is looked at sees, and where it is itself."""
        if self._output is None or self._places is None:
            return ()
        axes = self._places.axes
        if row is Row.INPUT:
            box, times = self._places.field(self._output), axes[0].seen(self._output[0])
            through = times if plane.fixed == 0 else (box[plane.fixed],)
            if not any(part.contains(self._cursor[plane.fixed]) for part in through):
                return ()
            downs = times if plane.timed else (box[plane.down],)
            return tuple((down, box[plane.across], MarkKind.FIELD) for down in downs)
        if row is Row.VOLUME:
            centre = self._places.centre(self._output)
            halves = [axis.axis.stride / 2 for axis in axes]
        else:
            whole = [float(axis.nearest_tap(t)) for axis, t in zip(axes, self._tap, strict=True)]
            centre = (whole[0], whole[1], whole[2])
            halves = [0.5] * 3
        down, across = (
            Extent(centre[a] - halves[a], centre[a] + halves[a]) for a in (plane.down, plane.across)
        )
        return ((down, across, MarkKind.VOXEL),)

    def _on_kernel(self, plane: Plane, ruler: Ruler | None) -> Ruler | None:
        """Return the ruler's slope through the middle of the kernel, in taps."""
        velocity = ruler.velocity if ruler is not None else None
        if velocity is None or self._places is None:
            return None
        axes = self._places.axes
        time, place = axes[plane.down], axes[plane.across]
        window = (Extent.of(time.taps), Extent.of(place.taps))
        middle = (window[0].at(0.5), window[1].at(0.5))
        if math.isinf(velocity):
            return Ruler((middle[0], window[1].low), (middle[0], window[1].high))
        upright = Ruler((window[0].low, middle[1]), (window[0].high, middle[1]))
        return upright.turned(velocity * time.dilation / place.dilation, window)

    # Qt overrides

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Share the new room."""
        super().resizeEvent(event)
        self._arrange()

    def minimumSizeHint(self) -> QSize:
        """Say how small it may get."""
        return QSize(360, 360)


def _number(position: float) -> str:
    """Return a place as people read it: whole, or with its half."""
    return f"{position:g}"
