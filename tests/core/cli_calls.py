"""What the tests of the command line share: calling it, and reading what it says."""

import io
from pathlib import Path

import pytest

from core import cli

ROOT = Path(__file__).resolve().parents[2]
STIMULUS = "stimulus:drifting-texture?width=48&height=36"


class Windows:
    """Takes note of what the window was asked to show."""

    def __init__(self) -> None:
        self.opened: list[list[str]] = []

    def __call__(self, arguments: list[str]) -> int:
        self.opened.append(arguments)
        return 0


class Terminal(io.StringIO):
    """A stderr that is a terminal."""

    def isatty(self) -> bool:
        return True


class LostTerminal(Terminal):
    """A stderr whose reader has gone away."""

    def __init__(self) -> None:
        super().__init__()
        self.attempts = 0

    def write(self, text: str) -> int:
        self.attempts += 1
        raise BrokenPipeError


def call(*arguments: str) -> int:
    def no_window(arguments: list[str]) -> int:
        raise AssertionError("a command opened the window")

    return cli.run(list(arguments), no_window)


def sentence(capsys: pytest.CaptureFixture[str]) -> str:
    """Return the last line of stderr, which must be one sentence."""
    captured = capsys.readouterr()
    assert captured.out == ""
    assert "Traceback" not in captured.err
    *before, last = captured.err.strip().splitlines()
    # Wrong usage is told behind the usage; a failure has the stage for itself.
    assert not before or before[0].startswith("usage:")
    assert last.startswith("main.py")
    assert last.endswith((".", "?"))
    return last
