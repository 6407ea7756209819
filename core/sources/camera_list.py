"""Which cameras are plugged in, by name, with the index that OpenCV really uses.

A camera's index changes when others come and go, so a camera is remembered by what it is (`CameraInfo.key`)
and looked up again each time it is opened.
"""

import sys
from collections import Counter
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any

from core.cv import cv2


@dataclass(frozen=True, slots=True)
class CameraInfo:
    """One camera as the system names it now.

    Parameters
    ----------
    name
        For people; unique in one list (a second "C920" is called "C920 (2)").
    index, backend
        What `cv2.VideoCapture` takes; both may change when cameras come and go.
    vid, pid
        USB vendor and product, where it has them.
    path
        The system's own name of the device (``/dev/video0``), or "".
    """

    name: str
    index: int
    backend: int
    vid: int | None = None
    pid: int | None = None
    path: str = ""

    @property
    def key(self) -> str:
        """A stable identity, for settings: it survives replugging and a changed index."""
        numbers = ["----" if number is None else f"{number:04x}" for number in (self.vid, self.pid)]
        return ":".join([*numbers, self.name])


def backends() -> tuple[int, ...]:
    """Return OpenCV's camera backends for this system, the preferred first.

    CAP_ANY would try five, print noise, and number the cameras differently.
    """
    if sys.platform == "win32":
        return (cv2.CAP_MSMF, cv2.CAP_DSHOW)
    if sys.platform == "darwin":
        return (cv2.CAP_AVFOUNDATION,)
    return (cv2.CAP_V4L2,)


def list_cameras() -> tuple[CameraInfo, ...]:
    """Return the cameras of this machine, in the system's order; () if it cannot be told.

    Takes some milliseconds, on Windows more: call it off the GUI thread. Never raises.
    """
    found: list[CameraInfo] = []
    for backend in backends():
        more = _cameras_of(backend)
        known = {camera.key for camera in found}
        found += [camera for camera in more if camera.key not in known]
    return tuple(found)


def same_camera(camera: CameraInfo) -> tuple[CameraInfo, ...]:
    """Return where `camera` is now, one entry per backend that has it, the preferred first.

    Two cameras of one kind are told apart by their path, where it still exists.
    """
    places = []
    for backend in backends():
        alike = [other for other in _cameras_of(backend) if other.key == camera.key]
        alike.sort(key=lambda other: other.path != camera.path)
        places += alike[:1]
    return tuple(places)


def _cameras_of(backend: int) -> tuple[CameraInfo, ...]:
    """Return one backend's cameras; whatever goes wrong in a driver or a library means none."""
    cameras: list[CameraInfo] = []
    with suppress(Exception):
        cameras += (_info(raw, backend) for raw in _enumerate(backend))
    cameras.sort(key=lambda camera: camera.index)
    return tuple(_with_unique_names(_without_repeats(cameras)))


def _enumerate(backend: int) -> Iterable[Any]:
    """Ask the package; imported late, and after core.cv: it imports cv2 itself."""
    from cv2_enumerate_cameras import enumerate_cameras

    return list(enumerate_cameras(backend))


def _info(raw: Any, backend: int) -> CameraInfo:
    index = int(raw.index)
    name = " ".join(str(raw.name or "").split()) or f"Camera {index}"
    return CameraInfo(name, index, backend, raw.vid, raw.pid, str(raw.path or ""))


def _without_repeats(cameras: Iterable[CameraInfo]) -> list[CameraInfo]:
    """Drop entries that lead to the same device node."""
    seen: dict[object, CameraInfo] = {}
    for camera in cameras:
        seen.setdefault(camera.path or camera.index, camera)
    return list(seen.values())


def _with_unique_names(cameras: Iterable[CameraInfo]) -> list[CameraInfo]:
    count: Counter[str] = Counter()
    unique = []
    for camera in cameras:
        count[camera.name] += 1
        nth = count[camera.name]
        unique.append(camera if nth == 1 else replace(camera, name=f"{camera.name} ({nth})"))
    return unique
