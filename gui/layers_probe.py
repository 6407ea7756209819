"""Which response of the second layer is looked at: under the mouse, or pinned and moved by keys."""

from PySide6.QtCore import QEvent, QObject, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent

from core.convolution.geometry import clamped, inside
from core.convolution.receptive import DeepField
from core.settings import Triple
from gui.layers_work import SECOND, LayersWork
from gui.playback import PlaybackDriver
from gui.widgets.marks import Mark
from gui.widgets.step_keys import modifiers_of, step_of


class LayersProbe(QObject):
    """The one owner of that response; GUI thread.

    Signals
    -------
    changed()
        Another response, or none; pinned now, or free.
    """

    changed = Signal()

    def __init__(self, work: LayersWork, driver: PlaybackDriver, parent: QObject) -> None:
        super().__init__(parent)
        self._work, self._driver = work, driver
        self._voxel: Triple | None = None
        self._pinned = False

    @property
    def voxel(self) -> Triple | None:
        """(t, y, x) in the second layer's own frames, rows and columns."""
        return self._voxel

    @property
    def pinned(self) -> bool:
        """Whether it stays where it is when the mouse moves."""
        return self._pinned

    @property
    def shape(self) -> Triple | None:
        """(T, H, W) of the second layer, also while it is computed; None where there is none."""
        stack = self._work.stack
        return None if stack is None or 0 in stack.shapes[SECOND] else stack.shapes[SECOND]

    @Slot(object)
    def hover(self, voxel: Triple | None) -> None:
        """Look at what is under the mouse, or at nothing; a pinned response stays."""
        if not self._pinned:
            self._set(voxel if self._inside(voxel) else None, False)

    @Slot(object)
    def pin(self, voxel: Triple) -> None:
        """Stay at a response; the film stops at the frame that shows it."""
        if self._inside(voxel):
            self._set(voxel, True)
            self._show_frame()

    @Slot()
    def release(self) -> None:
        """Follow the mouse again."""
        self._set(self._voxel, False)

    def forget(self) -> None:
        """Look at nothing."""
        self._set(None, False)

    def settle(self) -> None:
        """Stay inside what there is now."""
        shape, voxel = self.shape, self._voxel
        if voxel is not None and shape is None:
            self.forget()
        elif voxel is not None and shape is not None and not self._inside(voxel):
            self._set(clamped(voxel, shape), self._pinned)

    def toggle(self, filter_: int) -> None:
        """Stay at the response under the mouse, or at the strongest of a filter at this moment; or let go."""
        volumes = self._work.volumes
        if self._pinned:
            self.release()
        elif self._voxel is not None:
            self.pin(self._voxel)
        elif filter_ < len(volumes):
            from core.analysis.traces import strongest_place

            volume = volumes[filter_]
            self.pin(strongest_place(volume, volume.at(self._driver.frame)[0]))

    def takes_key(self, event: QKeyEvent, filter_: int) -> bool:
        """Whether a key is ours, on a press also acting: P pins, arrows and brackets move, Esc lets go.

        Parameters
        ----------
        filter_
            Whose strongest response P pins where nothing is pointed at.
        """
        key, press = event.key(), event.type() == QEvent.Type.KeyPress
        plain, step = not modifiers_of(event), step_of(event)
        if key == Qt.Key.Key_P and plain:
            if press:
                self.toggle(filter_)
            return True
        if not self._pinned:
            return False
        if key == Qt.Key.Key_Escape and plain:
            if press:
                self.release()
            return True
        if step is not None and press:
            self._move(*step)
        return step is not None

    def _inside(self, voxel: Triple | None) -> bool:
        shape = self.shape
        return voxel is not None and shape is not None and inside(voxel, shape)

    def _set(self, voxel: Triple | None, pinned: bool) -> None:
        if (voxel, pinned) != (self._voxel, self._pinned):
            self._voxel, self._pinned = voxel, pinned
            self.changed.emit()

    def _move(self, dt: int, dy: int, dx: int) -> None:
        shape = self.shape
        if self._voxel is not None and shape is not None:
            t, y, x = self._voxel
            self.pin(clamped((t + dt, y + dy, x + dx), shape))

    def _show_frame(self) -> None:
        if self._voxel is not None and self._work.volumes:
            self._driver.pause()
            self._driver.seek(self._work.volumes[0].axes[0].frame_of(self._voxel[0]))


def field_box(field: DeepField) -> Mark:
    """Return a field as a box; it is drawn on the frames that count."""
    return Mark((field.y.first, field.x.first), (field.y.last, field.x.last), frozenset(field.t.sources))
