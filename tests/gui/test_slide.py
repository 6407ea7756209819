"""The page of the sliding kernel: true numbers, keys, other clips and banks while it is open, films."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from core.analysis.slide import Order, Route
from core.clip import Clip
from core.convolution.definition import convolve
from core.export.job import FilmJob
from core.filters.builtin import make_bank
from core.settings import ConvolutionSettings
from gui.main_window import MainWindow
from gui.slide import SlidePage
from gui.widgets.slide_export import WHOLE, SlideExportDialog, SlideFilm

STILL = "stimulus:drifting-texture?frames=8&width=40&height=30"


@pytest.fixture
def window(open_window: Callable[..., MainWindow], qtbot: QtBot) -> MainWindow:
    """A small clip, its volumes, and the page in front."""
    made = open_window(STILL)
    with qtbot.waitSignal(made.session.computing_finished):
        pass
    with qtbot.waitSignal(made.session.computing_finished):
        made.session.set_bank(make_bank("zero-mean", filters=2, kernel=(3, 3, 3), seed=1))
    made.explain.show("slide")
    return made


@pytest.fixture
def page(window: MainWindow) -> SlidePage:
    found = window.explain.page("slide")
    assert isinstance(found, SlidePage)
    return found


def press(window: MainWindow, key: Qt.Key) -> None:
    QTest.keyClick(window.workspace.stage.currentWidget().focusProxy(), key)


def test_each_step_shows_the_stored_response_of_the_selected_filter(
    window: MainWindow, page: SlidePage
) -> None:
    for tile in (0, 1):
        window.display.select(tile)
        slide = page.widget.view.slide
        assert slide is not None and page.scan is not None and page.scan.count > 100
        page.driver.seek(77)
        voxel = page.scan.voxel(77)
        assert page.widget.view.step == 77 and page.widget.transport.slider.value() == 77
        assert slide.value(77) == float(window.session.volumes[tile].data[voxel])
        assert slide.inspection(77).agrees
        page.widget.view.grab()
        assert page.widget.view.image is not None


def test_the_film_stands_still_and_follows_the_kernel(window: MainWindow, page: SlidePage) -> None:
    assert not window.driver.head.playing and page.scan is not None
    page.driver.seek(page.scan.per_frame * 3 + 4)
    t, y, x = page.scan.voxel(page.step)
    assert t == 3 and window.driver.frame == 4, "the frame on the kernel's middle"
    (mark,) = window.workspace.input_panel.viewer._marks
    assert (mark.first, mark.last) == ((y, x), (y + 2, x + 2)) and mark.frames == frozenset((3, 4, 5))


def test_keys_play_and_step_the_slide_and_not_the_film(window: MainWindow, page: SlidePage) -> None:
    assert page.scan is not None
    last = page.scan.count - 1
    for key, step in (
        (Qt.Key.Key_Period, 1),
        (Qt.Key.Key_Right, 2),
        (Qt.Key.Key_Comma, 1),
        (Qt.Key.Key_Left, 0),
        (Qt.Key.Key_Left, last),
        (Qt.Key.Key_Home, 0),
        (Qt.Key.Key_End, last),
    ):
        press(window, key)
        assert page.step == step
    press(window, Qt.Key.Key_Space)
    assert page.driver.head.playing and not window.driver.head.playing
    assert page.widget.transport.play_button.icon_name == "pause"
    press(window, Qt.Key.Key_Space)
    assert not page.driver.head.playing
    plain = QKeyEvent(QEvent.Type.ShortcutOverride, Qt.Key.Key_Right, Qt.KeyboardModifier.ControlModifier)
    assert not page.takes_key(plain)


def test_time_only_stays_at_the_pinned_response_and_arrows_move_it(
    window: MainWindow, page: SlidePage
) -> None:
    probe = window.explain.probe
    probe.pin((2, 5, 6))
    page.set_order(Order.TIME_ONLY)
    assert page.scan is not None and page.scan.count == 6
    assert (page.scan.ys[0], page.scan.xs[0]) == (5, 6) and page.step == 2
    press(window, Qt.Key.Key_Right)
    assert probe.voxel == (2, 5, 7) and page.scan.xs[0] == 7 and page.step == 2
    press(window, Qt.Key.Key_BracketRight)
    assert page.step == 3
    press(window, Qt.Key.Key_Period)
    assert page.step == 4
    slide = page.widget.view.slide
    assert slide is not None
    assert [value for _, value in slide.trace] == [float(v) for v in window.session.volumes[0].data[:, 5, 7]]
    assert page.driver.head.fps == 2 and page.widget.transport.speed_spin.value() == 2
    page.set_order(Order.SPACE_THEN_TIME)
    assert page.driver.head.fps == 30


def test_paths_are_chosen_and_told(window: MainWindow, page: SlidePage) -> None:
    panel = page.widget
    assert page.scan is not None
    window.explain.probe.pin((0, 9, 0))
    panel.route_combo.setCurrentIndex(list(Route).index(Route.ROW))
    panel.route_combo.activated.emit(panel.route_combo.currentIndex())
    assert (page.scan.route, page.scan.ys, page.scan.count) == (Route.ROW, range(9, 10), 6 * 38)
    panel.every_spin.setValue(4)
    assert page.scan.count == 6 * 10 and panel.facts.text.startswith("every 4th output of row y = 9, 60 of")
    panel.route_combo.setCurrentIndex(list(Route).index(Route.ALL))
    panel.route_combo.activated.emit(panel.route_combo.currentIndex())
    assert page.scan.count == 6 * 28 * 38 and not panel.every_spin.isEnabled()
    panel.transport.speed_spin.setValue(1)
    assert panel.facts.text.endswith(": 1 h 46 min")


def test_a_click_on_the_map_goes_there_and_one_on_a_frame_pins(window: MainWindow, page: SlidePage) -> None:
    page.widget.view.step_picked.emit(11)
    assert page.step == 11
    page.set_order(Order.TIME_ONLY)
    page.widget.view.place_picked.emit((10.2, 20.9))
    assert window.explain.probe.voxel is not None and window.explain.probe.voxel[1:] == (9, 20)
    assert page.scan is not None and (page.scan.ys[0], page.scan.xs[0]) == (9, 20)


def test_other_clips_banks_and_settings_while_it_is_open(
    window: MainWindow, page: SlidePage, loud_clip: Clip, qtbot: QtBot
) -> None:
    session = window.session
    page.driver.seek(100)
    grey = Clip.from_frames(loud_clip.frames[:1, :9, :9, :1])
    changes: list[Callable[[], None]] = [
        lambda: session.set_bank(make_bank("zero-mean", filters=1, kernel=(4, 2, 6), seed=2)),
        lambda: session.set_clip(loud_clip),
        lambda: session.set_convolution(ConvolutionSettings("same", (2, 3, 1), (1, 2, 1), "relu")),
        lambda: session.set_bank(make_bank("zero-mean", filters=3, kernel=(1, 1, 1), seed=2)),
        lambda: session.set_clip(grey),
        lambda: session.set_bank(make_bank("zero-mean", filters=1, kernel=(16, 16, 16), seed=2)),
    ]
    for order in (Order.SPACE_THEN_TIME, Order.TIME_ONLY):
        page.set_order(order)
        for change in changes:
            with qtbot.waitSignal(session.computing_finished):
                change()
            slide = page.widget.view.slide
            assert slide is not None and page.scan is slide.scan
            assert slide.volume is session.volumes[window.display.selected]
            assert page.step == page.widget.view.step < page.scan.count
            page.widget.view.grab()
            assert slide.inspection(page.step).agrees
        with qtbot.waitSignal(session.computing_finished):
            session.set_convolution(ConvolutionSettings())
            session.set_clip(loud_clip)
            session.set_bank(make_bank("zero-mean", filters=2, kernel=(1, 1, 1), seed=1))


def test_what_cannot_be_computed_is_said_in_the_picture_s_place(
    window: MainWindow, page: SlidePage, qtbot: QtBot
) -> None:
    with qtbot.waitSignal(window.session.computing_failed) as failed:
        window.session.set_bank(make_bank("zero-mean", filters=1, kernel=(16, 3, 3), seed=1))
    assert page.scan is None and page.widget.view.slide is None
    assert page.widget.view._message == failed.args[0]
    page.widget.view.grab()
    press(window, Qt.Key.Key_Space)
    assert not page.driver.head.playing
    window.named_actions["export_slide"].trigger()
    assert failed.args[0] in window.workspace.message_bar.text
    with qtbot.waitSignal(window.session.computing_finished):
        window.session.set_bank(make_bank("zero-mean", filters=1, kernel=(3, 3, 3), seed=1))
    assert page.widget.view.slide is not None


def test_of_a_combined_tile_one_of_its_filters_slides(
    window: MainWindow, page: SlidePage, qtbot: QtBot
) -> None:
    session = window.session
    session.set_bank(make_bank("sobel"))
    with qtbot.waitSignal(session.computing_finished):
        session.set_view("opponent")
    qtbot.waitUntil(lambda: page.source.ready is not None)
    names = page.source.names
    assert page.widget.facts.text.startswith(f"{names[0]}, which the tile is made of: ")
    assert len(names) > 1 and page.widget.filter_combo.count() == len(names)
    assert page.widget.filter_combo.isVisibleTo(page.widget)
    for member in (0, 1):
        with qtbot.waitSignal(page.source.changed):
            page.widget.filter_combo.setCurrentIndex(member)
            page.widget.filter_combo.activated.emit(member)
            page.source.refresh()
        qtbot.waitUntil(lambda: page.source.ready is not None)
        ready = page.source.ready
        assert (
            ready is not None
            and ready.kernel.name == names[member]
            and ready.convolution.activation == "none"
        )
        index = session.members(window.display.selected)[member]
        assert session.working_clip is not None
        corner = Clip.from_frames(session.working_clip.frames[:, :9, :9])
        exact = convolve(corner, session.bank.for_channels(3).weights[index])
        assert ready.volume.data[:, :7, :7] == pytest.approx(exact, abs=1e-5)


def test_hidden_it_does_nothing_and_shown_again_it_is_up_to_date(
    window: MainWindow, page: SlidePage, qtbot: QtBot
) -> None:
    page.driver.play()
    window.explain.show("volumes")
    assert not page.driver.head.playing
    with qtbot.waitSignal(window.session.computing_finished):
        window.session.set_bank(make_bank("zero-mean", filters=2, kernel=(3, 3, 3), seed=9))
    assert page.widget.view.slide is None and page.source.ready is None  # nothing new, nothing old
    window.explain.show("slide")
    slide = page.widget.view.slide
    assert slide is not None and slide.volume is window.session.volumes[window.display.selected]


# Films


def test_a_film_has_a_picture_for_each_of_its_steps(
    window: MainWindow, page: SlidePage, tmp_path: Path, qtbot: QtBot
) -> None:
    path = tmp_path / "slide.gif"
    with qtbot.waitSignal(window.files.exporter.exported) as done:
        page.export(SlideFilm((640, 360), range(0, 100, 20), 10.0, False), path)
    assert done.args == [path]
    with Image.open(path) as film:
        assert (film.size, film.n_frames, film.info["duration"]) == ((640, 360), 5, 100)
        assert "loop" not in film.info


@pytest.mark.parametrize("kind", [".gif", ".mp4"])
def test_a_cancelled_film_leaves_no_file(
    window: MainWindow, page: SlidePage, tmp_path: Path, qtbot: QtBot, kind: str
) -> None:
    exporter = window.files.exporter
    with qtbot.waitSignal(exporter.progress_changed):
        page.export(SlideFilm((640, 360), range(500), 10.0, True), tmp_path / f"slide{kind}")
    assert exporter.busy
    window.workspace.transport.cancel_requested.emit()
    exporter.shutdown()
    assert list(tmp_path.iterdir()) == []


def test_the_dialog_leads_to_a_file(
    window: MainWindow, page: SlidePage, tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[str, str]] = []

    def choose(_parent: object, _title: str, start: str, kinds: str) -> tuple[str, str]:
        asked.append((Path(start).name, kinds))
        return str(tmp_path / "film"), "MP4 video (*.mp4)"

    monkeypatch.setattr("gui.slide.QFileDialog.getSaveFileName", choose)
    monkeypatch.setattr("gui.widgets.slide_export.SlideExportDialog.exec", lambda _: 1)
    page.set_order(Order.TIME_ONLY)
    with qtbot.waitSignal(window.files.exporter.exported) as done:
        window.named_actions["export_slide"].trigger()
    assert done.args == [tmp_path / "film.mp4"] and (tmp_path / "film.mp4").stat().st_size > 1000
    ((name, kinds),) = asked
    assert name.endswith(" slide.gif") and kinds == "GIF animation (*.gif);;MP4 video (*.mp4)"


def test_the_film_is_of_what_was_asked_for(
    window: MainWindow, page: SlidePage, tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While the dialog is open another clip may come; here it is another order of steps."""

    def accept_late(dialog: SlideExportDialog) -> int:
        dialog.part_combo.setCurrentText(WHOLE)
        dialog.every_spin.setValue(1)
        page.set_order(Order.TIME_ONLY)
        return 1

    monkeypatch.setattr(SlideExportDialog, "exec", accept_late)
    monkeypatch.setattr("gui.slide.QFileDialog.getSaveFileName", lambda *_: (str(tmp_path / "film.gif"), ""))
    jobs: list[FilmJob] = []
    monkeypatch.setattr(window.files.exporter, "save", lambda job, _path: jobs.append(job))
    assert page.scan is not None
    steps = page.scan.film_steps()
    page.ask_export()
    assert page.scan.count < len(steps)
    (job,) = jobs
    assert job.film.order == tuple(steps)
    job.film.picture(steps[-1])
