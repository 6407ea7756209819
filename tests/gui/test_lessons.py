"""Lessons in the window: a step shows what it says, and nothing of the person's is lost."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QRect, Qt
from PySide6.QtWidgets import QApplication, QFileDialog, QWidget
from pytestqt.qtbot import QtBot

from core.clip import Clip
from core.errors import UsageError
from core.filters.builtin import make_bank
from core.lessons.lesson import Lesson
from core.lessons.reading import read_lesson
from core.playback import LoopMode
from core.settings import ContrastSettings, ConvolutionSettings, WorkingSize
from gui import lesson_list
from gui.explain import PAGES
from gui.lessons import Lessons
from gui.main_window import MainWindow
from gui.page import Page
from gui.parts import Parts
from gui.widgets.lesson_bubble import seen_part

STILL = "stimulus:still-texture?frames=8&width=40&height=30"
HEAD = 'title = "Mine"\nsummary = "My own."\nminutes = 1\n'
STEPS = """
[[steps]]
text = "First."
clip = "stimulus:drifting-texture?frames=9&width=48&height=36"
bank = "sobel"
select = 3
anchor = "input_viewer"

[[steps]]
text = "Second."
bank = "gabor?directions=2"
show = "energy"
frame = 5
fps = 7
convolution = { stride = [1, 2, 2] }
anchor = "feature_viewer_1"

[[steps]]
text = "Third."
page = "inspector"
page_options = { folded = true }
pin = [1, 4, 5]

[[steps]]
text = "Fourth."
clip = "own"
bank = "zero-mean?filters=2&kernel=3x3x3"
page = "volumes"
convolution = { stride = [1, 1, 1] }
play = true
try = "new filters"
"""


class FakePage(Page):
    """Stands for a page that explains; it keeps what it is told."""

    def __init__(self, parts: Parts) -> None:
        super().__init__(parts)
        self.widget = QWidget()
        self.widget.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.options: dict = {"mine": 1}
        self.shown = False

    def set_shown(self, shown: bool) -> None:
        self.shown = shown

    def preset(self) -> dict:
        return dict(self.options)

    def apply_preset(self, options: dict) -> None:
        if "bad" in options:
            raise UsageError("There is no such comparison.")
        self.options = options


@pytest.fixture
def window(qtbot: QtBot, open_window: Callable[..., MainWindow]) -> MainWindow:
    made = open_window(STILL)
    made.resize(1120, 640)
    for spec in PAGES[1:]:
        page = FakePage(made.explain._parts)
        made.explain._pages[spec.key] = page
        made.workspace.stage.addWidget(page.widget)
    qtbot.waitUntil(lambda: made.session.complete, timeout=20_000)
    return made


@pytest.fixture
def lesson(tmp_path: Path) -> Lesson:
    return written(tmp_path, STEPS)


def written(folder: Path, steps: str, name: str = "mine.toml") -> Lesson:
    path = folder / name
    path.write_text(HEAD + steps, encoding="utf-8")
    return read_lesson(path)


def settle(qtbot: QtBot, window: MainWindow) -> Lessons:
    """Wait until the step is on the screen, computed and pointed at."""
    lessons: Lessons = window.explain.lessons()
    qtbot.waitUntil(
        lambda: (
            not lessons._preparing.busy and window.session.complete and not lessons.bubble._timer.isActive()
        ),
        timeout=20_000,
    )
    return lessons


def begin(qtbot: QtBot, window: MainWindow, lesson: Lesson, number: int = 0) -> Lessons:
    lessons = window.explain.lessons()
    lessons.start(lesson)
    if number:
        lessons.go(number)
    return settle(qtbot, window)


def screen(window: MainWindow) -> tuple:
    """Return all that a step sets, as it is on the screen."""
    session, head = window.session, window.driver.head
    bank = session.bank
    return (
        session.clip.frames.tobytes(), bank.kind, dict(bank.parameters), session.view_key,
        window.display.selected, window.explain.key, head.fps, head.playing,
        None if head.playing else window.driver.frame, window.explain.probe.pinned,
        window.explain.probe.voxel if window.explain.probe.pinned else None,
        session.convolution, session.working_size, session.contrast,
        [volume.data.tobytes() for volume in session.volumes],
    )  # fmt: skip


def test_every_step_is_shown_as_it_is_written_from_whichever_side_it_is_reached(
    qtbot: QtBot, window: MainWindow, lesson: Lesson
) -> None:
    own = window.session.clip
    lessons = begin(qtbot, window, lesson)
    forwards = [screen(window)]
    session, driver, probe = window.session, window.driver, window.explain.probe
    assert session.clip.name == "drifting-texture" and len(session.clip) == 9
    assert session.bank.kind == "sobel" and window.display.selected == 2 and driver.head.playing
    assert lessons.bar.isVisible() and lessons.bar.text == "First."
    assert QApplication.focusWidget() in (lessons.bar.next_button, None)
    lessons.bar.next_button.click()
    settle(qtbot, window)
    forwards.append(screen(window))
    assert (session.bank.kind, session.view_key, window.display.selected) == ("gabor", "energy", 0)
    assert (driver.frame, driver.head.playing, driver.head.fps) == (4, False, 7.0)
    assert session.convolution == ConvolutionSettings(stride=(1, 2, 2))
    lessons.bar.next_button.click()
    settle(qtbot, window)
    forwards.append(screen(window))
    page = window.explain.page("inspector")
    assert window.explain.key == "inspector" and page.shown and page.options == {"folded": True}
    assert probe.pinned and probe.voxel == (1, 4, 5)
    assert driver.frame == probe.axes[0].frame_of(1)
    lessons.bar.next_button.click()
    settle(qtbot, window)
    forwards.append(screen(window))
    assert window.explain.key == "volumes" and session.clip is own and not probe.pinned
    assert lessons.bar.next_button.text() == "Done"
    for number in (1, 3, 0):
        lessons.go(number)
        settle(qtbot, window)
        assert screen(window) == forwards[number], number
    lessons = window.explain.lessons()
    lessons.start(lesson)
    for number in (1, 2, 3, 2, 1):
        lessons.go(number)
    settle(qtbot, window)
    assert lessons.number == 1 and window.session.view_key == "energy"
    assert window.session.clip.name == "drifting-texture"
    lessons = begin(qtbot, window, lesson)
    live = window.named_actions["live"]
    live.blockSignals(True)
    live.setChecked(True)
    live.blockSignals(False)
    lessons.move(1)
    settle(qtbot, window)
    assert not live.isChecked() and window.session.complete


def test_what_was_open_comes_back(qtbot: QtBot, window: MainWindow, lesson: Lesson) -> None:
    session, driver = window.session, window.driver
    session.set_bank(make_bank("gabor", directions=4), "mine")
    session.set_view("opponent")
    session.set_convolution(ConvolutionSettings(padding="same"))
    session.set_working_size(WorkingSize(30, 30))
    session.set_contrast(ContrastSettings(percentile=90, diverging="broc"))
    session.trim(1, 6)
    window.display.select(1)
    driver.set_mode(LoopMode.PING_PONG)
    driver.set_fps(5)
    driver.pause()
    driver.seek(3)
    window.named_actions["choose_frames"].setEnabled(True)
    window.workspace.kernel_panel.set_opened(("tuning",))
    window.explain.show("compare")
    window.explain.probe.pin((2, 3, 4))
    qtbot.waitUntil(lambda: session.complete)
    before, clip, bank, untrimmed = screen(window), session.clip, session.bank, session.untrimmed
    steps, opening = session.undo_stack.count(), window.files.opening
    lessons = begin(qtbot, window, lesson)
    assert session.contrast == ContrastSettings(diverging="broc") and driver.head.mode is LoopMode.LOOP
    assert not window.named_actions["choose_frames"].isEnabled()
    for _ in range(2):
        lessons.move(1)
        settle(qtbot, window)
    lessons.stop()
    assert lessons.bar.return_button.text() == "Back to my clip" and not lessons.running
    lessons.bar.return_button.click()
    qtbot.waitUntil(lambda: session.complete)
    assert screen(window) == before
    assert session.clip is clip and session.bank is bank and session.untrimmed is untrimmed
    assert session.undo_stack.count() == steps and window.files.opening is opening
    assert window.driver.head.mode is LoopMode.PING_PONG
    assert window.named_actions["choose_frames"].isEnabled()
    assert window.workspace.kernel_panel.opened == ("tuning",)
    assert window.explain.page("inspector").options == {"mine": 1}
    assert not lessons.bar.isVisible() and not lessons.bubble.isVisible()


def test_undo_knows_a_lesson_as_one_step_and_the_list_keeps_the_way_back(
    qtbot: QtBot, window: MainWindow, lesson: Lesson
) -> None:
    """Where the person stays with what the lesson opened."""
    session = window.session
    own, bank, before = session.clip, session.bank, session.undo_stack.count()
    lessons = begin(qtbot, window, lesson)
    for number in (1, 0, 1, 2):
        lessons.go(number)
        settle(qtbot, window)
    assert session.undo_stack.count() == before + 1
    assert session.undo_stack.undoText() == "lesson “Mine”"
    lessons.stop()
    lessons.bar.stay_button.click()
    assert session.bank.kind == "gabor" and not lessons.bar.isVisible()
    session.undo_stack.undo()
    assert session.bank is bank
    lessons = begin(qtbot, window, lesson)
    lessons.stop()
    lessons.bar.stay_button.click()
    assert window.session.clip is not own
    lessons.choose()
    dialog = lessons.list.dialog
    qtbot.waitUntil(lambda: dialog.list.count() == 10)
    assert dialog.return_button.isVisible()
    dialog.return_button.click()
    assert window.session.clip is own and lessons.list.dialog is None
    first = lessons.list._ours[0].lesson
    assert first is not None and lessons.list.after(first) is lessons.list._ours[1].lesson
    assert lessons.list.after(lesson) is None
    assert lessons.list.after(lessons.list._ours[-1].lesson) is None


def test_a_wave_that_was_recorded_in_a_lesson_is_the_persons(
    qtbot: QtBot, window: MainWindow, lesson: Lesson, tmp_path: Path
) -> None:
    """The last step asks for one."""
    own_bank = window.session.bank
    lessons = begin(qtbot, window, lesson, 3)
    frames = np.random.default_rng(3).integers(0, 256, (8, 20, 24, 3), dtype=np.uint8)
    wave = Clip.from_frames(frames, fps=20, name="wave")
    window.session.set_clip(wave)
    lessons.move(-1)
    settle(qtbot, window)
    assert window.session.clip is not wave
    lessons.move(1)
    settle(qtbot, window)
    assert window.session.clip is wave
    lessons.go(0)
    settle(qtbot, window)
    window.session.trim(2, 5)  # the lesson's clip, shortened, is not the person's
    lessons.stop()
    lessons.bar.return_button.click()
    assert window.session.clip is wave
    lessons = begin(qtbot, window, written(tmp_path, STEPS), 3)
    bank = window.session.bank
    lessons.bar.attempt_button.click()
    assert window.session.bank is not bank and window.session.bank.kind == "zero-mean"
    lessons.stop()  # nothing is left of the lesson but its settings: the way back is offered all the same
    assert lessons.bar.return_button.text() == "Back to my filters"
    lessons.bar.return_button.click()
    assert window.session.bank is own_bank
    lessons = begin(qtbot, window, written(tmp_path, STEPS.replace("new filters", "record")), 3)
    window.named_actions["show_left"].setChecked(False)
    lessons.bar.attempt_button.click()
    assert window.workspace.left.isVisible()  # there a camera is chosen
    assert "Choose a camera" in window.workspace.message_bar.text


def test_to_the_end_is_done_and_escape_leaves_step_by_step(
    qtbot: QtBot, window: MainWindow, lesson: Lesson
) -> None:
    """A pinned response goes first."""
    lessons = begin(qtbot, window, lesson, 2)
    lessons.stop()
    assert not lessons.list.is_done(lesson) and lessons.bar.resume_button.isVisible()
    lessons.bar.resume_button.click()
    settle(qtbot, window)
    assert lessons.running and lessons.number == 2
    lessons.go(3)
    settle(qtbot, window)
    lessons.bar.next_button.click()
    assert lessons.list.is_done(lesson) and not lessons.bar.resume_button.isVisible()
    lessons.list.remember_done(lesson)
    assert window._state.texts(lesson_list.DONE) == [str(lesson.path)]
    lessons = begin(qtbot, window, lesson, 2)
    assert window.explain.escape() and lessons.running and not window.explain.probe.pinned
    assert window.explain.escape() and not lessons.running
    assert window.explain.escape() and lessons.lesson is None
    assert not window.explain.escape()


def test_keys_alone_go_through_a_lesson(qtbot: QtBot, window: MainWindow, lesson: Lesson) -> None:
    """And Tab reaches every button."""
    own, bank = window.session.clip, window.session.bank
    window.activateWindow()
    qtbot.waitUntil(lambda: QApplication.activeWindow() is window)
    lessons = begin(qtbot, window, lesson)
    assert lessons.bar.next_button.hasFocus()
    qtbot.keyClick(lessons.bar.next_button, Qt.Key.Key_Return)
    settle(qtbot, window)
    assert lessons.number == 1
    grid = window.workspace.feature_grid
    grid.setFocus()
    for key, modifier, number in (
        (Qt.Key.Key_PageDown, Qt.KeyboardModifier.NoModifier, 2),
        (Qt.Key.Key_PageUp, Qt.KeyboardModifier.NoModifier, 1),
        (Qt.Key.Key_Right, Qt.KeyboardModifier.AltModifier, 2),
        (Qt.Key.Key_Left, Qt.KeyboardModifier.AltModifier, 1),
    ):
        qtbot.keyClick(QApplication.focusWidget(), key, modifier)
        settle(qtbot, window)
        assert lessons.number == number
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Escape)
    assert not lessons.running and lessons.bar.return_button.hasFocus()
    qtbot.keyClick(lessons.bar.return_button, Qt.Key.Key_Escape)
    assert window.session.clip is own and window.session.bank is bank
    assert not lessons.bar.isVisible()
    number = lessons.number
    qtbot.keyClick(window, Qt.Key.Key_PageDown)
    assert lessons.number == number  # the keys are free again
    lessons = begin(qtbot, window, lesson, 3)
    window.activateWindow()
    qtbot.waitUntil(lambda: QApplication.activeWindow() is window)
    bar = lessons.bar
    wanted = {bar.attempt_button, bar.back_button, bar.next_button, bar.close_button}
    met = set()
    for _ in range(100):
        focus = QApplication.focusWidget()
        met |= {focus} & wanted
        if met == wanted:
            return
        qtbot.keyClick(focus or window, Qt.Key.Key_Tab)
    raise AssertionError(f"never reached: {[b.text() for b in wanted - met]}")


def test_the_bubble_points_at_what_the_step_is_about(
    qtbot: QtBot, window: MainWindow, lesson: Lesson
) -> None:
    """In every size, on every page, in every theme; or the text stands in the bar."""
    lessons = begin(qtbot, window, lesson)
    w, bubble = window.workspace, lessons.bubble
    viewer = w.input_panel.viewer

    def right(target: QWidget) -> bool:
        """Tell whether it is beside the target, within the columns, and free of what is looked at."""
        seen = seen_part(target, w)
        columns = QRect(w.splitter.mapTo(w, QPoint()), w.splitter.size())
        return (
            bubble.isVisible()
            and not bubble.geometry().intersects(seen)
            and columns.contains(bubble.geometry())
            and seen.adjusted(-1, -1, 1, 1).contains(bubble.place.tip)
        )

    assert right(viewer) and bubble.text_label.text() == "First."
    assert not lessons.bar.text_label.isVisible()
    for size in ((1500, 900), (1000, 620), (1280, 800)):
        window.resize(*size)
        qtbot.waitUntil(lambda: right(viewer))
    window.named_actions["show_left"].trigger()
    qtbot.waitUntil(lambda: right(viewer))
    lessons.move(1)
    settle(qtbot, window)
    qtbot.waitUntil(lambda: right(w.feature_grid.viewers[1]))
    window.explain.show("sections")  # the target is behind it
    qtbot.waitUntil(lambda: not bubble.isVisible())
    assert lessons.bar.text_label.isVisible() and lessons.bar.text_label.text() == "Second."
    window.explain.show("volumes")
    qtbot.waitUntil(lambda: right(w.feature_grid.viewers[1]))
    assert not lessons.bar.text_label.isVisible()
    lessons = begin(qtbot, window, lesson)
    lessons.bubble.close_button.click()
    assert not lessons.bubble.isVisible() and lessons.bar.text_label.isVisible()
    lessons.move(1)
    settle(qtbot, window)
    assert not lessons.bubble.isVisible() and lessons.bar.text_label.text() == "Second."
    lessons.bar.beside_button.click()
    assert lessons.bubble.isVisible() and not lessons.bar.text_label.isVisible()
    lessons = begin(qtbot, window, lesson)
    light = lessons.bubble.grab().toImage()
    window.set_theme("dark")
    QApplication.sendPostedEvents(lessons.bubble, QEvent.Type.PaletteChange.value)
    assert lessons.bubble.grab().toImage() != light


def test_what_a_page_refuses_and_what_is_gone_is_one_sentence_in_the_bar(
    qtbot: QtBot, window: MainWindow, tmp_path: Path
) -> None:
    lessons = begin(qtbot, window, written(tmp_path, STEPS.replace("folded = true", "bad = 1")), 2)
    words = "mine.toml, step 3, page_options: There is no such comparison."
    assert lessons.bar.problem_label.text() == words
    assert window.explain.key == "inspector"
    gone = written(tmp_path, STEPS)
    (tmp_path / "film").mkdir()
    film = STEPS.replace('clip = "own"', 'clip = "film"')
    broken = written(tmp_path, film.replace('play = true\ntry = "new filters"', ""), "broken.toml")
    (tmp_path / "film").rmdir()
    lessons = begin(qtbot, window, broken, 3)
    assert "broken.toml, step 4, clip: There is no file" in lessons.bar.problem_label.text()
    assert gone.steps[0].text == "First."
    lessons.move(-1)
    settle(qtbot, window)
    assert not lessons.bar.problem_label.isVisible()


def test_the_list_offers_ours_and_own_ones_and_a_file(
    qtbot: QtBot, window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lessons: Lessons = window.explain.lessons()
    folder = lessons.list.folder
    assert folder.parent == Path(window._state._store.fileName()).parent and not folder.exists()
    shown: list[str] = []
    monkeypatch.setattr(lesson_list.QDesktopServices, "openUrl", lambda url: shown.append(url.toLocalFile()))
    window.named_actions["lessons"].trigger()
    dialog = lessons.list.dialog
    qtbot.waitUntil(lambda: dialog.list.count() == 10)
    dialog.folder_button.click()
    assert folder.is_dir() and [Path(path) for path in shown] == [folder]
    assert str(folder) in dialog.hint_label.text()
    dialog.reject()
    written(folder, STEPS, "my-own.toml")
    window.named_actions["lessons"].trigger()
    dialog = lessons.list.dialog
    qtbot.waitUntil(lambda: dialog.list.count() == 11)
    (tmp_path / "bad.toml").write_text("title = 3", encoding="utf-8")
    answers = [str(tmp_path / "bad.toml"), str(folder / "my-own.toml"), ""]
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (answers.pop(0), ""))
    dialog.file_button.click()
    qtbot.waitUntil(lambda: "bad.toml: " in dialog.problem_label.text())
    with qtbot.waitSignal(lessons.list.chosen):
        dialog.file_button.click()
    assert lessons.list.dialog is None and lessons.running
    settle(qtbot, window)
    assert lessons.bar.title_label.text == "Mine"


def test_after_a_second_lesson_and_at_the_end_what_was_before_the_first_is_kept(
    qtbot: QtBot, window: MainWindow, lesson: Lesson, tmp_path: Path
) -> None:
    """Closing the window in the middle of a lesson remembers nothing of it."""
    own, bank = window.session.clip, window.session.bank
    begin(qtbot, window, lesson, 1)
    lessons = begin(qtbot, window, written(tmp_path, STEPS, "other.toml"), 2)
    lessons.stop()
    lessons.bar.return_button.click()
    assert window.session.clip is own and window.session.bank is bank
    bank, view = window.session.bank, window.session.view_key
    begin(qtbot, window, lesson, 1)
    assert window.session.view_key == "energy"
    window.close()
    assert window.session.bank is bank and window.session.view_key == view
    assert window._state.text("bank/request").startswith("zero-mean")
    assert window._state.load("convolution", ConvolutionSettings(padding="same")) == ConvolutionSettings()


def test_it_starts_before_there_is_a_clip(
    qtbot: QtBot, open_window: Callable[..., MainWindow], tmp_path: Path
) -> None:
    window = open_window(STILL)
    lessons = window.explain.lessons()
    text = STEPS.replace('page = "inspector"\npage_options = { folded = true }', "")
    lessons.start(written(tmp_path, text))
    settle(qtbot, window)
    qtbot.waitUntil(lambda: window.session.complete)
    lessons.go(3)
    settle(qtbot, window)
    assert window.session.clip is not None
