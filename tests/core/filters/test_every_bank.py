"""What holds for every kind of bank, whatever it computes."""

import re

import numpy as np
import pytest

from core.errors import FilterError
from core.filters.builtin import bank_kind, bank_kinds, bank_names, bank_parameters, make_bank
from core.limits import MAX_FILTERS, MAX_KERNEL_SIDE
from core.sources.opening import open_source

GROUPS = ("Random", "Elementary", "Derivatives", "Motion", "Bases", "Networks")
KINDS = bank_kinds()
DESIGNED = tuple(kind for kind in KINDS if not kind.random)
every = pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
# What may be refused in a sentence: sizes and counts that leave no room for what is asked, and one of two
# numbers that do not go together (a fast course slower than the slow one, a speed beyond half a cycle).
REFUSABLE = {"kernel", "filters", "size", "frames", "taps", "fast", "slow", "speed"}


def ends(parameter):
    """Return the values at both ends of a range, or all choices."""
    if parameter.is_choice:
        return tuple(parameter.words.values())
    if parameter.is_size:
        return tuple(parameter.checked((end,) * 3) for end in (parameter.low, parameter.high))
    return parameter.low, parameter.high


def check(bank):
    """Assert what every bank is: finite, within the limits, named, its views in order."""
    assert np.isfinite(bank.weights).all()
    assert bank.weights.dtype == np.float32
    assert 1 <= len(bank) <= MAX_FILTERS
    assert max(bank.kernel_size) <= MAX_KERNEL_SIDE
    assert all(weights.any() for weights in bank.weights)
    assert len(set(bank.names)) == len(bank.names) == len(bank)
    assert all(name.strip() == name and 0 < len(name) <= 24 and name.isprintable() for name in bank.names)
    assert all(re.fullmatch(r"[A-Z0-9].*\.", sentence) for sentence in bank.warnings)
    assert len({view.key for view in bank.views}) == len(bank.views)
    for view in bank.views:
        check_view(view, len(bank))


def check_view(view, count):
    assert re.fullmatch("[a-z0-9-]+", view.key)
    assert view.key != "responses"
    assert view.title
    assert view.explanation.endswith(".")
    assert all(view.names)
    assert len(set(view.names)) == len(view.names)
    assert all(0 <= i < count for terms in view.products for p in terms for i in (p.first, p.second))
    if view.directions:
        assert len(view.directions) == len(view.products)
    elif view.stages is None:
        assert len(view.names) == len(view.products) + (view.floor is not None)
    assert all(0 <= i < count for tile in range(len(view.names)) for i in view.members(tile))


def made_or_refused(kind, **values):
    """Return a checked bank, or None where a single sentence refuses the values."""
    try:
        bank = make_bank(kind.name, **values)
    except FilterError as refusal:
        assert re.fullmatch(r"\w[^\n]*\.", str(refusal))
        return None
    check(bank)
    return bank


def test_groups_stand_together_in_their_order():
    groups = [kind.group for kind in KINDS]
    assert groups == sorted(groups, key=GROUPS.index)
    assert groups[0] == "Random"


def test_names_and_titles_are_unique():
    plain = [{re.sub("[ _]", "-", name.casefold()) for name in (kind.name, kind.title)} for kind in KINDS]
    assert len(set.union(*plain)) == sum(map(len, plain))
    assert all(re.fullmatch("[A-Za-z0-9-]+", name) for name in bank_names())


@every
def test_texts_are_for_people(kind):
    for text in (kind.answers, kind.blind, kind.hint):
        assert re.fullmatch(r"\S[^\n]{10,}\.", text)
    for line in (kind.title, kind.description):
        assert re.fullmatch(r"\S[^\n]*[^\s.]", line)
    assert len(kind.description) <= 110
    assert kind.source or kind.group in ("Random", "Elementary")
    assert "  " not in kind.answers + kind.blind + kind.hint + kind.description + kind.source


@every
def test_its_module_draws_its_parts(kind):
    module = __import__(kind.build.__module__, fromlist=["__doc__"])
    assert len(module.__doc__.splitlines()) >= 8


@every
def test_the_stimulus_that_shows_it_best_is_one(kind):
    assert kind.stimulus.startswith("stimulus:"), "everybody has the waving hand already"
    frames = open_source(kind.stimulus).frames()
    assert next(frames).frame.ndim == 3
    frames.close()


@every
def test_parameters_say_what_they_are(kind):
    names = [parameter.name for parameter in bank_parameters(kind)]
    assert len(set(names)) == len(names)
    assert "channels" in names
    for parameter in kind.parameters:
        assert re.fullmatch("[a-z][a-z0-9_]*", parameter.name)
        assert parameter.checked(parameter.default) == parameter.default
        written = parameter.word_of(parameter.default)
        assert parameter.checked(written) == pytest.approx(parameter.default, rel=1e-5)
        assert parameter.hidden or parameter.tip or parameter.name == "filters"
        assert all(parameter.low <= number <= parameter.high for number in parameter.words.values())


@every
def test_the_default_bank_is_made_without_a_warning(kind):
    bank = make_bank(kind.name)
    check(bank)
    assert bank.warnings == ()
    assert bank.kind == kind.name
    assert kind.random or bank.channels == 1


@every
def test_ends_of_ranges_make_banks_or_sentences(kind):
    for parameter in kind.parameters:
        for value in ends(parameter):
            made = made_or_refused(kind, **{parameter.name: value})
            assert made is not None or parameter.name in REFUSABLE, (parameter.name, value)


@every
def test_ends_of_ranges_together_make_banks_or_sentences(kind):
    rng = np.random.RandomState(len(kind.name))
    shown = [parameter for parameter in kind.parameters if not parameter.hidden]
    for _ in range(6 if shown else 0):
        values = {p.name: ends(p)[rng.randint(len(ends(p)))] for p in shown}
        made_or_refused(kind, **values)


@every
def test_a_bank_can_be_made_again_from_its_parameters_and_from_text(kind):
    bank = make_bank(kind.name)
    again = make_bank(bank.kind, **bank.parameters)
    assert np.array_equal(again.weights, bank.weights)
    assert again.parameters == bank.parameters
    written = {p.name: p.word_of(bank.parameters[p.name]) for p in bank_parameters(kind)}
    read = make_bank(kind.title.upper(), **written)  # numbers are written with six digits
    assert np.allclose(read.weights, bank.weights, atol=1e-4)
    assert read.names == again.names == bank.names


@every
def test_values_out_of_range_get_one_sentence(kind):
    for parameter in kind.parameters:
        for wrong in (parameter.low - 1, parameter.high + 1, "nan", "", "perhaps", None):
            if parameter.words and wrong in parameter.words.values():
                continue
            with pytest.raises(FilterError) as refusal:
                make_bank(kind.name, **{parameter.name: wrong})
            assert re.fullmatch(r"\w[^\n]*\.", str(refusal.value)), parameter.name
    with pytest.raises(FilterError, match="no parameter 'nonsense'"):
        make_bank(kind.name, nonsense=1)


@pytest.mark.parametrize("kind", DESIGNED, ids=lambda kind: kind.name)
def test_known_formulas_see_the_mean_of_rgb(kind):
    grey, rgb = make_bank(kind.name), make_bank(kind.name, channels=3)
    if grey.channels == 1:
        assert np.allclose(rgb.weights.sum(axis=4), grey.weights[..., 0], atol=1e-6)
    assert rgb.names == grey.names
    with pytest.raises(FilterError, match=r"\.$"):
        make_bank(kind.name, channels=2)


def test_a_kind_is_found_by_name_and_title():
    for kind in KINDS:
        assert bank_kind(kind.name.upper()) is bank_kind(kind.title) is kind
