"""Scale and colours of the feature volumes, beside their legend."""

from typing import Any

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QWidget

from core.display.colormap import WHEEL, diverging_names, sequential_names, table_label
from core.settings import ContrastSettings
from gui.widgets.controls import describe, make_label
from gui.widgets.inputs import ComboBox, DecimalSpinBox

PERCENTILE, EACH, MANUAL = "percentile", "each", "manual"


class ContrastBar(QWidget):
    """How responses become colours.

    Signals
    -------
    contrast_changed(object)
        The `ContrastSettings` that the person wants.
    """

    contrast_changed = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._settings = ContrastSettings()
        self._signed = True
        self._directions = False
        self.scale_combo = ComboBox()
        self.scale_combo.addItem("for all", PERCENTILE)
        self.scale_combo.addItem("for each", EACH)
        self.scale_combo.addItem("manual", MANUAL)
        tip = (
            "What the colours measure: one scale for all filters, one for each, or a number of your own. "
            "It is always the same for the whole clip, never one per frame."
        )
        describe(self.scale_combo, "scale", tip)
        self.percentile_spin = DecimalSpinBox(50, 100, 99.5)
        self.percentile_spin.setSingleStep(0.5)
        self.percentile_spin.setSuffix(" %")
        tip = (
            "Share of the responses inside the scale; the rest has the end colours. 100 % is the largest one."
        )
        describe(self.percentile_spin, "percentile", tip)
        self.limit_spin = DecimalSpinBox(0.0001, 1e6, 1.0, decimals=4)
        self.limit_spin.setPrefix("± ")
        # Numbers up to a million would ask for so much room that the columns beside would move.
        self.limit_spin.setFixedWidth(self.percentile_spin.sizeHint().width() + 24)
        describe(self.limit_spin, "manual limit", "The response at the ends of the colour table.")
        self.table_combo = ComboBox()
        self.scale_combo.setMinimumContentsLength(7)
        self.scale_combo.setMinimumWidth(86)
        self.table_combo.setMinimumContentsLength(10)
        self.table_combo.setMinimumWidth(100)  # in a narrow window the end of a name may be missing
        describe(self.table_combo, "colour map", "Colours that eyes with any kind of colour vision can read.")
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(make_label("Scale", "hint", self.scale_combo))
        for widget in (self.scale_combo, self.percentile_spin, self.limit_spin):
            layout.addWidget(widget)
        layout.addStretch(1)
        layout.addWidget(make_label("Colours", "hint", self.table_combo))
        layout.addWidget(self.table_combo)
        self._refresh()
        self.scale_combo.activated.connect(self._on_edited)
        self.percentile_spin.valueChanged.connect(self._on_edited)
        self.limit_spin.valueChanged.connect(self._on_edited)
        self.table_combo.activated.connect(self._on_edited)

    def set_contrast(self, settings: ContrastSettings, signed: bool, directions: bool = False) -> None:
        """Show settings without asking for anything; directions have colours of their own."""
        self._settings, self._signed, self._directions = settings, signed, directions
        self._refresh()

    def _refresh(self) -> None:
        for widget in (self.scale_combo, self.percentile_spin, self.limit_spin, self.table_combo):
            widget.blockSignals(True)
        s = self._settings
        kind = MANUAL if s.mode == "manual" else (PERCENTILE if s.shared else EACH)
        self.scale_combo.setCurrentIndex(self.scale_combo.findData(kind))
        self.percentile_spin.setValue(s.percentile)
        self.limit_spin.setValue(s.manual_limit)
        self.limit_spin.setPrefix("± " if self._signed else "0 to ")
        self.limit_spin.setSingleStep(max(round(s.manual_limit / 10, 4), 0.0001))
        self.percentile_spin.setVisible(s.mode != "manual")
        self.limit_spin.setVisible(s.mode == "manual")
        names = diverging_names() if self._signed else sequential_names()
        chosen = s.diverging if self._signed else s.sequential
        if self._directions:
            names, chosen = (WHEEL,), WHEEL
        self.table_combo.clear()
        for name in names:
            self.table_combo.addItem(table_label(name), name)
        self.table_combo.setCurrentIndex(self.table_combo.findData(chosen))
        self.table_combo.setEnabled(not self._directions)
        for widget in (self.scale_combo, self.percentile_spin, self.limit_spin, self.table_combo):
            widget.blockSignals(False)

    @Slot()
    def _on_edited(self) -> None:
        kind = self.scale_combo.currentData()
        changes: dict[str, Any] = {
            "mode": "manual" if kind == MANUAL else "percentile",
            "shared": kind == PERCENTILE if kind != MANUAL else self._settings.shared,
            "percentile": self.percentile_spin.value(),
            "manual_limit": self.limit_spin.value(),
            "diverging": self._settings.diverging,
            "sequential": self._settings.sequential,
        }
        if not self._directions:
            changes["diverging" if self._signed else "sequential"] = self.table_combo.currentData()
        self._settings = ContrastSettings(**changes)
        self._refresh()
        self.contrast_changed.emit(self._settings)
