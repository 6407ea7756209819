"""The latest request wins, in one place."""

import threading
from collections.abc import Iterator

import pytest
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from core.errors import WavecubeError
from core.progress import Progress
from gui.tasks import UNEXPECTED, LatestTask


@pytest.fixture
def task(qtbot: QtBot) -> Iterator[LatestTask]:
    made = LatestTask("test")
    yield made
    made.shutdown()


def test_results_and_progress_arrive_in_order_in_this_thread(task: LatestTask, qtbot: QtBot) -> None:
    got: list[object] = []
    threads: set[int] = set()

    def work() -> Iterator[object]:
        threads.add(threading.get_ident())
        yield 1
        yield Progress(1, 2, "half")
        yield {2: "two"}

    task.result_ready.connect(got.append)
    task.progress_changed.connect(got.append)
    with qtbot.waitSignal(task.finished):
        task.start(work)
    assert got == [1, Progress(1, 2, "half"), {2: "two"}]
    assert threads and threading.get_ident() not in threads


def test_an_old_request_is_cancelled_and_its_answers_are_dropped(task: LatestTask, qtbot: QtBot) -> None:
    got: list[object] = []
    inside, may_go, released = threading.Event(), threading.Event(), threading.Event()

    def old() -> Iterator[object]:
        try:
            inside.set()
            may_go.wait(10)
            yield "old"
            yield "old again"
        finally:
            released.set()

    task.result_ready.connect(got.append)
    task.start(old)
    assert inside.wait(10)
    with qtbot.waitSignal(task.finished):
        task.start(lambda: iter(["new"]))
        may_go.set()
    assert got == ["new"]
    assert released.is_set()


def test_cancelling_is_told_at_once_and_releases_in_the_worker(task: LatestTask, qtbot: QtBot) -> None:
    inside, may_go, released = threading.Event(), threading.Event(), threading.Event()

    def work() -> Iterator[object]:
        try:
            inside.set()
            may_go.wait(10)
            yield 1
        finally:
            released.set()

    busy: list[bool] = []
    task.busy_changed.connect(busy.append)
    task.start(work)
    assert inside.wait(10)
    task.cancel()
    assert not task.busy
    assert busy == [True, False]
    may_go.set()
    assert released.wait(10)


def test_failures_meant_for_people_keep_their_sentence(task: LatestTask, qtbot: QtBot) -> None:
    def work() -> Iterator[object]:
        raise WavecubeError("The disk is full.")
        yield

    with qtbot.waitSignal(task.failed) as caught:
        task.start(work)
    assert str(caught.args[0]) == "The disk is full."
    assert not task.busy


def test_unforeseen_failures_are_logged_and_told_in_one_sentence(
    task: LatestTask, qtbot: QtBot, caplog: pytest.LogCaptureFixture
) -> None:
    def work() -> Iterator[object]:
        yield 1 / 0

    with qtbot.waitSignal(task.failed) as caught:
        task.start(work)
    assert str(caught.args[0]) == UNEXPECTED
    assert "ZeroDivisionError" in caplog.text


def test_many_restarts_end_with_the_newest(task: LatestTask, qtbot: QtBot) -> None:
    got: list[object] = []
    task.result_ready.connect(got.append)
    with qtbot.waitSignal(task.finished):
        for number in range(50):
            task.start(lambda number=number: iter([number]))
    assert got[-1] == 49


def test_work_goes_on_while_a_wait_in_cpp_keeps_the_lock(task: LatestTask, qtbot: QtBot) -> None:
    """QTest.qWait runs the event loop without letting go of Python's lock."""
    got: list[object] = []
    task.result_ready.connect(got.append)
    task.start(lambda: iter([sum(range(100_000)) for _ in range(20)]))
    for _ in range(200):
        QTest.qWait(20)
        if not task.busy:
            break
    assert len(got) == 20


def test_after_shutdown_nothing_begins(qtbot: QtBot) -> None:
    task = LatestTask("late")
    task.shutdown()
    task.start([1].__iter__)
    assert not task.busy
