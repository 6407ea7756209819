"""Which frames of a longer film become the clip."""

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QFormLayout, QLabel, QVBoxLayout, QWidget

from core.limits import MAX_CLIP_FRAMES, MAX_FILE_FRAMES, MIN_CLIP_FRAMES
from core.sources.load import MAX_STEP, ClipSelection
from gui.widgets.inputs import SpinBox


class FramesDialog(QDialog):
    """Asks for first frame, number of frames and step."""

    def __init__(self, length: int | None, selection: ClipSelection, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Choose frames")
        self._length = length
        self.start_spin = SpinBox(1, length or MAX_FILE_FRAMES, selection.start + 1)
        self.count_spin = SpinBox(MIN_CLIP_FRAMES, MAX_CLIP_FRAMES, selection.frames)
        self.step_spin = SpinBox(1, MAX_STEP, selection.step)
        self.step_spin.setToolTip(
            "1 takes every frame, 2 every second one: motion looks faster to the filters."
        )
        self._result = QLabel()
        self._result.setProperty("role", "hint")
        form = QFormLayout()
        form.addRow("&First frame", self.start_spin)
        form.addRow("&Number of frames", self.count_spin)
        form.addRow("&Step", self.step_spin)
        self._buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel
        )
        self._buttons.accepted.connect(self.accept)
        self._buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.addLayout(form)
        layout.addWidget(self._result)
        layout.addWidget(self._buttons)
        for spin in (self.start_spin, self.count_spin, self.step_spin):
            spin.valueChanged.connect(self._show_result)
        self._show_result()

    def selection(self) -> ClipSelection:
        """Return what was chosen."""
        return ClipSelection(self.count_spin.value(), self.start_spin.value() - 1, self.step_spin.value())

    @Slot()
    def _show_result(self) -> None:
        wanted = self.selection()
        last = wanted.reach
        text = f"Frames {wanted.start + 1} to {last}" + (f" of {self._length}." if self._length else ".")
        if self._length is not None and last > self._length:
            there = max((self._length - wanted.start - 1) // wanted.step + 1, 0)
            text += f" The film ends before that: the clip will have {there}."
        self._result.setText(text)
