"""What a lesson sets on a page: a table of a stranger's, checked against what the page has."""

from collections.abc import Mapping
from typing import Any

from core.errors import UsageError
from core.parameters import nearest


def page_options(given: Mapping[str, Any], defaults: Mapping[str, Any], **words: object) -> dict[str, Any]:
    """Return all options of a page: what was given, and the defaults for all else.

    Parameters
    ----------
    given
        ``page_options`` of a lesson's step.
    defaults
        Every option that the page has, with the value that it has without a word; its type is the only
        one that is taken.
    words
        For some of them the choices, as keywords: ``order=("space", "time")``.

    Raises
    ------
    UsageError
        With the key and what it takes.
    """
    for key, value in given.items():
        if key not in defaults:
            takes = f"it takes {', '.join(defaults) or 'none'}.{nearest(key, defaults)}"
            raise UsageError(f"{key[:40]!r} is no option of this page; {takes}")
        choices = words.get(key)
        if isinstance(choices, tuple) and value not in choices:
            raise UsageError(f"{key} is one of {', '.join(map(str, choices))}, not {str(value)[:40]!r}.")
        if type(value) is not type(defaults[key]):
            kind = "true or false" if isinstance(defaults[key], bool) else "a text in quotes"
            raise UsageError(f"{key} is {kind}, not {str(value)[:40]!r}.")
    return {**defaults, **given}
