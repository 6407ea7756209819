"""The export dialog promises what the writer then makes."""

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import Qt

from core.clip import Clip
from core.convolution.geometry import AxisMap
from core.export.content import film_steps
from core.export.job import ExportJob
from core.filters.builtin import make_bank
from core.progress import returned
from core.settings import ExportSettings
from core.volume import FeatureVolume
from gui.widgets.export_dialog import ExportDialog


@pytest.fixture
def clip(rng):
    return Clip.from_frames(rng.integers(0, 256, (9, 44, 56, 3), dtype=np.uint8), fps=24)


@pytest.fixture
def volumes(rng):
    axes = (AxisMap(2.0), AxisMap(2.0), AxisMap(2.0))
    data = rng.normal(size=(3, 5, 40, 52)).astype(np.float32)
    return tuple(FeatureVolume(d, i, f"filter {i + 1}", axes) for i, d in enumerate(data))


@pytest.fixture
def dialog(qtbot, clip, volumes):
    dialog = ExportDialog()
    qtbot.addWidget(dialog)
    dialog.prepare(clip, clip, volumes, [v.name for v in volumes])
    return dialog


def test_it_starts_with_the_mosaic_at_the_clips_rate(dialog):
    assert dialog.settings() == ExportSettings(fps=24.0)


def test_settings_come_back_as_they_went_in(dialog):
    wanted = ExportSettings("feature", 2, 12.5, 4, loop=False, ping_pong=True, captions=False)
    dialog.set_settings(wanted)
    assert dialog.settings() == wanted


@pytest.mark.parametrize("content", ["mosaic", "input", "feature"])
@pytest.mark.parametrize(
    ("scale", "ping_pong", "captions"), [(1, False, True), (3, True, False), (2, True, True)]
)
def test_size_and_frames_are_those_of_the_film(dialog, clip, volumes, content, scale, ping_pong, captions):
    wanted = ExportSettings(content, 1, 24.0, scale, ping_pong=ping_pong, captions=captions)
    dialog.set_settings(wanted)
    film = returned(film_steps(ExportJob(clip, make_bank(filters=3), volumes, export=wanted)))
    assert dialog.result_size() == (film.width, film.height)
    assert dialog.result_frames() == len(film.order)
    text = dialog.result_label.text()
    assert f"{film.width}×{film.height} pixels" in text
    assert f"{len(film.order)} frames" in text


def test_scale_shows_what_it_comes_to(dialog):
    dialog.set_settings(replace(dialog.settings(), content="input", scale=2))
    assert dialog.result_label.text().startswith("56×44 → 112×88 pixels")


def test_while_features_are_computed_only_the_input_can_be_chosen(qtbot, clip, volumes):
    dialog = ExportDialog()
    qtbot.addWidget(dialog)
    dialog.prepare(clip, clip, volumes[:1], ["a", "b", "c"])
    dialog.set_settings(ExportSettings("mosaic"))
    assert dialog.settings().content == "input"
    assert not dialog.content_combo.isEnabled()
    assert "not complete" in dialog.content_combo.toolTip()


def test_a_clip_of_another_rate_asks_nothing_of_volumes_that_are_not_there(qtbot, clip):
    dialog = ExportDialog()
    qtbot.addWidget(dialog)
    assert clip.fps != dialog.fps_spin.value()
    dialog.prepare(clip, clip, (), ["filter 1"])
    assert dialog.settings().content == "input"
    assert f"{clip.width}×{clip.height}" in dialog.result_label.text()


def test_what_a_gif_cannot_do_is_said(dialog):
    dialog.set_settings(replace(dialog.settings(), fps=60.0))
    assert "50" in dialog.note_label.text()
    dialog.set_settings(replace(dialog.settings(), fps=25.0))
    assert dialog.note_label.text() == ""


def test_controls_that_mean_nothing_say_why(dialog):
    dialog.set_settings(replace(dialog.settings(), content="input"))
    assert not dialog.feature_combo.isEnabled()
    assert not dialog.captions_box.isEnabled()
    assert dialog.captions_box.toolTip() == "Only the mosaic has captions"


def test_the_buttons_accept_and_reject(dialog, qtbot):
    dialog.show()
    with qtbot.waitSignal(dialog.accepted):
        qtbot.mouseClick(dialog.export_button, Qt.MouseButton.LeftButton)
    dialog.show()
    with qtbot.waitSignal(dialog.rejected):
        qtbot.keyClick(dialog, Qt.Key.Key_Escape)


def test_without_a_clip_it_promises_nothing(qtbot):
    dialog = ExportDialog()
    qtbot.addWidget(dialog)
    assert dialog.result_size() == (0, 0)
    assert dialog.result_frames() == 0
