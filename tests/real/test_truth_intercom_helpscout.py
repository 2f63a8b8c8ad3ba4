"""What conversations of Intercom and Help Scout tell of the true story."""

import pytest

from casemine.read import read_log
from real.truth import ANY, Tells, differences, story


def _first_and_last(name):
    """How the samples fill the two fields of a name."""
    words = name.split()
    return f"{words[0]} {words[-1]}" if name != "Assignment rule" else name


INTERCOM = Tells(
    kinds=("create", "status", "assign", "group", "comment"),
    statuses={
        "new": "open",
        "open": "open",
        "pending": "snoozed",
        "hold": "snoozed",
        "solved": "closed",
        "closed": "closed",
    },
    case=lambda number: f"1500{number}",
    group=lambda name: ANY,  # ids of teams, and the first team is not told
)
HELPSCOUT = Tells(
    kinds=("create", "status", "assign", "comment", "merge"),
    statuses={
        "new": "active",
        "open": "active",
        "pending": "pending",
        "hold": "pending",
        "solved": "closed",
        "closed": "closed",
    },
    actor=lambda e: _first_and_last(e.actor),
)


@pytest.fixture
def events(real_data):
    return story(real_data("crm-samples/_truth/expected_events.csv"))


@pytest.mark.real
def test_conversations_of_intercom_tell_all_but_priorities_and_merges(real_data, events):
    log = read_log(real_data("crm-samples/intercom/synthetic/conversations.ndjson"))

    assert differences(log, events, INTERCOM) == []
    assert "unresolved-ids" in {note.code for note in log.intake.notes}


@pytest.mark.real
def test_threads_of_help_scout_tell_all_but_groups_and_priorities(real_data, events):
    log = read_log(real_data("crm-samples/helpscout/synthetic/conversations_embed_threads.json"))

    assert differences(log, events, HELPSCOUT) == []
