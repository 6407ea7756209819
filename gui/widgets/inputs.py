"""Numbers and choices: they scroll with their panel and paint their own arrows, sharp at any scale."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QRect, QRectF, Qt, Signal, Slot
from PySide6.QtGui import QPainter, QPaintEvent, QPalette, QWheelEvent
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QComboBox,
    QDoubleSpinBox,
    QSizePolicy,
    QSpinBox,
    QStyle,
    QStyleOptionComboBox,
    QStyleOptionSpinBox,
    QStylePainter,
    QWidget,
)

from core.settings import Triple
from gui.widgets.controls import describe, make_label, make_row
from gui.widgets.icons import paint_icon

_UP, _DOWN = QStyle.SubControl.SC_SpinBoxUp, QStyle.SubControl.SC_SpinBoxDown
_ARROW = QStyle.SubControl.SC_ComboBoxArrow


def _paint_arrow(painter: QPainter, name: str, area: QRect, palette: QPalette, enabled: bool) -> None:
    group = QPalette.ColorGroup.Active if enabled else QPalette.ColorGroup.Disabled
    square = QRectF(0, 0, 8, 8)
    square.moveCenter(QRectF(area).center())
    paint_icon(painter, name, square, palette.color(group, QPalette.ColorRole.Text))


def _paint_spin_box(box: QAbstractSpinBox, option: QStyleOptionSpinBox) -> None:
    """Paint frame and field as the style does, and the two arrows ourselves.

    A style sheet that gives spin boxes a border leaves them with arrows that cannot be made out.
    """
    style = box.style()
    places = [
        style.subControlRect(QStyle.ComplexControl.CC_SpinBox, option, part, box) for part in (_UP, _DOWN)
    ]
    option.subControls &= ~(_UP | _DOWN)
    option.buttonSymbols = QAbstractSpinBox.ButtonSymbols.NoButtons
    painter = QStylePainter(box)
    painter.drawComplexControl(QStyle.ComplexControl.CC_SpinBox, option)
    flags = (QAbstractSpinBox.StepEnabledFlag.StepUpEnabled, QAbstractSpinBox.StepEnabledFlag.StepDownEnabled)
    for name, place, flag in zip(("up", "down"), places, flags, strict=True):
        usable = box.isEnabled() and bool(box.stepEnabled() & flag)
        _paint_arrow(painter, name, place, box.palette(), usable)
    painter.end()


class QuietBox(QAbstractSpinBox if TYPE_CHECKING else object):  # type: ignore[misc]
    """What both kinds of spin box do: paint their own arrows, leave the wheel to the panel."""

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint frame and arrows; the number paints itself."""
        option = QStyleOptionSpinBox()
        self.initStyleOption(option)
        _paint_spin_box(self, option)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Turn only with the keyboard focus."""
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()


class SpinBox(QuietBox, QSpinBox):
    """A whole number; the wheel scrolls the panel unless the box has the keyboard focus."""

    def __init__(self, low: int, high: int, value: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setRange(low, high)
        self.setValue(value)
        # A typed 16 is one number, not first 1 and then 16.
        self.setKeyboardTracking(False)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)


class DecimalSpinBox(QuietBox, QDoubleSpinBox):
    """A number written without needless zeros; the wheel scrolls the panel unless it has the focus."""

    def __init__(
        self, low: float, high: float, value: float, decimals: int = 2, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setDecimals(decimals)
        self.setRange(low, high)
        self.setSingleStep(1.0)
        self.setValue(value)
        self.setKeyboardTracking(False)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def textFromValue(self, value: float) -> str:  # noqa: N802
        """Write 12, not 12.00."""
        text = self.locale().toString(value, "f", self.decimals())
        point = self.locale().decimalPoint()
        return text.rstrip("0").rstrip(point) if point in text else text


class RateSpinBox(DecimalSpinBox):
    """Frames per second, 1 to 60."""

    def __init__(self, value: float = 12.0, parent: QWidget | None = None) -> None:
        super().__init__(1.0, 60.0, value, parent=parent)
        self.setSuffix(" fps")


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

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint frame, text and arrow."""
        option = QStyleOptionComboBox()
        self.initStyleOption(option)
        place = self.style().subControlRect(QStyle.ComplexControl.CC_ComboBox, option, _ARROW, self)
        option.subControls &= ~_ARROW
        painter = QStylePainter(self)
        painter.drawComplexControl(QStyle.ComplexControl.CC_ComboBox, option)
        text = self.style().subControlRect(
            QStyle.ComplexControl.CC_ComboBox, option, QStyle.SubControl.SC_ComboBoxEditField, self
        )
        mode = Qt.TextElideMode.ElideRight
        option.currentText = self.fontMetrics().elidedText(option.currentText, mode, text.width() - 4)
        painter.drawControl(QStyle.ControlElement.CE_ComboBoxLabel, option)
        _paint_arrow(painter, "down", place, self.palette(), self.isEnabled())
        painter.end()

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

    def __init__(
        self, what: str, high: int, value: Triple, low: int = 1, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.boxes = tuple(SpinBox(low, high, v) for v in value)
        axes = (("t", "frames in time"), ("y", "pixels down"), ("x", "pixels across"))
        row = make_row()
        row.setSpacing(3)
        for index, (box, (axis, meaning)) in enumerate(zip(self.boxes, axes, strict=True)):
            describe(box, f"{what} along {axis}", f"{what} along {axis}: {meaning}, {low} to {high}")
            box.setMinimumWidth(44)
            box.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
            if index:
                row.addWidget(make_label("×", "hint"))
            row.addWidget(box, 1)
            box.valueChanged.connect(self._on_value_changed)
            box.editingFinished.connect(self.editing_finished)
        self.setLayout(row)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
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
