"""The bar of a lesson, above the transport: where one is, what there is to see, on and back."""

from PySide6.QtCore import QEvent, Qt, Signal, Slot
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QFont, QKeyEvent
from PySide6.QtWidgets import QFrame, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from gui.widgets.controls import ElidedLabel, describe, make_label, make_row, set_property
from gui.widgets.icons import IconButton
from gui.widgets.step_dots import StepDots

# Read from the last row: a little larger than what stands around the pictures.
TEXT_SCALE = 1.2
_ATTEMPTS = {
    "record": ("● Record your wave", "Count down and record a clip from the camera (R)", "record"),
    "new filters": ("New random filters", "Draw a new seed and new random filters (N)", "primary"),
}


class LessonBar(QFrame):
    """Shows one step of a lesson, or the choice at its end.

    Signals
    -------
    next_requested(), back_requested(), close_requested()
        On, back, leave the lesson.
    step_requested(int)
        A certain step, from 0.
    attempt_requested(str)
        What the last step asks for: "record" or "new filters".
    bubble_wanted(bool)
        The text is to stand beside what it is about, or here.
    return_requested(), stay_requested(), resume_requested(), other_requested()
        After leaving: back to what was open before, leave all as it is, go on with the lesson, begin the
        next one.
    """

    next_requested = Signal()
    back_requested = Signal()
    close_requested = Signal()
    step_requested = Signal(int)
    attempt_requested = Signal(str)
    bubble_wanted = Signal(bool)
    return_requested = Signal()
    stay_requested = Signal()
    resume_requested = Signal()
    other_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("lesson_bar")
        self._attempt = ""
        self._text = self._problem = ""
        self._beside = False
        self._make_controls()
        self._lay_out()
        self._connect()
        self._show_left(False)

    @property
    def text(self) -> str:
        """What the step says, wherever it stands."""
        return self._text

    def show_step(self, title: str, number: int, count: int, text: str, attempt: str = "") -> None:
        """Show a step.

        Parameters
        ----------
        title
            Of the lesson.
        number, count
            The step, from 0, among so many.
        text
            What it says.
        attempt
            What it asks for: "record", "new filters", or "" for nothing.
        """
        self._show_left(False)
        self.title_label.set_text(title)
        self.count_label.setText(f"step {number + 1} of {count}")
        self.dots.set_steps(count, number)
        self.back_button.setEnabled(number > 0)
        last = number == count - 1
        self.next_button.setText("Done" if last else "Next ›")
        tip = "End the lesson" if last else "Go on to the next step"
        describe(self.next_button, "Done" if last else "Next", f"{tip} (Page Down)")
        self._attempt = attempt
        self.attempt_button.setVisible(bool(attempt))
        if attempt:
            words, tip, role = _ATTEMPTS[attempt]
            self.attempt_button.setText(words)
            describe(self.attempt_button, words.removeprefix("● "), tip)
            set_property(self.attempt_button, "role", role)
        self._say(text)
        self.setAccessibleName(f"Lesson: {title}, step {number + 1} of {count}")
        self.announce(f"Step {number + 1} of {count}. {text}")

    def show_left(self, title: str, finished: bool, back: str, other: str = "") -> None:
        """Offer what can be done when the lesson is left.

        Parameters
        ----------
        title
            Of the lesson.
        finished
            Whether it was seen to its end.
        back
            What the way back says: "Back to my clip".
        other
            The title of the lesson that comes next, or "".
        """
        self._show_left(True)
        still = "what the lesson opened is still on the screen"
        # In one row: in a low window the pictures need the height.
        self.title_label.set_text(f"{title}: done ✓ – {still}" if finished else f"{title} – {still}")
        self.return_button.setText(back)
        describe(self.return_button, back, f"{back}: clip, filters and settings as they were before (Esc)")
        self.resume_button.setVisible(not finished)
        self.other_button.setVisible(bool(other))
        self.other_button.setText(f"Next lesson: {other}")
        self._say("")
        self.text_label.setVisible(False)
        self.setAccessibleName(f"Lesson left: {title}")
        self.announce(f"{self.title_label.text}. {back} is Escape.")

    def show_problem(self, sentence: str) -> None:
        """Say what is wrong with a step; "" takes it back."""
        self._problem = sentence
        self.problem_label.setText(sentence)
        self.problem_label.setVisible(bool(sentence))
        if sentence:
            self.announce(sentence)

    def set_beside(self, beside: bool, possible: bool) -> None:
        """Say whether the text stands beside what it is about now, and whether it could."""
        self._beside = beside
        self.text_label.setVisible(not beside)
        self.beside_button.setVisible(possible and not beside)

    def announce(self, text: str) -> None:
        """Let a screen reader say it."""
        if QAccessible.isActive():
            QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, text))

    # Building

    def _make_controls(self) -> None:
        self.title_label = ElidedLabel()
        font = QFont(self.title_label.font())
        font.setBold(True)
        self.title_label.setFont(font)
        self.count_label = make_label("", "hint")
        self.dots = StepDots()
        self.text_label = make_label("", wrap=True)
        larger = QFont(self.text_label.font())
        larger.setPointSizeF(larger.pointSizeF() * TEXT_SCALE)
        self.text_label.setFont(larger)
        self.text_label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.problem_label = make_label("", "error", wrap=True)
        self.problem_label.setVisible(False)
        self.beside_button = self._button("Beside the picture", "Show the text beside what it is about")
        self.attempt_button = self._button("", "")
        self.back_button = self._button("‹ Back", "Go back one step (Page Up)")
        self.next_button = self._button("Next ›", "Go on to the next step (Page Down)", "primary")
        self.close_button = IconButton("close", "Leave the lesson", "Leave the lesson (Esc)")
        self.other_button = self._button("Next lesson", "Begin the next lesson")
        self.resume_button = self._button("Go on with the lesson", "Go on where you left the lesson")
        self.stay_button = self._button(
            "Stay here", "Leave clip, filters and settings as the lesson has them"
        )
        self.return_button = self._button("Back to my clip", "", "primary")
        self.back_button.setAccessibleName("Back")
        for name in ("back", "next", "close", "attempt", "return", "stay", "resume", "other", "beside"):
            getattr(self, f"{name}_button").setObjectName(f"lesson_{name}_button")

    @staticmethod
    def _button(text: str, tip: str, role: str = "") -> QPushButton:
        button = QPushButton(text)
        describe(button, text, tip)
        if role:
            button.setProperty("role", role)
        return button

    def _lay_out(self) -> None:
        self.title_label.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        row = make_row(
            self.title_label, self.count_label, self.dots, self.beside_button, self.attempt_button,
            self.other_button, self.resume_button, self.stay_button, self.return_button,
            self.back_button, self.next_button, self.close_button,
            stretch=0,
        )  # fmt: skip
        row.setSpacing(8)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 6, 8, 6)
        layout.setSpacing(4)
        layout.addLayout(row)
        layout.addWidget(self.text_label)
        layout.addWidget(self.problem_label)

    def _connect(self) -> None:
        self.next_button.clicked.connect(self.next_requested)
        self.back_button.clicked.connect(self.back_requested)
        self.close_button.clicked.connect(self.close_requested)
        self.dots.chosen.connect(self.step_requested)
        self.attempt_button.clicked.connect(self._on_attempt_clicked)
        self.beside_button.clicked.connect(self._on_beside_clicked)
        self.return_button.clicked.connect(self.return_requested)
        self.stay_button.clicked.connect(self.stay_requested)
        self.resume_button.clicked.connect(self.resume_requested)
        self.other_button.clicked.connect(self.other_requested)

    def _show_left(self, left: bool) -> None:
        """Show the buttons of the end, or those of a step."""
        ends: tuple[QWidget, ...] = (
            self.other_button, self.resume_button, self.stay_button, self.return_button,
        )  # fmt: skip
        steps: tuple[QWidget, ...] = (
            self.count_label, self.dots, self.back_button, self.next_button, self.close_button,
        )  # fmt: skip
        for end in ends:
            end.setVisible(left)
        for step in steps:
            step.setVisible(not left)
        if left:
            self.attempt_button.setVisible(False)
        self.set_beside(False, False)
        self.show_problem("")

    def _say(self, text: str) -> None:
        self._text = text
        self.text_label.setText(text)
        self.setAccessibleDescription(text)

    # Slots

    @Slot()
    def _on_attempt_clicked(self) -> None:
        self.attempt_requested.emit(self._attempt)

    @Slot()
    def _on_beside_clicked(self) -> None:
        self.bubble_wanted.emit(True)

    # Qt overrides

    def event(self, event: QEvent) -> bool:
        """Keep Escape, which leaves the lesson, while one of the buttons has the keyboard."""
        escape = isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape
        if escape and event.type() is QEvent.Type.ShortcutOverride:
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Leave the lesson with Escape; once it is left, go back to what was open."""
        if event.key() != Qt.Key.Key_Escape:
            super().keyPressEvent(event)
        elif self.return_button.isVisibleTo(self):
            self.return_requested.emit()
        else:
            self.close_requested.emit()
