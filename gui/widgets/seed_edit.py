"""A line for the seed of a random bank: 0 to 4 294 967 295, more than a QSpinBox can hold."""

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtGui import QFocusEvent, QValidator
from PySide6.QtWidgets import QLineEdit, QWidget

from core.filters.builtin import MAX_SEED
from gui.widgets.controls import describe


class SeedValidator(QValidator):
    """Accepts whole numbers from 0 to 2**32 - 1; nothing else can be typed."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)

    def validate(self, text: str, position: int) -> tuple[QValidator.State, str, int]:
        """Judge what is typed."""
        if not text:
            return QValidator.State.Intermediate, text, position
        good = text.isascii() and text.isdigit() and int(text) <= MAX_SEED
        return (QValidator.State.Acceptable if good else QValidator.State.Invalid), text, position


class SeedEdit(QLineEdit):
    """Shows and edits a seed; an empty line falls back to the seed before.

    Signals:
        seed_changed: a person typed another seed.
    """

    seed_changed = Signal(object)

    def __init__(self, seed: int = 0, parent: QWidget | None = None) -> None:
        super().__init__(str(seed), parent)
        self._seed = seed
        self.setValidator(SeedValidator(self))
        self.setMaxLength(len(str(MAX_SEED)))
        describe(self, "Seed", f"The number that the random filters come from, 0 to {MAX_SEED}")
        self.textEdited.connect(self._on_text_edited)

    @property
    def seed(self) -> int:
        """The last complete seed."""
        return self._seed

    def set_seed(self, seed: int) -> None:
        """Show another seed; no signal."""
        self._seed = seed
        self.setText(str(seed))
        self.setCursorPosition(0)

    @Slot(str)
    def _on_text_edited(self, text: str) -> None:
        if text and int(text) != self._seed:
            self._seed = int(text)
            self.seed_changed.emit(self._seed)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Put the seed back where the line was left empty."""
        if self.text() != str(self._seed):
            self.setText(str(self._seed))
        super().focusOutEvent(event)
