"""What is on the screen."""

import gc

from PySide6.QtWidgets import QApplication, QWidget


def visible_windows() -> list[QWidget]:
    """Return the windows that can be seen.

    Without the garbage collector: in the middle of the call it could delete a widget whose address Qt has
    already listed.
    """
    gc.disable()
    try:
        return [window for window in QApplication.topLevelWidgets() if window.isVisible()]
    finally:
        gc.enable()
