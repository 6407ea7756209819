"""The list of lessons: what each is about, how long it takes, which are done."""

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt, Signal, Slot
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QPalette
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from core.lessons.library import Entry
from gui.widgets.controls import describe, make_label, make_row

ENTRY, DONE, NUMBER = Qt.ItemDataRole.UserRole, Qt.ItemDataRole.UserRole + 1, Qt.ItemDataRole.UserRole + 2
PADDING = 8


class LessonsDialog(QDialog):
    """Lets a person choose a lesson; the rows come one by one.

    Parameters
    ----------
    back
        What the way back to the person's own clip says, or "" where there is none.

    Signals
    -------
    start_requested(object)
        The `Lesson` to begin.
    file_requested(), folder_requested(), return_requested()
        Open a lesson's file; show where lessons live; back to what was open before the last lesson.
    """

    start_requested = Signal(object)
    file_requested = Signal()
    folder_requested = Signal()
    return_requested = Signal()

    def __init__(self, back: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Lessons")
        self._adding = self._chosen = False  # by the person
        self.list = QListWidget()
        self.list.setObjectName("lessons_list")
        self.list.setAccessibleName("Lessons")
        self.list.setItemDelegate(_Row(self.list))
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setResizeMode(QListWidget.ResizeMode.Adjust)
        self.list.setVerticalScrollMode(QListWidget.ScrollMode.ScrollPerPixel)
        self.hint_label = make_label(
            "Each takes about two minutes and ends with something to try on your own wave. "
            "What you have open comes back afterwards.",
            "hint",
            wrap=True,
        )
        self.problem_label = make_label("", "error", wrap=True)
        self.problem_label.setVisible(False)
        self._make_buttons(back)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 14, 16, 14)
        layout.setSpacing(10)
        layout.addWidget(self.hint_label)
        layout.addWidget(self.list, 1)
        layout.addWidget(self.problem_label)
        layout.addLayout(
            make_row(self.file_button, self.folder_button, self.return_button, QWidget(), stretch=3)
        )
        layout.addWidget(self.buttons)
        self.list.currentItemChanged.connect(self._on_current_changed)
        self.list.itemActivated.connect(self._on_start)
        self.resize(620, 720)  # all ten of ours where the screen has the room

    @property
    def entry(self) -> Entry | None:
        """The row that is chosen."""
        item = self.list.currentItem()
        entry: Entry | None = item.data(ENTRY) if item is not None else None
        return entry

    def add(self, entry: Entry, *, done: bool, number: int | None = None) -> None:
        """Add a lesson; the first that is not done is chosen, until the person chooses another.

        Parameters
        ----------
        done
            Whether it was seen to its end.
        number
            What it is called by: its place among ours; None for a person's own.
        """
        item = QListWidgetItem()
        item.setData(ENTRY, entry)
        item.setData(DONE, done)
        item.setData(NUMBER, number)
        item.setData(Qt.ItemDataRole.AccessibleTextRole, ". ".join(_words(item)))
        item.setToolTip(str(entry.path) if entry.own else _words(item)[1])
        current = self.list.currentItem()
        better = current is None or (current.data(DONE) and not done and entry.lesson is not None)
        self._adding = True
        self.list.addItem(item)
        if better and not self._chosen:
            self.list.setCurrentItem(item)
        self._adding = False

    def show_problem(self, sentence: str) -> None:
        """Say what is wrong with a file that was to be opened."""
        self.problem_label.setText(sentence)
        self.problem_label.setVisible(bool(sentence))

    def show_folder(self, path: str) -> None:
        """Say where lessons live, also where no file manager comes up."""
        self.hint_label.setText(f"Lessons of your own live in {path}: what lies there is in this list.")

    def _make_buttons(self, back: str) -> None:
        self.buttons = QDialogButtonBox()
        self.start_button = QPushButton("Start")
        self.start_button.setProperty("role", "primary")
        self.start_button.setDefault(True)
        self.start_button.setEnabled(False)
        describe(self.start_button, "Start", "Begin the chosen lesson (Return)")
        self.buttons.addButton(self.start_button, QDialogButtonBox.ButtonRole.AcceptRole)
        self.close_button = self.buttons.addButton(QDialogButtonBox.StandardButton.Close)
        self.file_button = QPushButton("Open a lesson file…")
        describe(
            self.file_button, "Open a lesson file…", "Begin a lesson from a .toml file that somebody gave you"
        )
        self.folder_button = QPushButton("Where lessons live")
        tip = "Show the folder whose .toml files are in this list: put lessons of your own there"
        describe(self.folder_button, "Where lessons live", tip)
        self.return_button = QPushButton(back)
        describe(self.return_button, back, "Clip, filters and settings as they were before the last lesson")
        self.return_button.setVisible(bool(back))
        for button in (self.file_button, self.folder_button, self.return_button, self.close_button):
            button.setAutoDefault(False)
        self.start_button.clicked.connect(self._on_start)
        self.buttons.rejected.connect(self.reject)
        self.file_button.clicked.connect(self.file_requested)
        self.folder_button.clicked.connect(self.folder_requested)
        self.return_button.clicked.connect(self.return_requested)

    @Slot()
    def _on_current_changed(self) -> None:
        entry = self.entry
        self._chosen = self._chosen or not self._adding
        self.start_button.setEnabled(_startable(entry))
        self.show_problem(entry.problem if entry is not None else "")

    @Slot()
    def _on_start(self) -> None:
        entry = self.entry
        if entry is not None and _startable(entry):
            self.start_requested.emit(entry.lesson)


def _startable(entry: Entry | None) -> bool:
    return entry is not None and entry.lesson is not None and bool(entry.lesson.steps)


def _words(item: QListWidgetItem | QModelIndex | QPersistentModelIndex) -> tuple[str, str, str]:
    """Return title, summary and facts of a row."""
    entry: Entry = item.data(ENTRY)
    number = item.data(NUMBER)
    lesson = entry.lesson
    if lesson is None:
        return entry.path.name, entry.problem, "cannot be read"
    title = f"{number}  {lesson.title}" if number is not None else lesson.title
    facts = [f"{lesson.minutes} min"]
    if item.data(DONE):
        facts.append("✓ done")
    summary = lesson.summary
    if lesson.waits_for:
        summary += f" Waits for {lesson.waits_for}."
    return title, summary, "   ".join(facts)


class _Row(QStyledItemDelegate):
    """Paints a lesson: its title, what it is about in up to two lines, minutes and a tick at the right."""

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        """Return the height of the title and of the summary as it wraps."""
        _, summary, _ = _words(index)
        metrics = QFontMetrics(option.font)
        box = QRect(0, 0, self._text_width(), 1000)
        lines = metrics.boundingRect(box, int(Qt.TextFlag.TextWordWrap), summary).height()
        return QSize(100, QFontMetrics(_bold(option.font)).height() + lines + 2 * PADDING + 2)

    def _text_width(self) -> int:
        """Return how wide a row's text is, beside a scroll bar that may come with the next rows."""
        rows = self.parent()
        assert isinstance(rows, QListWidget)
        bar = rows.verticalScrollBar().sizeHint().width()
        return rows.width() - 2 * rows.frameWidth() - bar - 2 * PADDING

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Paint a row."""
        title, summary, facts = _words(index)
        palette = option.palette
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        if chosen:
            painter.fillRect(option.rect, palette.color(QPalette.ColorRole.Highlight))
        strong = QPalette.ColorRole.HighlightedText if chosen else QPalette.ColorRole.Text
        quiet = QPalette.ColorRole.HighlightedText if chosen else QPalette.ColorRole.PlaceholderText
        box = option.rect.adjusted(PADDING, PADDING, -PADDING, -PADDING)
        box.setWidth(self._text_width())
        painter.save()
        painter.setFont(option.font)
        painter.setPen(palette.color(quiet))
        painter.drawText(box, int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop), facts)
        taken = painter.fontMetrics().horizontalAdvance(facts) + 12
        painter.setFont(_bold(option.font))
        painter.setPen(palette.color(strong))
        line = painter.fontMetrics().elidedText(title, Qt.TextElideMode.ElideRight, box.width() - taken)
        painter.drawText(box, int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop), line)
        box.setTop(box.top() + painter.fontMetrics().height() + 2)
        painter.setFont(option.font)
        painter.setPen(palette.color(quiet))
        painter.drawText(box, int(Qt.TextFlag.TextWordWrap), summary)
        painter.restore()


def _bold(font: QFont) -> QFont:
    bold = QFont(font)
    bold.setBold(True)
    return bold
