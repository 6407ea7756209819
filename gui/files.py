"""The File menu: opening and exporting, with their dialogs, messages and recent files."""

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from PySide6.QtCore import QObject, QUrl, Signal, Slot
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QFileDialog, QWidget

from core.settings import ExportSettings
from core.sources.base import is_address
from gui.exporting import Exporter
from gui.opening import Opener, Opening
from gui.session import Session
from gui.state import State
from gui.widgets.message_bar import MessageBar

if TYPE_CHECKING:
    from core.sources.load import ClipSelection


class Files(QObject):
    """Opens what a person names and saves what is open; GUI thread.

    Signals
    -------
    clip_opened(object)
        An `Opening` whose clip the session has now.
    address_chosen(str)
        What was to be opened is the address of a camera.
    recent_changed()
        The list of recent files changed.
    told(str)
        A word about what was done.
    """

    clip_opened = Signal(object)
    address_chosen = Signal(str)
    recent_changed = Signal()
    told = Signal(str)

    def __init__(self, session: Session, state: State, bar: MessageBar, window: QWidget) -> None:
        super().__init__(window)
        self._session, self._state, self._bar, self._window = session, state, bar, window
        self._action: Callable[[], object] | None = None
        self._failure = ""
        self.opening: Opening | None = None
        self.opener = Opener(self)
        self.exporter = Exporter(session, self)
        self.opener.opened.connect(self._on_opened)
        self.opener.failed.connect(self.show_error)
        self.exporter.exported.connect(self._on_exported)
        self.exporter.failed.connect(self.show_error)
        bar.action_triggered.connect(self._on_action_triggered)
        session.computing_started.connect(self._on_computing_started)
        session.computing_failed.connect(self.show_failure)

    @property
    def recent(self) -> list[str]:
        """Files opened lately, the newest first."""
        return self._state.texts("recent")

    def open(self, text: str, selection: "ClipSelection | None" = None) -> None:
        """Open an INPUT: file, folder, sample, stimulus, or the address of a camera."""
        if is_address(text):
            self.address_chosen.emit(text)
        else:
            self.opener.open(text, selection)

    @Slot()
    def ask_open(self) -> None:
        """Let the person pick a file."""
        from core.sources.opening import file_dialog_filter

        folder = self._state.text("folder/open")
        path, _ = QFileDialog.getOpenFileName(self._window, "Open", folder, file_dialog_filter())
        if path:
            self.open(path)

    @Slot()
    def ask_open_folder(self) -> None:
        """Let the person pick a folder of pictures."""
        path = QFileDialog.getExistingDirectory(
            self._window, "Open folder of pictures", self._state.text("folder/open")
        )
        if path:
            self.open(path)

    def choose_frames(self, selection: "ClipSelection") -> None:
        """Read other frames of what is open."""
        if self.opening is not None:
            self.opener.open(self.opening.text, selection)

    def ask_export(self, content: Literal["mosaic", "input", "feature"] = "mosaic", feature: int = 0) -> None:
        """Let the person say what goes into the GIF, and where to."""
        from gui.widgets.export_dialog import ExportDialog

        clip = self._session.working_clip
        if clip is None or self._session.clip is None:
            self.show_error("There is no clip to export yet.")
            return
        dialog = ExportDialog(self._window)
        dialog.prepare(self._session.clip, clip, self._session.volumes, self._session.tile_names)
        dialog.set_settings(replace(dialog.settings(), content=content, feature=feature))
        if dialog.exec():
            self.ask_path(dialog.settings(), ".gif")
        dialog.deleteLater()

    def ask_path(self, settings: ExportSettings, suffix: str) -> None:
        """Let the person say where a file goes, and write it."""
        from core.export.formats import save_dialog_filter

        folder = Path(self._state.text("folder/save"))
        name = self._session.clip.name if self._session.clip else "wave"
        start = str(folder / f"{file_stem(name)} {settings.content}{suffix}")
        kinds = save_dialog_filter()
        first = next((kind for kind in kinds.split(";;") if f"*{suffix})" in kind), "")
        path, kind = QFileDialog.getSaveFileName(self._window, "Export", start, kinds, first)
        if path:
            self.export(settings, with_chosen_suffix(Path(path), kind, suffix))

    def export(self, settings: ExportSettings, path: Path) -> None:
        """Write a file in the background."""
        self._state.remember("folder/save", str(path.parent))
        self.exporter.export(settings, path)

    @Slot(str)
    def show_error(self, sentence: str) -> None:
        """Say what went wrong, until the person closes it."""
        self._action = None
        self._bar.show_message("error", sentence)

    @Slot(str)
    def show_failure(self, sentence: str) -> None:
        """Say what is wrong with filters or settings, until the next ones are computed."""
        self._failure = sentence
        self.show_error(sentence)

    def show_info(
        self, sentence: str, action_text: str | None = None, action: Callable[[], object] | None = None
    ) -> None:
        """Say something, with a button on demand."""
        self._action = action
        self._bar.show_message("info", sentence, action_text)

    def shutdown(self) -> None:
        """Give up what is under way and wait for the threads."""
        self.opener.shutdown()
        self.exporter.shutdown()

    @Slot(object)
    def _on_opened(self, opening: Opening) -> None:
        self.opening = opening
        path = Path(opening.text)
        if path.exists():
            self._state.add_recent("recent", str(path.resolve()))
            self._state.remember("folder/open", str(path.resolve().parent))
            self.recent_changed.emit()
        self._bar.close_message()  # it was about something else
        self._session.set_clip(opening.clip)
        self.clip_opened.emit(opening)
        if opening.clip.note and self._bar.text != opening.clip.note:
            self._action = None
            self._bar.show_message("warning", opening.clip.note)

    @Slot(object)
    def _on_exported(self, path: Path) -> None:
        self.told.emit(f"Saved {path.name}.")
        folder = path.resolve().parent
        self.show_info(
            f"Saved {path}.",
            "Open folder",
            lambda: QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder))),
        )

    @Slot()
    def _on_computing_started(self) -> None:
        """Take back what was wrong with the settings before."""
        if self._failure and self._bar.text == self._failure:
            self._bar.close_message()
        self._failure = ""

    @Slot()
    def _on_action_triggered(self) -> None:
        action, self._action = self._action, None
        if action is not None:
            action()


def file_stem(name: str) -> str:
    """Return what a file may be called that is made of the clip of that name."""
    return "".join(c if c.isalnum() or c in "-_ " else "-" for c in Path(name).stem).strip() or "wave"


def with_chosen_suffix(path: Path, kind: str, offered: str) -> Path:
    """Return the path with the suffix of the kind that was picked in the save dialog.

    Parameters
    ----------
    path
        What the person typed, or left as it was offered.
    kind
        For example "APNG animation (*.png)".
    offered
        The suffix of the name that the dialog began with: another one was typed, and stays.
    """
    chosen = re.search(r"\*(\.\w+)\)", kind)
    suffix = chosen[1] if chosen else offered
    if not path.suffix:
        return path.with_name(path.name + suffix)
    return path.with_suffix(suffix) if path.suffix.lower() == offered else path
