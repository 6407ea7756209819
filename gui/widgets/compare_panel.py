"""The page of comparisons: which one, what to notice, the columns, and what their colours mean."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import (
    QButtonGroup,
    QHBoxLayout,
    QPushButton,
    QSizePolicy,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from core.display.colormap import KERNEL_TABLE, ColorTable
from core.display.contrast import Limits
from core.display.kernels import KernelPlanes
from gui.films import PictureCache
from gui.widgets.compare_columns import CompareColumns, show_strip
from gui.widgets.controls import HEADING_TOP, ElidedLabel, describe, make_label, make_row
from gui.widgets.index_table import IndexTable
from gui.widgets.inputs import ComboBox
from gui.widgets.kernel_view import KernelView
from gui.widgets.legend import Legend
from gui.widgets.place_plot import PlacePlot
from gui.widgets.weight_scale import ColorScale

# Key, what the button says, and its tip.
COMPARISONS = (
    ("dimensions", "2-D or 3-D", "The filter with less of time: one frame of it, or the mean of its frames"),
    ("time", "Time probes", "The filter on the clip reversed, frozen, shuffled, slower and faster"),
    (
        "flips",
        "Correlation or convolution",
        "The kernel as it is, turned round on all axes, and in time alone",
    ),
    ("after", "What comes after", "ReLU, absolute value, square, and the energy of a quadrature pair"),
)
FREEZE_TIP = "Let the first frame stand still: what is left of the difference?"
SHUFFLE_TIP = "Put the frames in another random order"
FILTER_TIP = "The filter of the bank that is compared with variations of itself"
RANK_TIP = "The static index of every filter of the bank, the most static first"
PLAYING = (
    "Each column plays its own frame of the playhead's number, so half speed gets half way and double speed "
    "ends early. Numbers are of whole clips."
)
WEIGHTS_WIDTH = 170
STRIP = 150, 38
FILTER_WIDTH = 210


class ComparePanel(QWidget):
    """Everything of the page; it knows no session.

    Signals
    -------
    comparison_changed(str)
        The person chose another comparison, by its key.
    freeze_toggled(bool), ranking_toggled(bool)
        The clip should stand still; all filters should be ranked.
    shuffle_requested()
        Another random order is wanted.
    bank_requested(str)
        The person wants a bank of that kind.
    filter_chosen(int)
        The person wants to compare that filter, from 0.
    """

    comparison_changed = Signal(str)
    freeze_toggled = Signal(bool)
    ranking_toggled = Signal(bool)
    shuffle_requested = Signal()
    bank_requested = Signal(str)
    filter_chosen = Signal(int)

    def __init__(
        self, cache: PictureCache, banks: Sequence[tuple[str, str]], parent: QWidget | None = None
    ) -> None:
        """Make a page that offers some banks, given as (name, title), where a filter has no partner."""
        super().__init__(parent)
        self.setObjectName("compare_page")
        self.buttons = QButtonGroup(self)
        self._make_choices()
        self._make_options(banks)
        self.filter_combo = ComboBox()
        self.filter_combo.setObjectName("compare_filter")
        self.filter_combo.setFixedWidth(FILTER_WIDTH)
        describe(self.filter_combo, "Filter that is compared", FILTER_TIP)
        self.filter_combo.activated.connect(self.filter_chosen)
        self.filter_label = ElidedLabel()
        self.filter_label.setProperty("role", "title")
        self.strip = KernelView(6.0, 34.0)
        self.strip.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.strip.setFixedSize(*STRIP)
        describe(
            self.strip, "Kernel of the filter", "The kernel of all columns, its earliest frame at the left"
        )
        self.remark = make_label("", wrap=True)
        self.remark.setObjectName("compare_remark")
        self.hint = make_label(PLAYING, "hint", wrap=True)
        self.plot = PlacePlot()
        self.columns = CompareColumns(cache, self.plot)
        self.table = IndexTable()
        self.message = make_label("", "hint", wrap=True)
        self.message.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._make_legends()
        self._lay_out()
        self.set_comparison(COMPARISONS[0][0])

    @property
    def comparison(self) -> str:
        """The key of the comparison that is chosen."""
        return COMPARISONS[self.buttons.checkedId()][0]

    def set_comparison(self, key: str) -> None:
        """Press the button of a comparison and show what belongs to it; no signal."""
        keys = [each[0] for each in COMPARISONS]
        number = keys.index(key) if key in keys else 0
        self.buttons.button(number).setChecked(True)
        self._show_parts()

    @property
    def ranking(self) -> bool:
        """Whether all filters are ranked in place of the columns."""
        return self.comparison == "time" and self.rank_button.isChecked()

    def set_filters(self, names: Sequence[str], index: int) -> None:
        """Offer the filters of a bank, one of them chosen; no signal."""
        if list(names) != [self.filter_combo.itemText(i) for i in range(self.filter_combo.count())]:
            self.filter_combo.clear()
            self.filter_combo.addItems(list(names))
        self.filter_combo.setCurrentIndex(index)

    def set_filter(self, text: str, planes: KernelPlanes | None) -> None:
        """Say something about the filter; `planes` where all columns have its kernel."""
        self.filter_label.set_text(text)
        show_strip(self.strip, planes)
        self.strip.setVisible(planes is not None)
        if planes is not None:  # as large as its pictures are, so that the name stands beside them
            self.strip.setFixedSize(*STRIP)
            corner = self.strip.last_corner()
            self.strip.setFixedSize(round(corner.x()) + 2, round(corner.y()) + 2)

    def set_remark(self, text: str, *, banks: bool = False) -> None:
        """Say what to notice, and offer banks of pairs or not."""
        self.remark.setText(text)
        self._banks.setVisible(banks)

    def set_message(self, text: str) -> None:
        """Say why there is nothing to compare, or "" to show the columns."""
        self.message.setText(text)
        self._show_parts()

    def set_scales(
        self,
        responses: tuple[Limits, ColorTable, float] | None,
        squares: tuple[Limits, ColorTable, float] | None,
        weights: float,
    ) -> None:
        """Explain the colours.

        Parameters
        ----------
        responses, squares
            Limits, table, and the share of values beyond the limits; None for nothing.
        weights
            The largest weight of all kernels.
        """
        self.legend.set_scale(*(responses or (None, None)))
        self.responses_label.setVisible(responses is not None)
        self.squares_legend.set_scale(*(squares or (None, None)))
        for widget in (self.squares_label, self.squares_legend):
            widget.setVisible(squares is not None)
        self.weights.set_limit(weights)

    # Building

    def _make_choices(self) -> None:
        for number, (key, title, tip) in enumerate(COMPARISONS):
            button = QPushButton(title)
            button.setObjectName(f"compare_{key}")
            button.setCheckable(True)
            describe(button, f"Compare: {title}", tip)
            self.buttons.addButton(button, number)
        self.buttons.idClicked.connect(self._on_chosen)

    def _make_options(self, banks: Sequence[tuple[str, str]]) -> None:
        self.freeze_button = _button("compare_freeze", "Freeze the clip", FREEZE_TIP, checkable=True)
        self.freeze_button.toggled.connect(self.freeze_toggled)
        self.shuffle_button = _button("compare_shuffle", "Shuffle again", SHUFFLE_TIP)
        self.shuffle_button.clicked.connect(self.shuffle_requested)
        self.rank_button = _button("compare_rank", "Rank all filters", RANK_TIP, checkable=True)
        self.rank_button.toggled.connect(self._on_rank_toggled)
        self._banks = QWidget()
        row = QHBoxLayout(self._banks)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        for name, title in banks:
            button = _button(
                f"compare_bank_{name}", title, f"Use these filters: {title}. Undo brings yours back."
            )
            button.clicked.connect(lambda _=False, name=name: self.bank_requested.emit(name))
            row.addWidget(button)
        row.addStretch(1)

    def _make_legends(self) -> None:
        self.legend, self.squares_legend = Legend(), Legend()
        self.legend.setObjectName("compare_legend")
        self.responses_label = make_label("responses", "hint")
        self.squares_label = make_label("squares", "hint")
        self.weights_label = make_label("weights", "hint")
        self.weights = ColorScale(
            KERNEL_TABLE, "Legend of the weights", "Colours of the weights, one scale for all kernels"
        )
        self.weights.setFixedWidth(WEIGHTS_WIDTH)

    def _lay_out(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, HEADING_TOP, 8, 8)
        layout.setSpacing(6)
        choices = make_row(*self.buttons.buttons())
        choices.addStretch(1)
        layout.addLayout(choices)
        options = (self.freeze_button, self.shuffle_button, self.rank_button)
        layout.addLayout(make_row(self.filter_combo, self.strip, self.filter_label, *options, stretch=2))
        layout.addWidget(self.remark)
        layout.addWidget(self._banks)
        self._stack = QStackedWidget()
        for widget in (self.columns, self.table, self.message):
            self._stack.addWidget(widget)
        self._stack.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Expanding)
        layout.addWidget(self._stack, 1)
        layout.addWidget(self.hint)
        self._legends = QWidget()
        responses = (self.responses_label, self.legend)
        squares = (self.squares_label, self.squares_legend)
        row = make_row(*responses, *squares, self.weights_label, self.weights)
        row.setStretch(1, 1)
        row.setStretch(3, 1)
        self._legends.setLayout(row)
        layout.addWidget(self._legends)

    def _show_parts(self) -> None:
        key, told = self.comparison, bool(self.message.text())
        self.freeze_button.setVisible(key == "dimensions")
        self.filter_combo.setVisible(not self.ranking and not told)
        self.filter_label.setVisible(not told)
        self.shuffle_button.setVisible(key == "time" and not self.ranking)
        self.rank_button.setVisible(key == "time")
        self.hint.setVisible(key == "time" and not self.ranking and not told)
        self._legends.setVisible(not self.ranking and not told)
        self._stack.setCurrentWidget(self.message if told else self.table if self.ranking else self.columns)

    # Slots

    @Slot(int)
    def _on_chosen(self, number: int) -> None:
        self._show_parts()
        self.comparison_changed.emit(COMPARISONS[number][0])

    @Slot(bool)
    def _on_rank_toggled(self, on: bool) -> None:
        self._show_parts()
        self.ranking_toggled.emit(on)


def _button(name: str, text: str, tip: str, *, checkable: bool = False) -> QPushButton:
    button = QPushButton(text)
    button.setObjectName(name)
    button.setCheckable(checkable)
    describe(button, text, tip)
    return button
