"""What ServiceNow's exports tell of the true story."""

import pytest

from real.truth import Tells, differences, read_files, story

STATUSES = {
    "new": "New",
    "open": "In Progress",
    "pending": "On Hold",
    "hold": "On Hold",
    "solved": "Resolved",
    "closed": "Closed",
}
PRIORITIES = {
    "urgent": "1 - Critical",
    "high": "2 - High",
    "normal": "3 - Moderate",
    "low": "4 - Low",
}
FOLDER = "crm-samples/servicenow/synthetic"


@pytest.mark.real
def test_the_audit_trail_tells_the_story(real_data):
    events = story(real_data("crm-samples/_truth/expected_events.csv"))
    tells = Tells(
        kinds=("status", "priority"),
        statuses=STATUSES,
        priorities=PRIORITIES,
    )

    log = read_files(
        "servicenow",
        {
            "sys_audit": real_data(f"{FOLDER}/sys_audit.csv"),
            "users": real_data(f"{FOLDER}/sys_user_lookup.csv"),
            "groups": real_data(f"{FOLDER}/sys_user_group_lookup.csv"),
        },
    )

    assert differences(log, events, tells) == []
