"""Choosing a stimulus and its numbers, with a preview that plays and the address that makes it again.

::

    Drifting grating  | [preview]              | Frequency  [0.1]
    Counter phase     | what is to be seen     | Velocity   [2]
    Plaid             | what is known          | …
    …                 |                        | Frames     [16]
    stimulus:drifting-grating?velocity=3                 [Copy]
                                             [Open]  [Cancel]
"""

from collections.abc import Mapping

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QGuiApplication, QKeyEvent
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QApplication,
    QDialog,
    QDialogButtonBox,
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from core.errors import WavecubeError
from core.limits import MAX_CLIP_FRAMES
from core.parameters import Number, Value
from core.sources.stimulus import COMMON
from core.sources.synthetic import StimulusSource, stimulus_names, stimulus_parameters, stimulus_title
from gui.widgets.controls import describe, make_label, make_row
from gui.widgets.parameter_form import ParameterForm
from gui.widgets.stimulus_preview import StimulusPreview, part_of

TEXT_LINES = 14
_FILM = tuple(parameter.name for parameter in COMMON)


class StimulusDialog(QDialog):
    """Lets a person choose and adjust a stimulus.

    Parameters
    ----------
    name
        The one to begin with.
    values
        What each stimulus begins with, by name; defaults where nothing is given.
    """

    def __init__(
        self,
        name: str,
        values: Mapping[str, Mapping[str, Number]] | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle("Stimulus")
        self._values = {each: dict(numbers) for each, numbers in (values or {}).items()}
        self._source = StimulusSource(name, **self._values.get(name, {}))
        self._told: list[str] = []
        self._make_controls()
        self._lay_out()
        self._select(name)
        self.film_form.set_parameters(COMMON, self._source.values)
        self._show_stimulus()
        self._connect()

    @property
    def source(self) -> StimulusSource:
        """The last good choice."""
        return self._source

    @property
    def values(self) -> dict[str, dict[str, Number]]:
        """What was set for each stimulus that was looked at, by name."""
        return {**self._values, self._source.name: self._source.values}

    # Building

    def _make_controls(self) -> None:
        self.list = QListWidget()
        self.list.setAccessibleName("Stimuli")
        for name in stimulus_names():
            item = QListWidgetItem(stimulus_title(name))
            item.setData(Qt.ItemDataRole.UserRole, name)
            item.setToolTip(StimulusSource(name).summary)
            self.list.addItem(item)
        self.list.setSpacing(2)
        self.list.setFixedWidth(self.list.sizeHintForColumn(0) + 28)
        self.preview = StimulusPreview()
        self.size_label = make_label("", "hint", wrap=True)
        self.text_label = make_label("", wrap=True)
        self.known_label = make_label("", wrap=True)
        self.form, self.film_form = ParameterForm(), ParameterForm()
        self.form_title = make_label("", "title")
        self.error_label = make_label("", "error", wrap=True)
        self.address_edit = QLineEdit()
        self.address_edit.setReadOnly(True)
        describe(
            self.address_edit,
            "Address of the stimulus",
            'What a command takes, between quotes: main.py export "stimulus:…" out.gif',
        )
        self.copy_button = QPushButton("Copy")
        self.copy_button.setAutoDefault(False)
        describe(self.copy_button, "Copy the address", "Put the address on the clipboard")
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        self.open_button = self.buttons.addButton("Open", QDialogButtonBox.ButtonRole.AcceptRole)
        self.open_button.setProperty("role", "primary")
        self.open_button.setDefault(True)
        describe(self.open_button, "Open", "Make it the clip")

    def _lay_out(self) -> None:
        middle = QVBoxLayout()
        middle.setSpacing(8)
        middle.addWidget(self.preview, 1)
        middle.addWidget(self.size_label)
        middle.addWidget(self._texts())
        columns = QHBoxLayout()
        columns.setSpacing(14)
        columns.addWidget(self.list)
        columns.addLayout(middle, 1)
        columns.addWidget(self._forms())
        address = make_row(
            make_label("&Address", buddy=self.address_edit), self.address_edit, self.copy_button, stretch=1
        )
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 16, 16, 14)
        layout.setSpacing(12)
        layout.addLayout(columns, 1)
        layout.addLayout(address)
        layout.addWidget(self.buttons)
        self.resize(800, 620)

    def _texts(self) -> QWidget:
        """Return the texts in a place of one height, so that the picture above them stands still."""
        place = QWidget()
        column = QVBoxLayout(place)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        for widget in (self.text_label, make_label("WHAT IS KNOWN", "title"), self.known_label):
            column.addWidget(widget)
        column.addStretch(1)
        place.setMinimumHeight(TEXT_LINES * self.fontMetrics().lineSpacing())
        return place

    def _forms(self) -> QScrollArea:
        inner = QWidget()
        column = QVBoxLayout(inner)
        column.setContentsMargins(0, 0, 8, 0)
        column.setSpacing(8)
        for widget in (
            self.form_title,
            self.form,
            make_label("FILM", "title"),
            self.film_form,
            self.error_label,
        ):
            column.addWidget(widget)
        column.addStretch(1)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFixedWidth(270)
        area.setWidget(inner)
        return area

    def _connect(self) -> None:
        self.list.currentItemChanged.connect(self._on_current_item_changed)
        self.form.values_changed.connect(self._on_values_changed)
        self.film_form.values_changed.connect(self._on_values_changed)
        self.copy_button.clicked.connect(self._on_copy_clicked)
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)

    # Showing

    def _select(self, name: str) -> None:
        self.list.setCurrentRow(stimulus_names().index(name))

    def _show_stimulus(self) -> None:
        """Show texts and form of another stimulus."""
        source = self._source
        own = [each for each in stimulus_parameters(source.name) if each.name not in _FILM]
        self.form_title.setText(source.name.replace("-", " ").upper())
        for widget in (self.form_title, self.form):
            widget.setVisible(bool(own))
        self.form.set_parameters(own, source.values)
        self.text_label.setText(source.text)
        self._show_source()

    def _show_source(self) -> None:
        source, values = self._source, self._source.values
        width, height = int(values["width"]), int(values["height"])
        part = part_of(width, height)
        text = f"{width} × {height} px, {values['frames']} frames, {values['frames'] / values['fps']:.3g} s"
        if values["frames"] > MAX_CLIP_FRAMES:
            text += f"; the window takes the first {MAX_CLIP_FRAMES}"
        if part != (width, height):
            text += f"; shown here: {part[0]} × {part[1]} px"
        self.size_label.setText(text)
        self.known_label.setText(source.known)
        self.address_edit.setText(source.address)
        self.address_edit.setCursorPosition(0)
        self.preview.set_source(source)

    def _show_error(self, sentence: str) -> None:
        self.error_label.setText(sentence)
        self.error_label.setVisible(bool(sentence))
        self.open_button.setEnabled(not sentence)

    def _sentences(self) -> list[str]:
        """Return what is wrong with numbers that were typed."""
        labels = (*self.form.errors.values(), *self.film_form.errors.values())
        return [label.text() for label in labels if label.text()]

    # Slots

    @Slot(QListWidgetItem, QListWidgetItem)
    def _on_current_item_changed(self, item: QListWidgetItem | None, _before: QListWidgetItem | None) -> None:
        if item is None:
            return
        self._values[self._source.name] = self._source.values
        name = str(item.data(Qt.ItemDataRole.UserRole))
        film = {key: self._source.values[key] for key in _FILM}
        self._source = StimulusSource(name, **{**self._values.get(name, {}), **film})
        self.film_form.set_parameters(COMMON, film)
        self._show_error("")
        self._show_stimulus()

    @Slot()
    def _on_values_changed(self) -> None:
        values: dict[str, Value] = {**self.form.values, **self.film_form.values}
        numbers = {name: value for name, value in values.items() if not isinstance(value, tuple)}
        try:
            self._source = StimulusSource(self._source.name, **numbers)
        except WavecubeError as error:  # each number is good, but the whole is too large
            self._show_error(str(error))
        else:
            self._show_error("")
            self._show_source()

    @Slot()
    def _on_copy_clicked(self) -> None:
        QGuiApplication.clipboard().setText(self.address_edit.text())

    # Qt overrides

    def accept(self) -> None:
        """Close with the choice; what was typed and refused is told once more before."""
        sentences = self._sentences()
        if sentences and sentences != self._told:
            self._told = sentences
            return
        super().accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Let Enter in a field take the number, and no more."""
        enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if enter and isinstance(QApplication.focusWidget(), QAbstractSpinBox):
            return
        super().keyPressEvent(event)
