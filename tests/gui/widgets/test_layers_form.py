"""The settings of a second layer: what they say, what they keep when the first layer is another one."""

from dataclasses import replace

import pytest
from pytestqt.qtbot import QtBot

from core.convolution.pooling import Pooling
from core.filters.second import second_kinds
from core.settings import ConvolutionSettings
from gui.widgets.layers_form import LayersChoice, LayersForm

CHANNELS = ("filter 1", "right", "left")


@pytest.fixture
def form(qtbot: QtBot) -> LayersForm:
    made = LayersForm()
    qtbot.addWidget(made)
    made.set_channels(CHANNELS)
    return made


def test_it_begins_as_networks_do(form: LayersForm) -> None:
    choice = form.choice
    assert (choice.activation, choice.pooling, choice.kind) == (
        "relu",
        Pooling("max", (1, 2, 2)),
        "zero-mean",
    )
    assert choice.values == {"filters": 6, "kernel": (3, 3, 3), "seed": 0}
    assert choice.then == ConvolutionSettings()


@pytest.mark.parametrize(
    "choice",
    [
        LayersChoice("abs", Pooling("mean", (3, 1, 2)), "difference", {"first": 2, "second": 3}),
        LayersChoice("none", Pooling("max", (1, 1, 1)), "mean", {}, ConvolutionSettings("same", (2, 1, 1))),
        LayersChoice(kind="He", values={"filters": 2, "kernel": (1, 5, 5), "seed": 9}),
    ],
)
def test_a_choice_is_shown_as_it_was_made(form: LayersForm, choice: LayersChoice) -> None:
    form.set_choice(choice)
    assert form.choice == choice
    assert form.block_spins.isEnabled() == (not choice.pooling.idle)
    assert form.random_button.isEnabled() == (choice.kind == "He")
    assert form.description_label.text().endswith(".")


def test_every_kind_can_be_chosen_in_the_list(form: LayersForm, qtbot: QtBot) -> None:
    combo = form.kind_combo
    names = [combo.itemData(i) for i in range(combo.count())]
    assert [name for name in names if name] == [kind.name for kind in second_kinds()]
    with qtbot.waitSignal(form.choice_changed):
        combo.setCurrentIndex(names.index("sobel"))
        combo.activated.emit(names.index("sobel"))
    assert form.choice.kind == "sobel" and list(form.choice.values) == ["channel"]
    with qtbot.assertNotEmitted(form.choice_changed):
        combo.activated.emit(0)  # a heading
        form.flush()
    assert form.choice.kind == "sobel"


def test_a_kind_keeps_its_values_and_a_channel_that_is_gone_gives_way(form: LayersForm) -> None:
    form.set_choice(LayersChoice(kind="difference", values={"first": 3, "second": 2}))
    form.set_choice(LayersChoice(kind="mean"))
    names = [form.kind_combo.itemData(i) for i in range(form.kind_combo.count())]
    form.kind_combo.activated.emit(names.index("difference"))
    assert form.choice.values == {"first": 3, "second": 2}
    form.set_channels(("filter 1", "filter 2"))
    assert form.choice.values == {"first": 1, "second": 2}
    form.set_channels(("only",))
    assert form.choice.values == {"first": 1, "second": 1}


def test_changes_are_told_once_after_a_moment(form: LayersForm, qtbot: QtBot) -> None:
    told: list[LayersChoice] = []
    form.choice_changed.connect(lambda: told.append(form.choice))
    form.block_spins.boxes[0].setValue(2)
    form.block_spins.boxes[1].setValue(3)
    form.activation_combo.setCurrentText("square")
    form.activation_combo.activated.emit(form.activation_combo.currentIndex())
    assert told == []
    with qtbot.waitSignal(form.choice_changed):
        pass
    expected = LayersChoice("square", Pooling("max", (2, 3, 2)), values=form.choice.values)
    assert told == [expected]
    form.block_spins.boxes[1].setValue(1)
    form.random_button.click()  # what waits goes first
    assert told[-1] == replace(expected, pooling=Pooling("max", (2, 1, 2)))


def test_setting_says_nothing(form: LayersForm, qtbot: QtBot) -> None:
    with qtbot.assertNotEmitted(form.choice_changed):
        form.set_choice(LayersChoice(activation="none", kind="change", values={"order": 2}))
        form.set_channels(("a", "b"))
        form.flush()
