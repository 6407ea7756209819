"""The main job, end to end, in the real window: open, watch, draw new filters, record, go live, export."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageSequence
from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QComboBox, QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from core.convolution.definition import convolve
from core.settings import ExportSettings, RecordSettings
from gui.main_window import MainWindow
from gui.widgets.filter_panel import BankRequest
from tests.mjpeg_server import MjpegServer
from tests.motion_banks import motion_bank

NAMED = (
    "record_button",
    "regenerate_button",
    "camera_combo",
    "bank_combo",
    "play_button",
    "frame_slider",
    "speed_spin",
    "input_viewer",
    "feature_viewer_0",
    "feature_viewer_7",
    "live_button",
)
ACTIONS = ("open", "record", "regenerate", "export_gif", "live", "play", "quit")
STIMULUS = "stimulus:drifting-grating?frames=8&width=40&height=30"


def opened(qtbot: QtBot, window: MainWindow) -> MainWindow:
    """Wait until everything that was asked for is on the screen."""
    qtbot.waitUntil(lambda: window.session.complete, timeout=20_000)
    return window


def trigger(window: MainWindow, name: str) -> None:
    action = window.findChild(QAction, f"action_{name}")
    assert action is not None
    action.trigger()


def test_the_window_opens_on_the_sample_with_all_names(
    qtbot: QtBot, open_window: Callable[..., MainWindow]
) -> None:
    window = opened(qtbot, open_window())
    assert window.session.clip is not None
    assert window.session.clip.frames.shape == (16, 240, 320, 3)
    assert len(window.session.volumes) == 8
    for name in NAMED:
        assert window.findChild(QWidget, name) is not None, name
    for name in ACTIONS:
        assert window.findChild(QAction, f"action_{name}") is not None, name
    assert "Wavecube" in window.windowTitle()


def test_pictures_on_the_screen_are_the_volumes_in_their_colours(
    qtbot: QtBot, open_window: Callable[..., MainWindow]
) -> None:
    window = opened(qtbot, open_window(STIMULUS))
    window.driver.pause()
    window.driver.seek(4)
    viewer = window.workspace.feature_grid.viewers[0]
    image = viewer.grab().toImage()
    rect = viewer.picture_rect()
    volume, limits = window.session.volumes[0], window.session.limits(0)
    frame = volume.data[viewer.shown_frame[0]]
    table = window.session.table.rgb.astype(int)
    ratio = image.devicePixelRatio()
    for y in range(3, frame.shape[0] - 3, 4):
        for x in range(3, frame.shape[1] - 3, 5):
            # The middle of the voxel (the viewer enlarges these small frames without smoothing).
            place = QPoint(
                int((rect.left() + (x + 0.5) * rect.width() / frame.shape[1]) * ratio),
                int((rect.top() + (y + 0.5) * rect.height() / frame.shape[0]) * ratio),
            )
            share = (float(frame[y, x]) - limits.low) / (limits.high - limits.low)
            expected = table[min(max(round(share * 126), 0), 126)]
            colour = image.pixelColor(place)
            assert np.abs(expected - [colour.red(), colour.green(), colour.blue()]).max() <= 6


def test_the_button_draws_new_filters_and_undo_brings_the_old_ones_back(
    qtbot: QtBot, open_window: Callable[..., MainWindow]
) -> None:
    window = opened(qtbot, open_window(STIMULUS))
    before = window.session.bank
    button = window.findChild(QPushButton, "regenerate_button")
    assert button is not None
    with qtbot.waitSignal(window.session.computing_finished):
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    after = window.session.bank
    assert after.weights.shape == before.weights.shape
    assert not np.array_equal(after.weights, before.weights)
    assert len(window.session.volumes) == 8
    with qtbot.waitSignal(window.session.computing_finished):
        trigger(window, "undo")
    assert window.session.bank is before


def test_the_original_experiment(qtbot: QtBot, open_window: Callable[..., MainWindow]) -> None:
    window = opened(qtbot, open_window(STIMULUS))
    with qtbot.waitSignal(window.session.computing_finished):
        trigger(window, "original")
    expected = np.random.RandomState(5).randn(5, 5, 5, 3) * 0.5
    assert window.session.bank.weights == pytest.approx(expected[np.newaxis], abs=1e-6)
    clip = window.session.clip
    assert clip is not None
    assert window.session.volumes[0].data == pytest.approx(convolve(clip.as_float(), expected), abs=1e-3)


def test_one_clock_moves_every_viewer_by_its_own_map(
    qtbot: QtBot, open_window: Callable[..., MainWindow]
) -> None:
    window = opened(qtbot, open_window(STIMULUS))
    grid = window.workspace.feature_grid
    window.driver.pause()
    for frame, expected in (
        (0, (0, False)),
        (1, (0, False)),
        (2, (0, True)),
        (5, (3, True)),
        (7, (3, False)),
    ):
        window.driver.seek(frame)
        assert window.workspace.input_panel.viewer.shown_frame == (frame, True)
        assert {viewer.shown_frame for viewer in grid.viewers} == {expected}


def test_values_under_the_cursor(qtbot: QtBot, open_window: Callable[..., MainWindow]) -> None:
    window = opened(qtbot, open_window(STIMULUS))
    window.driver.pause()
    window.driver.seek(4)
    viewer = window.workspace.feature_grid.viewers[2]
    centre = viewer.picture_rect().center().toPoint()
    qtbot.mouseMove(viewer, centre)
    label = window.findChild(QLabel, "")
    assert label is not None
    text = window.workspace.value_label.text()
    assert text.startswith("filter 3  (2, ")
    _, y, x = (int(part) for part in text[text.index("(") + 1 : text.index(")")].split(","))
    value = float(text.rpartition("= ")[2])
    assert value == pytest.approx(float(window.session.volumes[2].data[2, y, x]), rel=1e-3)


def test_double_click_enlarges_and_escape_goes_back(
    qtbot: QtBot, open_window: Callable[..., MainWindow]
) -> None:
    window = opened(qtbot, open_window(STIMULUS))
    grid = window.workspace.feature_grid
    small = grid.viewers[1].width()
    qtbot.mouseDClick(grid.viewers[1], Qt.MouseButton.LeftButton)
    assert grid.enlarged == 1
    assert grid.viewers[1].width() > 1.5 * small
    assert not grid.viewers[0].isVisible()
    qtbot.keyClick(grid, Qt.Key.Key_Escape)
    assert grid.enlarged is None
    assert all(viewer.isVisible() for viewer in grid.viewers)


def test_sixty_four_filters_have_a_viewer_each(qtbot: QtBot, open_window: Callable[..., MainWindow]) -> None:
    window = opened(qtbot, open_window(STIMULUS))
    with qtbot.waitSignal(window.session.computing_finished, timeout=20_000):
        window.filters.make(BankRequest("zero-mean", {"filters": 64, "kernel": (3, 3, 3), "seed": 1}))
    viewers = window.workspace.feature_grid.viewers
    assert [viewer.objectName() for viewer in viewers] == [f"feature_viewer_{i}" for i in range(64)]
    assert all(viewer.film is not None for viewer in viewers)
    places = {(viewer.x(), viewer.y()) for viewer in viewers}
    assert len(places) == 64
    with qtbot.waitSignal(window.session.computing_finished):
        window.filters.make(BankRequest("zero-mean", {"filters": 1, "kernel": (3, 3, 3), "seed": 1}))
    assert len(window.workspace.feature_grid.viewers) == 1


def test_a_wrong_file_gets_one_sentence_and_nothing_is_lost(
    qtbot: QtBot, open_window: Callable[..., MainWindow], tmp_path: Path
) -> None:
    window = opened(qtbot, open_window(STIMULUS))
    before = window.session.clip
    wrong = tmp_path / "holiday.mp4"
    wrong.write_text("this is not a video")
    with qtbot.waitSignal(window.files.opener.failed) as caught:
        window.files.open(str(wrong))
    assert window.workspace.message_bar.text == caught.args[0]
    assert "holiday.mp4" in caught.args[0]
    assert window.session.clip is before
    assert len(window.session.volumes) == 8
    window.filters.open(tmp_path / "none.npz")
    assert "none.npz" in window.workspace.message_bar.text
    with qtbot.waitSignal(window.session.computing_finished):
        window.filters.choose("sobel")
    assert not window.workspace.message_bar.isVisible()  # it was about other filters


def test_export_from_the_window(qtbot: QtBot, open_window: Callable[..., MainWindow], tmp_path: Path) -> None:
    window = opened(qtbot, open_window(STIMULUS))
    target = tmp_path / "out.gif"
    for content, frames in (("mosaic", 8), ("input", 8), ("feature", 4)):
        with qtbot.waitSignal(window.files.exporter.exported, timeout=20_000):
            window.files.export(ExportSettings(content=content, fps=10), target)  # type: ignore[arg-type]
        with Image.open(target) as gif:
            durations = [frame.info["duration"] for frame in ImageSequence.Iterator(gif)]
        assert durations == [100] * frames
    arrays = tmp_path / "out.npz"
    with qtbot.waitSignal(window.files.exporter.exported, timeout=20_000):
        window.files.export(ExportSettings(), arrays)
    with np.load(arrays) as saved:
        assert saved["volumes"].shape == (8, 4, 26, 36)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["out.gif", "out.npz"]


def test_an_export_that_cannot_be_saved_says_so(
    qtbot: QtBot, open_window: Callable[..., MainWindow], tmp_path: Path
) -> None:
    window = opened(qtbot, open_window(STIMULUS))
    with qtbot.waitSignal(window.files.exporter.failed) as caught:
        window.files.export(ExportSettings(), tmp_path / "nowhere" / "out.gif")
    assert "nowhere" in caught.args[0]


def test_a_wave_is_recorded_from_a_camera(qtbot: QtBot, open_window: Callable[..., MainWindow]) -> None:
    with MjpegServer(fps=60) as server:
        window = opened(qtbot, open_window(STIMULUS, "--camera", server.url))
        button = window.findChild(QPushButton, "record_button")
        assert button is not None
        qtbot.waitUntil(button.isEnabled, timeout=10_000)
        window.workspace.record_panel.set_settings(RecordSettings(frames=5, countdown_s=0))
        window.workspace.record_panel.settings_changed.emit(RecordSettings(frames=5, countdown_s=0))
        with qtbot.waitSignal(window.cameras.recorded, timeout=10_000) as caught:
            qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
        clip = caught.args[0]
        assert len(clip) == 5
        assert window.session.clip is clip
        qtbot.waitUntil(lambda: window.session.complete, timeout=20_000)
        assert window.named_actions["retake"].isEnabled()
        combo = window.findChild(QComboBox, "camera_combo")
        assert combo is not None
        window.cameras.choose(None)
        qtbot.waitUntil(lambda: not server.connected, timeout=10_000)


def test_live_filters_answer_to_the_camera(qtbot: QtBot, open_window: Callable[..., MainWindow]) -> None:
    with MjpegServer(fps=60) as server:
        window = opened(qtbot, open_window(STIMULUS, "--camera", server.url))
        clip = window.session.clip
        qtbot.waitUntil(lambda: window.cameras.feed.running, timeout=10_000)
        trigger(window, "live")
        button = window.workspace.live_button
        assert button.isChecked()
        for on in (False, True):
            qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
            assert (button.isChecked(), window.live.active) == (on, on)
        grid = window.workspace.feature_grid
        qtbot.waitUntil(
            lambda: all(v.film is not None and v.film.size.width() == 156 for v in grid.viewers),
            timeout=10_000,
        )
        # Other filters while live: fewer viewers, still answering.
        window.filters.make(BankRequest("zero-mean", {"filters": 2, "kernel": (3, 3, 3), "seed": 4}))
        qtbot.waitUntil(
            lambda: all(v.film is not None and v.film.size.width() == 158 for v in grid.viewers),
            timeout=10_000,
        )
        # So do the directions of a bank of pairs.
        window.session.set_bank(motion_bank(side=5, frames=3))
        window.session.set_view("direction")
        qtbot.waitUntil(
            lambda: [v.film is not None and v.film.size.width() == 156 for v in grid.viewers] == [True],
            timeout=10_000,
        )
        assert grid.viewers[0].film.volume.angles is not None
        window.session.undo_stack.undo()
        trigger(window, "live")
        assert not button.isChecked()
        qtbot.waitUntil(lambda: window.session.complete, timeout=20_000)
        assert window.session.clip is clip
        assert grid.viewers[0].film is not None
        assert grid.viewers[0].film.size.width() == 38


def test_escape_cancels_a_countdown_and_the_clip_stays(
    qtbot: QtBot, open_window: Callable[..., MainWindow]
) -> None:
    with MjpegServer(fps=60) as server:
        window = opened(qtbot, open_window(STIMULUS, "--camera", server.url))
        before = window.session.clip
        qtbot.waitUntil(lambda: window.cameras.feed.running, timeout=10_000)
        trigger(window, "record")
        assert window.cameras.feed.recording
        qtbot.keyClick(window, Qt.Key.Key_Escape)
        assert not window.cameras.feed.recording
        assert window.session.clip is before


def test_state_returns_at_the_next_start(qtbot: QtBot, open_window: Callable[..., MainWindow]) -> None:
    window = opened(qtbot, open_window(STIMULUS))
    window.filters.make(BankRequest("raw", {"filters": 3, "kernel": (3, 3, 3), "seed": 77}))
    window.driver.set_fps(25)
    window.session.change_contrast(diverging="berlin")
    window.set_theme("dark")
    window.close()
    again = opened(qtbot, open_window(STIMULUS))
    assert dict(again.session.bank.parameters)["seed"] == 77
    assert again.session.bank.kind == "raw"
    assert again.driver.head.fps == 25
    assert again.session.contrast.diverging == "berlin"
    again.set_theme("light")


def test_a_damaged_settings_file_keeps_nothing_shut(
    qtbot: QtBot, open_window: Callable[..., MainWindow], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    broken = tmp_path / "broken.ini"
    broken.write_bytes(
        b"[bank]\nrequest=raw?kernel=x&filters=-3\n[settings]\nsize=@Variant(\\0\\0)\n\xff\x00"
    )
    monkeypatch.setenv("WAVECUBE_SETTINGS", str(broken))
    assert opened(qtbot, open_window(STIMULUS)).session.complete


def test_contrast_and_slices_follow_while_live(qtbot: QtBot, open_window: Callable[..., MainWindow]) -> None:
    with MjpegServer(fps=60) as server:
        window = opened(qtbot, open_window(STIMULUS, "--camera", server.url))
        qtbot.waitUntil(lambda: window.cameras.feed.running, timeout=10_000)
        trigger(window, "live")
        window.filters.make(BankRequest("zero-mean", {"filters": 2, "kernel": (3, 3, 3), "seed": 4}))
        grid, panel = window.workspace.feature_grid, window.workspace.input_panel
        qtbot.waitUntil(
            lambda: all(v.film is not None and v.film.size.width() == 158 for v in grid.viewers),
            timeout=10_000,
        )
        for limit in (3.0, 5.0):
            window.session.change_contrast(mode="manual", manual_limit=limit)
            qtbot.waitUntil(
                lambda limit=limit: {v.film.limits.high for v in grid.viewers} == {limit}, timeout=10_000
            )
        # The shared cursor is in pixels of the camera's frames (160x120), not of the clip's (40x30).
        panel.set_cross((100.0, 150.0))
        assert [view.line for view in panel.slices] == [100, 150]


def test_the_programs_own_name_is_no_input():
    from gui.app import _parse

    assert _parse(["main.py", "wave.mp4"]).input == "wave.mp4"
    assert _parse(["folder/main.py"]).input is None
    assert _parse(["wave.mp4"]).input == "wave.mp4"


def test_closing_in_the_middle_of_things_stops_every_timer(
    qtbot: QtBot, open_window: Callable[..., MainWindow]
) -> None:
    window = opened(qtbot, open_window(STIMULUS))
    window.files.show_info("Saved.")
    window.filters.make(BankRequest("zero-mean", {"filters": 2, "kernel": (3, 3, 3), "seed": 4}))
    assert window.session.computing
    window.close()
    assert [timer for timer in window.findChildren(QTimer) if timer.isActive()] == []


def test_closing_while_the_filters_run_live_stops_the_film(
    qtbot: QtBot, open_window: Callable[..., MainWindow]
) -> None:
    with MjpegServer(fps=60) as server:
        window = opened(qtbot, open_window(STIMULUS, "--camera", server.url))
        window.driver.play()
        trigger(window, "live")
        assert window.live.active and not window.driver.head.playing
        window.close()
    assert not window.driver.head.playing
    assert [timer for timer in window.findChildren(QTimer) if timer.isActive()] == []
