"""The filter panel of the right column: what the selected filter is made of, and what it wants.

Parts fold away under their headings; what is folded need not be computed (`figures_wanted`).
"""

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QPushButton, QSizePolicy, QStackedLayout, QVBoxLayout, QWidget

from core.display.colormap import KERNEL_TABLE, color_table
from core.display.kernels import KernelPlanes, kernel_planes
from core.display.legend import format_response
from core.filters.kernel import Kernel
from gui.qimage import from_indices
from gui.widgets.badges import BadgeRow
from gui.widgets.controls import Section, describe, make_label, make_panel_layout, make_row, tabular
from gui.widgets.filter_figures import NumbersTable, SpectrumSection, TuningSection
from gui.widgets.inputs import ComboBox
from gui.widgets.kernel_sections import KernelSections
from gui.widgets.kernel_view import Cell, KernelView, Picture
from gui.widgets.weight_scale import ColorScale

if TYPE_CHECKING:
    from core.analysis.profile import Profile
    from core.analysis.spectrum import Cut
    from core.analysis.tuning import Tuning

EMPTY = "Click a feature volume or press 1 to 9 to see the kernel of its filter: the weights, frame by frame."
POINT = "Point at a weight to read it"
LARGEST_MOVIE, TALLEST_MOVIE = 64.0, 150.0
LARGEST_STRIP, TALLEST_STRIP = 14.0, 130.0
MEAN, SIDE_BY_SIDE = "mean", "all"
SECTIONS = ("kernel", "spectrum", "tuning", "sections", "numbers")
OPENED = ("kernel", "spectrum", "numbers")
CHANNEL_TIP = (
    "Which part of a colour kernel to look at: the mean of its channels (what it does to grey pictures) or "
    "one channel. Spectrum, tuning and numbers follow."
)


class KernelPanel(QWidget):
    """Shows one filter; its movie follows the playhead, one kernel frame per clip frame.

    Signals
    -------
    edit_requested()
        The person wants to change the weights.
    figures_wanted()
        Another channel was chosen or a part was opened: profile, spectrum or tuning are needed anew.
    opened_changed()
        A part was opened or folded.
    """

    edit_requested = Signal()
    figures_wanted = Signal()
    opened_changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._kernel: Kernel | None = None
        self._planes: KernelPlanes | None = None
        self._pictures: list[list[Picture]] = []
        self._clip_frame = 0
        self._alignment: tuple[int, ...] = ()
        self._pinned: tuple[int, int] | None = None
        self.title_label = make_label("FILTER", "title")
        self.edit_button = QPushButton("Edit…")
        self.edit_button.setObjectName("edit_kernel_button")
        describe(self.edit_button, "Edit the kernel", "Change these weights by hand (Ctrl+K)")
        self.name_label = make_label("", "hint", wrap=True)
        self.members_label = make_label("", "hint", wrap=True)
        self.badges = BadgeRow()
        self.mode_combo = ComboBox()
        self.mode_combo.setObjectName("channel_combo")
        describe(self.mode_combo, "Channels of the kernel", CHANNEL_TIP)
        self._make_kernel_views()
        self.spectrum = SpectrumSection()
        self.tuning = TuningSection()
        self.cuts = KernelSections()
        self.numbers = NumbersTable()
        self.empty_label = make_label(EMPTY, "hint", wrap=True)
        self.sections = self._make_sections()
        self._lay_out()
        self._connect()
        self.set_kernel(None)

    @property
    def kernel(self) -> Kernel | None:
        """What is shown."""
        return self._kernel

    @property
    def kernel_frame(self) -> int:
        """The kernel frame that the movie shows, from 0."""
        if self._kernel is None:
            return 0
        count = int(self._kernel.weights.shape[0])
        if len(self._alignment) != count:
            return self._clip_frame % count
        # Beside the receptive field the frame that is nearest to it waits.
        return min(range(count), key=lambda tap: abs(self._alignment[tap] - self._clip_frame))

    @property
    def channel(self) -> int | None:
        """The channel that spectrum, tuning and numbers are about, or None for the mean of all."""
        chosen = self.mode_combo.currentData()
        return chosen if isinstance(chosen, int) else None

    @property
    def opened(self) -> tuple[str, ...]:
        """The names of the parts that are open."""
        return tuple(name for name, section in self.sections.items() if section.opened)

    def set_opened(self, names: tuple[str, ...]) -> None:
        """Open these parts and fold the others."""
        for name, section in self.sections.items():
            section.set_opened(name in names)

    def set_kernel(self, kernel: Kernel | None, index: int = 0, members: str = "") -> None:
        """Show another kernel, number `index` (from 0) of its bank, or none.

        Parameters
        ----------
        members
            Where a tile is made of several filters: a sentence that says which.
        """
        self._kernel = kernel
        self._planes = kernel_planes(kernel) if kernel is not None else None
        self._pictures = self._paint_pictures()
        self._stack.setCurrentIndex(int(kernel is not None))
        self.edit_button.setVisible(kernel is not None)
        self.title_label.setText("FILTER" if kernel is None else f"FILTER {index + 1}")
        self.value_label.setText(POINT)
        self.members_label.setText(members)
        self.members_label.setVisible(bool(members))
        self._drop_figures()
        if kernel is None or self._planes is None:
            self.name_label.setText("")
            return
        size = " × ".join(str(side) for side in kernel.weights.shape[:3])
        plain = kernel.name == f"filter {index + 1}"
        self.name_label.setText(f"{size} (t × y × x)" if plain else f"{kernel.name}, {size} (t × y × x)")
        self._fill_modes()
        self.scale.set_limit(kernel.limit)
        self.numbers.set_kernel(kernel)
        self._pinned = None
        self._show_strip()
        self._show_movie()
        self._show_cuts()
        self._settle()

    def set_profile(self, profile: "Profile | None") -> None:
        """Show badges and numbers of an analysis."""
        self.badges.set_badges(profile.badges if profile is not None else ())
        self.numbers.set_profile(profile)

    def set_spectrum(self, spatial: "Cut | None", motion: "Cut | None") -> None:
        """Show the spectrum."""
        self.spectrum.set_cuts(spatial, motion)

    def set_tuning(self, tuning: "Tuning | None") -> None:
        """Show the tuning curves."""
        self.tuning.set_tuning(tuning)

    def set_frame(self, clip_frame: int) -> None:
        """Follow the playhead: the movie shows kernel frame `clip_frame` modulo kT."""
        before = self.kernel_frame
        self._clip_frame = clip_frame
        if self._kernel is not None and self.kernel_frame != before:
            self._show_movie()

    def set_alignment(self, frames: tuple[int, ...]) -> None:
        """Show over each of these clip frames the kernel frame that lies on it; () plays the movie freely."""
        before = self.kernel_frame
        self._alignment = frames
        if self._kernel is not None and self.kernel_frame != before:
            self._show_movie()

    # Building

    def _make_kernel_views(self) -> None:
        self.movie_view = KernelView(LARGEST_MOVIE, TALLEST_MOVIE)
        tip = (
            "One kernel frame; it moves with the clip. Each square is a weight: green counts for, purple "
            "against, white not at all. The framed row and column are those of the sections."
        )
        describe(self.movie_view, "Kernel as a movie", tip)
        self.caption_label = make_label("", "hint")
        self.strip_view = KernelView(LARGEST_STRIP, TALLEST_STRIP)
        tip = "All kernel frames side by side, the earliest at the left; rows are channels."
        describe(self.strip_view, "Kernel as a strip", tip)
        self.strip_view.setObjectName("kernel_strip")
        self.value_label = make_label(POINT, "value")
        self.scale = ColorScale(
            KERNEL_TABLE, "Legend of the weights", "Colours of the weights: negative, zero, positive"
        )
        for label in (self.caption_label, self.value_label):
            label.setFont(tabular(label.font()))
            label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def _make_sections(self) -> dict[str, Section]:
        kernel = QWidget()
        column = QVBoxLayout(kernel)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        for widget in (
            self.mode_combo, self.movie_view, self.caption_label, self.strip_view, self.scale,
            self.value_label,
        ):  # fmt: skip
            column.addWidget(widget)
        parts: dict[str, tuple[str, QWidget]] = {
            "kernel": ("Weights", kernel),
            "spectrum": ("Spectrum", self.spectrum),
            "tuning": ("Tuning curves", self.tuning),
            "sections": ("x–t and y–t sections", self.cuts),
            "numbers": ("Numbers", self.numbers),
        }
        made = {}
        for name in SECTIONS:
            title, content = parts[name]
            made[name] = Section(title, content, opened=name in OPENED)
            made[name].button.setObjectName(f"section_{name}")
            content.setObjectName(f"kernel_{name}")
            made[name].button.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        return made

    def _lay_out(self) -> None:
        layout = make_panel_layout(self)
        layout.addLayout(make_row(self.title_label, self.edit_button, stretch=0))
        content = QWidget()
        column = QVBoxLayout(content)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        for widget in (self.name_label, self.members_label, self.badges, *self.sections.values()):
            column.addWidget(widget)
        column.addStretch(1)
        empty = QWidget()
        row = make_row(self.empty_label, stretch=0)
        row.setAlignment(Qt.AlignmentFlag.AlignTop)
        empty.setLayout(row)
        self._stack = QStackedLayout()
        self._stack.addWidget(empty)
        self._stack.addWidget(content)
        layout.addLayout(self._stack, 1)

    def _connect(self) -> None:
        self.edit_button.clicked.connect(self.edit_requested)
        self.mode_combo.currentIndexChanged.connect(self._on_mode_changed)
        for view in (self.movie_view, self.strip_view):
            view.cell_hovered.connect(self._on_cell_hovered)
            view.cell_clicked.connect(self._on_cell_clicked)
        self.cuts.cell_hovered.connect(self._show_value)
        for section in self.sections.values():
            section.toggled.connect(self._on_section_toggled)

    # Showing

    def _fill_modes(self) -> None:
        """Offer the channels of this kernel; a choice that it has as well is kept."""
        assert self._planes is not None
        *channels, _ = names = self._planes.names
        coloured = len(names) > 1
        spoken = ", ".join(channels) if len(channels) <= 4 else f"{len(channels)} channels"
        entries: list[tuple[str, str | int]] = [(f"mean of {spoken}", MEAN)]
        if coloured:
            entries.append((f"{spoken} side by side", SIDE_BY_SIDE))
            entries += [(f"{name} only", i) for i, name in enumerate(channels)]
        chosen = self.mode_combo.currentData()
        self.mode_combo.blockSignals(True)
        self.mode_combo.clear()
        for text, data in entries:
            self.mode_combo.addItem(text, data)
        self.mode_combo.setCurrentIndex(max(self.mode_combo.findData(chosen), 0))
        self.mode_combo.blockSignals(False)
        self.mode_combo.setVisible(coloured)

    def _plane(self) -> int:
        """Return the plane that the sections cut: the chosen channel, or the last one, the mean."""
        assert self._planes is not None
        return self.channel if self.channel is not None else len(self._planes.names) - 1

    def _paint_pictures(self) -> list[list[Picture]]:
        """Return one picture for each plane and each kernel frame, a pixel per weight."""
        if self._planes is None:
            return []
        table = color_table(KERNEL_TABLE)
        count, frames = self._planes.weights.shape[:2]
        return [
            [Picture(p, t, from_indices(self._planes.indices(p, t), table)) for t in range(frames)]
            for p in range(count)
        ]

    def _show_strip(self) -> None:
        if self._planes is None:
            return
        times = [str(t + 1) for t in range(len(self._pictures[0]))]
        self.strip_view.show_pictures(self._pictures, list(self._planes.names), times)

    def _show_movie(self) -> None:
        if self._planes is None:
            return
        t, names = self.kernel_frame, self._planes.names
        split = self.mode_combo.currentData() == SIDE_BY_SIDE
        planes = list(range(len(names) - 1)) if split else [self._plane()]
        row = [self._pictures[p][t] for p in planes]
        self.movie_view.show_pictures([row], [], [names[p] for p in planes] if split else [])
        self.strip_view.set_marked(t)
        self.cuts.set_frame(t)
        self._show_caption(t)

    def _show_caption(self, t: int) -> None:
        """Count the kernel's frames in a label of fixed size: any other lays the column out at each frame."""
        count = len(self._pictures[0])
        metrics = self.caption_label.fontMetrics()
        width = metrics.horizontalAdvance(f"kernel frame {count} of {count}") + 4
        self.caption_label.setFixedSize(width, metrics.height() + 2)
        self.caption_label.setText(f"kernel frame {t + 1} of {count}")

    def _show_cuts(self, place: tuple[int, int] | None = None) -> None:
        """Cut the kernel at a weight, or where the person clicked, or where most of it is."""
        if self._planes is None or not self.sections["sections"].opened:
            self.movie_view.set_lines(None, None)
            return
        place = place or self._pinned or self._planes.strongest_lines(self._plane())
        self.cuts.set_planes(self._planes, self._plane())
        self.cuts.set_place(*place)
        self.movie_view.set_lines(*place)

    def _settle(self) -> None:
        """Give nested parts their heights at once, from the inside outwards: nothing jumps on the screen."""
        for section in self.sections.values():
            for widget in (*section.findChildren(QWidget), section):
                if (layout := widget.layout()) is not None:
                    layout.activate()

    def _drop_figures(self) -> None:
        """Forget figures that nobody sees; those on the screen stay until the new ones are there."""
        if self._kernel is None or not self.sections["spectrum"].opened:
            self.set_spectrum(None, None)
        if self._kernel is None or not self.sections["tuning"].opened:
            self.set_tuning(None)

    # Qt overrides

    def showEvent(self, event: QShowEvent) -> None:
        """Ask for the figures that nobody made while the panel was hidden."""
        super().showEvent(event)
        self.figures_wanted.emit()

    # Slots

    @Slot(int)
    def _on_mode_changed(self, _index: int) -> None:
        self._show_movie()
        self._show_cuts()
        self.figures_wanted.emit()

    @Slot(bool)
    def _on_section_toggled(self, opened: bool) -> None:
        self._show_cuts()
        self.opened_changed.emit()
        if opened:
            self.figures_wanted.emit()

    @Slot(object)
    def _on_cell_hovered(self, cell: Cell | None) -> None:
        self._show_value(cell)
        self._show_cuts((cell.y, cell.x) if cell is not None else None)

    @Slot(object)
    def _on_cell_clicked(self, cell: Cell) -> None:
        place = (cell.y, cell.x)
        self._pinned = None if self._pinned == place else place
        self.sections["sections"].set_opened(True)
        self._show_cuts(place)

    @Slot(object)
    def _show_value(self, cell: Cell | None) -> None:
        if cell is None or self._planes is None:
            self.value_label.setText(POINT)
            return
        weight = self._planes.weight(cell.plane, cell.t, cell.y, cell.x)
        place = f"({cell.t},{cell.y},{cell.x},{self._planes.names[cell.plane]})"
        self.value_label.setText(f"{place} = {format_response(weight, 4)}")
