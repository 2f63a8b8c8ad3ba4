"""Exports of Freshdesk and Freshservice: what the presets make of their traps."""

import json

import pytest

from casemine.errors import InputError
from casemine.read.crm.language.catalogue import find
from casemine.read.crm.reading import read_export
from casemine.read.options import ReadOptions
from casemine.read.source import members_of
from real.truth import read_files


def done(time, performer=7, kind="user", ticket=1, **activity):
    """One activity; times are day-month-year."""
    return {
        "performed_at": f"{time} +0000",
        "ticket_id": ticket,
        "performer_type": kind,
        "performer_id": performer,
        "activity": activity,
    }


CREATED = done("05-01-2026 09:00:00", 3, new_ticket=True, status=2, priority=1, requester_id=3)


@pytest.fixture
def write(tmp_path):
    def of(name, text):
        path = tmp_path / name
        path.write_text(text if isinstance(text, str) else json.dumps(text), encoding="utf-8")
        return path

    return of


@pytest.fixture
def read(write):
    def of(*days, **options):
        preset, _ = find("freshdesk")
        part = preset.file("ticket_activities")
        paths = [write(f"{n}.json", {"activities_data": day}) for n, day in enumerate(days)]
        return read_export(
            [(members_of(path)[0], part) for path in paths], preset, ReadOptions(**options)
        )

    return of


def told(log, *names):
    """Columns of the events as rows."""
    rows = zip(*(log.events.column(name).to_pylist() for name in names), strict=True)
    return [row[0] if len(names) == 1 else row for row in rows]


def notes(log):
    return {note.code: note.count for note in log.intake.notes}


def test_codes_become_words_and_old_values_are_carried(read):
    log = read(
        [
            CREATED,
            done("05-01-2026 10:00:00", status=3, priority=4),
            done("06-01-2026 10:00:00", status="Resolved"),
            done("13-01-2026 10:00:00", 3, status="Open"),
        ]
    )

    assert told(log, "activity", "old", "new") == [
        ("Created", None, "Open"),
        ("Status: Pending", "Open", "Pending"),
        ("Priority raised", "Low", "Urgent"),
        ("Status: Resolved", "Pending", "Resolved"),
        ("Reopened", "Resolved", "Open"),
    ]


def test_days_are_one_export_and_what_two_of_them_tell_is_told_once(read):
    midnight = done("06-01-2026 00:00:00", status=4)
    note = done("06-01-2026 00:00:00", note={"id": 55, "type": 1})
    log = read([CREATED, midnight, note], [midnight, note, done("06-01-2026 08:00:00", status=5)])

    assert told(log, "activity") == [
        "Created",
        "Public reply",
        "Status: Resolved",
        "Status: Closed",
    ]
    assert notes(log)["rows-repeats"] == 2


def test_notes_are_replies_or_private_and_others_just_comments(read):
    log = read(
        [
            CREATED,
            done("05-01-2026 10:00:00", note={"id": 1, "type": 1}),
            done("05-01-2026 10:00:01", note={"id": 2, "type": 4}),
            done("05-01-2026 10:00:02", 3, note={"id": 3, "type": 1}),
            done("05-01-2026 10:00:03", note={"id": 4, "type": 77}),
        ]
    )

    assert told(log, "activity") == [
        "Created",
        "Public reply",
        "Internal note",
        "Customer reply",
        "Comment",
    ]


def test_rules_are_the_system(read):
    log = read(
        [CREATED, done("05-01-2026 10:00:00", 99, "system", status=3, automation={"type": 1})]
    )

    assert told(log, "activity", "actor_type") == [
        ("Created", "customer"),
        ("Status: Pending", "system"),
    ]


def test_merges_and_deletions_stay_events(read):
    log = read(
        [
            CREATED,
            done("05-01-2026 10:00:00", merge_ticket_target={"target": 9}),
            done("05-01-2026 11:00:00", deleted=True),
        ]
    )

    assert told(log, "activity", "field", "new")[1] == ("Merged", "merged_into", "9")
    assert told(log, "activity")[2] == "Deleted"


def test_custom_fields_are_fields_and_agents_may_go(read):
    log = read(
        [
            CREATED,
            done("05-01-2026 10:00:00", agent_id=7),
            done("05-01-2026 11:00:00", agent_id=None, **{"Order number": "A-1"}),
        ]
    )

    assert told(log, "activity", "old", "new")[1:] == [
        ("Assigned", None, "7"),
        ("Unassigned", "7", None),
        ("Order number changed", None, "A-1"),
    ]


def test_an_export_that_begins_later_has_no_creation_and_says_so(read):
    log = read([done("05-01-2026 10:00:00", status=3)])

    assert told(log, "activity", "old") == [("Status: Pending", None)]
    assert notes(log)["no-creation"] == 1


def test_a_day_of_which_nothing_is_told_is_refused(read):
    with pytest.raises(InputError, match="holds no event"):
        read([])


def test_an_sla_that_was_missed_shows_at_the_time_it_was_due(write):
    path = write(
        "tickets.csv",
        "Ticket ID,Status,Created time,Due by Time,Resolved time,Closed time,Resolution status\n"
        "1,Resolved,2026-01-05 09:00:00,2026-01-05 12:00:00,2026-01-05 13:00:00,,SLA Violated\n",
    )

    log = read_files("freshdesk", {"tickets_csv": path}, tz="UTC")

    assert told(log, "activity") == ["Created", "SLA breached", "Status: Resolved"]


def test_stats_of_tickets_are_milestones(write):
    tickets = [
        {
            "id": 1,
            "requester_id": 3,
            "responder_id": 7,
            "created_at": "2026-01-05T09:00:00Z",
            "status": 4,
            "stats": {
                "first_responded_at": "2026-01-05T10:00:00Z",
                "resolved_at": "2026-01-06T10:00:00Z",
                "closed_at": None,
            },
        }
    ]

    log = read_files("freshdesk", {"tickets": write("tickets.json", tickets)})

    assert told(log, "activity") == ["Created", "Public reply", "Status: Resolved"]


def test_a_list_of_freshservice_of_one_ticket_needs_no_more_than_a_clear_date(write):
    path = write(
        "tickets.csv",
        "Ticket Id,Status,Requester Name,Created Time,Resolved Time,Closed Time\n"
        "INC-1,Resolved,Zoë,26/01/2026 09:51,27/01/2026 09:21,\n",
    )

    log = read_files("freshservice", {"tickets_csv": path}, tz="Europe/Berlin")

    assert told(log, "activity", "actor_type") == [
        ("Created", "customer"),
        ("Status: Resolved", None),
    ]


def test_the_hour_that_exists_twice_is_told_by_nothing_in_a_list_and_noted(write):
    path = write(
        "tickets.csv",
        "Ticket Id,Status,Requester Name,Created Time,Resolved Time\n"
        "INC-1,Resolved,Zoë,25/10/2026 02:30,27/10/2026 09:21\n",
    )

    log = read_files("freshservice", {"tickets_csv": path}, tz="Europe/Berlin")

    assert notes(log)["time-twice"] == 1


def test_what_a_ticket_begins_with_is_no_change(read):
    log = read([done("05-01-2026 09:00:00", 3, new_ticket=True, ticket_type="Question")])

    assert told(log, "activity") == ["Created"]


def test_lists_name_customers_and_groups(read, write):
    day = write("day.json", {"activities_data": [CREATED, done("05-01-2026 10:00:00", group_id=6)]})
    person = {"id": 3, "name": "Zoë", "email": "", "mobile": None, "time_zone": "Berlin"}
    contacts = write("contacts.json", [person])
    groups = write("groups.json", [{"id": 6, "name": "Billing", "agent_ids": [7]}])

    log = read_files(
        "freshdesk", {"ticket_activities": day, "contacts": contacts, "groups": groups}
    )

    assert told(log, "resource", "actor_type", "group") == [
        ("Zoë", "customer", None),
        ("7", "agent", "Billing"),
    ]


def test_tickets_of_both_systems_tell_all_their_milestones(write):
    ticket = {
        "id": 1,
        "requester_id": 3,
        "responder_id": 7,
        "workspace_id": 1,
        "created_at": "2026-01-05T09:00:00Z",
        "status": 5,
        "stats": {
            "first_responded_at": "2026-01-05T10:00:00Z",
            "resolved_at": "2026-01-06T10:00:00Z",
            "reopened_at": "2026-01-05T12:00:00Z",
            "closed_at": "2026-01-07T10:00:00Z",
        },
    }
    agents = [{"id": 3, "first_name": "Zoë", "last_name": "Brandt", "vip_user": False}]
    ends = ["Status: Resolved", "Status: Closed"]

    desk = read_files("freshdesk", {"tickets": write("desk.json", [ticket])})
    service = read_files(
        "freshservice",
        {
            "tickets": write("service.json", {"tickets": [ticket]}),
            "agents": write("agents.json", {"agents": agents}),
        },
    )

    assert told(desk, "activity") == ["Created", "Public reply", "Status: Open", *ends]
    assert told(service, "activity") == ["Created", "Public reply", *ends]
    assert told(service, "resource")[0] == "Zoë Brandt"
