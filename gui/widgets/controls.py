"""Small controls that all panels share: they behave well inside a scroll area and at any font size.

Nothing here is styled: the theme reads the property ``role`` ("title", "hint", "value", "error",
"primary", "card") of any widget.
"""

from PySide6.QtCore import QEvent, QSize, Qt, Signal, Slot
from PySide6.QtGui import QFont, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

# Of the two middle panels: their pictures begin on one line, their titles stand beside the columns'.
HEADING_HEIGHT = 28
HEADING_TOP = 3


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


def make_accept_buttons(dialog: QDialog, text: str, tip: str) -> tuple[QDialogButtonBox, QPushButton]:
    """Return the buttons of a dialog, Cancel and another, and that other one: Enter presses it."""
    buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
    accept = buttons.addButton(text, QDialogButtonBox.ButtonRole.AcceptRole)
    accept.setProperty("role", "primary")
    accept.setDefault(True)
    describe(accept, text.rstrip("…"), tip)
    buttons.accepted.connect(dialog.accept)
    buttons.rejected.connect(dialog.reject)
    return buttons, accept


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
    layout.setContentsMargins(12, 8, 12, 6)
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


def make_heading(*widgets: QWidget, stretch: int) -> QHBoxLayout:
    """Return the heading of a middle panel; the widget numbered `stretch` takes the space that is left."""
    row = make_row(*widgets, stretch=stretch)
    row.addStrut(HEADING_HEIGHT)
    return row


def tabular(font: QFont) -> QFont:
    """Return a font whose digits all have one width, so that counting numbers stand still."""
    steady = QFont(font)
    steady.setFeature(QFont.Tag("tnum"), 1)
    return steady


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
