"""The buttons of the kernel editor; what they do to a filter stands in `core.filters.operations`."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QGridLayout, QPushButton, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from core.filters.kinds import FILTERS, KERNEL
from core.filters.operations import OPERATIONS
from core.parameters import Parameter
from gui.widgets.controls import Section, describe, make_label
from gui.widgets.number_field import NumberField
from gui.widgets.parameter_form import ParameterForm, SizeField

WIDTH = 250
FRAME_TOOLS = (
    (
        "copy-frame",
        "Copy",
        "Copy this frame as a table of numbers, for a spreadsheet or another frame (Ctrl+C)",
    ),
    ("paste-frame", "Paste", "Paste a table of numbers, from the current cell on (Ctrl+V)"),
    ("repeat-frame", "To all frames", "Copy this frame to all frames: the filter no longer sees motion"),
    ("clear-frame", "Clear frame", "Set all weights of this frame to 0"),
    ("clear", "Clear filter", "Set all weights of this filter to 0"),
)
BANK_TOOLS = (
    ("add-copy", "Add a copy", "Add a copy of this filter at the end of the bank"),
    ("remove-filter", "Remove filter", "Take this filter out of the bank"),
)
FACTOR = Parameter("factor", 2.0, -1000.0, 1000.0, tip="Multiply all weights by this number; 1/2 halves them")
CONTENT = Parameter(
    "content",
    0,
    0,
    1,
    words={"zeros": 0, "pass-through": 1},
    label="weights",
    tip="All zeros, or a single weight in the centre that lets the clip pass through",
)
SEES = Parameter(
    "channels",
    1,
    1,
    3,
    words={"brightness": 1, "R, G, B": 3},
    label="sees",
    tip="One weight for all colours, or one for each of R, G and B",
)


class KernelTools(QScrollArea):
    """Buttons in a column that scrolls where the window is low.

    Signals:
        operation_requested: the name of an operation, of a frame's or of the bank's tools.
        scale_requested: the factor.
        resize_requested: (kT, kH, kW).
        new_requested: values of "filters", "kernel", "content" and "channels".
    """

    operation_requested = Signal(str)
    scale_requested = Signal(float)
    resize_requested = Signal(object)
    new_requested = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._size = (0, 0, 0)
        self.buttons: dict[str, QPushButton] = {}
        self.factor_form = _form((FACTOR,))
        self.size_form = _form((KERNEL,))
        self.new_form = _form((FILTERS, KERNEL, CONTENT, SEES))
        content = QWidget()
        self._column = QVBoxLayout(content)
        self._column.setContentsMargins(0, 0, 8, 0)
        self._column.setSpacing(6)
        for group in dict.fromkeys(each.group for each in OPERATIONS):
            tools = [(each.name, each.title, each.tip) for each in OPERATIONS if each.group == group]
            self._add_group(group, tools)
        self._add_group("This frame", FRAME_TOOLS)
        self._add_group("Bank", BANK_TOOLS)
        self._add_fold("Multiply", self.factor_form, "scale", "Multiply", FACTOR.tip, self._on_scale)
        tip = "Add zeros around all kernels of the bank, or cut them, about their centres"
        self._add_fold("Kernel size", self.size_form, "resize", "Resize all filters", tip, self._on_resize)
        tip = "Begin with other filters; undo brings these back"
        self._add_fold("New bank", self.new_form, "new-bank", "Make new bank", tip, self._on_new)
        self._column.addStretch(1)
        self.setWidget(content)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFixedWidth(WIDTH)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)

    def set_size(self, size: tuple[int, int, int]) -> None:
        """Show the size that the kernels have."""
        if size != self._size:  # another size that a person is about to ask for stays
            self._size = size
            self.size_form.set_parameters((KERNEL,), {"kernel": size})

    def _add_group(self, title: str, tools: Sequence[tuple[str, str, str]]) -> None:
        self._column.addWidget(make_label(title, "hint"))
        grid = QGridLayout()
        grid.setSpacing(4)
        for column in (0, 1):
            grid.setColumnStretch(column, 1)
        for place, (name, text, tip) in enumerate(tools):
            button = self._make_button(name, text, tip)
            button.clicked.connect(lambda _checked=False, name=name: self.operation_requested.emit(name))
            button.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
            grid.addWidget(button, place // 2, place % 2)
        self._column.addLayout(grid)

    def _add_fold(
        self, title: str, form: ParameterForm, name: str, text: str, tip: str, slot: Callable[[], None]
    ) -> None:
        content = QWidget()
        column = QVBoxLayout(content)
        column.setContentsMargins(0, 0, 0, 4)
        column.addWidget(form)
        button = self._make_button(name, text, tip)
        button.clicked.connect(lambda _checked=False: slot())
        column.addWidget(button)
        self._column.addWidget(Section(title, content))

    def _make_button(self, name: str, text: str, tip: str) -> QPushButton:
        button = QPushButton(text)
        button.setObjectName(f"kernel_{name.replace('-', '_')}")
        button.setAutoDefault(False)  # Enter belongs to the cells
        describe(button, text, tip)
        self.buttons[name] = button
        return button

    def _on_scale(self) -> None:
        if _good(self.factor_form):
            self.scale_requested.emit(float(self.factor_form.values["factor"]))  # type: ignore[arg-type]

    def _on_resize(self) -> None:
        if _good(self.size_form):
            self.resize_requested.emit(self.size_form.values["kernel"])

    def _on_new(self) -> None:
        if _good(self.new_form):
            self.new_requested.emit(self.new_form.values)


def _form(parameters: tuple[Parameter, ...]) -> ParameterForm:
    form = ParameterForm()
    form.set_parameters(parameters, {})
    return form


def _good(form: ParameterForm) -> bool:
    """Tell whether nothing in a form was refused: a button does not act on a number that was not meant."""
    refused = any(label.text() for label in form.errors.values())
    if refused:  # it has been read; the next click means what the fields show
        for field in form.fields.values():
            if isinstance(field, NumberField | SizeField):
                field.settle()
    return not refused
