"""The session swaps values, tells, and computes what follows from them."""

from collections.abc import Callable

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from core.clip import Clip
from core.convolution.definition import convolve
from core.filters.builtin import make_bank
from core.settings import ContrastSettings, ConvolutionSettings, WorkingSize
from gui.main_window import MainWindow
from gui.session import Session


def compute(session: Session, qtbot: QtBot, change: object) -> None:
    with qtbot.waitSignal(session.computing_finished):
        change()  # type: ignore[operator]


def test_a_clip_becomes_volumes_filter_by_filter(session: Session, qtbot: QtBot, loud_clip: Clip) -> None:
    added: list[int] = []
    session.volume_added.connect(added.append)
    compute(session, qtbot, lambda: session.set_clip(loud_clip))
    assert added == [0, 1]
    assert session.complete
    for volume, weights in zip(session.volumes, session.bank.weights, strict=True):
        expected = convolve(loud_clip.as_float(), weights)
        assert volume.data == pytest.approx(expected, abs=1e-4)


def test_a_new_bank_replaces_the_volumes_and_undo_brings_the_old_ones_back(
    session: Session, qtbot: QtBot, loud_clip: Clip
) -> None:
    compute(session, qtbot, lambda: session.set_clip(loud_clip))
    old_bank, old = session.bank, session.volumes[0].data.copy()
    compute(session, qtbot, lambda: session.set_bank(make_bank("raw", filters=3, kernel=(3, 3, 3), seed=9)))
    assert len(session.volumes) == 3
    compute(session, qtbot, session.undo_stack.undo)
    assert session.bank is old_bank
    assert np.array_equal(session.volumes[0].data, old)
    compute(session, qtbot, session.undo_stack.redo)
    assert len(session.volumes) == 3


def test_only_the_newest_of_many_requests_is_told_as_finished(
    session: Session, qtbot: QtBot, loud_clip: Clip
) -> None:
    finished: list[int] = []
    session.computing_finished.connect(lambda: finished.append(len(session.volumes)))

    def many() -> None:
        session.set_clip(loud_clip)
        for seed in range(5):
            session.set_bank(make_bank("zero-mean", filters=4, kernel=(3, 3, 3), seed=seed))

    compute(session, qtbot, many)
    assert finished == [4]


def test_the_working_size_is_what_the_filters_see(session: Session, qtbot: QtBot, loud_clip: Clip) -> None:
    compute(session, qtbot, lambda: session.set_clip(loud_clip))
    compute(session, qtbot, lambda: session.set_working_size(WorkingSize(12, 12)))
    assert session.working_clip is not None
    assert session.working_clip.frames.shape == (8, 10, 12, 3)
    assert session.volumes[0].data.shape == (6, 8, 10)
    assert session.clip is loud_clip


def test_trimming_can_be_undone(session: Session, qtbot: QtBot, loud_clip: Clip) -> None:
    compute(session, qtbot, lambda: session.set_clip(loud_clip))
    compute(session, qtbot, lambda: session.trim(2, 6))
    assert session.clip is not None
    assert len(session.clip) == 5
    assert session.trimmed
    compute(session, qtbot, lambda: session.trim(0, 3))
    compute(session, qtbot, session.untrim)
    assert session.clip is loud_clip
    assert not session.trimmed


def test_shared_and_own_scales(session: Session, qtbot: QtBot, loud_clip: Clip) -> None:
    compute(session, qtbot, lambda: session.set_clip(loud_clip))
    assert session.limits(0) == session.limits(1)
    with qtbot.waitSignal(session.scale_changed):
        session.set_contrast(ContrastSettings(shared=False, percentile=100))
    for index, volume in enumerate(session.volumes):
        assert session.limits(index).high == pytest.approx(max(volume.maximum, -volume.minimum))
        assert session.limits(index).low == -session.limits(index).high


def test_changing_colours_computes_nothing(session: Session, qtbot: QtBot, loud_clip: Clip) -> None:
    compute(session, qtbot, lambda: session.set_clip(loud_clip))
    with qtbot.assertNotEmitted(session.computing_started):
        session.change_contrast(diverging="berlin")
    assert session.table.name == "berlin"


def test_a_kernel_longer_than_the_clip_is_refused_in_a_sentence(
    session: Session, qtbot: QtBot, loud_clip: Clip
) -> None:
    compute(session, qtbot, lambda: session.set_clip(loud_clip))
    with qtbot.waitSignal(session.computing_failed) as caught:
        session.set_bank(make_bank("zero-mean", filters=1, kernel=(9, 3, 3), seed=0))
    assert "9" in caught.args[0] and "8" in caught.args[0]
    assert session.volumes == ()


def test_memory_that_the_system_refuses_is_a_sentence_in_the_window(
    qtbot: QtBot, open_window: Callable[..., MainWindow], monkeypatch: pytest.MonkeyPatch
) -> None:
    window = open_window("stimulus:drifting-texture?width=48&height=36&frames=8")
    session = window.session
    qtbot.waitUntil(lambda: session.complete, timeout=20_000)

    def refused(*_: object) -> None:
        raise MemoryError

    with monkeypatch.context() as patch, qtbot.waitSignal(session.computing_failed) as caught:
        patch.setattr("core.convolution.engine.method_for", refused)
        session.set_bank(make_bank("raw", filters=3, kernel=(3, 3, 3), seed=4))
    assert "not enough memory" in caught.args[0]
    assert caught.args[0] in window.workspace.message_bar.text_label.text()
    assert session.volumes == ()
    compute(session, qtbot, lambda: session.set_bank(make_bank("raw", filters=2, kernel=(3, 3, 3))))
    assert len(session.volumes) == 2


def test_frames_that_the_volumes_cover(session: Session, qtbot: QtBot, loud_clip: Clip) -> None:
    compute(session, qtbot, lambda: session.set_clip(loud_clip))
    assert session.valid_frames() == (1, 6)
    compute(session, qtbot, lambda: session.set_convolution(ConvolutionSettings(padding="same")))
    assert session.valid_frames() == (0, 7)
    compute(session, qtbot, lambda: session.set_convolution(ConvolutionSettings(padding=(3, 1, 0))))
    assert session.valid_frames() == (0, 7)
    assert session.volumes[0].at(0) == (2, True)  # two frames lie before the clip
    compute(session, qtbot, lambda: session.set_convolution(ConvolutionSettings(padding=(0, 1, 0))))
    assert session.valid_frames() == (1, 6)
