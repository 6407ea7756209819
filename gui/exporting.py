"""Saving in the background: animations, videos and arrays."""

from pathlib import Path

from PySide6.QtCore import QObject, Signal

from core import pipeline
from core.export.job import ExportJob, Job
from core.settings import ExportSettings
from gui.session import Session
from gui.tasks import LatestTask


class Exporter(LatestTask):
    """Writes what the session holds, one file at a time; after a failure the old file is as it was.

    Signals
    -------
    exported(object)
        The `Path` that is complete now.
    """

    exported = Signal(object)

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__("export", parent)
        self._session = session
        self.result_ready.connect(self.exported)

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
            view=session.view,
        )

    def export(self, settings: ExportSettings, path: Path) -> None:
        """Write a file; the suffix says what kind."""
        job = self.job(settings)
        if job is None:
            self.failed.emit("The feature volumes are not complete yet; export again when they are.")
            return
        self.save(job, path)

    def save(self, job: Job, path: Path) -> None:
        """Write a job; the suffix says what kind of file."""
        self.start(lambda: pipeline.export(job, [path]))
