"""What the history of GLPI tells of the true story."""

import pytest

from real.truth import Tells, differences, read_files, story

STATUSES = {
    "new": "New",
    "open": "Processing (assigned)",
    "pending": "Pending",
    "hold": "Pending",
    "solved": "Solved",
    "closed": "Closed",
}
WORDS = ("urgent", "high", "normal", "low")
FOLDER = "crm-samples/glpi/synthetic"


@pytest.mark.real
def test_the_history_tells_the_story(real_data):
    events = story(real_data("crm-samples/_truth/expected_events.csv"))
    tells = Tells(
        kinds=("create", "status", "assign", "comment"),
        statuses=STATUSES,
        text=False,  # the log names a followup, not its text
        public=False,  # nor who may see it
    )

    log = read_files(
        "glpi", {"glpi_logs": real_data(f"{FOLDER}/glpi_logs.csv")}, tz="Europe/Berlin"
    )

    assert differences(log, events, tells) == []


@pytest.mark.real
def test_the_history_tells_the_groups_but_the_first(real_data):
    events = story(real_data("crm-samples/_truth/expected_events.csv"))
    tells = Tells(kinds=("group",), old=False)

    log = read_files(
        "glpi", {"glpi_logs": real_data(f"{FOLDER}/glpi_logs.csv")}, tz="Europe/Berlin"
    )

    assert differences(log, events, tells) == []


@pytest.mark.real
def test_the_history_tells_when_priorities_changed(real_data):
    events = story(real_data("crm-samples/_truth/expected_events.csv"))
    # The sample writes 2 for whatever was before and 4 for whatever it became.
    tells = Tells(kinds=("priority",), old=False, priorities=dict.fromkeys(WORDS, "High"))

    log = read_files(
        "glpi", {"glpi_logs": real_data(f"{FOLDER}/glpi_logs.csv")}, tz="Europe/Berlin"
    )

    assert differences(log, events, tells) == []
