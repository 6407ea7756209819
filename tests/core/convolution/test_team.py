import threading
from collections.abc import Iterator
from itertools import repeat

import pytest

from core.convolution import team
from core.convolution.team import Team, shared, workers


def alive() -> list[str]:
    return [thread.name for thread in threading.enumerate() if thread.name.startswith("convolve")]


def test_all_work_is_reported_and_the_threads_are_gone():
    jobs = [lambda n=n: iter([n] * 5) for n in range(20)]
    assert sum(shared(jobs)) == 5 * sum(range(20))
    assert list(shared([])) == []
    assert not alive()


def test_closing_stops_every_job_after_its_present_step(monkeypatch):
    monkeypatch.setattr(team, "REPORT_SECONDS", 0.0)
    begun, ended = [], []

    def endless(number: int) -> Iterator[int]:
        begun.append(number)
        try:
            while True:
                yield 1
        finally:
            ended.append(number)

    work = shared([lambda n=n: endless(n) for n in range(50)])
    while not begun:
        next(work)
    work.close()
    assert not alive()
    assert sorted(begun) == sorted(ended)
    assert len(begun) <= workers()


def test_what_a_job_raises_is_raised_here():
    def broken() -> Iterator[int]:
        yield 1
        raise MemoryError("no more")

    with pytest.raises(MemoryError, match="no more"):
        list(shared([broken] * 4))
    assert not alive()


def test_a_team_works_again_and_again_until_it_is_closed():
    team = Team(2)
    assert [sum(team.shared([lambda n=n: iter([n]) for n in range(5)])) for _ in range(3)] == [10] * 3
    assert len(alive()) <= 2
    assert sum(team.shared([])) == 0

    work = team.shared([lambda: repeat(1)] * 5)
    next(work)
    work.close()
    assert sum(team.shared([lambda: iter([1, 2])])) == 3
    team.close()
    assert not alive()
