"""The page of two layers: settings, the diagram over its columns, the channels in rows, the second volumes.

::

    Input ---- bank 1 ---> Responses -- ReLU, pool --> Channels ---- bank 2 ----> Layer 2
    settings   |           [tile]       ->             [tile]  x  [k k k]  +0.3   [volume] [volume]
               |           [tile]       ->             [tile]  x  [k k k]  -0.1   [volume] [volume]
"""

from string import ascii_uppercase

from PySide6.QtCore import QRectF, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QPalette, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QScrollArea, QVBoxLayout, QWidget

from core.display.colormap import KERNEL_TABLE, ColorTable
from core.display.contrast import Limits
from core.display.legend import format_response
from gui.films import PictureCache
from gui.widgets.channel_row import SHARE, RowColumns
from gui.widgets.channel_rows import ChannelRows
from gui.widgets.controls import ElidedLabel, describe, make_label, make_row
from gui.widgets.feature_grid import FeatureGrid
from gui.widgets.flow_bar import FlowBar
from gui.widgets.layers_form import LayersForm
from gui.widgets.legend import Legend
from gui.widgets.weight_scale import ColorScale

FORM_WIDTH = 264
MARGIN, GAP = 8, 10
ROWS_SHARE = 0.58
ROWS_WIDTHS = (390, 640)
# In a narrower page the settings take the place of the rows, and only when they are asked for.
NARROW = 840
POINT = "Point at a response, click to pin it"
HINT = "Click to pin a response, double-click to enlarge."
_LINES = 3


class LayerGrid(FeatureGrid):
    """The viewers ``layer_viewer_0`` …, for the volumes of the second layer.

    Signals
    -------
    picked(object)
        The voxel (t, y, x) of the volume that was clicked.
    """

    picked = Signal(object)

    def caption_of(self, index: int, name: str) -> str:
        """Return what a filter of the second layer is called."""
        return second_name(index, name)

    def _add_viewer(self) -> None:
        super()._add_viewer()
        viewer = self._viewers[-1]
        viewer.setObjectName(f"layer_viewer_{len(self._viewers) - 1}")
        viewer.set_hint(HINT)
        viewer.picked.connect(self.picked)


def second_name(index: int, name: str) -> str:
    """Return what a filter of the second layer is called: by a letter, as those of the first have numbers.

    "filter A" … "filter Z", "filter AA" …; "B  change of filter 2" where it has a name of its own.
    """
    high, low = divmod(index, len(ascii_uppercase))
    letter = (ascii_uppercase[high - 1] if high else "") + ascii_uppercase[low]
    return f"filter {letter}" if name == f"filter {index + 1}" else f"{letter}  {name}"


class RowsHead(QWidget):
    """What stands in the two columns of the rows that the diagram does not name."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._filter = ""
        self.setFixedHeight(self.fontMetrics().height() + 2)

    def set_filter(self, name: str) -> None:
        """Say whose weights they are."""
        if name != self._filter:
            self._filter = name
            self.setAccessibleName(f"weights of {name}")
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the two headings."""
        painter, columns = QPainter(self), RowColumns.of(self.width())
        painter.setPen(self.palette().color(QPalette.ColorRole.WindowText))
        place = QRectF(columns.second, 0, columns.share - columns.second - 4, self.height())
        text = painter.fontMetrics().elidedText(
            f"weights of {self._filter} in layer 2", Qt.TextElideMode.ElideRight, int(place.width())
        )
        flags = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(place, int(flags), text)
        centre = int(Qt.AlignmentFlag.AlignCenter)
        painter.drawText(QRectF(columns.share, 0, SHARE, self.height()), centre, "adds")
        painter.end()


class ScaleBar(QWidget):
    """The legends of the rows, each under its column."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.response = ColorScale("vik", "Scale of the responses", "", self)
        self.after = ColorScale("cividis", "Scale of the channels", "", self)
        tip = "Colour of a weight of the second layer: one scale for all channels of the selected filter"
        self.weights = ColorScale(KERNEL_TABLE, "Scale of the weights", tip, self)
        self.setFixedHeight(self.response.sizeHint().height())

    def set_scale(self, scale: ColorScale, limits: Limits | None, table: ColorTable, clipped: float) -> None:
        """Explain one of the two columns of volumes; `clipped` is the share beyond the ends."""
        scale.set_table(table.name)
        tip = f"Colour of a response, {table.label}; one scale for all rows and the whole clip."
        if clipped > 0:
            share = max(clipped, 0.0001)
            tip += f" Up to {share:.2%} of a volume lie beyond the ends and have the end colours."
        describe(scale, scale.accessibleName(), tip)
        if limits is None:
            scale.set_labels("", "", "")
        elif limits.signed:
            scale.set_limit(limits.high)
        else:
            scale.set_labels("0", "", format_response(limits.high))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Stand under the columns."""
        columns, height = RowColumns.of(self.width()), self.height()
        self.response.setGeometry(2, 0, int(columns.tile) - 4, height)
        self.after.setGeometry(int(columns.second) + 2, 0, int(columns.tile) - 4, height)
        self.weights.setGeometry(int(columns.weights), 0, int(columns.strip), height)
        super().resizeEvent(event)


class LayersView(QWidget):
    """All widgets of the page in their places; wired by `gui.layers`."""

    def __init__(self, cache: PictureCache, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("layers_page")
        self.form = LayersForm()
        self.flow = FlowBar(_LINES)
        self.head = RowsHead()
        self.rows = ChannelRows(cache)
        self.scales = ScaleBar()
        self.sum_label = make_label("", "value", wrap=True)
        self.sum_label.setObjectName("layers_sum")
        self.all_button = QPushButton()
        self.all_button.setObjectName("layers_all_button")
        self.all_button.setCheckable(True)
        self.grid = LayerGrid(cache)
        self.grid.setMinimumSize(160, 120)
        self.legend = Legend()
        self._rest = POINT
        self.value_label = ElidedLabel(POINT)
        self.value_label.setProperty("role", "value")
        self.field_label = make_label("", "hint", wrap=True)
        self.field_label.setObjectName("layers_field")
        self.settings_button = QPushButton("Settings")
        self.settings_button.setObjectName("layers_settings_button")
        self.settings_button.setCheckable(True)
        tip = "Show the settings in the place of the rows: there is not room for both"
        describe(self.settings_button, "Settings", tip)
        self.settings_button.toggled.connect(self._share)
        self.rows.height_changed.connect(self._share)
        for label in (self.sum_label, self.field_label):  # nothing jumps when their texts come and go
            label.setMinimumHeight(2 * label.fontMetrics().height())
        self._lay_out()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setFocusProxy(self.grid)
        self.setTabOrder(self.all_button, self.grid)

    def set_all(self, count: int, shown: int) -> None:
        """Offer to show all channels, where not all of them are."""
        self.all_button.setVisible(count > shown)
        text = f"Show the strongest {shown}" if self.all_button.isChecked() else f"Show all {count}"
        self.all_button.setText(text)
        tip = "Rows are sorted by the norm of the weights: the channels that can count most come first"
        describe(self.all_button, text, tip)

    def set_rest(self, text: str) -> None:
        """Set what is said while no number is under the mouse; "" for what there is to do."""
        self._rest = text or POINT
        self.value_label.set_text(self._rest)

    def show_value(self, text: str) -> None:
        """Show the number under the mouse, or what is said else."""
        self.value_label.set_text(text or self._rest)

    def fit(self) -> None:
        """Share the width anew: there are other rows, or pictures of other proportions."""
        self._share()

    # Building

    def _lay_out(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 3, 0, 6)
        layout.setSpacing(4)
        layout.addWidget(self.flow)
        columns = QHBoxLayout()
        columns.setContentsMargins(0, 0, MARGIN, 0)
        self._columns = columns
        columns.setSpacing(GAP)
        self._side = self._make_side()
        columns.addWidget(self._side)
        self._middle = QWidget()
        middle = QVBoxLayout(self._middle)
        middle.setContentsMargins(0, 0, 0, 0)
        middle.setSpacing(4)
        middle.addWidget(self.head)
        middle.addWidget(self.rows, 1)
        middle.addWidget(self.scales)
        middle.addLayout(make_row(self.sum_label, self.all_button, stretch=0))
        columns.addWidget(self._middle)
        right = QVBoxLayout()
        right.setSpacing(4)
        right.addWidget(self.value_label)
        right.addWidget(self.grid, 1)
        right.addWidget(self.legend)
        columns.addLayout(right, 1)
        layout.addLayout(columns, 1)
        below = make_row(self.field_label, self.settings_button, stretch=0)
        below.setContentsMargins(MARGIN + 4, 0, MARGIN, 0)
        layout.addLayout(below)

    def _make_side(self) -> QScrollArea:
        area = QScrollArea()
        area.setWidget(self.form)
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFixedWidth(FORM_WIDTH)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # its content takes the keyboard
        return area

    @Slot()
    def _share(self) -> None:
        """Share the width, and let the diagram stand over its columns."""
        narrow = self.width() < NARROW
        self.settings_button.setVisible(narrow)
        settings = not narrow or self.settings_button.isChecked()
        self._side.setVisible(settings)
        self._middle.setVisible(not narrow or not settings)
        left = MARGIN if narrow else FORM_WIDTH + GAP
        self._columns.setContentsMargins(MARGIN if narrow and not settings else 0, 0, MARGIN, 0)
        room = self.width() - left - GAP - MARGIN
        low, high = ROWS_WIDTHS
        # Not wider than all rows fit into the height: then it is the second layer that gains by the width.
        most = min(int(room * ROWS_SHARE), high, max(self.rows.width_for(self.rows.height()), low))
        rows = max(most, low)
        self._middle.setFixedWidth(rows)
        if narrow:
            quarter = self.width() / 4
            self.flow.set_places(tuple((index * quarter, quarter) for index in range(4)))
            return
        columns, grid = RowColumns.of(rows), left + rows + GAP
        self.flow.set_places(
            (
                (MARGIN, FORM_WIDTH - 70 - MARGIN),
                (left, columns.tile),
                (left + columns.second, columns.tile),
                (grid, max(self.width() - grid - MARGIN, 60)),
            )
        )

    # Qt overrides

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Share the new width."""
        self._share()
        super().resizeEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Leave keys to the window."""
        event.ignore()
