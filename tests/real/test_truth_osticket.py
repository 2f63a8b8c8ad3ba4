"""What the thread events of osTicket tell of the true story."""

import pytest

from real.truth import ANY, Tells, differences, read_files, story

# The state "open" has one status to begin with and to work in.
STATUSES = {
    "new": "Open",
    "open": "Open",
    "pending": "Waiting",
    "hold": "On Hold",
    "solved": "Resolved",
    "closed": "Closed",
}
FOLDER = "crm-samples/osticket/synthetic"


def actor(event):
    return "SYSTEM" if event.actor_type == "system" else event.actor


@pytest.mark.real
def test_the_thread_events_tell_the_story(real_data):
    events = story(real_data("crm-samples/_truth/expected_events.csv"))
    tells = Tells(
        kinds=("create", "status", "assign", "priority", "merge"),
        statuses=STATUSES,
        actor=actor,
    )

    log = read_files(
        "osticket",
        {"ost_thread_event": real_data(f"{FOLDER}/ost_thread_event.csv")},
        tz="Europe/Berlin",
    )

    assert differences(log, events, tells) == []


@pytest.mark.real
def test_the_thread_events_tell_the_departments_but_the_first(real_data):
    events = story(real_data("crm-samples/_truth/expected_events.csv"))
    tells = Tells(kinds=("group",), old=False, actor=actor, actor_type=lambda _: ANY)

    log = read_files(
        "osticket",
        {"ost_thread_event": real_data(f"{FOLDER}/ost_thread_event.csv")},
        tz="Europe/Berlin",
    )

    assert differences(log, events, tells) == []
