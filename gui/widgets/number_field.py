"""A line for one number that a `Parameter` judges: what is typed is told to be wrong, never swallowed.

Up, Down and the wheel change the number at once. What is typed counts when the typing pauses (`PAUSE_MS`),
with Enter, or when the line is left; text that is no good number changes nothing.
"""

import math

from PySide6.QtCore import QEvent, QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QFocusEvent, QHideEvent, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractSpinBox, QSizePolicy, QWidget

from core.errors import UsageError
from core.parameters import Number, Parameter, Value
from gui.widgets.controls import describe, make_label, set_property
from gui.widgets.inputs import QuietBox

PAUSE_MS = 400
_SIGNIFICANT = 6


class NumberField(QuietBox, QAbstractSpinBox):
    """Shows and edits one number; text that is refused changes nothing.

    Signals:
        changed: a person chose another good value.
        refused: what was typed is no good value: the sentence; "" when there is nothing to say any more.
        left: the line was left or Enter was pressed, after what was typed has been judged.
    """

    changed = Signal()
    refused = Signal(str)
    left = Signal()

    def __init__(self, parameter: Parameter, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.parameter = parameter
        self._value: Number = parameter.default  # type: ignore[assignment]
        self._typed = False
        self._sentence = ""
        self._unit = make_label(parameter.unit, "hint")
        self._unit.setParent(self.lineEdit())
        self._unit.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(PAUSE_MS)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        describe(self, parameter.title, parameter_tip(parameter))
        self._pause.timeout.connect(self._judge)
        self.lineEdit().textEdited.connect(self._on_text_edited)
        self._write()

    @property
    def value(self) -> Number:
        """The last good value."""
        return self._value

    @property
    def sentence(self) -> str:
        """Why the text is refused, or ""."""
        return self._sentence

    def set_value(self, value: Value) -> None:
        """Show another value; no signal but `refused`. Text being typed stays while the value is the same."""
        if value != self._value or not self._typed:
            self._value = value  # type: ignore[assignment]
            self._restore()

    def restore(self) -> None:
        """Forget what was typed."""
        if self._typed or self._sentence:
            self._restore()

    def settle(self) -> None:
        """Say no more about what was refused before the line was left."""
        if not self._typed:
            self._refuse("")

    def _restore(self) -> None:
        self._pause.stop()
        self._typed = False
        self._write()
        self._refuse("")

    def _write(self) -> None:
        text = number_text(self._value)
        if self.lineEdit().text() != text:
            self.lineEdit().setText(text)
            self.lineEdit().setCursorPosition(0)

    def _refuse(self, sentence: str) -> None:
        set_property(self, "refused", bool(sentence) and self._typed)
        if sentence != self._sentence:
            self._sentence = sentence
            self.refused.emit(sentence)

    def _take(self, value: Number) -> None:
        self._refuse("")
        if value != self._value:
            self._value = value
            self.changed.emit()

    @Slot(str)
    def _on_text_edited(self, _text: str) -> None:
        self._typed = True
        self._pause.start()

    @Slot()
    def _judge(self) -> None:
        self._pause.stop()
        if not self._typed:
            return
        try:
            value: Number = self.parameter.checked(self.lineEdit().text())  # type: ignore[assignment]
        except UsageError as error:
            sentence = str(error)
            self._refuse(sentence[:1].upper() + sentence[1:])
        else:
            self._typed = self.hasFocus() and self.lineEdit().text() != number_text(value)  # "1/8" may stay
            self._take(value)

    # Qt overrides

    def stepBy(self, steps: int) -> None:  # noqa: N802
        """Go up or down to the next multiple of a step that suits the number, within the limits."""
        self._judge()  # what was typed counts first; what is refused, not at all
        self._typed = False
        self._take(stepped(self.parameter, self._value, steps))
        self._write()
        self.selectAll()

    def stepEnabled(self) -> QAbstractSpinBox.StepEnabledFlag:  # noqa: N802
        """Say which of the arrows lead anywhere."""
        flag = QAbstractSpinBox.StepEnabledFlag
        enabled = flag.StepNone
        if self._value < self.parameter.high:
            enabled |= flag.StepUpEnabled
        if self._value > self.parameter.low:
            enabled |= flag.StepDownEnabled
        return enabled

    def event(self, event: QEvent) -> bool:
        """Let Esc bring the number back, and then do what it does in the window."""
        escape = isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape
        if escape and event.type() in (QEvent.Type.ShortcutOverride, QEvent.Type.KeyPress):
            self.restore()
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Take what was typed with Enter."""
        super().keyPressEvent(event)
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._judge()
            self.left.emit()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Judge what was typed; the last good value comes back, the sentence says why."""
        super().focusOutEvent(event)
        if event.reason() in (Qt.FocusReason.PopupFocusReason, Qt.FocusReason.ActiveWindowFocusReason):
            return
        self._judge()
        if self._typed and self._sentence:
            self._typed = False
            self._refuse(f"{self._sentence} It stays {number_text(self._value)}.")
        self._typed = False
        self._write()
        self.left.emit()

    def hideEvent(self, event: QHideEvent) -> None:
        """Judge nothing that nobody can see."""
        self._pause.stop()
        super().hideEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the unit at the right end."""
        super().resizeEvent(event)
        self._place_unit()

    def sizeHint(self) -> QSize:
        """Ask for room for six digits and the unit."""
        digits = self.fontMetrics().horizontalAdvance("0" * _SIGNIFICANT)
        return QSize(digits + self._unit.sizeHint().width() + 40, super().sizeHint().height())

    def minimumSizeHint(self) -> QSize:
        """Shrink with a narrow column: the unit is in the tooltip, too."""
        return QSize(44, super().minimumSizeHint().height())

    def _place_unit(self) -> None:
        line, size = self.lineEdit(), self._unit.sizeHint()
        number = self.fontMetrics().horizontalAdvance(number_text(self._value))
        fits = bool(self.parameter.unit) and number + size.width() + 12 <= line.width()
        self._unit.setVisible(fits)
        line.setTextMargins(0, 0, size.width() + 4 if fits else 0, 0)
        self._unit.setGeometry(line.width() - size.width() - 2, 0, size.width(), line.height())


def number_text(value: Number) -> str:
    """Return a number as a person writes it; `Parameter.checked` reads it."""
    return str(value) if isinstance(value, int) else f"{value:.{_SIGNIFICANT}g}"


def parameter_tip(parameter: Parameter) -> str:
    """Return what a parameter does, with its range."""
    low, high = (number_text(limit) for limit in (parameter.low, parameter.high))
    unit = f" {parameter.unit}" if parameter.unit else ""
    words = f" or {', '.join(parameter.words)}" if parameter.words else ""
    sides = " along t × y × x" if parameter.is_size else ""
    span = f"{low} to {high}{unit}{words}{sides}"
    tip = parameter.tip.rstrip(".")
    return f"{tip}: {span}" if tip else f"{parameter.title}: {span}"


def step_of(parameter: Parameter) -> float:
    """Return a step of 1, 2 or 5 times a power of ten: about a tenth of the usual value, 1 at least if whole.

    Angles go in steps of 15 degrees.
    """
    if parameter.unit in ("degrees", "°", "deg"):
        return 15.0
    if parameter.whole:
        return 1.0
    span = float(parameter.high) - float(parameter.low)
    usual = abs(float(parameter.default))  # type: ignore[arg-type]
    wanted = min(span / 20, usual / 8) if usual else span / 20
    if wanted <= 0:
        return 1.0
    power = 10.0 ** math.floor(math.log10(wanted) + 1e-9)
    return max(factor * power for factor in (1, 2, 5) if factor * power <= wanted * (1 + 1e-9))


def stepped(parameter: Parameter, value: Number, steps: int) -> Number:
    """Return the multiple of the step that lies `steps` above (or below) a value, within the limits."""
    step = step_of(parameter)
    place = value / step
    # From between two multiples the first step leads to the next one.
    start = math.floor(place + 1e-9) if steps > 0 else math.ceil(place - 1e-9)
    number = min(max(round((start + steps) * step, 10), parameter.low), parameter.high)
    return int(number) if parameter.whole else float(number)
