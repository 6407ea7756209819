"""Small controls that all panels share: they behave well inside a scroll area and at any font size.

Nothing here is styled: the theme reads the property ``role`` ("title", "hint", "value", "error",
"primary", "card") of any widget.
"""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QSize, Qt, Signal, Slot
from PySide6.QtGui import QFont, QPainter, QPaintEvent, QWheelEvent
from PySide6.QtWidgets import (
    QComboBox,
    QDoubleSpinBox,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QSizePolicy,
    QSpinBox,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from core.settings import Triple


def set_property(widget: QWidget, name: str, value: object) -> None:
    """Set a dynamic property and let the application's style sheet look at the widget again."""
    if widget.property(name) != value:
        widget.setProperty(name, value)
        widget.style().unpolish(widget)
        widget.style().polish(widget)
        widget.update()


def describe(widget: QWidget, name: str, tip: str) -> None:
    """Give a control its accessible name and its tooltip."""
    widget.setAccessibleName(name)
    widget.setToolTip(tip)


def make_label(text: str = "", role: str = "", buddy: QWidget | None = None, *, wrap: bool = False) -> QLabel:
    """Return a label with a role for the theme; a label with a buddy gives the keyboard to it."""
    label = QLabel(text)
    if role:
        label.setProperty("role", role)
    if buddy is not None:
        label.setBuddy(buddy)
    if wrap:
        label.setWordWrap(True)
        # Long words must not widen the column: the text wraps instead.
        label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
    label.setTextFormat(Qt.TextFormat.PlainText)
    return label


def make_panel_layout(panel: QWidget) -> QVBoxLayout:
    """Return the layout that all panels of the side columns have."""
    layout = QVBoxLayout(panel)
    layout.setContentsMargins(12, 10, 12, 10)
    layout.setSpacing(8)
    return layout


def make_form() -> QFormLayout:
    """Return a form of labelled controls that fills the column."""
    form = QFormLayout()
    form.setContentsMargins(0, 0, 0, 0)
    form.setHorizontalSpacing(10)
    form.setVerticalSpacing(6)
    form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
    form.setLabelAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
    return form


def make_row(*widgets: QWidget, stretch: int = -1) -> QHBoxLayout:
    """Return widgets side by side; the one numbered `stretch` takes the space that is left."""
    row = QHBoxLayout()
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(6)
    for index, widget in enumerate(widgets):
        row.addWidget(widget, int(index == stretch))
    return row


def tabular(font: QFont) -> QFont:
    """Return a font whose digits all have one width, so that counting numbers stand still."""
    steady = QFont(font)
    steady.setFeature(QFont.Tag("tnum"), 1)
    return steady


class SpinBox(QSpinBox):
    """A whole number; the wheel scrolls the panel unless the box has the keyboard focus."""

    def __init__(self, low: int, high: int, value: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setRange(low, high)
        self.setValue(value)
        # A typed 16 is one number, not first 1 and then 16.
        self.setKeyboardTracking(False)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Turn only with the keyboard focus."""
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()


class RateSpinBox(QDoubleSpinBox):
    """Frames per second, 1 to 60, written without a needless ".0"."""

    def __init__(self, value: float = 12.0, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setRange(1.0, 60.0)
        self.setDecimals(2)
        self.setSingleStep(1.0)
        self.setSuffix(" fps")
        self.setValue(value)
        self.setKeyboardTracking(False)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def textFromValue(self, value: float) -> str:  # noqa: N802
        """Write 12, not 12.00."""
        text = self.locale().toString(value, "f", 2)
        return text.rstrip("0").rstrip(self.locale().decimalPoint())

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Turn only with the keyboard focus."""
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()


class ComboBox(QComboBox):
    """A choice that never widens its column; the wheel scrolls the panel unless it has the focus.

    Signals:
        popup_opened: the list is about to be shown.
        popup_closed: the list is gone.
    """

    popup_opened = Signal()
    popup_closed = Signal()

    def __init__(self, texts: Sequence[str] = (), parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.addItems(list(texts))
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(7)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._open = False

    def showPopup(self) -> None:  # noqa: N802
        """Tell, then open the list."""
        if not self._open:
            self._open = True
            self.popup_opened.emit()
        super().showPopup()

    def hidePopup(self) -> None:  # noqa: N802
        """Close the list, then tell."""
        super().hidePopup()
        if self._open:
            self._open = False
            self.popup_closed.emit()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Turn only with the keyboard focus."""
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()


class TripleSpin(QWidget):
    """Three whole numbers along t, y and x.

    Signals:
        changed: a person changed one of them.
        editing_finished: Enter was pressed or the focus left a box.
    """

    changed = Signal()
    editing_finished = Signal()

    def __init__(self, what: str, high: int, value: Triple, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.boxes = tuple(SpinBox(1, high, v) for v in value)
        axes = (("t", "frames in time"), ("y", "pixels down"), ("x", "pixels across"))
        row = make_row()
        row.setSpacing(3)
        for index, (box, (axis, meaning)) in enumerate(zip(self.boxes, axes, strict=True)):
            describe(box, f"{what} along {axis}", f"{what} along {axis}: {meaning}, 1 to {high}")
            box.setMinimumWidth(44)
            box.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
            if index:
                row.addWidget(make_label("×", "hint"))
            row.addWidget(box, 1)
            box.valueChanged.connect(self._on_value_changed)
            box.editingFinished.connect(self.editing_finished)
        self.setLayout(row)
        self.setFocusProxy(self.boxes[0])

    @property
    def value(self) -> Triple:
        """The numbers along (t, y, x)."""
        t, y, x = (box.value() for box in self.boxes)
        return t, y, x

    def set_value(self, value: Triple) -> None:
        """Show other numbers without a signal."""
        for box, number in zip(self.boxes, value, strict=True):
            box.blockSignals(True)
            box.setValue(number)
            box.blockSignals(False)

    @Slot(int)
    def _on_value_changed(self, _number: int) -> None:
        self.changed.emit()


class Section(QWidget):
    """A part of a panel that folds away under its heading.

    Signals:
        toggled: it was opened (True) or folded (False).
    """

    toggled = Signal(bool)

    def __init__(self, title: str, content: QWidget, *, opened: bool = False) -> None:
        super().__init__()
        self.button = QToolButton()
        self.button.setText(title)
        self.button.setProperty("role", "section")
        self.button.setAutoRaise(True)
        self.button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        describe(self.button, title, f"Show or hide: {title}")
        self._content = content
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addWidget(self.button)
        layout.addWidget(content)
        self._opened = opened
        self._show()
        self.button.clicked.connect(self._on_clicked)

    @property
    def opened(self) -> bool:
        """Whether the content is to be seen."""
        return self._opened

    def set_opened(self, opened: bool) -> None:
        """Open or fold it."""
        if opened != self._opened:
            self._opened = opened
            self._show()
            self.toggled.emit(opened)

    def _show(self) -> None:
        self.button.setArrowType(Qt.ArrowType.DownArrow if self._opened else Qt.ArrowType.RightArrow)
        self._content.setVisible(self._opened)

    @Slot()
    def _on_clicked(self) -> None:
        self.set_opened(not self._opened)


class ElidedLabel(QWidget):
    """One line of text that is shortened with "…" where it does not fit; the tooltip has all of it."""

    def __init__(self, text: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._text = text
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    @property
    def text(self) -> str:
        """The whole text."""
        return self._text

    def set_text(self, text: str) -> None:
        """Show another text."""
        if text != self._text:
            self._text = text
            self.setToolTip(text)
            self.setAccessibleName(text)
            self.updateGeometry()
            self.update()

    def sizeHint(self) -> QSize:
        """Ask for what the content needs."""
        metrics = self.fontMetrics()
        return QSize(metrics.horizontalAdvance(self._text) + 2, metrics.height() + 2)

    def minimumSizeHint(self) -> QSize:
        """Say how small it may get."""
        return QSize(0, self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint what fits."""
        painter = QPainter(self)
        painter.setPen(self.palette().color(self.foregroundRole()))
        text = self.fontMetrics().elidedText(self._text, Qt.TextElideMode.ElideRight, self.width())
        flags = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
        painter.drawText(self.rect(), flags, text)
        painter.end()

    def changeEvent(self, event: QEvent) -> None:
        """Measure again when the font or the style changes."""
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self.updateGeometry()
        super().changeEvent(event)
