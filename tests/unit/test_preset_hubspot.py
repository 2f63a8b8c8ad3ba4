"""Exports of HubSpot: what the preset makes of their traps."""

import json

import pytest

from real.truth import read_files

STAGE, OWNER, PRIORITY = "hs_pipeline_stage", "hubspot_owner_id", "hs_ticket_priority"


def entry(value, time, **more):
    """One revision of a property."""
    return {"value": value, "timestamp": f"2026-01-05T{time}.000Z", "sourceType": "CRM_UI", **more}


def ticket(created="09:00:00", **history):
    """One ticket whose properties have lists of revisions, newest first."""
    return {
        "id": "77",
        "createdAt": f"2026-01-05T{created}.000Z",
        "properties": {STAGE: "4"},
        "propertiesWithHistory": history,
    }


@pytest.fixture
def write(tmp_path):
    def of(name, text):
        path = tmp_path / name
        path.write_text(text if isinstance(text, str) else json.dumps(text), encoding="utf-8")
        return path

    return of


@pytest.fixture
def read(write):
    def of(*tickets, kind="tickets_with_history", **files):
        return read_files("hubspot", {kind: write("t.json", {"results": tickets}), **files})

    return of


def told(log, *names):
    """Columns of the events as rows."""
    rows = zip(*(log.events.column(name).to_pylist() for name in names), strict=True)
    return [row[0] if len(names) == 1 else row for row in rows]


def notes(log):
    return {note.code: note.count for note in log.intake.notes}


def test_the_oldest_revision_is_creation_and_others_have_the_value_before(read):
    log = read(
        ticket(
            **{
                STAGE: [entry("4", "12:00:00"), entry("3", "10:00:00"), entry("1", "09:00:00")],
                PRIORITY: [entry("HIGH", "11:00:00"), entry("LOW", "09:00:00")],
            }
        )
    )

    assert told(log, "activity", "old", "new") == [
        ("Created", None, "New"),
        ("Status: Waiting on us", "New", "Waiting on us"),
        ("Priority raised", "Low", "High"),
        ("Status: Closed", "Waiting on us", "Closed"),
    ]


def test_a_list_of_20_revisions_has_lost_its_beginning(read):
    newest_first = [entry(str(2 + n % 2), f"{12 + n // 2}:{n % 2 * 30:02}:00") for n in range(20)]
    log = read(ticket(created="01:00:00", **{STAGE: newest_first[::-1]}))

    assert notes(log)["history-truncated"] == 1
    assert told(log, "activity", "old", "new")[:2] == [
        ("Created", None, None),
        ("Status: Waiting on contact", None, "Waiting on contact"),
    ]
    assert len(log) == 21


def test_workflows_are_the_system_and_users_are_found_in_two_places(read):
    revisions = [
        entry("4", "12:00:00", sourceType="AUTOMATION_PLATFORM", sourceId="enrollmentId:1"),
        entry("3", "10:00:00", sourceId="userId:7"),
        entry("1", "09:00:00", updatedByUserId=8),
    ]
    log = read(ticket(**{STAGE: revisions}))

    assert told(log, "resource", "actor_type") == [
        ("8", "agent"),
        ("7", "agent"),
        ("AUTOMATION_PLATFORM", "system"),
    ]


def test_owners_resolve_owner_ids_and_user_ids(read, write):
    people = [
        {"id": "501", "userId": 7, "email": "a@example.com", "firstName": "Ada", "lastName": "Li"},
        {"id": "502", "userId": 8, "email": "b@example.com"},
    ]
    revisions = [
        entry("", "12:00:00", updatedByUserId=8),
        entry("501", "10:00:00", updatedByUserId=7),
    ]
    history = {STAGE: [entry("1", "09:00:00")], OWNER: revisions}
    log = read(ticket(**history), owners=write("owners.json", {"results": people}))

    assert told(log, "activity", "old", "new", "resource")[1:] == [
        ("Assigned", None, "Ada Li", "Ada Li"),
        ("Unassigned", "Ada Li", None, "b@example.com"),
    ]
    assert "unresolved-ids" not in notes(log)


def test_a_stage_left_and_entered_again_after_closing_is_reopened(read):
    log = read(
        ticket(**{STAGE: [entry("3", "12:00:00"), entry("4", "10:00:00"), entry("1", "09:00:00")]})
    )

    assert told(log, "activity") == ["Created", "Status: Closed", "Reopened"]


def test_an_archived_ticket_is_deleted_at_the_end(read):
    log = read(
        {**ticket(**{STAGE: [entry("1", "09:00:00")]}), "archivedAt": "2026-01-06T00:00:00Z"}
    )

    assert told(log, "activity") == ["Created", "Deleted"]


def test_clocks_and_counters_are_noise_other_properties_are_fields(read):
    history = {
        STAGE: [entry("1", "09:00:00")],
        "hs_v2_date_entered_1": [entry("2026", "09:00:00")],
        "subject": [entry("Help", "09:00:00")],
        "product": [entry("Pump", "10:00:00")],
    }
    log = read(ticket(**history))

    assert told(log, "activity") == ["Created", "Product changed"]
    assert notes(log)["rows-noise"] == 2


def test_without_history_tickets_tell_when_they_came_into_stages(read):
    properties = {
        STAGE: "4",
        "hs_v2_date_entered_1": "2026-01-05T09:00:00.1Z",
        "hs_v2_date_entered_4": "2026-01-05T12:00:00Z",
        "hs_v2_date_exited_1": "2026-01-05T12:00:00Z",
        "hs_date_entered_3": None,
    }
    log = read(
        {"id": "77", "createdAt": "2026-01-05T09:00:00Z", "properties": properties}, kind="tickets"
    )

    assert told(log, "activity", "old", "new") == [
        ("Created", None, "New"),
        ("Status: Closed", "New", "Closed"),
    ]


def test_columns_of_a_view_tell_when_tickets_came_into_stages(write):
    path = write(
        "view.csv",
        "hs_object_id,hs_pipeline_stage,createdate,hs_v2_date_entered_1,hs_v2_date_entered_99\n"
        "77,99,2026-01-05 09:00,2026-01-05 09:00,2026-01-05 12:00\n"
        "78,1,2026-01-05 10:00,2026-01-05 10:00,\n",
    )

    log = read_files("hubspot", {"tickets_view_internal": path}, tz="UTC")

    assert told(log, "case", "activity", "new") == [
        ("77", "Created", "New"),
        ("77", "Status: 99", "99"),
        ("78", "Created", "New"),
    ]


def test_labels_of_a_view_name_the_stages(write):
    path = write(
        "view.csv",
        'Ticket ID,Ticket name,Pipeline,Ticket status,Create date,"Date entered ""Waiting on us '
        '(Support Pipeline)"""\n77,Help,Support Pipeline,Waiting on us,2026-01-05 09:00,'
        "2026-01-05 12:00\n",
    )

    log = read_files("hubspot", {"tickets_view": path}, tz="UTC")

    assert told(log, "activity") == ["Created", "Status: Waiting on us"]


def test_the_hour_that_exists_twice_is_noted(write):
    path = write(
        "view.csv",
        "Ticket ID,Ticket name,Pipeline,Ticket status,Create date\n"
        "77,Help,P,New,2026-10-25 02:30\n",
    )

    log = read_files("hubspot", {"tickets_view": path}, tz="Europe/Berlin")

    assert notes(log)["time-twice"] == 1


def test_a_replicated_table_tells_the_same(write):
    path = write(
        "history.csv",
        "ticket_id,name,source,source_id,timestamp_instant,value\n"
        "7,hs_pipeline_stage,CRM_UI,userId:5,2026-01-05 09:00:00.1,1\n"
        "7,hs_num_times_contacted,CALCULATED,,2026-01-05 09:30:00.1,1\n"
        "7,hs_pipeline_stage,AUTOMATION_PLATFORM,,2026-01-05 10:00:00.1,4\n",
    )

    log = read_files("hubspot", {"ticket_property_history": path})

    assert told(log, "activity", "old", "resource", "actor_type") == [
        ("Created", None, "5", "agent"),
        ("Status: Closed", "New", "AUTOMATION_PLATFORM", "system"),
    ]
    assert notes(log)["rows-noise"] == 1
