"""``main.py record``: a clip from a camera to files, without a window."""

from argparse import Namespace
from pathlib import Path

from core.commands.export import own_rate
from core.commands.output import ProgressLine, save
from core.errors import SourceError
from core.export.job import ExportJob
from core.pipeline import check_outputs, working_clip
from core.recording import record_clip
from core.settings import ExportSettings, RecordSettings
from core.sources.base import FrameSource
from core.sources.camera import CameraSource, resolve_camera
from core.sources.camera_list import list_cameras


def run(options: Namespace) -> None:
    """Record, then write each file."""
    outputs = [Path(text) for text in options.outputs]
    settings = RecordSettings(options.frames, options.fps, options.countdown, options.mirror)
    check_outputs(outputs)
    camera = _camera(options.camera)
    with ProgressLine(options.quiet) as line:
        clip = line.last(record_clip(camera, settings))
        if options.resize:
            clip = working_clip(clip, options.resize)
        animation = ExportSettings(content="input", fps=own_rate(clip.fps))
        save(ExportJob(clip, export=animation), outputs, line)
        if clip.note:
            line.say(clip.note)
        rate = f"{clip.fps:.2f} frames per second, jitter {clip.jitter_ms:.1f} ms"
        line.say(f"{len(clip)} frames of {clip.width}x{clip.height}, {rate}.")


def _camera(text: str | None) -> FrameSource:
    """Return the camera that was asked for, or the first one of the machine."""
    if text is not None:
        return CameraSource(resolve_camera(text))
    cameras = list_cameras()
    if not cameras:
        remedy = "plug one in, or name an address with --camera http://… or rtsp://…"
        raise SourceError(f"No camera was found; {remedy}.")
    return CameraSource(cameras[0])
