"""Transactions of Request Tracker: what the preset makes of their traps."""

import json

import pytest

from real.truth import read_files

UNSET = "1970-01-01T00:00:00Z"


def transaction(number, time, kind, field=None, old=None, new=None, who="ada", **more):
    """One transaction as REST 2 gives it."""
    return {
        "id": str(number),
        "Type": kind,
        "Field": field,
        "OldValue": old,
        "NewValue": new,
        "Created": f"2026-01-05T{time}Z",
        "Creator": {"type": "user", "id": who},
        "Object": {"type": "ticket", "id": "5"},
        **more,
    }


CREATED = transaction(1, "09:00:00", "Create", who="zoe@example.com")


@pytest.fixture
def write(tmp_path):
    def of(name, data):
        path = tmp_path / name
        path.write_text(data if isinstance(data, str) else json.dumps(data), encoding="utf-8")
        return path

    return of


@pytest.fixture
def read(write):
    def of(*rows, **lists):
        files = {name: write(f"{name}.json", {"items": each}) for name, each in lists.items()}
        path = write("transactions.json", {"items": [CREATED, *rows]})
        return read_files("rt", {"transactions": path, **files})

    return of


def told(log, *names):
    """Columns of the events as rows."""
    rows = zip(*(log.events.column(name).to_pylist() for name in names), strict=True)
    return [row[0] if len(names) == 1 else row for row in rows]


def notes(log):
    return {note.code: note.count for note in log.intake.notes}


def test_numbers_of_owners_and_queues_become_names(read):
    log = read(
        transaction(2, "10:00:00", "Take", "Owner", "10", "25"),
        transaction(3, "10:00:01", "Set", "Queue", "3", "4"),
        transaction(4, "10:00:02", "Untake", "Owner", "25", "10"),
        users=[{"id": "25", "Name": "ada", "RealName": "Ada", "EmailAddress": ""}],
        queues=[
            {"id": "3", "Name": "Billing", "Lifecycle": "default"},
            {"id": "4", "Name": "Returns", "Lifecycle": "default"},
        ],
    )

    assert told(log, "activity", "old", "new", "resource", "group")[1:] == [
        ("Assigned", None, "Ada", "Ada", "Billing"),
        ("Assigned to group", "Billing", "Returns", "Ada", "Returns"),
        ("Unassigned", "Ada", None, "Ada", "Returns"),
    ]
    assert "unresolved-ids" not in notes(log)


def test_numbers_that_no_list_knows_stay_and_are_counted(read):
    log = read(
        transaction(2, "10:00:00", "Give", "Owner", "10", "25"),
        transaction(3, "10:00:01", "Set", "Queue", "3", "4"),
    )

    assert told(log, "new")[1:] == ["25", "4"]
    assert sum(note.code == "unresolved-ids" for note in log.intake.notes) == 2


def test_correspondence_is_public_and_comments_are_not(read):
    log = read(
        transaction(2, "10:00:00", "Correspond", Content="Hello"),
        transaction(3, "11:00:00", "Comment"),
        transaction(4, "12:00:00", "Correspond", who="zoe@example.com"),
        transaction(5, "13:00:00", "EmailRecord"),
        transaction(6, "14:00:00", "Take", "Owner", "10", "25"),
    )

    assert told(log, "activity", "new")[:4] == [
        ("Created", None),
        ("Public reply", "Hello"),
        ("Internal note", None),
        ("Customer reply", None),
    ]
    assert notes(log)["rows-noise"] == 1


def test_1970_is_no_date(read):
    log = read(transaction(2, "10:00:00", "Set", "Due", UNSET, "2026-02-01T00:00:00Z"))

    assert told(log, "activity", "old", "new")[1] == ("Due changed", None, "2026-02-01T00:00:00Z")


def test_merging_ends_and_reopening_stay_events(read):
    link = "fsck.com-rt://example.com/ticket/77"
    log = read(
        transaction(2, "10:00:00", "Status", "Status", "new", "resolved"),
        transaction(3, "11:00:00", "Status", "Status", "resolved", "open", who="RT_System"),
        transaction(4, "12:00:00", "AddLink", "MergedInto", None, link),
        transaction(5, "12:00:01", "AddLink", "RefersTo", None, link),
        transaction(6, "13:00:00", "Status", "Status", "open", "deleted"),
    )

    assert told(log, "activity", "new", "actor_type") == [
        ("Created", "new", "customer"),
        ("Status: resolved", "resolved", "agent"),
        ("Reopened", "open", "system"),
        ("Merged", "77", "agent"),
        ("Linked", f"RefersTo {link}", "agent"),
        ("Deleted", "deleted", "agent"),
    ]


def test_types_that_nobody_knows_are_counted_by_name(read):
    log = read(transaction(2, "10:00:00", "Levitate", "Height", "1", "2"))

    unknown = next(note for note in log.intake.notes if note.code == "rows-unknown")
    assert told(log, "activity") == ["Created"]
    assert "Levitate" in unknown.text


def test_a_history_of_one_ticket_takes_its_number_from_the_name_of_the_file(write):
    row = {key: value for key, value in CREATED.items() if key != "Object"}

    log = read_files("rt", {"transactions": write("ticket_12_history.json", {"items": [row]})})

    assert told(log, "case", "activity") == [("12", "Created")]


def test_the_table_of_the_database_tells_the_same(write):
    path = write(
        "transactions.csv",
        "id,ObjectType,ObjectId,Type,Field,OldValue,NewValue,Creator,Created\n"
        "1,RT::Ticket,5,Create,NULL,NULL,NULL,31,2026-01-05 09:00:00\n"
        "2,RT::Ticket,5,Status,Status,new,open,25,2026-01-05 10:00:00\n"
        "3,RT::Ticket,5,Set,Priority,0,100,25,2026-01-05 11:00:00\n"
        "4,RT::Queue,3,Set,Name,a,b,25,2026-01-05 12:00:00\n",
    )

    log = read_files("rt", {"transactions_table": path})

    assert told(log, "activity", "old", "new") == [
        ("Created", None, "new"),
        ("Status: open", "new", "open"),
        ("Priority raised", "Low", "High"),
    ]
    assert notes(log)["rows-noise"] == 1


def test_links_that_go_and_custom_fields_are_fields_and_users_have_a_history_too(read):
    about = {"Object": {"type": "user", "id": "5"}}
    log = read(
        transaction(2, "10:00:00", "DeleteLink", "RefersTo", "ticket/7", None),
        transaction(3, "11:00:00", "CustomField", "12", "a", "b"),
        transaction(4, "12:00:00", "Set", "Priority", "0", "50", **about),
    )

    assert told(log, "activity")[1:] == ["Link changed", "Custom field 12 changed"]
    assert notes(log)["rows-noise"] == 1


def test_the_table_of_the_database_knows_all_types_that_rest_knows(write):
    rows = [
        "Create,NULL,NULL,NULL,31",
        "Correspond,NULL,NULL,NULL,25",
        "Comment,NULL,NULL,NULL,25",
        "Take,Owner,10,25,25",
        "EmailRecord,NULL,NULL,NULL,1",
        "CustomField,12,a,b,25",
        "AddLink,RefersTo,NULL,fsck.com-rt://example.com/ticket/8,25",
        "DeleteLink,RefersTo,fsck.com-rt://example.com/ticket/8,NULL,25",
        "AddLink,MergedInto,NULL,fsck.com-rt://example.com/ticket/9,25",
        "Status,Status,new,deleted,1",
        "Levitate,Height,1,2,25",
    ]
    lines = [f"{n},RT::Ticket,5,{row},2026-01-05 09:00:{n:02}" for n, row in enumerate(rows, 1)]
    header = "id,ObjectType,ObjectId,Type,Field,OldValue,NewValue,Creator,Created"
    path = write("transactions.csv", "\n".join([header, *lines]))

    log = read_files("rt", {"transactions_table": path})

    assert told(log, "activity") == [
        "Created",
        "Public reply",
        "Internal note",
        "Assigned",
        "Custom field 12 changed",
        "Linked",
        "Link changed",
        "Merged",
        "Deleted",
    ]
    assert notes(log)["rows-noise"] == notes(log)["rows-unknown"] == 1
    assert told(log, "new")[7] == "9"
