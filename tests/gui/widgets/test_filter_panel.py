"""The filter panel: edits are collected, nothing is lost, code sends nothing."""

import pytest
from PySide6.QtCore import Qt

from core.filters.builtin import bank_names
from core.settings import ConvolutionSettings
from gui.widgets.filter_panel import FROM_FILE, BankRequest, FilterPanel


@pytest.fixture
def panel(qtbot):
    panel = FilterPanel()
    qtbot.addWidget(panel)
    panel.resize(262, 600)
    panel.show()
    return panel


def choose(combo, text):
    """Pick an entry as a person does: the signal `activated` is theirs alone."""
    index = combo.findText(text)
    assert index >= 0
    combo.setCurrentIndex(index)
    combo.activated.emit(index)


def test_names_that_scripts_rely_on(panel):
    assert panel.bank_combo.objectName() == "bank_combo"
    assert panel.regenerate_button.objectName() == "regenerate_button"


def test_it_starts_with_the_default_bank(panel):
    assert panel.request == BankRequest("zero-mean", 8, (5, 5, 5), 0)
    assert panel.convolution == ConvolutionSettings()
    assert [panel.bank_combo.itemText(i) for i in range(panel.bank_combo.count())] == [
        *bank_names(),
        FROM_FILE,
    ]


def test_many_edits_are_one_request(panel, qtbot):
    got = []
    panel.bank_requested.connect(got.append)
    with qtbot.waitSignal(panel.bank_requested):
        for _ in range(20):
            qtbot.keyClick(panel.count_spin, Qt.Key.Key_Up)
        qtbot.keyClick(panel.size_spins.boxes[0], Qt.Key.Key_Down)
        assert got == []
    assert got == [BankRequest("zero-mean", 28, (4, 5, 5), 0)]
    assert not panel.waiting


def test_enter_sends_at_once(panel, qtbot):
    got = []
    panel.bank_requested.connect(got.append)
    panel.count_spin.selectAll()
    qtbot.keyClicks(panel.count_spin, "16")
    qtbot.keyClick(panel.count_spin, Qt.Key.Key_Return)
    assert [request.filters for request in got] == [16]


def test_a_pending_edit_goes_out_before_the_button(panel, qtbot):
    got = []
    panel.bank_requested.connect(got.append)
    panel.regenerate_requested.connect(lambda: got.append("new"))
    panel.count_spin.setValue(3)
    qtbot.mouseClick(panel.regenerate_button, Qt.MouseButton.LeftButton)
    assert got == [BankRequest(filters=3), "new"]
    assert not panel.waiting


def test_the_largest_seed_can_be_typed_and_no_larger_one(panel, qtbot):
    got = []
    panel.bank_requested.connect(got.append)
    edit = panel.seed_edit
    edit.setFocus()
    edit.selectAll()
    qtbot.keyClicks(edit, "42949672956")
    qtbot.keyClick(edit, Qt.Key.Key_Return)
    assert edit.text() == "429496729" or int(edit.text()) <= 2**32 - 1
    edit.selectAll()
    qtbot.keyClicks(edit, "4294967295")
    qtbot.keyClick(edit, Qt.Key.Key_Return)
    assert got[-1].seed == 2**32 - 1


@pytest.mark.parametrize("junk", ["x", "-5", "1.5", "0x1"])
def test_a_seed_is_made_of_digits(panel, qtbot, junk):
    edit = panel.seed_edit
    edit.setFocus()
    edit.selectAll()
    qtbot.keyClicks(edit, junk)
    assert edit.text() in ("0", "5", "15", "01", "")
    panel.flush()


def test_an_empty_seed_falls_back(panel, qtbot):
    panel.show_request(BankRequest(seed=77))
    panel.seed_edit.setFocus()
    panel.seed_edit.selectAll()
    qtbot.keyClick(panel.seed_edit, Qt.Key.Key_Delete)
    panel.count_spin.setFocus()
    assert panel.request.seed == 77
    panel.seed_edit.clearFocus()


def test_code_sends_nothing(panel, qtbot):
    with (
        qtbot.assertNotEmitted(panel.bank_requested),
        qtbot.assertNotEmitted(panel.convolution_changed),
    ):
        panel.show_request(BankRequest("raw", 1, (5, 5, 5), 5))
        panel.set_convolution(ConvolutionSettings(padding="same", stride=(1, 2, 2), activation="relu"))
        panel.show_file_bank("c3d.npz", 64, (3, 7, 7))
        assert not panel.waiting
    panel.show_request(BankRequest("He", 2, (1, 3, 16), 9))
    assert panel.request == BankRequest("He", 2, (1, 3, 16), 9)


def test_a_bank_shown_by_code_drops_the_edit_before_it(panel):
    panel.count_spin.setValue(3)
    panel.show_request(BankRequest(filters=8))
    assert not panel.waiting
    assert panel.request.filters == 8


def test_choosing_a_kind(panel, qtbot):
    with qtbot.waitSignal(panel.bank_requested, check_params_cb=lambda r: r.name == "raw"):
        choose(panel.bank_combo, "raw")


def test_from_file_asks_and_changes_nothing_yet(panel, qtbot):
    with qtbot.waitSignal(panel.open_bank_requested):
        choose(panel.bank_combo, FROM_FILE)
    assert panel.bank_combo.currentText() == "zero-mean"
    assert not panel.waiting


def test_a_bank_from_a_file_brings_its_own_numbers(panel, qtbot):
    panel.show_file_bank("c3d.npz", 64, (3, 7, 7))
    assert panel.bank_combo.currentText() == "c3d.npz"
    for control in (panel.count_spin, panel.size_spins, panel.seed_edit):
        assert not control.isEnabled()
    assert "file" in panel.count_spin.toolTip()
    with qtbot.waitSignal(panel.bank_requested, check_params_cb=lambda r: r.name == "zero-mean"):
        choose(panel.bank_combo, "zero-mean")
    assert panel.count_spin.isEnabled()
    assert panel.bank_combo.findText("c3d.npz") == -1


def test_the_border_mode_is_for_padding_only(panel, qtbot):
    form = panel.convolution_form
    assert not form.border_combo.isEnabled()
    assert "same" in form.border_combo.toolTip()
    assert "explicit" in form.border_combo.toolTip()
    with qtbot.waitSignal(panel.convolution_changed, check_params_cb=lambda s: s.padding == "same"):
        choose(form.padding_combo, "same")
    assert form.border_combo.isEnabled()
    choose(form.padding_combo, "explicit")
    assert form.border_combo.isEnabled()
    choose(form.padding_combo, "valid")
    assert not form.border_combo.isEnabled()
    panel.flush()


def test_explicit_padding_has_three_numbers_of_its_own(panel, qtbot):
    form = panel.convolution_form
    panel.convolution_section.set_opened(True)
    assert not form.padding_spins.isVisible()
    with qtbot.waitSignal(panel.convolution_changed, check_params_cb=lambda s: s.padding == (1, 1, 1)):
        choose(form.padding_combo, "explicit")
    assert form.padding_spins.isVisible()
    assert [(box.minimum(), box.maximum()) for box in form.padding_spins.boxes] == [(0, 64)] * 3
    with qtbot.waitSignal(panel.convolution_changed, check_params_cb=lambda s: s.padding == (0, 1, 7)):
        form.padding_spins.boxes[0].setValue(0)
        form.padding_spins.boxes[2].setValue(7)
    choose(form.padding_combo, "same")
    assert not form.padding_spins.isVisible()
    choose(form.padding_combo, "explicit")
    assert panel.convolution.padding == (0, 1, 7)
    panel.flush()


def test_settings_from_elsewhere_are_shown_as_they_are(panel):
    for padding in ((2, 0, 3), "same", "valid", (0, 0, 0)):
        settings = ConvolutionSettings(padding, border="reflect")
        panel.set_convolution(settings)
        assert panel.convolution == settings


def test_bank_and_convolution_edited_together_both_arrive(panel, qtbot):
    with qtbot.waitSignals([panel.bank_requested, panel.convolution_changed]):
        panel.count_spin.setValue(4)
        panel.convolution_form.stride_spins.boxes[1].setValue(2)
    assert panel.convolution.stride == (1, 2, 1)


def test_a_hidden_panel_asks_for_nothing_until_it_is_seen_again(panel, qtbot):
    panel.count_spin.setValue(5)
    panel.hide()
    assert not panel._timer.isActive()
    with qtbot.waitSignal(panel.bank_requested, check_params_cb=lambda r: r.filters == 5):
        panel.show()


def test_buttons(panel, qtbot):
    assert not panel.undo_button.isEnabled()
    panel.set_undo_available(True)
    for signal, button in (
        (panel.undo_requested, panel.undo_button),
        (panel.original_requested, panel.original_button),
        (panel.regenerate_requested, panel.regenerate_button),
    ):
        with qtbot.waitSignal(signal):
            qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def test_the_convolution_folds_out(panel, qtbot):
    section = panel.convolution_section
    assert not panel.convolution_form.isVisible()
    with qtbot.waitSignal(section.toggled, check_params_cb=lambda opened: opened):
        qtbot.mouseClick(section.button, Qt.MouseButton.LeftButton)
    assert panel.convolution_form.isVisible()


def test_busy_is_a_word_and_not_a_lock(panel):
    panel.set_busy(True)
    assert panel.busy_label.text()
    assert panel.count_spin.isEnabled()
    panel.set_busy(False)
    assert panel.busy_label.text() == ""
