"""The window of the kernel editor: a frame as a grid of numbers, all frames as a strip, and the tools."""

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QDialog, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from core.display.colormap import KERNEL_TABLE, color_table
from core.display.kernels import KernelPlanes, kernel_planes
from core.display.legend import format_response
from core.filters.edit_text import table_text
from core.filters.kernel import Kernel
from core.limits import MAX_KERNEL_SIDE
from gui.qimage import from_indices
from gui.widgets.controls import describe, make_label, make_row, tabular
from gui.widgets.inputs import ComboBox, SpinBox
from gui.widgets.kernel_cells import MANY, GridFrame
from gui.widgets.kernel_grid import KernelGrid
from gui.widgets.kernel_tools import WIDTH, KernelTools
from gui.widgets.kernel_view import Cell, KernelView, Picture

ALL = "all together"
HELP = "Type a number such as -0.5 or 1/8. Enter: down, Tab: right, Esc: as it was, PageUp, PageDown: frames."
USUAL, TALL = QSize(800, 640), 760
_ROUNDING = 1e-5


class KernelDialog(QDialog):
    """Shows one kernel frame by frame and tells what the person wants to change; it changes nothing itself.

    Signals
    -------
    filter_chosen(int)
        Another filter of the bank.
    weight_typed(int, int, float, int)
        Row, column, weight, number of the edit (one for all that is typed into a cell in one go).
    edit_cancelled(int)
        What was typed under that number is to be taken back.
    copy_requested(), paste_requested()
        By key in the grid.
    closed()
        The window is gone; the filters stay as they are.
    """

    filter_chosen = Signal(int)
    weight_typed = Signal(int, int, float, int)
    edit_cancelled = Signal(int)
    copy_requested = Signal()
    paste_requested = Signal()
    closed = Signal()

    def __init__(self, actions: Sequence[QAction] = (), parent: QWidget | None = None) -> None:
        """Make the window; `actions` get a button each, and their keys work here, too."""
        super().__init__(parent)
        self.setObjectName("kernel_editor")
        self.setWindowTitle("Edit the kernel")
        self._kernel: Kernel | None = None
        self._planes: KernelPlanes | None = None
        self._frame, self._channel = 0, 0  # what is in the grid: the choosers may be ahead of it
        self.filter_combo = ComboBox()
        describe(self.filter_combo, "Filter", "The filter whose weights are edited")
        self.channel_combo = ComboBox()
        describe(self.channel_combo, "Channel", "Which colour's weights to edit, or all together")
        self.frame_box = SpinBox(1, MAX_KERNEL_SIDE, 1)
        describe(self.frame_box, "Frame", "Which frame of the kernel is in the grid (PageUp, PageDown)")
        self.frame_label = make_label("", "hint")
        self.strip = KernelView(16.0, 48.0)
        describe(self.strip, "All frames", "All frames of the kernel; click one to edit it")
        self.grid = KernelGrid()
        self.message_label = make_label(HELP, "hint", wrap=True)
        self.message_label.setObjectName("kernel_message")
        # Two lines at all times: the grid does not move when a sentence comes or goes.
        self.message_label.setMinimumHeight(2 * self.message_label.fontMetrics().lineSpacing() + 2)
        self.message_label.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        self.numbers_label = make_label("", "value")
        self.numbers_label.setFont(tabular(self.numbers_label.font()))
        self.tools = KernelTools()
        self._lay_out(actions)
        self._connect()
        self._sized = False

    @property
    def frame(self) -> int:
        """The frame in the grid, from 0."""
        return self._frame

    @property
    def channel(self) -> int | None:
        """The channel that is edited, or None for all together."""
        return self._channel - 1 if self._channel > 0 else None

    @property
    def kernel(self) -> Kernel | None:
        """The kernel in the grid."""
        return self._kernel

    def show_kernel(self, kernel: Kernel, names: Sequence[str], index: int) -> None:
        """Show a kernel: number `index` of a bank whose filters have these names."""
        before = self._planes
        self._kernel, self._planes = kernel, kernel_planes(kernel)
        titles = [name if name == f"filter {i + 1}" else f"{i + 1}  {name}" for i, name in enumerate(names)]
        if titles != [self.filter_combo.itemText(i) for i in range(self.filter_combo.count())]:
            self.filter_combo.clear()
            self.filter_combo.addItems(titles)
        self.filter_combo.setCurrentIndex(index)
        if before is None or before.names != self._planes.names:
            self._fill_channels()
        frames = int(kernel.weights.shape[0])
        self.frame_box.blockSignals(True)
        self.frame_box.setRange(1, frames)
        self.frame_box.blockSignals(False)
        self.frame_label.setText(f"of {frames}")
        self.tools.set_size(kernel.weights.shape[:3])
        self._show()
        if not self._sized:  # once: later the size is the person's
            self._sized = True
            room = self.screen().availableSize()
            rows, columns = kernel.weights.shape[1:3]
            width = max(USUAL.width(), self.grid.width_for(columns) + WIDTH + 60)
            self.resize(QSize(width, TALL if rows > MANY else USUAL.height()).boundedTo(room))

    @Slot(str)
    def show_refusal(self, sentence: str) -> None:
        """Say under the grid why something was not done; "" says how to edit."""
        role = "error" if sentence else "hint"
        if self.message_label.property("role") != role:
            self.message_label.setProperty("role", role)
            self.message_label.style().polish(self.message_label)
        self.message_label.setText(sentence or HELP)

    def frame_text(self) -> str:
        """Return the numbers in the grid as a table for spreadsheets."""
        return "" if self._planes is None else table_text(self._planes.weights[self._plane(), self._frame])

    def leave_cell(self) -> None:
        """End what is being typed: a good number counts."""
        self.grid.leave_cell()

    # Building

    def _lay_out(self, actions: Sequence[QAction]) -> None:
        filter_label = make_label("&Filter", buddy=self.filter_combo)
        self.channel_label = make_label("&Channel", buddy=self.channel_combo)
        frame_label = make_label("F&rame", buddy=self.frame_box)
        for label in (filter_label, self.channel_label, frame_label):
            label.setTextFormat(Qt.TextFormat.AutoText)
        top = make_row(
            filter_label, self.filter_combo, self.channel_label, self.channel_combo, frame_label,
            self.frame_box, self.frame_label, stretch=1,
        )  # fmt: skip
        left = QVBoxLayout()
        left.setSpacing(8)
        left.addLayout(top)
        left.addWidget(self.strip)
        left.addWidget(self.grid, 1)
        left.addWidget(self.message_label)
        left.addWidget(self.numbers_label)
        middle = QHBoxLayout()
        middle.setSpacing(14)
        middle.addLayout(left, 1)
        middle.addWidget(self.tools)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(14, 12, 14, 12)
        layout.setSpacing(10)
        layout.addLayout(middle, 1)
        layout.addLayout(self._bottom(actions))

    def _bottom(self, actions: Sequence[QAction]) -> QHBoxLayout:
        row = make_row()
        for action in actions:
            self.addAction(action)  # its key works in this window, too
            if action.isCheckable():
                continue
            button = QPushButton(action.text().replace("&", ""))
            button.setAutoDefault(False)
            describe(button, button.text(), action.toolTip())
            button.setEnabled(action.isEnabled())
            button.clicked.connect(lambda _checked=False, action=action: action.trigger())
            action.enabledChanged.connect(button.setEnabled)
            row.addWidget(button)
        row.addStretch(1)
        close = QPushButton("Close")
        close.setAutoDefault(False)
        close.clicked.connect(self.close)
        row.addWidget(close)
        return row

    def _connect(self) -> None:
        grid = self.grid
        grid.weight_typed.connect(self.weight_typed)
        grid.edit_cancelled.connect(self.edit_cancelled)
        grid.refused.connect(self.show_refusal)
        grid.frame_step_requested.connect(self._on_frame_step)
        grid.copy_requested.connect(self.copy_requested)
        grid.paste_requested.connect(self.paste_requested)
        self.filter_combo.activated.connect(self.filter_chosen)
        self.channel_combo.currentIndexChanged.connect(self._on_view_changed)
        self.frame_box.valueChanged.connect(self._on_view_changed)
        self.strip.cell_clicked.connect(self._on_strip_clicked)

    # What is shown

    def _plane(self) -> int:
        """Return the plane in the grid; the last of several is their mean, what "all together" shows."""
        assert self._planes is not None
        return len(self._planes.names) - 1 if self.channel is None else self.channel

    def _fill_channels(self) -> None:
        assert self._planes is not None
        many = len(self._planes.names) > 1
        self.channel_combo.blockSignals(True)
        self.channel_combo.clear()
        if many:
            self.channel_combo.addItems([ALL, *self._planes.names[:-1]])
        self.channel_combo.blockSignals(False)
        self.channel_combo.setVisible(many)
        self.channel_label.setVisible(many)

    def _show(self) -> None:
        if self._kernel is None or self._planes is None:
            return
        self._frame, self._channel = self.frame_box.value() - 1, max(self.channel_combo.currentIndex(), 0)
        plane = self._plane()
        frames, table = len(self._planes.weights[plane]), color_table(KERNEL_TABLE)
        pictures = [
            Picture(plane, t, from_indices(self._planes.indices(plane, t), table)) for t in range(frames)
        ]
        self.strip.show_pictures([pictures], [], [str(t + 1) for t in range(frames)])
        self.strip.set_marked(self.frame)
        values = self._planes.weights[plane, self._frame].tolist()
        levels = self._planes.indices(plane, self._frame).tolist()
        many = self.channel is None and len(self._planes.names) > 1
        channels = self._kernel.weights[self._frame].tolist() if many else ()
        self.grid.show_frame(GridFrame(values, levels, channels, self._planes.names[:-1] if many else ()))
        self._show_numbers()

    def _show_numbers(self) -> None:
        assert self._kernel is not None
        kernel = self._kernel
        # Sums that are only the rounding of the weights are 0 for people.
        small = _ROUNDING * kernel.norm
        total, frame = kernel.total, Kernel(kernel.weights[self.frame : self.frame + 1]).total
        total, frame = (0.0 if abs(value) <= small else value for value in (total, frame))
        self.numbers_label.setText(
            f"sum {format_response(total)}   norm {format_response(kernel.norm)}   "
            f"largest {format_response(kernel.limit)}   sum of this frame {format_response(frame)}"
        )

    # Slots

    @Slot(int)
    def _on_frame_step(self, step: int) -> None:
        self.frame_box.setValue(self.frame_box.value() + step)

    @Slot(int)
    def _on_view_changed(self, _index: int) -> None:
        self.leave_cell()
        self.show_refusal("")
        self._show()

    @Slot(object)
    def _on_strip_clicked(self, cell: Cell) -> None:
        self.frame_box.setValue(cell.t + 1)

    # Qt overrides

    def done(self, result: int) -> None:
        """Take what was typed, and go: with the cross, the button and Esc alike."""
        self.leave_cell()
        super().done(result)
        self.closed.emit()
