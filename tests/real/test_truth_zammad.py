"""What Zammad's ticket history tells of the true story."""

import json
from dataclasses import replace

import pytest

from real.truth import ANY, Tells, differences, read_files, story

PATH = "crm-samples/zammad/synthetic/ticket_history.json"
SHARED = "3"  # one id for all customers, automation and rules in the sample
TELLS = Tells(
    kinds=("create", "status", "assign", "group", "priority", "comment", "merge"),
    statuses={
        "new": "new",
        "open": "open",
        "pending": "pending reminder",
        "hold": "on hold",
        "solved": "pending close",
        "closed": "closed",
    },
    priorities={"low": "1 low", "normal": "2 normal", "high": "3 high", "urgent": "3 high"},
    text=False,
    public=False,
    merged_into=lambda number: None,
    keep=lambda e: e.kind != "priority" or {e.old, e.new} != {"high", "urgent"},  # one word
)


@pytest.fixture
def path(real_data):
    return real_data(PATH)


@pytest.fixture
def events(real_data):
    return story(real_data("crm-samples/_truth/expected_events.csv"))


@pytest.fixture
def users(path, events, tmp_path):
    """The list of users, which the sample lacks, by who owns what."""
    names = {
        entry[f"id_{side}"]: entry[f"value_{side}"]
        for ticket in json.loads(path.read_text(encoding="utf-8"))
        for entry in ticket["history"]
        for side in ("from", "to")
        if entry.get("attribute") == "owner"
    }
    rows = [
        {"id": n, "login": str(n), "firstname": name, "lastname": ""} for n, name in names.items()
    ]
    made = tmp_path / "users.json"
    made.write_text(json.dumps(rows), encoding="utf-8")
    return made, set(names.values())


@pytest.mark.real
def test_histories_tell_the_story_without_texts_and_the_other_ticket_of_a_merge(
    path, users, events
):
    listed, people = users
    log = read_files("zammad", {"ticket_history": path, "users": listed})

    tells = replace(
        TELLS,
        actor=lambda event: event.actor if event.actor in people else SHARED,
        actor_type=lambda event: event.actor_type if event.actor in people else ANY,
    )
    assert differences(log, events, tells) == []


@pytest.mark.real
def test_without_a_list_of_users_actors_are_ids(path, events):
    log = read_files("zammad", {"ticket_history": path})

    tells = replace(TELLS, actor=lambda event: ANY, actor_type=lambda event: ANY)
    assert differences(log, events, tells) == []
    assert "unresolved-ids" in {note.code for note in log.intake.notes}


@pytest.mark.real
def test_every_entry_is_accounted_for(path):
    account = read_files("zammad", {"ticket_history": path}).intake

    assert account.rows_read == 147
    assert account.rows_joined == account.rows_passed == account.rows_added == 0
