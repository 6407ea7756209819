"""A stand-in for `cv2.VideoCapture` of a plugged-in camera: plays a script and remembers who called."""

import threading
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray


def noise(seed: int, width: int = 32, height: int = 24) -> NDArray[np.uint8]:
    """Return a BGR picture that differs from every other seed's."""
    return np.random.default_rng(seed).integers(0, 256, (height, width, 3), np.uint8)


class FakeCamera:
    """One opened device; `script` yields what each read returns: a BGR picture, None, or other rubbish."""

    def __init__(self, script: Iterable[Any], opens: bool = True) -> None:
        self.script: Iterator[Any] = iter(script)
        self.opens = opens
        self.calls: list[str] = []
        self.threads: set[int] = set()
        self.settings: list[tuple[int, float]] = []
        self.arguments: tuple[Any, ...] = ()
        self._now: Any = None

    def __call__(self, *arguments: Any) -> "FakeCamera":
        """Be the class and its instance."""
        self.arguments = arguments
        return self._note("open", self)

    def _note(self, call: str, result: Any) -> Any:
        self.calls.append(call)
        self.threads.add(threading.get_ident())
        return result

    def isOpened(self) -> bool:
        return self._note("isOpened", self.opens)

    def set(self, key: int, value: float) -> bool:
        self.settings.append((key, value))
        return self._note("set", True)

    def get(self, key: int) -> float:
        return self._note("get", 0.0)

    def grab(self) -> bool:
        self._now = next(self.script, None)
        return self._note("grab", self._now is not None)

    def retrieve(self) -> tuple[bool, Any]:
        return self._note("retrieve", (self._now is not None, self._now))

    def release(self) -> None:
        self._note("release", None)


class Clock:
    """A clock that goes on by `step_ns` with every look at it."""

    def __init__(self, step_ns: int = 0) -> None:
        self.now_ns = 1_000_000_000
        self.step_ns = step_ns
        self.on_look: Callable[[], None] = lambda: None

    def __call__(self) -> int:
        self.on_look()
        self.now_ns += self.step_ns
        return self.now_ns
