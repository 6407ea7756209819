"""The page of sections: input, feature volume and kernel cut in three planes, a ruler, and the cube.

There is one cursor, a voxel of the clip as the filters see it. It follows the mouse, the playhead and the
probe; a pinned response holds it. What the response sees is the box around it, and the kernel is cut where
it lies on the cursor.
"""

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import QEvent, Qt, Slot
from PySide6.QtGui import QKeyEvent

from core.display.sections import Position
from core.settings import Triple
from gui.page import Page
from gui.page_options import page_options
from gui.parts import Parts
from gui.section_rows import SectionRows
from gui.section_ruler import SectionRuler
from gui.section_text import cursor_text
from gui.widgets.section_grid import Pointed, Row
from gui.widgets.section_panel import SectionPanel
from gui.widgets.step_keys import STEPS, modifiers_of

RULER_KEY = Qt.Key.Key_U


class SectionsPage(Page):
    """Keeps the sections true to session, selection, playhead and probe while they are shown; GUI thread."""

    widget: SectionPanel

    def __init__(self, parts: Parts) -> None:
        super().__init__(parts)
        self.widget = panel = SectionPanel()
        self._shown = False
        self._own = False
        self._cursor: Position = (0.0, 0.0, 0.0)
        self._output: Triple | None = None
        self._tap: Position = (0.0, 0.0, 0.0)
        self.rows = SectionRows(parts, panel, self._show_values, self)
        self.ruler = SectionRuler(panel.bar, panel.grid, self.rows.working_clip, self._at, self)
        self._connect()

    @property
    def cursor(self) -> Position:
        """(t, y, x) in the clip as the filters see it."""
        return self._cursor

    @property
    def output(self) -> Triple | None:
        """The response at the cursor, in the volume's own frames, rows and columns."""
        return self._output

    @property
    def tap(self) -> Position:
        """Where the kernel is cut, in taps."""
        return self._tap

    def set_shown(self, shown: bool) -> None:
        """Follow everything while the page is in front."""
        self._shown = shown
        if shown:
            self._refresh()
        else:
            self.rows.release()

    def shutdown(self) -> None:
        """Wait for the workers."""
        self.ruler.shutdown()

    def preset(self) -> dict[str, Any]:
        """Return how the page is set, as `apply_preset` takes it."""
        cube = self.widget.cube
        shown = "volume" if cube.shows_volume else "input"
        return {"cube": shown, "cut": cube.follow_box.isChecked(), "ruler": self.ruler.ruler is not None}

    def apply_preset(self, options: Mapping[str, Any]) -> None:
        """Set cube and ruler as a lesson wants them.

        Raises
        ------
        UsageError
            For any other option.
        """
        wanted = page_options(
            options, {"cube": "input", "cut": False, "ruler": False}, cube=("input", "volume")
        )
        cube = self.widget.cube
        (cube.volume_button if wanted["cube"] == "volume" else cube.input_button).click()
        cube.follow_box.setChecked(wanted["cut"])
        self.ruler.lay(wanted["ruler"])

    def takes_key(self, event: QKeyEvent) -> bool:
        """Lay the ruler with U; go from weight to weight of the kernel with Alt and an arrow, [ or ]."""
        pressed = event.type() is QEvent.Type.KeyPress
        modifiers = modifiers_of(event)
        step = STEPS.get(event.key()) if modifiers == Qt.KeyboardModifier.AltModifier else None
        if step is not None:
            if pressed and self.rows.places is not None:
                t, y, x = (
                    tap + by for tap, by in zip(self.rows.places.nearest_tap(self._tap), step, strict=True)
                )
                self._look_at_tap((t, y, x))
            return True
        if event.key() != RULER_KEY or modifiers:
            return False
        if pressed and not event.isAutoRepeat():
            self.ruler.toggle()
        return True

    def _connect(self) -> None:
        parts, panel, session = self._parts, self.widget, self._parts.session
        for changed in (
            session.clip_changed,
            session.bank_changed,
            session.view_changed,
            session.convolution_changed,
            session.working_size_changed,
            session.computing_started,
            session.computing_finished,
            session.computing_failed,
            session.scale_changed,
        ):
            changed.connect(self._refresh)
        session.volume_added.connect(self._on_volume_added)
        parts.display.selection_changed.connect(self._refresh)
        parts.driver.frame_changed.connect(self._on_frame_changed)
        parts.probe.voxel_changed.connect(self._on_voxel_changed)
        parts.probe.pinned_changed.connect(self._on_voxel_changed)
        parts.workspace.input_panel.hovered.connect(self._on_input_hovered)
        panel.grid.pointed.connect(self._on_pointed)
        panel.grid.picked.connect(self._on_picked)
        panel.bar.whole_toggled.connect(panel.grid.set_whole)

    def _at(self) -> Position:
        return self._cursor

    # Showing

    @Slot()
    def _refresh(self) -> None:
        """Show everything anew."""
        if not self._shown:
            return
        session, display = self._parts.session, self._parts.display
        self._measure()
        self.rows.show_all()
        self.ruler.refresh()
        self.ruler.set_filter(session.bank, session.view, display.selected, session.convolution.dilation)
        self._follow_probe()

    def _measure(self) -> None:
        """Take over the shapes that there are now; on another clip cursor and ruler begin anew."""
        if self.rows.show_places() and self.rows.places is not None:
            _, rows, columns = self.rows.places.clip_shape
            self._cursor = (float(self._parts.driver.frame), float(rows // 2), float(columns // 2))
            self.ruler.drop()

    def _show_cursor(self) -> None:
        """Cut everything at the cursor."""
        if self.rows.places is None or not self._shown:
            return
        self.widget.grid.set_cursor(self._cursor, self._output, self._tap)
        self.widget.grid.set_playhead(self._parts.driver.frame)
        self.widget.bar.set_shortened(self.widget.grid.shortened)
        self._parts.workspace.input_panel.set_cross(self._cursor[1:])
        self._show_values()

    def _show_values(self) -> None:
        """Say which numbers lie at the cursor, and where it is in the cube."""
        places, cube = self.rows.places, self.widget.cube
        if places is None or not self._shown:
            self.widget.value.set_text("")
            cube.set_cursor(None, None, None)
            return
        field = places.field(self._output) if self._output is not None else None
        voxel = self._output if cube.shows_volume else places.input_at(self._cursor)
        cube.set_cursor(self._cursor, field, voxel)
        text = cursor_text(places, self._cursor, self._output, self._tap, self.rows.cuts)
        held = "pinned, Esc lets go   ·   " if self._parts.probe.pinned else ""
        self.widget.value.set_text(held + text)

    # The cursor

    def _go(self, position: Position, output: Triple | None, probe: bool = True) -> None:
        """Put the cursor on a voxel of the clip, and the probe on the response there."""
        places = self.rows.places
        if places is None:
            return
        t, y, x = places.clamped(position)
        self._cursor, self._output = (t, y, x), output
        self._tap = places.tap_at(self._cursor, output) if output is not None else places.middle_tap
        self._own = True
        try:
            if probe:
                self._parts.probe.hover(output)
            if not self._parts.driver.head.playing and not self._parts.probe.pinned:
                self._parts.driver.seek(int(t))
        finally:
            self._own = False
        self._show_cursor()

    def _follow_probe(self) -> None:
        """Put the cursor where the probe is; without one it stays where it was."""
        places, voxel = self.rows.places, self._parts.probe.voxel
        if places is None:
            self._output = None
            return
        if voxel is None:
            cursor = places.clamped(self._cursor)
            self._go(cursor, places.output_at(cursor), probe=False)
        else:
            self._go(places.home(voxel), voxel, probe=False)

    # Slots

    @Slot(int)
    def _on_volume_added(self, index: int) -> None:
        if self._shown and self.rows.cuts[Row.INPUT] is None:
            self.rows.show_input()
            self.ruler.refresh()
        if self._shown and index == self._parts.display.selected:
            self.rows.show_volume()

    @Slot()
    def _on_voxel_changed(self) -> None:
        if self._shown and not self._own:
            self._measure()  # told of new shapes before this page is
            self._follow_probe()

    @Slot(int)
    def _on_frame_changed(self, frame: int) -> None:
        if not self._shown or self._own or self.rows.places is None:
            return
        self.widget.grid.set_playhead(frame)
        if not self._parts.probe.pinned:
            cursor = (float(frame), *self._cursor[1:])
            self._go(cursor, self.rows.places.output_at(cursor))

    @Slot(object)
    def _on_input_hovered(self, place: tuple[float, float] | None) -> None:
        """Follow the mouse over the input beside the page."""
        if place is None or not self._shown or self.rows.places is None or self._parts.probe.pinned:
            return
        cursor = self.rows.places.rounded((self._cursor[0], *place))
        self._go(cursor, self.rows.places.output_at(cursor))

    @Slot(object)
    def _on_pointed(self, at: Pointed | None) -> None:
        if at is None or self.rows.places is None:
            return
        if at.row is Row.KERNEL:
            self._look_at_tap(at.position)
        elif not self._parts.probe.pinned:
            self._go(*self._under(at))

    @Slot(object)
    def _on_picked(self, at: Pointed | None) -> None:
        places = self.rows.places
        if at is None or places is None or at.row is Row.KERNEL:
            return
        position, output = self._under(at)
        output = output or places.nearest_output(position)
        if output is None:
            return
        self._own = True
        try:
            self._parts.probe.pin(output)
            self._parts.probe.show_frame()
        finally:
            self._own = False
        self._go(places.home(output), output, probe=False)

    def _under(self, at: Pointed) -> tuple[Position, Triple | None]:
        """Return the voxel of the clip under the mouse, and the response there."""
        places = self.rows.places
        assert places is not None
        output = places.output_at(at.position)
        if at.row is Row.VOLUME and output is not None:
            position = places.home(output)
        else:
            position = places.rounded(at.position)
            output = places.output_at(position)
        if self._parts.driver.head.playing:  # the film says what time it is
            position = (float(self._parts.driver.frame), position[1], position[2])
            output = places.output_at(position)
        return position, output

    def _look_at_tap(self, place: Position) -> None:
        """Cut the kernel at another tap; the cursor goes to the input that it lies on."""
        places = self.rows.places
        assert places is not None
        t, y, x = places.nearest_tap(place)
        self._tap = (float(t), float(y), float(x))
        if self._output is not None:
            position = places.tap_position(self._tap, self._output)
            if places.input_at(position) is not None:
                self._cursor = position
        self._show_cursor()
