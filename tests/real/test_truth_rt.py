"""What the transactions of Request Tracker tell of the true story."""

import json
from dataclasses import replace

import pytest

from real.truth import ANY, Tells, differences, read_files, story

PATH = "crm-samples/request_tracker/synthetic/transactions.json"
BOTS = {"System", "Automation"}
TELLS = Tells(
    kinds=("create", "status", "assign", "group", "priority", "comment", "merge"),
    statuses={
        "new": "new",
        "open": "open",
        "pending": "stalled",
        "hold": "stalled",
        "solved": "resolved",
        "closed": "resolved",
    },
    priorities=dict.fromkeys(("low", "normal", "high", "urgent"), ANY),  # 0 and 50, whatever it was
    actor=lambda event: "RT_System" if event.actor in BOTS else event.actor,
    text=False,
)


@pytest.fixture
def path(real_data):
    return real_data(PATH)


@pytest.fixture
def transactions(path):
    return json.loads(path.read_text(encoding="utf-8"))["items"]


@pytest.fixture
def events(real_data):
    return story(real_data("crm-samples/_truth/expected_events.csv"))


@pytest.fixture
def lists(transactions, events, tmp_path):
    """Lists of users and queues, which the sample lacks, by who did what."""
    true = {
        (e.case, e.time.strftime("%Y-%m-%dT%H:%M:%SZ"), e.kind): e
        for e in events
        if e.actor not in BOTS
    }
    people, queues, numbers = {}, {}, {}
    for row in transactions:
        found = [true.get((row["Object"]["id"], row["Created"], kind)) for kind in TELLS.kinds]
        for event in (each for each in found if each):
            if (
                row["Creator"]["id"] != "RT_System"
                and event.actor.split()[0].lower() in (row["Creator"]["id"])
            ):
                people[row["Creator"]["id"]] = event.actor
            if event.kind == "assign" and row["Field"] == "Owner":
                numbers[row["NewValue"]] = event.new
            if event.kind == "group" and row["Field"] == "Queue":
                queues.update({row["OldValue"]: event.old, row["NewValue"]: event.new})
    users = [
        {"id": f"u{n}", "Name": login, "RealName": name, "EmailAddress": ""}
        for n, (login, name) in enumerate(people.items())
    ] + [{"id": n, "Name": name, "EmailAddress": ""} for n, name in numbers.items()]
    names = [{"id": n, "Name": name, "Lifecycle": "default"} for n, name in queues.items()]
    made = {"users": users, "queues": names}
    for name, rows in made.items():
        (tmp_path / f"{name}.json").write_text(json.dumps({"items": rows}), encoding="utf-8")
    return {name: tmp_path / f"{name}.json" for name in made}


@pytest.mark.real
def test_transactions_tell_the_story_in_fewer_statuses_and_without_texts(path, lists, events):
    log = read_files("rt", {"transactions": path, **lists})

    assert differences(log, events, TELLS) == []


@pytest.mark.real
def test_without_lists_people_are_logins_and_owners_and_queues_numbers(path, events):
    log = read_files("rt", {"transactions": path})

    tells = replace(
        TELLS,
        actor=lambda event: ANY,
        assignee=lambda name: name and ANY,
        group=lambda name: ANY,
    )
    assert differences(log, events, tells) == []
    assert sum(note.code == "unresolved-ids" for note in log.intake.notes) == 2


@pytest.mark.real
def test_every_transaction_is_accounted_for(path, transactions):
    account = read_files("rt", {"transactions": path}).intake

    assert account.rows_read == len(transactions)
    assert account.rows_joined == account.rows_passed == account.rows_added == 0
