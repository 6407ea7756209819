"""The inspector's page: volume and frames above, the table of products, its bottom line, and what matters.

Everything in its place, not wired to anything.
"""

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QSplitter,
    QStackedLayout,
    QVBoxLayout,
    QWidget,
)

from gui.films import PictureCache
from gui.widgets.controls import ElidedLabel, describe, make_label, make_row
from gui.widgets.equation import Equation
from gui.widgets.frame_strip import FrameStrip
from gui.widgets.inputs import ComboBox
from gui.widgets.pixel_time_view import PixelTimeView
from gui.widgets.term_table import TermTable
from gui.widgets.terms_view import BalanceView, TermsView
from gui.widgets.viewer import Viewer

SIDE_SHARE = 27  # % of the width for what stands at the right, between these widths
SIDE_WIDTHS = (228, 360)
POINT = "Point at a cell to read it with all digits"
PIN_HINT = "Point here; click to stay. Then the arrow keys and [ ] move from voxel to voxel, Esc lets go."


class InspectorPanel(QWidget):
    """The widgets of the page; `show_message` puts a sentence in their place."""

    def __init__(self, cache: PictureCache, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.viewer = Viewer(cache)
        self.viewer.setObjectName("inspector_viewer")
        self.viewer.set_hint(PIN_HINT)
        self.strip = FrameStrip(cache)
        self.table = TermTable()
        self.equation = Equation()
        self.pixel_time = PixelTimeView()
        self.balance = BalanceView()
        self.terms = TermsView()
        self.heading = ElidedLabel()
        self.strip_title = make_label("", "hint")
        self.cell_place, self.cell_sum = ElidedLabel(POINT), ElidedLabel()
        self.origin = make_label("", "value", wrap=True)
        self.origin.setObjectName("tile_origin")
        self.origin.setAlignment(Qt.AlignmentFlag.AlignTop)
        # Its length changes from place to place: the table above stays where it is.
        self.origin.setMinimumHeight(2 * self.origin.fontMetrics().lineSpacing())
        self.origin.setVisible(False)  # a plain response has nothing to say here
        self.share = make_label("", wrap=True)
        self.share.setObjectName("terms_share")
        self._make_buttons()
        self.message = make_label("", "hint", wrap=True)
        self.message.setObjectName("inspector_message")
        self.message.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._side = _Side()
        self._side.setWidget(self._build_side())
        self._stack = QStackedLayout(self)
        self._stack.setContentsMargins(0, 0, 0, 0)
        self._content = self._build_content()
        self._stack.addWidget(self._content)
        self._stack.addWidget(self.message)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.setObjectName("inspector_page")
        self.setAccessibleName("Inspector")

    @property
    def showing_message(self) -> bool:
        """Whether a sentence stands in the place of everything."""
        return self._stack.currentWidget() is self.message

    def show_message(self, sentence: str) -> None:
        """Say why there is nothing to inspect; "" shows the content."""
        self.message.setText(sentence)
        self._stack.setCurrentWidget(self.message if sentence else self._content)

    def set_parts(self, titles: Sequence[str], chosen: int) -> None:
        """Offer the responses that a tile is made of; a single one needs no list."""
        if [self.part_combo.itemText(i) for i in range(self.part_combo.count())] != list(titles):
            self.part_combo.clear()
            self.part_combo.addItems(list(titles))
        self.part_combo.setCurrentIndex(chosen)
        self.part_combo.setVisible(len(titles) > 1)

    def set_reverse(self, reverse: bool) -> None:
        """Leave out what is said of one response while outputs are shown."""
        self._side.setVisible(not reverse)
        self.origin.setVisible(not reverse and bool(self.origin.text()))
        self.table.set_cell(None)
        for button in self.copy_buttons:
            button.setEnabled(not reverse)
        self.part_combo.setEnabled(not reverse)

    def set_cell_text(self, place: str, numbers: str) -> None:
        """Say what is in the cell that is pointed at."""
        self.cell_place.set_text(place or POINT)
        self.cell_sum.set_text(numbers)

    # Building

    def _make_buttons(self) -> None:
        self.part_combo = ComboBox()
        self.part_combo.setObjectName("part_combo")
        describe(self.part_combo, "Response", "Which of the responses behind this tile is taken apart")
        self.part_combo.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.part_combo.setMinimumWidth(80)
        self.fold_button = _toggle("fold_button", "Fold RGB", _FOLD_TIP)
        self.numbers_button = _toggle("numbers_button", "Numbers", _NUMBERS_TIP)
        self.reverse_button = _toggle("reverse_button", "What an input reaches", _REVERSE_TIP)
        self.copy_buttons = tuple(
            _button(f"copy_{key}_button", text, f"Copy {what}")
            for key, text, what in (
                ("text", "Text", "every term as a line of a table (Ctrl+C)"),
                ("numpy", "NumPy", "a NumPy program that computes exactly this number"),
                ("torch", "PyTorch", "a PyTorch program that computes this number with conv3d"),
            )
        )

    def _build_content(self) -> QWidget:
        content = QWidget()
        row = QHBoxLayout(content)
        row.setContentsMargins(10, 4, 10, 6)
        row.setSpacing(12)
        left = QVBoxLayout()
        left.setSpacing(4)
        copy = (make_label("Copy", "hint"), *self.copy_buttons)
        left.addLayout(make_row(self.heading, *copy, stretch=0))
        buttons = (self.part_combo, self.fold_button, self.numbers_button, self.reverse_button)
        tools = make_row(*buttons, QWidget(), stretch=4)
        tools.setStretch(0, 2)
        left.addLayout(tools)
        self.splitter = QSplitter(Qt.Orientation.Vertical)
        for widget, stretch in ((self._build_top(), 3), (self.table, 7)):
            self.splitter.addWidget(widget)
            self.splitter.setStretchFactor(self.splitter.count() - 1, stretch)
            self.splitter.setCollapsible(self.splitter.count() - 1, False)
        self.splitter.setSizes([190, 420])
        left.addWidget(self.splitter, 1)
        for label in (self.cell_place, self.cell_sum):
            left.addWidget(label)
        left.addWidget(_rule())
        left.addWidget(self.equation)
        left.addWidget(self.origin)
        row.addLayout(left, 1)
        row.addWidget(self._side)
        return content

    def _build_top(self) -> QWidget:
        top = QWidget()
        row = QHBoxLayout(top)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(10)
        frames = QVBoxLayout()
        frames.setSpacing(2)
        frames.addWidget(self.strip_title)
        frames.addWidget(self.strip, 1)
        row.addWidget(self.viewer, 2)
        row.addLayout(frames, 3)
        return top

    def _build_side(self) -> QWidget:
        side = QWidget()
        column = QVBoxLayout(side)
        column.setContentsMargins(0, 4, 2, 0)
        column.setSpacing(4)
        column.addWidget(_title("ONE PIXEL IN TIME"))
        column.addWidget(self.pixel_time, 4)
        column.addWidget(_title("EXCITATION AND INHIBITION"))
        column.addWidget(self.balance)
        column.addWidget(_title("LARGEST TERMS"))
        column.addWidget(self.share)
        column.addWidget(self.terms, 5)
        return side

    # Qt overrides

    def minimumSizeHint(self) -> QSize:
        """Say how small it may get."""
        return QSize(480, 320)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Share the width."""
        width = min(max(self.width() * SIDE_SHARE // 100, SIDE_WIDTHS[0]), SIDE_WIDTHS[1])
        self._side.setFixedWidth(width)


class _Side(QScrollArea):
    """A column that scrolls in a low window, and leaves all keys alone: they move the response."""

    def __init__(self) -> None:
        super().__init__()
        self.setWidgetResizable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Hand every key on."""
        event.ignore()


_FOLD_TIP = (
    "One plane for all channels: the input in its own colours, and the sums of weights and of products over "
    "R, G and B"
)
_NUMBERS_TIP = "Make the cells large enough for numbers; the table scrolls"
_REVERSE_TIP = "The reverse: point at a voxel of the input and see every output that it reaches (V)"


def _button(name: str, text: str, tip: str) -> QPushButton:
    button = QPushButton(text)
    button.setObjectName(name)
    describe(button, tip.split(";", maxsplit=1)[0].split(":", maxsplit=1)[0], tip)
    return button


def _toggle(name: str, text: str, tip: str) -> QPushButton:
    button = _button(name, text, tip)
    button.setAccessibleName(text)
    button.setCheckable(True)
    return button


def _title(text: str) -> QLabel:
    return make_label(text, "title")


def _rule() -> QWidget:
    rule = QWidget()
    rule.setFixedHeight(1)
    rule.setProperty("role", "card")
    return rule
