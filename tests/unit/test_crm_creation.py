"""Creation once and only once, and initial values computed back."""

import numpy as np
import pytest

from casemine.read.crm.changeset import CARRIED
from casemine.read.crm.coded.words import Words
from casemine.read.crm.compose.creation import with_creation
from crm_changes import SECOND, changes, shown, tickets

NOBODY = np.empty(0, np.int32)


@pytest.fixture
def words():
    return Words()


def created(words, rows, of=None, *, truncated=NOBODY, history=True, status=None):
    listed = tickets(words, *of) if of is not None else None
    return with_creation(
        changes(words, *rows), words, listed, truncated=truncated, history=history, status=status
    )


def story(made, words):
    return shown(made.changes, words, "kind", "old", "new")


def test_of_several_creations_of_a_case_the_first_stays(words):
    rows = [
        {"kind": "create", "new": "New"},
        {"kind": "create", "time": 5, "new": "Open"},
        {"kind": "create", "case": "8", "new": "New"},
    ]

    made = created(words, rows)

    assert shown(made.changes, words, "case", "new") == [("7", "New"), ("8", "New")]
    assert (made.part_of, made.added, made.without) == (1, 0, 0)


def test_a_creation_that_no_row_tells_is_made_of_the_ticket(words):
    ticket = {"key": "7", "created": 10, "creator": "Al", "status": "Solved"}
    rows = [{"kind": "status", "time": 60, "old": "New", "new": "Solved"}]

    made = created(words, rows, [ticket])

    assert story(made, words) == [("create", None, "New"), ("status", "New", "Solved")]
    assert shown(made.changes, words, "actor")[0] == "Al"
    assert made.changes.time.tolist() == [10 * SECOND, 60 * SECOND]
    assert (made.added, made.without) == (1, 0)


def test_a_ticket_without_changes_is_created_with_its_present_status(words):
    made = created(words, [], [{"key": "7", "created": 0, "status": "Open"}])

    assert story(made, words) == [("create", None, "Open")]


def test_present_values_say_nothing_of_the_beginning_where_no_history_was_exported(words):
    ticket = {"key": "7", "created": 0, "status": "Closed"}

    made = created(words, [], [ticket], history=False)

    assert story(made, words) == [("create", None, None)]


def test_the_status_in_which_every_case_begins_is_that_of_the_preset(words):
    made = created(words, [], [{"key": "7", "created": 0, "status": "Closed"}], status="New")

    assert story(made, words) == [("create", None, "New")]


def test_initial_values_are_the_old_values_of_first_changes(words):
    rows = [
        {"kind": "create", "new": "New"},
        {"kind": "priority", "time": 1, "old": "Low", "new": "High"},
        {"kind": "priority", "time": 2, "old": "High", "new": "Urgent"},
    ]

    made = created(words, rows)

    assert words.text(made.initial["priority"][words.code("7")]) == "Low"


def test_a_field_that_never_changed_began_as_it_is_now(words):
    ticket = {"key": "7", "created": 0, "status": "New", "group": "Desk"}

    made = created(words, [], [ticket])

    assert words.text(made.initial["group"][words.code("7")]) == "Desk"


def test_a_field_that_changed_from_nobody_knows_what_is_not_taken_for_its_present_value(words):
    rows = [{"kind": "create", "new": "New"}, {"kind": "group", "time": 9, "new": "Lab"}]

    made = created(words, rows, [{"key": "7", "group": "Lab"}])

    assert made.initial["group"][words.code("7")] == -1


def test_nothing_is_computed_back_from_a_history_that_was_cut(words):
    rows = [{"kind": "status", "time": 60, "old": "Open", "new": "Solved"}]
    ticket = {"key": "7", "created": 0, "status": "Solved", "group": "Desk"}

    made = created(words, rows, [ticket], truncated=words.codes(["7"]))

    assert story(made, words) == [("create", None, None), ("status", "Open", "Solved")]
    assert made.initial["group"][words.code("7")] == -1


def test_an_old_value_that_is_carried_is_none_to_compute_back_from(words):
    row = {"kind": "status", "time": 60, "old": "Wrong", "new": "Solved", "carry": CARRIED}

    made = created(words, [{"kind": "create"}, row])

    assert story(made, words)[0] == ("create", None, None)


def test_the_text_a_ticket_was_opened_with_is_part_of_its_creation(words):
    rows = [
        {"kind": "create", "new": "New", "actor": "Al"},
        {"kind": "comment", "new": "Help", "actor": "Al"},
        {"kind": "comment", "new": "Hello", "actor": "Jo"},
        {"kind": "comment", "time": 5, "new": "More", "actor": "Al"},
    ]

    made = created(words, rows)

    assert shown(made.changes, words, "new") == ["New", "Hello", "More"]
    assert made.part_of == 1


def test_first_values_set_with_the_creation_are_initial_values(words):
    rows = [
        {"kind": "create", "new": "New", "actor": "Al", "action": 1},
        {"kind": "group", "new": "Desk", "actor": "Robot", "time": 1, "action": 1},
        {"kind": "group", "new": "Lab", "old": "Desk", "actor": "Jo", "time": 9, "action": 2},
    ]

    made = created(words, rows)

    assert story(made, words) == [("create", None, "New"), ("group", "Desk", "Lab")]
    assert words.text(made.initial["group"][words.code("7")]) == "Desk"
    assert made.part_of == 1


def test_a_case_whose_creation_nothing_tells_is_counted(words):
    rows = [{"kind": "status", "new": "Open"}, {"kind": "create", "case": "8", "new": "New"}]

    assert created(words, rows).without == 1


def test_nobody_is_known_to_have_opened_a_case_but_its_customer(words):
    rows = [{"kind": "create", "new": "New"}, {"kind": "create", "case": "8", "actor": "Jo"}]
    listed = [{"key": "7", "customer": "Cy"}, {"key": "8", "customer": "Di"}]

    made = created(words, rows, listed)

    assert shown(made.changes, words, "actor") == ["Cy", "Jo"]
    assert words.texts(made.customer[words.codes(["7", "8"])]) == ["Cy", "Di"]


def test_a_customer_who_is_named_later_is_a_change_of_a_field(words):
    rows = [
        {"kind": "create", "new": "New"},
        {"kind": "customer", "time": 9, "old": "Cy", "new": "Di"},
    ]

    made = created(words, rows)

    assert story(made, words)[1] == ("field", "Cy", "Di")
    assert words.text(made.customer[words.code("7")]) == "Cy"
