"""The content of the page of sections: ruler, nine sections, the cube beside them, the numbers below."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from core.display.sections import Places
from gui.widgets.controls import HEADING_TOP, ElidedLabel, tabular
from gui.widgets.cube_panel import CubePanel
from gui.widgets.kernel_head import KernelHead
from gui.widgets.ruler_bar import RulerBar
from gui.widgets.section_grid import Row, SectionGrid

CUBE_WIDTHS = (200, 420)
CUBE_SHARE = 0.22
GAP = 14


class SectionPanel(QWidget):
    """All widgets of the page in their places."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.bar = RulerBar()
        self.grid = SectionGrid()
        self.grid.setObjectName("section_grid")
        self.kernel_head = KernelHead()
        self.grid.set_head(Row.KERNEL, self.kernel_head)
        self.cube = CubePanel()
        self.value = ElidedLabel()
        self.value.setProperty("role", "value")
        self.value.setFont(tabular(self.value.font()))
        self.value.setObjectName("sections_value")
        self._middle = _Middle(self.grid, self.cube)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, HEADING_TOP + 3, 8, 6)
        layout.setSpacing(6)
        layout.addWidget(self.bar)
        layout.addWidget(self._middle, 1)
        layout.addWidget(self.value)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        # Hidden behind another page it must not widen that one.
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)

    def set_places(self, places: Places | None) -> None:
        """Measure other shapes."""
        self.grid.set_places(places)
        self._middle.share()


class _Middle(QWidget):
    """The grid gets the width that its height can use, the cube the rest: within limits."""

    def __init__(self, grid: SectionGrid, cube: CubePanel) -> None:
        super().__init__()
        self._grid, self._cube = grid, cube
        grid.setParent(self)
        cube.setParent(self)

    def share(self) -> None:
        """Give both their places."""
        width, height = self.width(), self.height()
        low, high = CUBE_WIDTHS
        left = width - GAP - self._grid.wanted_width(height)
        cube = min(max(left, low, round(width * CUBE_SHARE)), high, max(width // 2, 1))
        self._grid.setGeometry(0, 0, max(width - cube - GAP, 1), height)
        self._cube.setGeometry(width - cube, 0, cube, height)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Share the new room."""
        super().resizeEvent(event)
        self.share()
