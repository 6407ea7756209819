"""The stimulus dialog: the form, the address, what is refused, and a preview that stops with it."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QGuiApplication
from PySide6.QtWidgets import QDialog

from core.sources.opening import open_source
from core.sources.synthetic import StimulusSource, stimulus_names, stimulus_parameters
from gui.widgets.stimulus_dialog import StimulusDialog
from gui.widgets.stimulus_preview import MOST_PIXELS, StimulusPreview, part_of

SMALL = {"width": 40, "height": 30, "frames": 8}


@pytest.fixture
def dialog(qtbot):
    dialog = StimulusDialog("drifting-grating", {"drifting-grating": SMALL})
    qtbot.addWidget(dialog)
    dialog.show()
    return dialog


def type_into(qtbot, dialog, name, text):
    """Type a number and go to another field, as a person does."""
    fields = {**dialog.form.fields, **dialog.film_form.fields}
    field = fields[name]
    field.setFocus()
    field.selectAll()
    qtbot.keyClicks(field, text)
    qtbot.keyClick(field, Qt.Key.Key_Return)


def choose(dialog, name):
    dialog.list.setCurrentRow(stimulus_names().index(name))


def test_every_stimulus_has_its_form_texts_and_preview(dialog):
    for name in stimulus_names():
        choose(dialog, name)
        source = dialog.source
        assert source.name == name
        fields = [*dialog.form.fields, *dialog.film_form.fields]
        assert fields == [parameter.name for parameter in stimulus_parameters(name)]
        assert dialog.text_label.text() == source.text
        assert dialog.known_label.text() == source.known
        assert dialog.preview.source.name == name
        assert dialog.preview.image.width() == 40
        assert source.values["frames"] == 8  # the film is the same for all
    assert dialog.form_title.text() == "SPATIAL RAMP"
    assert "takes the first" not in dialog.size_label.text()


def test_numbers_change_preview_texts_and_address(qtbot, dialog):
    before = dialog.preview.image.copy()
    type_into(qtbot, dialog, "frequency", "1/8")
    type_into(qtbot, dialog, "direction", "left")
    type_into(qtbot, dialog, "velocity", "0")
    assert dialog.source.values["frequency"] == 0.125
    assert dialog.source.values["direction"] == 180
    assert "stands still" in dialog.known_label.text()
    assert dialog.preview.image != before
    address = dialog.address_edit.text()
    assert address == (
        "stimulus:drifting-grating?frequency=0.125&velocity=0&direction=left&frames=8&width=40&height=30"
    )
    assert open_source(address).values == dialog.source.values
    qtbot.mouseClick(dialog.copy_button, Qt.MouseButton.LeftButton)
    assert QGuiApplication.clipboard().text() == address


@pytest.mark.parametrize("text", ["9", "nan", "", "1e999", "abc"])
def test_bad_input_gets_a_sentence_and_changes_nothing(qtbot, dialog, text):
    source = dialog.source
    field = dialog.form.fields["frequency"]
    field.setFocus()
    field.lineEdit().selectAll()
    qtbot.keyClick(field, Qt.Key.Key_Delete)
    qtbot.keyClicks(field, text)
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert "0.5 cycles/px" in dialog.form.errors["frequency"].text()
    assert dialog.source is source
    assert dialog.isVisible()  # Enter took the number only
    dialog.accept()
    assert dialog.isVisible()  # the sentence is to be read first
    dialog.accept()
    assert dialog.result() == QDialog.DialogCode.Accepted
    assert dialog.source is source


def test_too_large_a_film_is_refused_as_a_whole(qtbot, dialog):
    type_into(qtbot, dialog, "width", "8000")
    good = dialog.source
    type_into(qtbot, dialog, "height", "8000")
    assert "8 frames of 8000x8000 take" in dialog.error_label.text()
    assert not dialog.open_button.isEnabled()
    assert dialog.source is good
    type_into(qtbot, dialog, "height", "600")
    assert dialog.error_label.isHidden()
    assert dialog.open_button.isEnabled()
    assert dialog.source.values["height"] == 600
    assert "shown here" in dialog.size_label.text()
    image = dialog.preview.image
    assert image.width() * image.height() <= MOST_PIXELS


def test_what_was_set_comes_back_with_its_stimulus(qtbot, dialog):
    type_into(qtbot, dialog, "velocity", "3.5")
    choose(dialog, "dots")
    assert dialog.source.values["velocity"] == 2
    type_into(qtbot, dialog, "frames", "100000")
    assert "the window takes the first 64" in dialog.size_label.text()
    type_into(qtbot, dialog, "frames", "5")
    choose(dialog, "drifting-grating")
    assert dialog.source.values["velocity"] == 3.5
    assert dialog.source.values["frames"] == 5
    again = StimulusDialog("drifting-grating", dialog.values)
    qtbot.addWidget(again)
    assert again.source.values == dialog.source.values


@pytest.mark.parametrize("leave", ["accept", "reject", "close", "hide"])
def test_nothing_plays_on_when_it_is_closed(dialog, leave):
    assert dialog.preview.playing
    getattr(dialog, leave)()
    assert not dialog.preview.playing


def test_preview_follows_the_clock_and_shows_exact_frames(qtbot):
    now = [0]
    preview = StimulusPreview(clock=lambda: now[0])
    qtbot.addWidget(preview)
    source = StimulusSource("temporal-ramp", width=12, height=10, frames=4, fps=10, slope=20, start=30)
    preview.set_source(source)
    assert not preview.playing
    preview.resize(100, 90)
    preview.show()
    for tenths, frame in ((0, 0), (1, 1), (3, 3), (4, 0), (6, 2)):
        now[0] = tenths * 100_000_000
        preview.tick()
        assert preview.frame == frame
        assert preview.image.pixelColor(5, 5) == QColor(*[30 + 20 * frame] * 3)
    picture = preview.picture_rect()
    assert (picture.width(), picture.height()) == (96, 80)  # eight times
    preview.resize(6, 60)
    assert preview.picture_rect().width() == 6
    preview.set_source(StimulusSource("temporal-ramp", width=12, height=10, frames=1))
    assert preview.frame == 0
    preview.hide()
    assert not preview.playing


def test_part_of_a_frame_keeps_its_proportions():
    assert part_of(320, 240) == (320, 240)
    assert part_of(8192, 1) == (8192, 1)
    width, height = part_of(1920, 1080)
    assert width * height <= MOST_PIXELS
    assert width / height == pytest.approx(16 / 9, rel=0.01)
    assert part_of(8192, 8192)[0] == 277
