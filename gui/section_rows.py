"""What the page of sections cuts: input, selected volume and kernel, as the session has them now."""

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer, Slot

from core.clip import Clip
from core.display.kernels import kernel_planes
from core.display.sections import Extent, Places
from gui.cuts import ClipCuts, Cuts, KernelCuts, VolumeCuts
from gui.display import STALE_AFTER_MS
from gui.parts import Parts
from gui.widgets.section_grid import Row
from gui.widgets.section_panel import SectionPanel


class SectionRows(QObject):
    """Fills rows, headings, legends and cube; GUI thread.

    Parameters
    ----------
    changed
        Called when other numbers lie at the cursor.
    """

    def __init__(
        self, parts: Parts, panel: SectionPanel, changed: Callable[[], None], parent: QObject
    ) -> None:
        super().__init__(parent)
        self._parts, self._panel, self._changed = parts, panel, changed
        self._places: Places | None = None
        self._cuts: dict[Row, Cuts | None] = dict.fromkeys(Row)
        self._stale = QTimer(self)
        self._stale.setSingleShot(True)
        self._stale.setInterval(STALE_AFTER_MS)
        self._stale.timeout.connect(self._on_stale)
        panel.kernel_head.chosen.connect(self.show_kernel)
        panel.cube.source_changed.connect(self.show_cube)

    @property
    def places(self) -> Places | None:
        """Where input, volume and kernel lie over one another; None without a clip."""
        return self._places

    @property
    def cuts(self) -> dict[Row, Cuts | None]:
        """What is cut in each row."""
        return self._cuts

    def working_clip(self) -> Clip | None:
        """Return the clip as the filters see it; where that is its own size, nobody has to make it first."""
        clip, shape = self._parts.session.clip, self._parts.probe.clip_shape
        own = clip is not None and shape == (len(clip), clip.height, clip.width)
        return clip if own else self._parts.session.working_clip

    def show_all(self) -> None:
        """Show everything anew; a volume that is out of date stays a moment."""
        self.show_places()
        self.show_input()
        self.show_kernel()
        self.show_volume(patient=True)

    def release(self) -> None:
        """Keep nothing large for a page that nobody sees."""
        self._stale.stop()
        for row in Row:
            self._set(row, None)
        self.show_cube()

    def show_places(self) -> bool:
        """Measure the shapes that there are now; return whether the clip has another one."""
        probe, session, before = self._parts.probe, self._parts.session, self._places
        clip, axes = probe.clip_shape, probe.axes
        self._places = None
        if clip is not None and axes is not None:
            size, dilation = session.bank.kernel_size, session.convolution.dilation
            self._places = Places.of(clip, size, probe.shape, axes, dilation)
        self._panel.set_places(self._places)
        return clip is not None and (before is None or before.clip_shape != clip)

    def show_input(self) -> None:
        """Show the clip."""
        clip = self.working_clip()
        wait = "no clip yet" if self._parts.session.clip is None else "computing…"
        self._set(Row.INPUT, ClipCuts(clip) if clip is not None else None, wait)
        if clip is not None:
            facts = f"INPUT   {len(clip)} frames, {clip.width}×{clip.height} px"
            self._panel.grid.set_heading(Row.INPUT, facts)
        self.show_cube()

    def show_volume(self, patient: bool = False) -> None:
        """Show the selected volume; while a new one is computed, the old one may stay a moment."""
        session, tile, legend = self._parts.session, self._parts.display.selected, self._panel.cube.legend
        wait = "computing…" if session.computing else "no response: the kernel does not fit"
        if tile < len(session.volumes):
            self._stale.stop()
            volume, limits = session.volumes[tile], session.limits(tile)
            self._set(Row.VOLUME, VolumeCuts(volume, limits, session.table))
            legend.set_scale(limits, session.table, session.clipped(tile))
        elif patient and session.computing and self._cuts[Row.VOLUME] is not None:
            if not self._stale.isActive():
                self._stale.start()
            return
        else:
            self._set(Row.VOLUME, None, "no clip yet" if session.clip is None else wait)
            legend.set_scale(None, None)
        name = session.tile_names[tile] if tile < len(session.tile_names) else ""
        plain = name == f"filter {tile + 1}"
        self._panel.grid.set_heading(
            Row.VOLUME, f"FEATURE VOLUME {tile + 1}   {'' if plain else name}".strip()
        )
        self.show_cube()

    @Slot()
    def show_kernel(self) -> None:
        """Show the kernel of the selected tile, or of one of its filters."""
        session, head = self._parts.session, self._panel.kernel_head
        members = session.members(self._parts.display.selected) or (0,)
        head.set_filters([f"filter {i + 1}" for i in members])
        index = members[min(head.member, len(members) - 1)]
        kernel = session.bank[index]
        planes = kernel_planes(kernel)
        head.set_channels(planes.names)
        size = "×".join(str(side) for side in session.bank.kernel_size)
        head.set_title(f"KERNEL {index + 1}   {size} (t×y×x)")
        self._set(Row.KERNEL, KernelCuts(planes, min(head.channel, len(planes.names) - 1)))
        self._panel.cube.weights.set_limit(kernel.limit)

    @Slot()
    def show_cube(self) -> None:
        """Let the cube show the input, or the volume."""
        places, cube = self._places, self._panel.cube
        room = None
        if places is not None:
            t, y, x = (Extent.of(n) for n in places.clip_shape)
            room = (t, y, x)
        row = Row.VOLUME if cube.shows_volume else Row.INPUT
        cube.set_cuts(self._cuts[row], room, "no response" if cube.shows_volume else "no clip yet")
        self._changed()

    def _set(self, row: Row, cuts: Cuts | None, message: str = "") -> None:
        self._cuts[row] = cuts
        self._panel.grid.set_cuts(row, cuts, message)
        self._changed()

    @Slot()
    def _on_stale(self) -> None:
        self.show_volume()
