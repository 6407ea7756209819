"""The ruler of the page of sections: where it lies, what it says, and the speeds that it is laid along."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot

from core.clip import Clip
from core.display.ruler import Ruler, read
from core.display.sections import Position
from core.display.slices import Plane, section
from core.filters.bank import FilterBank
from core.filters.views import View
from core.settings import Triple
from gui.tasks import LatestTask
from gui.widgets.ruler_bar import RulerBar
from gui.widgets.section_grid import SectionGrid

if TYPE_CHECKING:
    from core.analysis.profile import Profile
    from core.analysis.slant import Slant

FIRST_SPEED = 1.0  # px/frame of a ruler that was just laid
_SIGN = {Plane.XT: ("→", "←"), Plane.YT: ("↓", "↑")}


class SectionRuler(QObject):
    """Owns one ruler for x–t and one for y–t, of which one is shown; GUI thread.

    Parameters
    ----------
    bar, grid
        Where it is asked for, and where it lies.
    clip
        Gives the clip as the filters see it, or None.
    cursor
        Gives the cursor in clip coordinates.
    """

    def __init__(
        self,
        bar: RulerBar,
        grid: SectionGrid,
        clip: Callable[[], Clip | None],
        cursor: Callable[[], Position],
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._bar, self._grid, self._clip, self._cursor = bar, grid, clip, cursor
        self._rulers: dict[Plane, Ruler] = {}
        self._laid = False
        self._profile: Profile | None = None
        self._found = ""
        self._wanted: tuple[FilterBank, View | None, int, Triple] | None = None
        self._profile_task = LatestTask("preferred", self)
        self._profile_task.result_ready.connect(self._on_profile_ready)
        self._slant_task = LatestTask("slant", self)
        self._slant_task.result_ready.connect(self._on_slant_ready)
        bar.ruler_toggled.connect(self.lay)
        bar.plane_chosen.connect(self._on_plane_chosen)
        bar.preferred_requested.connect(self.lay_along_preferred)
        bar.fit_requested.connect(self.fit)
        grid.ruler_moved.connect(self._on_moved)

    @property
    def plane(self) -> Plane:
        """The section that it lies on."""
        return self._bar.plane

    @property
    def ruler(self) -> Ruler | None:
        """The ruler that is shown."""
        return self._rulers.get(self.plane) if self._laid else None

    @property
    def busy(self) -> bool:
        """Whether a speed is still being found out."""
        return self._profile_task.busy or self._slant_task.busy

    @Slot(bool)
    def lay(self, laid: bool) -> None:
        """Lay a ruler through the cursor, or where it was; or take it away; without a clip it waits."""
        self._laid = laid
        self.refresh()

    def toggle(self) -> None:
        """Lay it, or take it away."""
        self.lay(not self._laid)

    def drop(self) -> None:
        """Forget where it was: another clip lies under it."""
        self._slant_task.cancel()
        self._rulers.clear()
        self._found = ""
        self.refresh()

    def refresh(self) -> None:
        """Lay what is wanted and not there yet, and say what it reads."""
        if self._laid and self._clip() is not None and self.plane not in self._rulers:
            self._lay_at(FIRST_SPEED)
        self._show()

    @Slot()
    def lay_along_preferred(self) -> None:
        """Lay it along the stripes that the selected filter prefers."""
        velocity = self._preferred()
        if velocity is not None and self._clip() is not None:
            self._laid = True
            self._lay_at(velocity)
            self._found = "The speed that this filter prefers."
            self._show()

    @Slot()
    def fit(self) -> None:
        """Have the speed found of what is under it."""
        clip, ruler, plane = self._clip(), self.ruler, self.plane
        if clip is None or ruler is None:
            return
        index = self._grid.input_index(plane)
        if index is not None:
            self._slant_task.start(lambda: _slant(clip, plane, index, ruler))

    def set_filter(self, bank: FilterBank, view: View | None, tile: int, dilation: Triple) -> None:
        """Find out what speed another filter prefers; from tap to tap it goes `dilation` inputs on."""
        wanted = (bank, view, tile, dilation)
        if wanted != self._wanted:
            self._wanted = wanted
            self._profile = None
            self._show_preferred()
            self._profile_task.start(lambda: _profile(bank, view, tile))

    def shutdown(self) -> None:
        """Wait for the workers."""
        self._profile_task.shutdown()
        self._slant_task.shutdown()

    def _lay_at(self, velocity: float) -> None:
        """Lay it anew through the cursor, at a speed."""
        cursor, plane = self._cursor(), self.plane
        before = self._rulers.get(plane)
        centre = before.middle if before is not None else (cursor[plane.down], cursor[plane.across])
        self._rulers[plane] = Ruler.through(centre, velocity, self._grid.window_of(plane))
        self._found = ""

    def _preferred(self) -> float | None:
        """Return the slope of the preferred stripes on the ruler's section; None without a direction."""
        from core.display.ruler import stripe_velocity

        if self._profile is None or self._profile.direction is None or self._wanted is None:
            return None
        dilation = self._wanted[3]
        taps = stripe_velocity(self._profile.frequency, self.plane)
        return taps * dilation[self.plane.across] / dilation[0]

    def _show(self) -> None:
        ruler, clip = self.ruler, self._clip()
        self._grid.set_ruler(self.plane, ruler)
        self._bar.set_laid(self._laid)
        if ruler is None or clip is None:
            self._bar.show_reading("", "")
            return
        reading = read(ruler, self.plane, clip.fps)
        self._bar.show_reading(reading.text, f"{self._found} {reading.words}".strip())

    def _show_preferred(self) -> None:
        from core.display.legend import format_response

        velocity = self._preferred()
        if velocity is None:
            self._bar.set_preferred(None)
        elif velocity in (float("inf"), float("-inf")):
            self._bar.set_preferred("level ones, everywhere at once")
        else:
            sign = _SIGN[self.plane][int(velocity < 0)]
            self._bar.set_preferred(f"{sign} {format_response(abs(velocity))} px/frame")

    # Slots

    @Slot(object)
    def _on_moved(self, ruler: Ruler) -> None:
        self._slant_task.cancel()
        self._rulers[self.plane] = ruler
        self._found = ""
        self._show()

    @Slot(object)
    def _on_plane_chosen(self, _plane: Plane) -> None:
        self._found = ""
        self._show_preferred()
        self.refresh()

    @Slot(object)
    def _on_profile_ready(self, found: "Profile | None") -> None:
        self._profile = found
        self._show_preferred()

    @Slot(object)
    def _on_slant_ready(self, found: "Slant | None") -> None:
        before = self.ruler
        if before is None:
            return
        if found is None:
            self._found = "Nothing to follow here."
        elif not found.enough:
            self._found = (
                f"No single speed here (certainty {_share(found.certainty)} of 1): "
                "noise, or it moves across this section, too."
            )
        else:
            self._rulers[self.plane] = before.turned(found.velocity, self._grid.limits_of(self.plane))
            how = "Roughly" if found.rough else "Found"
            self._found = f"{how}, certainty {_share(found.certainty)} of 1."
        self._show()


def _profile(bank: FilterBank, view: View | None, tile: int) -> "Iterator[Profile | None]":
    """Yield what a tile prefers; runs in the worker thread."""
    from core.analysis.profile import tile_profile

    yield tile_profile(bank, view, tile)


def _slant(clip: Clip, plane: Plane, index: int, ruler: Ruler) -> "Iterator[Slant | None]":
    """Yield the speed under a ruler; runs in the worker thread."""
    from core.analysis.slant import find_slant

    yield find_slant(section(clip.frames, plane, index), ruler)


def _share(certainty: float) -> str:
    return f"{max(certainty, 0.0):.2f}"
