"""The cube with its switch and sliders, and what the colours of the page mean."""

from PySide6.QtCore import QEvent, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QButtonGroup, QCheckBox, QGridLayout, QPushButton, QVBoxLayout, QWidget

from core.display.colormap import KERNEL_TABLE
from core.display.cube import Box
from core.display.sections import Position
from core.display.slices import AXES
from core.settings import Triple
from gui.cuts import Cuts
from gui.widgets.controls import describe, make_label, make_row, tabular
from gui.widgets.cube_view import CubeView
from gui.widgets.frame_slider import FrameSlider
from gui.widgets.legend import Legend
from gui.widgets.weight_scale import ColorScale

WHAT = ("frame", "row", "column")
_KEYS = {Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Home, Qt.Key.Key_End, Qt.Key.Key_Up, Qt.Key.Key_Down}


class DepthSlider(FrameSlider):
    """How much is cut away along one axis; it keeps the arrow keys, which otherwise step the film."""

    def event(self, event: QEvent) -> bool:
        """Take the keys that move it."""
        asked = event.type() is QEvent.Type.ShortcutOverride
        if isinstance(event, QKeyEvent) and asked and Qt.Key(event.key()) in _KEYS:
            event.accept()
            return True
        return super().event(event)


class CubePanel(QWidget):
    """Cube, switch, sliders and legends.

    Signals
    -------
    source_changed()
        The cube is to show the other one of input and feature volume.
    """

    source_changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._cursor_voxel: Triple | None = None
        self.cube = CubeView()
        self.input_button = _switch("Input", "cube_input", "The cube shows the input.")
        self.volume_button = _switch("Feature volume", "cube_volume", "The cube shows the selected volume.")
        self.input_button.setChecked(True)
        self._switch = QButtonGroup(self)
        for index, button in enumerate((self.input_button, self.volume_button)):
            self._switch.addButton(button, index)
        self.follow_box = QCheckBox("cut at the cursor")
        self.follow_box.setObjectName("cube_follow")
        describe(
            self.follow_box,
            "Cut the cube at the cursor",
            "Open the corner next to you as far as the cursor: the three faces inside are the three sections "
            "beside the cube, and they follow.",
        )
        self.reset_button = QPushButton("Reset")
        self.reset_button.setObjectName("cube_reset")
        describe(self.reset_button, "Reset the cube", "Turn it back and make it whole (double click).")
        self.sliders: tuple[DepthSlider, ...] = tuple(DepthSlider() for _ in AXES)
        self.places = tuple(make_label("", "value") for _ in AXES)
        self.legend = Legend()
        self.weights = ColorScale(
            KERNEL_TABLE,
            "Legend of the weights",
            "Colours of the kernel's weights: purple counts against, green for; white is 0.",
        )
        self._lay_out()
        self._connect()
        self._show_places()

    def _lay_out(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6)
        title = make_label("SPACE-TIME CUBE", "title")
        layout.addLayout(make_row(title, self.reset_button, stretch=0))
        sides = make_row(self.input_button, self.volume_button)
        for index in range(2):
            sides.setStretch(index, 1)
        layout.addLayout(sides)
        layout.addWidget(self.cube, 1)
        grid = QGridLayout()
        grid.setHorizontalSpacing(6)
        grid.setVerticalSpacing(0)
        for row, (letter, slider, place) in enumerate(zip(AXES, self.sliders, self.places, strict=True)):
            slider.setObjectName(f"cube_slider_{letter}")
            describe(
                slider,
                f"Cut the cube along {letter}",
                f"Push the visible face inwards: {WHAT[row]}s before it are cut away.",
            )
            place.setFont(tabular(place.font()))
            place.setMinimumWidth(place.fontMetrics().horizontalAdvance("column 000"))
            grid.addWidget(make_label(letter, "hint"), row, 0)
            grid.addWidget(slider, row, 1)
            grid.addWidget(place, row, 2)
        grid.setColumnStretch(1, 1)
        layout.addLayout(grid)
        layout.addWidget(self.follow_box)
        self.responses_label = make_label("responses", "hint")
        layout.addWidget(self.responses_label)
        layout.addWidget(self.legend)
        layout.addWidget(make_label("weights of the kernel", "hint"))
        layout.addWidget(self.weights)

    def _connect(self) -> None:
        self._switch.idClicked.connect(self._on_switched)
        self.follow_box.toggled.connect(self._on_follow_toggled)
        self.reset_button.clicked.connect(self.reset)
        self.cube.depths_changed.connect(self._on_depths_changed)
        self.cube.turned.connect(self._show_places)
        for axis, slider in enumerate(self.sliders):
            slider.frame_requested.connect(lambda depth, axis=axis: self._on_slider_moved(axis, depth))

    @property
    def shows_volume(self) -> bool:
        """Whether the cube shows the feature volume, not the input."""
        return self.volume_button.isChecked()

    def set_cuts(self, cuts: Cuts | None, room: Box | None, message: str = "") -> None:
        """Show another volume, or say why there is none."""
        self.cube.set_cuts(cuts, room, message)
        for axis, slider in enumerate(self.sliders):
            slider.set_count(cuts.shape[axis] if cuts is not None else 1)
            slider.setEnabled(cuts is not None)
        self._cut()

    def set_cursor(self, cursor: Position | None, field: Box | None, voxel: Triple | None) -> None:
        """Move the cursor.

        Parameters
        ----------
        cursor, field
            In clip coordinates: where it is, and what the response there sees.
        voxel
            The voxel of what the cube shows that lies there, if there is one.
        """
        self._cursor_voxel = voxel
        self.cube.set_cursor(cursor, field)
        if self.follow_box.isChecked():
            self._cut()

    @Slot()
    def reset(self) -> None:
        """Turn the cube back and make it whole."""
        self.cube.reset()

    def _cut(self) -> None:
        """Cut the cube at the cursor, or where the sliders are."""
        if self.follow_box.isChecked() and self._cursor_voxel is not None:
            for slider in self.sliders:
                slider.set_frame(0)
            self.cube.set_depths((0, 0, 0), self._cursor_voxel)
        else:
            t, y, x = (slider.value() for slider in self.sliders)
            self.cube.set_depths((t, y, x))
        self._show_places()

    @Slot()
    def _show_places(self) -> None:
        """Show which frame, row and column the faces are."""
        cube = self.cube.cube
        for axis, place in enumerate(self.places):
            if cube is None:
                place.setText("–")
                continue
            index = (self.cube.notch or cube.indices())[axis]
            place.setText(f"{WHAT[axis]} {index}")

    def _on_slider_moved(self, axis: int, depth: int) -> None:
        depths = [slider.value() for slider in self.sliders]
        depths[axis] = depth  # keys are told before the slider has its new value
        self._free()
        self.cube.set_depths((depths[0], depths[1], depths[2]))
        self._show_places()

    @Slot(object)
    def _on_depths_changed(self, depths: Triple) -> None:
        self._free()
        for slider, depth in zip(self.sliders, depths, strict=True):
            slider.set_frame(depth)
        self._show_places()

    def _free(self) -> None:
        """Let the cube be cut elsewhere than at the cursor."""
        self.follow_box.blockSignals(True)
        self.follow_box.setChecked(False)
        self.follow_box.blockSignals(False)

    @Slot(bool)
    def _on_follow_toggled(self, _on: bool) -> None:
        self._cut()

    @Slot(int)
    def _on_switched(self, _index: int) -> None:
        self.source_changed.emit()


def _switch(text: str, name: str, tip: str) -> QPushButton:
    button = QPushButton(text)
    button.setObjectName(name)
    button.setCheckable(True)
    describe(button, text, tip)
    return button
