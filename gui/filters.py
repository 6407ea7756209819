"""The filter panel and the Filters menu: making, undoing, opening and saving banks."""

import secrets
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QFileDialog, QWidget

from core.errors import WavecubeError
from core.filters.bank import FilterBank
from core.filters.builtin import bank_kind, bank_kinds, bank_names, make_bank
from core.filters.edit_bank import EDITED, origin_title
from core.settings import ConvolutionSettings
from gui.session import Session
from gui.widgets.filter_panel import BankRequest, FilterPanel

EDITED_TIP = "Edited by hand (Ctrl+K); undo takes back step by step, Save bank keeps the weights"
BANK_FILTER = "Filter banks (*.npz)"
CLIP_CHANNELS = 3  # what sources deliver, whatever the file
ORIGINAL = BankRequest("raw", {"filters": 1, "kernel": (5, 5, 5), "seed": 5})
RANDOM = "zero-mean"


def bank_for(request: BankRequest) -> FilterBank:
    """Make the bank that a person asks for.

    Raises
    ------
    FilterError
        If it cannot be made.
    """
    return make_bank(request.name, **request.values)


def request_for(bank: FilterBank) -> BankRequest | None:
    """Return what would make a bank again, or None for one from a file."""
    return BankRequest(bank.kind, bank.parameters) if bank.kind in bank_names() else None


class Filters(QObject):
    """Keeps the filter panel true to the session and carries out its wishes.

    Signals
    -------
    failed(str)
        A sentence; the bank stays as it was.
    told(str)
        A word about what was done.
    """

    failed = Signal(str)
    told = Signal(str)

    def __init__(self, session: Session, panel: FilterPanel, parent: QWidget) -> None:
        super().__init__(parent)
        self._session, self._panel, self._window = session, panel, parent
        panel.set_kinds(bank_kinds())
        panel.bank_requested.connect(self.make)
        panel.regenerate_requested.connect(self.regenerate)
        panel.undo_requested.connect(session.undo_stack.undo)
        panel.open_bank_requested.connect(self.ask_open)
        panel.original_requested.connect(self.original)
        panel.convolution_changed.connect(self._on_convolution_changed)
        session.bank_changed.connect(self._on_bank_changed)
        session.convolution_changed.connect(self._on_session_convolution_changed)
        session.undo_stack.canUndoChanged.connect(panel.set_undo_available)
        self._on_bank_changed()
        panel.set_convolution(session.convolution)

    @Slot(object)
    def make(self, request: BankRequest) -> None:
        """Make and use a bank."""
        if request == request_for(self._session.bank):
            return
        try:
            self._session.set_bank(bank_for(request), _undo_text(request))
        except WavecubeError as error:
            self._panel.show_refusal(str(error))

    @Slot(str)
    def choose(self, name: str) -> None:
        """Use a kind of bank, with the values that it had last."""
        self._panel.choose(name)
        self._panel.flush()

    @Slot()
    def regenerate(self) -> None:
        """Draw a new seed: other filters of the same kind, number and size.

        In place of filters that are not drawn come zero-mean ones, as many and as large.
        """
        bank = self._session.bank
        now = request_for(bank)
        seed = {"seed": secrets.randbelow(1_000_000)}
        if now is not None and bank_kind(now.name).random:
            self.make(BankRequest(now.name, {**now.values, **seed}))
        else:
            self.make(BankRequest(RANDOM, {"filters": len(bank), "kernel": bank.kernel_size, **seed}))

    @Slot()
    def original(self) -> None:
        """Use the filter of the experiment that this program grew from."""
        self.make(ORIGINAL)

    @Slot()
    def ask_open(self) -> None:
        """Let the person pick a bank file."""
        path, _ = QFileDialog.getOpenFileName(self._window, "Open bank", "", BANK_FILTER)
        if path:
            self.open(Path(path))
        else:
            self._on_bank_changed()

    def open(self, path: Path) -> None:
        """Use the bank in a file."""
        from core.filters.files import load_bank

        try:
            bank = load_bank(path)
            bank.for_channels(CLIP_CHANNELS)  # refused here, while the filters before are still shown
            self._session.set_bank(bank, f"bank {path.name}")
        except WavecubeError as error:
            self.failed.emit(str(error))
            self._on_bank_changed()

    @Slot()
    def ask_save(self) -> None:
        """Let the person say where the bank goes."""
        path, _ = QFileDialog.getSaveFileName(self._window, "Save bank", "bank.npz", BANK_FILTER)
        if path:
            self.save(Path(path).with_suffix(".npz"))

    def save(self, path: Path) -> None:
        """Save the bank."""
        from core.filters.files import save_bank

        try:
            save_bank(path, self._session.bank)
        except WavecubeError as error:
            self.failed.emit(str(error))
        else:
            self.told.emit(f"Saved {path.name}.")

    @Slot()
    def _on_bank_changed(self) -> None:
        bank = self._session.bank
        request = request_for(bank)
        if request is not None:
            self._panel.show_request(request, bank.warnings)
        else:
            edited = EDITED_TIP if bank.kind == EDITED else ""
            self._panel.show_file_bank(bank_title(bank), len(bank), bank.kernel_size, bank.warnings, edited)

    @Slot(object)
    def _on_convolution_changed(self, settings: ConvolutionSettings) -> None:
        self._session.set_convolution(settings)

    @Slot()
    def _on_session_convolution_changed(self) -> None:
        self._panel.set_convolution(self._session.convolution)


def bank_title(bank: FilterBank) -> str:
    """Return what a bank that no kind makes is called: its file, or what it was before it was edited."""
    if bank.kind == EDITED:
        return f"edited: {origin_title(bank)}"
    path = bank.parameters.get("path")
    return Path(str(path)).name if path else bank.kind


def _undo_text(request: BankRequest) -> str:
    title = bank_kind(request.name).title
    return f"{title}, seed {request.values['seed']}" if "seed" in request.values else title
