"""Names of events."""

import pytest

from casemine.errors import UsageError
from casemine.read.crm.coded.words import Words
from casemine.read.crm.compose.naming import named, renamed
from casemine.read.crm.language.preset import Preset
from crm_changes import changes, shown

PRESET = Preset(
    "desk",
    "Desk",
    (),
    closed=("Closed", "/^Cancel/"),
    priorities=("low", "high"),
    activities={"Linked": "Tied"},
)


@pytest.fixture
def words():
    return Words()


def names(words, *rows):
    return words.texts(named(changes(words, *rows), words, PRESET))


@pytest.mark.parametrize(
    ("row", "name"),
    [
        ({"kind": "create"}, "Created"),
        ({"kind": "status", "old": "New", "new": "Open"}, "Status: Open"),
        ({"kind": "status", "old": "New"}, "Status changed"),
        ({"kind": "status", "old": "Cancelled", "new": "Open"}, "Reopened"),
        ({"kind": "status", "old": "Cancelled", "new": "Closed"}, "Status: Closed"),
        ({"kind": "assign", "new": "Jo"}, "Assigned"),
        ({"kind": "assign", "old": "Jo"}, "Unassigned"),
        ({"kind": "group", "new": "Lab"}, "Assigned to group"),
        ({"kind": "priority", "old": "Low", "new": "High"}, "Priority raised"),
        ({"kind": "priority", "old": "High", "new": "Low"}, "Priority lowered"),
        ({"kind": "priority", "old": "Low", "new": "P1"}, "Priority changed"),
        ({"kind": "comment", "public": 1, "actor_type": "agent"}, "Public reply"),
        ({"kind": "comment", "public": 0, "actor_type": "agent"}, "Internal note"),
        ({"kind": "comment", "public": 1, "actor_type": "customer"}, "Customer reply"),
        ({"kind": "comment"}, "Comment"),
        ({"kind": "sla", "new": "SLA breached"}, "SLA breached"),
        ({"kind": "approval", "new": "granted"}, "Approval: granted"),
        ({"kind": "field", "field": "due_date", "new": "Friday"}, "Due date changed"),
        ({"kind": "merge"}, "Merged"),
        ({"kind": "link"}, "Tied"),
        ({"kind": "link", "activity": "Copied"}, "Copied"),
    ],
)
def test_an_event_is_named_by_what_changed(words, row, name):
    assert names(words, row) == [name]


def test_activities_are_statuses_if_the_user_says_so_and_the_rest_drops_out(words):
    rows = changes(words, {"kind": "create", "new": "New"}, {"kind": "comment", "new": "Hi"})

    activity, kept = renamed(rows, rows.kind, words, "status")

    assert words.texts(activity[kept]) == ["New"]
    assert kept.tolist() == [True, False]


def test_activities_may_be_any_column_and_rows_without_a_value_drop_out(words):
    rows = changes(words, {"kind": "create"}, {"kind": "link", "actor": "Jo"})

    activity, kept = renamed(rows, rows.kind, words, "resource")

    assert words.texts(activity[kept]) == ["Jo"]


def test_activities_stay_as_they_are_named_otherwise(words):
    rows = changes(words, {"kind": "create"}, {"kind": "link"})

    activity, kept = renamed(rows, rows.field, words, None)

    assert words.texts(activity) == shown(rows, words, "field")
    assert kept.all()


def test_an_unknown_source_of_activities_is_refused_with_those_there_are(words):
    rows = changes(words, {"kind": "create"})

    with pytest.raises(UsageError, match="'colour'") as caught:
        renamed(rows, rows.kind, words, "colour")

    assert "name, status, kind" in str(caught.value.mend)
