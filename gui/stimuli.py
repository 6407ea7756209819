"""File > Stimulus…: choosing and adjusting a stimulus, starting from the one that was open last."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QWidget

from core.limits import MAX_CLIP_FRAMES, MIN_CLIP_FRAMES
from core.parameters import Number
from core.sources.synthetic import StimulusSource, stimulus_names
from gui.files import Files
from gui.opening import Opening

if TYPE_CHECKING:
    from gui.widgets.stimulus_dialog import StimulusDialog


class Stimuli(QObject):
    """Keeps what was chosen as long as the window is open; GUI thread."""

    def __init__(self, files: Files, window: QWidget) -> None:
        super().__init__(window)
        self._files, self._window = files, window
        self._name = stimulus_names()[0]
        self._values: dict[str, dict[str, Number]] = {}
        self.dialog: StimulusDialog | None = None
        files.clip_opened.connect(self._on_clip_opened)

    @Slot()
    def choose(self) -> None:
        """Let the person choose; what is open stays open until then."""
        from gui.widgets.stimulus_dialog import StimulusDialog

        if self.dialog is None:
            self.dialog = StimulusDialog(self._name, self._values, self._window)
            self.dialog.finished.connect(self._on_finished)
            self.dialog.open()

    @Slot(str)
    def show_best(self, text: str) -> None:
        """Open what shows a bank best: a stimulus with all of its frames (kernels are long), or a sample."""
        scheme, _, rest = text.partition(":")
        if scheme == "stimulus":
            self._open(StimulusSource.from_text(rest), text)
        else:
            self._files.open(text)

    def shutdown(self) -> None:
        """Close the dialog: nothing may play on without the window."""
        if self.dialog is not None:
            self.dialog.reject()

    @Slot(int)
    def _on_finished(self, result: int) -> None:
        dialog, self.dialog = self.dialog, None
        if dialog is None:
            return
        self._name, self._values = dialog.source.name, dialog.values
        if result == dialog.DialogCode.Accepted:
            self._open(dialog.source, dialog.source.address)
        dialog.deleteLater()

    def _open(self, source: StimulusSource, text: str) -> None:
        from core.sources.load import ClipSelection

        frames = source.length() or 1
        wanted = min(frames, MAX_CLIP_FRAMES)
        # A single frame becomes a still film of the usual length.
        self._files.open(text, ClipSelection(wanted) if wanted >= MIN_CLIP_FRAMES else None)

    @Slot(object)
    def _on_clip_opened(self, opening: Opening) -> None:
        """Begin with it the next time, wherever it was chosen."""
        scheme, _, rest = opening.text.partition(":")
        if scheme.strip().lower() == "stimulus":
            source = StimulusSource.from_text(rest)
            self._name = source.name
            self._values[source.name] = source.values
