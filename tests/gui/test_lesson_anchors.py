"""Every bundled lesson points at parts of the window that there are, on the page that it shows."""

from collections.abc import Callable
from importlib.util import find_spec

import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from core.combine import find_view
from core.lessons.library import bundled_folder, lesson_files
from core.lessons.named import lesson_bank
from core.lessons.reading import read_lesson
from gui.explain import PAGES
from gui.main_window import MainWindow

STEPS = [step for path in lesson_files(bundled_folder()) for step in read_lesson(path).steps]


def anchors(page: str) -> set[str]:
    return {step.anchor for step in STEPS if step.preset.page == page and step.anchor}


def test_anchors_on_the_volumes_exist(qtbot: QtBot, open_window: Callable[..., MainWindow]) -> None:
    window = open_window("stimulus:flicker?width=20&height=16")
    window.resize(1280, 800)
    tiles = {name for name in anchors("volumes") if name.startswith("feature_viewer_")}
    qtbot.waitUntil(lambda: window.session.complete)
    bubble = window.explain.lessons().bubble
    for name in anchors("volumes") - tiles:
        bubble.point("Look.", name)
        assert bubble.target is not None, name
        qtbot.waitUntil(lambda: not bubble._timer.isActive())
        assert bubble.isVisible(), name
    assert len(tiles) > 3


def test_a_tile_that_is_pointed_at_is_one_of_the_banks() -> None:
    for step in STEPS:
        if step.anchor.startswith("feature_viewer_"):
            bank = lesson_bank(step.preset.bank, bundled_folder())
            view = find_view(bank, step.preset.show)
            count = len(bank) if view is None else len(view.names)
            assert int(step.anchor.removeprefix("feature_viewer_")) < count


@pytest.mark.parametrize("spec", [spec for spec in PAGES[1:] if anchors(spec.key)], ids=lambda spec: spec.key)
def test_anchors_on_pages_that_explain_exist(
    qtbot: QtBot, open_window: Callable[..., MainWindow], spec
) -> None:
    if find_spec(spec.module) is None:
        pytest.skip(f"{spec.module} is not there yet")
    window = open_window("stimulus:flicker?width=20&height=16")
    qtbot.waitUntil(lambda: window.session.complete)
    window.explain.show(spec.key)
    page = window.explain.page(spec.key)
    beside = {"input_viewer", "xt_slice", "yt_slice"}
    for name in anchors(spec.key) - beside:  # some are made when something is computed
        qtbot.waitUntil(lambda name=name: page.widget.findChild(QWidget, name) is not None)
    before = page.preset()
    for step in STEPS:  # what is wanted of the page is what it has
        if step.preset.page == spec.key:
            page.apply_preset(step.preset.page_options)
            assert {**page.preset(), **step.preset.page_options} == page.preset()
    page.apply_preset(before)
    assert page.preset() == before
