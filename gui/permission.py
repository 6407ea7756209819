"""May we use the camera? macOS wants to be asked on the main thread, before anything opens one.

Elsewhere Qt answers "granted" at once. A Python that was not started from an application bundle cannot
show the question itself (its Info.plist says nothing about cameras); then the terminal it runs in holds
the permission and Qt answers "denied": the camera is tried all the same, and says so if it is refused.
"""

import os
import sys
from collections.abc import Callable

from PySide6.QtCore import QCameraPermission, QCoreApplication, QObject, Qt


def leave_asking_to_us() -> None:
    """Keep OpenCV from asking macOS in a worker thread; call it before OpenCV is loaded."""
    if sys.platform == "darwin":
        os.environ.setdefault("OPENCV_AVFOUNDATION_SKIP_AUTH", "1")


def ask_for_camera(context: QObject, then: Callable[[], None]) -> None:
    """Call `then` as soon as the person has answered, or at once where nobody needs to be asked.

    Parameters
    ----------
    context
        When it goes, `then` is not called any more; GUI thread.
    then
        Opens the camera: whether it may is the camera's own answer.
    """
    app = QCoreApplication.instance()
    permission = QCameraPermission()
    undecided = app is not None and app.checkPermission(permission) == Qt.PermissionStatus.Undetermined
    if app is None or not undecided:
        then()
    else:
        app.requestPermission(permission, context, lambda _answer: then())
