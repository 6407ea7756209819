"""The record panel: one button that makes a clip, how it is made, and what came of it."""

from typing import TypeVar

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QProgressBar, QPushButton, QSizePolicy, QWidget

from core.limits import DEFAULT_CLIP_FRAMES, MAX_CLIP_FRAMES, MIN_CLIP_FRAMES
from core.recorder import RecorderState, RecorderStatus
from core.settings import COUNTDOWNS, RecordSettings, WorkingSize
from gui.widgets.controls import Section, describe, make_label, make_panel_layout, make_row, set_property
from gui.widgets.inputs import ComboBox, SpinBox
from gui.widgets.size_row import SizeRow
from gui.widgets.trim_row import TrimRow

RATES: tuple[float | None, ...] = (None, 5.0, 10.0, 15.0, 24.0, 30.0)
RECORD, CANCEL = "● Record", "■ Cancel (Esc)"


class RecordPanel(QWidget):
    """Record, cancel, retake, trim; frames, rate, countdown and working size.

    Signals:
        record_requested: begin with the countdown.
        cancel_requested: stop; the clip before stays.
        retake_requested: record again with the same settings.
        settings_changed: the RecordSettings that a person chose.
        trim_requested: keep the frames first … last, counted from 0, both included.
        untrim_requested: bring all recorded frames back.
        working_size_changed: the WorkingSize that a person chose.
    """

    record_requested = Signal()
    cancel_requested = Signal()
    retake_requested = Signal()
    settings_changed = Signal(object)
    trim_requested = Signal(int, int)
    untrim_requested = Signal()
    working_size_changed = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._status = RecorderStatus(RecorderState.IDLE)
        self._available = True
        self._reason = ""
        self._mirrored = True
        self._rates = RATES
        self._countdowns: tuple[int, ...] = COUNTDOWNS
        self._make_controls()
        self._lay_out()
        self._connect()
        self.set_settings(RecordSettings())
        self.set_clip_info("", 0)
        self._show_state()

    @property
    def status(self) -> RecorderStatus:
        """The recording that is shown."""
        return self._status

    def settings(self) -> RecordSettings:
        """Return what is chosen; whether it is mirrored is chosen beside the camera."""
        return RecordSettings(
            frames=self.frames_spin.value(),
            fps=self._rates[self.rate_combo.currentIndex()],
            countdown_s=self._countdowns[self.countdown_combo.currentIndex()],
            mirrored=self._mirrored,
        )

    def set_settings(self, settings: RecordSettings) -> None:
        """Show other settings; no signal. A rate or countdown of one's own joins the list."""
        self._rates = _with(RATES, settings.fps)
        self._countdowns = _with(COUNTDOWNS, settings.countdown_s)
        self.frames_spin.blockSignals(True)
        self.frames_spin.setValue(settings.frames)
        self.frames_spin.blockSignals(False)
        self.rate_combo.clear()
        self.rate_combo.addItems(["camera's rate" if r is None else f"{r:g} fps" for r in self._rates])
        self.rate_combo.setCurrentIndex(self._rates.index(settings.fps))
        self.countdown_combo.clear()
        self.countdown_combo.addItems([f"{s} s" for s in self._countdowns])
        self.countdown_combo.setCurrentIndex(self._countdowns.index(settings.countdown_s))
        self._mirrored = settings.mirrored

    def set_available(self, available: bool, reason: str = "") -> None:
        """Say whether recording is possible now, and if not, why (a sentence for the tooltip)."""
        self._available, self._reason = available, reason
        self._show_state()

    def set_status(self, status: RecorderStatus) -> None:
        """Show how far the recording is."""
        if status != self._status:
            self._status = status
            self._show_state()

    def set_clip_info(self, text: str, frames: int) -> None:
        """Show the result: "16 frames, 29.8 fps, jitter 0.7 ms", and allow to trim that many frames."""
        self.info_label.setText(text)
        self.info_label.setVisible(bool(text) and not self._status.active)
        self.trim_row.set_frames(frames)

    def set_trimmed(self, trimmed: bool) -> None:
        """Say whether there are frames to bring back."""
        self.trim_row.set_trimmed(trimmed)

    def set_retake_available(self, available: bool) -> None:
        """Say whether there is a recording to make again."""
        self.retake_button.setVisible(available)

    def set_working_size(self, size: WorkingSize, shown: str = "") -> None:
        """Show the working size and what it comes to, such as "→ 320×240"; no signal."""
        self.size_row.set_working_size(size, shown)

    # Building

    def _make_controls(self) -> None:
        self.record_button = QPushButton(RECORD)
        self.record_button.setObjectName("record_button")
        self.record_button.setProperty("role", "primary")
        self.record_button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.retake_button = QPushButton("Retake")
        describe(
            self.retake_button, "Retake", "Record again with the same settings; this recording is replaced"
        )
        self.retake_button.setVisible(False)
        self.progress_bar = QProgressBar()
        self.progress_bar.setTextVisible(False)
        self.progress_bar.setAccessibleName("Progress of the recording")
        self.progress_label = make_label("", "value")
        self.progress_row = QWidget()
        self.progress_row.setLayout(make_row(self.progress_bar, self.progress_label, stretch=0))
        self.sentence_label = make_label("", "hint", wrap=True)
        self.info_label = make_label("", "value", wrap=True)
        self.info_label.setToolTip("Frames, real rate, and how evenly they were taken (standard deviation)")
        self.frames_spin = SpinBox(MIN_CLIP_FRAMES, MAX_CLIP_FRAMES, DEFAULT_CLIP_FRAMES)
        tip = f"Frames in the clip, {MIN_CLIP_FRAMES} to {MAX_CLIP_FRAMES}"
        describe(self.frames_spin, "Frames to record", tip)
        self.countdown_combo = ComboBox()
        describe(self.countdown_combo, "Countdown", "Seconds to get ready before the first frame")
        self.rate_combo = ComboBox()
        describe(
            self.rate_combo,
            "Rate",
            "Frames per second: all that the camera delivers, or an even choice of them",
        )
        self.size_row = SizeRow()
        self.trim_row = TrimRow()
        self.trim_section = Section("Trim", self.trim_row)
        self._settings_controls = (
            self.frames_spin,
            self.countdown_combo,
            self.rate_combo,
            self.size_row,
        )

    def _lay_out(self) -> None:
        layout = make_panel_layout(self)
        layout.addWidget(make_label("RECORD", "title"))
        layout.addLayout(make_row(self.record_button, self.retake_button, stretch=0))
        layout.addWidget(self.progress_row)
        layout.addWidget(self.sentence_label)
        layout.addWidget(self.info_label)
        frames = make_label("Fr&ames", buddy=self.frames_spin)
        after = make_label("af&ter", buddy=self.countdown_combo)
        row = make_row(frames, self.frames_spin, after, self.countdown_combo, stretch=3)
        row.setStretch(1, 1)
        layout.addLayout(row)
        layout.addLayout(make_row(make_label("Rat&e", buddy=self.rate_combo), self.rate_combo, stretch=1))
        layout.addWidget(self.size_row)
        layout.addWidget(self.trim_section)

    def _connect(self) -> None:
        self.record_button.clicked.connect(self._on_record_clicked)
        self.retake_button.clicked.connect(self.retake_requested)
        self.frames_spin.valueChanged.connect(self._on_settings_edited)
        self.rate_combo.activated.connect(self._on_settings_edited)
        self.countdown_combo.activated.connect(self._on_settings_edited)
        self.trim_row.trim_requested.connect(self.trim_requested)
        self.trim_row.untrim_requested.connect(self.untrim_requested)
        self.size_row.working_size_changed.connect(self.working_size_changed)

    def _show_state(self) -> None:
        """Show button, progress and sentence as the recording is now."""
        status, active = self._status, self._status.active
        self.record_button.setText(CANCEL if active else RECORD)
        set_property(self.record_button, "role", "record" if active else "primary")
        self.record_button.setEnabled(active or self._available)
        tip = "Stop recording; the clip before stays (Esc)" if active else "Record a clip from the camera (R)"
        if not active and not self._available:
            tip = self._reason or "There is no camera to record from"
        describe(self.record_button, "Cancel recording" if active else "Record", tip)
        self.retake_button.setEnabled(not active and self._available)
        for widget in (*self._settings_controls, self.trim_row):
            widget.setEnabled(not active)
        self._show_progress()
        failed = status.state is RecorderState.FAILED
        set_property(self.sentence_label, "role", "error" if failed else "hint")
        sentence = status.sentence or ("" if active or self._available else self._reason)
        self.sentence_label.setText(sentence)
        self.sentence_label.setVisible(bool(sentence))

    def _show_progress(self) -> None:
        """Show the recording under way where otherwise the clip's numbers are: nothing below moves."""
        status = self._status
        texts = {
            RecorderState.COUNTDOWN: f"starts in {status.remaining_s} s",
            RecorderState.WARMING: "getting ready",
            RecorderState.RECORDING: f"{status.captured} of {status.total}",
        }
        self.progress_label.setText(texts.get(status.state, ""))
        self.progress_bar.setRange(0, max(status.total, 1))
        self.progress_bar.setValue(status.captured)
        self.progress_row.setVisible(status.active)
        self.info_label.setVisible(bool(self.info_label.text()) and not status.active)

    # Slots

    @Slot()
    def _on_record_clicked(self) -> None:
        if self._status.active:
            self.cancel_requested.emit()
        else:
            self.record_requested.emit()

    @Slot()
    def _on_settings_edited(self) -> None:
        self.settings_changed.emit(self.settings())


Entry = TypeVar("Entry")


def _with(known: tuple[Entry, ...], chosen: Entry) -> tuple[Entry, ...]:
    """Return the list, with a value of one's own at its end where it is not in it."""
    return known if chosen in known else (*known, chosen)
