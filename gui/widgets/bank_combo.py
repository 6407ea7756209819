"""The list of filter banks, under the headings of their groups."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QFont, QStandardItemModel
from PySide6.QtWidgets import QComboBox, QWidget

from core.filters.kinds import BankKind
from gui.widgets.inputs import ComboBox

FROM_FILE = "From file…"


def add_heading(combo: QComboBox, text: str) -> None:
    """Add a heading to a list; it cannot be chosen."""
    combo.addItem(text)
    model = combo.model()
    assert isinstance(model, QStandardItemModel)
    item = model.item(combo.count() - 1)
    item.setEnabled(False)
    font = QFont(combo.font())
    font.setBold(True)
    item.setFont(font)


class BankCombo(ComboBox):
    """All kinds of banks, the file in use if there is one, and the way to another file.

    The item's data is the kind's name; headings cannot be chosen and have none.

    Signals:
        kind_chosen: a person chose another kind: its name.
        file_requested: a person wants filters from a file; what was chosen stays until there are some.
    """

    kind_chosen = Signal(str)
    file_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__((), parent)
        self._kinds: tuple[BankKind, ...] = ()
        self._shown = 0
        self.setMaxVisibleItems(40)
        self.activated.connect(self._on_activated)

    @property
    def kinds(self) -> tuple[BankKind, ...]:
        """What there is to choose from."""
        return self._kinds

    def set_kinds(self, kinds: Sequence[BankKind]) -> None:
        """Offer these; those of a group follow each other."""
        self._kinds = tuple(kinds)
        self._fill("")
        self.show_kind(self._kinds[0].name)

    def show_kind(self, name: str) -> None:
        """Show a kind; no signal. A file's bank cannot be chosen again from here: it leaves the list."""
        self._drop_file()
        self._show(self.findData(name))

    def show_file(self, name: str, heading: str = "File") -> None:
        """Show that the filters come from elsewhere; no signal."""
        if self.itemText(self._shown) == name and self.itemData(self._shown) is None:
            return
        self._fill(name, heading)
        self._show(self.count() - 2)

    def _drop_file(self) -> None:
        if self.count() and self.itemData(self.count() - 2) is None:
            self._fill("")

    def _fill(self, file: str, heading: str = "") -> None:
        self.clear()
        group = ""
        for kind in self._kinds:
            if kind.group != group:
                group = kind.group
                self._add_heading(group)
            self.addItem(kind.title, kind.name)
            self._set_tip(f"{kind.title}: {kind.description}")
        if file:
            self._add_heading(heading)
            self.addItem(file)
            self._set_tip(f"Filters from {file}")
        self.addItem(FROM_FILE)
        self._set_tip("Open filters from an .npz file")

    def _add_heading(self, text: str) -> None:
        add_heading(self, text)

    def _set_tip(self, tip: str) -> None:
        self.setItemData(self.count() - 1, tip, Qt.ItemDataRole.ToolTipRole)

    def _show(self, row: int) -> None:
        self._shown = row
        self.setCurrentIndex(row)
        self.setToolTip(self.itemData(row, Qt.ItemDataRole.ToolTipRole) or "")

    @Slot(int)
    def _on_activated(self, row: int) -> None:
        name = self.itemData(row)
        if row == self.count() - 1:
            self.setCurrentIndex(self._shown)
            self.file_requested.emit()
        elif name is not None and row != self._shown:
            self._show(row)
            self.kind_chosen.emit(name)

    def showPopup(self) -> None:  # noqa: N802
        """Open a list that is as wide as its longest title."""
        view = self.view()
        view.setMinimumWidth(view.sizeHintForColumn(0) + 24)
        super().showPopup()
