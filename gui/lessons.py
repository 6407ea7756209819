"""Lessons in the window: the bar, the bubble, and the way from step to step."""

from PySide6.QtCore import QObject, QTimer, Slot
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget

from core.errors import WavecubeError
from core.lessons.lesson import Lesson, Step
from core.lessons.preparing import Prepared, prepare
from core.progress import Progress
from gui.explain import Explain
from gui.lesson_list import LessonList
from gui.lesson_screen import LessonScreen
from gui.parts import Parts
from gui.tasks import LatestTask
from gui.widgets.lesson_bar import LessonBar
from gui.widgets.lesson_bubble import LessonBubble, painted_parts

BESIDE = "lessons/beside"
PATIENCE_MS = 300
MOST_APART = 9  # more tiles are one picture to the bubble: there is no room between them
KEYS = {"Alt+Right": 1, "PgDown": 1, "Alt+Left": -1, "PgUp": -1}


class Lessons(QObject):
    """Plays lessons; GUI thread.

    While one runs, a bar stands above the transport. A step's clip and filters are made in a worker, of
    which the newest request counts; the screen changes at once when they are there. Leaving offers the
    way back to what was open before, and the list keeps offering it as long as it is taken neither way.
    """

    def __init__(self, parts: Parts, explain: Explain) -> None:
        super().__init__(parts.workspace)
        self._parts, self._explain = parts, explain
        self._screen = LessonScreen(parts, explain)
        self.lesson: Lesson | None = None
        self.number = 0
        self._left = False
        self.list = LessonList(parts.state, parts.window)
        self.bar = LessonBar()
        workspace = parts.workspace
        self.bubble = LessonBubble(workspace, workspace.splitter, self._pictures, self._others)
        self._preparing = LatestTask("lesson-step", self)
        self._patience = QTimer(self)
        self._patience.setSingleShot(True)
        self._patience.setInterval(PATIENCE_MS)
        self._patience.timeout.connect(self._on_patience_ended)
        self._shortcuts = [self._shortcut(key, by) for key, by in KEYS.items()]
        self._connect()

    @property
    def running(self) -> bool:
        """Whether a step is on the screen."""
        return self.lesson is not None and not self._left

    # What a person can do

    @Slot()
    def choose(self) -> None:
        """Show the list of lessons."""
        kept = self._screen.kept and self._screen.touched and not self.running
        self.list.show(self._way_back() if kept else "")

    @Slot(object)
    def start(self, lesson: Lesson) -> None:
        """Begin a lesson; what is open now can be brought back when it is left."""
        if not lesson.steps:
            return
        self.list.close()
        self.list.read()
        self._screen.keep()
        self.lesson, self._left = lesson, False
        self._set_keys(True)
        self._parts.workspace.set_lesson_bar(self.bar)
        self.bar.show()
        self.go(0)
        self.bar.next_button.setFocus()

    @Slot(int)
    def go(self, number: int) -> None:
        """Go to a step, from 0; beyond the last one the lesson is done."""
        lesson = self.lesson
        if lesson is None or self._left or number < 0:
            return
        if number >= len(lesson.steps):
            self.stop()
            return
        self.number = number
        step = lesson.steps[number]
        self.bar.show_step(lesson.title, number, len(lesson.steps), step.text, step.attempt or "")
        self._point_meanwhile(step)
        clip, bank = self._screen.missing(lesson, step.preset)
        if clip or bank:
            self._preparing.start(lambda: prepare(lesson, number, clip=clip, bank=bank))
        else:
            self._preparing.cancel()
            self._show(Prepared(number, None, None))

    def move(self, by: int) -> None:
        """Go on or back by so many steps."""
        self.go(self.number + by)

    @Slot()
    def stop(self) -> None:
        """Leave the lesson; the bar offers the ways on."""
        if self.lesson is None or self._left:
            return
        self._preparing.cancel()
        self._patience.stop()
        finished = self.number == len(self.lesson.steps) - 1
        if finished:
            self.list.remember_done(self.lesson)
        self._left = True
        self._set_keys(False)
        self.bubble.clear()
        other = self.list.after(self.lesson) if finished else None
        self.bar.show_left(self.lesson.title, finished, self._way_back(), other.title if other else "")
        self.bar.return_button.setFocus()

    @Slot()
    def give_back(self) -> None:
        """Bring back what was open before the lesson."""
        self._close()
        self._screen.give_back()

    def escape(self) -> bool:
        """Leave the lesson, or go back to what was open before it; return whether there was one."""
        if self.lesson is None:
            return False
        if self._left:
            self.give_back()
        else:
            self.stop()
        return True

    def shutdown(self) -> None:
        """Bring back what was open, so that it is remembered, and wait for the workers.

        Who left a lesson and stayed with what it opened, keeps it.
        """
        if self.lesson is not None:
            self.give_back()
        self.list.shutdown()
        self._preparing.shutdown()

    # Inside

    def _connect(self) -> None:
        bar = self.bar
        bar.next_requested.connect(self._on_next)
        bar.back_requested.connect(self._on_back)
        bar.step_requested.connect(self.go)
        bar.close_requested.connect(self.stop)
        bar.attempt_requested.connect(self._on_attempt_requested)
        bar.bubble_wanted.connect(self._on_bubble_wanted)
        bar.return_requested.connect(self.give_back)
        bar.stay_requested.connect(self._close)
        bar.resume_requested.connect(self._on_resume_requested)
        bar.other_requested.connect(self._on_other_requested)
        self.bubble.placed.connect(self._on_placed)
        self.bubble.dismissed.connect(self._on_dismissed)
        self.list.chosen.connect(self.start)
        self.list.return_requested.connect(self.give_back)
        self._preparing.result_ready.connect(self._show)
        self._preparing.progress_changed.connect(self._on_progress)
        self._preparing.finished.connect(self._on_prepared)
        self._preparing.failed.connect(self._on_failed)
        # Parts of the window come and go with these.
        self._explain.page_changed.connect(self.bubble.refresh)
        self._parts.session.bank_changed.connect(self.bubble.refresh)
        self._parts.session.view_changed.connect(self.bubble.refresh)

    def _shortcut(self, key: str, by: int) -> QShortcut:
        shortcut = QShortcut(QKeySequence(key), self._parts.window)
        shortcut.activated.connect(self._on_next if by > 0 else self._on_back)
        shortcut.setEnabled(False)
        return shortcut

    def _set_keys(self, on: bool) -> None:
        for shortcut in self._shortcuts:
            shortcut.setEnabled(on)

    def _way_back(self) -> str:
        return "Back to my filters" if self._screen.own_clip_open else "Back to my clip"

    def _pictures(self) -> list[QWidget]:
        """Return what the bubble should leave free: what is to be looked at."""
        workspace = self._parts.workspace
        panel = workspace.input_panel
        viewers = list(workspace.feature_grid.viewers)
        shown: list[QWidget] = [*viewers] if len(viewers) <= MOST_APART else [workspace.feature_grid]
        page = self._page()
        return [panel.viewer, *panel.slices, *shown, *(painted_parts(page)[0] if page is not None else ())]

    def _others(self) -> list[QWidget]:
        """Return all else that can be read or used."""
        pictures = self._pictures()
        painted, controls = painted_parts(self._parts.workspace.splitter)
        return [*controls, *(widget for widget in painted if widget not in pictures)]

    def _page(self) -> QWidget | None:
        """Return the page that explains, where one is in front."""
        return self._parts.workspace.stage.currentWidget() if self._explain.key != "volumes" else None

    @Slot()
    def _close(self) -> None:
        """Take the bar away; what is on the screen stays."""
        self._preparing.cancel()
        self._patience.stop()
        self._parts.workspace.transport.set_busy(None)
        self.lesson, self._left = None, False
        self._set_keys(False)
        self.bubble.clear()
        if self.bar.isVisible():
            self._parts.workspace.set_lesson_bar(None)
            self.bar.hide()
            self._parts.workspace.feature_grid.setFocus()

    @Slot(object)
    def _show(self, prepared: Prepared) -> None:
        lesson = self.lesson
        if lesson is None or self._left or prepared.number != self.number:
            return
        focused = self.bar.focusWidget() if self.bar.isAncestorOf(_focus(self._parts.window)) else None
        step = lesson.steps[prepared.number]
        try:
            self._screen.show(lesson, prepared)
        except WavecubeError as error:
            where = f"{lesson.path.name}, step {prepared.number + 1}, page_options"
            self.bar.show_problem(f"{where}: {error}")
        if focused is not None:
            focused.setFocus()  # a page takes it when it comes to the front
        self._patience.stop()
        if self._wants_bubble(step):
            self.bubble.point(step.text, step.anchor)
        else:
            self._on_placed(False)

    def _wants_bubble(self, step: Step) -> bool:
        return bool(step.anchor) and self._parts.state.number(BESIDE, 1) != 0

    def _point_meanwhile(self, step: Step) -> None:
        """While a step is prepared: point at what is there already, or wait a little with the text.

        In the bar for a moment only, it would make all pictures smaller and larger again.
        """
        if not self._wants_bubble(step):
            self.bubble.clear()
        elif step.preset.page == self._explain.key:
            self.bubble.point(step.text, step.anchor)
        else:
            self.bubble.clear()
            self.bar.set_beside(True, False)
            self._patience.start()

    # Slots

    @Slot()
    def _on_patience_ended(self) -> None:
        if self.running and self.bubble.place is None:
            self.bar.set_beside(False, False)

    @Slot()
    def _on_next(self) -> None:
        self.move(1)

    @Slot()
    def _on_back(self) -> None:
        self.move(-1)

    @Slot(str)
    def _on_attempt_requested(self, attempt: str) -> None:
        actions = self._parts.actions
        if attempt == "record":
            actions["show_left"].setChecked(True)  # where a camera is chosen
            actions["record"].trigger()
        else:
            actions["regenerate"].trigger()

    @Slot(bool)
    def _on_placed(self, placed: bool) -> None:
        if self.running and self.lesson is not None:
            anchor = self.lesson.steps[self.number].anchor
            self.bar.set_beside(placed, bool(anchor) and not self._parts.state.number(BESIDE, 1))

    @Slot()
    def _on_dismissed(self) -> None:
        self._parts.state.remember(BESIDE, 0)
        self.bubble.clear()

    @Slot(bool)
    def _on_bubble_wanted(self, wanted: bool) -> None:
        self._parts.state.remember(BESIDE, int(wanted))
        if self.running and self.lesson is not None:
            step = self.lesson.steps[self.number]
            self.bubble.point(step.text, step.anchor)

    @Slot()
    def _on_resume_requested(self) -> None:
        self._left = False
        self._set_keys(True)
        self.go(self.number)
        self.bar.next_button.setFocus()

    @Slot()
    def _on_other_requested(self) -> None:
        other = self.list.after(self.lesson) if self.lesson is not None else None
        if other is not None:
            self.start(other)

    @Slot(object)
    def _on_progress(self, progress: Progress) -> None:
        self._parts.workspace.transport.set_busy(progress.text or "opening the clip…", progress.fraction)

    @Slot()
    def _on_prepared(self) -> None:
        if not self._parts.session.computing:
            self._parts.workspace.transport.set_busy(None)

    @Slot(str)
    def _on_failed(self, sentence: str) -> None:
        self._on_prepared()
        self._on_patience_ended()
        self.bar.show_problem(sentence)


def _focus(window: QWidget) -> QWidget:
    return window.focusWidget() or window
