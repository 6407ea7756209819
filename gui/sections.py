"""The page of sections: input, feature volume and kernel cut in three planes, a ruler, and the cube.

There is one cursor, a voxel of the clip as the filters see it. It follows the mouse, the playhead and the
probe; a pinned response holds it. What the response sees is the box around it, and the kernel is cut where
it lies on the cursor.
"""

from PySide6.QtCore import QEvent, QObject, QTimer, Slot
from PySide6.QtGui import QKeyEvent

from core.clip import Clip
from core.display.kernels import kernel_planes
from core.display.sections import Extent, Places, Position
from core.display.slices import AXES
from core.settings import Triple
from gui.cuts import ClipCuts, KernelCuts, VolumeCuts
from gui.display import STALE_AFTER_MS
from gui.parts import Parts
from gui.section_ruler import SectionRuler
from gui.widgets.section_grid import Pointed, Row
from gui.widgets.section_panel import SectionPanel

RULER_KEY = "U"


class SectionsPage(QObject):
    """Keeps the sections true to session, selection, playhead and probe while they are shown; GUI thread."""

    def __init__(self, parts: Parts) -> None:
        super().__init__(parts.workspace)
        self._parts = parts
        self.widget = panel = SectionPanel()
        self._shown = False
        self._own = False
        self._places: Places | None = None
        self._cursor: Position = (0.0, 0.0, 0.0)
        self._output: Triple | None = None
        self._tap: Position = (0.0, 0.0, 0.0)
        self._cuts: dict[Row, ClipCuts | VolumeCuts | KernelCuts | None] = dict.fromkeys(Row)
        self.ruler = SectionRuler(panel.bar, panel.grid, self._working_clip, self._at, self)
        self._stale = QTimer(self)
        self._stale.setSingleShot(True)
        self._stale.setInterval(STALE_AFTER_MS)
        self._stale.timeout.connect(self._show_volume)
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
            self._stale.stop()

    def shutdown(self) -> None:
        """Wait for the workers."""
        self.ruler.shutdown()

    def takes_key(self, event: QKeyEvent) -> bool:
        """Lay the ruler with U."""
        if event.text().upper() != RULER_KEY:
            return False
        if event.type() is QEvent.Type.KeyPress and not event.isAutoRepeat():
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
            changed.connect(self._on_session_changed)
        session.volume_added.connect(self._on_volume_added)
        parts.display.selection_changed.connect(self._on_session_changed)
        parts.driver.frame_changed.connect(self._on_frame_changed)
        parts.probe.voxel_changed.connect(self._on_voxel_changed)
        parts.probe.pinned_changed.connect(self._on_voxel_changed)
        parts.workspace.input_panel.hovered.connect(self._on_input_hovered)
        panel.grid.pointed.connect(self._on_pointed)
        panel.grid.picked.connect(self._on_picked)
        panel.bar.whole_toggled.connect(panel.grid.set_whole)
        panel.kernel_head.chosen.connect(self._show_kernel)
        panel.cube.source_changed.connect(self._show_cube)

    def _working_clip(self) -> Clip | None:
        return self._parts.session.working_clip

    def _at(self) -> Position:
        return self._cursor

    # Showing

    def _refresh(self) -> None:
        """Show everything anew."""
        if not self._shown:
            return
        self._show_places()
        self._show_input()
        self._show_kernel()
        self._show_volume(patient=True)
        self.ruler.set_filter(
            self._parts.session.bank,
            self._parts.session.view,
            self._parts.display.selected,
            self._parts.session.convolution.dilation,
        )
        self._follow_probe()

    def _show_places(self) -> None:
        probe, session = self._parts.probe, self._parts.session
        clip, axes = probe.clip_shape, probe.axes
        before = self._places
        if clip is None or axes is None:
            self._places = None
        else:
            size, dilation = session.bank.kernel_size, session.convolution.dilation
            self._places = Places.of(clip, size, probe.shape, axes, dilation)
        self.widget.set_places(self._places)
        if self._places is not None and (before is None or before.clip_shape != self._places.clip_shape):
            _, rows, columns = self._places.clip_shape
            self._cursor = (float(self._parts.driver.frame), float(rows // 2), float(columns // 2))
            self.ruler.drop()

    def _show_input(self) -> None:
        clip = self._parts.session.working_clip
        self._cuts[Row.INPUT] = ClipCuts(clip) if clip is not None else None
        wait = "no clip yet" if self._parts.session.clip is None else "computing…"
        self.widget.grid.set_cuts(Row.INPUT, self._cuts[Row.INPUT], wait)
        if clip is not None:
            self.widget.grid.set_heading(
                Row.INPUT, f"INPUT   {len(clip)} frames, {clip.width}×{clip.height} px"
            )
        self.ruler.refresh()
        self._show_cube()

    @Slot()
    def _show_volume(self, patient: bool = False) -> None:
        """Show the selected volume; what was there stays a moment while a new one is computed."""
        session, tile = self._parts.session, self._parts.display.selected
        if not self._shown:
            return
        if tile < len(session.volumes):
            self._stale.stop()
            volume, limits = session.volumes[tile], session.limits(tile)
            self._cuts[Row.VOLUME] = VolumeCuts(volume, limits, session.table)
            self.widget.cube.legend.set_scale(limits, session.table, session.clipped(tile))
        elif patient and session.computing and self._cuts[Row.VOLUME] is not None:
            if not self._stale.isActive():
                self._stale.start()
            return
        else:
            self._cuts[Row.VOLUME] = None
            self.widget.cube.legend.set_scale(None, None)
        wait = "computing…" if session.computing else "no response: the kernel does not fit"
        if session.clip is None:
            wait = "no clip yet"
        self.widget.grid.set_cuts(Row.VOLUME, self._cuts[Row.VOLUME], wait)
        name = session.tile_names[tile] if tile < len(session.tile_names) else ""
        plain = name == f"filter {tile + 1}"
        self.widget.grid.set_heading(
            Row.VOLUME, f"FEATURE VOLUME {tile + 1}" + ("" if plain else f"   {name}")
        )
        self._show_cube()

    @Slot()
    def _show_kernel(self) -> None:
        session, head = self._parts.session, self.widget.kernel_head
        members = session.members(self._parts.display.selected) or (0,)
        head.set_filters([f"filter {i + 1}" for i in members])
        index = members[min(head.member, len(members) - 1)]
        kernel = session.bank[index]
        planes = kernel_planes(kernel)
        head.set_channels(planes.names)
        size = "×".join(str(side) for side in session.bank.kernel_size)
        head.set_title(f"KERNEL {index + 1}   {size} (t×y×x)")
        cuts = KernelCuts(planes, min(head.channel, len(planes.names) - 1))
        self._cuts[Row.KERNEL] = cuts
        self.widget.grid.set_cuts(Row.KERNEL, cuts)
        self.widget.cube.weights.set_limit(kernel.limit)
        self._show_value()

    @Slot()
    def _show_cube(self) -> None:
        places, panel = self._places, self.widget.cube
        cuts = self._cuts[Row.VOLUME if panel.shows_volume else Row.INPUT]
        room = None
        if places is not None:
            t, y, x = (Extent.of(n) for n in places.clip_shape)
            room = (t, y, x)
        panel.set_cuts(cuts, room, "no response" if panel.shows_volume else "no clip yet")
        self._show_cube_cursor()

    def _show_cube_cursor(self) -> None:
        places, panel = self._places, self.widget.cube
        if places is None:
            panel.set_cursor(None, None, None)
            return
        field = places.field(self._output) if self._output is not None else None
        voxel = self._output if panel.shows_volume else places.input_at(self._cursor)
        panel.set_cursor(self._cursor, field, voxel)

    def _show_cursor(self) -> None:
        """Cut everything at the cursor."""
        if self._places is None or not self._shown:
            return
        self.widget.grid.set_cursor(self._cursor, self._output, self._tap)
        self.widget.grid.set_playhead(self._parts.driver.frame)
        self.widget.bar.set_shortened(self.widget.grid.shortened)
        self._parts.workspace.input_panel.set_cross(self._cursor[1:])
        self._show_cube_cursor()
        self._show_value()

    def _show_value(self) -> None:
        """Say which numbers lie at the cursor."""
        places = self._places
        if places is None:
            self.widget.value.set_text("")
            return
        parts = ["cursor " + ", ".join(f"{a} {_plain(p)}" for a, p in zip(AXES, self._cursor, strict=True))]
        source, clip = places.input_at(self._cursor), self._cuts[Row.INPUT]
        if clip is not None and source is not None:
            parts.append(f"input {clip.value_text(source)}")
        volume, output = self._cuts[Row.VOLUME], self._output
        if output is None:
            parts.append("no response here: the kernel would reach outside")
        elif volume is not None and all(o < n for o, n in zip(output, volume.shape, strict=True)):
            parts.append(f"response {_place(output)} = {volume.value_text(output)}")
        kernel = self._cuts[Row.KERNEL]
        if kernel is not None:
            t, y, x = (axis.nearest_tap(tap) for axis, tap in zip(places.axes, self._tap, strict=True))
            if all(k < n for k, n in zip((t, y, x), kernel.shape, strict=True)):
                parts.append(f"weight {_place((t, y, x))} = {kernel.value_text((t, y, x))}")
        self.widget.value.set_text("   ·   ".join(parts))

    # The cursor

    def _go(self, position: Position, output: Triple | None, probe: bool = True) -> None:
        """Put the cursor on a voxel of the clip, and the probe on the response there."""
        places = self._places
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

    def _home(self, output: Triple) -> Position:
        """Return the voxel of the clip over which an output lies."""
        assert self._places is not None
        t, y, x = (float(axis.axis.frame_of(o)) for axis, o in zip(self._places.axes, output, strict=True))
        return self._places.clamped((t, y, x))

    def _follow_probe(self) -> None:
        """Put the cursor where the probe is; without one it stays where it was."""
        places, voxel = self._places, self._parts.probe.voxel
        if places is None:
            self._output = None
            return
        if voxel is None:
            cursor = places.clamped(self._cursor)
            self._go(cursor, places.output_at(cursor), probe=False)
        else:
            self._go(self._home(voxel), voxel, probe=False)

    # Slots

    @Slot()
    def _on_session_changed(self) -> None:
        self._refresh()

    @Slot(int)
    def _on_volume_added(self, index: int) -> None:
        if self._shown and self._cuts[Row.INPUT] is None:
            self._show_input()
        if self._shown and index == self._parts.display.selected:
            self._show_volume()
            self._show_value()

    @Slot()
    def _on_voxel_changed(self) -> None:
        if self._shown and not self._own:
            self._follow_probe()

    @Slot(int)
    def _on_frame_changed(self, frame: int) -> None:
        if not self._shown or self._own or self._places is None:
            return
        self.widget.grid.set_playhead(frame)
        if not self._parts.probe.pinned:
            cursor = (float(frame), *self._cursor[1:])
            self._go(cursor, self._places.output_at(cursor))

    @Slot(object)
    def _on_input_hovered(self, place: tuple[float, float] | None) -> None:
        """Follow the mouse over the input beside the page."""
        if place is None or not self._shown or self._places is None or self._parts.probe.pinned:
            return
        y, x = (float(int(p + 0.5)) for p in place)
        cursor = self._places.clamped((self._cursor[0], y, x))
        self._go(cursor, self._places.output_at(cursor))

    @Slot(object)
    def _on_pointed(self, at: Pointed | None) -> None:
        if at is None or self._places is None:
            return
        if at.row is Row.KERNEL:
            self._look_at_tap(at.position)
        elif not self._parts.probe.pinned:
            self._go(*self._under(at))

    @Slot(object)
    def _on_picked(self, at: Pointed | None) -> None:
        if at is None or self._places is None or at.row is Row.KERNEL:
            return
        position, output = self._under(at)
        output = output or self._places.nearest_output(position)
        if output is None:
            return
        self._own = True
        try:
            self._parts.probe.pin(output)
            self._parts.probe.show_frame()
        finally:
            self._own = False
        self._go(self._home(output), output, probe=False)

    def _under(self, at: Pointed) -> tuple[Position, Triple | None]:
        """Return the voxel of the clip under the mouse, and the response there."""
        assert self._places is not None
        output = self._places.output_at(at.position)
        if at.row is Row.VOLUME and output is not None:
            position = self._home(output)
        else:
            t, y, x = (float(int(p + 0.5)) for p in at.position)
            position = self._places.clamped((t, y, x))
            output = self._places.output_at(position)
        if self._parts.driver.head.playing:  # the film says what time it is
            position = (float(self._parts.driver.frame), position[1], position[2])
            output = self._places.output_at(position)
        return position, output

    def _look_at_tap(self, place: Position) -> None:
        """Cut the kernel at another tap; the cursor goes to the input that it lies on."""
        places = self._places
        assert places is not None
        t, y, x = (float(axis.nearest_tap(tap)) for axis, tap in zip(places.axes, place, strict=True))
        self._tap = (t, y, x)
        if self._output is not None:
            position = places.tap_position(self._tap, self._output)
            if places.input_at(position) is not None:
                self._cursor = position
        self._show_cursor()


def _plain(position: float) -> str:
    return f"{position:g}"


def _place(voxel: Triple) -> str:
    return f"({', '.join(map(str, voxel))})"
