"""What HubSpot's exports tell of the true story."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from casemine.errors import CasemineError
from casemine.read import read_log
from casemine.read.options import ReadOptions
from real.truth import ANY, Tells, differences, read_files, story

FOLDER = "crm-samples/hubspot/synthetic"
REAL = "crm-samples/hubspot/real"
BOTS = {"System", "Automation"}
TELLS = Tells(
    kinds=("create", "status", "assign", "priority"),
    statuses={
        "new": "New",
        "open": "Waiting on us",
        "pending": "Waiting on contact",
        "hold": "On hold",
        "solved": "Solved",
        "closed": "Closed",
    },
    priorities={"low": "Low", "normal": "Medium", "high": "High", "urgent": "Urgent"},
    case=lambda number: str(5_000_000 + int(number)),
)


@pytest.fixture
def folder(real_data):
    return real_data(FOLDER)


@pytest.fixture
def events(real_data):
    return story(real_data("crm-samples/_truth/expected_events.csv"))


@pytest.fixture
def exact(events):
    """The story with the milliseconds that HubSpot tells."""
    ahead = {"create": 603}
    return [
        replace(each, time=each.time + timedelta(milliseconds=ahead.get(each.kind, 371)))
        for each in events
    ]


@pytest.fixture
def owners(folder, events, tmp_path):
    """The list of owners with its two ids, which the sample lacks, by who did what."""
    actor = {
        (TELLS.case(e.case), e.time.isoformat()[:19]): e
        for e in events
        if e.kind in {"assign", "status"}
    }
    rows = {}
    tickets = json.loads((folder / "tickets_properties_with_history.json").read_text("utf-8"))
    for ticket in tickets["results"]:
        for name, entries in ticket["propertiesWithHistory"].items():
            for entry in entries:
                event = actor.get((ticket["id"], entry["timestamp"][:19]))
                if event and "updatedByUserId" in entry:
                    rows[event.actor, "userId"] = entry["updatedByUserId"]
                if event and name == "hubspot_owner_id":
                    rows[event.new, "id"] = entry["value"]
    people = {name for name, _ in rows}
    listed = [
        {
            "id": rows.get((name, "id")),
            "userId": rows.get((name, "userId")),
            "email": "",
            "firstName": name,
        }
        for name in sorted(people)
    ]
    path = tmp_path / "owners.json"
    path.write_text(json.dumps({"results": listed}), encoding="utf-8")
    return path


def _actor(event):
    if event.kind == "create":
        return None  # came by e-mail: nobody of HubSpot's users
    return "AUTOMATION_PLATFORM" if event.actor in BOTS else event.actor


def _actor_type(event):
    return None if event.kind == "create" else event.actor_type


@pytest.mark.real
def test_properties_with_history_tell_stages_owners_and_priorities(folder, exact, owners):
    log = read_files(
        "hubspot",
        {
            "tickets_with_history": folder / "tickets_properties_with_history.json",
            "pipelines": folder / "pipelines_lookup.json",
            "owners": owners,
        },
    )

    tells = replace(TELLS, actor=_actor, actor_type=_actor_type)
    assert differences(log, exact, tells) == []


@pytest.mark.real
def test_without_lists_people_and_stages_of_ones_own_are_ids(folder, exact):
    log = read_files(
        "hubspot", {"tickets_with_history": folder / "tickets_properties_with_history.json"}
    )

    tells = replace(
        TELLS,
        statuses={**TELLS.statuses, "hold": "7806423", "solved": "7806424"},
        actor=lambda event: ANY,
        actor_type=_actor_type,
        assignee=lambda name: name and ANY,
    )
    assert differences(log, exact, tells) == []
    assert sum(note.code == "unresolved-ids" for note in log.intake.notes) == 2


@pytest.mark.real
def test_a_view_beside_the_history_adds_nothing(folder, exact, owners):
    log = read_files(
        "hubspot",
        {
            "tickets_with_history": folder / "tickets_properties_with_history.json",
            "tickets_view": folder / "tickets_view_export.csv",
            "pipelines": folder / "pipelines_lookup.json",
            "owners": owners,
        },
        tz="Europe/Berlin",
    )

    tells = replace(TELLS, actor=_actor, actor_type=_actor_type)
    assert differences(log, exact, tells) == []


@pytest.mark.real
def test_a_view_tells_creation_and_closing_to_the_minute(folder, events):
    log = read_files(
        "hubspot", {"tickets_view": folder / "tickets_view_export.csv"}, tz="Europe/Berlin"
    )

    tells = replace(
        TELLS,
        kinds=("create", "status"),
        minutes=True,
        old=False,
        create_status=False,
        actor=lambda event: None,
        actor_type=lambda event: None,
        keep=lambda event: event.kind == "create" or event.new == "closed",
    )
    assert differences(log, events, tells) == []


@pytest.mark.real
def test_replicated_history_is_accounted_for(real_data):
    log = read_files(
        "hubspot",
        {"ticket_property_history": real_data(f"{REAL}/ticket_property_history_data.csv")},
    )

    account = log.intake
    assert account.rows_read == 15
    assert (
        account.rows_read + account.rows_added
        == len(log) + account.rows_joined + account.rows_passed
    )
    stages = [
        new
        for kind, new in zip(
            log.events.column("kind").to_pylist(), log.events.column("new").to_pylist(), strict=True
        )
        if kind in {"create", "status"}
    ]
    assert stages == ["14863823", "14863823a"]


@pytest.mark.real
def test_replicated_tickets_tell_creation(real_data):
    path = real_data(f"{REAL}/ticket_data.csv")
    log = read_files("hubspot", {"ticket_data": path})

    account = log.intake
    assert set(log.events.column("kind").to_pylist()) == {"create"}
    assert account.rows_read + account.rows_added == len(log) + account.rows_passed


@pytest.mark.real
def test_stages_that_share_a_label_are_one_status(real_data):
    log = read_files(
        "hubspot",
        {
            "ticket_property_history": real_data(f"{REAL}/ticket_property_history_data.csv"),
            "pipeline_stages": real_data(f"{REAL}/ticket_pipeline_stage_data.csv"),
        },
    )

    assert "status" not in log.events.column("kind").to_pylist()
    assert {note.code: note.count for note in log.intake.notes}["rows-no-change"] == 1


@pytest.mark.real
def test_a_history_of_deals_is_read_as_a_plain_table(real_data):
    log = read_log(real_data(f"{REAL}/deal_property_history_data.csv"), ReadOptions())

    assert len(log) == log.intake.rows_read == 45


@pytest.mark.real
@pytest.mark.parametrize("name", ["ticket_pipeline_data.csv", "ticket_pipeline_stage_data.csv"])
def test_lists_of_pipelines_alone_are_refused(real_data, name):
    with pytest.raises(CasemineError, match="no column looks like"):
        read_log(real_data(f"{REAL}/{name}"), ReadOptions())
