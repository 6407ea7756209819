"""The pages of the window: the feature volumes, and what explains them.

A page takes the place of the feature volumes; the input stays beside it, and so do playhead, selection and
probe. It is made when it is first visited, and imported then or when the first volumes are there and nobody
waits: the window starts as quickly as without it.
"""

import sys
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QMenu, QWidget

from core.convolution.field import receptive_field
from core.settings import Triple
from gui.page import Page
from gui.parts import Parts
from gui.probe import Probe
from gui.widgets.marks import Mark
from gui.widgets.step_keys import step_of

WATCH = "volumes"


@dataclass(frozen=True, slots=True)
class PageSpec:
    """A page: its action is ``action_page_KEY``; `module` and `made_by` name the class of a further page."""

    key: str
    title: str
    module: str = ""
    made_by: str = ""


PAGES = (
    PageSpec(WATCH, "Volumes"),
    PageSpec("inspector", "Inspector", "gui.inspector", "InspectorPage"),
    PageSpec("sections", "Sections", "gui.sections", "SectionsPage"),
    PageSpec("slide", "Slide", "gui.slide", "SlidePage"),
    PageSpec("compare", "Compare", "gui.compare", "ComparePage"),
    PageSpec("layers", "Layers", "gui.layers", "LayersPage"),
)

# Imported after the first volumes, one every so many milliseconds.
LESSONS = "gui.lessons"
AHEAD = (*(spec.module for spec in PAGES if spec.module), LESSONS)
IDLE_MS = 250


class Explain(QObject):
    """Shows pages, hands the keys on, and draws what the probed response sees; GUI thread.

    Signals
    -------
    page_changed(str)
        Another page is in front.
    """

    page_changed = Signal(str)

    def __init__(self, parts: Parts) -> None:
        super().__init__(parts.workspace)
        self._parts = parts
        self._pages: dict[str, Page] = {}
        self._key = WATCH
        self._available = True
        self._lessons: Any = None
        self._closed = False
        bar = parts.workspace.page_bar
        for index, spec in enumerate(PAGES):
            action = parts.actions[f"page_{spec.key}"]
            bar.addTab(spec.title)
            bar.setTabToolTip(index, f"{action.toolTip()} (Ctrl+{index + 1})")
            action.triggered.connect(lambda _=False, key=spec.key: self.show(key))
        bar.currentChanged.connect(self._on_tab_changed)
        parts.workspace.key_hook = self._on_key
        self._connect()

    def _connect(self) -> None:
        parts, grid = self._parts, self._parts.workspace.feature_grid
        parts.actions["pin"].triggered.connect(self.toggle_pin)
        parts.actions["lessons"].triggered.connect(self.open_lessons)
        parts.actions["export_slide"].triggered.connect(self.export_slide)
        grid.pointed.connect(self._on_pointed)
        grid.explain_requested.connect(self.inspect)
        grid.menu_requested.connect(self._show_menu)
        parts.probe.voxel_changed.connect(self.show_marks)
        parts.probe.pinned_changed.connect(self.show_marks)
        parts.session.computing_finished.connect(self._begin_imports)
        # After the probe has found its place among the new shapes, and the input shows the new clip.
        for changed in (parts.session.clip_changed, parts.session.working_size_changed):
            changed.connect(self.show_marks, Qt.ConnectionType.QueuedConnection)

    @property
    def probe(self) -> Probe:
        """Which response is looked at."""
        return self._parts.probe

    @property
    def key(self) -> str:
        """The page in front."""
        return self._key

    def page(self, key: str) -> Any:
        """Return a `Page`, made now if nobody was there before.

        Raises
        ------
        KeyError
            If there is no such page, or it is that of the feature volumes.
        """
        if key not in self._pages:
            spec = next((spec for spec in PAGES if spec.key == key and spec.module), None)
            if spec is None:
                raise KeyError(key)
            page: Page = getattr(import_module(spec.module), spec.made_by)(self._parts)
            page.marks_changed.connect(self.show_marks)
            self._pages[key] = page
            self._parts.workspace.stage.addWidget(page.widget)
        return self._pages[key]

    def show(self, key: str) -> None:
        """Bring a page to the front; while the filters run live there is only that of the volumes."""
        if key == self._key or (key != WATCH and not self._available):
            return
        widget: QWidget | None = self.page(key).widget if key != WATCH else None
        before = self._pages.get(self._key)
        self._key = key
        workspace = self._parts.workspace
        workspace.page_bar.setCurrentIndex([spec.key for spec in PAGES].index(key))
        if before is not None:
            before.set_shown(False)
        if widget is None:
            self._parts.probe.release()
            self._parts.probe.hover(None)
            # Before the columns come back: a page may need more room than they leave.
            workspace.stage.setCurrentIndex(0)
            workspace.set_explaining(False)
            workspace.feature_grid.setFocus()
        else:
            workspace.set_explaining(True)
            workspace.stage.setCurrentWidget(widget)
            self._parts.probe.ensure()
            self._pages[key].set_shown(True)
            widget.setFocus(Qt.FocusReason.OtherFocusReason)
        self.show_marks()
        self.page_changed.emit(key)

    @Slot(object)
    def inspect(self, voxel: Triple | None) -> None:
        """Pin a response and show how it is computed."""
        if self._available and voxel is not None:
            self.show("inspector")
            self._parts.probe.pin(voxel)
            self._parts.probe.show_frame()

    def set_available(self, available: bool) -> None:
        """Offer the pages, or only the volumes: live filters have no clip to explain."""
        self._available = available
        if not available:
            self.show(WATCH)
        for index, spec in enumerate(PAGES):
            if spec.key != WATCH:
                self._parts.workspace.page_bar.setTabEnabled(index, available)
                self._parts.actions[f"page_{spec.key}"].setEnabled(available)
        for name in ("lessons", "export_slide", "pin"):
            self._parts.actions[name].setEnabled(available)

    @Slot()
    def toggle_pin(self) -> None:
        """Stay at the response that is looked at, or at the strongest one; or let it go."""
        probe = self._parts.probe
        if probe.pinned:
            probe.release()
        elif self._available:
            probe.move(0, 0, 0)

    def escape(self) -> bool:
        """Let the pinned response go, or else leave the lesson; return whether there was either."""
        pinned = self._parts.probe.pinned
        self._parts.probe.release()
        return pinned or (self._lessons is not None and self._lessons.escape())

    def shutdown(self) -> None:
        """Go back to the volumes and wait for the pages' workers."""
        self._closed = True
        if self._lessons is not None:
            self._lessons.shutdown()
        self.show(WATCH)
        for page in self._pages.values():
            page.shutdown()

    @Slot()
    def open_lessons(self) -> None:
        """Show the list of lessons."""
        self.lessons().choose()

    def lessons(self) -> Any:
        """Return what plays lessons, made now if nobody asked before."""
        if self._lessons is None:
            self._lessons = import_module(LESSONS).Lessons(self._parts, self)
        return self._lessons

    @Slot()
    def export_slide(self) -> None:
        """Show the slide and ask where to save it."""
        self.show("slide")
        self.page("slide").ask_export()

    # Keys

    def _on_key(self, event: QKeyEvent) -> bool:
        """Whether a page or a pinned response takes a key; on a press it also acts."""
        page = self._pages.get(self._key)
        if page is None:
            return False
        if page.takes_key(event):
            return True
        step = step_of(event)
        if step is None or not self._parts.probe.pinned:
            return False
        if event.type() == QEvent.Type.KeyPress:
            self._parts.probe.move(*step)
        return True

    # What the probed response sees

    @Slot()
    def show_marks(self) -> None:
        """Draw the receptive field on the input, in its slices, and the pinned response on the volumes."""
        workspace, probe = self._parts.workspace, self._parts.probe
        page = self._pages.get(self._key)
        if page is not None and page.own_marks:
            workspace.kernel_panel.set_alignment(())  # that is about the probed response
            return
        voxel, shape, axes = probe.voxel, probe.clip_shape, probe.axes
        if voxel is None or shape is None or axes is None or probe.shape is None:
            workspace.input_panel.set_marks(())
            workspace.input_panel.hold_cut(None)
            workspace.feature_grid.set_marks(())
            workspace.kernel_panel.set_alignment(())
            return
        session = self._parts.session
        field = receptive_field(voxel, shape, session.bank.kernel_size, session.convolution)
        workspace.input_panel.set_marks((Mark.over(field),))
        workspace.feature_grid.set_marks((Mark.at(voxel),) if probe.pinned else ())
        centre = (axes[1].to_input(voxel[1]), axes[2].to_input(voxel[2])) if probe.pinned else None
        workspace.input_panel.hold_cut(centre)
        # Under the mouse the middle frame would stand still while the film plays.
        workspace.kernel_panel.set_alignment(field.t.positions if probe.pinned else ())

    # Slots

    @Slot()
    def _begin_imports(self) -> None:
        self._parts.session.computing_finished.disconnect(self._begin_imports)
        QTimer.singleShot(IDLE_MS, self, self._import_ahead)

    @Slot()
    def _import_ahead(self) -> None:
        """Import what is visited next while nobody waits for it, one page at a time.

        Not in a thread: Python would hand its lock over in the middle of each paint.
        """
        name = next((name for name in AHEAD if name not in sys.modules), None)
        if name is not None and not self._closed:
            import_module(name)
            QTimer.singleShot(IDLE_MS, self, self._import_ahead)

    @Slot(int)
    def _on_tab_changed(self, index: int) -> None:
        self.show(PAGES[index].key)

    @Slot(object)
    def _on_pointed(self, voxel: Triple | None) -> None:
        if self._key == WATCH and self._available:
            self._parts.probe.hover(voxel)

    @Slot(int, QPoint)
    def _show_menu(self, index: int, place: QPoint) -> None:
        parts, grid = self._parts, self._parts.workspace.feature_grid
        menu = QMenu(parts.window)
        voxel = grid.viewers[index].place_under_mouse() if index < len(grid.viewers) else None
        inspect = menu.addAction("Inspect this response", lambda: self.inspect(voxel))
        inspect.setEnabled(voxel is not None and self._available)
        menu.addSeparator()
        menu.addAction("Export this volume as GIF or MP4…", lambda: parts.files.ask_export("feature", index))
        menu.addAction("Export all as GIF or MP4…", lambda: parts.files.ask_export("mosaic"))
        menu.addSeparator()
        menu.addAction(parts.actions["enlarge"])
        menu.addAction(parts.actions["edit_kernel"])
        menu.popup(place)
        menu.aboutToHide.connect(menu.deleteLater)
