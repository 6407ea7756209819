"""How the filters slide over the clip: the folded part of the filter panel."""

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QWidget

from core.settings import ACTIVATIONS, BORDERS, PADDINGS, ConvolutionSettings
from gui.widgets.controls import describe, make_form, make_label
from gui.widgets.inputs import ComboBox, TripleSpin

_BORDER_TIP = "What is assumed outside of the clip: zeros, the nearest voxel, or a reflection"
_ACTIVATION_TIP = "Applied to every response: none keeps the sign, ReLU drops negative ones"


class ConvolutionForm(QWidget):
    """Padding, border, stride, dilation and activation.

    Signals:
        settings_changed: a person changed something; carries the ConvolutionSettings.
    """

    settings_changed = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.padding_combo = ComboBox(PADDINGS)
        describe(
            self.padding_combo,
            "Padding",
            "valid: only whole receptive fields; same: as many frames as the clip",
        )
        self.border_combo = ComboBox(BORDERS)
        describe(self.border_combo, "Border mode", _BORDER_TIP)
        self.stride_spins = TripleSpin("Stride", 64, (1, 1, 1))
        self.dilation_spins = TripleSpin("Dilation", 64, (1, 1, 1))
        self.activation_combo = ComboBox(ACTIVATIONS)
        describe(self.activation_combo, "Activation", _ACTIVATION_TIP)
        form = make_form()
        self.setLayout(form)
        rows: tuple[tuple[str, QWidget], ...] = (
            ("Paddin&g", self.padding_combo),
            ("B&order", self.border_combo),
            ("Stride", self.stride_spins),
            ("Dilation", self.dilation_spins),
            ("Activatio&n", self.activation_combo),
        )
        for text, control in rows:
            label = make_label(text, buddy=control)
            if control in (self.stride_spins, self.dilation_spins):
                label.setToolTip(f"{text} along t × y × x")
            form.addRow(label, control)
        for combo in (self.padding_combo, self.border_combo, self.activation_combo):
            combo.activated.connect(self._on_activated)
        for spins in (self.stride_spins, self.dilation_spins):
            spins.changed.connect(self._on_changed)
        self._show_border()

    @property
    def settings(self) -> ConvolutionSettings:
        """What is chosen."""
        return ConvolutionSettings(
            padding=PADDINGS[self.padding_combo.currentIndex()],
            stride=self.stride_spins.value,
            dilation=self.dilation_spins.value,
            activation=ACTIVATIONS[self.activation_combo.currentIndex()],
            border=BORDERS[self.border_combo.currentIndex()],
        )

    def set_settings(self, settings: ConvolutionSettings) -> None:
        """Show other settings; no signal."""
        self.padding_combo.setCurrentIndex(PADDINGS.index(settings.padding))
        self.border_combo.setCurrentIndex(BORDERS.index(settings.border))
        self.activation_combo.setCurrentIndex(ACTIVATIONS.index(settings.activation))
        self.stride_spins.set_value(settings.stride)
        self.dilation_spins.set_value(settings.dilation)
        self._show_border()

    def _show_border(self) -> None:
        same = PADDINGS[self.padding_combo.currentIndex()] == "same"
        self.border_combo.setEnabled(same)
        self.border_combo.setToolTip(
            _BORDER_TIP if same else "Only padding “same” looks beyond the clip’s border"
        )

    @Slot()
    def _on_changed(self) -> None:
        self._show_border()
        self.settings_changed.emit(self.settings)

    @Slot(int)
    def _on_activated(self, _index: int) -> None:
        self._on_changed()
