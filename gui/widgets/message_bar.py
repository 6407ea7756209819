"""The message bar: one sentence at the top of the content that interrupts nobody."""

from enum import StrEnum

from PySide6.QtCore import QEvent, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QColor, QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QWidget

from gui.theme import colours
from gui.widgets.controls import describe, set_property
from gui.widgets.icons import IconButton, IconView

INFO_MS = 6_000
WARNING_MS = 20_000


class MessageKind(StrEnum):
    """How much a message matters."""

    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


class MessageBar(QFrame):
    """Shows the newest message; information goes by itself, an error stays until it is closed.

    Signals:
        action_triggered: the button of the message was pressed (the bar closes).
        closed: the message is gone, by a person or by time.
    """

    action_triggered = Signal()
    closed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._kind = MessageKind.INFO
        self.setObjectName("message_bar")
        self._icon = IconView("info", 18)
        self.text_label = QLabel()
        self.text_label.setWordWrap(True)
        self.text_label.setTextFormat(Qt.TextFormat.PlainText)
        self.text_label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.text_label.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.action_button = QPushButton()
        self.close_button = IconButton("close", "Close the message", "Close (Esc)")
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.close_message)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 6, 8, 6)
        row.setSpacing(10)
        row.addWidget(self._icon)
        row.addWidget(self.text_label, 1)
        row.addWidget(self.action_button)
        row.addWidget(self.close_button)
        self.action_button.clicked.connect(self._on_action_clicked)
        self.close_button.clicked.connect(self.close_message)
        self.setVisible(False)

    @property
    def text(self) -> str:
        """The sentence that is shown, or ""."""
        return self.text_label.text()

    @property
    def kind(self) -> MessageKind:
        """How much it matters."""
        return self._kind

    def show_message(self, kind: MessageKind | str, text: str, action_text: str | None = None) -> None:
        """Show a message in place of the one before.

        Parameters
        ----------
        kind
            "info" goes after 6 s, "warning" and whatever has a button after 20 s, "error" stays.
        text
            One sentence.
        action_text
            What its button says, or None for no button.
        """
        self._kind = MessageKind(kind)
        self.text_label.setText(text)
        self.setAccessibleName(f"{self._kind}: {text}")
        self.action_button.setVisible(action_text is not None)
        if action_text is not None:
            self.action_button.setText(action_text)
            describe(self.action_button, action_text, action_text)
        set_property(self, "kind", self._kind.value)
        self._show_icon()
        self.setVisible(True)
        self._timer.stop()
        if self._kind is not MessageKind.ERROR:
            brief = self._kind is MessageKind.INFO and action_text is None
            self._timer.start(INFO_MS if brief else WARNING_MS)

    @Slot()
    def close_message(self) -> None:
        """Take the message away."""
        self._timer.stop()
        if self.text:
            self.text_label.setText("")
            self.setVisible(False)
            self.closed.emit()

    def _show_icon(self) -> None:
        theme = colours()
        by_kind = {
            MessageKind.INFO: QColor(theme.accent),
            MessageKind.WARNING: QColor(theme.warning),
            MessageKind.ERROR: QColor(theme.error),
        }
        self._icon.set_icon_name(self._kind.value, by_kind[self._kind])

    @Slot()
    def _on_action_clicked(self) -> None:
        self.close_message()
        self.action_triggered.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Close on Escape while one of its buttons has the focus."""
        if event.key() == Qt.Key.Key_Escape:
            self.close_message()
        else:
            super().keyPressEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        """Follow a change of theme."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.PaletteChange:
            self._show_icon()
