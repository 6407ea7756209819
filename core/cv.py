"""The only import of OpenCV: it keeps the environment that ``import cv2`` would spoil.

opencv-python's Linux wheel sets QT_QPA_PLATFORM_PLUGIN_PATH and QT_QPA_FONTDIR (which point PySide6 to
the wrong Qt) and an LD_LIBRARY_PATH that ends in an empty element, that is the current folder: child
processes would then load libraries from wherever the person happens to be. The three are put back here.
Variables that OpenCV reads only once, while it is imported, are set before.

Use ``from core.cv import cv2`` everywhere else.
"""

import os

_SPOILED = ("QT_QPA_PLATFORM_PLUGIN_PATH", "QT_QPA_FONTDIR", "LD_LIBRARY_PATH")
_WANTED = {
    "OPENCV_VIDEOIO_V4L_SELECT_TIMEOUT": "2",  # seconds; the default of 10 looks like a hang
    "OPENCV_VIDEOIO_MSMF_ENABLE_HW_TRANSFORMS": "0",  # Windows: cameras open in 1 s instead of 20 s
    "OPENCV_FFMPEG_LOGLEVEL": "-8",  # people get our sentence, not FFmpeg's log
    "OPENCV_LOG_LEVEL": "SILENT",
    "OPENCV_IO_MAX_IMAGE_PIXELS": str(64 * 2**20),  # a 48 kB PNG took imread to 2.3 GB without it
}

for _name, _value in _WANTED.items():
    os.environ.setdefault(_name, _value)
_before = {_name: os.environ.get(_name) for _name in _SPOILED}

import cv2  # noqa: E402

for _name, _old in _before.items():
    if _old is None:
        os.environ.pop(_name, None)
    else:
        os.environ[_name] = _old

__all__ = ["cv2"]
