"""One response on the inspector's panel: table, bottom line, largest terms, frames and courses."""

from dataclasses import replace

from PySide6.QtCore import QObject

from core.analysis.inspect_tile import Account
from core.analysis.inspector import Inspection
from core.analysis.pixel_time import pixel_in_time
from core.clip import Clip
from core.display.colormap import ColorTable
from core.display.inspection import InspectionSheet, weight_block
from core.display.sheet import Block
from core.filters.kernel import Kernel
from core.volume import FeatureVolume
from gui import inspector_words as words
from gui.films import ClipFilm
from gui.widgets.controls import set_property
from gui.widgets.inspector_panel import InspectorPanel
from gui.widgets.marks import Mark


class Inspected(QObject):
    """Shows responses on a panel, and keeps what stays the same while only the place changes; GUI thread."""

    def __init__(self, panel: InspectorPanel) -> None:
        super().__init__(panel)
        self._panel = panel
        self._weights: tuple[Kernel, bool, Block] | None = None
        self._film: ClipFilm | None = None
        self._tap: tuple[int, int] | None = None
        self._time: tuple[Clip, Inspection, FeatureVolume] | None = None

    def show(
        self,
        clip: Clip,
        found: Account,
        part: int,
        volume: FeatureVolume,
        table: ColorTable,
    ) -> None:
        """Take a response apart.

        Parameters
        ----------
        clip
            As the filters saw it.
        found, part
            The tile's value, and which of the responses behind it is wanted.
        volume
            The tile's.
        table
            The colours of products.
        """
        panel, inspection = self._panel, found.parts[part].inspection
        patch = inspection.patch
        folded = panel.fold_button.isChecked() and patch.raw is not None and patch.shape[3] > 1
        panel.table.set_sheet(
            InspectionSheet(inspection, self._weight_block(inspection.kernel, folded), table)
        )
        terms = inspection.largest(words.LARGEST)
        panel.terms.set_lines(words.term_lines(inspection, terms, folded), table)
        panel.share.setText(words.share_sentence(inspection, terms))
        panel.balance.set_bars(words.bars(inspection), table)
        panel.equation.set_line(
            words.equation_parts(inspection), words.verdict(inspection), words.exact_line(inspection)
        )
        self._show_origin(found)
        self._show_strip(clip, inspection)
        self._time = (clip, inspection, volume)
        self._show_courses()
        panel.viewer.set_marks((Mark.at(inspection.voxel),))

    def release(self) -> None:
        """Let go of clip and volume."""
        self._film = self._time = None

    def follow_tap(self, tap: tuple[int, int] | None) -> None:
        """Show the courses at another place (row, column) in the kernel; None is its middle."""
        if tap != self._tap:
            self._tap = tap
            self._show_courses()

    def _weight_block(self, kernel: Kernel, folded: bool) -> Block:
        """Return the weights as a block: the same object while nothing but the place changes."""
        kept = self._weights
        if kept is None or kept[0] is not kernel or kept[1] != folded:
            kept = (kernel, folded, weight_block(kernel, folded))
            self._weights = kept
        return kept[2]

    def _show_origin(self, found: Account) -> None:
        sentence, label = words.origin_sentence(found), self._panel.origin
        if label.text() != sentence:
            label.setText(sentence)
            label.setVisible(bool(sentence))
        wrong = bool(found.sums) and found.agrees is False
        set_property(label, "role", "error" if wrong else "hint")

    def _show_strip(self, clip: Clip, inspection: Inspection) -> None:
        if self._film is None or self._film.clip is not clip:
            self._film = ClipFilm(clip)
        box = replace(Mark.over(inspection.patch.field), frames=None)
        strip = self._panel.strip
        strip.set_film(self._film)
        strip.set_frames(words.strip_frames(inspection), (box,) if inspection.patch.raw is not None else ())
        self._panel.strip_title.setText("What the kernel lies on")

    def _show_courses(self) -> None:
        if self._time is None:
            return
        clip, inspection, volume = self._time
        tap, size = self._tap, inspection.patch.shape[1:3]
        if tap is not None and any(at >= n for at, n in zip(tap, size, strict=True)):
            tap = None
        times = inspection.patch.field.t
        plots = words.plots(pixel_in_time(clip, inspection, volume, tap), inspection, volume)
        self._panel.pixel_time.set_plots(plots, len(clip), (times.first, times.last))
