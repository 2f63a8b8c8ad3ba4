"""What a case holds as it goes: old values, and the group in charge."""

import numpy as np
import pytest

from casemine.read.crm.changeset import CARRIED, TOLD
from casemine.read.crm.coded.words import Words
from casemine.read.crm.compose.carry import with_groups, with_old_values
from crm_changes import changes, shown


@pytest.fixture
def words():
    return Words()


def by_case(words, **values):
    """Make a table by case code."""
    codes = {words.code(case[1:]): words.code(value) for case, value in values.items()}
    table = np.full(len(words) + 8, -1, np.int32)
    for case, value in codes.items():
        table[case] = value
    return table


def test_an_old_value_that_a_row_lacks_is_what_the_field_became_before(words):
    rows = [
        {"kind": "create", "new": "New"},
        {"kind": "status", "new": "Open"},
        {"kind": "priority", "new": "High"},
        {"kind": "status", "new": "Solved"},
        {"kind": "status", "case": "8", "new": "Open"},
    ]

    made = with_old_values(changes(words, *rows), words, {})

    assert shown(made, words, "old") == [None, "New", None, "Open", None]


def test_the_first_change_of_a_field_begins_with_its_initial_value(words):
    rows = changes(words, {"kind": "priority", "new": "High"})

    made = with_old_values(rows, words, {"priority": by_case(words, _7="Low")})

    assert shown(made, words, "old") == ["Low"]


def test_what_a_row_says_stays_unless_it_is_to_be_carried(words):
    rows = [
        {"kind": "status", "new": "Open"},
        {"kind": "status", "old": "New", "new": "Held"},
        {"kind": "status", "old": "wrong", "new": "Open", "carry": CARRIED},
        {"kind": "status", "new": "Solved", "carry": TOLD},
    ]

    made = with_old_values(changes(words, *rows), words, {})

    assert shown(made, words, "old") == [None, "New", "Held", None]


def test_comments_have_no_old_value(words):
    rows = [{"kind": "comment", "new": "Hi"}, {"kind": "comment", "new": "Ho"}]

    assert shown(with_old_values(changes(words, *rows), words, {}), words, "old") == [None, None]


def test_a_case_stays_in_its_group_until_it_moves(words):
    rows = [
        {"kind": "create"},
        {"kind": "group", "new": "Lab"},
        {"kind": "comment"},
        {"kind": "create", "case": "8"},
    ]

    made = with_groups(changes(words, *rows), words, by_case(words, _7="Desk"))

    assert shown(made, words, "group") == ["Desk", "Lab", "Lab", None]
