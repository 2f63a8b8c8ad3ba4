"""Ids become names, and cases their numbers."""

import numpy as np
import pytest

from casemine.read.crm.coded.lookups import Lookups
from casemine.read.crm.coded.words import Words
from casemine.read.crm.compose.identity import with_case_numbers, with_names, with_ticket_names
from casemine.read.crm.language.preset import Preset
from crm_changes import changes, shown, tickets

PRESET = Preset("desk", "Desk", (), codes={"status": {"1": "New", "2": ""}, "colour": {"1": "red"}})
ID = "0123456789abcdef01234567"


@pytest.fixture
def words():
    return Words()


def known(words, of, names, *, same_id=None, types=None):
    lookups = Lookups(words, same_id)
    codes = words.codes(list(types)) if types else None
    lookups.add(of, [words.codes(list(names))], words.codes(list(names.values())), codes)
    return lookups


def test_names_stand_for_the_ids_of_the_list_that_a_field_asks(words):
    lookups = known(words, "groups", {"g1": "Desk"})
    lookups.add("users", [words.codes(["u1"])], words.codes(["Jo"]), None)

    values = words.codes(["u1", "g1", "elsewhere", None])

    assert words.texts(lookups.resolved(values, "assignee")) == ["Jo", "Desk", "elsewhere", None]
    assert words.texts(lookups.resolved(values, "status")) == ["u1", "g1", "elsewhere", None]


def test_only_the_rows_that_are_meant_are_resolved(words):
    lookups = known(words, "users", {"u1": "Jo"})

    made = lookups.resolved(words.codes(["u1", "u1"]), "assignee", np.array([False, True]))

    assert words.texts(made) == ["u1", "Jo"]


def test_what_a_list_says_first_of_an_id_counts(words):
    lookups = known(words, "users", {"u1": "Jo"})
    lookups.add("users", [words.codes(["u1"])], words.codes(["Al"]), None)

    assert words.texts(lookups.resolved(words.codes(["u1"]), "actor")) == ["Jo"]


def test_ids_of_eighteen_characters_are_those_of_fifteen(words):
    lookups = known(words, "users", {"0050B0000012345": "Jo"}, same_id=15)

    made = lookups.resolved(words.codes(["0050B0000012345AAB"]), "assignee")

    assert words.texts(made) == ["Jo"]


def test_the_type_of_a_user_is_told_by_the_list(words):
    lookups = known(words, "users", {"u1": "Jo", "u2": "Bot"}, types=["human", "bot"])

    assert words.texts(lookups.type_of(words.codes(["u2", "u3", None]))) == ["bot", None, None]


def test_an_id_without_a_name_stays_and_is_counted_with_an_example(words):
    lookups = Lookups(words)

    made = lookups.resolved(words.codes([ID, ID, "Jo"]), "assignee")

    (note,) = lookups.notes()
    assert words.texts(made) == [ID, ID, "Jo"]
    assert note.count == 2
    assert note.text.startswith(f"assignee is an id without a name in 2 events, such as '{ID}'")


def test_a_plain_number_is_an_id_where_people_stand_and_a_number_elsewhere(words):
    lookups = Lookups(words)

    lookups.resolved(words.codes(["42"]), "group")
    lookups.resolved(words.codes(["42"]), "rating")

    assert [note.count for note in lookups.notes()] == [1]


def test_words_of_the_preset_stand_for_the_codes_of_their_field(words):
    rows = [
        {"kind": "status", "old": "1", "new": "2"},
        {"kind": "field", "field": "colour", "old": "1", "new": "3"},
        {"kind": "field", "field": "size", "old": "1", "new": "2"},
    ]

    made = with_names(changes(words, *rows), words, PRESET, Lookups(words))

    assert shown(made, words, "old", "new") == [("New", None), ("red", "3"), ("1", "2")]


def test_groups_get_their_names(words):
    rows = changes(words, {"kind": "comment", "group": "g1"})

    made = with_names(rows, words, PRESET, known(words, "groups", {"g1": "Desk"}))

    assert shown(made, words, "group") == ["Desk"]


def test_present_values_of_tickets_get_names_too(words):
    listed = tickets(words, {"key": "7", "status": "1", "assignee": "u1", "number": "1"})

    made = with_ticket_names(listed, words, PRESET, known(words, "users", {"u1": "Jo"}))

    values = {name: words.texts(made.values[name]) for name in ("status", "assignee", "number")}
    assert values == {"status": ["New"], "assignee": ["Jo"], "number": ["1"]}


def test_cases_get_the_number_of_their_ticket_and_those_not_listed_are_noted(words):
    rows = changes(words, {"kind": "create", "case": "id1"}, {"kind": "create", "case": "id9"})
    listed = tickets(words, {"key": "id1", "number": "T-1"}, {"key": "id2"})
    cut = words.codes(["id1"])

    made, numbered, cut, notes = with_case_numbers(rows, listed, cut, words, Lookups(words))

    assert shown(made, words, "case") == ["T-1", "id9"]
    assert words.texts(numbered.key) == ["T-1", "id2"]
    assert words.texts(cut) == ["T-1"]
    assert [(note.code, note.count) for note in notes] == [("cases-not-listed", 1)]


def test_a_case_that_goes_by_its_number_already_is_in_the_list(words):
    rows = changes(words, {"kind": "create", "case": "T-1"})
    listed = tickets(words, {"key": "id1", "number": "T-1"})

    made, _, _, notes = with_case_numbers(
        rows, listed, np.empty(0, np.int32), words, Lookups(words)
    )

    assert shown(made, words, "case") == ["T-1"]
    assert notes == []


def test_a_list_by_numbers_and_one_by_ids_tell_of_the_same_ticket(words):
    rows = changes(words, {"kind": "create", "case": "id1"})
    listed = tickets(
        words, {"key": "id1", "number": "T-1"}, {"key": "T-1", "status": "Open", "created": 5}
    )

    _, numbered, _, notes = with_case_numbers(
        rows, listed, np.empty(0, np.int32), words, Lookups(words)
    )

    assert words.texts(numbered.key) == ["T-1"]
    assert words.texts(numbered.values["status"]) == ["Open"]
    assert notes == []


def test_a_case_that_another_was_merged_into_is_called_by_its_number(words):
    lookups = Lookups(words)
    rows = changes(words, {"kind": "merge", "case": "id1", "field": "merged_into", "new": "id2"})
    listed = tickets(words, {"key": "id1", "number": "T-1"}, {"key": "id2", "number": "T-2"})

    made, *_ = with_case_numbers(rows, listed, np.empty(0, np.int32), words, lookups)

    assert shown(with_names(made, words, PRESET, lookups), words, "new") == ["T-2"]
