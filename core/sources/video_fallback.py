"""Videos through OpenCV, for files that only the system's own decoders know."""

from collections.abc import Generator
from pathlib import Path

import numpy as np

from core.cv import cv2
from core.limits import MAX_FILE_FRAMES
from core.playback import NS_PER_S
from core.sources.base import TimedFrame
from core.sources.files import check_pixels
from core.sources.timing import FileClock


def opencv_frames(path: Path, name: str) -> Generator[TimedFrame, None, None]:
    """Deliver the frames of a video file, turned upright; none at all where OpenCV cannot open it.

    Parameters
    ----------
    path
        Absolute, and known by its content to be a container: OpenCV would follow a playlist anywhere.
    name
        What to call it in sentences.

    Raises
    ------
    SourceError
        If the frames are over the limit.
    """
    for backend in (cv2.CAP_FFMPEG, cv2.CAP_MSMF, cv2.CAP_AVFOUNDATION):
        capture = cv2.VideoCapture(str(path), backend)
        try:
            if capture.isOpened():
                yield from _read(capture, name)
                return
        finally:
            capture.release()


def _read(capture: cv2.VideoCapture, name: str) -> Generator[TimedFrame, None, None]:
    width, height = (int(capture.get(p)) for p in (cv2.CAP_PROP_FRAME_WIDTH, cv2.CAP_PROP_FRAME_HEIGHT))
    check_pixels(name, width, height)
    rate = capture.get(cv2.CAP_PROP_FPS)
    clock = FileClock(round(NS_PER_S / rate) if 0.1 <= rate <= 1000 else NS_PER_S // 25)
    shape = None
    for _ in range(MAX_FILE_FRAMES):
        good, picture = capture.read()
        if not good or picture is None:
            return
        milliseconds = capture.get(cv2.CAP_PROP_POS_MSEC)
        rgb = cv2.cvtColor(picture, cv2.COLOR_BGR2RGB)
        shape = shape or rgb.shape
        if rgb.shape != shape:
            rgb = cv2.resize(rgb, (shape[1], shape[0]), interpolation=cv2.INTER_AREA)
        yield TimedFrame(np.ascontiguousarray(rgb), clock.stamp(round(milliseconds * 1e6)))
