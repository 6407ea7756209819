"""The inspector: why one response has the value it has, and in reverse, what one input reaches.

It follows the probe. What is shown is made anew at every voxel: that takes about a millisecond, because only
the voxels under the kernel are looked at.
"""

from collections.abc import Callable, Mapping
from typing import Any

from PySide6.QtCore import QEvent, Qt, QTimer, Slot
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence

from core.analysis import snippets
from core.analysis.inspect_tile import Account, account
from core.analysis.inspector import Inspection, applied_kernel
from core.display.colormap import ColorTable, color_table
from core.display.sheet import CellPlace
from core.settings import Triple
from core.volume import FeatureVolume
from gui import inspector_words as words
from gui.films import PictureCache, VolumeFilm
from gui.inspected import Inspected
from gui.page import Page
from gui.page_options import page_options
from gui.parts import Parts
from gui.reverse import Reverse
from gui.widgets.inspector_panel import InspectorPanel

PICTURES = 64 * 2**20
# Volumes that are there sooner leave the old numbers alone: no flicker.
PATIENCE_MS = 200
NO_CLIP = "There is no clip yet: record one, or open one, and every response can be taken apart here."
NO_FIT = "The kernel does not fit into the clip with these settings, so there are no responses."
COMPUTING = "Computing the responses …"
FOLLOWS = "follows the mouse; click (or P) to stay"
STAYS = "pinned; arrows and [ ] move it, Esc lets go"


class InspectorPage(Page):
    """Keeps the panel true to session, selection and probe; GUI thread."""

    widget: InspectorPanel

    def __init__(self, parts: Parts) -> None:
        super().__init__(parts)
        self.widget = InspectorPanel(PictureCache(PICTURES))
        self._shown = False
        self._part = 0
        self._account: Account | None = None
        self._volume: FeatureVolume | None = None
        self._patience = QTimer(self)
        self._patience.setSingleShot(True)
        self._patience.setInterval(PATIENCE_MS)
        self._patience.timeout.connect(self._on_patience_ended)
        self._inspected = Inspected(self.widget)
        self._reverse = Reverse(parts, self.widget)
        self._connect()

    def _connect(self) -> None:
        session, panel, parts = self._parts.session, self.widget, self._parts
        for changed in (
            session.clip_changed,
            session.bank_changed,
            session.view_changed,
            session.convolution_changed,
            session.working_size_changed,
            session.computing_started,
            session.computing_finished,
            parts.probe.voxel_changed,
            parts.probe.source_changed,
        ):
            changed.connect(self.refresh)
        session.computing_failed.connect(self._on_computing_failed)
        session.volume_added.connect(self._on_volume_added)
        for changed in (session.scale_changed, session.contrast_changed):
            changed.connect(self._on_scale_changed)
        parts.display.selection_changed.connect(self._on_selection_changed)
        parts.probe.pinned_changed.connect(self._show_heading)
        parts.driver.frame_changed.connect(self._on_frame_changed)
        panel.viewer.pointed.connect(self._on_pointed)
        panel.viewer.picked.connect(self._on_picked)
        panel.table.cell_changed.connect(self._on_cell_changed)
        panel.terms.cell_chosen.connect(self._on_term_chosen)
        panel.part_combo.activated.connect(self._on_part_chosen)
        panel.fold_button.toggled.connect(self.refresh)
        panel.numbers_button.toggled.connect(panel.table.set_numbers)
        panel.reverse_button.toggled.connect(self._on_reverse_toggled)
        panel.pixel_time.frame_requested.connect(parts.driver.seek)
        panel.strip.frame_requested.connect(self._on_strip_clicked)
        for button, make in zip(
            panel.copy_buttons,
            (snippets.text_table, snippets.numpy_snippet, snippets.torch_snippet),
            strict=True,
        ):
            button.clicked.connect(lambda _=False, make=make: self.copy(make))

    # What a page has

    @property
    def own_marks(self) -> bool:
        """Whether it draws over the input itself."""
        return self._reverse.active

    def set_shown(self, shown: bool) -> None:
        """Begin to follow the probe, or stop."""
        self._shown = shown
        if shown:
            self._show_film()
            self._on_frame_changed(self._parts.driver.frame)
            self.refresh()
            if not self._ready():
                self._on_patience_ended()
        else:
            self._patience.stop()
            self.widget.reverse_button.setChecked(False)
            self._release()

    def _release(self) -> None:
        """Keep nothing large for a page that nobody sees."""
        self._account = self._volume = None
        self._inspected.release()
        for view in (self.widget.viewer, self.widget.strip):
            view.set_film(None)

    def shutdown(self) -> None:
        """Stop waiting."""
        self._shown = False
        self._patience.stop()

    def preset(self) -> dict[str, bool]:
        """Return how the page is set, as `apply_preset` takes it."""
        panel = self.widget
        return {
            "folded": panel.fold_button.isChecked(),
            "numbers": panel.numbers_button.isChecked(),
            "reverse": panel.reverse_button.isChecked(),
        }

    def apply_preset(self, options: Mapping[str, Any]) -> None:
        """Set the page as a lesson wants it: channels folded, numbers in the cells, reverse.

        Raises
        ------
        UsageError
            For any other option.
        """
        wanted = page_options(options, {"folded": False, "numbers": False, "reverse": False})
        panel = self.widget
        panel.fold_button.setChecked(wanted["folded"])
        panel.numbers_button.setChecked(wanted["numbers"])
        panel.reverse_button.setChecked(wanted["reverse"])

    def takes_key(self, event: QKeyEvent) -> bool:
        """Whether a key is meant for this page; on a press it also acts."""
        panel, press = self.widget, event.type() == QEvent.Type.KeyPress
        if panel.showing_message:
            return False
        if event.key() == Qt.Key.Key_V and event.modifiers() == Qt.KeyboardModifier.NoModifier:
            if press:
                panel.reverse_button.toggle()
            return True
        if event.matches(QKeySequence.StandardKey.Copy) and panel.copy_buttons[0].isEnabled():
            if press:
                self.copy(snippets.text_table)
            return True
        if panel.terms.hasFocus() and panel.terms.takes_key(event):
            return True
        if panel.table.hasFocus() and panel.table.takes_key(event):
            return True
        return self._reverse.takes_key(event)

    # Values

    @property
    def account(self) -> Account | None:
        """What is shown: the value of the tile and where it comes from."""
        return self._account

    @property
    def inspection(self) -> Inspection | None:
        """The response that is taken apart."""
        return None if self._account is None else self._account.parts[self._part].inspection

    @property
    def _table(self) -> ColorTable:
        """The colours of products, which are signed whatever the responses are."""
        return color_table(self._parts.session.contrast.diverging)

    def _ready(self) -> bool:
        session, probe = self._parts.session, self._parts.probe
        there = self._parts.display.selected < len(session.volumes)
        return session.working_clip is not None and there and probe.voxel is not None

    def _why_not(self) -> str:
        session, probe = self._parts.session, self._parts.probe
        if session.clip is None:
            return NO_CLIP
        if probe.shape is None:
            return NO_FIT
        return COMPUTING

    # Showing

    @Slot()
    def refresh(self) -> None:
        """Show the probed response, or say after a while why there is none."""
        if not self._shown:
            return
        if not self._ready():
            self._parts.probe.ensure()
        if not self._ready():
            if not self._patience.isActive() and not self.widget.showing_message:
                self._patience.start()
            return
        self._patience.stop()
        self.widget.show_message("")
        self._inspect()

    def _inspect(self) -> None:
        session, probe = self._parts.session, self._parts.probe
        clip, voxel, tile = session.working_clip, probe.voxel, self._parts.display.selected
        volume = session.volumes[tile]
        assert clip is not None and voxel is not None
        if any(at >= n for at, n in zip(voxel, volume.data.shape, strict=True)):
            return  # the volumes are still those of other settings
        if volume is not self._volume:
            self._show_film()
        stored = float(volume.data[voxel])
        found = account(clip, session.bank, session.view, tile, session.convolution, voxel, stored)
        self._account = found
        self._part = min(self._part, len(found.parts) - 1)
        self.widget.set_parts([part.title for part in found.parts], self._part)
        patch = found.parts[self._part].inspection.patch
        self.widget.fold_button.setVisible(patch.raw is not None and patch.shape[3] > 1)
        self._show_heading()
        if self._reverse.active:
            members = session.members(tile)
            member = members[min(self._part, len(members) - 1)]
            kernel = applied_kernel(session.bank, member, clip.channels)
            self._reverse.show(clip, kernel, self._table, found.parts[self._part].inspection)
        else:
            self._inspected.show(clip, found, self._part, volume, self._table)

    def _show_film(self) -> None:
        """Show the selected volume and take frames from the clip that is there now."""
        session, selected = self._parts.session, self._parts.display.selected
        panel = self.widget
        if selected >= len(session.volumes):
            return
        self._volume = session.volumes[selected]
        panel.viewer.set_film(VolumeFilm(self._volume, session.limits(selected), session.table))
        panel.viewer.set_caption(self._volume.name)

    @Slot()
    def _show_heading(self) -> None:
        probe, selected = self._parts.probe, self._parts.display.selected
        if probe.voxel is None or self._reverse.active:
            return
        names = self._parts.session.tile_names
        name = names[selected] if selected < len(names) else ""
        state = STAYS if probe.pinned else FOLLOWS
        self.widget.heading.set_text(f"{name} at {words.place_text(probe.voxel)}: {state}")

    def copy(self, make: Callable[[Inspection, str], str]) -> None:
        """Put the response into the clipboard, as a table or a program."""
        inspection, clip = self.inspection, self._parts.session.working_clip
        if inspection is not None and clip is not None:
            QGuiApplication.clipboard().setText(make(inspection, clip.name))
            self.widget.set_cell_text("Copied: the clipboard has it now.", "")

    # Slots

    @Slot()
    def _on_patience_ended(self) -> None:
        if self._shown and not self._ready():
            self.widget.show_message(self._why_not())

    @Slot(str)
    def _on_computing_failed(self, sentence: str) -> None:
        if self._shown:
            self._patience.stop()
            self.widget.show_message(sentence)

    @Slot(int)
    def _on_volume_added(self, index: int) -> None:
        if index == self._parts.display.selected:
            self.refresh()

    @Slot()
    def _on_scale_changed(self) -> None:
        if self._shown:
            self._show_film()
            self.refresh()

    @Slot(int)
    def _on_selection_changed(self, _index: int) -> None:
        self._part = 0
        if self._shown:
            self._show_film()
            self.refresh()

    @Slot(int)
    def _on_frame_changed(self, frame: int) -> None:
        if self._shown:
            self.widget.viewer.set_clip_frame(frame)
            self.widget.pixel_time.set_clip_frame(frame)
            shown, inside = self.widget.viewer.shown_frame
            own = shown if inside else -1
            self.widget.strip.set_clip_frame(own if self._reverse.active else frame)

    @Slot(object)
    def _on_pointed(self, voxel: Triple | None) -> None:
        # Where the mouse leaves the picture, on its way to the table, the response stays.
        if voxel is not None and not self._reverse.active:
            self._parts.probe.hover(voxel)

    @Slot(object)
    def _on_picked(self, voxel: Triple) -> None:
        if not self._reverse.active:
            self._parts.probe.pin(voxel)
            self._parts.probe.show_frame()

    @Slot(object)
    def _on_cell_changed(self, cell: CellPlace | None) -> None:
        sheet = self.widget.table.sheet
        if cell is None or sheet is None:
            self.widget.set_cell_text("", "")
        else:
            self.widget.set_cell_text(*sheet.describe(cell))
        if not self._reverse.active:
            self._inspected.follow_tap(None if cell is None else (cell.y, cell.x))

    @Slot(object)
    def _on_term_chosen(self, cell: CellPlace | None) -> None:
        self.widget.table.set_cell(cell, reveal=True)

    @Slot(int)
    def _on_part_chosen(self, index: int) -> None:
        self._part = index
        self.refresh()

    @Slot(int)
    def _on_strip_clicked(self, frame: int) -> None:
        if not self._reverse.active:
            self._parts.driver.pause()
            self._parts.driver.seek(frame)

    @Slot(bool)
    def _on_reverse_toggled(self, reverse: bool) -> None:
        self._reverse.set_active(reverse, self.inspection)
        self.marks_changed.emit()
        self._on_frame_changed(self._parts.driver.frame)
        self.refresh()
