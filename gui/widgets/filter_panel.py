"""The filter panel: which bank runs over the clip, and how.

What a person edits is collected for a moment (`DEBOUNCE_MS`), so holding an arrow key asks for one bank
and not for thirty; a bank chosen from the list is asked for at once, and only the next ones wait. Buttons
send what is still waiting first: no edit is lost, whatever is pressed next.
"""

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QTimer, Signal, Slot
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QFormLayout, QPushButton, QSizePolicy, QWidget

from core.filters.builtin import bank_kind, bank_kinds
from core.filters.kinds import FILTERS, KERNEL, BankKind
from core.parameters import Parameter, Value
from core.settings import ConvolutionSettings, Triple
from gui.widgets.bank_combo import FROM_FILE, BankCombo
from gui.widgets.bank_request import BankRequest
from gui.widgets.bank_text import BankText
from gui.widgets.controls import Section, describe, make_form, make_label, make_panel_layout, make_row
from gui.widgets.convolution_form import ConvolutionForm
from gui.widgets.parameter_form import ParameterForm, reveal_soon

__all__ = ["DEBOUNCE_MS", "FROM_FILE", "BankRequest", "FilterPanel"]

DEBOUNCE_MS = 150
_FILE_TIP = "A bank from a file brings its own number, size and weights"
_RANDOM_TIP = "Draw a new seed and compute again (N)"
_FIXED_TIP = "These filters are not drawn: take as many zero-mean random ones of the same size instead (N)"


class FilterPanel(QWidget):
    """The bank, its parameters and what it is for; new random filters; the convolution.

    Signals:
        bank_requested: a BankRequest, some 150 ms after the last edit.
        regenerate_requested: draw a new seed.
        undo_requested: the bank before.
        open_bank_requested: choose a file with filters.
        stimulus_requested: open the clip that shows the bank best: an INPUT.
        convolution_changed: the ConvolutionSettings that a person chose.
        original_requested: the experiment of 2019 (raw, seed 5, one filter 5 × 5 × 5).
    """

    bank_requested = Signal(object)
    regenerate_requested = Signal()
    undo_requested = Signal()
    open_bank_requested = Signal()
    stimulus_requested = Signal(str)
    convolution_changed = Signal(object)
    original_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._kind: BankKind = bank_kinds()[0]
        self._values: dict[str, Mapping[str, Value]] = {}  # of every kind that was shown
        self._from_file = False
        self._bank_waits = False
        self._convolution_waits = False
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(DEBOUNCE_MS)
        self._make_controls()
        self._lay_out()
        self._connect()
        self.set_kinds(bank_kinds())
        self.set_undo_available(False)

    @property
    def request(self) -> BankRequest:
        """The bank that the controls describe (the one before it, while a file is shown)."""
        return BankRequest(self._kind.name, self._values[self._kind.name])

    @property
    def convolution(self) -> ConvolutionSettings:
        """The convolution that the controls describe."""
        return self.convolution_form.settings

    @property
    def waiting(self) -> bool:
        """Whether an edit has not been sent yet."""
        return self._bank_waits or self._convolution_waits

    def set_kinds(self, kinds: Sequence[BankKind]) -> None:
        """Offer these kinds of banks, the default first."""
        self.bank_combo.set_kinds(kinds)
        self._show_kind(kinds[0], {})

    def show_request(self, request: BankRequest, warnings: Sequence[str] = ()) -> None:
        """Show a bank and what there is to warn of; no signal, and an edit that was waiting is dropped."""
        self._drop_bank_edit()
        self._show_kind(bank_kind(request.name), request.values)
        self._show_warnings(warnings)

    def show_file_bank(
        self, name: str, count: int, size: Triple, warnings: Sequence[str] = (), edited: str = ""
    ) -> None:
        """Show that the bank comes from a file, or was `edited` as this sentence says; no signal."""
        self._drop_bank_edit()
        self._from_file = True
        self.bank_combo.show_file(name, "Edited" if edited else "File")
        self._set_fields((FILTERS, KERNEL), {"filters": count, "kernel": size})
        self.form.set_enabled(False)
        self.form.setToolTip(edited or _FILE_TIP)
        self.description_label.setText(_sentence(edited or _FILE_TIP))
        self.text_section.setVisible(False)
        self._finish_showing()
        self._show_warnings(warnings)

    def show_refusal(self, sentence: str) -> None:
        """Say why a bank could not be made; what was entered stays, to be mended."""
        self.refusal_label.setText(f"{sentence} The filters before are still in use." if sentence else "")
        self.refusal_label.setVisible(bool(sentence))
        if sentence:
            reveal_soon(self.refusal_label)

    @Slot(str)
    def choose(self, name: str) -> None:
        """Ask for a kind of bank, with the values that it had when it was last shown.

        The first choice is asked for at once; what is chosen right after it, as while a key is held, waits.
        """
        kind = bank_kind(name)
        if kind is self._kind and not self._from_file:
            return
        calm = not self._timer.isActive()
        self._show_kind(kind, self._values.get(kind.name) or self._shared(kind))
        self._show_warnings(())
        self._on_edited()
        if calm:
            self.flush()
            self._timer.start()

    def set_convolution(self, settings: ConvolutionSettings) -> None:
        """Show other convolution settings; no signal."""
        self._convolution_waits = False
        if not self._bank_waits:
            self._timer.stop()
        self.convolution_form.set_settings(settings)

    def set_busy(self, busy: bool) -> None:
        """Say that filters are being computed; everything stays usable, a new request cancels the old."""
        self.busy_label.setText("computing…" if busy else "")

    def set_undo_available(self, available: bool) -> None:
        """Say whether there is a bank to go back to."""
        self.undo_button.setEnabled(available)
        tip = "Bring the filters before back" if available else "There are no filters before these"
        self.undo_button.setToolTip(tip)

    @Slot()
    def flush(self) -> None:
        """Send an edit that is still waiting, now."""
        self._timer.stop()
        if self._convolution_waits:
            self._convolution_waits = False
            self.convolution_changed.emit(self.convolution)
        if self._bank_waits:
            self._bank_waits = False
            self.bank_requested.emit(self.request)

    # Building

    def _make_controls(self) -> None:
        self.bank_combo = BankCombo()
        self.bank_combo.setObjectName("bank_combo")
        self.bank_combo.setAccessibleName("Filter bank")
        self.description_label = make_label("", "hint", wrap=True)
        self.form = ParameterForm()
        self.refusal_label = make_label("", "error", wrap=True)
        self.refusal_label.setObjectName("bank_refusal")
        self.warning_label = make_label("", "warning", wrap=True)
        self.warning_label.setObjectName("bank_warning")
        self.regenerate_button = QPushButton("⟳ New random filters")
        self.regenerate_button.setObjectName("regenerate_button")
        self.undo_button = QPushButton("Undo")
        self.undo_button.setAccessibleName("Undo new filters")
        self.original_button = QPushButton("Original experiment (2019)")
        tip = "The experiment this program grew from: bank raw, seed 5, one filter of 5 × 5 × 5 on RGB"
        describe(self.original_button, "Original experiment", tip)
        self.busy_label = make_label("", "hint")
        self.bank_text = BankText()
        self.text_section = Section("What these filters see", self.bank_text, opened=True)
        self.convolution_form = ConvolutionForm()
        self.convolution_section = Section("Convolution", self.convolution_form)

    def _lay_out(self) -> None:
        layout = make_panel_layout(self)
        layout.addLayout(make_row(make_label("FILTERS", "title"), self.busy_label, stretch=0))
        form: QFormLayout = make_form()
        form.addRow(make_label("&Bank", buddy=self.bank_combo), self.bank_combo)
        layout.addLayout(form)
        for widget in (self.description_label, self.form, self.refusal_label, self.warning_label):
            layout.addWidget(widget)
        self.regenerate_button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        layout.addLayout(make_row(self.regenerate_button, self.undo_button, stretch=0))
        layout.addWidget(self.text_section)
        layout.addWidget(self.original_button)
        layout.addWidget(self.convolution_section)
        layout.addStretch(1)
        self.show_refusal("")

    def _connect(self) -> None:
        self.bank_combo.kind_chosen.connect(self.choose)
        self.bank_combo.file_requested.connect(self._on_file_requested)
        self.form.values_changed.connect(self._on_values_changed)
        self.form.editing_finished.connect(self.flush)
        self.bank_text.stimulus_requested.connect(self.stimulus_requested)
        self.convolution_form.settings_changed.connect(self._on_convolution_edited)
        self.regenerate_button.clicked.connect(self._on_regenerate_clicked)
        self.undo_button.clicked.connect(self._on_undo_clicked)
        self.original_button.clicked.connect(self._on_original_clicked)
        self._timer.timeout.connect(self.flush)

    def _show_kind(self, kind: BankKind, values: Mapping[str, Value]) -> None:
        self._kind = kind
        self._from_file = False
        self.bank_combo.show_kind(kind.name)
        self._set_fields(kind.parameters, values)
        self.form.set_enabled(True)
        self.form.setToolTip("")
        self._values[kind.name] = self.form.values
        self.description_label.setText(_sentence(kind.description))
        self.bank_text.show_kind(kind)
        self.text_section.setVisible(True)
        self._finish_showing()

    def _set_fields(self, parameters: Sequence[Parameter], values: Mapping[str, Value]) -> None:
        within = self.form.isAncestorOf(self.focusWidget()) if self.focusWidget() else False
        self.form.set_parameters(parameters, values)
        if within and not self.form.isAncestorOf(self.focusWidget()):
            self.bank_combo.setFocus()  # not whatever comes next: it may be a button

    def _finish_showing(self) -> None:
        self.show_refusal("")
        random = self._kind.random and not self._from_file
        describe(self.regenerate_button, "New random filters", _RANDOM_TIP if random else _FIXED_TIP)
        QWidget.setTabOrder(self.form.order_keyboard(self.bank_combo), self.regenerate_button)

    def _show_warnings(self, warnings: Sequence[str]) -> None:
        text = "\n".join(warnings)
        new = bool(text) and text != self.warning_label.text()
        self.warning_label.setText(text)
        self.warning_label.setVisible(bool(text))
        if new:
            reveal_soon(self.warning_label)

    def _shared(self, kind: BankKind) -> dict[str, Value]:
        """Return what a random kind that was not shown yet takes over from another: the same draw."""
        if not (kind.random and self._kind.random):
            return {}
        known = self._values[self._kind.name]
        same = [parameter for parameter in kind.parameters if parameter in self._kind.parameters]
        return {parameter.name: known[parameter.name] for parameter in same if parameter.name in known}

    def _drop_bank_edit(self) -> None:
        self._bank_waits = False
        if not self._convolution_waits:
            self._timer.stop()

    # Slots

    @Slot()
    def _on_file_requested(self) -> None:
        # Nothing is chosen before a file is: the window asks, and shows the bank when it has one.
        self.flush()
        self.open_bank_requested.emit()

    @Slot()
    def _on_values_changed(self) -> None:
        self._values[self._kind.name] = self.form.values
        self.show_refusal("")
        self._on_edited()

    @Slot()
    def _on_edited(self) -> None:
        self._bank_waits = True
        self._timer.start()

    @Slot()
    def _on_convolution_edited(self) -> None:
        self._convolution_waits = True
        self._timer.start()

    @Slot()
    def _on_regenerate_clicked(self) -> None:
        self.flush()
        self.regenerate_requested.emit()

    @Slot()
    def _on_undo_clicked(self) -> None:
        self.flush()
        self.undo_requested.emit()

    @Slot()
    def _on_original_clicked(self) -> None:
        self._drop_bank_edit()
        self.original_requested.emit()

    def hideEvent(self, event: QHideEvent) -> None:
        """Hold back what waits while nobody can see the panel: a closing window asks for nothing."""
        if not event.spontaneous():
            self._timer.stop()
        super().hideEvent(event)

    def showEvent(self, event: QShowEvent) -> None:
        """Take up what was held back."""
        super().showEvent(event)
        if self.waiting:
            self._timer.start()


def _sentence(text: str) -> str:
    """Return a description as a sentence."""
    return f"{text[:1].upper()}{text[1:]}{'' if text.endswith(('.', '!', '?')) else '.'}"
