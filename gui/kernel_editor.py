"""The kernel editor: carries out what its window asks for; the features follow while the person types."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from core.errors import WavecubeError
from core.filters.bank import FilterBank
from gui.actions import Actions
from gui.display import Display
from gui.session import Session
from gui.widgets.kernel_panel import KernelPanel

if TYPE_CHECKING:
    from gui.widgets.kernel_dialog import KernelDialog

# Their keys work in the editor as in the window; all but "play" are buttons there.
ACTIONS = ("undo", "redo", "save_bank", "play")


class KernelEditor(QObject):
    """Opens the editor for the selected filter and keeps it true to the session; GUI thread.

    Every change makes a new bank of kind "edited", which `Session.set_bank` swaps in: undo brings the one
    before back, the film plays on, and closing the editor changes nothing.
    """

    def __init__(
        self, session: Session, display: Display, panel: KernelPanel, actions: Actions, window: QWidget
    ) -> None:
        super().__init__(window)
        self._session, self._display, self._actions, self._window = session, display, actions, window
        self.dialog: KernelDialog | None = None
        self._index = 0
        self._edit = 0
        self._before: FilterBank | None = None
        self._own = False
        actions["edit_kernel"].triggered.connect(self.open)
        panel.edit_requested.connect(self.open)
        session.bank_changed.connect(self._on_bank_changed)
        display.selection_changed.connect(self._on_selection_changed)

    @property
    def index(self) -> int:
        """The filter that is edited, from 0."""
        return min(self._index, len(self._session.bank) - 1)

    @Slot()
    def open(self) -> None:
        """Show the editor, in front if it is open already."""
        from gui.widgets.kernel_dialog import KernelDialog

        if self.dialog is None:
            self.dialog = KernelDialog([self._actions[name] for name in ACTIONS], self._window)
            self._connect(self.dialog)
        self._edit_filter(self._member(self._display.selected))
        self._refresh()
        self.dialog.show()
        self.dialog.activateWindow()
        self.dialog.grid.setFocus()

    def close(self) -> None:
        """Close the editor; the filters stay as they are."""
        if self.dialog is not None:
            self.dialog.close()

    def _connect(self, dialog: "KernelDialog") -> None:
        dialog.weight_typed.connect(self._on_weight_typed)
        dialog.edit_cancelled.connect(self._on_edit_cancelled)
        dialog.filter_chosen.connect(self._on_filter_chosen)
        dialog.copy_requested.connect(self._copy_frame)
        dialog.paste_requested.connect(self._paste_frame)
        dialog.closed.connect(self._on_closed)
        tools = dialog.tools
        tools.operation_requested.connect(self._on_operation_requested)
        tools.scale_requested.connect(self._on_scale_requested)
        tools.resize_requested.connect(self._on_resize_requested)
        tools.new_requested.connect(self._on_new_requested)

    # Changes

    def _use(self, bank: FilterBank, text: str, merge: int | None = None) -> None:
        if bank is not self._session.bank:
            self._own = True
            try:
                self._session.set_bank(bank, text, merge)
            finally:
                self._own = False

    def _change(self, make: Callable[[], FilterBank], text: str) -> None:
        """Use what `make` makes; where it refuses, say why and change nothing."""
        assert self.dialog is not None
        self.dialog.leave_cell()
        try:
            bank = make()
        except WavecubeError as error:
            self.dialog.show_refusal(str(error))
        else:
            self._use(bank, text)
            self.dialog.show_refusal("")

    def _change_kernel(self, change: Callable[[Any], Any], text: str) -> None:
        from core.filters.edit_bank import with_kernel

        def make() -> FilterBank:
            bank = self._session.bank
            return with_kernel(bank, self.index, change(bank.weights[self.index]))

        self._change(make, text)

    def _member(self, tile: int) -> int:
        """Return a filter that the tile is made of: the one that is edited, if it is one of them."""
        members = self._session.members(tile)
        return self.index if not members or self.index in members else members[0]

    def _edit_filter(self, index: int) -> None:
        if index != self.index and self.dialog is not None:
            self.dialog.leave_cell()  # what was typed belongs to the filter before
        self._index = index

    def _refresh(self) -> None:
        if self.dialog is not None:
            bank = self._session.bank
            self.dialog.show_kernel(bank[self.index], bank.names, self.index)

    # What the window asks for

    @Slot(int, int, float, int)
    def _on_weight_typed(self, y: int, x: int, value: float, edit: int) -> None:
        from core.filters.edit import with_weight
        from core.filters.edit_bank import with_kernel

        assert self.dialog is not None
        if edit != self._edit or self._before is None:
            self._edit, self._before = edit, self._session.bank
        before, index = self._before, self.index
        weights = with_weight(before.weights[index], (self.dialog.frame, y, x), value, self.dialog.channel)
        # From the bank before this cell was touched: typing the old number again is no change at all.
        self._use(with_kernel(before, index, weights), f"weight of {before.names[index]}", edit)

    @Slot(int)
    def _on_edit_cancelled(self, edit: int) -> None:
        if edit == self._edit and self._before is not None:
            self._use(self._before, "", edit)

    @Slot(int)
    def _on_filter_chosen(self, index: int) -> None:
        self._edit_filter(index)
        tiles = range(len(self._session.tile_names))
        self._display.select(next((t for t in tiles if index in self._session.members(t)), 0))
        self._refresh()

    @Slot(str)
    def _on_operation_requested(self, name: str) -> None:
        from core.filters import edit, edit_bank
        from core.filters.operations import OPERATIONS, operation

        assert self.dialog is not None
        self.dialog.leave_cell()
        t, channel = self.dialog.frame, self.dialog.channel
        if name in {each.name for each in OPERATIONS}:
            self._change_kernel(operation(name).change, operation(name).title)
        elif name == "clear":
            self._change_kernel(edit.cleared, "clear the filter")
        elif name == "clear-frame":
            self._change_kernel(lambda weights: edit.frame_cleared(weights, t, channel), "clear a frame")
        elif name == "repeat-frame":
            self._change_kernel(lambda weights: edit.frame_repeated(weights, t), "copy a frame to all")
        elif name == "copy-frame":
            self._copy_frame()
        elif name == "paste-frame":
            self._paste_frame()
        elif name == "add-copy":
            self._change(lambda: edit_bank.with_copy(self._session.bank, self.index), "add a filter")
        elif name == "remove-filter":
            self._change(lambda: edit_bank.without(self._session.bank, self.index), "remove a filter")

    @Slot()
    def _copy_frame(self) -> None:
        assert self.dialog is not None
        QGuiApplication.clipboard().setText(self.dialog.frame_text())

    @Slot()
    def _paste_frame(self) -> None:
        from core.filters.edit import with_part
        from core.filters.edit_text import parse_table

        assert self.dialog is not None
        t, channel, corner = self.dialog.frame, self.dialog.channel, self.dialog.grid.place
        text = QGuiApplication.clipboard().text()
        self._change_kernel(
            lambda weights: with_part(weights, t, parse_table(text), corner, channel), "paste numbers"
        )

    @Slot(float)
    def _on_scale_requested(self, factor: float) -> None:
        from core.filters.edit import scaled

        self._change_kernel(lambda weights: scaled(weights, factor), f"multiply by {factor:g}")

    @Slot(object)
    def _on_resize_requested(self, size: tuple[int, int, int]) -> None:
        from core.filters.edit_bank import resized_bank

        self._change(lambda: resized_bank(self._session.bank, size), "resize the filters")

    @Slot(object)
    def _on_new_requested(self, values: Mapping[str, Any]) -> None:
        from core.filters.edit_bank import new_bank

        self._change(
            lambda: new_bank(
                values["filters"], values["kernel"], values["channels"], pass_through=values["content"] == 1
            ),
            "new bank",
        )

    # What the session tells

    @Slot()
    def _on_bank_changed(self) -> None:
        if self.dialog is None:
            return
        if not self._own:  # undone, or other filters: what is being typed was meant for those before
            self._edit, self._before = 0, None
            self.dialog.grid.drop_cell()
        self._refresh()

    @Slot(int)
    def _on_selection_changed(self, tile: int) -> None:
        member = self._member(tile)
        if member != self.index:
            self._edit_filter(member)
            self._refresh()

    @Slot()
    def _on_closed(self) -> None:
        if self.dialog is not None:
            self.dialog.deleteLater()
            self.dialog = None
