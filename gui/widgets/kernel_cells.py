"""The cells of the kernel grid: what they say and look like, and how one is edited."""

from dataclasses import dataclass

from PySide6.QtCore import (
    QAbstractItemModel,
    QAbstractTableModel,
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRectF,
    Qt,
    QTimer,
    Signal,
    Slot,
)
from PySide6.QtGui import QFocusEvent, QKeyEvent, QPainter, QPalette, QPen
from PySide6.QtWidgets import (
    QAbstractItemDelegate,
    QLineEdit,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from core.display.colormap import KERNEL_TABLE
from core.display.legend import format_response
from core.errors import FilterError
from core.filters.edit_text import is_unfinished, parse_weight, weight_text
from gui.widgets.controls import describe, set_property
from gui.widgets.letters import grounds

PAUSE_MS = 100
MANY = 9  # more columns than these are written with fewer digits
_Index = QModelIndex | QPersistentModelIndex
_NO_INDEX = QModelIndex()
_Key = Qt.Key
EndEdit = QAbstractItemDelegate.EndEditHint


@dataclass(frozen=True, slots=True)
class GridFrame:
    """What the grid shows.

    Parameters
    ----------
    values
        kH rows of kW weights.
    levels
        Their indices in the kernels' colour table.
    channels
        For each cell the weights of the channels that it stands for; () where it stands for one.
    names
        The names of these channels.
    """

    values: list[list[float]]
    levels: list[list[int]]
    channels: list[list[list[float]]] | tuple[()] = ()
    names: tuple[str, ...] = ()

    def cell(self, y: int, x: int) -> tuple[float, int, list[float]]:
        """Return all that a cell shows."""
        return self.values[y][x], self.levels[y][x], self.channels[y][x] if self.channels else []

    def note(self, y: int, x: int) -> str:
        """Return the weights of the channels where they differ: "R 0.5, G 0, B −1", else ""."""
        weights = self.cell(y, x)[2]
        if all(weight == weights[0] for weight in weights):
            return ""
        pairs = zip(self.names, weights, strict=True)
        return ", ".join(f"{name} {format_response(weight)}" for name, weight in pairs)


class GridModel(QAbstractTableModel):
    """The frame as Qt's views ask for it."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._frame = GridFrame([], [])

    def show(self, frame: GridFrame) -> None:
        """Show another frame; only cells that differ are painted anew."""
        old, size = self._frame, (len(frame.values), len(frame.values[0]))
        if size != (self.rowCount(), self.columnCount()):
            self.beginResetModel()
            self._frame = frame
            self.endResetModel()
            return
        self._frame = frame
        for y in range(size[0]):
            for x in range(size[1]):
                if frame.cell(y, x) != old.cell(y, x):
                    place = self.index(y, x)
                    self.dataChanged.emit(place, place)

    @property
    def digits(self) -> int:
        """Significant digits to be shown; the tooltip has all."""
        return 3 if self.columnCount() <= MANY else 2

    def rowCount(self, parent: _Index = _NO_INDEX) -> int:  # noqa: N802
        """Return kH."""
        return 0 if parent.isValid() else len(self._frame.values)

    def columnCount(self, parent: _Index = _NO_INDEX) -> int:  # noqa: N802
        """Return kW."""
        return 0 if parent.isValid() or not self._frame.values else len(self._frame.values[0])

    def flags(self, index: _Index) -> Qt.ItemFlag:
        """Say that every cell can be edited."""
        return super().flags(index) | Qt.ItemFlag.ItemIsEditable

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Return the number as text, its colours, or where it is."""
        roles, frame = Qt.ItemDataRole, self._frame
        y, x = index.row(), index.column()
        value, level, _ = frame.cell(y, x)
        if role == roles.DisplayRole:
            return format_response(value, self.digits)
        if role == roles.EditRole:
            return weight_text(value)
        if role == roles.BackgroundRole:
            return grounds(KERNEL_TABLE)[level][0]
        if role == roles.ForegroundRole:
            return grounds(KERNEL_TABLE)[level][1]
        if role in (roles.ToolTipRole, roles.AccessibleDescriptionRole):
            text, note = f"row {y}, column {x}: {weight_text(value)}", frame.note(y, x)
            return f"{text}, the mean of {note}; typing sets all of them" if note else text
        if role == roles.UserRole:
            return bool(frame.note(y, x))
        return None

    def headerData(  # noqa: N802
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        """Count rows and columns from 0, as the kernel panel does."""
        if role == Qt.ItemDataRole.ToolTipRole:
            down = orientation is Qt.Orientation.Vertical
            return f"y = {section} (down)" if down else f"x = {section} (to the right)"
        return str(section) if role == Qt.ItemDataRole.DisplayRole else None


class CellDelegate(QStyledItemDelegate):
    """Paints the cells and edits them.

    Signals:
        typed: (y, x, weight, number of this edit): a good number, after a pause or when the cell is left.
        cancelled: number of an edit whose cell goes back to what it was.
        refused: a sentence about the text in the cell, or "".
        left_downwards: the cell was left with Enter or an arrow; so many rows on.
    """

    typed = Signal(int, int, float, int)
    cancelled = Signal(int)
    refused = Signal(str)
    left_downwards = Signal(int)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.edits = 0
        self._place = (0, 0)
        self._waiting: float | None = None
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(PAUSE_MS)
        self._pause.timeout.connect(self.flush)

    @Slot()
    def flush(self) -> None:
        """Tell the number that waits for a pause, now."""
        self._pause.stop()
        if self._waiting is not None:
            value, self._waiting = self._waiting, None
            self.typed.emit(*self._place, value, self.edits)

    def drop(self) -> None:
        """Forget the number that waits."""
        self._pause.stop()
        self._waiting = None

    def cancel(self) -> None:
        """Take back what was told of this edit."""
        self.drop()
        self.cancelled.emit(self.edits)

    def finish(self, editor: QLineEdit, hint: EndEdit = EndEdit.NoHint, *, must: bool = False) -> bool:
        """Leave the cell: a good number counts; a bad one is refused, and dropped if the cell `must` be left.

        Returns
        -------
        bool
            Whether the cell was left.
        """
        if editor.property("done"):
            return True
        if editor.isModified():
            try:
                parse_weight(editor.text())
            except FilterError as error:
                self._judge(editor, str(error))
                if not must:
                    editor.selectAll()
                    return False
                self.cancel()
                self.refused.emit(f"{error} The cell keeps its weight.")
            self.flush()
        editor.setProperty("done", True)  # losing the keyboard while it closes is not another end
        self.closeEditor.emit(editor, hint)
        return True

    def _judge(self, editor: QLineEdit, sentence: str) -> None:
        set_property(editor, "refused", bool(sentence))
        self.refused.emit(sentence)

    @Slot(str)
    def _on_text_edited(self, text: str) -> None:
        self.drop()
        editor = self.sender()
        assert isinstance(editor, QLineEdit)
        editor.setModified(True)
        try:
            self._waiting = parse_weight(text)
        except FilterError as error:
            self._judge(editor, "" if is_unfinished(text) else str(error))
        else:
            self._judge(editor, "")
            self._pause.start()

    # Qt overrides

    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: _Index) -> QWidget:  # noqa: N802
        """Return a line for one weight."""
        self.drop()
        self.edits += 1
        self._place = index.row(), index.column()
        line = QLineEdit(parent)
        line.setObjectName("cell_editor")
        line.setProperty("role", "cell")
        line.setAlignment(Qt.AlignmentFlag.AlignCenter)
        describe(line, f"Weight in row {index.row()}, column {index.column()}", "")
        line.textEdited.connect(self._on_text_edited)
        return line

    def setEditorData(self, editor: QWidget, index: _Index) -> None:  # noqa: N802
        """Show the weight, unless the person has begun to type another."""
        if isinstance(editor, QLineEdit) and not editor.isModified():
            editor.setText(str(index.data(Qt.ItemDataRole.EditRole)))
            editor.selectAll()

    def setModelData(self, editor: QWidget, model: QAbstractItemModel, index: _Index) -> None:  # noqa: N802
        """Do nothing: `typed` has told it."""

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Leave a cell with Enter, Tab, Up and Down; bring its number back with Escape."""
        if isinstance(watched, QLineEdit) and isinstance(event, QKeyEvent):
            if event.type() is QEvent.Type.ShortcutOverride and event.key() == _Key.Key_Escape:
                event.accept()
                return True
            return event.type() is QEvent.Type.KeyPress and self._on_key(watched, event)
        if isinstance(watched, QLineEdit) and isinstance(event, QFocusEvent) and event.lostFocus():
            if event.reason() is not Qt.FocusReason.PopupFocusReason:  # its own context menu
                self.finish(watched, must=True)
            return False
        return False

    def _on_key(self, editor: QLineEdit, event: QKeyEvent) -> bool:
        key = event.key()
        back = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        if key == _Key.Key_Escape:
            self.cancel()
            self.refused.emit("")
            editor.setProperty("done", True)
            self.closeEditor.emit(editor, EndEdit.RevertModelCache)
        elif key in (_Key.Key_Tab, _Key.Key_Backtab):
            self.finish(editor, EndEdit.EditPreviousItem if key == _Key.Key_Backtab else EndEdit.EditNextItem)
        elif key in (_Key.Key_Return, _Key.Key_Enter, _Key.Key_Down, _Key.Key_Up):
            if self.finish(editor):
                up = key == _Key.Key_Up or (back and key != _Key.Key_Down)
                self.left_downwards.emit(-1 if up else 1)
        else:
            return False
        return True

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        """Paint a weight on its colour; the current cell has a frame instead of another colour."""
        rect = QRectF(option.rect)
        letters = index.data(Qt.ItemDataRole.ForegroundRole)
        painter.save()
        painter.fillRect(rect, index.data(Qt.ItemDataRole.BackgroundRole))
        font = option.font
        font.setItalic(bool(index.data(Qt.ItemDataRole.UserRole)))
        painter.setFont(font)
        painter.setPen(letters)
        painter.drawText(rect, int(Qt.AlignmentFlag.AlignCenter), str(index.data()))
        if option.state & QStyle.StateFlag.State_Selected:
            painter.setPen(QPen(letters, 1.0))
            painter.drawRect(rect.adjusted(3.5, 3.5, -3.5, -3.5))
            accent = option.palette.color(QPalette.ColorRole.Highlight)
            painter.setPen(QPen(accent, 3.0))
            painter.drawRect(rect.adjusted(1.5, 1.5, -1.5, -1.5))
        painter.restore()
