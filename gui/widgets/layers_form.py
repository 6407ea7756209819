"""What lies between two layers, and the second bank: the settings of the page that stacks them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QPushButton, QWidget

from core.convolution.pooling import MAX_POOL, POOLING_KINDS, Pooling
from core.errors import UsageError
from core.filters.second import SecondKind, second_kind, second_kinds
from core.parameters import Value
from core.settings import ACTIVATIONS, Activation, ConvolutionSettings
from gui.widgets.bank_combo import add_heading
from gui.widgets.controls import Section, describe, make_form, make_label, make_panel_layout
from gui.widgets.convolution_form import ConvolutionForm
from gui.widgets.inputs import ComboBox, TripleSpin
from gui.widgets.parameter_form import ParameterForm

DEBOUNCE_MS = 150
_NO_POOLING = "none"
_ONE = (1, 1, 1)
_ACTIVATION_TIP = (
    "Applied to every response of the first layer before the second sees it: ReLU drops negative ones, as in "
    "networks"
)
_POOLING_TIP = "Of each block of responses only the largest (max) or their mean goes on; none: all of them do"
_RANDOM_TIP = "Draw new random filters for the second layer"
_FIXED_TIP = "These filters are not drawn: there is one of each"


@dataclass(frozen=True, slots=True)
class LayersChoice:
    """What a person chose: a value, compared with ``==``.

    Parameters
    ----------
    activation, pooling
        Between the layers.
    kind, values
        The second bank (`core.filters.second`).
    then
        How its filters slide, and the activation after them.
    """

    activation: Activation = "relu"
    pooling: Pooling = field(default_factory=Pooling)
    kind: str = "zero-mean"
    values: Mapping[str, Value] = field(default_factory=dict)
    then: ConvolutionSettings = ConvolutionSettings()  # noqa: RUF009 -- a frozen value


class LayersForm(QWidget):
    """Activation and pooling between the layers, the second bank, and how it slides.

    Signals:
        choice_changed: a person chose something else, a moment ago.
        regenerate_requested: other random filters are wanted.
    """

    choice_changed = Signal()
    regenerate_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._channels: tuple[str, ...] = ("filter 1",)
        self._kind = second_kinds()[0]
        self._values: dict[str, dict[str, Value]] = {}
        self._waits = False
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(DEBOUNCE_MS)
        self._timer.timeout.connect(self.flush)
        self._make_controls()
        self._lay_out()
        self._connect()
        self._show_kind(self._kind)
        self.set_refusal("")

    @property
    def choice(self) -> LayersChoice:
        """What the controls say."""
        kind = self.pooling_combo.currentText()
        pooling = Pooling("max", _ONE) if kind == _NO_POOLING else Pooling(kind, self.block_spins.value)  # type: ignore[arg-type]
        activation = ACTIVATIONS[self.activation_combo.currentIndex()]
        return LayersChoice(
            activation, pooling, self._kind.name, dict(self.form.values), self.convolution_form.settings
        )

    def set_choice(self, choice: LayersChoice) -> None:
        """Show another choice; no signal."""
        self._drop()
        self.activation_combo.setCurrentIndex(ACTIVATIONS.index(choice.activation))
        idle = choice.pooling.idle
        self.pooling_combo.setCurrentText(_NO_POOLING if idle else choice.pooling.kind)
        if not idle:
            self.block_spins.set_value(choice.pooling.size)
        self.convolution_form.set_settings(choice.then)
        self._values[choice.kind] = dict(choice.values)
        self._show_kind(second_kind(choice.kind))
        self._show_pooling()

    def set_channels(self, names: Sequence[str]) -> None:
        """Offer the volumes of another first layer; a channel that is no longer there gives way."""
        if tuple(names) != self._channels:
            self._channels = tuple(names)
            self._values[self._kind.name] = dict(self.form.values)
            self._show_kind(self._kind)

    def set_refusal(self, sentence: str) -> None:
        """Say why there are no responses, or nothing."""
        self.refusal_label.setText(sentence)
        self.refusal_label.setVisible(bool(sentence))

    @Slot()
    def flush(self) -> None:
        """Tell a change that still waits, now."""
        self._timer.stop()
        if self._waits:
            self._waits = False
            self.choice_changed.emit()

    # Building

    def _make_controls(self) -> None:
        self.activation_combo = ComboBox(ACTIVATIONS)
        self.activation_combo.setObjectName("layers_activation_combo")
        self.activation_combo.setCurrentIndex(ACTIVATIONS.index("relu"))
        describe(self.activation_combo, "Activation after the first layer", _ACTIVATION_TIP)
        self.pooling_combo = ComboBox([_NO_POOLING, *POOLING_KINDS])
        self.pooling_combo.setObjectName("layers_pooling_combo")
        self.pooling_combo.setCurrentText("max")
        describe(self.pooling_combo, "Pooling", _POOLING_TIP)
        self.block_spins = TripleSpin("Pooled block", MAX_POOL, Pooling().size)
        self.kind_combo = ComboBox()
        self.kind_combo.setObjectName("layers_kind_combo")
        self.kind_combo.setMaxVisibleItems(40)
        group = ""
        for kind in second_kinds():
            if kind.group != group:
                group = kind.group
                add_heading(self.kind_combo, group)
            self.kind_combo.addItem(kind.title, kind.name)
            row = self.kind_combo.count() - 1
            self.kind_combo.setItemData(row, kind.description, Qt.ItemDataRole.ToolTipRole)
        self.description_label = make_label("", "hint", wrap=True)
        self.form = ParameterForm()
        self.random_button = QPushButton("⟳ New random")
        self.random_button.setObjectName("layers_random_button")
        self.refusal_label = make_label("", "error", wrap=True)
        self.refusal_label.setObjectName("layers_refusal")
        self.convolution_form = ConvolutionForm()
        self.convolution_section = Section("How they slide", self.convolution_form)

    def _lay_out(self) -> None:
        layout = make_panel_layout(self)
        layout.setContentsMargins(8, 8, 2, 6)  # the page needs the room for its pictures
        between, bank = make_form(), make_form()
        between.addRow(make_label("Activation", buddy=self.activation_combo), self.activation_combo)
        between.addRow(make_label("Pooling", buddy=self.pooling_combo), self.pooling_combo)
        block = make_label("Block", buddy=self.block_spins)
        block.setToolTip("The pooled block along t × y × x; what is not a whole block is left out")
        between.addRow(block, self.block_spins)
        bank.addRow(make_label("Filters", buddy=self.kind_combo), self.kind_combo)
        layout.addWidget(make_label("BETWEEN", "title"))
        layout.addLayout(between)
        layout.addWidget(make_label("SECOND BANK", "title"))
        layout.addLayout(bank)
        for widget in (
            self.description_label,
            self.form,
            self.random_button,
            self.refusal_label,
            self.convolution_section,
        ):
            layout.addWidget(widget)
        layout.addStretch(1)

    def _connect(self) -> None:
        self.activation_combo.activated.connect(self._on_activated)
        self.pooling_combo.activated.connect(self._on_activated)
        self.block_spins.changed.connect(self._on_edited)
        self.kind_combo.activated.connect(self._on_kind_activated)
        self.form.values_changed.connect(self._on_values_changed)
        self.form.editing_finished.connect(self.flush)
        self.convolution_form.settings_changed.connect(self._on_edited)
        self.random_button.clicked.connect(self._on_random_clicked)

    def _show_kind(self, kind: SecondKind) -> None:
        self._kind = kind
        self.kind_combo.setCurrentIndex(self.kind_combo.findData(kind.name))
        self.kind_combo.setToolTip(kind.description)
        self.kind_combo.setAccessibleName("Second bank")
        self.description_label.setText(kind.description)
        parameters = kind.parameters(self._channels)
        known = self._values.get(kind.name, {})
        good: dict[str, Value] = {}
        for parameter in parameters:
            try:
                good[parameter.name] = parameter.checked(known[parameter.name])
            except (KeyError, UsageError):
                good[parameter.name] = parameter.default
        self.form.set_parameters(parameters, good)
        self.form.setVisible(bool(parameters))
        self.random_button.setEnabled(kind.random)
        describe(self.random_button, "New random second layer", _RANDOM_TIP if kind.random else _FIXED_TIP)
        QWidget.setTabOrder(self.form.order_keyboard(self.kind_combo), self.random_button)

    def _show_pooling(self) -> None:
        self.block_spins.setEnabled(self.pooling_combo.currentText() != _NO_POOLING)

    def _drop(self) -> None:
        self._waits = False
        self._timer.stop()

    # Slots

    @Slot(int)
    def _on_activated(self, _index: int) -> None:
        self._show_pooling()
        self._on_edited()

    @Slot(int)
    def _on_kind_activated(self, index: int) -> None:
        name: Any = self.kind_combo.itemData(index)
        if name is not None and name != self._kind.name:
            self._values[self._kind.name] = dict(self.form.values)
            self._show_kind(second_kind(name))
            self._on_edited()

    @Slot()
    def _on_values_changed(self) -> None:
        self._values[self._kind.name] = dict(self.form.values)
        self._on_edited()

    @Slot()
    def _on_random_clicked(self) -> None:
        self.flush()
        self.regenerate_requested.emit()

    @Slot()
    def _on_edited(self) -> None:
        self._waits = True
        self._timer.start()

    # Qt overrides

    def hideEvent(self, event: QHideEvent) -> None:
        """Hold back what waits while nobody sees the page."""
        if not event.spontaneous():
            self._timer.stop()
        super().hideEvent(event)

    def showEvent(self, event: QShowEvent) -> None:
        """Take up what was held back."""
        super().showEvent(event)
        if self._waits:
            self._timer.start()
