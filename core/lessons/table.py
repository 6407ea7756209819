"""A table of a lesson's file, read key by key; whatever is wrong becomes one sentence that says where."""

from collections.abc import Mapping, Sequence
from typing import Any, NoReturn

from core.errors import LessonError
from core.parameters import nearest
from core.settings import Triple

Number = int | float


class Table:
    """What stands under some keys.

    Parameters
    ----------
    values
        As `tomllib` gives them.
    where
        The file and the step: how a sentence begins.
    keys
        Those that there may be.
    what
        How a sentence calls the table: "a step".

    Raises
    ------
    LessonError
        If it is no table, or has another key.
    """

    def __init__(self, values: object, where: str, keys: Sequence[str], what: str) -> None:
        self.where = where
        if not isinstance(values, Mapping):
            raise LessonError(f"{where}: {what} is a table of key = value, not {kind_of(values)}.")
        self._values: Mapping[str, Any] = values
        for key in values:
            if key not in keys:
                close = nearest(key, keys)
                raise LessonError(
                    f"{where}: {shortened(key)!r} is no key of {what}; it takes {', '.join(keys)}.{close}"
                )

    def __contains__(self, key: str) -> bool:
        return key in self._values

    def __getitem__(self, key: str) -> Any:
        return self._values[key]

    def get(self, key: str, default: object) -> Any:
        """Return what stands under a key, or the default."""
        return self._values.get(key, default)

    def need(self, *keys: str) -> None:
        """Refuse a table that lacks one of these keys."""
        missing = [key for key in keys if key not in self._values]
        if missing:
            raise LessonError(f"{self.where}: {' and '.join(missing)} must be given.")

    def refuse(self, key: str, sentence: str) -> NoReturn:
        """Say what is wrong with a key; the sentence is only a predicate where it begins in lower case."""
        raise LessonError(f"{self.where}, {key}: {sentence}")

    def text(self, key: str, longest: int) -> str:
        """Return a line of printable text, with single spaces."""
        value = self._values[key]
        if not isinstance(value, str):
            self.refuse(key, f"it is a text in quotes, not {kind_of(value)}.")
        line = " ".join("".join(c if c.isprintable() else " " for c in value).split())
        if not line:
            self.refuse(key, "it is empty.")
        if len(line) > longest:
            self.refuse(key, f"it has {len(line)} characters; the most are {longest}.")
        return line

    def choice(self, key: str, choices: Sequence[str]) -> str:
        """Return one of some words."""
        value = self._values[key]
        if value not in choices:
            close = nearest(value, choices) if isinstance(value, str) else ""
            self.refuse(key, f"it is one of {', '.join(choices)}, not {shown(value)}.{close}")
        return str(value)

    def flag(self, key: str) -> bool:
        """Return true or false."""
        value = self._values[key]
        if not isinstance(value, bool):
            self.refuse(key, f"it is true or false, not {shown(value)}.")
        return value

    def whole(self, key: str, low: int, high: int) -> int:
        """Return a whole number within both limits."""
        value = self._values[key]
        if not is_whole(value) or not low <= value <= high:
            self.refuse(key, f"it is a whole number from {low} to {high}, not {shown(value)}.")
        return int(value)

    def number(self, key: str, low: float, high: float) -> float:
        """Return a number within both limits."""
        value = self._values[key]
        good = isinstance(value, Number) and not isinstance(value, bool)
        if not good or not low <= value <= high:
            self.refuse(key, f"it is a number from {low:g} to {high:g}, not {shown(value)}.")
        return float(value)

    def triple(self, key: str, low: int, high: int) -> Triple:
        """Return three whole numbers along t, y and x within both limits."""
        value = self._values[key]
        good = isinstance(value, list) and len(value) == 3
        if not good or not all(is_whole(n) and low <= n <= high for n in value):
            self.refuse(key, f"it is three whole numbers [t, y, x] from {low} to {high}, not {shown(value)}.")
        t, y, x = value
        return t, y, x


def is_whole(value: object) -> bool:
    """Whether it is a whole number; true and false are none."""
    return isinstance(value, int) and not isinstance(value, bool)


def kind_of(value: object) -> str:
    """Return what a value is in TOML, for a sentence."""
    kinds = {bool: "true or false", int: "a number", float: "a number", str: "a text", list: "a list"}
    return next((word for kind, word in kinds.items() if isinstance(value, kind)), _other(value))


def _other(value: object) -> str:
    return "a table" if isinstance(value, Mapping) else "a date"


def shown(value: object) -> str:
    """Return a value as a sentence repeats it, at most a line of it."""
    try:
        return shortened(repr(value).replace("True", "true").replace("False", "false"))
    except (ValueError, RecursionError):  # thousands of digits, or of brackets
        return kind_of(value)


def shortened(text: str) -> str:
    """Return the beginning of a text that somebody made endless."""
    return text if len(text) <= 40 else f"{text[:39]}…"
