"""What is shown of a bank: the list over the feature volumes."""

from PySide6.QtCore import QObject, QSignalBlocker, Qt, Slot

from core.filters.views import RESPONSES
from gui.session import Session
from gui.widgets.controls import describe
from gui.workspace import Workspace

_TITLE = "Responses"
_EXPLANATION = "What each filter answers: its products with the clip, added up, everywhere and at every time."


class Views(QObject):
    """Keeps the list true to the session and carries out its wishes; GUI thread."""

    def __init__(self, session: Session, workspace: Workspace) -> None:
        super().__init__(workspace)
        self._session, self._workspace = session, workspace
        workspace.view_combo.activated.connect(self._on_activated)
        session.bank_changed.connect(self._refresh)
        session.view_changed.connect(self._refresh)
        self._refresh()

    @Slot()
    def _refresh(self) -> None:
        """Offer what the bank has, and say what the chosen view shows."""
        combo, views, chosen = self._workspace.view_combo, self._session.bank.views, self._session.view
        with QSignalBlocker(combo):
            combo.clear()
            combo.addItem(_TITLE, RESPONSES)
            combo.setItemData(0, _EXPLANATION, Qt.ItemDataRole.ToolTipRole)
            for number, view in enumerate(views, start=1):
                combo.addItem(view.title, view.key)
                combo.setItemData(number, view.explanation, Qt.ItemDataRole.ToolTipRole)
            combo.setCurrentIndex(combo.findData(self._session.view_key))
        # The list may be wider than the combo, which shares a narrow heading.
        combo.view().setMinimumWidth(combo.view().sizeHintForColumn(0) + 24)
        describe(combo, "Show", f"Show: {_EXPLANATION if chosen is None else chosen.explanation}")
        combo.setVisible(bool(views))
        self._workspace.filter_panel.convolution_form.set_activation_used(chosen is None)

    @Slot(int)
    def _on_activated(self, _index: int) -> None:
        self._session.set_view(self._workspace.view_combo.currentData())
