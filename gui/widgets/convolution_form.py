"""How the filters slide over the clip: the folded part of the filter panel."""

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QWidget

from core.settings import ACTIVATIONS, BORDERS, MAX_STEP, PADDINGS, ConvolutionSettings
from gui.widgets.controls import describe, make_form, make_label
from gui.widgets.inputs import ComboBox, TripleSpin

EXPLICIT = "explicit"
_PADDING_TIP = (
    "valid: only whole receptive fields; same: as many frames as the clip; "
    "explicit: so many voxels on either side"
)
_BORDER_TIP = "What is assumed outside of the clip: zeros, the nearest voxel, or a reflection"
_ACTIVATION_TIP = "Applied to every response: none keeps the sign, ReLU drops negative ones"
_UNUSED_TIP = "Only for responses: what is shown now is combined from responses without an activation"


class ConvolutionForm(QWidget):
    """Padding, border, stride, dilation and activation.

    Signals:
        settings_changed: a person changed something; carries the ConvolutionSettings.
    """

    settings_changed = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.padding_combo = ComboBox([*PADDINGS, EXPLICIT])
        describe(self.padding_combo, "Padding", _PADDING_TIP)
        self.padding_spins = TripleSpin("Padding", MAX_STEP, (1, 1, 1), low=0)
        self.border_combo = ComboBox(BORDERS)
        describe(self.border_combo, "Border mode", _BORDER_TIP)
        self.stride_spins = TripleSpin("Stride", MAX_STEP, (1, 1, 1))
        self.dilation_spins = TripleSpin("Dilation", MAX_STEP, (1, 1, 1))
        self.activation_combo = ComboBox(ACTIVATIONS)
        describe(self.activation_combo, "Activation", _ACTIVATION_TIP)
        self._lay_out()
        for combo in (self.padding_combo, self.border_combo, self.activation_combo):
            combo.activated.connect(self._on_activated)
        for spins in (self.padding_spins, self.stride_spins, self.dilation_spins):
            spins.changed.connect(self._on_changed)
        self._show_padding()

    def _lay_out(self) -> None:
        self._form = form = make_form()
        self.setLayout(form)
        rows: tuple[tuple[str, QWidget], ...] = (
            ("Paddin&g", self.padding_combo),
            ("Width", self.padding_spins),
            ("B&order", self.border_combo),
            ("Stride", self.stride_spins),
            ("Dilation", self.dilation_spins),
            ("Activatio&n", self.activation_combo),
        )
        for text, control in rows:
            label = make_label(text, buddy=control)
            if isinstance(control, TripleSpin):
                label.setToolTip(f"{text} along t × y × x")
            form.addRow(label, control)
        form.labelForField(self.padding_spins).setToolTip(
            "How many voxels are assumed on either side along t × y × x"
        )

    @property
    def settings(self) -> ConvolutionSettings:
        """What is chosen."""
        named = dict(enumerate(PADDINGS))
        return ConvolutionSettings(
            padding=named.get(self.padding_combo.currentIndex(), self.padding_spins.value),
            stride=self.stride_spins.value,
            dilation=self.dilation_spins.value,
            activation=ACTIVATIONS[self.activation_combo.currentIndex()],
            border=BORDERS[self.border_combo.currentIndex()],
        )

    def set_settings(self, settings: ConvolutionSettings) -> None:
        """Show other settings; no signal."""
        if isinstance(settings.padding, str):
            self.padding_combo.setCurrentIndex(PADDINGS.index(settings.padding))
        else:
            self.padding_combo.setCurrentIndex(len(PADDINGS))
            self.padding_spins.set_value(settings.padding)
        self.border_combo.setCurrentIndex(BORDERS.index(settings.border))
        self.activation_combo.setCurrentIndex(ACTIVATIONS.index(settings.activation))
        self.stride_spins.set_value(settings.stride)
        self.dilation_spins.set_value(settings.dilation)
        self._show_padding()

    def set_activation_used(self, used: bool) -> None:
        """Let an activation be chosen where it applies to something."""
        self.activation_combo.setEnabled(used)
        self.activation_combo.setToolTip(_ACTIVATION_TIP if used else _UNUSED_TIP)

    def _show_padding(self) -> None:
        """Show the widths where they count, and let the border be chosen where there is one."""
        padding = self.padding_combo.currentText()
        self._form.setRowVisible(self.padding_spins, padding == EXPLICIT)
        self.border_combo.setEnabled(padding != "valid")
        self.border_combo.setToolTip(
            "Only padding “same” and “explicit” look beyond the clip’s border"
            if padding == "valid"
            else _BORDER_TIP
        )

    @Slot()
    def _on_changed(self) -> None:
        self._show_padding()
        self.settings_changed.emit(self.settings)

    @Slot(int)
    def _on_activated(self, _index: int) -> None:
        self._on_changed()
