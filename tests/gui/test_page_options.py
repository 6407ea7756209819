"""Options of a page are what the page has, or one sentence."""

import pytest

from core.errors import UsageError
from gui.page_options import page_options

DEFAULTS = {"order": "space", "play": False}


def test_what_is_not_given_is_the_default() -> None:
    assert page_options({}, DEFAULTS) == DEFAULTS
    assert page_options({"play": True}, DEFAULTS, order=("space", "time")) == {"order": "space", "play": True}


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"ordre": "time"}, "'ordre' is no option of this page; it takes order, play. Did you mean order?"),
        ({"order": "tme"}, "order is one of space, time, not 'tme'."),
        ({"order": ["space"]}, "order is one of space, time, not"),
        ({"play": 1}, "play is true or false, not '1'."),
        ({"x" * 900: 1}, "is no option of this page"),
    ],
)
def test_anything_else_is_one_sentence(given, words) -> None:
    with pytest.raises(UsageError) as caught:
        page_options(given, DEFAULTS, order=("space", "time"))
    assert words in str(caught.value) and len(str(caught.value)) < 200


def test_a_page_without_options_says_so() -> None:
    with pytest.raises(UsageError, match="'size' is no option of this page; it takes none"):
        page_options({"size": 3}, {})
