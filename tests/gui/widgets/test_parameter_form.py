"""The form of parameters: every kind of field, every kind of bad input, and what people do about it."""

from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication, QCheckBox, QLabel, QLineEdit, QScrollArea, QVBoxLayout, QWidget

from core.filters.kinds import FILTERS, KERNEL, SEED
from core.parameters import Parameter
from gui.theme import LIGHT, ThemeMode, apply_theme
from gui.widgets.inputs import ComboBox
from gui.widgets.number_field import NumberField, step_of, stepped
from gui.widgets.parameter_form import ParameterForm

SPEED = Parameter("speed", 1.0, 0.0, 4.0, "px/frame", tip="How far it moves from frame to frame")
FREQUENCY = Parameter("frequency", 0.125, 0.0, 0.5, "cyc/px")
DIRECTION = Parameter("direction", 0.0, -360.0, 360.0, "degrees", {"right": 0, "left": 180})
PAIR = Parameter("phases", 1, 0, 2, words={"even": 0, "both": 1, "pair": 1, "odd": 2})
PHASE = Parameter("relu", 1, 0, 1, words={"off": 0, "on": 1})
SECRET = Parameter("channels", 1, 1, 3, hidden=True)
ALL = (FILTERS, KERNEL, SPEED, FREQUENCY, DIRECTION, PAIR, PHASE, SEED, SECRET)
BAD = ["nan", "NaN", "inf", "", "  ", "abc", "99999", "-0.5", "1/0", "1,5", "1e999"]


@pytest.fixture
def form(qtbot):
    """The form between two other widgets that take the keyboard, 276 px wide as in the left column."""
    outside = QWidget()
    layout = QVBoxLayout(outside)
    made = ParameterForm()
    for widget in (QLineEdit(), made, QLineEdit()):
        layout.addWidget(widget)
    layout.addStretch(1)
    qtbot.addWidget(outside)
    outside.setFixedWidth(300)
    made.set_parameters(ALL, {})
    outside.show()
    outside.activateWindow()
    yield made
    outside.close()


def type_into(qtbot, field, text, key=Qt.Key.Key_Return):
    field.setFocus()
    field.selectAll()
    qtbot.keyClick(field, Qt.Key.Key_Delete)
    qtbot.keyClicks(field, text)
    if key is not None:
        qtbot.keyClick(field, key)


def sentence(form, name):
    """The sentence that is to be seen under a field, or ""."""
    label = form.errors[name]
    assert label.isVisible() is bool(label.text())
    return label.text()


def test_every_field_shows_its_default_and_has_a_name_and_a_tip(form):
    assert form.values == {p.name: p.default for p in ALL if not p.hidden}
    assert "channels" not in form.fields
    for name, field in form.fields.items():
        assert field.objectName() == f"parameter_{name}"
        assert field.accessibleName()
        assert field.toolTip()
    assert form.fields["speed"].toolTip() == "How far it moves from frame to frame: 0 to 4 px/frame"
    assert isinstance(form.fields["phases"], ComboBox)
    assert isinstance(form.fields["relu"], QCheckBox)


def test_labels_give_the_keyboard_to_their_fields(form):
    buddies = [label.buddy() for label in form.findChildren(QLabel) if label.buddy() is not None]
    kernel = form.fields["kernel"]
    assert set(buddies) == (set(form.fields.values()) - {kernel}) | {kernel.boxes[0]}


def test_values_from_code_send_nothing(form, qtbot):
    values = {"filters": 3, "kernel": (1, 2, 3), "speed": 0.5, "phases": 2, "relu": 0, "seed": 2**32 - 1}
    with qtbot.assertNotEmitted(form.values_changed):
        form.set_parameters(ALL, values)
    assert {name: form.values[name] for name in values} == values
    assert form.fields["seed"].text() == "4294967295"
    assert form.fields["phases"].currentText() == "odd"


@pytest.mark.parametrize("text", BAD)
def test_bad_input_is_told_at_the_field_and_changes_nothing(form, qtbot, text):
    before, field = form.values, form.fields["speed"]
    with qtbot.assertNotEmitted(form.values_changed):
        type_into(qtbot, field, text)
    shown = text.strip() or "empty"
    assert sentence(form, "speed") == f"Speed is a number from 0 to 4 px/frame, not {shown}."
    assert form.values == before
    assert field.property("refused") is True
    type_into(qtbot, field, "2")
    assert sentence(form, "speed") == ""
    assert field.property("refused") is False
    assert form.values["speed"] == 2


@pytest.mark.parametrize("text", ["0", "", "65", "2.5", "nan", "x"])
def test_a_count_is_whole_and_in_range(form, qtbot, text):
    type_into(qtbot, form.fields["filters"], text)
    shown = text or "empty"
    assert sentence(form, "filters") == f"The number of filters is a whole number from 1 to 64, not {shown}."
    assert form.values["filters"] == 8


@pytest.mark.parametrize("text", ["0", "", "17", "nan", "-1", "x"])
@pytest.mark.parametrize("axis", [0, 1, 2])
def test_a_side_of_a_size_is_judged_like_any_number(form, qtbot, axis, text):
    with qtbot.assertNotEmitted(form.values_changed):
        type_into(qtbot, form.fields["kernel"].boxes[axis], text)
    shown = text or "empty"
    expected = f"Each side of a kernel is a whole number from 1 to 16, not {shown}."
    assert sentence(form, "kernel") == expected
    assert form.values["kernel"] == (5, 5, 5)


def test_two_bad_sides_are_told_one_after_the_other(form, qtbot):
    first, second, _ = form.fields["kernel"].boxes
    type_into(qtbot, first, "0")
    assert "not 0." in sentence(form, "kernel")
    type_into(qtbot, second, "99")
    assert "not 99." in sentence(form, "kernel")
    type_into(qtbot, second, "7")
    assert sentence(form, "kernel") == ""
    assert form.values["kernel"] == (5, 7, 5)


@pytest.mark.parametrize("text", ["x", "-5", "1.5", "4294967296", ""])
def test_a_seed_is_a_whole_number(form, qtbot, text):
    type_into(qtbot, form.fields["seed"], text)
    shown = text or "empty"
    assert sentence(form, "seed") == f"The seed is a whole number from 0 to 4294967295, not {shown}."
    assert form.values["seed"] == 0
    type_into(qtbot, form.fields["seed"], "4294967295")
    assert form.values["seed"] == 2**32 - 1


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("frequency", "1/8", 0.125),
        ("frequency", " .3 ", 0.3),
        ("direction", "left", 180),
        ("speed", "1e-1", 0.1),
    ],
)
def test_fractions_and_words_are_understood(form, qtbot, name, text, value):
    form.set_parameters(ALL, {"frequency": 0.2})
    with qtbot.waitSignal(form.values_changed):
        type_into(qtbot, form.fields[name], text)
    assert form.values[name] == value
    form.parentWidget().setFocus()
    form.fields[name].clearFocus()
    assert form.fields[name].text() == f"{value:g}"  # the field writes it its own way when it is left


def test_what_is_typed_counts_when_the_typing_pauses(form, qtbot):
    with qtbot.waitSignal(form.values_changed):
        type_into(qtbot, form.fields["filters"], "16", None)
    assert form.values["filters"] == 16
    with qtbot.waitSignal(form.fields["filters"].refused):
        type_into(qtbot, form.fields["filters"], "0", None)
    assert sentence(form, "filters")
    assert form.values["filters"] == 16


def test_half_a_number_is_not_told_while_the_typing_goes_on(form, qtbot):
    with qtbot.assertNotEmitted(form.fields["filters"].refused):
        type_into(qtbot, form.fields["filters"], "1", None)
        qtbot.keyClicks(form.fields["filters"], "6")
    assert form.values["filters"] == 8


@pytest.mark.parametrize("leave", [Qt.Key.Key_Tab, Qt.Key.Key_Backtab])
def test_leaving_brings_the_last_good_value_back_and_says_so(form, qtbot, leave):
    field = form.fields["filters"]
    with qtbot.waitSignal(form.editing_finished):
        type_into(qtbot, field, "0", leave)
    assert field.text() == "8"
    assert sentence(form, "filters").endswith("from 1 to 64, not 0. It stays 8.")
    assert field.property("refused") is False
    field.setFocus()
    qtbot.keyClick(field, Qt.Key.Key_Up)
    assert sentence(form, "filters") == ""


def test_another_good_edit_ends_what_was_said_about_a_field_that_was_left(form, qtbot):
    type_into(qtbot, form.fields["filters"], "0", Qt.Key.Key_Tab)
    qtbot.keyClick(form.fields["speed"], Qt.Key.Key_Up)
    assert sentence(form, "filters") == ""


def test_escape_forgets_what_was_typed(form, qtbot):
    field = form.fields["speed"]
    type_into(qtbot, field, "nan")
    assert sentence(form, "speed")
    with qtbot.assertNotEmitted(form.values_changed):
        qtbot.keyClick(field, Qt.Key.Key_Escape)
    assert (field.text(), sentence(form, "speed")) == ("1", "")


def test_up_down_and_the_wheel_step_within_the_range(form, qtbot):
    field = form.fields["filters"]
    field.setFocus()
    qtbot.keyClick(field, Qt.Key.Key_Up)
    assert form.values["filters"] == 9
    qtbot.keyClick(field, Qt.Key.Key_PageDown)
    assert form.values["filters"] == 1
    with qtbot.assertNotEmitted(form.values_changed):
        qtbot.keyClick(field, Qt.Key.Key_Down)
    wheel(field, 120)
    assert form.values["filters"] == 2
    field.clearFocus()
    wheel(field, 120)
    assert form.values["filters"] == 2


def wheel(field, turn):
    event = QWheelEvent(
        QPointF(5, 5),
        field.mapToGlobal(QPointF(5, 5)),
        QPoint(0, 0),
        QPoint(0, turn),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(field, event)


def test_stepping_away_from_bad_text_starts_at_the_last_good_value(form, qtbot):
    field = form.fields["filters"]
    type_into(qtbot, field, "abc")
    qtbot.keyClick(field, Qt.Key.Key_Up)
    assert (form.values["filters"], field.text(), sentence(form, "filters")) == (9, "9", "")


@pytest.mark.parametrize(
    ("parameter", "value", "steps", "expected"),
    [
        (FREQUENCY, 0.125, 1, 0.13),
        (FREQUENCY, 0.125, -1, 0.12),
        (FREQUENCY, 0.5, 1, 0.5),
        (SPEED, 1.0, 1, 1.1),
        (SPEED, 0.05, -1, 0.0),
        (DIRECTION, 0.0, 3, 45.0),
        (SEED, 2**32 - 2, 5, 2**32 - 1),
        (replace(SPEED, low=0.25), 0.3, -1, 0.25),
    ],
)
def test_steps_are_round_numbers(parameter, value, steps, expected):
    assert stepped(parameter, value, steps) == expected
    assert type(stepped(parameter, value, steps)) is type(parameter.default)


def test_a_step_suits_the_usual_value_and_the_range():
    assert step_of(SEED) == 1
    assert step_of(Parameter("sigma", 8.0, 0.5, 64.0, "px")) == 1
    assert step_of(Parameter("offset", 0.0, -1.0, 1.0)) == pytest.approx(0.1)


def test_choosing_a_word_and_switching(form, qtbot):
    combo, switch = form.fields["phases"], form.fields["relu"]
    assert [combo.itemText(i) for i in range(combo.count())] == ["even", "both", "odd"]
    with qtbot.waitSignal(form.values_changed):
        combo.setCurrentIndex(2)
        combo.activated.emit(2)
    with qtbot.waitSignal(form.values_changed):
        qtbot.mouseClick(switch, Qt.MouseButton.LeftButton, pos=QPoint(8, switch.height() // 2))
    assert (form.values["phases"], form.values["relu"]) == (2, 0)


def test_tab_goes_through_the_fields_from_top_to_bottom(form, qtbot):
    before = form.parentWidget().layout().itemAt(0).widget()
    form.set_parameters((SEED, *ALL[:3]), {})
    last = form.order_keyboard(before)
    kernel = form.fields["kernel"]
    expected = [form.fields["seed"], form.fields["filters"], *kernel.boxes, form.fields["speed"]]
    before.setFocus()
    visited = []
    for _ in expected:
        qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
        visited.append(QApplication.focusWidget())
    assert visited == expected
    assert last is expected[-1]
    qtbot.keyClick(last, Qt.Key.Key_Tab)
    assert QApplication.focusWidget() is form.parentWidget().layout().itemAt(2).widget()


def test_the_same_parameters_keep_their_fields_and_what_is_being_typed(form, qtbot):
    field = form.fields["filters"]
    type_into(qtbot, field, "1", None)
    form.set_parameters(ALL, form.values)
    assert form.fields["filters"] is field
    assert field.text() == "1"
    form.set_parameters(ALL, {"filters": 20})
    assert field.text() == "20"
    form.set_parameters((SPEED,), {"speed": 3})
    assert form.values == {"speed": 3}
    assert list(form.fields) == ["speed"]


def test_a_form_without_parameters_takes_no_room(form):
    form.set_parameters((), {})
    assert form.values == {}
    assert form.sizeHint().height() == 0


def test_what_was_typed_in_fields_that_are_gone_is_gone(form, qtbot):
    type_into(qtbot, form.fields["filters"], "16", None)
    with qtbot.assertNotEmitted(form.values_changed), qtbot.assertNotEmitted(form.editing_finished):
        form.set_parameters((SPEED,), {})


def test_fields_that_are_read_only(form):
    form.set_enabled(False)
    assert not any(field.isEnabled() for field in form.fields.values())
    form.set_enabled(True)
    assert all(field.isEnabled() for field in form.fields.values())


def test_a_narrow_column_is_never_widened(form, qtbot):
    assert form.minimumSizeHint().width() <= 276
    type_into(qtbot, form.fields["kernel"].boxes[0], "0")
    assert form.minimumSizeHint().width() <= 276
    assert form.errors["kernel"].width() <= form.width() < 300


def test_a_refused_field_has_the_border_of_an_error(form, qtbot):
    app = QApplication.instance()
    apply_theme(app, ThemeMode.LIGHT)
    field = form.fields["speed"]
    type_into(qtbot, field, "nan")
    assert isinstance(field, NumberField)
    picture = field.grab().toImage()
    middle = picture.pixelColor(picture.width() // 2, 0).name()
    assert middle == LIGHT.error


def test_a_sentence_below_the_edge_of_its_column_is_scrolled_into_view(qtbot):
    area, made = QScrollArea(), ParameterForm()
    made.set_parameters(ALL, {})
    area.setWidget(made)
    area.setWidgetResizable(True)
    qtbot.addWidget(area)
    last = made.fields["seed"]
    area.show()
    area.resize(300, made.sizeHint().height() - 10)
    type_into(qtbot, last, "nan")
    label = made.errors["seed"]
    assert last.accessibleDescription() == label.text()
    qtbot.waitUntil(lambda: label.visibleRegion().boundingRect().height() == label.height())
    area.close()
