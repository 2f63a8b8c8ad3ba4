"""What the change operations of iTop tell of the true story."""

import pytest

from real.truth import Tells, differences, read_files, story

STATUSES = {
    "new": "new",
    "open": "assigned",
    "pending": "pending",
    "hold": "pending",
    "solved": "resolved",
    "closed": "closed",
}
# References are recorded as ids, and the export has no names for them.
PERSONS = {
    "Mara Lindqvist": "1",
    "Jürgen Groß": "2",
    "Priya Nair": "3",
    "Tomás Ibáñez": "4",
    "Chen Wei": "5",
}
TEAMS = {"Tier 1": "1", "Tier 2": "2", "Billing": "3", "Returns & Refunds": "4"}
FOLDER = "crm-samples/itop/synthetic"


@pytest.mark.real
def test_the_change_operations_tell_the_story(real_data):
    events = story(real_data("crm-samples/_truth/expected_events.csv"))
    tells = Tells(
        kinds=("create", "status", "assign", "group", "comment", "priority"),
        keep=lambda event: event.kind not in {"comment", "priority"},  # not in the file
        statuses=STATUSES,
        assignee=PERSONS.get,
        group=TEAMS.get,
    )

    log = read_files(
        "itop",
        {"change_operations": real_data(f"{FOLDER}/change_operations.csv")},
        tz="Europe/Berlin",
    )

    assert differences(log, events, tells) == []
