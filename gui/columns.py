"""The side columns: shown or hidden by menu and key, and as they were at the next start."""

from PySide6.QtCore import QObject, Slot

from gui.actions import Actions
from gui.state import State
from gui.workspace import Workspace

NAMES = ("show_left", "show_kernel")


class Columns(QObject):
    """Keeps the two actions, the columns and the store true to each other; GUI thread."""

    def __init__(self, state: State, workspace: Workspace, actions: Actions) -> None:
        super().__init__(workspace)
        self._state, self._workspace = state, workspace
        self._actions = [actions[name] for name in NAMES]
        for action, show in zip(self._actions, (workspace.show_left, workspace.show_kernel), strict=True):
            action.setChecked(True)
            action.toggled.connect(show)
            action.setChecked(state.number(action.objectName().removeprefix("action_"), 1) != 0)
        workspace.columns_changed.connect(self._on_columns_changed)

    def restore(self, width: int) -> None:
        """Give the columns the widths they had, or share out a window of that width."""
        self._workspace.reset_sizes(width)
        self._workspace.restore(self._state.blob("splitter"))

    def remember(self) -> None:
        """Keep what is shown and how wide; call it on the page of the volumes."""
        self._state.remember_blob("splitter", self._workspace.splitter.saveState())
        for name, action in zip(NAMES, self._actions, strict=True):
            self._state.remember(name, int(action.isChecked()))

    @Slot(bool, bool)
    def _on_columns_changed(self, left: bool, right: bool) -> None:
        """Check the entries as the page in front has its columns."""
        for action, wanted in zip(self._actions, (left, right), strict=True):
            action.setChecked(wanted)
