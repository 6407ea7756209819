"""The export dialog of the slide: how large its film is, which steps it shows, how fast; told beforehand."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QCheckBox, QDialog, QVBoxLayout, QWidget

from core.analysis.slide import Order, Scan
from core.export.gif import gif_note
from gui.widgets.controls import describe, make_accept_buttons, make_form, make_label
from gui.widgets.inputs import ComboBox, RateSpinBox, SpinBox

SIZES = {
    (640, 360): "640 × 360, for a page or a message",
    (960, 540): "960 × 540, for slides",
    (1280, 720): "1280 × 720",
    (1920, 1080): "1920 × 1080",
}
# Pictures of a film that nobody has asked to be longer.
PICTURES = 240
WHOLE, TOUR = "The whole scan", "The whole scan, faster and faster"
TOUR_RATE = 15.0


@dataclass(frozen=True, slots=True)
class SlideFilm:
    """What a person asked for.

    Parameters
    ----------
    size
        (width, height) in pixels.
    steps
        Which steps are shown, one picture each.
    fps
        Pictures per second.
    loop
        Whether a GIF plays for ever.
    """

    size: tuple[int, int]
    steps: Sequence[int]
    fps: float
    loop: bool


class SlideExportDialog(QDialog):
    """Asks for a `SlideFilm` of a scan.

    Parameters
    ----------
    scan
        What slides.
    frame
        The output frame t that is on the screen.
    speed
        The speed on the screen, in steps per second.
    """

    def __init__(self, scan: Scan, frame: int, speed: float, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Export the slide")
        self._scan, self._frame = scan, frame
        self._make_controls(speed)
        self._lay_out()
        self.part_combo.currentIndexChanged.connect(self._on_part_changed)
        for changed in (
            self.size_combo.currentIndexChanged,
            self.every_spin.valueChanged,
            self.fps_spin.valueChanged,
        ):
            changed.connect(self._show_result)
        self._on_part_changed()

    def film(self) -> SlideFilm:
        """Return what is chosen."""
        size = tuple(SIZES)[self.size_combo.currentIndex()]
        return SlideFilm(
            size, self._steps(self.every_spin.value()), self.fps_spin.value(), self.loop_box.isChecked()
        )

    def _steps(self, every: int) -> Sequence[int]:
        part = self.part_combo.currentText()
        if part == TOUR:
            return self._scan.tour(PICTURES)
        return self._scan.film_steps(None if part == WHOLE else self._frame, every)

    def _make_controls(self, speed: float) -> None:
        self.size_combo = ComboBox(list(SIZES.values()))
        self.size_combo.setCurrentIndex(1)
        self.size_combo.setMinimumContentsLength(28)
        describe(self.size_combo, "Size", "Pixels of the film; letters grow with it")
        parts, in_space = [WHOLE], self._scan.order is Order.SPACE_THEN_TIME
        if in_space and self._scan.count > PICTURES:
            parts.insert(0, TOUR)
        if in_space and self._scan.shape[0] > 1:
            parts.append(f"Output frame t = {self._frame} only")
        self.part_combo = ComboBox(parts)
        describe(
            self.part_combo,
            "Steps",
            "Which part of the scan the film shows; faster and faster is a row, then a frame, then all",
        )
        self.every_spin = SpinBox(1, max(self._scan.count, 1), 1)
        self.every_spin.setPrefix("every ")
        self.every_spin.setSuffix(" steps")
        self.every_spin.setSpecialValueText("every step")
        describe(
            self.every_spin, "Pictures", "A picture every so many steps: more steps make the film shorter"
        )
        self.fps_spin = RateSpinBox(min(speed, TOUR_RATE if parts[0] == TOUR else 30.0))
        describe(self.fps_spin, "Rate", "Pictures per second, 1 to 60")
        self.loop_box = QCheckBox("&Loop for ever")
        self.loop_box.setChecked(True)
        self.loop_box.setToolTip("A GIF starts again at its end; of a video the player decides")
        self.result_label = make_label("", "value")
        self.note_label = make_label("", "hint", wrap=True)
        tip = "Choose a file and write it (Enter)"
        self.buttons, self.export_button = make_accept_buttons(self, "Export…", tip)

    def _lay_out(self) -> None:
        self._form = form = make_form()
        for text, control in (
            ("&Size", self.size_combo),
            ("S&teps", self.part_combo),
            ("&Pictures", self.every_spin),
            ("&Rate", self.fps_spin),
        ):
            form.addRow(make_label(text, buddy=control), control)
        form.addRow("", self.loop_box)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 16, 16, 14)
        layout.setSpacing(12)
        layout.addLayout(form)
        layout.addWidget(self.result_label)
        layout.addWidget(self.note_label)
        layout.addStretch(1)
        layout.addWidget(self.buttons)
        self.setMinimumWidth(420)

    @Slot()
    def _on_part_changed(self) -> None:
        """Suggest as many pictures as a film may have."""
        self._form.setRowVisible(self.every_spin, self.part_combo.currentText() != TOUR)
        self.every_spin.setValue(max(-(-len(self._steps(1)) // PICTURES), 1))
        self._show_result()

    @Slot()
    def _show_result(self) -> None:
        film = self.film()
        count, (width, height) = len(film.steps), film.size
        pictures = "1 picture" if count == 1 else f"{count} pictures"
        self.result_label.setText(f"{width}×{height} pixels, {pictures}, {count / film.fps:.1f} s")
        whole = self.part_combo.currentText() == TOUR
        left_out = (self._scan.count if whole else len(self._steps(1))) - count
        notes = [gif_note(film.fps)]
        if left_out:
            notes.insert(
                0, f"{left_out} steps get no picture of their own; what they computed is still drawn."
            )
        self.note_label.setText(" ".join(note for note in notes if note))
        self.note_label.setVisible(bool(self.note_label.text()))
