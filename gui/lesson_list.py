"""The list of lessons: ours, a person's own, one from a file; and which are done."""

from pathlib import Path

from PySide6.QtCore import QObject, QUrl, Signal, Slot
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QFileDialog, QWidget

from core.lessons.lesson import Lesson
from core.lessons.library import Entry, read_entry, read_library
from gui.state import State
from gui.tasks import LatestTask
from gui.widgets.lessons_dialog import LessonsDialog

FOLDER = "lessons"
FILE_FILTER = "Lessons (*.toml)"
DONE = "lessons/done"


class LessonList(QObject):
    """Reads lessons in a worker and lets a person choose; GUI thread.

    Signals
    -------
    chosen(object)
        The `Lesson` to begin; the list is closed.
    return_requested()
        Back to what was open before the last lesson; the list is closed.
    """

    chosen = Signal(object)
    return_requested = Signal()

    def __init__(self, state: State, window: QWidget) -> None:
        super().__init__(window)
        self._state, self._window = state, window
        self.dialog: LessonsDialog | None = None
        self._ours: list[Entry] = []
        self._library = LatestTask("lessons", self)
        self._file = LatestTask("lesson-file", self)
        self._library.result_ready.connect(self._on_entry_read)
        self._file.result_ready.connect(self._on_file_read)

    @property
    def folder(self) -> Path:
        """Where a person's own lessons are looked for."""
        return self._state.beside(FOLDER)

    def show(self, back: str) -> None:
        """Show the list; `back` is what the way back to the person's clip says, "" where there is none."""
        if self.dialog is not None:
            self.dialog.activateWindow()
            return
        self.dialog = dialog = LessonsDialog(back, self._window)
        dialog.start_requested.connect(self._choose)
        dialog.file_requested.connect(self._on_file_requested)
        dialog.folder_requested.connect(self._on_folder_requested)
        dialog.return_requested.connect(self._on_return_requested)
        dialog.finished.connect(self._on_finished)
        self._ours = []
        self.read()
        dialog.open()

    def read(self) -> None:
        """Read all lessons, unless they are read already."""
        own = self.folder
        if not self._ours:
            self._library.start(lambda: read_library(own))

    def open(self, path: Path) -> None:
        """Begin the lesson in a file; if it is none, say why."""
        self._state.remember("folder/lessons", str(path.parent))
        self._file.start(lambda: read_entry(path))

    def after(self, lesson: Lesson) -> Lesson | None:
        """Return the lesson of ours that comes after one of ours, if there is one to begin."""
        ours = [entry.lesson for entry in self._ours if entry.lesson is not None and entry.lesson.steps]
        place = next((i for i, each in enumerate(ours) if each.path == lesson.path), len(ours))
        return ours[place + 1] if place + 1 < len(ours) else None

    def is_done(self, lesson: Lesson) -> bool:
        """Whether it was seen to its end, now or before."""
        return self._key(lesson) in self._state.texts(DONE)

    def remember_done(self, lesson: Lesson) -> None:
        """Remember that it was seen to its end."""
        known, key = self._state.texts(DONE), self._key(lesson)
        if key not in known:
            self._state.remember_texts(DONE, [*known, key])

    def close(self) -> None:
        """Close the list."""
        if self.dialog is not None:
            self.dialog.reject()

    def shutdown(self) -> None:
        """Close the list and wait for the workers."""
        self.close()
        self._library.shutdown()
        self._file.shutdown()

    def _key(self, lesson: Lesson) -> str:
        """Return what a lesson is remembered by: ours by name, wherever the program lies; others by path."""
        ours = any(entry.path == lesson.path for entry in self._ours)
        return lesson.key if ours else str(lesson.path)

    # Slots

    @Slot(object)
    def _choose(self, lesson: Lesson) -> None:
        self.close()
        self.chosen.emit(lesson)

    @Slot()
    def _on_return_requested(self) -> None:
        self.close()
        self.return_requested.emit()

    @Slot(object)
    def _on_entry_read(self, entry: Entry) -> None:
        if not entry.own:
            self._ours.append(entry)
        if self.dialog is not None:
            done = entry.lesson is not None and self.is_done(entry.lesson)
            self.dialog.add(entry, done=done, number=None if entry.own else len(self._ours))

    @Slot(object)
    def _on_file_read(self, entry: Entry) -> None:
        if entry.lesson is not None and entry.lesson.steps:
            self._choose(entry.lesson)
        elif self.dialog is not None:
            self.dialog.show_problem(entry.problem or f"{entry.path.name} has no steps yet.")

    @Slot()
    def _on_file_requested(self) -> None:
        folder = self._state.text("folder/lessons") or str(self.folder)
        path, _ = QFileDialog.getOpenFileName(self.dialog, "Open a lesson", folder, FILE_FILTER)
        if path:
            self.open(Path(path))

    @Slot()
    def _on_folder_requested(self) -> None:
        folder, dialog = self.folder, self.dialog
        assert dialog is not None
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError:
            dialog.show_problem(f"The folder {folder} cannot be made.")
        else:
            dialog.show_folder(str(folder))
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder)))

    @Slot()
    def _on_finished(self) -> None:
        if self.dialog is not None:
            self.dialog.deleteLater()
            self.dialog = None
