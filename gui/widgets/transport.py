"""The transport bar: play, step, scrub, rate and loop on the left, what is being done on the right."""

from PySide6.QtCore import QEvent, Qt, Signal, Slot
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QSizePolicy,
    QWidget,
)

from core.playback import LoopMode
from gui.widgets.controls import ElidedLabel, describe, make_label, set_property, tabular
from gui.widgets.frame_slider import FrameSlider
from gui.widgets.icons import IconButton
from gui.widgets.inputs import ComboBox, RateSpinBox

LOOP_MODES = tuple(LoopMode)
# Below this share of the wanted rate a person can see that the machine does not keep up.
SLOW = 0.95


class TransportBar(QWidget):
    """Everything that moves the playhead, and the status of long work.

    Signals:
        play_toggled: play, or pause.
        step_requested: one frame on (+1) or back (-1).
        first_requested, last_requested: to the first or last frame.
        frame_requested: to this clip frame.
        fps_changed: a person chose another rate, 1 to 60 frames per second.
        loop_mode_changed: a person chose another LoopMode.
        cancel_requested: stop the work that `set_busy` shows.
    """

    play_toggled = Signal()
    step_requested = Signal(int)
    first_requested = Signal()
    last_requested = Signal()
    frame_requested = Signal(int)
    fps_changed = Signal(float)
    loop_mode_changed = Signal(object)
    cancel_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._available = True
        self._count = 1
        self._achieved: float | None = None
        self._status = ""
        self._busy: str | None = None
        self._make_buttons()
        self._make_position()
        self._make_work()
        self._lay_out()
        self._connect()
        self._measure()
        self.set_count(1)
        self.set_busy(None)

    @property
    def count(self) -> int:
        """Frames in the clip."""
        return self._count

    @property
    def frame(self) -> int:
        """The clip frame that is shown, from 0."""
        return self.frame_slider.value()

    @property
    def loop_mode(self) -> LoopMode:
        """The loop mode that is shown."""
        return LOOP_MODES[self.loop_combo.currentIndex()]

    def set_count(self, count: int) -> None:
        """Set the number of clip frames; with one frame there is nothing to play."""
        self._count = max(count, 1)
        self.frame_slider.set_count(self._count)
        self._enable()
        self._measure()
        self._show_frame()

    def set_film_available(self, available: bool) -> None:
        """Let the film be played and searched, or not: it is not on the screen."""
        self._available = available
        self._enable()

    def _enable(self) -> None:
        for widget in (*self._steps, self.play_button, self.frame_slider):
            widget.setEnabled(self._available and self._count > 1)

    def set_frame(self, frame: int) -> None:
        """Show the playhead at a clip frame."""
        self.frame_slider.set_frame(frame)
        self._show_frame()

    def set_playing(self, playing: bool) -> None:
        """Show whether the film runs."""
        self.play_button.set_icon_name("pause" if playing else "play")
        describe(
            self.play_button, "Pause" if playing else "Play", "Pause (Space)" if playing else "Play (Space)"
        )
        if not playing:
            self.set_achieved(None)

    def set_fps(self, fps: float) -> None:
        """Show the wanted rate, in frames per second."""
        self.speed_spin.blockSignals(True)
        self.speed_spin.setValue(fps)
        self.speed_spin.blockSignals(False)
        self._show_achieved()

    def set_loop_mode(self, mode: LoopMode) -> None:
        """Show the loop mode."""
        self.loop_combo.setCurrentIndex(LOOP_MODES.index(mode))

    def set_achieved(self, fps: float | None) -> None:
        """Show the rate that the screen really gets, or nothing."""
        if fps != self._achieved:
            self._achieved = fps
            self._show_achieved()

    def set_valid_range(self, first: int | None, last: int | None = None) -> None:
        """Mark the frames for which the feature volumes have none; None: all have one."""
        valid = None if first is None or last is None else (first, last)
        self.frame_slider.set_valid_range(valid)
        tip = "Frame of the clip: click or drag; arrow keys step"
        if valid is not None:
            tip += f". The feature volumes cover frames {valid[0] + 1} to {valid[1] + 1}."
        self.frame_slider.setToolTip(tip)

    def set_busy(self, text: str | None, fraction: float = -1.0) -> None:
        """Show work in progress, or none.

        Parameters
        ----------
        text
            What is being done ("computing filter 3 of 8"), or None when nothing is.
        fraction
            The finished part in [0, 1]; below 0 where nobody knows.
        """
        self._busy = text
        busy = text is not None
        self.progress_bar.setVisible(busy)
        self.cancel_button.setVisible(busy)
        if busy:
            known = fraction >= 0.0
            self.progress_bar.setRange(0, 1000 if known else 0)
            if known:
                self.progress_bar.setValue(round(min(fraction, 1.0) * 1000))
        self._status_label.set_text(text if text is not None else self._status)

    def set_status(self, text: str) -> None:
        """Show a word about what was done last; work in progress stands before it."""
        self._status = text
        if self._busy is None:
            self._status_label.set_text(text)

    # Building

    def _make_buttons(self) -> None:
        self.first_button = IconButton("first", "First frame", "First frame (Home)")
        self.back_button = IconButton("back", "One frame back", "One frame back (Left)")
        self.play_button = IconButton("play", "Play", "Play (Space)")
        self.play_button.setObjectName("play_button")
        self.forward_button = IconButton("forward", "One frame on", "One frame on (Right)")
        self.last_button = IconButton("last", "Last frame", "Last frame (End)")
        self._steps = (self.first_button, self.back_button, self.forward_button, self.last_button)
        for button in (self.back_button, self.forward_button):
            button.setAutoRepeat(True)

    def _make_position(self) -> None:
        self.frame_slider = FrameSlider()
        self.frame_slider.setObjectName("frame_slider")
        self.frame_slider.setAccessibleName("Frame of the clip")
        self.set_valid_range(None)
        self.frame_label = QLabel()
        self.frame_label.setProperty("role", "value")
        self.frame_label.setToolTip("The clip frame that is on the screen")
        self.speed_spin = RateSpinBox()
        self.speed_spin.setObjectName("speed_spin")
        describe(self.speed_spin, "Playback rate", "Playback rate: 1 to 60 frames per second")
        self.loop_combo = ComboBox([mode.value for mode in LOOP_MODES])
        self.loop_combo.setObjectName("loop_combo")
        self.loop_combo.setMinimumContentsLength(len("ping-pong"))
        describe(self.loop_combo, "Loop mode", "At the end of the clip: stop, start again, or run backwards")
        self.loop_combo.setCurrentIndex(LOOP_MODES.index(LoopMode.LOOP))
        self.achieved_label = make_label("", "value")
        self.achieved_label.setAccessibleName("Achieved rate")

    def _make_work(self) -> None:
        self._status_label = ElidedLabel()
        self._status_label.setObjectName("status_label")
        self.progress_bar = QProgressBar()
        self.progress_bar.setTextVisible(False)
        self.progress_bar.setFixedWidth(110)
        self.progress_bar.setAccessibleName("Progress")
        self.cancel_button = QPushButton("Cancel")
        describe(self.cancel_button, "Cancel the work in progress", "Stop this; what was there before stays")

    def _lay_out(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(10, 6, 10, 6)
        row.setSpacing(4)
        for button in (self.first_button, self.back_button, self.play_button):
            row.addWidget(button)
        row.addWidget(self.forward_button)
        row.addWidget(self.last_button)
        row.addSpacing(6)
        row.addWidget(self.frame_slider, 3)
        row.addSpacing(6)
        row.addWidget(self.frame_label)
        row.addSpacing(8)
        row.addWidget(self.speed_spin)
        row.addWidget(self.loop_combo)
        row.addWidget(self.achieved_label)
        row.addSpacing(8)
        row.addWidget(self._status_label, 2)
        row.addWidget(self.progress_bar)
        row.addWidget(self.cancel_button)
        for widget in (self.speed_spin, self.loop_combo):
            widget.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def _connect(self) -> None:
        self.play_button.clicked.connect(self._on_play_clicked)
        self.first_button.clicked.connect(self.first_requested)
        self.last_button.clicked.connect(self.last_requested)
        self.back_button.clicked.connect(self._on_back_clicked)
        self.forward_button.clicked.connect(self._on_forward_clicked)
        self.frame_slider.frame_requested.connect(self._on_frame_requested)
        self.speed_spin.valueChanged.connect(self._on_speed_changed)
        self.loop_combo.activated.connect(self._on_loop_activated)
        self.cancel_button.clicked.connect(self.cancel_requested)

    def _measure(self) -> None:
        """Give the counting labels the room of their widest text, so that nothing beside them moves.

        A label of fixed size does not have the window laid out anew at each frame.
        """
        for label in (self.frame_label, self.achieved_label):
            label.setFont(tabular(self.font()))
        metrics = self.frame_label.fontMetrics()
        widest = f"frame {self._count} of {self._count}"
        height = metrics.height() + 4
        self.frame_label.setFixedSize(metrics.horizontalAdvance(widest) + 4, height)
        self.achieved_label.setFixedSize(metrics.horizontalAdvance("now 59.9 fps") + 4, height)
        self.frame_label.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)

    def _show_frame(self) -> None:
        self.frame_label.setText(f"frame {self.frame + 1} of {self._count}")

    def _show_achieved(self) -> None:
        if self._achieved is None:
            self.achieved_label.setText("")
            self.achieved_label.setToolTip("")
            return
        slow = self._achieved < SLOW * self.speed_spin.value()
        self.achieved_label.setText(f"now {self._achieved:.1f} fps")
        tip = "Frames per second that really reach the screen"
        if slow:
            tip += ": fewer than wanted, so frames are left out evenly and the film keeps its speed"
        self.achieved_label.setToolTip(tip)
        set_property(self.achieved_label, "role", "hint" if slow else "value")

    # Slots

    @Slot()
    def _on_play_clicked(self) -> None:
        self.play_toggled.emit()

    @Slot()
    def _on_back_clicked(self) -> None:
        self.step_requested.emit(-1)

    @Slot()
    def _on_forward_clicked(self) -> None:
        self.step_requested.emit(1)

    @Slot(int)
    def _on_frame_requested(self, frame: int) -> None:
        self.frame_label.setText(f"frame {frame + 1} of {self._count}")
        self.frame_requested.emit(frame)

    @Slot(float)
    def _on_speed_changed(self, fps: float) -> None:
        self._show_achieved()
        self.fps_changed.emit(fps)

    @Slot(int)
    def _on_loop_activated(self, index: int) -> None:
        self.loop_mode_changed.emit(LOOP_MODES[index])

    def changeEvent(self, event: QEvent) -> None:
        """Measure again when the font changes."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.FontChange:
            self._measure()
