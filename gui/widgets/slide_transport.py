"""What moves the kernel of the slide: play, step both ways, go anywhere, speed."""

from PySide6.QtCore import QEvent, Qt, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QWidget

from gui.widgets.controls import describe, tabular
from gui.widgets.frame_slider import FrameSlider
from gui.widgets.icons import IconButton
from gui.widgets.inputs import RateSpinBox


class SlideTransport(QWidget):
    """Shows and asks for the step of a slide.

    Signals:
        play_toggled: play, or pause.
        step_requested: so many steps on, or back (below 0).
        first_requested, last_requested: to the first or last step.
        seek_requested: to this step.
        speed_changed: a person chose another speed, in steps per second.
    """

    play_toggled = Signal()
    step_requested = Signal(int)
    first_requested = Signal()
    last_requested = Signal()
    seek_requested = Signal(int)
    speed_changed = Signal(float)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._count = 1
        self.first_button = IconButton("first", "First step", "First step (Home)")
        self.back_button = IconButton("back", "One step back", "One step back (comma, or Left)")
        self.play_button = IconButton("play", "Play the slide", "Play (Space)")
        self.forward_button = IconButton("forward", "One step on", "One step on (full stop, or Right)")
        self.last_button = IconButton("last", "Last step", "Last step (End)")
        for name in ("first", "back", "play", "forward", "last"):
            getattr(self, f"{name}_button").setObjectName(f"slide_{name}_button")
        for button in (self.back_button, self.forward_button):
            button.setAutoRepeat(True)
        self.slider = FrameSlider()
        self.slider.setObjectName("slide_slider")
        describe(self.slider, "Step of the slide", "Step of the slide: click or drag; arrow keys step")
        self.step_label = QLabel()
        self.step_label.setProperty("role", "value")
        self.speed_spin = RateSpinBox(30.0)
        self.speed_spin.setObjectName("slide_speed_spin")
        self.speed_spin.setSuffix(" steps/s")
        describe(self.speed_spin, "Speed of the slide", "Steps per second, 1 to 60")
        self._lay_out()
        self._connect()
        self.set_count(1)

    @property
    def count(self) -> int:
        """How many steps there are."""
        return self._count

    def set_count(self, count: int) -> None:
        """Show how many steps there are; with none or one there is nothing to play."""
        self._count = max(count, 1)
        self.slider.set_count(self._count)
        self.slider.setPageStep(max(self._count // 16, 1))
        for widget in (self.first_button, self.back_button, self.play_button, self.forward_button):
            widget.setEnabled(self._count > 1)
        self.last_button.setEnabled(self._count > 1)
        self.slider.setEnabled(self._count > 1)
        self._measure()
        self._show_step()

    def set_step(self, step: int) -> None:
        """Show the step."""
        self.slider.set_frame(step)
        self._show_step()

    def set_playing(self, playing: bool) -> None:
        """Show whether it plays."""
        self.play_button.set_icon_name("pause" if playing else "play")
        name = "Pause" if playing else "Play"
        describe(self.play_button, f"{name} the slide", f"{name} (Space)")

    def set_speed(self, speed: float) -> None:
        """Show the speed, in steps per second."""
        self.speed_spin.blockSignals(True)
        self.speed_spin.setValue(speed)
        self.speed_spin.blockSignals(False)

    def _lay_out(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        for button in (self.first_button, self.back_button, self.play_button, self.forward_button):
            row.addWidget(button)
        row.addWidget(self.last_button)
        row.addSpacing(6)
        row.addWidget(self.slider, 1)
        row.addSpacing(6)
        row.addWidget(self.step_label)
        row.addSpacing(8)
        row.addWidget(self.speed_spin)
        self.speed_spin.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.step_label.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)

    def _connect(self) -> None:
        self.play_button.clicked.connect(self._on_play_clicked)
        self.first_button.clicked.connect(self.first_requested)
        self.last_button.clicked.connect(self.last_requested)
        self.back_button.clicked.connect(self._on_back_clicked)
        self.forward_button.clicked.connect(self._on_forward_clicked)
        self.slider.frame_requested.connect(self.seek_requested)
        self.speed_spin.valueChanged.connect(self.speed_changed)

    def _measure(self) -> None:
        """Give the counting label the room of its widest text: nothing beside it moves."""
        self.step_label.setFont(tabular(self.font()))
        metrics = self.step_label.fontMetrics()
        widest = f"step {self._count} of {self._count}"
        self.step_label.setFixedSize(metrics.horizontalAdvance(widest) + 4, metrics.height() + 4)

    def _show_step(self) -> None:
        self.step_label.setText(f"step {self.slider.value() + 1} of {self._count}")

    @Slot()
    def _on_play_clicked(self) -> None:
        self.play_toggled.emit()

    @Slot()
    def _on_back_clicked(self) -> None:
        self.step_requested.emit(-1)

    @Slot()
    def _on_forward_clicked(self) -> None:
        self.step_requested.emit(1)

    def changeEvent(self, event: QEvent) -> None:
        """Measure again when the font changes."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.FontChange:
            self._measure()
