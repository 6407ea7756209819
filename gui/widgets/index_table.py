"""The static index of every filter of a bank, from those that only look to those that need change."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRectF, QSizeF, Qt, Signal, Slot
from PySide6.QtGui import QPainter, QPalette
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableWidget,
    QTableWidgetItem,
    QWidget,
)

from core.display.legend import format_response
from gui.widgets.controls import describe

FILTER, ENERGY, INDEX, BAR = range(4)
HEADERS = ("Filter", "Energy", "Static index", "0: nothing while still · the line is 1: as much as in motion")
TIP = (
    "Energy of the response to the frozen clip, divided by that to the clip itself, for every filter. The "
    "bars have 1 in their middle and no end. A filter with little energy hardly answers to this clip: its "
    "index means little. Return or a click selects a filter."
)


@dataclass(frozen=True, slots=True)
class IndexRow:
    """A filter, counted from 0, with its static index (None: it does not answer) and what that means."""

    index: int
    name: str
    energy: float
    value: float | None
    sentence: str


class _Bars(QStyledItemDelegate):
    """Paints an index as a bar: 0 at the left, 1 in the middle, the right end for ever further on."""

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Paint the bar of a row; nothing where there is no number."""
        super().paint(painter, option, index)
        style = option_of(option)
        value = index.data(Qt.ItemDataRole.UserRole)
        box = QRectF(style.rect).adjusted(4, 6, -10, -6)
        if value is not None:
            chosen = bool(style.state & QStyle.StateFlag.State_Selected)
            role = QPalette.ColorRole.HighlightedText if chosen else QPalette.ColorRole.Highlight
            length = max(value / (1.0 + value) * box.width(), 1.0)
            painter.fillRect(QRectF(box.topLeft(), QSizeF(length, box.height())), style.palette.color(role))
        middle = int(box.center().x())
        painter.setPen(style.palette.color(QPalette.ColorRole.Text))
        painter.drawLine(middle, style.rect.top(), middle, style.rect.bottom())


def option_of(option: QStyleOptionViewItem) -> Any:
    """Return an option with the fields that PySide6's stubs leave out."""
    return option


class IndexTable(QTableWidget):
    """A row for each filter: name, how much it answers, index, bar.

    Signals
    -------
    filter_chosen(int)
        The person wants to see that filter, from 0.
    """

    filter_chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(0, len(HEADERS), parent)
        self._bars = _Bars(self)
        self._rows: tuple[IndexRow, ...] = ()
        self.setObjectName("static_index_table")
        describe(self, "Static index of every filter", TIP)
        self.setHorizontalHeaderLabels(list(HEADERS))
        self.setItemDelegateForColumn(BAR, self._bars)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setShowGrid(False)
        self.setTabKeyNavigation(False)
        self.verticalHeader().hide()
        header = self.horizontalHeader()
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setHighlightSections(False)
        for column in (FILTER, ENERGY, INDEX):
            header.setSectionResizeMode(column, QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(BAR, QHeaderView.ResizeMode.Stretch)
        self.cellClicked.connect(self._on_cell_clicked)
        self.cellActivated.connect(self._on_cell_clicked)

    @property
    def filters(self) -> tuple[int, ...]:
        """The filters from the top row to the last."""
        return tuple(row.index for row in self._rows)

    def set_rows(self, rows: Sequence[IndexRow], selected: int) -> None:
        """Show rows in this order; that of the selected filter is the current one."""
        self._rows = tuple(rows)
        self.setRowCount(len(rows))
        for number, row in enumerate(rows):
            index = "no answer" if row.value is None else format_response(row.value)
            texts = (f"{row.index + 1}  {row.name}", format_response(row.energy), index, "")
            for column, text in enumerate(texts):
                item = QTableWidgetItem(text)
                item.setToolTip(row.sentence)
                if column == BAR:
                    item.setData(Qt.ItemDataRole.UserRole, row.value)
                self.setItem(number, column, item)
            if row.index == selected:
                self.setCurrentCell(number, FILTER)

    @Slot(int, int)
    def _on_cell_clicked(self, row: int, _column: int) -> None:
        self.filter_chosen.emit(self.filters[row])
