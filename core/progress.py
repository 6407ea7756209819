"""Long work as generators: they yield `Progress` now and then and finally what they made.

The window, the command line and the tests consume the same generators. Each ``yield`` is also the
place where the work can be cancelled: whoever runs it simply closes the generator.
"""

from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass
from typing import TypeVar

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a long piece of work is.

    Parameters
    ----------
    done, total
        Steps finished and steps in all; ``total`` 0 means that nobody knows.
    text
        What is being done, in a few words ("writing frame").
    """

    done: int
    total: int
    text: str = ""

    @property
    def fraction(self) -> float:
        """The finished part in [0, 1]; 0 where the total is not known."""
        return min(self.done / self.total, 1.0) if self.total > 0 else 0.0


def run(work: Iterator[Progress | Result], on_progress: Callable[[Progress], None] | None = None) -> Result:
    """Run work to its end and return the last thing it made.

    Raises
    ------
    RuntimeError
        If the work ends without having made anything.
    """
    made: list[Result] = []
    for step in work:
        if isinstance(step, Progress):
            if on_progress is not None:
                on_progress(step)
        else:
            made[:] = [step]
    if not made:
        raise RuntimeError("the work ended without a result")
    return made[0]


def returned(work: Generator[Progress, None, Result]) -> Result:
    """Run work that makes one thing and returns it, where nobody wants to see the progress."""
    while True:
        try:
            next(work)
        except StopIteration as end:
            result: Result = end.value
            return result
