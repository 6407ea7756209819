"""A frame of a kernel as a grid of numbers on the kernels' colours, edited in its cells.

Arrows go from cell to cell, typing or Enter begins to edit, Enter (down), Tab (right) and the arrows up and
down leave the cell, Escape brings the old number back. What is typed is told when the typing pauses; text
that is no number is refused with a sentence and never leaves its cell.
"""

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QLineEdit, QTableView, QWidget

from gui.widgets.controls import describe, tabular
from gui.widgets.kernel_cells import CellDelegate, EndEdit, GridFrame, GridModel

_WIDEST = {3: "−8.88e−4", 2: "−8.8e−4"}  # by digits
_Key = Qt.Key


class KernelGrid(QTableView):
    """One frame of one kernel.

    Signals:
        weight_typed: (y, x, weight, number of the edit); the same number while one cell is being edited.
        edit_cancelled: number of an edit that is to be taken back.
        refused: a sentence about what was typed, or "".
        frame_step_requested: so many frames on (PageDown) or back (PageUp).
        copy_requested, paste_requested: by key.
    """

    weight_typed = Signal(int, int, float, int)
    edit_cancelled = Signal(int)
    refused = Signal(str)
    frame_step_requested = Signal(int)
    copy_requested = Signal()
    paste_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.cells = GridModel(self)
        self.delegate = CellDelegate(self)
        self.setModel(self.cells)
        self.setItemDelegate(self.delegate)
        self.setFont(tabular(self.font()))
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        triggers = QAbstractItemView.EditTrigger
        self.setEditTriggers(triggers.DoubleClicked | triggers.AnyKeyPressed | triggers.EditKeyPressed)
        self.setTabKeyNavigation(False)  # Tab leaves the grid; within a cell it goes to the next one
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        metrics = self.fontMetrics()
        for header in (self.horizontalHeader(), self.verticalHeader()):
            header.setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
            header.setHighlightSections(False)
            header.setSectionsClickable(False)
            header.setDefaultAlignment(Qt.AlignmentFlag.AlignCenter)
        self.verticalHeader().setMinimumSectionSize(metrics.height() + 14)
        self.setCornerButtonEnabled(False)
        describe(self, "Weights of this frame", "")
        self.delegate.typed.connect(self.weight_typed)
        self.delegate.cancelled.connect(self.edit_cancelled)
        self.delegate.refused.connect(self.refused)
        self.delegate.left_downwards.connect(self.go_down)

    @property
    def place(self) -> tuple[int, int]:
        """(y, x) of the current cell."""
        index = self.currentIndex()
        return (index.row(), index.column()) if index.isValid() else (0, 0)

    @property
    def editor(self) -> QLineEdit | None:
        """The line in the cell that is being edited, if any."""
        lines = self.viewport().findChildren(QLineEdit, "cell_editor")
        return next((line for line in lines if not line.property("done")), None)

    def show_frame(self, frame: GridFrame) -> None:
        """Show a frame."""
        self.cells.show(frame)
        widest = self.fontMetrics().horizontalAdvance(_WIDEST[self.cells.digits])
        self.horizontalHeader().setMinimumSectionSize(widest + 8)
        if not self.currentIndex().isValid():
            self.setCurrentIndex(self.cells.index(0, 0))

    def width_for(self, columns: int) -> int:
        """Return how wide the grid has to be to show so many columns without scrolling."""
        frame = 2 * self.frameWidth() + self.verticalHeader().sizeHint().width()
        return frame + columns * self.horizontalHeader().minimumSectionSize()

    def leave_cell(self) -> None:
        """End an edit: a good number counts, a bad one is dropped."""
        if (line := self.editor) is not None:
            self.delegate.finish(line, must=True)

    def drop_cell(self) -> None:
        """End an edit without a word: the number there is another one by now."""
        self.delegate.drop()
        if (line := self.editor) is not None:
            line.setProperty("done", True)
            self.refused.emit("")
            self.closeEditor(line, EndEdit.RevertModelCache)

    @Slot(int)
    def go_down(self, rows: int) -> None:
        """Make another cell of the column the current one."""
        y, x = self.place
        target = min(max(y + rows, 0), self.cells.rowCount() - 1)
        self.setCurrentIndex(self.cells.index(target, x))

    # Qt overrides

    def sizeHint(self) -> QSize:
        """Ask for a square of comfortable cells."""
        return QSize(430, 360)

    def minimumSizeHint(self) -> QSize:
        """Scroll rather than push the others away."""
        return QSize(240, 180)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Edit with Enter, set to 0 with Delete, turn the frames with the page keys."""
        key = event.key()
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy_requested.emit()
        elif event.matches(QKeySequence.StandardKey.Paste):
            self.paste_requested.emit()
        elif key in (_Key.Key_PageUp, _Key.Key_PageDown):
            self.frame_step_requested.emit(-1 if key == _Key.Key_PageUp else 1)
        elif key in (_Key.Key_Delete, _Key.Key_Backspace):
            self.delegate.edits += 1
            self.weight_typed.emit(*self.place, 0.0, self.delegate.edits)
        elif key in (_Key.Key_Return, _Key.Key_Enter) and self.currentIndex().isValid():
            self.edit(self.currentIndex())
        else:
            super().keyPressEvent(event)
