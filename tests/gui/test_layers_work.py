"""The computation behind the page of two layers: what is computed, what is kept, what is refused."""

from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from core.clip import Clip
from core.convolution.pooling import Pooling
from core.convolution.two_layers import TwoLayers
from core.filters.builtin import make_bank
from core.filters.second import make_second
from core.settings import ConvolutionSettings
from core.volume import FeatureVolume
from gui.layers_work import CANCELLED, LayersWork
from gui.session import Session
from gui.widgets.layers_form import LayersChoice
from tests.motion_banks import motion_bank, rolled

CLIP = rolled(1, frames=8, side=20)
SMALL = LayersChoice(values={"filters": 2, "kernel": (2, 3, 3), "seed": 1})


@pytest.fixture
def work(session: Session, qtbot: QtBot) -> Iterator[LayersWork]:
    """The work of a session of two filters 3x3x3, not looked at yet."""
    made = LayersWork(session, session)
    made.set_choice(SMALL)
    use(qtbot, session, lambda: session.set_clip(CLIP))
    yield made
    made.shutdown()


def use(qtbot: QtBot, session: Session, change: Callable[[], object]) -> None:
    with qtbot.waitSignal(session.computing_finished, timeout=20_000):
        change()


def done(qtbot: QtBot, work: LayersWork, change: Callable[[], object]) -> None:
    with qtbot.waitSignal(work.finished, timeout=20_000):
        change()


def refused(qtbot: QtBot, work: LayersWork, change: Callable[[], object]) -> None:
    with qtbot.waitSignal(
        work.question_changed, timeout=20_000, check_params_cb=lambda: bool(work.problem) and not work.busy
    ):
        change()


def expected(session: Session, choice: LayersChoice, clip: Clip = CLIP) -> np.ndarray:
    bank = make_second(choice.kind, session.bank.names, **choice.values)
    request = TwoLayers(
        clip, session.bank, session.convolution, bank, choice.then, choice.activation, choice.pooling
    )
    return np.stack([step.data for step in request.work() if isinstance(step, FeatureVolume)])


def found(work: LayersWork) -> np.ndarray:
    return np.stack([volume.data for volume in work.volumes])


def test_nothing_is_done_until_somebody_looks(session: Session, work: LayersWork, qtbot: QtBot) -> None:
    assert not work.busy and not work.volumes and work.bank is None
    done(qtbot, work, lambda: work.set_active(True))
    assert work.complete and np.allclose(found(work), expected(session, SMALL), atol=1e-5)
    assert work.stack is not None and work.stack.shapes[3] == work.volumes[0].data.shape == (5, 7, 7)
    assert all(mine is own for mine, own in zip(work.responses, session.volumes, strict=True))
    work.set_active(False)
    work.set_active(True)  # nothing changed meanwhile
    assert work.complete and not work.busy


def test_only_what_changed_is_computed_anew(session: Session, work: LayersWork, qtbot: QtBot) -> None:
    done(qtbot, work, lambda: work.set_active(True))
    channels = work.channels
    other = replace(SMALL, values={**SMALL.values, "seed": 2})
    done(qtbot, work, lambda: work.set_choice(other))
    assert work.channels is channels and np.allclose(found(work), expected(session, other), atol=1e-5)
    with qtbot.assertNotEmitted(work.question_changed):
        work.set_choice(replace(other))
    pooled = replace(other, pooling=Pooling("mean", (2, 1, 1)), activation="abs")
    responses = work.responses
    done(qtbot, work, lambda: work.set_choice(pooled))
    assert work.responses is responses and work.channels[0].data.shape == (3, 18, 18)
    assert np.allclose(found(work), expected(session, pooled), atol=1e-5)
    before = work.choice.values["seed"]
    done(qtbot, work, work.redraw)
    assert work.choice.values["seed"] != before and not np.allclose(found(work), expected(session, pooled))


def test_responses_behind_an_activation_or_a_view_are_computed_anew(
    session: Session, work: LayersWork, qtbot: QtBot
) -> None:
    use(qtbot, session, lambda: session.set_convolution(ConvolutionSettings(activation="relu")))
    done(qtbot, work, lambda: work.set_active(True))
    assert min(volume.minimum for volume in work.responses) < 0  # linear, whatever the window shows
    assert np.allclose(found(work), expected(session, SMALL), atol=1e-5)
    done(qtbot, work, lambda: session.set_bank(motion_bank(side=5, frames=3)))
    done(qtbot, work, lambda: session.set_view("energy"))
    assert len(work.responses) == len(session.bank) > len(session.volumes)
    assert np.allclose(found(work), expected(session, SMALL), atol=1e-4)


def test_another_clip_or_bank_is_followed_and_forgotten_while_hidden(
    session: Session, work: LayersWork, qtbot: QtBot
) -> None:
    done(qtbot, work, lambda: work.set_active(True))
    done(qtbot, work, lambda: session.set_bank(make_bank("zero-mean", filters=3, kernel=(2, 2, 2), seed=4)))
    assert work.bank is not None and work.bank.channels == 3
    assert np.allclose(found(work), expected(session, SMALL), atol=1e-5)
    other = rolled(2, frames=7, side=16)
    done(qtbot, work, lambda: session.set_clip(other))
    assert np.allclose(found(work), expected(session, SMALL, other), atol=1e-5)
    work.set_active(False)
    use(qtbot, session, lambda: session.set_clip(CLIP))
    assert not work.volumes and not work.responses and not work.channels and not work.busy
    done(qtbot, work, lambda: work.set_active(True))
    assert np.allclose(found(work), expected(session, SMALL), atol=1e-5)


def test_what_cannot_be_is_a_sentence_until_it_can(session: Session, work: LayersWork, qtbot: QtBot) -> None:
    work.set_active(True)
    same = LayersChoice(kind="difference", values={"first": 1, "second": 1})
    large = replace(SMALL, values={**SMALL.values, "kernel": (7, 3, 3)})
    refused(qtbot, work, lambda: work.set_choice(same))
    assert "two different channels" in work.problem and not work.busy and work.bank is None
    refused(qtbot, work, lambda: work.set_choice(large))
    assert work.bank is not None and work.stack is not None and not work.volumes
    assert "spans 7×3×3 (t×y×x), but after pooling 1×2×2 the first layer leaves only 6×9×9" in work.problem
    done(qtbot, work, lambda: work.set_choice(SMALL))
    assert work.problem == "" and work.complete


def test_a_first_layer_that_failed_says_why(session: Session, work: LayersWork, qtbot: QtBot) -> None:
    done(qtbot, work, lambda: work.set_active(True))
    with qtbot.waitSignal(session.computing_failed, timeout=20_000) as failure:
        session.set_bank(make_bank("zero-mean", filters=1, kernel=(9, 3, 3)))
    assert work.problem == failure.args[0] and not work.volumes and not work.busy
    done(qtbot, work, session.undo_stack.undo)
    assert work.problem == "" and work.complete


def test_cancelled_work_is_taken_up_with_the_next_change(
    session: Session, work: LayersWork, qtbot: QtBot
) -> None:
    work.set_active(True)
    work.cancel()
    assert work.problem == CANCELLED and not work.busy and not work.volumes
    done(qtbot, work, lambda: work.set_choice(replace(SMALL, activation="none")))
    assert work.complete and work.problem == ""
    work.cancel()  # too late
    assert work.complete and work.problem == ""


def test_leaving_in_the_middle_stops_and_coming_back_goes_on(
    session: Session, work: LayersWork, qtbot: QtBot
) -> None:
    work.set_active(True)
    assert work.busy
    work.set_active(False)
    assert not work.busy
    done(qtbot, work, lambda: work.set_active(True))
    assert np.allclose(found(work), expected(session, SMALL), atol=1e-5)
