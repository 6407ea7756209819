"""The page of comparisons: one filter beside variations of itself, all playing in step.

Only the selected filter is computed, a few times, in a worker, and only while the page is in front; the
results appear one by one.
"""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QTimer, Slot

from core.errors import WavecubeError
from core.filters.builtin import bank_kind, make_bank
from gui.compare_request import CompareRequest, Prepared
from gui.compare_show import CompareShow
from gui.display import STALE_AFTER_MS
from gui.films import PictureCache
from gui.page import Page
from gui.page_options import page_options
from gui.parts import Parts
from gui.tasks import LatestTask
from gui.widgets.compare_panel import COMPARISONS, ComparePanel
from gui.widgets.index_table import IndexRow

if TYPE_CHECKING:
    from core.analysis.compare import Answer
    from core.analysis.probes import StaticIndex

CACHE_BYTES = 192 * 2**20
NO_CLIP = "There is no clip yet: open one or record one, then compare."
RANKING = "Comparing every filter's answers to the clip and to its frozen first frame…"
RANKED = (
    "At the top are filters that answer to the first frame, standing still, as well as to this clip, or "
    "better; at the bottom those to which standing still is nothing."
)
# Of `core.analysis.energies.PAIR_BANKS`, as many as there is room for buttons.
OFFERED = ("gabor", "adelson-bergen", "g2h2")
STATE_KEY = "compare/kind"


class ComparePage(Page):
    """Keeps the page true to session, selection, playhead and probe; GUI thread."""

    widget: ComparePanel

    def __init__(self, parts: Parts) -> None:
        super().__init__(parts)
        offered = [(name, bank_kind(name).title) for name in OFFERED]
        self.widget = ComparePanel(PictureCache(CACHE_BYTES), offered)
        self._show = CompareShow(self.widget)
        self._indices: dict[int, StaticIndex] = {}
        self._seed = 1
        self._chosen: int | None = None  # a filter of the selected tile, of which there may be several
        self._shown = False
        self._dirty = True
        self._recolour = False
        self._task = LatestTask("compare", self)
        self._ranking = LatestTask("static-index", self)
        self._refresh_timer = _timer(self, 0, self._refresh)
        self._stale_timer = _timer(self, STALE_AFTER_MS, self._show.fade)
        self.widget.set_comparison(parts.state.text(STATE_KEY, COMPARISONS[0][0]))
        self._connect_parts()
        self._connect_panel()

    def set_shown(self, shown: bool) -> None:
        """Begin to compute and to follow, or stop."""
        self._shown = shown
        if not shown:
            self._dirty = self._dirty or self.busy
            for part in (self._task, self._ranking):
                part.cancel()
            for timer in (self._refresh_timer, self._stale_timer):
                timer.stop()
            return
        self._on_frame_changed(self._parts.driver.frame)
        self._on_voxel_changed()
        if self._dirty:
            self._refresh()
        elif self._recolour:
            self._on_contrast_changed()

    def preset(self) -> dict[str, Any]:
        """Return how the page is set, as `apply_preset` takes it."""
        panel = self.widget
        return {"comparison": panel.comparison, "frozen": panel.freeze_button.isChecked()}

    def apply_preset(self, options: Mapping[str, Any]) -> None:
        """Show a comparison as a lesson wants it, with the clip frozen or not; it is not remembered.

        Raises
        ------
        UsageError
            For any other option.
        """
        keys = tuple(key for key, _, _ in COMPARISONS)
        wanted = page_options(options, {"comparison": keys[0], "frozen": False}, comparison=keys)
        self.widget.freeze_button.setChecked(wanted["frozen"])
        if wanted["comparison"] != self.widget.comparison:
            self.widget.set_comparison(wanted["comparison"])
            self._on_question_changed()

    def shutdown(self) -> None:
        """Wait for the workers."""
        self.set_shown(False)
        self._task.shutdown()
        self._ranking.shutdown()

    @property
    def answers(self) -> "dict[str, Answer]":
        """What has been computed, by the keys of `core.analysis.compare`."""
        return dict(self._show.answers)

    @property
    def busy(self) -> bool:
        """Whether something is still to come."""
        return self._refresh_timer.isActive() or self._task.busy or self._ranking.busy

    def _connect_parts(self) -> None:
        session, parts, columns = self._parts.session, self._parts, self.widget.columns
        for changed in (
            session.clip_changed,
            session.bank_changed,
            session.view_changed,
            session.convolution_changed,
            session.working_size_changed,
            parts.display.selection_changed,
        ):
            changed.connect(self._on_question_changed)
        session.contrast_changed.connect(self._on_contrast_changed)
        parts.driver.frame_changed.connect(self._on_frame_changed)
        parts.probe.voxel_changed.connect(self._on_voxel_changed)
        parts.probe.pinned_changed.connect(self._on_voxel_changed)
        parts.workspace.input_panel.hovered.connect(columns.set_cross)
        columns.hovered.connect(columns.set_cross)
        columns.hovered.connect(parts.workspace.input_panel.set_cross)
        columns.pointed.connect(parts.probe.hover)
        columns.picked.connect(parts.probe.pin)

    def _connect_panel(self) -> None:
        panel = self.widget
        panel.plot.frame_requested.connect(self._parts.driver.seek)
        panel.comparison_changed.connect(self._on_comparison_changed)
        panel.freeze_toggled.connect(self._on_question_changed)
        panel.ranking_toggled.connect(self._on_question_changed)
        panel.shuffle_requested.connect(self._on_shuffle_requested)
        panel.bank_requested.connect(self._on_bank_requested)
        for chooser in (panel, panel.table):
            chooser.filter_chosen.connect(self._on_filter_chosen)
        self._task.result_ready.connect(self._on_result_ready)
        self._task.finished.connect(self._on_finished)
        self._task.failed.connect(self._on_failed)
        self._ranking.result_ready.connect(self._on_index_ready)
        self._ranking.finished.connect(self._on_ranked)
        self._ranking.failed.connect(self._on_failed)

    # Computing

    @Slot()
    def _refresh(self) -> None:
        """Ask the worker for what is to be seen now."""
        request = self._wanted()
        self._ranking.cancel()
        self._dirty = False
        if request is None:
            self._task.cancel()
            self._show.forget()
            self.widget.set_message(NO_CLIP)
        elif self.widget.ranking:
            self._rank(request)
        else:
            self._show.ask(request)
            self._stale_timer.start()
            self._task.start(request.work)

    def _wanted(self) -> CompareRequest | None:
        session, panel = self._parts.session, self.widget
        if session.clip is None:
            return None
        frozen = panel.comparison == "dimensions" and panel.freeze_button.isChecked()
        return CompareRequest(
            panel.comparison,
            session.clip,
            session.working_size,
            session.bank,
            self._member(),
            session.convolution,
            self._seed,
            frozen,
        )

    def _member(self) -> int:
        """Return the filter that is compared: of a tile of several the chosen one, or else the first."""
        members = self._parts.session.members(self._parts.display.selected)
        if self._chosen is not None and self._chosen in members:
            return self._chosen
        return members[0] if members else 0

    def _rank(self, request: CompareRequest) -> None:
        self._task.cancel()
        self._stale_timer.stop()
        self._show.forget()  # the columns are made anew afterwards
        self._indices = {}
        self.widget.table.set_rows([], 0)
        self.widget.set_message("")
        self.widget.set_filter(f"{len(request.bank)} FILTERS, the most static first", None)
        self.widget.set_remark(RANKING)
        self._ranking.start(request.ranking)

    # What the workers send

    @Slot(object)
    def _on_result_ready(self, result: "Prepared | Answer") -> None:
        if isinstance(result, Prepared):
            count = len(self._parts.session.members(self._parts.display.selected))
            part = f", one of the {count} filters that the selected tile is made of" if count > 1 else ""
            self._show.prepare(result, part)
        else:
            self._show.add(result)
            self._show_films()
        self._show.show_remark()
        self._on_voxel_changed()

    @Slot()
    def _on_finished(self) -> None:
        self._stale_timer.stop()

    @Slot(str)
    def _on_failed(self, sentence: str) -> None:
        self._stale_timer.stop()
        self._show.forget()
        self._dirty = True
        self.widget.set_message(sentence)

    @Slot(object)
    def _on_index_ready(self, found: "tuple[int, StaticIndex]") -> None:
        number, index = found
        self._indices[number] = index

    @Slot()
    def _on_ranked(self) -> None:
        from core.analysis.ranking import by_static_index

        indices, names = self._indices, self._parts.session.bank.names
        order = by_static_index([indices[i].value for i in range(len(indices))])
        found = ((i, indices[i]) for i in order)
        rows = [IndexRow(i, names[i], each.energy, each.value, each.sentence) for i, each in found]
        self.widget.table.set_rows(rows, self._member())
        self.widget.set_remark(RANKED)

    # Slots

    def _show_films(self) -> None:
        self._show.show_films(self._parts.session.contrast)

    @Slot()
    def _on_contrast_changed(self) -> None:
        self._recolour = not self._shown  # scales are found in all answers: not for a hidden page
        if self._shown:
            self._show_films()

    @Slot()
    def _on_question_changed(self) -> None:
        """Compute anew when everybody has been told; nothing while another page is in front."""
        self._dirty = True
        if self._shown:
            self._refresh_timer.start()
        else:
            self._show.forget()

    @Slot(str)
    def _on_comparison_changed(self, key: str) -> None:
        self._parts.state.remember(STATE_KEY, key)
        self._on_question_changed()

    @Slot()
    def _on_shuffle_requested(self) -> None:
        self._seed += 1
        self._on_question_changed()

    @Slot(str)
    def _on_bank_requested(self, name: str) -> None:
        try:
            self._parts.session.set_bank(make_bank(name), bank_kind(name).title)
        except WavecubeError as error:
            self.widget.set_message(str(error))

    @Slot(int)
    def _on_filter_chosen(self, index: int) -> None:
        session, display = self._parts.session, self._parts.display
        self._chosen = index
        if index not in session.members(display.selected):
            tiles = range(len(session.tile_names))
            display.select(next((t for t in tiles if index in session.members(t)), 0))
        self.widget.rank_button.setChecked(False)
        self._on_question_changed()

    @Slot(int)
    def _on_frame_changed(self, frame: int) -> None:
        if self._shown:
            self.widget.columns.set_clip_frame(frame)
            self.widget.plot.set_frame(frame)

    @Slot()
    def _on_voxel_changed(self) -> None:
        if self._shown:
            self._show.look_at(self._parts.probe.voxel, self._parts.probe.pinned)


def _timer(owner: ComparePage, wait: int, slot: Callable[[], None]) -> QTimer:
    timer = QTimer(owner)
    timer.setSingleShot(True)
    timer.setInterval(wait)
    timer.timeout.connect(slot)
    return timer
