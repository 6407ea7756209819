"""The filter panel: edits are collected, nothing is lost, code sends nothing."""

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QScrollArea

from core.filters import builtin
from core.filters.builtin import bank_kind, bank_kinds, make_bank
from core.filters.kinds import SEED
from core.parameters import Parameter
from core.settings import ConvolutionSettings
from gui.widgets.filter_panel import FROM_FILE, BankRequest, FilterPanel


@pytest.fixture
def panel(qtbot):
    panel = FilterPanel()
    qtbot.addWidget(panel)
    panel.resize(262, 600)
    panel.show()
    return panel


def step_down(qtbot, panel, times):
    """Take filters away with the keyboard."""
    for _ in range(times):
        qtbot.keyClick(panel.form.fields["filters"], Qt.Key.Key_Down)


def request(name="zero-mean", **values):
    return BankRequest(name, values)


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
    assert panel.request == request(filters=8, kernel=(5, 5, 5), seed=0) == BankRequest()
    assert panel.convolution == ConvolutionSettings()
    assert panel.bank_combo.currentText() == "zero-mean"


def test_every_kind_stands_under_the_heading_of_its_group(panel):
    combo, group, found = panel.bank_combo, "", []
    for row in range(combo.count() - 1):
        if not combo.model().item(row).isEnabled():
            group = combo.itemText(row)
            assert combo.itemData(row) is None
        else:
            kind = bank_kind(combo.itemData(row))
            assert (kind.group, kind.title) == (group, combo.itemText(row))
            assert kind.description in combo.itemData(row, Qt.ItemDataRole.ToolTipRole)
            found.append(kind.name)
    assert found == [kind.name for kind in bank_kinds()]
    assert combo.itemText(combo.count() - 1) == FROM_FILE
    assert [combo.itemText(row) for row in (1, 2, 3)] == ["zero-mean", "raw", "He"]


def test_many_edits_are_one_request(panel, qtbot):
    got = []
    panel.bank_requested.connect(got.append)
    with qtbot.waitSignal(panel.bank_requested):
        for _ in range(20):
            qtbot.keyClick(panel.form.fields["filters"], Qt.Key.Key_Up)
        qtbot.keyClick(panel.form.fields["kernel"].boxes[0], Qt.Key.Key_Down)
        assert got == []
    assert got == [request(filters=28, kernel=(4, 5, 5))]
    assert not panel.waiting


def test_enter_sends_at_once(panel, qtbot):
    got = []
    panel.bank_requested.connect(got.append)
    panel.form.fields["filters"].selectAll()
    qtbot.keyClicks(panel.form.fields["filters"], "16")
    qtbot.keyClick(panel.form.fields["filters"], Qt.Key.Key_Return)
    assert got == [request(filters=16)]


def test_a_pending_edit_goes_out_before_the_button(panel, qtbot):
    got = []
    panel.bank_requested.connect(got.append)
    panel.regenerate_requested.connect(lambda: got.append("new"))
    step_down(qtbot, panel, 5)
    qtbot.mouseClick(panel.regenerate_button, Qt.MouseButton.LeftButton)
    assert got == [request(filters=3), "new"]
    assert not panel.waiting


def test_the_largest_seed_can_be_typed_and_no_larger_one(panel, qtbot):
    got = []
    panel.bank_requested.connect(got.append)
    for text in ("4294967296", "4294967295"):
        type_into(qtbot, panel.form.fields["seed"], text)
    assert [each.values["seed"] for each in got] == [2**32 - 1]


@pytest.mark.parametrize("junk", ["x", "-5", "1.5", "0x1", "", "nan"])
def test_a_seed_is_made_of_digits(panel, qtbot, junk):
    panel.show_request(request(seed=77))
    with qtbot.assertNotEmitted(panel.bank_requested):
        type_into(qtbot, panel.form.fields["seed"], junk)
    assert panel.form.errors["seed"].text().endswith(f"from 0 to 4294967295, not {junk or 'empty'}.")
    assert panel.request.values["seed"] == 77
    assert not panel.waiting


def type_into(qtbot, field, text):
    field.setFocus()
    field.selectAll()
    qtbot.keyClick(field, Qt.Key.Key_Delete)
    qtbot.keyClicks(field, text)
    qtbot.keyClick(field, Qt.Key.Key_Return)


def test_code_sends_nothing(panel, qtbot):
    with (
        qtbot.assertNotEmitted(panel.bank_requested),
        qtbot.assertNotEmitted(panel.convolution_changed),
    ):
        panel.show_request(request("raw", filters=1, kernel=(5, 5, 5), seed=5))
        panel.set_convolution(ConvolutionSettings(padding="same", stride=(1, 2, 2), activation="relu"))
        panel.show_file_bank("c3d.npz", 64, (3, 7, 7))
        assert not panel.waiting
    panel.show_request(request("He", filters=2, kernel=(1, 3, 16), seed=9))
    assert panel.request == request("He", filters=2, kernel=(1, 3, 16), seed=9)


def test_a_bank_shown_by_code_drops_the_edit_before_it(panel, qtbot):
    step_down(qtbot, panel, 5)
    panel.show_request(request(filters=8))
    assert not panel.waiting
    assert panel.request.values["filters"] == 8


def test_choosing_a_kind(panel, qtbot):
    with qtbot.waitSignal(panel.bank_requested, check_params_cb=lambda r: r.name == "raw"):
        choose(panel.bank_combo, "raw")


def test_the_first_choice_is_asked_for_at_once_and_what_follows_waits_for_the_last(panel, qtbot):
    got = []
    panel.bank_requested.connect(lambda request: got.append(request.name))
    choose(panel.bank_combo, "raw")
    assert got == ["raw"] and not panel.waiting
    choose(panel.bank_combo, "He")
    choose(panel.bank_combo, "orthonormal")
    assert got == ["raw"] and panel.waiting
    with qtbot.waitSignal(panel.bank_requested):
        pass
    assert got == ["raw", "orthonormal"]


def test_from_file_asks_and_changes_nothing_yet(panel, qtbot):
    with qtbot.waitSignal(panel.open_bank_requested):
        choose(panel.bank_combo, FROM_FILE)
    assert panel.bank_combo.currentText() == "zero-mean"
    assert not panel.waiting


def test_a_bank_from_a_file_brings_its_own_numbers(panel, qtbot):
    panel.show_file_bank("c3d.npz", 64, (3, 7, 7))
    assert panel.bank_combo.currentText() == "c3d.npz"
    assert panel.form.values == {"filters": 64, "kernel": (3, 7, 7)}
    assert not any(field.isEnabled() for field in panel.form.fields.values())
    assert "file" in panel.form.toolTip()
    assert "file" in panel.description_label.text()
    assert not panel.text_section.isVisible()
    with qtbot.waitSignal(panel.bank_requested, check_params_cb=lambda r: r.name == "zero-mean"):
        choose(panel.bank_combo, "zero-mean")
    assert panel.form.fields["filters"].isEnabled()
    assert panel.bank_combo.findText("c3d.npz") == -1
    assert panel.bank_combo.findText("File") == -1
    assert panel.request == BankRequest()


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
        step_down(qtbot, panel, 4)
        panel.convolution_form.stride_spins.boxes[1].setValue(2)
    assert panel.convolution.stride == (1, 2, 1)


def test_a_hidden_panel_asks_for_nothing_until_it_is_seen_again(panel, qtbot):
    step_down(qtbot, panel, 3)
    panel.hide()
    assert not panel._timer.isActive()
    with qtbot.waitSignal(panel.bank_requested, check_params_cb=lambda r: r.values["filters"] == 5):
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
    assert panel.form.fields["filters"].isEnabled()
    panel.set_busy(False)
    assert panel.busy_label.text() == ""


@pytest.fixture
def kinds(monkeypatch):
    """Three kinds: the default, one with a size of its own, one that is not drawn."""
    raw = bank_kind("raw")
    lone = Parameter("sigma", 1.0, 0.5, 4.0, "px")
    blur = replace(
        raw,
        name="soft",
        title="Soft blur",
        group="Blurs",
        parameters=(lone, SEED),
        answers="Everything slow.",
        blind="Fine texture.",
        hint="Watch the edges.",
        source="Nobody, 2026",
        stimulus="stimulus:moving-bar?velocity=2",
    )
    plain = replace(blur, name="plain", title="Plain", parameters=(lone,), source="", stimulus="sample:wave")
    monkeypatch.setattr(builtin, "_KINDS", (bank_kind("zero-mean"), blur, plain))
    return builtin._KINDS


def test_switching_through_all_kinds(panel, qtbot):
    got = []
    panel.bank_requested.connect(got.append)
    for kind in (*bank_kinds()[1:], bank_kinds()[0]):
        choose(panel.bank_combo, kind.title)
        panel.flush()
        assert got[-1] == BankRequest(kind.name, panel.form.values)
        assert panel.form.values.keys() == {p.name for p in kind.parameters if not p.hidden}
        assert panel.bank_text.labels["answers"].text() == kind.answers
        assert "random" in panel.regenerate_button.toolTip() or kind.random
        assert panel.minimumSizeHint().width() <= 290, kind.name
    assert len(got) == len(bank_kinds())


def test_every_kind_can_be_made_as_the_panel_asks_for_it(panel):
    for kind in bank_kinds():
        panel.show_request(BankRequest(kind.name))
        bank = make_bank(kind.name, **panel.request.values)
        assert BankRequest(bank.kind, bank.parameters) == panel.request


def test_each_kind_keeps_its_values_while_the_window_is_open(kinds, panel, qtbot):
    panel.set_kinds(kinds)
    step_down(qtbot, panel, 3)
    type_into(qtbot, panel.form.fields["seed"], "12")
    choose(panel.bank_combo, "Soft blur")
    assert panel.form.values == {"sigma": 1.0, "seed": 12}, "the same draw"
    type_into(qtbot, panel.form.fields["sigma"], "2.5")
    type_into(qtbot, panel.form.fields["seed"], "99")
    choose(panel.bank_combo, "Plain")
    assert panel.form.values == {"sigma": 1.0}, "nothing is drawn: its own default"
    choose(panel.bank_combo, "zero-mean")
    assert panel.request == request(filters=5, seed=12)
    choose(panel.bank_combo, "Soft blur")
    assert panel.request == request("soft", sigma=2.5, seed=99)
    panel.flush()


def test_the_words_of_a_bank_and_the_clip_that_suits_it(kinds, panel, qtbot):
    panel.set_kinds(kinds)
    panel.show_request(BankRequest("soft"), ["Too small for that."])
    text = panel.bank_text
    assert [label.text() for label in text.labels.values()] == [
        "Everything slow.",
        "Fine texture.",
        "Watch the edges.",
        "Nobody, 2026",
    ]
    assert panel.warning_label.isVisible()
    assert panel.warning_label.text() == "Too small for that."
    assert text.try_button.text() == "Try it on the moving bar"
    panel.text_section.set_opened(True)
    with qtbot.waitSignal(
        panel.stimulus_requested, check_params_cb=lambda s: s == "stimulus:moving-bar?velocity=2"
    ):
        qtbot.mouseClick(text.try_button, Qt.MouseButton.LeftButton)
    panel.show_request(BankRequest("plain"))
    assert not panel.warning_label.isVisible()
    assert not text.labels["source"].isVisible()
    assert text.try_button.text() == "Try it on the waving hand"


def test_what_cannot_be_made_is_told_and_stays_to_be_mended(panel, qtbot):
    step_down(qtbot, panel, 1)
    panel.flush()
    panel.show_refusal("Too many.")
    assert panel.refusal_label.isVisible()
    assert panel.refusal_label.text() == "Too many. The filters before are still in use."
    assert panel.request == request(filters=7)
    step_down(qtbot, panel, 1)
    assert not panel.refusal_label.isVisible()
    panel.flush()


def test_tab_goes_from_the_bank_through_its_fields_to_the_buttons(panel, qtbot):
    choose(panel.bank_combo, "raw")
    panel.activateWindow()
    panel.bank_combo.setFocus()
    form = panel.form
    for widget in (
        form.fields["filters"],
        *form.fields["kernel"].boxes,
        form.fields["seed"],
        panel.regenerate_button,
    ):
        qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
        assert QApplication.focusWidget() is widget
    panel.flush()


def test_the_keyboard_stays_at_the_bank_when_its_fields_go(panel, qtbot):
    panel.activateWindow()
    panel.form.fields["seed"].setFocus()
    panel.show_request(BankRequest("sobel"))
    assert panel.focusWidget() is panel.bank_combo


@pytest.mark.parametrize("what", ["warning", "refusal"])
def test_what_is_wrong_with_a_bank_is_scrolled_into_view(qtbot, what):
    area, panel = QScrollArea(), FilterPanel()
    qtbot.addWidget(area)
    area.setWidget(panel)
    area.setWidgetResizable(True)
    area.resize(300, 240)
    area.show()
    panel.show_request(BankRequest("gabor"))
    label = panel.warning_label if what == "warning" else panel.refusal_label
    qtbot.waitUntil(lambda: area.verticalScrollBar().maximum() > 0)
    assert area.verticalScrollBar().value() == 0
    if what == "warning":
        panel.show_request(BankRequest("gabor"), ["Too few taps."])
    else:
        panel.show_refusal("The slow order has to be above the fast one.")
    qtbot.waitUntil(lambda: not label.visibleRegion().isEmpty())
    if what == "warning":  # an old one does not take the column away from where the person went
        area.verticalScrollBar().setValue(0)
        panel.show_request(BankRequest("gabor"), ["Too few taps."])
        QApplication.processEvents()
        assert area.verticalScrollBar().value() == 0
