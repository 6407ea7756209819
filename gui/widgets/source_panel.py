"""The source panel: which camera, file or sample the clip comes from, and what the camera sees."""

from collections.abc import Sequence

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QAction, QImage
from PySide6.QtWidgets import QCheckBox, QMenu, QPushButton, QSizePolicy, QToolButton, QWidget

from core.recorder import RecorderStatus
from core.sources.camera_list import CameraInfo
from gui.widgets.address_row import AddressRow
from gui.widgets.controls import make_label, make_panel_layout, make_row
from gui.widgets.inputs import ComboBox
from gui.widgets.preview import PreviewView

NO_CAMERA = "No camera"
ASK_ADDRESS = "Camera address…"
SAMPLE_WAVE = "sample:wave"
KEPT_ADDRESSES = 5

Target = CameraInfo | str | None


class _Ask:
    """Marks the list entry that asks for an address."""


_ASK = _Ask()


class SourcePanel(QWidget):
    """Camera, preview, files and samples.

    Signals:
        camera_chosen: a person chose a camera: CameraInfo, an address (str), or None for no camera.
        addresses_changed: the remembered addresses (list of str, newest first) are others now.
        open_requested: choose a file or folder.
        source_requested: open "sample:wave" or "stimulus:NAME".
        stimulus_requested: choose and adjust a stimulus.
        picker_opened, picker_closed: the list of cameras is shown, or gone: cameras are looked for meanwhile.
        mirrored_changed: show and record mirrored (True) or not.
    """

    camera_chosen = Signal(object)
    addresses_changed = Signal(object)
    open_requested = Signal()
    source_requested = Signal(str)
    stimulus_requested = Signal()
    picker_opened = Signal()
    picker_closed = Signal()
    mirrored_changed = Signal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._cameras: tuple[CameraInfo, ...] = ()
        self._addresses: list[str] = []
        self._selected: Target = None
        self._entries: list[Target | _Ask] = []
        self._make_controls()
        self._lay_out()
        self._connect()
        self._fill_combo()

    @property
    def selected_target(self) -> CameraInfo | str | None:
        """The camera that is chosen, the address, or None."""
        return self._selected

    @property
    def addresses(self) -> list[str]:
        """The remembered addresses, newest first."""
        return list(self._addresses)

    def set_cameras(self, cameras: tuple[CameraInfo, ...]) -> None:
        """Show the cameras that are plugged in now; the chosen one stays chosen, also when it is gone."""
        if tuple(cameras) != self._cameras:
            self._cameras = tuple(cameras)
            if isinstance(self._selected, CameraInfo):
                self._selected = self._plugged(self._selected) or self._selected
            self._fill_combo()

    def set_selected_target(self, target: CameraInfo | str | None) -> None:
        """Show another choice; no signal."""
        if isinstance(target, CameraInfo):
            target = self._plugged(target) or target
        self._selected = target
        self.address_row.setVisible(False)
        self._fill_combo()

    def set_addresses(self, addresses: Sequence[str]) -> None:
        """Set the remembered addresses, newest first; no signal."""
        self._addresses = list(dict.fromkeys(addresses))[:KEPT_ADDRESSES]
        self._fill_combo()

    def set_mirrored(self, mirrored: bool) -> None:
        """Show whether preview and recording are mirrored; no signal."""
        self.mirrored_box.setChecked(mirrored)

    def ask_address(self) -> None:
        """Ask for the address of a camera on the network."""
        self.address_row.ask(self._selected if isinstance(self._selected, str) else "")

    def set_image(self, image: QImage | None) -> None:
        """Show the newest frame of the camera (as it should be seen: mirrored already)."""
        self.preview.set_image(image)

    def set_message(self, text: str) -> None:
        """Say what the camera does ("opening…"), or why there is no picture."""
        self.preview.set_message(text)

    def set_status(self, status: RecorderStatus) -> None:
        """Show a recording over the preview; the source cannot be changed meanwhile."""
        self.preview.set_status(status)
        busy = status.active
        for widget in (self.camera_combo, self.open_button, self.samples_button, self.mirrored_box):
            widget.setEnabled(not busy)
        self._explain(busy)

    # Building

    def _make_controls(self) -> None:
        self.camera_combo = ComboBox()
        self.camera_combo.setObjectName("camera_combo")
        self.camera_combo.setAccessibleName("Camera")
        self.camera_combo.setMinimumContentsLength(12)
        self.address_row = AddressRow()
        self.address_row.setVisible(False)
        self.preview = PreviewView()
        self.open_button = QPushButton("Open…")
        self.open_button.setAccessibleName("Open a file")
        self.samples_button = QToolButton()
        self.samples_button.setText("Samples")
        self.samples_button.setAccessibleName("Samples")
        self.samples_button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.samples_button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.samples_menu = QMenu(self)
        self.samples_menu.setToolTipsVisible(True)
        self.samples_button.setMenu(self.samples_menu)
        self.mirrored_box = QCheckBox("&Mirrored")
        self.mirrored_box.setAccessibleName("Mirrored")
        self.mirrored_box.setChecked(True)
        self._explain(False)

    def _explain(self, recording: bool) -> None:
        """Set the tooltips; a control that is disabled says why."""
        tips: tuple[tuple[QWidget, str], ...] = (
            (self.camera_combo, "Which camera to record from; it is opened when you choose it"),
            (self.open_button, "Open a video, GIF, picture or folder of pictures (or drop it on the window)"),
            (self.samples_button, "A bundled clip, and pictures in motion that are known exactly"),
            (self.mirrored_box, "Show and record as in a mirror (M); what you see is what is recorded"),
        )
        for widget, tip in tips:
            widget.setToolTip("Not while recording; Esc cancels" if recording else tip)

    def _lay_out(self) -> None:
        layout = make_panel_layout(self)
        layout.addLayout(make_row(make_label("SOURCE", "title"), self.mirrored_box, stretch=0))
        layout.addWidget(self.camera_combo)
        layout.addWidget(self.address_row)
        layout.addWidget(self.preview)
        self.open_button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        row = make_row(self.open_button, self.samples_button, stretch=0)
        row.setStretch(1, 1)
        layout.addLayout(row)

    def _connect(self) -> None:
        self.camera_combo.activated.connect(self._on_camera_activated)
        self.camera_combo.popup_opened.connect(self.picker_opened)
        self.camera_combo.popup_closed.connect(self.picker_closed)
        self.address_row.address_entered.connect(self._on_address_entered)
        self.address_row.cancelled.connect(self._fill_combo)
        self.open_button.clicked.connect(self.open_requested)
        self.samples_menu.aboutToShow.connect(self._on_samples_about_to_show)
        self.samples_menu.triggered.connect(self._on_sample_triggered)
        self.mirrored_box.clicked.connect(self.mirrored_changed)

    # The list of cameras

    def _plugged(self, camera: CameraInfo) -> CameraInfo | None:
        """Return the camera as it is plugged in now: its index may be another, its key is the same."""
        if camera in self._cameras:
            return camera
        return next((c for c in self._cameras if c.key == camera.key), None)

    @Slot()
    def _fill_combo(self) -> None:
        entries: list[tuple[str, Target | _Ask]] = [(NO_CAMERA, None)]
        entries += [(camera.name, camera) for camera in self._cameras]
        chosen = self._selected
        if isinstance(chosen, CameraInfo) and self._plugged(chosen) is None:
            entries.append((f"{chosen.name} (unplugged)", chosen))
        known = [chosen] if isinstance(chosen, str) and chosen not in self._addresses else []
        entries += [(address, address) for address in (*known, *self._addresses)]
        entries.append((ASK_ADDRESS, _ASK))
        self._entries = [target for _, target in entries]
        self.camera_combo.clear()
        self.camera_combo.addItems([text for text, _ in entries])
        self.camera_combo.setCurrentIndex(self._entries.index(chosen))

    # Slots

    @Slot(int)
    def _on_camera_activated(self, index: int) -> None:
        target = self._entries[index]
        if isinstance(target, _Ask):
            self.ask_address()
            return
        self.address_row.setVisible(False)
        if target != self._selected:
            self._selected = target
            self.camera_chosen.emit(target)

    @Slot(str)
    def _on_address_entered(self, address: str) -> None:
        before = self.addresses
        self.set_addresses([address, *before])
        self.set_selected_target(address)
        if before != self._addresses:
            self.addresses_changed.emit(self.addresses)
        self.camera_chosen.emit(address)

    @Slot()
    def _on_samples_about_to_show(self) -> None:
        if self.samples_menu.isEmpty():
            from core.sources.synthetic import stimulus_names, stimulus_title

            self._add_sample("Waving hand", SAMPLE_WAVE)
            self.samples_menu.addSeparator()
            for name in stimulus_names():
                self._add_sample(stimulus_title(name), f"stimulus:{name}")
            self.samples_menu.addSeparator()
            self.samples_menu.addAction("Choose and adjust…")

    def _add_sample(self, text: str, source: str) -> None:
        action = self.samples_menu.addAction(text)
        action.setData(source)
        action.setToolTip(source)

    @Slot(QAction)
    def _on_sample_triggered(self, action: QAction) -> None:
        if action.data():
            self.source_requested.emit(str(action.data()))
        else:
            self.stimulus_requested.emit()
