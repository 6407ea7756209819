"""The pages of the window in one place, one in front."""

from PySide6.QtCore import QSize, Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QStackedWidget, QWidget


class Stage(QStackedWidget):
    """Asks for the room of the page in front, not for that of the largest one.

    Qt's own takes the largest minimum of all: a page that was visited once would keep the columns beside
    the feature volumes narrow for ever.

    Signals
    -------
    height_changed(int)
        There is more or less room for what is under one another.
    """

    height_changed = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("stage")
        self.currentChanged.connect(self._on_current_changed)

    @Slot(int)
    def _on_current_changed(self, _index: int) -> None:
        self.updateGeometry()

    # Qt overrides

    def minimumSizeHint(self) -> QSize:
        """Say how small the page in front may get."""
        page = self.currentWidget()
        return page.minimumSizeHint() if page is not None else super().minimumSizeHint()

    def sizeHint(self) -> QSize:
        """Ask for what the page in front asks for."""
        page = self.currentWidget()
        return page.sizeHint() if page is not None else super().sizeHint()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Tell the height."""
        super().resizeEvent(event)
        self.height_changed.emit(self.height())
