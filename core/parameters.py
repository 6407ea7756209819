"""Numbers that a person may choose: what a stimulus or a filter bank takes, checked in one place.

``NAME?key=value&…`` on the command line, a form in the window and keywords in Python all end here, so the
same sentence refuses the same value everywhere.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from math import nan
from typing import Any, TypeAlias
from urllib.parse import parse_qsl

from core.errors import UsageError

Number: TypeAlias = int | float
Size: TypeAlias = tuple[int, int, int]
Value: TypeAlias = int | float | tuple[int, int, int]
Given: TypeAlias = Any  # what a stranger hands in: a number, a text, anything


@dataclass(frozen=True, slots=True)
class Parameter:
    """One number, one choice or one size T x H x W.

    Parameters
    ----------
    name
        As written in ``NAME?name=value``.
    default, low, high
        Both limits included. An int default means whole numbers only; a tuple of three is a size (t, y, x)
        whose sides all lie within the limits.
    unit
        For people.
    words
        Words that stand for numbers ("right" for 0 degrees). With an int default they are the only choices.
    label
        What a form writes beside the field; the name in plain letters if empty.
    tip
        What the number does, in a sentence.
    subject
        How a sentence calls the number ("The seed"); the name if empty.
    hidden
        Not offered in forms.
    """

    name: str
    default: Value
    low: Number
    high: Number
    unit: str = ""
    words: Mapping[str, int] = field(default_factory=dict)
    label: str = ""
    tip: str = ""
    subject: str = ""
    hidden: bool = False

    @property
    def whole(self) -> bool:
        """Whether only whole numbers are meant."""
        return isinstance(self.default, int)

    @property
    def is_size(self) -> bool:
        """Whether it is three numbers T x H x W."""
        return isinstance(self.default, tuple)

    @property
    def is_choice(self) -> bool:
        """Whether one of `words` has to be chosen."""
        return self.whole and bool(self.words)

    @property
    def choices(self) -> str:
        """The words as a sentence has them: "all, t or xy"."""
        *others, last = self.words
        return f"{', '.join(others)} or {last}" if others else last

    @property
    def title(self) -> str:
        """What a form writes beside the field."""
        return self.label or self.name.replace("_", " ")

    def checked(self, value: Given) -> Value:
        """Return a value as a number (or size) of the right kind and range; texts are understood.

        Raises
        ------
        UsageError
            With the range and the value.
        """
        return self._size(value) if self.is_size else self._number(value)

    def word_of(self, value: Value) -> str:
        """Return the word for a choice, else the number as text that `checked` takes."""
        if isinstance(value, tuple):
            return "x".join(map(str, value))
        return next((word for word, number in self.words.items() if number == value), _plain(value))

    def _number(self, value: Given) -> Number:
        try:
            if isinstance(value, bool):
                raise TypeError("a truth value is no number")
            number = _parsed(value, self.words) if isinstance(value, str) else float(value)
        except (ValueError, TypeError, OverflowError, ZeroDivisionError):
            number = nan
        whole = self.whole or self.is_size
        good = self.low <= number <= self.high and not (whole and number % 1)
        # Words name the values that there are, but for directions, where every angle is one.
        good = good and (not self.is_choice or number in self.words.values())
        if not good:
            shown = (value.strip() or "empty") if isinstance(value, str) else str(value)
            raise UsageError(self._refusal(shown, whole))
        return int(number) if whole else number

    def _refusal(self, shown: str, whole: bool) -> str:
        subject = self.subject or self.title
        subject = subject[0].upper() + subject[1:] if self.subject else subject
        if self.is_choice:
            return f"{subject} is {self.choices}, not {shown}."
        kind = "a whole number" if whole else "a number"
        unit = f" {self.unit}" if self.unit else ""
        words = f" or {', '.join(self.words)}" if self.words else ""
        return (
            f"{subject} is {kind} from {_plain(self.low)} to {_plain(self.high)}{unit}{words}, not {shown}."
        )

    def _size(self, value: Given) -> Size:
        parts = re.split("[x×,]", value.strip().lower()) if isinstance(value, str) else value
        if isinstance(parts, list) and len(parts) == 1 and parts[0]:
            parts = parts * 3  # a cube, as on the command line
        elif not isinstance(parts, Iterable) and _is_whole(parts):
            parts = [parts] * 3
        try:
            t, y, x = parts
        except (TypeError, ValueError):
            example = self.word_of(self.default)
            raise UsageError(f"A {self.title} is TxHxW, for example {example}, not {value!r}.") from None
        return self._side(t), self._side(y), self._side(x)

    def _side(self, value: Given) -> int:
        return int(self._number(value))


def _plain(limit: Number) -> str:
    """Return a limit as a person writes it: 4, 0.25, 0.142857, 4294967295."""
    return str(limit) if isinstance(limit, int) else f"{limit:g}"


def _is_whole(value: Given) -> bool:
    try:
        return not isinstance(value, bool) and value == int(value)
    except (TypeError, ValueError, OverflowError):
        return False


def checked_all(
    what: str,
    known: Mapping[str, Parameter],
    given: Mapping[str, Given],
    synonyms: Mapping[str, str],
) -> dict[str, Value]:
    """Return all parameters of something as checked values, in their order, defaults filled in.

    Parameters
    ----------
    what
        Its name, for the sentence.
    known
        Its parameters by name.
    given
        What was asked for; ``-`` and ``_`` are the same in names.
    synonyms
        Other names for parameters.

    Raises
    ------
    UsageError
        Unknown or doubled name (with the valid ones), or a value out of range.
    """
    values: dict[str, Value] = {name: parameter.default for name, parameter in known.items()}
    seen: set[str] = set()
    for key, value in given.items():
        plain = key.strip().lower().replace("-", "_").replace(" ", "_")
        other = synonyms.get(plain, plain)
        name = plain if plain in known or other not in known else other
        if name not in known:
            names = [each for each, parameter in known.items() if not parameter.hidden]
            takes = f"it takes {', '.join(names)}.{nearest(plain, names)}" if names else "it takes none."
            raise UsageError(f"{what} has no parameter {key!r}: {takes}")
        if name in seen:
            raise UsageError(f"{key!r} and its synonym were both given; {name!r} alone is enough.")
        seen.add(name)
        values[name] = known[name].checked(value)
    return values


def split_query(text: str, what: str) -> tuple[str, dict[str, str]]:
    """Split ``NAME?key=value&…`` into the name and the pairs.

    Raises
    ------
    UsageError
        Where a key has no value; `what` is who takes them ("A stimulus").
    """
    name, _, query = text.partition("?")
    pairs: dict[str, str] = {}
    for part in filter(None, query.split("&")):
        key, equals, _ = part.partition("=")
        if not equals or not key:
            raise UsageError(f"{what} takes key=value, not {part!r}.")
        # "+" is a sign here, not a space.
        pairs.update(parse_qsl(part.replace("+", "%2B"), keep_blank_values=True))
    return name, pairs


def query_text(name: str, values: Mapping[str, Value]) -> str:
    """Return ``NAME?key=value&…``, from which `split_query` and `Parameter.checked` give the same values."""
    texts = {
        key: "x".join(map(str, value)) if isinstance(value, tuple) else repr(value)
        for key, value in values.items()
    }
    query = "&".join(f"{key}={text}" for key, text in texts.items())
    return f"{name}?{query}" if query else name


def nearest(text: str, names: Iterable[str]) -> str:
    """Return ``" Did you mean X?"`` for a misspelt name, or ""."""
    close = get_close_matches(text, list(names), n=1, cutoff=0.6)
    return f" Did you mean {close[0]}?" if close else ""


def _parsed(text: str, words: Mapping[str, int]) -> float:
    """Return a number written as one of the words, a decimal number or a fraction ("1/8")."""
    plain = text.strip().lower()
    for word, number in words.items():
        if word.lower() == plain:
            return float(number)
    numerator, slash, denominator = plain.partition("/")
    return float(numerator) / float(denominator) if slash else float(plain)
