"""What a ruler says, in letters that a class can read, and what can be done with it."""

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from core.display.slices import Plane
from gui.widgets.controls import ElidedLabel, describe, make_row, tabular
from gui.widgets.inputs import ComboBox

LARGE = 2.2  # times the size of all other letters
HOW = "U lays a ruler on x–t: its slope is a speed"
NO_DIRECTION = "This filter prefers no single direction: there is no speed to lay the ruler along."


class Readout(QWidget):
    """One line in large letters; smaller where it does not fit, never cut off."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._text = ""
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("speed on the ruler")
        self.setObjectName("ruler_readout")

    @property
    def text(self) -> str:
        """What is said."""
        return self._text

    def set_text(self, text: str) -> None:
        """Say something else."""
        if text != self._text:
            self._text = text
            self.setAccessibleDescription(text)
            self.update()

    def _large(self, times: float) -> QFont:
        font = tabular(self.font())
        size = font.pointSizeF() if font.pointSizeF() > 0 else font.pixelSize() * 0.75
        font.setPointSizeF(size * times)
        font.setWeight(QFont.Weight.DemiBold)
        return font

    def sizeHint(self) -> QSize:
        """Ask for one large line."""
        return QSize(120, QFontMetrics(self._large(LARGE)).height())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the line as large as fits."""
        painter = QPainter(self)
        times = LARGE
        while times > 1 and QFontMetrics(self._large(times)).horizontalAdvance(self._text) > self.width() - 2:
            times -= 0.1
        painter.setFont(self._large(times))
        painter.setPen(self.palette().color(QPalette.ColorRole.WindowText))
        painter.drawText(
            self.rect(), int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter), self._text
        )
        painter.end()


class RulerBar(QWidget):
    """Buttons of the ruler, and its reading.

    Signals
    -------
    ruler_toggled(bool)
        A ruler is wanted, or not.
    plane_chosen(object)
        The `Plane` it is to lie on.
    preferred_requested(), fit_requested()
        Lay it along the filter's preferred speed, or along what is under it.
    whole_toggled(bool)
        Show all frames of a long clip.
    """

    ruler_toggled = Signal(bool)
    plane_chosen = Signal(object)
    preferred_requested = Signal()
    fit_requested = Signal()
    whole_toggled = Signal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.ruler_button = _button("Ruler", "ruler_button", checkable=True)
        describe(
            self.ruler_button,
            "Ruler",
            "Lay a ruler on the section through time, of input and feature volume at once (U). Drag its "
            "ends, or the whole; or move the end that has the keyboard with the arrow keys. "
            "Pixels are those of the picture that the filters see.",
        )
        self.plane_combo = ComboBox()
        self.plane_combo.setObjectName("ruler_plane")
        self.plane_combo.setMinimumContentsLength(3)
        for plane in (Plane.XT, Plane.YT):
            self.plane_combo.addItem(f"on {plane.label}", plane)
        describe(
            self.plane_combo, "Section of the ruler", "x–t: motion to the right or left; y–t: up or down."
        )
        self.preferred_button = _button("Filter’s speed", "ruler_preferred")
        self.fit_button = _button("Find the speed", "ruler_fit")
        describe(
            self.fit_button,
            "Find the speed under the ruler",
            "Turn the ruler about its middle to the speed at which the frames of the input agree best, 16 px "
            "on either side. Certainty: the mean correlation of the frames; 1 is one picture that moves.",
        )
        self.whole_button = _button("All frames", "sections_whole", checkable=True)
        describe(
            self.whole_button,
            "Show all frames",
            "Off: each frame is at least 6 pixels high, and a long clip is shown in part, around the cursor. "
            "On: all of it, however low its rows.",
        )
        self.readout = Readout()
        self.words = ElidedLabel()
        self.words.setProperty("role", "hint")
        self.words.setObjectName("ruler_words")
        self._lay_out()
        self._connect()
        self.set_preferred(None)
        self.show_reading("", "")
        self.set_laid(False)
        self.set_shortened(False)

    def _lay_out(self) -> None:
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(14)
        buttons = make_row(
            self.ruler_button, self.plane_combo, self.preferred_button, self.fit_button, self.whole_button
        )
        layout.addLayout(buttons)
        said = QVBoxLayout()
        said.setSpacing(0)
        said.addWidget(self.readout)
        said.addWidget(self.words)
        layout.addLayout(said, 1)

    def _connect(self) -> None:
        self.ruler_button.toggled.connect(self.ruler_toggled)
        self.plane_combo.activated.connect(self._on_plane_activated)
        self.preferred_button.clicked.connect(self.preferred_requested)
        self.fit_button.clicked.connect(self.fit_requested)
        self.whole_button.toggled.connect(self.whole_toggled)

    @property
    def plane(self) -> Plane:
        """The section that the ruler lies on."""
        return Plane(self.plane_combo.currentData())

    def set_laid(self, laid: bool) -> None:
        """Tell whether there is a ruler."""
        self.ruler_button.blockSignals(True)
        self.ruler_button.setChecked(laid)
        self.ruler_button.blockSignals(False)
        self.fit_button.setEnabled(laid)

    def set_preferred(self, speed: str | None) -> None:
        """Offer the selected filter's preferred speed ("→ 1.2 px/frame"), or say why there is none."""
        self.preferred_button.setEnabled(speed is not None)
        tip = (
            NO_DIRECTION
            if speed is None
            else f"Lay the ruler along the stripes that this filter prefers: {speed}."
        )
        describe(self.preferred_button, "Lay along the filter’s preferred speed", tip)

    def set_shortened(self, shortened: bool) -> None:
        """Offer to show all frames where not all are seen."""
        self.whole_button.setVisible(shortened or self.whole_button.isChecked())

    def show_reading(self, text: str, words: str) -> None:
        """Show what the ruler says; nothing shows how to lay one."""
        self.readout.set_text(text)
        self.readout.setVisible(bool(text))
        self.words.set_text(words or HOW)

    @Slot(int)
    def _on_plane_activated(self, _index: int) -> None:
        self.plane_chosen.emit(self.plane)


def _button(text: str, name: str, checkable: bool = False) -> QPushButton:
    button = QPushButton(text)
    button.setObjectName(name)
    button.setCheckable(checkable)
    return button
