"""What the exports of Freshdesk and Freshservice tell of the true story."""

import json
from dataclasses import replace

import pytest

from real.truth import ANY, Tells, differences, read_files, story

DESK, SERVICE = "crm-samples/freshdesk/synthetic", "crm-samples/freshservice/synthetic"
BOTS = {"System", "Automation"}  # one performer, without a name
ACTIVITIES = Tells(
    kinds=("create", "status", "assign", "group", "priority", "comment", "merge"),
    statuses={
        "new": "Open",
        "open": "In Progress",
        "pending": "Waiting on Customer",
        "hold": "Waiting on Third Party",
        "solved": "Resolved",
        "closed": "Closed",
    },
    priorities={"low": "Low", "normal": "Medium", "high": "High", "urgent": "Urgent"},
    actor=lambda event: ANY if event.actor in BOTS else event.actor,
    text=False,
)


@pytest.fixture
def events(real_data):
    return story(real_data("crm-samples/_truth/expected_events.csv"))


@pytest.fixture
def activities(real_data):
    return real_data(f"{DESK}/ticket_activities.json")


@pytest.fixture
def agents(activities, events, tmp_path):
    """The list of users, which the sample lacks, by who did what."""
    people = [each for each in events if each.actor not in BOTS]
    actor = {(e.case, e.time.strftime("%d-%m-%Y %H:%M:%S +0000")): e for e in people}
    names = {}
    for row in json.loads(activities.read_text(encoding="utf-8"))["activities_data"]:
        if row["performer_type"] == "system":
            continue  # has the id of the user who stands for rules
        event = actor[str(row["ticket_id"]), row["performed_at"]]
        names[row["performer_id"]] = event.actor
        if event.kind == "assign":
            names[row["activity"]["agent_id"]] = event.new
    path = tmp_path / "agents.json"
    rows = [{"id": n, "contact": {"name": name, "email": ""}} for n, name in names.items()]
    path.write_text(json.dumps(rows), encoding="utf-8")
    return path


@pytest.mark.real
def test_activities_tell_the_whole_story_but_texts(activities, agents, events):
    log = read_files("freshdesk", {"ticket_activities": activities, "agents": agents})

    assert differences(log, events, ACTIVITIES) == []


@pytest.mark.real
def test_without_a_list_of_agents_people_are_ids(activities, events):
    log = read_files("freshdesk", {"ticket_activities": activities})

    tells = replace(ACTIVITIES, actor=lambda e: ANY, assignee=lambda name: name and ANY)
    assert differences(log, events, tells) == []
    assert sum(note.code == "unresolved-ids" for note in log.intake.notes) == 3


@pytest.mark.real
def test_the_list_of_tickets_beside_activities_adds_nothing(activities, agents, events, real_data):
    listed = real_data(f"{DESK}/tickets_export.csv")
    log = read_files(
        "freshdesk",
        {"ticket_activities": activities, "tickets_csv": listed, "agents": agents},
        tz="Europe/Berlin",
    )

    assert differences(log, events, ACTIVITIES) == []


@pytest.mark.real
@pytest.mark.parametrize("system", ["freshdesk", "freshservice"])
def test_lists_tell_creation_first_reply_and_ends(real_data, events, system):
    first, last = {}, {}
    for event in events:
        if event.kind == "comment" and event.public and event.actor_type == "agent":
            first.setdefault(event.case, event)
        if event.kind == "status" and event.new in {"solved", "closed"}:
            last[event.case, event.new] = event
    chosen = {id(event) for event in (*first.values(), *last.values())}
    log = read_files(
        system,
        {"tickets_csv": real_data(f"crm-samples/{system}/synthetic/tickets_export.csv")},
        tz="Europe/Berlin",
    )

    tells = replace(
        ACTIVITIES,
        kinds=("create", "status", "comment"),
        case=(lambda number: f"INC-{number}") if system == "freshservice" else str,
        minutes=system == "freshservice",
        actor=lambda event: event.actor if event.kind == "create" else None,
        actor_type=lambda event: None if event.kind == "status" else event.actor_type,
        old=False,
        create_status=False,
        keep=lambda event: event.kind == "create" or id(event) in chosen,
    )
    assert differences(log, events, tells) == []
