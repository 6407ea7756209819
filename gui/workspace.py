"""The content of the window: every panel in its place, not yet wired to anything."""

from collections.abc import Callable

from PySide6.QtCore import QByteArray, QEvent, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QComboBox,
    QFrame,
    QLabel,
    QPushButton,
    QScrollArea,
    QSplitter,
    QTabBar,
    QVBoxLayout,
    QWidget,
)

from gui.films import PictureCache
from gui.widgets.contrast_bar import ContrastBar
from gui.widgets.controls import HEADING_TOP, ElidedLabel, describe, make_heading, make_row
from gui.widgets.feature_grid import FeatureGrid
from gui.widgets.filter_panel import FilterPanel
from gui.widgets.input_panel import InputPanel
from gui.widgets.inputs import ComboBox
from gui.widgets.kernel_panel import KernelPanel
from gui.widgets.legend import Legend
from gui.widgets.message_bar import MessageBar
from gui.widgets.record_panel import RecordPanel
from gui.widgets.source_panel import SourcePanel
from gui.widgets.stage import Stage
from gui.widgets.trace_view import TracePanel
from gui.widgets.transport import TransportBar

LEFT_WIDTH = 300
FEATURES_WIDTH = 440
KERNEL_SHARE = 6  # a sixth of the window, between these widths
KERNEL_WIDTHS = (250, 360)
KERNEL_LEAST = 190
# In a narrower one (a projector, a screen at 200 %) the kernel panel makes room for the others.
LEAST_FOR_KERNEL = 1110
# Beside a page that explains, the input takes this share (%) of the width, between these widths.
INPUT_SHARE = 26
INPUT_WIDTHS = (250, 480)
# Where pages are lower, tiles need the room of the plot of responses over time.
LEAST_FOR_TRACE = 420
POINT = "Point at a response to read it"


class Workspace(QWidget):
    """All panels: left column, input, feature volumes, kernel, and the transport under them.

    A bar over them chooses what stands in the place of the feature volumes: they themselves, or a page that
    explains them (`gui.explain`). `key_hook` is asked before keys become shortcuts, and again to act.

    Signals
    -------
    columns_changed(bool, bool)
        Settings and kernel panel are wanted, or not, on the page that came to the front.
    """

    columns_changed = Signal(bool, bool)

    def __init__(self, cache: PictureCache, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.message_bar = MessageBar()
        self.source_panel = SourcePanel()
        self.record_panel = RecordPanel()
        self.filter_panel = FilterPanel()
        self.input_panel = InputPanel(cache)
        self.feature_grid = FeatureGrid(cache)
        self.legend = Legend()
        self.contrast_bar = ContrastBar()
        self.kernel_panel = KernelPanel()
        self.trace_panel = TracePanel()
        self.transport = TransportBar()
        self.features_title = QLabel("FEATURE VOLUMES")
        self.features_title.setProperty("role", "title")
        self.features_facts = ElidedLabel()
        self.features_facts.setProperty("role", "hint")
        self.view_combo = ComboBox()
        self.view_combo.setObjectName("view_combo")
        self.view_combo.setMinimumContentsLength(13)
        self.view_combo.setMinimumWidth(90)  # in a narrow window the end of a name may be missing
        self.order_combo = _order_combo()
        self.order_combo.setMinimumWidth(86)
        self.live_button = QPushButton("Live")
        self.live_button.setObjectName("live_button")
        self.live_button.setCheckable(True)
        self.live_button.setEnabled(False)
        self.live_button.setToolTip("Run the filters on the camera as you move (L); choose a camera first.")
        self.value_label = QLabel(POINT)
        self.value_label.setProperty("role", "value")
        self.value_label.setAccessibleName("value under the cursor")

        self.left = _column(LEFT_WIDTH, self.source_panel, self.record_panel, self.filter_panel)
        self.right = _column(KERNEL_LEAST, self.kernel_panel)
        # Whether each side column is wanted: while watching, and on the pages that explain.
        self._wanted = {self.left: [True, False], self.right: [True, False]}
        self._explaining = False
        self._trace_wanted = True
        self._watching_sizes: list[int] = []
        self._recording = False
        self._lesson_bar: QWidget | None = None
        self.key_hook: Callable[[QKeyEvent], bool] = lambda _: False
        self.page_bar = _page_bar()
        self.stage = Stage()
        self.stage.addWidget(self._features())
        self.stage.height_changed.connect(self._fit_heights)
        self.splitter = QSplitter(Qt.Orientation.Horizontal)
        for widget in (self.left, self.input_panel, self.stage, self.right):
            self.splitter.addWidget(widget)
            self.splitter.setCollapsible(self.splitter.count() - 1, False)
        for index, stretch in enumerate((0, 3, 5, 0)):
            self.splitter.setStretchFactor(index, stretch)
        self.splitter.setHandleWidth(5)
        self.reset_sizes(1280)

        self._layout = layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.message_bar)
        layout.addWidget(self.page_bar)
        layout.addWidget(self.splitter, 1)
        layout.addWidget(self.transport)

    def reset_sizes(self, width: int) -> None:
        """Share the width among the columns as at the very first start."""
        kernel = min(max(width // KERNEL_SHARE, KERNEL_WIDTHS[0]), KERNEL_WIDTHS[1])
        rest = max(width - LEFT_WIDTH - kernel, 400)
        features = max(rest * 11 // 20, min(FEATURES_WIDTH, rest - 180))
        self.splitter.setSizes([LEFT_WIDTH, rest - features, features, kernel])

    @Slot(str)
    def show_value(self, text: str) -> None:
        """Show the response under the cursor, or how to get one."""
        self.value_label.setText(text or POINT)

    def show_left(self, wanted: bool) -> None:
        """Show the column of settings, or not."""
        self._wanted[self.left][self._explaining] = wanted
        self._fit_columns()

    def show_kernel(self, wanted: bool) -> None:
        """Show the kernel panel, or not; beside the settings only where there is room for it."""
        self._wanted[self.right][self._explaining] = wanted
        self._fit_columns()

    def show_trace(self, wanted: bool) -> None:
        """Show the plot under the features, or not; in a low window tiles need its room."""
        self._trace_wanted = wanted
        self._fit_heights()

    def set_explaining(self, explaining: bool) -> None:
        """Give a page that explains the room of the side columns, or bring them back as they were."""
        if explaining == self._explaining:
            return
        if explaining:
            self._watching_sizes = self.splitter.sizes()
        self._explaining = explaining
        self._fit_columns()
        self.columns_changed.emit(self._wanted[self.left][explaining], self._wanted[self.right][explaining])
        if explaining:
            self._share_with_page()
        else:
            self.splitter.setSizes(self._watching_sizes)

    def set_lesson_bar(self, bar: QWidget | None) -> None:
        """Put a bar above the transport, or take it away; it belongs to whoever made it."""
        if self._lesson_bar is not None:
            self._layout.removeWidget(self._lesson_bar)
            self._lesson_bar.setParent(None)
        self._lesson_bar = bar
        if bar is not None:
            self._layout.insertWidget(self._layout.indexOf(self.transport), bar)

    def _share_with_page(self) -> None:
        left, right = self.left.minimumWidth(), KERNEL_WIDTHS[0]
        middle = self.width() - left * self.left.isVisible() - right * self.right.isVisible()
        picture = min(max(middle * INPUT_SHARE // 100, INPUT_WIDTHS[0]), INPUT_WIDTHS[1])
        self.splitter.setSizes([left, picture, middle - picture, right])

    @Slot(bool)
    def set_recording(self, recording: bool) -> None:
        """Show countdown and progress, which are in the left column, also where it is hidden."""
        self._recording = recording
        self._fit_columns()

    def restore(self, sizes: QByteArray) -> None:
        """Give the columns the widths they had."""
        if not sizes.isEmpty():
            self.splitter.restoreState(sizes)

    def _fit_columns(self) -> None:
        left = self._wanted[self.left][self._explaining] or self._recording
        room = self.width() >= LEAST_FOR_KERNEL or not left
        self.left.setVisible(left)
        self.right.setVisible(self._wanted[self.right][self._explaining] and room)

    @Slot()
    def _fit_heights(self) -> None:
        self.trace_panel.setVisible(self._trace_wanted and self.stage.height() >= LEAST_FOR_TRACE)

    # Qt overrides

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave no column without the width it needs."""
        super().resizeEvent(event)
        self._fit_columns()

    def event(self, event: QEvent) -> bool:
        """Keep Space, which plays the film, for a button that was reached with Tab.

        After a click with the mouse it belongs to the film: who has drawn new filters wants to stop it.
        """
        if isinstance(event, QKeyEvent) and event.type() is QEvent.Type.ShortcutOverride:
            by_key = self.window().testAttribute(Qt.WidgetAttribute.WA_KeyboardFocusChange)
            pressable = isinstance(self.focusWidget(), QAbstractButton | QComboBox)
            if event.key() == Qt.Key.Key_Space and by_key and pressable:
                event.accept()
                return True
            if self.key_hook(event):
                event.accept()
                return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Press a button with Return, as Space does; open a list."""
        widget = self.focusWidget()
        if self.key_hook(event):
            event.accept()
        elif event.key() not in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            super().keyPressEvent(event)
        elif isinstance(widget, QComboBox):
            widget.showPopup()
        elif isinstance(widget, QAbstractButton):
            widget.click()

    # Building

    def _features(self) -> QWidget:
        panel = QWidget()
        layout = QVBoxLayout(panel)
        layout.setContentsMargins(8, HEADING_TOP, 8, 8)
        layout.setSpacing(6)
        show = (self.view_combo, self.order_combo)
        layout.addLayout(make_heading(self.features_title, *show, self.live_button, stretch=0))
        layout.addWidget(self.feature_grid, 1)
        layout.addWidget(self.trace_panel)
        layout.addLayout(make_row(self.value_label, self.features_facts, stretch=0))
        layout.addWidget(self.legend)
        layout.addWidget(self.contrast_bar)
        return panel


def _page_bar() -> QTabBar:
    bar = QTabBar()
    bar.setObjectName("page_bar")
    bar.setDocumentMode(True)
    bar.setExpanding(False)
    bar.setDrawBase(False)
    bar.setUsesScrollButtons(True)
    bar.setAccessibleName("Pages")
    return bar


def _order_combo() -> ComboBox:
    """Return the choice of how the tiles are arranged; its data are `core.analysis.ranking.ORDERS`."""
    combo = ComboBox()
    combo.setObjectName("order_combo")
    orders = (("in order", "bank"), ("by response", "response"), ("by DSI", "DSI"), ("by name", "name"))
    for text, order in orders:
        combo.addItem(text, order)
    tip = (
        "How the tiles are arranged: as the bank has them; by the mean response to this clip, the strongest "
        "first; by direction selectivity (DSI); or by name. Each keeps its number: the key that selects it."
    )
    describe(combo, "Order of the tiles", tip)
    return combo


def _column(width: int, *panels: QWidget) -> QScrollArea:
    """Return panels above each other in a column that scrolls when the window is low."""
    content = QWidget()
    layout = QVBoxLayout(content)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(0)
    for panel in panels:
        layout.addWidget(panel)
    layout.addStretch(1)
    area = QScrollArea()
    area.setWidget(content)
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setMinimumWidth(width)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # its content takes the keyboard
    return area
