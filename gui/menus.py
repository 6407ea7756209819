"""The menu bar: the actions in their places, and the menus that are made from lists."""

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMainWindow, QMenu

from core.display.colormap import diverging_names, sequential_names, table_label
from core.filters.kinds import BankKind
from core.playback import LoopMode
from core.sources.synthetic import stimulus_names, stimulus_title
from gui.actions import SPECS, Actions, make_choice
from gui.theme import ThemeMode

LAYOUT: tuple[tuple[str, tuple[str, ...]], ...] = (
    (
        "&File",
        (
            "open",
            "open_folder",
            "stimulus",
            "open_address",
            "choose_frames",
            "|",
            "export_gif",
            "export_data",
            "export_slide",
            "|",
            "quit",
        ),
    ),
    ("&Record", ("record", "retake", "live", "mirror")),
    ("F&ilters", ("regenerate", "undo", "redo", "edit_kernel", "|", "original", "open_bank", "save_bank")),
    (
        "&View",
        (
            *(spec.name for spec in SPECS if spec.name.startswith("page_")),
            "|",
            "pin",
            "enlarge",
            "full_screen",
            "show_left",
            "show_kernel",
            "show_trace",
            "show_arrows",
        ),
    ),
    ("&Playback", ("play", "previous", "next", "first", "last", "strongest", "|", "faster", "slower")),
    ("&Help", ("lessons", "|", "shortcuts", "report", "about")),
)


class Menus:
    """Builds the menu bar of a window and keeps what changes in it."""

    def __init__(self, window: QMainWindow, actions: Actions) -> None:
        self.window = window
        self.menus: dict[str, QMenu] = {}
        for title, names in LAYOUT:
            menu = window.menuBar().addMenu(title)
            menu.setToolTipsVisible(True)
            self.menus[title.replace("&", "")] = menu
            for name in names:
                if name == "|":
                    menu.addSeparator()
                else:
                    menu.addAction(actions[name])
        file = self.menus["File"]
        self.recent = QMenu("Open &recent", window)
        self.samples = QMenu("&Samples and stimuli", window)
        file.insertMenu(actions["stimulus"], self.recent)
        file.insertMenu(actions["stimulus"], self.samples)
        self._actions = actions

    def fill_samples(self, chosen: Callable[[str], None]) -> None:
        """Offer the bundled clip and the stimuli."""
        self.samples.addAction("Waving hand", lambda: chosen("sample:wave"))
        self.samples.addSeparator()
        for name in stimulus_names():
            self.samples.addAction(stimulus_title(name), _chooser(chosen, f"stimulus:{name}"))
        self.samples.addSeparator()
        self.samples.addAction("&Choose and adjust…", self._actions["stimulus"].trigger)

    def fill_recent(self, paths: Sequence[str], chosen: Callable[[str], None]) -> None:
        """Offer the files that were opened lately."""
        self.recent.clear()
        self.recent.setEnabled(bool(paths))
        for path in paths:
            short = Path(path).name or path
            action = self.recent.addAction(short.replace("&", "&&"), _chooser(chosen, path))
            action.setToolTip(path)
        self.recent.setToolTipsVisible(True)

    def add_theme(self, mode: ThemeMode, chosen: Callable[[str], None]) -> None:
        """Offer the themes."""
        names = [(ThemeMode.SYSTEM, "As the &system"), (ThemeMode.LIGHT, "&Light"), (ThemeMode.DARK, "&Dark")]
        menu = self.menus["View"].addMenu("&Theme")
        group, entries = make_choice(menu, names, self.window)
        entries[mode].setChecked(True)
        group.triggered.connect(lambda action: chosen(action.data()))

    def add_tables(self, chosen: Callable[[str], None]) -> None:
        """Offer the colour maps."""
        menu = self.menus["View"].addMenu("&Colour map")
        for title, names in (
            ("Signed responses", diverging_names()),
            ("Rectified responses", sequential_names()),
        ):
            menu.addSection(title)
            for name in names:
                menu.addAction(table_label(name), _chooser(chosen, name))

    def add_banks(
        self, kinds: Sequence[BankKind], current: Callable[[], str], chosen: Callable[[str], None]
    ) -> None:
        """Offer the filter banks by group, with a mark at the one in use."""
        menu = QMenu("&Banks", self.window)
        filters = self.menus["Filters"]
        filters.insertMenu(filters.actions()[0], menu)
        group = QActionGroup(self.window)
        group.setExclusionPolicy(QActionGroup.ExclusionPolicy.ExclusiveOptional)
        submenus: dict[str, QMenu] = {}
        for kind in kinds:
            if kind.group not in submenus:
                submenus[kind.group] = menu.addMenu(f"&{kind.group}")
                submenus[kind.group].setToolTipsVisible(True)
            action = submenus[kind.group].addAction(kind.title.replace("&", "&&"))
            action.setObjectName(f"bank_{kind.name}")
            action.setToolTip(kind.description)
            action.setCheckable(True)
            action.setData(kind.name)
            group.addAction(action)

        def mark() -> None:
            for action in group.actions():
                action.setChecked(action.data() == current())

        menu.aboutToShow.connect(mark)
        group.triggered.connect(lambda action: chosen(action.data()))

    def add_loop_modes(self, mode: LoopMode, chosen: Callable[[LoopMode], None]) -> dict[str, QAction]:
        """Offer the loop modes and return their entries by name."""
        menu = self.menus["Playback"].addMenu("&At the end")
        names = [(LoopMode.ONCE, "Stop"), (LoopMode.LOOP, "Loop"), (LoopMode.PING_PONG, "Ping-pong")]
        group, entries = make_choice(menu, names, self.window)
        entries[mode].setChecked(True)
        group.triggered.connect(lambda action: chosen(LoopMode(action.data())))
        return entries


def _chooser(chosen: Callable[[str], None], text: str) -> Callable[[], None]:
    return lambda: chosen(text)
