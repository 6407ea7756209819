"""The working size: how large the frames are that the filters see."""

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QCheckBox, QVBoxLayout, QWidget

from core.settings import WorkingSize
from gui.widgets.controls import describe, make_label, make_row
from gui.widgets.inputs import ComboBox, SpinBox

SIDES = (160, 240, 320, 480, 640)
LARGEST = 8192
AS_IT_IS = WorkingSize(LARGEST, LARGEST)
_TIP = (
    "Longest side of the frames that the filters see: small is quick. "
    "The clip keeps its own size and is never stretched."
)


class SizeRow(QWidget):
    """A choice of sizes and what it comes to.

    Signals:
        working_size_changed: a person chose another WorkingSize.
    """

    working_size_changed = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._size = WorkingSize()
        self.combo = ComboBox([f"{side} px" for side in SIDES])
        self.combo.addItems(["clip's size", "custom…"])
        self.combo.setObjectName("size_combo")
        describe(self.combo, "Working size", _TIP)
        self.width_spin = SpinBox(1, LARGEST, 320)
        self.height_spin = SpinBox(1, LARGEST, 240)
        describe(self.width_spin, "Width of the box", "The frames fit into this box, never stretched: width")
        describe(
            self.height_spin, "Height of the box", "The frames fit into this box, never stretched: height"
        )
        self.enlarge_box = QCheckBox("enlarge smaller clips")
        describe(
            self.enlarge_box, "Enlarge smaller clips", "Let a clip that is smaller than the box grow to it"
        )
        self.shown_label = make_label("", "hint")
        self.shown_label.setToolTip("The size that the filters see")
        self._custom = QWidget()
        custom = QVBoxLayout(self._custom)
        custom.setContentsMargins(0, 0, 0, 0)
        boxes = make_row(self.width_spin, make_label("×", "hint"), self.height_spin, stretch=0)
        boxes.setStretch(2, 1)
        custom.addLayout(boxes)
        custom.addWidget(self.enlarge_box)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        label = make_label("Si&ze", buddy=self.combo)
        column.addLayout(make_row(label, self.combo, self.shown_label, stretch=1))
        column.addWidget(self._custom)
        self.combo.activated.connect(self._on_activated)
        for spin in (self.width_spin, self.height_spin):
            spin.valueChanged.connect(self._on_box_changed)
        self.enlarge_box.clicked.connect(self._on_box_changed)
        self._show_size()

    @property
    def size_wanted(self) -> WorkingSize:
        """The size that is chosen."""
        return self._size

    def set_working_size(self, size: WorkingSize, shown: str) -> None:
        """Show a size and what it comes to, such as "→ 320×240"; no signal."""
        stays_custom = size == self._size and self.combo.currentIndex() == self._custom_index
        self._size = size
        self.shown_label.setText(shown)
        if not stays_custom:
            self._show_size()

    @property
    def _custom_index(self) -> int:
        return len(SIDES) + 1

    def _show_size(self) -> None:
        square = self._size.width == self._size.height and not self._size.enlarge
        if self._size == AS_IT_IS:
            index = len(SIDES)
        elif square and self._size.width in SIDES:
            index = SIDES.index(self._size.width)
        else:
            index = self._custom_index
        self.combo.setCurrentIndex(index)
        self._show_box()

    def _show_box(self) -> None:
        """Show the boxes for a size of one's own, filled in with the size that is used now."""
        custom = self.combo.currentIndex() == self._custom_index
        self._custom.setVisible(custom)
        if custom:
            for spin, number in ((self.width_spin, self._size.width), (self.height_spin, self._size.height)):
                spin.blockSignals(True)
                spin.setValue(number)
                spin.blockSignals(False)
            self.enlarge_box.setChecked(self._size.enlarge)

    def _change(self, size: WorkingSize) -> None:
        if size != self._size:
            self._size = size
            self.working_size_changed.emit(size)

    @Slot(int)
    def _on_activated(self, index: int) -> None:
        self._show_box()
        if index < len(SIDES):
            self._change(WorkingSize(SIDES[index], SIDES[index]))
        elif index == len(SIDES):
            self._change(AS_IT_IS)
        else:
            self.width_spin.setFocus()

    @Slot()
    def _on_box_changed(self) -> None:
        wanted = WorkingSize(self.width_spin.value(), self.height_spin.value(), self.enlarge_box.isChecked())
        self._change(wanted)
