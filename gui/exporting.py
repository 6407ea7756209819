"""Saving in the background: GIF and arrays."""

from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot

from core import pipeline
from core.export.job import ExportJob
from core.settings import ExportSettings
from gui.session import Session
from gui.tasks import LatestTask


class Exporter(QObject):
    """Writes what the session holds; one file at a time.

    Signals
    -------
    exported(object)
        The `Path` that is complete now.
    failed(str)
        A sentence; the old file is as it was.
    progress_changed(object)
        A `Progress`.
    busy_changed(bool)
        Whether something is being written.
    """

    exported = Signal(object)
    failed = Signal(str)
    progress_changed = Signal(object)
    busy_changed = Signal(bool)

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._task = LatestTask("export", self)
        self._task.result_ready.connect(self.exported)
        self._task.progress_changed.connect(self.progress_changed)
        self._task.busy_changed.connect(self.busy_changed)
        self._task.failed.connect(self._on_failed)

    def job(self, settings: ExportSettings) -> ExportJob | None:
        """Return all that an export needs as a value, or None while something is missing."""
        session = self._session
        clip = session.working_clip
        if clip is None:
            return None
        if settings.content == "input":
            return ExportJob(clip=session.clip or clip, export=settings)
        if not session.complete:
            return None
        return ExportJob(
            clip=clip,
            bank=session.bank.for_channels(clip.channels),
            volumes=session.volumes,
            convolution=session.convolution,
            contrast=session.contrast,
            export=settings,
        )

    def export(self, settings: ExportSettings, path: Path) -> None:
        """Write a file; the suffix says what kind."""
        job = self.job(settings)
        if job is None:
            self.failed.emit("The feature volumes are not complete yet; export again when they are.")
            return
        self._task.start(lambda: pipeline.export(job, [path]))

    @property
    def busy(self) -> bool:
        """Whether something is being written."""
        return self._task.busy

    @Slot()
    def cancel(self) -> None:
        """Stop writing; the old file stays as it was."""
        self._task.cancel()

    def shutdown(self) -> None:
        """Stop writing and wait for the thread."""
        self._task.shutdown()

    @Slot(object)
    def _on_failed(self, error: Exception) -> None:
        self.failed.emit(str(error))
