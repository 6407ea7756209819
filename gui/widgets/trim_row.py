"""First and last frame to keep: the folded part of the record panel."""

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from gui.widgets.controls import describe, make_label, make_row
from gui.widgets.inputs import SpinBox


class TrimRow(QWidget):
    """Cuts frames off the ends of the clip; people count frames from 1, the signal counts from 0.

    Signals:
        trim_requested: keep the frames first … last, counted from 0, both included.
        untrim_requested: bring all frames back.
    """

    trim_requested = Signal(int, int)
    untrim_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._frames = 0
        self.first_spin = SpinBox(1, 1, 1)
        self.last_spin = SpinBox(1, 1, 1)
        describe(self.first_spin, "First frame to keep", "First frame to keep")
        describe(self.last_spin, "Last frame to keep", "Last frame to keep")
        self.trim_button = QPushButton("Trim")
        self.trim_button.setAccessibleName("Trim")
        self.untrim_button = QPushButton("Undo trim")
        self.untrim_button.setAccessibleName("Undo trim")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        keep = make_label("&Keep", buddy=self.first_spin)
        spins = make_row(keep, self.first_spin, make_label("to", "hint"), self.last_spin, stretch=1)
        spins.setStretch(3, 1)
        column.addLayout(spins)
        buttons = make_row(self.trim_button, self.untrim_button, stretch=0)
        buttons.setStretch(1, 1)
        column.addLayout(buttons)
        self.first_spin.valueChanged.connect(self._on_first_changed)
        self.last_spin.valueChanged.connect(self._on_last_changed)
        self.trim_button.clicked.connect(self._on_trim_clicked)
        self.untrim_button.clicked.connect(self.untrim_requested)
        self.set_frames(0)
        self.set_trimmed(False)

    def set_frames(self, frames: int) -> None:
        """Set how many frames the clip has; the whole of it is selected."""
        self._frames = frames
        for spin, value in ((self.first_spin, 1), (self.last_spin, max(frames, 1))):
            spin.blockSignals(True)
            spin.setRange(1, max(frames, 1))
            spin.setValue(value)
            spin.setEnabled(frames > 1)
            spin.blockSignals(False)
        self._show_button()

    def set_trimmed(self, trimmed: bool) -> None:
        """Say whether there are frames to bring back."""
        self.untrim_button.setEnabled(trimmed)
        self.untrim_button.setToolTip("Bring all frames back" if trimmed else "The clip is not trimmed")

    def _show_button(self) -> None:
        whole = self.first_spin.value() == 1 and self.last_spin.value() == self._frames
        self.trim_button.setEnabled(self._frames > 1 and not whole)
        tip = f"Keep frames {self.first_spin.value()} to {self.last_spin.value()}"
        if self._frames <= 1:
            tip = "There are no frames to cut off"
        elif whole:
            tip = "All frames are kept: choose another first or last frame"
        self.trim_button.setToolTip(tip)

    @Slot(int)
    def _on_first_changed(self, first: int) -> None:
        if self.last_spin.value() < first:
            self.last_spin.setValue(first)
        self._show_button()

    @Slot(int)
    def _on_last_changed(self, last: int) -> None:
        if self.first_spin.value() > last:
            self.first_spin.setValue(last)
        self._show_button()

    @Slot()
    def _on_trim_clicked(self) -> None:
        self.trim_requested.emit(self.first_spin.value() - 1, self.last_spin.value() - 1)
