"""What the response that is looked at sees, as boxes over the input and the layers below it."""

from PySide6.QtCore import QObject, Slot

from core.convolution.receptive import DeepField
from core.settings import Triple
from gui.layers_probe import LayersProbe, field_box
from gui.layers_work import CHANNELS, RESPONSES, SECOND, LayersWork
from gui.parts import Parts
from gui.widgets.layers_view import LayersView
from gui.widgets.marks import Mark


class LayersMarks(QObject):
    """Draws the field of a response of layer 2, or else of what is pointed at in the rows; GUI thread."""

    def __init__(self, parts: Parts, work: LayersWork, probe: LayersProbe, view: LayersView) -> None:
        super().__init__(view)
        self._parts, self._work, self._probe, self._view = parts, work, probe, view
        self._below: tuple[int, int, Triple] | None = None
        self._shown = False
        view.rows.pointed.connect(self._on_pointed)

    def set_shown(self, shown: bool) -> None:
        """Draw over the input, which is not ours alone, or leave it to others."""
        self._below = None
        if not shown:
            self.draw()
        self._shown = shown

    @Slot()
    def draw(self) -> None:
        """Draw what the response sees, layer by layer."""
        voxel, pinned = self._probe.voxel, self._probe.pinned
        channel, fields = None, dict[int, DeepField]()
        # A response that a key has let go is still looked at, until the mouse points somewhere.
        if self._below is not None and not pinned:
            channel, level, place = self._below
            fields = self._fields(level, place)
        elif voxel is not None:
            fields = self._fields(SECOND, voxel)
        boxes = {level: (field_box(field),) for level, field in fields.items()}
        self._view.rows.set_marks(boxes.get(RESPONSES, ()), boxes.get(CHANNELS, ()), channel)
        mark = (Mark.at(voxel),) if voxel is not None else ()
        self._view.grid.set_marks(mark if pinned and fields else ())
        if self._shown:
            panel = self._parts.workspace.input_panel
            panel.set_marks(boxes.get(0, ()))
            held = None
            if pinned and fields:
                _, down, across = ((reach.first + reach.last) / 2 for reach in fields[0].axes)
                held = down, across
            panel.hold_cut(held)

    def _fields(self, level: int, voxel: Triple) -> dict[int, DeepField]:
        """Return what a response of a level sees of every level below; nothing where it is an older one."""
        stack = self._work.stack
        if stack is None or not all(0 <= at < n for at, n in zip(voxel, stack.shapes[level], strict=True)):
            return {}
        return {below: stack.field(voxel, level, below) for below in range(level)}

    @Slot(object)
    def _on_pointed(self, place: tuple[int, bool, Triple] | None) -> None:
        """Look at a response of the first layer, before or after what lies between."""
        below = None
        if place is not None:
            channel, after, voxel = place
            below = channel, CHANNELS if after else RESPONSES, voxel
        if below != self._below:
            self._below = below
            self.draw()
