"""What every page is that takes the place of the feature volumes to explain them."""

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from gui.page_options import page_options
from gui.parts import Parts


class Page(QObject):
    """A page; GUI thread. `gui.explain` makes it on its first visit, shows it, and ends it with the window.

    Its ``widget`` goes into the window. A page works and follows the window only between ``set_shown(True)``
    and ``set_shown(False)``: while it is hidden it notes what changed and lets go of what is out of date, but
    computes nothing.

    Signals
    -------
    marks_changed()
        `own_marks` is another: what is drawn over the input is the page's from now on, or no longer.
    """

    marks_changed = Signal()

    widget: QWidget

    def __init__(self, parts: Parts) -> None:
        super().__init__(parts.workspace)
        self._parts = parts

    @property
    def own_marks(self) -> bool:
        """Whether it draws over input and volumes itself, instead of what the probed response sees."""
        return False

    def set_shown(self, shown: bool) -> None:
        """Begin to work and to follow the window: it came to the front; or stop."""
        raise NotImplementedError

    def shutdown(self) -> None:
        """Wait for the workers: the window closes."""

    def takes_key(self, event: QKeyEvent) -> bool:
        """Whether it wants a key before the window does.

        It is asked with a ShortcutOverride, and again with the KeyPress: only then it acts.
        """
        return False

    def preset(self) -> dict[str, Any]:
        """Return how it is set, as `apply_preset` takes it."""
        return {}

    def apply_preset(self, options: Mapping[str, Any]) -> None:
        """Set it as a lesson wants it; what is not named gets its default.

        Raises
        ------
        UsageError
            For an option that it does not have.
        """
        page_options(options, {})
