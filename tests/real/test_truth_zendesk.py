"""What Zendesk's exports tell of the true story."""

import pytest

from real.truth import Tells, differences, read_files, story

FOLDER = "crm-samples/zendesk/synthetic"
EVERYTHING = ("create", "status", "assign", "group", "priority", "comment", "merge")


@pytest.fixture
def events(real_data):
    return story(real_data("crm-samples/_truth/expected_events.csv"))


def _actor(event):
    return event.actor


@pytest.mark.real
def test_audits_tell_the_whole_story(real_data, events):
    log = read_files(
        "zendesk",
        {
            "ticket_audits": real_data(f"{FOLDER}/ticket_audits.json"),
            "users_groups": real_data(f"{FOLDER}/users_groups_lookup.json"),
        },
    )

    assert differences(log, events, Tells(kinds=EVERYTHING)) == []
