"""The only import of OpenCV: it keeps the environment that ``import cv2`` would spoil.

opencv-python's Linux wheel sets QT_QPA_PLATFORM_PLUGIN_PATH and QT_QPA_FONTDIR (which point PySide6 to
the wrong Qt) and an LD_LIBRARY_PATH that ends in an empty element, that is the current folder: child
processes would then load libraries from wherever the person happens to be. The three are put back here.
Variables that OpenCV reads only once, while it is imported, are set before.

Use ``from core.cv import cv2`` everywhere else. OpenCV is loaded when one of its names is first used, by
whichever thread that is: the window is on the screen before.
"""

import os
import threading
from types import ModuleType
from typing import TYPE_CHECKING, Any

_SPOILED = ("QT_QPA_PLATFORM_PLUGIN_PATH", "QT_QPA_FONTDIR", "LD_LIBRARY_PATH")
_WANTED = {
    "OPENCV_VIDEOIO_V4L_SELECT_TIMEOUT": "2",  # seconds; the default of 10 looks like a hang
    "OPENCV_VIDEOIO_MSMF_ENABLE_HW_TRANSFORMS": "0",  # Windows: cameras open in 1 s instead of 20 s
    "OPENCV_FFMPEG_LOGLEVEL": "-8",  # people get our sentence, not FFmpeg's log
    "OPENCV_LOG_LEVEL": "SILENT",
    "OPENCV_IO_MAX_IMAGE_PIXELS": str(64 * 2**20),  # a 48 kB PNG took imread to 2.3 GB without it
}
_loading = threading.Lock()


def _load() -> ModuleType:
    """Import OpenCV and give the environment back as it was."""
    with _loading:
        before = {name: os.environ.get(name) for name in _SPOILED}
        for name, value in _WANTED.items():
            os.environ.setdefault(name, value)
        try:
            import cv2 as real
        finally:
            for name, old in before.items():
                if old is None:
                    os.environ.pop(name, None)
                else:
                    os.environ[name] = old
        return real


class _OpenCV(ModuleType):
    """Stands for OpenCV until one of its names is used; then hands out the real ones."""

    def __getattr__(self, name: str) -> Any:
        value = getattr(_load(), name)
        setattr(self, name, value)  # the next look-up does not come here
        return value


if TYPE_CHECKING:
    import cv2
else:
    cv2 = _OpenCV("cv2")

__all__ = ["cv2"]
