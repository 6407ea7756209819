"""The filter panel: which bank runs over the clip, and how.

What a person edits is collected for a moment (`DEBOUNCE_MS`), so holding an arrow key asks for one bank
and not for thirty. Buttons send what is still waiting first: no edit is lost, whatever is pressed next.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QPushButton, QSizePolicy, QWidget

from core.filters.builtin import bank_kind, bank_names
from core.limits import MAX_FILTERS, MAX_KERNEL_SIDE
from core.settings import ConvolutionSettings, Triple
from gui.widgets.controls import Section, describe, make_form, make_label, make_panel_layout, make_row
from gui.widgets.convolution_form import ConvolutionForm
from gui.widgets.inputs import ComboBox, SpinBox, TripleSpin
from gui.widgets.seed_edit import SeedEdit

DEBOUNCE_MS = 150
FROM_FILE = "From file…"
_FILE_TIP = "A bank from a file brings its own number, size and weights"


@dataclass(frozen=True, slots=True)
class BankRequest:
    """A bank that a person asks for, as `core.filters.builtin.make_bank` takes it.

    Parameters
    ----------
    name
        One of `core.filters.builtin.bank_names`.
    filters
        How many, 1 to 64.
    kernel
        (kT, kH, kW), each 1 to 16.
    seed
        0 to 2**32 - 1.
    """

    name: str = "zero-mean"
    filters: int = 8
    kernel: Triple = (5, 5, 5)
    seed: int = 0


class FilterPanel(QWidget):
    """Bank, number, size and seed; new random filters; the convolution.

    Signals:
        bank_requested: a BankRequest, some 150 ms after the last edit.
        regenerate_requested: draw a new seed.
        undo_requested: the bank before.
        open_bank_requested: choose a file with filters.
        convolution_changed: the ConvolutionSettings that a person chose.
        original_requested: the experiment of 2019 (raw, seed 5, one filter 5 × 5 × 5).
    """

    bank_requested = Signal(object)
    regenerate_requested = Signal()
    undo_requested = Signal()
    open_bank_requested = Signal()
    convolution_changed = Signal(object)
    original_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._names: tuple[str, ...] = ()
        self._index = 0
        self._file = ""
        self._bank_waits = False
        self._convolution_waits = False
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(DEBOUNCE_MS)
        self._make_controls()
        self._lay_out()
        self._connect()
        self.set_bank_names(bank_names())
        self.set_undo_available(False)

    @property
    def request(self) -> BankRequest:
        """The bank that the controls describe (the random one below, while a file is shown)."""
        name = self._names[min(self._index, len(self._names) - 1)]
        return BankRequest(name, self.count_spin.value(), self.size_spins.value, self.seed_edit.seed)

    @property
    def convolution(self) -> ConvolutionSettings:
        """The convolution that the controls describe."""
        return self.convolution_form.settings

    @property
    def waiting(self) -> bool:
        """Whether an edit has not been sent yet."""
        return self._bank_waits or self._convolution_waits

    def set_bank_names(self, names: Sequence[str]) -> None:
        """Set the kinds of random banks, the default first."""
        self._names = tuple(names)
        self._fill_combo(0)

    def show_request(self, request: BankRequest) -> None:
        """Show a random bank; no signal, and an edit of the bank that was waiting is dropped."""
        self._drop_bank_edit()
        self._file = ""
        self._fill_combo(self._names.index(request.name) if request.name in self._names else 0)
        self._show_numbers(request.filters, request.kernel)
        self.seed_edit.set_seed(request.seed)
        self._enable_numbers(True)

    def show_file_bank(self, name: str, count: int, size: Triple) -> None:
        """Show that the bank comes from a file; no signal."""
        self._drop_bank_edit()
        self._file = name
        self._fill_combo(len(self._names))
        self._show_numbers(count, size)
        self._enable_numbers(False)

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
        self.bank_combo = ComboBox()
        self.bank_combo.setObjectName("bank_combo")
        self.bank_combo.setAccessibleName("Filter bank")
        self.count_spin = SpinBox(1, MAX_FILTERS, 8)
        self.size_spins = TripleSpin("Kernel size", MAX_KERNEL_SIDE, (5, 5, 5))
        self.seed_edit = SeedEdit(0)
        self.regenerate_button = QPushButton("⟳ New random filters")
        self.regenerate_button.setObjectName("regenerate_button")
        describe(self.regenerate_button, "New random filters", "Draw a new seed and compute again (N)")
        self.undo_button = QPushButton("Undo")
        self.undo_button.setAccessibleName("Undo new filters")
        self.original_button = QPushButton("Original experiment (2019)")
        tip = "The experiment this program grew from: bank raw, seed 5, one filter of 5 × 5 × 5 on RGB"
        describe(self.original_button, "Original experiment", tip)
        self.busy_label = make_label("", "hint")
        self.convolution_form = ConvolutionForm()
        self.convolution_section = Section("Convolution", self.convolution_form)

    def _lay_out(self) -> None:
        layout = make_panel_layout(self)
        layout.addLayout(make_row(make_label("FILTERS", "title"), self.busy_label, stretch=0))
        form = make_form()
        rows: tuple[tuple[str, QWidget], ...] = (
            ("&Bank", self.bank_combo),
            ("Kerne&l", self.size_spins),
        )
        for text, control in rows:
            form.addRow(make_label(text, buddy=control), control)
        seed = make_row(self.count_spin, make_label("See&d", buddy=self.seed_edit), self.seed_edit, stretch=2)
        form.addRow(make_label("&Count", buddy=self.count_spin), seed)
        size_label = form.labelForField(self.size_spins)
        size_label.setToolTip("Kernel size along t × y × x: frames, rows, columns")
        layout.addLayout(form)
        self.regenerate_button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        layout.addLayout(make_row(self.regenerate_button, self.undo_button, stretch=0))
        layout.addWidget(self.original_button)
        layout.addWidget(self.convolution_section)
        layout.addStretch(1)
        self._enable_numbers(True)

    def _connect(self) -> None:
        self.bank_combo.activated.connect(self._on_bank_activated)
        self.count_spin.valueChanged.connect(self._on_edited)
        self.size_spins.changed.connect(self._on_edited)
        self.seed_edit.seed_changed.connect(self._on_edited)
        for box in (self.count_spin, *self.size_spins.boxes):
            box.editingFinished.connect(self.flush)
        self.seed_edit.editingFinished.connect(self.flush)
        self.convolution_form.settings_changed.connect(self._on_convolution_edited)
        self.regenerate_button.clicked.connect(self._on_regenerate_clicked)
        self.undo_button.clicked.connect(self._on_undo_clicked)
        self.original_button.clicked.connect(self._on_original_clicked)
        self._timer.timeout.connect(self.flush)

    def _fill_combo(self, index: int) -> None:
        """List the kinds, the file if there is one, and the way to another file; show one of them."""
        self.bank_combo.clear()
        self.bank_combo.addItems([*self._names, *([self._file] if self._file else []), FROM_FILE])
        for row in range(self.bank_combo.count() - 1):
            self.bank_combo.setItemData(row, self._tip(row), Qt.ItemDataRole.ToolTipRole)
        self._index = index
        self.bank_combo.setCurrentIndex(index)
        self.bank_combo.setToolTip(self._tip(index))

    def _tip(self, row: int) -> str:
        if row >= len(self._names):
            return f"Filters from the file {self._file}"
        return f"{self._names[row]}: {bank_kind(self._names[row]).description}"

    def _drop_bank_edit(self) -> None:
        self._bank_waits = False
        if not self._convolution_waits:
            self._timer.stop()

    def _show_numbers(self, count: int, size: Triple) -> None:
        self.count_spin.blockSignals(True)
        self.count_spin.setValue(count)
        self.count_spin.blockSignals(False)
        self.size_spins.set_value(size)

    def _enable_numbers(self, enabled: bool) -> None:
        for control in (self.count_spin, self.size_spins, self.seed_edit):
            control.setEnabled(enabled)
        tip = f"How many filters, 1 to {MAX_FILTERS}" if enabled else _FILE_TIP
        describe(self.count_spin, "Number of filters", tip)
        self.size_spins.setToolTip("" if enabled else _FILE_TIP)

    # Slots

    @Slot(int)
    def _on_bank_activated(self, index: int) -> None:
        if index == self.bank_combo.count() - 1:
            # Nothing is chosen before a file is: the window asks, and shows the bank when it has one.
            self.bank_combo.setCurrentIndex(self._index)
            self.flush()
            self.open_bank_requested.emit()
        elif index != self._index:
            # A file's bank cannot be chosen again from here, only undone: it leaves the list.
            self._file = ""
            self._fill_combo(index)
            self._enable_numbers(True)
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
