"""The Help menu: keys, a report for us, and what this is."""

from PySide6.QtCore import QObject, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QMainWindow, QMessageBox

from gui.actions import Actions
from gui.errors import ProblemLog
from gui.widgets.message_bar import MessageBar

ABOUT = (
    "<h3>Wavecube {version}</h3><p>See what 3-D (space-time) convolution does to your own video.</p>"
    "<p>MIT licence. Made with PySide6 (Qt, LGPL), NumPy, OpenCV, imageio, Pillow and PyAV.</p>"
)


class Help(QObject):
    """Shows what a person asks for in the Help menu; GUI thread."""

    def __init__(self, window: QMainWindow, actions: Actions, bar: MessageBar) -> None:
        super().__init__(window)
        self._window, self._actions, self._bar = window, actions, bar
        self.problems = ProblemLog()

    @Slot()
    def show_shortcuts(self) -> None:
        """List every key."""
        from gui.widgets.shortcuts_dialog import ShortcutsDialog

        dialog = ShortcutsDialog(self._actions.shortcuts(), self._window)
        dialog.exec()
        dialog.deleteLater()

    @Slot()
    def copy_report(self) -> None:
        """Put what we need to know on the clipboard."""
        from core.doctor import program_version

        QGuiApplication.clipboard().setText(f"Wavecube {program_version()}\n{self.problems.report()}")
        text = "The report is on the clipboard: paste it where you tell us what happened."
        self._bar.show_message("info", text)

    @Slot()
    def show_about(self) -> None:
        """Tell version and licence."""
        from core.doctor import program_version

        QMessageBox.about(self._window, "About Wavecube", ABOUT.format(version=program_version()))
