"""What a lesson does to the window: it shows a preset, and brings back what was there before."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Slot

from core.clip import Clip
from core.filters.bank import FilterBank
from core.lessons.lesson import OWN_CLIP, Lesson, Preset
from core.lessons.preparing import Prepared
from core.playback import LoopMode
from core.settings import ContrastSettings, ConvolutionSettings, Triple, WorkingSize
from gui.explain import Explain
from gui.parts import Parts


@dataclass(frozen=True, eq=False)
class OwnClip:
    """A clip of the person's.

    Parameters
    ----------
    clip, untrimmed
        As the session had them.
    choosable
        Whether other frames of it can be chosen.
    opening
        What the files had opened then.
    """

    clip: Clip | None
    untrimmed: Clip | None
    choosable: bool
    opening: Any


@dataclass(frozen=True, eq=False)
class Kept:
    """All else that was there before a lesson."""

    bank: FilterBank
    convolution: ConvolutionSettings
    size: WorkingSize
    contrast: ContrastSettings
    view: str
    selected: int
    page: str
    frame: int
    playing: bool
    fps: float
    mode: LoopMode
    enlarged: int | None
    unfolded: tuple[str, ...]
    pin: Triple | None


class LessonScreen(QObject):
    """Shows presets and gives back what was there; GUI thread.

    The person's own clip is what was open before the first preset, and whatever is opened or recorded
    meanwhile: a wave that was recorded in the last step is not lost with the lesson.
    """

    def __init__(self, parts: Parts, explain: Explain) -> None:
        super().__init__(parts.workspace)
        self._parts, self._explain = parts, explain
        self._own: OwnClip | None = None
        self._kept: Kept | None = None
        self._clip: Clip | None = None
        self._bank: FilterBank | None = None
        self._clip_key: tuple[Path, str] | None = None
        self._bank_key: tuple[Path, str] | None = None
        self._page_options: dict[str, dict[str, Any]] = {}
        self._busy = False
        self._merge = 0
        parts.session.clip_changed.connect(self._on_clip_changed)

    @property
    def kept(self) -> bool:
        """Whether there is something to go back to."""
        return self._kept is not None

    @property
    def own_clip_open(self) -> bool:
        """Whether the person's own clip is on the screen."""
        return self._own is not None and self._parts.session.clip is self._own.clip

    @property
    def touched(self) -> bool:
        """Whether anything of a lesson is still on the screen."""
        session = self._parts.session
        return session.clip is self._clip or session.bank is self._bank

    def keep(self) -> None:
        """Keep all that a lesson changes; what is kept already stays, while a lesson is on the screen."""
        if self._kept is not None and self.touched:
            return
        session, driver, probe = self._parts.session, self._parts.driver, self._parts.probe
        self._forget()
        self._own = self._own_clip()
        self._merge -= 1  # below 0: no edit of a kernel has such a number
        self._kept = Kept(
            bank=session.bank,
            convolution=session.convolution,
            size=session.working_size,
            contrast=session.contrast,
            view=session.view_key,
            selected=self._parts.display.selected,
            page=self._explain.key,
            frame=driver.frame,
            playing=driver.head.playing,
            fps=driver.head.fps,
            mode=driver.head.mode,
            enlarged=self._parts.workspace.feature_grid.enlarged,
            unfolded=self._parts.workspace.kernel_panel.opened,
            pin=probe.voxel if probe.pinned else None,
        )

    def missing(self, lesson: Lesson, preset: Preset) -> tuple[bool, bool]:
        """Return whether a step's clip and its bank have to be made: they are not on the screen."""
        session = self._parts.session
        same_clip = self._clip_key == (lesson.folder, preset.clip) and session.clip is self._clip
        same_bank = self._bank_key == (lesson.folder, preset.bank) and session.bank is self._bank
        return preset.clip != OWN_CLIP and not same_clip, not same_bank

    def show(self, lesson: Lesson, prepared: Prepared) -> None:
        """Bring a step to the screen.

        Parameters
        ----------
        lesson
            The step's; undo calls its filters by the lesson's title.
        prepared
            Which step, and the clip and the bank that were `missing`.

        Raises
        ------
        WavecubeError
            If the page has no such options; all else is on the screen then.
        """
        preset = lesson.steps[prepared.number].preset
        self._busy = True
        try:
            self._leave_live()
            if preset.page == "volumes":
                self._explain.show("volumes")
            new_clip = self._show_clip(lesson, preset, prepared)
            self._show_bank(lesson, preset, prepared)
            self._explain.show(preset.page)
            self._show_time(preset, new_clip)
        finally:
            self._busy = False
        self._set_page_options(preset)

    def give_back(self) -> None:
        """Bring back what was there before, and the person's newest clip."""
        kept, own = self._kept, self._own
        if kept is None:
            return
        self._busy = True
        try:
            self._give_back_values(kept, own)
            self._give_back_places(kept)
        finally:
            self._busy = False
        self._forget()

    # Showing

    def _leave_live(self) -> None:
        live = self._parts.actions["live"]
        if live.isChecked():
            live.setChecked(False)

    def _show_clip(self, lesson: Lesson, preset: Preset, prepared: Prepared) -> bool:
        """Show the clip; return whether it is another one."""
        session = self._parts.session
        if self.own_clip_open:
            self._own = self._own_clip()  # as it is left now
        own = self._own
        if preset.clip == OWN_CLIP:
            if own is None or own.clip is None or session.clip is own.clip:
                return False
            self._open(own)
            return True
        if prepared.opened is None:
            return False
        self._clip, self._clip_key = prepared.opened.clip, (lesson.folder, preset.clip)
        session.set_working_size(WorkingSize())
        session.set_clip(self._clip)
        self._parts.actions["choose_frames"].setEnabled(False)  # they would be those of another clip
        return True

    def _show_bank(self, lesson: Lesson, preset: Preset, prepared: Prepared) -> None:
        session = self._parts.session
        session.set_working_size(WorkingSize())
        session.set_convolution(preset.convolution)
        session.set_view(preset.show)
        if prepared.bank is not None:
            self._bank, self._bank_key = prepared.bank, (lesson.folder, preset.bank)
            session.set_bank(prepared.bank, f"lesson “{lesson.title}”", self._merge)
        # The person's colours, but limits that a lesson can count on.
        own = session.contrast
        session.set_contrast(ContrastSettings(diverging=own.diverging, sequential=own.sequential))
        self._parts.workspace.feature_grid.enlarge(None)
        self._parts.display.select(preset.select)

    def _show_time(self, preset: Preset, new_clip: bool) -> None:
        driver, probe = self._parts.driver, self._parts.probe
        driver.set_mode(LoopMode.LOOP)
        driver.set_fps(preset.fps)
        if preset.play:
            if new_clip or preset.frame:
                driver.seek(preset.frame)
            driver.play()
        else:
            driver.pause()
            driver.seek(preset.frame)
        if preset.pin is None:
            probe.release()
            probe.hover(None)
            if preset.page != "volumes":
                probe.ensure()
        else:
            probe.pin(preset.pin)
            if not preset.play:
                probe.show_frame()

    def _set_page_options(self, preset: Preset) -> None:
        if preset.page == "volumes":
            return
        page = self._explain.page(preset.page)
        self._page_options.setdefault(preset.page, page.preset())
        page.apply_preset(preset.page_options)

    # Giving back

    def _give_back_values(self, kept: Kept, own: OwnClip | None) -> None:
        session = self._parts.session
        self._leave_live()
        if kept.page == "volumes":
            self._explain.show("volumes")
        session.set_working_size(kept.size)
        if own is not None and own.clip is not None and session.clip is not own.clip:
            self._open(own)
        session.set_convolution(kept.convolution)
        session.set_view(kept.view)
        if session.bank is not kept.bank:
            # Merged with the lesson's own step, which thereby is none: undo knows nothing of the lesson.
            session.set_bank(kept.bank, "back from the lesson", self._merge)
        session.set_contrast(kept.contrast)

    def _give_back_places(self, kept: Kept) -> None:
        parts = self._parts
        parts.display.select(kept.selected)
        parts.workspace.feature_grid.enlarge(kept.enlarged)
        parts.workspace.kernel_panel.set_opened(kept.unfolded)
        parts.driver.set_mode(kept.mode)
        parts.driver.set_fps(kept.fps)
        parts.driver.seek(kept.frame)
        if kept.playing:
            parts.driver.play()
        else:
            parts.driver.pause()
        self._explain.show(kept.page)
        for key, options in self._page_options.items():
            self._explain.page(key).apply_preset(options)
        parts.probe.release()
        if kept.pin is not None:
            parts.probe.pin(kept.pin)

    def _open(self, own: OwnClip) -> None:
        assert own.clip is not None
        self._parts.session.set_clip(own.clip, own.untrimmed)
        self._parts.actions["choose_frames"].setEnabled(own.choosable)
        self._parts.files.opening = own.opening

    def _own_clip(self) -> OwnClip:
        session, files = self._parts.session, self._parts.files
        choosable = self._parts.actions["choose_frames"].isEnabled()
        return OwnClip(session.clip, session.untrimmed, choosable, files.opening)

    def _forget(self) -> None:
        self._kept = self._own = self._clip = self._bank = None
        self._clip_key = self._bank_key = None
        self._page_options = {}

    @Slot()
    def _on_clip_changed(self) -> None:
        """Keep what the person opens or records while a lesson's clip was there."""
        session = self._parts.session
        lessons = self._clip is not None and self._clip in (session.clip, session.untrimmed)
        if self._kept is not None and not self._busy and not lessons:
            self._own = self._own_clip()
