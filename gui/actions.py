"""Everything a person can ask for by menu or key, in one table."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QMainWindow, QMenu

Key = QKeySequence.StandardKey


@dataclass(frozen=True, slots=True)
class Spec:
    """One action: its object name is ``action_NAME``."""

    name: str
    text: str
    keys: tuple[str | QKeySequence.StandardKey, ...] = ()
    tip: str = ""
    checkable: bool = False


SPECS = (
    Spec("open", "&Open…", (Key.Open,), "Open a video, GIF or picture file"),
    Spec("open_folder", "Open &folder…", ("Ctrl+Shift+O",), "Open a folder of pictures, in natural order"),
    Spec(
        "open_address",
        "Open camera &address…",
        ("Ctrl+L",),
        "Open an IP camera or phone: http://… or rtsp://…",
    ),
    Spec("stimulus", "S&timulus…", ("Ctrl+T",), "Choose and adjust a film with a closed form"),
    Spec("choose_frames", "Choose &frames…", ("Ctrl+J",), "Take other frames of a longer film"),
    Spec(
        "export_gif",
        "&Export GIF or MP4…",
        ("Ctrl+E",),
        "Export input, a feature volume or all of them as GIF, MP4 or APNG",
    ),
    Spec(
        "export_data", "Export &data (.npz)…", ("Ctrl+Shift+E",), "Export clip, weights and volumes as arrays"
    ),
    Spec("export_slide", "Export the s&lide…", (), "Export the sliding kernel as GIF or MP4"),
    Spec("quit", "&Quit", (Key.Quit,), "Leave Wavecube"),
    Spec("record", "&Record", ("R",), "Count down and record a clip from the camera"),
    Spec("retake", "Re&take", ("Shift+R",), "Record once more"),
    Spec("live", "&Live filters", ("L",), "Run the filters on the camera as you move", True),
    Spec("mirror", "&Mirror the camera", ("M",), "Show and record as in a mirror", True),
    Spec("regenerate", "&New random filters", ("N",), "Draw a new seed and new random filters"),
    Spec("undo", "&Undo", (Key.Undo,), "Bring the filters before back"),
    Spec("redo", "&Redo", (Key.Redo,), "Take the undone filters again"),
    Spec("original", "The &original experiment (2019)", (), "Bank raw, seed 5, one 5×5×5 filter"),
    Spec("edit_kernel", "&Edit the kernel…", ("Ctrl+K",), "Change the selected filter's weights by hand"),
    Spec("open_bank", "Open &bank…", ("Ctrl+B",), "Open filters from an .npz file"),
    Spec("save_bank", "&Save bank…", ("Ctrl+Shift+B",), "Save these filters as an .npz file"),
    Spec(
        "enlarge", "&Enlarge the filter", ("E",), "Let the selected filter fill the area, or show all again"
    ),
    Spec("full_screen", "&Full screen", ("F11",), "Use the whole screen", True),
    Spec("show_left", "Source and filter &settings", ("F8",), "Show or hide the left column", True),
    Spec("show_kernel", "&Kernel panel", ("F9",), "Show or hide the right column", True),
    Spec("show_arrows", "Preferred &directions", (), "Show on each tile the motion it prefers", True),
    Spec("show_trace", "Response over &time", ("F7",), "Show or hide the plot under the features", True),
    Spec("page_volumes", "Page: &Volumes", ("Ctrl+1",), "What every filter answers, playing"),
    Spec("page_inspector", "Page: &Inspector", ("Ctrl+2", "I"), "How one response is computed, term by term"),
    Spec(
        "page_sections", "Page: &Sections", ("Ctrl+3",), "Cuts through time, a ruler for speeds, and a cube"
    ),
    Spec("page_slide", "Page: S&lide", ("Ctrl+4",), "The kernel moves over the clip, step by step"),
    Spec("page_compare", "Page: &Compare", ("Ctrl+5",), "2-D or 3-D, time changed, kernel flipped"),
    Spec("page_layers", "Page: La&yers", ("Ctrl+6",), "A second bank on the first"),
    Spec(
        "pin",
        "&Pin a response",
        ("P",),
        "Stay at the response under the mouse, or at the strongest; or let go",
    ),
    Spec("play", "&Play", ("Space",), "Play or pause", True),
    Spec("next", "&Next frame", ("Right",), "Pause and go one frame on"),
    Spec("previous", "Pre&vious frame", ("Left",), "Pause and go one frame back"),
    Spec("first", "&First frame", ("Home",), "Go to the first frame"),
    Spec("last", "&Last frame", ("End",), "Go to the last frame"),
    Spec("strongest", "Strongest &moment", ("J",), "Pause where the selected filter answers most"),
    Spec("faster", "F&aster", ("Ctrl+Up",), "Play faster"),
    Spec("slower", "&Slower", ("Ctrl+Down",), "Play slower"),
    Spec("lessons", "&Lessons…", ("F1",), "Ten lessons, two minutes each"),
    Spec("shortcuts", "All &shortcuts", ("?",), "List every key"),
    Spec("report", "Report a &problem…", (), "Copy what we need to know to the clipboard"),
    Spec("about", "&About Wavecube", (), "Version and licence"),
)


class Actions(QObject):
    """The actions by name: ``actions["open"]``, object name ``action_open``."""

    def __init__(self, window: QMainWindow) -> None:
        super().__init__(window)
        self._by_name: dict[str, QAction] = {}
        for spec in SPECS:
            action = QAction(spec.text, window)
            action.setObjectName(f"action_{spec.name}")
            action.setShortcuts([QKeySequence(key) for key in spec.keys])
            action.setToolTip(spec.tip)
            action.setStatusTip(spec.tip)
            action.setCheckable(spec.checkable)
            window.addAction(action)
            self._by_name[spec.name] = action
        self._by_name["quit"].setMenuRole(QAction.MenuRole.QuitRole)
        self._by_name["about"].setMenuRole(QAction.MenuRole.AboutRole)

    def __getitem__(self, name: str) -> QAction:
        return self._by_name[name]

    def shortcuts(self) -> list[tuple[str, str]]:
        """Return (what, keys) of every action that has a key, for the list of shortcuts."""
        rows = [
            (
                action.toolTip(),
                ", ".join(key.toString(QKeySequence.SequenceFormat.NativeText) for key in keys),
            )
            for action in self._by_name.values()
            if (keys := action.shortcuts())
        ]
        rows += [
            ("Select the filter with this number", "1 … 9"),
            ("Inspector: what an input reaches; copy the numbers as a table", "V, Ctrl+C"),
            ("Inspector: from cell to cell", "Alt+Arrow keys"),
            ("Sections: lay a ruler, or take it away", "U"),
            ("Sections: from weight to weight of the kernel", "Alt+Arrow keys, Alt+[, Alt+]"),
            ("Slide: play or pause; one step back, one step on", "Space; comma, full stop"),
            ("Move the pinned response by one voxel, by ten", "Arrow keys, Shift+Arrow keys"),
            ("Move the pinned response in time", "[, ]"),
            ("The next step of a lesson, the one before", "PgDown or Alt+Right, PgUp or Alt+Left"),
            ("Select the next filter, the one before (in the grid)", "Down, Up"),
            ("Press a button that was reached with Tab", "Return, Space"),
            ("Cancel a recording, leave full screen, show all filters, let the pinned response go", "Esc"),
            ("Leave a lesson; once more: go back to what was open before it", "Esc"),
        ]
        return rows


def make_choice(
    menu: QMenu, names: Sequence[tuple[str, str]], group_owner: QObject
) -> tuple[QActionGroup, dict[str, QAction]]:
    """Fill a menu with exclusive entries (key, text) and return the group and the entries by key."""
    group = QActionGroup(group_owner)
    entries: dict[str, QAction] = {}
    for key, text in names:
        action = menu.addAction(text)
        action.setCheckable(True)
        action.setData(key)
        group.addAction(action)
        entries[key] = action
    return group, entries
