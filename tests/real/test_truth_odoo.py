"""What messages and tracked values of Odoo tell of the true story."""

import pytest

from real.truth import Tells, differences, read_files, story

STATUSES = {
    "new": "New",
    "open": "In Progress",
    "pending": "Waiting for Customer",
    "hold": "On Hold",
    "solved": "Solved",
    "closed": "Closed",
}
FOLDER = "crm-samples/odoo/synthetic"


def actor(event):
    return "OdooBot" if event.actor_type == "system" else event.actor


@pytest.mark.real
def test_messages_and_tracked_values_tell_the_story(real_data):
    events = story(real_data("crm-samples/_truth/expected_events.csv"))
    tells = Tells(
        kinds=("create", "status", "assign", "group", "priority", "comment"),
        statuses=STATUSES,
        actor=actor,  # all automation is one bot
    )

    log = read_files(
        "odoo",
        {
            "mail_message": real_data(f"{FOLDER}/mail_message.csv"),
            "mail_tracking_value": real_data(f"{FOLDER}/mail_tracking_value.csv"),
        },
    )

    assert differences(log, events, tells) == []


@pytest.mark.real
def test_messages_alone_tell_creation_and_comments(real_data):
    events = story(real_data("crm-samples/_truth/expected_events.csv"))
    tells = Tells(
        kinds=("create", "status", "comment"),
        keep=lambda event: event.kind != "status",
        create_status=False,
        actor=actor,
    )

    log = read_files("odoo", {"mail_message": real_data(f"{FOLDER}/mail_message.csv")})

    assert differences(log, events, tells) == []
