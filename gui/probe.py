"""Which response is looked at: under the mouse, or pinned; the one owner of it.

The place counts in the feature volume's own frames, rows and columns. All volumes of a bank have one shape,
so the place stays when another filter is selected: the same place through other eyes.
"""

from PySide6.QtCore import QObject, Signal, Slot

from core.convolution.geometry import AxisMap, axis_maps, clamped, inside, output_shape
from core.settings import Triple
from gui.display import Display
from gui.playback import PlaybackDriver
from gui.session import Session


class Probe(QObject):
    """The response that is looked at, and in reverse mode the input; GUI thread.

    Signals
    -------
    voxel_changed()
        Another response, or none; also when the same place lies on other inputs now.
    pinned_changed(bool)
        It stays, or follows the mouse again.
    source_changed()
        Another input is looked at in reverse mode, or none.
    """

    voxel_changed = Signal()
    pinned_changed = Signal(bool)
    source_changed = Signal()

    def __init__(self, session: Session, driver: PlaybackDriver, display: Display) -> None:
        super().__init__(display)
        self._session, self._driver, self._display = session, driver, display
        self._voxel: Triple | None = None
        self._pinned = False
        self._source: Triple | None = None
        for changed in (
            session.clip_changed,
            session.bank_changed,
            session.convolution_changed,
            session.working_size_changed,
        ):
            changed.connect(self._on_shapes_changed)

    @property
    def voxel(self) -> Triple | None:
        """(t, y, x) of the response that is looked at, in the volume's own frames, rows and columns."""
        return self._voxel

    @property
    def pinned(self) -> bool:
        """Whether it stays where it is when the mouse moves."""
        return self._pinned

    @property
    def source(self) -> Triple | None:
        """(t, y, x) of the input of the working clip that is looked at in reverse mode."""
        return self._source

    @property
    def clip_shape(self) -> Triple | None:
        """(T, H, W) of the clip as the filters see it."""
        clip = self._session.clip
        return None if clip is None else clip.shape_at(self._session.working_size)

    @property
    def shape(self) -> Triple | None:
        """(T', H', W') of the feature volumes, also while they are computed; None where there are none."""
        clip = self.clip_shape
        if clip is None:
            return None
        made = output_shape(clip, self._session.bank.kernel_size, self._session.convolution)
        return made if min(made) > 0 else None

    @property
    def axes(self) -> tuple[AxisMap, AxisMap, AxisMap] | None:
        """Where responses lie among the frames, rows and columns of the working clip."""
        clip = self.clip_shape
        if clip is None:
            return None
        return axis_maps(clip, self._session.bank.kernel_size, self._session.convolution)

    def hover(self, voxel: Triple | None) -> None:
        """Look at what is under the mouse, or at nothing; a pinned response stays."""
        if not self._pinned:
            self._set(self._inside(voxel))

    def pin(self, voxel: Triple) -> None:
        """Stay at a response."""
        place = self._inside(voxel)
        if place is None:
            return
        self._set(place)
        if not self._pinned:
            self._pinned = True
            self.pinned_changed.emit(True)

    @Slot()
    def release(self) -> None:
        """Follow the mouse again."""
        if self._pinned:
            self._pinned = False
            self.pinned_changed.emit(False)

    def move(self, dt: int, dy: int, dx: int) -> None:
        """Go that many voxels on, as far as there are any, and stay there; the film stops and follows."""
        self.ensure()
        if self._voxel is None or self.shape is None:
            return
        t, y, x = self._voxel
        self.pin(clamped((t + dt, y + dy, x + dx), self.shape))
        self.show_frame()

    def ensure(self) -> None:
        """Have a response to look at: where there is none, the selected tile's strongest of this moment."""
        volumes, shape = self._session.volumes, self.shape
        if self._voxel is not None or shape is None:
            return
        if self._display.selected >= len(volumes):
            t, y, x = shape
            self._set((t // 2, y // 2, x // 2))
            return
        from core.analysis.traces import strongest_place

        volume = volumes[self._display.selected]
        self._set(strongest_place(volume, volume.at(self._driver.frame)[0]))

    def show_frame(self) -> None:
        """Stop the film at the frame that shows the response that is looked at."""
        axes = self.axes
        if self._voxel is not None and axes is not None:
            self._driver.pause()
            self._driver.seek(axes[0].frame_of(self._voxel[0]))

    def look_at_source(self, source: Triple | None) -> None:
        """Look at an input of the working clip, or at none."""
        clip = self.clip_shape
        if source is not None and (clip is None or not inside(source, clip)):
            source = None
        if source != self._source:
            self._source = source
            self.source_changed.emit()

    def _inside(self, voxel: Triple | None) -> Triple | None:
        shape = self.shape
        return voxel if voxel is not None and shape is not None and inside(voxel, shape) else None

    def _set(self, voxel: Triple | None) -> None:
        if voxel != self._voxel:
            self._voxel = voxel
            self.voxel_changed.emit()

    @Slot()
    def _on_shapes_changed(self) -> None:
        """Stay inside what there is now; the same place may see other inputs."""
        self.look_at_source(self._source)
        shape, voxel = self.shape, self._voxel
        if voxel is None:
            return
        if shape is None:
            self.release()
            self._voxel = None
        else:
            self._voxel = clamped(voxel, shape)
        self.voxel_changed.emit()
