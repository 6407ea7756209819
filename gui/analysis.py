"""What filters want, on the screen: the panel of the selected one, arrows on tiles, and their order.

All of it is computed in workers, and only what is to be seen: the figures of the selected filter at once,
the profiles of the whole bank when the feature volumes are there and the processor is free.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, QTimer, Slot

from core.filters.bank import FilterBank
from core.filters.kernel import Kernel
from core.filters.views import View
from gui.actions import Actions
from gui.display import Display
from gui.playback import PlaybackDriver
from gui.session import Session
from gui.state import State
from gui.tasks import LatestTask
from gui.traces import Traces
from gui.workspace import Workspace

if TYPE_CHECKING:
    from core.analysis.profile import Profile
    from core.analysis.spectrum import Cut
    from core.analysis.tuning import Tuning

    Found = Profile | tuple[Cut, Cut] | Tuning


@dataclass(frozen=True, slots=True)
class Figures:
    """What the panel wants to know of one filter: a value, so the worker needs no locks."""

    kernel: Kernel
    channel: int | None
    spectrum: bool
    tuning: bool

    def work(self) -> "Iterator[Found]":
        """Yield the profile, then both cuts and the curves on demand; runs in the worker thread."""
        from core.analysis.profile import profile

        found = profile(self.kernel, self.channel)
        yield found
        if self.spectrum:
            from core.analysis.spectrum import motion_cut, spatial_cut

            yield (
                spatial_cut(self.kernel, found, channel=self.channel),
                motion_cut(self.kernel, found, channel=self.channel),
            )
        if self.tuning:
            from core.analysis.tuning import tuning

            yield tuning(self.kernel, found, self.channel)


@dataclass(frozen=True, slots=True)
class Tiles:
    """A bank in one of its views, of which every tile is looked at."""

    bank: FilterBank
    view: View | None
    count: int

    def work(self) -> "Iterator[tuple[int, Profile | None]]":
        """Yield each tile and its profile; runs in the worker thread."""
        from core.analysis.profile import tile_profile

        for tile in range(self.count):
            yield tile, tile_profile(self.bank, self.view, tile)


class Analysis(QObject):
    """Keeps panel, arrows, order and plot true to session and selection; GUI thread."""

    def __init__(
        self,
        session: Session,
        driver: PlaybackDriver,
        display: Display,
        workspace: Workspace,
        actions: Actions,
        state: State,
    ) -> None:
        super().__init__(workspace)
        self._session, self._display, self._workspace, self._state = session, display, workspace, state
        self._arrows = actions["show_arrows"]
        self._profiles: list[Profile | None] = []
        self._complete = False
        self.traces = Traces(session, driver, display, workspace.trace_panel)
        self._figures_task = LatestTask("figures", self)
        self._figures_task.result_ready.connect(self._on_figure_ready)
        self._figures_task.failed.connect(self._on_figures_failed)
        self._tiles_task = LatestTask("profiles", self)
        self._tiles_task.result_ready.connect(self._on_profile_ready)
        self._tiles_task.finished.connect(self._on_profiles_finished)
        self._restore(actions)
        self._connect(actions)
        self._on_bank_changed()
        self._on_selection_changed(display.selected)

    @property
    def complete(self) -> bool:
        """Whether every tile has been looked at."""
        return self._complete

    def shutdown(self) -> None:
        """Wait for the workers."""
        for part in (self.traces, self._figures_task, self._tiles_task):
            part.shutdown()

    def _restore(self, actions: Actions) -> None:
        """Take up what was open, shown and chosen the last time."""
        state, panel, combo = self._state, self._workspace.kernel_panel, self._workspace.order_combo
        panel.set_opened(tuple(state.text("panel/opened", ",".join(panel.opened)).split(",")))
        combo.setCurrentIndex(max(combo.findData(state.text("panel/order", "bank")), 0))
        self.traces.set_measure(state.text("trace/measure", self.traces.measure))
        self._workspace.trace_panel.others_button.setChecked(state.number("trace/others", 0) != 0)
        for name in ("show_arrows", "show_trace"):
            actions[name].setChecked(state.number(name, 1) != 0)
        self._workspace.show_trace(actions["show_trace"].isChecked())

    def _connect(self, actions: Actions) -> None:
        session, workspace = self._session, self._workspace
        session.bank_changed.connect(self._on_bank_changed)
        session.view_changed.connect(self._on_bank_changed)
        session.computing_finished.connect(self._look)
        session.computing_failed.connect(self._look)
        # After the window has stopped the computation, which then never ends.
        workspace.transport.cancel_requested.connect(self._look, Qt.ConnectionType.QueuedConnection)
        self._display.selection_changed.connect(self._on_selection_changed)
        workspace.kernel_panel.figures_wanted.connect(self._show_figures)
        workspace.kernel_panel.opened_changed.connect(self._on_opened_changed)
        workspace.order_combo.activated.connect(self._on_order_activated)
        workspace.trace_panel.measure_changed.connect(self._on_measure_changed)
        workspace.trace_panel.others_button.toggled.connect(self._on_others_toggled)
        self.traces.strengths_changed.connect(self._arrange)
        self._arrows.toggled.connect(self._on_arrows_toggled)
        actions["show_trace"].toggled.connect(self._on_trace_toggled)
        actions["strongest"].triggered.connect(self.traces.show_strongest)

    # The selected filter

    @Slot(int)
    def _on_selection_changed(self, tile: int) -> None:
        members = self._session.members(tile)
        index = members[0] if members else 0
        made = f"The tile is made of {spoken_filters(members)}." if len(members) > 1 else ""
        self._workspace.kernel_panel.set_kernel(self._session.bank[index], index, made)
        self._show_figures()

    @Slot()
    def _show_figures(self) -> None:
        """Have the open figures of the selected filter made; nothing for a panel that is hidden."""
        panel = self._workspace.kernel_panel
        kernel = panel.kernel
        if kernel is None or not panel.isVisible():
            return
        opened = panel.opened
        wanted = Figures(kernel, panel.channel, "spectrum" in opened, "tuning" in opened)
        self._figures_task.start(wanted.work)

    @Slot(object)
    def _on_figure_ready(self, found: "Found") -> None:
        from core.analysis.profile import Profile

        panel = self._workspace.kernel_panel
        if isinstance(found, Profile):
            panel.set_profile(found)
        elif isinstance(found, tuple):
            panel.set_spectrum(*found)
        else:
            panel.set_tuning(found)

    @Slot(str)
    def _on_figures_failed(self, _sentence: str) -> None:
        panel = self._workspace.kernel_panel
        panel.set_profile(None)
        panel.set_spectrum(None, None)
        panel.set_tuning(None)

    # All tiles

    @Slot()
    def _on_bank_changed(self) -> None:
        self._tiles_task.cancel()
        self._profiles = [None] * len(self._session.tile_names)
        self._complete = False
        self._show_arrows()
        self._arrange()
        # The session computes, or not, when everybody has been told.
        QTimer.singleShot(0, self, self._look)

    @Slot()
    def _look(self) -> None:
        """Have every tile looked at, unless that is done or the volumes come first."""
        session = self._session
        if not (self._complete or self._tiles_task.busy or session.computing):
            self._tiles_task.start(Tiles(session.bank, session.view, len(session.tile_names)).work)

    @Slot(object)
    def _on_profile_ready(self, found: "tuple[int, Profile | None]") -> None:
        tile, profile = found
        self._profiles[tile] = profile
        self._show_arrow(tile)

    @Slot()
    def _on_profiles_finished(self) -> None:
        self._complete = True
        self._arrange()

    def _show_arrows(self) -> None:
        for tile in range(len(self._profiles)):
            self._show_arrow(tile)

    def _show_arrow(self, tile: int) -> None:
        viewer, profile = self._workspace.feature_grid.viewers[tile], self._profiles[tile]
        if profile is None or profile.direction is None or not self._arrows.isChecked():
            viewer.set_arrow(None)
            return
        from core.analysis.badges import format_speed

        text = "" if profile.speed is None else f"{format_speed(profile.speed)} px/frame"
        viewer.set_arrow(profile.direction, text)

    @Slot()
    def _arrange(self) -> None:
        """Give the tiles their places; while numbers are still to come, all stay where they are."""
        order = str(self._workspace.order_combo.currentData())
        if (order == "DSI" and not self._complete) or (order == "response" and not self.traces.strengths):
            return
        from core.analysis.ranking import ranked

        names = self._session.tile_names
        self._workspace.feature_grid.set_order(ranked(order, names, self.traces.strengths, self._profiles))

    # What the person chooses

    @Slot(int)
    def _on_order_activated(self, _index: int) -> None:
        self._state.remember("panel/order", str(self._workspace.order_combo.currentData()))
        self._arrange()

    @Slot()
    def _on_opened_changed(self) -> None:
        self._state.remember("panel/opened", ",".join(self._workspace.kernel_panel.opened))

    @Slot(bool)
    def _on_arrows_toggled(self, shown: bool) -> None:
        self._state.remember("show_arrows", int(shown))
        self._show_arrows()

    @Slot(bool)
    def _on_trace_toggled(self, shown: bool) -> None:
        self._state.remember("show_trace", int(shown))
        self._workspace.show_trace(shown)

    @Slot(str)
    def _on_measure_changed(self, measure: str) -> None:
        self._state.remember("trace/measure", measure)

    @Slot(bool)
    def _on_others_toggled(self, shown: bool) -> None:
        self._state.remember("trace/others", int(shown))


def spoken_filters(members: tuple[int, ...]) -> str:
    """Return how a sentence calls several filters: "filters 1, 2 and 5", or "filters 1 to 4"."""
    numbers = [i + 1 for i in members]
    if len(numbers) > 2 and numbers == list(range(numbers[0], numbers[-1] + 1)):
        return f"filters {numbers[0]} to {numbers[-1]}"
    return f"filters {', '.join(map(str, numbers[:-1]))} and {numbers[-1]}"
