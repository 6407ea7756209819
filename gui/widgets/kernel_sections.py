"""Cuts of a kernel through time: one row and one column of weights, with time running down."""

from collections.abc import Callable

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from core.display.colormap import KERNEL_TABLE, color_table
from core.display.kernels import KernelPlanes
from gui.qimage import from_indices
from gui.widgets.controls import describe, make_label, make_row
from gui.widgets.kernel_view import Cell, KernelView, Picture

LARGEST, TALLEST = 22.0, 120.0
HOW = (
    "Time runs down, as in the slices of the input. Upright stripes: it does not care for time. Lying "
    "stripes: flicker. Slanted stripes: motion; the slope is the speed it likes. Point at a weight above to "
    "cut elsewhere; click to stay there."
)


class KernelSections(QWidget):
    """The x–t section at a row and the y–t section at a column of a kernel, side by side.

    Signals
    -------
    cell_hovered(object)
        The `Cell` of the kernel under the mouse, or None.
    """

    cell_hovered = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._planes: KernelPlanes | None = None
        self._plane = 0
        self._y = self._x = 0
        self.views = (KernelView(LARGEST, TALLEST), KernelView(LARGEST, TALLEST))
        self.labels = (make_label("", "hint"), make_label("", "hint"))
        describe(self.views[0], "x–t section of the kernel", f"One row of the kernel at every time. {HOW}")
        describe(self.views[1], "y–t section of the kernel", f"One column of the kernel at every time. {HOW}")
        for label in self.labels:
            label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        sides = []
        for view, label in zip(self.views, self.labels, strict=True):
            side = QWidget()
            column = QVBoxLayout(side)
            column.setContentsMargins(0, 0, 0, 0)
            column.setSpacing(3)
            column.addWidget(label)
            column.addWidget(view)
            column.addStretch(1)
            sides.append(side)
        row = make_row(*sides)
        row.setSpacing(10)
        for index in (0, 1):
            row.setStretch(index, 1)
        self.setLayout(row)
        self.views[0].cell_hovered.connect(self._on_row_hovered)
        self.views[1].cell_hovered.connect(self._on_column_hovered)

    @property
    def place(self) -> tuple[int, int]:
        """The row and the column that are cut."""
        return self._y, self._x

    def set_planes(self, planes: KernelPlanes | None, plane: int = 0) -> None:
        """Cut one plane of another kernel, or none."""
        self._planes, self._plane = planes, plane
        self._show()

    def set_place(self, y: int, x: int) -> None:
        """Cut at another row and column."""
        if (y, x) != (self._y, self._x):
            self._y, self._x = y, x
            self._show()

    def set_frame(self, t: int) -> None:
        """Frame the kernel frame that the movie shows."""
        for view in self.views:
            view.set_lines(t, None)

    def _show(self) -> None:
        planes, plane = self._planes, self._plane
        if planes is None:
            for view in self.views:
                view.show_pictures([], [], [])
            return
        table = color_table(KERNEL_TABLE)
        cuts: tuple[tuple[Callable[..., object], int], ...] = (
            (planes.row_indices, self._y),
            (planes.column_indices, self._x),
        )
        for view, (cut, line) in zip(self.views, cuts, strict=True):
            image: QImage = from_indices(cut(plane, line), table)  # type: ignore[arg-type]
            view.show_pictures([[Picture(plane, 0, image)]], [], [])
        self.labels[0].setText(f"x–t at y = {self._y}")
        self.labels[1].setText(f"y–t at x = {self._x}")

    # In a section the rows are times: back to the weight of the kernel.

    @Slot(object)
    def _on_row_hovered(self, cell: Cell | None) -> None:
        self.cell_hovered.emit(cell and Cell(cell.plane, cell.y, self._y, cell.x))

    @Slot(object)
    def _on_column_hovered(self, cell: Cell | None) -> None:
        self.cell_hovered.emit(cell and Cell(cell.plane, cell.y, cell.x, self._x))
