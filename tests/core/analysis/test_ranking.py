"""The order of the tiles."""

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.analysis.profile import profile
from core.analysis.ranking import ORDERS, ranked
from core.errors import UsageError
from tests.core.analysis.gabors import gabor, kernel

NAMES = ("b 10", "B 9", "a", "b 2")


@pytest.fixture(scope="module")
def profiles():
    both = kernel(gabor(0).weights + gabor(180).weights)
    little = kernel(gabor(0).weights + 0.5 * gabor(180).weights)
    return tuple(profile(one) for one in (both, gabor(0), little, both))


def test_each_order(profiles):
    strengths = (0.5, 2.0, 0.1, 2.0)
    assert ranked("bank", NAMES, strengths, profiles) == (0, 1, 2, 3)
    assert ranked("response", NAMES, strengths, profiles) == (1, 3, 0, 2)
    assert ranked("DSI", NAMES, strengths, profiles) == (1, 2, 0, 3)
    assert ranked("name", NAMES, strengths, profiles) == (2, 3, 1, 0)


def test_what_is_not_known_yet_comes_last(profiles):
    assert ranked("DSI", NAMES, (), (None, profiles[0], profiles[1])) == (2, 1, 0, 3)
    assert ranked("response", NAMES, (None, 1.0), ()) == (1, 0, 2, 3)
    assert ranked("response", NAMES, (), ()) == (0, 1, 2, 3)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.none() | st.sampled_from((0.0, 1.0, 2.5)), max_size=9), st.sampled_from(ORDERS))
def test_always_a_permutation_and_stable(strengths, order):
    names = ["same"] * len(strengths)
    order_of = ranked(order, names, strengths, [None] * len(strengths))
    assert sorted(order_of) == list(range(len(strengths)))
    for one, other in itertools.pairwise(order_of):
        assert order != "response" or strengths[one] != strengths[other] or one < other


def test_unknown_orders_get_a_sentence():
    with pytest.raises(UsageError, match="by 'size'; choose bank, response, DSI, name"):
        ranked("size", NAMES, (), ())
