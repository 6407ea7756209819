"""What a page of the window is given: the parts it stands on, nothing of its own."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QMainWindow

from gui.actions import Actions
from gui.display import Display
from gui.files import Files
from gui.playback import PlaybackDriver
from gui.session import Session
from gui.state import State
from gui.workspace import Workspace

if TYPE_CHECKING:
    from gui.probe import Probe


@dataclass(frozen=True, slots=True, eq=False)
class Parts:
    """The window's parts; GUI thread."""

    session: Session
    driver: PlaybackDriver
    display: Display
    workspace: Workspace
    actions: Actions
    state: State
    probe: "Probe"
    files: Files
    window: QMainWindow
