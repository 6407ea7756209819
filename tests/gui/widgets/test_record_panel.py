"""The record panel: one button, its settings, and what came of it."""

import pytest
from PySide6.QtCore import Qt

from core.recorder import RecorderState, RecorderStatus
from core.settings import RecordSettings, WorkingSize
from gui.widgets.record_panel import RecordPanel
from gui.widgets.size_row import AS_IT_IS


@pytest.fixture
def panel(qtbot):
    panel = RecordPanel()
    qtbot.addWidget(panel)
    panel.resize(262, 500)
    panel.show()
    return panel


def click(qtbot, widget):
    qtbot.mouseClick(widget, Qt.MouseButton.LeftButton)


def choose(combo, text):
    index = combo.findText(text)
    assert index >= 0
    combo.setCurrentIndex(index)
    combo.activated.emit(index)


RECORDING = RecorderStatus(RecorderState.RECORDING, 0, 7, 16)


def test_it_starts_with_the_defaults(panel):
    assert panel.record_button.objectName() == "record_button"
    assert panel.settings() == RecordSettings()


@pytest.mark.parametrize(
    "settings",
    [
        RecordSettings(frames=64, fps=24.0, countdown_s=0, mirrored=False),
        RecordSettings(frames=2, fps=None, countdown_s=10),
        RecordSettings(fps=12.5, countdown_s=7),
    ],
)
def test_settings_come_back_as_they_went_in_and_without_a_signal(panel, qtbot, settings):
    with qtbot.assertNotEmitted(panel.settings_changed):
        panel.set_settings(settings)
    assert panel.settings() == settings


def test_each_control_tells_the_new_settings(panel, qtbot):
    got = []
    panel.settings_changed.connect(got.append)
    panel.frames_spin.selectAll()
    qtbot.keyClicks(panel.frames_spin, "32")
    qtbot.keyClick(panel.frames_spin, Qt.Key.Key_Return)
    choose(panel.rate_combo, "15 fps")
    choose(panel.countdown_combo, "0 s")
    assert got[-1] == RecordSettings(frames=32, fps=15.0, countdown_s=0)
    assert len(got) == 3


def test_the_button_records_and_cancels(panel, qtbot):
    with qtbot.waitSignal(panel.record_requested):
        click(qtbot, panel.record_button)
    panel.set_status(RECORDING)
    assert "Cancel" in panel.record_button.text()
    assert panel.record_button.property("role") == "record"
    with qtbot.assertNotEmitted(panel.record_requested), qtbot.waitSignal(panel.cancel_requested):
        click(qtbot, panel.record_button)
    panel.set_status(RecorderStatus(RecorderState.CANCELLED))
    assert "Record" in panel.record_button.text()
    assert panel.record_button.property("role") == "primary"


def test_progress_is_told_and_settings_rest_meanwhile(panel):
    panel.set_status(RecorderStatus(RecorderState.COUNTDOWN, remaining_s=3, total=16))
    assert panel.progress_label.text() == "starts in 3 s"
    panel.set_status(RECORDING)
    assert panel.progress_label.text() == "7 of 16"
    assert (panel.progress_bar.value(), panel.progress_bar.maximum()) == (7, 16)
    assert not panel.frames_spin.isEnabled()
    panel.set_status(RecorderStatus(RecorderState.DONE, 0, 16, 16))
    assert not panel.progress_bar.isVisible()
    assert panel.frames_spin.isEnabled()


def test_a_failure_keeps_its_sentence(panel):
    panel.set_status(RecorderStatus(RecorderState.FAILED, 0, 7, 16, "The camera was unplugged."))
    assert panel.sentence_label.text() == "The camera was unplugged."
    assert panel.sentence_label.property("role") == "error"
    assert panel.record_button.isEnabled()


def test_a_button_that_is_off_says_why(panel, qtbot):
    panel.set_available(False, "Choose a camera first")
    assert not panel.record_button.isEnabled()
    assert panel.record_button.toolTip() == "Choose a camera first"
    assert panel.sentence_label.text() == "Choose a camera first"
    with qtbot.assertNotEmitted(panel.record_requested):
        click(qtbot, panel.record_button)


def test_a_recording_that_loses_its_camera_can_still_be_cancelled(panel, qtbot):
    panel.set_status(RECORDING)
    panel.set_available(False, "Waiting for the camera")
    with qtbot.waitSignal(panel.cancel_requested):
        click(qtbot, panel.record_button)


def test_retake(panel, qtbot):
    assert not panel.retake_button.isVisible()
    panel.set_retake_available(True)
    with qtbot.waitSignal(panel.retake_requested):
        click(qtbot, panel.retake_button)


def test_the_result_is_shown_and_can_be_trimmed(panel, qtbot):
    panel.set_clip_info("16 frames, 29.8 fps, jitter 0.7 ms", 16)
    assert panel.info_label.isVisible()
    row = panel.trim_row
    click(qtbot, panel.trim_section.button)
    assert (row.first_spin.value(), row.last_spin.value()) == (1, 16)
    assert not row.trim_button.isEnabled()
    row.first_spin.setValue(3)
    row.last_spin.setValue(14)
    with qtbot.waitSignal(panel.trim_requested, check_params_cb=lambda *got: got == (2, 13)):
        click(qtbot, row.trim_button)
    panel.set_clip_info("12 frames, 29.8 fps, jitter 0.7 ms", 12)
    panel.set_trimmed(True)
    assert row.last_spin.maximum() == 12
    with qtbot.waitSignal(panel.untrim_requested):
        click(qtbot, row.untrim_button)


def test_first_and_last_frame_never_cross(panel):
    panel.set_clip_info("16 frames", 16)
    row = panel.trim_row
    row.first_spin.setValue(12)
    row.last_spin.setValue(5)
    assert row.first_spin.value() == 5
    row.first_spin.setValue(9)
    assert row.last_spin.value() == 9


@pytest.mark.parametrize("frames", [0, 1])
def test_nothing_can_be_cut_off_a_single_frame(panel, frames):
    panel.set_clip_info("", frames)
    assert not panel.trim_row.trim_button.isEnabled()
    assert panel.trim_row.trim_button.toolTip()


def test_working_sizes(panel, qtbot):
    got = []
    panel.working_size_changed.connect(got.append)
    row = panel.size_row
    assert row.combo.currentText() == "320 px"
    choose(row.combo, "160 px")
    choose(row.combo, "clip's size")
    assert got == [WorkingSize(160, 160), AS_IT_IS]
    assert AS_IT_IS.fit(1920, 1080) == (1920, 1080)


def test_a_size_of_ones_own(panel, qtbot):
    got = []
    panel.working_size_changed.connect(got.append)
    row = panel.size_row
    choose(row.combo, "custom…")
    assert got == []
    for spin, text in ((row.width_spin, "200"), (row.height_spin, "100")):
        spin.selectAll()
        qtbot.keyClicks(spin, text)
        qtbot.keyClick(spin, Qt.Key.Key_Return)
    click(qtbot, row.enlarge_box)
    assert got[-1] == WorkingSize(200, 100, enlarge=True)
    panel.set_working_size(got[-1], "→ 133×100")
    assert row.combo.currentText() == "custom…"
    assert row.shown_label.text() == "→ 133×100"


@pytest.mark.parametrize(
    ("size", "text"),
    [
        (WorkingSize(480, 480), "480 px"),
        (WorkingSize(480, 360), "custom…"),
        (WorkingSize(480, 480, enlarge=True), "custom…"),
        (AS_IT_IS, "clip's size"),
    ],
)
def test_a_size_set_by_code_is_shown_without_a_signal(panel, qtbot, size, text):
    with qtbot.assertNotEmitted(panel.working_size_changed):
        panel.set_working_size(size, "")
    assert panel.size_row.combo.currentText() == text
    assert panel.size_row.size_wanted == size


def test_the_wheel_scrolls_the_panel_and_does_not_change_what_it_passes(panel, qtbot):
    from PySide6.QtCore import QPoint, QPointF
    from PySide6.QtGui import QWheelEvent
    from PySide6.QtWidgets import QApplication

    panel.record_button.setFocus()
    for widget in (panel.frames_spin, panel.rate_combo):
        event = QWheelEvent(
            QPointF(5, 5), QPointF(5, 5), QPoint(), QPoint(0, 120),
            Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
        )  # fmt: skip
        QApplication.sendEvent(widget, event)
    assert panel.settings() == RecordSettings()
