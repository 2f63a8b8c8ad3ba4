"""Tables of support systems as a replication service writes them, in public samples of it."""

from collections import Counter

import pytest

from casemine.read import ReadOptions, read_log


def read(folder, names):
    return read_log([str(folder / name) for name in names], ReadOptions())


def balances(log):
    intake = log.intake
    told = len(log) + intake.rows_joined + intake.rows_passed + intake.rows_quarantined
    return intake.rows_read + intake.rows_added == told


@pytest.mark.real
def test_zendesk_tells_fields_and_comments(real_data):
    folder = real_data("crm-samples/zendesk/real")
    names = ("ticket_field_history_data.csv", "ticket_comment_data.csv", "ticket_data.csv")

    log = read(folder, names)

    events = log.events.to_pylist()
    states = [e["new"] for e in events if e["case"] == "11071" and e["field"] == "status"]
    assert states == [
        *("open", "pending", "on-hold", "pending", "open", "pending", "on-hold", "open"),
        *("on-hold", "pending", "open", "solved", "closed"),
    ]
    assert Counter(e["kind"] for e in events if e["case"] == "11071") == {
        "create": 1, "status": 12, "priority": 3, "field": 1,
    }  # fmt: skip
    assert sum(e["kind"] == "comment" for e in events) == 11
    assert balances(log)


@pytest.mark.real
def test_jira_tells_fields_by_the_keys_of_issues_with_words_for_statuses(real_data):
    folder = real_data("crm-samples/jira/real")
    names = ("issue_field_history.csv", "issue_multiselect_history.csv", "issue.csv")

    log = read(folder, (*names, "status.csv", "priority.csv"))

    assert log.events.column("case").unique().to_pylist() == ["TP-12", "TP-8"]
    events = log.events.to_pylist()
    created = {e["case"]: e["new"] for e in events if e["kind"] == "create"}
    assert created == {"TP-12": "10003", "TP-8": "In Progress"}
    assert [e["field"] for e in events if e["case"] == "TP-8"] == [
        "status", "customfield_10002", "customfield_10002", "customfield_10002",
    ]  # fmt: skip
    assert balances(log)


@pytest.mark.real
@pytest.mark.parametrize(
    ("system", "events", "read_rows"), [("zendesk", 36, 39), ("hubspot", 29, 30)]
)
def test_a_folder_with_tables_of_other_things_is_read(real_data, system, events, read_rows):
    log = read_log([str(real_data(f"crm-samples/{system}/real"))], ReadOptions())

    assert (len(log), log.intake.rows_read) == (events, read_rows)
    assert "files-left-aside" in {note.code for note in log.intake.notes}
    assert balances(log)


@pytest.mark.real
def test_intercom_tells_versions_of_conversations_and_their_parts(real_data):
    log = read_log([str(real_data("crm-samples/intercom/real"))], ReadOptions())

    assert (len(log), log.intake.rows_read) == (10, 21)
    assert Counter(event["activity"] for event in log.events.to_pylist()) == {
        "Created": 2, "Assigned": 2, "Status: closed": 5, "Internal note": 1,
    }  # fmt: skip
    assert balances(log)
