"""What a filter bank is for, in words, and the clip that shows it best."""

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QLabel, QPushButton, QVBoxLayout, QWidget

from core.filters.kinds import BankKind
from gui.widgets.controls import describe, make_label

_PARTS = (
    ("answers", "Answers to"),
    ("blind", "Blind to"),
    ("hint", "Try"),
    ("source", "Source"),
)


class BankText(QWidget):
    """What a bank answers to, what it is blind to, what to try, where it comes from.

    Signals:
        stimulus_requested: show it on the clip that suits it best: an INPUT.
    """

    stimulus_requested = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._stimulus = ""
        self.try_button = QPushButton()
        self.try_button.setObjectName("try_button")
        self.labels: dict[str, QLabel] = {}
        self._headings: dict[str, QLabel] = {}
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 4)
        column.setSpacing(1)
        for name, heading in _PARTS:
            self._headings[name] = make_label(heading, "hint")
            self.labels[name] = label = make_label("", wrap=True)
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            column.addWidget(self._headings[name])
            column.addWidget(label)
            column.addSpacing(5)
        column.addWidget(self.try_button)
        self.try_button.clicked.connect(self._on_clicked)

    def show_kind(self, kind: BankKind) -> None:
        """Show the words of a kind."""
        for name, label in self.labels.items():
            text = getattr(kind, name)
            label.setText(text)
            label.setVisible(bool(text))
            self._headings[name].setVisible(bool(text))
        self._stimulus = kind.stimulus
        self.try_button.setText(f"Try it on {stimulus_title(kind.stimulus)}")
        tip = f"Open the clip that shows these filters best: {kind.stimulus}"
        describe(self.try_button, self.try_button.text(), tip)

    @Slot()
    def _on_clicked(self) -> None:
        self.stimulus_requested.emit(self._stimulus)


def stimulus_title(text: str) -> str:
    """Return "the drifting grating" for ``stimulus:drifting-grating?…``."""
    if text == "sample:wave":
        return "the waving hand"
    name = text.removeprefix("stimulus:").partition("?")[0]
    return f"the {name.replace('-', ' ')}"
