"""The inspector in reverse: which outputs one voxel of the input reaches, and with which weights."""

from dataclasses import replace

from PySide6.QtCore import QEvent, QObject, Qt, Slot
from PySide6.QtGui import QKeyEvent

from core.analysis.inspector import Inspection
from core.analysis.projective import Projection, project
from core.clip import Clip
from core.convolution.geometry import clamped
from core.display.colormap import ColorTable
from core.display.projection import ProjectionSheet
from core.filters.kernel import Kernel
from core.settings import Triple
from gui import inspector_words as words
from gui.parts import Parts
from gui.widgets.equation import Verdict
from gui.widgets.inspector_panel import InspectorPanel
from gui.widgets.marks import Mark, MarkKind
from gui.widgets.step_keys import step_of

FOLLOWS = "follows the mouse over INPUT; click there to stay"
STAYS = "pinned; arrows and [ ] move it, Esc lets go"
NOTHING = (
    "No output sees this input: stride and dilation step over it, or it lies beyond the last whole step."
)


class Reverse(QObject):
    """Follows the mouse over the input while it is active; GUI thread.

    The page asks `active` and calls `show` whenever something changes.
    """

    def __init__(self, parts: Parts, panel: InspectorPanel) -> None:
        super().__init__(panel)
        self._parts, self._panel = parts, panel
        self._active = False
        self._pinned = False
        self._projection: Projection | None = None
        viewer = parts.workspace.input_panel.viewer
        viewer.pointed.connect(self._on_pointed)
        viewer.picked.connect(self._on_picked)

    @property
    def active(self) -> bool:
        """Whether outputs of an input are shown, instead of inputs of an output."""
        return self._active

    @property
    def projection(self) -> Projection | None:
        """What is shown."""
        return self._projection

    def set_active(self, active: bool, inspection: Inspection | None) -> None:
        """Begin with the middle of what the inspected response sees, or end."""
        self._active, self._pinned = active, False
        self._projection = None
        if active and inspection is not None:
            self._parts.probe.look_at_source(self._start(inspection))
        else:
            self._parts.probe.look_at_source(None)
        self._panel.set_reverse(active)

    def _start(self, inspection: Inspection) -> Triple:
        """Return the input in the middle of the receptive field, in the frame on the screen."""
        probe = self._parts.probe
        shape, axes = probe.clip_shape, probe.axes
        assert shape is not None and axes is not None
        _, y, x = (round(axis.to_input(at)) for axis, at in zip(axes, inspection.voxel, strict=True))
        return clamped((self._parts.driver.frame, y, x), shape)

    def show(self, clip: Clip, kernel: Kernel, table: ColorTable, inspection: Inspection) -> None:
        """Show what the input reaches through a kernel; where none is chosen, begin in the middle."""
        source = self._parts.probe.source
        if source is None:
            self._parts.probe.look_at_source(self._start(inspection))
            return
        found = project(clip, kernel, self._parts.session.convolution, source)
        self._projection = found
        panel, folded = self._panel, self._panel.fold_button.isChecked()
        sheet = ProjectionSheet(found, kernel, table, folded) if found.count else None
        panel.table.set_sheet(sheet, NOTHING)
        panel.equation.set_line(words.reach_parts(found), Verdict(None, words.REVERSED), "")
        frames = frozenset(found.t.outputs)
        boxes = tuple(Mark(first, last, frames, MarkKind.REACHED) for first, last in found.boxes())
        panel.viewer.set_marks(boxes)
        panel.strip.set_film(panel.viewer.film)
        panel.strip.set_frames(
            words.reached_frames(found), tuple(replace(mark, frames=None) for mark in boxes)
        )
        panel.strip_title.setText("The outputs that see this input")
        state = STAYS if self._pinned else FOLLOWS
        panel.heading.set_text(f"Input at {words.place_text(source)}: {state}")
        self._parts.workspace.input_panel.set_marks((Mark.at(source, MarkKind.SOURCE),))
        self._parts.workspace.input_panel.hold_cut(source[1:] if self._pinned else None)

    def takes_key(self, event: QKeyEvent) -> bool:
        """Whether a key moves the input or lets it go; on a press it also acts."""
        if not self._active:
            return False
        press = event.type() == QEvent.Type.KeyPress
        if event.key() == Qt.Key.Key_Escape and self._pinned:
            if press:
                self._pinned = False
                self._parts.probe.source_changed.emit()
            return True
        step = step_of(event)
        if step is not None and press:
            self._move(*step)
        return step is not None

    def _move(self, dt: int, dy: int, dx: int) -> None:
        source, shape = self._parts.probe.source, self._parts.probe.clip_shape
        if source is None or shape is None:
            return
        t, y, x = source
        self._pinned = True
        self._look_at(clamped((t + dt, y + dy, x + dx), shape))

    def _look_at(self, source: Triple) -> None:
        """Look at an input that stays, also if it is the same one; the film stops there."""
        self._parts.driver.pause()
        self._parts.driver.seek(source[0])
        if source == self._parts.probe.source:
            self._parts.probe.source_changed.emit()
        self._parts.probe.look_at_source(source)

    def _source_at(self, place: object) -> Triple | None:
        """Return the voxel of the working clip at a place (t, y, x) of the picture of the input."""
        film, shape = self._parts.workspace.input_panel.viewer.film, self._parts.probe.clip_shape
        if not isinstance(place, tuple) or film is None or shape is None:
            return None
        t, row, column = place
        y, x = (round(at) for at in film.to_working(row, column))
        return clamped((t, y, x), shape)

    @Slot(object)
    def _on_pointed(self, place: object) -> None:
        source = self._source_at(place)
        if self._active and not self._pinned and source is not None:
            self._parts.probe.look_at_source(source)

    @Slot(object)
    def _on_picked(self, place: object) -> None:
        source = self._source_at(place)
        if self._active and source is not None:
            self._pinned = True
            self._look_at(source)
