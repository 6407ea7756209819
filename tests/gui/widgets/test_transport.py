"""The transport bar as a hand uses it."""

import pytest
from PySide6.QtCore import QPoint, Qt

from core.playback import LoopMode
from gui.widgets.transport import TransportBar


@pytest.fixture
def bar(qtbot):
    bar = TransportBar()
    qtbot.addWidget(bar)
    bar.resize(1200, 50)
    bar.show()
    bar.set_count(16)
    return bar


def click(qtbot, widget):
    qtbot.mouseClick(widget, Qt.MouseButton.LeftButton)


def test_names_that_scripts_rely_on(bar):
    assert bar.play_button.objectName() == "play_button"
    assert bar.frame_slider.objectName() == "frame_slider"
    assert bar.speed_spin.objectName() == "speed_spin"


def test_every_button_asks_for_its_own_move(bar, qtbot):
    got = []
    bar.play_toggled.connect(lambda: got.append("play"))
    bar.step_requested.connect(got.append)
    bar.first_requested.connect(lambda: got.append("first"))
    bar.last_requested.connect(lambda: got.append("last"))
    for button in (bar.first_button, bar.back_button, bar.play_button, bar.forward_button, bar.last_button):
        click(qtbot, button)
    assert got == ["first", -1, "play", 1, "last"]


@pytest.mark.parametrize("frame", [0, 6, 15])
def test_a_click_on_the_slider_jumps_to_the_frame_under_it(bar, qtbot, frame):
    bar.set_frame(3)
    slider = bar.frame_slider
    got = []
    bar.frame_requested.connect(got.append)
    qtbot.mouseClick(
        slider, Qt.MouseButton.LeftButton, pos=QPoint(round(slider.position_of(frame)), slider.height() // 2)
    )
    assert got == [frame]
    assert bar.frame == frame
    assert bar.frame_label.text() == f"frame {frame + 1} of 16"


def test_dragging_scrubs_through_the_frames_and_stays_within_them(bar, qtbot):
    slider = bar.frame_slider
    got = []
    bar.frame_requested.connect(got.append)
    middle = slider.height() // 2
    qtbot.mousePress(slider, Qt.MouseButton.LeftButton, pos=QPoint(round(slider.position_of(4)), middle))
    qtbot.mouseMove(slider, QPoint(round(slider.position_of(9)), middle))
    qtbot.mouseMove(slider, QPoint(slider.width() + 400, middle))
    qtbot.mouseRelease(slider, Qt.MouseButton.LeftButton)
    assert got[0] == 4
    assert got[-1] == 15
    assert not slider.isSliderDown()


def test_arrow_keys_on_the_slider_ask_for_the_next_frame(bar, qtbot):
    bar.set_frame(7)
    with qtbot.waitSignal(bar.frame_requested, check_params_cb=lambda frame: frame == 8):
        qtbot.keyClick(bar.frame_slider, Qt.Key.Key_Right)


def test_values_set_by_code_send_nothing(bar, qtbot):
    with (
        qtbot.assertNotEmitted(bar.frame_requested),
        qtbot.assertNotEmitted(bar.fps_changed),
        qtbot.assertNotEmitted(bar.loop_mode_changed),
    ):
        bar.set_count(9)
        bar.set_frame(5)
        bar.set_fps(24)
        bar.set_loop_mode(LoopMode.PING_PONG)
    assert (bar.count, bar.frame, bar.speed_spin.value(), bar.loop_mode) == (9, 5, 24.0, LoopMode.PING_PONG)


def test_the_frame_is_clamped_when_the_clip_gets_shorter(bar):
    bar.set_frame(15)
    bar.set_count(4)
    assert bar.frame_label.text() == "frame 4 of 4"


def test_nothing_moves_beside_the_counting_label(bar):
    widths = set()
    for frame in range(16):
        bar.set_frame(frame)
        widths.add(bar.frame_label.width())
        metrics = bar.frame_label.fontMetrics()
        assert metrics.horizontalAdvance(bar.frame_label.text()) <= bar.frame_label.width()
    assert len(widths) == 1


def test_a_typed_rate_is_one_wish(bar, qtbot):
    got = []
    bar.fps_changed.connect(got.append)
    bar.speed_spin.setFocus()
    bar.speed_spin.selectAll()
    qtbot.keyClicks(bar.speed_spin, "48")
    assert got == []
    qtbot.keyClick(bar.speed_spin, Qt.Key.Key_Return)
    assert got == [48.0]


def test_the_rate_is_written_without_needless_zeros(bar):
    bar.set_fps(12)
    assert bar.speed_spin.text() == "12 fps"
    bar.set_fps(29.97)
    assert bar.speed_spin.text() == f"29{bar.locale().decimalPoint()}97 fps"


def test_choosing_a_loop_mode(bar, qtbot):
    got = []
    bar.loop_mode_changed.connect(got.append)
    bar.loop_combo.setFocus()
    qtbot.keyClick(bar.loop_combo, Qt.Key.Key_Down)
    assert got == [LoopMode.PING_PONG]
    assert isinstance(got[0], LoopMode)


def test_a_machine_that_cannot_keep_up_says_so(bar):
    bar.set_fps(60)
    bar.set_playing(True)
    bar.set_achieved(59.8)
    assert bar.achieved_label.property("role") == "value"
    bar.set_achieved(41.24)
    assert bar.achieved_label.text() == "now 41.2 fps"
    assert bar.achieved_label.property("role") == "hint"
    assert "left out evenly" in bar.achieved_label.toolTip()
    bar.set_playing(False)
    assert bar.achieved_label.text() == ""


def test_the_play_button_turns_into_pause(bar):
    bar.set_playing(True)
    assert (bar.play_button.icon_name, bar.play_button.accessibleName()) == ("pause", "Pause")
    bar.set_playing(False)
    assert (bar.play_button.icon_name, bar.play_button.accessibleName()) == ("play", "Play")


def test_work_can_be_seen_and_cancelled(bar, qtbot):
    bar.set_status("ready")
    bar.set_busy("computing filter 3 of 8", 0.25)
    assert bar.progress_bar.isVisible()
    assert bar.progress_bar.value() / bar.progress_bar.maximum() == 0.25
    assert bar._status_label.text == "computing filter 3 of 8"
    with qtbot.waitSignal(bar.cancel_requested):
        click(qtbot, bar.cancel_button)
    bar.set_status("8 feature volumes")
    bar.set_busy(None)
    assert not bar.progress_bar.isVisible()
    assert not bar.cancel_button.isVisible()
    assert bar._status_label.text == "8 feature volumes"


def test_work_of_unknown_length_has_a_busy_bar(bar):
    bar.set_busy("opening", -1.0)
    assert (bar.progress_bar.minimum(), bar.progress_bar.maximum()) == (0, 0)


def test_one_frame_cannot_be_played(bar):
    bar.set_count(1)
    assert not bar.play_button.isEnabled()
    assert not bar.frame_slider.isEnabled()


def test_frames_without_a_feature_frame_are_named_and_drawn(bar):
    bar.set_valid_range(2, 13)
    assert "frames 3 to 14" in bar.frame_slider.toolTip()
    marked = bar.frame_slider.grab().toImage()
    bar.set_valid_range(None)
    assert bar.frame_slider.grab().toImage() != marked
