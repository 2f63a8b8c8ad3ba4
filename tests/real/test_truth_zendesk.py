"""What Zendesk's exports tell of the true story."""

from dataclasses import replace

import pytest

from real.truth import ANY, Tells, differences, read_files, story

FOLDER = "crm-samples/zendesk/synthetic"
EVERYTHING = ("create", "status", "assign", "group", "priority", "comment", "merge")
BOTS = {"System", "Automation"}  # Zendesk has one user, -1, for all that acts by itself


def _actor(event):
    if event.actor == "Assignment rule":
        return ANY  # a user whom the list of users does not have
    return "System" if event.actor in BOTS else event.actor


AUDITS = Tells(kinds=EVERYTHING, actor=_actor)


@pytest.fixture
def read(real_data):
    def of(**files):
        paths = {kind: real_data(f"{FOLDER}/{name}") for kind, name in files.items()}
        lookup = real_data(f"{FOLDER}/users_groups_lookup.json")
        return read_files("zendesk", {**paths, "users_groups": lookup}, tz="Europe/Berlin")

    return of


@pytest.fixture
def events(real_data):
    return story(real_data("crm-samples/_truth/expected_events.csv"))


@pytest.mark.real
def test_audits_tell_the_whole_story(read, events):
    log = read(ticket_audits="ticket_audits.json")

    assert differences(log, events, AUDITS) == []


@pytest.mark.real
def test_ticket_events_tell_it_without_texts_and_targets_of_merges(read, events):
    log = read(ticket_events="incremental_ticket_events.json")

    merge = next(event for event in events if event.kind == "merge")
    note = replace(merge, kind="comment", field="comment", public=False)
    place = events.index(merge)
    events = [*events[:place], note, *events[place:]]  # the system's own note shows as one
    tells = replace(AUDITS, text=False, merged_into=lambda case: None)
    assert differences(log, events, tells) == []


@pytest.mark.real
def test_both_together_tell_nothing_twice(read, events):
    log = read(
        ticket_audits="ticket_audits.json",
        ticket_events="incremental_ticket_events.json",
        tickets="tickets_export.ndjson",
    )

    assert differences(log, events, AUDITS) == []
    assert "history-told-twice" in {note.code for note in log.intake.notes}


@pytest.mark.real
def test_metric_events_tell_the_clocks(read):
    log = read(ticket_metric_events="ticket_metric_events.json")

    assert set(log.events.column("activity").to_pylist()) <= {"SLA started", "SLA breached"}
    assert len(log) > 0


@pytest.mark.real
def test_a_list_of_tickets_tells_creation(read, events):
    log = read(tickets="tickets_export.ndjson")

    assert differences(log, events, Tells(kinds=("create",), create_status=False)) == []


@pytest.mark.real
def test_the_csv_tells_creation_first_assignment_and_solution_to_the_minute(read, events):
    first = {}
    last = {}
    for event in events:
        if event.kind == "assign":
            first.setdefault(event.case, event)
        if event.kind == "status" and event.new == "solved":
            last[event.case] = event
    chosen = {id(event) for event in (*first.values(), *last.values())}
    log = read(tickets_csv="tickets_export_legacy.csv")

    tells = Tells(
        kinds=("create", "assign", "status"),
        statuses={"solved": "Solved"},
        minutes=True,
        actor=lambda event: event.actor if event.kind == "create" else ANY,
        actor_type=lambda event: event.actor_type if event.kind == "create" else ANY,
        assignee=lambda name: ANY,
        old=False,
        create_status=False,
        keep=lambda event: event.kind == "create" or id(event) in chosen,
    )
    assert differences(log, events, tells) == []
