"""The source panel: cameras come and go, the choice stays."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QImage

from core.recorder import RecorderState, RecorderStatus
from core.sources.camera_list import CameraInfo
from core.sources.synthetic import stimulus_names
from gui.widgets.address_row import address_problem
from gui.widgets.source_panel import ASK_ADDRESS, NO_CAMERA, SourcePanel

INTERNAL = CameraInfo("Integrated Camera", 0, 200, 0x04F2, 0xB604, "/dev/video0")
C920 = CameraInfo("C920", 2, 200, 0x046D, 0x082D, "/dev/video2")
PHONE = "http://192.168.1.20:8080/video"


@pytest.fixture
def panel(qtbot):
    panel = SourcePanel()
    qtbot.addWidget(panel)
    panel.resize(262, 420)
    panel.show()
    panel.set_cameras((INTERNAL, C920))
    return panel


def texts(panel):
    return [panel.camera_combo.itemText(i) for i in range(panel.camera_combo.count())]


def choose(panel, text):
    index = panel.camera_combo.findText(text)
    assert index >= 0
    panel.camera_combo.setCurrentIndex(index)
    panel.camera_combo.activated.emit(index)


def test_no_camera_is_chosen_until_a_person_chooses(panel):
    assert panel.camera_combo.objectName() == "camera_combo"
    assert texts(panel) == [NO_CAMERA, "Integrated Camera", "C920", ASK_ADDRESS]
    assert panel.camera_combo.currentText() == NO_CAMERA
    assert panel.selected_target is None


def test_choosing_a_camera_by_key(panel, qtbot):
    got = []
    panel.camera_chosen.connect(got.append)
    panel.camera_combo.setFocus()
    qtbot.keyClick(panel.camera_combo, Qt.Key.Key_Down)
    qtbot.keyClick(panel.camera_combo, Qt.Key.Key_Down)
    qtbot.keyClick(panel.camera_combo, Qt.Key.Key_Home)
    assert got == [INTERNAL, C920, None]


def test_a_camera_that_is_unplugged_stays_chosen_and_comes_back_under_another_index(panel, qtbot):
    choose(panel, "C920")
    with qtbot.assertNotEmitted(panel.camera_chosen):
        panel.set_cameras((INTERNAL,))
        assert panel.camera_combo.currentText() == "C920 (unplugged)"
        moved = CameraInfo("C920", 5, 200, 0x046D, 0x082D, "/dev/video5")
        panel.set_cameras((INTERNAL, moved))
    assert panel.camera_combo.currentText() == "C920"
    assert panel.selected_target == moved
    assert "C920 (unplugged)" not in texts(panel)


def test_a_remembered_camera_that_is_not_plugged_in_is_shown(panel):
    panel.set_selected_target(CameraInfo("Old camera", 0, 200, 1, 2))
    assert panel.camera_combo.currentText() == "Old camera (unplugged)"


def test_an_address_is_asked_for_checked_and_remembered(panel, qtbot):
    got, kept = [], []
    panel.camera_chosen.connect(got.append)
    panel.addresses_changed.connect(kept.append)
    choose(panel, ASK_ADDRESS)
    row = panel.address_row
    assert row.isVisible()
    qtbot.keyClicks(row.line_edit, "ftp://camera")
    qtbot.keyClick(row.line_edit, Qt.Key.Key_Return)
    assert row.problem_label.isVisible()
    assert got == []
    row.line_edit.selectAll()
    qtbot.keyClicks(row.line_edit, f"  {PHONE} ")
    assert not row.problem_label.isVisible()
    qtbot.keyClick(row.line_edit, Qt.Key.Key_Return)
    assert got == [PHONE]
    assert kept == [[PHONE]]
    assert panel.camera_combo.currentText() == PHONE
    assert not row.isVisible()


def test_escape_goes_back_to_the_camera_before(panel, qtbot):
    choose(panel, "C920")
    with qtbot.assertNotEmitted(panel.camera_chosen):
        choose(panel, ASK_ADDRESS)
        qtbot.keyClick(panel.address_row.line_edit, Qt.Key.Key_Escape)
    assert panel.camera_combo.currentText() == "C920"
    assert not panel.address_row.isVisible()


def test_addresses_are_listed_once_and_the_newest_first(panel):
    panel.set_addresses([PHONE, "rtsp://b/1", PHONE])
    assert texts(panel)[3:-1] == [PHONE, "rtsp://b/1"]
    panel.set_selected_target("http://other/")
    assert panel.camera_combo.currentText() == "http://other/"


@pytest.mark.parametrize(
    "text", [PHONE, "rtsp://10.0.0.7/stream", "https://cam.example:99/a?b=c", "RTSP://u:p@h/1"]
)
def test_good_addresses(text):
    assert address_problem(text) == ""


@pytest.mark.parametrize(
    "text", ["", "  ", "camera", "0", "file:///etc/passwd", "http://", "http:///video", "c:\\x"]
)
def test_bad_addresses_get_a_sentence(text):
    assert address_problem(text).endswith(".")


def test_the_picker_tells_when_it_opens_and_closes(panel, qtbot):
    with qtbot.waitSignal(panel.picker_opened):
        panel.camera_combo.showPopup()
    with qtbot.assertNotEmitted(panel.picker_opened):
        panel.set_cameras((C920,))
    with qtbot.waitSignal(panel.picker_closed):
        panel.camera_combo.hidePopup()
    with qtbot.assertNotEmitted(panel.picker_closed):
        panel.camera_combo.hidePopup()


def test_files_and_samples(panel, qtbot):
    with qtbot.waitSignal(panel.open_requested):
        qtbot.mouseClick(panel.open_button, Qt.MouseButton.LeftButton)
    panel.samples_menu.aboutToShow.emit()
    panel.samples_menu.aboutToShow.emit()
    actions = [action for action in panel.samples_menu.actions() if not action.isSeparator()]
    got = []
    panel.source_requested.connect(got.append)
    for action in actions[:-1]:
        action.trigger()
    with qtbot.waitSignal(panel.stimulus_requested):
        actions[-1].trigger()
    assert got == ["sample:wave", *(f"stimulus:{name}" for name in stimulus_names())]


def test_mirroring_is_a_wish(panel, qtbot):
    got = []
    panel.mirrored_changed.connect(got.append)
    panel.set_mirrored(True)
    panel.mirrored_box.click()
    panel.set_mirrored(True)
    assert got == [False]


def test_the_source_cannot_be_changed_while_recording(panel):
    panel.set_status(RecorderStatus(RecorderState.RECORDING, 0, 3, 16))
    for widget in (panel.camera_combo, panel.open_button, panel.samples_button, panel.mirrored_box):
        assert not widget.isEnabled()
        assert "recording" in widget.toolTip()
    panel.set_status(RecorderStatus(RecorderState.DONE, 0, 16, 16))
    assert panel.camera_combo.isEnabled()


def picture(width, height, color="red"):
    image = QImage(width, height, QImage.Format.Format_RGB32)
    image.fill(QColor(color))
    return image


@pytest.mark.parametrize(("width", "height"), [(640, 480), (480, 640), (1920, 1080), (1, 1)])
def test_the_preview_keeps_the_proportions_of_the_picture(panel, width, height):
    panel.set_image(picture(width, height))
    rect = panel.preview.picture_rect()
    assert rect.width() / rect.height() == pytest.approx(width / height, rel=1e-6)
    assert panel.preview.rect().adjusted(-1, -1, 1, 1).contains(rect.toAlignedRect())


def test_the_preview_is_never_empty(panel):
    preview = panel.preview
    empty = preview.grab().toImage()
    shades = {empty.pixel(x, y) for x in range(empty.width()) for y in range(0, empty.height(), 3)}
    assert len(shades) > 5
    panel.set_message("Opening C920…")
    assert preview.grab().toImage() != empty


def test_trouble_is_told_over_the_last_picture(panel):
    panel.set_image(picture(64, 48))
    panel.set_message("")
    before = panel.preview.grab().toImage()
    panel.set_message("C920 is unplugged.")
    assert panel.preview.grab().toImage() != before


def test_countdown_and_recording_are_seen_over_the_picture(panel):
    panel.set_image(picture(64, 48))
    panel.set_message("")
    seen = []
    for status in (
        RecorderStatus(RecorderState.IDLE),
        RecorderStatus(RecorderState.COUNTDOWN, remaining_s=3, total=16),
        RecorderStatus(RecorderState.COUNTDOWN, remaining_s=2, total=16),
        RecorderStatus(RecorderState.WARMING, total=16),
        RecorderStatus(RecorderState.RECORDING, captured=7, total=16),
        RecorderStatus(RecorderState.RECORDING, captured=8, total=16),
    ):
        panel.set_status(status)
        seen.append(panel.preview.grab().toImage())
    assert all(a != b for i, a in enumerate(seen) for b in seen[:i])
