"""A form for any list of parameters: each field judged by `Parameter.checked`, its sentence right under it.

::

    Speed      [ 1.0   px/frame ^v ]
    Size       [9] x [9] x [9]
    the sentence, where something typed is no good value
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TypeAlias

from PySide6.QtCore import QTimer, Signal, Slot
from PySide6.QtWidgets import (
    QCheckBox,
    QFormLayout,
    QLabel,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from core.parameters import Parameter, Size, Value
from gui.widgets.controls import describe, make_form, make_label, make_row
from gui.widgets.inputs import ComboBox
from gui.widgets.number_field import NumberField, parameter_tip

_AXES = (("t", "frames in time"), ("y", "pixels down"), ("x", "pixels across"))
_SWITCHES = ({"on", "off"}, {"yes", "no"})


class ChoiceField(ComboBox):
    """One of a parameter's words.

    Signals:
        changed: a person chose another.
    """

    changed = Signal()

    def __init__(self, parameter: Parameter, parent: QWidget | None = None) -> None:
        first: dict[int, str] = {}
        for word, number in parameter.words.items():
            first.setdefault(number, word)  # further words for the same number are synonyms
        super().__init__(list(first.values()), parent)
        self._numbers = list(first)
        self._value = int(parameter.default)  # type: ignore[arg-type]
        describe(self, parameter.title, parameter_tip(parameter))
        self.activated.connect(self._on_activated)

    @property
    def value(self) -> int:
        """The number of the chosen word."""
        return self._value

    def set_value(self, value: Value) -> None:
        """Choose another; no signal."""
        self._value = int(value)  # type: ignore[arg-type]
        self.setCurrentIndex(self._numbers.index(self._value))

    @Slot(int)
    def _on_activated(self, index: int) -> None:
        if self._numbers[index] != self._value:
            self._value = self._numbers[index]
            self.changed.emit()


class SwitchField(QCheckBox):
    """A parameter whose words are on and off.

    Signals:
        changed: a person switched it.
    """

    changed = Signal()

    def __init__(self, parameter: Parameter, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        words = parameter.words
        self._on = words["on"] if "on" in words else words["yes"]
        self._off = words["off"] if "off" in words else words["no"]
        describe(self, parameter.title, parameter_tip(parameter))
        self.clicked.connect(self._on_clicked)

    @property
    def value(self) -> int:
        """The number of the word that it stands at."""
        return self._on if self.isChecked() else self._off

    def set_value(self, value: Value) -> None:
        """Switch it; no signal."""
        self.setChecked(value == self._on)

    @Slot()
    def _on_clicked(self) -> None:
        self.changed.emit()


class SizeField(QWidget):
    """Three whole numbers along t, y and x, each judged for itself.

    Signals:
        changed: a person chose another good size.
        refused: what was typed in one of them is no good: the sentence; "" when all are good again.
        left: one of them was left, or Enter was pressed.
    """

    changed = Signal()
    refused = Signal(str)
    left = Signal()

    def __init__(self, parameter: Parameter, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        usual: Size = parameter.default  # type: ignore[assignment]
        self.boxes = tuple(NumberField(replace(parameter, default=side, unit="")) for side in usual)
        row = make_row()
        row.setSpacing(3)
        span = f"{parameter.low} to {parameter.high}"
        for index, (box, (axis, meaning)) in enumerate(zip(self.boxes, _AXES, strict=True)):
            name = f"{parameter.title} along {axis}"
            describe(box, name, f"{name}: {meaning}, {span}")
            box.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
            box.setMinimumWidth(44)
            if index:
                row.addWidget(make_label("×", "hint"))
            row.addWidget(box, 1)
            box.changed.connect(self.changed)
            box.refused.connect(self._on_refused)
            box.left.connect(self.left)
        self.setLayout(row)
        describe(self, parameter.title, parameter_tip(parameter))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    @property
    def value(self) -> Size:
        """The last good numbers along (t, y, x)."""
        t, y, x = (int(box.value) for box in self.boxes)
        return t, y, x

    def set_value(self, value: Value) -> None:
        """Show other numbers; no signal but `refused`."""
        for box, number in zip(self.boxes, value, strict=True):  # type: ignore[arg-type]
            box.set_value(number)

    def settle(self) -> None:
        """Say no more about a number that was left."""
        for box in self.boxes:
            box.settle()

    @Slot(str)
    def _on_refused(self, sentence: str) -> None:
        others = (box.sentence for box in self.boxes if box.sentence)
        self.refused.emit(sentence or next(others, ""))


Field: TypeAlias = NumberField | SizeField | ChoiceField | SwitchField


class ParameterForm(QWidget):
    """Edits the parameters of a bank or a stimulus.

    Signals:
        values_changed: a person changed something to another good value; bad input sends nothing.
        editing_finished: Enter was pressed, or a field was left.
    """

    values_changed = Signal()
    editing_finished = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.fields: dict[str, QWidget] = {}
        self.errors: dict[str, QLabel] = {}
        self._fields: dict[str, Field] = {}
        self._parameters: tuple[Parameter, ...] = ()
        self._rows = QWidget()
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.addWidget(self._rows)

    @property
    def values(self) -> dict[str, Value]:
        """The last good value of every field."""
        return {name: field.value for name, field in self._fields.items()}

    def set_parameters(self, parameters: Sequence[Parameter], values: Mapping[str, Value]) -> None:
        """Show fields for parameters; hidden ones are skipped. No signal.

        Parameters
        ----------
        parameters
            In the order of the form. The same ones as before keep their fields, and with them the keyboard.
        values
            Good values by name; a default stands in where one is missing.
        """
        shown = tuple(parameter for parameter in parameters if not parameter.hidden)
        if shown != self._parameters:
            self._parameters = shown
            self._build()
        for parameter in shown:
            self._fields[parameter.name].set_value(values.get(parameter.name, parameter.default))

    def set_enabled(self, enabled: bool) -> None:
        """Let the fields be edited, or only be read."""
        for field in self._fields.values():
            field.setEnabled(enabled)

    def order_keyboard(self, before: QWidget) -> QWidget:
        """Let Tab go from a widget through all fields in their order; return the last of them."""
        for field in self._fields.values():
            for part in _parts(field):
                QWidget.setTabOrder(before, part)
                before = part
        return before

    # Building

    def _build(self) -> None:
        old, self._rows = self._rows, QWidget()
        for field in self._fields.values():
            field.disconnect(self)  # what the old fields still say when they lose the keyboard is past
        self._column.replaceWidget(old, self._rows)
        old.hide()
        old.deleteLater()
        self._fields, self.fields, self.errors = {}, {}, {}
        form = make_form()
        self._rows.setLayout(form)
        for parameter in self._parameters:
            self._add(form, parameter)
        self._rows.setVisible(bool(self._parameters))

    def _add(self, form: QFormLayout, parameter: Parameter) -> None:
        field = _field_for(parameter)
        field.setObjectName(f"parameter_{parameter.name}")
        self._fields[parameter.name] = self.fields[parameter.name] = field
        label = make_label(_heading(parameter.title), buddy=_parts(field)[0])
        label.setToolTip(field.toolTip())
        form.addRow(label, field)
        field.changed.connect(self._on_changed)
        if isinstance(field, NumberField | SizeField):
            error = make_label("", "error", wrap=True)
            error.setObjectName(f"error_{parameter.name}")
            form.addRow(error)
            form.setRowVisible(error, False)
            self.errors[parameter.name] = error
            field.refused.connect(lambda sentence: _show_error(form, field, error, sentence))
            field.left.connect(self.editing_finished)

    # Slots

    @Slot()
    def _on_changed(self) -> None:
        for field in self._fields.values():
            if isinstance(field, NumberField | SizeField):
                field.settle()
        self.values_changed.emit()


def _parts(field: Field) -> tuple[QWidget, ...]:
    """Return what takes the keyboard in a field."""
    return field.boxes if isinstance(field, SizeField) else (field,)


def _field_for(parameter: Parameter) -> Field:
    if parameter.is_size:
        return SizeField(parameter)
    if not parameter.is_choice:
        return NumberField(parameter)
    if set(parameter.words) in _SWITCHES:
        return SwitchField(parameter)
    return ChoiceField(parameter)


def _heading(title: str) -> str:
    """Return a title as a label writes it: a capital first, single letters as they are; "&" is no key."""
    word = title.split(" ", maxsplit=1)[0]
    capital = title[:1].upper() + title[1:] if word.isalpha() and len(word) > 1 and title.isascii() else title
    return capital.replace("&", "&&")


def _show_error(form: QFormLayout, field: QWidget, label: QLabel, sentence: str) -> None:
    """Show a sentence under its field; a label without one takes no room."""
    label.setText(sentence)
    field.setAccessibleDescription(sentence)
    form.setRowVisible(label, bool(sentence))
    if sentence:
        reveal_soon(label)


def reveal_soon(label: QLabel) -> None:
    """Bring a sentence into view where its column scrolls, once all rows have their places."""
    QTimer.singleShot(0, label, lambda: _reveal(label))


def _reveal(label: QLabel) -> None:
    area: QWidget | None = label.parentWidget()
    while area is not None and not isinstance(area, QScrollArea):
        area = area.parentWidget()
    if area is not None and label.isVisible():
        area.ensureWidgetVisible(label, 0, 8)
