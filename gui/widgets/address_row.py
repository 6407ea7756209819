"""The line that asks for a camera's address, with a word when it is not one."""

from PySide6.QtCore import Qt, QUrl, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit, QPushButton, QVBoxLayout, QWidget

from core.sources.base import CAMERA_SCHEMES
from gui.widgets.controls import describe, make_label, make_row

EXAMPLE = "http://192.168.1.20:8080/video"


def address_problem(text: str) -> str:
    """Return what is wrong with a camera address, as a sentence, or "" for a good one."""
    address = QUrl(text.strip(), QUrl.ParsingMode.StrictMode)
    if not text.strip():
        return "Type the address of a camera on the network."
    if address.scheme().lower() not in CAMERA_SCHEMES:
        return "An address begins with http:// or rtsp://."
    if not address.isValid() or not address.host():
        return "There is no host in this address."
    return ""


class AddressRow(QWidget):
    """Asks for http://… or rtsp://….

    Signals:
        address_entered: a good address.
        cancelled: Escape, or the button.
    """

    address_entered = Signal(str)
    cancelled = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.line_edit = QLineEdit()
        self.line_edit.setPlaceholderText(EXAMPLE)
        self.line_edit.setClearButtonEnabled(True)
        describe(
            self.line_edit, "Camera address", f"Address of a phone or network camera, for example {EXAMPLE}"
        )
        self.connect_button = QPushButton("Connect")
        describe(self.connect_button, "Connect", "Open the camera at this address (Enter)")
        self.cancel_button = QPushButton("Cancel")
        describe(self.cancel_button, "Cancel", "Keep the camera that was chosen before (Esc)")
        self.problem_label = make_label("", "error", wrap=True)
        self.problem_label.setVisible(False)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addWidget(self.line_edit)
        column.addWidget(self.problem_label)
        column.addLayout(make_row(self.connect_button, self.cancel_button, stretch=0))
        self.line_edit.textEdited.connect(self._on_text_edited)
        self.line_edit.returnPressed.connect(self._on_return_pressed)
        self.connect_button.clicked.connect(self._on_return_pressed)
        self.cancel_button.clicked.connect(self._on_cancel_clicked)

    def ask(self, address: str = "") -> None:
        """Show the line and give it the keyboard."""
        self.line_edit.setText(address)
        self._show_problem("")
        self.setVisible(True)
        self.line_edit.setFocus()
        self.line_edit.selectAll()

    def _show_problem(self, text: str) -> None:
        self.problem_label.setText(text)
        self.problem_label.setVisible(bool(text))

    @Slot(str)
    def _on_text_edited(self, _text: str) -> None:
        self._show_problem("")

    @Slot()
    def _on_return_pressed(self) -> None:
        text = self.line_edit.text().strip()
        problem = address_problem(text)
        self._show_problem(problem)
        if not problem:
            self.setVisible(False)
            self.address_entered.emit(text)

    @Slot()
    def _on_cancel_clicked(self) -> None:
        self.setVisible(False)
        self.cancelled.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Cancel on Escape."""
        if event.key() == Qt.Key.Key_Escape:
            self._on_cancel_clicked()
        else:
            super().keyPressEvent(event)
