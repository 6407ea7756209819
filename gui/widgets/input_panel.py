"""The middle of the window's left half: the input, its slices through time, the value under the cursor."""

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from core.clip import Clip
from gui.films import ClipFilm, PictureCache
from gui.widgets.controls import HEADING_TOP, ElidedLabel, make_heading
from gui.widgets.marks import Mark, cut_marks
from gui.widgets.slice_view import Cut, SliceView
from gui.widgets.viewer import Viewer

POINT = "Point at the picture to read it"


class InputPanel(QWidget):
    """The clip, playing, and what one row and one column of it do over time.

    Signals
    -------
    hovered(object)
        (y, x) in the working clip under the mouse, or None.
    frame_requested(int)
        The person clicked at a time in a slice.
    """

    hovered = Signal(object)
    frame_requested = Signal(int)

    def __init__(self, cache: PictureCache, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.title = QLabel("INPUT")
        self.title.setProperty("role", "title")
        self.facts = ElidedLabel()
        self.facts.setProperty("role", "hint")
        self.viewer = Viewer(cache)
        self.viewer.setObjectName("input_viewer")
        self.viewer.setToolTip("The clip. Move the mouse over it for values; the slices below follow.")
        self.viewer.setAccessibleName("input")
        self._slices = (SliceView(Cut.X), SliceView(Cut.Y))
        self._film: ClipFilm | None = None
        self._marks: tuple[Mark, ...] = ()
        self._held: tuple[float, float] | None = None
        self.value_label = ElidedLabel(POINT)
        self.value_label.setProperty("role", "value")
        self.value_label.setAccessibleName("value under the cursor")
        for view, name in zip(self._slices, ("xt_slice", "yt_slice"), strict=True):
            view.setObjectName(name)
            view.frame_requested.connect(self.frame_requested)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, HEADING_TOP, 8, 8)
        layout.setSpacing(6)
        layout.addLayout(make_heading(self.title, self.facts, stretch=1))
        layout.addWidget(self.viewer, 6)
        layout.addWidget(self.value_label)
        for view in self._slices:
            layout.addWidget(view, 2)
        layout.addStretch(0)
        self.setMinimumWidth(180)
        self.viewer.hovered.connect(self.hovered)
        self.viewer.resized.connect(self._align_slices)
        self.viewer.value_changed.connect(self._on_value_changed)

    @property
    def slices(self) -> tuple[SliceView, SliceView]:
        """The x–t and the y–t slice."""
        return self._slices

    def set_clip(self, clip: Clip, working: tuple[int, int]) -> None:
        """Show a clip whose working size is (width, height)."""
        width, height = working
        self._film = ClipFilm(clip, height / clip.height, width / clip.width)
        self.viewer.set_film(self._film)
        self._fit_viewer()
        for view in self._slices:
            view.set_clip(clip)
        self._show_marks()
        self.title.setText("INPUT")
        self.facts.set_text(f"{len(clip)} frames, {clip.fps:.1f} fps, {clip.width}×{clip.height}")
        jitter = f"Time between frames varies by {clip.jitter_ms:.1f} ms (standard deviation)."
        self.facts.setToolTip("\n".join(filter(None, (clip.name, jitter, clip.note))))

    def show_live(self, film: ClipFilm, facts: str) -> None:
        """Show the newest frame of the camera; the slices show how it came about."""
        self._film = film
        self.viewer.set_film(film)
        self._fit_viewer()
        for view in self._slices:
            view.set_clip(film.clip)
            view.set_clip_frame(len(film.clip) - 1)
        self.facts.set_text(facts)
        self.title.setText("CAMERA")

    def set_working_size(self, working: tuple[int, int]) -> None:
        """Measure the shared cursor in another working size (width, height)."""
        if self._film is not None:
            clip = self._film.clip
            scales = working[1] / clip.height, working[0] / clip.width
            if scales != (self._film.scale_y, self._film.scale_x):
                self._film = ClipFilm(clip, *scales)
                self.viewer.set_film(self._film)
                self._show_marks()

    @Slot(int)
    def set_clip_frame(self, frame: int) -> None:
        """Follow the playhead."""
        self.viewer.set_clip_frame(frame)
        for view in self._slices:
            view.set_clip_frame(frame)

    @Slot(str)
    def _on_value_changed(self, text: str) -> None:
        self.value_label.set_text(text or POINT)

    def _fit_viewer(self) -> None:
        """Give the picture the height it can use at this width; the slices get the rest."""
        film = self.viewer.film
        if film is not None and film.size.width() > 0:
            wanted = self.viewer.width() * film.size.height() / film.size.width()
            self.viewer.setMaximumHeight(max(round(wanted), 80))
        self._align_slices()

    @Slot()
    def _align_slices(self) -> None:
        """Let the slices begin and end where the picture does."""
        for view in self._slices:
            view.set_inset(max(self.viewer.picture_rect().left(), 0.0))

    def set_cross(self, position: tuple[float, float] | None) -> None:
        """Draw the shared cursor (working clip) and cut the slices there."""
        self.viewer.set_cross(None if self.viewer.underMouse() else position)
        if self._held is None:
            self._cut_at(position)

    def hold_cut(self, position: tuple[float, float] | None) -> None:
        """Keep the slices at a place of the working clip, wherever the cursor goes; None lets them follow."""
        self._held = position
        self._cut_at(position)

    def set_marks(self, marks: tuple[Mark, ...]) -> None:
        """Draw boxes that count in voxels of the working clip, on the picture and in the slices."""
        self._marks = marks
        self._show_marks()

    def _cut_at(self, position: tuple[float, float] | None) -> None:
        if position is not None and self._film is not None:
            y, x = self._film.from_working(*position)
            clip = self._film.clip
            self._slices[0].set_line(min(max(round(y), 0), clip.height - 1))
            self._slices[1].set_line(min(max(round(x), 0), clip.width - 1))
            self._show_marks()

    def _show_marks(self) -> None:
        film = self._film
        if film is None:
            return
        marks = tuple(mark.scaled(1 / film.scale_y, 1 / film.scale_x) for mark in self._marks)
        self.viewer.set_marks(marks)
        for axis, view in enumerate(self._slices):
            view.set_marks(cut_marks(marks, axis, view.line, film.length))

    # Qt overrides

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Share the new height."""
        super().resizeEvent(event)
        self._fit_viewer()
