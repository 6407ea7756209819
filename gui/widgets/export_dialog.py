"""The export dialog: what goes into the animation, and how large and long it will be."""

from collections.abc import Sequence
from typing import Literal

from PySide6.QtCore import QSignalBlocker, Slot
from PySide6.QtWidgets import QCheckBox, QDialog, QLabel, QVBoxLayout, QWidget

from core.clip import Clip
from core.display.montage import mosaic_layout
from core.export.gif import gif_note
from core.playback import MAX_FPS, MIN_FPS, order
from core.settings import ExportSettings
from core.volume import FeatureVolume
from gui.widgets.controls import describe, make_accept_buttons, make_form, make_label
from gui.widgets.inputs import ComboBox, RateSpinBox, SpinBox

CONTENTS: tuple[Literal["mosaic", "input", "feature"], ...] = ("mosaic", "input", "feature")
_TITLES = ("Mosaic: input and all feature volumes", "Input", "One feature volume")
_NOT_YET = "The feature volumes are not complete yet"


class ExportDialog(QDialog):
    """Asks for `ExportSettings`; call `prepare` with what there is to export."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Export animation")
        self._clip: Clip | None = None
        self._working: Clip | None = None
        self._volumes: tuple[FeatureVolume, ...] = ()
        self._complete = False
        self._make_controls()
        self._lay_out()
        changes = (
            self.content_combo.currentIndexChanged,
            self.feature_combo.currentIndexChanged,
            self.fps_spin.valueChanged,
            self.scale_spin.valueChanged,
            self.ping_pong_box.toggled,
            self.captions_box.toggled,
        )
        for signal in changes:
            signal.connect(self._show_result)
        self._show_result()

    def prepare(
        self, clip: Clip, working_clip: Clip, volumes: Sequence[FeatureVolume], names: Sequence[str]
    ) -> None:
        """Say what there is to export; the rate becomes the clip's.

        Parameters
        ----------
        clip, working_clip
            As recorded (what "input" exports), and at the size that the volumes have (the mosaic).
        volumes, names
            The feature volumes that are complete so far, and the names of all filters.
        """
        self._clip, self._working, self._volumes = clip, working_clip, tuple(volumes)
        self._complete = 0 < len(names) == len(volumes)
        with QSignalBlocker(self.feature_combo):
            self.feature_combo.clear()
            self.feature_combo.addItems([_feature_title(i, name) for i, name in enumerate(names)])
        if not self._complete:  # before anything is told that looks at the volumes
            self.content_combo.setCurrentIndex(CONTENTS.index("input"))
        self.fps_spin.setValue(min(max(clip.fps, MIN_FPS), MAX_FPS))
        self.content_combo.setEnabled(self._complete)
        tip = "What is to be seen" if self._complete else f"{_NOT_YET}: only the input can be exported now"
        describe(self.content_combo, "Content", tip)
        self._show_result()

    def settings(self) -> ExportSettings:
        """Return what is chosen."""
        return ExportSettings(
            content=CONTENTS[self.content_combo.currentIndex()],
            feature=max(self.feature_combo.currentIndex(), 0),
            fps=self.fps_spin.value(),
            scale=self.scale_spin.value(),
            loop=self.loop_box.isChecked(),
            ping_pong=self.ping_pong_box.isChecked(),
            captions=self.captions_box.isChecked(),
        )

    def set_settings(self, settings: ExportSettings) -> None:
        """Show other settings; features that are not there are not chosen."""
        if self._complete or self._clip is None:
            self.content_combo.setCurrentIndex(CONTENTS.index(settings.content))
        if settings.feature < self.feature_combo.count():
            self.feature_combo.setCurrentIndex(settings.feature)
        self.fps_spin.setValue(settings.fps)
        self.scale_spin.setValue(settings.scale)
        self.loop_box.setChecked(settings.loop)
        self.ping_pong_box.setChecked(settings.ping_pong)
        self.captions_box.setChecked(settings.captions)
        self._show_result()

    def result_size(self) -> tuple[int, int]:
        """Return (width, height) of the animation in pixels; (0, 0) before `prepare`."""
        if self._clip is None or self._working is None:
            return 0, 0
        wanted = self.settings()
        if wanted.content == "input":
            return self._clip.width * wanted.scale, self._clip.height * wanted.scale
        if wanted.content == "feature":
            _, height, width = self._volumes[wanted.feature].data.shape
            return width * wanted.scale, height * wanted.scale
        layout = mosaic_layout(self._working, self._volumes, wanted)
        return layout.width, layout.height

    def result_frames(self) -> int:
        """Return the number of frames of the animation; 0 before `prepare`."""
        if self._clip is None:
            return 0
        wanted = self.settings()
        count = len(self._volumes[wanted.feature]) if wanted.content == "feature" else len(self._clip)
        return len(order(count, wanted.ping_pong))

    def _make_controls(self) -> None:
        self.content_combo = ComboBox(_TITLES)
        self.content_combo.setMinimumContentsLength(30)
        describe(self.content_combo, "Content", "What is to be seen")
        self.feature_combo = ComboBox()
        describe(self.feature_combo, "Feature volume", "Which filter's answers")
        self.fps_spin = RateSpinBox()
        describe(self.fps_spin, "Rate", "Frames per second of the animation, 1 to 60")
        self.scale_spin = SpinBox(1, 8, 1)
        self.scale_spin.setSuffix(" ×")
        describe(
            self.scale_spin, "Scale", "Each pixel becomes this many equal pixels across and down, 1 to 8"
        )
        self.loop_box = QCheckBox("&Loop for ever")
        self.loop_box.setChecked(True)
        self.loop_box.setToolTip("Otherwise the animation plays once")
        self.ping_pong_box = QCheckBox("&Ping-pong")
        self.ping_pong_box.setToolTip("Forwards, then backwards")
        self.captions_box = QCheckBox("&Captions and legend")
        self.captions_box.setChecked(True)
        self.result_label = make_label("", "value")
        self.note_label = make_label("", "hint", wrap=True)
        tip = "Choose a file and write it (Enter)"
        self.buttons, self.export_button = make_accept_buttons(self, "Export…", tip)

    def _lay_out(self) -> None:
        form = make_form()
        self._feature_label = make_label("&Feature volume", buddy=self.feature_combo)
        rows: tuple[tuple[QLabel, QWidget], ...] = (
            (make_label("Co&ntent", buddy=self.content_combo), self.content_combo),
            (self._feature_label, self.feature_combo),
            (make_label("&Rate", buddy=self.fps_spin), self.fps_spin),
            (make_label("&Scale", buddy=self.scale_spin), self.scale_spin),
        )
        for label, control in rows:
            form.addRow(label, control)
        for box in (self.loop_box, self.ping_pong_box, self.captions_box):
            form.addRow("", box)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 16, 16, 14)
        layout.setSpacing(12)
        layout.addLayout(form)
        layout.addWidget(self.result_label)
        layout.addWidget(self.note_label)
        layout.addStretch(1)
        layout.addWidget(self.buttons)
        self.setMinimumWidth(400)

    @Slot()
    def _show_result(self) -> None:
        wanted = self.settings()
        feature, mosaic = wanted.content == "feature", wanted.content == "mosaic"
        self.feature_combo.setEnabled(feature)
        self.feature_combo.setToolTip("Which filter's answers" if feature else "Only for one feature volume")
        self.captions_box.setEnabled(mosaic)
        self.captions_box.setToolTip(
            "Names, legend and frame number in the picture" if mosaic else "Only the mosaic has captions"
        )
        (width, height), frames = self.result_size(), self.result_frames()
        before = (
            f"{width // wanted.scale}×{height // wanted.scale} → " if wanted.scale > 1 and not mosaic else ""
        )
        seconds = frames / wanted.fps
        self.result_label.setText(f"{before}{width}×{height} pixels, {frames} frames, {seconds:.1f} s")
        self.result_label.setVisible(frames > 0)
        note = gif_note(wanted.fps)
        self.note_label.setText(note)
        self.note_label.setVisible(bool(note))


def _feature_title(index: int, name: str) -> str:
    plain = f"filter {index + 1}"
    return plain if name == plain else f"{index + 1}: {name}"
