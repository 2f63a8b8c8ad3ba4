"""Histories of Zammad: what the preset makes of their traps."""

import json

import pytest

from real.truth import read_files


def entry(number, time, kind="updated", attribute=None, who=8, on="Ticket", **values):
    """One entry; what has no value is not there."""
    made = {
        "id": number,
        "o_id": 5,
        "object": on,
        "type": kind,
        "created_at": f"2026-01-05T{time}.000Z",
        "created_by_id": who,
        **values,
    }
    return made | ({"attribute": attribute} if attribute else {})


CREATED = entry(1, "09:00:00", "created", who=3)


@pytest.fixture
def write(tmp_path):
    def of(name, data):
        path = tmp_path / name
        path.write_text(json.dumps(data), encoding="utf-8")
        return path

    return of


@pytest.fixture
def read(write):
    def of(*entries, **files):
        path = write("history.json", [{"ticket_id": 5, "history": [CREATED, *entries]}])
        return read_files("zammad", {"ticket_history": path, **files})

    return of


def told(log, *names):
    """Columns of the events as rows."""
    rows = zip(*(log.events.column(name).to_pylist() for name in names), strict=True)
    return [row[0] if len(names) == 1 else row for row in rows]


def notes(log):
    return {note.code: note.count for note in log.intake.notes}


def test_an_answer_of_the_endpoint_names_its_ticket_and_its_people(write):
    answer = {
        "history": [CREATED, entry(2, "10:00:00", attribute="owner", id_from=1, id_to=8)],
        "assets": {
            "User": {
                "3": {"id": 3, "firstname": "Zoë", "lastname": "Brandt", "login": "zoe"},
                "8": {"id": 8, "firstname": "Chen", "lastname": "Wei", "login": "chen"},
            }
        },
    }

    log = read_files("zammad", {"ticket_history": write("answer.json", answer)})

    assert told(log, "case", "activity", "old", "new", "resource", "actor_type") == [
        ("5", "Created", None, None, "Zoë Brandt", "customer"),
        ("5", "Assigned", None, "Chen Wei", "Chen Wei", "agent"),
    ]


def test_nobody_is_no_owner(read):
    log = read(
        entry(2, "10:00:00", attribute="owner", value_from="-", value_to="Ada", id_to=8),
        entry(3, "11:00:00", attribute="owner", value_from="Ada", value_to="-", id_to=1),
        entry(4, "12:00:00", attribute="state", value_from="new"),
    )

    assert told(log, "activity", "old", "new")[1:] == [
        ("Assigned", None, "Ada"),
        ("Unassigned", "Ada", None),
        ("Status changed", "new", None),
    ]


def test_closing_reopening_and_merging_stay_events(read):
    log = read(
        entry(2, "10:00:00", attribute="state", value_from="open", value_to="closed"),
        entry(3, "11:00:00", attribute="state", value_from="closed", value_to="open", who=1),
        entry(4, "12:00:00", "merged_into", id_to=9),
        entry(5, "12:00:00", attribute="state", value_from="open", value_to="merged"),
    )

    assert told(log, "activity", "new", "actor_type") == [
        ("Created", "open", "customer"),
        ("Status: closed", "closed", "agent"),
        ("Reopened", "open", "system"),
        ("Merged", "9", "agent"),
        ("Status: merged", "merged", "agent"),
    ]


def test_articles_are_comments_of_which_the_history_tells_nothing_more(read):
    log = read(entry(2, "10:00:00", "created", on="Ticket::Article"))

    assert told(log, "activity", "new", "public") == [
        ("Created", None, None),
        ("Comment", None, None),
    ]


def test_a_list_of_articles_tells_texts_senders_and_visibility(read, write):
    articles = [
        {"id": 71, "ticket_id": 5, "internal": False, "sender": "Customer", "body": "Please"},
        {"id": 72, "ticket_id": 5, "internal": True, "sender": "Agent", "body": "Hm"},
        {"id": 73, "ticket_id": 5, "internal": False, "sender": "Agent", "body": "Done"},
    ]
    log = read(
        entry(71, "10:00:01", "created", on="Ticket::Article", who=3) | {"o_id": 71},
        entry(72, "10:00:02", "created", on="Ticket::Article") | {"o_id": 72},
        entry(73, "10:00:03", "created", on="Ticket::Article") | {"o_id": 73},
        articles=write("articles.json", articles),
    )

    assert told(log, "activity", "new")[1:] == [
        ("Customer reply", "Please"),
        ("Internal note", "Hm"),
        ("Public reply", "Done"),
    ]


def test_notices_are_noise_and_types_that_nobody_knows_are_counted(read):
    log = read(
        entry(2, "10:00:00", "notification", value_to="ada@example.com(create:online)"),
        entry(3, "11:00:00", "levitated"),
        entry(4, "12:00:00", "added", "tag", value_to="vip"),
    )

    assert told(log, "activity") == ["Created"]
    assert notes(log)["rows-noise"] == 2
    assert notes(log)["rows-unknown"] == 1


def test_a_date_beside_a_state_is_a_detail(read):
    log = read(
        entry(2, "10:00:00", attribute="state", value_from="new", value_to="pending reminder"),
        entry(3, "10:00:00", attribute="pending_time", value_to="2026-02-01"),
    )

    assert told(log, "activity", "detail")[1:] == [
        ("Status: pending reminder", "pending_time=2026-02-01")
    ]


def test_what_else_may_happen_to_a_ticket(read):
    log = read(
        entry(2, "10:00:00", "received_merge", id_from=9),
        entry(3, "11:00:00", "escalation"),
        entry(4, "12:00:00", "levitated", "height", value_to="3"),
        entry(5, "13:00:00", attribute="state", value_from="new", value_to="removed"),
        entry(6, "14:00:00", "removed"),
    )

    assert told(log, "activity") == ["Created", "Linked", "Escalated", "Deleted", "Deleted"]
    assert notes(log)["rows-unknown"] == 1
